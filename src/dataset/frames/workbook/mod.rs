//! Sheets of workbooks as comma-separated text.

mod code;
mod digits;
mod grid;
mod instant;
mod layout;
mod ods;
mod pack;
mod printed;
mod shown;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use self::grid::{Cell, Grid, MOST_CELLS};
use super::{decode, open::Cells};
use crate::dataset::{Part, Source, Trouble};

/// The sheet from its header on, each cell quoted. As texts, numbers and dates stand as they are
/// shown: those of Excel by their number formats, those of LibreOffice as the file has them. To be
/// computed with, they are in shortest form.
pub(super) fn text(source: &Source, file: &Path, cells_as: Cells) -> Result<Vec<u8>, Trouble> {
    let bytes = decode::bytes(file)?;
    // The library that reads Excel's files may break down on a file that is damaged.
    let read = catch_unwind(AssertUnwindSafe(|| read(source, file, cells_as, &bytes)));
    read.unwrap_or_else(|_| Err(decode::unreadable(file, "the workbook is damaged")))
}

fn read(source: &Source, file: &Path, cells_as: Cells, bytes: &[u8]) -> Result<Vec<u8>, Trouble> {
    let unreadable = |why: String| decode::unreadable(file, &why);
    let pack = pack::check(bytes).map_err(unreadable)?;
    let wanted = source.sheet.as_deref();
    let range = source.range.as_deref().and_then(corners);
    let header = range.map(|(from, _)| from.0);
    let header = header.or(source.header.map(|row| row.saturating_sub(1)));
    let sheets = match pack {
        pack::Kind::Ods => ods::read(bytes, wanted, header, cells_as),
        pack::Kind::Xlsx => xlsx::read(bytes, wanted, header, cells_as),
    };
    let sheets = sheets.map_err(unreadable)?;
    let path = file.display();
    let Some((sheet, grid)) = sheets.wanted else {
        let Some(name) = &source.sheet else {
            return Err(decode::unreadable(file, "it has no sheet"));
        };
        let mut trouble = Trouble::new(Part::Data, format!("{path} has no sheet \"{name}\""));
        trouble.unknown = Some((name.clone(), sheets.names));
        return Err(trouble);
    };
    let area = area(source, file, &grid)?;
    let plain = cells_as == Cells::Typed;
    let comma = |column: Option<&str>| !plain && source.comma_of(column.unwrap_or_default());
    written(&grid, area, comma).map_err(|(place, fault)| {
        let (row, column) = (place.0 + 1, place.1 + 1);
        let what =
            fault.what.replace("{}", &format!("row {row} column {column} of sheet \"{sheet}\""));
        Trouble { help: fault.help, ..Trouble::new(Part::Data, format!("{path} {what}")) }
    })
}

type Corner = (u32, u32);

/// The first and the last cell that is read.
fn area(source: &Source, file: &Path, grid: &Grid) -> Result<(Corner, Corner), Trouble> {
    let ((top, left), (bottom, right)) = match &source.range {
        Some(range) => corners(range).ok_or_else(|| {
            decode::unreadable(file, &format!("\"{range}\" is no range such as A5:F20"))
        })?,
        None => {
            let (start, end) = grid.used().unwrap_or_default();
            let top = source.header.map_or(start.0, |row| row.saturating_sub(1));
            ((top, start.1), end)
        }
    };
    let side = |from: u32, to: u32| u64::from(to.saturating_sub(from)) + 1;
    if side(top, bottom) * side(left, right) > MOST_CELLS {
        let why = format!("the sheet has more than {} million cells", MOST_CELLS / 1_000_000);
        let trouble = decode::unreadable(file, &why);
        return Err(trouble.help("declare a smaller `range`, or save it as CSV or Parquet"));
    }
    Ok(((top, left), (bottom, right)))
}

fn written(
    grid: &Grid,
    ((top, left), (bottom, right)): (Corner, Corner),
    comma: impl Fn(Option<&str>) -> bool,
) -> Result<Vec<u8>, (Corner, grid::Fault)> {
    let mut text = String::new();
    let name = |column: u32| match grid.get(top, column) {
        Some(Cell::Text(name) | Cell::Number(name)) => Some(name.as_str()),
        _ => None,
    };
    let commas: Vec<bool> = (left..=right).map(|column| comma(name(column))).collect();
    for row in top..=bottom {
        for column in left..=right {
            if column > left {
                text.push(',');
            }
            let cell = match grid.get(row, column) {
                None => continue,
                Some(Cell::Fault(fault)) => return Err(((row, column), (**fault).clone())),
                Some(Cell::Number(cell)) if row > top && commas[(column - left) as usize] => {
                    &with_comma(cell)
                }
                Some(Cell::Text(cell) | Cell::Number(cell)) => cell,
            };
            if !cell.is_empty() {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            }
        }
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// A number with a decimal comma for its point; other points are left.
fn with_comma(text: &str) -> String {
    let digit = |sign: Option<&u8>| sign.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let sign = |(at, sign): (usize, char)| match sign {
        '.' if digit(bytes.get(at + 1)) && (at == 0 || digit(bytes.get(at - 1))) => ',',
        sign => sign,
    };
    text.char_indices().map(sign).collect()
}

/// The corners of a range such as `A5:F20`, as row and column counted from 0.
fn corners(range: &str) -> Option<(Corner, Corner)> {
    let (from, to) = range.split_once(':')?;
    let (from, to) = (corner(from)?, corner(to)?);
    (from.0 <= to.0 && from.1 <= to.1).then_some((from, to))
}

fn corner(text: &str) -> Option<Corner> {
    let letters = text.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let row = text[letters.len()..].parse::<u32>().ok()?.checked_sub(1)?;
    let mut column = 0_u32;
    for letter in letters.chars() {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then_some(())?;
        column = column.checked_mul(26)?.checked_add(letter as u32 - 'A' as u32 + 1)?;
    }
    let column = column.checked_sub(1)?;
    (column < grid::MOST_COLUMNS && row < grid::MOST_ROWS).then_some((row, column))
}
