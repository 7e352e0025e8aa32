//! Which values a variable can take: the ends of its range, exactly.
//!
//! An end is sought from a witness: with choices as it takes them and one factor of each product
//! fixed, all is linear, and the simplex goes as far as it can. That nothing lies beyond is then
//! asked of the solver; if something does, it is the next witness.

use super::decide::{Answer, Assumed, Budget, Solver};
use super::proof::Proof;
use super::search::Search;
use super::simplex::{Check, Side};
use super::system::{Product, Relation, Row, Rule, Says, System};
use crate::interval::{End, Interval};
use crate::number::Number;

/// How often the solver is asked for something beyond an end.
const MOST_ASKED: usize = 40;

/// Of how many products without a whole factor all corners are tried.
const MOST_CORNERS: usize = 3;

/// The values that a variable can take.
#[derive(Clone, Debug)]
pub enum Range {
    /// None: what is assumed cannot hold.
    Nothing(Proof),
    /// The smallest range that holds them all. An end is closed if it is one of them.
    Within(Interval),
    /// That was not found out within the limits, and why.
    Unknown(String),
}

/// Where a value can go in a linear case: so far, and whether there; `None` for without end.
type Reach = Option<(Number, bool)>;

impl Solver<'_> {
    /// The values that a variable can take if all that is assumed holds.
    pub fn range(&mut self, assumed: &Assumed, variable: usize, budget: &Budget) -> Range {
        let witness = match self.decide(assumed, budget) {
            Answer::Possible(witness) => witness,
            Answer::Impossible(proof) => return Range::Nothing(proof),
            Answer::Unknown(why) => return Range::Unknown(why),
        };
        if self.is_linear(assumed) {
            return self.linear_range(assumed, variable, budget);
        }
        let ends = [Side::Lo, Side::Hi].map(|side| {
            let task = Task { system: self.system, assumed, variable, side, budget };
            task.end(witness.clone())
        });
        between(ends)
    }

    /// Whether all that is assumed is linear, so that the simplex alone knows every end.
    fn is_linear(&self, assumed: &Assumed) -> bool {
        fn rows(says: &Says) -> bool {
            match says {
                Says::Row(_) => true,
                Says::Product(_) | Says::Any(_) => false,
                Says::All(parts) => parts.iter().all(rows),
            }
        }
        let mut rules = self.system.rules.iter().zip(&assumed.rules);
        !self.system.variables.iter().any(|of| of.whole)
            && rules.all(|(rule, holds)| !holds || rows(&rule.says))
    }

    /// The same for what is linear and can hold, in the tableau that is there.
    fn linear_range(&mut self, assumed: &Assumed, variable: usize, budget: &Budget) -> Range {
        self.search.assume(assumed);
        let lp = &mut self.search.plan.lp;
        let stopped = || "it was stopped".to_owned();
        let ends = [Side::Lo, Side::Hi].map(|side| match lp.check(&|| (budget.stop)()) {
            Check::Feasible => {
                let end = lp.extreme(variable, side, &|| (budget.stop)());
                let end = end.map_err(|_| stopped())?;
                Ok(end.map(|end| End { at: end.at.number(), closed: end.tiny.is_zero() }))
            }
            Check::Conflict(_) => Err("what was found possible was found impossible".to_owned()),
            Check::Stopped => Err(stopped()),
        });
        between(ends)
    }
}

fn between(ends: [Result<Option<End>, String>; 2]) -> Range {
    match ends {
        [Ok(lo), Ok(hi)] => match Interval::new(lo, hi) {
            Some(range) => Range::Within(range),
            None => Range::Unknown("its ends were found in the wrong order".to_owned()),
        },
        [Err(why), _] | [_, Err(why)] => Range::Unknown(why),
    }
}

struct Task<'a> {
    system: &'a System,
    assumed: &'a Assumed,
    variable: usize,
    side: Side,
    budget: &'a Budget<'a>,
}

impl Task<'_> {
    fn end(&self, mut witness: Vec<Number>) -> Result<Option<End>, String> {
        let mut leap = Number::zero();
        let mut before: Option<Number> = None;
        for _ in 0..MOST_ASKED {
            let Some((at, closed)) = self.reach(&witness)? else { return Ok(None) };
            // Steps that double as long as there is something beyond.
            if let Some(before) = before.replace(at.clone()) {
                let gone = (&at - &before).abs();
                leap = &leap + &leap;
                leap = leap.max(gone);
            }
            loop {
                match self.ask(self.beyond(&at, closed, &leap)) {
                    Answer::Possible(values) => {
                        witness = values;
                        break;
                    }
                    Answer::Impossible(_) if leap.is_zero() => return Ok(Some(End { at, closed })),
                    Answer::Impossible(_) => leap = Number::zero(),
                    Answer::Unknown(why) => return Err(why),
                }
            }
        }
        Err(format!("after {MOST_ASKED} steps there was still more"))
    }

    /// Whether something satisfies one more row.
    fn ask(&self, row: Row) -> Answer {
        let mut system = self.system.clone();
        system.rules.push(Rule { name: "beyond".to_owned(), says: Says::Row(row) });
        let mut assumed = self.assumed.clone();
        assumed.rules.push(true);
        Solver::new(&system).decide(&assumed, self.budget)
    }

    fn beyond(&self, at: &Number, closed: bool, leap: &Number) -> Row {
        let sign = Number::from(if self.side == Side::Hi { -1 } else { 1 });
        let relation = if closed { Relation::Below } else { Relation::AtMost };
        let bound = &(&sign * at) - leap;
        Row { terms: vec![(self.variable, sign)], relation, bound }
    }

    /// The farthest that can be reached from a witness in cases that are linear.
    fn reach(&self, witness: &[Number]) -> Result<Reach, String> {
        let mut rows = Vec::new();
        let mut products = Vec::new();
        for (rule, _) in self.system.rules.iter().zip(&self.assumed.rules).filter(|(_, on)| **on) {
            taken(&rule.says, witness, &mut rows, &mut products);
        }
        let known = |of: usize| self.system.variables[of].whole;
        let corners = |product: &&Product| !product.factors.into_iter().any(known);
        let many = products.iter().filter(corners).count();
        let mut best = Some((witness[self.variable].clone(), true));
        let ways = if many <= MOST_CORNERS { 3_usize.pow(many as u32) } else { 1 };
        for way in 0..ways {
            let mut rows = rows.clone();
            let mut rest = way;
            let mut fits = true;
            for product in &products {
                let [a, b] = product.factors;
                let whole = [a, b].into_iter().find(|of| known(*of));
                let fixed = whole.unwrap_or(if a == self.variable { b } else { a });
                let mut value = Some(witness[fixed].clone());
                if whole.is_none() && ways > 1 {
                    let set = self.set(fixed);
                    let end = |end: Option<&End>| end.filter(|e| e.closed).map(|e| e.at.clone());
                    value = match rest % 3 {
                        0 => value,
                        1 => set.and_then(|set| end(set.lo())),
                        _ => set.and_then(|set| end(set.hi())),
                    };
                    rest /= 3;
                }
                let Some(value) = value else {
                    fits = false;
                    break;
                };
                rows.push(fix(fixed, &value));
                let other = if fixed == a { b } else { a };
                rows.push(if other == fixed {
                    fix(product.whole, &(&value * &value))
                } else {
                    times(product.whole, other, &value)
                });
            }
            if fits && let Some(reach) = self.linear(&rows, witness)? {
                match reach {
                    None => return Ok(None),
                    Some(reach) => best = best.map(|best| self.farther(best, reach)),
                }
            }
        }
        Ok(best)
    }

    fn farther(&self, a: (Number, bool), b: (Number, bool)) -> (Number, bool) {
        let ahead = if self.side == Side::Hi { b.0 > a.0 } else { b.0 < a.0 };
        if ahead || (b.0 == a.0 && b.1) { b } else { a }
    }

    fn set(&self, of: usize) -> Option<Interval> {
        let variable = &self.system.variables[of];
        match &variable.printed {
            Some(set) if self.assumed.printed[of] => set.intersect(&variable.domain),
            _ => Some(variable.domain.clone()),
        }
    }

    /// The farthest that rows let the variable go; `None` if they cannot hold. Whole numbers are
    /// let go first; if they end up between, they keep the values of the witness.
    fn linear(&self, rows: &[Row], witness: &[Number]) -> Result<Option<Reach>, String> {
        let mut system = System { variables: self.system.variables.clone(), rules: Vec::new() };
        for (of, variable) in system.variables.iter_mut().enumerate() {
            variable.whole = false;
            variable.printed = variable.printed.take().filter(|_| self.assumed.printed[of]);
        }
        let rule = |row: &Row| Rule { name: String::new(), says: Says::Row(row.clone()) };
        system.rules = rows.iter().map(rule).collect();
        let whole: Vec<usize> =
            (0..witness.len()).filter(|of| self.system.variables[*of].whole).collect();
        for fixed in [false, true] {
            if fixed {
                let fixed = whole.iter().map(|of| rule(&fix(*of, &witness[*of])));
                system.rules.extend(fixed);
            }
            let mut search = Search::new(&system);
            search.assume(&Assumed::all(&system));
            let lp = &mut search.plan.lp;
            match lp.check(&|| (self.budget.stop)()) {
                Check::Feasible => {}
                Check::Conflict(_) => return Ok(None),
                Check::Stopped => return Err("it was stopped".to_owned()),
            }
            let end = lp.extreme(self.variable, self.side, &|| (self.budget.stop)());
            let Some(end) = end.map_err(|_| "it was stopped".to_owned())? else {
                return Ok(Some(None));
            };
            let between = |of: &usize| {
                let value = lp.value(*of);
                !value.at.is_integer() || !value.tiny.is_zero()
            };
            if fixed || !whole.iter().any(between) {
                return Ok(Some(Some((end.at.number(), end.tiny.is_zero()))));
            }
        }
        Ok(None)
    }
}

/// The rows and products that a witness satisfies, of each choice the first part.
fn taken(says: &Says, witness: &[Number], rows: &mut Vec<Row>, products: &mut Vec<Product>) {
    match says {
        Says::Row(row) => rows.push(row.clone()),
        Says::Product(product) => products.push(*product),
        Says::All(parts) => parts.iter().for_each(|part| taken(part, witness, rows, products)),
        Says::Any(parts) => {
            if let Some(part) = parts.iter().find(|part| part.holds(witness)) {
                taken(part, witness, rows, products);
            }
        }
    }
}

fn fix(of: usize, value: &Number) -> Row {
    let terms = vec![(of, Number::one())];
    Row { terms, relation: Relation::Equal, bound: value.clone() }
}

/// `whole` = `factor` × `of`.
fn times(whole: usize, of: usize, factor: &Number) -> Row {
    let mut terms = vec![(whole, Number::one())];
    if of == whole {
        terms = vec![(whole, &Number::one() - factor)];
    } else {
        terms.push((of, -factor));
    }
    terms.retain(|(_, factor)| !factor.is_zero());
    Row { terms, relation: Relation::Equal, bound: Number::zero() }
}
