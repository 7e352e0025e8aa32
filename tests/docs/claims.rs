//! `docs/claims.md`: a table of all keys of each section, made from the schema. Descriptions are
//! the comments of the structs that read the file; defaults stand in `defaults.toml`; examples
//! are taken from claims files that are run, those of the page and of the checks' pages.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;
use tieout::audit::Audit;
use tieout::checks::{KINDS, Kind};
use tieout::claim::{ColumnSpec, CommonSpec, LiftSpec};
use tieout::project::{self, Reader, load};

use super::{hold, read, root};

pub const PAGE: &str = "docs/claims.md";

/// The headings of tables inside tables, the keys they stand under, and their structs.
const INNER: &[(&str, &[&str], &str)] = &[
    ("Ends of a range", &["low", "high"], "EndSpec"),
    ("Claims read in another way", &["given"], "GivenSpec"),
    ("Restatements", &["restates"], "RestatesSpec"),
    ("Columns", &["columns"], "ColumnSpec"),
    ("Clues", &["clues"], "Clue"),
    ("Quantiles", &["quantile"], "QuantileOf"),
    ("Rates of a dataset", &["rate"], "RateOf"),
    ("Cells of a table", &["cells"], "CellMeasure"),
];

/// The headings of words with a fixed meaning.
const WORDS: &[(&str, &str)] = &[
    ("Conventions", "Convention"),
    ("Ties", "Ties"),
    ("Readings", "Reading"),
    ("Ranges", "RangeKind"),
    ("Severities", "Severity"),
    ("Verdicts of a waiver", "WaivedVerdict"),
    ("Formats", "Format"),
    ("Encodings", "Encoding"),
    ("Symbols", "Symbol"),
    ("Missing cells", "Missing"),
    ("Directions", "Direction"),
];

/// What one section of the page must hold.
struct Section {
    heading: String,
    /// Prose that goes with the table, for sections that have no other.
    lead: String,
    table: String,
}

/// One key of a table of the file.
struct Key<'a> {
    name: &'a str,
    schema: &'a Value,
    required: bool,
}

fn keys(schema: &Value) -> Vec<Key<'_>> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|key| key == name));
    let all = schema["properties"].as_object().expect("a table has keys").iter();
    all.map(|(name, schema)| Key { name, schema, required: is_required(name) }).collect()
}

fn described<T: JsonSchema>() -> Value {
    T::json_schema(&mut SchemaGenerator::default()).into()
}

/// All sections that have a table, in the order in which new ones are added to the page.
fn sections() -> Vec<Section> {
    let schema = project::schema();
    let writer = Writer {
        defaults: toml::from_str(&read("tests/docs/defaults.toml")).unwrap(),
        examples: examples(),
        used: RefCell::default(),
        lacks: RefCell::default(),
    };
    let mut all = Vec::new();
    let mut add = |heading: &str, lead: String, table: String| {
        all.push(Section { heading: heading.to_owned(), lead, table });
    };
    let properties = schema["properties"].as_object().unwrap();
    let include = Key { name: "include", schema: &properties["include"], required: false };
    add("At the top", String::new(), writer.table("top", vec![include]));
    for (name, table) in properties {
        let own = match (name.as_str(), &table["additionalProperties"]) {
            ("include", _) => continue,
            (name, _) if Kind::named(name).is_some() => continue,
            // A table of names, of which each is such a table; a bare value is short for one.
            (_, named) if named.is_object() => named.get("anyOf").map_or(named, |any| &any[0]),
            _ => table.get("items").unwrap_or(table),
        };
        let own = resolved(&schema, own);
        let (heading, skip) = match name.as_str() {
            "report" => ("[report]".to_owned(), Vec::new()),
            // How cells are read is the same for a dataset and for a column.
            "data" => ("[data.NAME]".to_owned(), tieout_keys::<ColumnSpec>()),
            name if table["type"] == "array" => (format!("[[{name}]]"), Vec::new()),
            name => (format!("[{name}.NAME]"), Vec::new()),
        };
        let mut keys = keys(own);
        keys.retain(|key| !skip.contains(&key.name.to_owned()));
        add(&heading, String::new(), writer.table(name, keys));
    }
    let common = described::<CommonSpec>();
    add("What every assertion may have", String::new(), writer.table("common", keys(&common)));
    let lift = described::<LiftSpec>();
    add("Over the rows of a dataset", String::new(), writer.table("lift", keys(&lift)));
    for kind in KINDS.iter().filter(|kind| kind.written) {
        let own = Value::from(kind.schema(&mut SchemaGenerator::default()));
        let (name, summary) = (kind.name, kind.summary());
        let lifts = if kind.lifts() { "" } else { " It is never lifted: it names its dataset." };
        let lead = format!("{summary}{lifts} [Its page](../tests/checks/{name}.md).\n\n");
        add(&format!("[[{name}]]"), lead, writer.table(name, keys(&own)));
    }
    for (heading, _, name) in INNER {
        let inner = &schema["$defs"][name];
        let keys = if inner.is_null() { Vec::new() } else { keys(inner) };
        assert!(!keys.is_empty(), "the schema has no `{name}` any more");
        add(heading, String::new(), writer.table(name, keys));
    }
    for (heading, name) in WORDS {
        add(heading, String::new(), words(&schema["$defs"][name]));
    }
    writer.finish();
    all
}

fn tieout_keys<T: JsonSchema>() -> Vec<String> {
    keys(&described::<T>()).into_iter().map(|key| key.name.to_owned()).collect()
}

fn resolved<'a>(whole: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => &whole["$defs"][path.rsplit('/').next().unwrap()],
        None => schema,
    }
}

struct Writer {
    defaults: BTreeMap<String, BTreeMap<String, String>>,
    /// Values by section and key.
    examples: BTreeMap<(String, String), Vec<String>>,
    used: RefCell<BTreeSet<(String, String)>>,
    lacks: RefCell<Vec<String>>,
}

impl Writer {
    fn table(&self, section: &str, keys: Vec<Key>) -> String {
        let mut text = "| key | type | default | example | meaning |\n".to_owned();
        text.push_str("|---|---|---|---|---|\n");
        for Key { name, schema, required } in keys {
            let default = self.defaults.get(section).and_then(|of| of.get(name));
            let place = format!("{section}.{name}");
            let lacks = |what: &str| self.lacks.borrow_mut().push(format!("{place}: {what}"));
            let default = match (required, default) {
                (true, None) => "required",
                (false, Some(words)) => words.as_str(),
                (true, Some(_)) => {
                    lacks("it is required, so tests/docs/defaults.toml should not have it");
                    continue;
                }
                (false, None) => {
                    lacks("tests/docs/defaults.toml does not say what holds without it");
                    continue;
                }
            };
            self.used.borrow_mut().insert((section.to_owned(), name.to_owned()));
            let examples = self.examples.get(&(section.to_owned(), name.to_owned()));
            let Some(examples) = examples else {
                lacks("no claims file of docs/claims.md or of the checks' pages has it");
                continue;
            };
            let short = |text: &&String| text.chars().count() <= 44 && !text.contains('\n');
            let example = examples.iter().find(short);
            let example =
                example.or_else(|| examples.iter().min_by_key(|text| text.len())).unwrap();
            let meaning = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
            if meaning.is_empty() {
                lacks("its field has no comment");
            }
            let row = [
                format!("`{name}`"),
                kind(schema),
                default.to_owned(),
                format!("`{}`", example.trim()),
                meaning,
            ];
            text.push_str(&format!(
                "| {} |\n",
                row.map(|cell| cell.replace('|', "\\|")).join(" | ")
            ));
        }
        text
    }

    /// That nothing is lacking, and that no default is left of a key that is gone.
    fn finish(&self) {
        let mut lacks = self.lacks.borrow().clone();
        for (section, defaults) in &self.defaults {
            let gone = |key: &&String| {
                let key = (section.clone(), (*key).clone());
                !self.used.borrow().contains(&key)
            };
            let gone = defaults.keys().filter(gone);
            lacks.extend(gone.map(|key| {
                format!("{section}.{key}: tests/docs/defaults.toml has it, but no table shows it")
            }));
        }
        assert!(lacks.is_empty(), "\n{}", lacks.join("\n"));
    }
}

/// The type of a value, in words.
fn kind(schema: &Value) -> String {
    if let Some(path) = schema["$ref"].as_str() {
        let name = path.rsplit('/').next().unwrap();
        let link = |heading: &str| heading.to_lowercase().replace(' ', "-");
        if let Some((heading, _)) = WORDS.iter().find(|(_, word)| *word == name) {
            return format!("[a word](#{})", link(heading));
        }
        if let Some((heading, ..)) = INNER.iter().find(|(_, _, inner)| *inner == name) {
            return format!("[a table](#{})", link(heading));
        }
        let whole = &project::schema()["$defs"][name];
        return kind(whole);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let mut kinds: Vec<String> =
            any.iter().filter(|one| one["type"] != "null").map(kind).collect();
        kinds.dedup();
        return kinds.join(", or ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let names = types.into_iter().filter(|name| *name != "null").map(|name| match name {
        "string" => "text".to_owned(),
        "number" => "number".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "array" => format!("list of {}", plural(&kind(&schema["items"]))),
        "object" => match schema["additionalProperties"].is_object() {
            true => format!("table of {}", plural(&kind(&schema["additionalProperties"]))),
            false => "table".to_owned(),
        },
        other => panic!("a type that the page has no word for: {other}"),
    });
    let names: Vec<String> = names.collect();
    assert!(!names.is_empty(), "no type: {schema}");
    names.join(" or ")
}

fn plural(kind: &str) -> String {
    let several = |one: &str| match one {
        "text" => "texts".to_owned(),
        "number" => "numbers".to_owned(),
        "whole number" => "whole numbers".to_owned(),
        one if one.starts_with("[a ") => one.replacen("[a ", "[", 1).replacen(']', "s]", 1),
        one => one.replacen("list", "lists", 1).replacen("table", "tables", 1),
    };
    let or = |kind: &str| kind.split(" or ").map(several).collect::<Vec<_>>().join(" or ");
    kind.split(", or ").map(or).collect::<Vec<_>>().join(", or ")
}

fn words(schema: &Value) -> String {
    let mut text = "| word | meaning |\n|---|---|\n".to_owned();
    for one in schema["oneOf"].as_array().expect("words") {
        let (word, meaning) =
            (one["const"].as_str().unwrap(), one["description"].as_str().unwrap());
        // Links of the library's own documentation.
        let meaning = meaning.replace("[`Ties`]", "[ties](#ties)").replace('\n', " ");
        text.push_str(&format!("| `{word}` | {} |\n", meaning.replace('|', "\\|")));
    }
    text
}

/// The `toml` blocks of a page.
pub fn blocks(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (Some(lines), "```") => {
                found.push(lines.join("\n") + "\n");
                open = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, "```toml") => open = Some(Vec::new()),
            _ => {}
        }
    }
    found
}

/// Values of all keys, as they are written in the examples: first those of the page itself.
fn examples() -> BTreeMap<(String, String), Vec<String>> {
    let mut found = BTreeMap::new();
    let pages = KINDS.iter().map(|kind| kind.page.to_owned());
    for page in std::iter::once(read(PAGE)).chain(pages) {
        for block in blocks(&page) {
            let Ok(table) = toml::from_str::<toml::Table>(&block) else { continue };
            gather(&table, &mut found);
        }
    }
    found
}

type Examples = BTreeMap<(String, String), Vec<String>>;

fn gather(file: &toml::Table, found: &mut Examples) {
    let common = tieout_keys::<CommonSpec>();
    let lift = tieout_keys::<LiftSpec>();
    let cells = tieout_keys::<ColumnSpec>();
    for (section, value) in file {
        match (Kind::named(section), value) {
            (Some(kind), toml::Value::Array(items)) => {
                for (key, value) in items.iter().filter_map(|item| item.as_table()).flatten() {
                    let place = match key {
                        key if kind.keys().contains(key) => section,
                        key if common.contains(key) => "common",
                        key if lift.contains(key) => "lift",
                        _ => continue,
                    };
                    put(place, key, value, found);
                }
            }
            (None, toml::Value::Table(table)) if section == "report" => {
                table.iter().for_each(|(key, value)| put("report", key, value, found));
            }
            (None, toml::Value::Table(entries)) => {
                for entry in entries.values() {
                    let Some(table) = entry.as_table() else {
                        put(section, "value", entry, found);
                        continue;
                    };
                    for (key, value) in table {
                        let column = section == "data" && cells.contains(key);
                        put(if column { "ColumnSpec" } else { section }, key, value, found);
                    }
                }
            }
            (None, toml::Value::Array(items)) if items.iter().any(toml::Value::is_table) => {
                for (key, value) in items.iter().filter_map(|item| item.as_table()).flatten() {
                    put(section, key, value, found);
                }
            }
            (None, value) => put("top", section, value, found),
            _ => {}
        }
    }
}

fn put(section: &str, key: &str, value: &toml::Value, found: &mut Examples) {
    let at = (section.to_owned(), key.to_owned());
    found.entry(at).or_default().push(inline(value));
    let inner = INNER.iter().filter(|(_, keys, _)| keys.contains(&key));
    for (.., name) in inner {
        let tables: Vec<&toml::Value> = match (*name, value) {
            // Tables of such tables, and lists of them.
            ("GivenSpec" | "ColumnSpec" | "CellMeasure", toml::Value::Table(all)) => {
                all.iter().map(|(_, value)| value).collect()
            }
            (_, toml::Value::Array(all)) => all.iter().collect(),
            _ => vec![value],
        };
        for (key, value) in tables.into_iter().filter_map(|value| value.as_table()).flatten() {
            found.entry(((*name).to_owned(), key.clone())).or_default().push(inline(value));
        }
    }
}

/// A value on one line.
fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| {
                let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
                let key = if bare { key.clone() } else { format!("\"{key}\"") };
                format!("{key} = {}", inline(value))
            });
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        toml::Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[test]
fn the_tables_of_keys_are_current() {
    let mut page = read(PAGE);
    for Section { heading, lead, table } in sections() {
        page = with_table(&page, &heading, &lead, &table);
    }
    hold(PAGE, &page);
}

/// The page with the table under its heading: in place of the one that is there, or at the end.
fn with_table(page: &str, heading: &str, lead: &str, table: &str) -> String {
    let is_heading = |line: &str| line.trim_start_matches('#').trim() == heading;
    let lines: Vec<&str> = page.lines().collect();
    let Some(start) = lines.iter().position(|line| line.starts_with('#') && is_heading(line))
    else {
        return format!("{page}\n## {heading}\n\n{lead}{table}");
    };
    let rest = &lines[start + 1..];
    let end = rest.iter().position(|line| line.starts_with("## ") || line.starts_with("### "));
    let end = end.map_or(lines.len(), |at| start + 1 + at);
    let is_table = |line: &&str| line.starts_with("| key |") || line.starts_with("| word |");
    let body = &lines[start + 1..end];
    let mut new: Vec<String> = lines[..=start].iter().map(|line| (*line).to_owned()).collect();
    if lead.is_empty() {
        let at = body.iter().position(is_table);
        let before = &body[..at.unwrap_or(body.len())];
        new.extend(before.iter().map(|line| (*line).to_owned()));
        if at.is_none() && before.last().is_some_and(|line| !line.is_empty()) {
            new.push(String::new());
        }
        new.extend(table.lines().map(str::to_owned));
        let after = at.map_or(&body[..0], |at| {
            let length = body[at..].iter().position(|line| !line.starts_with('|'));
            &body[length.map_or(body.len(), |length| at + length)..]
        });
        new.extend(after.iter().map(|line| (*line).to_owned()));
        if after.is_empty() && end < lines.len() {
            new.push(String::new());
        }
    } else {
        // A section that has nothing of its own.
        new.push(String::new());
        new.extend(lead.lines().map(str::to_owned));
        new.extend(table.lines().map(str::to_owned));
        if end < lines.len() {
            new.push(String::new());
        }
    }
    new.extend(lines[end..].iter().map(|line| (*line).to_owned()));
    new.join("\n") + "\n"
}

/// All that the schema names has its place on the page.
#[test]
fn every_inner_table_and_every_word_has_a_section() {
    let schema = project::schema();
    let known: BTreeSet<&str> =
        INNER.iter().map(|(.., name)| *name).chain(WORDS.iter().map(|(_, name)| *name)).collect();
    for (name, inner) in schema["$defs"].as_object().unwrap() {
        let top = ["ClaimSpec", "ReportSpec", "SourceSpec", "QuestionSpec", "WaiverSpec"];
        if top.contains(&name.as_str()) || known.contains(name.as_str()) {
            continue;
        }
        let opaque = inner.get("properties").is_none() && inner.get("oneOf").is_none();
        assert!(
            opaque,
            "`{name}` of the schema has no section in {PAGE}: add it to INNER or WORDS"
        );
    }
}

#[test]
fn the_examples_are_read_and_judged() {
    let blocks = blocks(&read(PAGE));
    assert!(blocks.len() > 5);
    for block in blocks {
        // Beside the pages of the checks, whose data they use.
        #[cfg_attr(not(feature = "dataframes"), allow(unused_mut))]
        let mut case = {
            // What is included is not there.
            let open = |_: &str| Ok(String::new());
            let mut reader = Reader::new(&open);
            reader.file("tests/checks/page.toml", block.clone());
            reader.case
        };
        #[cfg(feature = "dataframes")]
        {
            case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
        }
        let audit = Audit::whole(&case);
        let mistakes: Vec<&String> = audit.mistakes().iter().map(|found| &found.what).collect();
        assert!(mistakes.is_empty(), "{mistakes:?} in\n{block}");
        let whats = audit.warnings.iter().map(|warning| &warning.what);
        let unmet: Vec<&String> = whats.filter(|what| !what.contains("not known")).collect();
        assert!(unmet.is_empty(), "{unmet:?} in\n{block}");
    }
}

/// The keys of `tieout.toml` are those that its own messages list.
#[test]
fn the_settings_of_a_project_are_on_the_page() {
    let folder = std::env::temp_dir().join(format!("tieout-settings-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("claims")).unwrap();
    std::fs::write(folder.join("tieout.toml"), "unheard = 1\n").unwrap();
    std::fs::write(folder.join("claims/a.toml"), "[claim]\na = \"1%\"\n").unwrap();
    let case = load(&[folder.join("claims")], &root()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let expected = &case.mistakes[0].label;
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    assert!(known.contains(&"improbable"), "{expected}");
    let page = read(PAGE);
    let section = page.split("\n## tieout.toml\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(listed, known, "the keys of tieout.toml on {PAGE}");
}
