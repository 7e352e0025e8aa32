//! One block of assertions under every answer to what they leave open.

use std::collections::BTreeMap;

use super::gather::{Member, spoken_of};
use super::lower::Unknowns;
use crate::finding::Verdict;
use crate::joint::{Answer, Assumed, Budget, Rule, Solver, System};
use crate::ledger::{Level, Quantity};
use crate::number::Number;

/// The most combinations of answers that are tried for one block.
const MAX_READINGS: usize = 128;

/// Members with unknowns in common.
pub(super) struct Block<'b, 'a> {
    pub members: Vec<&'b Member<'a>>,
    /// The unknowns, without rules.
    pub system: System,
    /// What each unknown stands for.
    pub quantities: Vec<Option<&'b Quantity>>,
    /// The place of each unknown among those of the block, by its place among all.
    places: BTreeMap<usize, usize>,
    /// How coarsely its figures are taken to be rounded.
    pub level: Level,
}

/// A block under one choice of answers.
pub(super) struct Reading {
    /// The unknowns with what is then said of them.
    pub system: System,
    /// The member that each rule comes from.
    pub member_of: Vec<usize>,
}

/// How a block came out under one choice of answers.
pub(super) struct Tried {
    pub choice: Vec<usize>,
    pub level: Level,
    pub comes: Comes,
}

/// What can be said of all that is asserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comes {
    /// It can be true at once: a value for each unknown.
    Possible(Vec<Number>),
    /// It cannot.
    Impossible,
    /// It was not found out: says why.
    Unknown(String),
}

impl Comes {
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Possible(_) => Verdict::Consistent,
            Self::Impossible => Verdict::Inconsistent,
            Self::Unknown(_) => Verdict::Undetermined,
        }
    }
}

impl<'b, 'a> Block<'b, 'a> {
    pub fn new(unknowns: &'b Unknowns, members: Vec<&'b Member<'a>>, level: Level) -> Self {
        let mut system = System::default();
        let (mut places, mut quantities) = (BTreeMap::new(), Vec::new());
        for at in spoken_of(&members) {
            places.insert(at, system.variable(unknowns.variables[at].clone()));
            quantities.push(unknowns.quantities[at].as_ref());
        }
        Self { members, system, quantities, places, level }
    }

    /// The unknown of the block that an unknown is.
    pub fn place(&self, of: usize) -> Option<usize> {
        self.places.get(&of).copied()
    }

    /// The block under a choice of answers.
    pub fn reading(&self, choice: &[usize]) -> Reading {
        let mut system = self.system.clone();
        let mut member_of = Vec::new();
        for (at, member) in self.members.iter().enumerate() {
            let Some(says) = member.ways.get(choice[at]).and_then(|way| way.says.as_ref()) else {
                continue;
            };
            let says = says.renamed(&|variable| self.places[&variable]);
            system.rules.push(Rule { name: member.name(), says });
            member_of.push(at);
        }
        Reading { system, member_of }
    }

    /// The choices of answers that do not contradict each other; `None` if they are too many.
    pub fn choices(&self) -> Option<Vec<Vec<usize>>> {
        let mut all = vec![(Vec::new(), BTreeMap::new())];
        for member in &self.members {
            let mut next = Vec::new();
            for (choice, given) in all {
                for (at, way) in member.ways.iter().enumerate() {
                    let mut given: BTreeMap<(usize, &str), &str> = BTreeMap::clone(&given);
                    // A question of the report has one answer; `complete` is each assertion's own.
                    let shared = way.answers.iter().filter(|(key, _)| member.shares(key));
                    let fits = shared.into_iter().all(|(key, answer)| {
                        let key = (member.assertion.edition, key.as_str());
                        *given.entry(key).or_insert(answer) == answer.as_str()
                    });
                    if fits {
                        let mut choice: Vec<usize> = choice.clone();
                        choice.push(at);
                        next.push((choice, given));
                    }
                }
                if next.len() > MAX_READINGS {
                    return None;
                }
            }
            all = next;
        }
        Some(all.into_iter().map(|(choice, _)| choice).collect())
    }

    /// How the block comes out under a choice of answers.
    pub fn decide(&self, choice: &[usize], budget: &Budget) -> Comes {
        let reading = self.reading(choice);
        if reading.system.rules.is_empty() {
            return Comes::Possible(Vec::new());
        }
        let mut solver = Solver::new(&reading.system);
        match solver.decide(&Assumed::all(&reading.system), budget) {
            Answer::Possible(values) => Comes::Possible(values),
            Answer::Impossible(_) => Comes::Impossible,
            Answer::Unknown(why) => Comes::Unknown(why),
        }
    }

    /// The answers that a choice stands for: the question and the answer, with the member.
    pub fn answers(&self, choice: &[usize]) -> BTreeMap<(String, String), String> {
        let mut answers = BTreeMap::new();
        for (member, way) in self.members.iter().zip(choice) {
            for (key, answer) in &member.ways[*way].answers {
                let owner = if member.shares(key) { String::new() } else { member.name() };
                answers.insert((owner, key.clone()), answer.clone());
            }
        }
        answers
    }
}

impl Member<'_> {
    /// Whether a question is one of the report's, with one answer for all assertions.
    fn shares(&self, key: &str) -> bool {
        self.assertion.when.contains_key(key)
    }
}

/// The one verdict that follows from all that was tried.
pub(super) fn sum_up(tried: &[Tried]) -> Verdict {
    let all = |verdict| tried.iter().all(|one| one.comes.verdict() == verdict);
    [Verdict::Consistent, Verdict::Inconsistent]
        .into_iter()
        .find(|verdict| all(*verdict))
        .unwrap_or(Verdict::Undetermined)
}
