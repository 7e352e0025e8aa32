//! Editions beside each other: the bulletin of an invented island, of which every planted change is
//! listed in a file, and a data set that was corrected.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tieout::audit::Case;
use tieout::editions::{
    Chain, Class, Comparison, Flip, families, sides_at, sides_labelled, strands,
};
use tieout::project::{self, Reader};
use tieout::render::{self, Look};

const PLAIN: Look = Look { width: 100, color: false, verbose: false, quiet: false, all: false };

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn load(path: &str) -> Case {
    let case = project::load(&[root().join(path)], Path::new(".")).unwrap();
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    case
}

fn bulletin(case: &Case) -> Chain<'_> {
    let folder = root().join("claims/bulletin").to_string_lossy().into_owned();
    Chain::new(case, sides_at(case, &[folder]).unwrap())
}

/// Two editions from their texts, read in order.
fn two(old: &str, new: &str) -> Case {
    let open = |path: &str| Err(format!("there is no {path}"));
    let mut reader = Reader::new(&open);
    reader.file("old.toml", format!("[report]\nedition = \"old\"\n{old}"));
    reader.file("new.toml", format!("[report]\nedition = \"new\"\n{new}"));
    assert!(reader.case.mistakes.is_empty(), "{:?}", reader.case.mistakes);
    reader.case
}

fn compared(case: &Case) -> Chain<'_> {
    let labels = ["old", "new"].map(str::to_owned);
    Chain::new(case, sides_labelled(case, &labels).unwrap())
}

fn classes(chain: &Chain) -> Vec<(String, Class)> {
    let rows = chain.steps[0].rows.iter();
    rows.map(|row| (row.name().to_owned(), row.class)).collect()
}

/// What is planted: old edition, new edition, what it is, its name, what it must be found to be.
fn planted(of: &[&str]) -> BTreeSet<[String; 5]> {
    let text = fs::read_to_string(root().join("claims/bulletin/planted.csv")).unwrap();
    let lines = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        <[String; 5]>::try_from(cells).unwrap_or_else(|_| panic!("five cells: {line}"))
    });
    lines.filter(|[_, _, what, ..]| of.contains(&what.as_str())).collect()
}

#[test]
fn what_is_planted_in_the_bulletin_is_found_and_nothing_else() {
    let case = load("claims/bulletin");
    let chain = bulletin(&case);
    let mut found = BTreeSet::new();
    for step in &chain.steps {
        let line = |what: &str, name: &str, class: &str| {
            [&step.old.label, &step.new.label, what, name, class].map(str::to_owned)
        };
        let usual = [Class::Unchanged, Class::Rolled];
        for row in step.rows.iter().filter(|row| !usual.contains(&row.class)) {
            found.insert(line("figure", row.name(), row.class.word()));
        }
        for one in &step.conclusions {
            found.insert(line("conclusion", &one.finding.id, one.flip.word()));
        }
    }
    assert_eq!(found, planted(&["figure", "conclusion"]));
    let classes: BTreeSet<Class> =
        chain.steps.iter().flat_map(|step| &step.rows).map(|row| row.class).collect();
    assert_eq!(classes, Class::ALL.into_iter().collect(), "each class at least once");
}

#[cfg(feature = "dataframes")]
#[test]
fn the_assertions_of_the_bulletin_find_what_is_planted_and_nothing_else() {
    use tieout::audit::Audit;
    use tieout::finding::Verdict;

    let mut case = load("claims/bulletin");
    case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    let audit = Audit::run(&case);
    let mut found = BTreeSet::new();
    for finding in audit.findings.iter().filter(|f| f.verdict != Verdict::Consistent) {
        let label = |at: usize| case.ledger.editions[at].label.clone();
        let id = finding.id.split('~').next().unwrap().to_owned();
        let verdict = finding.verdict.word();
        // Figures of another kind are left open, and planted as such.
        assert_eq!(verdict, "inconsistent", "{id}");
        let (old, new) = (label(finding.edition - 1), label(finding.edition));
        let line =
            |what: &str, name: &str| [old.as_str(), &new, what, name, verdict].map(str::to_owned);
        found.insert(line("assertion", &id));
        let rows = finding.rows.as_ref().filter(|tally| tally.noun == "cell");
        for row in rows.iter().flat_map(|tally| &tally.worst) {
            found.insert(line("cell", &row.label.replace(", ", "; ")));
        }
    }
    assert_eq!(found, planted(&["assertion", "cell"]));
}

/// Strands have every row once and every print at least once, and each row goes on from the print
/// before it.
#[test]
fn strands_hold_every_row_once() {
    let case = load("claims/bulletin");
    let chain = bulletin(&case);
    let steps: Vec<&Comparison> = chain.steps.iter().collect();
    let all = strands(&case, &steps);
    for (at, step) in steps.iter().enumerate() {
        for class in Class::ALL {
            let rows = all.iter().filter_map(|strand| strand.rows[at + 1]);
            assert_eq!(rows.filter(|row| row.class == class).count(), step.count(class));
        }
    }
    let key = |print: tieout::editions::Print| (print.edition, print.name.to_owned());
    for strand in &all {
        for (at, row) in strand.rows.iter().enumerate() {
            let Some(row) = row else { continue };
            assert_eq!(row.new.map(key), strand.prints[at].map(key));
            assert_eq!(row.old.map(key), strand.prints[at - 1].map(key));
        }
    }
    let shown: BTreeSet<_> =
        all.iter().flat_map(|one| &one.prints).flatten().map(|p| key(*p)).collect();
    let claims: usize = case.ledger.editions.iter().map(|edition| edition.claims.len()).sum();
    assert_eq!(shown.len(), claims);
    // The rate goes on under its name; what is printed of it again is a strand of its own.
    let of = |name: &str| all.iter().find(|strand| strand.name() == name).unwrap();
    let texts =
        |name: &str| of(name).prints.iter().map(|p| p.map_or("", |p| p.text())).collect::<Vec<_>>();
    assert_eq!(texts("rate"), ["6.8%", "6.7%", "7.4%"]);
    let before: Vec<_> = all.iter().filter(|strand| strand.name() == "rate_before").collect();
    let before = before.iter().find(|strand| strand.rows[2].is_some()).unwrap();
    assert!(before.follows_a_period() && before.series == "rate" && before.needs_a_look());
    let places: Vec<usize> = (0..all.len()).filter(|at| all[*at].series == "rate").collect();
    assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "one series stands together");
}

#[test]
fn editions_of_one_report_are_a_family() {
    let case = load("claims");
    assert!(families(&case).is_empty(), "reports of different things");
    let case = project::load(
        &[root().join("claims/esoph"), root().join("claims/bulletin")],
        Path::new("."),
    );
    let case = case.unwrap();
    let labels = |family: &[tieout::editions::Side]| {
        family.iter().map(|side| side.label.clone()).collect::<Vec<_>>()
    };
    let found: BTreeSet<Vec<String>> = families(&case).iter().map(|one| labels(one)).collect();
    let expected = [&["2031-Q1", "2031-Q2", "2031-Q3"][..], &["R 4.0.3", "R 4.0.4"]];
    let expected = expected.map(|all| all.iter().map(|one| (*one).to_owned()).collect());
    assert_eq!(found, BTreeSet::from(expected));
    // One name in common is no kinship, where the titles differ.
    let case = two("title = \"Fish\"\n[claim]\na = \"1\"", "title = \"Wool\"\n[claim]\na = \"2\"");
    assert!(families(&case).is_empty());
}

#[test]
fn summaries_foot() {
    let case = load("claims/bulletin");
    for step in bulletin(&case).comparisons() {
        let counted: usize = Class::ALL.iter().map(|class| step.count(*class)).sum();
        let lone = step.rows.iter().filter(|row| row.new.is_none()).count();
        assert_eq!(counted, step.rows.len());
        assert_eq!(step.rows.len(), step.figures.1 + lone);
        let olds: BTreeSet<&str> =
            step.rows.iter().filter_map(|row| row.old.map(|print| print.name)).collect();
        assert_eq!(olds.len() + step.rolled_off, step.figures.0, "{}", step.new.label);
    }
}

#[test]
fn the_triangle_has_mean_and_mean_absolute_revision() {
    let case = load("claims/bulletin");
    let chain = bulletin(&case);
    let rate = chain.triangles.iter().find(|triangle| triangle.series == "rate").unwrap();
    let texts = |cells: &[Option<String>]| -> Vec<String> {
        cells.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
    };
    assert_eq!(texts(&rate.periods[1].1), ["6.8%", "6.8%", ""]);
    assert_eq!(texts(&rate.periods[2].1), ["", "6.7%", "7.0%"]);
    let [revisions] = rate.revisions.as_slice() else { panic!("{:?}", rate.revisions) };
    // Revisions of 0.0 and +0.3 points.
    assert_eq!((revisions.periods, revisions.shown.0.as_str()), (2, "0.15 points"));
    // Wages in two currencies have no difference.
    let wage = chain.triangles.iter().find(|triangle| triangle.series == "wage").unwrap();
    assert!(wage.revisions.is_empty());
}

#[test]
fn the_controls_of_esoph_had_the_cases_counted_in() {
    let case = load("claims/esoph");
    let paths = ["before", "after"].map(|name| {
        root().join(format!("claims/esoph/{name}.toml")).to_string_lossy().into_owned()
    });
    let chain = Chain::new(&case, sides_at(&case, &paths).unwrap());
    let step = &chain.steps[0];
    assert_eq!((step.count(Class::Revised), step.count(Class::Unchanged)), (7, 7));
    let total = step.rows.iter().find(|row| row.name() == "controls").unwrap();
    assert_eq!(total.remarks, ["less by 200 controls, which is `cases`"]);
    for row in step.rows.iter().filter(|row| row.class == Class::Revised) {
        let cases = row.name().replace("controls", "cases");
        assert!(row.remarks[0].ends_with(&format!("which is `{cases}`")), "{:?}", row.remarks);
    }
    assert!(step.conclusions.is_empty(), "the columns still add up");
    assert!(chain.needs_a_look());
}

#[test]
fn every_format_tells_of_every_figure() {
    let case = load("claims/bulletin");
    let chain = bulletin(&case);
    let table = render::compare(&chain, PLAIN);
    let markdown = render::compare_markdown(&chain, PLAIN);
    let json: serde_json::Value = serde_json::from_str(&render::compare_json(&chain)).unwrap();
    let csv = render::compare_csv(&chain);
    let rows: usize = chain.comparisons().map(|one| one.rows.len()).sum();
    assert_eq!(csv.lines().count(), rows + 1);
    let listed = json["comparisons"].as_array().unwrap().iter();
    assert_eq!(listed.map(|one| one["rows"].as_array().unwrap().len()).sum::<usize>(), rows);
    for row in chain.steps.iter().flat_map(|step| &step.rows) {
        if row.class != Class::Unchanged {
            assert!(table.contains(row.name()) && markdown.contains(row.name()), "{}", row.name());
        }
        assert!(csv.contains(row.name()));
    }
    let quiet = render::compare(&chain, Look { quiet: true, ..PLAIN });
    assert!(quiet.contains("hours") && !quiet.contains("exports_2030") && !quiet.contains("total"));
}

#[test]
fn an_edition_beside_itself_is_unchanged() {
    let text = "[claim]\na = \"41%\"\nb = \"about 30,000\"\n";
    let case = two(text, text);
    let chain = compared(&case);
    assert!(classes(&chain).iter().all(|(_, class)| *class == Class::Unchanged));
    assert!(!chain.needs_a_look());
}

#[test]
fn a_declaration_must_name_the_edition_it_restates() {
    let old = "[claim]\na = \"41%\"\n";
    let new = |edition: &str| {
        format!(
            "[claim.a]\nvalue = \"45%\"\nrestates = {{ edition = \"{edition}\", reason = \"late returns\" }}\n"
        )
    };
    let (named, other) = (two(old, &new("old")), two(old, &new("older")));
    assert_eq!(classes(&compared(&named)), [("a".to_owned(), Class::Restated)]);
    assert_eq!(classes(&compared(&other)), [("a".to_owned(), Class::Revised)]);
}

#[test]
fn a_restatement_between_two_editions_needs_no_second_word() {
    let open = |path: &str| Err(format!("there is no {path}"));
    let mut reader = Reader::new(&open);
    for (label, claim) in [
        ("1", "value = \"41%\""),
        ("2", "value = \"45%\"\nrestates = { reason = \"late returns\" }"),
        ("3", "value = \"45%\""),
    ] {
        let text = format!("[report]\nedition = \"{label}\"\n[claim.a]\n{claim}\n");
        reader.file(&format!("{label}.toml"), text);
    }
    let case = reader.case;
    let labels = ["1", "2", "3"].map(str::to_owned);
    let chain = Chain::new(&case, sides_labelled(&case, &labels).unwrap());
    let class = |rows: &[tieout::editions::Row]| rows[0].class;
    assert_eq!(class(&chain.steps[0].rows), Class::Restated);
    assert_eq!(class(&chain.steps[1].rows), Class::Unchanged);
    assert_eq!(class(&chain.whole.as_ref().unwrap().rows), Class::Restated);
}

/// A short figure may well be the same in the next period; a long one hardly, unless the report
/// says so.
#[test]
fn left_in_is_only_what_hardly_comes_by_chance() {
    let old = "period = 2030\n[claim]\nrate = \"7.2%\"\njobs = \"12,340 persons\"\nbound = \"more than 5,000 persons\"\n";
    let new = "period = 2031\n[claim]\nrate = \"7.2%\"\njobs = \"12,340 persons\"\nbound = \"more than 5,000 persons\"\n";
    let case = two(old, new);
    let expected = [("rate", Class::Rolled), ("jobs", Class::LeftIn), ("bound", Class::Rolled)];
    assert_eq!(classes(&compared(&case)), expected.map(|(name, class)| (name.to_owned(), class)));
    let said = format!(
        "{new}before = {{ value = \"12,340 persons\", series = \"jobs\", period = 2030 }}\n\
         [[same]]\nclaims = [\"before\", \"jobs\"]\n"
    );
    let case = two(old, &said);
    let chain = compared(&case);
    let jobs = chain.steps[0].rows.iter().find(|row| row.name() == "jobs").unwrap();
    assert_eq!(jobs.class, Class::Rolled);
    assert!(jobs.remarks.iter().any(|remark| remark.contains("same/before says so")));
}

#[test]
fn figures_without_a_period_are_for_one_and_that_is_said() {
    let case = two("[claim]\na = \"41%\"\n", "[claim]\na = \"45%\"\n");
    assert!(render::compare(&compared(&case), PLAIN).contains("No figure says its period"));
    let old = "period = 2030\n[claim]\na = \"41%\"\n";
    let case = two(old, "period = 2031\n[claim]\na = \"45%\"\n");
    assert!(!render::compare(&compared(&case), PLAIN).contains("No figure says its period"));
}

#[test]
fn one_series_under_several_names_goes_by_name_first() {
    let old = "[claim]\nb = { value = \"41%\", series = \"s\" }\nc = { value = \"52%\", series = \"s\" }\n";
    let new = "[claim]\na = { value = \"41%\", series = \"s\" }\nb = { value = \"41%\", series = \"s\" }\n";
    let case = two(old, new);
    let expected = [("a", Class::Unchanged), ("b", Class::Unchanged)];
    assert_eq!(classes(&compared(&case)), expected.map(|(name, class)| (name.to_owned(), class)));
}

#[test]
fn two_candidates_for_one_name_are_not_renamed() {
    let old = "[claim]\na = \"41%\"\nb = \"41%\"\n";
    let case = two(old, "[claim]\nc = \"41%\"\n");
    let found = classes(&compared(&case));
    let expected = [("c", Class::New), ("a", Class::Dropped), ("b", Class::Dropped)];
    assert_eq!(found, expected.map(|(name, class)| (name.to_owned(), class)));
}

#[test]
fn a_conclusion_settled_in_the_new_edition_is_not_one_to_look_at() {
    let old = "[claim]\nnorth = \"6.1%\"\nsouth = \"7.6%\"\n[[order]]\nid = \"x\"\nclaims = [\"north\", \"south\"]\n";
    let new = "[claim]\nnorth = \"7.1%\"\nsouth = \"6.7%\"\n";
    let case = two(old, new);
    let chain = compared(&case);
    let [one] = chain.steps[0].conclusions.as_slice() else { panic!("one conclusion") };
    assert_eq!((one.flip, one.needs_a_look), (Flip::Ranking, true));
    let settled = format!("{new}[[order]]\nid = \"x\"\nclaims = [\"south\", \"north\"]\n");
    let case = two(old, &settled);
    let chain = compared(&case);
    let open = chain.steps[0].conclusions.iter().filter(|one| one.needs_a_look).count();
    assert_eq!(open, 0);
}

#[test]
fn figures_that_are_revised_do_not_break_sums_across_editions() {
    let old = "period = 2030\n[claim]\na = \"41%\"\nb = \"59%\"\n[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"100%\"\ncomplete = true\nexclusive = true\n";
    // Only one of the two parts is printed again.
    let new =
        "period = 2031\n[claim]\na_before = { value = \"43%\", series = \"a\", period = 2030 }\n";
    let case = two(old, new);
    let chain = compared(&case);
    assert_eq!(chain.steps[0].count(Class::Revised), 1);
    assert!(chain.steps[0].conclusions.is_empty());
}

#[test]
fn swapped_needs_both_figures() {
    let old = "[claim]\nmen = \"17,104 persons\"\nwomen = \"16,022 persons\"\n";
    let case = two(old, "[claim]\nmen = \"16,022 persons\"\nwomen = \"17,104 persons\"\n");
    assert!(classes(&compared(&case)).iter().all(|(_, class)| *class == Class::Swapped));
    let case = two(old, "[claim]\nmen = \"16,022 persons\"\nwomen = \"16,022 persons\"\n");
    let expected = [("men", Class::Revised), ("women", Class::Unchanged)];
    assert_eq!(classes(&compared(&case)), expected.map(|(name, class)| (name.to_owned(), class)));
}

#[test]
fn labels_and_paths_that_lead_nowhere_are_told() {
    let case = two("[claim]\na = \"1\"\n", "[claim]\na = \"1\"\n");
    let told = |labels: &[&str]| {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        sides_labelled(&case, &labels).unwrap_err()
    };
    assert!(told(&["olt", "new"]).contains("did you mean \"old\"?"));
    assert!(told(&["old"]).contains("nothing to compare"));
    assert!(sides_at(&case, &["elsewhere.toml".to_owned(), "old.toml".to_owned()]).is_err());
}

/// A project in a folder of its own, gone when this is dropped.
struct Project(PathBuf);

impl Project {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let own = std::process::id();
        let folder = std::env::temp_dir().join(format!("tieout-editions-{name}-{own}"));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn run(&self, line: &[&str]) -> (Option<i32>, String, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tieout"));
        command.args(line).args(["--as-of", "2026-06-01"]).current_dir(&self.0);
        let output = command.env_remove("TIEOUT_OUTPUT_FORMAT").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn edition(label: &str, rest: &str) -> String {
    format!("[report]\ntitle = \"Bulletin\"\nedition = \"{label}\"\n{rest}")
}

#[test]
fn labels_are_those_of_all_folders_of_the_project() {
    let (old, new) = ("[claim]\nrate = \"6.8%\"\n", "[claim]\nrate = \"6.7%\"\n");
    let files = [
        ("claims/bulletin/one.toml", edition("2031-Q1", old)),
        ("claims/bulletin/more/two.toml", edition("2031-Q2", new)),
        ("claims/other.toml", edition("2030", "[claim]\nrate = \"7.5%\"\n")),
    ];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let project = Project::new("labels", &files);
    for labels in [["2031-Q1", "2031-Q2"], ["2031-q1", "2031-q2"]] {
        let (code, out, err) = project.run(&[&["compare"], &labels[..]].concat());
        assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
        assert!(out.contains("revised") && out.contains("2031-Q1"), "{out}");
    }
    assert_eq!(project.run(&["compare", "2030", "2031-Q1"]).0, Some(1));
    let (code, _, err) = project.run(&["compare", "claims/other.toml", "2031-Q1"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("claims/other.toml is a file and \"2031-Q1\" is none"), "{err}");
    let (code, _, err) = project.run(&["compare", "2031-Q1", "2031-Q3"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("\"2031-Q3\" is neither a file nor the label of an edition"), "{err}");
    // The settings of a project say where its claims are.
    fs::rename(project.0.join("claims"), project.0.join("figures")).unwrap();
    fs::write(project.0.join("tieout.toml"), "claims = \"figures\"\n").unwrap();
    assert_eq!(project.run(&["compare", "2031-Q1", "2031-Q2"]).0, Some(1));
}

#[test]
fn a_label_of_several_reports_is_an_error_that_lists_the_files() {
    let claims = "[claim]\nrate = \"6.8%\"\n";
    let other = edition("2031", claims).replace("Bulletin", "Prices");
    let parts = edition("2031", "[claim]\nwage = \"100 euros\"\n");
    let (old, new) = (edition("2030", claims), edition("2031", claims));
    let base = [("claims/a.toml", old.as_str()), ("claims/b.toml", &new)];
    for (name, text) in [("copy", &new), ("title", &other)] {
        let project = Project::new(name, &[&base[..], &[("claims/x/c.toml", text)]].concat());
        let (code, _, err) = project.run(&["compare", "2030", "2031"]);
        assert_eq!(code, Some(2), "{name}");
        let listed = "claims/b.toml` and `claims/x/c.toml";
        assert!(err.contains(listed) && err.contains("several editions"), "{name}: {err}");
        assert!(err.contains("name the file that is meant"), "{err}");
        let files = ["compare", "claims/a.toml", "claims/b.toml"];
        assert_eq!(project.run(&files).0, Some(0), "the file says which is meant");
    }
    // Parts of one report have one title and other claims.
    let project = Project::new("parts", &[&base[..], &[("claims/x/c.toml", &parts)]].concat());
    let (code, out, err) = project.run(&["compare", "2030", "2031"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("wage"), "{out}");
    // Labels that differ in capitals only are two editions, if nothing tells them apart.
    let (small, large) = (edition("q1", claims), edition("Q1", claims));
    let files = [("claims/a.toml", small.as_str()), ("claims/b.toml", &large)];
    let project = Project::new("capitals", &files);
    assert_eq!(project.run(&["compare", "q1", "Q1"]).0, Some(0));
    let project = Project::new("between", &[&files[..], &[("claims/c.toml", &old)]].concat());
    assert_eq!(project.run(&["compare", "2030", "Q1"]).0, Some(0));
}

#[test]
fn a_file_alone_says_which_file_has_the_edition_it_names() {
    let old = edition("2030", "[claim]\nrate = \"6.8%\"\n");
    let since = "[claim]\nrate = \"6.7%\"\n\n[[revision]]\nsince = \"2030\"\n";
    let at = "[claim]\nrate = \"6.7%\"\n\n[[order]]\nclaims = [\"rate\", \"rate@2030\"]\n";
    for (name, rest) in [("since", since), ("at", at)] {
        let files =
            [("claims/old.toml", old.as_str()), ("claims/new.toml", &edition("2031", rest))];
        let project = Project::new(&format!("alone-{name}"), &files);
        let (code, _, err) = project.run(&["check", "claims/new.toml"]);
        assert_eq!(code, Some(2), "{name}");
        assert!(err.contains("no edition is labelled \"2030\""), "{err}");
        let help = "claims/old.toml has it: name that file, too, or the folder of both";
        assert!(err.contains(help), "{err}");
        let (code, _, err) = project.run(&["check", "claims/new.toml", "claims/old.toml"]);
        assert_ne!(code, Some(2), "{err}");
        // From the folder itself, files have no folder before them.
        let inside = Project(project.0.join("claims"));
        let (_, _, err) = inside.run(&["check", "new.toml"]);
        assert!(err.contains("= help: old.toml has it"), "{err}");
    }
}

#[test]
fn a_print_that_would_tie_is_called_by_its_claim_and_edition() {
    let old = "[claim]\nrate = \"6.8%\"\nwages = \"1,030 euros\"\n";
    let new = "[claim]\nrate = \"6.8%\"\npay = { value = \"1,300 euros\", series = \"wages\" }\n\n\
               [[revision]]\nid = \"kept\"\nsince = \"old\"\n";
    let case = two(old, new);
    let audit = tieout::audit::Audit::run(&case);
    let full = (render::Format::named("full").unwrap().render)(&audit, PLAIN).unwrap();
    assert!(full.contains("would tie: pay as 1,030 euros"), "{full}");
    assert!(full.contains("would tie: wages@old as 1,300 euros"), "{full}");
    assert!(!full.contains("figure now") && !full.contains("earlier print"), "{full}");
}

#[test]
fn assertions_about_data_are_left_out_of_conclusions_and_counted() {
    let case = load("claims/bulletin");
    let chain = bulletin(&case);
    for step in chain.comparisons() {
        let named = |label: &str| {
            let own = |one: &&tieout::audit::Assertion| {
                let kinds = ["tie-out", "tie-table"];
                case.ledger.editions[one.edition].label == label
                    && (one.lift.is_some() || kinds.contains(&one.kind.name))
            };
            case.assertions.iter().filter(own).count()
        };
        assert_eq!(step.over_data, (named(&step.old.label), named(&step.new.label)));
        assert_eq!(step.left_out().is_none(), step.over_data == (0, 0));
    }
    let data = "[claim]\na = \"41 people\"\n[data.d]\npath = \"d.csv\"\n[[tie-out]]\n\
                claim = \"a\"\ndata = \"d\"\nsum = \"x\"\n";
    let case = two("[claim]\na = \"45 people\"\n", data);
    let said = compared(&case).steps[0].left_out().unwrap();
    assert!(said.starts_with("1 assertion about data is not judged"), "{said}");
    assert!(said.contains("0 of old, 1 of new"), "{said}");
}
