//! Datasets of each format, and the faults that their files can have.

use std::ops::ControlFlow;

use tieout::dataset::{Encoding, Frames, Part, Source, Tables, Trouble, Wanted};

fn source(name: &str) -> Source {
    Source {
        path: format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")),
        ..Source::default()
    }
}

fn read(
    source: &Source,
    columns: &[&str],
    condition: Option<&str>,
) -> Result<String, Box<Trouble>> {
    let columns = columns.iter().map(|name| name.to_string()).collect();
    let condition = condition.map(str::to_owned);
    let wanted = Wanted { columns, condition, flags: Vec::new() };
    let mut lines = Vec::new();
    Frames::default().rows(source, &wanted, &mut |rows| {
        for (row, number) in rows.numbers.iter().enumerate() {
            let cells = rows.columns.iter().map(|column| column.get(row).unwrap_or("-"));
            lines.push(format!("{number}:{}", cells.collect::<Vec<_>>().join("|")));
        }
        ControlFlow::Continue(())
    })?;
    Ok(lines.join(" "))
}

fn fault(name: &str) -> Trouble {
    let columns = Frames::default().columns(&source(name));
    columns.expect_err(name)
}

#[test]
fn cells_stand_as_written_in_every_format() {
    for name in ["table.csv", "table.csv.gz"] {
        let rows = read(&source(name), &["share", "name"], None);
        assert_eq!(rows.unwrap(), "1:41.0|a, b 2:7.50|c", "{name}");
    }
    for name in ["table.parquet", "table.arrow", "table.jsonl", "table.xlsx"] {
        let rows = read(&source(name), &["year", "share"], None);
        assert_eq!(rows.unwrap(), "1:1999|41 2:2001|7.5", "{name}");
    }
    let mut declared = source("table.parquet");
    declared.decimals.insert("share".to_owned(), 2);
    assert_eq!(read(&declared, &["share"], None).unwrap(), "1:41.00 2:7.50");
}

#[test]
fn numbers_of_a_workbook_stand_as_they_are_shown() {
    let rows = read(&source("formats.xlsx"), &["share"], None).unwrap();
    assert_eq!(rows, "1:41 2:41.0 3:0.1 4:41.3% 5:29% 6:1234567 7:41.25%");
}

#[test]
fn conditions_compare_numbers_and_cells_stay_texts() {
    let rows = read(&source("table.csv"), &["share"], Some("year >= 2000 AND share < 10"));
    assert_eq!(rows.unwrap(), "2:7.50");
}

#[test]
fn encodings_are_read() {
    let mut latin = source("latin.csv");
    assert!(
        fault("latin.csv").what.contains("row 1 (line 2), at byte 19"),
        "{}",
        fault("latin.csv").what
    );
    latin.encoding = Some(Encoding::Windows1252);
    assert_eq!(read(&latin, &["name"], None).unwrap(), "1:café");
    assert_eq!(read(&source("wide.csv"), &["name"], None).unwrap(), "1:café");
}

#[test]
fn folders_and_patterns_are_one_dataset() {
    for name in ["parts", "parts/*.csv"] {
        assert_eq!(read(&source(name), &["a", "b"], None).unwrap(), "1:1|2 2:3|x", "{name}");
    }
}

#[test]
fn faults_are_named() {
    for (name, words) in [
        ("short.csv", "has 1 cell in row 2 (line 3), but 2 in the header"),
        ("long.csv", "has 3 cells in row 2 (line 3), but 2 in the header"),
        ("none.csv", "has not even a header"),
        ("header.csv", "no rows below the header"),
        ("twice.csv", "two columns \"a\""),
        ("cut.parquet", "cannot be read"),
        ("parts/*.txt", "no files of data"),
        ("tabel.csv", "there is no file"),
    ] {
        let trouble = fault(name);
        assert!(trouble.what.contains(words), "{name}: {}", trouble.what);
    }
    assert!(fault("tabel.csv").unknown.unwrap().1.contains(&"table.csv".to_owned()));
    let far = Source { path: "https://example.org/a.csv".to_owned(), ..Source::default() };
    assert!(Frames::default().columns(&far).is_err());
    let table = source("table.csv");
    let strange = read(&table, &["name"], Some("yaer > 1")).unwrap_err();
    assert_eq!((strange.part, strange.at), (Part::Condition, Some(0..4)));
    assert_eq!(read(&table, &["name"], Some("year >")).unwrap_err().part, Part::Condition);
    let column = read(&table, &["nmae"], None).unwrap_err();
    assert_eq!(column.part, Part::Column("nmae".to_owned()));
    let sheet = Source { sheet: Some("Shee".to_owned()), ..source("table.xlsx") };
    assert!(Frames::default().columns(&sheet).unwrap_err().what.contains("no sheet"));
    let formula = fault("formula.xlsx");
    assert!(formula.what.contains("formula without a value in row 2 column 1"));
}

#[test]
fn values_that_a_condition_cannot_compare_are_named() {
    let path = std::env::temp_dir().join(format!("misfit-{}.csv", std::process::id()));
    let text = format!("year\n{}abc\n2001\n", "1999\n".repeat(20_000));
    std::fs::write(&path, text).unwrap();
    let mut late = Source { path: path.to_string_lossy().into_owned(), ..Source::default() };
    let trouble = read(&late, &["year"], Some("year >= 2000")).unwrap_err();
    late.nulls.push("abc".to_owned());
    let declared = read(&late, &["year"], Some("year >= 2000"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(trouble.part, Part::Condition);
    let words = "row 20001 (line 20002)";
    assert!(
        trouble.what.contains(words) && trouble.what.contains("has \"abc\" in column \"year\""),
        "{}",
        trouble.what
    );
    assert_eq!(declared.unwrap(), "20002:2001");
}

#[test]
fn quotes_within_cells_and_blank_lines_keep_the_rows_apart() {
    let rows = read(&source("inches.csv"), &["name", "size"], None).unwrap();
    assert_eq!(rows, "1:5\" pipe|1 2:a \"b\", c|2 3:6\" hose|3");
    let marked = read(&source("marked.csv"), &["name, short"], None).unwrap();
    assert_eq!(marked, "1:5\" pipe 2:hose");
}
