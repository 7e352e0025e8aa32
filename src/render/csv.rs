//! The audit as CSV: one row an assertion, whatever its verdict, in the order of the files.
//!
//! Written as RFC 4180 says: lines end in CR LF, fields are in quotes where they must be, and
//! quotes in them are doubled. Numbers are exact and in base units, as in JSON: percentages as
//! fractions of one, dates as days since 1970-01-01, and a fraction such as `1/3` where no decimal
//! is exact. `stated_set` and `allowed_set` have them in the units of the report, with brackets
//! that tell whether an end is included.

use super::words::{in_files_order, sentence};
use crate::audit::Audit;
use crate::finding::{Finding, Side};
use crate::interval::{End, Interval};

/// The columns.
const COLUMNS: [&str; 25] = [
    "finding",
    "check",
    "edition",
    "file",
    "line",
    "column",
    "label",
    "verdict",
    "severity",
    "stated",
    "stated_printed",
    "stated_set",
    "stated_low",
    "stated_high",
    "allowed",
    "allowed_set",
    "allowed_low",
    "allowed_high",
    "gap",
    "gap_shown",
    "last_digit",
    "judged",
    "with_this_verdict",
    "message",
    "waived",
];

/// Every assertion, one row each. Cells of what does not apply are empty.
pub fn csv(audit: &Audit) -> String {
    let mut text = row(COLUMNS.map(str::to_owned));
    for finding in in_files_order(audit) {
        text.push_str(&row(cells(finding, audit)));
    }
    text
}

fn cells(finding: &Finding, audit: &Audit) -> [String; 25] {
    let ledger = &audit.case.ledger;
    let (line, column) = ledger.files.line_column(finding.place);
    let edition = ledger.editions.get(finding.edition).map(|edition| edition.label.clone());
    let judgement = finding.judgement.as_ref();
    let [stated, printed, stated_set, low, high] = side(judgement.map(|j| &j.stated));
    let [allowed, _, allowed_set, least, most] = side(judgement.map(|j| &j.allowed));
    let missed = judgement.filter(|judgement| !judgement.miss.is_zero());
    let tally = finding.rows.as_ref();
    [
        finding.id.clone(),
        finding.check.to_owned(),
        edition.unwrap_or_default(),
        ledger.files.name(finding.place.file).to_owned(),
        line.to_string(),
        column.to_string(),
        finding.label.clone(),
        finding.verdict.to_string(),
        finding.severity.to_string(),
        stated,
        printed,
        stated_set,
        low,
        high,
        allowed,
        allowed_set,
        least,
        most,
        missed.map(|j| j.miss.to_string()).unwrap_or_default(),
        missed.map(|j| j.distance.clone()).unwrap_or_default(),
        judgement.and_then(|j| Some(j.last_place.as_ref()?.to_string())).unwrap_or_default(),
        tally.map(|tally| tally.judged().to_string()).unwrap_or_default(),
        tally.map(|tally| tally.count(finding.verdict).to_string()).unwrap_or_default(),
        sentence(finding),
        finding.waived.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// What a side is, as printed, its set, and its two ends.
fn side(side: Option<&Side>) -> [String; 5] {
    let Some(side) = side else { return Default::default() };
    let end = |end: fn(&Interval) -> Option<&End>| {
        side.set.as_ref().and_then(end).map(|end| end.at.to_string()).unwrap_or_default()
    };
    let (low, high) = (end(Interval::lo), end(Interval::hi));
    [side.what.clone(), side.printed.clone(), side.shown.clone(), low, high]
}

fn row(cells: [String; 25]) -> String {
    cells.map(field).join(",") + "\r\n"
}

/// A field, in quotes if it holds what separates fields or rows.
pub(super) fn field(text: String) -> String {
    let text = if is_formula(&text) { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Whether a spreadsheet might take a text for a formula to be worked out. A figure with its sign,
/// such as "-3%", is none, unless something stands in it that calls a function or a program.
fn is_formula(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('=' | '@' | '\t' | '\r' | '\n') => true,
        Some('+' | '-') => {
            let digit = chars.next().is_some_and(|c| c.is_ascii_digit());
            !digit || text.contains(['(', '|', '!', '='])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn what_could_be_a_formula_is_marked_as_text() {
        for (text, written) in [
            ("-3%", "-3%"),
            ("+3.1 points", "+3.1 points"),
            ("-1/3", "-1/3"),
            ("\u{2212}3%", "\u{2212}3%"),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd", "'+cmd"),
            ("-3+cmd|' /C calc'!A0", "'-3+cmd|' /C calc'!A0"),
            ("-2+SUM(A1:A9)", "'-2+SUM(A1:A9)"),
            ("-", "'-"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("=\"a\",b", "\"'=\"\"a\"\",b\""),
            ("a=1", "a=1"),
        ] {
            assert_eq!(field(text.to_owned()), written);
        }
    }

    #[test]
    fn quotes_only_where_they_must_be() {
        for (text, written) in [
            ("growth", "growth"),
            ("6,120 yuan", "\"6,120 yuan\""),
            ("the \"rest\"", "\"the \"\"rest\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(field(text.to_owned()), written);
        }
    }
}
