//! The default: what cannot be reconciled, what is left open, and the summary by check.

use comfy_table::{CellAlignment, ColumnConstraint, Width};

use super::summary::{Line, closing};
use super::together::together;
use super::words::is_wanted;
use super::{
    Look, answers, count, in_last_digits, in_order, lines, plain_table, roomy_table, rows,
    table_text, title, verdict_words, wrap,
};
use crate::audit::Audit;
use crate::finding::{Finding, Waived};

/// The audit as tables, one report after the other, and what to type next.
pub fn table(audit: &Audit, look: Look) -> String {
    let mut parts: Vec<String> = Vec::new();
    let ledger = &audit.case.ledger;
    for (at, edition) in ledger.editions.iter().enumerate() {
        let own = in_order(audit, look).into_iter().filter(|finding| finding.edition == at);
        let (answered, own): (Vec<&Finding>, Vec<&Finding>) =
            own.partition(|finding| finding.waived.is_some());
        let all: Vec<&Finding> =
            audit.findings.iter().filter(|finding| finding.edition == at).collect();
        if !look.quiet {
            let single = all.iter().filter(|finding| !finding.is_joint()).count();
            let counts = (edition.claims.len(), single);
            parts.push(wrap(&heading(&edition.title, &edition.label, counts), look.width));
        }
        if !own.is_empty() {
            parts.push(findings(&own, look));
        }
        let noted = |finding: &&&Finding| {
            let tally = finding.rows.as_ref().filter(|_| is_wanted(audit, finding));
            tally.is_some_and(|tally| !tally.worst.is_empty() || !tally.notes.is_empty())
        };
        parts.extend(all.iter().filter(noted).filter_map(|finding| rows::table(finding, look)));
        parts.push(together(&own, look));
        let open: Vec<&Finding> = own.iter().filter(|finding| is_open(finding)).copied().collect();
        if !open.is_empty() {
            parts.push(left_open(&open, look));
        }
        if !answered.is_empty() {
            parts.push(answered_for(&answered, look));
        }
        if !look.quiet && !all.is_empty() {
            parts.push(summary(&all, look));
        }
    }
    if !look.quiet {
        parts.push(closing(audit, look));
    }
    if look.verbose {
        parts.push(rows::scans(audit));
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { String::new() } else { parts.join("\n\n") + "\n" }
}

/// Waived findings, with what cannot be reconciled in them and who answers for it.
fn answered_for(findings: &[&Finding], look: Look) -> String {
    let mut table = roomy_table(look);
    table.set_header(["waived", "printed; what the rest allows", "verdict; who answers for it"]);
    for finding in findings {
        let Cells { printed, allowed, .. } = cells(finding);
        let part = rows::part(finding).unwrap_or_default();
        let claim = lines([title(finding), finding.id.clone(), part]);
        let words = finding.waived.as_ref().map(Waived::to_string).unwrap_or_default();
        let verdict = verdict_words(finding).replace('\n', " ");
        table.add_row([claim, lines([printed, allowed]), lines([verdict, words])]);
    }
    let share = |hundredths: usize| {
        let width = u16::try_from(look.width * hundredths / 100).unwrap_or(u16::MAX);
        ColumnConstraint::LowerBoundary(Width::Fixed(width))
    };
    for (at, hundredths) in [(0, 27), (1, 20)] {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(share(hundredths));
        }
    }
    table_text(&mut table, look)
}

pub(super) fn heading(title: &str, label: &str, (claims, assertions): (usize, usize)) -> String {
    let edition = if title == label || label.is_empty() {
        title.to_owned()
    } else {
        format!("{title} · {label}")
    };
    format!("{edition} · {} · {}", count(claims, "claim"), count(assertions, "assertion"))
}

/// The columns that a page has room for.
#[derive(Clone, Copy, PartialEq)]
enum Room {
    /// A column each.
    Wide,
    /// The set under the printed figure, the gap under the verdict.
    Middle,
    /// All that is said of the figures in one column.
    Narrow,
}

/// One row a finding.
fn findings(findings: &[&Finding], look: Look) -> String {
    let room = match look.width {
        100.. => Room::Wide,
        74.. => Room::Middle,
        _ => Room::Narrow,
    };
    let mut table = roomy_table(look);
    table.set_header(match room {
        Room::Wide => {
            let gap = if look.verbose {
                "gap (or\nmargin),\nin last\ndigits"
            } else {
                "gap, in\nlast\ndigits"
            };
            vec!["claim", "printed", "set", "what the rest allows", gap, "verdict"]
        }
        Room::Middle => {
            vec![
                "claim",
                "printed; its set",
                "what the rest allows",
                "verdict; gap\nin last digits",
            ]
        }
        Room::Narrow => vec!["claim", "printed; its set; what the rest allows; verdict"],
    });
    for finding in findings {
        let Cells { printed, set, allowed, gap } = cells(finding);
        let part = rows::part(finding).unwrap_or_default();
        let claim = lines([title(finding), finding.id.clone(), part]);
        let verdict = verdict_words(finding);
        table.add_row(match room {
            Room::Wide => {
                let or_dash = |cell: String| if cell.is_empty() { "–".to_owned() } else { cell };
                vec![claim, printed, set, or_dash(allowed), or_dash(gap), verdict]
            }
            Room::Middle => {
                let gap = match gap.strip_prefix('(') {
                    Some(margin) => format!("margin {}", margin.trim_end_matches(')')),
                    None if gap.is_empty() => gap,
                    None => format!("gap {gap}"),
                };
                vec![claim, lines([printed, set]), allowed, lines([verdict, gap])]
            }
            Room::Narrow => {
                let label = |words: &str, cell: String| {
                    if cell.is_empty() { cell } else { format!("{words} {cell}") }
                };
                let gap = label("gap, in last digits:", gap);
                let words = judged_on_words(finding);
                let allowed = label(if words { "against" } else { "the rest allows" }, allowed);
                vec![claim, lines([printed, set, allowed, verdict.replace('\n', " "), gap])]
            }
        });
    }
    let kept: &[usize] = match room {
        Room::Wide => &[4, 5],
        Room::Middle => &[3],
        Room::Narrow => &[],
    };
    for at in kept {
        if let Some(column) = table.column_mut(*at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    // Names first; and a date with its bracket stays in one piece.
    let least: &[(usize, usize)] = match room {
        Room::Wide => &[(0, look.width * 27 / 100), (2, 15), (3, 15)],
        Room::Middle => &[(0, look.width * 29 / 100), (1, 17), (2, 17)],
        Room::Narrow => &[(0, look.width * 29 / 100)],
    };
    for (at, least) in least {
        if let Some(column) = table.column_mut(*at) {
            let least = Width::Fixed(u16::try_from(*least).unwrap_or(u16::MAX));
            column.set_constraint(ColumnConstraint::LowerBoundary(least));
        }
    }
    if room == Room::Wide
        && let Some(column) = table.column_mut(4)
    {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table_text(&mut table, look)
}

/// What is said of the figures of a finding; empty where there is nothing to say.
pub(super) struct Cells {
    pub printed: String,
    pub set: String,
    pub allowed: String,
    pub gap: String,
}

pub(super) fn cells(finding: &Finding) -> Cells {
    let gap = in_last_digits(finding).unwrap_or_default();
    let Some(judgement) = &finding.judgement else {
        return Cells {
            printed: printed_all(finding),
            set: String::new(),
            allowed: String::new(),
            gap,
        };
    };
    let (printed, shown) = (judgement.stated.printed.clone(), judgement.stated.shown.clone());
    let set = if shown == printed { String::new() } else { shown };
    Cells { printed, set, allowed: judgement.allowed.shown.clone(), gap }
}

/// Whether the two sides are words, not numbers.
fn judged_on_words(finding: &Finding) -> bool {
    finding.judgement.as_ref().is_some_and(|judgement| judgement.allowed.set.is_none())
}

/// The figures of a finding as printed, where no judgement was reached.
fn printed_all(finding: &Finding) -> String {
    let texts: Vec<&str> = finding.figures.iter().map(|used| used.figure.text()).collect();
    texts.join("; ")
}

/// Whether a finding says what it turns on, or why it was not reached.
pub(super) fn is_open(finding: &Finding) -> bool {
    !finding.branches.is_empty() || finding.reason.is_some() || !finding.mistakes.is_empty()
}

/// What undetermined findings turn on, and the verdict under each answer.
fn left_open(findings: &[&Finding], look: Look) -> String {
    let mut table = roomy_table(look);
    table.set_header(["left open", "it turns on", "answer → verdict"]);
    for finding in findings {
        let mut asks: Vec<String> = finding.turns_on.iter().map(|turn| turn.asks.clone()).collect();
        if asks.is_empty() {
            asks.extend(finding.reason.clone());
            asks.extend(finding.mistakes.iter().map(|mistake| mistake.what.clone()));
        }
        let branches = answers(finding);
        let answers = if branches.is_empty() { "–".to_owned() } else { branches.join("\n") };
        table.add_row([finding.id.clone(), asks.join("\n"), answers]);
    }
    table_text(&mut table, look)
}

/// The summary by check, whose rows and columns add up.
fn summary(findings: &[&Finding], look: Look) -> String {
    let summary = super::summary::summary(findings);
    let mut table = plain_table(look);
    let header = ["check", "assertions"].into_iter().chain(summary.columns.iter().copied());
    let header: Vec<&str> = header.chain(["largest gap"]).collect();
    // Two spaces between columns; words are hyphenated where the page is too narrow for them.
    let needed: usize = header.iter().map(|word| word.len() + 2).sum::<usize>() + 8;
    let narrow = needed > look.width;
    table.set_header(header.into_iter().map(|word| if narrow { hyphenated(word) } else { word }));
    let row = |line: &Line| {
        let number = |n: usize| if n == 0 { "–".to_owned() } else { n.to_string() };
        let mut cells = vec![line.name.to_owned(), number(line.assertions)];
        cells.extend(line.counts.iter().copied().map(number));
        cells
    };
    for line in &summary.checks {
        let mut cells = row(line);
        cells.push(line.largest_gap.clone().unwrap_or_else(|| "–".to_owned()));
        table.add_row(cells);
    }
    table.add_row(row(&summary.total));
    let gaps = summary.columns.len() + 2;
    for at in 0..=gaps {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
            let words = at == 0 || at == gaps;
            let side = if words { CellAlignment::Left } else { CellAlignment::Right };
            column.set_cell_alignment(side);
        }
    }
    table_text(&mut table, look)
}

/// A heading of the summary broken over two lines.
fn hyphenated(word: &str) -> &str {
    match word {
        "assertions" => "assert-\nions",
        "consistent" => "consis-\ntent",
        "inconsistent" => "incon-\nsistent",
        "undetermined" => "undeter-\nmined",
        "improbable" => "improb-\nable",
        "not applicable" => "not appl-\nicable",
        "not judged" => "not\njudged",
        "largest gap" => "largest\ngap",
        word => word,
    }
}
