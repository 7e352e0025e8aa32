//! Proof that nothing satisfies a system: a tree of cases, each closed by adding lines up to a
//! contradiction. Every line states what it comes from, so that a reader, or [`verify`], can go
//! through it step by step.
//!
//! [`verify`]: super::verify::verify

use std::collections::BTreeSet;

use super::simplex::Side;
use super::system::{Says, System};
use crate::number::Number;

/// An inequality: the sum of `terms` is at most `bound`, or below it if `strict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Variables in order, each once, and their factors, none zero.
    pub terms: Vec<(usize, Number)>,
    /// The bound.
    pub bound: Number,
    /// Whether the bound itself is excluded.
    pub strict: bool,
}

/// Where a part of a rule stands: the rule, and the way down through what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The rule.
    pub rule: usize,
    /// Which part of `All` or `Any`, at each level.
    pub path: Vec<usize>,
}

/// A line that is there to be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Premise {
    /// An end of where a variable lies whatever is printed.
    Domain(usize, Side),
    /// An end of what prints as the figure does.
    Printed(usize, Side),
    /// A row of a rule; `turned` is the other half of an equation.
    Row {
        /// Where the row stands.
        place: Place,
        /// Whether the equation is read as "at least".
        turned: bool,
    },
    /// A line of the proof: a step's, or what a case assumes.
    Line(usize),
}

/// How a line follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// From adding lines, each times a number that is not negative.
    Sum(Vec<(Premise, Number)>),
    /// From the whole numbers in it: the factors have a common divisor, and the bound is rounded.
    Round(Premise),
    /// From two lines of one factor each: the product of what they leave is not negative
    /// (McCormick 1976).
    Corner(Place, [Premise; 2]),
    /// From a square: (a − c)² is not negative.
    Tangent(Place, Number),
    /// From a factor (the first or second) with a single value, between two ends; `turned` is the
    /// half that says "at least".
    Fixed {
        /// The product.
        place: Place,
        /// Which factor it is.
        factor: usize,
        /// Its lower and upper end.
        ends: [Premise; 2],
        /// Whether the product is held from below.
        turned: bool,
    },
    /// The product lies between the products of these ends of its factors.
    Times(Place, Vec<Premise>),
    /// A factor (the first or second) lies between the quotients of these ends, of the product and
    /// the other factor.
    Over(Place, usize, Vec<Premise>),
}

/// A line and how it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is known by below.
    pub id: usize,
    /// The line.
    pub line: Line,
    /// How it follows.
    pub by: By,
}

/// How a case comes to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// Lines, each so many times, add up to 0 ≤ a negative number, or 0 < 0.
    Sum(Vec<(Premise, Number)>),
    /// A variable is at most a value, or above it (for a whole number: at least the next).
    Cut {
        /// The variable.
        variable: usize,
        /// The value; whole, for a whole number.
        at: Number,
        /// What the assumptions of the two cases are known by.
        ids: [usize; 2],
        /// Both cases.
        cases: Box<[Node; 2]>,
    },
    /// One of several parts of a rule holds.
    Choose {
        /// Where they stand.
        place: Place,
        /// A case for each.
        cases: Vec<Node>,
    },
}

/// A case: lines that follow, and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Lines that follow, in order.
    pub steps: Vec<Step>,
    /// The end.
    pub close: Close,
}

/// Proof that nothing satisfies the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The tree.
    pub root: Node,
}

/// What a part of a proof rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Lines of the proof.
    pub lines: BTreeSet<usize>,
    /// Parts of rules that a case has chosen: where they stand, and which.
    pub chosen: BTreeSet<(Place, usize)>,
    /// Rules.
    pub rules: BTreeSet<usize>,
    /// Printed sets.
    pub printed: BTreeSet<usize>,
}

impl Proof {
    /// The rules it rests on.
    pub fn rules(&self) -> BTreeSet<usize> {
        self.uses().rules
    }

    /// The variables whose printed sets it rests on.
    pub fn printed(&self) -> BTreeSet<usize> {
        self.uses().printed
    }

    fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        self.root.uses(&mut uses);
        uses
    }

    /// How many cases it has that are closed by a sum.
    pub fn cases(&self) -> usize {
        fn count(node: &Node) -> usize {
            match &node.close {
                Close::Sum(_) => 1,
                Close::Cut { cases, .. } => cases.iter().map(count).sum(),
                Close::Choose { cases, .. } => cases.iter().map(count).sum(),
            }
        }
        count(&self.root)
    }
}

impl By {
    /// The product it is about, if any.
    pub fn product(&self) -> Option<&Place> {
        match self {
            Self::Sum(_) | Self::Round(_) => None,
            Self::Corner(place, _) | Self::Tangent(place, _) | Self::Times(place, _) => Some(place),
            Self::Fixed { place, .. } | Self::Over(place, ..) => Some(place),
        }
    }

    /// The lines it follows from.
    pub fn premises(&self) -> Vec<&Premise> {
        match self {
            Self::Sum(lines) => lines.iter().map(|(premise, _)| premise).collect(),
            Self::Round(premise) => vec![premise],
            Self::Corner(_, premises) => premises.iter().collect(),
            Self::Tangent(..) => Vec::new(),
            Self::Fixed { ends, .. } => ends.iter().collect(),
            Self::Times(_, ends) | Self::Over(_, _, ends) => ends.iter().collect(),
        }
    }
}

impl Uses {
    /// Adds a premise.
    pub fn premise(&mut self, premise: &Premise) {
        match premise {
            Premise::Domain(..) => {}
            Premise::Printed(variable, _) => {
                self.printed.insert(*variable);
            }
            Premise::Row { place, .. } => self.place(place),
            Premise::Line(id) => {
                self.lines.insert(*id);
            }
        }
    }

    /// Adds a part of a rule. All choices on the way are noted, and perhaps parts of `All` too,
    /// which does no harm.
    pub fn place(&mut self, place: &Place) {
        self.rules.insert(place.rule);
        for (depth, part) in place.path.iter().enumerate() {
            let above = Place { rule: place.rule, path: place.path[..depth].to_vec() };
            self.chosen.insert((above, *part));
        }
    }

    /// Adds what a step rests on.
    pub fn step(&mut self, by: &By) {
        by.premises().into_iter().for_each(|premise| self.premise(premise));
        if let Some(place) = by.product() {
            self.place(place);
        }
    }

    /// Adds all of another.
    pub fn join(&mut self, other: &Self) {
        self.lines.extend(&other.lines);
        self.chosen.extend(other.chosen.iter().cloned());
        self.rules.extend(&other.rules);
        self.printed.extend(&other.printed);
    }
}

impl Node {
    fn uses(&self, uses: &mut Uses) {
        self.steps.iter().for_each(|step| uses.step(&step.by));
        match &self.close {
            Close::Sum(lines) => lines.iter().for_each(|(premise, _)| uses.premise(premise)),
            Close::Cut { cases, .. } => cases.iter().for_each(|case| case.uses(uses)),
            Close::Choose { place, cases } => {
                uses.place(place);
                cases.iter().for_each(|case| case.uses(uses));
            }
        }
    }
}

impl Place {
    /// A rule as a whole.
    pub fn rule(rule: usize) -> Self {
        Self { rule, path: Vec::new() }
    }

    /// A part of what stands here.
    pub fn part(&self, part: usize) -> Self {
        let mut path = self.path.clone();
        path.push(part);
        Self { rule: self.rule, path }
    }

    /// What stands there.
    pub fn says<'a>(&self, system: &'a System) -> Option<&'a Says> {
        let mut says = &system.rules.get(self.rule)?.says;
        for part in &self.path {
            says = match says {
                Says::All(parts) | Says::Any(parts) => parts.get(*part)?,
                Says::Row(_) | Says::Product(_) => return None,
            };
        }
        Some(says)
    }
}
