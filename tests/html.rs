//! The HTML page: that its tables foot, that every assertion is in it once, that links lead
//! somewhere, that no text of the user becomes markup, and that it stays of a bearable size.
//!
//! The pages that are looked at in a browser (`tests/html/browser.mjs`) are written here, to
//! `tmp/html` in the target folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tieout::audit::{Audit, Case};
use tieout::editions::{Chain, Class, sides_labelled};
use tieout::finding::{Verdict, Waived};
use tieout::project::load_text;
use tieout::render;

/// An element's name and attributes, or an end.
#[derive(Debug)]
enum Tag {
    Start(String, BTreeMap<String, String>),
    End,
}

/// Reads a page as strictly as it is written: every tag closed in order, every attribute quoted,
/// every character that could be markup escaped.
struct Markup {
    tags: Vec<Tag>,
    text: String,
}

const VOID: [&str; 4] = ["meta", "br", "input", "rect"];
const DRAWN: [&str; 4] = ["line", "path", "circle", "rect"];

impl Markup {
    fn read(page: &str) -> Self {
        let (mut tags, mut text, mut open) = (Vec::new(), String::new(), Vec::<String>::new());
        let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a doctype comes first");
        while let Some((before, after)) = rest.split_once('<') {
            assert!(!before.contains('>'), "a bare > in {before:?}");
            text.push_str(&plain(before));
            let (inner, after) = tag(after);
            rest = after;
            if let Some(name) = inner.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "closed out of order");
                tags.push(Tag::End);
                continue;
            }
            let empty = inner.ends_with(" /");
            let (name, attributes) = attributes(inner.trim_end_matches(" /"));
            if ["style", "script"].contains(&name.as_str()) {
                let (_, after) = rest.split_once(&format!("</{name}>")).expect("an end");
                rest = after;
            } else if empty {
                assert!(DRAWN.contains(&name.as_str()), "<{name} />");
            } else if !VOID.contains(&name.as_str()) {
                open.push(name.clone());
            }
            tags.push(Tag::Start(name, attributes));
        }
        assert!(open.is_empty(), "left open: {open:?}");
        Self { tags, text }
    }

    fn starts(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
        self.tags.iter().filter_map(|tag| match tag {
            Tag::Start(name, attributes) => Some((name.as_str(), attributes)),
            Tag::End => None,
        })
    }

    fn all(&self, attribute: &str) -> Vec<&str> {
        self.starts().filter_map(|(_, all)| all.get(attribute)).map(String::as_str).collect()
    }

    /// The attributes of what has a class.
    fn classed(&self, class: &str) -> Vec<&BTreeMap<String, String>> {
        let has = |attributes: &BTreeMap<String, String>| {
            attributes.get("class").is_some_and(|all| all.split(' ').any(|one| one == class))
        };
        self.starts().map(|(_, attributes)| attributes).filter(|a| has(a)).collect()
    }
}

/// What stands between the brackets, and what comes after; a quoted > is part of it.
fn tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    panic!("a tag that does not end: {}", &text[..text.len().min(80)]);
}

fn attributes(inner: &str) -> (String, BTreeMap<String, String>) {
    let (name, mut rest) = inner.split_once(' ').unwrap_or((inner, ""));
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "<{inner}>");
    let mut found = BTreeMap::new();
    while !rest.trim().is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        let value = if let Some(value) = rest[end..].strip_prefix("=\"") {
            let (value, after) = value.split_once('"').expect("a quote that ends");
            assert!(!value.contains(['<', '>']), "{key} of <{name}>: {value}");
            rest = after;
            plain(value)
        } else {
            rest = &rest[end..];
            String::new()
        };
        rest = rest.trim_start();
        assert!(found.insert(key.clone(), value).is_none(), "{key} twice in <{inner}>");
    }
    (name.to_owned(), found)
}

fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#x27;", "'").replace("&#x2f;", "/").replace("&amp;", "&")
}

fn page(audit: &Audit) -> String {
    let page = render::html(audit).unwrap();
    assert_eq!(page, render::html(audit).unwrap(), "the same audit, the same bytes");
    page
}

/// All that holds of every page.
fn check(page: &str, audit: &Audit) -> Markup {
    let markup = well_made(page);
    // Every assertion once, under its verdict.
    let apart: BTreeSet<&str> = markup.all("id").into_iter().collect();
    let shown = markup.classed("f");
    assert_eq!(shown.len(), audit.findings.len());
    for verdict in Verdict::ALL {
        let key = match verdict {
            Verdict::Inapplicable => "inapplicable",
            Verdict::NotJudged => "unjudged",
            verdict => verdict.word(),
        };
        let own = shown.iter().filter(|f| f["data-v"] == key).count();
        assert_eq!(own, audit.count(verdict), "{verdict}");
    }
    for finding in &audit.findings {
        if finding.id.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.~".contains(c)) {
            assert!(apart.contains(finding.id.as_str()), "{} is not in the page", finding.id);
        }
    }
    let claims: usize = audit.case.ledger.editions.iter().map(|e| e.claims.len()).sum();
    assert_eq!(markup.classed("r").len(), claims, "every figure is in the table");
    foots(page, audit.findings.len());
    markup
}

/// What holds of every page, whatever it shows: links lead somewhere, nothing comes from elsewhere.
fn well_made(page: &str) -> Markup {
    let markup = Markup::read(page);
    let ids = markup.all("id");
    let apart: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), apart.len(), "an id comes twice");
    for id in &ids {
        assert!(!id.is_empty() && !id.contains(char::is_whitespace), "{id:?}");
    }
    for (link, place) in markup.all("href").iter().filter_map(|link| link.split_once('#')) {
        assert!(link.is_empty(), "a link leaves the page: {link}");
        assert!(apart.contains(place), "a link leads nowhere: {place}");
    }
    for names in markup.all("aria-labelledby") {
        assert!(apart.contains(names), "named by nothing: {names}");
    }
    headings(&markup);
    // Nothing from elsewhere, and nothing that acts by itself.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
    assert!(markup.all("content").contains(&policy));
    for (name, attributes) in markup.starts() {
        assert!(!["img", "iframe", "object", "link", "base", "embed"].contains(&name), "<{name}>");
        for key in attributes.keys() {
            assert!(!key.starts_with("on") && !["src", "style"].contains(&key.as_str()), "{key}");
        }
    }
    assert_eq!(markup.starts().filter(|(name, _)| *name == "script").count(), 1);
    markup
}

/// Headings go down one step at a time, from one of the first order.
fn headings(markup: &Markup) {
    let levels: Vec<usize> = markup
        .starts()
        .filter_map(|(name, _)| name.strip_prefix('h').and_then(|level| level.parse().ok()))
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

/// The summaries add up, along and down, and hold every assertion.
fn foots(page: &str, assertions: usize) {
    let mut all = 0;
    for table in page.split("<table class=\"summary\">").skip(1) {
        let table = table.split("</table>").next().unwrap();
        let columns = table.matches("<th scope=\"col\"").count() - 3;
        let rows = table.split("<th scope=\"row\">").skip(1).map(|row| {
            let cells = row.split("<td>").skip(1).map(|cell| cell.split('<').next().unwrap());
            cells.map(|n| n.parse().unwrap_or(0)).collect::<Vec<usize>>()
        });
        let rows: Vec<Vec<usize>> = rows.collect();
        let (total, checks) = rows.split_last().unwrap();
        assert!(!checks.is_empty());
        for row in &rows {
            assert_eq!(row.len(), columns + 1);
            assert_eq!(row[0], row[1..].iter().sum::<usize>(), "a row does not add up");
        }
        for (at, sum) in total.iter().enumerate() {
            assert_eq!(*sum, checks.iter().map(|row| row[at]).sum::<usize>(), "a column");
        }
        all += total[0];
    }
    assert_eq!(all, assertions);
}

/// Writes a page for the browser.
fn keep(name: &str, page: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("html");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), page).unwrap();
}

#[cfg(feature = "dataframes")]
#[test]
fn the_shipped_reports() {
    use std::sync::Arc;
    use tieout::figure::{Figure, Style, Terms, Unit};
    use tieout::ledger::Stated;

    let mut case = tieout::project::load(&[], Path::new(".")).unwrap();
    let day = Figure::read("2026-01-01", Style::Inferred, Some(&Unit::date())).unwrap();
    case.ledger.today = Some(Stated::new(Arc::new(day), Terms::default()));
    case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    let audit = Audit::run(&case);
    let page = page(&audit);
    let markup = check(&page, &audit);
    for words in ["sold once", "cannot be reconciled", "or up to", "82 rows of"] {
        assert!(markup.text.contains(words), "the page does not say {words:?}");
    }
    golden("report.html", &page);
}

/// Compares a page with the committed one, which `UPDATE_PAGES=1` rewrites.
fn golden(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html").join(name);
    if std::env::var_os("UPDATE_PAGES").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&path, page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let line = kept.lines().zip(page.lines()).find(|(old, new)| old != new);
    assert!(kept == page, "tests/html/{name} is stale: run `UPDATE_PAGES=1 cargo test`; {line:?}");
}

const HOSTILE: &str = "</script></style>\\\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}{% raw %}";

fn hostile() -> Case {
    let text = r#"
        [report]
        title = "T EVIL"
        edition = "E EVIL"

        [claim.part]
        value = "40%"
        of = "of EVIL"
        says = "says EVIL"
        where = "where EVIL"
        note = 1

        [claim.other]
        value = "50%"
        of = "of EVIL"

        [claim.whole]
        value = "95%"
        of = "of EVIL"

        [source.work]
        title = "title EVIL"
        author = ["author EVIL"]
        notes = [1]

        [question.open]
        asks = "asks EVIL"
        answers = ["yes EVIL", "no EVIL"]

        [[footing]]
        id = "x"
        label = "label EVIL"
        parts = ["part", "other"]
        total = "whole"
        complete = true
        exclusive = true

        [[footing]]
        label = "waived EVIL"
        parts = ["part", "other"]
        total = "whole"
        complete = true
        exclusive = true

        [[same]]
        label = "open EVIL"
        claims = ["part", "other"]
        when = { open = "yes EVIL" }

        [[order]]
        label = "fine EVIL"
        claims = ["part", "other"]

        [[order]]
        label = "mistaken EVIL"
        claims = ["part", "nobody EVIL"]
    "#;
    load_text("claims EVIL.toml", text.replace("EVIL", HOSTILE))
}

#[test]
fn no_text_of_the_user_becomes_markup() {
    let case = hostile();
    let mut audit = Audit::whole(&case);
    audit.findings[1].waived = Some(Waived {
        reason: HOSTILE.to_owned(),
        by: Some(HOSTILE.to_owned()),
        until: Some("2030-01-01".to_owned()),
        place: audit.findings[1].place,
    });
    let verdicts: Vec<Verdict> = audit.findings.iter().map(|finding| finding.verdict).collect();
    use Verdict::{Consistent, Inconsistent, NotJudged, Undetermined};
    let joint = Inconsistent;
    assert_eq!(verdicts, [Inconsistent, Inconsistent, Undetermined, Consistent, NotJudged, joint]);
    let page = page(&audit);
    let markup = check(&page, &audit);
    let plain = HOSTILE.replace("\\\"", "\"");
    for place in [
        "T ", "E ", "of ", "says ", "where ", "title ", "author ", "asks ", "yes ", "no ", "label ",
    ] {
        let words = format!("{place}{plain}");
        assert!(markup.text.contains(&words), "{words} is not in the page as it is written");
    }
    assert!(markup.text.contains(&format!("waived until 2030-01-01 by {HOSTILE}: “{HOSTILE}”")));
    assert!(markup.text.contains("nobody"), "the mistake is told");
    keep("hostile.html", &page);
}

#[cfg(feature = "dataframes")]
#[test]
fn no_cell_of_a_dataset_becomes_markup() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("html-rows");
    fs::create_dir_all(&folder).unwrap();
    let evil = "</script><img src=x onerror=alert(1)>";
    fs::write(folder.join("t.csv"), format!("area,a,b,total\n{evil},4,5,8\nS,{evil},1,2\n"))
        .unwrap();
    let claims = "[data.t]\npath = \"t.csv\"\nkey = \"area\"\nunit = \"persons\"\n\n[[footing]]\n\
                  each = \"t\"\nparts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\n\
                  exclusive = true\n";
    let mut case = load_text(&folder.join("claims.toml").to_string_lossy(), claims.to_owned());
    case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    let audit = Audit::run(&case);
    let tally = audit.findings[0].rows.as_ref().expect("judged over rows");
    assert_eq!(tally.worst.len(), 2);
    let page = page(&audit);
    let markup = check(&page, &audit);
    assert!(markup.text.contains(&format!("The row that is worst off is area {evil} (row 1)")));
    keep("rows.html", &page);
}

#[test]
fn pages_of_little() {
    let nothing = load_text("none.toml", "[claim]\na = \"1\"\n".to_owned());
    let audit = Audit::run(&nothing);
    let markup = check(&page(&audit), &audit);
    assert!(markup.text.contains("Nothing is asserted."));
    assert!(markup.text.contains("Used by no assertion: 1."));
    let empty = Case::default();
    let audit = Audit::run(&empty);
    check(&page(&audit), &audit);
}

/// Editions of one report, from their claims.
fn editions(of: &[(&str, &str)]) -> Case {
    let open = |name: &str| -> Result<String, String> { Err(format!("{name} is not there")) };
    let mut reader = tieout::project::Reader::new(&open);
    for (edition, claims) in of {
        let report = format!("[report]\ntitle = \"Bulletin\"\nedition = \"{edition}\"\n");
        reader.file(&format!("{edition}.toml"), format!("{report}{claims}"));
    }
    assert!(reader.case.mistakes.is_empty(), "{:?}", reader.case.mistakes);
    reader.case
}

fn chain<'a>(case: &'a Case, labels: &[&str]) -> Chain<'a> {
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    Chain::new(case, sides_labelled(case, &labels).unwrap())
}

/// In the page of a run, editions of one report stand side by side: what changed with its class and
/// a slope, what did not folded, and figures that share a name with another report's nowhere.
#[test]
fn editions_of_one_report_are_side_by_side() {
    let case = editions(&[
        ("2024", "[claim]\nrate = \"7.2%\"\nbase = \"100\"\nlevel = \"5 persons\"\n"),
        ("2025", "[claim]\nrate = \"6.5%\"\nbase = \"100\"\nlevel = \"5 rooms\"\n"),
    ]);
    let audit = Audit::run(&case);
    let page = page(&audit);
    let markup = check(&page, &audit);
    assert!(markup.text.contains("3 series in 2 editions: what changed, edition by edition."));
    assert!(markup.text.contains("6.5% revised [6.45, 6.55] % −0.7 points (7 units, −9.72%)"));
    assert!(markup.text.contains("Unchanged, or given way to a later period 1"));
    assert!(
        markup.text.contains("no line, for the two cannot be compared: unit; persons, then rooms")
    );
    let rows = markup.classed("e");
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["series:0:rate", "series:0:level", "series:0:base"]);
    assert!(rows.iter().all(|row| !row.contains_key("data-v")), "filters are for findings");
    assert_eq!(
        page.matches("<line class=\"inconsistent\"").count(),
        1,
        "one line is of a revision"
    );
    assert_eq!(page.matches("<line class=\"none\"").count(), 1, "and one is none");

    // Two reports that happen to share a name are no editions of one.
    let others = [("a", "Fish"), ("b", "Wool")].map(|(name, title)| {
        (name, format!("[report]\ntitle = \"{title}\"\n[claim]\ntotal = \"5\"\n{name} = \"6\"\n"))
    });
    let open = |name: &str| -> Result<String, String> { Err(format!("{name} is not there")) };
    let mut reader = tieout::project::Reader::new(&open);
    for (name, text) in others {
        reader.file(&format!("{name}.toml"), text);
    }
    let audit = Audit::run(&reader.case);
    let markup = check(&render::html(&audit).unwrap(), &audit);
    assert!(!markup.all("id").contains(&"editions"));
}

/// What a comparison page must have: a summary that foots, each row's classes, each conclusion.
fn check_comparison(page: &str, chain: &Chain) -> Markup {
    let markup = well_made(page);
    let table = page.split("<table class=\"summary classes\">").nth(1).expect("a summary");
    let table = table.split("</table>").next().unwrap();
    let rows = table.split("<tr").skip(2).map(|row| {
        let cells = row.split("<td>").skip(1).map(|cell| cell.split('<').next().unwrap());
        cells.map(|n| n.parse().unwrap_or(0)).collect::<Vec<usize>>()
    });
    let rows: Vec<Vec<usize>> = rows.collect();
    let [classes @ .., total, look] = rows.as_slice() else { panic!("no totals") };
    let compared: Vec<_> = chain.comparisons().collect();
    let steps = compared.iter().take(chain.steps.len());
    let expected: usize = steps.map(|step| step.rows.len()).sum();
    let all = if chain.steps.len() > 1 { chain.steps.len() } else { 0 };
    assert_eq!(total[all], expected, "every figure of every step is counted");
    for (at, sum) in total.iter().enumerate() {
        assert_eq!(*sum, classes.iter().map(|row| row[at]).sum::<usize>(), "a column");
    }
    let open =
        chain.steps.iter().flat_map(|step| &step.rows).filter(|row| row.class.needs_a_look());
    assert_eq!(look[all], open.count());
    // Every row of every step is shown once, with its class.
    for class in Class::ALL {
        let of = |one: &tieout::editions::Comparison| one.count(class);
        let shown = page.split(" data-l=\"").skip(1).filter(|cell| {
            let cell = cell.split("</td>").next().unwrap();
            cell.contains(&format!("\">{}</span>", class.word())) && cell.contains("class=\"k v ")
        });
        assert_eq!(shown.count(), compared.iter().map(|one| of(one)).sum::<usize>(), "{class:?}");
    }
    let conclusions: usize = compared.iter().map(|one| one.conclusions.len()).sum();
    assert_eq!(markup.classed("c").len(), conclusions);
    assert!(!markup.text.contains("would mend it"), "no figure is to be mended");
    markup
}

#[test]
fn the_bulletin_compared() {
    let case = tieout::project::load(&["claims/bulletin".into()], Path::new(".")).unwrap();
    let chain = chain(&case, &["2031-Q1", "2031-Q2", "2031-Q3"]);
    let page = render::compare_html(&chain).unwrap();
    assert_eq!(page, render::compare_html(&chain).unwrap(), "the same chain, the same bytes");
    let markup = check_comparison(&page, &chain);
    for words in [
        "6 figures and 5 conclusions to look at.",
        "7.0% revised",
        "the ranking changes",
        "no line, for the two cannot be compared: unit; DKK, then EUR",
        "Prints of unemployed by edition",
        "first to second",
    ] {
        assert!(markup.text.contains(words), "the page does not say {words:?}");
    }
    // Each figure has one place, and those of the first edition are there, too.
    let ids = markup.all("id");
    let claims: usize = case.ledger.editions.iter().map(|edition| edition.claims.len()).sum();
    assert_eq!(ids.iter().filter(|id| id.starts_with("figure:")).count(), claims);
    golden("bulletin.html", &page);
}

#[test]
fn comparisons_of_little_and_of_hostile_text() {
    let case = editions(&[("a", "[claim]\nx = \"1\"\n"), ("b", "[claim]\nx = \"1\"\n")]);
    let two = chain(&case, &["a", "b"]);
    let page = render::compare_html(&two).unwrap();
    let markup = check_comparison(&page, &two);
    assert!(
        markup.text.contains("Nothing to look at.") && markup.text.contains("no figure changed")
    );

    let evil = |n: usize, value: &str| {
        let text = "[report]\ntitle = '''T EVIL'''\nedition = '''E EVIL NUMBER'''\nperiod = \"203NUMBER\"\n\
                    [claim.\"part\"]\nvalue = \"VALUE\"\nof = '''of EVIL NUMBER'''\nsays = '''says EVIL'''\n\
                    [claim.again]\nvalue = \"VALUE\"\nseries = '''s EVIL'''\n";
        text.replace("EVIL", &HOSTILE.replace("\\\"", "\""))
            .replace("NUMBER", &n.to_string())
            .replace("VALUE", value)
    };
    let open = |name: &str| -> Result<String, String> { Err(format!("{name} is not there")) };
    let mut reader = tieout::project::Reader::new(&open);
    for (n, value) in [(1, "40.1%"), (2, "50.2%"), (3, "60.3%")] {
        reader.file(&format!("{n}.toml"), evil(n, value));
    }
    let case = reader.case;
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    let labels: Vec<&str> = case.ledger.editions.iter().map(|one| one.label.as_str()).collect();
    let three = chain(&case, &labels);
    let page = render::compare_html(&three).unwrap();
    let markup = check_comparison(&page, &three);
    let plain = HOSTILE.replace("\\\"", "\"");
    for place in ["T ", "E ", "says ", "s "] {
        assert!(markup.text.contains(&format!("{place}{plain}")), "{place}");
    }
    keep("hostile-compared.html", &page);
}

/// Two editions of twenty thousand figures: below ten megabytes, and none is left out.
#[test]
fn a_comparison_of_twenty_thousand_figures_is_below_ten_megabytes() {
    let text = |edition: &str, more: usize| {
        let mut text = format!("[report]\nedition = \"{edition}\"\nperiod = \"2031\"\n[claim]\n");
        for n in 0..20_000 {
            let value = 10_000 + 7 * n + if n % 10 == 0 { more } else { 0 };
            text.push_str(&format!("f{n} = \"{value} persons\"\n"));
        }
        text
    };
    let open = |name: &str| -> Result<String, String> { Err(format!("{name} is not there")) };
    let mut reader = tieout::project::Reader::new(&open);
    reader.file("a.toml", text("a", 0));
    reader.file("b.toml", text("b", 50));
    let chain = chain(&reader.case, &["a", "b"]);
    let page = render::compare_html(&chain).unwrap();
    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    assert_eq!(page.matches(" data-v=\"").count(), 20_000, "none is left out");
    assert_eq!(page.matches("<svg role=\"img\"").count(), 1000);
    assert!(page.contains("19000 are not drawn"));
    keep("many-compared.html", &page);
}

/// A report of as many assertions as one has never seen: a fifth cannot be reconciled, a tenth is
/// left open.
fn many(blocks: usize) -> String {
    let mut text = String::from("[report]\ntitle = \"A report of many figures\"\n");
    for n in 0..blocks {
        let (a, b) = (2000 + n % 700, 3000 + n % 900);
        let total = a + b + usize::from(n % 5 == 0) + 30 * usize::from(n % 5 == 4);
        let share = 1000 * a / total;
        let complete = if n % 5 < 3 { "complete = true\nexclusive = true\n" } else { "" };
        text.push_str(&format!(
            "[claim.a{n}]\nvalue = \"{a}\"\nunit = \"persons\"\nsays = \"men in district {n}\"\nwhere = \"{s}\"\n\
             [claim.b{n}]\nvalue = \"{b}\"\nunit = \"persons\"\nsays = \"women in district {n}\"\nwhere = \"{s}\"\n\
             [claim.t{n}]\nvalue = \"{total}\"\nunit = \"persons\"\nsays = \"people in district {n}\"\nwhere = \"{s}\"\n\
             [claim.s{n}]\nvalue = \"{}.{}%\"\nof = \"t{n}\"\nsays = \"share of men in district {n}\"\nwhere = \"{s}\"\n\
             [[footing]]\nid = \"people{n}\"\nparts = [\"a{n}\", \"b{n}\"]\ntotal = \"t{n}\"\n{complete}\
             [[share]]\nid = \"men{n}\"\npart = \"a{n}\"\nwhole = \"t{n}\"\nshare = \"s{n}\"\n\
             [[order]]\nid = \"least{n}\"\nlabel = \"the least first\"\nclaims = [\"a{n}\", \"b{n}\", \"t{n}\"]\n\
             [[order]]\nid = \"most{n}\"\nclaims = [\"b{n}\", \"t{n}\"]\n",
            share / 10,
            share % 10,
            s = n % 40,
        ));
    }
    text
}

/// Ten thousand figures, and the findings of a tenth of the districts ten times over: judging them
/// all would take the development build too long.
#[test]
fn a_page_of_ten_thousand_findings_is_below_ten_megabytes() {
    let text = many(2500);
    let case = load_text("many.toml", text);
    assert!(case.mistakes.is_empty(), "{:?}", &case.mistakes[..1]);
    let few = load_text("many.toml", many(250));
    let mut judged = Audit::run(&few).findings;
    judged.retain(|finding| !finding.is_joint());
    let mut findings = Vec::new();
    for round in 0..10 {
        for finding in &judged {
            let mut finding = finding.clone();
            let district = |text: &str| -> String {
                let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
                match text[name.len()..].parse::<usize>() {
                    Ok(n) => format!("{name}{}", n + 250 * round),
                    Err(_) => text.to_owned(),
                }
            };
            finding.id = district(&finding.id);
            for used in &mut finding.figures {
                used.name = district(&used.name);
            }
            findings.push(finding);
        }
    }
    let mut audit = Audit::unjudged(&case);
    audit.findings = findings;
    assert_eq!(audit.findings.len(), 10_000);
    let (bad, open) = (audit.count(Verdict::Inconsistent), audit.count(Verdict::Undetermined));
    assert!(bad > 1000 && open >= 500, "{bad} inconsistent, {open} undetermined");
    let started = std::time::Instant::now();
    let page = render::html(&audit).unwrap();
    let took = started.elapsed();
    // A development build takes some ten times as long as one to be used, which has two seconds.
    assert!(took.as_secs() < 30, "{} bytes in {took:?}", page.len());
    keep("many.html", &page);
    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    assert_eq!(page.matches(" data-v=\"").count(), 10_000, "none is left out");
    assert!(page.contains("8700 findings are shown in a line each"));
    foots(&page, 10_000);
}
