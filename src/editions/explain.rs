//! What explains a difference: another figure of the report, or an exchange rate that it states.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::prints;
use super::{Class, Print, Row, Side};
use crate::audit::Case;
use crate::ledger::Stated;
use crate::number::Number;

/// Adds to rows what explains them.
pub(super) fn explain(case: &Case, (old, new): (&Side, &Side), rows: &mut [Row]) {
    let all: Vec<Print> = [prints(case, new), prints(case, old)].concat();
    let revised = rows.iter().filter(|row| row.class.is_revision());
    let steps: BTreeSet<Number> =
        revised.filter_map(|row| Some(row.step.as_ref()?.change.abs())).collect();
    let mut numbers: BTreeMap<&Number, Vec<Print>> = BTreeMap::new();
    for print in &all {
        let printed = print.claim.figure.as_ref().and_then(|stated| stated.figure.printed());
        if let Some(step) = printed.and_then(|printed| steps.get(printed)) {
            numbers.entry(step).or_default().push(*print);
        }
    }
    let rate = |print: &&Print| {
        let stated = print.claim.figure.as_ref();
        stated.is_some_and(|stated| stated.figure.unit().label().contains('/'))
    };
    let rates: Vec<&Print> = all.iter().filter(rate).collect();
    for row in rows {
        match row.class {
            class if class.is_revision() => {
                row.remarks.extend(another_figure(row, &numbers));
            }
            Class::Rebased => row.remarks.extend(by_rate(row, &rates)),
            _ => {}
        }
    }
}

/// The one other figure that is the difference of two prints. Small differences of measured values
/// are those of many figures; those of counts are not.
fn another_figure(row: &Row, numbers: &BTreeMap<&Number, Vec<Print>>) -> Option<String> {
    let (old, new, step) = (row.old?, row.new?, row.step.as_ref()?);
    let figure = &new.claim.figure.as_ref()?.figure;
    if !figure.is_count() && step.units.abs() < 10 {
        return None;
    }
    let fits = |print: &&Print| {
        let other = print.claim.figure.as_ref();
        // Counts of cases and of controls may well be of one whole.
        let alike = |other: &Stated| {
            let counts = other.figure.is_count() && figure.is_count();
            counts || other.figure.unit().compare(figure.unit()).is_ok()
        };
        other.is_some_and(alike) && print.name != new.name && print.name != old.name
    };
    let found = numbers.get(&step.change.abs())?;
    let mut names: Vec<&str> = found.iter().filter(fits).map(|print| print.name).collect();
    names.sort_unstable();
    names.dedup();
    let [name] = names.as_slice() else { return None };
    let word = if step.change.is_negative() { "less by" } else { "more by" };
    let size = step.shown.trim_start_matches(['+', '−', '-']);
    Some(format!("{word} {size}, which is `{name}`"))
}

/// The rate, stated in either edition, at which one amount is the other.
fn by_rate(row: &Row, rates: &[&Print]) -> Option<String> {
    let a = row.old?.claim.figure.as_ref()?;
    let b = row.new?.claim.figure.as_ref()?;
    let (from, to) = (a.figure.unit(), b.figure.unit());
    let money = from.is_currency() && to.is_currency() && from.compare(to).is_err();
    money.then_some(())?;
    let set = |stated: &Stated| stated.rungs.last().map(|rung| rung.set.clone());
    let (before, after) = (set(a)?, set(b)?);
    let rated = |rate: &&Print| {
        let stated = rate.claim.figure.as_ref()?;
        let unit = stated.figure.unit();
        let rated = set(stated)?;
        if rated.contains(&Number::zero()) {
            return None;
        }
        let fits = if unit.compare(&from.over(to)).is_ok() {
            (&after * &rated).intersect(&before).is_some()
        } else if unit.compare(&to.over(from)).is_ok() {
            (&before * &rated).intersect(&after).is_some()
        } else {
            return None;
        };
        Some((fits, rate.name.to_owned(), rate.text().to_owned()))
    };
    // One rate that converts the amount is enough, whatever others there are.
    let mut found: Vec<_> = rates.iter().filter_map(rated).collect();
    found.sort_by_key(|(fits, ..)| !fits);
    let (fits, name, text) = found.into_iter().next()?;
    let same = row.old?.claim.same_period(row.new?.claim);
    // The next period is another amount at any rate.
    (fits || same).then_some(())?;
    let words = if fits { "converted at" } else { "not what it is at" };
    Some(format!("{words} `{name}`, {text}"))
}
