//! What is written wrong, with the line it stands in.

use serde::Serialize;

use crate::audit::Audit;

/// The longest piece of a line that is shown before, within and after the words in question.
const CLIP: usize = 120;

/// A mistake in a file.
#[derive(Serialize)]
pub struct Item<'a> {
    what: &'a str,
    place: Option<String>,
    /// The line: before, the words in question, after.
    line: Option<[String; 3]>,
    label: &'a str,
    help: &'a [String],
}

/// All mistakes, in the order of the files.
pub fn items<'a>(audit: &'a Audit) -> Vec<Item<'a>> {
    let files = &audit.case.ledger.files;
    let item = |mistake: &'a crate::mistake::Mistake| {
        let at = mistake.place.map(|place| files.whole(place));
        let place = at.map(|at| {
            let (line, column) = files.line_column(at);
            format!("{}, line {line}, column {column}", files.name(at.file))
        });
        let line = at.map(|at| {
            let text = files.text(at.file);
            let (_, start) = files.line_start(at.file, at.start);
            let rest = text.get(at.start..).unwrap_or_default();
            let line = rest.lines().next().unwrap_or_default();
            let words = line.len().min(at.end - at.start);
            let (words, after) = line.split_at(line.ceil_char_boundary(words));
            let before = text.get(start..at.start).unwrap_or_default();
            [last(before), first(words), first(after)]
        });
        Item { what: &mistake.what, place, line, label: &mistake.label, help: &mistake.help }
    };
    audit.mistakes().into_iter().map(item).collect()
}

fn first(text: &str) -> String {
    match text.char_indices().nth(CLIP) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn last(text: &str) -> String {
    match text.char_indices().rev().nth(CLIP) {
        Some((start, c)) => format!("…{}", &text[start + c.len_utf8()..]),
        None => text.to_owned(),
    }
}
