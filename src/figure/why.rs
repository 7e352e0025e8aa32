//! Says how a set came about.

use super::Figure;
use super::rounding::Convention;
use super::rungs::Rung;
use super::show::{show_number, spaced};
use crate::interval::End;
use crate::number::{Number, Toward};

/// How a set came about. Turned into words by [`Figure::why`], only when somebody reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Something that is said in the same words of every figure.
    Said(&'static str),
    /// It was rounded, to a unit that is in the rung.
    Rounded(Place, Convention),
    /// It is short of the printed number by less than the unit in the rung.
    Short,
}

/// Where a rounding unit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is declared.
    Declared,
    /// It is the place of the last printed digit.
    Last,
    /// It is the place of the last digit that is not zero.
    LastNonZero,
    /// It is a possible one between the two.
    Between,
}

impl Figure {
    /// How the set of a rung came about: "last printed digit: 1 %, rounding unknown, both ends
    /// included".
    pub fn why(&self, rung: &Rung) -> String {
        let unit = || rung.round.as_ref().map_or_else(String::new, |unit| self.unit_text(unit));
        let (place, convention) = match &rung.why {
            Why::Said(words) => return (*words).to_owned(),
            Why::Short => return format!("short of the figure by less than {}", unit()),
            Why::Rounded(place, convention) => (place, convention),
        };
        let place = match place {
            Place::Declared => format!("rounded to {} as declared", unit()),
            Place::Last => format!("last printed digit: {}", unit()),
            Place::LastNonZero => format!("last digit that is not zero: {}", unit()),
            Place::Between => format!("rounded to {}", unit()),
        };
        let rounding = match convention {
            Convention::Unknown => "rounding unknown".to_owned(),
            convention => format!("rounded {}", convention.name()),
        };
        let closed = |end: Option<&End>| end.is_none_or(|end| end.closed);
        let ends = match (closed(rung.set.lo()), closed(rung.set.hi())) {
            (true, true) => "both ends included",
            (true, false) => "the lower end included",
            (false, true) => "the upper end included",
            (false, false) => "neither end included",
        };
        format!("{place}, {rounding}, {ends}")
    }

    /// A number of displayed units: "10 000 persons".
    fn unit_text(&self, unit: &Number) -> String {
        spaced(&show_number(unit, Toward::Nearest), &self.unit, None)
    }
}
