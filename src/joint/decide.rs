//! Whether all that is assumed of a system can hold at once, and which values a variable can take.

use std::collections::BTreeSet;

use super::proof::Proof;
use super::search::Search;
use super::system::{Relation, Says, System};
use super::verify::verify;
use crate::number::Number;

/// Which rules hold and which printed sets count, by their places in the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// For each rule, whether it holds.
    pub rules: Vec<bool>,
    /// For each variable, whether its printed set counts.
    pub printed: Vec<bool>,
}

impl Assumed {
    /// Everything.
    pub fn all(system: &System) -> Self {
        Self { rules: vec![true; system.rules.len()], printed: vec![true; system.variables.len()] }
    }

    /// Only these rules and these printed sets.
    pub fn only(system: &System, rules: &BTreeSet<usize>, printed: &BTreeSet<usize>) -> Self {
        Self {
            rules: (0..system.rules.len()).map(|rule| rules.contains(&rule)).collect(),
            printed: (0..system.variables.len()).map(|of| printed.contains(&of)).collect(),
        }
    }
}

/// Limits of the work.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// How many cases may be looked into.
    pub nodes: usize,
    /// Asked now and then whether to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// Whether all that is assumed can hold at once.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It can: a value for each variable.
    Possible(Vec<Number>),
    /// It cannot, and why.
    Impossible(Proof),
    /// That was not found out within the limits; what was reached.
    Unknown(String),
}

/// Decides questions about one system. It keeps its tableau between them, so that asking again
/// with a few sets dropped is cheap.
#[derive(Debug)]
pub struct Solver<'a> {
    pub(super) system: &'a System,
    pub(super) search: Search<'a>,
}

impl<'a> Solver<'a> {
    /// A solver for this system.
    pub fn new(system: &'a System) -> Self {
        Self { system, search: Search::new(system) }
    }

    /// Whether all that is assumed can hold at once. A witness or proof is checked before it is
    /// returned; one that fails is an unknown answer.
    pub fn decide(&mut self, assumed: &Assumed, budget: &Budget) -> Answer {
        if self.search.plan.lp.overgrown {
            self.search = Search::new(self.system);
        }
        match self.search.decide(assumed, budget) {
            Answer::Possible(values) if !satisfies(self.system, assumed, &values) => {
                Answer::Unknown("the values that were found do not satisfy all of it".to_owned())
            }
            Answer::Impossible(proof) if !verify(self.system, assumed, &proof) => {
                Answer::Unknown("the proof that was found does not hold".to_owned())
            }
            answer => answer,
        }
    }
}

/// Whether `values`, one for each variable, satisfy all that is assumed: domains and whole numbers
/// always, printed sets and rules as far as they are.
pub fn satisfies(system: &System, assumed: &Assumed, values: &[Number]) -> bool {
    let complete = values.len() == system.variables.len();
    complete
        && system.variables.iter().zip(values).zip(&assumed.printed).all(|((of, value), counts)| {
            of.domain.contains(value)
                && (!of.whole || value.is_integer())
                && (!counts || of.printed.as_ref().is_none_or(|set| set.contains(value)))
        })
        && system
            .rules
            .iter()
            .zip(&assumed.rules)
            .all(|(rule, holds)| !holds || rule.says.holds(values))
}

impl Says {
    /// Whether it holds of these values.
    pub fn holds(&self, values: &[Number]) -> bool {
        match self {
            Self::Row(row) => {
                let sum: Number = row.terms.iter().map(|(of, factor)| factor * &values[*of]).sum();
                match row.relation {
                    Relation::Equal => sum == row.bound,
                    Relation::AtMost => sum <= row.bound,
                    Relation::Below => sum < row.bound,
                }
            }
            Self::Product(product) => {
                let [a, b] = product.factors;
                &values[a] * &values[b] == values[product.whole]
            }
            Self::All(parts) => parts.iter().all(|part| part.holds(values)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(values)),
        }
    }
}
