//! `tieout compare`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use tieout::audit::Audit;
use tieout::editions::{Chain, sides_at, sides_labelled};
use tieout::project;
use tieout::render::{FORMATS, Format};

use super::input::Input;
use super::output::Output;
use super::{Global, look, report_mistakes};

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing to look at
  1  a figure was revised without a word, left in or swapped, or a conclusion does not hold any more
  2  could not run, or could not read what it should compare
";

#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Compare {
    /// Claims files, folders of them, or labels of editions; a single folder is a chain of its files
    #[arg(required = true, value_name = "EDITION")]
    pub editions: Vec<String>,
    /// How to print the comparison [default: table, or nothing beside -o]
    #[arg(long, value_parser = formats(), value_name = "FORMAT")]
    pub output_format: Option<&'static Format>,
    /// Write to a file, in the format that its ending tells or that is named before it, as in
    /// `-o changes.html -o json=changes.log`; may be repeated; `-` is standard output
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    pub output: Vec<PathBuf>,
    /// Exit with 0 even if there is something to look at
    #[arg(long)]
    pub exit_zero: bool,
    /// The day on which to judge, as 2025-12-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

/// The formats in which a comparison can be written.
fn known() -> Vec<&'static Format> {
    FORMATS.iter().filter(|format| format.compare.is_some()).collect()
}

fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let value = |format: &Format| PossibleValue::new(format.name).help(help(format));
    PossibleValuesParser::new(known().into_iter().map(value))
        .try_map(|name| Format::named(&name).ok_or("no such format"))
}

/// What a format is of a comparison.
fn help(format: &Format) -> &'static str {
    match format.name {
        "table" => "Tables for the terminal",
        "markdown" => "Tables for a page",
        "json" => "One object, with exact numbers",
        "csv" => "One line a figure",
        _ => format.summary,
    }
}

impl Compare {
    pub fn run(&self, global: &Global) -> Result<u8> {
        let plan = Output::new(self.output_format, self.output.clone()).plan_of(&known())?;
        let files = self.editions.iter().all(|path| Path::new(path).exists());
        if !files && let Some(path) = self.editions.iter().find(|path| Path::new(path).is_file()) {
            let other = self.editions.iter().find(|path| !Path::new(path).exists());
            let other = other.map_or("", String::as_str);
            bail!(
                "{path} is a file and \"{other}\" is none; \
                 name all editions by their files, or all by their labels"
            );
        }
        let paths = if files {
            self.editions.iter().map(PathBuf::from).collect()
        } else {
            project::with_folders(Path::new(".")).map_err(anyhow::Error::msg)?
        };
        let case = Input { paths, as_of: self.as_of.clone() }.load()?;
        plan.spare_inputs(&case)?;
        let sides = if files {
            sides_at(&case, &self.editions)
        } else {
            sides_labelled(&case, &self.editions)
        };
        let unread = Audit::unjudged(&case);
        report_mistakes(&unread, global);
        let chain = Chain::new(&case, sides.map_err(anyhow::Error::msg)?);
        plan.write(global, |format, to_terminal| {
            let compare = format.compare.context("no comparison can be written so")?;
            compare(&chain, look(global, to_terminal)).map_err(anyhow::Error::msg)
        })?;
        if unread.has_mistakes() {
            return Ok(2);
        }
        Ok(if chain.needs_a_look() && !self.exit_zero { 1 } else { 0 })
    }
}
