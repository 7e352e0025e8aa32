//! The audit as Markdown (GitHub's): for pull requests, step summaries and wikis.

mod text;

use self::text::{code, plain};
use super::Look;
use super::rows;
use super::summary::{Line, closing, summary};
use super::table::{Cells, cells, heading, is_open};
use super::words::{answers, in_order, is_wanted, message, title, verdict_words};
use crate::audit::Audit;
use crate::finding::Finding;
use crate::mistake::{Files, Mistake};

/// One section a report: findings, what is left open, rows, the summary; then the mistakes and
/// what it all comes to. There are no links, and no text of the report is taken for markup.
pub fn markdown(audit: &Audit, look: Look) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (at, edition) in audit.case.ledger.editions.iter().enumerate() {
        let own: Vec<&Finding> =
            in_order(audit, look).into_iter().filter(|finding| finding.edition == at).collect();
        let all: Vec<&Finding> =
            audit.findings.iter().filter(|finding| finding.edition == at).collect();
        if !look.quiet {
            let single = all.iter().filter(|finding| !finding.is_joint()).count();
            let counts = (edition.claims.len(), single);
            parts.push(format!("## {}", plain(&heading(&edition.title, &edition.label, counts))));
        }
        parts.push(findings(&own));
        parts.push(left_open(&own));
        let wanted = all.iter().filter(|finding| is_wanted(audit, finding));
        parts.extend(wanted.map(|finding| over_rows(finding, look)));
        if !look.quiet && !all.is_empty() {
            parts.push(by_check(&all));
        }
    }
    let files = &audit.case.ledger.files;
    parts.push(list("Mistakes", &audit.mistakes(), files));
    if !look.quiet {
        let warnings: Vec<&Mistake> = audit.warnings.iter().collect();
        parts.push(list("Waivers to look at", &warnings, files));
        parts.push(closing(audit, Look { width: usize::MAX, ..look }));
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { String::new() } else { parts.join("\n\n") + "\n" }
}

fn findings(findings: &[&Finding]) -> String {
    let rows = findings.iter().map(|finding| {
        let Cells { printed, set, allowed, gap } = cells(finding);
        let part = rows::part(finding).unwrap_or_default();
        let claim = [plain(&title(finding)), code(&finding.id), plain(&part)];
        let answered = finding.waived.as_ref().map(|waiver| plain(&waiver.to_string()));
        let verdict = [plain(&verdict_words(finding)), answered.unwrap_or_default()];
        [stack(claim), code(&printed), plain(&set), plain(&allowed), plain(&gap), stack(verdict)]
    });
    let header =
        ["claim", "printed", "set", "what the rest allows", "gap, in last digits", "verdict"];
    table(header, "llllrl", rows)
}

fn left_open(findings: &[&Finding]) -> String {
    let open = findings.iter().filter(|finding| is_open(finding));
    let rows = open.map(|finding| {
        let mut asks: Vec<&str> = finding.turns_on.iter().map(|turn| turn.asks.as_str()).collect();
        if asks.is_empty() {
            asks.extend(finding.reason.as_deref());
            asks.extend(finding.mistakes.iter().map(|mistake| mistake.what.as_str()));
        }
        [code(&finding.id), plain(&asks.join("\n")), plain(&answers(finding).join("\n"))]
    });
    table(["left open", "it turns on", "answer → verdict"], "lll", rows)
}

/// The count, the worst rows and the notes of what is judged over rows, as a list.
fn over_rows(finding: &Finding, look: Look) -> String {
    const SHOWN: usize = 10;
    let said = rows::remarks(finding);
    let Some((count, rest)) = said.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return String::new();
    };
    let mut lines = vec![format!("{}: {}\n", code(&finding.id), plain(count))];
    let most = if look.all { usize::MAX } else { SHOWN + 1 };
    lines.extend(rest.iter().take(most).map(|line| format!("- {}", plain(line))));
    if rest.len() > most {
        lines.push(format!("- … and {} more lines", rest.len() - most));
    }
    lines.join("\n")
}

fn by_check(findings: &[&Finding]) -> String {
    let summary = summary(findings);
    let number = |n: usize| if n == 0 { "–".to_owned() } else { n.to_string() };
    let row = |line: &Line, gap: Option<&String>| {
        let mut cells = vec![line.name.to_owned(), number(line.assertions)];
        cells.extend(line.counts.iter().copied().map(number));
        cells.push(gap.map_or_else(|| "–".to_owned(), |gap| plain(gap)));
        cells
    };
    let mut rows: Vec<Vec<String>> =
        summary.checks.iter().map(|line| row(line, line.largest_gap.as_ref())).collect();
    rows.push(row(&summary.total, None));
    if let Some(last) = rows.last_mut() {
        last.pop();
        let bold = |cell: &mut String| *cell = format!("**{cell}**");
        last.iter_mut().filter(|cell| *cell != "–").for_each(bold);
        last.push(String::new());
    }
    let header: Vec<&str> =
        ["check", "assertions"].into_iter().chain(summary.columns).chain(["largest gap"]).collect();
    let sides = format!("lr{}l", "r".repeat(header.len() - 3));
    table(header, &sides, rows)
}

/// Mistakes, or warnings, as a list under a heading.
fn list(heading: &str, mistakes: &[&Mistake], files: &Files) -> String {
    let line = |mistake: &&Mistake| {
        let place = mistake.place.map(|place| format!("{}: ", code(&files.address(place))));
        format!("- {}{}", place.unwrap_or_default(), plain(&message(mistake).join("; ")))
    };
    const MOST: usize = 100;
    let mut lines: Vec<String> = mistakes.iter().take(MOST).map(line).collect();
    if mistakes.len() > MOST {
        lines.push(format!("- … and {} more", mistakes.len() - MOST));
    }
    if lines.is_empty() { String::new() } else { format!("## {heading}\n\n{}", lines.join("\n")) }
}

/// A table, unless it has no rows. `sides` has `r` for each column that is set to the right.
fn table<'a, R: IntoIterator<Item = String>>(
    header: impl IntoIterator<Item = &'a str>,
    sides: &str,
    rows: impl IntoIterator<Item = R>,
) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let rows: Vec<String> = rows.into_iter().map(|row| line(row.into_iter().collect())).collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = line(header.into_iter().map(str::to_owned).collect());
    let rule = sides.chars().map(|side| if side == 'r' { "--:" } else { "---" }.to_owned());
    format!("{header}\n{}\n{}", line(rule.collect()), rows.join("\n"))
}

/// The cells that say something, a line each.
fn stack<const N: usize>(cells: [String; N]) -> String {
    cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("<br>")
}
