//! The search: relaxations by the simplex, and cases where they do not decide.
//!
//! Whole numbers are found by branch and bound, products by planes that bound them within the box
//! of a case (`products`), and choices by trying what the relaxation breaks. Whatever a case is
//! refuted by is noted, so that a refutation that does not need the case's own assumption refutes
//! its siblings as well.

use super::decide::{Answer, Assumed, Budget};
use super::plan::{Origin, Part, Plan};
use super::proof::{By, Close, Line, Node, Premise, Proof, Step, Uses};
use super::ratio::{Ratio, Value};
use super::simplex::{Bound, Check, Held, Side};
use super::system::System;
use crate::number::Number;

/// Cases within cases: more than any report needs, and few enough for the stack.
const DEPTH: usize = 150;

/// The state of a search: the plan with its tableau, and what the case at hand has added.
#[derive(Debug)]
pub struct Search<'a> {
    pub(super) system: &'a System,
    pub(super) plan: Plan,
    /// For each value of the simplex, the ends that are assumed or may be.
    ends: Vec<Vec<(Need, Side, Bound)>>,
    assumed: Option<Assumed>,
    /// Ends as they were before the case at hand, and the cases above, changed them.
    trail: Vec<(usize, Side, Option<Bound>)>,
    /// Products and choices that hold in the case at hand.
    pub(super) products: Vec<usize>,
    choices: Vec<usize>,
    /// Choices of which the case at hand takes one part.
    answered: Vec<usize>,
    next: usize,
    pub(super) nodes: usize,
    pub(super) limit: usize,
}

/// What an end needs to count.
#[derive(Clone, Copy, Debug)]
enum Need {
    Nothing,
    Rule(usize),
    Printed(usize),
}

/// What came of a case.
pub(super) enum Found {
    Witness(Vec<Ratio>),
    Refuted(Tree),
    /// Not decided, and why.
    Open(String),
}

/// A refutation and what it rests on outside itself.
pub(super) struct Tree {
    pub node: Node,
    pub uses: Uses,
}

/// What a case has added and must take away.
#[derive(Default)]
pub(super) struct Case {
    pub steps: Vec<Step>,
    pub cuts: Vec<usize>,
}

/// What the relaxation says.
pub(super) enum Relaxed {
    At(Vec<Ratio>),
    Conflict(Vec<(Premise, Number)>),
    Stopped,
}

/// Where a case began.
pub(super) struct Mark {
    trail: usize,
    origins: usize,
    products: usize,
    choices: usize,
}

type Stop<'b> = &'b (dyn Fn() -> bool + Sync);

impl<'a> Search<'a> {
    /// A search over this system.
    pub fn new(system: &'a System) -> Self {
        let plan = Plan::new(system);
        let many = system.variables.len();
        let mut ends = vec![Vec::new(); many + plan.forms.len()];
        let mut note = |need: Need, parts: &[Part]| {
            for part in parts {
                ends[part.of].push((need, part.side, part.bound.clone()));
            }
        };
        for of in 0..many {
            note(Need::Nothing, &plan.domains[of]);
        }
        for (rule, piece) in plan.rules.iter().enumerate() {
            note(Need::Rule(rule), &piece.parts);
        }
        for of in 0..many {
            note(Need::Printed(of), &plan.printed[of]);
        }
        Self {
            system,
            next: plan.steps.len(),
            plan,
            ends,
            assumed: None,
            trail: Vec::new(),
            products: Vec::new(),
            choices: Vec::new(),
            answered: Vec::new(),
            nodes: 0,
            limit: 0,
        }
    }

    /// Whether what is assumed can hold; neither witness nor proof is checked.
    pub fn decide(&mut self, assumed: &Assumed, budget: &Budget) -> Answer {
        self.assume(assumed);
        self.limit = budget.nodes;
        match self.node(0, budget.stop) {
            Found::Witness(values) => Answer::Possible(values.iter().map(Ratio::number).collect()),
            Found::Refuted(tree) => Answer::Impossible(Proof { root: self.whole(tree) }),
            Found::Open(reached) => Answer::Unknown(reached),
        }
    }

    /// The proof with those roundings of the plan that it needs.
    fn whole(&self, tree: Tree) -> Node {
        self.close(self.plan.steps.clone(), tree).node
    }

    /// Sets the ends that count. Only what has changed since the last time is touched.
    pub(super) fn assume(&mut self, assumed: &Assumed) {
        let mut touched: Vec<usize> = Vec::new();
        match &self.assumed {
            None => touched.extend(0..self.ends.len()),
            Some(last) => {
                let rules = last.rules.iter().zip(&assumed.rules).zip(&self.plan.rules);
                for (_, piece) in rules.filter(|((was, is), _)| was != is) {
                    touched.extend(piece.parts.iter().map(|part| part.of));
                }
                let printed = last.printed.iter().zip(&assumed.printed).enumerate();
                touched.extend(printed.filter(|(_, (was, is))| was != is).map(|(of, _)| of));
                touched.sort_unstable();
                touched.dedup();
            }
        }
        let counts = |need: &Need| match need {
            Need::Nothing => true,
            Need::Rule(rule) => assumed.rules.get(*rule).copied().unwrap_or(false),
            Need::Printed(of) => assumed.printed.get(*of).copied().unwrap_or(false),
        };
        for of in touched {
            for side in [Side::Lo, Side::Hi] {
                let ends = self.ends[of].iter().filter(|(need, at, _)| *at == side && counts(need));
                let tightest = ends.map(|(_, _, bound)| bound).reduce(|best, bound| {
                    if tighter(side, &bound.value, &best.value) { bound } else { best }
                });
                let was = self.plan.lp.bound(of, side);
                if was != tightest {
                    let tightest = tightest.cloned();
                    self.plan.lp.set(of, side, tightest);
                }
            }
        }
        let held = self.plan.rules.iter().enumerate().filter(|(rule, _)| assumed.rules[*rule]);
        let (mut products, mut choices) = (Vec::new(), Vec::new());
        for (_, piece) in held {
            products.extend(&piece.products);
            choices.extend(&piece.choices);
        }
        (self.products, self.choices) = (products, choices);
        self.assumed = Some(assumed.clone());
        self.next = self.plan.steps.len();
        self.nodes = 0;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            trail: self.trail.len(),
            origins: self.plan.origins.len(),
            products: self.products.len(),
            choices: self.choices.len(),
        }
    }

    pub(super) fn undo(&mut self, mark: &Mark) {
        while self.trail.len() > mark.trail {
            if let Some((of, side, bound)) = self.trail.pop() {
                self.plan.lp.set(of, side, bound);
            }
        }
        self.plan.origins.truncate(mark.origins);
        self.products.truncate(mark.products);
        self.choices.truncate(mark.choices);
    }

    /// A new number for a line of the proof.
    pub(super) fn id(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    /// Sets an end if it is tighter than what is there.
    pub(super) fn tighten(&mut self, of: usize, side: Side, bound: Bound) -> bool {
        let now = self.plan.lp.bound(of, side);
        if now.is_some_and(|now| !tighter(side, &bound.value, &now.value)) {
            return false;
        }
        self.trail.push((of, side, now.cloned()));
        self.plan.lp.set(of, side, Some(bound));
        true
    }

    /// Sets an end that a line of the proof gives; the line times `scale` is the end.
    pub(super) fn tighten_by(
        &mut self,
        of: usize,
        side: Side,
        value: Value,
        origin: Origin,
    ) -> bool {
        self.plan.origins.push(origin);
        let tag = self.plan.origins.len() - 1;
        self.tighten(of, side, Bound { value, tag })
    }

    /// What an end comes from.
    pub(super) fn origin(&self, of: usize, side: Side) -> Option<(&Value, &Origin)> {
        let bound = self.plan.lp.bound(of, side)?;
        Some((&bound.value, &self.plan.origins[bound.tag]))
    }

    fn sum(&self, held: &[Held]) -> Vec<(Premise, Number)> {
        held.iter()
            .map(|held| {
                let origin = &self.plan.origins[held.tag];
                (origin.premise.clone(), (&held.times * &origin.scale).number())
            })
            .collect()
    }

    /// Puts steps before a refutation, as far as it needs them.
    fn close(&self, steps: Vec<Step>, tree: Tree) -> Tree {
        let Tree { mut node, mut uses } = tree;
        let mut needed = Vec::new();
        for step in steps.into_iter().rev() {
            if uses.lines.remove(&step.id) {
                uses.step(&step.by);
                needed.push(step);
            }
        }
        needed.reverse();
        needed.append(&mut node.steps);
        node.steps = needed;
        Tree { node, uses }
    }

    pub(super) fn refuted(&self, steps: Vec<Step>, sum: Vec<(Premise, Number)>) -> Found {
        let mut uses = Uses::default();
        sum.iter().for_each(|(premise, _)| uses.premise(premise));
        let node = Node { steps: Vec::new(), close: Close::Sum(sum) };
        Found::Refuted(self.close(steps, Tree { node, uses }))
    }

    /// Looks into the case at hand and leaves everything as it was.
    pub(super) fn node(&mut self, depth: usize, stop: Stop) -> Found {
        self.nodes += 1;
        if self.nodes > self.limit {
            return Found::Open(format!("{} cases were looked into", self.limit));
        }
        if depth > DEPTH {
            return Found::Open(format!("{DEPTH} cases within each other were looked into"));
        }
        let mark = self.mark();
        let mut case = Case::default();
        let found = self.explore(depth, &mut case, stop);
        while let Some(cut) = case.cuts.pop() {
            self.plan.lp.remove(cut);
        }
        self.undo(&mark);
        found
    }

    fn explore(&mut self, depth: usize, case: &mut Case, stop: Stop) -> Found {
        let rounds = if depth == 0 { 24 } else { 6 };
        let values = match self.relaxed(case, rounds, stop) {
            Relaxed::At(values) => values,
            Relaxed::Conflict(sum) => return self.refuted(std::mem::take(&mut case.steps), sum),
            Relaxed::Stopped => return Found::Open("it was stopped".to_owned()),
        };
        if let Some(of) = self.broken_number(&values) {
            let at = values[of].floor();
            let near = &(&values[of] - &at) + &(&values[of] - &at) > Ratio::ONE;
            return self.split(of, &at, near, depth, case, stop);
        }
        if let Some(choice) = self.broken_choice(&values) {
            self.answered.push(choice);
            let found = self.choose(choice, depth, case, stop);
            self.answered.pop();
            return found;
        }
        if let Some((of, at)) = self.broken_product(&values) {
            let often =
                self.nodes < 8 || self.nodes.is_power_of_two() || self.nodes.is_multiple_of(64);
            if often && let Some(witness) = self.dive(&values, depth, stop) {
                return Found::Witness(witness);
            }
            let near = values[of] > at;
            return self.split(of, &at, near, depth, case, stop);
        }
        Found::Witness(values)
    }

    /// The relaxation, with planes for the products that it breaks.
    pub(super) fn relaxed(&mut self, case: &mut Case, rounds: usize, stop: Stop) -> Relaxed {
        for round in 0.. {
            match self.plan.lp.check(&|| stop()) {
                Check::Feasible => {}
                Check::Conflict(held) => return Relaxed::Conflict(self.sum(&held)),
                Check::Stopped => return Relaxed::Stopped,
            }
            let values = self.plan.lp.plain(self.system.variables.len());
            if !self.cut(&values, case, round < rounds) {
                return Relaxed::At(values);
            }
        }
        Relaxed::Stopped
    }

    /// A whole number that is not whole, the one with the narrowest range.
    fn broken_number(&self, values: &[Ratio]) -> Option<usize> {
        let variables = self.system.variables.iter().zip(values).enumerate();
        let broken = variables.filter(|(_, (of, value))| of.whole && !value.is_integer());
        let width = |of: usize| {
            let (lo, hi) = (self.plan.lp.bound(of, Side::Lo)?, self.plan.lp.bound(of, Side::Hi)?);
            Some(&hi.value.at - &lo.value.at)
        };
        let broken = broken.map(|(of, _)| (width(of), of));
        broken.min_by_key(|(width, of)| (width.is_none(), width.clone(), *of)).map(|(_, of)| of)
    }

    fn broken_choice(&self, values: &[Ratio]) -> Option<usize> {
        if self.choices.is_empty() {
            return None;
        }
        let values: Vec<Number> = values.iter().map(Ratio::number).collect();
        // What is answered holds as soon as its part does, which is seen to by itself.
        let mut left =
            self.choices.iter().copied().filter(|choice| !self.answered.contains(choice));
        left.find(|choice| {
            let says = self.plan.choices[*choice].0.says(self.system);
            says.is_some_and(|says| !says.holds(&values))
        })
    }

    /// Both cases of a variable at most `at` or above it; `upper` says which comes first.
    fn split(
        &mut self,
        of: usize,
        at: &Ratio,
        upper: bool,
        depth: usize,
        case: &mut Case,
        stop: Stop,
    ) -> Found {
        let whole = self.system.variables[of].whole;
        let ids = [self.id(), self.id()];
        let mut trees = [None, None];
        let mut open = None;
        for which in if upper { [1, 0] } else { [0, 1] } {
            let mark = self.mark();
            let (side, value) = match which {
                0 => (Side::Hi, Value::exactly(at.clone())),
                _ if whole => (Side::Lo, Value::exactly(at + &Ratio::ONE)),
                _ => (Side::Lo, Value { at: at.clone(), tiny: Ratio::ONE }),
            };
            let origin = Origin { premise: Premise::Line(ids[which]), scale: Ratio::ONE };
            self.tighten_by(of, side, value, origin);
            let found = self.node(depth + 1, stop);
            self.undo(&mark);
            match found {
                Found::Witness(values) => return Found::Witness(values),
                Found::Refuted(tree) if !tree.uses.lines.contains(&ids[which]) => {
                    let steps = std::mem::take(&mut case.steps);
                    return Found::Refuted(self.close(steps, tree));
                }
                Found::Refuted(tree) => trees[which] = Some(tree),
                Found::Open(reached) => {
                    open = Some(reached);
                    if self.nodes > self.limit || stop() {
                        break;
                    }
                }
            }
        }
        match (open, trees) {
            (None, [Some(lower), Some(upper)]) => {
                let mut uses = lower.uses;
                uses.join(&upper.uses);
                ids.iter().for_each(|id| {
                    uses.lines.remove(id);
                });
                let cases = Box::new([lower.node, upper.node]);
                let close = Close::Cut { variable: of, at: at.number(), ids, cases };
                let node = Node { steps: Vec::new(), close };
                let steps = std::mem::take(&mut case.steps);
                Found::Refuted(self.close(steps, Tree { node, uses }))
            }
            (open, _) => Found::Open(open.unwrap_or_default()),
        }
    }

    /// Each answer of a choice.
    fn choose(&mut self, choice: usize, depth: usize, case: &mut Case, stop: Stop) -> Found {
        let place = self.plan.choices[choice].0.clone();
        let mut uses = Uses::default();
        let mut cases = Vec::new();
        let mut open = None;
        for part in 0..self.plan.choices[choice].1.len() {
            let mark = self.mark();
            let piece = self.plan.choices[choice].1[part].clone();
            for end in piece.parts {
                self.tighten(end.of, end.side, end.bound);
            }
            self.products.extend(piece.products);
            self.choices.extend(piece.choices);
            let found = self.node(depth + 1, stop);
            self.undo(&mark);
            match found {
                Found::Witness(values) => return Found::Witness(values),
                Found::Refuted(tree) => {
                    // What was rounded beforehand holds from here on.
                    let steps = self.plan.steps[piece.steps.clone()].to_vec();
                    let mut tree = self.close(steps, tree);
                    if !tree.uses.chosen.remove(&(place.clone(), part)) {
                        let steps = std::mem::take(&mut case.steps);
                        return Found::Refuted(self.close(steps, tree));
                    }
                    uses.join(&tree.uses);
                    cases.push(tree.node);
                }
                Found::Open(reached) => {
                    open = Some(reached);
                    if self.nodes > self.limit || stop() {
                        break;
                    }
                }
            }
        }
        if let Some(reached) = open {
            return Found::Open(reached);
        }
        uses.place(&place);
        let node = Node { steps: Vec::new(), close: Close::Choose { place, cases } };
        let steps = std::mem::take(&mut case.steps);
        Found::Refuted(self.close(steps, Tree { node, uses }))
    }

    /// Notes a step and returns what an end that it gives comes from.
    pub(super) fn step(&mut self, case: &mut Case, line: Line, by: By, scale: Ratio) -> Origin {
        let id = self.id();
        case.steps.push(Step { id, line, by });
        Origin { premise: Premise::Line(id), scale }
    }

    /// Adds a sum with an end that a line of the proof gives.
    pub(super) fn plane(
        &mut self,
        case: &mut Case,
        terms: &[(usize, Ratio)],
        ends: Vec<(Side, Value, Origin)>,
    ) {
        let of = self.plan.lp.add(terms);
        case.cuts.push(of);
        for (side, value, origin) in ends {
            self.plan.origins.push(origin);
            let tag = self.plan.origins.len() - 1;
            self.plan.lp.set(of, side, Some(Bound { value, tag }));
        }
    }
}

/// Whether `a` cuts more than `b`.
pub(super) fn tighter(side: Side, a: &Value, b: &Value) -> bool {
    if side == Side::Lo { a > b } else { a < b }
}
