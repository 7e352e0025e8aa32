//! Editions beside each other, as tables.

use comfy_table::{CellAlignment, ColumnConstraint, Table};

use super::{Look, count, gist, lines, plain_table, roomy_table, table_text, title, wrap};
use crate::editions::{Chain, Class, Comparison, Conclusion, Row, Triangle};
use crate::figure::show_number;
use crate::ledger::Step;
use crate::number::{Number, Toward};

/// The comparisons of a chain, one after the other, then the revision triangles.
pub fn compare(chain: &Chain, look: Look) -> String {
    let mut parts = Vec::new();
    for comparison in chain.comparisons() {
        if !look.quiet {
            parts.push(wrap(&heading(comparison), look.width));
        }
        let shown: Vec<&Row> = shown(comparison, look).collect();
        if !shown.is_empty() {
            parts.push(table_text(&mut rows(&shown, look), look));
        }
        let open: Vec<&Conclusion> = conclusions(comparison, look).collect();
        if !open.is_empty() {
            parts.push(table_text(&mut drawn(&open, look), look));
        }
        if !look.quiet {
            parts.push(table_text(&mut summary(comparison, look), look));
            parts.push(wrap(&closing(comparison), look.width));
        }
    }
    if !look.quiet {
        for triangle in &chain.triangles {
            parts.push(format!("Prints of {} by edition", triangle.series));
            parts.push(table_text(&mut prints(triangle, chain, look), look));
            if !triangle.revisions.is_empty() {
                parts.push(table_text(&mut revisions(triangle, look), look));
            }
        }
    }
    if parts.is_empty() { String::new() } else { parts.join("\n\n") + "\n" }
}

/// "2024 → 2025 · Labour force".
pub(super) fn heading(comparison: &Comparison) -> String {
    let (old, new) = (&comparison.old, &comparison.new);
    let title = if new.title == new.label { String::new() } else { format!(" · {}", new.title) };
    format!("{} → {}{title}{}", old.label, new.label, periods_of(comparison))
}

/// " · first quarter 2031 to second quarter 2031", if most figures moved so.
pub(super) fn periods_of(comparison: &Comparison) -> String {
    comparison.periods.as_ref().map_or_else(String::new, |periods| format!(" · {periods}"))
}

/// The rows that are shown: all but what is unchanged; only what needs a look, if quiet.
pub(super) fn shown<'c, 'a>(
    comparison: &'c Comparison<'a>,
    look: Look,
) -> impl Iterator<Item = &'c Row<'a>> {
    comparison.rows.iter().filter(move |row| {
        let news = row.class != Class::Unchanged || !row.remarks.is_empty();
        if look.quiet { row.class.needs_a_look() } else { look.verbose || news }
    })
}

/// The conclusions that are shown: those to look at first.
pub(super) fn conclusions<'c>(
    comparison: &'c Comparison,
    look: Look,
) -> impl Iterator<Item = &'c Conclusion> {
    let first = comparison.conclusions.iter().filter(|conclusion| conclusion.needs_a_look);
    let rest = comparison.conclusions.iter();
    let rest = rest.filter(move |conclusion| !conclusion.needs_a_look && !look.quiet);
    first.chain(rest)
}

fn rows(rows: &[&Row], look: Look) -> Table {
    let mut table = roomy_table(look);
    table.set_header(["claim", "old", "new", "class", "by how much"]);
    for row in rows {
        let text = |print: Option<crate::editions::Print>| {
            print.map_or_else(|| "–".to_owned(), |print| print.text().to_owned())
        };
        let said = lines([by(row), row.remarks.join("\n")]);
        let said = if said.is_empty() { "–".to_owned() } else { said };
        table.add_row([row.name().to_owned(), text(row.old), text(row.new), class(row), said]);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

fn class(row: &Row) -> String {
    row.class.word().to_owned()
}

/// "+0.2 points (2 last digits, +2.86 %)"; nothing where nothing moved.
pub(super) fn by(row: &Row) -> String {
    let says = matches!(
        row.class,
        Class::Revised | Class::Restated | Class::Rolled | Class::Swapped | Class::LeftIn
    );
    row.step.as_ref().filter(|_| says).map_or_else(String::new, step)
}

fn step(step: &Step) -> String {
    if step.change.is_zero() {
        return String::new();
    }
    let units = step.units.abs();
    let noun = if units == 1 { "unit" } else { "units" };
    let percent =
        step.percent.as_ref().map_or_else(String::new, |percent| format!(", {}%", signed(percent)));
    let shown = step.shown.replacen('-', "−", 1);
    format!("{shown} ({} {noun}{percent})", show_number(&three_digits(&units), Toward::Nearest))
}

/// A number to three significant digits, with its sign.
fn signed(number: &Number) -> String {
    let shown = show_number(&three_digits(number), Toward::Nearest);
    if *number > 0 { format!("+{shown}") } else { shown }
}

pub(super) fn three_digits(number: &Number) -> Number {
    if number.is_zero() || number.is_integer() && number.magnitude() < 3 {
        return number.clone();
    }
    let place = Number::pow10((number.magnitude() - 2).min(0));
    (number / &place).round() * place
}

fn drawn(all: &[&Conclusion], look: Look) -> Table {
    let mut table = roomy_table(look);
    table.set_header(["conclusion", "of", "with the figures of", "what comes out"]);
    for conclusion in all {
        let finding = &conclusion.finding;
        table.add_row([
            lines([title(finding), finding.id.clone()]),
            conclusion.of.clone(),
            lines([conclusion.with.clone(), which(conclusion).to_owned()]),
            lines([
                conclusion.flip.word().to_owned(),
                gist(finding),
                conclusion.remark.clone().unwrap_or_default(),
            ]),
        ]);
    }
    table
}

/// Which figures of the other edition are meant.
pub(super) fn which(conclusion: &Conclusion) -> &'static str {
    if conclusion.same_period { "for the same period" } else { "in the same place" }
}

fn summary(comparison: &Comparison, look: Look) -> Table {
    let mut table = plain_table(look);
    table.set_header(["class", "figures", "to look at"]);
    let dash = |n: usize| if n == 0 { "–".to_owned() } else { n.to_string() };
    let mut open = 0;
    for class in Class::ALL {
        let count = comparison.count(class);
        if count > 0 {
            let look = if class.needs_a_look() { count } else { 0 };
            open += look;
            table.add_row([class.word().to_owned(), count.to_string(), dash(look)]);
        }
    }
    table.add_row(["total".to_owned(), comparison.rows.len().to_string(), dash(open)]);
    for at in [1, 2] {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Where the figures of both editions went, and how many there are to look at.
pub(super) fn closing(comparison: &Comparison) -> String {
    let (old, new) = comparison.figures;
    let lone = comparison.rows.iter().filter(|row| row.new.is_none()).count();
    let compared = old - lone - comparison.rolled_off;
    let mut text =
        format!("{} has {}: {compared} compared", comparison.old.label, count(old, "figure"));
    if lone > 0 {
        text.push_str(&format!(", {lone} dropped"));
    }
    if comparison.rolled_off > 0 {
        text.push_str(&format!(", {} gave way to a later period", comparison.rolled_off));
    }
    text.push_str(&format!("; {} has {}. ", comparison.new.label, count(new, "figure")));
    let open = comparison.rows.iter().filter(|row| row.class.needs_a_look()).count();
    let fallen = comparison.conclusions.iter().filter(|one| one.needs_a_look).count();
    if comparison.periods_unsaid && comparison.count(Class::Revised) > 0 {
        text.push_str(
            "No figure says its period, so all are taken to be for one; declare `period` in \
             `[report]` if the new edition is about another. ",
        );
    }
    text.push_str(&match (open, fallen) {
        (0, 0) => "Nothing to look at.".to_owned(),
        (open, 0) => format!("{} to look at.", count(open, "figure")),
        (0, fallen) => format!("{} to look at.", count(fallen, "conclusion")),
        (open, fallen) => {
            format!("{} and {} to look at.", count(open, "figure"), count(fallen, "conclusion"))
        }
    });
    if let Some(left_out) = comparison.left_out() {
        text.push_str(&format!(" {left_out}"));
    }
    text
}

fn prints(triangle: &Triangle, chain: &Chain, look: Look) -> Table {
    let mut table = plain_table(look);
    let labels = chain.sides.iter().map(|side| side.label.as_str());
    table.set_header(std::iter::once("period").chain(labels));
    for (period, cells) in &triangle.periods {
        let texts = cells.iter().map(|cell| cell.as_deref().unwrap_or("–").to_owned());
        table.add_row(std::iter::once(period.clone()).chain(texts));
    }
    for at in 1..=chain.sides.len() {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn revisions(triangle: &Triangle, look: Look) -> Table {
    let mut table = plain_table(look);
    table.set_header(["revision", "periods", "mean", "mean absolute"]);
    for revisions in &triangle.revisions {
        table.add_row([
            revisions.what.clone(),
            revisions.periods.to_string(),
            revisions.shown.0.clone(),
            revisions.shown.1.clone(),
        ]);
    }
    for at in 1..4 {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
