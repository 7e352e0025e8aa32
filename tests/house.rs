//! The rules of the house that no compiler checks: layers, doors, registry, schema, sizes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, low to high. A module may import from lower layers only; `mistake` from anywhere.
const LAYERS: &[&[&str]] = &[
    &["number"],
    &["interval"],
    &["figure", "dataset"],
    &["claim"],
    &["ledger"],
    &["expr"],
    &["finding"],
    &["checks", "joint"],
    &["waiver"],
    &["audit"],
    &["editions"],
    &["project", "render"],
    &["main", "cli", "lib"],
];

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path, text);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&root().join("src"), &mut found);
    assert!(found.len() > 40, "the sources were not found");
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The module at the top of a path under `src`: `checks` for `src/checks/footing.rs`.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` is in no layer: add it to LAYERS"))
}

/// The code without its unit tests and comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_layer_imports_only_from_below() {
    let mut upward = Vec::new();
    for (path, text) in sources() {
        let here = module(&path);
        if ["mistake", "lib", "main", "cli"].contains(&here.as_str()) {
            continue;
        }
        for part in code(&text).split("crate::").skip(1) {
            let there: String =
                part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if there == here || there == "mistake" {
                continue;
            }
            if layer(&there) >= layer(&here) {
                upward.push(format!("{}: {here} imports {there}", path.display()));
            }
        }
    }
    assert!(upward.is_empty(), "upward or sideways imports:\n{}", upward.join("\n"));
}

#[test]
fn mistake_stands_on_nothing() {
    let text = fs::read_to_string(root().join("src/mistake.rs")).unwrap();
    assert!(!code(&text).contains("crate::"));
}

#[test]
fn only_dataset_knows_polars_and_only_main_prints() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let (here, code) = (module(&path), code(&text));
        let mut forbid = |word: &str, door: &[&str]| {
            if code.contains(word) && !door.contains(&here.as_str()) {
                wrong.push(format!("{}: `{word}` belongs to {door:?}", path.display()));
            }
        };
        forbid("polars", &["dataset"]);
        forbid("println!", &["main", "cli"]);
        forbid("process::", &["main", "cli"]);
        forbid("std::env", &["main", "cli"]);
        forbid("SystemTime", &["main", "cli"]);
        forbid("std::fs", &["main", "cli", "project", "dataset"]);
        forbid("f64", &["dataset", "number"]);
        forbid("f32", &[]);
        forbid("parse::<f", &[]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_is_a_file_a_page_and_a_line() {
    let registered: Vec<String> =
        tieout::checks::KINDS.iter().map(|kind| kind.name.replace('-', "_")).collect();
    let mut files = Vec::new();
    for path in sources().into_keys().filter(|path| module(path) == "checks") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name != "mod" {
            files.push(name);
        }
    }
    for file in &files {
        assert!(registered.contains(file), "src/checks/{file}.rs is not in the registry");
    }
    for name in &registered {
        assert!(files.contains(name), "`{name}` has no file in src/checks");
    }
    let mut pages: Vec<String> = fs::read_dir(root().join("tests/checks"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().replace('-', "_"))
        .collect();
    pages.sort();
    let mut expected = registered;
    expected.sort();
    assert_eq!(pages, expected, "pages in tests/checks against registered checks");
}

/// The words users search for. A change here is a change of the interface.
#[test]
fn names_of_verdicts() {
    let verdicts: Vec<&str> =
        tieout::finding::Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
    assert_eq!(
        verdicts.join(", "),
        "consistent, inconsistent, undetermined, improbable, not applicable, not judged"
    );
}

#[test]
fn the_committed_schema_is_current() {
    let path = root().join("docs/claims.schema.json");
    let current = format!("{:#}\n", tieout::project::schema());
    if std::env::var_os("UPDATE_PAGES").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/claims.schema.json is stale: run `UPDATE_PAGES=1 cargo test`"
    );
}

#[test]
fn files_are_of_a_readable_size() {
    let mut lines: Vec<(usize, PathBuf)> =
        sources().into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lines.sort();
    let (most, path) = lines.last().unwrap();
    assert!(*most <= 600, "{} has {most} lines", path.display());
    let median = lines[lines.len() / 2].0;
    assert!(median <= 180, "the median file has {median} lines");
}
