//! Footing: parts add up to their total.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
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

        let complete = view.decide("complete", self.complete, "Does the list have all parts?");
        let exclusive =
            view.decide("exclusive", self.exclusive, "Is nothing counted in two parts?");
        let mut judgement = match (exclusive, complete) {
            (true, true) => relate(&total, &sum, Judgement::equal, Judgement::equal),
            (true, false) => relate(&total, &sum, at_least, at_most),
            (false, true) => {
                let covered = relate(&total, &sum, at_most, at_least);
                if covered.holds() { largest_within(&parts, &total) } else { covered }
            }
            (false, false) => largest_within(&parts, &total),
        };
        // What is left out of a list may take away, if anything in it does.
        let printed_below = |part: &Quantity| {
            let printed = part.figure.as_ref().and_then(|figure| figure.printed());
            printed.is_some_and(Number::is_negative)
        };
        let takes_away = !less.is_empty() || parts.iter().any(printed_below);
        if takes_away && !(exclusive && complete) && !judgement.holds() {
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

    fn subject(&self) -> String {
        let total = &self.total.value;
        let named = total.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let first = self.parts.value.first().filter(|_| !named);
        first.map_or_else(|| total.clone(), |part| part.value.clone())
    }
}

impl Footing {
    /// Percentages of `n` whole things are whole counts, and 100 % is all `n` of them.
    fn whole_things(
        &self,
        view: &View,
        parts: &[Quantity],
        total: &Quantity,
        complete: bool,
        mut judgement: Judgement,
    ) -> Judgement {
        let all = total.unit.is_percent() && total.set == Interval::point(Number::one());
        let Some(base) = parts[0].of.clone().filter(|_| all) else { return judgement };
        let base = At { value: base, span: self.total.span.clone() };
        let known = view.claim(&base).ok().and_then(|claim| claim.figure.as_ref());
        let known = known.map(|stated| &stated.figure);
        let Some(figure) = known.filter(|figure| figure.is_count()) else { return judgement };
        let Ok(n) = view.quantity(&base) else { return judgement };
        let Some(n) = n.set.as_point().filter(|n| n.is_integer() && !n.is_zero()) else {
            return judgement;
        };
        let unit = figure.unit();
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

type Relation = fn(&Quantity, &Quantity) -> Judgement;

/// Judges the total against the sum; or the sum against the total, if the total is only a figure
/// written out (100 % cannot be what is misprinted).
fn relate(total: &Quantity, sum: &Quantity, on_total: Relation, on_sum: Relation) -> Judgement {
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
