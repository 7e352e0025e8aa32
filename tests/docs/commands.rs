//! `docs/commands.md`: the help of every command as it is printed; completions and man pages.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use super::{hold, read};

fn tieout(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tieout"))
        .args(arguments)
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// What is printed, without spaces at the ends of lines; it must succeed.
fn printed(arguments: &[&str]) -> String {
    let output = tieout(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The commands that the help lists, and the hidden one.
fn commands() -> Vec<String> {
    let help = printed(&["--help"]);
    let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    let names = list.unwrap().lines().filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned);
    let mut names: Vec<String> = names.filter(|name| name != "help").collect();
    assert!(names.contains(&"check".to_owned()), "{names:?}");
    names.push("man".to_owned());
    names
}

fn helps() -> Vec<(String, String)> {
    let below = commands().into_iter().map(|name| {
        let help = printed(&[&name, "--help"]);
        (format!("tieout {name}"), help)
    });
    std::iter::once(("tieout".to_owned(), printed(&["--help"]))).chain(below).collect()
}

#[test]
fn the_reference_of_commands_is_current() {
    let path = "docs/commands.md";
    let page = read(path);
    let mut current = page.split("\n## ").next().unwrap().to_owned();
    for (name, help) in helps() {
        current.push_str(&format!("\n## {name}\n\n```text\n{}\n```\n", help.trim_end()));
    }
    hold(path, &current);
}

#[test]
fn each_help_has_examples_on_top_and_exit_codes_below_in_80_columns() {
    for (name, help) in helps() {
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{name}: {wide:?}");
        assert!(help.starts_with("Examples:\n"), "{name}: {help}");
        assert_eq!(examples(&help).len(), 3, "{name}: {help}");
        let codes = help.split("\nExit codes:\n").nth(1).unwrap_or_else(|| panic!("{name}"));
        assert!(codes.lines().all(|line| line.starts_with("  ")), "{name}: {codes}");
    }
}

/// The commands of the examples in a help text, without what is piped or redirected.
fn examples(help: &str) -> Vec<String> {
    let block = help.split("\n\n").next().unwrap();
    let lines = block.lines().filter_map(|line| line.strip_prefix("  tieout"));
    let command = |line: &str| {
        let end = line.find("   ").unwrap_or(line.len());
        let end = line[..end].find(['|', '>']).unwrap_or(end);
        format!("tieout{}", line[..end].trim_end())
    };
    lines.map(command).collect()
}

/// With `--help` at its end an example is read, not run.
#[test]
fn the_examples_are_understood() {
    for (name, help) in helps() {
        for example in examples(&help) {
            let mut words = words(&example);
            words.remove(0);
            words.push("--help".to_owned());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            assert!(tieout(&words).status.success(), "{name}: {example}");
        }
    }
}

/// The words of a command, of which some are in quotes.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = printed(&["completions", shell]);
        for command in commands() {
            assert!(text.contains(&command), "{shell} does not know `{command}`");
        }
        assert!(text.contains("no-clear"), "{shell} does not know the flags");
    }
    let script = printed(&["completions", "bash"]);
    let parsed = Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
    assert!(parsed.status.success(), "{parsed:?}");
    let offered = format!(
        "{script}\nCOMP_WORDS=(tieout wa); COMP_CWORD=1; _tieout tieout wa tieout; echo \"${{COMPREPLY[@]}}\""
    );
    let offered = Command::new("bash").args(["-c", &offered]).output().unwrap();
    let offered = String::from_utf8(offered.stdout).unwrap();
    assert!(offered.split_whitespace().any(|word| word == "watch"), "offered: {offered}");
}

#[test]
fn man_pages_have_their_sections() {
    let mut titles = BTreeSet::new();
    for command in std::iter::once(None).chain(commands().into_iter().map(Some)) {
        let arguments = std::iter::once("man").chain(command.as_deref());
        let page = printed(&arguments.collect::<Vec<_>>());
        let title = page.lines().next().unwrap().to_owned();
        assert!(title.starts_with(".TH TIEOUT"), "{title}");
        assert!(titles.insert(title), "two pages of one title");
        let sections: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        let needed = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\"", "EXAMPLES"];
        for section in needed {
            assert!(sections.contains(&section), "{command:?}: {sections:?}");
        }
        let bare = |line: &&str| line.starts_with('\'') || line.starts_with(". ");
        assert_eq!(page.lines().find(bare), None, "a line that is taken for a request");
    }
    let unknown = tieout(&["man", "nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
}
