//! Which figure of one edition belongs to which of the other.

use std::collections::{HashMap, HashSet};

use super::{Class, Print, Row, Side, reprinted};
use crate::audit::Case;
use crate::figure::Hedge;
use crate::interval::Interval;
use crate::ledger::{Kept, Reprint, Step};

/// The rows, and what the old edition has besides.
pub(super) struct Matched<'a> {
    pub rows: Vec<Row<'a>>,
    pub rolled_off: usize,
    pub figures: (usize, usize),
}

pub(super) fn prints<'a>(case: &'a Case, side: &Side) -> Vec<Print<'a>> {
    let of = |(edition, part): (usize, &'a crate::ledger::Edition)| {
        part.claims.iter().map(move |(name, claim)| Print { edition, name, claim })
    };
    side.parts(case).flat_map(of).collect()
}

/// The figures of the old edition, and which of them found their counterpart.
struct Olds<'a> {
    prints: Vec<Print<'a>>,
    by_series: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<&'a str, usize>,
    taken: HashSet<usize>,
}

pub(super) fn rows<'a>(case: &'a Case, old: &Side, new: &Side, between: &[Side]) -> Matched<'a> {
    let news = prints(case, new);
    let mut olds = Olds::new(prints(case, old));
    let restated = restated_before(case, between);
    let mut rows: Vec<Option<Row>> = Vec::with_capacity(news.len());
    for print in &news {
        let row = olds.same_period(print).map(|at| {
            olds.taken.insert(at);
            let earlier = olds.prints[at];
            let own = print.claim.restates.as_ref();
            let own = own.filter(|_| print.claim.restates(&old.label));
            let declared = own.map(|restates| restates.reason.clone());
            let before = || {
                let any = !restated.is_empty();
                any.then(|| restated.get(&(print.series(), period_key(print))).cloned())?
            };
            let row = reprinted(earlier, *print, declared.or_else(before));
            olds.or_left_in(row, print)
        });
        rows.push(row);
    }
    for (print, row) in news.iter().zip(&mut rows) {
        if row.is_none() {
            *row = olds.period_before(print).map(|at| {
                olds.taken.insert(at);
                rolled(olds.prints[at], *print)
            });
        }
    }
    let lone: Vec<usize> = (0..news.len()).filter(|at| rows[*at].is_none()).collect();
    let here: HashSet<&str> = news.iter().map(Print::series).collect();
    let gone = |at: &usize| !olds.taken.contains(at) && !here.contains(olds.prints[*at].series());
    let mut gone: Vec<usize> = (0..olds.prints.len()).filter(gone).collect();
    for (from, to) in renamed(&olds.prints, &gone, &news, &lone) {
        let (earlier, print) = (olds.prints[from], news[to]);
        let mut row = reprinted(earlier, print, None);
        row.class = Class::Renamed;
        row.remarks = vec![format!("`{}` before", earlier.name)];
        rows[to] = Some(row);
        gone.retain(|at| *at != from);
        olds.taken.insert(from);
    }
    let mut rows: Vec<Row> = rows
        .into_iter()
        .zip(&news)
        .map(|(row, print)| row.unwrap_or_else(|| Row::new(None, Some(*print), Class::New)))
        .collect();
    rows.extend(gone.iter().map(|at| Row::new(Some(olds.prints[*at]), None, Class::Dropped)));
    swapped(&mut rows);
    let rolled_off = olds.prints.len() - olds.taken.len() - gone.len();
    Matched { rows, rolled_off, figures: (olds.prints.len(), news.len()) }
}

impl<'a> Olds<'a> {
    fn new(prints: Vec<Print<'a>>) -> Self {
        let mut by_series: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_name = HashMap::new();
        for (at, print) in prints.iter().enumerate() {
            by_series.entry(print.series()).or_default().push(at);
            by_name.entry(print.name).or_insert(at);
        }
        Self { prints, by_series, by_name, taken: HashSet::new() }
    }

    fn of_series(&self, print: &Print) -> impl Iterator<Item = usize> {
        let found: &[usize] = self.by_series.get(print.series()).map_or(&[], Vec::as_slice);
        found.iter().copied()
    }

    /// The print of the same series and period: one that says the period before others, then one of
    /// the same name, then one not taken yet.
    fn same_period(&self, print: &Print) -> Option<usize> {
        let fits = |at: &usize| self.prints[*at].claim.same_period(print.claim);
        let rank = |at: &usize| {
            let other = &self.prints[*at];
            let said = other.claim.days() == print.claim.days();
            (said, other.name == print.name, !self.taken.contains(at), std::cmp::Reverse(*at))
        };
        self.of_series(print).filter(fits).max_by_key(rank)
    }

    /// The last print of the same series for an earlier period: under the same name, if there is
    /// one.
    fn period_before(&self, print: &Print) -> Option<usize> {
        let last = |days: Option<&Interval>| Some(days?.hi()?.at.clone());
        let own = last(print.claim.days())?;
        let day = |at: usize| last(self.prints[at].claim.days());
        let before = self.of_series(print).filter(|at| day(*at).is_some_and(|day| day < own));
        before.max_by_key(|at| {
            (self.prints[*at].name == print.name, day(*at), std::cmp::Reverse(*at))
        })
    }

    /// A figure for a new period of time that is neither what was printed for it nor a new
    /// one, but what stood in its place for the period before.
    fn or_left_in(&self, row: Row<'a>, print: &Print<'a>) -> Row<'a> {
        let place = self.by_name.get(print.name).map(|at| self.prints[*at]);
        let Some(place) = place.filter(|place| {
            row.class == Class::Revised
                && place.series() == print.series()
                && !place.claim.same_period(print.claim)
                && is_alike(place, print)
        }) else {
            return row;
        };
        let mut row = Row { class: Class::LeftIn, ..row };
        let period = place.period().unwrap_or("another period");
        row.remarks.push(format!("what stood there for {period}"));
        row
    }
}

/// What an edition between the two restates, with its reason.
fn restated_before<'a>(case: &'a Case, between: &[Side]) -> HashMap<(&'a str, String), String> {
    let mut restated = HashMap::new();
    for side in between {
        for print in prints(case, side) {
            if let Some(restates) = &print.claim.restates {
                restated.insert((print.series(), period_key(&print)), restates.reason.clone());
            }
        }
    }
    restated
}

fn period_key(print: &Print) -> String {
    print.claim.days().map_or_else(String::new, ToString::to_string)
}

/// Whether two prints are of one figure, digit by digit.
fn is_alike(a: &Print, b: &Print) -> bool {
    let same = Reprint::of(a.claim, b.claim);
    a.claim.figure.is_some() && same.is_some_and(|reprint| reprint.kept == Kept::Same)
}

fn periods(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

/// The periods that most figures moved between, which then need not be said of each.
pub(super) fn usual_periods(rows: &mut [Row]) -> Option<String> {
    let said = |row: &Row| {
        let (old, new) = row.old.zip(row.new)?;
        let (from, to) = (old.period()?, new.period()?);
        row.remarks.first().filter(|first| **first == periods(from, to)).cloned()
    };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for words in rows.iter().filter_map(said) {
        *counts.entry(words).or_default() += 1;
    }
    let (_, usual) = counts.into_iter().map(|(words, count)| (count, words)).max()?;
    for row in rows {
        if said(row).as_ref() == Some(&usual) {
            row.remarks.remove(0);
        }
    }
    Some(usual)
}

/// Whether another period would hardly have the same figure by chance: three digits or more, and
/// no bound such as "more than half".
fn hardly_by_chance(print: &Print) -> bool {
    let Some(stated) = &print.claim.figure else { return false };
    let figure = &stated.figure;
    let digits = figure.printed().and_then(|number| number.checked_div(figure.last_place()));
    let long = digits.is_some_and(|digits| digits.abs() >= 100);
    figure.hedge() == Hedge::None && !figure.unit().is_date() && long
}

/// The next period of a series.
fn rolled<'a>(old: Print<'a>, new: Print<'a>) -> Row<'a> {
    let mut row = Row::new(Some(old), Some(new), Class::Rolled);
    let reprint = Reprint::of(old.claim, new.claim);
    let from = old.period().unwrap_or("an earlier period");
    let to = new.period().unwrap_or("a later one");
    row.remarks.push(periods(from, to));
    match reprint.as_ref().map(|reprint| reprint.kept) {
        Some(Kept::Same) if hardly_by_chance(&new) => row.class = Class::LeftIn,
        Some(Kept::Same) => row.remarks.push("as before".to_owned()),
        Some(Kept::Rebased(basis)) => {
            row.class = Class::Rebased;
            row.remarks.push(basis.word().to_owned());
            row.remarks.extend(reprint.and_then(|reprint| reprint.remark));
        }
        None if new.claim.figure.is_none() && old.claim.figure.is_some() => {
            row.class = Class::Dropped;
            row.remarks.push("still named, without a figure".to_owned());
        }
        _ => {
            let both = old.claim.figure.as_ref().zip(new.claim.figure.as_ref());
            row.step = both.and_then(|(a, b)| Step::between(&a.figure, &b.figure));
        }
    }
    row
}

/// Figures that are printed alike and mean the same, under another name; each pair is the only
/// one it could be.
fn renamed(olds: &[Print], gone: &[usize], news: &[Print], lone: &[usize]) -> Vec<(usize, usize)> {
    fn index<'p>(prints: &[Print<'p>], of: &[usize]) -> HashMap<String, Vec<usize>> {
        let mut found: HashMap<String, Vec<usize>> = HashMap::new();
        for at in of {
            let print = &prints[*at];
            let Some(stated) = &print.claim.figure else { continue };
            let unit = stated.figure.unit().label();
            let (of, population) = (&print.claim.of, &print.claim.population);
            let set = &stated.rungs[0].set;
            let key = format!("{set}|{unit}|{of:?}|{population:?}|{}", period_key(print));
            found.entry(key).or_default().push(*at);
        }
        found
    }
    let (before, after) = (index(olds, gone), index(news, lone));
    let mut pairs = Vec::new();
    let mut keys: Vec<&String> = after.keys().collect();
    keys.sort();
    for key in keys {
        if let (Some([from]), [to]) = (before.get(key).map(Vec::as_slice), after[key].as_slice()) {
            pairs.push((*from, *to));
        }
    }
    pairs
}

/// Pairs of revised figures of which each prints what the other printed before.
fn swapped(rows: &mut [Row]) {
    let number = |print: Option<Print>| {
        let stated = print?.claim.figure.as_ref()?;
        Some(format!("{}|{}", stated.figure.printed()?, stated.figure.unit().label()))
    };
    let mut by_old: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.class == Class::Revised) {
        if let Some(number) = number(row.old) {
            by_old.entry(number).or_default().push(at);
        }
    }
    for at in 0..rows.len() {
        if rows[at].class != Class::Revised {
            continue;
        }
        let (Some(before), Some(after)) = (number(rows[at].old), number(rows[at].new)) else {
            continue;
        };
        let others = by_old.get(&after).map_or(&[][..], Vec::as_slice);
        let other = others.iter().copied().find(|other| {
            *other != at
                && rows[*other].class == Class::Revised
                && number(rows[*other].new).is_some_and(|number| number == before)
        });
        let Some(other) = other else { continue };
        let names = [rows[at].name(), rows[other].name()];
        for (row, partner) in [(at, names[1]), (other, names[0])] {
            rows[row].class = Class::Swapped;
            rows[row].remarks.push(format!("in the place of `{partner}`"));
        }
    }
}
