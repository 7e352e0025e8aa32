//! One finding worked step by step, so that a reader can check the checker by hand.

use super::full::remarks;
use super::words::chance;
use super::{Look, paint, title, verdict_words};
use crate::audit::{Audit, witness};
use crate::checks::KINDS;
use crate::finding::{Finding, Outcome, Verdict};
use crate::interval::Interval;
use crate::ledger::Used;
use crate::number::Number;

/// The checks, a line each.
pub fn list_checks() -> String {
    let mut text = String::from("The checks; `tieout explain NAME` prints the page of one.\n\n");
    for kind in KINDS {
        text.push_str(&format!("  {:<10} {}\n", kind.name, kind.summary()));
    }
    text
}

/// The working of one finding: each figure with its set and why, each step, the gap or the
/// witness, and what would mend or settle it.
pub fn explain(audit: &Audit, finding: &Finding, look: Look) -> String {
    let mut text = format!("{}: {}\n", finding.id, title(finding));
    let files = &audit.case.ledger.files;
    text.push_str(&format!("{}\n", files.address(finding.place)));
    text.push_str(&format!("{}\n", verdict_words(finding).replace('\n', " ")));
    if !finding.mistakes.is_empty() {
        let mistakes = finding.mistakes.iter().map(|mistake| format!("\n{}\n", mistake.what));
        text.extend(mistakes);
        return paint(&text, look);
    }
    if let Some(row) = finding.rows.as_ref().and_then(|tally| tally.worst.first()) {
        text.push_str(&format!("\nOf the rows, the one worst off: {}\n", row.label));
    }
    let figures: Vec<&Used> = finding.figures.iter().collect();
    if !figures.is_empty() {
        text.push_str("\nThe figures\n");
        for used in &figures {
            text.push_str(&figure(used));
        }
    }
    if let Some(judgement) = &finding.judgement {
        if !judgement.steps.is_empty() {
            text.push_str("\nThe working\n");
            for step in &judgement.steps {
                let works = step.works.replace('\n', "\n      ");
                text.push_str(&format!("  {}\n      {works}\n", step.what));
            }
        }
        if judgement.outcome == Outcome::Holds && finding.rows.is_none() && !finding.is_joint() {
            text.push_str(&witness_lines(audit, finding));
        }
    }
    let remarks = remarks(finding);
    if !remarks.is_empty() {
        text.push_str("\nWhat follows\n");
        for line in remarks {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if finding.verdict == Verdict::Improbable
        && let Some(probability) = &finding.probability
    {
        text.push_str(&format!("  {}: exactly {probability}\n", chance(probability)));
    }
    paint(&text, look)
}

fn figure(used: &Used) -> String {
    let of = used.of.as_ref().map_or(String::new(), |of| format!(" of {of}"));
    let set = used.figure.show(&used.rung.set);
    let name = if used.literal { "as written" } else { &used.name };
    let mut line = format!("  {name}: \"{}\"{of} is {set}\n", used.figure.text());
    let why = if used.literal && used.rung.round.is_none() && used.rung.set.as_point().is_some() {
        "written out in the assertion".to_owned()
    } else {
        used.figure.why(&used.rung)
    };
    line.push_str(&format!("      {why}\n"));
    line
}

/// A percentage of n whole things as their count: "258 of 636".
fn whole_things(finding: &Finding, used: Option<&Used>, value: &Number) -> Option<String> {
    let of = used?.of.as_ref().filter(|_| used.is_some_and(|u| u.figure.unit().is_percent()))?;
    let base = finding.figures.iter().find(|other| other.name == *of)?;
    let n = base.rung.set.as_point().filter(|_| base.figure.is_count())?;
    let count = value * n;
    count.is_integer().then(|| format!("{count} of {n}"))
}

/// Values that print as shown and satisfy the assertion.
fn witness_lines(audit: &Audit, finding: &Finding) -> String {
    let of_finding = |assertion: &&crate::audit::Assertion| assertion.place == finding.place;
    let Some(assertion) = audit.case.assertions.iter().find(of_finding) else {
        return String::new();
    };
    let found = witness(&audit.case.ledger, assertion, &finding.setting, &finding.figures);
    match found {
        Some(values) if !values.is_empty() => {
            let mut text = String::from("\nValues that print as shown and fit\n");
            for (name, value) in values {
                let used = finding.figures.iter().find(|used| used.name == name);
                let shown = used.map(|used| used.figure.show(&Interval::point(value.clone())));
                let mut shown = shown.unwrap_or_else(|| value.to_string());
                if let Some(count) = whole_things(finding, used, &value) {
                    shown.push_str(&format!(" ({count})"));
                }
                text.push_str(&format!("  {name} = {shown}\n"));
            }
            text
        }
        _ => String::new(),
    }
}
