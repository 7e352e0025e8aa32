//! Says how a set came about.

use super::Figure;
use super::printed::Printed;
use super::rounding::Convention;
use super::rungs::Terms;
use super::show::{show_number, spaced};
use crate::interval::{End, Interval};
use crate::number::{Number, Toward};

impl Figure {
    /// A number of displayed units: "10 000 persons".
    pub(super) fn unit_text(&self, unit: &Number) -> String {
        spaced(&show_number(unit, Toward::Nearest), &self.unit, None)
    }

    /// "last printed digit: 1 %, rounding unknown, both ends included".
    pub(super) fn why(
        &self,
        printed: &Printed,
        unit: &Number,
        set: &Interval,
        terms: &Terms,
    ) -> String {
        let size = self.unit_text(unit);
        let place = if !terms.round.is_empty() {
            format!("rounded to {size} as declared")
        } else if *unit == printed.last_place() {
            format!("last printed digit: {size}")
        } else if *unit == printed.coarse_place() {
            format!("last digit that is not zero: {size}")
        } else {
            format!("rounded to {size}")
        };
        let rounding = match terms.convention {
            Convention::Unknown => "rounding unknown".to_owned(),
            convention => format!("rounded {}", convention.name()),
        };
        let closed = |end: Option<&End>| end.is_none_or(|end| end.closed);
        let ends = match (closed(set.lo()), closed(set.hi())) {
            (true, true) => "both ends included",
            (true, false) => "the lower end included",
            (false, true) => "the upper end included",
            (false, false) => "neither end included",
        };
        format!("{place}, {rounding}, {ends}")
    }
}
