//! From aggregates to the answer, with the bound on its error.

use polars::prelude::*;

use super::lower::Tree;
use crate::interval::Interval;
use crate::number::Number;

/// The relative error that is granted to what Polars computes as a whole in floating point, such
/// as a query of its own. What is added, divided, rounded, and the spread of values have bounds
/// that hold; of other functions nothing is known but that two ways of computing them agree this
/// far, and more is granted where they agree less.
const BOUND: f64 = 1e-9;
/// How much further off the true value may be than two computed ones are from each other.
const APART: f64 = 64.0;

/// What an aggregate came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Missing,
    /// A whole number over ten to the power of the scale.
    Whole(i128, u32),
    Float(f64),
}

impl Cell {
    pub(super) fn read(value: &AnyValue) -> Result<Self, String> {
        match value {
            AnyValue::Null => Ok(Self::Missing),
            AnyValue::Boolean(yes) => Ok(Self::Whole(i128::from(*yes), 0)),
            AnyValue::Decimal(whole, _, scale) => Ok(Self::Whole(*whole, *scale as u32)),
            AnyValue::Float64(float) => Ok(Self::Float(*float)),
            AnyValue::Float32(float) => Ok(Self::Float(f64::from(*float))),
            value if value.is_integer() => {
                let whole = value.extract::<i128>().ok_or("a number is too large")?;
                Ok(Self::Whole(whole, 0))
            }
            other => Err(format!("gives {other}, not a number")),
        }
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Missing, other) | (other, Self::Missing) => other,
            (Self::Whole(a, scale), Self::Whole(b, _)) => Self::Whole(a.checked_add(b)?, scale),
            (Self::Float(a), Self::Float(b)) => Self::Float(a + b),
            _ => return None,
        })
    }

    /// The lesser of both.
    pub(super) fn least(self, other: Self, greatest: bool) -> Self {
        let above = match (self, other) {
            (Self::Missing, other) | (other, Self::Missing) => return other,
            (Self::Whole(a, _), Self::Whole(b, _)) => a > b,
            (Self::Float(a), Self::Float(b)) => a > b,
            _ => false,
        };
        if above == greatest { self } else { other }
    }
}

/// A value and the most it may be wrong by.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub value: Number,
    pub error: Number,
}

/// Why there is no answer.
pub(super) enum Gone {
    NoRows,
    /// It is infinite or not a number.
    NotFinite(f64),
    Other(String),
}

/// Works out the arithmetic over the aggregates.
pub(super) fn work_out(tree: &Tree, cells: &[Cell]) -> Result<Near, Gone> {
    let exact = |value| Ok(Near { value, error: Number::zero() });
    let at = |leaf: usize| cells.get(leaf).copied().unwrap_or(Cell::Missing);
    match tree {
        Tree::Exact(number) => exact(number.clone()),
        Tree::Rows(leaf) => match at(*leaf) {
            Cell::Missing => exact(Number::zero()),
            cell => value(cell, 0),
        },
        Tree::Value { leaf, scale } => value(at(*leaf), *scale),
        Tree::Sum { total, magnitude, rows, scale, steps, zero } => {
            let rows = count(at(*rows));
            if rows == 0 {
                return if *zero { exact(Number::zero()) } else { Err(Gone::NoRows) };
            }
            let size = match magnitude.map(at) {
                Some(Cell::Float(size)) => size,
                _ => 0.0,
            };
            let total = at(*total);
            let limit = match total {
                Cell::Whole(_, scale @ 1..) => 9e37 / 10f64.powi(scale as i32),
                Cell::Whole(..) => 9e18,
                _ => f64::INFINITY,
            };
            if size > limit {
                return Err(Gone::Other("the sum overflows: it has too many digits".into()));
            }
            let mut near = value(total, *scale)?;
            if let Cell::Float(_) = total {
                // Each of n additions is wrong by at most 2⁻⁵³ of what was summed before it.
                let unit = Number::ratio(1, 1 << 53);
                let size = finite(size)? * Number::ratio(1_001, 1_000);
                near.error = Number::from(rows.saturating_add(i64::from(*steps) + 4)) * unit * size;
            }
            Ok(near)
        }
        Tree::Quantile { low, high, rows, at: probability, scale } => {
            let rows = count(at(*rows));
            if rows == 0 {
                return Err(Gone::NoRows);
            }
            let place = Number::from(rows - 1) * probability.clone();
            let part = Near { value: &place - &place.floor(), error: Number::zero() };
            let (low, high) = (value(at(*low), *scale)?, value(at(*high), *scale)?);
            Ok(plus(&low, &times(&plus(&high, &minus(&low)), &part)))
        }
        Tree::Op(left, op, right) => {
            let (a, b) = (work_out(left, cells)?, work_out(right, cells)?);
            match op {
                Operator::Plus => Ok(plus(&a, &b)),
                Operator::Minus => Ok(plus(&a, &minus(&b))),
                Operator::Multiply => Ok(times(&a, &b)),
                _ => divide(&a, &b),
            }
        }
    }
}

fn count(cell: Cell) -> i64 {
    match cell {
        Cell::Whole(rows, _) => i64::try_from(rows).unwrap_or(i64::MAX),
        _ => 0,
    }
}

fn finite(float: f64) -> Result<Number, Gone> {
    Number::from_f64(float).ok_or(Gone::NotFinite(float))
}

/// A cell as a number. A float stands for what it was written from, half a unit away at most.
fn value(cell: Cell, scale: u32) -> Result<Near, Gone> {
    match cell {
        Cell::Missing => Err(Gone::NoRows),
        Cell::Whole(whole, own) => {
            let number = Number::decimal(&whole.to_string());
            let number = number.ok_or_else(|| Gone::Other("is too large".into()))?;
            let value = number * Number::pow10(-((scale + own) as i32));
            Ok(Near { value, error: Number::zero() })
        }
        Cell::Float(float) => {
            let value = finite(float)?;
            let error = value.abs() * Number::ratio(1, 1 << 53);
            Ok(Near { value, error })
        }
    }
}

fn plus(a: &Near, b: &Near) -> Near {
    Near { value: &a.value + &b.value, error: &a.error + &b.error }
}

fn minus(a: &Near) -> Near {
    Near { value: -&a.value, error: a.error.clone() }
}

fn times(a: &Near, b: &Near) -> Near {
    let error =
        &(&(&a.value.abs() * &b.error) + &(&b.value.abs() * &a.error)) + &(&a.error * &b.error);
    Near { value: &a.value * &b.value, error }
}

fn divide(a: &Near, b: &Near) -> Result<Near, Gone> {
    let zero = || Gone::Other("divides by zero".into());
    let value = a.value.checked_div(&b.value).ok_or_else(zero)?;
    let least = &b.value.abs() - &b.error;
    if least <= Number::zero() {
        return Err(zero());
    }
    let error = &(&a.error + &(&value.abs() * &b.error)) / &least;
    Ok(Near { value, error })
}

/// A number that Polars computed as a whole, and the same from whole numbers read as floating
/// point and rows in the other order.
pub(super) fn whole(cell: Cell, again: Cell) -> Result<Near, Gone> {
    let near = value(cell, 0)?;
    let again = value(again, 0)?.value;
    let apart = (&near.value - &again).abs();
    let granted = near.value.abs() * Number::from_f64(BOUND).unwrap_or_else(Number::zero);
    let most = match cell {
        // Far from any figure that could be printed from either.
        Cell::Float(_) => &granted * &Number::from(1000),
        _ => granted.clone(),
    };
    if apart > most {
        let again = again.to_decimal(6, crate::number::Toward::Nearest);
        return Err(Gone::Other(format!(
            "it gives {again} where rows come in another order and whole numbers are read as \
             floating point; it may have too many digits on the way, or turn on the order"
        )));
    }
    // What comes out whole is right, as the other way of computing it cannot run over.
    if !matches!(cell, Cell::Float(_)) {
        return Ok(near);
    }
    Ok(Near { error: granted.max(apart * finite(APART)?), ..near })
}

/// What is done with the outcome of aggregates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outer {
    Abs,
    Ceil,
    Floor,
    /// To so many decimals; a half may go either way.
    Round(u32),
    Sqrt,
}

impl Outer {
    /// Does it, with all that the error may do to it.
    pub(super) fn apply(self, near: Near) -> Result<Near, Gone> {
        let (low, high) = (&near.value - &near.error, &near.value + &near.error);
        let between = |low: Number, high: Number| {
            let half = Number::ratio(1, 2);
            Near { value: &(&low + &high) * &half, error: &(&high - &low) * &half }
        };
        Ok(match self {
            Self::Abs => {
                let value = near.value.abs();
                Near { value, ..near }
            }
            Self::Ceil => between(low.ceil(), high.ceil()),
            Self::Floor => between(low.floor(), high.floor()),
            Self::Round(decimals) => {
                let grain = Number::pow10(-(decimals as i32));
                let half = Number::ratio(1, 2);
                let down = (&(&low / &grain) - &half).ceil();
                let up = (&(&high / &grain) + &half).floor();
                between(&down * &grain, &up * &grain)
            }
            Self::Sqrt => {
                if high.is_negative() {
                    return Err(Gone::Other("is the root of a negative number".into()));
                }
                let middle = root(&near.value);
                if low <= Number::zero() || middle.is_zero() {
                    // Above the root of the highest by far less than that is uncertain.
                    let top = root(&high) * Number::ratio(1_000_001, 1_000_000);
                    between(Number::zero(), top)
                } else {
                    // |√x − r| = |x − r²| ∕ (√x + r), for x anywhere in the range.
                    let off = (&near.value - &(&middle * &middle)).abs();
                    Near { error: &(&off + &near.error) / &middle, value: middle }
                }
            }
        })
    }
}

/// A number near the root of another that is not negative.
fn root(of: &Number) -> Number {
    let text = of.to_decimal(17, crate::number::Toward::Nearest);
    let number: f64 = text.parse().unwrap_or(0.0);
    Number::from_f64(number.sqrt()).unwrap_or_else(Number::zero)
}

/// The set of a value that is near another, and its bound in words. The last digits of a float
/// depend on the order of adding, which no two machines share: they are rounded off, well within
/// the bound.
pub(super) fn set(near: &Near) -> (Interval, Option<String>) {
    if near.error.is_zero() {
        return (Interval::point(near.value.clone()), None);
    }
    let grain = Number::pow10(near.error.magnitude() - 1);
    let mut error = (&near.error / &grain).ceil() * grain.clone();
    let center = (&near.value / &grain).round() * grain.clone();
    error = error + grain;
    // What comes out a hair beside a whole number is that number.
    let whole = near.value.round();
    let close = |a: &Number, b: &Number| {
        let float = |n: &Number| n.to_decimal(17, crate::number::Toward::Nearest).parse();
        let (Ok::<f64, _>(a), Ok::<f64, _>(b)) = (float(a), float(b)) else { return false };
        approx::relative_eq!(a, b, epsilon = 0.0, max_relative = BOUND)
    };
    let center =
        if close(&center, &whole) && (&center - &whole).abs() <= error { whole } else { center };
    let set = Interval::closed(&center - &error, &center + &error);
    let power = error.magnitude();
    let digits = (&error / &Number::pow10(power)).to_decimal(1, crate::number::Toward::Ceiling);
    (set, Some(format!("{digits}e{power}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_overflows_is_no_answer() {
        let tree =
            Tree::Sum { total: 0, magnitude: Some(1), rows: 2, scale: 0, steps: 0, zero: false };
        let cells = |size| [Cell::Whole(7, 0), Cell::Float(size), Cell::Whole(2, 0)];
        assert!(matches!(work_out(&tree, &cells(1.8e19)), Err(Gone::Other(_))));
        assert!(work_out(&tree, &cells(7.0)).is_ok_and(|near| near.value == 7));
    }

    fn near(value: &str, error: &str) -> Near {
        Near { value: Number::parse(value).unwrap(), error: Number::parse(error).unwrap() }
    }

    #[test]
    fn functions_keep_all_that_the_error_may_do() {
        let ends = |outer: Outer, value, error| {
            let Ok(near) = outer.apply(near(value, error)) else { panic!("{outer:?} {value}") };
            [&near.value - &near.error, &near.value + &near.error].map(|end| end.to_string())
        };
        assert_eq!(ends(Outer::Round(1), "4.75", "0"), ["4.7", "4.8"]);
        assert_eq!(ends(Outer::Round(1), "-4.75", "0"), ["-4.8", "-4.7"]);
        assert_eq!(ends(Outer::Round(0), "4.4", "0.2"), ["4", "5"]);
        assert_eq!(ends(Outer::Round(1), "4.72", "0.01"), ["4.7", "4.7"]);
        assert_eq!(ends(Outer::Floor, "2", "0.1"), ["1", "2"]);
        assert_eq!(ends(Outer::Ceil, "2", "0.1"), ["2", "3"]);
        assert_eq!(ends(Outer::Sqrt, "4", "0"), ["2", "2"]);
        // A variance that may be nothing has a root that may be nothing.
        let Ok(near_zero) = Outer::Sqrt.apply(near("0", "0.0001")) else { panic!() };
        let high = &near_zero.value + &near_zero.error;
        assert_eq!(near_zero.value, near_zero.error);
        let [least, most] = ["0.01", "0.0101"].map(|end| Number::parse(end).unwrap());
        assert!(least <= high && high < most, "{high}");
        assert!(Outer::Sqrt.apply(near("-1", "0.5")).is_err());
    }

    #[test]
    fn what_two_ways_of_computing_disagree_on_is_not_known_better() {
        let error = |first, again| {
            whole(Cell::Float(first), Cell::Float(again)).ok().map(|near| near.error)
        };
        let close = error(3.0, 3.0).expect("they agree");
        let apart = error(3.0, 3.000_000_001).expect("they nearly agree");
        assert!(close < apart && apart > Number::parse("0.00000006").unwrap(), "{close} {apart}");
        assert_eq!(error(3.0, 4.0), None);
        // Whole numbers wrap round where floating point does not.
        assert!(whole(Cell::Whole(-7, 0), Cell::Float(1.8e19)).is_err());
        assert!(whole(Cell::Whole(7, 0), Cell::Float(7.0)).is_ok_and(|near| near.error.is_zero()));
    }

    #[test]
    fn decimals_overflow_by_their_digits() {
        let tree =
            Tree::Sum { total: 0, magnitude: Some(1), rows: 2, scale: 0, steps: 0, zero: false };
        let cells = [Cell::Whole(7, 10), Cell::Float(1e28), Cell::Whole(2, 0)];
        assert!(matches!(work_out(&tree, &cells), Err(Gone::Other(_))));
    }
}
