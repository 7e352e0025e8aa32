//! A system made ready for the simplex: one slack for each form of sum, and ends with what they
//! come from.

use std::collections::BTreeMap;

use super::proof::{By, Line, Place, Premise, Step};
use super::ratio::{Ratio, Value, gcd};
use super::simplex::{Bound, Side, Simplex};
use super::system::{Product, Relation, Row, Says, System};
use crate::interval::Interval;
use crate::number::Number;

/// An end of a value of the simplex.
#[derive(Clone, Debug)]
pub struct Part {
    /// The value.
    pub of: usize,
    /// Which end.
    pub side: Side,
    /// Where it is; its tag is a place in the list of origins.
    pub bound: Bound,
}

/// What an end comes from: the line of `premise` times `scale` says that the value, or minus the
/// value for a lower end, is at most so much.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The line.
    pub premise: Premise,
    /// Above zero.
    pub scale: Ratio,
}

/// What holds together: ends, products and choices, the last two by their places in the plan.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Ends.
    pub parts: Vec<Part>,
    /// Products.
    pub products: Vec<usize>,
    /// Choices.
    pub choices: Vec<usize>,
    /// The plan's steps that rest on its rows.
    pub steps: std::ops::Range<usize>,
}

/// A system for the simplex. The first values are the system's variables.
#[derive(Debug, Default)]
pub struct Plan {
    /// The tableau, without bounds yet.
    pub lp: Simplex,
    /// For each rule.
    pub rules: Vec<Piece>,
    /// For each variable, the ends of its domain.
    pub domains: Vec<Vec<Part>>,
    /// For each variable, the ends of its printed set.
    pub printed: Vec<Vec<Part>>,
    /// All products and where they stand.
    pub products: Vec<(Place, Product)>,
    /// All choices, where they stand and what each answer brings.
    pub choices: Vec<(Place, Vec<Piece>)>,
    /// What each end comes from.
    pub origins: Vec<Origin>,
    /// Roundings that need nothing but what is there; their ids are their places.
    pub steps: Vec<Step>,
    /// Each sum and its slack.
    pub forms: Vec<(usize, Vec<(usize, Ratio)>)>,
    known: BTreeMap<Vec<(usize, Ratio)>, usize>,
}

impl Plan {
    /// The plan of a system.
    pub fn new(system: &System) -> Self {
        let start = system.variables.iter().map(|variable| {
            let set = variable.printed.as_ref();
            let inside =
                set.map_or(Some(&variable.domain).cloned(), |set| set.intersect(&variable.domain));
            let value = inside.map_or_else(Number::zero, |set| set.any_member());
            let value = Ratio::from(&value);
            Value::exactly(if variable.whole { value.floor() } else { value })
        });
        let mut plan = Self { lp: Simplex::new(start.collect()), ..Self::default() };
        for (of, variable) in system.variables.iter().enumerate() {
            let domain = plan.ends(system, of, &variable.domain, Premise::Domain);
            plan.domains.push(domain);
            let printed = variable.printed.as_ref();
            let printed = printed.map(|set| plan.ends(system, of, set, Premise::Printed));
            plan.printed.push(printed.unwrap_or_default());
        }
        for (rule, said) in system.rules.iter().enumerate() {
            let mut piece = Piece::default();
            plan.piece(system, &said.says, Place::rule(rule), &mut piece);
            plan.rules.push(piece);
        }
        plan
    }

    fn ends(
        &mut self,
        system: &System,
        of: usize,
        set: &Interval,
        premise: fn(usize, Side) -> Premise,
    ) -> Vec<Part> {
        let sides = [(Side::Lo, set.lo()), (Side::Hi, set.hi())];
        let ends = sides.into_iter().filter_map(|(side, end)| Some((side, end?)));
        ends.map(|(side, end)| {
            let form = [(of, Ratio::ONE)];
            let at = Ratio::from(&end.at);
            self.part(system, &form, of, side, at, !end.closed, premise(of, side), Ratio::ONE)
        })
        .collect()
    }

    fn piece(&mut self, system: &System, says: &Says, place: Place, piece: &mut Piece) {
        match says {
            Says::Row(row) => self.row(system, row, &place, piece),
            Says::Product(product) => {
                piece.products.push(self.products.len());
                self.products.push((place, *product));
            }
            Says::All(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    self.piece(system, part, place.part(at), piece);
                }
            }
            Says::Any(parts) => {
                let mut pieces = Vec::new();
                for (at, part) in parts.iter().enumerate() {
                    let mut inner = Piece::default();
                    let first = self.steps.len();
                    self.piece(system, part, place.part(at), &mut inner);
                    inner.steps = first..self.steps.len();
                    pieces.push(inner);
                }
                piece.choices.push(self.choices.len());
                self.choices.push((place, pieces));
            }
        }
    }

    fn row(&mut self, system: &System, row: &Row, place: &Place, piece: &mut Piece) {
        let mut form: Vec<(usize, Ratio)> =
            row.terms.iter().map(|(of, factor)| (*of, Ratio::from(factor))).collect();
        form.sort_by_key(|(of, _)| *of);
        let scale = unit(&form);
        let under = scale.recip();
        form.iter_mut().for_each(|(_, factor)| *factor = &*factor * &under);
        let of = self.sum(&form);
        let at = &Ratio::from(&row.bound) * &under;
        let first = if scale.is_negative() { Side::Lo } else { Side::Hi };
        let halves: &[(Side, bool)] = if row.relation == Relation::Equal {
            &[(first, false), (first.other(), true)]
        } else {
            &[(first, false)]
        };
        for (side, turned) in halves {
            let premise = Premise::Row { place: place.clone(), turned: *turned };
            let strict = row.relation == Relation::Below;
            let at = at.clone();
            piece.parts.push(self.part(system, &form, of, *side, at, strict, premise, under.abs()));
        }
    }

    /// The value that equals the sum.
    fn sum(&mut self, form: &[(usize, Ratio)]) -> usize {
        if let [(of, _)] = form {
            return *of;
        }
        if let Some(of) = self.known.get(form) {
            return *of;
        }
        let of = self.lp.add(form);
        self.known.insert(form.to_vec(), of);
        self.forms.push((of, form.to_vec()));
        of
    }

    /// An end of a sum; rounded, if only whole numbers are in it.
    #[allow(clippy::too_many_arguments)]
    fn part(
        &mut self,
        system: &System,
        form: &[(usize, Ratio)],
        of: usize,
        side: Side,
        at: Ratio,
        strict: bool,
        premise: Premise,
        scale: Ratio,
    ) -> Part {
        let mut bound = end(side, at, strict);
        let mut origin = Origin { premise, scale };
        let whole =
            |(of, factor): &(usize, Ratio)| system.variables[*of].whole && factor.is_integer();
        let rough = strict || !bound.at.is_integer();
        if rough && !form.is_empty() && form.iter().all(whole) {
            bound = Value::exactly(rounded(side, &bound));
            let line = half(form, side, &bound);
            let id = self.steps.len();
            self.steps.push(Step { id, line, by: By::Round(origin.premise) });
            origin = Origin { premise: Premise::Line(id), scale: Ratio::ONE };
        }
        let tag = self.origins.len();
        self.origins.push(origin);
        Part { of, side, bound: Bound { value: bound, tag } }
    }
}

/// An end as a value: what is strict is an infinitesimal inside.
pub fn end(side: Side, at: Ratio, strict: bool) -> Value {
    let inside = if side == Side::Lo { 1 } else { -1 };
    Value { at, tiny: if strict { Ratio::from(inside) } else { Ratio::ZERO } }
}

/// The whole number that an end becomes for whole values.
pub fn rounded(side: Side, bound: &Value) -> Ratio {
    let strict = !bound.tiny.is_zero();
    match side {
        Side::Lo if strict => &bound.at.floor() + &Ratio::ONE,
        Side::Lo => bound.at.ceil(),
        Side::Hi if strict => &bound.at.ceil() - &Ratio::ONE,
        Side::Hi => bound.at.floor(),
    }
}

/// The line that says that a sum keeps an end.
pub fn half(form: &[(usize, Ratio)], side: Side, bound: &Value) -> Line {
    let turn = |ratio: &Ratio| if side == Side::Lo { (-ratio).number() } else { ratio.number() };
    Line {
        terms: form.iter().map(|(of, factor)| (*of, turn(factor))).collect(),
        bound: turn(&bound.at),
        strict: !bound.tiny.is_zero(),
    }
}

/// What to divide the factors by to make them whole numbers without a common divisor, the first
/// above zero; if they are too long for that, to make the first one.
fn unit(form: &[(usize, Ratio)]) -> Ratio {
    let Some((_, first)) = form.first() else { return Ratio::ONE };
    let common = || {
        let (mut over, mut under) = (0u64, 1u64);
        for (_, factor) in form {
            let (a, b) = factor.words()?;
            over = gcd(over, a.unsigned_abs());
            under = under.checked_mul(b / gcd(under, b))?;
        }
        let unit = Ratio::from(&Number::ratio(i64::try_from(over).ok()?, under));
        Some(if first.is_negative() { -&unit } else { unit })
    };
    common().unwrap_or_else(|| first.clone())
}
