//! All that is asserted, gathered as conditions on unknown values and taken apart into blocks
//! that have none of them in common.

use std::collections::{BTreeMap, BTreeSet};

use super::lower::{Lowering, Unknowns};
use crate::audit::settle::{self, unmet_condition};
use crate::audit::{Assertion, Case, rows};
use crate::joint::Says;
use crate::ledger::{
    Asked, HEDGED, Instance, Level, Origin, Over, Quantity, Scene, Setting, USUAL, Used, View,
};
use crate::mistake::Place;

/// The most ways in which one assertion is read.
const MAX_WAYS: usize = 32;
/// The most rows of a table that are taken together.
const MAX_ROWS: usize = 20_000;

/// An assertion, or what it comes to in one line of a table.
pub(super) struct Member<'a> {
    /// The place of the assertion in the case.
    pub at: usize,
    pub assertion: &'a Assertion,
    /// The cells that stand in for claims, for an assertion over a table.
    pub instance: Option<Instance>,
    /// What it says under each answer to what it leaves open.
    pub ways: Vec<Way>,
    /// The questions that it leaves open.
    pub questions: Vec<Asked>,
    /// Whether the rounding of a figure that takes part is open.
    pub open: bool,
    /// Whether an unknown stands in it twice.
    pub twice: bool,
    /// Whether a claim without a value takes part.
    pub unprinted: bool,
    /// The figures that take part.
    pub figures: Vec<Used>,
    /// The unknowns that take part, by the names that the assertion has for them.
    pub names: Vec<(String, usize)>,
}

/// What a member says under one choice of answers.
pub(super) struct Way {
    pub answers: BTreeMap<String, String>,
    /// `None` if it then says nothing about values.
    pub says: Option<Says>,
}

/// What takes part, before it is read at a level of rounding.
pub(super) struct Part<'a> {
    /// The place of the assertion in the case.
    pub at: usize,
    pub assertion: &'a Assertion,
    pub instance: Option<Instance>,
}

/// The parts of the assertions at these places in the case, and the tables that are left out
/// because they have more than [`MAX_ROWS`] rows. Rows are left out, too, of which each is looked
/// at by one assertion alone: nothing ties them to each other.
pub(super) fn parts<'a>(case: &'a Case, wanted: &[usize]) -> (Vec<Part<'a>>, BTreeSet<&'a str>) {
    let mut uses: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for assertion in wanted.iter().map(|at| &case.assertions[*at]) {
        if let Some(table) = table(assertion) {
            *uses.entry((assertion.edition, table)).or_default() += 1;
        }
    }
    let (mut parts, mut left_out) = (Vec::new(), BTreeSet::new());
    for (at, assertion) in wanted.iter().map(|at| (*at, &case.assertions[*at])) {
        let Some(table) = table(assertion) else {
            if !assertion.is_over_rows() || assertion.check.ask().is_some() {
                parts.push(Part { at, assertion, instance: None });
            }
            continue;
        };
        let lift = assertion.lift.as_ref();
        let chained = lift.is_none_or(|lift| lift.along.is_some() || lift.code.is_some());
        if !chained && uses[&(assertion.edition, table)] < 2 {
            continue;
        }
        match rows::instances(case, assertion, MAX_ROWS) {
            Some(instances) if !instances.is_empty() => {
                let whole = instances.into_iter().filter(|one| one.trouble.is_none());
                parts.extend(whole.map(|one| Part { at, assertion, instance: Some(one) }));
            }
            _ => {
                left_out.insert(table);
            }
        }
    }
    (parts, left_out)
}

/// The dataset whose cells an assertion ties together.
fn table(assertion: &Assertion) -> Option<&str> {
    let lifted = assertion.lift.as_ref().and_then(|lift| lift.each.as_ref());
    lifted.or(assertion.check.table()).map(|at| at.value.as_str())
}

/// What all parts say at a level of rounding, and the unknowns they speak of.
pub(super) fn gather<'a>(
    case: &'a Case,
    parts: impl Iterator<Item = Part<'a>>,
    level: &Level,
) -> (Unknowns, Vec<Member<'a>>) {
    let weights = weights(case);
    let mut unknowns = Unknowns::default();
    let members = parts
        .enumerate()
        .map(|(owner, part)| read(case, part, owner, level, &weights, &mut unknowns))
        .collect();
    (unknowns, members)
}

/// What each declared figure weighs; `None` for one that is trusted.
fn weights(case: &Case) -> BTreeMap<Place, Option<u32>> {
    let claims = case.ledger.editions.iter().flat_map(|edition| edition.claims.iter());
    claims.map(|(_, claim)| (claim.place, claim.weight)).collect()
}

fn read<'a>(
    case: &'a Case,
    part: Part<'a>,
    owner: usize,
    level: &Level,
    weights: &BTreeMap<Place, Option<u32>>,
    unknowns: &mut Unknowns,
) -> Member<'a> {
    let Part { at, assertion, instance } = part;
    let mut member = Member {
        at,
        assertion,
        instance: None,
        ways: Vec::new(),
        questions: Vec::new(),
        open: false,
        twice: false,
        unprinted: false,
        figures: Vec::new(),
        names: Vec::new(),
    };
    let over = instance.as_ref().map_or(Over::Claims, Over::Cells);
    let scene = Scene { ledger: &case.ledger, over };
    let mut left = vec![BTreeMap::new()];
    while let Some(answers) = left.pop() {
        let setting = Setting { answers, level: level.clone(), ..Setting::default() };
        let file = (assertion.edition, assertion.place.file);
        let view = View::new(scene, file, &assertion.given, &setting).together();
        let condition = match unmet_condition(&view, assertion) {
            Some(_) => None,
            None => assertion.check.relation(&view).ok().flatten(),
        };
        let derived = assertion.check.derived().and_then(|at| view.stated(at).ok()?.origin);
        let trace = view.into_trace();
        let new = |q: &&Asked| !setting.answers.contains_key(&q.key);
        if let Some(question) = trace.questions.iter().find(new)
            && left.len() + member.ways.len() < MAX_WAYS
        {
            for answer in question.answers.iter().rev() {
                let mut answers = setting.answers.clone();
                answers.insert(question.key.clone(), answer.clone());
                left.push(answers);
            }
            continue;
        }
        for question in &trace.questions {
            if !member.questions.iter().any(|known| known.key == question.key) {
                member.questions.push(question.clone());
            }
        }
        member.open |= trace.figures.iter().any(|used| !used.open.is_empty());
        for used in &trace.figures {
            if !member.figures.iter().any(|known| known.name == used.name) {
                member.figures.push(used.clone());
            }
        }
        let weight = |quantity: &Quantity| weigh(quantity, derived.as_ref(), weights);
        let mut lowering = Lowering::new(unknowns, &weight, owner);
        let condition = condition.filter(|_| trace.mistakes.is_empty());
        let says = condition.and_then(|condition| lowering.says(&condition));
        let seen = lowering.seen();
        member.twice |= says.is_some() && seen.twice;
        member.unprinted |= seen.unprinted;
        for named in seen.names {
            if !member.names.contains(&named) {
                member.names.push(named);
            }
        }
        member.ways.push(Way { answers: setting.answers, says });
    }
    member.instance = instance;
    member
}

fn weigh(
    quantity: &Quantity,
    derived: Option<&Origin>,
    weights: &BTreeMap<Place, Option<u32>>,
) -> Option<u32> {
    let declared = match &quantity.origin {
        Some(Origin::Declared(place, _)) => weights.get(place).copied().unwrap_or(Some(USUAL)),
        _ => Some(USUAL),
    };
    let worked_out = derived.is_some() && derived == quantity.origin.as_ref();
    declared.map(|weight| if worked_out && weight == USUAL { HEDGED } else { weight })
}

/// The members that have unknowns in common, directly or through others, in the order of their
/// first members. Those that say nothing are in none.
pub(super) fn blocks(unknowns: &Unknowns, members: &[Member]) -> Vec<Vec<usize>> {
    let mut joined = Joined((0..unknowns.variables.len()).collect());
    let mut first = vec![None; members.len()];
    for (at, member) in members.iter().enumerate() {
        for says in member.ways.iter().filter_map(|way| way.says.as_ref()) {
            says.each_variable(&mut |variable| {
                let own = *first[at].get_or_insert(variable);
                joined.join(own, variable);
            });
        }
    }
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, own) in first.into_iter().enumerate() {
        if let Some(own) = own {
            found.entry(joined.root(own)).or_default().push(at);
        }
    }
    let mut blocks: Vec<Vec<usize>> = found.into_values().collect();
    blocks.sort();
    blocks
}

/// Which variables belong together.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// The unknowns that members speak of.
pub(super) fn spoken_of(members: &[&Member]) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    for says in members.iter().flat_map(|m| m.ways.iter().filter_map(|way| way.says.as_ref())) {
        says.each_variable(&mut |variable| {
            all.insert(variable);
        });
    }
    all
}

impl Member<'_> {
    /// What a reader knows it by.
    pub fn name(&self) -> String {
        let id = settle::id(self.assertion);
        match &self.instance {
            Some(instance) => format!("{id}, {}", instance.label),
            None => id,
        }
    }
}
