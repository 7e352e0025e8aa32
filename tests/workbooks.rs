//! Workbooks are read as they are shown, and whatever their bytes are, there is an answer or an
//! error.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tieout::Number;
use tieout::audit::Audit;
use tieout::dataset::{Ask, Format, Frames, Measure, Source, Tables, Trouble, Wanted};
use tieout::finding::Verdict;
use tieout::project::load_text;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const BOOKS: [&str; 6] =
    ["shown.xlsx", "shown.ods", "formats.xlsx", "formula.xlsx", "table.xlsx", "table.ods"];

fn path(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn sheet(name: &str, sheet: &str) -> Source {
    Source { path: path(name), sheet: Some(sheet.to_owned()), ..Source::default() }
}

fn cells(source: &Source, columns: &[&str]) -> Result<Vec<Vec<String>>, Box<Trouble>> {
    let columns = columns.iter().map(|name| name.to_string()).collect();
    let wanted = Wanted { columns, ..Wanted::default() };
    let mut all = Vec::new();
    Frames::default().rows(source, &wanted, &mut |rows| {
        for row in 0..rows.len() {
            let cells = rows.columns.iter().map(|column| column.get(row).unwrap_or("").to_owned());
            all.push(cells.collect());
        }
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

fn pairs(source: &Source) -> Vec<(String, String)> {
    let rows = cells(source, &["what", "value"]).unwrap_or_else(|trouble| panic!("{trouble:?}"));
    rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

fn compare(source: &Source, expected: &[(&str, &str)]) {
    let read = pairs(source);
    let read: Vec<(&str, &str)> = read.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(read, expected);
}

#[test]
fn excel_by_its_number_formats() {
    compare(
        &sheet("shown.xlsx", "Shown"),
        &[
            ("decimals", "41.0"),
            ("thousands", "1234568"),
            ("in thousands", "1235"),
            ("percent", "29%"),
            ("quoted percent", "41.3%"),
            ("money", "12.60 €"),
            ("persons", "41 persons"),
            ("negative", "-1234"),
            ("nothing", "-"),
            ("small", "0.25"),
            ("general", "0.333333333"),
            ("noise", "0.3"),
            ("month", "2024-03"),
            ("day", "2024-03-05"),
            ("text", ".."),
            ("truth", "true"),
        ],
    );
}

#[test]
fn libreoffice_by_the_texts_of_its_file() {
    compare(
        &sheet("shown.ods", "Shown"),
        &[
            ("decimals", "41.0"),
            ("percent", "41.3 %"),
            ("thousands", "1234"),
            ("spaces", "1234,5"),
            ("comma", "0.001,234"),
            ("note", "7.50"),
            ("money", "12,60 €"),
            ("negative", "-1234"),
            ("month", "2024-03"),
            ("day", "2024-03-05"),
            ("truth", "true"),
            ("two\nlines", "5"),
            ("twins", "6"),
        ],
    );
    let merged = cells(&sheet("shown.ods", "Merged"), &["a", "b", "c"]).unwrap();
    assert_eq!(merged, [["1.0", "1.0", "x"], ["1.0", "1.0", "x"], ["2.0", "", "y"]]);
}

/// Where a decimal comma could be one of thousands, what is handed on can be read in one way.
#[test]
fn a_decimal_comma_is_read_alike_by_every_style_that_has_one() {
    use tieout::figure::{Figure, Style};
    let value = Number::parse("1.234").unwrap();
    for style in [Style::Inferred, Style::Continental] {
        let figure = Figure::read("0.001,234", style, None).unwrap();
        assert_eq!(figure.printed(), Some(&value), "{style:?}");
    }
}

/// Numbers that a file keeps as such are handed out as the column is read.
#[test]
fn a_declared_decimal_comma_does_not_make_thousands_of_decimals() {
    let columns = |source: &Source| cells(source, &["a", "b", "total"]).unwrap();
    let mut source = sheet("shown.xlsx", "Parts");
    source.comma_of_others = true;
    source.commas.insert("b".to_owned(), false);
    assert_eq!(columns(&source), [["0,4", "0.4", "0,9"], ["2,0", "2.0", "4,3"]]);
    let mut binary =
        Source { path: path("table.parquet"), comma_of_others: true, ..Source::default() };
    binary.decimals.insert("share".to_owned(), 3);
    assert_eq!(
        cells(&binary, &["year", "share"]).unwrap(),
        [["1999", "41,000"], ["2001", "7,500"]]
    );
    // What stands in a file as text is left alone.
    let text = Source { path: path("table.csv"), comma_of_others: true, ..Source::default() };
    assert_eq!(cells(&text, &["share"]).unwrap(), [["41.0"], ["7.50"]]);
}

/// A report whose figures are written `1.234,5` over a workbook with three decimals.
#[test]
fn the_style_of_a_report_does_not_change_the_numbers_of_its_workbooks() {
    let claims = format!(
        "[report]\nstyle = \"1.234,5\"\n\n[data.t]\npath = \"{}\"\nsheet = \"Thousandths\"\n\n\
         [[footing]]\neach = \"t\"\nparts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\n\
         exclusive = true\n",
        path("shown.xlsx")
    );
    let mut case = load_text("claims.toml", claims);
    case.ledger.tables = Some(Box::new(Frames::default()));
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    let finding = Audit::run(&case).findings.remove(0);
    let tally = finding.rows.as_ref().unwrap_or_else(|| panic!("{:?}", finding.mistakes));
    // 1.234 + 2 = 3.234, which thousands would not give.
    assert_eq!(tally.count(Verdict::Consistent), 1);
    assert_eq!(tally.count(Verdict::Inconsistent), 0);
}

#[test]
fn what_is_computed_with_keeps_all_digits() {
    for name in ["shown.xlsx", "shown.ods"] {
        let mut source = sheet(name, "Micro");
        source.decimals.insert("share".to_owned(), 3);
        let ask = Ask { measure: Measure::Sum("share".to_owned()), condition: None, weight: None };
        let sum = Frames::default().measure(&source, &ask).unwrap();
        assert_eq!(sum.set.as_point(), Number::parse("0.698").as_ref(), "{name}");
        let shown = cells(&source, &["share"]).unwrap();
        assert_eq!(shown, [["41%"], ["29%"]], "{name}");
    }
}

#[test]
fn what_cannot_be_told_is_named() {
    for (name, sheet_name, words) in [
        ("shown.xlsx", "Fraction", "in row 2 column 2 of sheet \"Fraction\" whose format `# ?/?`"),
        ("shown.xlsx", "Wrong", "has the error #DIV/0! in row 2 column 1"),
        ("formula.xlsx", "Sheet", "has a formula without a value in row 2 column 1"),
        ("shown.ods", "Narrow", "shows ### in row 2 column 1 of sheet \"Narrow\""),
        ("shown.ods", "Wrong", "has the error Err:502 in row 2 column 1"),
        ("shown.ods", "Divided", "has the error #DIV/0! in row 2 column 1"),
        ("shown.ods", "Unworked", "has a formula without a value in row 2 column 1"),
        ("shown.ods", "Untold", "does not tell how the value in row 2 column 1"),
        ("shown.ods", "Unlike", "shows \"1.5\" in row 2 column 1"),
        ("shown.ods", "Gone", "has no sheet \"Gone\""),
    ] {
        let trouble = Frames::default().columns(&sheet(name, sheet_name)).expect_err(sheet_name);
        assert!(trouble.what.contains(words), "{name}: {}", trouble.what);
        assert!(trouble.what.contains(name), "{}", trouble.what);
    }
    // Only cells that are read can be at fault.
    let beside = Source { range: Some("A1:A2".to_owned()), ..sheet("shown.xlsx", "Fraction") };
    assert_eq!(cells(&beside, &["a"]).unwrap(), [["1"]]);
    for range in ["A1", "B2:A1", "A0:B2", "A1:XFE2", "A1:B1048577", "1:2"] {
        let source = Source { range: Some(range.to_owned()), ..sheet("shown.xlsx", "Shown") };
        let trouble = Frames::default().columns(&source).expect_err(range);
        assert!(trouble.what.contains("is no range such as"), "{range}: {}", trouble.what);
    }
    let wide = Source { range: Some("A1:XFD1048576".to_owned()), ..sheet("shown.xlsx", "Shown") };
    let trouble = Frames::default().columns(&wide).unwrap_err();
    assert!(trouble.what.contains("more than 50 million cells"), "{}", trouble.what);
}

/// What is printed is judged, not what lies behind it.
#[test]
fn footings_are_judged_as_shown() {
    let claims = format!(
        "[data.t]\npath = \"{}\"\nsheet = \"Parts\"\n\n[[footing]]\neach = \"t\"\nparts = [\"a\", \"b\"]\n\
         total = \"total\"\ncomplete = true\nexclusive = true\n",
        path("shown.xlsx")
    );
    let mut case = load_text("claims.toml", claims);
    case.ledger.tables = Some(Box::new(Frames::default()));
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
    let finding = Audit::run(&case).findings.remove(0);
    let tally = finding.rows.as_ref().unwrap_or_else(|| panic!("{:?}", finding.mistakes));
    let count = |verdict| tally.count(verdict);
    // 0.4 + 0.4 = 0.9 from 0.44 + 0.44 = 0.88; 2.0 + 2.0 = 4.3 cannot be.
    assert_eq!((count(Verdict::Consistent), count(Verdict::Inconsistent)), (1, 1));
}

fn cases(few: u32) -> ProptestConfig {
    let set = std::env::var("TIEOUT_FUZZ_CASES").ok().and_then(|n| n.parse().ok());
    let cases = set.unwrap_or(few);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Reads a file of some bytes both ways. What they are must show in an answer or an error soon.
fn exercise(name: &str, bytes: &[u8]) {
    let kind = name.rsplit('.').next().unwrap();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "book-{}-{:?}.{kind}",
        std::process::id(),
        std::thread::current().id()
    ));
    fs::write(&file, bytes).unwrap();
    let format = if kind == "ods" { Format::Ods } else { Format::Xlsx };
    let path = file.to_string_lossy().into_owned();
    let source = Source { path, format: Some(format), ..Source::default() };
    let started = Instant::now();
    let ask = Ask { measure: Measure::Count, condition: None, weight: None };
    for trouble in
        [Frames::default().columns(&source).err(), Frames::default().measure(&source, &ask).err()]
            .into_iter()
            .flatten()
    {
        let named = trouble.what.contains("book-") || trouble.what.contains("count");
        assert!(named, "{}", trouble.what);
    }
    fs::remove_file(&file).unwrap();
    assert!(started.elapsed() < Duration::from_secs(30));
}

/// The parts of a workbook.
fn parts(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(fs::read(path(name)).unwrap())).unwrap();
    let count = archive.len();
    let part = |at: usize| {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(part).collect()
}

/// A workbook of such parts, whose sums of control are right.
fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook of LibreOffice with this within its tables.
fn ods(content: &str) -> Vec<u8> {
    let mut parts = parts("table.ods");
    for (name, bytes) in &mut parts {
        if name == "content.xml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let start = text.find("<table:table-row>").unwrap();
            let end = text.rfind("</table:table>").unwrap();
            *bytes = format!("{}{content}{}", &text[..start], &text[end..]).into_bytes();
        }
    }
    packed(&parts)
}

fn fault(name: &str, bytes: &[u8]) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, bytes).unwrap();
    let path = file.to_string_lossy().into_owned();
    let trouble = Frames::default().columns(&Source { path, ..Source::default() });
    trouble.map_or_else(|trouble| trouble.what, |columns| columns.join(","))
}

const A: &str =
    "<table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>";

#[test]
fn gigantic_repeats_are_no_danger() {
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let empty = "<table:table-row table:number-rows-repeated=\"4294967295\">\
                 <table:table-cell table:number-columns-repeated=\"4294967295\"/></table:table-row>";
    let tail = format!("{}{}{empty}{empty}", row(A), row(A));
    assert_eq!(fault("tail.ods", &ods(&tail)), "a");
    let rows = A.replace(
        "<table:table-cell",
        "<table:table-row table:number-rows-repeated=\"4000000\"><table:table-cell",
    );
    let long = format!("{}{rows}</table:table-row>", row(A));
    assert!(fault("long.ods", &ods(&long)).contains("row 2 is repeated too often"));
    let cells =
        A.replace("<table:table-cell", "<table:table-cell table:number-columns-repeated=\"20000\"");
    assert!(fault("wide.ods", &ods(&row(&cells))).contains("column 1 is repeated too often"));
    let cells =
        A.replace("<table:table-cell", "<table:table-cell table:number-columns-repeated=\"16384\"");
    let rows = row(&cells)
        .replace("<table:table-row", "<table:table-row table:number-rows-repeated=\"1048576\"");
    assert!(fault("both.ods", &ods(&rows)).contains("more than 50 million cells"));
    let count =
        A.replace("<table:table-cell", "<table:table-cell table:number-columns-repeated=\"-1\"");
    assert!(fault("less.ods", &ods(&row(&count))).contains("is \"-1\", no number"));
    let spaces = A.replace("<text:p>", "<text:p><text:s text:c=\"4000000000\"/>");
    assert!(fault("spaces.ods", &ods(&row(&spaces))).contains("more than a megabyte"));
}

#[test]
fn cells_far_apart_are_no_danger() {
    let mut parts = parts("table.xlsx");
    let sheet = parts.iter_mut().find(|(name, _)| name.contains("sheet1.xml")).unwrap();
    let text = String::from_utf8(sheet.1.clone()).unwrap();
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    sheet.1 = text.replace("</sheetData>", far).into_bytes();
    assert!(fault("far.xlsx", &packed(&parts)).contains("more than 50 million cells"));
}

/// The library that reads Excel's files breaks down on this where overflow is checked.
#[test]
fn a_reader_that_breaks_down_is_an_error() {
    let mut parts = parts("table.xlsx");
    let sheet = parts.iter_mut().find(|(name, _)| name.contains("sheet1.xml")).unwrap();
    let text = String::from_utf8(sheet.1.clone()).unwrap();
    let start = text.find("<dimension ref=\"").unwrap() + "<dimension ref=\"".len();
    let end = start + text[start..].find('"').unwrap();
    sheet.1 = format!("{}B9:A1{}", &text[..start], &text[end..]).into_bytes();
    let what = fault("upside.xlsx", &packed(&parts));
    assert!(what.contains("the workbook is damaged") || what == "year,share", "{what}");
}

/// Content that ends within a table has made a reader of such files wait for ever.
#[test]
fn content_that_is_cut_off_is_an_error() {
    let parts = parts("table.ods");
    let at = parts.iter().position(|(name, _)| name == "content.xml").unwrap();
    let whole = parts[at].1.len();
    for length in (0..whole).step_by(37) {
        let mut parts = parts.clone();
        parts[at].1.truncate(length);
        let what = fault("cut.ods", &packed(&parts));
        assert!(what.contains("cannot be read"), "{length}: {what}");
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400), zip: bool) {
        let start: &[u8] = if zip { b"PK\x03\x04" } else { b"" };
        let bytes = [start, &bytes].concat();
        exercise("any.xlsx", &bytes);
        exercise("any.ods", &bytes);
    }

    #[test]
    fn a_damaged_workbook_is_an_answer_or_an_error(
        name in select(BOOKS.to_vec()), at: Index, bit in 0..8_u8, cut: bool,
    ) {
        let mut bytes = fs::read(path(name)).unwrap();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << bit;
        }
        exercise(name, &bytes);
    }

    #[test]
    fn a_damaged_part_is_an_answer_or_an_error(
        name in select(BOOKS.to_vec()), which: Index,
        edits in prop::collection::vec((any::<Index>(), 0..4_u8, any::<u8>()), 1..4),
    ) {
        let mut parts = parts(name);
        let which = which.index(parts.len());
        let part = &mut parts[which].1;
        for (at, how, byte) in edits {
            if part.is_empty() {
                break;
            }
            let at = at.index(part.len());
            match how {
                0 => part.truncate(at),
                1 => part[at] ^= 1 << (byte % 8),
                2 => part.insert(at, *b"<>\"&/=09EZ".get(usize::from(byte % 10)).unwrap()),
                _ => drop(part.drain(at..(at + usize::from(byte)).min(part.len()))),
            }
        }
        exercise(name, &packed(&parts));
    }
}
