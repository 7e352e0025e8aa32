//! A date as precise as it was printed, and the days it covers.

use std::fmt;

use super::date;
use crate::interval::Interval;
use crate::number::Number;

/// A date as precise as it was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Calendar {
    pub year: i64,
    pub within: Within,
    pub part: Option<Third>,
    /// Printed in figures only: 2021-07-19.
    pub iso: bool,
}

/// How much of the calendar is named beside the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Decade,
    Year,
    Half(i64),
    Quarter(i64),
    Month(i64),
    Day(i64, i64),
}

/// Early, mid or late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Third {
    Early,
    Mid,
    Late,
}

/// The words for the parts of a month, a year or a decade.
pub(super) const THIRDS: &[(&str, Third)] = &[
    ("early", Third::Early),
    ("start", Third::Early),
    ("beginning", Third::Early),
    ("mid", Third::Mid),
    ("middle", Third::Mid),
    ("late", Third::Late),
    ("end", Third::Late),
];

const FULL_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Calendar {
    /// Itself, if the calendar has such a date and it can have the part named.
    pub fn checked(self) -> Option<Self> {
        let splits = matches!(self.within, Within::Decade | Within::Year | Within::Month(_));
        let there = (1..=9999).contains(&self.year) && self.bounds().is_some();
        (there && (splits || self.part.is_none())).then_some(self)
    }

    /// The first and last day.
    fn bounds(&self) -> Option<(Number, Number)> {
        let year = self.year;
        let months = |from: i64, to: i64| {
            Some((
                date::days(year, from, 1)?,
                date::days(year, to, date::days_in_month(year, to)?)?,
            ))
        };
        match (self.within, self.part) {
            (Within::Decade, part) => {
                let (from, to) = match part {
                    None => (0, 9),
                    Some(Third::Early) => (0, 3),
                    Some(Third::Mid) => (4, 6),
                    Some(Third::Late) => (7, 9),
                };
                Some((date::days(year + from, 1, 1)?, date::days(year + to, 12, 31)?))
            }
            (Within::Year, None) => months(1, 12),
            (Within::Year, Some(Third::Early)) => months(1, 4),
            (Within::Year, Some(Third::Mid)) => months(5, 8),
            (Within::Year, Some(Third::Late)) => months(9, 12),
            (Within::Half(half), _) => months(half * 6 - 5, half * 6),
            (Within::Quarter(quarter), _) => months(quarter * 3 - 2, quarter * 3),
            (Within::Month(month), part) => {
                let last = date::days_in_month(year, month)?;
                let (from, to) = match part {
                    None => (1, last),
                    Some(Third::Early) => (1, 10),
                    Some(Third::Mid) => (11, 20),
                    Some(Third::Late) => (21, last),
                };
                Some((date::days(year, month, from)?, date::days(year, month, to)?))
            }
            (Within::Day(month, day), _) => {
                let day = date::days(year, month, day)?;
                Some((day.clone(), day))
            }
        }
    }

    /// Its first day.
    pub fn first(&self) -> Option<Number> {
        self.bounds().map(|(first, _)| first)
    }

    /// All its days, both ends included.
    pub fn set(&self) -> Interval {
        self.bounds().map_or_else(Interval::all, |(first, last)| Interval::closed(first, last))
    }

    /// The day, if it is just one.
    pub fn day(&self) -> Option<Number> {
        self.set().as_point().cloned()
    }

    /// Later by days, months, quarters, years or decades, whichever it names.
    pub fn step(&self, steps: i64) -> Option<Self> {
        let by_months = |size: i64, month: i64| {
            let months = (self.year * 12 + month - 1).checked_add(steps.checked_mul(size)?)?;
            Some((months.div_euclid(12), months.rem_euclid(12) + 1))
        };
        let (year, within) = match self.within {
            Within::Decade => (self.year.checked_add(steps.checked_mul(10)?)?, Within::Decade),
            Within::Year => (self.year.checked_add(steps)?, Within::Year),
            Within::Half(half) => {
                let (year, month) = by_months(6, half * 6 - 5)?;
                (year, Within::Half((month + 5) / 6))
            }
            Within::Quarter(quarter) => {
                let (year, month) = by_months(3, quarter * 3 - 2)?;
                (year, Within::Quarter((month + 2) / 3))
            }
            Within::Month(month) => {
                let (year, month) = by_months(1, month)?;
                (year, Within::Month(month))
            }
            Within::Day(..) => {
                let (day, _) = date::civil(&(self.first()? + Number::from(steps)))?;
                (i64::from(day.year()), Within::Day(i64::from(day.month()), i64::from(day.day())))
            }
        };
        Self { year, within, ..self.clone() }.checked()
    }

    /// The same kind of date with other numbers, if there is such a date.
    pub fn with(&self, year: i64, month: Option<i64>, day: Option<i64>) -> Option<Self> {
        let within = match (self.within, month, day) {
            (Within::Day(m, d), _, _) => Within::Day(month.unwrap_or(m), day.unwrap_or(d)),
            (Within::Month(m), _, _) => Within::Month(month.unwrap_or(m)),
            (within, _, _) => within,
        };
        Self { year, within, ..self.clone() }.checked()
    }

    /// Month and day, for a single day.
    pub fn month_and_day(&self) -> Option<(i64, i64)> {
        match self.within {
            Within::Day(month, day) => Some((month, day)),
            _ => None,
        }
    }
}

/// As printed, or in the same words for another date.
impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            None => "",
            Some(Third::Early) => "early ",
            Some(Third::Mid) => "mid-",
            Some(Third::Late) => "late ",
        };
        let year = self.year;
        let name =
            |month: i64| FULL_MONTHS.get(usize::try_from(month - 1).unwrap_or(12)).unwrap_or(&"");
        match self.within {
            Within::Decade if part.is_empty() => write!(f, "the {year}s"),
            Within::Decade => write!(f, "{part}{year}s"),
            Within::Year => write!(f, "{part}{year}"),
            Within::Half(half) => write!(f, "H{half} {year}"),
            Within::Quarter(quarter) => write!(f, "Q{quarter} {year}"),
            Within::Month(month) if self.iso => write!(f, "{year:04}-{month:02}"),
            Within::Month(month) => write!(f, "{part}{} {year}", name(month)),
            Within::Day(month, day) if self.iso => write!(f, "{year:04}-{month:02}-{day:02}"),
            Within::Day(month, day) => write!(f, "{day} {} {year}", name(month)),
        }
    }
}
