//! Plain cells of a column: what they stand for, as scaled integers.

use super::days;
use super::span::Span;
use crate::figure::{Convention, Style, Unit};
use crate::ledger::Column;
use crate::number::Number;

/// The most digits of a number that is read here.
pub(super) const MAX_DIGITS: usize = 15;

/// How the plain cells of a column are read: numbers in digits, or dates in figures.
#[derive(Debug)]
pub(super) struct Plain {
    form: Form,
    /// The decimals that a number without separators of thousands and without a mark has at least.
    decimals: usize,
    /// One printed unit in base units.
    pub factor: (i128, i128),
    /// The rounding unit in printed units, if declared.
    round: Option<(i128, i128)>,
    convention: Convention,
    /// Whether it is of things.
    things: bool,
    /// Whether whole numbers are counts, and so exact.
    counts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Number(Mark),
    Date { years: bool },
}

/// Whether a percent sign stands after a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    Never,
    Maybe,
    Always,
}

/// A printed number: an integer over a power of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Printed {
    pub mantissa: i64,
    pub decimals: usize,
    /// Whether it is a count or declared to be exact.
    pub exact: bool,
}

impl Plain {
    /// How the plain cells of a column are read; `None` if none can be told to be plain. `seen`
    /// is the unit that its cells have of their own, where none is declared.
    pub fn new(column: &Column, seen: Option<&Unit>) -> Option<Self> {
        let unit = column.unit.as_ref();
        let usual = Unit::unstated();
        let declared = unit.unwrap_or(&usual);
        let percent = declared.is_percent() && declared.label() == "%";
        let plain = matches!(column.style, Style::Inferred | Style::English)
            && column.of.is_none()
            && column.terms.reading.is_none()
            && !column.symbols.keys().chain(&column.flags).any(|text| could_be_plain(text));
        plain.then_some(())?;
        let date = declared.is_date() || seen.is_some_and(Unit::is_date);
        let round = match column.terms.round.as_slice() {
            [] => None,
            // Of a number with a scale, it is one of the unit and not of the number.
            [unit] if *unit > 0 && column.scale.is_none() => Some(unit.as_fraction()?),
            _ => return None,
        };
        let form = if date {
            let bare = column.decimals.is_none() && column.scale.is_none() && round.is_none();
            bare.then_some(Form::Date { years: declared.is_date() })?
        } else if let Some(seen) = seen {
            let percent = seen.is_percent() && seen.label() == "%" && column.scale.is_none();
            percent.then_some(Form::Number(Mark::Always))?
        } else {
            let mark = if percent && column.scale.is_none() { Mark::Maybe } else { Mark::Never };
            Form::Number(mark)
        };
        let scale = match column.scale {
            None => 1,
            Some("thousand") => 1_000,
            Some("million") => 1_000_000,
            Some("billion") => 1_000_000_000,
            Some(_) => return None,
        };
        let hundredth = Number::ratio(1, 100);
        let factor =
            if form == Form::Number(Mark::Always) { &hundredth } else { declared.factor() };
        let (over, under) = factor.as_fraction()?;
        // Of things, the ends of a rounding unit are whole only if half of it is.
        let halves = |(over, under): (i128, i128)| under == 1 && over % 2 == 0;
        let things = declared.is_thing();
        let convention = column.terms.convention;
        (!things || round.is_none_or(halves)).then_some(())?;
        Some(Self {
            form,
            decimals: column.decimals.map_or(Some(0), |places| usize::try_from(places).ok())?,
            factor: (over * scale, under),
            round,
            convention,
            things,
            counts: things && column.scale.is_none() && round.is_none(),
        })
    }

    /// Whether an end of a set may not belong to it.
    pub fn has_open_ends(&self) -> bool {
        !matches!(self.convention, Convention::Unknown | Convention::Exact)
    }

    /// Whether all numbers are rounded by half a unit of their last digit, or not at all.
    pub fn is_rounded_to_nearest(&self) -> bool {
        use Convention as C;
        let nearest = [C::Unknown, C::HalfUp, C::HalfEven, C::HalfDown, C::Exact];
        self.round.is_none() && nearest.contains(&self.convention)
    }

    /// The unit of a date is a day, and none of its cells a number.
    pub fn is_of_dates(&self) -> bool {
        matches!(self.form, Form::Date { .. })
    }

    /// Whether the numbers are bare or of things, so that whole ones can be counts.
    pub fn can_count(&self) -> bool {
        self.factor == (1, 1) && matches!(self.form, Form::Number(mark) if mark == Mark::Never)
    }

    /// The set of a cell.
    pub fn span(&self, text: &str) -> Option<Span> {
        match self.form {
            Form::Date { years } => days::read(text, years),
            Form::Number(_) => self.set(self.number(text)?),
        }
    }

    /// The number in a cell.
    pub fn number(&self, text: &str) -> Option<Printed> {
        let Form::Number(mark) = self.form else { return None };
        let (bare, marked) = match text.strip_suffix('%') {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        match mark {
            Mark::Never if marked => return None,
            Mark::Always if !marked => return None,
            _ => {}
        }
        let (mut number, grouped) = digits(bare)?;
        if number.decimals < self.decimals && !grouped && !marked {
            let more = self.decimals - number.decimals;
            (self.decimals <= MAX_DIGITS).then_some(())?;
            number.mantissa = number.mantissa.checked_mul(power(more)?)?;
            number.decimals = self.decimals;
        }
        let count = self.counts && number.decimals == 0;
        // Parts of things are looked at in full.
        (!self.counts || count).then_some(())?;
        let exact = count || self.convention == Convention::Exact;
        let number = Printed { exact, ..number };
        // … and those of a rounded number of things must be whole.
        if self.things && !exact {
            self.set(number)?;
        }
        Some(number)
    }

    /// The values that print as a number, in base units.
    pub fn set(&self, number: Printed) -> Option<Span> {
        // Things are whole, which cuts off an end that does not belong to the set.
        (!self.things || number.exact || !self.has_open_ends()).then_some(())?;
        let (over, under) = self.factor;
        let ten = i128::from(power(number.decimals)?);
        let at = i128::from(number.mantissa);
        // Both ends over twice the power of ten; then times half the rounding unit, if declared.
        let (below, above) = if number.exact { (0, 0) } else { self.reach(at.signum()) };
        let (lo, hi, den) = match self.round {
            None => (2 * at - below, 2 * at + above, 2 * ten),
            Some((round, parts)) => {
                // A number between two multiples of the unit is printed too finely.
                let steps = at.checked_mul(parts)?;
                (steps % round.checked_mul(ten)? == 0).then_some(())?;
                let steps = steps.checked_mul(2)?;
                let unit = round.checked_mul(ten)?;
                let end = |reach: i128| steps.checked_add(reach * unit);
                (end(-below)?, end(above)?, (2 * ten).checked_mul(parts)?)
            }
        };
        // A scale takes the place of decimals.
        let shared = if over == 1 { 1 } else { common(over, den) };
        let (over, den) = (over / shared, (den / shared).checked_mul(under)?);
        let (lo, hi) = (lo.checked_mul(over)?, hi.checked_mul(over)?);
        // … and an end that is not whole.
        (!self.things || (lo % den == 0 && hi % den == 0)).then_some(Span { lo, hi, den })
    }

    /// How far the values reach below and above a number of this sign, in half rounding units.
    fn reach(&self, sign: i128) -> (i128, i128) {
        use Convention as C;
        match (self.convention, sign) {
            (C::Exact, _) | (C::Up, 0) => (0, 0),
            (C::Down, 0) => (2, 2),
            (C::Floor, _) | (C::Down, 1) | (C::Up, -1) => (0, 2),
            (C::Ceiling | C::Down | C::Up, _) => (2, 0),
            (C::Unknown | C::HalfUp | C::HalfEven | C::HalfDown, _) => (1, 1),
        }
    }
}

/// The greatest common divisor of two numbers above zero.
fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common(b, a % b) }
}

/// Ten to a power of at most 18.
pub(super) fn power(exponent: usize) -> Option<i64> {
    10i64.checked_pow(u32::try_from(exponent).ok()?)
}

/// Whether a symbol or a flag might be taken for a number, a date, or the end of one.
fn could_be_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || "-−.,%".contains(c))
        && text.contains(|c: char| c.is_ascii_digit() || c == '%')
}

/// Digits, with a minus sign before, thousands parted by commas or not at all, and one decimal
/// point at most; and whether there are commas.
fn digits(text: &str) -> Option<(Printed, bool)> {
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let bytes = digits.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_DIGITS + 5 {
        return None;
    }
    let (mut mantissa, mut count, mut decimals) = (0i64, 0, 0);
    let (mut point, mut commas, mut group) = (false, false, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                count += 1;
                (count <= MAX_DIGITS).then_some(())?;
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                decimals += usize::from(point);
                group += 1;
            }
            b'.' if !point && at > 0 && at + 1 < bytes.len() => {
                (!commas || group == 3).then_some(())?;
                point = true;
            }
            // A group of noughts alone before a comma would make it a decimal comma.
            b',' if !point && mantissa > 0 => {
                let usual = if commas { group == 3 } else { group <= 3 };
                usual.then_some(())?;
                (commas, group) = (true, 0);
            }
            _ => return None,
        }
    }
    (!commas || point || group == 3).then_some(())?;
    let mantissa = if negative { -mantissa } else { mantissa };
    Some((Printed { mantissa, decimals, exact: false }, commas))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::claim::Symbol;
    use crate::figure::Terms;
    use crate::ledger::Content;

    fn column(unit: &str, scale: Option<&'static str>, convention: Convention) -> Column {
        let unit = (!unit.is_empty()).then(|| Unit::parse(unit).unwrap());
        let terms = Terms { convention, ..Terms::default() };
        Column { unit, scale, terms, ..Column::default() }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn a_plain_cell_is_what_it_is_in_full(
            text in "[-−]?([0-9]{1,7}|[0-9]{1,3}(,[0-9]{3}){1,2}|[0-9,]{1,6})(\\.[0-9]{1,4})?%?",
            unit in select(vec!["", "persons", "%", "points", "USD", "years", "days", "times", "USD/year", "kg", "date"]),
            scale in select(vec![None, None, Some("thousand"), Some("million")]),
            decimals in select(vec![None, None, Some(1), Some(3)]),
            round in select(vec!["", "", "5", "0.5", "20"]),
            convention in select(vec![
                Convention::Unknown, Convention::HalfEven, Convention::HalfUp, Convention::Down,
                Convention::Up, Convention::Floor, Convention::Ceiling, Convention::Exact,
            ]),
            style in select(vec![Style::Inferred, Style::English]),
        ) {
            let mut column = column(unit, scale, convention);
            (column.decimals, column.style) = (decimals, style);
            column.terms.round.extend(Number::decimal(round));
            let Some(plain) = Plain::new(&column, None) else { return Ok(()) };
            let Some(span) = plain.span(&text) else { return Ok(()) };
            let Content::Figure(stated) = column.read(Some(&text)) else {
                return Err(TestCaseError::fail(format!("{text} is no figure")));
            };
            prop_assert_eq!(stated.rungs.len(), 1);
            let set = &stated.rungs[0].set;
            let ends = [set.lo(), set.hi()].map(|end| end.unwrap().at.clone());
            let closed = crate::interval::Interval::closed(ends[0].clone(), ends[1].clone());
            let full = Span::of(&closed).unwrap();
            let (a, b) = span.alike(full).unwrap();
            prop_assert_eq!(a, b, "{} {}", text, set);
            prop_assert!(plain.has_open_ends() || set == &closed);
            let bare = Unit::unstated();
            prop_assert_eq!(stated.figure.unit(), column.unit.as_ref().unwrap_or(&bare));
        }
    }

    #[test]
    fn the_usual_numbers_are_plain() {
        let plain = |unit: &str, text: &str| {
            Plain::new(&column(unit, None, Convention::Unknown), None).unwrap().span(text)
        };
        for (unit, text) in [
            ("", "0"),
            ("", "12.345"),
            ("persons", "0"),
            ("persons", "1,234,567"),
            ("%", "41.0%"),
            ("%", "-3"),
            ("USD", "1,234.50"),
            ("years", "3.5"),
            ("date", "2021-07"),
            ("date", "1999"),
        ] {
            assert!(plain(unit, text).is_some(), "{unit} {text}");
        }
        for text in ["12,34", "0,123", "1,2345", ".5", "5.", "1e3", "5%", "--5", "1,234,56"] {
            assert!(plain("", text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_that_stands_for_something_else_is_not_plain() {
        for symbol in ["-99", "999", "9.9", "0%"] {
            let symbols = BTreeMap::from([(symbol.to_owned(), Symbol::Missing)]);
            assert!(
                Plain::new(&Column { symbols, ..Column::default() }, None).is_none(),
                "{symbol}"
            );
        }
        let flags = vec!["1".to_owned()];
        assert!(Plain::new(&Column { flags, ..Column::default() }, None).is_none());
        let symbols = BTreeMap::from([("-".to_owned(), Symbol::Zero)]);
        assert!(Plain::new(&Column { symbols, ..Column::default() }, None).is_some());
    }
}
