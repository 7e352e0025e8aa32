//! The HTML page: that its tables foot, that every assertion is in it once, that links lead
//! somewhere, that no text of the user becomes markup, and that it stays of a bearable size.
//!
//! The pages that are looked at in a browser (`tests/html/browser.mjs`) are written here, to
//! `tmp/html` in the target folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use tieout::audit::{Audit, Case};
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
    // Every assertion once, under its verdict.
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
    headings(&markup);
    foots(page, audit.findings.len());
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
    use std::path::Path;
    use std::sync::Arc;
    use tieout::figure::{Figure, Style, Terms, Unit};
    use tieout::ledger::Stated;

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
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
    let golden = root.join("tests/html/report.html");
    if std::env::var_os("UPDATE_PAGES").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&golden, &page).unwrap();
    }
    let kept = fs::read_to_string(&golden).unwrap_or_default();
    let line = kept.lines().zip(page.lines()).find(|(old, new)| old != new);
    assert!(
        kept == page,
        "tests/html/report.html is stale: run `UPDATE_PAGES=1 cargo test`; {line:?}"
    );
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
    let mut audit = Audit::run(&case);
    audit.findings[1].waived = Some(Waived {
        reason: HOSTILE.to_owned(),
        by: Some(HOSTILE.to_owned()),
        until: Some("2030-01-01".to_owned()),
        place: audit.findings[1].place,
    });
    let verdicts: Vec<Verdict> = audit.findings.iter().map(|finding| finding.verdict).collect();
    use Verdict::{Consistent, Inconsistent, NotJudged, Undetermined};
    assert_eq!(verdicts, [Inconsistent, Inconsistent, Undetermined, Consistent, NotJudged]);
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

/// Two editions in one run, as far as the ledger has them: figures of one name are side by side.
#[test]
fn figures_of_one_name_are_side_by_side() {
    let open = |name: &str| -> Result<String, String> { Err(format!("{name} is not there")) };
    let mut reader = tieout::project::Reader::new(&open);
    for (edition, rate) in [("2024", "7.2%"), ("2025", "6.5%")] {
        let text = format!(
            "[report]\ntitle = \"Bulletin\"\nedition = \"{edition}\"\n[claim]\nrate = \"{rate}\"\n\
             base = \"100\"\n[[order]]\nclaims = [\"rate\", \"100%\"]\n"
        );
        reader.file(&format!("{edition}.toml"), text);
    }
    let case = reader.case;
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    let audit = Audit::run(&case);
    let markup = check(&page(&audit), &audit);
    assert!(markup.text.contains("2 figures in 2 editions, by name, as printed."));
    assert!(markup.all("id").contains(&"figure:1:rate"));
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
    let judged = Audit::run(&few).findings;
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
