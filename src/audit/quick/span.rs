//! Ranges with ends of 128 bits. What does not fit is `None`, and looked at in full.

use crate::interval::Interval;

/// The fractions from `lo / den` to `hi / den`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) struct Span {
    pub lo: i128,
    pub hi: i128,
    /// Above zero.
    pub den: i128,
}

impl Span {
    /// One whole number.
    pub fn whole(at: i128) -> Self {
        Self { lo: at, hi: at, den: 1 }
    }

    /// A range with two ends, both of which belong to it.
    pub fn of(set: &Interval) -> Option<Self> {
        let (lo, hi) = (set.lo()?, set.hi()?);
        (lo.closed && hi.closed).then_some(())?;
        Self::between(lo.at.as_fraction()?, hi.at.as_fraction()?)
    }

    /// From one fraction to another, each with a denominator above zero.
    pub fn between((a, over): (i128, i128), (b, under): (i128, i128)) -> Option<Self> {
        let (lo, hi) = (a.checked_mul(under)?, b.checked_mul(over)?);
        (lo <= hi).then_some(())?;
        Some(Self { lo, hi, den: over.checked_mul(under)? })
    }

    /// The value, if it is just one.
    pub fn is_point(&self) -> bool {
        self.lo == self.hi
    }

    pub fn negative(self) -> Option<Self> {
        Some(Self { lo: self.hi.checked_neg()?, hi: self.lo.checked_neg()?, ..self })
    }

    pub fn abs(self) -> Option<Self> {
        if self.lo >= 0 {
            return Some(self);
        }
        let turned = self.negative()?;
        Some(if self.hi <= 0 { turned } else { Self { lo: 0, hi: self.hi.max(turned.hi), ..self } })
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b) = self.alike(other)?;
        Some(Self { lo: a.lo.checked_add(b.lo)?, hi: a.hi.checked_add(b.hi)?, den: a.den })
    }

    pub fn times(self, other: Self) -> Option<Self> {
        let den = self.den.checked_mul(other.den)?;
        if self.lo >= 0 && other.lo >= 0 {
            let (lo, hi) = (self.lo.checked_mul(other.lo)?, self.hi.checked_mul(other.hi)?);
            return Some(Self { lo, hi, den });
        }
        let (mut lo, mut hi) = (i128::MAX, i128::MIN);
        for a in [self.lo, self.hi] {
            for b in [other.lo, other.hi] {
                let corner = a.checked_mul(b)?;
                (lo, hi) = (lo.min(corner), hi.max(corner));
            }
        }
        Some(Self { lo, hi, den })
    }

    /// One over it; `None` where it touches zero.
    pub fn recip(self) -> Option<Self> {
        (self.lo > 0 || self.hi < 0).then_some(())?;
        // 1/hi to 1/lo, over the product of both, which is above zero.
        let lo = self.lo.checked_mul(self.den)?;
        let hi = self.hi.checked_mul(self.den)?;
        Some(Self { lo, hi, den: self.lo.checked_mul(self.hi)? })
    }

    pub fn power(self, exponent: u32) -> Option<Self> {
        let base = if exponent.is_multiple_of(2) { self.abs()? } else { self };
        let raised = |end: i128| end.checked_pow(exponent);
        Some(Self {
            lo: raised(base.lo)?,
            hi: raised(base.hi)?,
            den: base.den.checked_pow(exponent)?,
        })
    }

    /// The set of the lesser of two.
    pub fn min(self, other: Self) -> Option<Self> {
        let (a, b) = self.alike(other)?;
        Some(Self { lo: a.lo.min(b.lo), hi: a.hi.min(b.hi), den: a.den })
    }

    /// The set of the greater of two.
    pub fn max(self, other: Self) -> Option<Self> {
        let (a, b) = self.alike(other)?;
        Some(Self { lo: a.lo.max(b.lo), hi: a.hi.max(b.hi), den: a.den })
    }

    /// How far this can lie below `other`, as the sign of the most: positive where there is room.
    pub fn room_below(&self, other: &Self) -> Option<i128> {
        let order = match (other.hi.checked_mul(self.den), self.lo.checked_mul(other.den)) {
            (Some(high), Some(low)) => high.cmp(&low),
            _ => wide(other.hi, self.den)?.cmp(&wide(self.lo, other.den)?),
        };
        Some(order as i128)
    }

    /// The two over one denominator.
    pub fn alike(self, other: Self) -> Option<(Self, Self)> {
        if self.den == other.den {
            return Some((self, other));
        }
        let over = |a: Self, den: i128| {
            let (lo, hi) = (a.lo.checked_mul(den)?, a.hi.checked_mul(den)?);
            Some(Self { lo, hi, den: a.den.checked_mul(den)? })
        };
        Some((over(self, other.den)?, over(other, self.den)?))
    }
}

/// The product of a number and one above zero, in 256 bits: with a sign, in two halves.
fn wide(a: i128, b: i128) -> Option<(i128, u128)> {
    let (negative, a, b) = (a < 0, a.unsigned_abs(), b.unsigned_abs());
    let halves = |n: u128| (n >> 64, n & u128::from(u64::MAX));
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let (low, cross, other, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
    let middle = (low >> 64) + halves(cross).1 + halves(other).1;
    let low = halves(low).1 | (middle << 64);
    let high = high + (cross >> 64) + (other >> 64) + (middle >> 64);
    let high = i128::try_from(high).ok()?;
    // Minus a number of two halves is the complement of both, plus one.
    let (minus, carry) = (!low).overflowing_add(1);
    Some(if negative { (-1 - high + i128::from(carry), minus) } else { (high, low) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::number::Number;

    fn span() -> impl Strategy<Value = Span> {
        (-30i128..30, 0i128..9, 1i128..7).prop_map(|(lo, width, den)| Span {
            lo,
            hi: lo + width,
            den,
        })
    }

    fn full(span: Span) -> Interval {
        let end =
            |at: i128| Number::ratio(i64::try_from(at).unwrap(), u64::try_from(span.den).unwrap());
        Interval::closed(end(span.lo), end(span.hi))
    }

    #[test]
    fn products_of_256_bits() {
        assert_eq!(super::wide(i128::MAX, 4), Some((1, u128::MAX - 3)));
        assert_eq!(super::wide(-i128::MAX, 4), Some((-2, 4)));
        assert_eq!(super::wide(-6, 7), Some((-1, 42u128.wrapping_neg())));
        assert_eq!(super::wide(0, 7), Some((0, 0)));
    }

    fn same(quick: Option<Span>, set: &Interval) -> bool {
        quick.map(full).as_ref() == Some(set)
    }

    proptest! {
        #[test]
        fn the_arithmetic_is_that_of_intervals(a in span(), b in span(), power in 0u32..4) {
            let (x, y) = (full(a), full(b));
            prop_assert_eq!(Span::of(&x).map(full), Some(x.clone()));
            prop_assert!(same(a.plus(b), &(&x + &y)));
            prop_assert!(same(a.times(b), &(&x * &y)));
            prop_assert!(same(a.negative(), &-&x));
            prop_assert!(same(a.abs(), &x.abs()));
            prop_assert!(same(a.min(b), &x.min(&y)));
            prop_assert!(same(a.max(b), &x.max(&y)));
            prop_assert!(same(a.power(power), &x.checked_pow(i64::from(power)).unwrap()));
            let zero = b.lo <= 0 && b.hi >= 0;
            prop_assert_eq!(b.recip().is_none(), zero);
            if !zero {
                prop_assert!(same(a.times(b.recip().unwrap()), &x.checked_div(&y).unwrap()));
            }
            let meet = a.room_below(&b).unwrap() >= 0 && b.room_below(&a).unwrap() >= 0;
            prop_assert_eq!(meet, x.intersect(&y).is_some());
        }

        #[test]
        fn fractions_of_many_digits_are_compared(a: i64, b in 1i64.., c: i64, d in 1i64..) {
            let long = |at: i64, den: i64| {
                let (at, den) = (i128::from(at) << 60, i128::from(den) << 60);
                Span { lo: at, hi: at, den }
            };
            let (x, y) = (Number::ratio(a, b.unsigned_abs()), Number::ratio(c, d.unsigned_abs()));
            prop_assert_eq!(long(a, b).room_below(&long(c, d)), Some(y.cmp(&x) as i128));
        }
    }
}
