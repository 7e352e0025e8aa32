//! Ranges: "70% to 80%", "6,000–30,000 yuan", "45 ± 3".

use super::error::FigureError;
use super::quantity::{Quantity, common_units, read_hedged, read_quantity, resolve};
use super::read::{Context, figure, join_hedges, span};
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

/// Whether something could be read as a number here, or as a date.
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

/// A range from its two sides, each end with the unit and scale of the other where it has none.
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
        Ok(Figure::new(context.text[at].to_owned(), unit, quantity.hedge, Shape::Single(printed)))
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
    Ok(figure(context.text, unit, hedge, Shape::Range(Box::new((a, b)))))
}

/// The unit or scale on one end applies to both, as long as that leaves them in order.
fn share(a: &mut Quantity, b: &mut Quantity) {
    if a.units.is_empty() {
        a.units.clone_from(&b.units);
    } else if b.units.is_empty() {
        b.units.clone_from(&a.units);
    } else if let Some(rates) = rates(&b.units, &a.units) {
        a.units = rates;
    }
    let mut shared = a.printed.clone();
    shared.rescale(&b.printed);
    match (&a.printed.scale_name, &b.printed.scale_name) {
        (None, Some(_)) if shared.scaled() <= b.printed.scaled() => a.printed = shared,
        (Some(_), None) if b.printed.scaled() < a.printed.scaled() => b.printed.rescale(&a.printed),
        _ => {}
    }
}

/// Of "£3,000–£4,000 a month", the monthly rates that the first end may be.
fn rates(rates: &[Unit], units: &[Unit]) -> Option<Vec<Unit>> {
    let rate = |rate: &&Unit| units.iter().any(|unit| rate.is_rate_of(unit));
    let found: Vec<Unit> = rates.iter().filter(rate).cloned().collect();
    (!found.is_empty()).then_some(found)
}

/// "45 ± 3": both numbers in one unit and scale.
pub(super) fn read_plus_minus(
    context: Context,
    hedge: Hedge,
    middle: &[Token],
    half: &[Token],
) -> Result<Figure, FigureError> {
    let (mut a, mut b) = (read_quantity(context, middle)?, read_quantity(context, half)?);
    let (one, other) = (a.printed.scale_name.is_some(), b.printed.scale_name.is_some());
    if one && !other {
        b.printed.rescale(&a.printed);
    } else if other && !one && a.printed.scaled() <= b.printed.scaled() {
        a.printed.rescale(&b.printed);
    }
    if a.units.is_empty() {
        a.units.clone_from(&b.units);
    } else if b.units.is_empty() {
        b.units.clone_from(&a.units);
    }
    let units = common_units(&a.units, &b.units).unwrap_or_else(|| a.units.clone());
    let unit = resolve(&units, context)?;
    let other = b.units.iter().find(|other| unit.compare(other).is_ok()).or(b.units.first());
    let other = other.unwrap_or(&unit);
    let points = unit.is_percent() && other.is_points();
    let rate = unit.is_rate_of(other);
    if let (Err(mismatch), false) = (unit.compare(other), points || rate) {
        return Err(FigureError::new(mismatch.to_string(), span(half)).expected("one unit"));
    }
    // "2 years ± 3 months": the half in units of the middle, unless the unit was only declared.
    let size =
        if rate || b.units.is_empty() { Number::one() } else { other.factor() / unit.factor() };
    let half = &b.printed.scaled().abs() * &size;
    Ok(figure(context.text, unit, hedge, Shape::PlusMinus(a.printed, half)))
}
