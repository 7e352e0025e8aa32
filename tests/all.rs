//! All tests of the crate as one program, so that Polars is linked once.

mod console;
#[cfg(feature = "dataframes")]
mod datasets;
mod editions;
#[cfg(feature = "dataframes")]
mod engines;
#[cfg(feature = "dataframes")]
mod faults;
mod figures;
mod fuzz;
mod house;
#[cfg(feature = "dataframes")]
mod measures;
mod oracles;
mod pages;
mod properties;
mod report;
#[cfg(feature = "dataframes")]
mod rows;
mod tables;
mod traps;
#[cfg(feature = "dataframes")]
mod two_way;
#[cfg(feature = "dataframes")]
mod workbooks;
