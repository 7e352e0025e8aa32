//! Tables that can be asked for a number. The core knows only the question and the answer; the
//! one implementation, over Polars, is behind the feature `dataframes`.

use crate::interval::Interval;

#[cfg(feature = "dataframes")]
mod frames;

#[cfg(feature = "dataframes")]
pub use frames::Frames;

/// Asks tables for numbers.
pub trait Tables: Send + Sync {
    /// The value of an SQL expression over the rows of the file at `path` that satisfy the SQL
    /// condition, if one is given.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, the SQL cannot be understood, or the result is not one
    /// number.
    fn measure(
        &self,
        path: &str,
        measure: &str,
        condition: Option<&str>,
    ) -> Result<Measured, Trouble>;
}

/// Why the data give no number: a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It lies with the file.
    Data(String),
    /// It lies with what is asked of it.
    Measure(String),
}

/// What the data give.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The value: one point where it was computed in whole numbers, otherwise the value with the
    /// bound on the error of floating-point arithmetic.
    pub set: Interval,
    /// How it was asked for.
    pub query: String,
    /// The error bound, for values that were computed in floating point.
    pub bound: Option<String>,
}
