//! Whether parts add up to their total.

use super::Known;
use super::cell::{MAX_DIGITS, Printed, power};
use super::cells::{Cells, Source};
use super::often::{Often, Sum, Widths, reach};

/// What is known of parts and their total, whatever is answered to what is not declared.
pub(super) fn sum(
    cells: &Cells,
    (plus, minus, total): (&[Source], &[Source], &Source),
    (complete, exclusive): (Option<bool>, Option<bool>),
    (strict, often): (bool, &Often),
) -> Option<Known> {
    let mut sums = [0i64; MAX_DIGITS + 1];
    let mut widths = Widths::default();
    let mut add = |number: Printed, sign: i64| {
        let sum = sums.get_mut(number.decimals)?;
        *sum = sum.checked_add(number.mantissa * sign)?;
        let width = &mut widths[number.decimals];
        *width = width.checked_add(u16::from(!number.exact))?;
        Some(())
    };
    let mut parts = 0;
    // A list from which amounts are taken away can have any total if it is not complete.
    let mut open = false;
    for part in plus {
        cells.each_number(part, |number| {
            parts += 1;
            open |= number.mantissa < 0;
            add(number, 1)
        })?;
    }
    for part in minus {
        cells.each_number(part, |number| {
            open = true;
            add(number, -1)
        })?;
    }
    add(cells.number(total)?, -1)?;
    (parts > 0).then_some(())?;
    let decimals = sums.iter().zip(&widths).rposition(|(sum, width)| *sum != 0 || *width > 0);
    let decimals = decimals.unwrap_or(0);
    let mut difference = 0i64;
    for (own, sum) in sums[..=decimals].iter().enumerate() {
        let scaled = sum.checked_mul(power(decimals - own)?)?;
        difference = difference.checked_add(scaled)?;
    }
    if exclusive != Some(true) && !open {
        // Where things are counted in two parts, the total is that of the largest at least.
        let total = cells.span(total)?;
        for part in plus {
            cells.each(part, |part| {
                (part.room_below(&total)? >= i128::from(strict)).then_some(())
            })?;
        }
    }
    if exclusive != Some(false) && complete != Some(false) {
        return Some(match often.sum(&widths, decimals, difference)? {
            Sum::Usual => Known::Sums,
            // Sums of too many figures, which may only touch.
            Sum::Ties if strict && widths.iter().any(|count| *count > 0) => return None,
            Sum::Ties => Known::Holds,
        });
    }
    // What is left out makes the total larger, what is counted twice makes it smaller.
    let reach = reach(&widths, decimals)?;
    let room = i64::from(strict && reach > 0);
    let twice = difference.checked_mul(2)?;
    let above = open || exclusive == Some(false) || reach.checked_sub(twice)? >= room;
    let below = open
        || complete == Some(false)
        || exclusive == Some(true)
        || reach.checked_add(twice)? >= room;
    (above && below).then_some(Known::Holds)
}
