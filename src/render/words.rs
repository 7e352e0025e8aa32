//! What is said of a finding, in the words that every format shares.

use super::{Look, gist, rows};
use crate::audit::Audit;
use crate::claim::Severity;
use crate::finding::{Branch, Finding, Verdict};
use crate::mistake::Mistake;
use crate::number::{Number, Toward};

/// The findings to show, gravest first: verdict, then severity, then the order of the files; those
/// that are waived last.
pub(super) fn in_order<'a>(audit: &'a Audit, look: Look) -> Vec<&'a Finding> {
    let silent = [Verdict::Consistent, Verdict::Inapplicable];
    let shown = |finding: &&Finding| look.verbose || !silent.contains(&finding.verdict);
    let mut findings: Vec<&Finding> = audit.findings.iter().filter(shown).collect();
    findings.retain(|finding| is_wanted(audit, finding));
    findings.sort_by_key(|finding| {
        let not_judged = finding.verdict == Verdict::NotJudged;
        let waived = finding.waived.is_some();
        (!not_judged, waived, finding.verdict, std::cmp::Reverse(finding.severity))
    });
    findings
}

/// Whether a finding is to be shown at all: not if it is waived and such are left out.
pub(super) fn is_wanted(audit: &Audit, finding: &Finding) -> bool {
    finding.waived.is_none() || !audit.only_new
}

/// All findings that are wanted, whatever their verdict, in the order of the files.
pub(super) fn in_files_order<'a>(audit: &'a Audit) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> =
        audit.findings.iter().filter(|finding| is_wanted(audit, finding)).collect();
    findings.sort_by_key(|finding| finding.place);
    findings
}

/// The verdict with its severity, where that says something.
pub(super) fn verdict_words(finding: &Finding) -> String {
    let open = [Verdict::Inconsistent, Verdict::Improbable, Verdict::Undetermined];
    if open.contains(&finding.verdict) && finding.severity != Severity::Error {
        format!("{}\n({})", finding.verdict, finding.severity)
    } else {
        finding.verdict.to_string()
    }
}

/// What a finding is about, in words: the author's label, or the figures.
pub fn title(finding: &Finding) -> String {
    if !finding.label.is_empty() {
        return finding.label.clone();
    }
    let mut names: Vec<&str> = Vec::new();
    for used in finding.figures.iter().filter(|used| !used.literal) {
        // Of a cell such as "women, row 7", the column.
        let over_rows = finding.rows.is_some();
        let column = used.name.rsplit_once(", row ").map(|(column, _)| column);
        let name = column.filter(|_| over_rows).unwrap_or(&used.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => finding.check.to_owned(),
        [one] => (*one).to_owned(),
        [first, .., last] if names.len() > 3 => format!("{first} … {last}"),
        _ => names.join(", "),
    }
}

/// "1 claim", "2 claims".
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The gap in units of the last digit, signed, or in brackets the margin of what is consistent; to three
/// digits, a gap rounded away from zero and a margin toward it.
pub(super) fn in_last_digits(finding: &Finding) -> Option<String> {
    let judgement = finding.judgement.as_ref()?;
    let holds = finding.verdict == Verdict::Consistent;
    let distance = if holds { judgement.margin.as_ref()? } else { &judgement.miss };
    let units = distance.checked_div(judgement.last_place.as_ref()?)?;
    if units.is_zero() && !holds {
        return None;
    }
    let size = units.abs();
    let places = usize::try_from(2 - size.magnitude()).unwrap_or(0);
    let places = size.decimals(places).unwrap_or(places);
    let toward = if holds { Toward::Floor } else { Toward::Ceiling };
    let digits = crate::figure::group_digits(&size.to_decimal(places, toward));
    Some(match (holds, units.is_negative()) {
        (true, _) => format!("({digits})"),
        (false, true) => format!("−{digits}"),
        (false, false) => format!("+{digits}"),
    })
}

/// The verdict under each answer, with answers that lead to the same one put together.
pub fn answers(finding: &Finding) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = finding.branches.as_slice();
    while let Some(first) = rest.first() {
        let alike = |other: &&Branch| {
            other.verdict == first.verdict
                && stem(&other.answer) == stem(&first.answer)
                && other.remark.starts_with("gap") == first.remark.starts_with("gap")
                && (other.remark.starts_with("gap") || other.remark == first.remark)
        };
        let (group, after) = rest.split_at(rest.iter().take_while(alike).count());
        let remark = match group {
            [one] if !one.remark.is_empty() => format!(" ({})", one.remark),
            _ => String::new(),
        };
        let words: Vec<&str> = group.iter().map(|branch| branch.answer.as_str()).collect();
        lines.push(format!("{} → {}{remark}", together(&words), first.verdict));
        rest = after;
    }
    lines
}

/// All but the last of several answers.
fn stem(answer: &str) -> Option<&str> {
    answer.rsplit_once("; ").map(|(stem, _)| stem)
}

/// Answers as one phrase: what they begin with is said once.
fn together(answers: &[&str]) -> String {
    let [first, rest @ ..] = answers else { return String::new() };
    let shared = rest.iter().fold(first.len(), |shared, other| {
        let same = first.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b);
        same.last().map_or(0, |((at, c), _)| at + c.len_utf8()).min(shared)
    });
    let prefix = first[..shared].rfind(' ').map_or(0, |space| space + 1);
    let tails: Vec<&str> = answers.iter().map(|answer| &answer[prefix..]).collect();
    match tails.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("{}{} or {last}", &first[..prefix], others.join(", "))
        }
        _ => (*first).to_owned(),
    }
}

/// The finding in one line: what it is about, in how many rows, and what disagrees.
pub(super) fn sentence(finding: &Finding) -> String {
    let part = rows::part(finding).map_or(String::new(), |part| format!("{part}; "));
    format!("{}: {part}{}", title(finding), gist(finding))
}

/// What to do about a finding, a line each: how rare it is, what would tie, what it turns on.
pub(super) fn advice(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    let rare = |probability: &&Number| **probability < Number::ratio(1, 20);
    if let Some(probability) = finding.probability.as_ref().filter(rare) {
        lines.push(chance(probability));
    }
    for mend in &finding.mends {
        let slip = mend.slip.as_ref().map_or(String::new(), |slip| format!(" ({slip})"));
        lines.push(format!("would tie: {} as {}{slip}", mend.name, mend.would_tie));
    }
    for turn in &finding.turns_on {
        lines.push(format!("turns on: {} ({})", turn.asks, turn.how));
    }
    lines.extend(answers(finding));
    lines
}

/// A probability in words: one in how many.
pub(super) fn chance(probability: &Number) -> String {
    let one_in = Number::one().checked_div(probability).unwrap_or_else(Number::zero);
    let one_in = crate::figure::show_number(&one_in.floor(), Toward::Floor);
    format!("rounding alone does this, or worse, once in {one_in} times")
}

/// How loud a finding is where there are three levels and no verdicts: an inconsistency is as
/// serious as its author says, what is open is at most a warning, and what is answered for or
/// consistent is a note.
pub(super) fn level(finding: &Finding) -> Severity {
    match finding.verdict {
        _ if finding.waived.is_some() => Severity::Note,
        Verdict::Consistent | Verdict::Inapplicable => Severity::Note,
        Verdict::NotJudged => Severity::Error,
        Verdict::Inconsistent => finding.severity,
        Verdict::Undetermined | Verdict::Improbable => finding.severity.min(Severity::Warning),
    }
}

/// What is wrong, and what to do, a line each.
pub(super) fn message(mistake: &Mistake) -> Vec<String> {
    let mut lines = vec![mistake.what.clone()];
    lines.extend(Some(mistake.label.clone()).filter(|label| !label.is_empty()));
    lines.extend(mistake.help.iter().map(|help| format!("help: {help}")));
    lines
}
