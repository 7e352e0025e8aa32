//! The pages in `docs` and what is made for other tools, against the program. Console blocks of
//! the pages are run by `console`.

#[cfg(unix)]
mod action;
mod claims;
mod commands;
mod defaults;
mod hooks;

use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Holds a page to what it should be today; `UPDATE_PAGES=1` rewrites it.
fn hold(path: &str, current: &str) {
    let on = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if on("UPDATE_PAGES") && !on("CI") {
        fs::write(root().join(path), current).unwrap();
    }
    let written = read(path);
    let line = written.lines().zip(current.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| written.lines().count().min(current.lines().count()));
    let shown = |text: &str| text.lines().skip(line).take(5).collect::<Vec<_>>().join("\n");
    assert!(
        written == current,
        "{path} is stale from line {}: run `UPDATE_PAGES=1 cargo test`\n{}\n-- today:\n{}",
        line + 1,
        shown(&written),
        shown(current)
    );
}

/// The target of each link of a page that is not on the web.
fn links(text: &str) -> Vec<String> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = ends.map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned());
    targets.filter(|target| !target.is_empty() && !target.contains("://")).collect()
}

#[test]
fn links_lead_somewhere_and_every_page_is_in_the_index() {
    let mut pages: Vec<String> = fs::read_dir(root().join("docs"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md"))
        .collect();
    pages.sort();
    let mut dead = Vec::new();
    for page in &pages {
        let targets = links(&read(&format!("docs/{page}")));
        let gone = targets.into_iter().filter(|to| !root().join("docs").join(to).exists());
        dead.extend(gone.map(|to| format!("docs/{page}: {to}")));
    }
    for page in ["README.md", "CONTRIBUTING.md"] {
        let gone = links(&read(page)).into_iter().filter(|to| !root().join(to).exists());
        dead.extend(gone.map(|to| format!("{page}: {to}")));
    }
    assert!(dead.is_empty(), "links to nothing:\n{}", dead.join("\n"));
    let index = links(&read("docs/README.md"));
    let lost: Vec<&String> =
        pages.iter().filter(|page| *page != "README.md" && !index.contains(page)).collect();
    assert!(lost.is_empty(), "docs/README.md does not link to {lost:?}");
}

/// Each format has a row, with the endings by which it is told.
#[test]
fn all_formats_are_on_the_page_of_outputs() {
    let page = read("docs/outputs.md");
    for format in tieout::render::FORMATS {
        let start = format!("| `{}` |", format.name);
        let row = page.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("docs/outputs.md lacks `{}`", format.name));
        for ending in format.endings {
            assert!(row.contains(&format!("`.{ending}`")), "{row} lacks .{ending}");
        }
    }
}

/// Each level of `--fail-on` has a row.
#[test]
fn all_levels_are_on_the_page_of_builds() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_tieout"))
        .args(["check", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let levels = help.split("--fail-on <LEVEL>").nth(1).unwrap().split("[default").next().unwrap();
    let levels: Vec<&str> = levels
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next())
        .collect();
    assert!(levels.len() >= 5, "{levels:?}");
    let page = read("docs/ci.md");
    for level in levels {
        assert!(page.contains(&format!("| `{level}` |")), "docs/ci.md lacks `{level}`");
    }
}
