//! The keys with which an assertion is judged many times, over the rows of a dataset.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, List, Missing};

/// How an assertion is lifted over the rows of a dataset, whose columns then play the claims.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftSpec {
    /// The dataset, as named in `[data.NAME]`. The assertion is judged once for each of its rows,
    /// with the cells of the row in place of claims.
    pub each: Option<At<String>>,
    /// Which rows: an SQL condition.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Columns by whose values the rows are grouped: the assertion is judged once for each group,
    /// and a column stands for all its cells where a list is asked for.
    pub by: Option<At<List<String>>>,
    /// The same as `by`, for a change, whose `by` is the stated change.
    pub within: Option<At<List<String>>>,
    /// A column of periods or dates: the assertion is judged for each row and the one before it,
    /// whose cells are `previous.COLUMN`.
    pub along: Option<At<String>>,
    /// The column of the figures, if operands are SQL conditions that pick its rows.
    pub down: Option<At<String>>,
    /// The column with the code of each row, in a hierarchy.
    pub code: Option<At<String>>,
    /// The column with the code of the row above. Left out, a code such as "A01" belongs below the
    /// longest code that it begins with.
    pub parent: Option<At<String>>,
    /// What becomes of a missing cell, in place of what the dataset says.
    pub missing: Option<Missing>,
}

impl LiftSpec {
    /// The columns by whose values the rows are grouped, with their place.
    pub fn groups(&self) -> Option<&At<List<String>>> {
        self.by.as_ref().or(self.within.as_ref())
    }
}
