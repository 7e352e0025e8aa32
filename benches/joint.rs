//! Answers, for `joint.py`, what it asks of systems of sums: which figures to look at first.
//!
//! Reads lines of JSON from standard input: `figures`, the ends of the set of each, in units;
//! `sums`, each a total and its parts by place. Writes one line for each: seconds, the smallest
//! sets of figures and whether the list is complete, and the smallest conflicts.
#![allow(clippy::print_stdout, missing_docs)]

use std::io::BufRead;
use std::time::Instant;

use serde_json::{Value, json};
use tieout::joint::{
    Assumed, Budget, Relation, Row, Rule, Says, Solver, System, Variable, conflicts, repairs,
};
use tieout::{Interval, Number};

fn main() {
    for line in std::io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let system = system(&case);
        let most = case["most"].as_u64().unwrap_or(100) as usize;
        let start = Instant::now();
        let mut answer = answer(&system, most);
        answer["seconds"] = start.elapsed().as_secs_f64().into();
        println!("{answer}");
    }
}

fn system(case: &Value) -> System {
    let number = |value: &Value| Number::decimal(value.as_str().unwrap()).unwrap();
    let mut system = System::default();
    for (at, ends) in case["figures"].as_array().unwrap().iter().enumerate() {
        system.variable(Variable {
            name: format!("x{at}"),
            printed: Some(Interval::closed(number(&ends[0]), number(&ends[1]))),
            domain: Interval::all(),
            whole: false,
            weight: Some(1),
        });
    }
    for sum in case["sums"].as_array().unwrap() {
        let places = sum.as_array().unwrap().iter().map(|at| at.as_u64().unwrap() as usize);
        let factor = |at| Number::from(if at == 0 { -1 } else { 1 });
        let terms = places.enumerate().map(|(at, of)| (of, factor(at))).collect();
        let row = Row { terms, relation: Relation::Equal, bound: Number::zero() };
        system.rules.push(Rule { name: "sum".to_owned(), says: Says::Row(row) });
    }
    system
}

fn answer(system: &System, most: usize) -> Value {
    let stop = || false;
    let budget = Budget { nodes: 100_000, stop: &stop };
    let limits = repairs::Limits { most, nodes: 1_000_000 };
    let assumed = Assumed::all(system);
    let mut solver = Solver::new(system);
    let changes = repairs::repairs(system, &mut solver, &assumed, limits, &budget);
    let clashes = conflicts::conflicts(system, &mut solver, &assumed, limits, &budget);
    let clashes: Vec<_> = clashes.sets.into_iter().map(|(set, _)| set).collect();
    let (sets, cut) = match changes {
        repairs::Changes::None => (vec![Vec::new()], None),
        repairs::Changes::Never(_) => (Vec::new(), None),
        repairs::Changes::Some(least) => (least.sets, least.cut),
    };
    json!({ "sets": sets, "cut": cut, "conflicts": clashes })
}
