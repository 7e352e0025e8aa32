//! All tests of the crate as one program, so that Polars is linked once.

mod console;
mod figures;
mod fuzz;
mod house;
mod oracles;
mod pages;
mod properties;
mod report;
#[cfg(feature = "dataframes")]
mod tables;
mod traps;
