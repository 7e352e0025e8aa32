//! Figures as printed, and the sets of numbers they stand for.
//!
//! A [`Figure`] is read from its text and never from a float. What it stands for is an
//! [`Interval`] under each reading that its text and its declared [`Terms`] allow.

mod algebra;
mod calendar;
mod currencies;
pub mod date;
mod error;
mod number_words;
mod printed;
mod quantity;
mod range;
mod read;
mod read_date;
mod rounding;
mod rungs;
mod show;
mod slips;
mod style;
mod things;
mod tokens;
mod unit;
mod unit_words;
mod vocabulary;
mod why;

use std::fmt;

pub use algebra::Mismatch;
pub use error::FigureError;
pub use rounding::{Convention, Reading, Ties, round_to, rounding_interval};
pub use rungs::{Rung, Terms};
pub use show::show_number;
pub use slips::Slip;
pub use style::{Style, group_digits};
pub use unit::Unit;
pub use why::{Place, Why};

use crate::interval::Interval;
use crate::number::Number;
use calendar::Calendar;
use printed::Printed;

/// The longest text that is read as a figure, in bytes.
pub const MAX_BYTES: usize = 200;

/// A number as printed: its text, its unit, and what its digits and words leave open.
///
/// ```
/// use tieout::figure::{Figure, Style, Terms};
///
/// let figure = Figure::read("around 60%", Style::default(), None)?;
/// let rungs = figure.rungs(&Terms::default());
/// assert_eq!(figure.show(&rungs[0].set), "[55, 65] %");
/// # Ok::<(), tieout::figure::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Figure {
    text: String,
    unit: Unit,
    hedge: Hedge,
    shape: Shape,
    place: Number,
    value: Option<Number>,
}

/// A word before or after a number that softens or bounds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hedge {
    /// No such word.
    #[default]
    None,
    /// "about", "around", "or so": only the last digit that is not zero carries the rounding.
    About,
    /// "an estimated": nothing is said of the rounding.
    Estimated,
    /// "more than", "over": above, the figure itself not included.
    MoreThan,
    /// "at least", "or more": above, the figure included.
    AtLeast,
    /// "less than", "under": below, the figure itself not included.
    LessThan,
    /// "up to", "at most", "within": below, the figure included.
    AtMost,
    /// "nearly", "almost": below by less than a wide unit, neither end included.
    Nearly,
}

impl fmt::Display for Hedge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::About => "about",
            Self::Estimated => "estimated",
            Self::MoreThan => "more than",
            Self::AtLeast => "at least",
            Self::LessThan => "less than",
            Self::AtMost => "at most",
            Self::Nearly => "nearly",
        })
    }
}

/// What was printed, apart from unit and hedge.
#[derive(Clone, Debug)]
enum Shape {
    Single(Printed),
    Date(Calendar),
    Range(Box<(Figure, Figure)>),
    /// A number and half the width of its range, times the scale.
    PlusMinus(Printed, Number),
    /// Words for a range, in displayed units.
    Vague(Interval),
}

impl Figure {
    fn new(text: String, unit: Unit, hedge: Hedge, shape: Shape) -> Self {
        let place = match &shape {
            Shape::Single(printed) | Shape::PlusMinus(printed, _) => {
                &printed.last_place() * unit.factor()
            }
            Shape::Range(ends) => ends.0.place.clone().min(ends.1.place.clone()),
            Shape::Date(_) => Number::one(),
            Shape::Vague(_) => unit.factor().clone(),
        };
        let value = match &shape {
            Shape::Single(printed) => Some(&printed.scaled() * unit.factor()),
            Shape::Date(calendar) => calendar.day(),
            _ => None,
        };
        Self { text, unit, hedge, shape, place, value }
    }

    /// The same figure with another text and number.
    fn with(&self, text: String, shape: Shape) -> Self {
        Self::new(text, self.unit.clone(), self.hedge, shape)
    }

    /// Reads a printed figure.
    ///
    /// `unit` is the one a claim declares: it is given to a bare number, and must fit the unit in
    /// the text if there is one. Texts above [`MAX_BYTES`] are refused.
    ///
    /// # Errors
    ///
    /// That the text is no figure, or that its unit is not the declared one, with the place.
    pub fn read(text: &str, style: Style, unit: Option<&Unit>) -> Result<Self, FigureError> {
        read::read(text, style, unit)
    }

    /// The text as printed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The unit, declared or printed.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The hedge that was printed with the number.
    pub fn hedge(&self) -> Hedge {
        self.hedge
    }

    /// The ends of a range such as "70% to 80%" as figures of their own.
    pub fn ends(&self) -> Option<(Self, Self)> {
        match &self.shape {
            Shape::Range(ends) => Some((ends.0.clone(), ends.1.clone())),
            _ => None,
        }
    }

    /// One unit of the last printed digit in base units: 0.01 for `41%`, 1 for a date. For a range
    /// that of its finer end, for words without a digit that of a percent or of one.
    pub fn last_place(&self) -> &Number {
        &self.place
    }

    /// The printed number in base units, 0.41 for `41%`, and the day of a full date; `None` for
    /// ranges, vague words and dates that span several days.
    pub fn printed(&self) -> Option<&Number> {
        self.value.as_ref()
    }

    /// Whether the figure counts whole things: persons, say, and no part of one is printed.
    pub fn is_count(&self) -> bool {
        if !self.unit.is_thing() {
            return false;
        }
        match &self.shape {
            Shape::Single(printed) => printed.scaled().is_integer(),
            Shape::PlusMinus(printed, half) => printed.scaled().is_integer() && half.is_integer(),
            Shape::Range(ends) => ends.0.is_count() && ends.1.is_count(),
            Shape::Vague(_) => true,
            Shape::Date(_) => false,
        }
    }

    /// The same figure with its number moved by `steps` last places; a date by days, months or
    /// years, whichever is printed last. `None` for ranges and words without a last digit.
    pub fn step(&self, steps: i64) -> Option<Self> {
        match &self.shape {
            Shape::Single(printed) => Some(self.reprinted(printed.step(steps)?)),
            Shape::Date(calendar) => {
                let moved = calendar.step(steps)?;
                Some(self.with(moved.to_string(), Shape::Date(moved)))
            }
            _ => None,
        }
    }

    /// The figures that one likely slip of the hand would have turned into this one, or this one
    /// into, each with the name of the slip. None is the figure itself, and none comes twice.
    pub fn slips(&self) -> Vec<(Slip, Self)> {
        slips::of(self)
    }

    /// Writes a set given in base units in this figure's unit and scale:
    /// `[104.5, 105.5] million USD`, `[2021-07-21, 2021-07-31]`.
    pub fn show(&self, set: &Interval) -> String {
        let scale = match &self.shape {
            Shape::Single(printed) | Shape::PlusMinus(printed, _) => Some(printed),
            Shape::Range(ends) => match &ends.1.shape {
                Shape::Single(printed) => Some(printed),
                _ => None,
            },
            _ => None,
        };
        let scale = scale.and_then(|p| Some((p.scale(), p.scale_name.as_deref()?)));
        show::set(set, &self.unit, scale)
    }

    /// This figure with another number in place of its own, in text as well.
    fn reprinted(&self, printed: Printed) -> Self {
        let text = self.text_with(&printed);
        self.with(text, Shape::Single(printed))
    }

    fn text_with(&self, printed: &Printed) -> String {
        let (at, digits) = (&printed.at, printed.digits());
        let negative = printed.value().is_negative();
        let was_negative = matches!(&self.shape, Shape::Single(old) if old.value().is_negative());
        let number = self.text.get(at.clone()).unwrap_or_default();
        let in_digits = number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && !number.contains(char::is_alphabetic);
        if !in_digits || (was_negative && self.text.contains('(')) {
            let sign = if negative { "-" } else { "" };
            let scale = printed.scale_name.as_deref();
            let text = show::as_printed(&format!("{sign}{digits}"), &self.unit, scale);
            let hedged = self.hedge != Hedge::None;
            return if hedged { format!("{} {text}", self.hedge) } else { text };
        }
        let before = &self.text[..at.start];
        let minus = |c: char| matches!(c, '-' | '−' | '–');
        let mut before = match before.rfind(minus).filter(|_| was_negative) {
            Some(sign) => {
                let after = before[sign..].trim_start_matches(minus);
                format!("{}{}", &before[..sign], after)
            }
            None => before.to_owned(),
        };
        if negative {
            let hedge = |c: char| c.is_alphanumeric() || c.is_whitespace() || "~≈<>≤≥".contains(c);
            let start = before.trim_end_matches(|c: char| !hedge(c)).len();
            before.insert(start, '-');
        }
        format!("{before}{digits}{}", &self.text[at.end..])
    }
}
