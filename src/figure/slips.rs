//! Figures one likely slip of the hand away.

use std::fmt;

use super::calendar::Calendar;
use super::printed::Printed;
use super::{Figure, Shape};
use crate::number::Number;

/// How a figure may have gone wrong on its way to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slip {
    /// Two neighbouring digits stand in each other's place; of a date, day and month.
    Swapped,
    /// One digit is another.
    Changed,
    /// The other figure is ten times this one.
    TimesTen,
    /// The other figure is a tenth of this one.
    TenthOf,
    /// The sign is the other.
    Sign,
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Swapped => "two digits swapped",
            Self::Changed => "one digit changed",
            Self::TimesTen => "ten times",
            Self::TenthOf => "a tenth",
            Self::Sign => "the other sign",
        })
    }
}

pub(super) fn of(figure: &Figure) -> Vec<(Slip, Figure)> {
    match &figure.shape {
        Shape::Single(printed) => of_number(figure, printed),
        Shape::Date(calendar) => of_date(figure, calendar),
        _ => Vec::new(),
    }
}

fn of_number(figure: &Figure, printed: &Printed) -> Vec<(Slip, Figure)> {
    let places = printed.places();
    let mantissa = printed.value().abs() * Number::pow10(places as i32);
    let sign = Number::from(if printed.value().is_negative() { -1 } else { 1 });
    let mut others: Vec<(Slip, Number, usize)> = Vec::new();
    for (slip, digits) in digit_slips(&mantissa.to_string(), places + 1) {
        if let Some(number) = Number::decimal(&digits) {
            others.push((slip, number * Number::pow10(-(places as i32)) * sign.clone(), places));
        }
    }
    let value = printed.value();
    let tenth = value * &Number::ratio(1, 10);
    let tenth_places =
        if (value * &Number::pow10(places as i32 - 1)).is_integer() { places } else { places + 1 };
    others.push((Slip::TimesTen, value * &Number::from(10), places.saturating_sub(1)));
    others.push((Slip::TenthOf, tenth, tenth_places));
    others.push((Slip::Sign, -value, places));
    let mut slips: Vec<(Slip, Figure)> = Vec::new();
    let mut seen = vec![value.clone()];
    for (slip, number, places) in others {
        if seen.contains(&number) {
            continue;
        }
        seen.push(number.clone());
        if let Some(other) = printed.with_value(number, places) {
            slips.push((slip, figure.reprinted(other)));
        }
    }
    slips
}

/// All digits with two neighbours swapped, then with one changed. The first stays above zero if
/// more than `least` follow.
fn digit_slips(digits: &str, least: usize) -> Vec<(Slip, String)> {
    let digits: Vec<u8> = digits.bytes().collect();
    let mut slips = Vec::new();
    let mut add = |slip, changed: Vec<u8>| {
        let leading_zero = changed[0] == b'0' && changed.len() > least;
        if !leading_zero && changed != digits {
            slips.push((slip, changed.iter().map(|d| char::from(*d)).collect()));
        }
    };
    for i in 1..digits.len() {
        let mut swapped = digits.clone();
        swapped.swap(i - 1, i);
        add(Slip::Swapped, swapped);
    }
    for i in 0..digits.len() {
        for digit in b'0'..=b'9' {
            let mut changed = digits.clone();
            changed[i] = digit;
            add(Slip::Changed, changed);
        }
    }
    slips
}

fn of_date(figure: &Figure, calendar: &Calendar) -> Vec<(Slip, Figure)> {
    let year = calendar.year;
    let mut others: Vec<(Slip, Calendar)> = Vec::new();
    if let Some((month, day)) = calendar.month_and_day() {
        others
            .extend(calendar.with(year, Some(day), Some(month)).map(|date| (Slip::Swapped, date)));
    }
    let in_digits = |number: i64, width: usize| digit_slips(&format!("{number:0width$}"), 9);
    for (slip, digits) in in_digits(year, 4) {
        // A slip within the year gives another year of the same age of print.
        let year = digits.parse().ok().filter(|other: &i64| (year - other).abs() < 200);
        let changed = year.and_then(|year| calendar.with(year, None, None));
        others.extend(changed.map(|date| (slip, date)));
    }
    if let Some((_, day)) = calendar.month_and_day() {
        for (slip, digits) in in_digits(day, 2) {
            let changed = digits.parse().ok().and_then(|day| calendar.with(year, None, Some(day)));
            others.extend(changed.map(|date| (slip, date)));
        }
    }
    let mut seen = vec![calendar.clone()];
    let mut slips = Vec::new();
    for (slip, date) in others {
        if !seen.contains(&date) {
            seen.push(date.clone());
            slips.push((slip, figure.with(date.to_string(), Shape::Date(date))));
        }
    }
    slips
}
