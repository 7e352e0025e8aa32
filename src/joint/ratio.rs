//! Rational numbers for the inner loops: machine words while they do, a [`Number`] beyond.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::number::Number;

/// An exact rational number. Results are those of [`Number`], mostly without its allocations.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ratio(Form);

/// One form for each value: words whenever both parts fit, so that equality is that of the parts.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// Numerator (never the least `i64`, so that it can be turned) and denominator (above zero),
    /// in lowest terms.
    Words(i64, i64),
    Wide(Box<Number>),
}
use Form::{Wide, Words};

/// The greatest common divisor; that of zero and `n` is `n`.
pub fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn word(value: i128) -> Option<i64> {
    i64::try_from(value).ok().filter(|word| *word != i64::MIN)
}

fn words(over: i128, under: i128) -> Option<Ratio> {
    Some(Ratio(Words(word(over)?, word(under)?)))
}

fn common(a: i64, b: i64) -> i64 {
    // Both divide a denominator or are one, so the divisor is at most `i64::MAX`.
    gcd(a.unsigned_abs(), b.unsigned_abs()) as i64
}

impl Ratio {
    /// Zero.
    pub const ZERO: Self = Self(Words(0, 1));
    /// One.
    pub const ONE: Self = Self(Words(1, 1));

    /// The same value as a [`Number`].
    pub fn number(&self) -> Number {
        match &self.0 {
            Words(over, under) => Number::ratio(*over, under.unsigned_abs()),
            Wide(number) => (**number).clone(),
        }
    }

    /// Numerator and denominator, if each fits a word.
    pub fn words(&self) -> Option<(i64, u64)> {
        match &self.0 {
            Words(over, under) => Some((*over, under.unsigned_abs())),
            Wide(_) => None,
        }
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Words(0, _))
    }

    /// Whether this is a whole number.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Words(_, under) => *under == 1,
            Wide(number) => number.is_integer(),
        }
    }

    /// Whether this is below, at or above zero, as it compares to zero.
    pub fn sign(&self) -> Ordering {
        match &self.0 {
            Words(over, _) => over.cmp(&0),
            Wide(number) if number.is_negative() => Ordering::Less,
            Wide(_) => Ordering::Greater,
        }
    }

    /// Whether this is below zero.
    pub fn is_negative(&self) -> bool {
        self.sign() == Ordering::Less
    }

    /// The greatest whole number not above this.
    pub fn floor(&self) -> Self {
        match &self.0 {
            Words(over, under) => Self(Words(over.div_euclid(*under), 1)),
            Wide(number) => Self::from(&number.floor()),
        }
    }

    /// The least whole number not below this.
    pub fn ceil(&self) -> Self {
        -&(-self).floor()
    }

    /// The magnitude.
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// This over a whole number above zero.
    pub fn over(&self, under: i64) -> Self {
        self / &Self::from(under)
    }

    /// Whether it is of machine words.
    pub fn is_short(&self) -> bool {
        matches!(self.0, Words(..))
    }

    /// Whether it is short enough to compute with.
    pub fn is_handy(&self) -> bool {
        match &self.0 {
            Words(..) => true,
            Wide(number) => number.is_handy(),
        }
    }

    /// One over this, which is not zero.
    pub fn recip(&self) -> Self {
        &Self::ONE / self
    }

    fn wide(&self, other: &Self, by: fn(&Number, &Number) -> Number) -> Self {
        Self::from(&by(&self.number(), &other.number()))
    }
}

impl From<&Number> for Ratio {
    fn from(number: &Number) -> Self {
        number
            .as_fraction()
            .and_then(|(over, under)| words(over, under))
            .unwrap_or_else(|| Self(Wide(Box::new(number.clone()))))
    }
}

impl From<i64> for Ratio {
    fn from(value: i64) -> Self {
        words(value.into(), 1).unwrap_or_else(|| Self(Wide(Box::new(Number::from(value)))))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Words(a, b), Words(c, d)) if b == d => a.cmp(c),
            (Words(a, b), Words(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.number().cmp(&other.number()),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Knuth, The Art of Computer Programming, volume 2, 4.5.1: divisors of words only.
fn sum(a: i64, b: i64, c: i64, d: i64) -> Option<Ratio> {
    if b == 1 && d == 1 {
        return words(i128::from(a) + i128::from(c), 1);
    }
    let shared = common(b, d);
    let (left, right) = (d / shared, b / shared);
    let over = i128::from(a) * i128::from(left) + i128::from(c) * i128::from(right);
    if over == 0 {
        return Some(Ratio::ZERO);
    }
    let rest = if shared == 1 { 1 } else { common((over % i128::from(shared)) as i64, shared) };
    words(over / i128::from(rest), i128::from(right) * i128::from(d / rest))
}

fn product(a: i64, b: i64, c: i64, d: i64) -> Option<Ratio> {
    if b == 1 && d == 1 {
        return words(i128::from(a) * i128::from(c), 1);
    }
    let (one, two) = (common(a, d), common(c, b));
    let over = i128::from(a / one) * i128::from(c / two);
    words(over, i128::from(b / two) * i128::from(d / one))
}

impl Add for &Ratio {
    type Output = Ratio;
    fn add(self, other: &Ratio) -> Ratio {
        match (&self.0, &other.0) {
            (Words(a, b), Words(c, d)) => sum(*a, *b, *c, *d),
            _ => None,
        }
        .unwrap_or_else(|| self.wide(other, |a, b| a + b))
    }
}

impl Sub for &Ratio {
    type Output = Ratio;
    fn sub(self, other: &Ratio) -> Ratio {
        match (&self.0, &other.0) {
            (Words(a, b), Words(c, d)) => sum(*a, *b, -*c, *d),
            _ => None,
        }
        .unwrap_or_else(|| self.wide(other, |a, b| a - b))
    }
}

impl Mul for &Ratio {
    type Output = Ratio;
    fn mul(self, other: &Ratio) -> Ratio {
        match (&self.0, &other.0) {
            (Words(a, b), Words(c, d)) => product(*a, *b, *c, *d),
            _ => None,
        }
        .unwrap_or_else(|| self.wide(other, |a, b| a * b))
    }
}

/// For divisors known not to be zero.
impl Div for &Ratio {
    type Output = Ratio;
    fn div(self, other: &Ratio) -> Ratio {
        match (&self.0, &other.0) {
            (Words(a, b), Words(c, d)) if *c > 0 => product(*a, *b, *d, *c),
            (Words(a, b), Words(c, d)) if *c < 0 => product(*a, *b, -*d, -*c),
            _ => None,
        }
        .unwrap_or_else(|| self.wide(other, |a, b| a / b))
    }
}

impl Neg for &Ratio {
    type Output = Ratio;
    fn neg(self) -> Ratio {
        match &self.0 {
            Words(over, under) => Ratio(Words(-over, *under)),
            Wide(number) => Ratio::from(&-&**number),
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), f)
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A value a little beside a number: `at` plus `tiny` times something above zero and smaller than
/// whatever it is compared with. Strict ends are such values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// The number.
    pub at: Ratio,
    /// How many infinitesimals beside it.
    pub tiny: Ratio,
}

impl Value {
    /// The number itself.
    pub fn exactly(at: Ratio) -> Self {
        Self { at, tiny: Ratio::ZERO }
    }

    /// This plus `factor` times `other`.
    pub fn plus(&self, factor: &Ratio, other: &Self) -> Self {
        let tiny = if other.tiny.is_zero() {
            self.tiny.clone()
        } else {
            &self.tiny + &(factor * &other.tiny)
        };
        Self { at: &self.at + &(factor * &other.at), tiny }
    }

    /// This less `other`.
    pub fn less(&self, other: &Self) -> Self {
        Self { at: &self.at - &other.at, tiny: &self.tiny - &other.tiny }
    }

    /// This times `factor`.
    pub fn times(&self, factor: &Ratio) -> Self {
        Self { at: &self.at * factor, tiny: &self.tiny * factor }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_number() -> impl Strategy<Value = Number> {
        let near = |end: i64| (0..4i64).prop_map(move |off| end.saturating_sub(off).max(-i64::MAX));
        let part = prop_oneof![
            -20i64..20,
            any::<i64>(),
            near(i64::MAX),
            (0..4i64).prop_map(|off| i64::MIN + off)
        ];
        let under = prop_oneof![1..20u64, 1..=u64::MAX];
        (part, under).prop_map(|(over, under)| Number::ratio(over, under))
    }

    proptest! {
        #[test]
        fn ratios_are_numbers(a in any_number(), b in any_number(), c in any_number()) {
            let (x, y, z) = (Ratio::from(&a), Ratio::from(&b), Ratio::from(&c));
            prop_assert_eq!(x.number(), a.clone());
            prop_assert_eq!((&x + &y).number(), &a + &b);
            prop_assert_eq!((&x - &y).number(), &a - &b);
            prop_assert_eq!((&x * &y).number(), &a * &b);
            prop_assert_eq!((-&x).number(), -&a);
            prop_assert_eq!(x.floor().number(), a.floor());
            prop_assert_eq!(x.ceil().number(), a.ceil());
            prop_assert_eq!(x.abs().number(), a.abs());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x == y, a == b);
            prop_assert_eq!(x.is_integer(), a.is_integer());
            prop_assert_eq!(x.sign(), a.cmp(&Number::zero()));
            if !y.is_zero() {
                prop_assert_eq!((&x / &y).number(), &a / &b);
            }
            // One form for each value, whatever the way to it.
            prop_assert_eq!(&(&x + &y) - &y, x.clone());
            prop_assert_eq!(&(&x + &y) * &z, &(&x * &z) + &(&y * &z));
        }
    }
}
