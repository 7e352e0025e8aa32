//! Assertions judged over rows: the count by verdict, the worst rows, and rows to write out.

use super::{Look, count, in_last_digits, lines, plain_table, table_text};
use crate::audit::Audit;
use crate::dataset::Texts;
use crate::figure::group_digits;
use crate::finding::{Finding, RowFinding, Tally, Verdict};
use crate::interval::{End, Interval};

/// How many rows are shown, unless more are asked for.
const SHOWN: usize = 3;

/// "82 rows of christenings: 80 consistent, 2 inconsistent".
pub(super) fn tallied(tally: &Tally) -> String {
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| tally.count(*verdict) > 0)
        .map(|verdict| format!("{} {verdict}", digits(tally.count(verdict))))
        .collect();
    let judged = tally.judged();
    let noun = if judged == 1 { tally.noun.to_owned() } else { format!("{}s", tally.noun) };
    format!("{} {noun} of {}: {}", digits(judged), tally.data, counts.join(", "))
}

/// The part of the rows that came to the verdict on the whole: "2 of 82 rows".
pub(super) fn part(finding: &Finding) -> Option<String> {
    let tally = finding.rows.as_ref()?;
    let (own, judged) = (tally.count(finding.verdict), tally.judged());
    let noun = if judged == 1 { tally.noun.to_owned() } else { format!("{}s", tally.noun) };
    Some(if own == judged {
        format!("{} {noun}", digits(judged))
    } else {
        format!("{} of {} {noun}", digits(own), digits(judged))
    })
}

fn digits(number: u64) -> String {
    group_digits(&number.to_string())
}

/// What there is to say of the rows of a finding, a line each; nothing for one that is not judged
/// over rows.
pub fn remarks(finding: &Finding) -> Vec<String> {
    let Some(tally) = &finding.rows else { return Vec::new() };
    let mut said = vec![tallied(tally)];
    for row in &tally.worst {
        said.push(format!("{}: {}", place(row), super::gist(&row.finding)));
    }
    let kept = tally.worst.len() as u64;
    let others = tally.judged() - tally.count(Verdict::Consistent);
    if !tally.worst.is_empty() && others > kept {
        said.push(format!("… and {} more; `--all` lists every one", digits(others - kept)));
    }
    said.extend(tally.troubles.iter().cloned());
    said.extend(tally.notes.iter().map(|note| format!("note: {note}")));
    said
}

/// A row's label, with its file where there are several.
fn place(row: &RowFinding) -> String {
    match &row.file {
        Some(file) => format!("{}, {file}", row.label),
        None => row.label.clone(),
    }
}

/// The worst rows of a finding as a table, with its count and its notes.
pub(super) fn table(finding: &Finding, look: Look) -> Option<String> {
    let tally = finding.rows.as_ref()?;
    let shown = if look.all { tally.worst.len() } else { SHOWN.min(tally.worst.len()) };
    let mut text = super::wrap(&format!("{}: {}", finding.id, tallied(tally)), look.width);
    if shown > 0 {
        let mut table = plain_table(look);
        let narrow = look.width < 100;
        table.set_header(if narrow {
            vec![tally.noun, "printed; its set", "what the rest allows", "verdict"]
        } else {
            vec![tally.noun, "printed", "set", "what the rest allows", "gap", "verdict"]
        });
        for row in &tally.worst[..shown] {
            let finding = &row.finding;
            let gap = in_last_digits(finding).unwrap_or_default();
            let (printed, set, allowed) = match &finding.judgement {
                Some(judgement) => {
                    let (stated, allowed) = (&judgement.stated, &judgement.allowed);
                    let set = if stated.shown == stated.printed { "" } else { &stated.shown };
                    (stated.printed.clone(), set.to_owned(), allowed.shown.clone())
                }
                None => (String::new(), String::new(), finding.reason.clone().unwrap_or_default()),
            };
            let verdict = finding.verdict.to_string();
            table.add_row(if narrow {
                let gap = if gap.is_empty() { gap } else { format!("gap {gap}") };
                vec![place(row), lines([printed, set]), allowed, lines([verdict, gap])]
            } else {
                vec![place(row), printed, set, allowed, gap, verdict]
            });
        }
        text.push('\n');
        text.push_str(&table_text(&mut table, look));
    }
    let more = tally.judged() - tally.count(Verdict::Consistent);
    if more > shown as u64 && !look.all {
        let more = digits(more - shown as u64);
        text.push_str(&format!("\n… and {more} more; `--all` lists every one"));
    }
    for note in tally.notes.iter().take(if look.all { usize::MAX } else { 10 }) {
        text.push('\n');
        text.push_str(&super::wrap(&format!("note: {note}"), look.width));
    }
    Some(text)
}

/// How the measures were computed: what was read, how often, and into how many groups.
pub(super) fn scans(audit: &Audit) -> String {
    let tables = audit.case.ledger.tables.as_ref();
    let scans = tables.map(|tables| tables.scans()).unwrap_or_default();
    let line = |scan: &crate::dataset::Scan| {
        let groups = scan.grouped.as_ref().map_or(String::new(), |(by, groups)| {
            let (groups, by) = (count(*groups, "group"), by.join(", "));
            format!("; {} answered from {groups} by {by}", scan.from_groups)
        });
        let engine = if scan.streamed { ", streamed" } else { "" };
        let (measures, scanned) = (count(scan.measures, "measure"), count(scan.scans, "scan"));
        format!("{}: {measures}, {scanned}{engine}{groups}", scan.path)
    };
    scans.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The rows that are kept of all assertions judged over rows, as columns of a table.
pub fn extract(audit: &Audit) -> Vec<(String, Texts)> {
    const NAMES: [&str; 13] = [
        "finding",
        "file",
        "row",
        "label",
        "verdict",
        "stated",
        "stated_printed",
        "stated_low",
        "stated_high",
        "allowed",
        "allowed_low",
        "allowed_high",
        "gap",
    ];
    let mut columns: Vec<(String, Texts)> =
        NAMES.iter().map(|name| ((*name).to_owned(), Texts::default())).collect();
    columns.push(("reason".to_owned(), Texts::default()));
    for finding in &audit.findings {
        for row in finding.rows.iter().flat_map(|tally| &tally.worst) {
            let judgement = row.finding.judgement.as_ref();
            let ends = |set: Option<&Interval>| {
                let at = |end: Option<&End>| end.map(|end| end.at.to_string());
                [at(set.and_then(Interval::lo)), at(set.and_then(Interval::hi))]
            };
            let [low, high] = ends(judgement.and_then(|j| j.stated.set.as_ref()));
            let [least, most] = ends(judgement.and_then(|j| j.allowed.set.as_ref()));
            let cells = [
                Some(finding.id.clone()),
                row.file.clone(),
                Some(row.row.to_string()),
                Some(row.label.clone()),
                Some(row.finding.verdict.to_string()),
                judgement.map(|j| j.stated.what.clone()),
                judgement.map(|j| j.stated.printed.clone()),
                low,
                high,
                judgement.map(|j| j.allowed.what.clone()),
                least,
                most,
                judgement.map(|j| j.miss.to_string()),
                row.finding.reason.clone(),
            ];
            for ((_, texts), cell) in columns.iter_mut().zip(&cells) {
                texts.push(cell.as_deref());
            }
        }
    }
    columns
}
