//! Calendar days and the exact time between them.
//!
//! A date is the number of days since 1970-01-01, in the Gregorian calendar of every century.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::unit::Unit;
use crate::number::Number;

/// The day number of a civil date; `None` if there is no such day.
pub fn days(year: i64, month: i64, day: i64) -> Option<Number> {
    let year = i16::try_from(year).ok()?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(number(date))
}

/// How many days a month has; `None` if there is no such month.
pub fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    Some(i64::from(first.days_in_month()))
}

/// The date as `2021-07-19`, without the time of a day that is not whole.
pub fn show(days: &Number) -> String {
    match civil(days) {
        Some((date, _)) => date.to_string(),
        None => format!("day {}", days.floor()),
    }
}

/// The time from one date to another, in base units of `unit`.
///
/// For years and months the whole ones since the first date, and of the running one the exact
/// fraction of its days; negative if `to` is before `from`. Never falls when `to` moves later,
/// never rises when `from` does.
pub fn elapsed(from: &Number, to: &Number, unit: &Unit) -> Number {
    let Some(step) = months_in_step(unit) else {
        return to - from;
    };
    exact_elapsed(from, to, step).unwrap_or_else(|| &(to - from) / &average_month())
}

/// The date that lies `amount`, in base units of `unit`, after `date`: the inverse of [`elapsed`].
pub fn add_duration(date: &Number, amount: &Number, unit: &Unit) -> Number {
    let Some(step) = months_in_step(unit) else {
        return date + amount;
    };
    let exact = || {
        let steps = amount / &Number::from(step);
        let whole = steps.floor();
        let (at, next) = anniversaries(date, whole.to_i64()?, step)?;
        Some(&at + &(&(&next - &at) * &(&steps - &whole)))
    };
    exact().unwrap_or_else(|| date + &(amount * &average_month()))
}

/// Twelve for years, one for months; `None` for what is counted in days.
pub fn months_in_step(unit: &Unit) -> Option<i64> {
    if !unit.is_in_months() {
        return None;
    }
    Some(if unit.factor().is_integer() && *unit.factor() >= 12 { 12 } else { 1 })
}

fn exact_elapsed(from: &Number, to: &Number, step: i64) -> Option<Number> {
    let (start, _) = civil(from)?;
    let (end, _) = civil(to)?;
    let months = |d: Date| i64::from(d.year()) * 12 + i64::from(d.month());
    let mut whole = (months(end) - months(start)).div_euclid(step);
    // The estimate is at most one step from the last anniversary not after `to`.
    let (mut at, mut next) = anniversaries(from, whole, step)?;
    while at > *to {
        whole -= 1;
        (at, next) = anniversaries(from, whole, step)?;
    }
    while next <= *to {
        whole += 1;
        (at, next) = anniversaries(from, whole, step)?;
    }
    let running = &(to - &at) / &(&next - &at);
    Some((Number::from(whole) + running) * Number::from(step))
}

/// The anniversary `count` steps after `from`, and the one after it. The 31st becomes the last day
/// of a shorter month.
fn anniversaries(from: &Number, count: i64, step: i64) -> Option<(Number, Number)> {
    let (start, time) = civil(from)?;
    let after = |count: i64| {
        let months = i32::try_from(count.checked_mul(step)?).ok()?;
        let span = jiff::Span::new().try_months(months).ok()?;
        Some(number(start.checked_add(span).ok()?) + time.clone())
    };
    Some((after(count)?, after(count + 1)?))
}

/// The civil date of a day number, and the part of the day that has passed.
pub(super) fn civil(days: &Number) -> Option<(Date, Number)> {
    let whole = days.floor();
    let span = i32::try_from(whole.to_i64()?).ok()?;
    if span.abs() > 7_000_000 {
        return None;
    }
    let date = date(1970, 1, 1).checked_add(span.days()).ok()?;
    Some((date, days - &whole))
}

fn number(day: Date) -> Number {
    let since = day.since(date(1970, 1, 1));
    Number::from(since.map_or(0, |span| i64::from(span.get_days())))
}

/// Used only beyond the years a calendar is kept for.
fn average_month() -> Number {
    Number::ratio(146_097, 4_800)
}
