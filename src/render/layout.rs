//! How text is laid out on a page of a given width: tables, wrapped lines, colour.

use comfy_table::{Cell, ContentArrangement, LineStyle, Row, Table, TableStyle};

use super::Look;

/// A table without borders: a rule under the header, two spaces between columns.
pub(super) fn plain_table(look: Look) -> Table {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(look.width).unwrap_or(u16::MAX));
    table
}

/// The same, with a free line between rows, for rows of several lines.
pub(super) fn roomy_table(look: Look) -> Table {
    let mut table = plain_table(look);
    let style = table.style().row_separator(LineStyle::none().fill(' ').junction(' '));
    table.load_style(style);
    table
}

/// A table as text, without the padding at the ends of lines.
pub(super) fn table_text(table: &mut Table, look: Look) -> String {
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
pub(super) fn paint(text: &str, look: Look) -> String {
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

/// The cells that say something, a line each.
pub(super) fn lines<const N: usize>(cells: [String; N]) -> String {
    cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Breaks text into lines of at most `width` characters, between words.
pub(super) fn wrap(text: &str, width: usize) -> String {
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
