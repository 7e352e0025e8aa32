//! What each command's help and man page say besides its arguments: examples on top, exit codes
//! at the bottom. The commands themselves are declared where they are run.

use clap::{Command, CommandFactory};

use super::Cli;

/// An example and what it does.
type Example = (&'static str, &'static str);

/// What the exit codes of a command mean.
type Codes = &'static [(u8, &'static str)];

const JUDGING: Codes = &[
    (0, "nothing inconsistent, or all of it waived"),
    (1, "something is inconsistent (see --fail-on)"),
    (2, "could not run, or could not judge as asked"),
];
const SHOWING: Codes = &[(0, "done"), (2, "could not run, or something could not be read")];

/// The examples and exit codes of a command, by its name.
fn words(command: &str) -> Option<([Example; 3], Codes)> {
    Some(match command {
        "tieout" => (
            [
                ("tieout", "check the project around you"),
                ("tieout check report.toml", "check one claims file"),
                ("tieout explain change/fall", "one finding, worked step by step"),
            ],
            JUDGING,
        ),
        "check" => (
            [
                ("tieout check", "all claims files of the project"),
                ("tieout check report.toml --output-format full", "each finding with its lines"),
                ("tieout check --fail-on undetermined -o audit.json", "strict, for a program"),
            ],
            JUDGING,
        ),
        "figures" => (
            [
                ("tieout figures", "every figure of the project"),
                ("tieout figures report.toml", "those of one file"),
                ("tieout figures --width 60", "for a narrow page"),
            ],
            SHOWING,
        ),
        "explain" => (
            [
                ("tieout explain", "the list of checks"),
                ("tieout explain footing", "the page of a check"),
                ("tieout explain footing/shares", "one finding, worked step by step"),
            ],
            &[(0, "done"), (2, "could not run, or nothing has that name")],
        ),
        "init" => (
            [
                ("tieout init", "a project in this folder"),
                ("tieout init demo", "a project in a new folder"),
                ("tieout init --bare", "without the example"),
            ],
            &[(0, "done"), (2, "a file is there already, or cannot be written")],
        ),
        "watch" => (
            [
                ("tieout watch", "the project around you, until Ctrl-C"),
                ("tieout watch report.toml", "one claims file and what it uses"),
                ("tieout watch --no-clear", "keep earlier runs on the screen"),
            ],
            &[
                (0, "nothing inconsistent in the last run"),
                (1, "something was inconsistent in it (see --fail-on)"),
                (2, "could not run, or could not judge as asked"),
            ],
        ),
        "compare" => (
            [
                ("tieout compare 2021.toml 2022.toml", "two editions"),
                ("tieout compare 2021 2022", "two editions of the project, by label"),
                ("tieout compare 2020 2021 2022", "a chain of editions"),
            ],
            JUDGING,
        ),
        "waive" => (
            [
                (
                    "tieout waive change/fall --reason \"rounded by source\" --until 2026-12-31",
                    "answer for one finding",
                ),
                (
                    "tieout waive --all --reason \"first run\" --until 2026-12-31",
                    "a baseline of what is found today",
                ),
                ("tieout waive --prune", "drop what no longer waives anything"),
            ],
            &[(0, "done"), (2, "could not run, or nothing has that name")],
        ),
        "schema" => (
            [
                ("tieout schema", "print it"),
                ("tieout schema > claims.schema.json", "for an editor"),
                ("tieout schema | jq .properties.claim", "part of it, with jq"),
            ],
            &[(0, "done"), (2, "could not run")],
        ),
        "completions" => (
            [
                ("tieout completions bash > ~/.bash_completion.d/tieout", "for bash"),
                ("tieout completions zsh > ~/.zfunc/_tieout", "for zsh"),
                ("tieout completions fish > ~/.config/fish/completions/tieout.fish", "for fish"),
            ],
            &[(0, "done"), (2, "could not run")],
        ),
        "man" => (
            [
                ("tieout man | man -l -", "read it"),
                ("tieout man > tieout.1", "the page of the program"),
                ("tieout man check > tieout-check.1", "the page of a command"),
            ],
            &[(0, "done"), (2, "could not run, or no command has that name")],
        ),
        _ => return None,
    })
}

/// All commands, each with its examples and exit codes.
pub fn command() -> Command {
    let mut all = dressed(Cli::command());
    let names: Vec<String> = all.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        all = all.mut_subcommand(name, dressed);
    }
    // What is read once cannot be watched.
    all.mut_subcommand("watch", |watch| {
        watch.mut_arg("paths", |paths| {
            paths.help("Claims files, or folders of them [default: the folder claims]")
        })
    })
}

fn dressed(command: Command) -> Command {
    match (examples(command.get_name()), exit_codes(command.get_name())) {
        (Some(examples), Some(codes)) => command.before_help(examples).after_help(codes),
        _ => command,
    }
}

/// Lines of 80 columns at most: what an example does stands beside it, or below it if that is
/// too long.
pub fn examples(command: &str) -> Option<String> {
    let (examples, _) = words(command)?;
    let widest = examples.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    let beside = examples.iter().all(|(_, does)| widest + does.len() + 5 <= 80);
    let mut text = "Examples:\n".to_owned();
    for (line, does) in examples {
        text.push_str(&match beside {
            true => format!("  {line:widest$}   {does}\n"),
            false => format!("  {line}\n      {does}\n"),
        });
    }
    Some(text)
}

/// What the exit codes of a command mean, a line each.
pub fn exit_codes(command: &str) -> Option<String> {
    let (_, codes) = words(command)?;
    let lines = codes.iter().map(|(code, means)| format!("  {code}  {means}\n"));
    Some(format!("Exit codes:\n{}", lines.collect::<String>()))
}
