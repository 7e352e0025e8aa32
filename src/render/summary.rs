//! The summary by check, as numbers: every assertion is in exactly one column, so that rows and
//! columns add up.

use crate::checks::KINDS;
use crate::finding::{Finding, Verdict};

/// How the assertions of each check came out, and all of them together.
pub(super) struct Summary {
    /// What the columns of counts are of.
    pub columns: Vec<&'static str>,
    /// A line for each check that occurs, in the order of the registry.
    pub checks: Vec<Line>,
    /// The sum of these lines.
    pub total: Line,
}

/// One line of the summary.
pub(super) struct Line {
    /// The check, or "total".
    pub name: &'static str,
    /// How many assertions there are: the sum of the counts.
    pub assertions: usize,
    /// How many of them are in each column.
    pub counts: Vec<usize>,
    /// The largest gap of those that are inconsistent, where there is one.
    pub largest_gap: Option<String>,
}

/// What a finding is counted under: its verdict, or none if it is waived.
type Column = Option<Verdict>;

fn column(finding: &Finding) -> Column {
    Some(finding.verdict).filter(|_| finding.waived.is_none())
}

/// Counts findings by check. Three columns are always there, the others if something is in them.
pub(super) fn summary(findings: &[&Finding]) -> Summary {
    let always = [Verdict::Consistent, Verdict::Inconsistent, Verdict::Undetermined].map(Some);
    let occurs = |column_: &Column| findings.iter().any(|finding| column(finding) == *column_);
    let all = Verdict::ALL.into_iter().map(Some).chain([None]);
    let columns: Vec<Column> =
        all.filter(|column| always.contains(column) || occurs(column)).collect();
    let line = |name: &'static str, own: &[&Finding]| Line {
        name,
        assertions: own.len(),
        counts: columns
            .iter()
            .map(|wanted| own.iter().filter(|finding| column(finding) == *wanted).count())
            .collect(),
        largest_gap: largest_gap(own),
    };
    let mut checks = Vec::new();
    for kind in KINDS {
        let own: Vec<&Finding> =
            findings.iter().copied().filter(|finding| finding.check == kind.name).collect();
        if !own.is_empty() {
            checks.push(line(kind.name, &own));
        }
    }
    let words = columns.iter().map(|column| column.map_or("waived", Verdict::word));
    Summary { columns: words.collect(), checks, total: line("total", findings) }
}

/// The largest gap of inconsistent findings, measured in last digits.
fn largest_gap(findings: &[&Finding]) -> Option<String> {
    let open = |finding: &&&Finding| column(finding) == Some(Verdict::Inconsistent);
    let judged = findings.iter().filter(open).filter_map(|finding| finding.judgement.as_ref());
    let gap = judged.filter(|judgement| !judgement.miss.is_zero()).max_by_key(|judgement| {
        let place = judgement.last_place.as_ref();
        place.and_then(|place| judgement.miss.abs().checked_div(place))
    });
    gap.map(|judgement| judgement.distance.clone())
}
