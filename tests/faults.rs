//! What can be wrong with data: each fault has a message that names the file, the row and the
//! column, and none lets a figure pass or accuses it.

use std::ops::ControlFlow;

use tieout::audit::{Audit, Case, Detail};
use tieout::dataset::{Encoding, Frames, Source, Tables, Wanted};
use tieout::finding::{Finding, Verdict};
use tieout::mistake::Mistake;
use tieout::project::load_text;
use tieout::render;

/// A claims file beside the data of these tests.
fn case(text: &str) -> Case {
    let path = format!("{}/tests/data/faults/claims.toml", env!("CARGO_MANIFEST_DIR"));
    let mut case = load_text(&path, text.to_owned());
    case.ledger.tables = Some(Box::new(Frames::default()));
    assert!(case.mistakes.is_empty(), "{:?}\n{text}", case.mistakes);
    case
}

fn finding(text: &str) -> (Case, Finding) {
    let case = case(text);
    let mut findings =
        Audit::in_detail(&case, Detail { failing: true, all: true, ..Detail::default() }).findings;
    assert_eq!(findings.len(), 1, "{text}");
    (case, findings.remove(0))
}

/// A tie-out of the figure 1 with keys of its own, over data with keys of their own.
fn tie(data: &str, keys: &str) -> String {
    format!(
        "[claim.a]\nvalue = \"1\"\nconvention = \"exact\"\n[data.d]\npath = {data}\n[[tie-out]]\nclaim = \"a\"\ndata = \"d\"\n{keys}\n"
    )
}

/// What stops an assertion, and the words under its caret.
fn mistake(text: &str) -> (Mistake, String) {
    let (case, finding) = finding(text);
    assert_eq!(finding.verdict, Verdict::NotJudged, "{text}");
    let mistake = finding.mistakes[0].clone();
    let place = mistake.place.expect("it has a place");
    let words = case.ledger.files.slice(place).to_owned();
    (mistake, words)
}

/// What the data give, as the finding shows it.
fn allows(text: &str) -> String {
    let (_, finding) = finding(text);
    let judgement = finding.judgement.unwrap_or_else(|| panic!("{:?}\n{text}", finding.mistakes));
    judgement.steps.last().expect("a step").works.replace('\u{a0}', " ")
}

#[test]
fn sql_that_does_not_parse_has_a_caret() {
    for (keys, words, caret) in [
        ("measure = \"sum(n\"", "`sum(n` is not understood as SQL: expected ) at the end", ""),
        ("measure = \"sum(n) sum(n)\"", "expected end of statement, found (", "("),
        ("measure = \"sun(n)\"", "no function `sun`", "sun"),
        ("measure = \"sum(m)\"", "no column is named `m`", "m"),
        ("measure = \"sum('é') + sum(m)\"", "no column is named `m`", "m"),
        ("measure = \"sum(n) FROM data\"", "expected an expression, found `FROM`", "FROM"),
        ("measure = \"\"\"sum(\n  n\n  ) + ]\"\"\"", "expected an expression, found ]", "]"),
        ("query = \"SELECT sum(n) FROM daat\"", "no table is named `daat`", "daat"),
        ("query = \"SELECT sum(m) FROM data\"", "no column is named `m`", "m"),
        ("query = \"SELECT sum(n FROM data\"", "expected ), found FROM", "FROM"),
        ("query = \"\"\"SELECT sum(n)\n FORM data\"\"\"", "expected end of statement", "data"),
        ("sum = \"n\"\nwhere = \"n == = 3\"", "expected an expression, found =", "="),
        ("sum = \"n\"\nwhere = \"m > 3\"", "no column is named `m`", "m"),
        ("share = \"(n > 3\"", "expected ) at the end", ""),
        ("share = \"nn > 3\"\nwhere = \"n > 0\"", "no column is named `nn`", "nn"),
    ] {
        let (mistake, at) = mistake(&tie("\"dates.csv\"", keys));
        assert!(mistake.what.contains(words), "{keys}: {}", mistake.what);
        assert_eq!(at, caret, "{keys}: {}", mistake.what);
    }
    let (sun, _) = mistake(&tie("\"dates.csv\"", "measure = \"sun(n)\""));
    assert!(sun.help.iter().any(|help| help.contains("did you mean `sum`")), "{:?}", sun.help);
    let rows = "[data.d]\npath = \"dates.csv\"\n[[same]]\neach = \"d\"\nclaims = [\"n\", \"n\"]\n";
    for (condition, words, caret) in
        [("n >== 3", "expected an expression", "="), ("(n > 2", "expected ) at the end", "")]
    {
        let (mistake, at) = mistake(&format!("{rows}where = \"{condition}\"\n"));
        assert!(mistake.what.contains(words), "{condition}: {}", mistake.what);
        assert_eq!(at, caret, "{condition}: {}", mistake.what);
    }
}

#[test]
fn the_caret_stands_under_the_word() {
    let case = case(&tie("\"dates.csv\"", "sum = \"n\"\nwhere = \"n > 0 ADN n < 9\""));
    let audit = Audit::run(&case);
    let look = render::Look { width: 80, color: false, verbose: false, quiet: false, all: false };
    let shown = render::mistakes(&audit.mistakes(), &case.ledger.files, look);
    let lines: Vec<&str> = shown.lines().collect();
    let at = lines.iter().position(|line| line.contains("where =")).expect("the line is shown");
    assert_eq!(lines[at].find("ADN"), lines[at + 1].find("^^^"), "{shown}");
}

/// The second cell is on line 4, as the first row has a line break in it.
const STRAY: &str = "row 2 (line 4) of ";

#[test]
fn a_condition_on_texts_names_the_stray_word() {
    for keys in [
        "count = true\nwhere = \"age >= 30\"",
        "sum = \"n\"\nwhere = \"n > 0 AND age + 1 < 30\"",
        "measure = \"count(*) FILTER (WHERE 30 < age)\"",
        "share = \"age BETWEEN 30 AND 31\"",
        "measure = \"sum(age)\"",
        "measure = \"avg(age)\"",
        "median = \"age\"",
        "mean = \"age\"",
        "rate = { of = \"n\", per = \"age\" }",
        "sum = \"n\"\nweight = \"age\"",
        "count = true\nweight = \"age\"",
    ] {
        let (mistake, _) = mistake(&tie("\"stray.csv\"", keys));
        let said = format!("{} {}", mistake.what, mistake.help.join(" "));
        for words in ["`age`", STRAY, "stray.csv has \"n/a\"", "\"n/a\" = \"missing\""] {
            assert!(said.contains(words), "{keys}: {said}");
        }
    }
    let rows = "[data.d]\npath = \"stray.csv\"\n[[same]]\neach = \"d\"\nclaims = [\"n\", \"n\"]\n";
    let (mistake, at) = mistake(&format!("{rows}where = \"age >= 30\"\n"));
    assert!(mistake.what.contains(STRAY), "{}", mistake.what);
    assert_eq!(at, "age");
    // Once it is declared, it is missing and satisfies no condition.
    let told = "\"stray.csv\"\nsymbols = { \"n/a\" = \"missing\" }";
    let said = allows(&tie(told, "sum = \"n\"\nwhere = \"age >= 30\""));
    assert_eq!(said, "4");
}

#[test]
fn dates_in_another_form_are_not_compared_as_texts() {
    let condition = "day >= '2021-01-01'";
    let (mistake, at) =
        mistake(&tie("\"dates.csv\"", &format!("sum = \"n\"\nwhere = \"{condition}\"")));
    assert!(mistake.what.contains("row 2 (line 3) of "), "{}", mistake.what);
    assert!(mistake.what.contains("dates.csv has \"31/12/2020\""), "{}", mistake.what);
    assert_eq!(at, "day");
    let rows = format!(
        "[data.d]\npath = \"dates.csv\"\n[[same]]\neach = \"d\"\nclaims = [\"n\", \"n\"]\nwhere = \"{condition}\"\n"
    );
    let (again, at) = self::mistake(&rows);
    assert_eq!((again.what, at.as_str()), (mistake.what, "day"));
}

#[test]
fn columns_of_dates_are_compared_with_dates() {
    let where_ =
        |condition: &str| tie("\"days.parquet\"", &format!("sum = \"n\"\nwhere = \"{condition}\""));
    for (condition, sum) in [
        ("day >= '2021-01-01'", "2"),
        ("day < '2021-01-01'", "1"),
        ("'2021-01-01' > day", "1"),
        ("day BETWEEN '2020-01-01' AND '2021-12-31'", "3"),
        ("day = '2021-02-01'", "2"),
    ] {
        let said = allows(&where_(condition));
        assert_eq!(said, sum, "{condition}");
    }
    let (mistake, at) = mistake(&where_("day >= 2021"));
    assert!(mistake.what.contains("`day` holds dates or times, not numbers"), "{}", mistake.what);
    assert_eq!(at, "day");
}

#[test]
fn what_is_not_a_number_is_refused_with_its_row() {
    for keys in [
        "sum = \"part\"",
        "mean = \"part\"",
        "min = \"part\"",
        "max = \"part\"",
        "median = \"part\"",
        "distinct = \"part\"",
        "count = \"part\"",
        "count = true\nwhere = \"part > 2\"",
        "share = \"part > 2\"",
        "measure = \"sum(CASE WHEN part > 2 THEN 1 ELSE 0 END)\"",
        "measure = \"stddev(part)\"",
        "measure = \"sum(part) / sum(whole)\"",
        "rate = { of = \"whole\", per = \"part\" }",
    ] {
        let (mistake, _) = mistake(&tie("\"floats.parquet\"", keys));
        for words in ["part", "row 2 of ", "floats.parquet has \"NaN\""] {
            assert!(mistake.what.contains(words), "{keys}: {}", mistake.what);
        }
    }
    // With decimals declared the numbers are read as whole ones, which these are not.
    let (declared, _) = mistake(&tie("\"floats.parquet\"\ndecimals = 1", "sum = \"part\""));
    assert!(declared.what.contains("row 2 of "), "{}", declared.what);
    // Rows without it are as good as any; an infinite value is above all others.
    let north = allows(&tie("\"floats.parquet\"", "sum = \"part\"\nwhere = \"region = 'North'\""));
    assert!(north.starts_with("[1.4"), "{north}");
    let west = "count = true\nwhere = \"region <> 'South' AND whole > 2\"";
    assert_eq!(allows(&tie("\"floats.parquet\"", west)), "2");
}

#[test]
fn a_published_cell_that_is_not_a_number_leaves_its_row_open() {
    let text = "[data.d]\npath = \"floats.parquet\"\nkey = \"region\"\n[[order]]\neach = \"d\"\nclaims = [\"part\", \"whole\"]\n";
    let (_, finding) = finding(text);
    let tally = finding.rows.as_ref().expect("rows");
    assert_eq!(tally.count(Verdict::Consistent), 1);
    assert_eq!(tally.count(Verdict::Undetermined), 3);
    let said = render::rows(&finding).join("\n");
    for words in ["South", "\"NaN\" is no figure", "\"inf\" is no figure", "is missing"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn decimals_are_exact_and_keep_their_zeros() {
    let sum = allows(&tie("\"decimal.parquet\"", "sum = \"paid\""));
    assert_eq!(sum, "0.3");
    let columns = ["share".to_owned(), "paid".to_owned()].into();
    let wanted = Wanted { columns, ..Wanted::default() };
    let source = source("decimal.parquet");
    let mut cells = Vec::new();
    let read = Frames::default().rows(&source, &wanted, &mut |rows| {
        for column in &rows.columns {
            cells
                .push(column.iter().map(|text| text.unwrap_or("-").to_owned()).collect::<Vec<_>>());
        }
        ControlFlow::Continue(())
    });
    read.unwrap_or_else(|trouble| panic!("{}", trouble.what));
    assert_eq!(cells, [vec!["41.0", "59.0", "100.0"], vec!["0.10", "0.20", "-"]]);
}

fn source(name: &str) -> Source {
    Source {
        path: format!("{}/tests/data/faults/{name}", env!("CARGO_MANIFEST_DIR")),
        ..Source::default()
    }
}

#[test]
fn parts_with_another_schema_are_named() {
    for (folder, words) in [
        ("names", "names/2.parquet has other columns than "),
        ("order", "order/2.parquet has other columns than "),
        ("names_csv", "names_csv/2.csv has other columns than "),
        ("order_csv", "order_csv/2.csv has other columns than "),
        ("kinds", "kinds/2.parquet has str in column \"n\", but "),
        ("marks", "marks has no files of data"),
        ("none.parquet", "none.parquet is empty: it has no rows"),
        ("cut.parquet", "cut.parquet cannot be read"),
        ("wide_bare.csv", "line 1 has zero bytes"),
        ("wide_odd.csv", "line 2 is not written in UTF-16LE"),
        ("latin.csv", "is not UTF-8 in row 2 (line 3), at byte 17"),
    ] {
        let (mistake, _) = mistake(&tie(&format!("\"{folder}\""), "count = true"));
        assert!(mistake.what.contains(words), "{folder}: {}", mistake.what);
    }
    // Whole numbers in one part and others in the next are numbers.
    let sum = allows(&tie("\"widths\"", "sum = \"x\""));
    assert!(sum.contains("3.5"), "{sum}");
    let wide = Source { encoding: Some(Encoding::Utf16), ..source("wide_bare.csv") };
    let columns = Frames::default().columns(&wide).map_err(|trouble| trouble.what);
    assert_eq!(columns.unwrap(), ["year", "name"]);
}

#[test]
fn packed_files_are_unpacked() {
    for name in ["table.csv", "table.csv.gz", "table.csv.zst"] {
        let sum = allows(&tie(&format!("\"{name}\""), "count = true\nwhere = \"share > 7\""));
        assert_eq!(sum, "2", "{name}");
    }
}

#[test]
fn a_sheet_has_its_header_and_its_range() {
    for keys in ["header = 3\nrange = \"A3:D5\"", "range = \"A3:D5\""] {
        let text = format!(
            "[data.d]\npath = \"titled.xlsx\"\nunit = \"persons\"\n{keys}\n[[footing]]\neach = \"d\"\nparts = [\"men\", \"women\"]\ntotal = \"all\"\ncomplete = true\nexclusive = true\n"
        );
        let (_, finding) = finding(&text);
        let tally = finding.rows.as_ref().expect("rows");
        assert_eq!(tally.count(Verdict::Consistent), 1, "{keys}");
        assert_eq!(tally.count(Verdict::Inconsistent), 1, "{keys}");
    }
}

#[test]
fn addresses_and_what_is_not_asked_for_are_left_alone() {
    let (mistake, _) = mistake(&tie("\"https://example.org/a.csv\"", "count = true"));
    assert!(mistake.what.contains("https://example.org/a.csv is not a file"), "{}", mistake.what);
    let quiet = "[claim.a]\nvalue = \"1\"\n[data.d]\npath = \"nowhere.csv\"\n[data.e]\npath = \"https://example.org/a.csv\"\n[[same]]\nclaims = [\"a\", \"a\"]\n";
    assert_eq!(finding(quiet).1.verdict, Verdict::Consistent);
}

#[test]
fn sums_that_run_over_are_refused() {
    for keys in [
        "sum = \"big\"",
        "measure = \"sum(big)\"",
        "mean = \"big\"",
        "measure = \"sum(big * n)\"",
        "measure = \"sum(big * big)\"",
        "measure = \"stddev(big)\"",
        "measure = \"round(sum(big), 0)\"",
        "query = \"SELECT sum(big) FROM data\"",
        "query = \"SELECT sum(big * 4) FROM data\"",
        "count = true\nwhere = \"big * 2 > 1\"",
        "sum = \"big\"\nwhere = \"region = 'North'\"",
    ] {
        let (mistake, _) = mistake(&tie("\"../measures.csv\"", keys));
        let said =
            ["overflows", "too many digits"].iter().any(|words| mistake.what.contains(words));
        assert!(said, "{keys}: {}", mistake.what);
    }
    let fits = allows(&tie("\"../measures.csv\"", "sum = \"big\"\nwhere = \"year = 2021\""));
    assert_eq!(fits, "9 000 000 000 000 000 001");
}

#[test]
fn weights_go_with_means_of_a_table_and_not_with_medians() {
    let text = |cells: &str, weight: &str| {
        format!(
            "[data.p]\npath = \"published.csv\"\nkey = \"region\"\n[data.m]\npath = \"people.csv\"\n\
             [[tie-table]]\ntable = \"p\"\ndata = \"m\"\nby = \"region\"\ncells = {{ {cells} }}\n{weight}\n"
        )
    };
    let counts = |text: &str| {
        let (_, finding) = finding(text);
        let tally = finding.rows.unwrap_or_else(|| panic!("{:?}", finding.mistakes));
        [Verdict::Consistent, Verdict::Inconsistent].map(|verdict| tally.count(verdict))
    };
    let weighted = "persons = { count = true }, mean_age = { mean = \"age\" }";
    assert_eq!(counts(&text(weighted, "weight = \"w\"")), [4, 0]);
    // Without their weights they are three and two, of other mean ages.
    assert_eq!(counts(&text(weighted, "")), [0, 4]);
    // The median of 20 and 40 is 30.
    assert_eq!(counts(&text("median_age = { median = \"age\" }", "")), [1, 1]);
    let (mistake, _) = mistake(&text("median_age = { median = \"age\" }", "weight = \"w\""));
    assert!(mistake.what.contains("`weight` goes with counts, shares, sums"), "{}", mistake.what);
}

#[test]
fn decimals_may_be_declared_for_a_whole_dataset() {
    let text = |keys: &str| {
        format!(
            "[data.d]\npath = \"tenths.parquet\"\nunit = \"%\"\n{keys}\n[[footing]]\neach = \"d\"\n\
             parts = [\"men\", \"women\"]\ntotal = \"both\"\ncomplete = true\nexclusive = true\n"
        )
    };
    let judged = |keys: &str| {
        let (_, finding) = finding(&text(keys));
        let tally = finding.rows.expect("rows");
        [Verdict::Consistent, Verdict::Inconsistent].map(|verdict| tally.count(verdict))
    };
    // 1.0 and 2.0 may be 3.1 if each is rounded to tenths, not if printed as 1.00, 2.00 and 3.10.
    assert_eq!(judged("decimals = 1"), [2, 0]);
    assert_eq!(judged("decimals = 2"), [1, 1]);
    // A column may have its own.
    assert_eq!(judged("decimals = 2\ncolumns = { both = { decimals = 1 } }"), [1, 1]);
    let sum = tie("\"tenths.parquet\"\ndecimals = 1", "sum = \"both\"");
    assert_eq!(allows(&sum), "13.1");
}

#[test]
fn standard_input_is_a_dataset() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("standard-input");
    std::fs::create_dir_all(&folder).unwrap();
    let claims = tie("\"-\"", "sum = \"n\"\nwhere = \"n > 1\"")
        + "[[same]]\neach = \"d\"\nclaims = [\"n\", \"n\"]\n";
    std::fs::write(folder.join("claims.toml"), claims).unwrap();
    let run = |input: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .args(["check", "claims.toml", "--output-format", "concise"])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, said) = run(b"region,n\nNorth,1\nSouth,1000\nEast,2\n");
    assert!(said.contains("the rest allows 1") && said.contains("002"), "{said}");
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = run(b"region,n\nNorth\n");
    assert!(said.contains("- has 1 cell in row 1 (line 2), but 2 in the header"), "{said}");
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = run(b"");
    assert!(said.contains("- is empty"), "{said}");
    assert_eq!(code, Some(2), "{said}");
}

#[test]
fn conditions_that_say_nothing_of_a_row_are_refused() {
    let rows = "[data.d]\npath = \"stray.csv\"\n[[same]]\neach = \"d\"\nclaims = [\"n\", \"n\"]\n";
    for (condition, words) in [
        ("age IN (30, 31)", "cannot be told of a row"),
        ("n IN ('2')", "cannot be told of a row"),
        ("n LIKE '2%'", "cannot be told of a row"),
        ("n", "cannot be told of a row"),
        ("age", "cannot be told of a row"),
        ("n = '2'", "compares a quoted text with numbers"),
        ("sum(n) > 2", "does not say something of each row"),
        ("n > avg(n)", "does not say something of each row"),
    ] {
        for text in [
            tie("\"stray.csv\"", &format!("count = true\nwhere = \"{condition}\"")),
            format!("{rows}where = \"{condition}\"\n"),
        ] {
            let (mistake, at) = mistake(&text);
            assert!(mistake.what.contains(words), "{condition}: {}", mistake.what);
            assert_eq!(at.trim_matches('"'), condition);
        }
    }
    for (condition, sum) in
        [("n % 2 = 1", "4"), ("lower(region) = 'south'", "2"), ("NOT n = 2", "4")]
    {
        let text = tie("\"stray.csv\"", &format!("sum = \"n\"\nwhere = \"{condition}\""));
        assert_eq!(allows(&text), sum, "{condition}");
    }
}
