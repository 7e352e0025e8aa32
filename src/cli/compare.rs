//! `tieout compare`.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tieout::audit::Audit;
use tieout::editions::{Chain, sides_at, sides_labelled};
use tieout::{project, render};

use super::input::Input;
use super::{Global, look, report_mistakes, say};

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
    /// How to print the comparison
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub output_format: Option<Format>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 0 even if there is something to look at
    #[arg(long)]
    pub exit_zero: bool,
    /// The day on which to judge, as 2025-12-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Format {
    /// Tables for the terminal
    Table,
    /// Tables for a page
    Markdown,
    /// One object, with exact numbers
    Json,
    /// One line a figure
    Csv,
}

impl Compare {
    pub fn run(&self, global: &Global) -> Result<u8> {
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
        let sides = if files {
            sides_at(&case, &self.editions)
        } else {
            sides_labelled(&case, &self.editions)
        };
        let unread = Audit::unjudged(&case);
        report_mistakes(&unread, global);
        let chain = Chain::new(&case, sides.map_err(anyhow::Error::msg)?);
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        let ending = self.output.as_ref().and_then(|file| file.extension()?.to_str());
        let by_ending = match ending {
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            Some("md") => Format::Markdown,
            _ => Format::Table,
        };
        let text = match self.output_format.unwrap_or(by_ending) {
            Format::Table => render::compare(&chain, look(global, to_terminal)),
            Format::Markdown => render::compare_markdown(&chain, look(global, false)),
            Format::Json => render::compare_json(&chain),
            Format::Csv => render::compare_csv(&chain),
        };
        match &self.output {
            Some(file) => {
                let shown = file.display();
                fs::write(file, text).with_context(|| format!("{shown} cannot be written"))?;
            }
            None => say(&text)?,
        }
        if unread.has_mistakes() {
            return Ok(2);
        }
        Ok(if chain.needs_a_look() && !self.exit_zero { 1 } else { 0 })
    }
}
