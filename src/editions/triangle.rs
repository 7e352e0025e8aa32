//! Revision triangles: what each edition of a chain printed for each period of a series.

use std::collections::BTreeMap;

use super::Side;
use super::matching::prints;
use crate::audit::Case;
use crate::figure::Figure;
use crate::interval::Interval;
use crate::ledger::{Claim, Kept, Reprint};
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
    type Periods<'a> = BTreeMap<Number, (String, Vec<Option<&'a Claim>>)>;
    let mut order: Vec<&str> = Vec::new();
    let mut all: BTreeMap<&str, Periods> = BTreeMap::new();
    for (at, side) in chain.iter().enumerate() {
        for print in prints(case, side) {
            let (Some(_), Some(days)) = (&print.claim.figure, print.claim.days()) else {
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
            cells[at] = cells[at].or(Some(print.claim));
        }
    }
    let vintages = |cells: &Vec<Option<&Claim>>| cells.iter().flatten().count();
    let mut triangles = Vec::new();
    for name in order {
        let Some(periods) = all.get(name) else { continue };
        let twice = periods.values().filter(|(_, cells)| vintages(cells) > 1).count();
        if periods.len() < 2 || twice == 0 {
            continue;
        }
        let most = periods.values().map(|(_, cells)| vintages(cells)).max().unwrap_or(0);
        let like = periods.values().flat_map(|(_, cells)| cells.iter().flatten()).next();
        let Some(like) = like.and_then(|claim| claim.figure.as_ref()) else { continue };
        let like = &*like.figure;
        let mut revisions = Vec::new();
        let cells: Vec<Vec<&Claim>> =
            periods.values().map(|(_, cells)| cells.iter().copied().flatten().collect()).collect();
        for later in 1..most {
            let steps = cells.iter().filter_map(|prints| step(prints.first()?, prints.get(later)?));
            let word = ORDINALS.get(later).copied().unwrap_or("a later");
            revisions.extend(revised(like, format!("first to {word}"), steps));
        }
        if most > 2 {
            let twice = cells.iter().filter(|prints| prints.len() > 1);
            let steps = twice.filter_map(|prints| step(prints.first()?, prints.last()?));
            revisions.extend(revised(like, "first to latest".to_owned(), steps));
        }
        let text = |cell: &Option<&Claim>| {
            cell.and_then(|claim| claim.figure.as_ref()).map(|f| f.figure.text().to_owned())
        };
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

/// The later number less the earlier; `None` where the two cannot be compared.
fn step(first: &Claim, later: &Claim) -> Option<Number> {
    if matches!(Reprint::of(first, later)?.kept, Kept::Rebased(_)) {
        return None;
    }
    let printed = |claim: &Claim| claim.figure.as_ref()?.figure.printed().cloned();
    Some(printed(later)? - printed(first)?)
}

fn revised(like: &Figure, what: String, steps: impl Iterator<Item = Number>) -> Option<Revisions> {
    let steps: Vec<Number> = steps.collect();
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
