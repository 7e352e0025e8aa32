//! `tieout check`.

use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use tieout::audit::{Audit, Detail};
use tieout::claim::Severity;
use tieout::finding::Verdict;
use tieout::render::{self, Look};

use super::input::Input;
use super::progress::Progress;
use super::{Global, complain, look, report_mistakes, say};

#[derive(clap::Args, Default)]
pub struct Check {
    #[command(flatten)]
    pub input: Input,
    /// How to print the findings
    #[arg(long, value_enum, value_name = "FORMAT", env = "TIEOUT_OUTPUT_FORMAT", hide_env = true)]
    pub output_format: Option<Format>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The least that makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Exit with 0 even if something is inconsistent
    #[arg(long)]
    pub exit_zero: bool,
    /// Show every row of what is judged over rows, not only the worst
    #[arg(long)]
    pub all: bool,
    /// Write the rows that are not consistent, with their sets, as CSV or Parquet
    #[arg(long, value_name = "FILE")]
    pub extract: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Format {
    /// Findings and summary as tables
    Table,
    /// Findings with the lines they speak of
    Full,
    /// One line a finding
    Concise,
    /// One object, with exact numbers
    Json,
    /// A page for browsers and paper
    Html,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
pub enum FailOn {
    /// An inconsistency of severity error
    Error,
    /// An inconsistency of severity warning or error
    Warning,
    /// Any inconsistency
    #[default]
    Note,
    /// Any inconsistency or improbability
    Improbable,
    /// Anything that is not consistent
    Undetermined,
}

impl Check {
    pub fn run(&self, global: &Global) -> Result<u8> {
        let mut case = self.input.load()?;
        let progress = Progress::start();
        case.ledger.watch = Some(progress.watch());
        let detail = Detail { failing: self.extract.is_some(), all: self.all };
        let audit = Audit::in_detail(&case, detail);
        drop(progress);
        report_mistakes(&audit, global);
        if let Some(file) = &self.extract {
            let tables =
                case.ledger.tables.as_ref().context("this build reads and writes no data")?;
            let rows = render::extract(&audit);
            tables.write(&file.to_string_lossy(), &rows).map_err(anyhow::Error::msg)?;
        }
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        let look = Look { all: self.all, ..look(global, to_terminal) };
        let format = self.output_format.or_else(|| {
            let json = self.output.as_ref()?.extension()? == "json";
            json.then_some(Format::Json)
        });
        let text = match format.unwrap_or(Format::Table) {
            Format::Table => render::table(&audit, look),
            Format::Full => render::full(&audit, look),
            Format::Concise => render::concise(&audit, look),
            Format::Json => render::json(&audit),
            Format::Html => render::html(&audit).map_err(anyhow::Error::msg)?,
        };
        match &self.output {
            Some(file) => {
                let shown = file.display();
                fs::write(file, text).with_context(|| format!("{shown} cannot be written"))?;
            }
            None => say(&text)?,
        }
        if audit.has_mistakes() {
            return Ok(2);
        }
        if audit.judged() == 0 {
            let why = if audit.findings.is_empty() {
                "nothing is asserted"
            } else {
                "no assertion applies"
            };
            complain(&format!("error: nothing could be judged: {why}"));
            return Ok(2);
        }
        Ok(if fails(&audit, self.fail_on) && !self.exit_zero { 1 } else { 0 })
    }
}

fn fails(audit: &Audit, level: FailOn) -> bool {
    audit.findings.iter().any(|finding| match finding.verdict {
        Verdict::Inconsistent => match level {
            FailOn::Error => finding.severity == Severity::Error,
            FailOn::Warning => finding.severity >= Severity::Warning,
            _ => true,
        },
        Verdict::Improbable => matches!(level, FailOn::Improbable | FailOn::Undetermined),
        Verdict::Undetermined => level == FailOn::Undetermined,
        _ => false,
    })
}
