//! Rate: several pairs of figures imply one rate.

use schemars::JsonSchema;
use serde::Deserialize;

use super::same::farthest;
use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula, Operator};
use crate::finding::Judgement;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;

/// Pairs whose quotients are all one rate: prices in two currencies, amounts and their prices,
/// values before and after a deflator.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Pairs of figures; the first divided by the second gives the rate.
    pub pairs: At<Vec<At<Vec<At<String>>>>>,
    /// The rate itself, if it is stated.
    pub rate: Option<At<String>>,
}

impl Check for Rate {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let mut steps = Vec::new();
        let mut rates = Vec::new();
        for pair in &self.pairs.value {
            let [over, under] = pair.value.as_slice() else {
                let what = format!("a pair has two figures, not {}", pair.value.len());
                let label = "expected `[\"a\", \"b\"]`";
                return Err(Mistake::new(what, view.place(pair)).label(label).into());
            };
            let (over, under) = (view.stated(over)?, view.stated(under)?);
            let rate = over.over(&under)?;
            let works = format!("{} / {} = {}", over.shown(), under.shown(), rate.shown());
            steps.push((rate.name.clone(), works));
            rates.push(rate);
        }
        if rates.len() + usize::from(self.rate.is_some()) < 2 {
            let what = "one pair alone has a rate of its own";
            let help = "add a second pair, or the stated `rate`";
            return Err(Mistake::new(what, view.place(&self.pairs)).help(help).into());
        }
        let common = common(&rates);
        if let Some(stated) = &self.rate {
            match (view.stated(stated), &common) {
                (Ok(rate), _) => rates.insert(0, rate),
                (Err(Halt::Missing(why)), Some(common)) => {
                    let implied = format!("{why}; the pairs imply {}", common.shown());
                    return Err(Halt::Missing(implied));
                }
                (Err(halt), _) => return Err(halt),
            }
        }
        for rate in &rates[1..] {
            rates[0].comparable(rate)?;
        }
        let (a, b) = farthest(&rates);
        let mut judgement = Judgement::equal(&rates[a], &rates[b]);
        for (what, works) in steps {
            judgement = judgement.step(what, works);
        }
        if let Some(common) = self::common(&rates) {
            judgement = judgement.step("rates that serve all", common.shown());
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let mut rates: Vec<_> =
            self.rate.iter().map(|rate| Role::Stated.value(rate)).collect();
        for pair in &self.pairs.value {
            let [over, under] = pair.value.as_slice() else { return None };
            let [over, under] = [over, under].map(|at| Role::Stated.value(at));
            rates.push(over.with(Operator::Over, under));
        }
        Some(Quick::If(Condition::Meet(rates)))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let stated = |at: &At<String>| view.stated(at).map(Formula::Value);
        let mut rates: Vec<_> = self.rate.iter().map(&stated).collect::<Result<_, _>>()?;
        for pair in &self.pairs.value {
            let [over, under] = pair.value.as_slice() else { return Ok(None) };
            rates.push(stated(over)?.with(Operator::Over, stated(under)?));
        }
        Ok(Some(Condition::Meet(rates)))
    }

    fn derived(&self) -> Option<&At<String>> {
        self.rate.as_ref()
    }

    fn subject(&self) -> String {
        let first = self.pairs.value.first().and_then(|pair| pair.value.first());
        let rate = self.rate.as_ref().or(first);
        rate.map_or_else(String::new, |rate| rate.value.clone())
    }
}

/// The rates that all quotients allow.
fn common(rates: &[Quantity]) -> Option<Quantity> {
    let (first, rest) = rates.split_first()?;
    let set = rest.iter().try_fold(first.set.clone(), |set, rate| set.intersect(&rate.set))?;
    Some(first.derive("the rate", set, first.unit.clone()))
}
