//! Single changes that would make the figures tie. None is proposed as the truth: at least two
//! figures are suspects in every disagreement.

use std::sync::Arc;

use super::Assertion;
use super::settle::{Stand, Tried, trial};
use crate::figure::{Figure, Hedge, Slip, Terms};
use crate::finding::{Finding, Mend, Outcome};
use crate::interval::Interval;
use crate::ledger::{Scene, Setting, Swap, Swaps, Used};
use crate::number::Number;

/// How far from the printed figure a value that ties is searched, in last digits.
const REACH: i64 = 1 << 40;
/// The most figures for which changes are searched.
const MAX_FIGURES: usize = 40;

/// Fills in, for each figure in turn, the nearest printed value that would tie, and the likely
/// slips that would.
pub(super) fn mends(scene: Scene, assertion: &Assertion, shown: &Tried, finding: &mut Finding) {
    if shown.outcome != Outcome::Fails {
        return;
    }
    let trial = Trial { scene, assertion, setting: &shown.setting };
    let figures = shown.trace.figures.iter().filter(|used| !used.literal).take(MAX_FIGURES);
    // Against a bound, a figure ten times smaller or of the other sign always ties.
    let bound = |set: &Interval| set.lo().is_none() || set.hi().is_none();
    let judgement = shown.judgement.as_ref();
    let one_sided = judgement.is_some_and(|j| j.allowed.set.as_ref().is_some_and(bound));
    for used in figures {
        let nearest = trial.nearest(used);
        let mut slips = trial.slips(used, nearest.as_ref());
        slips.retain(|(slip, _)| !one_sided || matches!(slip, Slip::Swapped | Slip::Changed));
        // One changed digit is telling only where no other change of one digit would do.
        let changed = slips.iter().filter(|(slip, _)| *slip == Slip::Changed).count();
        slips.retain(|(slip, _)| *slip != Slip::Changed || changed == 1);
        // A slip that is also the nearest value is said once.
        let near = |(_, text): &(Slip, String)| nearest.as_ref().is_some_and(|n| n.text() == text);
        let same = slips.iter().position(near).map(|at| slips.remove(at).0);
        let mend = |would_tie: &str, slip: Option<Slip>| Mend {
            name: used.name.clone(),
            printed: used.figure.text().to_owned(),
            would_tie: would_tie.to_owned(),
            slip: slip.map(|slip| slip.to_string()),
        };
        finding.mends.extend(nearest.as_ref().map(|near| mend(near.text(), same)));
        finding.mends.extend(slips.iter().map(|(slip, text)| mend(text, Some(*slip))));
    }
}

struct Trial<'a> {
    scene: Scene<'a>,
    assertion: &'a Assertion,
    setting: &'a Setting,
}

impl Trial<'_> {
    /// How the sides stand with another figure in place of `used`; `None` if it cannot be told.
    fn with(&self, used: &Used, figure: Figure) -> Option<Stand> {
        let swap = Swap::Figure(Arc::new(figure));
        let swaps = Swaps::from([(used.name.clone(), swap)]);
        trial(self.scene, self.assertion, self.setting, &swaps)
    }

    /// The nearest figure of the same form that ties: by last digits, or, where a figure with
    /// fewer trailing zeros would be read more finely and so not come closer, by its own unit.
    fn nearest(&self, used: &Used) -> Option<Figure> {
        let steps = |unit: &Number| {
            let unit = unit * used.figure.unit().factor();
            unit.checked_div(used.figure.last_place())?.to_i64()
        };
        let declared = used.terms.round.iter().min().and_then(steps).unwrap_or(1);
        let own = used.rung.round.as_ref().and_then(steps).unwrap_or(1);
        let found = self.nearest_by(used, declared);
        let found = found.or_else(|| self.nearest_by(used, own).filter(|_| own > declared));
        found.filter(|figure| plausible(used, figure))
    }

    /// Doubles the step while the sides have not crossed, then halves back. Sides that jump past
    /// each other do not tie.
    fn nearest_by(&self, used: &Used, stride: i64) -> Option<Figure> {
        let step = |steps: i64| used.figure.step(steps.checked_mul(stride)?);
        let at = |steps: i64| self.with(used, step(steps)?);
        let Stand::Apart(start) = at(0)? else { return None };
        let closer = |sign: i64| match at(sign)? {
            Stand::Tied => Some(sign),
            Stand::Apart(miss) => (miss.abs() < start.abs()).then_some(sign),
        };
        let sign = closer(1).or_else(|| closer(-1))?;
        let crossed = |steps: i64| match at(sign * steps)? {
            Stand::Tied => Some(true),
            Stand::Apart(miss) => {
                Some(!miss.is_zero() && miss.is_negative() != start.is_negative())
            }
        };
        // Where the figure counts once, as in a sum, the miss itself says how far it is.
        let place = used.figure.last_place() * &Number::from(stride);
        let guess = start.abs().checked_div(&place).and_then(|steps| steps.ceil().to_i64());
        let guess = guess.filter(|far| (1..=REACH).contains(far) && crossed(*far) == Some(true));
        let (mut short, mut far) = (0, guess.unwrap_or(1));
        if guess.is_some() {
            if far > 1 && !crossed(far - 1)? {
                short = far - 1;
            }
        } else {
            while !crossed(far)? {
                short = far;
                far = far.checked_mul(2).filter(|far| *far <= REACH)?;
            }
        }
        while far - short > 1 {
            let middle = short + (far - short) / 2;
            if crossed(middle)? { far = middle } else { short = middle }
        }
        let found = step(sign * far)?;
        matches!(self.with(used, found.clone())?, Stand::Tied).then_some(found)
    }

    /// Whether a step up brings the sides closer by as much as a step down moves them apart, as
    /// where the figure is added. Then nothing short of the nearest that ties does.
    fn is_even(&self, used: &Used) -> bool {
        let miss = |steps: i64| match self.with(used, used.figure.step(steps)?)? {
            Stand::Apart(miss) if !miss.is_zero() => Some(miss),
            _ => None,
        };
        let (Some(down), Some(here), Some(up)) = (miss(-1), miss(0), miss(1)) else {
            return false;
        };
        let (a, b) = (&here - &down, &up - &here);
        a == b && !a.is_zero()
    }

    fn slips(&self, used: &Used, nearest: Option<&Figure>) -> Vec<(Slip, String)> {
        // A bound such as "nearly ten" or "more than 20" ties with nearly any larger figure.
        if !matches!(used.figure.hedge(), Hedge::None | Hedge::About | Hedge::Estimated) {
            return Vec::new();
        }
        let ties = |figure: &Figure| self.with(used, figure.clone());
        let slips = used.figure.slips().into_iter();
        let slips = slips.filter(|(_, figure)| plausible(used, figure));
        let beyond = nearest.filter(|_| self.is_even(used)).and_then(|near| near.printed());
        let near_enough = |figure: &Figure| {
            let (Some(near), Some(own), Some(other)) =
                (beyond, used.figure.printed(), figure.printed())
            else {
                return true;
            };
            if near > own { other >= near } else { other <= near }
        };
        // A figure ten times as large or small may be rounded to another unit.
        let scaled = |slip: &Slip| matches!(slip, Slip::TimesTen | Slip::TenthOf);
        let slips = slips.filter(|(slip, figure)| scaled(slip) || near_enough(figure));
        slips
            .filter(|(_, figure)| matches!(ties(figure), Some(Stand::Tied)))
            .map(|(slip, figure)| (slip, figure.text().to_owned()))
            .collect()
    }
}

/// Whether a text that prints one figure could have meant the other: rounded as declared; shares,
/// amounts, counts and durations not below zero; dates in the same age.
fn plausible(used: &Used, other: &Figure) -> bool {
    if other.check_terms(&used.terms).is_err() {
        return false;
    }
    let unit = used.figure.unit();
    let (Some(printed), Some(other)) = (used.figure.printed(), other.printed()) else {
        let ends = [&*used.figure, other].map(|figure| {
            let set = figure.rungs(&Terms::default()).swap_remove(0).set;
            set.lo().or(set.hi()).map(|end| end.at.clone())
        });
        let [Some(a), Some(b)] = ends else { return true };
        return !unit.is_date() || (a - b).abs() < 50 * 365;
    };
    let grows = unit.is_thing() || unit.is_percent() || unit.is_currency() || unit.is_duration();
    !(grows && other.is_negative() && !printed.is_negative())
}
