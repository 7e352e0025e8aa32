//! A spellchecker for the figures in a report.
//!
//! A printed figure is not a number but a set of numbers: all values that would have been printed
//! that way. An assertion says how such sets relate, and it is broken only if no choice of values
//! from them satisfies it. This library reads figures ([`figure`]), claims files ([`project`]),
//! judges their assertions ([`audit`], by the [`checks`]) and turns the findings into text
//! ([`render`]). Everything is exact: rationals ([`Number`]) and ranges whose ends know whether
//! they belong ([`Interval`]).
//!
//! ```
//! use tieout::audit::Audit;
//! use tieout::finding::Verdict;
//! use tieout::project::load_text;
//!
//! let case = load_text(
//!     "report.toml",
//!     r#"
//!     [claim]
//!     before = "7.2%"
//!     after  = "6.5%"
//!     fall   = "1.7 percentage points"
//!
//!     [[change]]
//!     from = "before"
//!     to = "after"
//!     by = "fall"
//!     direction = "fall"
//!     "#
//!     .to_owned(),
//! );
//! let audit = Audit::run(&case);
//! let finding = &audit.findings[0];
//!
//! assert_eq!(finding.verdict, Verdict::Inconsistent);
//! // 6.5 % lies in [6.45, 6.55] and 7.2 % in [7.15, 7.25], so the fall is 0.6 to 0.8 points.
//! let judgement = finding.judgement.as_ref().unwrap();
//! assert_eq!(judgement.allowed.shown, "[−0.8, −0.6] points");
//! assert_eq!(finding.mends.last().unwrap().would_tie, "0.7 percentage points");
//! ```
//!
//! # Layers
//!
//! From low to high, each importing only from below (a test holds this): [`Number`] ·
//! [`Interval`] · [`figure`], [`dataset`] · [`claim`], [`ledger`] · [`expr`] · [`finding`] ·
//! [`checks`] · [`waiver`] · [`audit`] · [`project`], [`render`] · the command line. [`mistake`] is open to
//! all. The core is pure: the disk enters through `project` and `dataset`, today's date through
//! the ledger, colour and width through the arguments of a renderer.
//!
//! # Features
//!
//! `dataframes` (default) lets figures be tied to data through Polars. Without it the core builds
//! and tests in seconds, and a `tie-out` is undetermined.

// What a user wrote never ends in a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod audit;
pub mod checks;
pub mod claim;
pub mod dataset;
pub mod editions;
pub mod expr;
pub mod figure;
pub mod finding;
mod interval;
pub mod joint;
pub mod ledger;
pub mod mistake;
mod number;
pub mod project;
pub mod render;
pub mod waiver;

pub use interval::{End, Interval};
pub use number::{MAX_BITS, MAX_DIGITS, Number, Toward};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
