//! Sheets of workbooks as comma-separated text.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};

use super::{decode, open::Cells, shown};
use crate::dataset::{Part, Source, Trouble};

/// The sheet from its header on, each cell quoted. As texts, the numbers of Excel stand as its
/// number formats show them; others, and those that are computed with, are in shortest form.
pub(super) fn text(source: &Source, file: &Path, cells_as: Cells) -> Result<Vec<u8>, Trouble> {
    let unreadable = |error: calamine::Error| decode::unreadable(file, &error.to_string());
    let book = open_workbook_auto_from_rs(Cursor::new(decode::bytes(file)?));
    let mut book = book.map_err(unreadable)?;
    let sheets = book.sheet_names();
    let path = file.display();
    let sheet = source.sheet.clone().or_else(|| sheets.first().cloned());
    let sheet = sheet.ok_or_else(|| decode::unreadable(file, "it has no sheet"))?;
    if !sheets.contains(&sheet) {
        let mut trouble = Trouble::new(Part::Data, format!("{path} has no sheet \"{sheet}\""));
        trouble.unknown = Some((sheet, sheets));
        return Err(trouble);
    }
    let cells = book.worksheet_range(&sheet).map_err(unreadable)?;
    let formulas = book.worksheet_formula(&sheet).map_err(unreadable)?;
    let styles = match &mut book {
        Sheets::Xlsx(book) if cells_as == Cells::Text => {
            Some(book.worksheet_style(&sheet).map_err(|error| unreadable(error.into()))?)
        }
        _ => None,
    };
    let shows = cells_as == Cells::Typed || styles.is_some();
    let ((top, left), (bottom, right)) = match &source.range {
        Some(range) => corners(range).ok_or_else(|| {
            decode::unreadable(file, &format!("\"{range}\" is no range such as A5:F20"))
        })?,
        None => {
            let start = cells.start().unwrap_or_default();
            let top = source.header.map_or(start.0, |row| row.saturating_sub(1));
            ((top, start.1), cells.end().unwrap_or_default())
        }
    };
    let mut text = String::new();
    for row in top..=bottom {
        for column in left..=right {
            let value = cells.get_value((row, column)).unwrap_or(&Data::Empty);
            let formula = formulas.get_value((row, column)).is_some_and(|text| !text.is_empty());
            let place = || format!("row {} column {} of sheet \"{sheet}\"", row + 1, column + 1);
            if formula && *value == Data::Empty {
                let what = format!("{path} has a formula without a value in {}", place());
                let help = "open the workbook, let it calculate, and save it";
                return Err(Trouble::new(Part::Data, what).help(help));
            }
            let cell = match value {
                Data::Empty => String::new(),
                Data::Error(error) => {
                    let what = format!("{path} has the error {error} in {}", place());
                    return Err(Trouble::new(Part::Data, what));
                }
                // As 0.413 may be shown as 41.3 %, what is printed there cannot be told.
                Data::Float(_) | Data::Int(_) if !shows => {
                    let what =
                        format!("{path} does not tell how the number in {} is shown", place());
                    let help = "format its cells as text, or save it as an XLSX workbook";
                    return Err(Trouble::new(Part::Data, what).help(help));
                }
                // The shortest form that gives the same binary number.
                Data::Float(_) | Data::Int(_) => {
                    let format = styles.as_ref().and_then(|styles| styles.get((row, column)));
                    let format = format.and_then(|style| style.number_format.as_ref());
                    let code = format.map_or("General", |format| &format.format_code);
                    shown::shown(&value.to_string(), code)
                }
                Data::DateTime(date) => {
                    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
                    let time = format!(" {hour:02}:{minute:02}:{second:02}");
                    let time = if (hour, minute, second) == (0, 0, 0) { "" } else { &time };
                    format!("{year:04}-{month:02}-{day:02}{time}")
                }
                other => other.to_string(),
            };
            if column > left {
                text.push(',');
            }
            if !cell.is_empty() {
                text.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            }
        }
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// The corners of a range such as `A5:F20`, as row and column counted from 0.
fn corners(range: &str) -> Option<((u32, u32), (u32, u32))> {
    let (from, to) = range.split_once(':')?;
    Some((corner(from)?, corner(to)?))
}

fn corner(text: &str) -> Option<(u32, u32)> {
    let letters = text.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let row = text[letters.len()..].parse::<u32>().ok()?.checked_sub(1)?;
    let mut column = 0_u32;
    for letter in letters.chars() {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then_some(())?;
        column = column.checked_mul(26)?.checked_add(letter as u32 - 'A' as u32 + 1)?;
    }
    (column <= 16_384).then(|| column.checked_sub(1).map(|column| (row, column)))?
}
