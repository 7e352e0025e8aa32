//! Single changes that would make the figures tie. None is proposed as the truth: at least two
//! figures are suspects in every disagreement.

use std::sync::Arc;

use super::Assertion;
use super::settle::{Tried, attempt};
use crate::figure::Figure;
use crate::finding::{Finding, Mend, Outcome};
use crate::ledger::{Ledger, Setting, Swap, Swaps, Used};
use crate::number::Number;

/// How far from the printed figure a value that ties is searched, in last digits.
const REACH: i64 = 1 << 40;
/// The most figures for which changes are searched.
const MAX_FIGURES: usize = 40;

/// Fills in, for each figure in turn, the nearest printed value that would tie, and the likely
/// slips that would.
pub(super) fn mends(ledger: &Ledger, assertion: &Assertion, shown: &Tried, finding: &mut Finding) {
    if shown.outcome != Outcome::Fails {
        return;
    }
    let trial = Trial { ledger, assertion, setting: &shown.setting };
    let figures = shown.trace.figures.iter().filter(|used| !used.literal).take(MAX_FIGURES);
    for used in figures {
        let nearest = trial.nearest(used);
        let mut slips = trial.slips(used);
        // A slip that is also the nearest value is said once.
        let same = nearest
            .as_ref()
            .and_then(|near| slips.iter().position(|(_, text)| text == near.text()));
        let slip = same.map(|at| slips.remove(at).0);
        let mend = |would_tie: &str, slip: Option<String>| Mend {
            name: used.name.clone(),
            printed: used.figure.text().to_owned(),
            would_tie: would_tie.to_owned(),
            slip,
        };
        finding.mends.extend(nearest.map(|near| mend(near.text(), slip)));
        finding.mends.extend(slips.into_iter().map(|(slip, text)| mend(&text, Some(slip))));
    }
}

struct Trial<'a> {
    ledger: &'a Ledger,
    assertion: &'a Assertion,
    setting: &'a Setting,
}

impl Trial<'_> {
    /// By how much the two sides miss each other with another figure in place of `used`; zero if
    /// they tie, `None` if it cannot be told.
    fn miss(&self, used: &Used, figure: Arc<Figure>) -> Option<Number> {
        let swaps = Swaps::from([(used.name.clone(), Swap::Figure(figure))]);
        let tried = attempt(self.ledger, self.assertion, self.setting, &swaps).ok()?;
        match tried.outcome {
            Outcome::Holds => Some(Number::zero()),
            Outcome::Fails => tried.judgement.map(|judgement| judgement.miss),
            _ => None,
        }
    }

    fn miss_at(&self, used: &Used, steps: i64) -> Option<Number> {
        self.miss(used, Arc::new(used.figure.step(steps)?))
    }

    /// The nearest figure of the same form that ties: doubles the step while the miss shrinks,
    /// then halves back. A miss that jumps from one side to the other is not a tie.
    fn nearest(&self, used: &Used) -> Option<Figure> {
        let start = self.miss_at(used, 0)?;
        let closer = |sign: i64| {
            let miss = self.miss_at(used, sign)?;
            (miss.is_zero() || miss.abs() < start.abs()).then_some(sign)
        };
        let sign = closer(1).or_else(|| closer(-1))?;
        let crossed = |steps: i64| {
            let miss = self.miss_at(used, sign * steps)?;
            Some(miss.is_zero() || miss.is_negative() != start.is_negative())
        };
        let (mut short, mut far) = (0, 1);
        while !crossed(far)? {
            short = far;
            far = far.checked_mul(2).filter(|far| *far <= REACH)?;
        }
        while far - short > 1 {
            let middle = short + (far - short) / 2;
            if crossed(middle)? { far = middle } else { short = middle }
        }
        let ties = self.miss_at(used, sign * far)?.is_zero();
        if ties { used.figure.step(sign * far) } else { None }
    }

    fn slips(&self, used: &Used) -> Vec<(String, String)> {
        let ties = |figure: &Figure| self.miss(used, Arc::new(figure.clone()));
        let slips = used.figure.slips().into_iter();
        slips
            .filter(|(_, figure)| ties(figure).is_some_and(|miss| miss.is_zero()))
            .map(|(slip, figure)| (slip.to_string(), figure.text().to_owned()))
            .collect()
    }
}
