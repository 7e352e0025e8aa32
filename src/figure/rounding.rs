//! The one place that knows the rules of rounding.

use crate::interval::{End, Interval};
use crate::number::Number;

/// How the figures of a report were rounded.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Convention {
    /// Not said: both ends are kept, the widest reading.
    #[default]
    Unknown,
    /// To the nearest; a tie goes up, which [`Ties`] defines for negatives.
    HalfUp,
    /// To the nearest; a tie goes to the even last digit.
    HalfEven,
    /// To the nearest; a tie goes down, which [`Ties`] defines for negatives.
    HalfDown,
    /// Truncated: toward zero.
    Down,
    /// Away from zero.
    Up,
    /// Toward −∞.
    Floor,
    /// Toward +∞.
    Ceiling,
    /// Not rounded at all: the figure is the value.
    Exact,
}

impl Convention {
    /// The name by which a claims file declares it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::HalfUp => "half-up",
            Self::HalfEven => "half-even",
            Self::HalfDown => "half-down",
            Self::Down => "down",
            Self::Up => "up",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
            Self::Exact => "exact",
        }
    }
}

/// Where ties of negative numbers go under [`Convention::HalfUp`] and [`Convention::HalfDown`].
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// Mirrored at zero: half-up is away from zero, half-down toward it.
    #[default]
    Mirrored,
    /// Along the line: half-up is toward +∞, half-down toward −∞.
    TowardPlus,
}

/// Which places of a figure the rounding may have reached.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Half a unit of the last printed digit.
    Narrow,
    /// Half a unit of the last digit that is not zero.
    Wide,
}

/// The values that print as `at` when rounded to multiples of `unit`.
///
/// The ends are included or not as the convention says; under [`Convention::Unknown`] both are.
pub fn rounding_interval(
    at: &Number,
    unit: &Number,
    convention: Convention,
    ties: Ties,
) -> Interval {
    use Convention as C;
    let unit = unit.abs();
    if unit.is_zero() {
        return Interval::point(at.clone());
    }
    let half = &unit * &Number::ratio(1, 2);
    let sign = if at.is_zero() { 0 } else { 1 - 2 * i8::from(at.is_negative()) };
    let even = || (at / &unit).is_even();
    // How far the values reach below and above, and whether those ends belong to them.
    let (below, lo, above, hi) = match (convention, ties, sign) {
        (C::Exact, ..) | (C::Up, _, 0) => return Interval::point(at.clone()),
        (C::Unknown, ..) | (C::HalfDown, Ties::Mirrored, 0) => (&half, true, &half, true),
        (C::HalfEven, ..) => (&half, even(), &half, even()),
        (C::HalfUp, Ties::Mirrored, 0) => (&half, false, &half, false),
        (C::HalfUp, Ties::TowardPlus, _)
        | (C::HalfUp, Ties::Mirrored, 1)
        | (C::HalfDown, Ties::Mirrored, -1) => (&half, true, &half, false),
        (C::HalfUp | C::HalfDown, ..) => (&half, false, &half, true),
        (C::Down, _, 0) => (&unit, false, &unit, false),
        (C::Floor, ..) | (C::Down, _, 1) | (C::Up, _, -1) => (&Number::zero(), true, &unit, false),
        (C::Ceiling | C::Down | C::Up, ..) => (&unit, false, &Number::zero(), true),
    };
    let lo = End { at: at - below, closed: lo };
    let hi = End { at: at + above, closed: hi };
    Interval::new(Some(lo), Some(hi)).unwrap_or_else(|| Interval::point(at.clone()))
}

/// The values as which `value` may be printed when rounded to multiples of `unit`: one, or the
/// two neighbours of a tie under [`Convention::Unknown`].
pub fn round_to(value: &Number, unit: &Number, convention: Convention, ties: Ties) -> Vec<Number> {
    use std::cmp::Ordering;
    let unit = unit.abs();
    let Some(steps) = value.checked_div(&unit) else {
        return vec![value.clone()];
    };
    if convention == Convention::Exact || steps.is_integer() {
        return vec![value.clone()];
    }
    let low = steps.floor();
    let high = &low + &Number::one();
    let negative = value.is_negative();
    let nearest = (&steps - &low).cmp(&Number::ratio(1, 2));
    let mirrored = ties == Ties::Mirrored;
    let up = match (convention, nearest) {
        (Convention::Down, _) => negative,
        (Convention::Up, _) => !negative,
        (Convention::Floor, _) => false,
        (Convention::Ceiling, _) => true,
        (_, Ordering::Less) => false,
        (_, Ordering::Greater) => true,
        (Convention::HalfUp, _) => !(mirrored && negative),
        (Convention::HalfDown, _) => mirrored && negative,
        (Convention::HalfEven, _) => high.is_even(),
        (Convention::Unknown | Convention::Exact, _) => return vec![&low * &unit, &high * &unit],
    };
    vec![&(if up { high } else { low }) * &unit]
}
