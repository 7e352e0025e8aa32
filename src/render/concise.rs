//! One line a finding: place, severity, verdict, name and what disagrees.

use super::words::{chance, sentence};
use super::{Look, in_order, paint};
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
            _ if finding.waived.is_some() => String::new(),
            _ => format!("{} ", finding.severity),
        };
        let (verdict, id) = (finding.verdict, &finding.id);
        let waived = finding.waived.as_ref().map_or(String::new(), |waived| format!("; {waived}"));
        format!("{address}: {severity}{verdict}[{id}] {}{waived}\n", sentence(finding))
    };
    paint(&findings.iter().map(line).collect::<String>(), look)
}

/// The heart of a finding in a few words.
pub fn gist(finding: &Finding) -> String {
    if !finding.mistakes.is_empty() {
        let words: Vec<&str> = finding.mistakes.iter().map(|m| m.what.as_str()).collect();
        return words.join("; ");
    }
    if !finding.turns_on.is_empty() {
        let asks: Vec<&str> = finding.turns_on.iter().map(|turn| turn.asks.as_str()).collect();
        return asks.join(" ");
    }
    if let Some(reason) = &finding.reason {
        return reason.clone();
    }
    let Some(judgement) = &finding.judgement else { return String::new() };
    let (stated, allowed) = (&judgement.stated, &judgement.allowed);
    if allowed.set.is_none() {
        return format!("{}: {}; {}: {}", stated.what, stated.shown, allowed.what, allowed.shown);
    }
    let point = stated.set.as_ref().is_some_and(|set| set.as_point().is_some());
    let mut text = match stated.printed.as_str() {
        "" => format!("{} is {}", stated.what, stated.shown),
        printed if point => printed.to_owned(),
        printed => format!("{printed} is {}", stated.shown),
    };
    text.push_str(&format!("; the rest allows {}", allowed.shown));
    if !judgement.distance.is_empty() {
        let far = if judgement.holds() { "margin" } else { "gap" };
        text.push_str(&format!(", {far} {}", judgement.distance));
    }
    if let Some(point) = &judgement.touches {
        text.push_str(&format!(", they meet only at {point}"));
    }
    for note in &judgement.notes {
        text.push_str(&format!("; {note}"));
    }
    if let (Verdict::Improbable, Some(probability)) = (finding.verdict, &finding.probability) {
        text.push_str(&format!("; {}", chance(probability)));
    }
    text
}
