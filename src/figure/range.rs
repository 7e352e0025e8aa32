//! Ranges: "70% to 80%", "6,000–30,000 yuan", "45 ± 3".

use super::error::FigureError;
use super::printed::Printed;
use super::quantity::{Quantity, common_units, read_hedged, read_quantity, resolve};
use super::read::{Context, figure, join_hedges, span};
use super::style::Writing;
use super::tokens::{Kind, Token};
use super::unit::Unit;
use super::vocabulary::{FRACTIONS, GROUPS, MONTHS, NUMBERS, SCALES, find};
use super::{Figure, Hedge, Shape};
use crate::number::Number;

/// The tokens on either side of what makes a range.
type Sides<'t, 'a> = (&'t [Token<'a>], &'t [Token<'a>]);

/// The two sides of a range, if the tokens are one.
pub(super) fn split_range<'t, 'a>(
    body: &'t [Token<'a>],
) -> Result<Option<Sides<'t, 'a>>, FigureError> {
    let between = body.first().is_some_and(|t| t.is_word("between"));
    let from = body.first().is_some_and(|t| t.is_word("from"));
    let rest = &body[usize::from(between || from)..];
    let cut = (1..rest.len()).find(|i| {
        let (before, token, after) = (&rest[*i - 1], &rest[*i], &rest[*i + 1..]);
        let parts = match token.kind {
            Kind::Word if between => token.word == "and",
            Kind::Word => matches!(token.word.as_str(), "to" | "through" | "until"),
            Kind::Sign('–' | '—' | '~' | '～') => true,
            Kind::Sign('-') => !is_compound(before, after),
            _ => false,
        };
        parts && has_number(&rest[..*i]) && has_number(after)
    });
    match cut {
        Some(cut) => Ok(Some((&rest[..cut], &rest[cut + 1..]))),
        None if between => {
            Err(FigureError::new("“between” without an “and”", span(body))
                .expected("between A and B"))
        }
        None => Ok(None),
    }
}

/// The hyphen of "twenty-five" and of "two-thirds".
fn is_compound(before: &Token, after: &[Token]) -> bool {
    let Some(next) = after.first().filter(|t| t.kind == Kind::Word) else {
        return false;
    };
    let ten = find(NUMBERS, &before.word).is_some_and(|n| n >= 20);
    let unit = find(NUMBERS, &next.word).is_some_and(|n| (1..10).contains(&n));
    (ten && unit) || find(FRACTIONS, &next.word).is_some()
}

fn has_number(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| {
        let word = t.word.as_str();
        t.is_number()
            || find(NUMBERS, word).is_some()
            || find(FRACTIONS, word).is_some()
            || find(MONTHS, word).is_some()
            || GROUPS.iter().any(|(group, ..)| *group == word)
            || (word.len() > 2 && SCALES.iter().any(|(scale, ..)| *scale == word))
    })
}

pub(super) fn read_range(
    context: Context,
    hedge: Hedge,
    low: &[Token],
    high: &[Token],
) -> Result<Figure, FigureError> {
    let all = span(low).start..span(high).end;
    let (mut a, mut b) = (read_hedged(context, low)?, read_hedged(context, high)?);
    share(&mut a, &mut b);
    let end_hedge = join_hedges(a.hedge, b.hedge, high)?;
    let hedge = join_hedges(hedge, end_hedge, high)?;
    if !matches!(hedge, Hedge::None | Hedge::About | Hedge::Estimated) {
        let message = format!("“{hedge}” before a range");
        return Err(FigureError::new(message, all).expected("one end, or the range alone"));
    }
    let end = |quantity: Quantity, tokens: &[Token], units: &[Unit]| {
        let mut printed = quantity.printed;
        let at = span(tokens);
        printed.at =
            printed.at.start.saturating_sub(at.start)..printed.at.end.saturating_sub(at.start);
        let unit = resolve(units, context)?;
        Ok(Figure::new(
            context.text[at].to_owned(),
            unit,
            quantity.hedge,
            Shape::Single(printed),
        ))
    };
    let common = common_units(&a.units, &b.units);
    let (a_units, b_units) = match common {
        Some(common) => (common.clone(), common),
        None => (a.units.clone(), b.units.clone()),
    };
    let a = end(a, low, &a_units)?;
    let b = end(b, high, &b_units)?;
    if let Err(mismatch) = a.unit.compare(&b.unit) {
        return Err(FigureError::new(mismatch.to_string(), all).expected("one unit for both ends"));
    }
    if a.printed() > b.printed() {
        return Err(
            FigureError::new("the range begins above its end", all).expected("the lower end first")
        );
    }
    let unit = b.unit.clone();
    Ok(figure(
        context.text,
        unit,
        hedge,
        Shape::Range(Box::new((a, b))),
    ))
}

/// The unit or scale on one end applies to both, as long as that leaves them in order.
fn share(a: &mut Quantity, b: &mut Quantity) {
    if a.units.is_empty() {
        a.units = b.units.clone();
    } else if b.units.is_empty() {
        b.units = a.units.clone();
    }
    // "£3,000–£4,000 a month": the rate is that of both.
    let rates = |of: &[Unit], units: &[Unit]| -> Vec<Unit> {
        let fits = |rate: &&Unit| units.iter().any(|unit| rate.may_declare(unit));
        of.iter().filter(fits).cloned().collect()
    };
    if common_units(&a.units, &b.units).is_none() {
        let (low, high) = (rates(&b.units, &a.units), rates(&a.units, &b.units));
        let all_rates = |rates: &[Unit]| rates.iter().any(|unit| unit.label().contains('/'));
        if all_rates(&low) {
            a.units.clone_from(&low);
            b.units = low;
        } else if all_rates(&high) {
            b.units.clone_from(&high);
            a.units = high;
        }
    }
    let (one, other) = (
        a.printed.scale_name.is_some(),
        b.printed.scale_name.is_some(),
    );
    if !one && other {
        let mut shared = a.printed.clone();
        shared.rescale(&b.printed);
        if shared.scaled() <= b.printed.scaled() {
            a.printed = shared;
        }
    } else if one && !other && b.printed.scaled() < a.printed.scaled() {
        b.printed.rescale(&a.printed.clone());
    }
}

pub(super) fn read_plus_minus(
    context: Context,
    hedge: Hedge,
    middle: &[Token],
    half: &[Token],
) -> Result<Figure, FigureError> {
    let (mut a, mut b) = (
        read_quantity(context, middle)?,
        read_quantity(context, half)?,
    );
    if a.units.is_empty() {
        a.units = b.units.clone();
    }
    if a.printed.scale_name.is_none() {
        let plain = a.printed.scaled();
        a.printed.rescale(&b.printed);
        if plain > b.printed.scaled() {
            a.printed
                .rescale(&Printed::new(Number::zero(), 0, Writing::default(), 0..0));
        }
    } else if b.printed.scale_name.is_none() {
        b.printed.rescale(&a.printed);
    }
    let units = common_units(
        &a.units,
        if b.units.is_empty() {
            &a.units
        } else {
            &b.units
        },
    );
    let units = units.unwrap_or_else(|| a.units.clone());
    let unit = resolve(&units, context)?;
    let points = unit.is_percent() && b.units.first().is_some_and(Unit::is_points);
    if let Some(other) = b
        .units
        .first()
        .filter(|other| !points && unit.compare(other).is_err())
    {
        let message = format!("{} and {} cannot be compared", unit.label(), other.label());
        return Err(FigureError::new(message, span(half)).expected("one unit"));
    }
    let half = b.printed.scaled().abs();
    Ok(figure(
        context.text,
        unit,
        hedge,
        Shape::PlusMinus(a.printed, half),
    ))
}
