//! Sheets of XLSX workbooks.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};

use super::grid::{Cell, Grid, MOST_COLUMNS, MOST_ROWS, Sheets, Span};
use super::shown;
use crate::dataset::frames::open::Cells;

/// What to do about a number that cannot be told as it is shown.
const REFORMAT: &str = "give the cell a plain number format such as 0.0, or format it as text";

/// The sheet of a name, or the first. The header is in the first row that is used if not said; an
/// error is why the workbook cannot be read.
pub(super) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
    header: Option<u32>,
    cells_as: Cells,
) -> Result<Sheets, String> {
    let failed = |error: calamine::XlsxError| error.to_string();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let names = book.sheet_names();
    let name = wanted.or(names.first().map(String::as_str));
    let Some(name) = names.iter().find(|own| Some(own.as_str()) == name).cloned() else {
        return Ok(Sheets { names, wanted: None });
    };
    let from_1904 = book.has_1904_epoch();
    let mut reader = book.worksheet_cells_reader(&name).map_err(failed)?;
    let mut styles = Vec::new();
    while let Some(style) = reader.next_style_id().map_err(failed)? {
        styles.push(style);
    }
    let codes: Vec<_> =
        reader.styles().iter().map(|style| code(style.number_format.as_ref())).collect();
    drop(reader);
    // Both readers go through the cells in the order of the file.
    let mut styles = styles.into_iter().peekable();
    let mut reader = book.worksheet_cells_reader(&name).map_err(failed)?;
    let mut cells = Vec::new();
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(failed)? {
        let (row, column) = record.pos;
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err("it has a cell beyond the last row or column".to_owned());
        }
        let style =
            styles.next_if(|(own_row, own_column, _)| (*own_row, *own_column) == (row, column));
        if matches!(record.value, DataRef::Empty) && record.formula.is_none() {
            continue;
        }
        cells.push(Raw {
            row,
            column,
            value: record.value.into(),
            style: style.map_or(0, |(.., id)| id),
        });
    }
    // The cells need not be in order in the file.
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let twice = |pair: &[Raw]| (pair[0].row, pair[0].column) == (pair[1].row, pair[1].column);
    if let Some(pair) = cells.windows(2).find(|pair| twice(pair)) {
        let (row, column) = (pair[0].row + 1, pair[0].column + 1);
        return Err(format!("it has two values in row {row} column {column}"));
    }
    let header = header.or(cells.first().map(|cell| cell.row));
    let (mut grid, mut spans, mut current) = (Grid::default(), Vec::new(), 0);
    for Raw { row, column, value, style } in cells {
        if row != current {
            grid.push(std::mem::take(&mut spans), 1);
            grid.push(Vec::new(), row - grid.height());
            current = row;
        }
        let general = Ok("General".to_owned());
        let code = codes.get(style).unwrap_or(&general);
        // The names of the columns are those that are seen.
        let cell = match cells_as {
            _ if value == Data::Empty => Cell::no_value(),
            Cells::Typed if Some(row) != header => typed(&value),
            _ => displayed(&value, code, from_1904),
        };
        spans.push(Span { from: column, to: column, cell });
    }
    grid.push(spans, 1);
    Ok(Sheets { names, wanted: Some((name, grid)) })
}

/// A cell as the file has it.
struct Raw {
    row: u32,
    column: u32,
    value: Data,
    style: usize,
}

/// The code of a number format, or the number of one that has no code that is known.
fn code(format: Option<&calamine::NumberFormat>) -> Result<String, u32> {
    let Some(format) = format else { return Ok("General".to_owned()) };
    let code = format.format_code.as_str();
    match format.format_id.unwrap_or(0) {
        _ if !matches!(code, "General" | "") => Ok(code.to_owned()),
        // Money in the currency of whoever opens the workbook.
        5 | 6 => Ok("#,##0_);(#,##0)".to_owned()),
        7 | 8 => Ok("#,##0.00_);(#,##0.00)".to_owned()),
        id @ (1..=163) => Err(id),
        _ => Ok("General".to_owned()),
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
fn displayed(value: &Data, code: &Result<String, u32>, from_1904: bool) -> Cell {
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
            let code = code.as_deref().unwrap_or_default();
            return match shown::text_shown(text, code) {
                Ok(text) => Cell::Text(text),
                Err(why) => refused("text", code, &why),
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
    match shown::shown(&number, code, from_1904) {
        Ok(text) => Cell::Number(text),
        Err(why) => refused("number", code, &why),
    }
}

fn refused(kind: &str, code: &str, why: &str) -> Cell {
    // Braces stand for the place.
    let code = code.replace("{}", "{ }");
    let what = format!("has a {kind} in {{}} whose format `{code}` is not understood: {why}");
    Cell::fault(what, Some(REFORMAT))
}
