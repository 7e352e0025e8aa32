//! Elapsed: a stated duration fits its two dates, and time words fit one moment of writing.

use schemars::JsonSchema;
use serde::Deserialize;

use super::same::farthest;
use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Counted, Formula, Operator, Relation};
use crate::figure::{Unit, date};
use crate::finding::{Judgement, Side};
use crate::interval::{End, Interval};
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// The most days on which a time may have begun for it to be worked out from each.
const MAX_STARTS: i64 = 40_000;

/// The time between two dates, or clues to one moment of writing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elapsed {
    /// The earlier date.
    pub from: Option<At<String>>,
    /// The later date.
    pub to: Option<At<String>>,
    /// The time between them as stated.
    pub duration: Option<At<String>>,
    /// Clues to the moment at which the text was written, instead of two dates.
    pub clues: Option<At<Vec<At<Clue>>>>,
}

/// What one expression of time says about the moment of writing. One of `at`, `before`, `after`,
/// `past`, or `since` with `duration`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clue {
    /// The text was written on this date.
    pub at: Option<At<String>>,
    /// It was written on this date or earlier.
    pub before: Option<At<String>>,
    /// It was written on this date or later, since it speaks of it as past.
    pub after: Option<At<String>>,
    /// It calls this month, season or day the past one: "this past September".
    pub past: Option<At<String>>,
    /// It says that a time has gone by since this date …
    pub since: Option<At<String>>,
    /// … namely this long.
    pub duration: Option<At<String>>,
}

impl Check for Elapsed {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        match self {
            Self { clues: Some(clues), from: None, to: None, duration: None } => {
                moment(view, clues)
            }
            Self { clues: None, from: Some(from), to: Some(to), duration: Some(duration) } => {
                between(view, from, to, duration)
            }
            _ => {
                let keys = [&self.from, &self.to, &self.duration];
                let place = keys.into_iter().flatten().map(|key| view.place(key)).next();
                let place = place.or_else(|| self.clues.as_ref().map(|clues| view.place(clues)));
                Err(Halt::Misuse(Box::new(Mistake {
                    place,
                    ..Mistake::nowhere("give `from`, `to` and `duration`, or `clues` alone")
                })))
            }
        }
    }

    fn quick(&self, view: &View) -> Option<Quick<Term>> {
        let (Some(from), Some(to), Some(duration)) = (&self.from, &self.to, &self.duration) else {
            return None;
        };
        let unit = view.stated(duration).ok()?.unit;
        let inclusive = unit.label() == Unit::days().label();
        let days = Counted::Days { inclusive };
        let counted = date::months_in_step(&unit).map_or(days, Counted::Months);
        let ends = [from, to].map(|at| Role::Stated.value(at));
        let gone_by = Formula::Elapsed(Box::new(ends), counted);
        let stated = Role::Stated.value(duration);
        Some(Quick::If(Condition::Compare(stated, Relation::Equal, gone_by)))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        if let (Some(from), Some(to), Some(duration)) = (&self.from, &self.to, &self.duration) {
            let (from, to) = (date_of(view, from)?, date_of(view, to)?);
            let duration = a_duration(view.stated(duration)?)?;
            return Ok(Some(Condition::All(apart(from, &Formula::Value(to), &duration))));
        }
        let Some(clues) = &self.clues else { return Ok(None) };
        let written = "the day of writing";
        let written = Quantity::whole(written, Interval::all(), Unit::date(), view.place(clues));
        let written = Formula::Value(written);
        let mut conditions = Vec::new();
        for clue in &clues.value {
            let Clue { at, before, after, since, duration, .. } = &clue.value;
            let dated = [(at, Relation::Equal), (before, Relation::AtMost), (after, Relation::AtLeast)];
            if let (Some(since), Some(duration)) = (since, duration) {
                let duration = a_duration(view.stated(duration)?)?;
                conditions.extend(apart(date_of(view, since)?, &written, &duration));
            } else if let Some((date, relation)) =
                dated.into_iter().find_map(|(at, relation)| Some((at.as_ref()?, relation)))
            {
                let date = Formula::Value(date_of(view, date)?);
                conditions.push(Condition::Compare(written.clone(), relation, date));
            } else {
                let window = Formula::Value(window(view, clue)?);
                conditions.push(Condition::Compare(written.clone(), Relation::Equal, window));
            }
        }
        Ok(Some(Condition::All(conditions)))
    }

    fn subject(&self) -> String {
        let named = self.duration.as_ref().or(self.from.as_ref());
        named.map_or_else(|| "moment".to_owned(), |named| named.value.clone())
    }
}

fn between(
    view: &View,
    from: &At<String>,
    to: &At<String>,
    duration: &At<String>,
) -> Result<Judgement, Halt> {
    let (from, to) = (date_of(view, from)?, date_of(view, to)?);
    let stated = a_duration(view.stated(duration)?)?;
    let gone_by = Quantity {
        last_place: stated.last_place.clone(),
        ..stated.derive(
            format!("{} to {}", from.name, to.name),
            passed(&from.set, &to.set, &stated.unit),
            stated.unit.clone(),
        )
    };
    let days = Unit::days();
    let works = format!(
        "{} to {}: {}, {}",
        from.shown(),
        to.shown(),
        days.show(&elapsed(&from.set, &to.set, &days)),
        stated.unit.show(&gone_by.set),
    );
    let mut judgement = Judgement::equal(&stated, &gone_by).step("time gone by", works);
    judgement.allowed.shown = stated.unit.show(&gone_by.set);
    Ok(judgement)
}

/// That `to` lies `duration` after `from`, in days: months and years are turned into the days
/// that they can have from any of the days that `from` may be.
fn apart(from: Quantity, to: &Formula<Quantity>, duration: &Quantity) -> Vec<Condition<Quantity>> {
    let in_days = |end: Option<&End>, latest: bool| {
        let end = end?;
        let days = |from: Number| date::add_duration(&from, &end.at, &duration.unit) - from;
        let all = starts(&from.set)?.map(days);
        let at = if latest { all.max() } else { all.min() }?;
        Some(End { at, closed: end.closed })
    };
    let (lo, hi) = (in_days(duration.set.lo(), false), in_days(duration.set.hi(), true));
    let days = Interval::new(lo, hi).unwrap_or_else(Interval::all);
    // Where days are counted, the first may count as one of them.
    let counted = duration.unit.label() == Unit::days().label();
    let days = if counted { days.hull(&days.shift(&-Number::one())) } else { days };
    let passed = Quantity { set: days, unit: Unit::days(), ..duration.clone() };
    let gone_by = to.clone().with(Operator::Minus, Formula::Value(from));
    vec![Condition::Compare(Formula::Value(passed), Relation::Equal, gone_by)]
}

/// The days that a date may be; `None` if they are too many to try.
fn starts(dates: &Interval) -> Option<impl Iterator<Item = Number>> {
    let days = dates.integers()?;
    let at = |end: Option<&End>| end.and_then(|end| end.at.to_i64());
    let (first, last) = (at(days.lo())?, at(days.hi())?);
    (last - first <= MAX_STARTS).then(|| (first..=last).map(Number::from))
}

/// The time from one date to another as a text may count it: in days, both may count.
fn passed(from: &Interval, to: &Interval, unit: &Unit) -> Interval {
    let exclusive = elapsed(from, to, unit);
    if unit.label() == Unit::days().label() {
        exclusive.hull(&exclusive.shift(&Number::one()))
    } else {
        exclusive
    }
}

/// The time from one date to another: it grows with the second and falls with the first.
pub(super) fn elapsed(from: &Interval, to: &Interval, unit: &Unit) -> Interval {
    let end = |from: Option<&End>, to: Option<&End>| {
        let (from, to) = (from?, to?);
        let at = date::elapsed(&from.at, &to.at, unit);
        Some(End { at, closed: from.closed && to.closed })
    };
    Interval::new(end(from.hi(), to.lo()), end(from.lo(), to.hi())).unwrap_or_else(Interval::all)
}

/// The windows that the clues leave for the moment of writing must have a day in common; if they
/// have none, two of them do not meet.
fn moment(view: &View, clues: &At<Vec<At<Clue>>>) -> Result<Judgement, Halt> {
    let windows: Vec<Quantity> =
        clues.value.iter().map(|clue| window(view, clue)).collect::<Result<_, _>>()?;
    if windows.len() < 2 {
        let mistake = Mistake::new("one clue alone fits itself", view.place(clues));
        return Err(mistake.label("expected two clues or more").into());
    }
    let (a, b) = farthest(&windows);
    let mut judgement = Judgement::equal(&windows[a], &windows[b]);
    judgement.stated = Side::new(&windows[a], &windows[a]);
    judgement.last_place = None;
    judgement.stated.printed.clone_from(&windows[a].name);
    judgement.allowed.printed.clone_from(&windows[b].name);
    for window in &windows {
        judgement = judgement.step(format!("written {}", window.name), window.shown());
    }
    let mut sets = windows.iter().map(|window| window.set.clone());
    let first = sets.next();
    if let Some(Some(common)) = sets.try_fold(first, |all, set| Some(all?.intersect(&set))) {
        judgement = judgement.step("days that fit all", windows[0].show(&common));
    }
    Ok(judgement)
}

/// The days on which a text with this clue can have been written.
fn window(view: &View, clue: &At<Clue>) -> Result<Quantity, Halt> {
    let Clue { at, before, after, past, since, duration } = &clue.value;
    let (date, name, set) = match (at, before, after, past, since, duration) {
        (Some(at), None, None, None, None, None) => {
            let date = date_of(view, at)?;
            let set = date.set.clone();
            (date, "on", set)
        }
        (None, Some(before), None, None, None, None) => {
            let date = date_of(view, before)?;
            let set = from_ends(None, date.set.hi().map(|end| end.at.clone()));
            (date, "not after", set)
        }
        (None, None, Some(after), None, None, None) => {
            let date = date_of(view, after)?;
            let set = from_ends(date.set.lo().map(|end| end.at.clone()), None);
            (date, "not before", set)
        }
        (None, None, None, Some(past), None, None) => {
            let date = date_of(view, past)?;
            // From the day after it to the day before it comes round again.
            let (year, day) = (&Unit::years(), Number::one());
            let next = |at: &Number| date::add_duration(at, year.factor(), year) - day.clone();
            let set = from_ends(
                date.set.hi().map(|end| &end.at + &day),
                date.set.lo().map(|end| next(&end.at)),
            );
            (date, "when this was past:", set)
        }
        (None, None, None, None, Some(since), Some(duration)) => {
            let date = date_of(view, since)?;
            let passed = a_duration(view.stated(duration)?)?;
            let set = later(&date.set, &passed);
            let name = format!("{} after {}", passed.text, date.name);
            let set = set.integers().unwrap_or(set);
            return Ok(date.derive(name, set, Unit::date()));
        }
        _ => {
            let what = "a clue is one of `at`, `before`, `after`, `past`, or `since` with `duration`";
            return Err(Mistake::new(what, view.place(clue)).into());
        }
    };
    let name = format!("{name} {} ({})", date.name, date.text);
    Ok(date.derive(name, set, Unit::date()))
}

/// The days that lie a duration after a date.
fn later(date: &Interval, passed: &Quantity) -> Interval {
    let end = |from: Option<&End>, by: Option<&End>| {
        let (from, by) = (from?, by?);
        let at = date::add_duration(&from.at, &by.at, &passed.unit);
        Some(End { at, closed: from.closed && by.closed })
    };
    let (lo, hi) = (end(date.lo(), passed.set.lo()), end(date.hi(), passed.set.hi()));
    let exclusive = Interval::new(lo, hi).unwrap_or_else(Interval::all);
    // In days, the first may count as one of them.
    if passed.unit.label() == Unit::days().label() {
        exclusive.hull(&exclusive.shift(&-Number::one()))
    } else {
        exclusive
    }
}

fn from_ends(lo: Option<Number>, hi: Option<Number>) -> Interval {
    let closed = |at: Number| End { at, closed: true };
    Interval::new(lo.map(closed), hi.map(closed)).unwrap_or_else(Interval::all)
}

/// A figure that is a date.
pub(super) fn date_of(view: &View, operand: &At<String>) -> Result<Quantity, Halt> {
    let date = view.stated(operand)?;
    if date.unit.is_date() {
        return Ok(date);
    }
    let what = format!("`{}` is not a date", date.name);
    let help = "declare the claim with `unit = \"date\"`";
    Err(Mistake::new(what, date.place).label("expected a date").help(help).into())
}

/// A figure that is a length of time.
pub(super) fn a_duration(duration: Quantity) -> Result<Quantity, Halt> {
    if duration.unit.is_duration() {
        return Ok(duration);
    }
    let what = format!("`{}` is not a length of time", duration.name);
    let label = "expected years, months, weeks or days";
    Err(Mistake::new(what, duration.place).label(label).into())
}
