//! Tables that can be asked for a number, or for their rows as figures. The core knows only the
//! questions and the answers; the one implementation, over Polars, is behind the feature
//! `dataframes`.

mod ask;
mod rows;
mod source;

#[cfg(feature = "dataframes")]
mod frames;

use std::ops::ControlFlow;

pub use ask::{Ask, Condition, Measure, Measured, Part, Trouble};
#[cfg(feature = "dataframes")]
pub use frames::Frames;
pub use rows::{Rows, Texts, Wanted};
pub use source::{Encoding, Format, Source};

/// Takes portions of rows, in order, until it has seen enough.
pub type Take<'a> = &'a mut dyn FnMut(Rows) -> ControlFlow<()>;

/// Asks tables for numbers and rows. A table is not opened before it is asked for something.
pub trait Tables: Send + Sync {
    /// Announces measures, so that all over one dataset are computed in one scan. The answers,
    /// and the troubles, are kept for [`Tables::measure`].
    fn prepare(&self, source: &Source, asks: &[Ask]);

    /// One number.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, the SQL cannot be understood, or the result is not one
    /// number.
    fn measure(&self, source: &Source, ask: &Ask) -> Result<Measured, Trouble>;

    /// One number for each group of rows that are alike in the columns `by`, with the texts of
    /// these columns, in order of the texts.
    ///
    /// # Errors
    ///
    /// As for [`Tables::measure`].
    fn groups(&self, source: &Source, by: &[String], ask: &Ask) -> Result<Vec<Group>, Trouble>;

    /// The names of the columns.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    fn columns(&self, source: &Source) -> Result<Vec<String>, Trouble>;

    /// Cells as text, row by row: as they stand in files of text, in the shortest form or with
    /// the declared decimals where numbers are kept in binary, as displayed in workbooks. The
    /// memory does not grow with the number of rows.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, has no such column, or a condition cannot be understood.
    fn rows(&self, source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble>;

    /// What was scanned so far, dataset by dataset.
    fn scans(&self) -> Vec<Scan>;

    /// Writes columns of texts to a CSV or Parquet file.
    ///
    /// # Errors
    ///
    /// A sentence for the user, if the file cannot be written.
    fn write(&self, path: &str, columns: &[(String, Texts)]) -> Result<(), String>;
}

/// The number for one group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The texts of the columns that the group is alike in; `None` where there is no value.
    pub key: Vec<Option<String>>,
    /// The number.
    pub measured: Result<Measured, Trouble>,
}

/// How the measures over one dataset were computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The path of the dataset.
    pub path: String,
    /// How many measures were asked for.
    pub measures: usize,
    /// How often the file was read for them.
    pub scans: usize,
    /// The columns that the rows were grouped by, and how many groups there were; none if no
    /// measure could be answered from groups.
    pub grouped: Option<(Vec<String>, usize)>,
    /// How many measures the groups answered.
    pub from_groups: usize,
    /// Whether the file was streamed rather than held in memory.
    pub streamed: bool,
}
