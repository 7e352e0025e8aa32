//! `tieout man`: pages for the manual of Unix systems, from the same declarations as the help.

use std::io::Write;

use anyhow::{Context, Result};
use clap_mangen::roff::{Roff, roman};

use super::{help, say};

#[derive(clap::Args)]
pub struct Man {
    /// The command [default: the page of the program]
    command: Option<String>,
}

impl Man {
    pub fn run(&self) -> Result<u8> {
        let mut all = help::command().disable_help_subcommand(true);
        all.build();
        let command = match &self.command {
            None => all,
            Some(name) => all
                .find_subcommand(name)
                .with_context(|| {
                    format!("no command is called `{name}` (`tieout --help` lists them)")
                })?
                .clone(),
        };
        let name = command.get_name().to_owned();
        let has_options = command.get_arguments().any(|argument| !argument.is_hide_set());
        let has_commands = command.get_subcommands().any(|below| !below.is_hide_set());
        let page = clap_mangen::Man::new(command);
        let mut text = Vec::new();
        // Without a date, so that a page is the same whenever it is made.
        let file = page.get_filename();
        let title = file.trim_end_matches(".1").to_uppercase();
        let version = env!("CARGO_PKG_VERSION");
        writeln!(text, ".TH {title} 1 \"\" \"tieout {version}\" \"tieout manual\"")?;
        page.render_name_section(&mut text)?;
        page.render_synopsis_section(&mut text)?;
        page.render_description_section(&mut text)?;
        if has_options {
            page.render_options_section(&mut text)?;
        }
        if has_commands {
            page.render_subcommands_section(&mut text)?;
        }
        let mut rest = Roff::default();
        section(&mut rest, "EXIT STATUS", help::exit_codes(&name));
        section(&mut rest, "EXAMPLES", help::examples(&name));
        rest.to_writer(&mut text)?;
        say(&String::from_utf8_lossy(&text))?;
        Ok(0)
    }
}

/// A section whose lines stand as they are, without the heading that they have in the help.
fn section(page: &mut Roff, title: &str, text: Option<String>) {
    let Some(text) = text else { return };
    page.control("SH", [title]);
    page.control("nf", []);
    for line in text.lines().skip(1) {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}
