//! A table in portions of bounded size, so that memory does not grow with the rows.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use polars::prelude::*;

use super::delimited::Delimited;
use super::open::{self, Cells, first_line};
use super::{decode, parts, plan, stray};
use crate::dataset::{Format, Part, Source, Trouble};

/// Row groups of Parquet are put together up to so many rows; as texts they take more room.
fn most_rows(cells: Cells) -> u64 {
    if cells == Cells::Text { 1 << 18 } else { 1 << 20 }
}

/// Consecutive rows of one file.
pub(super) struct Portion<'a> {
    pub frame: LazyFrame,
    pub size: Size,
    pub file: &'a Path,
    /// How many rows of the table are before it.
    pub before: u64,
    /// How many rows of the table are before its file.
    pub start: u64,
}

/// Where a portion is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Size {
    /// In memory.
    Held,
    /// On disk, and small enough for memory.
    Small,
    /// On disk, of any size.
    Large,
}

/// Takes portions.
pub(super) type Take<'a> = &'a mut dyn FnMut(Portion) -> Result<ControlFlow<()>, Trouble>;

/// Hands out all rows in order, with these columns at least, their kinds as in the table as a
/// whole. Texts of more than so many bytes are cut into blocks.
pub(super) fn each(
    source: &Source,
    cells: Cells,
    kept: u64,
    columns: &[PlSmallStr],
    take: Take,
) -> Result<(), Trouble> {
    let files = parts::files(source)?;
    let polars = |error: PolarsError| open::trouble(source, &error);
    let whole = open::open(source, cells)?.collect_schema().map_err(polars)?;
    let (mut stop, mut before) = (ControlFlow::Continue(()), 0);
    for (at, file) in files.iter().enumerate() {
        let mut frame = open::one(source, file, cells)?;
        let own = frame.collect_schema();
        let own = own.map_err(|error| decode::unreadable(file, &first_line(&error)))?;
        let casts: Vec<Expr> = columns
            .iter()
            .filter(|name| whole.get(name) != own.get(name))
            .filter_map(|name| Some(col(name.clone()).cast(whole.get(name)?.clone())))
            .collect();
        let start = before;
        let mut hand = |frame: LazyFrame, size: Size, rows: u64| {
            let frame = if casts.is_empty() { frame } else { frame.with_columns(casts.clone()) };
            stop = take(Portion { frame, size, file, before, start })?;
            before += rows;
            Ok(stop)
        };
        match parts::format(source, file)? {
            format @ (Format::Csv | Format::Tsv) if open::is_streamed(source, file, kept)? => {
                let text = Delimited::new(source, file, format, cells)?;
                text.portions(source, file, kept, &own, columns, &mut |block| {
                    let rows = block.height() as u64;
                    hand(block.lazy(), Size::Held, rows)
                })?;
            }
            Format::Parquet => {
                for (first, rows) in row_groups(file, most_rows(cells))? {
                    let first = i64::try_from(first).unwrap_or(i64::MAX);
                    let length = IdxSize::try_from(rows).unwrap_or(IdxSize::MAX);
                    if hand(frame.clone().slice(first, length), Size::Small, rows)?.is_break() {
                        break;
                    }
                }
            }
            _ => {
                // The rows are counted for those that follow.
                let last = at + 1 == files.len();
                let rows = if last { 0 } else { height(frame.clone()).map_err(polars)? };
                let _ = hand(frame, Size::Large, rows)?;
            }
        }
        if stop.is_break() {
            break;
        }
    }
    Ok(())
}

/// Hands out typed portions with these columns, each read while the one before is worked on, and
/// whether they are held in memory.
pub(super) fn ahead(
    source: &Source,
    kept: u64,
    columns: &[PlSmallStr],
    take: plan::Take,
) -> Result<(), Trouble> {
    let (sender, portions) = sync_channel(0);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let sent = each(source, Cells::Typed, kept, columns, &mut |portion| {
                let frame = match portion.size {
                    Size::Small => held(source, portion.frame, columns)?,
                    Size::Held | Size::Large => portion.frame,
                };
                // Nobody listens once something is wrong.
                let gone = sender.send(Ok((frame, portion.size != Size::Large))).is_err();
                Ok(if gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            if let Err(trouble) = sent {
                let _ = sender.send(Err(trouble));
            }
        });
        portions.into_iter().try_for_each(|portion| {
            let (frame, held) = portion?;
            take(frame, held)
        })
    })
}

/// A portion with these columns, in memory.
fn held(source: &Source, portion: LazyFrame, columns: &[PlSmallStr]) -> Result<LazyFrame, Trouble> {
    // Rows without columns could not be counted.
    let portion = match columns.is_empty() {
        true => portion,
        false => portion.select(columns.iter().map(|name| col(name.clone())).collect::<Vec<_>>()),
    };
    let held = plan::one(portion, Engine::Streaming);
    held.map(DataFrame::lazy).map_err(|error| stray::explain(source, &error, Part::Data))
}

/// Checks the rows of large texts, which [`each`] does on its way.
pub(super) fn check(source: &Source, kept: u64) -> Result<(), Trouble> {
    each(source, Cells::Typed, kept, &[], &mut |_| Ok(ControlFlow::Continue(())))
}

fn height(frame: LazyFrame) -> PolarsResult<u64> {
    let count = frame.select([len().cast(DataType::UInt64)]).collect()?;
    count.columns()[0].get(0)?.try_extract()
}

/// Row groups put together: where each lot starts, and how many rows it has.
fn row_groups(file: &Path, most: u64) -> Result<Vec<(u64, u64)>, Trouble> {
    let unreadable = |why: String| decode::unreadable(file, &why);
    let opened = File::open(file).map_err(|error| unreadable(error.to_string()))?;
    let mut reader = ParquetReader::new(opened);
    let metadata = reader.get_metadata().map_err(|error| unreadable(first_line(&error)))?;
    let mut lots: Vec<(u64, u64)> = Vec::new();
    let mut start = 0;
    for group in &metadata.row_groups {
        let rows = group.num_rows() as u64;
        match lots.last_mut() {
            Some((_, lot)) if *lot + rows <= most => *lot += rows,
            _ => lots.push((start, rows)),
        }
        start += rows;
    }
    if lots.is_empty() {
        lots.push((0, 0));
    }
    Ok(lots)
}
