//! The files of a new project: a report with one planted mistake, or an empty one.

/// A file of a new project.
pub struct Starter {
    /// Its path in the project.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

const CLAIMS: &str = r##"# The figures of one edition of a report, and what must be true of them.
# `tieout schema > claims.schema.json` gives editors the keys; `tieout explain` lists the checks.

[report]
title   = "Island labour force, first quarter"
edition = "2025-Q1"
date    = "15 May 2025"

# A claim is a figure as printed, with a name.

[claim.labour_force]
value = "48,210 persons"
says  = "labour force"

[claim.employed]
value = "45,077 persons"
says  = "employed"

[claim.unemployed]
value = "3,133 persons"
says  = "unemployed"

[claim.unemployment_rate]
value = "6.5%"
of    = "labour_force"
says  = "unemployment rate"

[claim.rate_a_year_ago]
value = "7.2%"
of    = "labour_force"

[claim.fall]
value = "1.7 percentage points"
says  = "fall over the year"

# An assertion says how figures relate. Kinds of assertion are the names of checks.

[[footing]]
label     = "employed and unemployed make up the labour force"
parts     = ["employed", "unemployed"]
total     = "labour_force"
complete  = true
exclusive = true

[[share]]
label = "unemployment rate"
part  = "unemployed"
whole = "labour_force"
share = "unemployment_rate"

# The planted mistake: 7.2 % to 6.5 % is not a fall of 1.7 points.

[[change]]
label     = "fall of the unemployment rate over the year"
from      = "rate_a_year_ago"
to        = "unemployment_rate"
by        = "fall"
direction = "fall"

# Figures can be tied to data.

[data.regions]
path = "../datasets/regions.csv"

[[tie-out]]
label   = "unemployed, from the regional table"
claim   = "unemployed"
data    = "regions"
measure = "sum(unemployed)"
"##;

const REGIONS: &str = "\
region,employed,unemployed
North,18204,1391
South,15877,1042
Isles,10996,700
";

const BARE: &str = r##"# The figures of one edition of a report, and what must be true of them.
# `tieout schema > claims.schema.json` gives editors the keys; `tieout explain` lists the checks.

[report]
title   = "Title of the report"
edition = "1"
# date  = "1 August 2025"

# [claim.NAME]
# value = "41%"             # the figure as printed
# of    = "respondents"     # percent of what: another claim, or words
# says  = "what it says"
# where = "section"
# note  = 1                 # the note it rests on

# [[footing]]
# parts    = ["NAME", "OTHER"]
# total    = "100%"
# complete = true
"##;

/// The files of a new project, with one planted mistake, or bare.
pub fn starter(bare: bool) -> Vec<Starter> {
    if bare {
        return vec![Starter { path: "claims/report.toml", text: BARE }];
    }
    vec![
        Starter { path: "claims/labour-2025-q1.toml", text: CLAIMS },
        Starter { path: "datasets/regions.csv", text: REGIONS },
    ]
}
