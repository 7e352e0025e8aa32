//! From a [`Source`] to a lazy frame.

use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::{decode, parts, workbook};
use crate::dataset::{Format, Part, Source, Trouble};

/// Up to this size, files of text that are aggregated are checked for ragged rows, too.
const CHECKED_BYTES: u64 = 64 << 20;

/// What the cells of a table are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cells {
    /// Numbers, dates and texts, for aggregating: microdata.
    Typed,
    /// Texts as they stand, wherever the file keeps texts: published tables.
    Text,
}

/// The column with the file of each row, where it is asked for.
pub(super) const FILE: &str = "file of the row";

/// Opens a table. Of a file of texts that is read as texts, the shape is checked as well.
pub(super) fn open(source: &Source, cells: Cells) -> Result<LazyFrame, Trouble> {
    Ok(open_parts(source, cells, false)?.0)
}

/// Opens a table, with the column [`FILE`] if asked and if there are several files; also tells
/// whether there are.
pub(super) fn open_parts(
    source: &Source,
    cells: Cells,
    named: bool,
) -> Result<(LazyFrame, bool), Trouble> {
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
        if several && named {
            frame = frame.with_column(lit(file.to_string_lossy().into_owned()).alias(FILE));
        }
        frames.push(frame);
    }
    if !several && let Some(frame) = frames.pop() {
        return Ok((frame, false));
    }
    let together = UnionArgs { to_supertypes: true, ..UnionArgs::default() };
    concat(frames, together).map(|frame| (frame, true)).map_err(|error| trouble(source, &error))
}

/// One file.
fn one(source: &Source, file: &Path, cells: Cells) -> Result<LazyFrame, Trouble> {
    let on_disk = || -> Result<ScanSources, Trouble> {
        if file == Path::new("-") {
            return Ok(memory(decode::bytes(file)?));
        }
        Ok(path(file))
    };
    let format = parts::format(source, file)?;
    let frame = match format {
        Format::Csv | Format::Tsv => {
            let text = decode::text(source, file)?;
            return csv(source, file, text, format, cells);
        }
        Format::Xlsx | Format::Ods => {
            let text = workbook::text(source, file, cells)?;
            let plain = Source { nulls: source.nulls.clone(), ..Source::default() };
            return csv(&plain, file, Some(text), Format::Csv, cells);
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

fn path(file: &Path) -> ScanSources {
    ScanSources::Paths(std::iter::once(PlRefPath::new(file.to_string_lossy())).collect())
}

fn memory(bytes: Vec<u8>) -> ScanSources {
    ScanSources::Buffers(std::sync::Arc::from([bytes.into()]))
}

fn csv(
    source: &Source,
    file: &Path,
    mut text: Option<Vec<u8>>,
    format: Format,
    cells: Cells,
) -> Result<LazyFrame, Trouble> {
    let byte = |sign: Option<char>, usual: u8| match sign.map(u8::try_from) {
        None => Ok(usual),
        Some(Ok(byte)) if byte.is_ascii() => Ok(byte),
        Some(_) => Err(decode::unreadable(file, "delimiter and quote must be ASCII characters")),
    };
    let usual = if format == Format::Tsv { b'\t' } else { b',' };
    let delimiter = byte(source.delimiter, usual)?;
    let quote = byte(source.quote, b'"')?;
    let header = source.header.unwrap_or(1);
    let sample = if cells == Cells::Text { 0 } else { 10_000 };
    // Polars fills short rows up; in files that take long to read it is left at that.
    let size = std::fs::metadata(file).map_or(0, |data| data.len());
    if cells == Cells::Text || size <= CHECKED_BYTES {
        let signs = (delimiter, quote);
        let (rows, stray) = decode::check(file, text.as_deref(), signs, header)?;
        if stray {
            let whole = text.take().map_or_else(|| decode::bytes(file), Ok)?;
            text = Some(decode::requoted(&whole, signs));
        }
        if rows == 0 {
            let what = format!("{} is empty: it has no rows below the header", file.display());
            return Err(Trouble::new(Part::Data, what));
        }
    }
    let sources = text.map_or_else(|| path(file), memory);
    let mut reader = LazyCsvReader::new_with_sources(sources)
        .with_separator(delimiter)
        .with_quote_char(Some(quote))
        .with_skip_lines(header.saturating_sub(1) as usize)
        .with_glob(false)
        .with_infer_schema_length(Some(sample));
    if cells == Cells::Typed && !source.nulls.is_empty() {
        let nulls = source.nulls.iter().map(|text| text.as_str().into()).collect();
        reader = reader.with_null_values(Some(NullValues::AllColumns(nulls)));
    }
    reader.finish().map_err(|error| decode::unreadable(file, &first_line(&error)))
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
