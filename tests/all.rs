//! All tests of the crate as one program, so that Polars is linked once.

mod console;
#[cfg(feature = "dataframes")]
mod datasets;
mod docs;
mod editions;
#[cfg(feature = "dataframes")]
mod engines;
#[cfg(feature = "dataframes")]
mod faults;
mod figures;
mod fuzz;
mod house;
mod html;
#[allow(clippy::print_stderr)]
mod joint;
#[cfg(feature = "dataframes")]
mod measures;
mod oracles;
mod outputs;
mod pages;
mod properties;
mod report;
#[cfg(feature = "dataframes")]
mod rows;
mod solver;
mod tables;
mod traps;
#[cfg(feature = "dataframes")]
mod two_way;
mod waivers;
mod watch;
#[cfg(feature = "dataframes")]
mod workbooks;
