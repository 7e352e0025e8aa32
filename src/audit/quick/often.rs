//! How far rounding alone carries a sum of printed figures often enough not to be remarkable.

use std::collections::HashMap;
use std::sync::{OnceLock, RwLock};

use super::cell::{MAX_DIGITS, power};
use crate::audit::chance;
use crate::finding::Rounded;
use crate::interval::Interval;
use crate::number::Number;

/// The most rounded figures of unlike widths that are looked up here.
const MAX_UNLIKE: u16 = 12;
/// The most rounded figures for which there can be a probability.
const MAX_FIGURES: u16 = 200;

/// How many rounded figures there are with so many decimals.
pub(super) type Widths = [u16; MAX_DIGITS + 1];

/// The differences that rounding brings about at least once in a thousand times, by the widths of
/// the figures: worked out once for each combination that is met.
#[derive(Debug)]
pub(super) struct Often {
    /// By the number of figures of one width.
    alike: Vec<OnceLock<Option<i64>>>,
    unlike: RwLock<HashMap<(Widths, usize), Option<i64>>>,
}

/// How a sum of rounded figures stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sum {
    /// It ties, and rounding does this often enough.
    Usual,
    /// It ties, and no probability is worked out.
    Ties,
}

impl Default for Often {
    fn default() -> Self {
        let alike = (0..=MAX_FIGURES).map(|_| OnceLock::new()).collect();
        Self { alike, unlike: RwLock::default() }
    }
}

impl Often {
    /// What is known of a sum that is off by `difference`, in units of the last of `decimals`.
    /// `None` if nothing is, or it does not tie.
    pub fn sum(&self, widths: &Widths, decimals: usize, difference: i64) -> Option<Sum> {
        let figures = widths.iter().try_fold(0u16, |all, some| all.checked_add(*some))?;
        if figures == 0 {
            return (difference == 0).then_some(Sum::Ties);
        }
        let unlike = widths.iter().filter(|count| **count > 0).count() > 1;
        if unlike && figures > MAX_UNLIKE {
            return None;
        }
        if figures > MAX_FIGURES {
            let twice = difference.unsigned_abs().checked_mul(2)?;
            return (twice <= reach(widths, decimals)?.unsigned_abs()).then_some(Sum::Ties);
        }
        let most = if widths[decimals] == figures {
            *self.alike.get(usize::from(figures))?.get_or_init(|| most(widths, decimals))
        } else {
            self.most_of_unlike(widths, decimals)?
        };
        (difference.unsigned_abs() <= most?.unsigned_abs()).then_some(Sum::Usual)
    }

    fn most_of_unlike(&self, widths: &Widths, decimals: usize) -> Option<Option<i64>> {
        let key = (*widths, decimals);
        let known = self.unlike.read().ok()?.get(&key).copied();
        known.or_else(|| {
            let most = most(widths, decimals);
            self.unlike.write().ok()?.insert(key, most);
            Some(most)
        })
    }
}

/// The widths of all figures together, in units of the last of `decimals`: twice as far as
/// rounding can carry their sum.
pub(super) fn reach(widths: &Widths, decimals: usize) -> Option<i64> {
    let mut span = 0i64;
    for (own, count) in widths.iter().enumerate().filter(|(_, count)| **count > 0) {
        let width = power(decimals.checked_sub(own)?)?;
        span = span.checked_add(width.checked_mul(i64::from(*count))?)?;
    }
    Some(span)
}

/// The largest difference that rounding alone brings about often enough; `None` if that cannot be
/// worked out.
fn most(widths: &Widths, decimals: usize) -> Option<i64> {
    let level = Number::ratio(1, 1000);
    let half = Number::ratio(1, 2);
    let often = |difference: i64| {
        let mut errors = Vec::new();
        for (own, count) in widths.iter().enumerate().filter(|(_, count)| **count > 0) {
            let half = &Number::from(power(decimals.checked_sub(own)?)?) * &half;
            for _ in 0..*count {
                let printed = Number::from(if errors.is_empty() { difference } else { 0 });
                let set = Interval::closed(&printed - &half, &printed + &half);
                errors.push(Rounded { weight: 1, set, printed });
            }
        }
        chance::probability(&errors).map(|probability| probability >= level)
    };
    let (mut low, mut high) = (0, reach(widths, decimals)?);
    often(0)?;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if often(middle).unwrap_or(false) { low = middle } else { high = middle }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_usual_is_so_by_its_probability(
            counts in prop::collection::vec(0u16..5, 3), off in -400i64..400,
        ) {
            let mut widths = Widths::default();
            widths[..3].copy_from_slice(&counts);
            let mut errors = Vec::new();
            for (own, count) in counts.iter().enumerate() {
                let reach = Number::ratio(1, 2) * Number::pow10(2 - own as i32);
                for _ in 0..*count {
                    let printed = Number::from(if errors.is_empty() { off } else { 0 });
                    let set = Interval::closed(&printed - &reach, &printed + &reach);
                    errors.push(Rounded { weight: 1, set, printed });
                }
            }
            let chance = chance::probability(&errors);
            let likely = chance.is_some_and(|chance| chance >= Number::ratio(1, 1000));
            let few = counts.iter().sum::<u16>() <= MAX_UNLIKE;
            let known = Often::default().sum(&widths, 2, off);
            if errors.is_empty() {
                prop_assert_eq!(known == Some(Sum::Ties), off == 0);
            } else {
                prop_assert_eq!(known == Some(Sum::Usual), likely && (few || known.is_some()));
            }
        }
    }

    #[test]
    fn many_figures_of_one_width() {
        let mut widths = Widths::default();
        widths[1] = 120;
        // The standard deviation is √(120/12) = 3.16 last digits, so 3.29 of them are 10.4.
        assert_eq!(Often::default().sum(&widths, 1, 10), Some(Sum::Usual));
        assert_eq!(Often::default().sum(&widths, 1, 11), None);
        widths[1] = 201;
        assert_eq!(Often::default().sum(&widths, 1, 100), Some(Sum::Ties));
        assert_eq!(Often::default().sum(&widths, 1, 101), None);
    }
}
