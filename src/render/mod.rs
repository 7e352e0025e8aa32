//! From an [`Audit`] to text. A renderer is a pure function: width and colour come in as
//! arguments, so that the same audit gives the same bytes everywhere.

mod compare;
mod compare_data;
mod concise;
mod explain;
mod figures;
mod full;
mod json;
mod mistakes;
mod rows;
mod table;

pub use compare::compare;
pub use compare_data::{compare_csv, compare_json, compare_markdown};
pub use concise::{concise, gist};
pub use explain::{explain, list_checks};
pub use figures::figures;
pub use full::full;
pub use json::json;
pub use mistakes::mistakes;
pub use rows::{extract, remarks as rows};
pub use table::table;

use comfy_table::{Cell, ContentArrangement, LineStyle, Row, Table, TableStyle};

use crate::audit::Audit;
use crate::claim::Severity;
use crate::finding::{Branch, Finding, Verdict};
use crate::number::Toward;

/// How a text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal, or of the page.
    pub width: usize,
    /// Whether to use colour. Nothing is said by colour alone.
    pub color: bool,
    /// Whether to show what is consistent, too.
    pub verbose: bool,
    /// Whether to leave out all but the findings.
    pub quiet: bool,
    /// Whether to show every row of what is judged over rows.
    pub all: bool,
}

/// A table without borders: a rule under the header, two spaces between columns.
fn plain_table(look: Look) -> Table {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(look.width).unwrap_or(u16::MAX));
    table
}

/// The same, with a free line between rows, for rows of several lines.
fn roomy_table(look: Look) -> Table {
    let mut table = plain_table(look);
    let style = table.style().row_separator(LineStyle::none().fill(' ').junction(' '));
    table.load_style(style);
    table
}

/// A table as text, without the padding at the ends of lines.
fn table_text(table: &mut Table, look: Look) -> String {
    for row in table.row_iter_mut() {
        let cells: Vec<Cell> =
            row.cell_iter().map(|cell| Cell::new(clip(cell.content()))).collect();
        *row = Row::from(cells);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    paint(&lines.join("\n"), look)
}

/// A cell's text, no line of it longer than anyone would read.
fn clip(text: String) -> String {
    const LONGEST: usize = 300;
    let short = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    text.split('\n').map(short).collect::<Vec<_>>().join("\n")
}

/// Colours the words that name verdicts and severities.
fn paint(text: &str, look: Look) -> String {
    if !look.color {
        return text.to_owned();
    }
    let red = "\u{1b}[1;31m";
    let yellow = "\u{1b}[33m";
    let green = "\u{1b}[32m";
    let words = [
        ("inconsistent", red),
        ("not judged", red),
        ("undetermined", yellow),
        ("improbable", yellow),
        ("consistent", green),
    ];
    let mut painted = String::with_capacity(text.len());
    let mut rest = text;
    'text: while !rest.is_empty() {
        for (word, color) in words {
            if let Some(after) = rest.strip_prefix(word) {
                painted.push_str(&format!("{color}{word}\u{1b}[0m"));
                rest = after;
                continue 'text;
            }
        }
        let next = rest.chars().next().map_or(1, char::len_utf8);
        painted.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    painted
}

/// The findings to show, gravest first: verdict, then severity, then the order of the files.
fn in_order<'a>(audit: &'a Audit, look: Look) -> Vec<&'a Finding> {
    let silent = [Verdict::Consistent, Verdict::Inapplicable];
    let shown = |finding: &&Finding| look.verbose || !silent.contains(&finding.verdict);
    let mut findings: Vec<&Finding> = audit.findings.iter().filter(shown).collect();
    findings.sort_by_key(|finding| {
        let not_judged = finding.verdict == Verdict::NotJudged;
        (!not_judged, finding.verdict, std::cmp::Reverse(finding.severity))
    });
    findings
}

/// The verdict with its severity, where that says something.
fn verdict_words(finding: &Finding) -> String {
    let open = [Verdict::Inconsistent, Verdict::Improbable, Verdict::Undetermined];
    if open.contains(&finding.verdict) && finding.severity != Severity::Error {
        format!("{}\n({})", finding.verdict, finding.severity)
    } else {
        finding.verdict.to_string()
    }
}

/// The cells that say something, a line each.
fn lines<const N: usize>(cells: [String; N]) -> String {
    cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What a finding is about, in words: the author's label, or the figures.
fn title(finding: &Finding) -> String {
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
fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The gap in units of the last digit, signed, or in brackets the margin of what is consistent; to three
/// digits, a gap rounded away from zero and a margin toward it.
fn in_last_digits(finding: &Finding) -> Option<String> {
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

/// Breaks text into lines of at most `width` characters, between words.
fn wrap(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(last) if line == 0 => last.push_str(word),
            Some(last) if line + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
