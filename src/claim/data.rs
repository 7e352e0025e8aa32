//! Datasets, as a claims file declares them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, List, Text};
use crate::dataset::{Encoding, Format};
use crate::figure::{Convention, Ties};

/// A table of data.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Path relative to the claims file: a file, a glob such as "parts/*.csv", a folder of parts,
    /// or "-" for standard input.
    pub path: At<String>,
    /// How the file is written, where its extension does not say.
    pub format: Option<Format>,
    /// What stands between cells: one character.
    pub delimiter: Option<At<String>>,
    /// What stands around cells that contain a delimiter: one character.
    pub quote: Option<At<String>>,
    /// How characters are written.
    pub encoding: Option<Encoding>,
    /// The row with the names of the columns, counted from 1.
    pub header: Option<At<u32>>,
    /// The sheet of a workbook, by its name.
    pub sheet: Option<String>,
    /// The cells of a sheet, such as "A5:F20".
    pub range: Option<String>,
    /// The columns that name a row in findings, and that no two rows may share.
    pub key: Option<At<List<String>>>,
    /// How the cells of single columns are read.
    #[serde(default)]
    pub columns: BTreeMap<String, At<ColumnSpec>>,
}

/// How cells are read: those of all columns of a dataset, or those of one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// The unit of the figures: "persons", "%", "thousand USD".
    pub unit: Option<At<String>>,
    /// Percent of what.
    pub of: Option<String>,
    /// How many decimals are printed, where the file does not keep trailing zeros.
    pub decimals: Option<u32>,
    /// The unit the figures were rounded to, as printed; a list leaves open which.
    pub round: Option<At<List<Text>>>,
    /// How the figures were rounded.
    pub convention: Option<Convention>,
    /// How halves of negative numbers were rounded.
    pub ties: Option<Ties>,
    /// How numbers are written: "1,234.5", "1.234,5", …
    pub style: Option<At<String>>,
    /// What symbols such as ".." or "x" mean.
    #[serde(default)]
    pub symbols: BTreeMap<String, Symbol>,
    /// Marks after a figure that are not part of it, such as "p" for provisional.
    #[serde(default)]
    pub flags: List<Text>,
    /// What becomes of an assertion that needs a missing cell.
    pub missing: Option<Missing>,
}

/// What a symbol in a table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Symbol {
    /// Not available. Not zero.
    Missing,
    /// Nil: exactly zero.
    Zero,
    /// More than nothing, but less than half of the last printed digit: rounded to zero.
    Negligible,
    /// Known to the publisher and withheld.
    Confidential,
    /// A mark on the cell that says nothing of its value; the cell is missing.
    Mark,
}

/// What becomes of an assertion that needs a missing or confidential cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// It cannot be told.
    #[default]
    Refuse,
    /// The cell is left out of lists.
    Skip,
    /// The cell counts as zero.
    Zero,
    /// The cell may have any value; a count, an amount or a share any that is not negative.
    Unknown,
}
