//! Values that print as shown and satisfy an assertion: the certificate that it can hold.
//!
//! The check itself is the judge: every figure is replaced by one of its values and the assertion
//! is judged again, so a witness that is returned has been verified.

use super::Assertion;
use super::settle::{Stand, trial};
use crate::interval::{End, Interval};
use crate::ledger::{Scene, Setting, Swap, Swaps, Used};
use crate::number::Number;

/// The most figures for which a witness is searched.
const MAX_FIGURES: usize = 60;
/// How often a crossing is narrowed down; affine relations need one step.
const MAX_STEPS: usize = 12;

/// One value for each figure such that the assertion holds under `setting`. `None` if none was
/// found, which does not mean that there is none.
pub fn witness<'a>(
    scene: impl Into<Scene<'a>>,
    assertion: &Assertion,
    setting: &Setting,
    figures: &[Used],
) -> Option<Vec<(String, Number)>> {
    let figures: Vec<&Used> = figures.iter().filter(|used| !used.literal).collect();
    if figures.len() > MAX_FIGURES {
        return None;
    }
    let scene = scene.into();
    let search = Search { scene, assertion, setting, figures };
    let start: Vec<Number> = search.figures.iter().map(|used| search.start(used)).collect();
    let values = search.walk(start)?;
    let names = search.figures.iter().map(|used| used.name.clone());
    Some(names.zip(values).collect())
}

struct Search<'a> {
    scene: Scene<'a>,
    assertion: &'a Assertion,
    setting: &'a Setting,
    figures: Vec<&'a Used>,
}

impl Search<'_> {
    /// The printed value if it can be one of the figure's, otherwise any member of its set.
    fn start(&self, used: &Used) -> Number {
        let printed = used.figure.printed().filter(|value| used.rung.set.contains(value));
        self.possible(used, printed.cloned().unwrap_or_else(|| used.rung.set.any_member()))
    }

    /// The nearest value below that whole things can give: a count is whole, a percentage of n
    /// whole things is k/n. If that prints otherwise, the nearest above.
    fn possible(&self, used: &Used, value: Number) -> Number {
        let n = if used.figure.is_count() { Some(Number::one()) } else { self.base(used) };
        let Some(n) = n else { return value };
        let below = &(&value * &n).floor() / &n;
        if used.rung.set.contains(&below) { below } else { &(&value * &n).ceil() / &n }
    }

    /// The number of whole things that a percentage is of.
    fn base(&self, used: &Used) -> Option<Number> {
        let of = used.of.as_ref().filter(|_| used.figure.unit().is_percent())?;
        let base = self.figures.iter().find(|other| other.name == *of)?;
        let n = base.rung.set.as_point().filter(|n| base.figure.is_count() && !n.is_zero())?;
        Some(n.clone())
    }

    /// How the sides stand with every figure at one value; `None` if it cannot be told.
    fn stand(&self, values: &[Number]) -> Option<Stand> {
        let names = self.figures.iter().map(|used| used.name.clone());
        let swaps: Swaps = names.zip(values.iter().cloned().map(Swap::Value)).collect();
        trial(self.scene, self.assertion, self.setting, &swaps)
    }

    /// Moves one figure after the other to the end of its set that brings the sides closer. Where
    /// a move overshoots, the crossing lies between.
    fn walk(&self, mut values: Vec<Number>) -> Option<Vec<Number>> {
        let mut miss = match self.stand(&values)? {
            Stand::Tied => return Some(values),
            Stand::Apart(miss) => miss,
        };
        for at in 0..values.len() {
            let used = self.figures[at];
            for end in ends(&used.rung.set) {
                let mut moved = values.clone();
                moved[at] = self.possible(used, end);
                let there = match self.stand(&moved) {
                    Some(Stand::Tied) => return Some(moved),
                    Some(Stand::Apart(there)) => there,
                    None => continue,
                };
                if there.is_negative() != miss.is_negative() {
                    return self.crossing(at, (values, miss), (moved, there));
                }
                if there.abs() < miss.abs() {
                    (values, miss) = (moved, there);
                }
            }
        }
        None
    }

    /// Finds the value of one figure at which the sides tie, between two where they miss each
    /// other on opposite sides. The secant is exact where the miss is affine in the figure; the
    /// Möbius map through three points, where the figure is a factor or a divisor.
    fn crossing(
        &self,
        at: usize,
        (mut a, mut at_a): (Vec<Number>, Number),
        (mut b, mut at_b): (Vec<Number>, Number),
    ) -> Option<Vec<Number>> {
        let used = self.figures[at];
        for _ in 0..MAX_STEPS {
            let secant = &a[at] + &(&(&b[at] - &a[at]) * &at_a).checked_div(&(&at_a - &at_b))?;
            let mut c = a.clone();
            c[at] = self.possible(used, secant);
            let at_c = match self.stand(&c)? {
                Stand::Tied => return Some(c),
                Stand::Apart(miss) => miss,
            };
            let points = [(&a[at], &at_a), (&b[at], &at_b), (&c[at], &at_c)];
            if let Some(zero) = moebius_zero(points) {
                let mut d = a.clone();
                d[at] = self.possible(used, zero);
                let inside = used.rung.set.contains(&d[at]);
                if inside && matches!(self.stand(&d)?, Stand::Tied) {
                    return Some(d);
                }
            }
            if at_c.is_negative() == at_a.is_negative() {
                (a, at_a) = (c, at_c);
            } else {
                (b, at_b) = (c, at_c);
            }
        }
        None
    }
}

/// Where the Möbius map through three points is zero, by the cross-ratio that it keeps.
fn moebius_zero([a, b, c]: [(&Number, &Number); 3]) -> Option<Number> {
    let zero = Number::zero();
    let ratio = (&(&zero - a.1) * &(b.1 - c.1)).checked_div(&(&(&zero - c.1) * &(b.1 - a.1)))?;
    // (x − a)(b − c) = r (x − c)(b − a), solved for x.
    let (left, right) = (b.0 - c.0, &ratio * &(b.0 - a.0));
    (&(a.0 * &left) - &(c.0 * &right)).checked_div(&(&left - &right))
}

/// The ends of a set, or values just inside where an end is open.
fn ends(set: &Interval) -> Vec<Number> {
    let inner = |end: &End| {
        let middle = set.any_member();
        let inside = (&middle + &(&end.at * &Number::from(999))) * Number::ratio(1, 1000);
        if end.closed { end.at.clone() } else { inside }
    };
    [set.lo(), set.hi()].into_iter().flatten().map(inner).collect()
}
