//! From an [`Audit`] to text. A renderer is a pure function: width and colour come in as
//! arguments, so that the same audit gives the same bytes everywhere.

mod compare;
mod compare_data;
mod concise;
mod csv;
mod explain;
mod figures;
mod full;
mod github;
mod html;
mod json;
mod junit;
mod layout;
mod markdown;
mod mistakes;
mod places;
mod rows;
mod sarif;
mod summary;
mod table;
mod together;
mod words;

pub use compare::compare;
pub use compare_data::{compare_csv, compare_json, compare_markdown};
pub use concise::{concise, gist};
pub use csv::csv;
pub use explain::{explain, list_checks};
pub use figures::figures;
pub use full::full;
pub use github::github;
pub use html::{compare_html, html};
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use mistakes::{mistakes, warnings};
pub use rows::{extract, remarks as rows};
pub use sarif::sarif;
pub use table::table;
pub use words::{answers, title};

use layout::{lines, paint, plain_table, roomy_table, table_text, wrap};
use words::{count, in_last_digits, in_order, verdict_words};

use crate::audit::Audit;
use crate::editions::Chain;

/// How a text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal, or of the page.
    pub width: usize,
    /// Whether to use colour. Nothing is said by colour alone.
    pub color: bool,
    /// Whether to show what is consistent, too.
    pub verbose: bool,
    /// Whether to leave out all but the findings.
    pub quiet: bool,
    /// Whether to show every row of what is judged over rows.
    pub all: bool,
}

/// Writes a comparison of editions, or says why it cannot be written.
type Compare = fn(&Chain, Look) -> Result<String, String>;

/// A format in which an audit can be written.
pub struct Format {
    /// What users ask for it by.
    pub name: &'static str,
    /// What it is, for the help.
    pub summary: &'static str,
    /// How the names of its files end, without the dot; none if no ending tells it from others.
    pub endings: &'static [&'static str],
    /// Writes it; or says why it cannot be written.
    pub render: fn(&Audit, Look) -> Result<String, String>,
    /// Writes a comparison of editions; none if there is no such thing in this format.
    pub compare: Option<Compare>,
}

/// All formats, in the order of the help. The first is the default.
#[rustfmt::skip]
pub const FORMATS: &[Format] = &[
    Format { name: "table", summary: "Findings and summary as tables", endings: &["txt"], render: |audit, look| Ok(table(audit, look)), compare: Some(|chain, look| Ok(compare(chain, look))) },
    Format { name: "full", summary: "Findings with the lines they speak of", endings: &[], render: |audit, look| Ok(full(audit, look)), compare: None },
    Format { name: "concise", summary: "One line a finding", endings: &[], render: |audit, look| Ok(concise(audit, look)), compare: None },
    Format { name: "markdown", summary: "Findings and summary, for pull requests and wikis", endings: &["md", "markdown"], render: |audit, look| Ok(markdown(audit, look)), compare: Some(|chain, look| Ok(compare_markdown(chain, look))) },
    Format { name: "json", summary: "One object with everything, in exact numbers", endings: &["json"], render: |audit, _| Ok(json(audit)), compare: Some(|chain, _| Ok(compare_json(chain))) },
    Format { name: "csv", summary: "One row an assertion, in exact numbers", endings: &["csv"], render: |audit, _| Ok(csv(audit)), compare: Some(|chain, _| Ok(compare_csv(chain))) },
    Format { name: "sarif", summary: "SARIF 2.1.0, for code scanning", endings: &["sarif", "sarif.json"], render: sarif, compare: None },
    Format { name: "junit", summary: "JUnit XML, one test case an assertion", endings: &["xml"], render: |audit, _| junit(audit), compare: None },
    Format { name: "github", summary: "Annotations for GitHub Actions", endings: &[], render: |audit, look| Ok(github(audit, look)), compare: None },
    Format { name: "html", summary: "A page for browsers and paper", endings: &["html"], render: |audit, _| html(audit), compare: Some(|chain, _| compare_html(chain)) },
];

impl Format {
    /// The format with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format of a file with this name, by how it ends; the longest ending counts.
    pub fn of_file(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase();
        let fits =
            |ending: &&&str| name.strip_suffix(**ending).is_some_and(|stem| stem.ends_with('.'));
        let length =
            |format: &Self| format.endings.iter().filter(fits).map(|ending| ending.len()).max();
        let fitting = FORMATS.iter().filter_map(|format| Some((length(format)?, format)));
        fitting.max_by_key(|(length, _)| *length).map(|(_, format)| format)
    }
}
