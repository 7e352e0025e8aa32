//! What is odd in a series, offered as a note: rows that repeat another, and breaks.

use std::collections::HashMap;

use super::instances::{Layout, What};
use crate::dataset::Rows;

/// How many digits two rows must share before that is worth a note.
const TELLING_DIGITS: usize = 6;

/// Notes on the rows of a series.
pub(super) fn notes(layout: &Layout, rows: &Rows) -> Vec<String> {
    let mut columns: Vec<usize> = layout
        .operands
        .iter()
        .filter_map(|operand| match operand.what {
            What::Column(at) | What::Previous(at) => Some(at),
            What::Flag(_) => None,
        })
        .collect();
    columns.sort_unstable();
    columns.dedup();
    copied(layout, rows, &columns)
}

/// Rows with the same figures as an earlier one: more digits than chance would repeat.
fn copied(layout: &Layout, rows: &Rows, columns: &[usize]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut known: HashMap<Vec<&str>, usize> = HashMap::new();
    for row in 0..rows.len() {
        let texts: Option<Vec<&str>> =
            columns.iter().map(|at| rows.columns[*at].get(row)).collect();
        let Some(texts) = texts else { continue };
        let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count();
        let alike = texts.windows(2).all(|pair| pair[0] == pair[1]) && texts.len() > 1;
        if texts.iter().map(digits).sum::<usize>() < TELLING_DIGITS || alike {
            continue;
        }
        let figures = texts.join(", ");
        match known.get(&texts) {
            Some(first) => {
                let (own, other) = (layout.name(rows, row), layout.name(rows, *first));
                notes.push(format!("{own} repeats the figures of {other}: {figures}"));
            }
            None => {
                known.insert(texts, row);
            }
        }
    }
    notes
}
