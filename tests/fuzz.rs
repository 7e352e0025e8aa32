//! Nothing that can be written down makes the tool panic, hang or run out of memory: every text
//! is read or refused, every case is audited, and every audit can be shown.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tieout::Number;
use tieout::audit::{Audit, Case};
use tieout::expr;
use tieout::figure::{Convention, Figure, Style, Terms, Unit};
use tieout::finding::Verdict;
use tieout::project::{self, Reader};
use tieout::render::{self, Look};

/// TIEOUT_FUZZ_CASES makes the runs longer.
fn cases(few: u32) -> ProptestConfig {
    let set = std::env::var("TIEOUT_FUZZ_CASES").ok().and_then(|n| n.parse().ok());
    let cases = set.unwrap_or(few);
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_time: 20_000,
        ..ProptestConfig::default()
    }
}

/// Long enough for a debug build on a slow machine; far below a hang.
const LIMIT: Duration = Duration::from_secs(30);

/// Audits a case and shows it in every way.
fn exercise(case: &Case, widths: &[usize]) {
    let started = Instant::now();
    let audit = Audit::run(case);
    assert_eq!(audit.findings.len(), case.assertions.len());
    let counted: usize = Verdict::ALL.iter().map(|v| audit.count(*v)).sum();
    assert_eq!(counted, audit.findings.len());
    for width in widths {
        for (color, verbose, quiet) in
            [(false, false, false), (true, true, false), (false, false, true)]
        {
            let look = Look { width: *width, color, verbose, quiet, all: verbose };
            let _ = render::table(&audit, look);
            let _ = render::full(&audit, look);
            let _ = render::concise(&audit, look);
            let _ = render::figures(&audit, look);
            let _ = render::mistakes(&audit.mistakes(), &case.ledger.files, look);
        }
    }
    let json = render::json(&audit);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    let look = Look { width: widths[0], color: false, verbose: true, quiet: false, all: false };
    for finding in &audit.findings {
        let _ = render::explain(&audit, finding, look);
        let _ = render::gist(finding);
    }
    // A stopped assertion says why, and is never a pass.
    for finding in &audit.findings {
        assert_eq!(
            finding.verdict == Verdict::NotJudged,
            !finding.mistakes.is_empty(),
            "{}",
            finding.id
        );
    }
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

fn no_files(path: &str) -> Result<String, String> {
    Err(format!("{path}: no files here"))
}

fn run(text: &str, widths: &[usize]) {
    let mut reader = Reader::new(&no_files);
    reader.file("fuzz.toml", text.to_owned());
    exercise(&reader.case, widths);
}

// ---------------------------------------------------------------------------
// Figures and expressions
// ---------------------------------------------------------------------------

const WORDS: [&str; 64] = [
    "41",
    "0",
    "00",
    "1,234",
    "1.234,5",
    "1'234",
    "12,34,567",
    ".5",
    "5.",
    "-",
    "−",
    "–",
    "—",
    "±",
    "~",
    "<",
    ">=",
    "(",
    ")",
    "%",
    "‰",
    "$",
    "€",
    "US$",
    "USD",
    "yuan",
    "/",
    "year",
    "years",
    "month",
    "persons",
    "women",
    "million",
    "bn",
    "dozen",
    "half",
    "a",
    "an",
    "the",
    "about",
    "nearly",
    "more than",
    "up to",
    "at least",
    "or more",
    "between",
    "and",
    "to",
    "from",
    "ten",
    "twenty-five",
    "thousands",
    "of",
    "doubled",
    "times",
    "July",
    "2022",
    "2022-07-31",
    "late",
    "spring",
    "1990s",
    "31 June 2021",
    "pp",
    "٤٢",
];

fn words(most: usize) -> impl Strategy<Value = String> {
    (prop::collection::vec(select(WORDS.to_vec()), 0..most), select(vec!["", " ", "\u{a0}", "-"]))
        .prop_map(|(words, gap)| words.join(gap))
}

fn read_figure(text: &str) {
    let units =
        ["", "persons", "USD", "%", "date", "years", "hours/day", "CNY/USD", "points", "times"];
    for style in [Style::Inferred, Style::English, Style::default()] {
        for unit in units {
            let unit = Unit::parse(unit).ok();
            let Ok(figure) = Figure::read(text, style, unit.as_ref()) else { continue };
            for round in
                [vec![], vec![Number::from(10)], vec![Number::ratio(1, 10), Number::from(1000)]]
            {
                for convention in
                    [Convention::Unknown, Convention::HalfEven, Convention::Down, Convention::Exact]
                {
                    let terms = Terms { round: round.clone(), convention, ..Terms::default() };
                    // Terms that do not fit the digits are refused before they are used.
                    if figure.check_terms(&terms).is_err() {
                        continue;
                    }
                    let rungs = figure.rungs(&terms);
                    assert!(!rungs.is_empty(), "{text:?}");
                    // A count within less than one of a whole number is no whole number.
                    let possible =
                        !figure.is_count() || rungs.iter().all(|r| r.set.integers().is_some());
                    for pair in rungs.windows(2).filter(|_| possible) {
                        assert!(
                            pair[1].set.covers(&pair[0].set),
                            "{text:?}: {} then {}",
                            pair[0].set,
                            pair[1].set
                        );
                    }
                    for rung in &rungs {
                        let _ = figure.show(&rung.set);
                    }
                }
            }
            for step in [1, -1, 1 << 40] {
                let _ = figure.step(step);
            }
            let _ = (figure.slips(), figure.ends(), figure.is_count());
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_text_as_a_figure(text in "\\PC{0,40}") {
        read_figure(&text);
    }

    #[test]
    fn any_bytes_as_a_figure(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        read_figure(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_as_a_figure(text in words(9)) {
        read_figure(&text);
    }
}

const SYMBOLS: [&str; 52] = [
    "a",
    "b.low",
    "a@2021",
    "report.date",
    "source.x.date",
    "41%",
    "$4,500",
    "1.5",
    "2022-08-01",
    "10 years",
    "+",
    "-",
    "−",
    "*",
    "×",
    "/",
    "÷",
    "^",
    "==",
    "!=",
    "<=",
    ">=",
    "<",
    ">",
    "≤",
    "≥",
    "≠",
    "and",
    "or",
    "not",
    "if",
    "then",
    "(",
    ")",
    ",",
    "sum(",
    "min(",
    "max(",
    "abs(",
    "sqrt(",
    "=",
    "&",
    "|",
    "!",
    "%",
    "'",
    "\\",
    "é",
    "١",
    ".",
    "@",
    "1e9",
];

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn any_text_as_an_expression(text in "\\PC{0,80}") {
        let _ = expr::parse(&text);
    }

    #[test]
    fn any_symbols_as_an_expression(list in prop::collection::vec(select(SYMBOLS.to_vec()), 0..40), gap in select(vec!["", " "])) {
        let text = list.join(gap);
        match expr::parse(&text) {
            Ok(expr) => prop_assert!(text.get(expr.span.clone()).is_some(), "{:?}", expr.span),
            // The place of the error can be shown.
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {:?}", error.span, text),
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// What can be read can be judged, or is refused with a place.
    #[test]
    fn any_expression_as_an_assertion(list in prop::collection::vec(select(SYMBOLS.to_vec()), 1..16), gap in select(vec!["", " "])) {
        let that = list.join(gap).replace('\'', "");
        let text = format!(
            "[report]\ndate = 2022-08-01\n[claim.a]\nvalue = \"41%\"\n[claim.b]\nvalue = \"70% to 80%\"\n\
             [source.x]\ndate = \"2019\"\n[[assert]]\nthat = '{that}'\n"
        );
        run(&text, &[80]);
    }
}

// ---------------------------------------------------------------------------
// Claims files
// ---------------------------------------------------------------------------

/// The shipped files, as one text and in sections.
fn shipped() -> &'static (String, Vec<String>) {
    static TEXT: OnceLock<(String, Vec<String>)> = OnceLock::new();
    TEXT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("claims");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let main = read("women-2022.toml").replace("include = [\"notes-2022.toml\"]\n", "");
        let text = main + &read("notes-2022.toml");
        let mut sections = vec![String::new()];
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            if line.starts_with('[') {
                sections.push(String::new());
            }
            let last = sections.last_mut().unwrap();
            let _ = writeln!(last, "{line}");
        }
        (text, sections)
    })
}

/// Some sections of the shipped files, in any order.
fn excerpt() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<Index>(), 1..14).prop_map(|list| {
        let sections = &shipped().1;
        list.iter().map(|at| at.get(sections).as_str()).collect()
    })
}

/// Whole families: claims, sources and the assertions over them, so that much can be judged.
fn family() -> impl Strategy<Value = String> {
    any::<Index>().prop_map(|at| {
        let sections = &shipped().1;
        let claims = sections.iter().filter(|s| {
            s.starts_with("[claim.") || s.starts_with("[question.") || s.starts_with("[report")
        });
        let claims: String = claims.map(String::as_str).collect();
        let assertions: Vec<&String> = sections.iter().filter(|s| s.starts_with("[[")).collect();
        format!("{claims}{}", at.get(&assertions))
    })
}

const VOCABULARY: [&str; 60] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\"",
    "'",
    "\"\"\"",
    "\n",
    ",",
    ".",
    "#",
    "\\",
    "\u{0}",
    "é",
    "\u{202e}",
    "[claim.a]\n",
    "[[footing]]\n",
    "[[order]]\n",
    "[[same]]\n",
    "[[assert]]\n",
    "[[elapsed]]\n",
    "[[citation]]\n",
    "[[grim]]\n",
    "[[tie-out]]\n",
    "[[rate]]\n",
    "[[change]]\n",
    "[[share]]\n",
    "[[nonsense]]\n",
    "[report]\n",
    "[question.q]\n",
    "[source.s]\n",
    "value = \"41%\"\n",
    "value = 1e400\n",
    "value = -0\n",
    "round = [1, 5, 10]\n",
    "round = 0\n",
    "round = -1\n",
    "round = 1e-60\n",
    "convention = \"half-even\"\n",
    "range = \"ends\"\n",
    "low = { round = 7 }\n",
    "of = \"a\"\n",
    "unit = \"%\"\n",
    "unit = \"date\"\n",
    "unit = \"USD/year\"\n",
    "complete = true\n",
    "exclusive = false\n",
    "strict = true\n",
    "notes = \"all\"\n",
    "notes = [1, 18, 4294967296]\n",
    "see = 1\n",
    "items = 0\n",
    "items = 4294967295\n",
    "when = { q = \"yes\" }\n",
    "given = { a = { round = 100 } }\n",
    "include = [\"fuzz.toml\"]\n",
    "inf",
];

/// What is done to a text.
#[derive(Clone, Debug)]
enum Edit {
    Delete(Index, Index),
    Repeat(Index, Index),
    Insert(Index, &'static str),
    Replace(Index, Index, String),
    Number(Index, String),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Delete(a, b)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Repeat(a, b)),
        3 => (any::<Index>(), select(VOCABULARY.to_vec())).prop_map(|(a, word)| Edit::Insert(a, word)),
        1 => (any::<Index>(), any::<Index>(), "\\PC{0,12}").prop_map(|(a, b, text)| Edit::Replace(a, b, text)),
        1 => (any::<Index>(), any::<Index>(), words(5)).prop_map(|(a, b, text)| Edit::Replace(a, b, text)),
        4 => (any::<Index>(), words(4)).prop_map(|(a, text)| Edit::Number(a, text)),
        2 => (any::<Index>(), "-?[0-9]{1,3}(\\.[0-9])?%?").prop_map(|(a, text)| Edit::Number(a, text)),
    ]
}

fn apply(mut text: String, edits: &[Edit]) -> String {
    for edit in edits {
        let at = |text: &str, index: &Index| {
            let mut at = index.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        // Spans are short: what is left should still make sense here and there.
        let span = |text: &str, a: &Index, b: &Index| {
            let start = at(text, a);
            let mut end = (start + b.index(60)).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            start..end.max(start)
        };
        match edit {
            Edit::Delete(a, b) => text.replace_range(span(&text, a, b), ""),
            Edit::Repeat(a, b) => {
                let range = span(&text, a, b);
                let copy = text[range.clone()].to_owned();
                text.insert_str(range.end, &copy);
            }
            Edit::Insert(a, word) => text.insert_str(at(&text, a), word),
            Edit::Replace(a, b, new) => text.replace_range(span(&text, a, b), new),
            Edit::Number(a, new) => {
                let values: Vec<(usize, usize)> = text
                    .match_indices("value = \"")
                    .map(|(i, m)| {
                        (
                            i + m.len(),
                            text[i + m.len()..].find('"').map_or(text.len(), |e| i + m.len() + e),
                        )
                    })
                    .collect();
                if !values.is_empty() {
                    let (start, end) = values[a.index(values.len())];
                    text.replace_range(start..end, &new.replace(['"', '\\'], ""));
                }
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_text_as_a_claims_file(text in "\\PC{0,200}") {
        run(&text, &[40]);
    }

    #[test]
    fn any_bytes_as_a_claims_file(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        run(&String::from_utf8_lossy(&bytes), &[40]);
    }

    #[test]
    fn any_vocabulary_as_a_claims_file(list in prop::collection::vec(select(VOCABULARY.to_vec()), 0..40)) {
        run(&list.concat(), &[40, 100]);
    }

    #[test]
    fn sections_of_the_report_in_any_order(text in excerpt(), edits in prop::collection::vec(edit(), 0..6), width in 40usize..121) {
        run(&apply(text, &edits), &[width]);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn assertions_of_the_report_over_changed_claims(text in family(), edits in prop::collection::vec(edit(), 0..12), width in 40usize..121) {
        run(&apply(text, &edits), &[width]);
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn the_whole_report_changed(edits in prop::collection::vec(edit(), 1..20), width in 40usize..121) {
        run(&apply(shipped().0.clone(), &edits), &[width]);
    }
}

#[test]
fn the_report_at_every_width() {
    let mut reader = Reader::new(&no_files);
    reader.file("women-2022.toml", shipped().0.clone());
    let audit = Audit::run(&reader.case);
    for width in 40..=120 {
        let look = Look { width, color: false, verbose: true, quiet: false, all: false };
        for text in [render::table(&audit, look), render::figures(&audit, look)] {
            assert!(!text.contains("\u{1b}["), "colour at width {width}");
            // Tables end at the next empty line; the sentences around them are not measured.
            let mut table = false;
            for line in text.lines() {
                table = (table || line.starts_with('─')) && !line.is_empty();
                // A word that cannot be broken may be wider than a narrow page.
                let fits = width < 80 || line.chars().count() <= width;
                assert!(!table || fits, "{} at width {width}: {line}", line.chars().count());
            }
        }
    }
}

// ---------------------------------------------------------------------------
// Nasty ones, by hand
// ---------------------------------------------------------------------------

fn within(what: &str, limit: Duration, act: impl FnOnce()) {
    let started = Instant::now();
    act();
    assert!(started.elapsed() < limit, "{what}: {:?}", started.elapsed());
}

fn quickly(what: &str, text: &str) {
    within(what, LIMIT, || run(text, &[80]));
}

fn claim(name: &str, value: &str) -> String {
    format!("[claim.{name}]\nvalue = \"{value}\"\n")
}

fn that(that: &str) -> String {
    format!("{}{}[[assert]]\nthat = \"{that}\"\n", claim("a", "2"), claim("b", "41"))
}

#[test]
fn a_million_nines() {
    let nines = "9".repeat(1_000_000);
    within("figure", Duration::from_secs(5), || {
        assert!(Figure::read(&nines, Style::default(), None).is_err())
    });
    within("number", Duration::from_secs(5), || assert_eq!(Number::parse(&nines), None));
    within("expression", Duration::from_secs(5), || assert!(expr::parse(&nines).is_err()));
    quickly("claim", &claim("a", &nines));
    quickly("bare claim", &format!("[claim.a]\nvalue = {nines}\n"));
    quickly("round", &format!("{}round = \"{nines}\"\n", claim("a", "5")));
    quickly("bare round", &format!("{}round = {nines}\n", claim("a", "5")));
    quickly("assert", &that(&format!("a <= {nines}")));
    quickly(
        "name",
        &format!("{}[[same]]\nclaims = [\"{}\", \"a\"]\n", claim("a", "5"), "a".repeat(1_000_000)),
    );
    quickly("nines after the point", &claim("a", &format!("0.{}", "9".repeat(150))));
    quickly(
        "sixty digits",
        &format!(
            "{}{}[[same]]\nclaims = [\"a\", \"b\"]\n",
            claim("a", &"9".repeat(60)),
            claim("b", &format!("0.{}1", "0".repeat(58)))
        ),
    );
    quickly("note", &format!("{}note = {nines}\n", claim("a", "5")));
    quickly("title", &format!("[report]\ntitle = \"{nines}\"\n{}", claim("a", "5")));
}

#[test]
fn deep_nesting_of_expressions() {
    for depth in [10, 60, 70, 400, 100_000] {
        let open = |text: &str| text.repeat(depth);
        for text in [
            format!("{}a{} == 2", open("("), open(")")),
            format!("{}a == 2", open("not ")),
            format!("{}a == 2", open("not (")),
            format!("{}a == 2", open("-")),
            format!("a == {}2", open("-")),
            format!("a == {}2{}", open("abs("), open(")")),
            format!("{}a == 2", open("if a == 2 then ")),
            format!("a{} == 2", open(" ^ a")),
            format!("a{} == 2", open("^2")),
            format!("a{} == 2", open(" + a")),
            format!("a == 2{}", open(" and a == 2")),
            format!("a{}", open(" <= a")),
            open("("),
            open("sum("),
            open("not "),
            open("if "),
            open("a,"),
        ] {
            within("parse", Duration::from_secs(5), || {
                let _ = expr::parse(&text);
            });
            if depth <= 400 {
                quickly(&text[..40.min(text.len())], &that(&text));
            }
        }
    }
}

#[test]
fn deep_nesting_of_toml() {
    for depth in [50, 200, 1_500] {
        for (open, close) in [
            ("[", "]"),
            ("{ a = ", " }"),
            ("[{ a = ", " }]"),
            ("[[", "]]"),
            ("\"", "\""),
            ("(", ")"),
        ] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            within("value", LIMIT, || {
                let text = format!("[claim.a]\nvalue = {open}1{close}\n");
                let mut reader = Reader::new(&no_files);
                reader.file("fuzz.toml", text);
                assert!(!reader.case.mistakes.is_empty());
            });
            quickly("unclosed", &format!("[claim.a]\nvalue = {open}"));
            quickly(
                "parts",
                &format!("[[footing]]\nparts = {open}\"a\"{close}\ntotal = \"100%\"\n"),
            );
            quickly(
                "given",
                &format!(
                    "{}[[same]]\nclaims = [\"a\", \"a\"]\ngiven = {open}1{close}\n",
                    claim("a", "5")
                ),
            );
            quickly("include", &format!("include = {open}\"x.toml\"{close}\n"));
            quickly("top", &format!("x = {open}1{close}\n"));
        }
        quickly("dotted key", &format!("[claim{}]\nvalue = \"5\"\n", ".a".repeat(depth)));
        quickly("dotted value", &format!("claim{} = \"5\"\n", ".a".repeat(depth)));
    }
}

#[test]
fn huge_powers() {
    for text in [
        "2 ^ 1000000000 == b",
        "a ^ 1000000000 == b",
        "a ^ -1000000000 == b",
        "a ^ 100 ^ 100 == b",
        "(a ^ 100) ^ 100 == b",
        "((a ^ 100) ^ 100) ^ 100 == b",
        "(b ^ 100) * (b ^ 100) * (b ^ 100) * (b ^ 100) == b",
        "b ^ 9999999999999999999999999 == b",
        "a ^ 9223372036854775807 == b",
        "a ^ -9223372036854775808 == b",
        "a ^ b ^ a ^ b == b",
        "a ^ 0.5 == b",
        "a ^ (1 / 3) == b",
        "0 ^ -1 == b",
        "(a - a) ^ -100 == b",
        "a ^ 1000000 ^ -1 == b",
    ] {
        within(text, Duration::from_secs(10), || run(&that(text), &[80]));
    }
    let squares = format!("{} == b", "(".repeat(50) + "a" + &" ^ 100)".repeat(50));
    quickly("tower", &that(&squares));
    let product = format!("{} == b", vec!["b ^ 100"; 100].join(" * "));
    quickly("product of powers", &that(&product));
}

#[test]
fn huge_and_odd_rounding_units() {
    let zeros = "0".repeat(59);
    let tiny = format!("0.{}1", "0".repeat(58));
    let huge = format!("1{zeros}");
    for round in [
        "0",
        "-1",
        "1e9",
        "1e400",
        "inf",
        "nan",
        "0.1",
        "0x10",
        "1_000",
        "[]",
        "[1, 1, 1]",
        "[10, 5, 1]",
        "\"\"",
        "\"x\"",
        "9223372036854775807",
        "9223372036854775808",
        "true",
        "[[1]]",
        "{ a = 1 }",
        "\"1/3\"",
        tiny.as_str(),
        huge.as_str(),
    ] {
        for value in [
            "5",
            "0",
            "41%",
            "$4,500",
            "about 30,000",
            "70% to 80%",
            "July 2022",
            "nearly ten years",
            "45 ± 3",
            "hundreds",
        ] {
            let text = format!(
                "{}round = {round}\n{}[[same]]\nclaims = [\"a\", \"b\"]\n[[grim]]\nclaims = [\"a\"]\nn = \"7 persons\"\n",
                claim("a", value),
                claim("b", value)
            );
            within(round, Duration::from_secs(10), || run(&text, &[80]));
        }
    }
    let many: Vec<String> = (1..150).map(|i| i.to_string()).collect();
    let text = format!(
        "{}round = [{}]\n{}[[same]]\nclaims = [\"a\", \"b\"]\n",
        claim("a", "0"),
        many.join(", "),
        claim("b", "700")
    );
    quickly("many units", &text);
}

#[test]
fn dates_at_the_end_of_time() {
    for date in [
        "31 December 999999",
        "year 999999",
        "999999",
        "9999-12-31",
        "10000-01-01",
        "0000-01-01",
        "0001-01-01",
        "-0001-01-01",
        "999999-12-31",
        "31 June 2021",
        "29 February 2021",
        "29 February 2024",
        "2022-13-01",
        "2022-00-00",
        "0-0-0",
        "99999999999999999999",
        "December 9999",
        "late 9999",
        "9990s",
        "2012 to 999999",
        "300 BC",
        "1 January 1",
        "Q5 2022",
    ] {
        for duration in [
            "nearly ten years",
            "999999 years",
            "999999999999999999999 years",
            "0 days",
            "-5 years",
            "1.5 months",
        ] {
            let text = format!(
                "[claim.d]\nvalue = \"{date}\"\nunit = \"date\"\n[claim.e]\nvalue = \"2022\"\nunit = \"date\"\n\
                 [claim.long]\nvalue = \"{duration}\"\n\
                 [[elapsed]]\nfrom = \"d\"\nto = \"e\"\nduration = \"long\"\n\
                 [[elapsed]]\nclues = [{{ since = \"d\", duration = \"long\" }}, {{ past = \"d\" }}, {{ after = \"d\" }}, {{ before = \"e\" }}]\n\
                 [[order]]\nclaims = [\"d\", \"e\", \"d\"]\n[[assert]]\nthat = \"d + long >= e\"\n"
            );
            within(date, Duration::from_secs(10), || run(&text, &[80]));
        }
        quickly(
            date,
            &format!(
                "[report]\ndate = \"{date}\"\n[source.s]\nnotes = [1]\ntitle = \"t\"\ndate = \"{date}\"\n[[citation]]\nnotes = \"all\"\nnot_after = \"report.date\"\nrecent_at = \"report.date\"\n"
            ),
        );
    }
    quickly("bare dates", "[report]\ndate = 9999-12-31T23:59:60Z\n");
    quickly("bare times", "[report]\ndate = 23:59:59.999999999\n");
}

#[test]
fn thousands_of_parts() {
    let mut text = String::new();
    let names: Vec<String> = (0..5_000).map(|i| format!("p{i}")).collect();
    for name in &names {
        text += &claim(name, "0.02%");
    }
    for more in ["complete = true\nexclusive = true\n", "exclusive = true\n", ""] {
        let _ = write!(text, "[[footing]]\nparts = {names:?}\ntotal = \"100%\"\n{more}");
    }
    let _ = write!(text, "[[order]]\nclaims = {names:?}\n[[same]]\nclaims = {names:?}\n");
    let mut reader = Reader::new(&no_files);
    within("reading", Duration::from_secs(60), || reader.file("many.toml", text));
    let case = &reader.case;
    assert!(case.mistakes.is_empty());
    within("judging", Duration::from_secs(120), || {
        let audit = Audit::run(case);
        assert_eq!(audit.findings[0].verdict, Verdict::Consistent);
        let look = Look { width: 80, color: false, verbose: true, quiet: false, all: false };
        let _ = (render::table(&audit, look), render::json(&audit), render::concise(&audit, look));
    });
}

/// A column of a table is short enough to be worked out while one waits.
const WAIT: Duration = Duration::from_secs(10);

#[test]
fn a_column_that_does_not_foot() {
    let names: Vec<String> = (0..100).map(|i| format!("p{i}")).collect();
    let mut text: String = names.iter().map(|name| claim(name, "0.9%")).collect();
    let _ = write!(
        text,
        "[[footing]]\nparts = {names:?}\ntotal = \"100%\"\ncomplete = true\nexclusive = true\n"
    );
    within("100 parts", WAIT, || run(&text, &[80]));
}

#[test]
fn a_column_with_open_rounding() {
    // Each may be rounded to one of several units; all are taken together, not in every product.
    let names: Vec<String> = (0..25).map(|i| format!("p{i}")).collect();
    let mut text: String = names.iter().map(|name| claim(name, "$4,500,000")).collect();
    text += &claim("total", "$114,000,000");
    let _ = write!(text, "[[footing]]\nparts = {names:?}\ntotal = \"total\"\n");
    within("25 parts", WAIT, || run(&text, &[80]));
}

#[test]
fn many_questions() {
    let mut text = claim("a", "5") + &claim("b", "6");
    let mut when = Vec::new();
    for i in 0..40 {
        let _ = write!(
            text,
            "[question.q{i}]\nasks = \"{i}?\"\nanswers = [\"yes\", \"no\", \"perhaps\"]\n"
        );
        when.push(format!("q{i} = \"yes\""));
    }
    let _ = write!(text, "[[same]]\nclaims = [\"a\", \"b\"]\nwhen = {{ {} }}\n", when.join(", "));
    quickly("questions", &text);
}

#[test]
fn files_that_include_each_other() {
    let open = |path: &str| match path {
        "a.toml" => Ok("include = [\"b.toml\"]\n[claim.a]\nvalue = \"5\"\n".to_owned()),
        "b.toml" => {
            Ok("include = [\"a.toml\", \"./c.toml\", \"b.toml\"]\n[claim.b]\nvalue = \"5\"\n"
                .to_owned())
        }
        "c.toml" => {
            Ok("include = \"./x/../a.toml\"\n[[same]]\nclaims = [\"a\", \"b\"]\n".to_owned())
        }
        other => Err(format!("no {other}")),
    };
    let mut reader = Reader::new(&open);
    reader.file("a.toml", open("a.toml").unwrap());
    exercise(&reader.case, &[80]);
    let said = reader.case.mistakes.iter().filter(|m| m.what.contains("read already")).count();
    assert_eq!(said, 3, "{:?}", reader.case.mistakes);
    let edition = &reader.case.ledger.editions[0];
    assert_eq!(edition.claims.len(), 2);
    assert_eq!(reader.case.assertions.len(), 1);
    // A file without end, each including the next.
    let endless = |path: &str| {
        let number: u32 = path.trim_end_matches(".toml").parse().map_err(|_| "no")?;
        if number > 2_000 {
            Err("no more".to_owned())
        } else {
            Ok(format!("include = \"{}.toml\"\n", number + 1))
        }
    };
    let mut reader = Reader::new(&endless);
    within("chain", LIMIT, || reader.file("0.toml", endless("0.toml").unwrap()));
    exercise(&reader.case, &[80]);
}

#[test]
fn back_references_in_a_circle() {
    let mut text = String::new();
    for i in 1..200 {
        let _ = write!(text, "[source.s{i}]\nnotes = [{i}]\nsee = {}\n", i % 199 + 1);
    }
    text += "[[citation]]\nnotes = [1, 2, 3]\n[[citation]]\nnotes = \"all\"\none_work = true\n";
    text += "[[citation]]\nnotes = [5]\nnamed = \"s9\"\n";
    quickly("circle", &text);
}

#[test]
fn numbers_that_a_count_cannot_be() {
    for n in [
        "0",
        "-5",
        "1",
        "0.5",
        "9223372036854775808",
        "999999999999999999999999999999",
        "about 636",
        "1 million",
        "100 million",
        "many",
        "70 to 80",
    ] {
        for items in ["0", "1", "4294967295", "4294967296", "-1"] {
            let text = format!(
                "{}{}{}unit = \"persons\"\n[[grim]]\nclaims = [\"a\", \"p\"]\nn = \"n\"\nitems = {items}\n",
                claim("a", "3.14"),
                claim("p", "41%"),
                claim("n", n)
            );
            within(n, Duration::from_secs(20), || run(&text, &[80]));
        }
    }
}

#[test]
fn a_bom_and_foreign_line_ends() {
    let text = claim("a", "5") + "[[same]]\nclaims = [\"a\", \"a\"]\n";
    for text in [
        format!("\u{feff}{text}"),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        text.replace('\n', "\u{2028}"),
    ] {
        quickly("line ends", &text);
    }
    let windows = project::load_text("w.toml", text.replace('\n', "\r\n"));
    assert!(windows.mistakes.is_empty(), "{:?}", windows.mistakes);
}

/// Whatever is wrong, and wherever: its place can be shown.
#[test]
fn mistakes_among_wide_characters() {
    let texts = [
        "[claim.a]\nvalue = é\n",
        "[claim.a]\nvalue =é41%\n",
        "[claim.a]\nunit  =🫳9\n",
        "[claim.a]\nvalue = \"41%\"🫰/\n",
        "[claim.é]\nvalue = \"🫰\"\n",
        "[claim.a]\nvalue = \"٤٢ 🫳 yuan\"\nunit = \"🫳\"\n",
        "[claim.a]\nvalue = 'é 41% é'\n",
        "[claim.a]\nvalue = \"\"\"\né 41 é%\"\"\"\n",
        "[claim.a]\nvalue = \"\\u00e9 41 %x\"\n",
        "[[assert]]\nthat = :േ\n",
        "[[assert]]\nthat = 'é + é ≤ ≠'\n",
        "[[assert]]\nthat = \"\\u00e9 + \\u00e9 ≤ 🫳\"\n",
        "[[assert]]\nthat = \"\"\"\n\n  é <= 🫳\"\"\"\n",
        "[[same]]\nclaims = [\"é\", 🫳]\n",
        "[[footing]]\nparts = [\"🫳🫳\"]\ntotal = \"é41%\"\n",
        "é = 1\n🫳\n",
        "🫳",
        "[🫳",
        "[claim.🫳]\n",
        "[report]\ndate = \"31 é 2021\"\nstyle = \"🫳\"\n",
        "include = [\"🫳.toml\", é]\n",
    ];
    let failed: Vec<&str> = texts
        .into_iter()
        .filter(|text| std::panic::catch_unwind(|| run(text, &[40, 100])).is_err())
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
