//! Ranges of numbers whose two ends are each open, closed or absent.
//!
//! The only place that does interval arithmetic. An interval is never empty: what could be empty
//! is an `Option<Interval>`. Every operation returns a set that contains all results of its
//! members, so that a claim used twice makes a result too wide, never too narrow.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

use crate::number::Number;

/// A bound that is there: a value, and whether the value itself belongs to the range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// Where the range ends.
    pub at: Number,
    /// Whether the range includes `at`.
    pub closed: bool,
}

/// A non-empty range of numbers. An absent end (`None`) is unbounded.
///
/// ```
/// use tieout::{Interval, Number};
///
/// let n = |x| Number::from(x);
/// let sum = Interval::closed(n(1), n(2)) + Interval::closed(n(10), n(20));
/// assert_eq!(sum.to_string(), "[11, 22]");
/// assert_eq!(Interval::above(n(20)).to_string(), "(20, ∞)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    lo: Option<End>,
    hi: Option<End>,
}

impl End {
    fn new(at: Number, closed: bool) -> Self {
        Self { at, closed }
    }
}

impl Interval {
    /// The range between two ends; `None` if nothing lies between them.
    pub fn new(lo: Option<End>, hi: Option<End>) -> Option<Self> {
        if let (Some(lo), Some(hi)) = (&lo, &hi) {
            let empty = lo.at > hi.at || (lo.at == hi.at && !(lo.closed && hi.closed));
            if empty {
                return None;
            }
        }
        Some(Self { lo, hi })
    }

    /// `[lo, hi]`, with the ends put in order.
    pub fn closed(lo: Number, hi: Number) -> Self {
        let (lo, hi) = if lo <= hi { (lo, hi) } else { (hi, lo) };
        Self { lo: Some(End::new(lo, true)), hi: Some(End::new(hi, true)) }
    }

    /// The single value `[at, at]`.
    pub fn point(at: Number) -> Self {
        Self::closed(at.clone(), at)
    }

    /// All numbers, `(−∞, ∞)`.
    pub fn all() -> Self {
        Self { lo: None, hi: None }
    }

    /// `[at, ∞)`.
    pub fn at_least(at: Number) -> Self {
        Self { lo: Some(End::new(at, true)), hi: None }
    }

    /// `(at, ∞)`.
    pub fn above(at: Number) -> Self {
        Self { lo: Some(End::new(at, false)), hi: None }
    }

    /// `(−∞, at]`.
    pub fn at_most(at: Number) -> Self {
        Self { lo: None, hi: Some(End::new(at, true)) }
    }

    /// `(−∞, at)`.
    pub fn below(at: Number) -> Self {
        Self { lo: None, hi: Some(End::new(at, false)) }
    }

    /// The lower end, if there is one.
    pub fn lo(&self) -> Option<&End> {
        self.lo.as_ref()
    }

    /// The upper end, if there is one.
    pub fn hi(&self) -> Option<&End> {
        self.hi.as_ref()
    }

    /// The value, if the range holds just one.
    pub fn as_point(&self) -> Option<&Number> {
        match (&self.lo, &self.hi) {
            (Some(lo), Some(hi)) if lo.at == hi.at => Some(&lo.at),
            _ => None,
        }
    }

    /// The distance between the ends; `None` if one is absent.
    pub fn width(&self) -> Option<Number> {
        Some(&self.hi.as_ref()?.at - &self.lo.as_ref()?.at)
    }

    /// The middle; `None` if an end is absent.
    pub fn middle(&self) -> Option<Number> {
        let sum = &self.lo.as_ref()?.at + &self.hi.as_ref()?.at;
        Some(sum * Number::ratio(1, 2))
    }

    /// Whether both ends are numbers of a size that can be handled.
    pub fn is_handy(&self) -> bool {
        [&self.lo, &self.hi].into_iter().flatten().all(|end| end.at.is_handy())
    }

    /// Whether `value` is in the range.
    pub fn contains(&self, value: &Number) -> bool {
        let above = self.lo.as_ref().is_none_or(|e| e.at < *value || (e.closed && e.at == *value));
        let below = self.hi.as_ref().is_none_or(|e| *value < e.at || (e.closed && e.at == *value));
        above && below
    }

    /// Whether every member of `other` is in the range.
    pub fn covers(&self, other: &Self) -> bool {
        self.intersect(other).as_ref() == Some(other)
    }

    /// What both ranges hold. The tighter bound keeps its own closedness; where two bounds
    /// coincide, the common end is closed only if both are.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let lo = tighter(&self.lo, &other.lo, Ordering::Greater);
        let hi = tighter(&self.hi, &other.hi, Ordering::Less);
        Self::new(lo, hi)
    }

    /// The smallest range that holds both.
    pub fn hull(&self, other: &Self) -> Self {
        let looser = |a: &Option<End>, b: &Option<End>, wins: Ordering| -> Option<End> {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(match a.at.cmp(&b.at) {
                Ordering::Equal => End::new(a.at.clone(), a.closed || b.closed),
                order if order == wins => a.clone(),
                _ => b.clone(),
            })
        };
        let lo = looser(&self.lo, &other.lo, Ordering::Less);
        let hi = looser(&self.hi, &other.hi, Ordering::Greater);
        Self { lo, hi }
    }

    /// The whole numbers in the range, as the smallest closed range that holds them; `None` if
    /// there are none.
    pub fn integers(&self) -> Option<Self> {
        let lo = self.lo.as_ref().map(|e| {
            let up = e.at.ceil();
            let inside = e.closed || up != e.at;
            End::new(if inside { up } else { up + Number::one() }, true)
        });
        let hi = self.hi.as_ref().map(|e| {
            let down = e.at.floor();
            let inside = e.closed || down != e.at;
            End::new(if inside { down } else { down - Number::one() }, true)
        });
        Self::new(lo, hi)
    }

    /// The range with its ends moved outward to multiples of `grain`, which is above zero.
    pub fn outward(&self, grain: &Number) -> Self {
        let moved = |end: &Option<End>, to: fn(&Number) -> Number| {
            end.as_ref().map(|e| End { at: &to(&(&e.at / grain)) * grain, closed: e.closed })
        };
        Self { lo: moved(&self.lo, Number::floor), hi: moved(&self.hi, Number::ceil) }
    }

    /// Every member times `factor`.
    pub fn scale(&self, factor: &Number) -> Self {
        if factor.is_zero() {
            return Self::point(Number::zero());
        }
        let times =
            |end: &Option<End>| end.as_ref().map(|e| End { at: &e.at * factor, closed: e.closed });
        let (lo, hi) = (times(&self.lo), times(&self.hi));
        if factor.is_negative() { Self { lo: hi, hi: lo } } else { Self { lo, hi } }
    }

    /// Every member plus `offset`.
    pub fn shift(&self, offset: &Number) -> Self {
        let plus =
            |end: &Option<End>| end.as_ref().map(|e| End { at: &e.at + offset, closed: e.closed });
        Self { lo: plus(&self.lo), hi: plus(&self.hi) }
    }

    /// One over every member that is not zero; `None` for the single value zero. When zero lies
    /// inside, the result has two pieces and the range returned is all that spans them.
    pub fn recip(&self) -> Option<Self> {
        let zero = Number::zero();
        let sign =
            |end: &Option<End>, absent: Ordering| end.as_ref().map_or(absent, |e| e.at.cmp(&zero));
        let (lo, hi) = (sign(&self.lo, Ordering::Less), sign(&self.hi, Ordering::Greater));
        let flip = |end: &Option<End>| match end {
            None => Some(End::new(Number::zero(), false)),
            Some(e) if e.at.is_zero() => None,
            Some(e) => Some(End { at: &Number::one() / &e.at, closed: e.closed }),
        };
        match (lo, hi) {
            (Ordering::Equal, Ordering::Equal) => None,
            (Ordering::Less, Ordering::Greater) => Some(Self::all()),
            _ => Some(Self { lo: flip(&self.hi), hi: flip(&self.lo) }),
        }
    }

    /// Every quotient of a member by a member that is not zero; `None` if the divisor can only be
    /// zero. A divisor with zero inside gives all numbers.
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        Some(self * &divisor.recip()?)
    }

    /// Every member to a whole power; `None` where that is undefined or too large to write.
    pub fn checked_pow(&self, exponent: i64) -> Option<Self> {
        if exponent < 0 {
            return self.checked_pow(exponent.checked_neg()?)?.recip();
        }
        if exponent == 0 {
            return Some(Self::point(Number::one()));
        }
        let base = if exponent % 2 == 0 { self.abs() } else { self.clone() };
        let raise = |end: &Option<End>| match end {
            None => Some(None),
            Some(e) => Some(Some(End { at: e.at.checked_pow(exponent)?, closed: e.closed })),
        };
        Some(Self { lo: raise(&base.lo)?, hi: raise(&base.hi)? })
    }

    /// The magnitudes of all members.
    pub fn abs(&self) -> Self {
        let zero = Number::zero();
        if self.lo.as_ref().is_some_and(|e| e.at >= zero) {
            return self.clone();
        }
        let mirrored = -self;
        if self.hi.as_ref().is_some_and(|e| e.at <= zero) {
            return mirrored;
        }
        let span = self.hull(&mirrored);
        Self { lo: Some(End::new(zero, true)), hi: span.hi }
    }

    /// The set of `max(a, b)` for `a` and `b` in the two ranges.
    pub fn max(&self, other: &Self) -> Self {
        let hi = self.hull(other).hi;
        let lo = match (&self.lo, &other.lo) {
            (None, _) => other.lo.clone(),
            (_, None) => self.lo.clone(),
            _ => tighter(&self.lo, &other.lo, Ordering::Greater),
        };
        Self { lo, hi }
    }

    /// The set of `min(a, b)` for `a` and `b` in the two ranges.
    pub fn min(&self, other: &Self) -> Self {
        -(-self).max(&-other)
    }

    /// The signed distance by which the two ranges miss each other: positive when they are apart,
    /// negative when they overlap (minus the least shift that would part them), zero when they
    /// touch. `None` when no shift parts them.
    pub fn gap(&self, other: &Self) -> Option<Number> {
        let over = |a: &Option<End>, b: &Option<End>| Some(&a.as_ref()?.at - &b.as_ref()?.at);
        let (above, below) = (over(&self.lo, &other.hi), over(&other.lo, &self.hi));
        above.into_iter().chain(below).max()
    }

    /// The point in which two ranges that share nothing else meet, if it is an end of one of
    /// them. A single value inside a wider range is no such meeting.
    pub fn touches(&self, other: &Self) -> Option<Number> {
        let common = self.intersect(other)?;
        let point = common.as_point()?;
        let at_end = |of: &Self| {
            let ends = [&of.lo, &of.hi].into_iter().flatten();
            of.as_point().is_none() && ends.into_iter().any(|end| end.at == *point)
        };
        (at_end(self) || at_end(other)).then(|| point.clone())
    }

    /// A member: the middle if both ends are there, otherwise a value near the one that is.
    pub fn any_member(&self) -> Number {
        match (&self.lo, &self.hi) {
            (Some(lo), Some(_)) => self.middle().unwrap_or_else(|| lo.at.clone()),
            (Some(e), None) if e.closed => e.at.clone(),
            (None, Some(e)) if e.closed => e.at.clone(),
            (Some(e), None) => &e.at + &Number::one(),
            (None, Some(e)) => &e.at - &Number::one(),
            (None, None) => Number::zero(),
        }
    }
}

/// The bound that cuts more; at the same place, the open one.
fn tighter(a: &Option<End>, b: &Option<End>, wins: Ordering) -> Option<End> {
    let (Some(x), Some(y)) = (a, b) else {
        return a.clone().or_else(|| b.clone());
    };
    Some(match x.at.cmp(&y.at) {
        Ordering::Equal => End::new(x.at.clone(), x.closed && y.closed),
        order if order == wins => x.clone(),
        _ => y.clone(),
    })
}

/// The end of a sum: absent if either is, closed only if both are.
fn plus(a: &Option<End>, b: &Option<End>) -> Option<End> {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    Some(End { at: &a.at + &b.at, closed: a.closed && b.closed })
}

impl Add for &Interval {
    type Output = Interval;
    fn add(self, other: &Interval) -> Interval {
        Interval { lo: plus(&self.lo, &other.lo), hi: plus(&self.hi, &other.hi) }
    }
}

impl Sub for &Interval {
    type Output = Interval;
    fn sub(self, other: &Interval) -> Interval {
        self + &-other
    }
}

impl Neg for &Interval {
    type Output = Interval;
    fn neg(self) -> Interval {
        let minus = |end: &Option<End>| end.as_ref().map(|e| End { at: -&e.at, closed: e.closed });
        Interval { lo: minus(&self.hi), hi: minus(&self.lo) }
    }
}

/// Products of ends: the least and greatest over the four corners, where an absent end stands for
/// infinity and zero times infinity is zero.
impl Mul for &Interval {
    type Output = Interval;
    fn mul(self, other: &Interval) -> Interval {
        let mut corners = Vec::with_capacity(4);
        for a in [Corner::lo(self), Corner::hi(self)] {
            for b in [Corner::lo(other), Corner::hi(other)] {
                corners.push(a.times(&b));
            }
        }
        let least = corners.iter().cloned().reduce(|a, b| a.pick(b, Ordering::Less));
        let most = corners.into_iter().reduce(|a, b| a.pick(b, Ordering::Greater));
        let end = |corner: Option<Corner>| corner.and_then(Corner::end);
        Interval { lo: end(least), hi: end(most) }
    }
}

/// An end on the extended line, for products.
#[derive(Clone)]
enum Corner {
    At(End),
    Infinite { negative: bool },
}

impl Corner {
    fn lo(of: &Interval) -> Self {
        of.lo.clone().map_or(Self::Infinite { negative: true }, Self::At)
    }

    fn hi(of: &Interval) -> Self {
        of.hi.clone().map_or(Self::Infinite { negative: false }, Self::At)
    }

    fn end(self) -> Option<End> {
        match self {
            Self::At(end) => Some(end),
            Self::Infinite { .. } => None,
        }
    }

    fn negative(&self) -> bool {
        match self {
            Self::At(end) => end.at.is_negative(),
            Self::Infinite { negative } => *negative,
        }
    }

    fn times(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::At(a), Self::At(b)) => {
                // A closed zero makes the product zero whatever the other end does.
                let zero = (a.closed && a.at.is_zero()) || (b.closed && b.at.is_zero());
                Self::At(End::new(&a.at * &b.at, zero || (a.closed && b.closed)))
            }
            (Self::At(a), _) | (_, Self::At(a)) if a.at.is_zero() => Self::At(a.clone()),
            _ => Self::Infinite { negative: self.negative() != other.negative() },
        }
    }

    fn pick(self, other: Self, wins: Ordering) -> Self {
        match (&self, &other) {
            (Self::At(a), Self::At(b)) => match a.at.cmp(&b.at) {
                Ordering::Equal if a.closed => self,
                Ordering::Equal => other,
                order if order == wins => self,
                _ => other,
            },
            (Self::Infinite { negative }, _) if *negative == (wins == Ordering::Less) => self,
            (Self::Infinite { .. }, _) => other,
            (_, Self::Infinite { negative }) if *negative == (wins == Ordering::Less) => other,
            _ => self,
        }
    }
}

macro_rules! by_value {
    ($($name:ident :: $method:ident),*) => {$(
        impl $name for Interval {
            type Output = Interval;
            fn $method(self, other: Interval) -> Interval {
                $name::$method(&self, &other)
            }
        }
    )*};
}
by_value!(Add::add, Sub::sub, Mul::mul);

impl Neg for Interval {
    type Output = Interval;
    fn neg(self) -> Interval {
        -&self
    }
}

/// `[1, 2)`, `(−∞, 3]`; the exact ends. A single value prints bare.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(point) = self.as_point() {
            return write!(f, "{point}");
        }
        match &self.lo {
            None => f.write_str("(-∞")?,
            Some(e) => write!(f, "{}{}", if e.closed { '[' } else { '(' }, e.at)?,
        }
        match &self.hi {
            None => f.write_str(", ∞)"),
            Some(e) => write!(f, ", {}{}", e.at, if e.closed { ']' } else { ')' }),
        }
    }
}
