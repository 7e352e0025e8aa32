//! Calendar days in whole numbers: as `figure::date` counts them, in one step.

use super::span::Span;

/// The days of a date in figures, `2021-07-19`, `2021-07` or, if `years`, `2021`, since 1970.
pub(super) fn read(text: &str, years: bool) -> Option<Span> {
    let digits = |from: usize, to: usize| {
        let bytes = text.as_bytes().get(from..to)?;
        bytes.iter().try_fold(0i64, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
        })
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let year = digits(0, 4).filter(|year| *year > 0)?;
    let (first, last) = match text.len() {
        4 if years => ((1, 1), (12, 31)),
        7 if dash(4) => {
            let month = digits(5, 7).filter(|month| (1..=12).contains(month))?;
            ((month, 1), (month, last_day(year, month)))
        }
        10 if dash(4) && dash(7) => {
            let month = digits(5, 7).filter(|month| (1..=12).contains(month))?;
            let day = digits(8, 10).filter(|day| (1..=last_day(year, month)).contains(day))?;
            ((month, day), (month, day))
        }
        _ => return None,
    };
    let number = |(month, day)| i128::from(days(year, month, day));
    Some(Span { lo: number(first), hi: number(last), den: 1 })
}

/// The time between two days as a fraction of months, counted in steps of so many.
pub(super) fn elapsed(from: i128, to: i128, step: i64) -> Option<(i128, i128)> {
    let (from, to) = (i64::try_from(from).ok()?, i64::try_from(to).ok()?);
    let (start, end) = (civil(from)?, civil(to)?);
    let months = |(year, month, _): (i64, i64, i64)| year * 12 + month;
    let mut whole = (months(end) - months(start)).div_euclid(step);
    let after = |steps: i64| later(start, steps * step);
    let (mut at, mut next) = (after(whole)?, after(whole + 1)?);
    while at > to {
        whole -= 1;
        (at, next) = (after(whole)?, at);
    }
    while next <= to {
        whole += 1;
        (at, next) = (next, after(whole + 1)?);
    }
    let (year, gone) = (i128::from(next - at), i128::from(to - at));
    Some(((i128::from(whole) * year + gone) * i128::from(step), year))
}

/// The day that many months later. The 31st becomes the last day of a shorter month.
fn later((year, month, day): (i64, i64, i64), months: i64) -> Option<i64> {
    let count = year * 12 + month - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let known = (1..=9999).contains(&year);
    known.then(|| days(year, month, day.min(last_day(year, month))))
}

fn last_day(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a day. The year is taken to begin in March, so that a leap day is its last; 400
/// years have 146 097 days, and 1970 began 719 468 days after the first of March of the year 0.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day; `None` outside of the years that dates can have.
fn civil(number: i64) -> Option<(i64, i64, i64)> {
    let known = (days(1, 1, 1)..=days(9999, 12, 31)).contains(&number);
    known.then_some(())?;
    let number = number + 719_468;
    let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    Some((year + era * 400 + i64::from(month <= 2), month, day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::figure::{Figure, Style, Terms, Unit, date};
    use crate::number::Number;

    proptest! {
        #[test]
        fn dates_are_those_of_the_calendar(year in 1i64..10_000, month in 0i64..14, day in 0i64..33) {
            for text in [
                format!("{year:04}-{month:02}-{day:02}"),
                format!("{year:04}-{month:02}"),
                format!("{year:04}"),
            ] {
                let figure = Figure::read(&text, Style::Inferred, Some(&Unit::date())).ok();
                let set = figure.map(|figure| figure.rungs(&Terms::default()).swap_remove(0).set);
                prop_assert_eq!(read(&text, true), set.and_then(|set| Span::of(&set)), "{}", text);
            }
        }

        #[test]
        fn time_goes_by_as_elsewhere(from in -700_000i64..2_900_000, length in -90_000i64..90_000) {
            let to = from + length;
            for (step, unit) in [(12, Unit::years()), (1, Unit::months())] {
                let Some((over, under)) = elapsed(from.into(), to.into(), step) else { continue };
                let full = date::elapsed(&Number::from(from), &Number::from(to), &unit);
                let quick = Number::from(i64::try_from(over).unwrap());
                prop_assert_eq!(quick.checked_div(&Number::from(i64::try_from(under).unwrap())), Some(full));
            }
            prop_assert!(civil(from).is_none_or(|(y, m, d)| days(y, m, d) == from));
        }
    }
}
