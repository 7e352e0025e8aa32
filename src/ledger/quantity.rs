//! A figure, or what is computed from figures, as a set with its unit and base.

use std::sync::Arc;

use super::cell::Spot;
use super::operand::Part;
use super::view::Halt;
use crate::figure::{Figure, Mismatch, Unit};
use crate::interval::Interval;
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// What a quantity comes from, whatever an assertion calls it and however it reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A figure or a date that is declared: where, and which part of it.
    Declared(Place, Part),
    /// A cell of a dataset, by path, column and row.
    Cell(Spot),
    /// A whole number that an assertion speaks of without any figure for it: a count behind a
    /// percentage, the day on which a text was written.
    Whole(String),
}

/// A set of values with all that is needed to compute with it and to show it.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// What the user calls it: a claim's name, or the expression it comes from.
    pub name: String,
    /// The text as printed; for what is computed, the printed texts it comes from.
    pub text: String,
    /// The values it may stand for, in base units.
    pub set: Interval,
    /// Its unit.
    pub unit: Unit,
    /// Percent of what.
    pub of: Option<String>,
    /// The printed figure it is, in whose printed unit it is shown; `None` if it is computed.
    pub figure: Option<Arc<Figure>>,
    /// One unit in the last printed digit, in base units, where that makes sense.
    pub last_place: Option<Number>,
    /// Where it stands in the assertion.
    pub place: Place,
    /// The figure or cell that it is, by which two quantities are known to be one; `None` for
    /// what is computed and for figures written out.
    pub origin: Option<Origin>,
    /// Whether it is only tried, so that nobody will read its text.
    pub trial: bool,
}

impl Quantity {
    /// A printed figure.
    pub fn printed(
        name: &str,
        set: Interval,
        figure: Arc<Figure>,
        of: Option<String>,
        place: Place,
        trial: bool,
    ) -> Self {
        let unit = figure.unit().clone();
        let last_place = Some(figure.last_place().clone());
        let (name, text) = (name.to_owned(), figure.text().to_owned());
        Self {
            name,
            text,
            set,
            unit,
            of,
            figure: Some(figure),
            last_place,
            place,
            origin: None,
            trial,
        }
    }

    /// Any value in any unit, in place of an operand that is written wrong.
    pub fn anything(name: &str, place: Place) -> Self {
        Self {
            name: name.to_owned(),
            text: name.to_owned(),
            set: Interval::all(),
            unit: Unit::unstated(),
            of: None,
            figure: None,
            last_place: None,
            place,
            origin: None,
            trial: true,
        }
    }

    /// A number that is written nowhere.
    pub fn number(value: Number, place: Place) -> Self {
        Self { set: Interval::point(value), ..Self::anything("", place) }
    }

    /// A whole number that the assertion at `place` speaks of without any figure for it.
    pub fn whole(name: impl Into<String>, set: Interval, unit: Unit, place: Place) -> Self {
        let name = name.into();
        let origin = Some(Origin::Whole(format!("{name} {}:{}", place.file, place.start)));
        Self { set, unit, origin, ..Self::anything(&name, place) }
    }

    /// A computed quantity that stands where `self` stands.
    #[must_use]
    pub fn derive(&self, name: impl Into<String>, set: Interval, unit: Unit) -> Self {
        let (of, text) = (self.of.clone(), String::new());
        let (place, trial) = (self.place, self.trial);
        Self {
            name: name.into(),
            text,
            set,
            unit,
            of,
            figure: None,
            last_place: None,
            place,
            origin: None,
            trial,
        }
    }

    /// Another set in the printed unit of this quantity, as text.
    pub fn show(&self, set: &Interval) -> String {
        match &self.figure {
            _ if self.trial => String::new(),
            Some(figure) => figure.show(set),
            None => self.unit.show(set),
        }
    }

    /// Its own set as text.
    pub fn shown(&self) -> String {
        self.show(&self.set)
    }

    /// The sum, in a common unit and of a common base.
    ///
    /// # Errors
    ///
    /// A misuse that names both if the units or bases differ.
    pub fn plus(&self, other: &Self) -> Result<Self, Halt> {
        let of = self.common_base(other, "added")?;
        let unit = self.unit.add(&other.unit).map_err(|m| self.mismatch(other, m, "added"))?;
        Ok(self.linear(other, "+", &self.set + &other.set, unit, of))
    }

    /// The difference, in a common unit and of a common base.
    ///
    /// # Errors
    ///
    /// A misuse that names both if the units or bases differ.
    pub fn minus(&self, other: &Self) -> Result<Self, Halt> {
        let of = self.common_base(other, "subtracted")?;
        let unit = self.unit.subtract(&other.unit);
        let unit = unit.map_err(|m| self.mismatch(other, m, "subtracted"))?;
        Ok(self.linear(other, "-", &self.set - &other.set, unit, of))
    }

    /// The product. A share of a claim times that claim has the claim's own base.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let unit = self.unit.times(&other.unit);
        let mut product = self.joined(other, "*", &self.set * &other.set, unit);
        product.of = match (&self.of, &other.of) {
            (Some(base), inner) if *base == other.name => inner.clone(),
            (outer, Some(base)) if *base == self.name => outer.clone(),
            _ => None,
        };
        product
    }

    /// The quotient.
    ///
    /// # Errors
    ///
    /// That it is missing, if the divisor can only be zero.
    pub fn over(&self, other: &Self) -> Result<Self, Halt> {
        let set = self.set.checked_div(&other.set);
        let set = set.ok_or_else(|| Halt::Missing(format!("`{}` is zero", other.name)))?;
        let unit = self.unit.over(&other.unit);
        Ok(Self { of: None, ..self.joined(other, "/", set, unit) })
    }

    /// Checks that the two can be compared.
    ///
    /// # Errors
    ///
    /// A misuse that names both if the units or bases differ.
    pub fn comparable(&self, other: &Self) -> Result<(), Halt> {
        self.common_base(other, "compared")?;
        // Zero is zero in any unit.
        let zero = |q: &Self| q.unit.is_unstated() && q.set.as_point().is_some_and(Number::is_zero);
        if zero(self) || zero(other) {
            return Ok(());
        }
        self.unit.compare(&other.unit).map_err(|m| self.mismatch(other, m, "compared"))
    }

    fn joined(&self, other: &Self, sign: &str, set: Interval, unit: Unit) -> Self {
        let both = |a: &str, b: &str| {
            if self.trial { String::new() } else { format!("{a} {sign} {b}") }
        };
        let text = both(&self.text, &other.text);
        Self { text, ..self.derive(both(&self.name, &other.name), set, unit) }
    }

    fn linear(
        &self,
        other: &Self,
        sign: &str,
        set: Interval,
        unit: Unit,
        of: Option<String>,
    ) -> Self {
        // What is exact has no last digit that counts, unless both are.
        let digit = |q: &Self| q.last_place.clone().filter(|_| q.set.as_point().is_none());
        let inexact = digit(self).into_iter().chain(digit(other)).max();
        let exact = || self.last_place.clone().max(other.last_place.clone());
        let last_place = inexact.or_else(exact);
        Self { of, last_place, ..self.joined(other, sign, set, unit) }
    }

    /// The base of both; figures without a stated base go with any.
    fn common_base(&self, other: &Self, verb: &str) -> Result<Option<String>, Halt> {
        match (&self.of, &other.of) {
            (Some(a), Some(b)) if a != b => {
                let (x, y) = (&self.name, &other.name);
                let what =
                    format!("`{x}` is of \"{a}\" and `{y}` of \"{b}\": they cannot be {verb}");
                let help = format!(
                    "if both are of one base here, say so: `given = {{ {y} = {{ of = \"{a}\" }} }}`"
                );
                Err(Mistake::new(what, other.place).label("of another base").help(help).into())
            }
            (a, b) => Ok(a.clone().or_else(|| b.clone())),
        }
    }

    fn mismatch(&self, other: &Self, Mismatch(a, b): Mismatch, verb: &str) -> Halt {
        let (x, y) = (&self.name, &other.name);
        let what = format!("`{x}` is in {a} and `{y}` in {b}: they cannot be {verb}");
        let bare = self.unit.is_unstated() || other.unit.is_unstated();
        let help = if bare {
            "write the unit with the number, or declare it as the claim's `unit`"
        } else if self.unit.is_duration() && other.unit.is_duration() {
            "months and years differ in length; `[[elapsed]]` counts them between dates"
        } else {
            "if both count the same things, give both claims the same `unit`"
        };
        Mistake::new(what, other.place).label("of another unit").help(help).into()
    }
}
