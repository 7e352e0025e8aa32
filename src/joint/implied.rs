//! What follows without being said: values that the other figures allow one, rules that the others imply, and rules that contradict each
//! other before any figure is read.

use std::collections::BTreeSet;

use super::conflicts::{Conflicts, conflicts};
use super::decide::{Answer, Assumed, Budget, Solver};
use super::proof::Proof;
use super::range::Range;
use super::repairs::Limits;
use super::system::{Product, Relation, Row, Rule, Says, System, Variable};
use crate::interval::Interval;
use crate::number::Number;

/// What the others say of a variable: the values that it can take if its own printed set, if it
/// has one, does not count. Without one, this is what a table discloses of a cell left out.
pub fn by_the_others(
    solver: &mut Solver,
    assumed: &Assumed,
    variable: usize,
    budget: &Budget,
) -> Range {
    let mut assumed = assumed.clone();
    assumed.printed[variable] = false;
    solver.range(&assumed, variable, budget)
}

/// A rule that says nothing new.
#[derive(Clone, Debug)]
pub struct Redundant {
    /// The rule.
    pub rule: usize,
    /// Rules that imply it, together with the figures.
    pub by: BTreeSet<usize>,
    /// Figures whose printed sets are needed for that.
    pub figures: BTreeSet<usize>,
    /// That these and the opposite of the rule cannot hold together, in [`Opposites::system`].
    pub proof: Proof,
}

/// Which rules say nothing new.
#[derive(Clone, Debug)]
pub struct Implied {
    /// In order.
    pub redundant: Vec<Redundant>,
    /// Rules of which that was not found out.
    pub open: Vec<usize>,
}

/// A system with the opposite of each of its rules beside it.
#[derive(Clone, Debug)]
pub struct Opposites {
    /// First the rules of the system, then the opposite of each.
    pub system: System,
    rules: usize,
}

impl Opposites {
    /// The opposites of the rules of a system.
    pub fn new(of: &System) -> Self {
        let mut system = of.clone();
        for rule in &of.rules {
            let says = opposite(&mut system, &rule.says);
            system.rules.push(Rule { name: format!("not {}", rule.name), says });
        }
        Self { system, rules: of.rules.len() }
    }

    /// The place of a rule's opposite.
    pub fn of(&self, rule: usize) -> usize {
        self.rules + rule
    }

    /// What is assumed of the system, said of this one; `rule` gives way to its opposite.
    pub fn assumed(&self, assumed: &Assumed, rule: Option<usize>) -> Assumed {
        let mut wide = Assumed::only(&self.system, &BTreeSet::new(), &BTreeSet::new());
        wide.rules[..self.rules].clone_from_slice(&assumed.rules);
        wide.printed[..assumed.printed.len()].clone_from_slice(&assumed.printed);
        if let Some(rule) = rule {
            wide.rules[rule] = false;
            wide.rules[self.of(rule)] = true;
        }
        wide
    }

    /// The rules that are implied by the others that are assumed and the figures. Of two rules that
    /// say the same each is implied by the other; if everything together is impossible, nothing is
    /// said to be implied, for then everything would be.
    pub fn implied(&self, assumed: &Assumed, budget: &Budget) -> Implied {
        let mut solver = Solver::new(&self.system);
        let mut implied = Implied { redundant: Vec::new(), open: Vec::new() };
        let rules = (0..self.rules).filter(|rule| assumed.rules[*rule]);
        match solver.decide(&self.assumed(assumed, None), budget) {
            Answer::Possible(_) => {}
            Answer::Impossible(_) => return implied,
            Answer::Unknown(_) => {
                implied.open = rules.collect();
                return implied;
            }
        }
        for rule in rules {
            match solver.decide(&self.assumed(assumed, Some(rule)), budget) {
                Answer::Possible(_) => {}
                Answer::Unknown(_) => implied.open.push(rule),
                Answer::Impossible(proof) => {
                    let mut by = proof.rules();
                    by.remove(&self.of(rule));
                    let figures = proof.printed();
                    implied.redundant.push(Redundant { rule, by, figures, proof });
                }
            }
        }
        implied
    }
}

/// What holds where `says` does not. A product needs one more variable, for what it should be.
fn opposite(system: &mut System, says: &Says) -> Says {
    let above = |row: &Row, relation| {
        let terms = row.terms.iter().map(|(of, factor)| (*of, -factor)).collect();
        Says::Row(Row { terms, relation, bound: -&row.bound })
    };
    match says {
        Says::Row(row) => match row.relation {
            Relation::AtMost => above(row, Relation::Below),
            Relation::Below => above(row, Relation::AtMost),
            Relation::Equal => {
                let below = Row { relation: Relation::Below, ..row.clone() };
                Says::Any(vec![Says::Row(below), above(row, Relation::Below)])
            }
        },
        Says::Product(product) => {
            let [a, b] = product.factors;
            let whole = system.variable(Variable {
                name: format!("{} × {}", system.variables[a].name, system.variables[b].name),
                printed: None,
                domain: Interval::all(),
                whole: false,
                weight: None,
            });
            let apart = |sign: i64| {
                let terms = vec![(product.whole, sign.into()), (whole, (-sign).into())];
                Says::Row(Row { terms, relation: Relation::Below, bound: Number::zero() })
            };
            let (below, above) = (apart(1), apart(-1));
            let is = Says::Product(Product { whole, ..*product });
            Says::All(vec![is, Says::Any(vec![below, above])])
        }
        Says::All(parts) => Says::Any(parts.iter().map(|part| opposite(system, part)).collect()),
        Says::Any(parts) => Says::All(parts.iter().map(|part| opposite(system, part)).collect()),
    }
}

/// The smallest sets of rules that no figures whatever could satisfy.
pub fn contradictions(
    system: &System,
    solver: &mut Solver,
    assumed: &Assumed,
    limits: Limits,
    budget: &Budget,
) -> Conflicts<Proof> {
    let unread = vec![false; assumed.printed.len()];
    let assumed = Assumed { rules: assumed.rules.clone(), printed: unread };
    conflicts(system, solver, &assumed, limits, budget)
}
