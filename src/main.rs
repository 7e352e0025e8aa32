//! The command line of tieout: the one place that prints and exits.

mod progress;

use std::fs;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use tieout::audit::{Audit, Case, Detail};
use tieout::checks::Kind;
use tieout::claim::Severity;
use tieout::figure::{Figure, Style, Terms, Unit};
use tieout::finding::Verdict;
use tieout::ledger::Stated;
use tieout::project;
use tieout::render::{self, Look};

const EXAMPLES: &str = "\
Examples:
  tieout                          check the project around you
  tieout check report.toml        check one claims file
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
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    global: Global,
}

#[derive(clap::Args)]
struct Global {
    /// When to use colour; NO_COLOR switches it off, too
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,
    /// Columns to fit tables to [default: those of the terminal, or 100]
    #[arg(long, global = true, value_name = "COLUMNS", env = "TIEOUT_WIDTH", hide_env = true)]
    width: Option<usize>,
    /// Only the findings and the exit code
    #[arg(short, long, global = true)]
    quiet: bool,
    /// What is consistent, too
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum When {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Judge every assertion
    Check(Check),
    /// List every figure with its set, source and uses
    Figures {
        #[command(flatten)]
        input: Input,
    },
    /// Print the page of a check, or work one finding step by step
    Explain {
        /// The name of a check, or the id of a finding such as footing/shares
        name: Option<String>,
        #[command(flatten)]
        input: Input,
    },
    /// Make a project with one planted mistake
    Init {
        /// The folder to make it in
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// An empty claims file, without the example
        #[arg(long)]
        bare: bool,
    },
    /// Print the JSON Schema of claims files
    Schema,
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(clap::Args)]
struct Input {
    /// Claims files, or folders of them; `-` for standard input [default: the folder claims]
    paths: Vec<PathBuf>,
    /// The day on which to judge, as 2025-12-31 [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(clap::Args)]
struct Check {
    #[command(flatten)]
    input: Input,
    /// How to print the findings
    #[arg(long, value_enum, value_name = "FORMAT", env = "TIEOUT_OUTPUT_FORMAT", hide_env = true)]
    output_format: Option<Format>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The least that makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    fail_on: FailOn,
    /// Exit with 0 even if something is inconsistent
    #[arg(long)]
    exit_zero: bool,
    /// Show every row of what is judged over rows, not only the worst
    #[arg(long)]
    all: bool,
    /// Write the rows that are not consistent, with their sets, as CSV or Parquet
    #[arg(long, value_name = "FILE")]
    extract: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// Findings and summary as tables
    Table,
    /// Findings with the lines they speak of
    Full,
    /// One line a finding
    Concise,
    /// One object, with exact numbers
    Json,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum FailOn {
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

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // A reader that closed the pipe has seen enough.
            if error.downcast_ref::<std::io::Error>().is_some_and(closed_pipe) {
                return ExitCode::SUCCESS;
            }
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}

/// Results go to standard output, everything else here.
#[allow(clippy::print_stderr)]
fn complain(text: &str) {
    eprintln!("{}", text.trim_end());
}

fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

fn run(cli: Cli) -> Result<u8> {
    let global = &cli.global;
    let command = cli.command.unwrap_or(Command::Check(Check {
        input: Input { paths: Vec::new(), as_of: None },
        output_format: None,
        output: None,
        fail_on: FailOn::default(),
        exit_zero: false,
        all: false,
        extract: None,
    }));
    match command {
        Command::Check(check) => run_check(&check, global),
        Command::Figures { input } => {
            let case = load(&input)?;
            let audit = Audit::run(&case);
            report_mistakes(&audit, global);
            say(&render::figures(&audit, look(global, std::io::stdout().is_terminal())))?;
            Ok(if audit.has_mistakes() { 2 } else { 0 })
        }
        Command::Explain { name, input } => run_explain(name.as_deref(), &input, global),
        Command::Init { folder, bare } => run_init(&folder, bare),
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

fn run_check(check: &Check, global: &Global) -> Result<u8> {
    let mut case = load(&check.input)?;
    let progress = progress::Progress::start();
    case.ledger.watch = Some(progress.watch());
    let detail = Detail { failing: check.extract.is_some(), all: check.all };
    let audit = Audit::in_detail(&case, detail);
    drop(progress);
    report_mistakes(&audit, global);
    if let Some(file) = &check.extract {
        let tables = case.ledger.tables.as_ref().context("this build reads and writes no data")?;
        let rows = render::extract(&audit);
        tables.write(&file.to_string_lossy(), &rows).map_err(anyhow::Error::msg)?;
    }
    let to_terminal = check.output.is_none() && std::io::stdout().is_terminal();
    let look = Look { all: check.all, ..look(global, to_terminal) };
    let format = check.output_format.or_else(|| {
        let json = check.output.as_ref()?.extension()? == "json";
        json.then_some(Format::Json)
    });
    let text = match format.unwrap_or(Format::Table) {
        Format::Table => render::table(&audit, look),
        Format::Full => render::full(&audit, look),
        Format::Concise => render::concise(&audit, look),
        Format::Json => render::json(&audit),
    };
    match &check.output {
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
        let why =
            if audit.findings.is_empty() { "nothing is asserted" } else { "no assertion applies" };
        complain(&format!("error: nothing could be judged: {why}"));
        return Ok(2);
    }
    Ok(if fails(&audit, check.fail_on) && !check.exit_zero { 1 } else { 0 })
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

fn run_explain(name: Option<&str>, input: &Input, global: &Global) -> Result<u8> {
    let Some(name) = name else {
        say(&render::list_checks())?;
        return Ok(0);
    };
    if let Some(kind) = Kind::named(name) {
        say(kind.page)?;
        return Ok(0);
    }
    if !name.contains('/') {
        let kinds = tieout::checks::KINDS.iter().map(|kind| kind.name);
        let near = tieout::mistake::nearest(name, kinds);
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        bail!("no check is called `{name}`{near} (`tieout explain` lists them)");
    }
    let case = load(input)?;
    let audit = Audit::run(&case);
    let Some(finding) = audit.findings.iter().find(|finding| finding.id == name) else {
        report_mistakes(&audit, global);
        let ids = audit.findings.iter().map(|finding| finding.id.as_str());
        let near = tieout::mistake::nearest(name, ids);
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        bail!("no finding is called `{name}`{near} (`tieout check -v` lists them all)");
    };
    say(&render::explain(&audit, finding, look(global, std::io::stdout().is_terminal())))?;
    Ok(0)
}

fn run_init(folder: &Path, bare: bool) -> Result<u8> {
    let files = project::starter(bare);
    for file in &files {
        let path = folder.join(file.path);
        if path.exists() {
            bail!("{} is there already; nothing was written", path.display());
        }
    }
    for file in &files {
        let path = folder.join(file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("{} cannot be made", parent.display()))?;
        }
        fs::write(&path, file.text)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        say(&format!("wrote {}\n", path.display()))?;
    }
    let go = if folder == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", folder.display())
    };
    say(&format!("next: {go}tieout check\n"))?;
    Ok(0)
}

/// Reads the claims files and opens the doors to data and calendar.
fn load(input: &Input) -> Result<Case> {
    let stdin = input.paths.iter().any(|path| path == Path::new("-"));
    let mut case = if stdin {
        if input.paths.len() > 1 {
            bail!("`-` reads one claims file from standard input; name no others beside it");
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        project::load_text("<stdin>", text)
    } else {
        project::load(&input.paths, Path::new(".")).map_err(anyhow::Error::msg)?
    };
    let today = match &input.as_of {
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

/// The day, by the system's clock, in UTC.
fn today() -> Result<Figure> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = now.context("the clock stands before 1970")?.as_secs() / 86_400;
    let date = tieout::figure::date::show(&tieout::Number::from(i64::try_from(days)?));
    Figure::read(&date, Style::Inferred, Some(&Unit::date()))
        .map_err(|error| anyhow::anyhow!("today: {}", error.message))
}

/// What is written wrong goes to standard error, all of it.
fn report_mistakes(audit: &Audit, global: &Global) {
    let found = audit.mistakes();
    if !found.is_empty() {
        let look = look(global, std::io::stderr().is_terminal());
        complain(&render::mistakes(&found, &audit.case.ledger.files, look));
    }
}

fn look(global: &Global, terminal: bool) -> Look {
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
