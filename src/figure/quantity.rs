//! One number with its sign, currency, scale and unit.

use super::Hedge;
use super::currencies::{currency, find_currency};
use super::error::FigureError;
use super::number_words::{Read, read_number};
use super::printed::Printed;
use super::read::{Context, join_hedges, phrase, span, split_hedge};
use super::tokens::{Kind, Token};
use super::unit::Unit;
use super::unit_words::read_unit;
use super::vocabulary::{FILLERS, TRAILING, find};
use crate::number::Number;

/// A number with its unit, before the unit is settled.
pub(super) struct Quantity {
    pub printed: Printed,
    /// The units it may have, the usual one first; none if bare.
    pub units: Vec<Unit>,
    pub hedge: Hedge,
}

/// What stands before a number.
struct Front<'t, 'a> {
    number: Option<Read>,
    rest: &'t [Token<'a>],
    codes: Codes,
    negative: bool,
    bracketed: bool,
    /// "a" or "the first", which make one of a unit without a number.
    one: bool,
}

/// A quantity with the hedge before or after it.
pub(super) fn read_hedged(context: Context, tokens: &[Token]) -> Result<Quantity, FigureError> {
    let (hedge, body) = split_hedge(tokens)?;
    let mut quantity = read_quantity(context, body)?;
    quantity.hedge = join_hedges(hedge, quantity.hedge, tokens)?;
    Ok(quantity)
}

/// A quantity that fills all tokens; a hedge may follow it, but not precede it.
pub(super) fn read_quantity(context: Context, tokens: &[Token]) -> Result<Quantity, FigureError> {
    let (mut hedge, body) = split_trailing(tokens);
    let front = read_front(context, body)?;
    let (mut rest, mut codes) = (front.rest, front.codes);
    let (mut printed, own_unit) = match front.number {
        Some(read) => (read.printed, read.unit),
        None => (one_of(front.one, rest).ok_or_else(|| no_number(context, tokens, rest))?, None),
    };
    while let Some(first) = rest.first() {
        let before_word = rest.get(1).is_some_and(|t| t.kind == Kind::Word);
        if let Some((more, length)) = find_currency(rest) {
            codes.add(more, first)?;
            rest = &rest[length..];
        } else if let Some((found, length)) = trailing_at_start(rest) {
            hedge = join_hedges(hedge, found, tokens)?;
            rest = &rest[length..];
        } else if first.is_sign('-') && before_word {
            rest = &rest[1..];
        } else {
            break;
        }
    }
    if let Some(of) = rest.iter().position(|t| t.is_word("of")) {
        let share = of == 0
            || read_unit(&rest[..of], None).is_ok_and(|unit| unit.is_percent() || unit.is_points());
        if share {
            let message = "what the figure is a part of does not belong to it";
            let expected = "the number and its unit; the rest in `of`";
            return Err(FigureError::new(message, span(&rest[of..])).expected(expected));
        }
    }
    if front.negative {
        printed.negate();
    }
    let units = read_units(codes, own_unit, rest)?;
    let money = |unit: &Unit| unit.is_unstated() || unit.is_currency();
    if front.bracketed && !units.iter().all(money) {
        let message = "brackets around a figure that is not money";
        return Err(FigureError::new(message, span(tokens)).expected("a minus sign"));
    }
    Ok(Quantity { printed, units, hedge })
}

fn read_front<'t, 'a>(
    context: Context,
    tokens: &'t [Token<'a>],
) -> Result<Front<'t, 'a>, FigureError> {
    let codes = Codes { codes: None };
    let mut front =
        Front { number: None, rest: tokens, codes, negative: false, bracketed: false, one: false };
    while let Some(first) = front.rest.first() {
        if let Some(read) = read_number(front.rest, context.style)? {
            front.rest = &front.rest[read.length..];
            front.number = Some(read);
            break;
        }
        let mut length = 1;
        let word = first.word.as_str();
        if let Some((codes, taken)) = find_currency(front.rest) {
            front.codes.add(codes, first)?;
            length = taken;
        } else if first.is_minus() || first.is_word("minus") {
            front.negative = !front.negative;
        } else if let (false, Some(inner)) = (front.bracketed, in_brackets(front.rest)) {
            front.negative = !front.negative;
            front.bracketed = true;
            front.rest = inner;
            continue;
        } else if FILLERS.contains(&word) {
            front.one |= matches!(word, "a" | "an" | "first" | "last");
        } else if !(first.is_sign('+') || first.is_word("plus")) {
            break;
        }
        front.rest = &front.rest[length..];
    }
    Ok(front)
}

/// Brackets around a number are an accountant's minus.
fn in_brackets<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    match tokens {
        [open, inner @ .., close] if open.is_sign('(') && close.is_sign(')') => Some(inner),
        _ => None,
    }
}

/// "a year", "the first year": one of them.
fn one_of(one: bool, rest: &[Token]) -> Option<Printed> {
    let start = rest.first().filter(|_| one)?.at.start;
    let duration = read_unit(rest, None).is_ok_and(|unit| unit.is_duration());
    duration.then(|| Printed::in_words(Number::one(), 0, start..start))
}

fn no_number(context: Context, tokens: &[Token], rest: &[Token]) -> FigureError {
    let at = span(if rest.is_empty() { tokens } else { rest });
    let found = context.text.get(at.clone()).unwrap_or_default();
    FigureError::new(format!("“{found}” is not a number"), at)
        .expected("digits or a number in words")
}

/// The units that the words after a number leave open.
fn read_units(codes: Codes, own: Option<Unit>, rest: &[Token]) -> Result<Vec<Unit>, FigureError> {
    match (codes.codes, own) {
        (Some(codes), _) => {
            codes.iter().map(|code| read_unit(rest, Some(currency(code)))).collect()
        }
        (None, own) if rest.is_empty() => Ok(own.into_iter().collect()),
        (None, Some(own)) if !own.is_percent() => Ok(vec![read_unit(rest, Some(own))?]),
        (None, _) => Ok(vec![read_unit(rest, None)?]),
    }
}

/// The currencies named so far around one number.
struct Codes {
    codes: Option<Vec<String>>,
}

impl Codes {
    /// A currency printed twice is read as one if both can mean the same.
    fn add(&mut self, more: Vec<String>, near: &Token) -> Result<(), FigureError> {
        let Some(before) = self.codes.take() else {
            self.codes = Some(more);
            return Ok(());
        };
        let both: Vec<String> = before.iter().filter(|code| more.contains(code)).cloned().collect();
        if both.is_empty() {
            let message = format!("two currencies, {} and {}", before[0], more[0]);
            return Err(FigureError::new(message, near.at.clone()).expected("one"));
        }
        self.codes = Some(both);
        Ok(())
    }
}

fn trailing_at_start(tokens: &[Token]) -> Option<(Hedge, usize)> {
    (1..=tokens.len().min(2))
        .rev()
        .find_map(|length| Some((find(TRAILING, &phrase(&tokens[..length]))?, length)))
}

/// Takes a hedge from the end.
fn split_trailing<'t, 'a>(tokens: &'t [Token<'a>]) -> (Hedge, &'t [Token<'a>]) {
    for length in [2, 1] {
        if tokens.len() > length {
            let (body, last) = tokens.split_at(tokens.len() - length);
            if let Some(hedge) = find(TRAILING, &phrase(last)) {
                return (hedge, body);
            }
        }
    }
    (Hedge::None, tokens)
}

/// The unit of a figure, from those its text may mean and the one declared.
pub(super) fn resolve(units: &[Unit], context: Context) -> Result<Unit, FigureError> {
    let Some(declared) = context.declared.filter(|unit| !unit.is_unstated()) else {
        return Ok(units.first().cloned().unwrap_or_else(Unit::unstated));
    };
    let Some(usual) = units.first() else {
        if declared.is_date() {
            return Err(FigureError::new("this is not a date", 0..context.text.len())
                .expected("a date such as 2021-07-19"));
        }
        return Ok(declared.clone());
    };
    match units.iter().find(|unit| declared.may_declare(unit)) {
        // The printed digits count printed units: six months declared as years stay months.
        Some(unit) if declared.compare(unit).is_ok() && declared.factor() != unit.factor() => {
            Ok(unit.clone())
        }
        Some(_) => Ok(declared.clone()),
        None => {
            let message =
                format!("the text says {}, the claim declares {}", usual.label(), declared.label());
            Err(FigureError::new(message, 0..context.text.len())
                .expected("units that can be compared"))
        }
    }
}
/// The units that both ends may have; `None` if they have different ones.
pub(super) fn common_units(a: &[Unit], b: &[Unit]) -> Option<Vec<Unit>> {
    let common: Vec<Unit> = a.iter().filter(|unit| b.contains(unit)).cloned().collect();
    if common.is_empty() && !a.is_empty() { None } else { Some(common) }
}
