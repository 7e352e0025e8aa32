//! What the unit of a sum, a product or a comparison is, and when there is none.

use std::fmt;

use super::things;
use super::unit::{Kind, Part, Unit};
use crate::number::Number;

/// Two units that cannot be compared, by their labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(pub String, pub String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |label: &str| {
            if label.is_empty() { "no unit".to_owned() } else { label.to_owned() }
        };
        write!(f, "{} and {} cannot be compared", name(&self.0), name(&self.1))
    }
}

impl std::error::Error for Mismatch {}

impl Unit {
    /// The unit of a product.
    pub fn times(&self, other: &Self) -> Self {
        self.combine(other, 1)
    }

    /// The unit of a quotient.
    pub fn over(&self, other: &Self) -> Self {
        self.combine(other, -1)
    }

    fn combine(&self, other: &Self, sign: i32) -> Self {
        if self.is_date() || other.is_date() {
            return Self::of_kind(Kind::Plain, "date as a factor", Number::one());
        }
        let mut parts = self.parts.clone();
        for theirs in &other.parts {
            match parts.iter_mut().find(|ours| ours.dimension == theirs.dimension) {
                Some(ours) => ours.power += sign * theirs.power,
                None => parts.push(Part { power: sign * theirs.power, ..theirs.clone() }),
            }
        }
        parts.retain(|part| part.power != 0);
        let share = matches!(self.kind, Kind::Percent | Kind::Points | Kind::Difference);
        let kind = if self.is_unstated() && other.is_unstated() && sign < 0 {
            Kind::Ratio
        } else if self.is_unstated() && other.is_unstated() {
            Kind::Unstated
        } else if parts.is_empty() {
            Kind::Ratio
        } else if share && sign < 0 && other.kind == Kind::Plain {
            self.kind
        } else {
            Kind::Plain
        };
        Self::assemble(kind, parts)
    }

    /// A printed quotient keeps its own words even where the dimensions cancel: hours/day.
    pub(super) fn per(&self, other: &Self) -> Self {
        let mut unit = self.over(other);
        if unit.parts.is_empty() && !(self.is_unstated() && other.is_unstated()) {
            let single = other.parts.first().map_or(other.label.as_str(), |p| &p.single);
            unit.label = format!("{}/{single}", self.label);
            unit.factor = &self.factor / &other.factor;
        }
        unit
    }

    /// The unit of a sum. Points added to percent are percent, days added to a date a date.
    ///
    /// # Errors
    ///
    /// Both labels, if the units cannot be added.
    pub fn add(&self, other: &Self) -> Result<Self, Mismatch> {
        let days = |unit: &Self| unit.is_duration() && !unit.is_in_months();
        match (self.kind, other.kind) {
            (Kind::Date, Kind::Date) => Err(self.mismatch(other)),
            (Kind::Date, _) if days(other) => Ok(self.clone()),
            (_, Kind::Date) if days(self) => Ok(other.clone()),
            _ => self.sum(other),
        }
    }

    /// The unit of a difference. That of two percentages may be compared with percent and with
    /// points; that of two dates is days.
    ///
    /// # Errors
    ///
    /// Both labels, if one cannot be subtracted from the other.
    pub fn subtract(&self, other: &Self) -> Result<Self, Mismatch> {
        let days = other.is_duration() && !other.is_in_months();
        match (self.kind, other.kind) {
            (Kind::Date, Kind::Date) => Ok(Self::days()),
            (Kind::Date, _) if days => Ok(self.clone()),
            (Kind::Percent, Kind::Percent) if self.same_parts(other) => {
                Ok(Self::assemble(Kind::Difference, self.parts.clone()))
            }
            _ => self.sum(other),
        }
    }

    fn sum(&self, other: &Self) -> Result<Self, Mismatch> {
        let shares =
            |a: Kind, b: Kind| a == Kind::Percent && matches!(b, Kind::Points | Kind::Difference);
        if self.same_parts(other) && shares(self.kind, other.kind) {
            return Ok(self.clone());
        }
        if self.same_parts(other) && shares(other.kind, self.kind) {
            return Ok(other.clone());
        }
        self.compare(other)?;
        if self.is_unstated() || (self.kind == Kind::Ratio && other.kind != Kind::Unstated) {
            return Ok(other.clone());
        }
        let mixed = self.is_thing() && self.label != other.label && !other.is_unstated();
        Ok(if mixed { things::common_thing(self, &self.parts) } else { self.clone() })
    }

    /// Whether values of the two units may be compared.
    ///
    /// # Errors
    ///
    /// Both labels, if they may not.
    pub fn compare(&self, other: &Self) -> Result<(), Mismatch> {
        let fits = match (self.kind, other.kind) {
            (Kind::Date, kind) | (kind, Kind::Date) => kind == Kind::Date && self.is_date(),
            // A bare 3 may be 3 persons, but 3 of what compared with 3 % or 3 years?
            (Kind::Unstated, _) | (_, Kind::Unstated) => {
                self.kind == other.kind || (self.factor == 1 && other.factor == 1)
            }
            (Kind::Percent, Kind::Points) | (Kind::Points, Kind::Percent) => false,
            (Kind::Plain, Kind::Plain) => {
                self.label != "date as a factor" && self.same_parts(other)
            }
            _ => self.same_parts(other),
        };
        if fits { Ok(()) } else { Err(self.mismatch(other)) }
    }

    fn same_parts(&self, other: &Self) -> bool {
        let powers = |unit: &Self| {
            let mut all: Vec<_> =
                unit.parts.iter().map(|p| (p.dimension.clone(), p.power)).collect();
            all.sort();
            all
        };
        powers(self) == powers(other)
    }

    fn mismatch(&self, other: &Self) -> Mismatch {
        let name = |unit: &Self| {
            if unit.label.is_empty() { "no unit".to_owned() } else { unit.label.clone() }
        };
        Mismatch(name(self), name(other))
    }
}
