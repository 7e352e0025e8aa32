//! Tie-out: a figure is what the data give.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Check;
use crate::claim::At;
use crate::dataset::{Ask, Condition, Measure, Part, Trouble};
use crate::finding::Judgement;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;

/// A figure that must be the print of a number computed from data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TieOut {
    /// The figure.
    pub claim: At<String>,
    /// The dataset, as named in `[data.NAME]`.
    pub data: At<String>,
    /// What is computed from it, in the figure's printed unit: an SQL expression such as
    /// `sum(women)` or `100.0 * sum(sold) / count(*)`.
    pub measure: At<String>,
    /// The rows it is computed over: an SQL condition.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
}

impl Check for TieOut {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let edition = view.own_edition();
        let data = edition.data.get(&self.data.value).ok_or_else(|| {
            let what = format!("no dataset is named `{}`", self.data.value);
            Mistake::new(what, view.place(&self.data))
                .label("not declared as data")
                .did_you_mean(&self.data.value, edition.data.names())
                .help("declare it as `[data.NAME]` with a `path`")
        })?;
        let figure = view.stated(&self.claim)?;
        let tables = view.ledger.tables.as_ref().ok_or_else(|| {
            Halt::Missing("this build of tieout reads no data (feature `dataframes`)".to_owned())
        })?;
        let condition = self.condition.as_ref().map(|at| Condition::Sql(at.value.clone()));
        let measure = Measure::Sql(self.measure.value.clone());
        let measured = tables.measure(&data.source, &Ask { measure, condition, weight: None });
        let measured = measured.map_err(|Trouble { part, what, .. }| match part {
            Part::Data => {
                Mistake::new(what, data.place).label(format!("looked for {}", data.source.path))
            }
            _ => Mistake::new(what, view.place(&self.measure))
                .help(format!("the data are {}", data.source.path)),
        })?;
        let set = measured.set.scale(figure.unit.factor());
        let given = Quantity {
            last_place: figure.last_place.clone(),
            ..figure.derive(format!("{}: {}", self.data.value, self.measure.value), set, figure.unit.clone())
        };
        let mut judgement = Judgement::equal(&figure, &given).step(measured.query, given.shown());
        if let Some(bound) = measured.bound {
            judgement.notes.push(format!("computed in floating point, error at most {bound}"));
        }
        Ok(judgement)
    }

    fn subject(&self) -> String {
        self.claim.value.clone()
    }
}
