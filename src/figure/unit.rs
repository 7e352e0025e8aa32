//! Units of figures, and what may be done between them.

use super::error::FigureError;
use super::style::Style;
use super::tokens::tokenize;
use super::unit_words;
use crate::interval::Interval;
use crate::number::Number;

/// What a figure counts or measures: percent, money, time, things, or a quotient of such.
///
/// Values are kept in base units, in which all units of a kind agree; [`factor`](Self::factor)
/// is the size of one displayed unit in them.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub(super) kind: Kind,
    pub(super) label: String,
    pub(super) factor: Number,
    pub(super) parts: Vec<Part>,
}

/// What kind of number stands before the parts of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing was said; fits anything but a date.
    Unstated,
    /// A pure number that was computed or printed as a multiple.
    Ratio,
    Percent,
    Points,
    /// The difference of two percentages: points, but it may be compared with percent.
    Difference,
    Date,
    /// Nothing but the parts.
    Plain,
}

/// One factor of a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub dimension: Dimension,
    /// In the plural, as shown before the stroke.
    pub label: String,
    /// In the singular, as shown after it.
    pub single: String,
    pub factor: Number,
    pub power: i32,
}

/// What parts must share to be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dimension {
    /// Years and months: their length in days varies.
    Month,
    Day,
    Currency(String),
    Thing(String),
    Measure(&'static str),
}

impl Unit {
    pub(super) fn of_kind(kind: Kind, label: &str, factor: Number) -> Self {
        Self { kind, label: label.to_owned(), factor, parts: Vec::new() }
    }

    /// No unit.
    pub fn unstated() -> Self {
        Self::of_kind(Kind::Unstated, "", Number::one())
    }

    /// Percent: hundredths of a whole.
    pub fn percent() -> Self {
        Self::of_kind(Kind::Percent, "%", Number::ratio(1, 100))
    }

    /// Percentage points.
    pub fn points() -> Self {
        Self::of_kind(Kind::Points, "points", Number::ratio(1, 100))
    }

    /// Dates, in days since 1970-01-01.
    pub fn date() -> Self {
        Self::of_kind(Kind::Date, "date", Number::one())
    }

    /// Days, the base of weeks and hours.
    pub fn days() -> Self {
        unit_words::duration("days")
    }

    /// Months, the base of years.
    pub fn months() -> Self {
        unit_words::duration("months")
    }

    /// Years of twelve months.
    pub fn years() -> Self {
        unit_words::duration("years")
    }

    /// Multiples, as in "three times".
    pub fn multiple() -> Self {
        Self::of_kind(Kind::Ratio, "times", Number::one())
    }

    pub(super) fn part(part: Part) -> Self {
        Self::assemble(Kind::Plain, vec![part])
    }

    /// Reads a unit as a claim declares it: `persons`, `USD/year`, `%`, `hours/day`; nothing is
    /// [`unstated`](Self::unstated).
    ///
    /// # Errors
    ///
    /// That the text is no unit, with the place.
    pub fn parse(text: &str) -> Result<Self, FigureError> {
        if text.len() > super::MAX_BYTES {
            return Err(FigureError::new("the unit is too long", 0..text.len()));
        }
        let tokens = tokenize(text, Style::English);
        if tokens.is_empty() {
            return Ok(Self::unstated());
        }
        unit_words::read_unit(&tokens, None)
    }

    /// A declared unit such as "thousand persons", taken apart into the scale, which belongs to
    /// the number, and the unit proper.
    pub fn split_scale(text: &str) -> (Option<&'static str>, &str) {
        const SCALES: [(&str, &str); 7] = [
            ("thousand", "thousand"),
            ("thousands", "thousand"),
            ("000", "thousand"),
            ("'000", "thousand"),
            ("million", "million"),
            ("millions", "million"),
            ("billion", "billion"),
        ];
        let (first, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("of ").unwrap_or(rest);
        match SCALES.iter().find(|(word, _)| first.eq_ignore_ascii_case(word)) {
            Some((_, scale)) => (Some(scale), rest),
            None => (None, text),
        }
    }

    /// Whether this is a date.
    pub fn is_date(&self) -> bool {
        self.kind == Kind::Date
    }

    /// Whether this is percent, per mille included, of no further unit.
    pub fn is_percent(&self) -> bool {
        self.kind == Kind::Percent && self.parts.is_empty()
    }

    /// Whether this is percentage points, or the difference of two percentages.
    pub fn is_points(&self) -> bool {
        matches!(self.kind, Kind::Points | Kind::Difference) && self.parts.is_empty()
    }

    /// Whether this is a span of time.
    pub fn is_duration(&self) -> bool {
        matches!(self.only_part(), Some(Dimension::Month | Dimension::Day))
    }

    /// Whether this is a span of time that is counted in months or years.
    pub fn is_in_months(&self) -> bool {
        matches!(self.only_part(), Some(Dimension::Month))
    }

    /// Whether no unit was said.
    pub fn is_unstated(&self) -> bool {
        self.kind == Kind::Unstated
    }

    /// Whether this is a currency, and not a rate of one.
    pub fn is_currency(&self) -> bool {
        matches!(self.only_part(), Some(Dimension::Currency(_)))
    }

    /// Whether this is something that comes in whole numbers, such as persons.
    pub fn is_thing(&self) -> bool {
        matches!(self.only_part(), Some(Dimension::Thing(_)))
    }

    /// Whether this is a multiple, as in "doubled".
    pub fn is_multiple(&self) -> bool {
        self.kind == Kind::Ratio && self.label == "times"
    }

    fn only_part(&self) -> Option<&Dimension> {
        match &self.parts[..] {
            [part] if self.kind == Kind::Plain && part.power == 1 => Some(&part.dimension),
            _ => None,
        }
    }

    /// The unit as shown after a number: `%`, `points`, `USD/year`; nothing if unstated.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// One displayed unit in base units: 1/100 for percent, 12 for years, 1/24 for hours.
    pub fn factor(&self) -> &Number {
        &self.factor
    }

    pub(super) fn assemble(kind: Kind, parts: Vec<Part>) -> Self {
        let prefix = match kind {
            Kind::Percent => Some(Self::percent()),
            Kind::Points | Kind::Difference => Some(Self::points()),
            _ => None,
        };
        let (mut over, mut factor) = match prefix {
            Some(unit) => (vec![unit.label], unit.factor),
            None => (Vec::new(), Number::one()),
        };
        let mut under = String::new();
        for part in &parts {
            let power = match part.power.abs() {
                1 => String::new(),
                power => format!("^{power}"),
            };
            if part.power > 0 {
                over.push(format!("{}{power}", part.label));
            } else {
                under.push_str(&format!("/{}{power}", part.single));
            }
            let size = part.factor.checked_pow(i64::from(part.power)).unwrap_or_else(Number::one);
            factor = &factor * &size;
        }
        let over =
            if over.is_empty() && !under.is_empty() { "1".to_owned() } else { over.join(" ") };
        Self { kind, label: format!("{over}{under}"), factor, parts }
    }

    /// Whether a claim may declare this unit for a figure printed in `printed`: the same, or a
    /// rate of it ("$185 million" declared as USD/year).
    pub(super) fn may_declare(&self, printed: &Self) -> bool {
        printed.is_unstated() || self.is_rate_of(printed) || self.compare(printed).is_ok()
    }

    /// Whether this is `over` by something: USD/year of USD.
    pub(super) fn is_rate_of(&self, over: &Self) -> bool {
        self.label.split_once('/').is_some_and(|(label, _)| label == over.label)
    }

    /// Writes a set given in base units in this unit: `[40.5, 41.5] %`.
    pub fn show(&self, set: &Interval) -> String {
        super::show::set(set, self, None)
    }
}
