//! What is read: claims files, and the day.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tieout::audit::Case;
use tieout::figure::{Figure, Style, Terms, Unit};
use tieout::ledger::Stated;
use tieout::project;

#[derive(clap::Args, Default)]
pub struct Input {
    /// Claims files, or folders of them; `-` for standard input [default: the folder claims]
    pub paths: Vec<PathBuf>,
    /// The day on which to judge, as 2025-12-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

impl Input {
    /// Reads the claims files and opens the doors to data and calendar.
    pub fn load(&self) -> Result<Case> {
        let stdin = self.paths.iter().any(|path| path == Path::new("-"));
        let mut case = if stdin {
            if self.paths.len() > 1 {
                bail!("`-` reads one claims file from standard input; name no others beside it");
            }
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
            project::load_text("<stdin>", text)
        } else {
            project::load(&self.paths, Path::new(".")).map_err(anyhow::Error::msg)?
        };
        let today = match &self.as_of {
            Some(date) => {
                let read = Figure::read(date, Style::Inferred, Some(&Unit::date()));
                read.map_err(|error| anyhow::anyhow!("--as-of {date}: {}", error.message))?
            }
            None => today()?,
        };
        case.ledger.today = Some(Stated::new(Arc::new(today), Terms::default()));
        #[cfg(feature = "dataframes")]
        {
            case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
        }
        Ok(case)
    }
}

/// The day, by the system's clock, in UTC.
fn today() -> Result<Figure> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = now.context("the clock stands before 1970")?.as_secs() / 86_400;
    let date = tieout::figure::date::show(&tieout::Number::from(i64::try_from(days)?));
    Figure::read(&date, Style::Inferred, Some(&Unit::date()))
        .map_err(|error| anyhow::anyhow!("today: {}", error.message))
}
