//! Datasets, and how their cells are read as figures.

use std::collections::BTreeMap;

use crate::claim::{Missing, Symbol};
use crate::dataset::Source;
use crate::figure::{Style, Terms, Unit};
use crate::mistake::Place;

/// A table of data.
#[derive(Clone, Debug)]
pub struct Data {
    /// Where it is declared.
    pub place: Place,
    /// Where it is and how it is written.
    pub source: Source,
    /// The columns that name a row, and that no two rows share.
    pub key: Vec<String>,
    /// How cells are read, unless their column says otherwise.
    pub all: Column,
    /// Columns that are read in their own way.
    pub columns: BTreeMap<String, Column>,
}

/// How the cells of a column are read.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The unit of the figures.
    pub unit: Option<Unit>,
    /// Percent of what.
    pub of: Option<String>,
    /// How many decimals are printed, where the file does not keep trailing zeros.
    pub decimals: Option<u32>,
    /// How the figures were rounded.
    pub terms: Terms,
    /// How numbers are written.
    pub style: Style,
    /// What symbols mean.
    pub symbols: BTreeMap<String, Symbol>,
    /// Marks after a figure that are not part of it.
    pub flags: Vec<String>,
    /// What becomes of an assertion that needs a missing cell.
    pub missing: Missing,
}

impl Data {
    /// How the cells of a column are read.
    pub fn column(&self, name: &str) -> &Column {
        self.columns.get(name).unwrap_or(&self.all)
    }
}
