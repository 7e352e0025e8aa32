//! Where a table is, and how its file is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A table on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// The path as found from where the program runs: a file, a glob, a folder of parts, or `-`
    /// for standard input.
    pub path: String,
    /// How the file is written; by its extension if not said.
    pub format: Option<Format>,
    /// What stands between cells.
    pub delimiter: Option<char>,
    /// What stands around cells that contain a delimiter.
    pub quote: Option<char>,
    /// How characters are written; UTF-8, or what the byte order mark says, if not said.
    pub encoding: Option<Encoding>,
    /// The row with the names of the columns, counted from 1; the first if not said.
    pub header: Option<u32>,
    /// The sheet of a workbook; the first if not said.
    pub sheet: Option<String>,
    /// The cells of a sheet, such as `A5:F20`, with the names of the columns in the first row.
    pub range: Option<String>,
    /// Texts that stand for a missing value.
    pub nulls: Vec<String>,
    /// The decimals of columns whose numbers are kept in binary.
    pub decimals: BTreeMap<String, u32>,
    /// The decimals of all other columns whose numbers are kept in binary.
    pub decimals_of_others: Option<u32>,
    /// The columns whose figures are read with a decimal comma where a point parts thousands, and
    /// those that are not. Numbers that the file keeps as such are handed out that way.
    pub commas: BTreeMap<String, bool>,
    /// Whether all other columns are read so.
    pub comma_of_others: bool,
}

impl Source {
    /// The decimals that a column is declared to have.
    pub fn decimals_of(&self, column: &str) -> Option<u32> {
        self.decimals.get(column).copied().or(self.decimals_of_others)
    }

    /// Whether the figures of a column are read with a decimal comma.
    pub fn comma_of(&self, column: &str) -> bool {
        self.commas.get(column).copied().unwrap_or(self.comma_of_others)
    }
}

/// How a file of data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Cells separated by commas, or by `delimiter`; `.gz` and `.zst` are unpacked.
    Csv,
    /// Cells separated by tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a line.
    Jsonl,
    /// Arrow IPC, also called Feather.
    Arrow,
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of LibreOffice.
    Ods,
}

/// How characters are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16; little-endian unless a byte order mark says otherwise.
    #[serde(rename = "utf-16")]
    Utf16,
    /// ISO 8859-1.
    #[serde(rename = "latin-1")]
    Latin1,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
}
