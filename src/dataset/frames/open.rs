//! From a [`Source`] to a lazy frame.

use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::delimited::Delimited;
use super::{decode, parts, workbook};
use crate::dataset::{Format, Part, Source, Trouble};

/// Files up to this size are held in memory; larger ones are streamed.
pub(super) const KEPT_BYTES: u64 = 64 << 20;

/// What the cells of a table are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cells {
    /// Numbers, dates and texts, for aggregating: microdata.
    Typed,
    /// Texts as they stand, wherever the file keeps texts: published tables.
    Text,
}

/// Opens a table. The rows of a text are checked unless it is streamed.
pub(super) fn open(source: &Source, cells: Cells) -> Result<LazyFrame, Trouble> {
    Ok(open_parts(source, cells)?.0)
}

/// Opens a table, and tells whether it has several files.
pub(super) fn open_parts(source: &Source, cells: Cells) -> Result<(LazyFrame, bool), Trouble> {
    let files = parts::files(source)?;
    let several = files.len() > 1;
    let mut frames = Vec::new();
    let mut first: Option<(SchemaRef, &PathBuf)> = None;
    for file in &files {
        let mut frame = one(source, file, cells)?;
        let schema = frame.collect_schema();
        let schema = schema.map_err(|error| decode::unreadable(file, &first_line(&error)))?;
        check(source, file, &schema, first.as_ref())?;
        first.get_or_insert((schema, file));
        frames.push(frame);
    }
    if !several && let Some(frame) = frames.pop() {
        return Ok((frame, false));
    }
    let together = UnionArgs { to_supertypes: true, ..UnionArgs::default() };
    concat(frames, together).map(|frame| (frame, true)).map_err(|error| trouble(source, &error))
}

/// One file.
pub(super) fn one(source: &Source, file: &Path, cells: Cells) -> Result<LazyFrame, Trouble> {
    let on_disk = || -> Result<ScanSources, Trouble> {
        if file == Path::new("-") {
            return Ok(memory(decode::bytes(file)?));
        }
        Ok(path(file))
    };
    let format = parts::format(source, file)?;
    let frame = match format {
        Format::Csv | Format::Tsv => {
            let text = Delimited::new(source, file, format, cells)?;
            return match is_streamed(source, file, KEPT_BYTES)? {
                true => text.large(file),
                false => text.whole(file, decode::text(source, file)?),
            };
        }
        Format::Xlsx | Format::Ods => {
            let text = workbook::text(source, file, cells)?;
            let plain = Source { nulls: source.nulls.clone(), ..Source::default() };
            return Delimited::new(&plain, file, Format::Csv, cells)?.whole(file, text);
        }
        Format::Parquet => LazyFrame::scan_parquet_sources(on_disk()?, ScanArgsParquet::default()),
        Format::Jsonl => LazyJsonLineReader::new_with_sources(on_disk()?).finish(),
        Format::Arrow => LazyFrame::scan_ipc_sources(
            on_disk()?,
            IpcScanOptions::default(),
            UnifiedScanArgs::default(),
        ),
    };
    frame.map_err(|error| decode::unreadable(file, &first_line(&error)))
}

pub(super) fn path(file: &Path) -> ScanSources {
    ScanSources::Paths(std::iter::once(PlRefPath::new(file.to_string_lossy())).collect())
}

pub(super) fn memory(bytes: Vec<u8>) -> ScanSources {
    ScanSources::Buffers(std::sync::Arc::from([bytes.into()]))
}

/// Whether a text is read from disk block by block.
pub(super) fn is_streamed(source: &Source, file: &Path, kept: u64) -> Result<bool, Trouble> {
    let size = std::fs::metadata(file).map_or(0, |data| data.len());
    Ok(size > kept && decode::is_plain(source, file)?)
}

/// Checks that names differ, and that the parts of a dataset have the same columns.
fn check(
    source: &Source,
    file: &Path,
    schema: &Schema,
    first: Option<&(SchemaRef, &PathBuf)>,
) -> Result<(), Trouble> {
    let shown = file.display();
    let fault = |what: String| Err(Trouble::new(Part::Data, what));
    for name in schema.iter_names() {
        // This is how Polars tells columns of one name apart.
        if let Some((base, number)) = name.rsplit_once("_duplicated_")
            && number.bytes().all(|digit| digit.is_ascii_digit())
            && schema.contains(base)
        {
            return fault(format!("{shown} has two columns \"{base}\""));
        }
    }
    let Some((expected, other)) = first else { return Ok(()) };
    let other = other.display();
    if !expected.iter_names().eq(schema.iter_names()) {
        return fault(format!("{shown} has other columns than {other}, or in another order"));
    }
    let text = matches!(parts::format(source, file)?, Format::Csv | Format::Tsv);
    for (name, kind) in schema.iter().filter(|_| !text) {
        let was = expected.get(name).unwrap_or(kind);
        if was != kind && !(was.is_primitive_numeric() && kind.is_primitive_numeric()) {
            return fault(format!(
                "{shown} has {kind} in column \"{name}\", but {other} has {was}"
            ));
        }
    }
    Ok(())
}

/// How many bytes the table has on disk.
pub(super) fn bytes(source: &Source) -> u64 {
    let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |data| data.len());
    parts::files(source).map_or(0, |files| files.iter().map(size).sum())
}

/// That the file cannot be read, with the reason.
pub(super) fn trouble(source: &Source, error: &PolarsError) -> Trouble {
    decode::unreadable(Path::new(&source.path), &first_line(error))
}

pub(super) fn first_line(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
