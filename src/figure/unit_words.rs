//! The words and signs of units.

use super::currencies::{currency, find_currency};
use super::error::FigureError;
use super::read::phrase;
use super::things;
use super::tokens::{Kind as TokenKind, Token};
use super::unit::{Dimension, Kind, Part, Unit};
use crate::number::Number;

/// Spans of time: singular, plural, whether based on months, and the size in months or days.
const DURATIONS: &[(&str, &str, bool, i64, u64)] = &[
    ("year", "years", true, 12, 1),
    ("quarter", "quarters", true, 3, 1),
    ("month", "months", true, 1, 1),
    ("week", "weeks", false, 7, 1),
    ("day", "days", false, 1, 1),
    ("hour", "hours", false, 1, 24),
    ("minute", "minutes", false, 1, 1_440),
    ("second", "seconds", false, 1, 86_400),
];

/// Other words for spans of time.
const SHORT_DURATIONS: &[(&str, &str)] = &[
    ("yr", "years"),
    ("yrs", "years"),
    ("mo", "months"),
    ("wk", "weeks"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("h", "hours"),
    ("min", "minutes"),
    ("mins", "minutes"),
];

/// Pure numbers: spelling, kind, label, and one over the factor.
const PURE: &[(&str, Kind, &str, u64)] = &[
    ("%", Kind::Percent, "%", 100),
    ("percent", Kind::Percent, "%", 100),
    ("per cent", Kind::Percent, "%", 100),
    ("pct", Kind::Percent, "%", 100),
    ("‰", Kind::Percent, "‰", 1_000),
    ("per mille", Kind::Percent, "‰", 1_000),
    ("pp", Kind::Points, "points", 100),
    ("ppt", Kind::Points, "points", 100),
    ("pts", Kind::Points, "points", 100),
    ("point", Kind::Points, "points", 100),
    ("points", Kind::Points, "points", 100),
    ("percentage point", Kind::Points, "points", 100),
    ("percentage points", Kind::Points, "points", 100),
    ("p p", Kind::Points, "points", 100),
    ("% points", Kind::Points, "points", 100),
    ("percent points", Kind::Points, "points", 100),
    ("percentage pts", Kind::Points, "points", 100),
    ("bp", Kind::Points, "basis points", 10_000),
    ("bps", Kind::Points, "basis points", 10_000),
    ("basis point", Kind::Points, "basis points", 10_000),
    ("basis points", Kind::Points, "basis points", 10_000),
    ("times", Kind::Ratio, "times", 1),
    ("fold", Kind::Ratio, "times", 1),
    ("x", Kind::Ratio, "times", 1),
];

/// Measures: spellings, label, dimension, and the size in its base as a fraction.
const MEASURES: &[(&[&str], &str, &str, i64, u64)] = &[
    (&["km", "kilometre", "kilometres", "kilometer", "kilometers"], "km", "length", 1_000, 1),
    (&["metre", "metres", "meter", "meters"], "m", "length", 1, 1),
    (&["cm", "centimetre", "centimetres"], "cm", "length", 1, 100),
    (&["mile", "miles"], "miles", "length", 1_609_344, 1_000),
    (&["tonne", "tonnes", "ton", "tons"], "tonnes", "mass", 1_000, 1),
    (&["kg", "kilogram", "kilograms", "kilo", "kilos"], "kg", "mass", 1, 1),
    (&["g", "gram", "grams"], "g", "mass", 1, 1_000),
    (&["km²", "square kilometres", "square kilometers"], "km²", "area", 1_000_000, 1),
    (&["ha", "hectare", "hectares"], "ha", "area", 10_000, 1),
    (&["l", "litre", "litres", "liter", "liters"], "litres", "volume", 1, 1),
    (&["kwh"], "kWh", "energy", 1, 1),
    (&["°c", "degrees"], "°C", "temperature", 1, 1),
];

pub(super) fn duration(label: &str) -> Unit {
    let (single, plural, months, over, under) = *DURATIONS
        .iter()
        .find(|(single, plural, ..)| *plural == label || *single == label)
        .unwrap_or(&DURATIONS[4]);
    Unit::part(Part {
        dimension: if months { Dimension::Month } else { Dimension::Day },
        label: plural.to_owned(),
        single: single.to_owned(),
        factor: Number::ratio(over, under),
        power: 1,
    })
}

fn is_per(token: &Token) -> bool {
    const PER: &[&str] = &["per", "a", "an", "each", "every"];
    token.is_sign('/') || (token.kind == TokenKind::Word && PER.contains(&token.word.as_str()))
}

/// Reads a unit phrase that fills all tokens. `over` is a unit already read, such as a currency
/// before the number, to which the phrase may add "a year".
pub(super) fn read_unit(tokens: &[Token], over: Option<Unit>) -> Result<Unit, FigureError> {
    let mut unit = over;
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let per = is_per(first) && !starts_pure(rest);
        let from = usize::from(per);
        let end = (from..rest.len()).find(|i| *i > from && is_per(&rest[*i])).unwrap_or(rest.len());
        let atom = read_atom(&rest[from..end], first)?;
        unit = Some(match unit {
            None if per && rest.len() < tokens.len() => atom,
            None => atom,
            Some(unit) if per => unit.per(&atom),
            Some(unit) => {
                let (a, b) = (unit.label().to_owned(), atom.label().to_owned());
                let message = format!("two units, {a} and {b}");
                return Err(FigureError::new(message, first.at.clone()).expected("one"));
            }
        });
        rest = &rest[end..];
    }
    Ok(unit.unwrap_or_else(Unit::unstated))
}

/// Whether "per cent" rather than "per" begins here.
fn starts_pure(tokens: &[Token]) -> bool {
    tokens.len() > 1 && matches!(phrase(&tokens[..2]).as_str(), "per cent" | "per mille")
}

fn read_atom(tokens: &[Token], near: &Token) -> Result<Unit, FigureError> {
    let name = phrase(tokens);
    if name == "date" || name == "dates" {
        return Ok(Unit::date());
    }
    if let Some((_, kind, label, under)) = PURE.iter().find(|(word, ..)| *word == name) {
        return Ok(Unit::of_kind(*kind, label, Number::ratio(1, *under)));
    }
    let time = SHORT_DURATIONS
        .iter()
        .find(|(short, _)| *short == name)
        .map_or(name.as_str(), |(_, long)| long);
    if DURATIONS.iter().any(|(single, plural, ..)| *single == time || *plural == time) {
        return Ok(duration(time));
    }
    if let Some((_, label, base, over, under)) =
        MEASURES.iter().find(|(words, ..)| words.contains(&name.as_str()))
    {
        return Ok(Unit::part(Part {
            dimension: Dimension::Measure(base),
            label: (*label).to_owned(),
            single: (*label).to_owned(),
            factor: Number::ratio(*over, *under),
            power: 1,
        }));
    }
    let whole = |(_, length): &(Vec<String>, usize)| *length == tokens.len();
    if let Some((codes, _)) = find_currency(tokens).filter(whole) {
        return Ok(currency(&codes[0]));
    }
    for token in tokens {
        if let Some(meant) = things::misspelt(&token.word) {
            let message = format!("“{}” is not a unit", token.text);
            return Err(FigureError::new(message, token.at.clone()).expected(format!("“{meant}”")));
        }
    }
    things::read(tokens).ok_or_else(|| {
        let at = near.at.start..tokens.last().map_or(near.at.end, |t| t.at.end);
        let said = if name.is_empty() { near.text } else { &name };
        FigureError::new(format!("“{said}” is not a unit"), at)
            .expected("%, a currency, a span of time, or what is counted")
    })
}
