//! Whether a condition on sets holds, with the arithmetic of [`Span`].

use super::cells::{Cells, Source};
use super::days;
use super::span::Span;
use crate::expr::{Condition, Counted, Formula, Function, Operator, Relation};

/// The largest power that is worked out here.
const MAX_POWER: i128 = 8;

/// Whether a condition certainly holds; with `strict_ends`, sets that only touch do not meet. `None`
/// where it cannot be told here.
pub(super) fn holds(
    condition: &Condition<Source>,
    cells: &Cells,
    strict_ends: bool,
) -> Option<bool> {
    let room = i128::from(strict_ends);
    Some(match condition {
        Condition::Compare(a, relation, b) => {
            let (a, b) = (value(a, cells)?, value(b, cells)?);
            let (below, above) = (|| a.room_below(&b), || b.room_below(&a));
            match relation {
                Relation::Equal => below()? >= room && above()? >= room,
                Relation::Unequal => !(a.is_point() && b.is_point() && below()? == 0),
                Relation::Below => below()? > 0,
                Relation::AtMost => below()? >= room,
                Relation::Above => above()? > 0,
                Relation::AtLeast => above()? >= room,
            }
        }
        Condition::Meet(all) => {
            let mut common: Option<Span> = None;
            for formula in all {
                each_value(formula, cells, |own| {
                    common = Some(match common {
                        None => own,
                        Some(sofar) => {
                            let (a, b) = sofar.alike(own)?;
                            Span { lo: a.lo.max(b.lo), hi: a.hi.min(b.hi), den: a.den }
                        }
                    });
                    Some(())
                })?;
            }
            let common = common?;
            common.hi.checked_sub(common.lo)?.signum() >= room
        }
        Condition::Rising { all, strict } => {
            let least = i128::from(*strict || strict_ends);
            let mut low: Option<Span> = None;
            let mut rising = true;
            for formula in all {
                each_value(formula, cells, |own| {
                    low = Some(match low {
                        None => own,
                        Some(low) => {
                            rising &= low.room_below(&own)? >= least;
                            let (a, b) = low.alike(own)?;
                            if b.lo > a.lo { own } else { low }
                        }
                    });
                    Some(())
                })?;
            }
            low?;
            rising
        }
        Condition::All(all) => {
            for one in all {
                if !holds(one, cells, strict_ends)? {
                    return Some(false);
                }
            }
            true
        }
        Condition::Any(all) => {
            let mut any = false;
            for one in all {
                any |= holds(one, cells, strict_ends)?;
            }
            any
        }
    })
}

/// Hands out the values of a formula in a list: a column can have many.
fn each_value(
    formula: &Formula<Source>,
    cells: &Cells,
    mut take: impl FnMut(Span) -> Option<()>,
) -> Option<()> {
    match formula {
        Formula::Value(source) => cells.each(source, take),
        other => take(value(other, cells)?),
    }
}

/// The values of a formula.
fn value(formula: &Formula<Source>, cells: &Cells) -> Option<Span> {
    Some(match formula {
        Formula::Value(source) => cells.span(source)?,
        Formula::Negative(inner) => value(inner, cells)?.negative()?,
        Formula::Arithmetic(operator, a, b) => {
            let (a, b) = (value(a, cells)?, value(b, cells)?);
            match operator {
                Operator::Plus => a.plus(b)?,
                Operator::Minus => a.plus(b.negative()?)?,
                Operator::Times => a.times(b)?,
                Operator::Over => a.times(b.recip()?)?,
                Operator::Power => {
                    let whole = b.is_point() && b.lo % b.den == 0;
                    let exponent = whole.then(|| b.lo / b.den);
                    let exponent = exponent.filter(|power| (0..=MAX_POWER).contains(power))?;
                    a.power(u32::try_from(exponent).ok()?)?
                }
            }
        }
        Formula::Call(function, all) => {
            let (first, rest) = all.split_first()?;
            let first = value(first, cells)?;
            let start = if *function == Function::Abs { first.abs()? } else { first };
            rest.iter().try_fold(start, |sofar, next| {
                let next = value(next, cells)?;
                match function {
                    Function::Sum => sofar.plus(next),
                    Function::Min => sofar.min(next),
                    Function::Max | Function::Abs => sofar.max(next),
                }
            })?
        }
        Formula::Elapsed(ends, counted) => {
            let (from, to) = (value(&ends[0], cells)?, value(&ends[1], cells)?);
            (from.den == 1 && to.den == 1).then_some(())?;
            match counted {
                Counted::Days { inclusive } => {
                    let (lo, hi) = (to.lo.checked_sub(from.hi)?, to.hi.checked_sub(from.lo)?);
                    Span { lo, hi: hi.checked_add(i128::from(*inclusive))?, den: 1 }
                }
                Counted::Months(step) => Span::between(
                    days::elapsed(from.hi, to.lo, *step)?,
                    days::elapsed(from.lo, to.hi, *step)?,
                )?,
            }
        }
    })
}
