//! Commands and their arguments.

mod budget;
mod check;
mod compare;
mod explain;
pub mod help;
mod init;
mod input;
mod man;
mod output;
mod progress;
mod waive;
mod watch;

use std::io::{IsTerminal, Write};

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use tieout::audit::Audit;
use tieout::mistake::Mistake;
use tieout::project;
use tieout::render::{self, Look};

use self::check::Check;
use self::compare::Compare;
use self::explain::Explain;
use self::init::Init;
use self::input::Input;
use self::man::Man;
use self::waive::Waive;
use self::watch::Watch;

/// A spellchecker for the figures in a report.
#[derive(Parser)]
#[command(name = "tieout", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub global: Global,
}

#[derive(clap::Args)]
pub struct Global {
    /// When to use colour; NO_COLOR switches it off, too
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: When,
    /// Columns to fit tables to [default: those of the terminal, or 100]
    #[arg(long, global = true, value_name = "COLUMNS", env = "TIEOUT_WIDTH", hide_env = true)]
    pub width: Option<usize>,
    /// Only the findings and the exit code
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// What is consistent, too
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
pub enum When {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Judge every assertion
    Check(Check),
    /// Compare editions of a report, figure by figure
    Compare(Compare),
    /// List every figure with its set, source and uses
    Figures {
        #[command(flatten)]
        input: Input,
    },
    /// Print the page of a check, or work one finding step by step
    Explain(Explain),
    /// Check again whenever a file changes, and say what is new and what is gone
    Watch(Watch),
    /// Answer for findings, so that they fail no build
    Waive(Waive),
    /// Make a project with one planted mistake
    Init(Init),
    /// Print the JSON Schema of claims files
    Schema,
    /// Print completions for a shell
    Completions {
        /// The shell to complete commands in
        shell: clap_complete::Shell,
    },
    /// Print a man page
    #[command(hide = true)]
    Man(Man),
}

/// Results go to standard output, everything else here.
#[allow(clippy::print_stderr)]
pub fn complain(text: &str) {
    eprintln!("{}", text.trim_end());
}

pub fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Runs a command, and returns the exit code.
pub fn run(cli: Cli) -> Result<u8> {
    let global = &cli.global;
    let command = cli.command.unwrap_or(Command::Check(Check::default()));
    match command {
        Command::Check(check) => check.run(global),
        Command::Compare(compare) => compare.run(global),
        Command::Figures { input } => {
            let case = input.load()?;
            let audit = Audit::whole(&case);
            report_mistakes(&audit, global);
            say(&render::figures(&audit, look(global, std::io::stdout().is_terminal())))?;
            Ok(if audit.has_mistakes() { 2 } else { 0 })
        }
        Command::Explain(explain) => explain.run(global),
        Command::Watch(watch) => watch.run(global),
        Command::Waive(waive) => waive.run(global),
        Command::Init(init) => init.run(),
        Command::Man(man) => man.run(),
        Command::Schema => {
            say(&format!("{:#}\n", project::schema()))?;
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut help::command(), "tieout", &mut text);
            say(&String::from_utf8_lossy(&text))?;
            Ok(0)
        }
    }
}

/// How many warnings are shown unless all are asked for.
const WARNINGS: usize = 10;

/// What is written wrong goes to standard error, all of it; and what there is to say of waivers.
pub fn report_mistakes(audit: &Audit, global: &Global) {
    let warnings: Vec<&Mistake> = audit.warnings.iter().collect();
    if !warnings.is_empty() && !global.quiet {
        let look = look(global, std::io::stderr().is_terminal());
        let shown = if global.verbose { warnings.len() } else { WARNINGS.min(warnings.len()) };
        complain(&render::warnings(&warnings[..shown], &audit.case.ledger.files, look));
        if shown < warnings.len() {
            let more = warnings.len() - shown;
            complain(&format!("\n… and {more} more waivers to see to; `-v` lists all"));
        }
    }
    let found = audit.mistakes();
    if !found.is_empty() {
        let look = look(global, std::io::stderr().is_terminal());
        complain(&render::mistakes(&found, &audit.case.ledger.files, look));
    }
}

pub fn look(global: &Global, terminal: bool) -> Look {
    let banned = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && !banned,
    };
    let detected = terminal_size::terminal_size().filter(|_| terminal);
    let width = global.width.or(detected.map(|(width, _)| usize::from(width.0)));
    Look {
        width: width.unwrap_or(100).clamp(40, 400),
        color,
        verbose: global.verbose,
        quiet: global.quiet,
        all: false,
    }
}
