//! The grammar of printed figures: hedge, sign, currency, number, scale, unit; ranges of such.

use super::currencies::find_currency;
use super::error::FigureError;
use super::quantity::{read_quantity, resolve};
use super::range::{read_plus_minus, read_range, split_range};
use super::read_date;
use super::style::Style;
use super::tokens::{Token, tokenize};
use super::unit::Unit;
use super::unit_words::read_unit;
use super::vocabulary::{HEDGES, MISSING, VAGUE, find};
use super::{Figure, Hedge, MAX_BYTES, Shape};
use crate::interval::Interval;
use crate::number::{MAX_DIGITS, Number};

/// What a text is read against.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub text: &'a str,
    pub style: Style,
    pub declared: Option<&'a Unit>,
}

pub(super) fn read(
    text: &str,
    style: Style,
    declared: Option<&Unit>,
) -> Result<Figure, FigureError> {
    let whole = 0..text.len();
    if text.len() > MAX_BYTES {
        return Err(FigureError::new(format!("the text is longer than {MAX_BYTES} bytes"), whole));
    }
    let bare = text.trim().to_lowercase();
    if bare.is_empty() || MISSING.contains(&bare.as_str()) {
        return Err(FigureError::new("there is no figure here", whole)
            .expected("a number; a missing value is left out"));
    }
    if text.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS {
        return Err(FigureError::new(format!("more than {MAX_DIGITS} digits"), whole));
    }
    let tokens = tokenize(text, style);
    let context = Context { text, style, declared };
    match read_date::read(context, &tokens)? {
        Some(figure) => Ok(figure),
        None if declared.is_some_and(Unit::is_date) => read_number_figure(context, &tokens)
            .map_err(|_| {
                FigureError::new(format!("“{}” is not a date", text.trim()), whole)
                    .expected("a date such as 2025-12-31, 31 December 2025 or late July 2021")
            }),
        None => read_number_figure(context, &tokens),
    }
}

fn read_number_figure(context: Context, tokens: &[Token]) -> Result<Figure, FigureError> {
    let (hedge, body) = split_hedge(tokens)?;
    if let Some(figure) = read_vague(context, hedge, body)? {
        return Ok(figure);
    }
    if let Some(at) = body.iter().position(|t| t.is_sign('±')) {
        return read_plus_minus(context, hedge, &body[..at], &body[at + 1..]);
    }
    if let Some((low, high)) = split_range(body)? {
        return read_range(context, hedge, low, high);
    }
    let quantity = read_quantity(context, body)?;
    let hedge = join_hedges(hedge, quantity.hedge, tokens)?;
    let unit = resolve(&quantity.units, context)?;
    Ok(figure(context.text, unit, hedge, Shape::Single(quantity.printed)))
}

pub(super) fn figure(text: &str, unit: Unit, hedge: Hedge, shape: Shape) -> Figure {
    Figure::new(text.trim().to_owned(), unit, hedge, trimmed(text, shape))
}

/// Places in the text count from its first character that is not a space.
fn trimmed(text: &str, mut shape: Shape) -> Shape {
    let cut = text.len() - text.trim_start().len();
    if let Shape::Single(printed) | Shape::PlusMinus(printed, _) = &mut shape {
        printed.at.start = printed.at.start.saturating_sub(cut);
        printed.at.end = printed.at.end.saturating_sub(cut);
    }
    shape
}

/// Takes the hedges from the front.
pub(super) fn split_hedge<'t, 'a>(
    tokens: &'t [Token<'a>],
) -> Result<(Hedge, &'t [Token<'a>]), FigureError> {
    let (mut hedge, mut rest) = (Hedge::None, tokens);
    while find_currency(rest).is_none() {
        let longest = (1..=rest.len().min(4)).rev();
        let Some((found, length)) = longest
            .filter_map(|length| Some((find(HEDGES, &phrase(&rest[..length]))?, length)))
            .next()
        else {
            break;
        };
        hedge = join_hedges(hedge, found, tokens)?;
        rest = &rest[length..];
    }
    Ok((hedge, rest))
}

/// "estimated" adds nothing to another hedge; two others contradict each other.
pub(super) fn join_hedges(a: Hedge, b: Hedge, tokens: &[Token]) -> Result<Hedge, FigureError> {
    match (a, b) {
        (Hedge::None | Hedge::Estimated, other) if other != Hedge::None => Ok(other),
        (one, Hedge::None | Hedge::Estimated) => Ok(one),
        (one, other) if one == other => Ok(one),
        (one, other) => {
            let message = format!("two hedges, “{one}” and “{other}”");
            Err(FigureError::new(message, span(tokens)).expected("one"))
        }
    }
}

pub(super) fn phrase(tokens: &[Token]) -> String {
    tokens.iter().map(|t| t.word.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn span(tokens: &[Token]) -> std::ops::Range<usize> {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.at.start..last.at.end,
        _ => 0..0,
    }
}

/// "hundreds", "tens of thousands of women".
fn read_vague(
    context: Context,
    hedge: Hedge,
    body: &[Token],
) -> Result<Option<Figure>, FigureError> {
    let found = [3, 1].into_iter().filter(|length| *length <= body.len()).find_map(|length| {
        let words = phrase(&body[..length]);
        let (_, lo, hi) = VAGUE.iter().find(|(name, ..)| *name == words)?;
        Some((*lo, *hi, length))
    });
    let Some((lo, hi, length)) = found else {
        return Ok(None);
    };
    if !matches!(hedge, Hedge::None | Hedge::About | Hedge::Estimated) {
        let message = format!("“{hedge}” says nothing of “{}”", phrase(&body[..length]));
        return Err(FigureError::new(message, span(body)).expected("a number"));
    }
    let rest = &body[length..];
    let rest = if rest.first().is_some_and(|t| t.is_word("of")) { &rest[1..] } else { rest };
    let units = if rest.is_empty() { Vec::new() } else { vec![read_unit(rest, None)?] };
    let unit = resolve(&units, context)?;
    let set = Interval::closed(Number::from(lo), Number::from(hi));
    Ok(Some(figure(context.text, unit, hedge, Shape::Vague(set))))
}
