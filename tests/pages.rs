//! The pages of the checks, run as tests: each is the manual, the `explain` text and the test.
//!
//! A `toml` block is a claims file of its own; one with a file name is an earlier edition, read with
//! the block after it. A `findings` block after it holds all that is not
//! consistent; without one, everything must be. An `explain ID` block holds the working of one
//! finding. `UPDATE_PAGES=1 cargo test` rewrites both for review.

use std::fs;
use std::path::PathBuf;

use tieout::audit::{Audit, Case};
use tieout::checks::{KINDS, Kind};
use tieout::finding::{Branch, Verdict};
use tieout::project::Reader;
use tieout::render::{self, Look};

const HEADINGS: [&str; 5] =
    ["## What it checks", "## Why it matters", "## Examples", "## Limits", "## References"];
const PLAIN: Look = Look { width: 100, color: false, verbose: false, quiet: false, all: false };

struct Page {
    name: String,
    text: String,
    path: PathBuf,
}

/// A fenced block: its language, what stands after that, and its lines from `start` to `end`.
struct Block<'a> {
    language: &'a str,
    argument: &'a str,
    start: usize,
    end: usize,
}

#[test]
fn pages_give_their_findings() {
    let on = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut failures = Vec::new();
    for page in pages() {
        let fresh = run(&page, &mut failures);
        if fresh != page.text && on("UPDATE_PAGES") && !on("CI") {
            fs::write(&page.path, fresh).expect("the page can be written");
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn pages_have_their_headings() {
    for Page { name, text, .. } in pages() {
        let lines: Vec<&str> = text.lines().collect();
        let blocks = blocks(&lines);
        let inside = |at: usize| blocks.iter().any(|block| (block.start..block.end).contains(&at));
        let prose = lines.iter().enumerate().filter(|(at, _)| !inside(*at)).map(|(_, line)| *line);
        let headings: Vec<&str> = prose.filter(|line| line.starts_with('#')).collect();
        let title = format!("# {name}");
        let expected = [&[title.as_str()], &HEADINGS[..]].concat();
        assert_eq!(headings, expected, "the headings of {name}.md");
        let [_, "", summary, "", ..] = lines.as_slice() else {
            panic!("{name}.md needs a summary of one line under its title");
        };
        let one_sentence = summary.ends_with('.') && !summary.contains(". ");
        assert!(one_sentence, "the summary of {name}.md is one sentence: {summary}");
    }
}

#[test]
fn each_check_has_a_page_and_each_page_a_check() {
    let names: Vec<String> = pages().into_iter().map(|page| page.name).collect();
    let mut checks: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    checks.sort_unstable();
    assert_eq!(names, checks, "pages in tests/checks, and checks in the registry");
}

#[test]
fn each_key_is_on_its_page() {
    for Page { name, text, .. } in pages() {
        let keys = Kind::named(&name).map_or(&[][..], Kind::keys).iter();
        let silent: Vec<&String> = keys.filter(|key| !text.contains(&format!("`{key}`"))).collect();
        assert!(silent.is_empty(), "{name}.md says nothing of {silent:?}");
    }
}

/// The pages in the order of their names.
fn pages() -> Vec<Page> {
    let entries = fs::read_dir("tests/checks").expect("the folder of pages can be read");
    let paths = entries.flatten().map(|entry| entry.path());
    let read = |path: PathBuf| Page {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: fs::read_to_string(&path).expect("the page can be read"),
        path,
    };
    let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    let mut pages: Vec<Page> = paths.filter(is_page).map(read).collect();
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    pages
}

fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(info) = line.strip_prefix("```") else { continue };
        if let Some(block) = open.take() {
            blocks.push(Block { end: at, ..block });
        } else {
            let (language, argument) = info.split_once(' ').unwrap_or((info, ""));
            open = Some(Block { language, argument, start: at + 1, end: at + 1 });
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The page as it should be; what differs is reported.
fn run(page: &Page, failures: &mut Vec<String>) -> String {
    let lines: Vec<&str> = page.text.lines().collect();
    let text = |from: usize, to: usize| -> String {
        lines[from..to].iter().map(|line| format!("{line}\n")).collect()
    };
    let blocks = blocks(&lines);
    let mut case = Case::default();
    let mut needs_data = false;
    let mut earlier: Vec<(String, String)> = Vec::new();
    let (mut fresh, mut copied) = (String::new(), 0);
    for (at, block) in blocks.iter().enumerate() {
        let Block { language, argument, start, end } = *block;
        let at_line = format!("{}.md:{start}: {language}", page.name);
        let mut report = |what: &str| failures.push(format!("{at_line}{what}"));
        // Without Polars, what needs data is left as it is.
        if language == "toml" {
            needs_data = text(start, end).contains("[data.");
        }
        if needs_data && cfg!(not(feature = "dataframes")) {
            continue;
        }
        if language == "toml" && !argument.is_empty() {
            earlier.push((argument.to_owned(), text(start, end)));
            continue;
        }
        let given = match language {
            "toml" => {
                case = read(&std::mem::take(&mut earlier), &text(start, end));
                if case.assertions.is_empty() && case.mistakes.is_empty() {
                    report(" asserts nothing");
                }
                let found = findings(&Audit::whole(&case));
                let shown = blocks.get(at + 1).is_some_and(|next| next.language == "findings");
                if shown == found.is_empty() {
                    let has = if shown { "no findings, but a" } else { "findings, but no" };
                    report(&format!(" has {has} block after it\n{found}"));
                }
                continue;
            }
            "findings" => findings(&Audit::whole(&case)),
            "explain" => explain(&case, argument),
            _ => {
                report(" is not run: expected toml, findings or explain");
                continue;
            }
        };
        let written = text(start, end);
        if written != given || given.is_empty() {
            report(&format!("\n--- written\n{written}--- given\n{given}"));
        }
        fresh.push_str(&(text(copied, start) + &given));
        copied = end;
    }
    fresh + &text(copied, lines.len())
}

/// A claims file. One with data stands among the pages, so that it finds them.
fn read(earlier: &[(String, String)], text: &str) -> Case {
    let folder = if text.contains("[data.") { "tests/checks/" } else { "" };
    let open = |path: &str| Err(format!("{path} is not part of the page"));
    let mut reader = Reader::new(&open);
    for (name, text) in earlier {
        reader.file(name, text.clone());
    }
    reader.file(&format!("{folder}page.toml"), text.to_owned());
    #[cfg_attr(not(feature = "dataframes"), allow(unused_mut))]
    let mut case = reader.case;
    #[cfg(feature = "dataframes")]
    {
        case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    }
    case
}

/// All that is not consistent, in the order of the file, and all mistakes.
fn findings(audit: &Audit) -> String {
    let mut text = String::new();
    let remark = |words: &str| if words.is_empty() { String::new() } else { format!(" ({words})") };
    for finding in audit.findings.iter().filter(|finding| finding.verdict != Verdict::Consistent) {
        text.push_str(&format!("{} {}: {}\n", finding.verdict, finding.id, render::gist(finding)));
        text.extend(render::rows(finding).iter().map(|line| format!("    {line}\n")));
        for mend in &finding.mends {
            let slip = remark(mend.slip.as_deref().unwrap_or_default());
            text.push_str(&format!("    would tie: {} as {}{slip}\n", mend.name, mend.would_tie));
        }
        for Branch { answer, verdict, remark: words } in &finding.branches {
            text.push_str(&format!("    {answer} → {verdict}{}\n", remark(words)));
        }
    }
    for mistake in audit.mistakes() {
        let place = mistake.place.map(|place| audit.case.ledger.files.line_column(place));
        let (line, column) = place.unwrap_or_default();
        text.push_str(&format!("mistake {line}:{column}: {}\n", mistake.what));
        text.extend(mistake.help.iter().map(|help| format!("    {help}\n")));
    }
    text
}

fn explain(case: &Case, id: &str) -> String {
    let audit = Audit::whole(case);
    let found = audit.findings.iter().find(|finding| finding.id == id);
    found.map_or_else(String::new, |finding| render::explain(&audit, finding, PLAIN))
}
