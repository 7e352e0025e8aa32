//! Writes numbers and sets for people.

use super::date;
use super::style::group_digits;
use super::unit::Unit;
use crate::interval::{End, Interval};
use crate::number::{Number, Toward};

/// Decimals up to which a number is written exactly, and digits it is shortened to otherwise.
const PLACES: usize = 6;

/// A number whose first digit stands further right than this many decimals is written with a
/// power of ten: its zeros could not be counted by eye.
const ZEROS: i32 = 9;

/// A number in grouped digits: exact if it has at most six decimals, otherwise with six
/// significant digits, shortened in the direction given; a very small one as `2.07×10^−25`.
/// With a true minus sign.
pub fn show_number(number: &Number, toward: Toward) -> String {
    if !number.is_zero() && number.magnitude() < -ZEROS {
        return show_small(number, toward);
    }
    let places = number.decimals(PLACES).unwrap_or_else(|| {
        let places = PLACES as i32 - 1 - number.magnitude();
        usize::try_from(places).unwrap_or(0)
    });
    group_digits(&number.to_decimal(places, toward)).replacen('-', "−", 1)
}

/// A number next to nothing as digits and a power of ten, shortened to six significant digits.
fn show_small(number: &Number, toward: Toward) -> String {
    let power = number.magnitude();
    let front = number * &Number::pow10(-power);
    let places = front.decimals(PLACES - 1).unwrap_or(PLACES - 1);
    let digits = front.to_decimal(places, toward).replacen('-', "−", 1);
    format!("{digits}×10^−{}", power.unsigned_abs())
}

/// A set in base units, in a displayed unit and perhaps a scale with its name.
pub(super) fn set(set: &Interval, unit: &Unit, scale: Option<(&Number, &str)>) -> String {
    let size = scale.map_or_else(|| unit.factor().clone(), |(size, _)| size * unit.factor());
    let number = |end: &End, toward: Toward| {
        if unit.is_date() { date::show(&end.at) } else { show_number(&(&end.at / &size), toward) }
    };
    let text = match (set.lo(), set.hi()) {
        (Some(only), _) if set.as_point().is_some() => number(only, Toward::Nearest),
        (lo, hi) => {
            let lo = lo.map_or("(−∞".to_owned(), |end| {
                format!("{}{}", if end.closed { '[' } else { '(' }, number(end, Toward::Floor))
            });
            let hi = hi.map_or("∞)".to_owned(), |end| {
                format!("{}{}", number(end, Toward::Ceiling), if end.closed { ']' } else { ')' })
            });
            format!("{lo}, {hi}")
        }
    };
    let name = scale.map(|(_, name)| name);
    if unit.is_date() { text } else { spaced(&text, unit, name) }
}

/// Digits with a scale and a unit: `41 %`, `105 million USD`.
pub(super) fn spaced(digits: &str, unit: &Unit, scale: Option<&str>) -> String {
    let plural = ["points", "years", "months", "weeks", "days", "hours", "minutes", "persons"];
    let label = unit.label();
    let one = scale.is_none() && ["1", "−1"].contains(&digits) && plural.contains(&label);
    let label = if one { label.trim_end_matches('s') } else { label };
    let words = [Some(digits), scale, Some(label)];
    let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The same as a figure would be printed: `41%`.
pub(super) fn as_printed(digits: &str, unit: &Unit, scale: Option<&str>) -> String {
    let text = spaced(digits, unit, scale);
    let share = unit.label().starts_with(['%', '‰']) && scale.is_none();
    if share { text.replacen(' ', "", 1) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, toward: Toward) -> String {
        show_number(&Number::parse(text).unwrap(), toward)
    }

    #[test]
    fn very_small_numbers_have_a_power_of_ten() {
        assert_eq!(shown("0.000000000000000000000000207", Toward::Nearest), "2.07×10^−25");
        assert_eq!(shown("-0.00000000025", Toward::Nearest), "−2.5×10^−10");
        assert_eq!(shown("0.000000001", Toward::Nearest), "0.00000000100000");
        assert_eq!(shown("0.00000000012345678", Toward::Floor), "1.23456×10^−10");
        assert_eq!(shown("0.00000000012345678", Toward::Ceiling), "1.23457×10^−10");
        assert_eq!(shown("0", Toward::Nearest), "0");
    }
}
