//! Checks that take a whole table apart: which parts there are, and how each came out.

use tieout::audit::{Audit, Case, Detail};
use tieout::dataset::Frames;
use tieout::finding::{Finding, Verdict};
use tieout::project::load_text;

/// The one finding on an assertion about tables among those of the pages.
fn finding(toml: &str) -> Finding {
    let mut case: Case = load_text("tests/checks/page.toml", toml.to_owned());
    case.ledger.tables = Some(Box::new(Frames::default()));
    let detail = Detail { failing: true, all: true, ..Detail::default() };
    let mut findings = Audit::in_detail(&case, detail).findings;
    assert_eq!(findings.len(), 1, "{:?}", case.mistakes);
    findings.remove(0)
}

/// The labels of the parts that came to a verdict, in the order of the table.
fn labels(finding: &Finding, verdict: Verdict) -> Vec<String> {
    let tally = finding.rows.as_ref().expect("it is judged over a table");
    let parts = tally.worst.iter().filter(|part| part.finding.verdict == verdict);
    let mut labels: Vec<String> = parts.map(|part| part.label.clone()).collect();
    assert_eq!(labels.len() as u64, tally.count(verdict));
    labels.sort();
    labels
}

fn notes(finding: &Finding) -> &[String] {
    finding.rows.as_ref().map_or(&[], |tally| &tally.notes)
}

fn cross(file: &str, keys: &str) -> Finding {
    finding(&format!(
        "[data.t]\npath = \"data/{file}.csv\"\nunit = \"persons\"\n[[cross-footing]]\ndata = \"t\"\nrow = \"region\"\n{keys}"
    ))
}

#[test]
fn tables_in_one_file_are_apart() {
    let table = cross("regions_years", &format!("by = \"year\"\n{BOTH}"));
    let failing = ["year 2002: column total", "year 2002: row South"];
    assert_eq!(labels(&table, Verdict::Inconsistent), failing);
    assert_eq!(labels(&table, Verdict::Undetermined), ["year 2003"]);
    assert_eq!(labels(&table, Verdict::Consistent).len(), 10);
    let misspelt = cross("regions_years", &format!("by = \"yaer\"\n{BOTH}"));
    assert_eq!(misspelt.verdict, Verdict::NotJudged);
}

const BOTH: &str = "total_column = \"total\"\ntotal_row = \"All\"";

#[test]
fn every_line_of_a_table_is_added_once() {
    let table = cross("regions", BOTH);
    let lines = labels(&table, Verdict::Consistent);
    let expected = [
        "column men",
        "column total",
        "column women",
        "row All",
        "row Centre",
        "row North",
        "row South",
    ];
    assert_eq!(lines, expected);
    assert!(notes(&table).is_empty());
    let rows = cross("regions", "total_column = \"total\"");
    assert_eq!(labels(&rows, Verdict::Consistent), expected[3..]);
    let columns = cross("regions", "total_row = \"All\"");
    assert_eq!(labels(&columns, Verdict::Consistent), expected[..3]);
}

#[test]
fn a_wrong_cell_is_where_its_lines_cross() {
    let table = cross("regions_slip", BOTH);
    assert_eq!(labels(&table, Verdict::Inconsistent), ["column men", "row Centre"]);
    assert_eq!(notes(&table), ["changing the cell at row Centre, column men would mend both"]);
    // With one side only, nothing crosses.
    assert!(notes(&cross("regions_slip", "total_column = \"total\"")).is_empty());
    let total = cross(
        "regions_long",
        "column = \"sex\"\nvalue = \"persons\"\ntotal_row = \"All\"\ntotal_column = \"both\"",
    );
    assert_eq!(labels(&total, Verdict::Inconsistent), ["column both", "row South"]);
    assert_eq!(notes(&total), ["changing the cell at row South, column both would mend both"]);
}

#[test]
fn cells_without_a_figure_concern_their_own_lines_only() {
    let table = cross("regions_gaps", BOTH);
    let open = ["column men", "column women", "row Centre", "row South"];
    assert_eq!(labels(&table, Verdict::Undetermined), open);
    assert_eq!(labels(&table, Verdict::Inconsistent), ["row West"]);
    assert_eq!(labels(&table, Verdict::Consistent), ["column total", "row All", "row North"]);
}

#[test]
fn a_cell_that_a_long_table_lacks_is_missing() {
    let keys = "column = \"sex\"\nvalue = \"persons\"\ntotal_row = \"All\"\ntotal_column = \"both\"\n\
        where = \"NOT (region = 'North' AND sex = 'men')\"";
    let table = cross("regions_long", keys);
    assert_eq!(labels(&table, Verdict::Undetermined), ["column men", "row North"]);
    let keys = keys.replace("sex = 'men')", "sex = 'men') AND region <> 'All'");
    let lacking = cross("regions_long", &keys);
    assert_eq!(lacking.verdict, Verdict::NotJudged);
    assert!(lacking.mistakes[0].what.ends_with("regions_long.csv is `All`"));
}

#[test]
fn a_column_of_codes_is_never_added_unasked() {
    let table = cross("regions_codes", BOTH);
    assert_eq!(table.verdict, Verdict::NotJudged);
    assert!(table.mistakes[0].what.starts_with("`code` has no figure in the row `All`"));
    let named = cross("regions_codes", &format!("columns = [\"women\", \"men\"]\n{BOTH}"));
    assert_eq!(named.verdict, Verdict::Consistent);
}

#[test]
fn a_missing_total_is_never_taken_to_be_zero() {
    for missing in ["zero", "skip", "unknown"] {
        let keys = format!(
            "columns = [\"women\"]\ntotal_column = \"men\"\nmissing = \"{missing}\"\nwhere = \"region = 'Centre'\""
        );
        assert_eq!(cross("regions_gaps", &keys).verdict, Verdict::Undetermined, "{missing}");
    }
}

#[test]
fn a_copied_column_is_noted() {
    let table = cross("regions_copied", BOTH);
    assert_eq!(labels(&table, Verdict::Inconsistent).len(), 4);
    assert_eq!(notes(&table), ["columns women and men have the same figures in all rows"]);
}

fn tied(table: &str, other: &str, keys: &str) -> Finding {
    finding(&format!(
        "[data.t]\npath = \"data/{table}.csv\"\n[data.o]\npath = \"data/{other}.csv\"\n[[tie-table]]\ntable = \"t\"\n{keys}"
    ))
}

#[test]
fn a_table_is_computed_cell_by_cell() {
    let keys = "data = \"o\"\nby = \"province\"\n\
        cells = { interviewed = { count = true }, paid = { measure = \"sum(price_yuan) / 1000.0\" }, \
        sold_again = { share = \"times_sold >= 2\" } }";
    let table = tied("provinces", "interviews", keys);
    assert_eq!(labels(&table, Verdict::Consistent).len(), 9);
    let draft = tied("provinces_draft", "interviews", keys);
    let wrong = ["interviewed, province Liaoning (row 3)", "paid, province Jilin (row 2)"];
    assert_eq!(labels(&draft, Verdict::Inconsistent), wrong);
    let open = [
        "interviewed, province Shandong (row 4)",
        "paid, province Liaoning (row 3)",
        "paid, province Shandong (row 4)",
        "sold_again, province Jilin (row 2)",
        "sold_again, province Shandong (row 4)",
    ];
    assert_eq!(labels(&draft, Verdict::Undetermined), open);
    assert_eq!(labels(&draft, Verdict::Consistent).len(), 5);
}

#[test]
fn a_copied_column_and_a_missing_row_show() {
    let keys = "data = \"o\"\nby = \"province\"\n\
        cells = { interviewed = { count = true }, mean_age = { mean = \"age\" } }";
    let table = tied("provinces_copied", "interviews", keys);
    let wrong = ["mean_age, province Heilongjiang (row 1)", "mean_age, province Liaoning (row 2)"];
    assert_eq!(labels(&table, Verdict::Inconsistent), wrong);
    assert_eq!(labels(&table, Verdict::Undetermined), ["province Jilin"]);
    assert_eq!(notes(&table), ["only o has province Jilin"]);
}

#[test]
fn no_rows_are_a_printed_count_of_zero() {
    let keys = "data = \"o\"\nby = \"province\"\ncells = { interviewed = { count = true } }\n\
        where = \"province <> 'Jilin'\"\nrows = \"province = 'Jilin'\"";
    let zero = tied("provinces_zero", "interviews", &keys.replace("interviewed", "sold_often"));
    assert_eq!(labels(&zero, Verdict::Consistent), ["sold_often, province Jilin (row 1)"]);
    // A sum of nothing is no zero.
    let sum = keys.replace("interviewed", "sold_often").replace("count = true", "sum = \"age\"");
    assert!(labels(&tied("provinces_zero", "interviews", &sum), Verdict::Consistent).is_empty());
    // Fourteen is printed, and there are none: spelt otherwise, perhaps.
    let table = tied("provinces", "interviews", keys);
    assert!(labels(&table, Verdict::Inconsistent).is_empty());
    assert!(labels(&table, Verdict::Undetermined)[0].starts_with("interviewed, province Jilin"));
}

#[test]
fn a_share_is_compared_with_percentages_only() {
    let keys = "data = \"o\"\nby = \"province\"\n\
        cells = { interviewed = { share = \"times_sold >= 2\" } }";
    let table = tied("provinces", "interviews", keys);
    assert_eq!(labels(&table, Verdict::Undetermined).len(), 3);
}

#[test]
fn two_tables_are_compared_cell_by_cell() {
    let keys = "other = \"o\"\nby = { province = \"name\" }";
    let table = tied("provinces", "provinces_annex", keys);
    assert_eq!(labels(&table, Verdict::Consistent).len(), 9);
    assert_eq!(labels(&table, Verdict::Undetermined), ["name Beijing"]);
    assert_eq!(
        notes(&table),
        ["only t has `sold_again`", "only o has `notes`", "only o has name Beijing"]
    );
    let versions = tied("provinces", "provinces_draft", "other = \"o\"\nby = \"province\"");
    let wrong = ["interviewed, province Liaoning (row 3)", "paid, province Jilin (row 2)"];
    assert_eq!(labels(&versions, Verdict::Inconsistent), wrong);
    let open = [
        "paid, province Liaoning (row 3)",
        "province Shandong",
        "sold_again, province Jilin (row 2)",
    ];
    assert_eq!(labels(&versions, Verdict::Undetermined), open);
    let same = tied("provinces_draft", "provinces_draft", "other = \"o\"\nby = \"province\"");
    assert_eq!(labels(&same, Verdict::Undetermined), ["paid, province Liaoning (row 3)"]);
    assert_eq!(notes(&same), ["missing in both tables, and so not compared: 1"]);
}

#[test]
fn a_measure_is_taken_in_the_printed_unit_unless_the_data_declare_theirs() {
    let verdict = |unit: &str, measure: &str, own: &str| {
        let tables =
            "[data.t]\npath = \"data/provinces.csv\"\n[data.o]\npath = \"data/interviews.csv\"\n";
        let keys = "table = \"t\"\ndata = \"o\"\nby = \"province\"";
        let own = if own.is_empty() {
            String::new()
        } else {
            format!("[data.o.columns.age]\nunit = \"{own}\"\n")
        };
        finding(&format!(
            "{tables}{own}[data.t.columns.mean_age]\nunit = \"{unit}\"\n[[tie-table]]\n{keys}\n\
             cells = {{ mean_age = {measure} }}"
        ))
        .verdict
    };
    let mean = "{ mean = \"age\" }";
    assert_eq!(verdict("", mean, ""), Verdict::Consistent);
    assert_eq!(verdict("years", mean, ""), Verdict::Consistent);
    assert_eq!(verdict("years", "{ measure = \"avg(age)\" }", ""), Verdict::Consistent);
    assert_eq!(verdict("years", mean, "years"), Verdict::Consistent);
    assert_eq!(verdict("years", mean, "months"), Verdict::Inconsistent);
    assert_eq!(verdict("years", mean, "USD"), Verdict::NotJudged);
    assert_eq!(verdict("%", "{ count = true }", ""), Verdict::Undetermined);
}
