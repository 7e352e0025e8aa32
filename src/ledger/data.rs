//! Datasets, and how their cells are read as figures.

use std::collections::BTreeMap;

use crate::claim::{Missing, Symbol};
use crate::dataset::{Part, Source, Trouble};
use crate::figure::{Style, Terms, Unit};
use crate::mistake::{Mistake, Place};

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
    /// The scale of the figures, such as "thousand".
    pub scale: Option<&'static str>,
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

    /// What went wrong with the data, as a mistake at a place in the claims file.
    pub fn mistake(&self, trouble: Trouble, place: Place) -> Mistake {
        let mut mistake = Mistake::new(&trouble.what, place);
        if trouble.part == Part::Data {
            mistake = mistake.label(format!("looked for {}", self.source.path));
        }
        if let Some((word, known)) = &trouble.unknown {
            mistake = mistake.did_you_mean(word, known.iter().map(String::as_str));
        }
        mistake.help.extend(trouble.help);
        mistake
    }
}
