//! Share: part ÷ whole is the printed share.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula, Operator, Relation};
use crate::finding::Judgement;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;

/// A share that is the quotient of a part and its whole.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The part.
    pub part: At<String>,
    /// The whole it is a part of.
    pub whole: At<String>,
    /// The printed share.
    pub share: At<String>,
}

impl Check for Share {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let (part, whole) = (view.stated(&self.part)?, view.stated(&self.whole)?);
        let share = view.stated(&self.share)?;
        other_base(view, &share, &whole)?;
        part.comparable(&whole)?;
        // Of a part and a whole in one unit, one may be printed bare.
        let unit = if part.unit.is_unstated() { &whole.unit } else { &part.unit };
        let quotient = Quantity { unit: unit.over(unit), ..part.over(&whole)? };
        if share.unit.is_points() || share.unit.compare(&quotient.unit).is_err() {
            let what = format!("`{}` is in {}, which is no share", share.name, share.unit.label());
            let mistake = Mistake::new(what, share.place);
            return Err(mistake.label("expected a percentage or a fraction").into());
        }
        let mut judgement = Judgement::equal(&share, &quotient).step(
            format!("{} / {}", part.name, whole.name),
            format!("{} / {} = {}", part.shown(), whole.shown(), share.show(&quotient.set)),
        );
        if let Ok(fitting) = part.over(&share) {
            let shown = whole.show(&fitting.set);
            judgement = judgement.step("denominators that would fit", shown);
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let [part, whole, share] =
            [&self.part, &self.whole, &self.share].map(|at| Role::Stated.value(at));
        let quotient = part.with(Operator::Over, whole);
        Some(Quick::If(Condition::Compare(share, Relation::Equal, quotient)))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let [part, whole, share] = [&self.part, &self.whole, &self.share]
            .map(|at| view.stated(at).map(Formula::Value));
        let quotient = part?.with(Operator::Over, whole?);
        Ok(Some(Condition::Compare(share?, Relation::Equal, quotient)))
    }

    fn derived(&self) -> Option<&At<String>> {
        Some(&self.share)
    }

    fn subject(&self) -> String {
        self.share.value.clone()
    }
}

/// A share that is declared to be of one claim is not the share of another.
fn other_base(view: &View, share: &Quantity, whole: &Quantity) -> Result<(), Halt> {
    let Some(of) = share.of.as_ref().filter(|of| **of != whole.name) else { return Ok(()) };
    if view.own_edition().claims.get(of).is_none() {
        return Ok(());
    }
    let what = format!("`{}` is of `{of}`, not of `{}`", share.name, whole.name);
    Err(Mistake::new(what, share.place).label("of another whole").into())
}
