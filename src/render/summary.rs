//! What the audit comes to: the summary by check, as numbers, and the closing words. Every
//! assertion is in exactly one column of the summary, so that rows and columns add up.

use super::Look;
use super::layout::wrap;
use super::words::{count, in_order};
use crate::audit::Audit;
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

/// "3 reports, 101 assertions", where there are several reports: the closing line is of them all.
fn reports(audit: &Audit) -> Option<String> {
    let reports = audit.case.ledger.editions.len();
    let single = audit.findings.iter().filter(|finding| !finding.is_joint()).count();
    let assertions = count(single, "assertion");
    (reports > 1).then(|| format!("{}, {assertions}", count(reports, "report")))
}

/// The last lines: what the audit comes to over all reports, and what to type next.
pub(super) fn closing(audit: &Audit, look: Look) -> String {
    let mut lines = Vec::new();
    let of = |verdict: Verdict, joint: bool| {
        let open = audit.findings.iter().filter(|finding| finding.waived.is_none());
        open.filter(|f| f.verdict == verdict && f.is_joint() == joint).count()
    };
    let inconsistent = of(Verdict::Inconsistent, false);
    let undetermined = of(Verdict::Undetermined, false);
    if audit.findings.is_empty() {
        return "Nothing is asserted. `tieout explain` lists the checks.".to_owned();
    }
    if audit.judged() == 0 {
        return "Nothing could be judged.".to_owned();
    }
    let of_waived =
        |finding: &Finding| finding.waived.is_some() && finding.verdict == Verdict::Inconsistent;
    let others = if audit.findings.iter().any(of_waived) { "other " } else { "" };
    lines.push(match (reports(audit), inconsistent) {
        (None, 0) => format!("No {others}figures are found that cannot be reconciled."),
        (None, 1) => "1 assertion cannot be reconciled with its figures.".to_owned(),
        (None, n) => format!("{n} assertions cannot be reconciled with their figures."),
        (Some(all), 0) => {
            format!("{all}: no {others}figures are found that cannot be reconciled.")
        }
        (Some(all), 1) => format!("{all}: 1 cannot be reconciled with its figures."),
        (Some(all), n) => format!("{all}: {n} cannot be reconciled with their figures."),
    });
    match audit.waived() {
        0 => {}
        1 => lines.push("1 finding is waived.".to_owned()),
        n => lines.push(format!("{n} findings are waived.")),
    }
    match undetermined {
        0 => {}
        1 => lines.push("1 turns on something the text leaves open.".to_owned()),
        n => lines.push(format!("{n} turn on something the text leaves open.")),
    }
    lines.extend(groups(audit));
    let improbable = audit.count(Verdict::Improbable);
    if improbable > 0 {
        lines.push(format!("{improbable} would be a rare accident of rounding."));
    }
    match audit.count(Verdict::NotJudged) {
        0 => {}
        1 => lines.push("1 assertion could not be judged as written.".to_owned()),
        n => lines.push(format!("{n} assertions could not be judged as written.")),
    }
    match audit.case.mistakes.len() {
        0 => {}
        1 => lines.push("1 mistake in the files is listed apart.".to_owned()),
        n => lines.push(format!("{n} mistakes in the files are listed apart.")),
    }
    let worth =
        in_order(audit, Look { width: 0, color: false, verbose: false, quiet: false, all: false });
    let first = worth
        .iter()
        .find(|finding| finding.verdict != Verdict::NotJudged && finding.waived.is_none());
    if let Some(first) = first {
        let name = audit.name(first);
        lines.push(format!("`tieout explain {name}` works the first one step by step."));
    }
    wrap(&lines.join(" "), look.width)
}

/// What came of taking assertions together, where that is anything.
fn groups(audit: &Audit) -> Option<String> {
    let open = |finding: &&Finding| finding.is_joint() && finding.waived.is_none();
    let joint = || audit.findings.iter().filter(open);
    let clash = joint().filter(|finding| finding.verdict == Verdict::Inconsistent).count();
    let undetermined = || joint().filter(|finding| finding.verdict == Verdict::Undetermined);
    let turning = undetermined().filter(|finding| !finding.turns_on.is_empty()).count();
    let undecided = undetermined().count() - turning;
    let verb = |n: usize, one: &str, several: &str| {
        (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { several }))
    };
    let said = [
        verb(clash, "group of them cannot hold at once", "groups of them cannot hold at once"),
        verb(turning, "group turns on what is left open", "groups turn on what is left open"),
        verb(undecided, "group was not decided", "groups were not decided"),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("Taken together, {}.", said.join("; ")))
}
