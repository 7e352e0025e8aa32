//! One line a finding: place, severity, verdict, name and what disagrees.

use super::{Look, in_order, paint, title};
use crate::audit::Audit;
use crate::finding::{Finding, Verdict};

/// One line a finding, sorted by file and line, for editors and scripts.
pub fn concise(audit: &Audit, look: Look) -> String {
    let mut findings = in_order(audit, look);
    findings.sort_by_key(|finding| finding.place);
    let files = &audit.case.ledger.files;
    let line = |finding: &&Finding| {
        let address = files.address(finding.place);
        let severity = match finding.verdict {
            Verdict::Consistent | Verdict::Inapplicable => String::new(),
            Verdict::NotJudged => "error ".to_owned(),
            _ => format!("{} ", finding.severity),
        };
        let (verdict, id) = (finding.verdict, &finding.id);
        format!("{address}: {severity}{verdict}[{id}] {}: {}\n", title(finding), gist(finding))
    };
    paint(&findings.iter().map(line).collect::<String>(), look)
}

/// The heart of a finding in a few words.
pub fn gist(finding: &Finding) -> String {
    if let Some(mistake) = &finding.mistake {
        return mistake.what.clone();
    }
    if let Some(turn) = finding.turns_on.first() {
        return turn.asks.clone();
    }
    if let Some(reason) = &finding.reason {
        return reason.clone();
    }
    let Some(judgement) = &finding.judgement else { return String::new() };
    let (stated, allowed) = (&judgement.stated, &judgement.allowed);
    let stated_words = if stated.printed == stated.shown || stated.printed.is_empty() {
        stated.shown.clone()
    } else {
        format!("{} is {}", stated.printed, stated.shown)
    };
    let gap = match (finding.verdict, judgement.distance.as_str()) {
        (_, "") => String::new(),
        (Verdict::Inconsistent, distance) => format!(", gap {distance}"),
        (_, distance) => format!(", margin {distance}"),
    };
    format!("{stated_words}; the rest allows {}{gap}", allowed.shown)
}
