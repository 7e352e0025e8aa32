//! The summary by check. Every assertion is in exactly one column, so rows and columns add up.

use serde::Serialize;

use super::finding::Standing;
use crate::checks::KINDS;
use crate::finding::{Finding, Judgement, Verdict};

/// The order of the columns.
const COLUMNS: [Standing; 7] = [
    Standing::Consistent,
    Standing::Inconsistent,
    Standing::Undetermined,
    Standing::Improbable,
    Standing::Waived,
    Standing::Inapplicable,
    Standing::NotJudged,
];

/// The counts by check and by verdict.
#[derive(Serialize)]
pub struct Summary {
    columns: Vec<Column>,
    rows: Vec<Row>,
    total: Row,
}

#[derive(Serialize)]
struct Column {
    key: &'static str,
    word: &'static str,
}

#[derive(Serialize)]
struct Row {
    check: &'static str,
    assertions: usize,
    counts: Vec<usize>,
    /// The bar: where each part begins and how wide it is, in percent, with its column's key.
    bar: Vec<(String, String, &'static str)>,
    largest_gap: String,
}

/// The summary of the findings of a report; none if nothing is asserted.
pub fn summary(findings: &[&Finding]) -> Option<Summary> {
    if findings.is_empty() {
        return None;
    }
    let always = [Standing::Consistent, Standing::Inconsistent, Standing::Undetermined];
    let occurs = |standing: &Standing| findings.iter().any(|f| Standing::of(f) == *standing);
    let columns: Vec<Standing> =
        COLUMNS.into_iter().filter(|s| always.contains(s) || occurs(s)).collect();
    let rows = KINDS.iter().filter_map(|kind| {
        let own: Vec<&Finding> =
            findings.iter().copied().filter(|finding| finding.check == kind.name).collect();
        (!own.is_empty()).then(|| row(kind.name, &own, &columns, largest_gap(&own)))
    });
    let rows = rows.collect();
    let total = row("total", findings, &columns, String::new());
    let columns = columns.iter().map(|s| Column { key: s.key(), word: s.word() }).collect();
    Some(Summary { columns, rows, total })
}

fn row(check: &'static str, own: &[&Finding], columns: &[Standing], largest_gap: String) -> Row {
    let of = |column: &Standing| own.iter().filter(|f| Standing::of(f) == *column).count();
    let counts: Vec<usize> = columns.iter().map(of).collect();
    let mut before = 0;
    let mut bar = Vec::new();
    for (column, n) in columns.iter().zip(&counts).filter(|(_, n)| **n > 0) {
        // Whole thousandths whose sum is the whole, whatever each is rounded to.
        let (from, to) = (1000 * before / own.len(), 1000 * (before + n) / own.len());
        bar.push((percent(from), percent(to - from), column.key()));
        before += n;
    }
    Row { check, assertions: own.len(), counts, bar, largest_gap }
}

fn percent(thousandths: usize) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// The largest gap of a check's inconsistent findings, measured in last digits.
fn largest_gap(findings: &[&Finding]) -> String {
    let inconsistent = findings.iter().filter(|f| f.verdict == Verdict::Inconsistent);
    let judged = inconsistent.filter_map(|finding| finding.judgement.as_ref());
    let in_digits = |judgement: &&Judgement| {
        let place = judgement.last_place.as_ref();
        place.and_then(|place| judgement.miss.abs().checked_div(place))
    };
    let gap = judged.filter(|judgement| !judgement.miss.is_zero()).max_by_key(in_digits);
    gap.map_or_else(String::new, |judgement| judgement.distance.clone())
}
