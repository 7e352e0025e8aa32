//! Runs the console transcripts of README.md, docs/*.md and tests/console/*.md with the real binary.
//!
//! A `toml`, `csv` or `yaml` block after a line that is only a file name in backticks is written to
//! that file, or added to it after "`FILE`, at the end". In a `console` block, each line that starts with `$ ` is run in a shell, and what it
//! prints (standard output, then standard error) must be what follows, up to the next `$ `. A
//! line `...` stands for any lines, and `? N` is the exit code if it is not 0. All blocks of a
//! page share a folder, with the repository's claims and datasets in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Its project ties a figure to data.
#[cfg(feature = "dataframes")]
#[test]
fn the_readme_does_what_it_says() {
    run_page(&root().join("README.md"));
}

/// They tie figures to data, too.
#[cfg(feature = "dataframes")]
#[test]
fn the_manual_does_what_it_says() {
    run_folder("docs");
}

#[test]
fn the_transcripts_still_hold() {
    run_folder("tests/console");
}

fn run_folder(folder: &str) {
    let entries = fs::read_dir(root().join(folder)).unwrap().flatten().map(|entry| entry.path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    let mut pages: Vec<PathBuf> = entries.filter(is_page).collect();
    pages.sort();
    assert!(!pages.is_empty(), "there are no transcripts in {folder}");
    for page in pages {
        run_page(&page);
    }
}

fn run_page(page: &Path) {
    let name = page.strip_prefix(root()).unwrap().to_string_lossy().replace(['/', '\\'], "-");
    let folder = std::env::temp_dir().join(format!("tieout-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for shared in ["claims", "datasets"] {
        copy(&root().join(shared), &folder.join(shared));
    }
    let text = fs::read_to_string(page).unwrap();
    let updated = run_blocks(&text, &folder);
    fs::remove_dir_all(&folder).unwrap();
    if text != updated && std::env::var_os("UPDATE_PAGES").is_some() {
        assert!(std::env::var_os("CI").is_none(), "{} is stale", page.display());
        fs::write(page, updated).unwrap();
        return;
    }
    let line = text.lines().zip(updated.lines()).position(|(a, b)| a != b);
    let at = line.unwrap_or(text.lines().count());
    let shown = |text: &str| text.lines().skip(at).take(8).collect::<Vec<_>>().join("\n");
    assert!(
        text == updated,
        "{} from line {}:\n{}\n-- prints today:\n{}\n-- run `UPDATE_PAGES=1 cargo test`",
        page.display(),
        at + 1,
        shown(&text),
        shown(&updated)
    );
}

/// The page with the output that its commands have today.
fn run_blocks(text: &str, folder: &Path) -> String {
    let mut updated = String::new();
    let mut lines = text.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
        updated.push_str(line);
        updated.push('\n');
        let Some(info) = line.strip_prefix("```") else {
            let named = line.trim().strip_suffix(", at the end");
            let bare = named.unwrap_or(line.trim());
            let name = bare.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
            if !line.trim().is_empty() {
                file = name.map(|name| (folder.join(name), named.is_some()));
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match (info, &file) {
            ("toml" | "csv" | "yaml", Some((path, add))) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                let before = if *add { fs::read_to_string(path).unwrap() } else { String::new() };
                // Sections stand apart, but a single key belongs to the section before it.
                let apart = if *add && block[0].starts_with('[') { "\n" } else { "" };
                fs::write(path, format!("{before}{apart}{}\n", block.join("\n"))).unwrap();
                block.iter().for_each(|line| updated.push_str(&format!("{line}\n")));
            }
            ("console", _) => updated.push_str(&transcript(&block, folder)),
            _ => block.iter().for_each(|line| updated.push_str(&format!("{line}\n"))),
        }
        updated.push_str("```\n");
        file = None;
    }
    updated
}

fn transcript(block: &[&str], folder: &Path) -> String {
    let mut updated = String::new();
    let mut rest = block;
    while let Some((first, after)) = rest.split_first() {
        let command = first.strip_prefix("$ ").expect("a console block starts with `$ `");
        let end = after.iter().position(|l| l.starts_with("$ ")).unwrap_or(after.len());
        let (expected, next) = after.split_at(end);
        let actual = shell(command, folder);
        let same = matches(expected, &actual.lines().collect::<Vec<_>>());
        updated.push_str(&format!("{first}\n"));
        if same {
            expected.iter().for_each(|line| updated.push_str(&format!("{line}\n")));
        } else {
            updated.push_str(&actual);
        }
        rest = next;
    }
    updated
}

/// Whether output is as expected, where `...` stands for any lines.
fn matches(expected: &[&str], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((&"...", rest)) => (0..=actual.len()).any(|skip| matches(rest, &actual[skip..])),
        Some((line, rest)) => {
            actual.first().is_some_and(|first| first == line) && matches(rest, &actual[1..])
        }
    }
}

fn shell(command: &str, folder: &Path) -> String {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_tieout"));
    let path = format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("NO_COLOR")
        .env_remove("TIEOUT_WIDTH")
        .env_remove("TIEOUT_OUTPUT_FORMAT")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let mut text = String::from_utf8(text).unwrap();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => text,
        code => format!("{text}? {}\n", code.unwrap_or(-1)),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}
