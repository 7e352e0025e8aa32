//! Columns of texts, written to a file.

use std::fs::File;

use polars::prelude::*;

use crate::dataset::Texts;

/// Writes a CSV file, or Parquet if the path ends so.
pub(super) fn write(path: &str, columns: &[(String, Texts)]) -> Result<(), String> {
    let series = columns.iter().map(|(name, texts)| {
        let texts = StringChunked::from_iter_options(name.as_str().into(), texts.iter());
        texts.into_column()
    });
    let failed = |why: String| format!("{path} cannot be written: {why}");
    let height = columns.first().map_or(0, |(_, texts)| texts.len());
    let frame = DataFrame::new(height, series.collect());
    let mut frame = frame.map_err(|error| failed(error.to_string()))?;
    let file = File::create(path).map_err(|error| failed(error.to_string()))?;
    let written = if path.ends_with(".parquet") {
        ParquetWriter::new(file).finish(&mut frame).map(|_| ())
    } else {
        CsvWriter::new(file).finish(&mut frame)
    };
    written.map_err(|error| failed(error.to_string()))
}
