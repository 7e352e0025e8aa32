//! Waivers, as a claims file declares them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Text};

/// A finding that somebody answers for. It keeps its verdict and is printed with the reason, but
/// fails no build. `tieout waive` writes these.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverSpec {
    /// The finding, by its name as printed: "footing/shares". It is one of the same report.
    pub finding: At<String>,
    /// Why it may stand, in your own words; it is printed wherever the finding is.
    pub reason: At<String>,
    /// Who answers for it.
    pub by: Option<String>,
    /// The last day on which it holds, such as 2026-12-31. From 30 days before, a warning says so.
    pub until: Option<At<Text>>,
    /// That it holds without end; in place of `until`.
    pub forever: Option<At<bool>>,
    /// The verdict it answers for, if not every one: it ends when the finding comes to another.
    pub verdict: Option<WaivedVerdict>,
    /// The figures it excuses as they are printed, by claim: `{ growth = "3.1%" }`. It ends when
    /// one of them changes, or when others take part.
    pub figures: Option<At<BTreeMap<String, Text>>>,
    /// What stands for all that the assertion says, as `tieout waive` writes it. The waiver ends
    /// when the assertion itself is changed; without this key, only when its figures are.
    pub asserts: Option<String>,
}

/// The verdicts, short of inconsistent, that a waiver can answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaivedVerdict {
    /// It turns on something the text leaves open.
    Undetermined,
    /// Rounding alone would hardly do this.
    Improbable,
}
