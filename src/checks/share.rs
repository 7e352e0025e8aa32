//! Share: part ÷ whole is the printed share.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Check;
use crate::claim::At;
use crate::finding::Judgement;
use crate::ledger::{Halt, View};

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
        let (part, whole) = (view.quantity(&self.part)?, view.quantity(&self.whole)?);
        let share = view.quantity(&self.share)?;
        part.comparable(&whole)?;
        let quotient = part.over(&whole)?;
        share.unit.compare(&quotient.unit).map_err(|_| {
            crate::mistake::Mistake::new(
                format!("`{}` is in {}, which is no share", share.name, share.unit.label()),
                share.place,
            )
            .label("expected a percentage or a fraction")
        })?;
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

    fn subject(&self) -> String {
        self.share.value.clone()
    }
}
