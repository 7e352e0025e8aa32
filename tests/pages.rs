//! The pages of the checks, run as tests: each is the manual, the `explain` text and the test.
//!
//! Every `toml` block is a claims file of its own. A `findings` block after it holds all that is
//! not consistent in it; without one, everything must be consistent. An `explain ID` block holds
//! the working of one finding. `UPDATE_PAGES=1 cargo test` rewrites both for review.

use std::fs;
use std::path::{Path, PathBuf};

use tieout::audit::{Audit, Case};
use tieout::checks::{KINDS, Kind};
use tieout::finding::Verdict;
use tieout::project::load_text;
use tieout::render::{self, Look};

const HEADINGS: [&str; 5] =
    ["## What it checks", "## Why it matters", "## Examples", "## Limits", "## References"];
const PLAIN: Look = Look { width: 100, color: false, verbose: false, quiet: false };

/// A fenced block: its language, what stands after that, and its lines from `start` to `end`.
struct Block<'a> {
    language: &'a str,
    argument: &'a str,
    start: usize,
    end: usize,
}

#[test]
fn pages_give_their_findings() {
    let mut failures = Vec::new();
    for path in page_paths() {
        let text = fs::read_to_string(&path).expect("the page can be read");
        let page = run(&name_of(&path), &text, &mut failures);
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        if page != text && std::env::var_os("UPDATE_PAGES").is_some() && !ci {
            fs::write(&path, page).expect("the page can be written");
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn pages_have_their_headings() {
    for path in page_paths() {
        let (name, text) =
            (name_of(&path), fs::read_to_string(&path).expect("the page can be read"));
        let lines: Vec<&str> = text.lines().collect();
        let blocks = blocks(&lines);
        let in_block =
            |at: usize| blocks.iter().any(|block| (block.start..block.end).contains(&at));
        let headings: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| line.starts_with('#') && !in_block(*at))
            .map(|(_, line)| *line)
            .collect();
        let title = format!("# {name}");
        let expected: Vec<&str> = std::iter::once(title.as_str()).chain(HEADINGS).collect();
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
    let pages: Vec<String> = page_paths().iter().map(|path| name_of(path)).collect();
    let mut checks: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    checks.sort_unstable();
    assert_eq!(pages, checks, "pages in tests/checks, and checks in the registry");
}

#[test]
fn each_key_is_on_its_page() {
    for path in page_paths() {
        let (name, text) =
            (name_of(&path), fs::read_to_string(&path).expect("the page can be read"));
        let keys = Kind::named(&name).map_or(&[][..], Kind::keys);
        let silent: Vec<&String> =
            keys.iter().filter(|key| !text.contains(&format!("`{key}`"))).collect();
        assert!(silent.is_empty(), "{name}.md says nothing of {silent:?}");
    }
}

/// The pages in the order of their names.
fn page_paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks");
    let entries = fs::read_dir(folder).expect("the folder of pages can be read");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort_by_key(|path| name_of(path));
    paths
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in lines.iter().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (language, argument) = info.split_once(' ').unwrap_or((info, ""));
                open = Some(Block { language, argument, start: at + 1, end: at + 1 });
            }
            (Some(block), Some(_)) => {
                block.end = at;
                blocks.extend(open.take());
            }
            _ => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The page as it should be; what differs is reported.
fn run(name: &str, text: &str, failures: &mut Vec<String>) -> String {
    if name == "tie-out" && cfg!(not(feature = "dataframes")) {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(&lines);
    let body = |block: &Block| {
        lines[block.start..block.end].iter().map(|line| format!("{line}\n")).collect::<String>()
    };
    let mut fresh: Vec<(usize, usize, String)> = Vec::new();
    let mut case = Case::default();
    for (at, block) in blocks.iter().enumerate() {
        let next = blocks.get(at + 1).map_or("", |next| next.language);
        let (written, given) = match block.language {
            "toml" => {
                case = read(&body(block));
                if case.assertions.is_empty() && case.mistakes.is_empty() {
                    failures.push(format!("{name}.md:{}: nothing is asserted", block.start));
                }
                if next == "findings" {
                    continue;
                }
                (String::new(), findings(&Audit::run(&case)))
            }
            "findings" => {
                let given = findings(&Audit::run(&case));
                if given.is_empty() {
                    failures.push(format!(
                        "{name}.md:{}: all is consistent here: remove the block",
                        block.start
                    ));
                }
                (body(block), given)
            }
            "explain" => (body(block), explain(&case, block.argument)),
            "text" => continue,
            other => {
                failures
                    .push(format!("{name}.md:{}: a block of `{other}` is not run", block.start));
                continue;
            }
        };
        if written != given {
            let (line, language) = (block.start, block.language);
            failures.push(format!(
                "{name}.md:{line}: {language}\n--- written\n{written}--- given\n{given}"
            ));
            if block.language != "toml" {
                fresh.push((block.start, block.end, given));
            }
        }
    }
    let mut page = String::new();
    let mut at = 0;
    for (start, end, given) in fresh {
        page.extend(lines[at..start].iter().map(|line| format!("{line}\n")));
        page.push_str(&given);
        at = end;
    }
    page.extend(lines[at..].iter().map(|line| format!("{line}\n")));
    page
}

/// A claims file. One with data stands among the pages, so that it finds them.
fn read(text: &str) -> Case {
    let with_data = text.contains("[data.");
    #[allow(unused_mut)]
    let mut case =
        load_text(if with_data { "tests/checks/page.toml" } else { "page.toml" }, text.to_owned());
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
        for mend in &finding.mends {
            let slip = remark(mend.slip.as_deref().unwrap_or_default());
            text.push_str(&format!("    would tie: {} as {}{slip}\n", mend.name, mend.would_tie));
        }
        for branch in &finding.branches {
            let remark = remark(&branch.remark);
            text.push_str(&format!("    {} → {}{remark}\n", branch.answer, branch.verdict));
        }
    }
    for mistake in audit.mistakes() {
        let (line, column) =
            mistake.place.map_or((0, 0), |place| audit.case.ledger.files.line_column(place));
        text.push_str(&format!("mistake {line}:{column}: {}\n", mistake.what));
        text.extend(mistake.help.iter().map(|help| format!("    {help}\n")));
    }
    text
}

fn explain(case: &Case, id: &str) -> String {
    let audit = Audit::run(case);
    match audit.findings.iter().find(|finding| finding.id == id) {
        Some(finding) => render::explain(&audit, finding, PLAIN),
        None => format!("no finding is called `{id}`\n"),
    }
}
