//! Commands and their arguments.

mod check;
mod compare;
mod explain;
mod init;
mod input;
mod progress;

use std::io::{IsTerminal, Write};

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use tieout::audit::Audit;
use tieout::project;
use tieout::render::{self, Look};

use self::check::Check;
use self::compare::Compare;
use self::explain::Explain;
use self::init::Init;
use self::input::Input;

const EXAMPLES: &str = "\
Examples:
  tieout                          check the project around you
  tieout check report.toml        check one claims file
  tieout compare 2023 2024        two editions, figure by figure
  tieout explain footing          the page of a check
  tieout explain footing/shares   one finding, worked step by step
";

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing inconsistent
  1  something is inconsistent (see --fail-on)
  2  could not run, or could not judge as asked
";

/// A spellchecker for the figures in a report.
#[derive(Parser)]
#[command(name = "tieout", version, before_help = EXAMPLES, after_help = EXIT_CODES)]
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
    /// Make a project with one planted mistake
    Init(Init),
    /// Print the JSON Schema of claims files
    Schema,
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
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
            let audit = Audit::run(&case);
            report_mistakes(&audit, global);
            say(&render::figures(&audit, look(global, std::io::stdout().is_terminal())))?;
            Ok(if audit.has_mistakes() { 2 } else { 0 })
        }
        Command::Explain(explain) => explain.run(global),
        Command::Init(init) => init.run(),
        Command::Schema => {
            say(&format!("{:#}\n", project::schema()))?;
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tieout", &mut text);
            say(&String::from_utf8_lossy(&text))?;
            Ok(0)
        }
    }
}

/// What is written wrong goes to standard error, all of it.
pub fn report_mistakes(audit: &Audit, global: &Global) {
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
