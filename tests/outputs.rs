//! Every format of the audit: golden files of the reports that come with the program, schemas of
//! others and our own, escaping, and files that are written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::{Value, json};
use tieout::render::FORMATS;
#[cfg(feature = "dataframes")]
use tieout::render::Format;

/// A report with a finding of each kind, a waiver, a mistake, and text that is markup elsewhere.
const POLL: &str = r#"[report]
title = "Poll | <b>draft</b> `a` \\ é"

[claim]
yes    = { says = "𝟙", value = "62%" }
no     = "40%"
before = "€12.1 billion"
after  = "€12.6 billion"
growth = "3.1%"
low    = "$6,120"
high   = "$5,480"

[[footing]]
id        = "shares"
label     = 'those who say "yes | no", <all> & $5 to $6'
parts     = ["yes", "no"]
total     = "100%"
exclusive = true
complete  = true

[[footing]]
id    = "open"
parts = ["yes", "no"]
total = "120%"

[[change]]
from = "before"
to   = "after"
by   = "growth"

[[order]]
claims   = ["low", "high"]
severity = "warning"

[[order]]
id     = "fine"
claims = ["no", "yes"]

[[waiver]]
finding = "change/growth"
reason  = "rounded by the source, {see} note | 7"
by      = "M. Roe"
until   = 2030-12-31
figures = { before = "€12.1 billion", after = "€12.6 billion", growth = "3.1%" }
"#;

/// What stops one assertion of a report from being judged, and is not in it otherwise.
const MISTAKES: &str = "\n[[order]]\nid = \"lost\"\nclaims = [\"yes\", \"nay\"]\n\n[[fotting]]\n";

const DAY: &str = "2026-03-01";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own, gone when this is dropped.
struct Folder(PathBuf);

/// What a command came to.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (own, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("tieout-outputs-{own}-{count}"));
        fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        files.iter().for_each(|(name, text)| fs::write(folder.0.join(name), text).unwrap());
        folder
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        check_in(&self.0, arguments)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of all files, in order.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tieout(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tieout"));
    command.current_dir(folder);
    for name in ["NO_COLOR", "TIEOUT_WIDTH", "TIEOUT_OUTPUT_FORMAT"] {
        command.env_remove(name);
    }
    command
}

fn check_in(folder: &Path, arguments: &[&str]) -> Ran {
    let output = tieout(folder).args(["check", "--as-of", DAY]).args(arguments).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The poll in one format, with its mistakes if they are wanted.
fn poll(format: &str, more: &[&str], mistakes: &str) -> String {
    let folder = Folder::new(&[("poll.toml", &format!("{POLL}{mistakes}"))]);
    let arguments = [&["poll.toml", "--output-format", format], more].concat();
    let ran = folder.check(&arguments);
    assert_eq!(ran.code, if mistakes.is_empty() { 1 } else { 2 }, "{}", ran.err);
    ran.out
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What a JSON Schema has against a value; nothing if it fits.
fn against(schema: &str, value: &Value) -> Option<String> {
    let schema = parsed(&fs::read_to_string(root().join(schema)).unwrap());
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(value, index).err().map(|error| format!("{error:#}"))
}

const OURS: &str = "docs/findings.schema.json";
const COMPARISON: &str = "docs/comparison.schema.json";
const SARIF: &str = "tests/outputs/sarif-schema-2.1.0.json";

fn fits(schema: &str, text: &str) {
    if let Some(error) = against(schema, &parsed(text)) {
        panic!("{schema}: {error}");
    }
}

/// Text to compare with a committed file, which `UPDATE_PAGES=1` rewrites.
#[cfg(feature = "dataframes")]
fn golden(name: &str, text: &str) {
    let path = root().join("tests/outputs/golden").join(name);
    if std::env::var_os("UPDATE_PAGES").is_some() && std::env::var_os("CI").is_none() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(text.lines()).position(|(a, b)| a != b);
    let shown = |text: &str| line.and_then(|at| text.lines().nth(at)).unwrap_or("").to_owned();
    assert!(
        committed == text,
        "{name}:{}:\n{}\n-- today:\n{}\n-- run `UPDATE_PAGES=1 cargo test` and read the diff",
        line.map_or(0, |at| at + 1),
        shown(&committed),
        shown(text)
    );
}

/// The reports that come with the program, and the formats that are committed of each: all of the
/// one with rows and data, and of the long one those that people read.
#[cfg(feature = "dataframes")]
#[test]
fn the_reports_in_every_format() {
    let every: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    for (report, formats) in [
        ("christenings-1710", &every[..]),
        ("life-table-1662", &["markdown", "junit"]),
        ("women-2022", &["table", "concise", "markdown", "github"]),
    ] {
        let file = format!("claims/{report}.toml");
        let folder = Folder::new(&[]);
        let (outputs, files) = each_format(&folder, formats);
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        check_in(&root(), &[&[file.as_str()], &outputs[..]].concat());
        for (name, written) in formats.iter().zip(files) {
            let ending = Format::named(name).unwrap().endings.first().unwrap_or(&"txt");
            let name = if name == ending { String::new() } else { format!(".{name}") };
            golden(&format!("{report}{name}.{ending}"), &folder.read(&written));
        }
    }
}

/// The arguments that write formats to files of a folder, and the names of these files.
#[cfg(feature = "dataframes")]
fn each_format(folder: &Folder, formats: &[&str]) -> (Vec<String>, Vec<String>) {
    let files: Vec<String> = formats.iter().map(|format| format!("{format}.out")).collect();
    let argument = |(format, file): (&&str, &String)| {
        ["-o".to_owned(), format!("{format}={}", folder.0.join(file).display())]
    };
    (formats.iter().zip(&files).flat_map(argument).collect(), files)
}

#[cfg(feature = "dataframes")]
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Bytes do not turn on the run, the number of threads, the machine's folder or the terminal.
#[cfg(feature = "dataframes")]
#[test]
fn the_same_bytes_everywhere() {
    let elsewhere = Folder::new(&[]);
    for shared in ["claims", "datasets"] {
        copy(&root().join(shared), &elsewhere.0.join(shared));
    }
    let every: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    let run = |folder: &Path, threads: &str| {
        let written = Folder::new(&[]);
        let (outputs, files) = each_format(&written, &every);
        let mut command = tieout(folder);
        command.env("POLARS_MAX_THREADS", threads).args(["check", "--as-of", DAY]).args(outputs);
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        files.iter().map(|file| written.read(file)).collect::<Vec<String>>()
    };
    let here = run(&root(), "1");
    assert!(here.iter().all(|text| !text.is_empty()));
    for threads in ["1", "3"] {
        let there = run(&elsewhere.0, threads);
        for (format, (a, b)) in every.iter().zip(here.iter().zip(&there)) {
            assert!(a == b, "{format} differs elsewhere, with {threads} threads");
        }
    }
}

#[cfg(feature = "dataframes")]
#[test]
fn the_reports_fit_both_schemas() {
    for more in [&[][..], &["-v", "--all"]] {
        let json = [&["--output-format", "json"], more].concat();
        fits(OURS, &check_in(&root(), &json).out);
        let sarif = [&["--output-format", "sarif"], more].concat();
        fits(SARIF, &check_in(&root(), &sarif).out);
    }
    let json = parsed(&check_in(&root(), &["--output-format", "json"]).out);
    let over_rows = json["findings"].as_array().unwrap().iter().filter(|f| !f["rows"].is_null());
    assert!(over_rows.count() > 0, "no assertion over rows was tried");
}

#[test]
fn mistakes_and_waivers_fit_both_schemas() {
    for mistakes in ["", MISTAKES] {
        for more in [&[][..], &["-v"], &["--only-new"]] {
            fits(OURS, &poll("json", more, mistakes));
            fits(SARIF, &poll("sarif", more, mistakes));
        }
    }
    let waived = parsed(&poll("json", &[], ""));
    let of = |id: &str| {
        let findings = waived["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["id"] == id).unwrap().clone()
    };
    assert_eq!(of("change/growth")["waived"]["by"], "M. Roe");
    assert_eq!(of("footing/shares")["waived"], Value::Null);
    assert_eq!(parsed(&poll("json", &[], MISTAKES))["mistakes"].as_array().unwrap().len(), 2);
}

/// A schema that lets anything through would prove nothing.
#[test]
fn the_schemas_refuse_what_does_not_fit() {
    let whole = parsed(&poll("json", &[], ""));
    for change in [
        |all: &mut Value| all["more"] = json!(1),
        |all: &mut Value| all["findings"][0]["more"] = json!(1),
        |all: &mut Value| all["findings"][0]["stated"]["set"]["low"]["at"] = json!(0.5),
        |all: &mut Value| all["findings"][0]["verdict"] = json!("wrong"),
        |all: &mut Value| drop(all["findings"][0].as_object_mut().unwrap().remove("rows")),
    ] {
        let mut changed = whole.clone();
        change(&mut changed);
        assert!(against(OURS, &changed).is_some());
    }
    let whole = parsed(&poll("sarif", &[], ""));
    for change in [
        |all: &mut Value| all["runs"][0]["results"][0]["level"] = json!("fatal"),
        |all: &mut Value| all["runs"][0]["more"] = json!(1),
    ] {
        let mut changed = whole.clone();
        change(&mut changed);
        assert!(against(SARIF, &changed).is_some());
    }
}

/// What `compare` writes as JSON of these editions.
fn compared(editions: &[&str]) -> Value {
    let mut command = tieout(&root());
    command.args(["compare", "--as-of", DAY, "--output-format", "json"]).args(editions);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    parsed(&String::from_utf8(output.stdout).unwrap())
}

#[test]
fn comparisons_fit_their_schema() {
    let bulletin = compared(&["claims/bulletin"]);
    let esoph = compared(&["claims/esoph/before.toml", "claims/esoph/after.toml"]);
    for whole in [&bulletin, &esoph] {
        assert_eq!(against(COMPARISON, whole), None);
        for one in whole["comparisons"].as_array().unwrap() {
            let counts = one["counts"].as_object().unwrap().values().filter_map(Value::as_u64);
            assert_eq!(counts.sum::<u64>(), one["rows"].as_array().unwrap().len() as u64);
        }
    }
    assert_eq!(bulletin["comparisons"].as_array().unwrap().len(), 3);
    assert!(!bulletin["triangles"].as_array().unwrap().is_empty());
    for change in [
        |all: &mut Value| all["more"] = json!(1),
        |all: &mut Value| all["comparisons"][0]["rows"][0]["class"] = json!("wrong"),
        |all: &mut Value| all["comparisons"][0]["rows"][0]["change"]["exact"] = json!(0.5),
        |all: &mut Value| all["comparisons"][0]["counts"]["new"] = json!(-1),
        |all: &mut Value| all["comparisons"][0]["conclusions"][0]["flip"] = json!("it is wrong"),
        |all: &mut Value| drop(all["comparisons"][0].as_object_mut().unwrap().remove("rows")),
    ] {
        let mut changed = bulletin.clone();
        change(&mut changed);
        assert!(against(COMPARISON, &changed).is_some());
    }
}

/// Several files at once, each in its format; and what no comparison can be written as is refused.
#[test]
fn comparisons_go_to_several_files() {
    let folder = Folder::new(&[]);
    let run = |outputs: &[&str]| {
        let mut command = tieout(&folder.0);
        let bulletin = root().join("claims/bulletin");
        command.args(["compare", "--as-of", DAY, "--exit-zero"]).arg(bulletin);
        let output = command.args(outputs).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    };
    let ran = run(&["-o", "changes.html", "-o", "json=changes.log", "--output-format", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("old_edition,") && ran.err.contains("wrote changes.html (html)"));
    assert!(folder.read("changes.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(against(COMPARISON, &parsed(&folder.read("changes.log"))), None);
    assert_eq!(run(&["--output-format", "html"]).out, folder.read("changes.html"));
    let refused = run(&["-o", "changes.sarif"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("formats: table, markdown, json, csv, html"), "{}", refused.err);
    assert_eq!(folder.names(), ["changes.html", "changes.log"]);
}

/// Every object of a schema is closed and asks for all its fields, so that a field that is
/// written and not documented, or documented and not written, fails the tests above.
#[test]
fn the_schemas_are_closed() {
    fn walk(value: &Value, closed: &mut usize) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            let mut keys: Vec<&str> = properties.keys().map(String::as_str).collect();
            let required = value["required"].as_array().unwrap().iter();
            let mut required: Vec<&str> = required.filter_map(Value::as_str).collect();
            keys.sort_unstable();
            required.sort_unstable();
            assert_eq!(keys, required);
            assert_eq!(value["additionalProperties"], json!(false), "{keys:?}");
            assert!(value["description"].is_string(), "{keys:?}");
            *closed += 1;
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|value| walk(value, closed)),
            Value::Array(items) => items.iter().for_each(|value| walk(value, closed)),
            _ => {}
        }
    }
    for (schema, least) in [(OURS, 15), (COMPARISON, 10)] {
        let schema = parsed(&fs::read_to_string(root().join(schema)).unwrap());
        let mut closed = 0;
        walk(&schema, &mut closed);
        assert!(closed > least, "{closed}");
    }
}

#[test]
fn sarif_says_where_how_bad_and_who_answers() {
    let log = parsed(&poll("sarif", &["-v"], MISTAKES));
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let by_id: BTreeMap<&str, &Value> = results
        .iter()
        .map(|result| (result["partialFingerprints"]["finding/v1"].as_str().unwrap(), result))
        .collect();
    let kinds: Vec<(&str, &str, &str)> = by_id
        .iter()
        .map(|(id, r)| (*id, r["kind"].as_str().unwrap(), r["level"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("change/growth", "fail", "error"),
            ("footing/open", "open", "none"),
            ("footing/shares", "fail", "error"),
            ("joint/shares", "fail", "note"),
            ("order/fine", "pass", "none"),
            ("order/low", "fail", "warning"),
        ]
    );
    for (id, result) in &by_id {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"], "{id}");
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## What it checks"));
        let suppressions = result["suppressions"].as_array().unwrap();
        assert_eq!(suppressions.len(), usize::from(*id == "change/growth"), "{id}");
    }
    let suppression = &by_id["change/growth"]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["status"]),
        (&json!("external"), &json!("accepted"))
    );
    assert!(suppression["justification"].as_str().unwrap().contains("rounded by the source"));
    // Braces would be arguments, and 𝟙 is two units in UTF-16.
    let message = by_id["change/growth"]["message"]["text"].as_str().unwrap();
    assert!(message.contains("{{see}}"), "{message}");
    let yes = &by_id["footing/shares"]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(yes["artifactLocation"]["uri"], "poll.toml");
    let line = POLL.lines().position(|line| line.contains('𝟙')).unwrap() + 1;
    let text = POLL.lines().nth(line - 1).unwrap();
    let before = text.split("\"62%\"").next().unwrap().encode_utf16().count();
    assert_eq!(
        yes["region"],
        json!({
            "startLine": line, "startColumn": before + 1, "endLine": line,
            "endColumn": before + 1 + 5, "snippet": { "text": "\"62%\"" },
        })
    );
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolConfigurationNotifications"].as_array().unwrap().len(), 2);
    let clean = parsed(&poll("sarif", &[], ""));
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
    assert_eq!(clean["runs"][0]["results"].as_array().unwrap().len(), 5, "consistent only with -v");
}

/// A fingerprint stays when lines move, and changes with a figure.
#[test]
fn fingerprints_are_of_the_finding_and_its_figures() {
    let prints = |text: &str| {
        let folder = Folder::new(&[("poll.toml", text)]);
        let log = parsed(&folder.check(&["poll.toml", "--output-format", "sarif"]).out);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let prints = results.iter().map(|result| result["partialFingerprints"].clone());
        prints.collect::<Vec<Value>>()
    };
    let before = prints(POLL);
    assert_eq!(before, prints(&format!("# moved down\n\n{POLL}")));
    let after = prints(&POLL.replace("\"40%\"", "\"41%\""));
    assert_eq!(before[0]["finding/v1"], after[0]["finding/v1"]);
    assert_ne!(before[0]["figures/v1"], after[0]["figures/v1"]);
    assert_eq!(before[3], after[3], "another finding");
}

#[test]
fn junit_counts_as_the_audit_does() {
    let report = Report::deserialize_from_str(&poll("junit", &[], MISTAKES)).unwrap();
    let cases: BTreeMap<&str, &TestCase> = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .map(|case| (case.name.as_str(), case))
        .collect();
    let status = |id: &str| match &cases[id].status {
        TestCaseStatus::Success { .. } => "passes",
        TestCaseStatus::Skipped { .. } => "skipped",
        TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. } => "fails",
        TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. } => "error",
    };
    for (id, expected) in [
        ("footing/shares", "fails"),
        ("order/low", "fails"),
        ("footing/open", "skipped"),
        ("change/growth", "passes"),
        ("order/fine", "passes"),
        ("order/lost", "error"),
    ] {
        assert_eq!(status(id), expected, "{id}");
    }
    let said = cases["change/growth"].system_out.as_ref().unwrap().as_str();
    assert!(said.contains("waived until 2030-12-31 by M. Roe"), "{said}");
    assert!(cases["order/fine"].system_out.is_none());
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (8, 3, 2, 1));
    assert_eq!(cases.len(), 8, "six assertions, two of them together, and a section that is none");
}

#[test]
fn csv_has_a_row_for_each_assertion() {
    let text = poll("csv", &[], MISTAKES);
    let rows = read_csv(&text);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "rows of one length");
    let column = |name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let all = parsed(&poll("json", &[], MISTAKES));
    let findings = all["findings"].as_array().unwrap();
    assert_eq!(rows.len() - 1, findings.len());
    for (row, finding) in rows[1..].iter().zip(findings) {
        assert_eq!(row[column("finding")], finding["id"].as_str().unwrap());
        assert_eq!(row[column("label")], finding["label"].as_str().unwrap());
        assert_eq!(row[column("verdict")], finding["verdict"].as_str().unwrap());
        let exact = |value: &Value| value.as_str().unwrap_or("").to_owned();
        assert_eq!(row[column("stated_low")], exact(&finding["stated"]["set"]["low"]["at"]));
        assert_eq!(row[column("gap")], exact(&finding["gap"]["exact"]));
    }
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
}

/// A label, a name or a reason that begins as a formula does is text in a spreadsheet, and a figure
/// with its sign is a figure.
#[test]
fn csv_has_no_formulas_and_keeps_signs() {
    let text = "[claim]\nfall = \"-3%\"\nrise = \"-5%\"\n\n[[order]]\nid = \"x\"\n\
                label = \"=HYPERLINK(\\\"http://x\\\")\"\nclaims = [\"fall\", \"rise\"]\n\n\
                [[order]]\nid = \"y\"\nlabel = \"- as printed\"\nclaims = [\"rise\", \"fall\"]\n";
    let folder = Folder::new(&[("signs.toml", text)]);
    let ran = folder.check(&["signs.toml", "--output-format", "csv"]);
    let rows = read_csv(&ran.out);
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let (label, printed, gap) = (column("label"), column("stated_printed"), column("stated_low"));
    assert_eq!(rows[1][label], "'=HYPERLINK(\"http://x\")");
    let labels: Vec<&str> = rows[1..].iter().map(|row| row[label].as_str()).collect();
    assert!(labels.contains(&"'- as printed"), "{labels:?}");
    assert_eq!(rows[1][printed], "-3%");
    assert!(rows[1][gap].starts_with('-'), "{}", rows[1][gap]);
    let formula = |cell: &&String| cell.starts_with(['=', '@', '+', '\t', '\r']);
    assert_eq!(rows.iter().flatten().find(formula), None);
}

/// Reads CSV as RFC 4180 says.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty());
    rows
}

#[test]
fn github_has_a_command_for_each_finding_and_mistake() {
    let text = poll("github", &[], MISTAKES);
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    for line in text.lines() {
        let (command, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (level, properties) = command.split_once(' ').unwrap();
        *levels.entry(level).or_default() += 1;
        assert!(properties.starts_with("file=poll.toml,line="), "{line}");
        assert!(!message.is_empty() && !message.replace("%25", "").contains("% "), "{line}");
    }
    // Inconsistent; a warning and one left open; a waived one and one on two assertions together;
    // two mistakes.
    assert_eq!(levels, BTreeMap::from([("error", 3), ("notice", 2), ("warning", 2)]));
}

#[test]
fn markdown_tables_have_their_columns_and_foot() {
    let text = poll("markdown", &["-v"], MISTAKES);
    assert!(text.contains("## Poll \\| &lt;b&gt;draft&lt;/b&gt; \\`a\\` \\\\ é"), "{text}");
    let mut cells_of_table = None;
    for line in text.lines() {
        if !line.starts_with('|') {
            cells_of_table = None;
            continue;
        }
        let cells = line.replace("\\|", "").matches('|').count();
        assert_eq!(*cells_of_table.get_or_insert(cells), cells, "{line}");
    }
    let (_, summary) = text.split_once("| check | assertions |").unwrap();
    let number = |cell: &str| cell.trim().trim_matches('*').parse().unwrap_or(0);
    let rows: Vec<Vec<usize>> = summary
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').skip(2).map(number).collect::<Vec<usize>>())
        .map(|mut row| {
            // Without what follows the last column of counts: the gap, and the end of the line.
            row.truncate(row.len() - 2);
            row
        })
        .collect();
    let (total, checks) = rows.split_last().unwrap();
    assert!(rows.iter().all(|row| row[0] == row[1..].iter().sum::<usize>()), "{rows:?}");
    let columns = (0..total.len()).map(|at| checks.iter().map(|row| row[at]).sum::<usize>());
    assert_eq!(&columns.collect::<Vec<usize>>(), total);
    assert_eq!(total[0], 7);
}

#[test]
fn several_at_once_are_what_each_is_alone() {
    let folder = Folder::new(&[("poll.toml", POLL)]);
    let ran = folder.check(&[
        "poll.toml",
        "-o",
        "a.json",
        "-o",
        "markdown=b.txt",
        "-o",
        "c.sarif.json",
        "-o",
        "d.XML",
    ]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert_eq!(
        ran.err,
        "wrote a.json (json)\nwrote b.txt (markdown)\nwrote c.sarif.json (sarif)\nwrote d.XML (junit)\n"
    );
    for (file, format) in
        [("a.json", "json"), ("b.txt", "markdown"), ("c.sarif.json", "sarif"), ("d.XML", "junit")]
    {
        assert_eq!(folder.read(file), poll(format, &[], ""), "{file}");
    }
    assert_eq!(folder.names(), ["a.json", "b.txt", "c.sarif.json", "d.XML", "poll.toml"]);
    let both = folder.check(&["poll.toml", "-q", "--output-format", "concise", "-o", "a.json"]);
    assert_eq!((both.out, both.err), (poll("concise", &[], ""), String::new()));
    for printed in [["-o", "-", "--output-format", "csv"], ["-o", "csv=-", "--width", "50"]] {
        let ran = folder.check(&[&["poll.toml"], &printed[..]].concat());
        assert_eq!((ran.out, ran.err), (poll("csv", &[], ""), String::new()));
    }
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is() {
    let folder = Folder::new(&[("poll.toml", POLL)]);
    for (outputs, says) in [
        (["a.json", "b.log"], "b.log: its ending tells no format; name one, as in `-o json=b.log`"),
        (["a.json", "jsn=b.log"], "`jsn` in `-o jsn=b.log` is not a format; did you mean `json`?"),
        (["a.json", "sub/b.json"], "sub/b.json cannot be written: there is no folder sub"),
        (["a.json", "csv=."], ". cannot be written: it is a folder"),
        (["a.json", "csv=a.json"], "a.json is named twice"),
        (["a.json", "csv="], "`-o csv=` names no file"),
        (["-", "csv=-"], "standard output takes one format"),
        (["a.json", "markdown=./poll.toml"], "./poll.toml is what the audit reads"),
    ] {
        let ran = folder.check(&["poll.toml", "-o", outputs[0], "-o", outputs[1]]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{outputs:?}");
        assert!(ran.err.starts_with(&format!("error: {says}")), "{}", ran.err);
        assert_eq!(folder.names(), ["poll.toml"], "{outputs:?}");
    }
    let ran = folder.check(&["poll.toml", "-o", "b.log"]);
    for format in FORMATS {
        assert!(ran.err.contains(format.name), "{} is not named in {}", format.name, ran.err);
    }
    assert_eq!(folder.read("poll.toml"), POLL);
}

#[cfg(unix)]
#[test]
fn files_are_replaced_whole_and_stay_what_they_were() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new(&[("poll.toml", POLL), ("real.json", "old"), ("fixed.csv", "old")]);
    let at = |name: &str| folder.0.join(name);
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    symlink("real.json", at("link.json")).unwrap();
    fs::set_permissions(at("real.json"), PermissionsExt::from_mode(0o640)).unwrap();
    fs::set_permissions(at("fixed.csv"), PermissionsExt::from_mode(0o444)).unwrap();
    // One file that cannot be written keeps the others from being replaced.
    let ran = folder.check(&["poll.toml", "-o", "link.json", "-o", "fixed.csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("error: fixed.csv cannot be written"), "{}", ran.err);
    assert_eq!((folder.read("real.json"), folder.read("fixed.csv")), ("old".into(), "old".into()));
    let before = folder.names();
    let ran = folder.check(&["poll.toml", "-q", "-o", "link.json", "-o", "json=/dev/null"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(folder.read("real.json"), poll("json", &[], ""));
    assert!(fs::symlink_metadata(at("link.json")).unwrap().is_symlink());
    assert_eq!((mode("real.json"), folder.names()), (0o640, before));
}

/// Nobody reads what is printed: the files are there, and nothing is said.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_silent() {
    let folder = Folder::new(&[("poll.toml", POLL)]);
    for format in FORMATS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = tieout(&folder.0);
        command.args(["check", "poll.toml", "-v", "--as-of", DAY, "-o", "csv=a.out"]);
        let output = command.args(["--output-format", format.name]).stdout(writer).output();
        let output = output.unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", format.name);
        assert_eq!(folder.read("a.out"), poll("csv", &[], ""));
    }
}

/// Colour and width are for people; other formats take no notice.
#[test]
fn programs_get_no_colour_and_no_lines_broken() {
    for format in FORMATS.iter().filter(|f| !["table", "full", "concise"].contains(&f.name)) {
        let plain = poll(format.name, &[], "");
        let loud = poll(format.name, &["--color", "always", "--width", "40"], "");
        assert!(plain == loud, "{}", format.name);
    }
    assert!(poll("concise", &["--color", "always"], "").contains('\u{1b}'));
}
