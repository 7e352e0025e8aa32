//! A spellchecker for the figures in a report.

pub mod audit;
pub mod checks;
pub mod claim;
pub mod dataset;
pub mod expr;
pub mod figure;
pub mod finding;
mod interval;
pub mod ledger;
pub mod mistake;
mod number;
pub mod project;
pub mod render;

pub use interval::{End, Interval};
pub use number::{MAX_DIGITS, Number, Toward};
