//! How likely rounding alone makes a sum of printed figures miss by as much as it does.

use std::collections::BTreeMap;

use crate::finding::Rounded;
use crate::number::Number;

/// The most figures, and the most terms of the sum, for which the probability is worked out.
const MAX_FIGURES: usize = 200;
const MAX_TERMS: usize = 5_000;

/// The probability that rounding errors, each uniform over its figure's set and all independent,
/// add up at least as far from their mean as they must here. Exact.
///
/// `None` if a set has no ends, if the figures are too many or too unlike for the sum to be worked
/// out, or if all of them would have to lie exactly on a half: that has no probability among
/// continuous values, but shares of few whole things do lie on halves.
///
/// The sum of independent uniform variables on `[0, w₁] … [0, wₙ]` has the distribution function
/// `F(x) = 1/(n! w₁⋯wₙ) Σ_J (−1)^|J| (x − Σ_{j∈J} w_j)₊ⁿ` (Irwin 1927, Hall 1927; for unequal
/// widths, Olds 1952). Subsets with equal widths are counted together.
pub fn probability(errors: &[Rounded]) -> Option<Number> {
    let half = Number::ratio(1, 2);
    let mut widths: BTreeMap<Number, usize> = BTreeMap::new();
    let (mut must, mut span, mut scale) = (Number::zero(), Number::zero(), Number::one());
    let mut figures = 0;
    for error in errors {
        let weight = Number::from(error.weight);
        let (middle, width) = (error.set.middle()?, error.set.width()?);
        // The errors must make up for the middles: Σ weight × middle + error = 0.
        must = must - &weight * &middle;
        if !width.is_zero() {
            let width = &width * &weight.abs();
            span = span + width.clone();
            scale = &scale * &width;
            figures += 1;
            *widths.entry(width).or_default() += 1;
        }
    }
    let terms = widths.values().try_fold(1usize, |terms, n| terms.checked_mul(n + 1))?;
    if figures == 0 || figures > MAX_FIGURES || terms > MAX_TERMS {
        return None;
    }
    let below = &span * &half - must.abs();
    if below <= 0 {
        return None;
    }
    let widths: Vec<(Number, usize)> = widths.into_iter().collect();
    let total = alternating(&widths, &below, figures as i64, Number::one());
    let factorial =
        (1..=figures as i64).fold(Number::one(), |product, k| product * Number::from(k));
    let tail = total.checked_div(&(factorial * scale))?;
    Some((tail * Number::from(2)).min(Number::one()))
}

/// `Σ (−1)^|J| (x − Σ_J w)₊ⁿ` over all subsets, one width after the other.
fn alternating(widths: &[(Number, usize)], x: &Number, power: i64, weight: Number) -> Number {
    if x.is_negative() {
        return Number::zero();
    }
    let Some(((width, count), rest)) = widths.split_first() else {
        return x.checked_pow(power).map_or_else(Number::zero, |raised| raised * weight);
    };
    let mut sum = Number::zero();
    let mut choose = Number::one();
    for k in 0..=*count {
        let shifted = x - &(width * &Number::from(k as i64));
        let sign = if k % 2 == 0 { choose.clone() } else { -&choose };
        sum = sum + alternating(rest, &shifted, power, &weight * &sign);
        let (left, next) = ((*count - k) as i64, k as i64 + 1);
        choose = &(&choose * &Number::from(left)) / &Number::from(next);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Interval;

    fn unit_errors(printed: &[i64], total: i64) -> Vec<Rounded> {
        let error = |weight, printed: &i64| {
            let printed = Number::from(*printed);
            let half = Number::ratio(1, 2);
            let set = Interval::closed(&printed - &half, &printed + &half);
            Rounded { weight, set, printed }
        };
        let parts = printed.iter().map(|p| error(1, p));
        parts.chain([error(-1, &total)]).collect()
    }

    #[test]
    fn two_uniform_errors_make_a_triangle() {
        // P(|e − e'| ≥ t) = (1 − t)² for two errors of width one.
        assert_eq!(probability(&unit_errors(&[5], 5)), Some(Number::one()));
        assert_eq!(probability(&unit_errors(&[5], 6)), None);
        let mut errors = unit_errors(&[5], 5);
        errors[1].set = errors[1].set.shift(&Number::ratio(1, 2));
        assert_eq!(probability(&errors), Some(Number::ratio(1, 4)));
    }

    #[test]
    fn three_uniform_errors() {
        // Irwin–Hall for n = 3: P(|S − 3/2| ≥ 1) = 2 (1/2)³/3! = 1/24.
        assert_eq!(probability(&unit_errors(&[5, 5], 11)), Some(Number::ratio(1, 24)));
    }

    #[test]
    fn exact_figures_do_not_count() {
        let mut errors = unit_errors(&[5], 5);
        errors[1].set = Interval::point(Number::ratio(21, 4));
        // One error of width one must be exactly +1/4: P(|e| ≥ 1/4) = 1/2.
        assert_eq!(probability(&errors), Some(Number::ratio(1, 2)));
    }
}
