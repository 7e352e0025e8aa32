//! `tieout watch`: checks again whenever a file that counts has changed.
//!
//! The system tells when something happens in a folder; whether a file that counts is another than
//! before is seen from its length and time of change. So editors that write a new file and rename
//! it are no special case, and where the system tells nothing (network drives) a look every two
//! seconds does.

mod files;
mod news;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tieout::audit::{Audit, Case};
use tieout::render;

use self::files::{Bell, Files};
use self::news::Known;
use super::check::{FailOn, fails};
use super::input::Input;
use super::progress::Progress;
use super::{Global, complain, look, report_mistakes, say};

/// The exit code when Ctrl-C comes before the first run has ended, as shells have it.
const INTERRUPTED: u8 = 130;

#[derive(clap::Args)]
pub struct Watch {
    #[command(flatten)]
    input: Input,
    /// How to print the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    output_format: Screen,
    /// The least that makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    fail_on: FailOn,
    /// Do not clear the screen before a run
    #[arg(long)]
    no_clear: bool,
}

/// The formats that are made for reading on a screen.
#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Screen {
    /// Findings and summary as tables
    #[default]
    Table,
    /// Findings with the lines they speak of
    Full,
    /// One line a finding
    Concise,
}

impl Watch {
    pub fn run(&self, global: &Global) -> Result<u8> {
        if self.input.paths.iter().any(|path| path == Path::new("-")) {
            bail!("`-` cannot be watched: standard input is read once; name a claims file");
        }
        let code = Arc::new(AtomicU8::new(INTERRUPTED));
        let last = code.clone();
        ctrlc::set_handler(move || end(last.load(Ordering::Relaxed)))
            .context("Ctrl-C cannot be listened to")?;
        let mut bell = Bell::default();
        let mut files = Files::default();
        let mut known = None;
        loop {
            if !self.no_clear && std::io::stdout().is_terminal() {
                say("\u{1b}[2J\u{1b}[H")?;
            }
            // Seen before it is read, so that a change in between is not missed.
            let mut seen = files.look();
            match self.read() {
                Ok(case) => {
                    files = Files::of(&case, &self.input.paths);
                    let mut fresh = files.look();
                    seen.retain(|path, _| fresh.contains_key(path));
                    fresh.append(&mut seen);
                    seen = fresh;
                    bell.hang(&files);
                    self.judge(case, global, &mut known, &code)?;
                }
                // At the start there is nothing to watch; later, files may be in the making.
                Err(error) if code.load(Ordering::Relaxed) == INTERRUPTED => return Err(error),
                Err(error) => {
                    complain(&format!("error: {error:#}"));
                    code.store(2, Ordering::Relaxed);
                }
            }
            let plural = if seen.len() == 1 { "" } else { "s" };
            complain(&format!("watching {} file{plural}; Ctrl-C ends", seen.len()));
            bell.wait(&files, &seen);
        }
    }

    /// What is to be judged.
    fn read(&self) -> Result<Case> {
        let case = self.input.load()?;
        let mut data = case.ledger.editions.iter().flat_map(|edition| edition.data.iter());
        if let Some((name, _)) = data.find(|(_, data)| data.source.path == "-") {
            bail!("`{name}` comes from standard input, which is read once; watch data in files");
        }
        drop(data);
        Ok(case)
    }

    /// Judges and prints. The exit code is set first, for whoever acts on what is printed.
    fn judge(
        &self,
        mut case: Case,
        global: &Global,
        known: &mut Option<Known>,
        code: &AtomicU8,
    ) -> Result<()> {
        let progress = Progress::start();
        case.ledger.watch = Some(progress.watch());
        let audit = Audit::whole(&case);
        drop(progress);
        let exit = match audit.has_mistakes() || audit.judged() == 0 {
            true => 2,
            false => u8::from(fails(&audit, self.fail_on)),
        };
        code.store(exit, Ordering::Relaxed);
        report_mistakes(&audit, global);
        let look = look(global, std::io::stdout().is_terminal());
        let text = match self.output_format {
            Screen::Table => render::table(&audit, look),
            Screen::Full => render::full(&audit, look),
            Screen::Concise => render::concise(&audit, look),
        };
        say(&text)?;
        if audit.has_mistakes() {
            // What cannot be read has no findings, which is not to say that they are gone.
            if known.is_some() {
                say("\nnot compared with the last run: something could not be read or judged\n")?;
            }
            return Ok(());
        }
        let now = Known::of(&audit);
        if let Some(before) = known.as_ref() {
            say(&format!("\n{}", now.since(before)))?;
        }
        *known = Some(now);
        if audit.judged() == 0 {
            complain("error: nothing could be judged");
        }
        Ok(())
    }
}

/// Ends the program from whatever it is doing.
#[allow(clippy::exit)]
fn end(code: u8) {
    std::process::exit(i32::from(code));
}
