//! The command line of tieout: the one place that prints and exits.

mod cli;

use std::process::ExitCode;

use clap::FromArgMatches;

fn main() -> ExitCode {
    let matches = cli::help::command().get_matches();
    let cli = cli::Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli::run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // A reader that closed the pipe has seen enough.
            if error.downcast_ref::<std::io::Error>().is_some_and(closed_pipe) {
                return ExitCode::SUCCESS;
            }
            cli::complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}
