//! What a table is asked for, and what it answers.

use std::ops::Range;

use crate::interval::Interval;
use crate::number::Number;

/// A number asked of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    /// What is computed.
    pub measure: Measure,
    /// The rows it is computed over; all if not said.
    pub condition: Option<Condition>,
    /// The column by which rows are weighted.
    pub weight: Option<String>,
}

/// What is computed over rows. Rows without a value in a column that is named are left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// An SQL expression with aggregates, such as `sum(women)`.
    Sql(String),
    /// A whole SQL query over the table `data` that gives one value.
    Query(String),
    /// The number of rows, or the sum of their weights.
    Count,
    /// The share of rows that satisfy a condition, between 0 and 1.
    Share(Condition),
    /// The sum of a column.
    Sum(String),
    /// The mean of a column.
    Mean(String),
    /// The median: the middle value, or the mean of the two middle ones.
    Median(String),
    /// The quantile at a probability between 0 and 1, interpolated between neighbours (type 7 of
    /// Hyndman and Fan 1996).
    Quantile(String, Number),
    /// The least value.
    Min(String),
    /// The greatest value.
    Max(String),
    /// The number of different values.
    Distinct(String),
    /// The sum of one column over the sum of another, times a number.
    Rate {
        /// What is counted.
        of: String,
        /// What it is set against.
        per: String,
        /// For how many of these, such as 1000.
        times: Number,
    },
}

/// Which rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// An SQL condition.
    Sql(String),
    /// Columns and the values they must have, one of each list, as texts.
    Equal(Vec<(String, Vec<String>)>),
}

/// What the data give.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The value: one point where it was computed in whole numbers, otherwise the value with the
    /// bound on the error of floating-point arithmetic.
    pub set: Interval,
    /// How it was asked for, as SQL.
    pub query: String,
    /// The error bound, for values that were computed in floating point.
    pub bound: Option<String>,
    /// How many rows it was computed over.
    pub rows: Option<u64>,
}

/// Why the data give no number, or no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it lies with.
    pub part: Part,
    /// A sentence for the user. It names the file, and the row and column where there is one.
    pub what: String,
    /// The bytes of the part's text that are to blame, if they are known.
    pub at: Option<Range<usize>>,
    /// A word that is not known, and the words that are, for "did you mean".
    pub unknown: Option<(String, Vec<String>)>,
    /// What to do.
    pub help: Option<String>,
}

/// What a trouble lies with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file.
    Data,
    /// What is computed.
    Measure,
    /// Which rows.
    Condition,
    /// A column by this name.
    Column(String),
}

impl Trouble {
    /// A trouble with nothing but its sentence.
    pub fn new(part: Part, what: impl Into<String>) -> Self {
        Self { part, what: what.into(), at: None, unknown: None, help: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
