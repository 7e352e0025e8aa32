//! Sheets of XLSX workbooks.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};

use super::grid::{Cell, Grid, MOST_COLUMNS, MOST_ROWS, Sheets, Span};
use super::shown;
use crate::dataset::frames::open::Cells;

/// What to do about a number that cannot be told as it is shown.
const REFORMAT: &str = "give the cell a plain number format such as 0.0, or format it as text";

/// The sheet of a name, or the first; an error is why the workbook cannot be read.
pub(super) fn read(bytes: &[u8], wanted: Option<&str>, cells_as: Cells) -> Result<Sheets, String> {
    let failed = |error: calamine::XlsxError| error.to_string();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let names = book.sheet_names();
    let name = wanted.or(names.first().map(String::as_str));
    let Some(name) = names.iter().find(|own| Some(own.as_str()) == name).cloned() else {
        return Ok(Sheets { names, wanted: None });
    };
    let from_1904 = book.has_1904_epoch();
    let mut styles = HashMap::new();
    let mut codes = Vec::new();
    if cells_as == Cells::Text {
        let mut reader = book.worksheet_cells_reader(&name).map_err(failed)?;
        while let Some((row, column, style)) = reader.next_style_id().map_err(failed)? {
            styles.insert((row, column), style);
        }
        codes = reader.styles().iter().map(|style| code(style.number_format.as_ref())).collect();
    }
    let mut reader = book.worksheet_cells_reader(&name).map_err(failed)?;
    let mut cells = Vec::new();
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(failed)? {
        let ((row, column), formula) = (record.pos, record.formula.is_some());
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err("it has a cell beyond the last row or column".to_owned());
        }
        let value = record.value;
        if matches!(value, DataRef::Empty) && !formula {
            continue;
        }
        let cell = match cells_as {
            _ if matches!(value, DataRef::Empty) => Cell::no_value(),
            Cells::Typed => typed(&value.into()),
            Cells::Text => {
                let style = styles.get(&(row, column)).copied().unwrap_or(0);
                let code = codes.get(style).cloned().unwrap_or(Ok("General".to_owned()));
                displayed(&value.into(), code, from_1904)
            }
        };
        cells.push((row, column, cell));
    }
    let grid = grid(cells)?;
    Ok(Sheets { names, wanted: Some((name, grid)) })
}

/// The cells row by row. They need not be in order in the file.
fn grid(mut cells: Vec<(u32, u32, Cell)>) -> Result<Grid, String> {
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    let twice = |pair: &[(u32, u32, Cell)]| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
    if let Some(pair) = cells.windows(2).find(|pair| twice(pair)) {
        let (row, column) = (pair[0].0 + 1, pair[0].1 + 1);
        return Err(format!("it has two values in row {row} column {column}"));
    }
    let (mut grid, mut spans, mut current) = (Grid::default(), Vec::new(), 0);
    for (row, column, cell) in cells {
        if row != current {
            grid.push(std::mem::take(&mut spans), 1);
            grid.push(Vec::new(), row - grid.height());
            current = row;
        }
        spans.push(Span { from: column, to: column, cell });
    }
    grid.push(spans, 1);
    Ok(grid)
}

/// The code of a number format, or the number of one that has no code that is known.
fn code(format: Option<&calamine::NumberFormat>) -> Result<String, u32> {
    let Some(format) = format else { return Ok("General".to_owned()) };
    match format.format_id.unwrap_or(0) {
        id if id == 0
            || format.format_code != "General"
            || id >= 164 && !format.format_code.is_empty() =>
        {
            Ok(format.format_code.clone())
        }
        // Money in the currency of whoever opens the workbook.
        5 | 6 => Ok("#,##0_);(#,##0)".to_owned()),
        7 | 8 => Ok("#,##0.00_);(#,##0.00)".to_owned()),
        id => Err(id),
    }
}

/// A value to compute with.
fn typed(value: &Data) -> Cell {
    Cell::Text(match value {
        Data::Error(error) => return Cell::error(&error.to_string()),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let time = format!(" {hour:02}:{minute:02}:{second:02}");
            let time = if (hour, minute, second) == (0, 0, 0) { "" } else { &time };
            format!("{year:04}-{month:02}-{day:02}{time}")
        }
        // Numbers are in the shortest form that gives the same binary number.
        other => other.to_string(),
    })
}

/// A value as it is shown.
fn displayed(value: &Data, code: Result<String, u32>, from_1904: bool) -> Cell {
    let number = match value {
        Data::Float(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::DateTime(date) => date.as_f64().to_string(),
        Data::Error(error) => return Cell::error(&error.to_string()),
        Data::DateTimeIso(_) | Data::DurationIso(_) => {
            let help = "open the workbook, and save it anew";
            return Cell::fault("does not tell how the date in {} is shown", Some(help));
        }
        Data::String(text) => {
            let code = code.unwrap_or_default();
            return match shown::text_shown(text, &code) {
                Ok(text) => Cell::Text(text),
                Err(why) => refused("text", &code, &why),
            };
        }
        // TRUE, WAHR or VRAI: in lower case it is what conditions compare.
        other => return Cell::Text(other.to_string()),
    };
    let code = match code {
        Ok(code) => code,
        Err(id) => {
            let what = format!(
                "does not tell how the number in {{}} is shown: its number format {id} depends on the computer"
            );
            return Cell::fault(what, Some(REFORMAT));
        }
    };
    match shown::shown(&number, &code, from_1904) {
        Ok(text) => Cell::Text(text),
        Err(why) => refused("number", &code, &why),
    }
}

fn refused(kind: &str, code: &str, why: &str) -> Cell {
    // Braces stand for the place.
    let code = code.replace("{}", "{ }");
    let what = format!("has a {kind} in {{}} whose format `{code}` is not understood: {why}");
    Cell::fault(what, Some(REFORMAT))
}
