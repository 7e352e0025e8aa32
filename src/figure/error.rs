//! What is said of a text that is not a figure.

use std::fmt;
use std::ops::Range;

/// Why a text could not be read as a figure, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureError {
    /// What is wrong, in one clause.
    pub message: String,
    /// What was expected in its place, if that can be said.
    pub expected: Option<String>,
    /// The bytes of the text that are meant.
    pub at: Range<usize>,
}

impl FigureError {
    pub(super) fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self { message: message.into(), expected: None, at }
    }

    pub(super) fn expected(mut self, what: impl Into<String>) -> Self {
        self.expected = Some(what.into());
        self
    }
}

impl fmt::Display for FigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.expected {
            Some(expected) => write!(f, "; expected {expected}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FigureError {}
