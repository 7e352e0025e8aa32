//! Order: figures that rise, or at least do not fall, along a list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::same::read_list;
use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula};
use crate::finding::Judgement;
use crate::ledger::{Halt, Quantity, View};
use crate::number::Number;

/// Figures of which each is at most the next: the ends of a range, a subset and its set, a
/// minimum, a mean and a maximum, dates.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The figures, smallest (or earliest) first.
    pub claims: At<Vec<At<String>>>,
    /// Whether each is below the next, rather than at most equal to it.
    #[serde(default)]
    pub strict: bool,
}

impl Check for Order {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let figures = read_list(view, &self.claims, View::quantity)?;
        // A rising choice exists exactly if no figure must lie above a later one. The greatest
        // lower end so far is the one a later figure has least room above.
        let mut tightest: Option<Judgement> = None;
        let mut low = &figures[0];
        for high in &figures[1..] {
            let written_out = low.figure.as_ref().is_some_and(|f| f.text() == low.name);
            let pair = if written_out {
                Judgement::at_least(high, low, self.strict)
            } else {
                Judgement::at_most(low, high, self.strict)
            };
            if tightest.as_ref().is_none_or(|sofar| room(&pair) < room(sofar)) {
                tightest = Some(pair);
            }
            if lower(high) > lower(low) {
                low = high;
            }
        }
        let mut judgement =
            tightest.unwrap_or_else(|| Judgement::equal(&figures[0], &figures[0]));
        for figure in &figures {
            judgement = judgement.step(figure.name.clone(), figure.shown());
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let all = self.claims.value.iter().map(|at| Role::ListedBound.value(at)).collect();
        Some(Quick::If(Condition::Rising { all, strict: self.strict }))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let figures = read_list(view, &self.claims, View::quantity)?;
        let all = figures.into_iter().map(Formula::Value).collect();
        Ok(Some(Condition::Rising { all, strict: self.strict }))
    }

    fn subject(&self) -> String {
        self.claims.value.first().map_or_else(String::new, |first| first.value.clone())
    }
}

/// The lower end, for comparing: absent is lowest, and an open end is above a closed one.
fn lower(figure: &Quantity) -> Option<(Number, bool)> {
    figure.set.lo().map(|end| (end.at.clone(), !end.closed))
}

/// What is left before the pair breaks: less is worse, unbounded is best.
fn room(judgement: &Judgement) -> (bool, bool, Option<Number>) {
    let left = if judgement.holds() { judgement.margin.clone() } else { Some(-judgement.miss.abs()) };
    (judgement.holds(), left.is_none(), left)
}
