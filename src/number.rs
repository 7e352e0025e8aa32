//! Exact rational numbers, read from digits and never from a float.
//!
//! Everything the core computes is a [`Number`]: there is no epsilon anywhere, and a verdict can
//! be recomputed by hand from the fractions it prints.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use dashu_int::ops::{Abs, BitTest};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

/// The most digits a printed number may have, and the largest power of ten one may be scaled by.
pub const MAX_DIGITS: usize = 60;

/// The most bits that a computed numerator or denominator may have: beyond what any report can
/// mean, and small enough that nothing takes long.
pub const MAX_BITS: usize = 4_096;

/// An exact rational number.
///
/// ```
/// use tieout::Number;
///
/// let third = Number::ratio(1, 3);
/// assert_eq!(third * Number::from(3), Number::from(1));
/// assert_eq!(Number::decimal("4499.5").unwrap().to_string(), "4499.5");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(RBig);

/// The direction in which a number is shortened for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// Down, toward −∞.
    Floor,
    /// Up, toward +∞.
    Ceiling,
    /// To the nearest, ties away from zero.
    Nearest,
}

impl Number {
    /// Zero.
    pub fn zero() -> Self {
        Self(RBig::ZERO)
    }

    /// One.
    pub fn one() -> Self {
        Self(RBig::ONE)
    }

    /// The fraction `numerator / denominator`.
    ///
    /// # Panics
    ///
    /// If `denominator` is zero; it is for constants of the code, never for what a user wrote.
    pub fn ratio(numerator: i64, denominator: u64) -> Self {
        Self(RBig::from_parts(numerator.into(), denominator.into()))
    }

    /// Ten to the power `exponent`, which is clamped to ±[`MAX_DIGITS`].
    pub fn pow10(exponent: i32) -> Self {
        let limit = MAX_DIGITS as i32;
        let exponent = exponent.clamp(-limit, limit);
        let power = UBig::from(10u8).pow(exponent.unsigned_abs() as usize);
        if exponent >= 0 { Self(power.into()) } else { Self(RBig::from_parts(IBig::ONE, power)) }
    }

    /// Reads plain decimal digits: an optional sign, digits, an optional `.` and digits.
    ///
    /// `None` for anything else, and for more than [`MAX_DIGITS`] digits.
    pub fn decimal(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all: String = [whole, fraction].concat();
        let plain = !all.is_empty() && all.bytes().all(|b| b.is_ascii_digit());
        if !plain || all.len() > MAX_DIGITS || digits.ends_with('.') {
            return None;
        }
        let mantissa: IBig = all.parse().ok()?;
        let mantissa = if negative { -mantissa } else { mantissa };
        Some(Self(RBig::from(mantissa)) * Self::pow10(-(fraction.len() as i32)))
    }

    /// Reads what [`Display`](fmt::Display) writes: decimal digits, or `numerator/denominator`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((over, under)) = text.split_once('/') else { return Self::decimal(text) };
        let whole = |digits: &str| {
            let plain = digits.strip_prefix('-').unwrap_or(digits).bytes();
            let fits = digits.len() <= MAX_BITS && plain.into_iter().all(|b| b.is_ascii_digit());
            let long = || fits.then(|| digits.parse::<IBig>().ok()).flatten();
            Self::decimal(digits).or_else(|| long().map(|n| Self(n.into())))
        };
        whole(over)?.checked_div(&whole(under)?)
    }

    /// The exact value of a binary float; `None` if it is not finite.
    pub fn from_f64(value: f64) -> Option<Self> {
        RBig::try_from(value).ok().map(Self)
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether this is below zero.
    pub fn is_negative(&self) -> bool {
        self.0 < RBig::ZERO
    }

    /// Whether this is a whole number.
    pub fn is_integer(&self) -> bool {
        self.0.is_int()
    }

    /// Whether this is a whole and even number.
    pub fn is_even(&self) -> bool {
        self.is_integer() && !self.0.numerator().bit(0)
    }

    /// The magnitude.
    pub fn abs(&self) -> Self {
        Self(self.0.clone().abs())
    }

    /// The greatest whole number not above this.
    pub fn floor(&self) -> Self {
        Self(self.0.floor().into())
    }

    /// The least whole number not below this.
    pub fn ceil(&self) -> Self {
        Self(self.0.ceil().into())
    }

    /// The nearest whole number, ties away from zero.
    pub fn round(&self) -> Self {
        Self(self.0.round().into())
    }

    /// Whether it takes no more than [`MAX_BITS`] to write above or below the fraction line.
    pub fn is_handy(&self) -> bool {
        self.0.numerator().bit_len().max(self.0.denominator().bit_len()) <= MAX_BITS
    }

    /// The value as an `i64`, if it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_integer() { i64::try_from(self.0.numerator().clone()).ok() } else { None }
    }

    /// Numerator and denominator in lowest terms, the second above zero; `None` if they do not fit.
    pub fn as_fraction(&self) -> Option<(i128, i128)> {
        let over = i128::try_from(self.0.numerator()).ok()?;
        Some((over, i128::try_from(self.0.denominator()).ok()?))
    }

    /// The quotient, or `None` when dividing by zero.
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() { None } else { Some(Self(&self.0 / &divisor.0)) }
    }

    /// This to a whole power. `None` for zero to a negative power, and when the result would need
    /// more than some [`MAX_BITS`].
    pub fn checked_pow(&self, exponent: i64) -> Option<Self> {
        let bits = self.0.numerator().bit_len().max(self.0.denominator().bit_len());
        let size = (bits as u64).checked_mul(exponent.unsigned_abs())?;
        if size > MAX_BITS as u64 {
            return None;
        }
        let undefined = self.is_zero() && exponent < 0;
        if undefined { None } else { Some(Self(self.0.pow(isize::try_from(exponent).ok()?))) }
    }

    /// How many decimals the number needs to be written exactly, up to `limit`; `None` if more.
    pub fn decimals(&self, limit: usize) -> Option<usize> {
        // As many as the greater of the powers of two and of five in the denominator, if there
        // is nothing else in it.
        let mut rest = self.0.denominator().clone();
        let twos = rest.trailing_zeros().unwrap_or(0);
        rest >>= twos;
        let five = UBig::from(5u8);
        let mut fives = 0;
        while !rest.is_one() {
            if fives > limit || !(&rest % &five).is_zero() {
                return None;
            }
            rest /= &five;
            fives += 1;
        }
        Some(twos.max(fives)).filter(|places| *places <= limit)
    }

    /// The power of ten of the leading digit: 3 for 4 500, −2 for 0.05. Zero for zero.
    pub fn magnitude(&self) -> i32 {
        if self.is_zero() {
            return 0;
        }
        let value = self.abs();
        // A bit is 0.30103 digits. The guess is near; the loops below make it exact.
        let digits = |bits: usize| i32::try_from(bits * 30_103 / 100_000).unwrap_or(i32::MAX);
        let mut power = digits(value.0.numerator().bit_len());
        power -= digits(value.0.denominator().bit_len());
        while wide_pow10(power) > value {
            power -= 1;
        }
        while wide_pow10(power + 1) <= value {
            power += 1;
        }
        power
    }

    /// The digits with exactly `places` decimals, shortened in the given direction.
    pub fn to_decimal(&self, places: usize, toward: Toward) -> String {
        let (negative, digits) = match self.scaled_small(places, toward) {
            Some(whole) => (whole < 0, whole.unsigned_abs().to_string()),
            None => {
                let scaled = self * &wide_pow10(places as i32);
                let whole = match toward {
                    Toward::Floor => scaled.floor(),
                    Toward::Ceiling => scaled.ceil(),
                    Toward::Nearest => scaled.round(),
                };
                (whole.is_negative(), whole.abs().0.numerator().to_string())
            }
        };
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (head, tail) = digits.split_at(digits.len() - places);
        let sign = if negative { "-" } else { "" };
        if places == 0 { format!("{sign}{head}") } else { format!("{sign}{head}.{tail}") }
    }
}

impl Number {
    /// This times ten to the `places`, shortened to a whole number, where 128 bits are enough:
    /// nearly every figure, and ten times faster.
    fn scaled_small(&self, places: usize, toward: Toward) -> Option<i128> {
        let (numerator, denominator) = self.as_fraction()?;
        let power = 10i128.checked_pow(u32::try_from(places).ok()?)?;
        let scaled = numerator.checked_mul(power)?;
        let (floor, rest) = (scaled.div_euclid(denominator), scaled.rem_euclid(denominator));
        let up = match toward {
            Toward::Floor => false,
            Toward::Ceiling => rest > 0,
            // Ties go away from zero.
            Toward::Nearest if floor < 0 => rest > denominator - rest,
            Toward::Nearest => rest >= denominator - rest && rest > 0,
        };
        Some(floor + i128::from(up))
    }
}

/// Ten to any power, for display only: a value on screen may be wider than a printed one.
fn wide_pow10(exponent: i32) -> Number {
    let power = UBig::from(10u8).pow(exponent.unsigned_abs() as usize);
    if exponent >= 0 { Number(power.into()) } else { Number(RBig::from_parts(IBig::ONE, power)) }
}

/// Decimal digits where they end, otherwise `numerator/denominator`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |places: &usize| *places + usize::try_from(self.magnitude()).unwrap_or(0);
        match self.decimals(MAX_DIGITS - 1).filter(|places| digits(places) < MAX_DIGITS) {
            Some(places) => f.write_str(&self.to_decimal(places, Toward::Nearest)),
            None => write!(f, "{}/{}", self.0.numerator(), self.0.denominator()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl PartialEq<i64> for Number {
    fn eq(&self, other: &i64) -> bool {
        self.0 == RBig::from(*other)
    }
}

impl PartialOrd<i64> for Number {
    fn partial_cmp(&self, other: &i64) -> Option<Ordering> {
        self.partial_cmp(&Self::from(*other))
    }
}

macro_rules! exact_operators {
    ($($name:ident :: $method:ident),*) => {$(
        impl $name for Number {
            type Output = Number;
            fn $method(self, other: Number) -> Number {
                Number($name::$method(self.0, other.0))
            }
        }
        impl $name for &Number {
            type Output = Number;
            fn $method(self, other: &Number) -> Number {
                Number($name::$method(&self.0, &other.0))
            }
        }
    )*};
}
exact_operators!(Add::add, Sub::sub, Mul::mul);

/// For divisors known not to be zero; otherwise use [`Number::checked_div`].
impl Div<&Number> for &Number {
    type Output = Number;
    fn div(self, other: &Number) -> Number {
        Number(&self.0 / &other.0)
    }
}

impl Neg for Number {
    type Output = Number;
    fn neg(self) -> Number {
        Number(-self.0)
    }
}

impl Neg for &Number {
    type Output = Number;
    fn neg(self) -> Number {
        Number(-self.0.clone())
    }
}

impl Sum for Number {
    fn sum<I: Iterator<Item = Number>>(numbers: I) -> Number {
        numbers.fold(Number::zero(), |total, n| total + n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn reads_and_writes_digits() {
        for text in ["0", "636", "-0.05", "4499.5", "600/89", "-1200/179"] {
            assert_eq!(n(text).to_string(), text);
        }
        assert_eq!(n("5.00"), n("5"));
        for text in ["", "-", ".", "5.", "1e3", "1,2", "٣", "1/0", "0x1"] {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
        assert!(Number::decimal(&"9".repeat(MAX_DIGITS)).is_some());
        assert!(Number::decimal(&"9".repeat(MAX_DIGITS + 1)).is_none());
    }

    #[test]
    fn shortens_in_the_direction_asked() {
        assert_eq!(n("600/89").to_decimal(4, Toward::Floor), "6.7415");
        assert_eq!(n("600/89").to_decimal(4, Toward::Ceiling), "6.7416");
        assert_eq!(n("-600/89").to_decimal(0, Toward::Ceiling), "-6");
        assert_eq!(n("-0.4").to_decimal(0, Toward::Ceiling), "0");
    }

    #[test]
    fn magnitude_is_the_leading_digit() {
        for (text, power) in [("4500", 3), ("1000", 3), ("999.9", 2), ("0.05", -2), ("1/3", -1)] {
            assert_eq!(n(text).magnitude(), power, "{text}");
        }
    }

    #[test]
    fn powers_have_a_limit() {
        assert_eq!(n("2").checked_pow(-2), Some(n("0.25")));
        assert_eq!(n("0").checked_pow(-1), None);
        assert_eq!(n("10").checked_pow(i64::MAX), None);
    }
}
