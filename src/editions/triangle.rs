//! Revision triangles: what each edition of a chain printed for each period of a series.

use std::collections::BTreeMap;

use super::Side;
use super::matching::prints;
use crate::audit::Case;
use crate::figure::Figure;
use crate::interval::Interval;
use crate::ledger::Stated;
use crate::number::Number;

/// One series: a row a period, a column an edition.
#[derive(Clone, Debug)]
pub struct Triangle {
    /// The series.
    pub series: String,
    /// The periods, with what each edition printed for them.
    pub periods: Vec<(String, Vec<Option<String>>)>,
    /// The revisions from the first print of each period to the second, to the third, and so on,
    /// and last to the latest.
    pub revisions: Vec<Revisions>,
}

/// Revisions between two prints of each period.
#[derive(Clone, Debug)]
pub struct Revisions {
    /// Between which prints: "first to second".
    pub what: String,
    /// How many periods have both.
    pub periods: usize,
    /// The mean revision, later less earlier, exact in base units.
    pub mean: Number,
    /// The mean absolute revision.
    pub mean_absolute: Number,
    /// Both as text, to one digit more than is printed.
    pub shown: (String, String),
}

const ORDINALS: [&str; 8] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/// The triangles of all series of which two editions or more print two periods or more.
pub fn triangles(case: &Case, chain: &[Side]) -> Vec<Triangle> {
    type Periods<'a> = BTreeMap<Number, (String, Vec<Option<&'a Stated>>)>;
    let mut order: Vec<&str> = Vec::new();
    let mut all: BTreeMap<&str, Periods> = BTreeMap::new();
    for (at, side) in chain.iter().enumerate() {
        for print in prints(case, side) {
            let (Some(stated), Some(days)) = (&print.claim.figure, print.claim.days()) else {
                continue;
            };
            let Some(first) = days.lo() else { continue };
            let series = all.entry(print.series()).or_insert_with(|| {
                order.push(print.series());
                Periods::new()
            });
            let label = print.period().unwrap_or_default().to_owned();
            let row = series.entry(first.at.clone());
            let (_, cells) = row.or_insert_with(|| (label, vec![None; chain.len()]));
            // What is printed twice in one edition is a matter for `same`.
            cells[at] = cells[at].or(Some(stated));
        }
    }
    let vintages = |cells: &Vec<Option<&Stated>>| cells.iter().flatten().count();
    let mut triangles = Vec::new();
    for name in order {
        let Some(periods) = all.get(name) else { continue };
        let twice = periods.values().filter(|(_, cells)| vintages(cells) > 1).count();
        if periods.len() < 2 || twice == 0 {
            continue;
        }
        let most = periods.values().map(|(_, cells)| vintages(cells)).max().unwrap_or(0);
        let nth = |cells: &[Option<&'_ Stated>], n: usize| -> Option<Number> {
            cells.iter().flatten().nth(n).and_then(|stated| stated.figure.printed().cloned())
        };
        let like = periods.values().flat_map(|(_, cells)| cells.iter().flatten()).next();
        let Some(like) = like.map(|stated| &*stated.figure) else { continue };
        let mut revisions = Vec::new();
        let cells: Vec<&Vec<Option<&Stated>>> = periods.values().map(|(_, cells)| cells).collect();
        for later in 1..most {
            let pair = |cells: &&Vec<Option<&Stated>>| Some((nth(cells, 0)?, nth(cells, later)?));
            let word = ORDINALS.get(later).copied().unwrap_or("a later");
            revisions.extend(revised(like, format!("first to {word}"), cells.iter().filter_map(pair)));
        }
        if most > 2 {
            let pair = |cells: &&Vec<Option<&Stated>>| {
                let count = vintages(cells);
                (count > 1).then(|| Some((nth(cells, 0)?, nth(cells, count - 1)?)))?
            };
            revisions.extend(revised(like, "first to latest".into(), cells.iter().filter_map(pair)));
        }
        let text = |cell: &Option<&Stated>| cell.map(|stated| stated.figure.text().to_owned());
        triangles.push(Triangle {
            series: name.to_owned(),
            periods: periods
                .values()
                .map(|(label, cells)| (label.clone(), cells.iter().map(text).collect()))
                .collect(),
            revisions,
        });
    }
    triangles
}

fn revised(
    like: &Figure,
    what: String,
    pairs: impl Iterator<Item = (Number, Number)>,
) -> Option<Revisions> {
    let steps: Vec<Number> = pairs.map(|(first, later)| later - first).collect();
    let count = Number::from(i64::try_from(steps.len()).ok()?);
    let mean = steps.iter().cloned().sum::<Number>().checked_div(&count)?;
    let mean_absolute = steps.iter().map(Number::abs).sum::<Number>().checked_div(&count)?;
    let shown = (show(like, &mean), show(like, &mean_absolute));
    Some(Revisions { what, periods: steps.len(), mean, mean_absolute, shown })
}

/// A mean of differences in the unit of the figures, to one digit more than they have.
fn show(like: &Figure, mean: &Number) -> String {
    let place = like.last_place() * &Number::ratio(1, 10);
    let rounded = (mean / &place).round() * place;
    let point = Interval::point(rounded);
    let unit = like.unit();
    match unit.subtract(unit) {
        Ok(difference) if unit.is_percent() || unit.is_date() => difference.show(&point),
        _ => like.show(&point),
    }
}
