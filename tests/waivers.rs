//! Findings answered for: what a waiver covers and when it ends, and the one command that edits
//! a user's files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::Value;
use tieout::waiver::edit::{Change, New, edit};

/// A report in which two figures of three assertions cannot stand.
const REPORT: &str = r#"# Exports, as published
[claim]
before = "€12.1 billion"   # revised
after  = "€12.6 billion"
growth = "3.1%"
north  = "62%"
south  = "40%"

[[change]]
from = "before"
to   = "after"
by   = "growth"

[[footing]]
id        = "regions"
parts     = ["north", "south"]
total     = "100%"
exclusive = true
complete  = true

[[order]]
claims = ["growth", "south", "north"]
"#;

/// A folder of its own, gone when this is dropped.
struct Folder(PathBuf);

/// What a command came to.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (own, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("tieout-waivers-{own}-{count}"));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Runs the real program on the first of June 2026, unless told another day.
    fn run(&self, line: &[&str]) -> Ran {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_tieout")));
        command.args(line).current_dir(&self.0).env_remove("TIEOUT_OUTPUT_FORMAT");
        if !line.contains(&"--as-of") {
            command.args(["--as-of", "2026-06-01"]);
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn check(&self, more: &[&str]) -> Ran {
        self.run(&[&["check", "a.toml"], more].concat())
    }

    fn waive(&self, line: &[&str]) -> Ran {
        self.run(&[&["waive", "--in", "a.toml"], line].concat())
    }

    /// The findings with their id, verdict and whether they are waived.
    fn findings(&self) -> Vec<(String, String, bool, Vec<String>)> {
        let ran = self.check(&["--output-format", "json"]);
        let whole: Value = serde_json::from_str(&ran.out).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = whole["findings"].as_array().unwrap().iter();
        let of = |finding: &Value| {
            let figures = finding["figures"].as_array().unwrap().iter();
            let names = figures.map(|figure| text(&figure["name"])).collect();
            let waived = !finding["waived"].is_null();
            (text(&finding["id"]), text(&finding["verdict"]), waived, names)
        };
        findings.map(of).collect()
    }

    fn ids(&self, wanted: impl Fn(&str, bool) -> bool) -> Vec<String> {
        let findings = self.findings().into_iter();
        let fits = findings.filter(|(_, verdict, waived, _)| wanted(verdict, *waived));
        fits.map(|(id, ..)| id).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A report that has one waiver, of the growth, until a day.
fn waived_until(day: &str) -> Folder {
    let folder = Folder::with(&[("a.toml", REPORT)]);
    let how = ["change/growth", "--reason", "as in the source", "--by", "M. Roe", "--until", day];
    let ran = folder.waive(&how);
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder
}

#[test]
fn a_waived_finding_keeps_its_verdict_and_counts_apart() {
    let folder = waived_until("2026-12-31");
    let ran = folder.check(&[]);
    assert_eq!(ran.code, 1, "the other finding still fails");
    let whole: Value =
        serde_json::from_str(&folder.check(&["--output-format", "json"]).out).unwrap();
    assert_eq!(whole["counts"]["inconsistent"], 2, "one alone, and together with another");
    assert_eq!(whole["counts"]["waived"], 1);
    let sum: i64 = whole["counts"].as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum();
    assert_eq!(whole["assertions"], sum, "the counts add up to the assertions");
    let waived = &whole["findings"][0]["waived"];
    assert_eq!(whole["findings"][0]["verdict"], "inconsistent");
    assert_eq!(waived["reason"], "as in the source");
    assert_eq!(waived["until"], "2026-12-31");
    let words = "waived until 2026-12-31 by M. Roe: \"as in the source\"";
    for format in ["full", "concise"] {
        let ran = folder.check(&["--output-format", format]);
        assert!(ran.out.contains(words), "{format}: {}", ran.out);
    }
    let table = folder.check(&["--width", "200"]);
    assert!(table.out.contains(words), "{}", table.out);
    let explained = folder.run(&["explain", "change/growth", "a.toml"]);
    assert!(explained.out.contains(words), "{}", explained.out);
}

#[test]
fn all_that_fails_waived_is_a_success() {
    let folder = Folder::with(&[("a.toml", REPORT)]);
    assert_eq!(folder.check(&[]).code, 1);
    let ran = folder.waive(&["--all", "--reason", "baseline", "--until", "2026-12-31"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(folder.check(&[]).code, 0);
    assert_eq!(folder.ids(|_, waived| waived), ["change/growth", "footing/regions"]);
    let before = folder.read("a.toml");
    let again = folder.waive(&["--all", "--reason", "baseline", "--until", "2026-12-31"]);
    assert!(again.out.contains("nothing was written"), "{}", again.out);
    assert_eq!(folder.read("a.toml"), before);
}

#[test]
fn only_new_hides_what_is_waived_and_nothing_else() {
    let folder = waived_until("2026-12-31");
    for format in ["table", "full", "concise", "json"] {
        let ran = folder.check(&["--only-new", "--output-format", format]);
        assert!(ran.out.contains("footing/regions"), "{format}");
        assert!(!ran.out.contains("change/growth"), "{format}: {}", ran.out);
        assert_eq!(ran.code, 1);
    }
    assert!(folder.check(&["--only-new"]).out.contains("waived"), "the summary still foots");
}

#[test]
fn a_waiver_warns_for_thirty_days_and_ends_after_its_last() {
    let folder = waived_until("2026-12-31");
    let on = |day: &str| {
        let ran = folder.check(&["--as-of", day, "--output-format", "concise"]);
        (ran.out.contains("waived until"), ran.err)
    };
    let (waived, said) = on("2026-11-30");
    assert!(waived && said.is_empty(), "31 days before: {said}");
    let (waived, said) = on("2026-12-01");
    assert!(waived && said.contains("ends in 30 days"), "30 days before: {said}");
    let (waived, said) = on("2026-12-31");
    assert!(waived && said.contains("ends today"), "the last day: {said}");
    let (waived, said) = on("2027-01-01");
    assert!(!waived && said.contains("has ended"), "the day after: {said}");
    assert!(said.contains("--> a.toml:25:11"), "with its place: {said}");
}

#[test]
fn many_warnings_are_counted_and_the_gravest_come_first() {
    let waiver = |id: &str, until: &str| {
        let figures =
            "{ before = \"€12.1 billion\", after = \"€12.6 billion\", growth = \"3.1%\" }";
        let rest = format!("reason = \"r\"\nuntil = {until}\nfigures = {figures}");
        format!("\n[[waiver]]\nfinding = \"{id}\"\n{rest}\n")
    };
    let soon = waiver("change/growth", "2026-06-05");
    let unmatched: String = (0..12).map(|at| waiver(&format!("x/{at}"), "2026-12-31")).collect();
    let folder = Folder::with(&[("a.toml", &format!("{REPORT}{soon}{unmatched}"))]);
    let said = folder.check(&[]).err;
    assert_eq!(said.matches("warning: ").count(), 10, "{said}");
    assert!(said.ends_with("… and 3 more waivers to see to; `-v` lists all\n"), "{said}");
    assert!(!said.contains("ends on"), "{said}");
    let said = folder.check(&["-v"]).err;
    assert_eq!(said.matches("warning: ").count(), 13, "{said}");
    assert!(folder.check(&["-q"]).err.is_empty());
}

#[test]
fn without_a_day_a_waiver_with_a_last_one_waives_nothing() {
    let folder = waived_until("2026-12-31");
    let case = tieout::project::load_text("a.toml", folder.read("a.toml"));
    let audit = tieout::audit::Audit::run(&case);
    assert_eq!(audit.waived(), 0);
    assert_eq!(audit.warnings.len(), 1);
}

#[test]
fn a_figure_that_changes_ends_the_waiver_and_is_named() {
    let folder = waived_until("2026-12-31");
    let text = folder.read("a.toml").replacen("\"3.1%\"", "\"3.0%\"", 1);
    folder.write("a.toml", &text);
    let ran = folder.check(&["--output-format", "concise"]);
    assert!(ran.err.contains("`growth` was \"3.1%\" and is \"3.0%\""), "{}", ran.err);
    assert!(!ran.out.contains("waived"), "{}", ran.out);
    // A waiver written anew covers what stands there now, where the old one stood.
    let again = ["change/growth", "--reason", "still", "--forever"];
    assert_eq!(folder.waive(&again).code, 0);
    assert_eq!(folder.read("a.toml").matches("[[waiver]]").count(), 1);
    assert_eq!(folder.ids(|_, waived| waived), ["change/growth"]);
}

#[test]
fn figures_that_come_and_go_end_the_waiver() {
    let folder = Folder::with(&[("a.toml", REPORT)]);
    let all = ["--all", "--reason", "baseline", "--forever"];
    assert_eq!(folder.waive(&all).code, 0);
    let text = folder.read("a.toml");
    let more = text.replace("parts     = [\"north\", ", "parts     = [\"north\", \"growth\", ");
    folder.write("a.toml", &more);
    let ran = folder.check(&[]);
    assert!(ran.err.contains("`growth`, \"3.1%\", takes part and did not"), "{}", ran.err);
    let other = text.replace("total     = \"100%\"", "total     = \"101%\"");
    folder.write("a.toml", &other.replace("\"40%\"\n\n", "\"44%\"\n\n"));
    let ran = folder.check(&[]);
    assert!(ran.err.contains("`south` was \"40%\" and is \"44%\""), "{}", ran.err);
    assert!(ran.err.contains("`100%`, \"100%\", takes part no longer"), "{}", ran.err);
    assert_eq!(ran.code, 1);
}

/// The text without what waivers say of their assertions.
fn unpinned(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("asserts = ")).collect()
}

#[test]
fn an_assertion_that_is_changed_ends_the_waiver_and_its_layout_does_not() {
    let report = "[claim]\na = \"50 people\"\nb = \"40 people\"\nc = \"100 people\"\n\n\
                  [[assert]]\nid = \"sum\"\nthat = \"a + b == c\"\n\n\
                  [[footing]]\nid = \"all\"\nparts = [\"a\", \"b\"]\ntotal = \"c\"\n\
                  complete = true\nexclusive = true\n";
    let folder = Folder::with(&[("a.toml", report)]);
    assert_eq!(folder.waive(&["--all", "--reason", "r", "--forever"]).code, 0);
    let waived = folder.read("a.toml");
    assert_eq!(waived.matches("\nasserts = \"").count(), 2, "{waived}");
    let rewritten = |text: &str| {
        folder.write("a.toml", text);
        folder.check(&[])
    };
    for (from, to) in [
        (
            "id = \"sum\"\nthat",
            "# by hand\nseverity = \"note\"\nlabel = \"the sum\"\nid = 'sum'\nthat",
        ),
        (
            "parts = [\"a\", \"b\"]\ntotal = \"c\"",
            "total = 'c'\nparts = [\n  \"a\", # first\n  \"b\",\n]",
        ),
        ("\"a + b == c\"", "\"a +  b == c\""),
    ] {
        let ran = rewritten(&waived.replacen(from, to, 1));
        assert_ne!(folder.read("a.toml"), waived, "{from}");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{to}");
    }
    // The same figures, and another thing said of them.
    for (from, to, id) in [
        ("a + b == c", "c == b + a", "sum"),
        ("a + b == c", "a + a - b >= c", "sum"),
        ("a + b == c\"", "a + b == c\"\ngiven = { a = { round = 10 } }", "sum"),
        ("exclusive = true", "exclusive = true\ngiven = { c = { round = 5 } }", "all"),
        ("total = \"c\"", "total = \"a\"", "all"),
    ] {
        let ran = rewritten(&waived.replacen(from, to, 1));
        assert!(ran.err.contains("the assertion itself was changed"), "{to}: {}", ran.err);
        assert!(ran.err.contains(&format!("/{id}` no longer applies")), "{to}: {}", ran.err);
        // One that says nothing of its assertion, as written by hand, holds as long as the figures.
        let ran = rewritten(&unpinned(&waived.replacen(from, to, 1)));
        assert!(!ran.err.contains("the assertion itself"), "{to}: {}", ran.err);
        assert!(
            to.contains("total") || !ran.err.contains("no longer applies"),
            "{to}: {}",
            ran.err
        );
    }
    // A waiver written anew is of what is asserted now; one that is over is dropped.
    rewritten(&waived.replacen("a + b == c", "c == b + a", 1));
    assert_eq!(folder.waive(&["assert/sum", "--reason", "again", "--forever"]).code, 0);
    assert_eq!(folder.check(&[]).code, 0);
    rewritten(&waived.replacen("a + b == c", "c == b + a", 1));
    let pruned = folder.waive(&["--prune"]);
    assert!(pruned.out.contains("assert/sum: waiver dropped (the assertion itself was changed)"));
}

/// Files are changed all or none. A file that outgrows what the system allows stands in for a full
/// disk: the first file is small enough to be written, the second is not.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_leaves_all_as_they_were() {
    let large = format!("{REPORT}# {}\n", "x".repeat(200_000));
    let second = large.replace("[claim]", "[report]\nedition = \"b\"\n\n[claim]");
    let folder = Folder::with(&[("a.toml", REPORT), ("b.toml", &second)]);
    let line = "trap '' XFSZ; ulimit -f 64; exec \"$0\" waive --all --in a.toml --in b.toml \
                --reason r --forever --as-of 2026-06-01";
    let mut command = Command::new("sh");
    command.args(["-c", line, env!("CARGO_BIN_EXE_tieout")]).current_dir(&folder.0);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no waiver was written: b.toml cannot be written"), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(folder.read("a.toml"), REPORT);
    assert_eq!(folder.read("b.toml"), second);
    let names = fs::read_dir(&folder.0).unwrap().count();
    assert_eq!(names, 2, "nothing is left beside them");
    let both = ["waive", "--all", "--in", "a.toml", "--in", "b.toml", "--reason", "r", "--forever"];
    assert_eq!(folder.run(&both).code, 0);
    assert!(
        [folder.read("a.toml"), folder.read("b.toml")].iter().all(|t| t.contains("[[waiver]]"))
    );
}

/// The folder of a file has to take a new one; if it does not, nothing is changed. Whoever may
/// write everywhere is not held up by that.
#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_leaves_all_as_they_were() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("a.toml", REPORT)]);
    let closed = folder.0.join("closed");
    fs::create_dir(&closed).unwrap();
    let second = REPORT.replace("[claim]", "[report]\nedition = \"b\"\n\n[claim]");
    fs::write(closed.join("b.toml"), &second).unwrap();
    let mode = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let held_up = fs::write(closed.join("probe"), "").is_err();
    let line = ["waive", "--all", "--in", "a.toml", "--in", "closed", "--reason", "r", "--forever"];
    let ran = folder.run(&line);
    mode(0o755);
    if held_up {
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains("no waiver was written"), "{}", ran.err);
        assert_eq!(folder.read("a.toml"), REPORT);
        assert_eq!(folder.read("closed/b.toml"), second);
    } else {
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
}

#[test]
fn a_verdict_that_grows_worse_ends_the_waiver() {
    let open = REPORT.replace("complete  = true\n", "").replace("\"40%\"", "\"30%\"");
    let folder = Folder::with(&[("a.toml", &open)]);
    assert_eq!(folder.ids(|verdict, _| verdict == "undetermined"), ["footing/regions"]);
    let how = ["footing/regions", "--reason", "asked the author", "--forever"];
    assert_eq!(folder.waive(&how).code, 0);
    assert_eq!(folder.ids(|_, waived| waived), ["footing/regions"]);
    let settled = folder.read("a.toml").replace("exclusive", "complete = true\nexclusive");
    folder.write("a.toml", &settled);
    let ran = folder.check(&[]);
    let words = "the verdict was undetermined and is inconsistent";
    assert!(ran.err.contains(words), "{}", ran.err);
    assert!(folder.ids(|_, waived| waived).is_empty());
}

#[test]
fn a_waiver_without_figures_is_a_mistake_that_prints_them() {
    let by_hand = "\n[[waiver]]\nfinding = \"change/growth\"\nreason = \"r\"\nforever = true\n";
    let folder = Folder::with(&[("a.toml", &format!("{REPORT}{by_hand}"))]);
    let ran = folder.check(&[]);
    assert_eq!(ran.code, 2);
    let line =
        "figures = { before = \"€12.1 billion\", after = \"€12.6 billion\", growth = \"3.1%\" }";
    assert!(ran.err.contains(line), "{}", ran.err);
    let helped = format!("{REPORT}{by_hand}{line}\n");
    folder.write("a.toml", &helped);
    assert_eq!(folder.ids(|_, waived| waived), ["change/growth"], "the line does what it should");
    folder.write("a.toml", &format!("{REPORT}{by_hand}"));
    assert_eq!(folder.waive(&["change/growth", "--reason", "r", "--forever"]).code, 0);
    assert_eq!(
        unpinned(&folder.read("a.toml")),
        helped
            .replace("\"r\"\n", &format!("\"r\"\n{line}\n"))
            .replace(&format!("true\n{line}\n"), "true\n"),
        "and so does the command"
    );
}

#[test]
fn what_waives_nothing_is_said_and_fails_nothing() {
    let waiver = |id: &str, figures: &str| {
        let rest = "reason = \"r\"\nforever = true";
        format!("\n[[waiver]]\nfinding = \"{id}\"\n{rest}\nfigures = {figures}\n")
    };
    let growth = "{ before = \"€12.1 billion\", after = \"€12.6 billion\", growth = \"3.1%\" }";
    let text = [
        REPORT.to_owned(),
        waiver("change/growht", "{}"),
        waiver("order/growth", "{}"),
        waiver("change/growth", growth),
        waiver("change/growth", growth),
    ];
    let folder = Folder::with(&[("a.toml", &text.concat())]);
    let ran = folder.check(&[]);
    assert_eq!(ran.code, 1);
    for words in [
        "no finding of this report is called `change/growht`",
        "did you mean `change/growth`?",
        "`order/growth` is consistent and needs no waiver",
        "`change/growth` is waived a second time",
        "the first waiver is at a.toml:36:1",
    ] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let pruned = folder.waive(&["--prune"]);
    assert_eq!(pruned.code, 0, "{}", pruned.err);
    assert_eq!(folder.read("a.toml"), format!("{REPORT}{}", waiver("change/growth", growth)));
    assert!(pruned.out.contains("change/growht: waiver dropped (there is no such finding)"));
}

#[test]
fn mistakes_in_waivers_are_told_with_what_to_do() {
    let cases = [
        ("reason = \"r\"\nforever = true", "`[[waiver]]` needs `finding`"),
        ("finding = \"x/y\"\nforever = true", "`[[waiver]]` needs `reason`"),
        ("finding = \"x/y\"\nreason = \" \"\nforever = true", "a waiver needs a reason"),
        ("finding = \"x/y\"\nreason = \"r\"", "does not say how long it holds"),
        (
            "finding = \"x/y\"\nreason = \"r\"\nforever = true\nuntil = 2026-12-31",
            "a last day or holds for ever, not both",
        ),
        ("finding = \"x/y\"\nreason = \"r\"\nuntil = 2026-13-31", "error: "),
        ("finding = \"x/y\"\nreason = \"r\"\nuntil = \"2026\"", "`2026` is not one day"),
        ("finding = \"x/y\"\nreason = \"r\"\nforever = false", "`forever` is `true` or left out"),
        ("finding = \"x/y\"\nraeson = \"r\"", "did you mean `reason`?"),
        ("finding = \"x/y\"\nreason = \"r\"\nforever = true\nfigures = \"a\"", "expected a table"),
    ];
    for (waiver, words) in cases {
        let folder = Folder::with(&[("a.toml", &format!("{REPORT}\n[[waiver]]\n{waiver}\n"))]);
        let ran = folder.check(&[]);
        assert_eq!(ran.code, 2, "{waiver}");
        assert!(ran.err.contains(words), "{waiver}: {}", ran.err);
    }
}

#[test]
fn nothing_is_written_if_anything_is_wrong() {
    let folder = Folder::with(&[("a.toml", REPORT)]);
    let cases: [(&[&str], &str); 7] = [
        (
            &["change/growth", "change/growht", "--reason", "r", "--forever"],
            "did you mean `change/growth`?",
        ),
        (
            &["order/growth", "--reason", "r", "--forever"],
            "is consistent: there is nothing to waive",
        ),
        (
            &["change/growth", "--reason", "r", "--until", "2026-05-31"],
            "is past: today is 2026-06-01",
        ),
        (&["change/growth", "--reason", "r", "--until", "2026"], "is not one day"),
        (&["change/growth", "--reason", "r", "--until", "soon"], "--until soon"),
        (&["change/growth", "--reason", "  ", "--forever"], "--reason is empty"),
        (&["change/growth", "--reason", "r"], "say how long: --until DATE, or --forever"),
    ];
    for (line, words) in cases {
        let ran = folder.waive(line);
        assert_eq!(ran.code, 2, "{line:?}");
        assert!(ran.err.contains(words), "{line:?}: {}", ran.err);
        assert_eq!(folder.read("a.toml"), REPORT, "{line:?}");
    }
    let today = ["change/growth", "--reason", "r", "--until", "2026-06-01"];
    assert_eq!(folder.waive(&today).code, 0, "today is a day on which it holds");
}

#[test]
fn files_with_mistakes_and_standard_input_are_left_alone() {
    let broken = format!("{REPORT}\n[[fotting]]\nparts = []\n");
    let folder = Folder::with(&[("a.toml", &broken)]);
    for line in [&["--prune"][..], &["--all", "--reason", "r", "--forever"]] {
        let ran = folder.waive(line);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("mend first what is written wrong"), "{}", ran.err);
    }
    assert_eq!(folder.read("a.toml"), broken);
    let ran = folder.run(&["waive", "x/y", "--in", "-", "--reason", "r", "--forever"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("standard input"), "{}", ran.err);
}

#[test]
fn a_waiver_goes_into_the_main_file_of_its_report() {
    let main = "include = [\"shared.toml\"]\n\n[report]\nedition = \"2022\"\n";
    let other = REPORT.replace("[claim]", "report.edition = \"2021\"\n\n[claim]");
    let files = [("a.toml", main), ("shared.toml", REPORT), ("b.toml", other.as_str())];
    let folder = Folder::with(&files);
    let both = ["--in", "a.toml", "--in", "b.toml", "--reason", "r", "--forever"];
    let ran = folder.run(&[&["waive", "change/growth"], &both[..]].concat());
    assert_eq!(ran.code, 2);
    let words = "say `change/growth@2022` or `change/growth@2021`";
    assert!(ran.err.contains(words), "{}", ran.err);
    let ids = ["waive", "change/growth@2022", "footing/regions@2021"];
    let ran = folder.run(&[&ids, &both[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.read("shared.toml"), REPORT, "what is included stays as it is");
    assert!(folder.read("a.toml").contains("finding = \"change/growth\""));
    assert!(folder.read("b.toml").contains("finding = \"footing/regions\""));
    let ran = folder.run(&["check", "a.toml", "b.toml", "--output-format", "json"]);
    let whole: Value = serde_json::from_str(&ran.out).unwrap();
    let waived = whole["findings"].as_array().unwrap().iter().filter(|f| !f["waived"].is_null());
    let waived: Vec<(&Value, &Value)> = waived.map(|f| (&f["id"], &f["edition"])).collect();
    assert_eq!(waived.len(), 2);
    assert!(waived.iter().any(|(id, edition)| *id == "change/growth" && *edition == "2022"));
    assert!(waived.iter().any(|(id, edition)| *id == "footing/regions" && *edition == "2021"));
    // A waiver is one of its own report.
    let elsewhere = folder.read("b.toml").replace("\"footing/regions\"", "\"change/growth@2022\"");
    folder.write("c.toml", &elsewhere.replace("\"2021\"", "\"2020\""));
    let ran = folder.run(&["check", "a.toml", "c.toml"]);
    assert!(
        ran.err.contains("a waiver stands in the claims file of its own report"),
        "{}",
        ran.err
    );
    let explained = folder.run(&["explain", "change/growth@2021", "a.toml", "b.toml"]);
    assert!(explained.out.starts_with("change/growth: "), "{}", explained.err);
    // One that stands in an included file is replaced where it stands.
    let moved = folder.read("a.toml").split_off(main.len());
    folder.write("a.toml", main);
    folder.write("shared.toml", &format!("{REPORT}{moved}"));
    let ran = folder.waive(&["change/growth", "--reason", "other", "--forever"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.read("a.toml"), main);
    assert!(folder.read("shared.toml").contains("\"other\""));
}

#[test]
fn comments_and_line_ends_stay() {
    let text = "\u{feff}".to_owned() + &REPORT.replace('\n', "\r\n");
    let folder = Folder::with(&[("a.toml", &text)]);
    let how = ["--all", "--reason", "r", "--by", "A", "--until", "2026-12-31"];
    assert_eq!(folder.waive(&how).code, 0);
    let waived = folder.read("a.toml");
    assert!(waived.starts_with(&text));
    assert_eq!(waived.matches('\n').count(), waived.matches("\r\n").count());
    let commented = waived
        .replacen("reason  = \"r\"\r\n", "reason  = \"r\" # by phone\r\n# on Monday\r\n", 1)
        .replacen("[[waiver]]", "# the first\r\n[[waiver]] # here", 1);
    folder.write("a.toml", &commented);
    let again = ["change/growth", "--reason", "a \"new\" one", "--forever"];
    assert_eq!(folder.waive(&again).code, 0);
    assert_eq!(folder.read("a.toml").matches("asserts").count(), 2);
    let expected = commented
        .replacen(
            "\"r\" # by phone\r\n",
            "\"a \\\"new\\\" one\" # by phone\r\nforever = true\r\n",
            1,
        )
        .replacen("by      = \"A\"\r\nuntil   = 2026-12-31\r\n", "", 1);
    assert_eq!(folder.read("a.toml"), expected);
}

#[test]
fn waivers_in_a_form_that_cannot_be_edited_are_left_to_people() {
    let new = New { finding: "a/b".to_owned(), ..New::default() };
    let in_line = "waiver = [{ finding = \"a/b\", reason = \"r\", forever = true }]\n";
    assert!(edit(in_line, &[Change::Append(new.clone())]).is_err());
    assert!(edit(in_line, &[Change::Drop(in_line.find('{').unwrap())]).is_err());
    // The figures of the waiver stand after another table, which dropping would take along.
    let apart =
        "[[waiver]]\nfinding = \"a/b\"\n\n[claim]\nx = \"1\"\n\n[waiver.figures]\ny = \"2\"\n";
    assert!(edit(apart, &[Change::Drop(0)]).is_err());
    assert!(edit("[claim\n", &[Change::Append(new)]).is_err());
}

#[test]
fn a_table_of_figures_is_part_of_its_waiver() {
    let waiver = "[[waiver]]\nfinding = \"a/b\"\nreason = \"r\"\nforever = true\n";
    let figures = "\n[waiver.figures]\nx = \"1\" # as printed\n";
    let before = "[claim]\nx = \"1\"\n";
    let text = format!("{before}\n{waiver}{figures}\n[claim.y]\nvalue = \"2\"\n");
    let at = text.find("[[waiver]]").unwrap();
    let dropped = edit(&text, &[Change::Drop(at)]).unwrap();
    assert_eq!(dropped, format!("{before}\n[claim.y]\nvalue = \"2\"\n"));
    let new = New {
        finding: "a/b".to_owned(),
        reason: "s".to_owned(),
        figures: vec![("x".to_owned(), "1".to_owned())],
        ..New::default()
    };
    let replaced = edit(&text, &[Change::Replace(at, new)]).unwrap();
    assert!(
        replaced.contains("reason  = \"s\"\nforever = true\nfigures = { x = \"1\" }\n\n[claim.y]")
    );
}

/// Parts and wholes of a report, whose figures tie or are off, by a random number of points.
fn sums() -> impl Strategy<Value = Vec<(u32, u32, i32)>> {
    prop::collection::vec((1..60u32, 1..40u32, prop_oneof![Just(0), -9..10i32]), 1..5)
}

/// The report, with the claim that two assertions share. `off` says whether figures are off.
fn report(sums: &[(u32, u32, i32)], off: bool, newline: &str) -> String {
    let mut text = String::from("[claim]\n");
    for (at, (a, b, by)) in sums.iter().enumerate() {
        let whole = (a + b).saturating_add_signed(if off { *by } else { 0 });
        text.push_str(&format!(
            "a{at} = \"{a} people\"\nb{at} = \"{b} people\"\nw{at} = \"{whole} people\"\n"
        ));
    }
    for at in 0..sums.len() {
        let parts = format!("parts = [\"a{at}\", \"b{at}\"]\ntotal = \"w{at}\"");
        text.push_str(&format!("\n[[footing]]\n{parts}\ncomplete = true\nexclusive = true\n"));
        let expected = format!("that = \"a{at} + b{at} == w{at}\"");
        text.push_str(&format!("\n[[assert]]\nid = \"sum{at}\" # again\n{expected}\n"));
    }
    text.replace('\n', newline)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_baseline_holds_until_a_figure_changes(sums in sums(), which in 0..4usize, to in 61..99u32) {
        let folder = Folder::with(&[("a.toml", &report(&sums, true, "\n"))]);
        let ran = folder.waive(&["--all", "--reason", "baseline", "--forever"]);
        prop_assert_eq!(ran.code, 0);
        let ran = folder.check(&[]);
        prop_assert_eq!(ran.code, 0, "{}", ran.out);
        prop_assert_eq!(ran.err, "");
        let failing = folder.ids(|verdict, _| verdict == "inconsistent");
        prop_assert_eq!(&folder.ids(|_, waived| waived), &failing);
        // Another figure in its place, which may tie or not.
        let at = which % sums.len();
        let (old, new) = (format!("a{at} = \"{} people\"\n", sums[at].0), format!("a{at} = \"{to} people\"\n"));
        folder.write("a.toml", &folder.read("a.toml").replacen(&old, &new, 1));
        for (id, verdict, waived, figures) in folder.findings() {
            let uses = figures.contains(&format!("a{at}"));
            let covered = failing.contains(&id) && !uses;
            prop_assert_eq!(waived, covered, "{} uses {:?}", &id, &figures);
            prop_assert!(verdict != "inconsistent" || waived || uses);
        }
    }

    #[test]
    fn pruning_after_mending_leaves_no_trace(sums in sums(), crlf in any::<bool>()) {
        let newline = if crlf { "\r\n" } else { "\n" };
        let (bad, good) = (report(&sums, true, newline), report(&sums, false, newline));
        let folder = Folder::with(&[("a.toml", &bad)]);
        prop_assert_eq!(folder.waive(&["--all", "--reason", "baseline", "--forever"]).code, 0);
        let tail = folder.read("a.toml").split_off(bad.len());
        folder.write("a.toml", &format!("{good}{tail}"));
        prop_assert_eq!(folder.waive(&["--prune"]).code, 0);
        prop_assert_eq!(folder.read("a.toml"), good);
    }
}

/// Findings over rows.
#[cfg(feature = "dataframes")]
mod rows {
    use super::Folder;

    const CLAIMS: &str = r#"[data.towns]
path = "towns.csv"
key  = "town"

[[footing]]
id        = "towns"
each      = "towns"
parts     = ["women", "men"]
total     = "all"
complete  = true
exclusive = true
"#;

    fn table(rows: &[(&str, u32, u32, u32)]) -> String {
        let rows =
            rows.iter().map(|(town, women, men, all)| format!("{town},{women},{men},{all}\n"));
        format!("town,women,men,all\n{}", rows.collect::<String>())
    }

    fn folder(rows: &[(&str, u32, u32, u32)]) -> Folder {
        let folder = Folder::with(&[("a.toml", CLAIMS), ("towns.csv", &table(rows))]);
        let how = ["footing/towns", "--reason", "as published", "--forever"];
        assert_eq!(folder.waive(&how).code, 0);
        assert_eq!(folder.check(&[]).code, 0);
        folder
    }

    #[test]
    fn failing_rows_are_pinned_by_name_and_figures() {
        let rows = [("A", 1, 2, 3), ("B", 4, 5, 12), ("C", 7, 8, 15)];
        let folder = folder(&rows);
        assert!(folder.read("a.toml").contains("\"town B\" = "), "{}", folder.read("a.toml"));
        // More rows that hold, and rows in another order, change nothing.
        let more = [("C", 7, 8, 15), ("D", 1, 1, 2), ("B", 4, 5, 12), ("A", 1, 2, 3)];
        folder.write("towns.csv", &table(&more));
        let ran = folder.check(&[]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        // Another row that fails does, and it is named.
        folder.write("towns.csv", &table(&[rows[0], rows[1], ("C", 7, 8, 18)]));
        let ran = folder.check(&[]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("`town C`"), "{}", ran.err);
        // So does another figure in a row that failed before.
        folder.write("towns.csv", &table(&[rows[0], ("B", 4, 5, 13), rows[2]]));
        let ran = folder.check(&[]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("`town B` was"), "{}", ran.err);
    }

    #[test]
    fn many_failing_rows_are_pinned_by_number_and_fingerprint() {
        let names: Vec<String> = (0..40).map(|at| format!("T{at}")).collect();
        let rows: Vec<(&str, u32, u32, u32)> =
            names.iter().zip(1..).map(|(name, at)| (name.as_str(), at, 5, at + 7)).collect();
        let folder = folder(&rows);
        assert!(folder.read("a.toml").contains("\"inconsistent rows\" = \"40\""));
        for more in [&["--all"][..], &["--extract", "rows.csv"]] {
            assert_eq!(folder.check(more).code, 0, "{more:?} changes nothing");
        }
        let mut turned = rows.clone();
        turned.reverse();
        turned.push(("hold", 1, 1, 2));
        folder.write("towns.csv", &table(&turned));
        assert_eq!(folder.check(&[]).code, 0);
        // One failing row for another, with the same gap.
        let mut other = rows.clone();
        other[17] = ("T17", 900, 5, 907);
        folder.write("towns.csv", &table(&other));
        let ran = folder.check(&[]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("other rows fail, or with other figures"), "{}", ran.err);
    }

    #[test]
    fn what_the_data_give_is_pinned_as_well() {
        let claims = "[claim]\nwomen = \"9\"\n\n[data.towns]\npath = \"towns.csv\"\n\n\
                      [[tie-out]]\nclaim = \"women\"\ndata = \"towns\"\nsum = \"women\"\n";
        let rows = [("A", 1, 2, 3), ("B", 4, 5, 9)];
        let folder = Folder::with(&[("a.toml", claims), ("towns.csv", &table(&rows))]);
        let how = ["tie-out/women", "--reason", "late returns", "--forever"];
        assert_eq!(folder.waive(&how).code, 0);
        let ran = folder.check(&[]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        folder.write("towns.csv", &table(&[rows[0], ("B", 400, 5, 405)]));
        let ran = folder.check(&[]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("was \"5\" and is \"401\""), "{}", ran.err);
    }
}
