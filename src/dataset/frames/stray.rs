//! Where a cell stands that is not what its column should hold: in which file, row and line.

use std::ops::ControlFlow;
use std::path::Path;

use polars::prelude::*;

use super::delimited::Delimited;
use super::open::Cells;
use super::{cells, open, parts};
use crate::dataset::{Format, Part, Rows, Source, Trouble, Wanted};

/// A cell and its place.
pub(super) struct Stray {
    file: String,
    /// The row below the header, counted from 1, of its own file.
    row: u64,
    /// The line in a file of text, counted from 1.
    line: Option<u64>,
    pub text: String,
}

impl Stray {
    /// Such as `row 2 (line 3) of d.csv has "n/a"`.
    pub(super) fn shown(&self) -> String {
        let line = self.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("row {}{line} of {} has \"{text}\"", self.row, self.file)
    }
}

/// The first cell of a column that is strange; what is declared to stand for a missing value is
/// not.
pub(super) fn find(source: &Source, column: &str, strange: impl Fn(&str) -> bool) -> Option<Stray> {
    let wanted = Wanted { columns: vec![column.to_owned()], ..Wanted::default() };
    let mut found = None;
    let strange = |text: &&str| !source.nulls.iter().any(|symbol| symbol == text) && strange(text);
    let take = &mut |rows: Rows| {
        for at in 0..rows.len() {
            if let Some(text) = rows.columns[0].get(at).filter(strange) {
                let file = rows.files.get(at).unwrap_or(&source.path);
                found = Some((file.to_owned(), rows.number(at), text.to_owned()));
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    };
    // A file that cannot be read to its end may still have shown the cell; why it cannot is not
    // looked into here, where that is what is being explained.
    let _ = cells::portions(source, open::KEPT_BYTES, &wanted, take, &|error| {
        open::trouble(source, error)
    });
    let (file, row, text) = found?;
    let line = line(source, &file, row);
    Some(Stray { file, row, line, text })
}

/// Whether a text is no number of the plain kind that files of data hold.
pub(super) fn no_number(text: &str) -> bool {
    number(text).is_none()
}

/// A text as Polars reads it in a column of numbers.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

fn line(source: &Source, file: &str, row: u64) -> Option<u64> {
    let file = Path::new(file);
    let format = parts::format(source, file).ok()?;
    match format {
        Format::Csv | Format::Tsv => {
            Delimited::new(source, file, format, Cells::Text).ok()?.line(source, file, row)
        }
        // One object a line.
        Format::Jsonl => Some(row),
        _ => None,
    }
}

/// What Polars met while it read or computed, with the place of the cell if it names one.
pub(super) fn explain(source: &Source, error: &PolarsError, part: Part) -> Trouble {
    let text = open::first_line(error);
    let Some((column, word, kind)) = blamed(&error.to_string()) else {
        return match part {
            Part::Data => open::trouble(source, error),
            part => Trouble::new(part, format!("this cannot be computed: {text}")),
        };
    };
    let place = match find(source, &column, |text| text == word) {
        Some(stray) => stray.shown(),
        None => format!("{} has \"{word}\"", source.path),
    };
    let what = format!("{place} in column \"{column}\", which holds {kind} elsewhere");
    Trouble::new(part, what).help("declare what stands for missing values, or mend the file")
}

/// Runs what may break down inside Polars; that is a trouble like others, not the end of the run.
pub(super) fn caught<T>(
    source: &Source,
    part: Part,
    run: impl FnOnce() -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    // Nothing is left half done: what a table gave is kept only when it is whole.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|why| {
        let why = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref().copied());
        let why = why.unwrap_or("it says nothing").lines().next().unwrap_or_default();
        // Only builds for finding faults notice this; others find it by the magnitude.
        Err(if why.contains("overflow") {
            let what = "a sum overflows: it has too many digits";
            Trouble::new(part, format!("this cannot be computed: {what}"))
        } else {
            Trouble::new(part, format!("reading {} broke down: {why}", source.path))
        })
    })
}

/// The column, the cell and the kind that a message of Polars names.
fn blamed(message: &str) -> Option<(String, String, &'static str)> {
    let between = |text: &str, open: &str, close: &str| {
        let (_, rest) = text.split_once(open)?;
        Some(rest.split_once(close)?.0.to_owned())
    };
    // could not parse `abc` as dtype `i64` at column 'year' (column number 1)
    if message.contains("could not parse `") {
        let (_, rest) = message.split_once("could not parse `")?;
        let (word, rest) = rest.split_once("` as dtype `")?;
        let (kind, rest) = rest.split_once("` at column '")?;
        let column = rest.split_once("' (column number")?.0;
        return Some((column.to_owned(), word.trim_matches('"').to_owned(), named(kind)));
    }
    // conversion from `str` to `i64` failed in column 'year' for 1 out of 9 values: ["abc"]
    let (_, rest) = message.split_once("conversion from `")?;
    let kind = between(rest, "` to `", "`")?;
    // Numbers with declared decimals are read as so many of their smallest units.
    let kind = if rest.starts_with('f') { "f64".to_owned() } else { kind };
    let column = between(rest, "failed in column '", "' for ")?;
    let values = between(rest, "values: [", "]")?;
    let quoted = between(&values, "\"", "\"");
    let first = values.split(", ").next().unwrap_or_default();
    Some((column, quoted.unwrap_or_else(|| first.to_owned()), named(&kind)))
}

/// What a column of a kind holds, in words.
pub(super) fn named(kind: &str) -> &'static str {
    match kind.chars().next() {
        _ if kind.starts_with("date") => "dates",
        Some('i' | 'u') => "whole numbers",
        Some('f' | 'd') => "numbers",
        Some('b') => "true and false",
        _ => "other values",
    }
}

#[cfg(test)]
mod tests {
    use super::blamed;

    #[test]
    fn messages_name_column_and_cell() {
        let found = |column: &str, word: &str, kind| Some((column.into(), word.into(), kind));
        let parse = "could not parse `n/a` as dtype `i64` at column 'age' (column number 2)\n\nThe";
        assert_eq!(blamed(parse), found("age", "n/a", "whole numbers"));
        let cast =
            "conversion from `str` to `f64` failed in column 'a b' for 1 out of 2 values: [\"x\"]";
        assert_eq!(blamed(cast), found("a b", "x", "numbers"));
        assert_eq!(blamed("something else"), None);
    }
}
