//! From a [`Source`] to a lazy frame.

use std::path::Path;

use polars::prelude::*;

use crate::dataset::{Part, Source, Trouble};

/// What the cells of a table are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cells {
    /// Numbers, dates and texts, for aggregating: microdata.
    Typed,
    /// Texts as they stand, wherever the file keeps texts: published tables.
    Text,
}

/// Opens a table. Nothing but its schema is read.
pub(super) fn open(source: &Source, cells: Cells) -> Result<LazyFrame, Trouble> {
    let path = &source.path;
    if path.contains("://") {
        let what = format!("{path} is not a file; data are read from files only");
        return Err(Trouble::new(Part::Data, what));
    }
    if !Path::new(path).exists() {
        return Err(Trouble::new(Part::Data, format!("there is no file {path}")));
    }
    let frame = if path.ends_with(".parquet") {
        LazyFrame::scan_parquet(PlRefPath::new(path), ScanArgsParquet::default())
    } else {
        let sample = if cells == Cells::Text { 0 } else { 10_000 };
        LazyCsvReader::new(PlRefPath::new(path)).with_infer_schema_length(Some(sample)).finish()
    };
    frame.map_err(|error| trouble(source, &error))
}

/// How many bytes the table has on disk.
pub(super) fn bytes(source: &Source) -> u64 {
    std::fs::metadata(Path::new(&source.path)).map_or(0, |data| data.len())
}

/// That the file cannot be read, with the reason.
pub(super) fn trouble(source: &Source, error: &PolarsError) -> Trouble {
    let what = format!("{} cannot be read as CSV: {}", source.path, first_line(error));
    Trouble::new(Part::Data, what)
}

pub(super) fn first_line(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
