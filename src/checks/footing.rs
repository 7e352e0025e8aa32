//! Footing: parts add up to their total.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula, Function, Operator, Relation};
use crate::figure::Unit;
use crate::finding::{Judgement, Outcome, Rounded};
use crate::interval::Interval;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// The most parts that are all named where their sum is named.
const MANY: usize = 12;

/// Parts that add up to a total, or at most to it if the list is not complete.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Footing {
    /// The figures that are added.
    pub parts: At<Vec<At<String>>>,
    /// Figures that are taken away.
    #[serde(default)]
    pub less: Vec<At<String>>,
    /// The figure they add up to.
    pub total: At<String>,
    /// Whether the list has all parts. Undeclared, it is a question.
    pub complete: Option<bool>,
    /// Whether nothing is counted in two parts. Undeclared, it is a question.
    pub exclusive: Option<bool>,
}

impl Check for Footing {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let mut total = view.quantity(&self.total)?;
        let read = |operands: &[At<String>]| -> Result<Vec<Quantity>, Halt> {
            view.all(operands, View::stated)
        };
        let (mut parts, mut less) = (read(&self.parts.value)?, read(&self.less)?);
        let amounts = of_the_total(&mut parts, &mut less, &mut total);
        if parts.is_empty() && view.is_over_rows() {
            return Err(Halt::Missing("none of the parts has a value".to_owned()));
        }
        if parts.is_empty() {
            return Err(Mistake::new("`parts` is empty", view.place(&self.parts)).into());
        }
        let sum = sum(&parts, &less)?;
        total.comparable(&sum)?;

        let (complete, exclusive) = self.decided(view);
        let mut judgement = match (exclusive, complete) {
            (true, true) => relate(&total, &sum, Judgement::equal, Judgement::equal),
            (true, false) => relate(&total, &sum, at_least, at_most),
            (false, true) => {
                let covered = relate(&total, &sum, at_most, at_least);
                if covered.holds() { largest_within(&parts, &total) } else { covered }
            }
            (false, false) => largest_within(&parts, &total),
        };
        if takes_away(&parts, &less) && !(exclusive && complete) && !judgement.holds() {
            let why = "amounts are taken away, so a list with gaps or overlaps can have any total";
            judgement.notes.push(why.to_owned());
            judgement.outcome = Outcome::Holds;
            judgement.miss = Number::zero();
            judgement.distance = String::new();
        }
        let shown: Vec<String> = parts.iter().map(|part| total.show(&part.set)).collect();
        let taken: String = less.iter().map(|part| format!(" - {}", total.show(&part.set))).collect();
        let works = format!("{}{taken} = {}", shown.join(" + "), total.show(&sum.set));
        for (what, works) in amounts {
            judgement = judgement.step(what, works);
        }
        judgement = judgement.step("sum of the parts", works);
        judgement = judgement.step("total", total.shown());
        if exclusive && complete && judgement.holds() {
            judgement.rounded = rounded(&parts, &less, &total);
        }
        if exclusive && less.is_empty() {
            judgement = self.whole_things(view, &parts, &total, complete, judgement);
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        Some(Quick::Sum {
            plus: Role::Listed.each(&self.parts.value),
            minus: Role::Listed.each(&self.less),
            total: Role::Bound.of(&self.total),
            complete: self.complete,
            exclusive: self.exclusive,
        })
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let total = view.quantity(&self.total)?;
        let parts = view.all(&self.parts.value, View::stated)?;
        let less = view.all(&self.less, View::stated)?;
        let (complete, exclusive) = self.decided(view);
        if parts.is_empty() || (takes_away(&parts, &less) && !(exclusive && complete)) {
            return Ok(None);
        }
        let shares = |part: &Quantity| part.of.as_deref() == Some(total.name.as_str());
        let all = parts.iter().chain(&less).all(shares);
        let whole = Formula::Value(if all {
            Quantity::number(Number::one(), total.place)
        } else {
            total.clone()
        });
        let amount = |part: &Quantity| match Formula::Value(part.clone()) {
            share if shares(part) && !all => share.with(Operator::Times, whole.clone()),
            amount => amount,
        };
        let mut conditions = Vec::new();
        if !exclusive {
            let within = |part| Condition::Compare(amount(part), Relation::AtMost, whole.clone());
            conditions.extend(parts.iter().map(within));
        }
        if exclusive || complete {
            let sum = Formula::Call(Function::Sum, parts.iter().map(amount).collect());
            let minus = |sum: Formula<_>, part| sum.with(Operator::Minus, amount(part));
            let sum = less.iter().fold(sum, minus);
            let relation = match (exclusive, complete) {
                (true, true) => Relation::Equal,
                (true, false) => Relation::AtMost,
                _ => Relation::AtLeast,
            };
            conditions.push(Condition::Compare(sum, relation, whole.clone()));
            if exclusive && less.is_empty() {
                let total = if all { Quantity { unit: parts[0].unit.clone(), ..Quantity::number(Number::one(), total.place) } } else { total };
                conditions.extend(self.counts(view, &parts, &total, relation));
            }
        }
        Ok(Some(Condition::All(conditions)))
    }

    fn subject(&self) -> String {
        let total = &self.total.value;
        let named = total.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let first = self.parts.value.first().filter(|_| !named);
        first.map_or_else(|| total.clone(), |part| part.value.clone())
    }
}

impl Footing {
    /// Whether the list is complete, and whether its parts exclude each other.
    fn decided(&self, view: &View) -> (bool, bool) {
        let complete = view.decide("complete", self.complete, "Does the list have all parts?");
        let exclusive =
            view.decide("exclusive", self.exclusive, "Is nothing counted in two parts?");
        (complete, exclusive)
    }

    /// The number of whole things that percentages are of, if it is known and they add up to all
    /// of them.
    fn base(&self, view: &View, parts: &[Quantity], total: &Quantity) -> Option<Quantity> {
        let all = total.unit.is_percent() && total.set == Interval::point(Number::one());
        let base = parts[0].of.clone().filter(|_| all)?;
        let base = At { value: base, span: self.total.span.clone() };
        let known = view.claim(&base).ok().and_then(|claim| claim.figure.as_ref())?;
        known.figure.is_count().then_some(())?;
        let n = view.quantity(&base).ok()?;
        let whole = |n: &Number| n.is_integer() && !n.is_zero();
        n.set.as_point().is_some_and(whole).then_some(n)
    }

    /// The whole counts behind percentages, and how they add up.
    fn counts(
        &self,
        view: &View,
        parts: &[Quantity],
        total: &Quantity,
        relation: Relation,
    ) -> Vec<Condition<Quantity>> {
        let Some(n) = self.base(view, parts, total) else { return Vec::new() };
        let n = Formula::Value(n);
        let mut conditions = Vec::new();
        let mut counts = Vec::new();
        for part in parts {
            let any = Interval::at_least(Number::zero());
            let name = format!("the count of {}", part.name);
            let count = Quantity::whole(name, any, Unit::unstated(), part.place);
            let share = Formula::Value(part.clone()).with(Operator::Times, n.clone());
            counts.push(Formula::Value(count.clone()));
            conditions.push(Condition::Compare(Formula::Value(count), Relation::Equal, share));
        }
        let sum = Formula::Call(Function::Sum, counts);
        conditions.push(Condition::Compare(sum, relation, n));
        conditions
    }

    /// Percentages of `n` whole things are whole counts, and 100 % is all `n` of them.
    fn whole_things(
        &self,
        view: &View,
        parts: &[Quantity],
        total: &Quantity,
        complete: bool,
        mut judgement: Judgement,
    ) -> Judgement {
        let Some(base) = self.base(view, parts, total) else { return judgement };
        let Some(n) = base.set.as_point() else { return judgement };
        let unit = &base.unit;
        let counts: Vec<Option<Interval>> =
            parts.iter().map(|part| part.set.scale(n).integers()).collect();
        if let Some(at) = counts.iter().position(Option::is_none) {
            let (what, works) = (parts[at].name.clone(), parts[at].shown());
            judgement = judgement.step(what, format!("{works} × {n} holds no whole number"));
            if judgement.holds() {
                judgement.outcome = Outcome::Fails;
                judgement.margin = None;
                judgement.distance = String::new();
                let text = &parts[at].text;
                judgement.notes.push(format!("{text} is no whole number out of {n} (see grim)"));
            }
            return judgement;
        }
        let counts: Vec<Interval> = counts.into_iter().flatten().collect();
        let shown: Vec<String> = counts.iter().map(Interval::to_string).collect();
        let sum = counts.into_iter().fold(Interval::point(Number::zero()), |sum, c| sum + c);
        let left = (-&sum).shift(n);
        let total = format!("{} = {}", shown.join(" + "), unit.show(&sum));
        judgement = judgement
            .step(format!("whole counts of {n}"), total)
            .step("left over", format!("{n} - {sum} = {}", unit.show(&left)));
        let wanted = if complete {
            Interval::point(Number::zero())
        } else {
            Interval::at_least(Number::zero())
        };
        if judgement.holds() && left.intersect(&wanted).is_none() {
            judgement.outcome = Outcome::Fails;
            judgement.margin = None;
            judgement.notes.push(format!("no whole counts of {n} print as these figures"));
            if let Some(gap) = left.gap(&wanted) {
                judgement.miss = &gap / n;
                judgement.distance = unit.show(&Interval::point(gap));
            }
        }
        judgement
    }
}

/// What is left out of a list may take away, if anything in it does.
fn takes_away(parts: &[Quantity], less: &[Quantity]) -> bool {
    let printed_below = |part: &Quantity| {
        let printed = part.figure.as_ref().and_then(|figure| figure.printed());
        printed.is_some_and(Number::is_negative)
    };
    !less.is_empty() || parts.iter().any(printed_below)
}

/// The parts added up, and what is taken away taken away. The names are joined once, at the end.
fn sum(parts: &[Quantity], less: &[Quantity]) -> Result<Quantity, Halt> {
    let quiet = |part: &Quantity| Quantity { trial: true, ..part.clone() };
    let first = quiet(&parts[0]);
    let added = parts[1..].iter().try_fold(first, |sum, part| sum.plus(&quiet(part)))?;
    let sum = less.iter().try_fold(added, |sum, part| sum.minus(&quiet(part)))?;
    if parts[0].trial {
        return Ok(sum);
    }
    let joined = |word: fn(&Quantity) -> &str| {
        let shown = if parts.len() > MANY { 3 } else { parts.len() };
        let mut added: Vec<&str> = parts[..shown].iter().map(word).collect();
        let rest = format!("… ({} in all)", parts.len());
        if shown < parts.len() {
            added.push(&rest);
        }
        let taken: String = less.iter().map(|part| format!(" - {}", word(part))).collect();
        added.join(" + ") + &taken
    };
    let (name, text) = (joined(|part| &part.name), joined(|part| &part.text));
    Ok(Quantity { name, text, trial: false, ..sum })
}

/// Parts that are shares of the total itself. If all are, they are compared with the whole of it,
/// 100 %, since the total then cancels out; otherwise they are turned into amounts. Returns what
/// each amounts to.
fn of_the_total(
    parts: &mut [Quantity],
    less: &mut [Quantity],
    total: &mut Quantity,
) -> Vec<(String, String)> {
    let shares = |part: &Quantity| part.of.as_deref() == Some(total.name.as_str());
    let all = parts.iter().chain(less.iter()).all(shares);
    let mut amounts = Vec::new();
    for part in parts.iter_mut().chain(less.iter_mut()).filter(|part| shares(part)) {
        let amount = part.times(total);
        amounts.push((amount.name.clone(), total.show(&amount.set)));
        if !all {
            *part = amount;
        }
    }
    if all && !parts.is_empty() {
        let whole = Interval::point(Number::one());
        let of = Some(total.name.clone());
        let name = format!("100% of {}", total.name);
        *total = Quantity { of, ..total.derive(name, whole, parts[0].unit.clone()) };
    }
    amounts
}

fn at_least(stated: &Quantity, allowed: &Quantity) -> Judgement {
    Judgement::at_least(stated, allowed, false)
}

fn at_most(stated: &Quantity, allowed: &Quantity) -> Judgement {
    Judgement::at_most(stated, allowed, false)
}

type Relate = fn(&Quantity, &Quantity) -> Judgement;

/// Judges the total against the sum; or the sum against the total, if the total is only a figure
/// written out (100 % cannot be what is misprinted).
fn relate(total: &Quantity, sum: &Quantity, on_total: Relate, on_sum: Relate) -> Judgement {
    let written_out = total.figure.as_ref().is_none_or(|figure| figure.text() == total.name);
    if written_out { on_sum(sum, total) } else { on_total(total, sum) }
}

/// No part is larger than the total.
fn largest_within(parts: &[Quantity], total: &Quantity) -> Judgement {
    let judge = |part: &Quantity| at_most(part, total);
    let room = |judgement: &Judgement| {
        if judgement.holds() { judgement.margin.clone() } else { Some(-judgement.miss.abs()) }
    };
    let worst = parts.iter().map(judge).min_by(|a, b| room(a).cmp(&room(b)));
    worst.unwrap_or_else(|| Judgement::equal(total, total))
}

/// The rounding errors that must add up to nothing.
fn rounded(parts: &[Quantity], less: &[Quantity], total: &Quantity) -> Vec<Rounded> {
    let signed = |weight: i64| {
        move |quantity: &Quantity| {
            let printed = quantity.figure.as_ref()?.printed()?.clone();
            Some(Rounded { weight, set: quantity.set.clone(), printed })
        }
    };
    let all = parts.iter().map(signed(1)).chain(less.iter().map(signed(-1)));
    all.chain([signed(-1)(total)]).collect::<Option<Vec<_>>>().unwrap_or_default()
}
