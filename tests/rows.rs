//! Assertions over rows: what a missing cell does, what the data may not be, and that nothing
//! passes unread.

use std::fs;
use std::path::PathBuf;

use tieout::audit::{Audit, Case, Detail};
use tieout::dataset::Frames;
use tieout::finding::{Finding, Verdict};
use tieout::project::load_text;
use tieout::render;

/// A claims file beside a table of its own.
fn case(name: &str, table: &str, claims: &str) -> Case {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("rows-{name}"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("t.csv"), table).unwrap();
    let path = folder.join("claims.toml");
    let mut case = load_text(&path.to_string_lossy(), claims.to_owned());
    case.ledger.tables = Some(Box::new(Frames::default()));
    case
}

fn finding(name: &str, table: &str, claims: &str) -> Finding {
    let case = case(name, table, claims);
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    Audit::run(&case).findings.remove(0)
}

fn said(finding: &Finding) -> String {
    let mistakes = finding.mistakes.iter().map(|m| format!("{}; {}\n", m.what, m.help.join("; ")));
    mistakes.collect::<String>() + &render::rows(finding).join("\n")
}

const GAPS: &str = "area,a,b,total\nN,4,5,9\nS,..,5,9\nE,..,9,8\nW,1,2,4\n";

fn footing(keys: &str) -> String {
    format!(
        "[data.t]\npath = \"t.csv\"\nkey = \"area\"\nunit = \"persons\"\n\n[[footing]]\neach = \"t\"\n\
         parts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\nexclusive = true\n{keys}\n"
    )
}

fn counts(finding: &Finding) -> [u64; 3] {
    let tally = finding.rows.as_ref().expect("judged over rows");
    [Verdict::Consistent, Verdict::Inconsistent, Verdict::Undetermined].map(|v| tally.count(v))
}

#[test]
fn a_missing_cell_is_not_zero() {
    let refused = finding("refuse", GAPS, &footing(""));
    assert_eq!(counts(&refused), [1, 1, 2]);
    assert!(said(&refused).contains("a, row 2 is missing (\"..\")"), "{}", said(&refused));
    let zero = finding("zero", GAPS, &footing("missing = \"zero\""));
    assert_eq!(counts(&zero), [1, 3, 0]);
    assert!(said(&zero).contains("counted as zero"), "{}", said(&zero));
    // Any number of persons from none upward: 9 of 8 cannot be, 5 of 9 can.
    let unknown = finding("unknown", GAPS, &footing("missing = \"unknown\""));
    assert_eq!(counts(&unknown), [2, 2, 0]);
    let skipped = finding("skip", GAPS, &footing("missing = \"skip\""));
    assert_eq!(counts(&skipped), [1, 3, 0]);
    assert!(said(&skipped).contains("is left out"), "{}", said(&skipped));
}

#[test]
fn symbols_mean_what_is_declared() {
    let table = "area,a,b,total\nN,-,5,5\nS,<5,5,9\nE,<5,5,10\nW,4p,5,9\nX,*,5,9\n";
    let symbols = |more: &str| {
        footing("").replace(
            "unit = \"persons\"",
            &format!("unit = \"persons\"\nflags = [\"p\"]\nsymbols = {{ \"-\" = \"zero\"{more} }}"),
        )
    };
    let open = finding("symbols", table, &symbols(""));
    assert_eq!(counts(&open), [3, 1, 1]);
    assert!(said(&open).contains("\"*\" is no figure"), "{}", said(&open));
    let told = finding("symbols-all", table, &symbols(", \"*\" = \"confidential\""));
    assert!(said(&told).contains("is confidential"), "{}", said(&told));
}

#[test]
fn a_cell_that_is_no_figure_leaves_the_others_judged() {
    let table = "area,a,b,total\nN,4,5,9\nS,four-ish,5,9\nW,1,2,NaN\nE,inf,2,3\n";
    let found = finding("words", table, &footing(""));
    assert_eq!(counts(&found), [1, 0, 3]);
    assert_eq!(found.verdict, Verdict::Undetermined);
    assert!(said(&found).contains("a, row 2: \"four-ish\" is no figure"), "{}", said(&found));
}

#[test]
fn two_rows_with_one_key_are_told() {
    let found = finding("twice", "area,a,b,total\nN,4,5,9\nN,4,5,9\n", &footing(""));
    assert_eq!(found.verdict, Verdict::Undetermined);
    assert!(said(&found).contains("the key N stands in rows 1 and 2"), "{}", said(&found));
}

#[test]
fn decimal_comma_and_decimal_point_in_one_column() {
    let table = "area,a,b,total\nN,\"4,5\",5.1,9.6\nS,4.5,5.1,9.6\n";
    let found = finding("mixed", table, &footing("").replace("unit = \"persons\"\n", ""));
    assert_eq!(found.verdict, Verdict::Undetermined);
    assert!(said(&found).contains("a decimal comma in row 1"), "{}", said(&found));
}

#[test]
fn what_is_misspelt_is_named() {
    for (from, to, near) in [
        ("\"a\", \"b\"", "\"aa\", \"b\"", "no claim or column is named `aa`"),
        ("each = \"t\"", "each = \"tt\"", "no dataset is named `tt`"),
        ("key = \"area\"", "key = \"arae\"", "did you mean `area`?"),
        ("each = \"t\"", "each = \"t\"\nby = \"aera\"", "did you mean `area`?"),
        ("each = \"t\"", "each = \"t\"\nwhere = \"araa = 'N'\"", "araa"),
        ("each = \"t\"", "each = \"t\"\nwhere = \"area = = 'N'\"", "area = = 'N'"),
        ("t.csv", "tt.csv", "tt.csv"),
    ] {
        let found = finding("misspelt", GAPS, &footing("").replace(from, to));
        assert_eq!(found.verdict, Verdict::NotJudged, "{to}: {}", said(&found));
        assert!(said(&found).contains(near), "{to}: {}", said(&found));
    }
}

#[test]
fn nothing_to_judge_is_no_pass() {
    let none = finding("none", GAPS, &footing("where = \"area = 'Q'\""));
    assert_eq!(none.verdict, Verdict::Undetermined);
    assert!(none.reason.unwrap().contains("no row of t satisfies `area = 'Q'`"));
    let empty = finding("empty", "area,a,b,total\n", &footing(""));
    assert!([Verdict::Undetermined, Verdict::NotJudged].contains(&empty.verdict));
}

#[test]
fn keys_of_lifting_need_a_dataset() {
    let found = finding("lone", GAPS, &footing("").replace("each = \"t\"", "by = \"area\""));
    assert_eq!(found.verdict, Verdict::NotJudged);
    assert!(said(&found).contains("this needs `each`"), "{}", said(&found));
}

#[test]
fn periods_that_come_twice_or_are_none() {
    let claims = "[data.t]\npath = \"t.csv\"\n\n[[order]]\neach = \"t\"\nalong = \"year\"\n\
                  claims = [\"previous.n\", \"n\"]\n";
    let found = finding("periods", "year,n\n2021,5\n2020,4\n2021,6\nlater,7\n", claims);
    assert_eq!(counts(&found), [1, 0, 2]);
    assert!(said(&found).contains("year is 2021 in rows 1 and 3"), "{}", said(&found));
    assert!(said(&found).contains("is neither a date nor a number"), "{}", said(&found));
}

#[test]
fn a_repeated_row_in_a_series_is_noted() {
    let claims = "[data.t]\npath = \"t.csv\"\n\n[[assert]]\neach = \"t\"\nalong = \"year\"\n\
                  that = \"m > f\"\n";
    let table = "year,m,f\n1671,5218,4683\n1672,4858,4457\n1673,5218,4683\n";
    let found = finding("copied", table, claims);
    assert_eq!(found.verdict, Verdict::Consistent);
    assert!(said(&found).contains("repeats the figures of year 1671"), "{}", said(&found));
}

/// The notes on a series of one column, from 2000 on; "-" leaves a period out, ".." the figure.
fn notes(name: &str, data: &str, figures: &[&str]) -> Vec<String> {
    let claims = format!(
        "[data.t]\npath = \"t.csv\"\n{data}\n[[assert]]\neach = \"t\"\nalong = \"year\"\n\
         that = \"n >= previous.n - n\"\n"
    );
    let rows = figures.iter().enumerate().filter(|(_, text)| **text != "-");
    let rows: String = rows.map(|(at, text)| format!("{},\"{text}\"\n", 2000 + at)).collect();
    let finding = finding(name, &format!("year,n\n{rows}"), &claims);
    assert_ne!(finding.verdict, Verdict::NotJudged, "{}", said(&finding));
    finding.rows.unwrap().notes
}

#[test]
fn a_leap_in_a_quiet_series_is_noted() {
    let steady = ["100", "104", "108", "103", "1,070", "1,050", "1,090", "1,100", "1,080"];
    assert_eq!(
        notes("leap", "", &steady),
        [
            "from year 2003 (row 4) to year 2004 (row 5) n goes from 103 to 1,070 (× 10.4, nearly × 10); \
          no other step changes it by more than 6 %: the series may be broken, or a unit changed"
        ]
    );
    let fallen = ["5200", "5100", "5300", "5200", "5100", "1700", "1720", "1710"];
    let found = notes("fall", "unit = \"persons\"", &fallen);
    assert!(found[0].contains("from 5100 to 1700 (÷ 3.00); no other"), "{found:?}");
}

#[test]
fn what_may_happen_in_a_series_is_not_noted() {
    for (name, figures) in [
        ("grows", &["10.0", "13.0", "16.9", "22.0", "28.6", "37.1", "48.3", "62.7", "81.6"][..]),
        ("grows-and-leaps", &["100", "130", "169", "220", "286", "2860", "3718", "4833", "6283"]),
        ("short", &["100", "101", "102", "1030", "1040", "1050", "1060"]),
        ("zero", &["0", "100", "101", "102", "103", "104", "105", "106", "1070"]),
        ("negative", &["-5", "-50", "-51", "-52", "-53", "-54", "-55", "-56", "-57"]),
        ("twice", &["100", "101", "102", "1030", "1040", "1050", "1060", "10700", "10800"]),
        (
            "period-missing",
            &["100", "101", "102", "103", "-", "-", "1070", "1080", "1090", "1100", "1110"],
        ),
        (
            "figure-missing",
            &["100", "101", "102", "103", "..", "1070", "1080", "1090", "1100", "1110"],
        ),
        // 1 and 2 may be 1.49 and 1.5.
        ("coarse", &["1", "1", "1", "1", "2", "2", "2", "2", "2"]),
        // 149 to 298 doubles as printed, but may not have in fact.
        ("not-sure", &["149", "149", "150", "150", "149", "298", "299", "298", "297"]),
    ] {
        let found = notes(name, "", figures);
        assert!(found.iter().all(|note| note.contains("repeats")), "{name}: {found:?}");
    }
}

#[test]
fn a_break_that_is_flagged_is_noted() {
    let figures = ["100", "101p", "140 (b)", "141", "142b"];
    let found = notes("flag", "flags = [\"p\", \"b\"]", &figures);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "year 2002 (row 3): n is 140 (b), flagged as a break in the series");
    // A letter that is not declared is no flag.
    assert_eq!(notes("flag-not", "flags = [\"p\"]", &["100", "101p"]), [""; 0]);
}

#[test]
fn a_number_that_is_declared_to_be_missing_is_no_number() {
    let data = "unit = \"persons\"\nsymbols = { \"-99\" = \"missing\" }";
    let claims = footing("").replace("unit = \"persons\"", data);
    let found = finding("minus-99", "area,a,b,total\nN,-99,5,-94\nS,1,5,6\n", &claims);
    assert_eq!(counts(&found), [1, 0, 1]);
}

#[test]
fn a_hierarchy_with_an_orphan() {
    let claims = "[data.t]\npath = \"t.csv\"\nunit = \"persons\"\n\n[[footing]]\neach = \"t\"\n\
                  code = \"code\"\nparent = \"up\"\nparts = [\"n\"]\ntotal = \"n\"\n\
                  complete = true\nexclusive = true\n";
    let table = "code,up,n\nall,,10\nx,all,4\ny,all,6\nz,gone,1\n";
    let found = finding("orphan", table, claims);
    assert_eq!(counts(&found), [1, 0, 1]);
    assert!(said(&found).contains("no row has the code \"gone\""), "{}", said(&found));
}

#[test]
fn every_row_is_kept_if_asked_for() {
    let case = case("all", GAPS, &footing(""));
    let few = Audit::run(&case).findings[0].rows.as_ref().unwrap().worst.len();
    let detail = Detail { failing: true, all: true, ..Detail::default() };
    let all = Audit::in_detail(&case, detail).findings[0].rows.as_ref().unwrap().worst.len();
    assert_eq!((few, all), (3, 4));
}

#[test]
fn the_fast_path_and_the_full_one_agree() {
    // The same table, once plain and once with a footnote mark that only the full path reads.
    let mut table = "area,a,b,total\n".to_owned();
    let mut marked = table.clone();
    for row in 0..400u64 {
        let (a, b) = (row * 7919 % 1000, row * 104_729 % 1000);
        let total = a + b + [0, 1, 2, 0, 9][(row % 5) as usize];
        let show = |n: u64| format!("{}.{}", n / 10, n % 10);
        table.push_str(&format!("{row},{},{},{}\n", show(a), show(b), show(total)));
        marked.push_str(&format!("{row},{}¹,{},{}\n", show(a), show(b), show(total)));
    }
    let claims = footing("").replace("unit = \"persons\"\n", "");
    let (plain, full) = (finding("fast", &table, &claims), finding("slow", &marked, &claims));
    assert_eq!(counts(&plain), counts(&full));
    assert!(counts(&plain)[0] > 0 && counts(&plain)[1] > 0);
}

#[test]
fn how_a_figure_is_read_here_holds_for_cells() {
    let table = "area,a,b,total\nN,40,50,100\n";
    assert_eq!(counts(&finding("given-not", table, &footing(""))), [0, 1, 0]);
    // A total rounded to tens may be 90 printed as 100? No: 95 to 105. To twenties it may.
    let tens = footing("given = { total = { round = 20 } }");
    assert_eq!(counts(&finding("given", table, &tens)), [1, 0, 0]);
    let typo = finding("given-typo", table, &footing("given = { totl = { round = 20 } }"));
    assert_eq!(typo.verdict, Verdict::NotJudged);
    assert!(said(&typo).contains("did you mean `total`?"), "{}", said(&typo));
}

#[test]
fn numbers_written_in_two_ways_accuse_nobody() {
    let table = "area,a,b,total\nN,\"4,5\",5.1,9.6\nS,4.5,5.1,19.6\n";
    let found = finding("two-ways", table, &footing("").replace("unit = \"persons\"\n", ""));
    assert_eq!(found.verdict, Verdict::Undetermined);
    assert_eq!(found.rows.unwrap().judged(), 2);
}

#[test]
fn a_count_over_no_rows_accuses_nobody() {
    let claims = |value: &str| {
        format!(
            "[claim]\nn = \"{value} persons\"\n\n[data.t]\npath = \"t.csv\"\n\n[[tie-out]]\nclaim = \"n\"\n\
             data = \"t\"\ncount = true\nwhere = {{ area = \"Q\" }}\n"
        )
    };
    assert_eq!(finding("no-rows", GAPS, &claims("3")).verdict, Verdict::Undetermined);
    assert_eq!(finding("no-rows-0", GAPS, &claims("0")).verdict, Verdict::Consistent);
}

#[test]
fn a_symbol_for_zero_is_not_left_out_of_a_mean() {
    let claims = "[claim]\nmean = \"4 persons\"\n\n[data.t]\npath = \"t.csv\"\n\
                  symbols = { \"-\" = \"zero\" }\n\n[[tie-out]]\nclaim = \"mean\"\ndata = \"t\"\n\
                  mean = \"n\"\n";
    let found = finding("zero-mean", "n\n4\n-\n", claims);
    assert_ne!(found.verdict, Verdict::Consistent, "{}", said(&found));
}

#[test]
fn showing_every_row_changes_no_verdict() {
    // Four parts and a total, each off by nearly half a unit in one direction.
    let mut table = "area,a,b,c,d,e,f,g,h,total\n".to_owned();
    for row in 0..3 {
        table.push_str(&format!(
            "{row},1.1,2.1,3.1,4.1,5.1,6.1,7.1,8.1,36.{}\n",
            8 + row / 2 + 4 - 4
        ));
    }
    table.push_str("9,1.1,2.1,3.1,4.1,5.1,6.1,7.1,8.1,40.9\n");
    let table = table.replace("40.9", "37.2");
    let claims = footing("")
        .replace("unit = \"persons\"\n", "")
        .replace("\"a\", \"b\"", "\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\"");
    let case = case("every", &table, &claims);
    let few = Audit::run(&case).findings.remove(0);
    let all = Audit::in_detail(&case, Detail { failing: true, all: true, ..Detail::default() })
        .findings
        .remove(0);
    assert_eq!(few.verdict, Verdict::Improbable);
    assert_eq!(few.verdict, all.verdict);
    assert_eq!(few.rows.unwrap().counts, all.rows.unwrap().counts);
}
