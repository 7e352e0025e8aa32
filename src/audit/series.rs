//! What is odd in a series, offered as a note: rows that repeat another, and breaks.

use std::collections::HashMap;

use super::instances::{Layout, What};
use super::quick::{Reader, Span};
use crate::dataset::Rows;
use crate::ledger::Column;
use crate::number::{Number, Toward};

/// How many digits two rows must share before that is worth a note.
const TELLING_DIGITS: usize = 6;
/// The flag by which official tables tell a break in a series.
const BREAK: &str = "b";
/// The fewest steps beside a leap that tell how much a series usually moves.
const USUAL_STEPS: usize = 6;
/// The most notes of one kind.
const MOST: usize = 100;

/// Notes on the rows of a series.
pub(super) fn notes(layout: &Layout, rows: &Rows) -> Vec<String> {
    let mut columns: Vec<(usize, &Column)> = layout
        .operands
        .iter()
        .filter_map(|operand| match operand.what {
            What::Column(at) | What::Previous(at) => Some((at, operand.column)),
            What::Flag(_) => None,
        })
        .collect();
    columns.sort_unstable_by_key(|(at, _)| *at);
    columns.dedup_by_key(|(at, _)| *at);
    let places: Vec<usize> = columns.iter().map(|(at, _)| *at).collect();
    let mut notes = copied(layout, rows, &places);
    notes.extend(flagged(layout, rows, &columns).take(MOST));
    let groups = layout.groups(rows);
    let leaps = groups.iter().flat_map(|group| {
        columns.iter().filter_map(|(at, column)| leap(layout, rows, group, (*at, column)))
    });
    notes.extend(leaps.take(MOST));
    notes
}

/// Rows with the same figures as an earlier one: more digits than chance would repeat.
fn copied(layout: &Layout, rows: &Rows, columns: &[usize]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut known: HashMap<Vec<&str>, usize> = HashMap::new();
    for row in 0..rows.len() {
        let texts: Option<Vec<&str>> =
            columns.iter().map(|at| rows.columns[*at].get(row)).collect();
        let Some(texts) = texts else { continue };
        let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count();
        let alike = texts.windows(2).all(|pair| pair[0] == pair[1]) && texts.len() > 1;
        if texts.iter().map(digits).sum::<usize>() < TELLING_DIGITS || alike {
            continue;
        }
        let figures = texts.join(", ");
        match known.get(&texts) {
            Some(first) => {
                let (own, other) = (layout.name(rows, row), layout.name(rows, *first));
                notes.push(format!("{own} repeats the figures of {other}: {figures}"));
            }
            None => {
                known.insert(texts, row);
            }
        }
    }
    notes
}

/// Cells that their publisher flags as a break.
fn flagged<'a>(
    layout: &'a Layout,
    rows: &'a Rows,
    columns: &'a [(usize, &Column)],
) -> impl Iterator<Item = String> + 'a {
    let declared = columns.iter().filter(|(_, column)| column.flags.iter().any(|f| f == BREAK));
    declared.flat_map(move |(at, column)| {
        let texts = rows.columns[*at].iter().enumerate();
        texts.filter_map(move |(row, text)| {
            let text = text.filter(|text| column.has_flag(text, BREAK))?;
            let (own, name) = (layout.name(rows, row), &layout.wanted.columns[*at]);
            Some(format!("{own}: {name} is {text}, flagged as a break in the series"))
        })
    })
}

/// A figure of a series, with its period and its row.
struct Point {
    /// The period as a number, or the place in the file where no period can be read.
    at: Number,
    row: usize,
    set: Span,
}

/// The one step of a series that at least doubles or halves its figure, where all others move it
/// by less than a fifth, and none takes a shorter time.
fn leap(
    layout: &Layout,
    rows: &Rows,
    group: &[usize],
    (at, column): (usize, &Column),
) -> Option<String> {
    let points = points(layout, rows, group, (at, column))?;
    let steps: Vec<[&Point; 2]> = points.windows(2).map(|pair| [&pair[0], &pair[1]]).collect();
    let mut leap = None;
    let mut most = 0;
    for (place, step) in steps.iter().enumerate() {
        match usual(step)? {
            Some(percent) => most = most.max(percent),
            None if leap.is_none() && leaps(step)? => leap = Some(place),
            None => return None,
        }
    }
    let leap = leap.filter(|_| steps.len() > USUAL_STEPS)?;
    // In a longer time a figure may double.
    let time = |step: &[&Point; 2]| &step[1].at - &step[0].at;
    let others = steps.iter().enumerate().filter(|(place, _)| *place != leap);
    let shortest = others.map(|(_, step)| time(step)).min()?;
    (time(&steps[leap]) * Number::from(5) <= shortest * Number::from(6)).then_some(())?;

    let [from, to] = steps[leap];
    let middle = |set: &Span| {
        let sum = Number::decimal(&set.lo.checked_add(set.hi)?.to_string())?;
        sum.checked_div(&Number::decimal(&set.den.to_string())?)
    };
    let (before, after) = (middle(&from.set)?, middle(&to.set)?);
    let rises = after > before;
    let (sign, factor) = if rises {
        ("×", after.checked_div(&before)?)
    } else {
        ("÷", before.checked_div(&after)?)
    };
    let near = |power: &i64| {
        let power = Number::from(*power);
        (&factor - &power).abs() * Number::from(20) <= power
    };
    let nearly = [10, 100, 1000].into_iter().find(|power| near(power));
    let nearly = nearly.map_or_else(String::new, |power| format!(", nearly {sign} {power}"));
    let places = usize::try_from(2 - factor.magnitude()).unwrap_or(0);
    let factor = factor.to_decimal(places, Toward::Nearest);
    let text = |point: &Point| rows.columns[at].get(point.row).unwrap_or_default().trim();
    let (name, first) = (&layout.wanted.columns[at], layout.name(rows, from.row));
    let (second, old, new) = (layout.name(rows, to.row), text(from), text(to));
    Some(format!(
        "from {first} to {second} {name} goes from {old} to {new} ({sign} {factor}{nearly}); no \
         other step changes it by more than {most} %: the series may be broken, or a unit changed"
    ))
}

/// The figures of a series in order; `None` if it is none, or has figures that are not above zero.
fn points(
    layout: &Layout,
    rows: &Rows,
    group: &[usize],
    (at, column): (usize, &Column),
) -> Option<Vec<Point>> {
    (group.len() > USUAL_STEPS + 1).then_some(())?;
    let dated = layout.by_period(rows, group)?;
    let readable = dated.iter().any(|(at, _)| at.is_some());
    let reader = Reader::new(column);
    let mut points: Vec<Point> = Vec::new();
    for (place, (period, row)) in dated.into_iter().enumerate() {
        let text = rows.columns[at].get(row).unwrap_or_default();
        let place = || i64::try_from(place).ok().map(Number::from);
        let Some(at) = (if readable { period } else { place() }) else { continue };
        let Some(set) = reader.number(text) else { continue };
        let twice = points.last().is_some_and(|last| last.at == at);
        if twice || set.lo <= 0 {
            return None;
        }
        points.push(Point { at, row, set });
    }
    Some(points)
}

/// By how many percent a step moves its figure at most, if that is certainly less than a fifth.
/// The outer `None` is for figures too large to tell.
fn usual([from, to]: &[&Point; 2]) -> Option<Option<i128>> {
    let (a, b) = from.set.alike(to.set)?;
    let up = b.hi.checked_mul(5)? < a.lo.checked_mul(6)?;
    let down = b.lo.checked_mul(5)? > a.hi.checked_mul(4)?;
    if !(up && down) {
        return Some(None);
    }
    let percent = |most: i128, of: i128| {
        let over = most.checked_mul(100)?;
        Some(over.div_euclid(of) + i128::from(over.rem_euclid(of) > 0))
    };
    let (rise, fall) = (percent(b.hi - a.lo, a.lo)?, percent(a.hi - b.lo, a.hi)?);
    Some(Some(rise.max(fall)))
}

/// Whether a step certainly doubles or halves its figure at least.
fn leaps([from, to]: &[&Point; 2]) -> Option<bool> {
    let (a, b) = from.set.alike(to.set)?;
    Some(b.lo >= a.hi.checked_mul(2)? || a.lo >= b.hi.checked_mul(2)?)
}
