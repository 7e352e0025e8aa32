//! All tests of the crate as one program, so that Polars is linked once.

mod console;
mod figures;
mod fuzz;
mod house;
mod measures;
mod oracles;
mod pages;
mod properties;
mod report;
mod traps;
