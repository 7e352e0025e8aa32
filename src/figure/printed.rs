//! One printed number: its digits, its last place and its scale.

use std::ops::Range;

use super::style::Writing;
use crate::number::{MAX_DIGITS, Number};

/// A number as printed, in units of its scale and its unit.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    value: Number,
    places: usize,
    /// The name of the scale ("million"), if one was printed.
    pub scale_name: Option<String>,
    scale: Number,
    /// Words that stand for one value and have no last digit: "a third", "doubled".
    fixed: bool,
    /// The place of a fraction in words, such as a half, which no digit shows.
    fraction: Option<Number>,
    /// The place of a dozen and its like, which no digit shows.
    rough: Option<Number>,
    pub writing: Writing,
    /// Where the number stands in the text, without its sign.
    pub at: Range<usize>,
}

impl Printed {
    pub fn new(value: Number, places: usize, writing: Writing, at: Range<usize>) -> Self {
        Self {
            value,
            places,
            scale_name: None,
            scale: Number::one(),
            fixed: false,
            fraction: None,
            rough: None,
            writing,
            at,
        }
    }

    /// A number from words; digits in its place are written the English way.
    pub fn in_words(value: Number, places: usize, at: Range<usize>) -> Self {
        Self::new(value, places, Writing::default(), at)
    }

    /// Marks a number that stands for one value and has no last digit; `rough` is its place where
    /// it is hedged.
    pub fn fixed(mut self, rough: Option<i64>) -> Self {
        self.fixed = true;
        self.rough = rough.map(Number::from);
        self
    }

    /// Marks a number as known to a fraction: "three and a half" to halves.
    pub fn known_to(mut self, of: Number) -> Self {
        self.fraction = Some(of);
        self
    }

    pub fn negate(&mut self) {
        self.value = -&self.value;
    }

    pub fn scale_by(&mut self, name: &str, factor: &Number) {
        self.scale = &self.scale * factor;
        self.scale_name = Some(match self.scale_name.take() {
            Some(before) => format!("{before} {name}"),
            None => name.to_owned(),
        });
    }

    pub fn rescale(&mut self, other: &Self) {
        self.scale = other.scale.clone();
        self.scale_name.clone_from(&other.scale_name);
    }

    /// Multiplies digits by a word that is no scale: "two decades" prints 20.
    pub fn multiply(&mut self, factor: &Number, end: usize) {
        let odd = *factor != 10 && *factor != 100;
        self.value = &self.value * factor;
        self.places = self.value.decimals(MAX_DIGITS).unwrap_or(self.places).min(self.places);
        if odd {
            self.rough = Some(Number::from(10));
        }
        self.at.end = end;
    }

    /// The number in units of its scale.
    pub fn value(&self) -> &Number {
        &self.value
    }

    /// The number times its scale.
    pub fn scaled(&self) -> Number {
        &self.value * &self.scale
    }

    pub fn scale(&self) -> &Number {
        &self.scale
    }

    pub fn places(&self) -> usize {
        self.places
    }

    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// Whether this is printed as a plain whole number.
    pub fn is_plain_whole(&self) -> bool {
        self.places == 0 && self.scale == 1 && !self.fixed
    }

    /// The value of one unit in the last printed digit, times the scale.
    pub fn last_place(&self) -> Number {
        let place = Number::pow10(-(self.places as i32));
        self.fraction.as_ref().unwrap_or(&place) * &self.scale
    }

    /// The value of one unit in the last digit that is not a zero of the whole part.
    pub fn coarse_place(&self) -> Number {
        &self.coarse_digits() * &self.scale
    }

    fn coarse_digits(&self) -> Number {
        if let Some(rough) = self.rough.as_ref().or(self.fraction.as_ref()) {
            return rough.clone();
        }
        let mut place = Number::pow10(-(self.places as i32));
        if self.places > 0 || self.value.is_zero() {
            return place;
        }
        let ten = Number::from(10);
        loop {
            let next = &place * &ten;
            if !(&self.value / &next).is_integer() {
                return place;
            }
            place = next;
        }
    }

    /// The same number moved by whole last places; `None` for words without a last digit.
    pub fn step(&self, steps: i64) -> Option<Self> {
        let moved = &self.value + &(Number::from(steps) * Number::pow10(-(self.places as i32)));
        self.with_value(moved, self.places)
    }

    /// Another number in this one's place; `None` for words, and for more digits than are read.
    pub fn with_value(&self, value: Number, places: usize) -> Option<Self> {
        let digits = value.magnitude().unsigned_abs() as usize + places + 2;
        if self.fixed || digits > MAX_DIGITS {
            return None;
        }
        Some(Self { value, places, rough: None, fraction: None, ..self.clone() })
    }

    /// The magnitude in digits, written as this number was.
    pub fn digits(&self) -> String {
        self.writing.write(&self.value.abs(), self.places)
    }
}
