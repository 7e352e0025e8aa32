//! `tieout check`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use tieout::audit::{Audit, Detail};
use tieout::claim::Severity;
use tieout::finding::{Finding, Verdict};
use tieout::render::{self, Look};

use super::budget::Budget;
use super::input::Input;
use super::output::Output;
use super::progress::Progress;
use super::{Global, complain, look, report_mistakes};

#[derive(clap::Args, Default)]
pub struct Check {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub output: Output,
    /// The least that makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Exit with 0 even if something is inconsistent
    #[arg(long)]
    pub exit_zero: bool,
    /// Show every row of what is judged over rows, not only the worst
    #[arg(long)]
    pub all: bool,
    /// Leave out findings that are waived
    #[arg(long)]
    pub only_new: bool,
    /// How far to look when all figures are taken together: seconds in all, and cases for each
    /// group of assertions [default: 60,2000]
    #[arg(long, value_name = "SECONDS[,CASES]")]
    pub budget: Option<Budget>,
    /// Write the rows that are not consistent, with their sets, as CSV or Parquet
    #[arg(long, value_name = "FILE")]
    pub extract: Option<PathBuf>,
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
        let plan = self.output.plan()?;
        let mut case = self.input.load()?;
        plan.spare_inputs(&case)?;
        let progress = Progress::start();
        case.ledger.watch = Some(progress.watch());
        let budget = self.budget.unwrap_or_default();
        case.ledger.stop = Some(budget.stop());
        let detail = Detail {
            failing: self.extract.is_some(),
            all: self.all,
            budget: budget.cases,
            implied: global.verbose,
        };
        let mut audit = Audit::in_detail(&case, detail);
        audit.only_new = self.only_new;
        drop(progress);
        report_mistakes(&audit, global);
        if let Some(file) = &self.extract {
            let tables =
                case.ledger.tables.as_ref().context("this build reads and writes no data")?;
            let rows = render::extract(&audit);
            tables.write(&file.to_string_lossy(), &rows).map_err(anyhow::Error::msg)?;
        }
        plan.write(global, |format, to_terminal| {
            let look = Look { all: self.all, ..look(global, to_terminal) };
            (format.render)(&audit, look).map_err(anyhow::Error::msg)
        })?;
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

/// Whether something was found that makes the exit code 1.
pub fn fails(audit: &Audit, level: FailOn) -> bool {
    audit.findings.iter().any(|finding| fails_at(finding, level))
}

/// Whether a finding makes the exit code 1 at this level.
pub fn fails_at(finding: &Finding, level: FailOn) -> bool {
    match finding.verdict {
        _ if finding.waived.is_some() => false,
        Verdict::Inconsistent => match level {
            FailOn::Error => finding.severity == Severity::Error,
            FailOn::Warning => finding.severity >= Severity::Warning,
            _ => true,
        },
        Verdict::Improbable => matches!(level, FailOn::Improbable | FailOn::Undetermined),
        Verdict::Undetermined => level == FailOn::Undetermined,
        _ => false,
    }
}
