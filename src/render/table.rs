//! The default: what cannot be reconciled, what is left open, and the summary by check.

use comfy_table::{Cell, CellAlignment};

use super::{Look, count, in_last_digits, in_order, plain_table, table_text, title, verdict_words};
use crate::audit::Audit;
use crate::checks::KINDS;
use crate::finding::{Finding, Verdict};

/// The audit as tables, one report after the other, and what to type next.
pub fn table(audit: &Audit, look: Look) -> String {
    let mut parts: Vec<String> = Vec::new();
    let ledger = &audit.case.ledger;
    for (at, edition) in ledger.editions.iter().enumerate() {
        let own: Vec<&Finding> =
            in_order(audit, look).into_iter().filter(|finding| finding.edition == at).collect();
        let all: Vec<&Finding> =
            audit.findings.iter().filter(|finding| finding.edition == at).collect();
        if !look.quiet {
            parts.push(heading(&edition.title, &edition.label, edition.claims.len(), all.len()));
        }
        if !own.is_empty() {
            parts.push(findings(&own, look));
        }
        let open: Vec<&Finding> =
            own.iter().filter(|f| !f.branches.is_empty() || f.reason.is_some()).copied().collect();
        if !open.is_empty() {
            parts.push(left_open(&open, look));
        }
        if !look.quiet && !all.is_empty() {
            parts.push(summary(&all, look));
        }
    }
    if !look.quiet {
        parts.push(closing(audit));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

fn heading(title: &str, label: &str, claims: usize, assertions: usize) -> String {
    let edition = if title == label || label.is_empty() {
        title.to_owned()
    } else {
        format!("{title} · {label}")
    };
    format!("{edition} · {} · {}", count(claims, "claim"), count(assertions, "assertion"))
}

/// One row a finding. On a narrow page, the set stands under the printed figure and the gap under
/// the verdict.
fn findings(findings: &[&Finding], look: Look) -> String {
    let wide = look.width >= 100;
    let mut table = plain_table(look);
    table.set_header(if wide {
        vec!["claim", "printed", "set", "what the rest allows", "gap, in last digits", "verdict"]
    } else {
        vec!["claim", "printed; its set", "what the rest allows", "verdict; gap"]
    });
    for finding in findings {
        let judgement = finding.judgement.as_ref();
        let (printed, set, allowed) = match judgement {
            Some(judgement) => {
                let printed = judgement.stated.printed.clone();
                let set = if judgement.stated.shown == printed {
                    String::new()
                } else {
                    judgement.stated.shown.clone()
                };
                (printed, set, judgement.allowed.shown.clone())
            }
            None => (printed_all(finding), String::new(), "–".to_owned()),
        };
        let claim = format!("{}\n{}", title(finding), finding.id);
        let gap = in_last_digits(finding);
        let verdict = verdict_words(finding);
        let lines = |words: [String; 2]| {
            words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("\n")
        };
        table.add_row(if wide {
            let gap = gap.unwrap_or_else(|| "–".to_owned());
            vec![claim, printed, set, allowed, gap, verdict]
        } else {
            let gap = gap.map_or(String::new(), |gap| format!("{gap} last digits"));
            vec![claim, lines([printed, set]), allowed, lines([verdict, gap])]
        });
    }
    if wide && let Some(column) = table.column_mut(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table_text(&mut table, look)
}

/// The figures of a finding as printed, where no judgement was reached.
fn printed_all(finding: &Finding) -> String {
    let texts: Vec<&str> = finding.figures.iter().map(|used| used.figure.text()).collect();
    texts.join("; ")
}

/// What undetermined findings turn on, and the verdict under each answer.
fn left_open(findings: &[&Finding], look: Look) -> String {
    let mut table = plain_table(look);
    table.set_header(["left open", "it turns on", "answer → verdict"]);
    for finding in findings {
        let mut asks: Vec<String> =
            finding.turns_on.iter().map(|turn| turn.asks.clone()).collect();
        if asks.is_empty() {
            asks.extend(finding.reason.clone());
        }
        let branches: Vec<String> = finding
            .branches
            .iter()
            .map(|branch| {
                let remark = match branch.remark.as_str() {
                    "" => String::new(),
                    remark => format!(" ({remark})"),
                };
                format!("{} → {}{remark}", branch.answer, branch.verdict)
            })
            .collect();
        let answers = if branches.is_empty() { "–".to_owned() } else { branches.join("\n") };
        table.add_row([finding.id.clone(), asks.join("\n"), answers]);
    }
    table_text(&mut table, look)
}

/// The summary by check. Every assertion is in exactly one column, so rows and columns add up.
fn summary(findings: &[&Finding], look: Look) -> String {
    let always = [Verdict::Consistent, Verdict::Inconsistent, Verdict::Undetermined];
    let occurs = |verdict: &Verdict| findings.iter().any(|finding| finding.verdict == *verdict);
    let verdicts: Vec<Verdict> =
        Verdict::ALL.into_iter().filter(|v| always.contains(v) || occurs(v)).collect();
    let mut table = plain_table(look);
    let header = ["check", "assertions"].into_iter().chain(verdicts.iter().map(|v| v.word()));
    table.set_header(header.chain(["largest gap"]));
    let row = |name: &str, findings: &[&&Finding]| {
        let number = |n: usize| if n == 0 { "–".to_owned() } else { n.to_string() };
        let of = |verdict: &Verdict| {
            number(findings.iter().filter(|finding| finding.verdict == *verdict).count())
        };
        let mut cells = vec![name.to_owned(), number(findings.len())];
        cells.extend(verdicts.iter().map(of));
        cells
    };
    for kind in KINDS {
        let own: Vec<&&Finding> =
            findings.iter().filter(|finding| finding.check == kind.name).collect();
        if !own.is_empty() {
            let mut cells = row(kind.name, &own);
            cells.push(largest_gap(&own));
            table.add_row(cells);
        }
    }
    let all: Vec<&&Finding> = findings.iter().collect();
    table.add_row(row("total", &all));
    for column in 1..verdicts.len() + 2 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // Short words need no wrapping, and a broken column of numbers cannot be read.
    let _ = Cell::new("");
    table_text(&mut table, look)
}

/// The largest gap of a check's inconsistent findings, measured in last digits.
fn largest_gap(findings: &[&&Finding]) -> String {
    let inconsistent = findings.iter().filter(|f| f.verdict == Verdict::Inconsistent);
    let judged = inconsistent.filter_map(|finding| finding.judgement.as_ref());
    let gap = judged.filter(|judgement| !judgement.miss.is_zero()).max_by_key(|judgement| {
        let place = judgement.last_place.as_ref();
        place.and_then(|place| judgement.miss.abs().checked_div(place))
    });
    gap.map_or_else(|| "–".to_owned(), |judgement| judgement.distance.clone())
}

fn closing(audit: &Audit) -> String {
    let mut lines = Vec::new();
    let inconsistent = audit.count(Verdict::Inconsistent);
    let undetermined = audit.count(Verdict::Undetermined);
    if audit.findings.is_empty() {
        return "Nothing is asserted. `tieout explain` lists the checks.".to_owned();
    }
    if audit.judged() == 0 {
        return "Nothing could be judged.".to_owned();
    }
    match inconsistent {
        0 => lines.push("No figures are found that cannot be reconciled.".to_owned()),
        1 => lines.push("1 assertion cannot be reconciled with its figures.".to_owned()),
        n => lines.push(format!("{n} assertions cannot be reconciled with their figures.")),
    }
    match undetermined {
        0 => {}
        1 => lines.push("1 turns on something the text leaves open.".to_owned()),
        n => lines.push(format!("{n} turn on something the text leaves open.")),
    }
    let improbable = audit.count(Verdict::Improbable);
    if improbable > 0 {
        lines.push(format!("{improbable} would be a rare accident of rounding."));
    }
    let worth = in_order(audit, Look { width: 0, color: false, verbose: false, quiet: false });
    if let Some(first) = worth.first() {
        lines.push(format!("`tieout explain {}` works the first one step by step.", first.id));
    }
    lines.join(" ")
}
