//! The defaults that `docs/claims.md` gives in a word: written out, they change nothing.

use std::collections::BTreeMap;

use tieout::audit::Audit;
use tieout::checks::{KINDS, Kind};
use tieout::project::load_text;
use tieout::render;
use toml::{Table, Value};

use super::claims::{PAGE, blocks};
use super::read;

/// Sections, their keys, and the values that stand for leaving them out.
fn literals() -> Vec<(String, String, Value)> {
    let defaults: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(&read("tests/docs/defaults.toml")).unwrap();
    let mut found = Vec::new();
    for (section, keys) in defaults {
        for (key, words) in keys {
            // All of it in backquotes, or the last of several: "…, or `unknown`".
            let last = words.rsplit_once(", or ").map_or(words.as_str(), |(_, last)| last);
            let word = last.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
            let Some(word) = word else { continue };
            let value = match word {
                "true" | "false" => Value::Boolean(word == "true"),
                word => word.parse().map_or(Value::String(word.to_owned()), Value::Integer),
            };
            found.push((section.clone(), key, value));
        }
    }
    found
}

/// The tables of a claims file that a section of the page is about.
fn tables<'a>(file: &'a mut Table, section: &str) -> Vec<&'a mut Table> {
    let mut found = Vec::new();
    for (name, value) in file {
        let is_check = Kind::named(name).is_some();
        let wanted = match section {
            "common" => is_check,
            // How cells are read can stand with the dataset.
            "ColumnSpec" => name == "data",
            section => name == section,
        };
        match value {
            _ if !wanted => {}
            Value::Array(items) => found.extend(items.iter_mut().filter_map(Value::as_table_mut)),
            Value::Table(table) => {
                if name == "report" {
                    found.push(table);
                } else {
                    found.extend(table.iter_mut().filter_map(|(_, value)| value.as_table_mut()));
                }
            }
            _ => {}
        }
    }
    found
}

/// All that is found, without the places.
fn found(text: &str) -> Vec<String> {
    #[cfg_attr(not(feature = "dataframes"), allow(unused_mut))]
    let mut case = load_text("tests/checks/page.toml", text.to_owned());
    #[cfg(feature = "dataframes")]
    {
        case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    }
    let audit = Audit::run(&case);
    let findings = audit.findings.iter().map(|finding| {
        let (verdict, severity) = (finding.verdict, finding.severity);
        format!("{verdict} {severity} {} {}", finding.id, render::gist(finding))
    });
    let mistakes = audit.mistakes().into_iter().map(|mistake| mistake.what.clone());
    findings.chain(mistakes).collect()
}

#[test]
fn a_default_written_out_changes_nothing() {
    let pages = KINDS.iter().map(|kind| kind.page.to_owned()).chain([read(PAGE)]);
    let texts: Vec<String> = pages.flat_map(|page| blocks(&page)).collect();
    let literals = literals();
    assert!(literals.len() >= 12, "{literals:?}");
    for (section, key, value) in literals {
        // Tables inside tables are left to the pages of their checks.
        let inner = ["EndSpec", "GivenSpec", "RateOf"].contains(&section.as_str());
        let mut tried = 0;
        // What all assertions and reports have needs no data to be tried.
        let anywhere = ["common", "report"].contains(&section.as_str());
        let fits = |text: &&String| !(inner || anywhere && text.contains("[data."));
        for text in texts.iter().filter(fits) {
            let Ok(mut file) = toml::from_str::<Table>(text) else { continue };
            if section == "report" {
                file.entry("report").or_insert_with(|| Value::Table(Table::new()));
            }
            let plain = toml::to_string(&file).unwrap();
            let mut added = 0;
            for table in tables(&mut file, &section) {
                if !table.contains_key(&key) {
                    table.insert(key.clone(), value.clone());
                    added += 1;
                }
            }
            if added == 0 {
                continue;
            }
            tried += 1;
            // Data take their time; some are enough.
            if tried > 12 {
                break;
            }
            let written = toml::to_string(&file).unwrap();
            assert_eq!(found(&plain), found(&written), "{section}.{key} = {value} in\n{written}");
        }
        assert!(inner || tried > 0, "{section}.{key} was tried nowhere");
    }
}
