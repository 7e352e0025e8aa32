//! The number itself: digits or words, and the scale after it.

use super::error::FigureError;
use super::printed::Printed;
use super::style::{Style, read_digits};
use super::tokens::{Kind, Token};
use super::unit::Unit;
use super::unit_words;
use super::vocabulary::{FRACTIONS, GROUPS, MULTIPLES, NUMBERS, SCALES, VULGAR, find};
use crate::number::Number;

/// A number read at the start of some tokens.
pub(super) struct Read {
    pub printed: Printed,
    /// How many tokens it took.
    pub length: usize,
    /// The unit that its own words bring: years for decades, times for "doubled".
    pub unit: Option<Unit>,
}

/// Reads a number with its scale. `Ok(None)` if none begins here.
pub(super) fn read_number(tokens: &[Token], style: Style) -> Result<Option<Read>, FigureError> {
    let Some(first) = tokens.first() else {
        return Ok(None);
    };
    if let Some(read) = multiple(first).or_else(|| fraction(tokens)) {
        return Ok(Some(read));
    }
    let Some((mut printed, mut length)) = mantissa(tokens, first, style)? else {
        return Ok(None);
    };
    if let Some((value, places, taken)) = and_a_fraction(&tokens[length..], &printed) {
        length += taken;
        let fraction = &value - &value.floor();
        printed = Printed::in_words(value, places, first.at.start..tokens[length - 1].at.end);
        // Three quarters are known to quarters.
        let of = if fraction == Number::ratio(3, 4) { Number::ratio(1, 4) } else { fraction };
        printed = printed.known_to(of);
    }
    if let Some(read) = out_of(&printed, tokens, length) {
        return Ok(Some(read));
    }
    let unit = scale(&mut printed, tokens, &mut length);
    Ok(Some(Read { printed, length, unit }))
}

/// The number before its fraction and its scale, and how many tokens it takes.
fn mantissa(
    tokens: &[Token],
    first: &Token,
    style: Style,
) -> Result<Option<(Printed, usize)>, FigureError> {
    if first.is_number() {
        let digits = read_digits(first.text, style).map_err(|expected| {
            let message = format!("“{}” is not grouped like a number", first.text);
            FigureError::new(message, first.at.clone()).expected(expected)
        })?;
        let at = first.at.clone();
        return Ok(Some((Printed::new(digits.value, digits.places, digits.writing, at), 1)));
    }
    if let Some((value, length)) = words(tokens) {
        let at = first.at.start..tokens[length - 1].at.end;
        return Ok(Some((Printed::in_words(value, 0, at), length)));
    }
    let nothing = first.at.start..first.at.start;
    if find(VULGAR, &first.word).is_some() {
        return Ok(Some((Printed::in_words(Number::zero(), 0, nothing), 0)));
    }
    Ok(article(tokens).map(|length| (Printed::in_words(Number::one(), 0, nothing), length)))
}

/// "one in five", "9 out of 10": a share in words, if the second number is a usual one.
fn out_of(part: &Printed, tokens: &[Token], length: usize) -> Option<Read> {
    let link = |words: &[&str]| {
        let run = tokens.get(length..length + words.len())?;
        run.iter()
            .zip(words)
            .all(|(token, word)| token.is_word(word))
            .then_some(length + words.len())
    };
    let from = link(&["in"]).or_else(|| link(&["out", "of"]))?;
    let (whole, taken) = match tokens.get(from)? {
        token if token.is_number() => (Number::decimal(token.text)?, 1),
        _ => words(&tokens[from..])?,
    };
    let usual = whole >= 2 && (whole <= 20 || Number::pow10(whole.magnitude()) == whole);
    if !usual || !part.value().is_integer() || *part.value() > whole {
        return None;
    }
    let percent = &(part.value() * &Number::from(100)) / &whole;
    let at = part.at.start..tokens[from + taken - 1].at.end;
    let printed = Printed::in_words(percent, 0, at).fixed(Some(10));
    Some(Read { printed, length: from + taken, unit: Some(Unit::percent()) })
}

/// Applies the scales and groups that follow a number.
fn scale(printed: &mut Printed, tokens: &[Token], length: &mut usize) -> Option<Unit> {
    let mut unit = None;
    while let Some(token) = tokens.get(*length).filter(|t| t.kind == Kind::Word) {
        let name = token.word.as_str();
        if let Some((_, shown, power)) = SCALES.iter().find(|(word, ..)| *word == name) {
            printed.scale_by(shown, &Number::pow10(*power));
        } else if let Some((_, size, label)) = GROUPS.iter().find(|(word, ..)| *word == name) {
            printed.multiply(&Number::from(*size), token.at.end);
            if !label.is_empty() {
                unit = Some(unit_words::duration(label));
            }
        } else {
            break;
        }
        *length += 1;
        if unit.is_some() {
            break;
        }
    }
    unit
}

/// "doubled" and its like.
fn multiple(token: &Token) -> Option<Read> {
    let (_, over, under) = MULTIPLES.iter().find(|(word, ..)| token.is_word(word))?;
    let value = Number::ratio(*over, *under);
    let places = usize::from(*under > 1);
    let printed = Printed::in_words(value, places, token.at.clone()).fixed(None);
    Some(Read { printed, length: 1, unit: Some(Unit::multiple()) })
}

/// "half", "a third", "two thirds"; but "half a million" is a number of millions, and "a quarter"
/// of a year is told from "a quarter" by nothing here.
fn fraction(tokens: &[Token]) -> Option<Read> {
    let (count, from) = match tokens {
        [first, ..] if first.kind == Kind::Word && find(FRACTIONS, &first.word).is_some() => {
            (Number::one(), 0)
        }
        [first, ..] if first.is_word("a") => (Number::one(), 1),
        _ => words(tokens)?,
    };
    let dash = usize::from(tokens.get(from).is_some_and(|t| from > 0 && t.is_minus()));
    let named = tokens.get(from + dash)?;
    let under = find(FRACTIONS, &named.word).filter(|_| named.kind == Kind::Word)?;
    let value = &count * &Number::ratio(1, under);
    let mut length = from + dash + 1;
    let at = tokens[0].at.start..named.at.end;
    let of = |i: usize| tokens.get(i).is_some_and(|t| t.is_word("a") || t.is_word("an"));
    if of(length) && under == 2 {
        length += 1;
        let mut printed = Printed::in_words(value, 1, at);
        let unit = scale(&mut printed, tokens, &mut length);
        return Some(Read { printed, length, unit });
    }
    let percent = value * Number::from(100);
    let printed = Printed::in_words(percent, 0, at).fixed(Some(10));
    Some(Read { printed, length, unit: Some(Unit::percent()) })
}

/// "two and a half", "2½": the value, its decimals, and the tokens of the fraction.
fn and_a_fraction(tokens: &[Token], whole: &Printed) -> Option<(Number, usize, usize)> {
    let first = tokens.first().filter(|_| whole.is_plain_whole())?;
    let plus = |over: i64, under: u64| whole.value() + &Number::ratio(over, under);
    if let Some((over, under, places)) = find(VULGAR, &first.word) {
        return Some((plus(over, under), places, 1));
    }
    let half = tokens.get(..3)?.iter().zip(["and", "a", "half"]).all(|(t, word)| t.is_word(word));
    half.then(|| (plus(1, 2), 1, 3))
}

/// "a" before a scale or group is one: "a million", "a decade".
fn article(tokens: &[Token]) -> Option<usize> {
    let one = tokens[0].is_word("a") || tokens[0].is_word("an");
    let next = tokens.get(usize::from(one))?;
    let known = next.kind == Kind::Word
        && next.word.len() > 2
        && (SCALES.iter().any(|(word, ..)| *word == next.word)
            || GROUPS.iter().any(|(word, ..)| *word == next.word));
    known.then_some(usize::from(one))
}

/// A whole number in words, and how many tokens it takes. A thousand or more is left to be a scale
/// where it comes last: "ten million" is ten of the scale million, "two thousand and five" is 2005.
fn words(tokens: &[Token]) -> Option<(Number, usize)> {
    let (mut total, mut group, mut length) = (Number::zero(), small(tokens)?, 0);
    let mut end = group.1;
    loop {
        length += end;
        let power = tokens.get(length).and_then(|t| {
            let scale = SCALES.iter().find(|(word, ..)| word.len() > 2 && t.is_word(word))?;
            Some(scale.2)
        });
        let Some(power) = power else {
            return Some((total + Number::from(group.0), length));
        };
        let skip = 1 + usize::from(tokens.get(length + 1).is_some_and(|t| t.is_word("and")));
        let Some(next) = tokens.get(length + skip..).and_then(small) else {
            let whole = total.is_zero();
            let value = total
                + Number::from(group.0) * if whole { Number::one() } else { Number::pow10(power) };
            return Some((value, length + usize::from(!whole)));
        };
        total = total + Number::from(group.0) * Number::pow10(power);
        group = next;
        length += skip;
        end = next.1;
    }
}

/// A number below a thousand in words, and how many tokens it takes.
fn small(tokens: &[Token]) -> Option<(i64, usize)> {
    let word = |i: usize| {
        tokens.get(i).filter(|t| t.kind == Kind::Word).and_then(|t| find(NUMBERS, &t.word))
    };
    let ten = |i: usize| {
        let first = word(i)?;
        let dash = usize::from(tokens.get(i + 1).is_some_and(|t| t.is_sign('-')));
        match word(i + 1 + dash) {
            Some(unit) if first >= 20 && (1..10).contains(&unit) => Some((first + unit, 2 + dash)),
            _ => Some((first, 1)),
        }
    };
    let is = |i: usize, name: &str| tokens.get(i).is_some_and(|t| t.is_word(name));
    let a_hundred = is(0, "a") && is(1, "hundred");
    let (first, mut length) = if a_hundred { (1, 1) } else { ten(0)? };
    if !is(length, "hundred") {
        return Some((first, length));
    }
    length += 1;
    let and = usize::from(is(length, "and"));
    match ten(length + and) {
        Some((rest, taken)) => Some((first * 100 + rest, length + and + taken)),
        None => Some((first * 100, length)),
    }
}
