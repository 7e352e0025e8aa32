//! Assertions over data, with any keys, and files of data with any bytes.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use tieout::audit::{Audit, Case};
use tieout::dataset::{Ask, Condition, Format, Frames, Measure, Source, Tables, Wanted};
use tieout::project::load_text;

use super::{cases, exercise};

/// The folder with small tables of each kind.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz-data");
        fs::create_dir_all(folder.join("parts")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write(
            "t.csv",
            "region,sex,year,a,b,total,code,parent,age,day\n\
             North,men,2019,4,5,9,1,,30,2020-01-31\n\
             North,women,2020,..,5,9,11,1,n/a,31/12/2020\n\
             South,men,2020,1.5,2.5,4,12,1,41,2021-02-01\n\
             South,women,2021,\"1,5\",x,3,2,,NaN,\n\
             All,both,2021,9,9,18,21,2,,2020-02-30\n",
        );
        write("long.csv", "region,sex,n\nNorth,men,4\nNorth,women,5\nAll,men,4\nAll,women,5\n");
        write("parts/1.csv", "region,a,b\nNorth,1,2\n");
        write("parts/2.csv", "region,a,b\nSouth,9223372036854775807,x\n");
        for name in ["floats.parquet", "decimal.parquet", "days.parquet"] {
            let from = format!("{}/tests/data/faults/{name}", env!("CARGO_MANIFEST_DIR"));
            fs::copy(from, folder.join(name)).unwrap();
        }
        folder
    })
}

const KINDS: [&str; 13] = [
    "footing",
    "cross-footing",
    "share",
    "rate",
    "change",
    "order",
    "same",
    "elapsed",
    "citation",
    "grim",
    "tie-out",
    "tie-table",
    "assert",
];

/// Names of columns, of claims, and of nothing.
const NAMES: [&str; 16] = [
    "a",
    "b",
    "total",
    "region",
    "sex",
    "year",
    "code",
    "parent",
    "age",
    "day",
    "n",
    "x",
    "y",
    "totla",
    "previous.a",
    "",
];

const CONDITIONS: [&str; 14] = [
    "a > 1",
    "age >= 30",
    "region = 'North'",
    "day >= '2020-01-01'",
    "year BETWEEN 2019 AND 2020",
    "region IN ('North', 'All')",
    "a + b = total",
    "regoin = 'North'",
    "a >",
    "(a",
    "year = 'x'",
    "1 = 2",
    "sum(a) > 1",
    "région = 'é'",
];

const MEASURES: [&str; 14] = [
    "sum(a)",
    "avg(b)",
    "count(*)",
    "100.0 * sum(a) / count(*)",
    "stddev(year)",
    "round(avg(year), 1)",
    "median(total)",
    "sum(year * year * year * year * year * year * year)",
    "sum(a) FILTER (WHERE age > 1)",
    "sun(a)",
    "sum(a",
    "a",
    "max(region)",
    "sum(total) / 0",
];

fn text() -> impl Strategy<Value = String> {
    select(NAMES.to_vec()).prop_map(|name| format!("{name:?}"))
}

fn list() -> impl Strategy<Value = String> {
    prop::collection::vec(text(), 0..4).prop_map(|names| format!("[{}]", names.join(", ")))
}

fn condition() -> impl Strategy<Value = String> {
    select(CONDITIONS.to_vec()).prop_map(|sql| format!("{sql:?}"))
}

fn measure() -> impl Strategy<Value = String> {
    select(MEASURES.to_vec()).prop_map(|sql| format!("{sql:?}"))
}

fn dataset() -> impl Strategy<Value = String> {
    select(vec!["\"t\"", "\"t\"", "\"t\"", "\"u\"", "\"nothing\"", "7"]).prop_map(str::to_owned)
}

fn either() -> impl Strategy<Value = String> {
    prop_oneof![text(), list(), condition(), Just("true".to_owned()), Just("-3".to_owned())]
}

/// A key and a value, of the kind it wants most of the time.
fn pair() -> impl Strategy<Value = (String, String)> {
    let named = |keys: &'static [&'static str]| select(keys.to_vec());
    prop_oneof![
        6 => (named(&["each", "data", "table", "other"]), dataset()),
        6 => (named(&["parts", "claims", "less", "columns", "by", "within"]), list()),
        8 => (
            named(&[
                "total", "part", "whole", "share", "from", "to", "by", "n", "row", "column",
                "value", "total_row", "total_column", "claim", "along", "down", "code", "parent",
                "sum", "mean", "median", "min", "max", "distinct", "count", "weight",
            ]),
            text(),
        ),
        4 => (named(&["where", "share", "rows", "that"]), condition()),
        3 => (named(&["measure", "query"]), measure()),
        2 => (named(&["missing"]), select(vec!["\"skip\"", "\"zero\"", "\"unknown\"", "\"sometimes\""]).prop_map(str::to_owned)),
        3 => (named(&["complete", "exclusive", "strict", "count"]), select(vec!["true", "false", "1"]).prop_map(str::to_owned)),
        1 => (named(&["quantile"]), Just("{ of = \"total\", at = 0.9 }".to_owned())),
        1 => (named(&["rate"]), Just("{ of = \"a\", per = \"b\", times = 1000 }".to_owned())),
        1 => (named(&["pairs"]), Just("[[\"a\", \"b\"], [\"total\", \"a\"]]".to_owned())),
        1 => (named(&["where"]), Just("{ region = \"North\", year = [2019, 2020] }".to_owned())),
        1 => (named(&["cells"]), Just("{ a = { sum = \"a\" }, b = { median = \"b\" } }".to_owned())),
        1 => (named(&["given"]), Just("{ a = { round = 10 } }".to_owned())),
        1 => (named(&["wher", "eech", "totl", "missng", "severity", "label"]), either()),
        1 => (named(&["each", "by", "where", "total", "parts", "measure"]), either()),
    ]
    .prop_map(|(key, value)| (key.to_owned(), value))
}

/// One assertion; a key that comes twice is written once.
fn assertion() -> impl Strategy<Value = String> {
    let kind = prop_oneof![20 => select(KINDS.to_vec()), 1 => Just("footign")];
    (kind, prop::collection::vec(pair(), 1..9)).prop_map(|(kind, pairs)| {
        let mut text = format!("[[{kind}]]\n");
        let mut seen = Vec::new();
        for (key, value) in pairs {
            if !seen.contains(&key) {
                let _ = writeln!(text, "{key} = {value}");
                seen.push(key);
            }
        }
        text
    })
}

/// Assertions that can be judged over the tables above.
const WHOLE: [&str; 12] = [
    "[[footing]]\neach = \"t\"\nparts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\n",
    "[[footing]]\neach = \"t\"\nby = \"year\"\ndown = \"a\"\nparts = [\"region = 'North'\"]\ntotal = \"region = 'All'\"\n",
    "[[footing]]\neach = \"t\"\ncode = \"code\"\nparts = [\"total\"]\ntotal = \"total\"\n",
    "[[change]]\neach = \"t\"\nalong = \"code\"\nfrom = \"previous.total\"\nto = \"total\"\ndirection = \"rise\"\n",
    "[[order]]\neach = \"t\"\nclaims = [\"a\", \"total\"]\nmissing = \"unknown\"\n",
    "[[cross-footing]]\ndata = \"t\"\nrow = \"code\"\ncolumns = [\"a\", \"b\"]\ntotal_column = \"total\"\n",
    "[[cross-footing]]\ndata = \"u\"\nrow = \"region\"\ncolumn = \"sex\"\nvalue = \"n\"\ntotal_row = \"All\"\n",
    "[[tie-table]]\ntable = \"t\"\ndata = \"u\"\nby = [\"region\", \"sex\"]\ncells = { a = { sum = \"n\" } }\n",
    "[[tie-table]]\ntable = \"t\"\nother = \"u\"\nby = [\"region\", \"sex\"]\n",
    "[[tie-out]]\nclaim = \"x\"\ndata = \"t\"\nsum = \"total\"\nwhere = \"year > 2019\"\n",
    "[[tie-out]]\nclaim = \"x\"\ndata = \"t\"\nrate = { of = \"year\", per = \"total\" }\nweight = \"total\"\n",
    "[[assert]]\neach = \"t\"\nthat = \"a + b <= total\"\nwhere = \"year > 2019\"\n",
];

/// Assertions that are whole, of which one key may be changed.
fn whole() -> impl Strategy<Value = String> {
    (select(WHOLE.to_vec()), prop::option::of(pair())).prop_map(|(text, change)| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if let Some((key, value)) = change {
            lines.retain(|line| !line.starts_with(&format!("{key} =")));
            lines.push(format!("{key} = {value}"));
        }
        lines.join("\n") + "\n"
    })
}

/// A declaration of a dataset, and of its columns.
fn declaration(name: &'static str) -> impl Strategy<Value = String> {
    let path = select(vec![
        "t.csv",
        "t.csv",
        "t.csv",
        "long.csv",
        "long.csv",
        "parts",
        "parts/*.csv",
        "floats.parquet",
        "decimal.parquet",
        "days.parquet",
        "nowhere.csv",
        "https://x.org/t.csv",
    ]);
    let key = select(vec![
        "key = \"region\"",
        "key = [\"region\", \"sex\"]",
        "unit = \"persons\"",
        "unit = \"%\"",
        "unit = \"furlongs per fortnight\"",
        "decimals = 1",
        "decimals = 99",
        "round = 1",
        "round = [1, 5]",
        "convention = \"half-even\"",
        "style = \"1.234,5\"",
        "symbols = { \"..\" = \"missing\", x = \"zero\", \"n/a\" = \"missing\" }",
        "flags = [\"p\"]",
        "missing = \"skip\"",
        "delimiter = \";\"",
        "quote = \"'\"",
        "encoding = \"utf-16\"",
        "encoding = \"latin-1\"",
        "header = 2",
        "header = 99",
        "format = \"parquet\"",
        "format = \"jsonl\"",
        "sheet = \"a\"",
        "range = \"A1:B2\"",
        "delimitr = \";\"",
    ]);
    let column = select(vec![
        "a = { decimals = 1 }",
        "a = { unit = \"%\", of = \"b\" }",
        "total = { round = 10, missing = \"zero\" }",
        "age = { symbols = { \"n/a\" = \"confidential\" } }",
        "nowhere = { unit = \"years\" }",
        "b = { decimls = 1 }",
    ]);
    (path, prop::collection::vec(key, 0..4), prop::option::of(column)).prop_map(
        move |(path, keys, column)| {
            let mut text = format!("[data.{name}]\npath = \"{path}\"\n");
            let mut seen = Vec::new();
            for line in keys {
                let key = line.split(" =").next().unwrap_or_default();
                if !seen.contains(&key) {
                    let _ = writeln!(text, "{line}");
                    seen.push(key);
                }
            }
            if let Some((name_of, keys)) = column.and_then(|column| column.split_once(" = ")) {
                let _ = writeln!(text, "[data.{name}.columns.{name_of}]");
                for pair in
                    keys.trim_matches(['{', '}', ' ']).split(", ").filter(|pair| pair.contains('='))
                {
                    let _ = writeln!(text, "{pair}");
                }
            }
            text
        },
    )
}

fn read(text: &str) -> Case {
    let path = folder().join("claims.toml");
    let mut case = load_text(&path.to_string_lossy(), text.to_owned());
    case.ledger.tables = Some(Box::new(Frames::default()));
    case
}

proptest! {
    #![proptest_config(cases(120))]

    /// Each assertion that is written is judged, or a mistake says why it is not.
    #[test]
    fn assertions_over_data_with_any_keys(
        t in declaration("t"),
        u in declaration("u"),
        assertions in prop::collection::vec(prop_oneof![assertion(), whole()], 1..5),
    ) {
        let claims = "[claim.x]\nvalue = \"41\"\n[claim.y]\nvalue = \"about 30%\"\n";
        let text = format!("{claims}{t}{u}{}", assertions.concat());
        let case = read(&text);
        // A kind that is not known has one mistake for all of that name.
        let strange = assertions.iter().filter(|text| text.starts_with("[[footign]]")).count();
        let lost = assertions.len() - case.assertions.len() - strange.saturating_sub(1);
        prop_assert!(
            case.mistakes.len() >= lost,
            "{} of {} assertions are lost, with the mistakes {:?}\n{text}",
            lost, assertions.len(), case.mistakes
        );
        exercise(&case, &[80]);
    }
}

/// What is changed at random elsewhere is understood as it stands.
#[test]
fn whole_assertions_are_judged() {
    let data = "[claim.x]\nvalue = \"41\"\n[data.t]\npath = \"t.csv\"\n\
                symbols = { \"n/a\" = \"missing\", \"..\" = \"missing\" }\n[data.u]\npath = \"long.csv\"\n";
    for text in WHOLE {
        let case = read(&format!("{data}{text}"));
        assert!(case.mistakes.is_empty(), "{text}{:?}", case.mistakes);
        let findings = Audit::run(&case).findings;
        assert!(findings[0].mistakes.is_empty(), "{text}{:?}", findings[0].mistakes);
    }
}

/// Every way of asking a file for something.
fn ask(bytes: &[u8], extension: &str, source: Source) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let file = folder().join(format!("any-{}-{number}.{extension}", std::process::id()));
    fs::write(&file, bytes).unwrap();
    let source = Source { path: file.to_string_lossy().into_owned(), ..source };
    let tables = Frames::default();
    let columns = tables.columns(&source);
    let names = columns.clone().unwrap_or_else(|_| vec!["a".to_owned()]);
    let name = names.first().cloned().unwrap_or_default();
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    let mut asks = vec![
        Ask { measure: Measure::Count, condition: None, weight: None },
        Ask { measure: Measure::Sql(format!("sum({quoted})")), condition: None, weight: None },
        Ask {
            measure: Measure::Query("SELECT count(*) FROM data".into()),
            condition: None,
            weight: None,
        },
    ];
    for measure in [Measure::Sum, Measure::Mean, Measure::Median, Measure::Min, Measure::Distinct] {
        asks.push(Ask { measure: measure(name.clone()), condition: None, weight: None });
    }
    let some = Condition::Sql(format!("{quoted} > 1"));
    asks.push(Ask { measure: Measure::Count, condition: Some(some), weight: Some(name.clone()) });
    tables.prepare(&source, &asks);
    for ask in &asks {
        if let Err(trouble) = tables.measure(&source, ask) {
            assert!(!trouble.what.is_empty());
        }
    }
    let _ = tables.groups(&source, std::slice::from_ref(&name), &asks[0]);
    let mut rows = 0;
    for condition in [None, Some(format!("{quoted} IS NOT NULL"))] {
        let wanted = Wanted { columns: names.clone(), condition, flags: Vec::new() };
        let read = tables.rows(&source, &wanted, &mut |portion| {
            rows += portion.len();
            ControlFlow::Continue(())
        });
        // Nothing is read from a file whose columns cannot be told.
        assert!(columns.is_ok() || read.is_err());
    }
    fs::remove_file(&file).unwrap();
}

/// Text that is nearly a table.
fn table() -> impl Strategy<Value = String> {
    let cell = select(vec![
        "a",
        "1",
        "1.5",
        "1,5",
        "\"x\"",
        "\"",
        "\"\"",
        ",",
        ",",
        ",",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "é",
        "NaN",
        "..",
        "\u{feff}",
        "\u{0}",
        "99999999999999999999",
        "2020-01-31",
        "true",
        " ",
        "a_duplicated_0",
        "\t",
        ";",
    ]);
    prop::collection::vec(cell, 0..60).prop_map(|cells| cells.concat())
}

/// A file of this repository with some bytes changed or cut off. Of Parquet only the footer is
/// changed: Polars believes the lengths of runs within pages, and asks for as much memory as they
/// say.
fn broken(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(path).unwrap();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    (changes, prop::option::of(any::<prop::sample::Index>())).prop_map(move |(changes, cut)| {
        let mut bytes = bytes.clone();
        let (size, parquet) = (bytes.len(), name.ends_with(".parquet"));
        let footer = bytes[size - 8..size - 4].try_into().map_or(0, u32::from_le_bytes) as usize;
        let start = if parquet { size - 8 - footer } else { 0 };
        for (at, byte) in changes {
            let at = start + at.index(size - start);
            bytes[at] = byte;
        }
        bytes.truncate(cut.map_or(usize::MAX, |at| at.index(bytes.len())));
        bytes
    })
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_text_as_a_table(text in table(), header in prop::option::of(0u32..4)) {
        ask(text.as_bytes(), "csv", Source { header, ..Source::default() });
    }

    #[test]
    fn any_bytes_as_a_table(bytes in prop::collection::vec(any::<u8>(), 0..200), extension in select(vec!["csv", "tsv", "jsonl", "csv.gz", "csv.zst", "xlsx"])) {
        ask(&bytes, extension, Source::default());
    }

    #[test]
    fn any_text_as_lines_of_json(lines in prop::collection::vec(select(vec!["{\"a\": 1}", "{\"a\": \"x\"}", "{\"b\": [1]}", "{\"a\": {\"c\": 1}}", "{}", "[1]", "1", "", "{\"a\": 1", "null", "{\"a\": 1e400}"]), 0..6)) {
        ask(lines.join("\n").as_bytes(), "jsonl", Source::default());
    }

    #[test]
    fn any_format_for_any_file(
        name in select(vec!["table.csv", "table.parquet", "table.jsonl", "table.arrow", "table.xlsx"]),
        format in select(vec![Format::Csv, Format::Tsv, Format::Parquet, Format::Jsonl, Format::Arrow, Format::Xlsx, Format::Ods]),
    ) {
        let bytes = fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        ask(&bytes, "any", Source { format: Some(format), ..Source::default() });
    }
}

proptest! {
    // What a decoder does with damage is not ours to mend: the same damage in every run, unless
    // more is asked for.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..cases(60) })]

    #[test]
    fn any_bytes_in_binary_files(
        (bytes, extension) in prop_oneof![
            (broken("faults/decimal.parquet"), Just("parquet")),
            (broken("faults/floats.parquet"), Just("parquet")),
            (broken("table.parquet"), Just("parquet")),
            (broken("table.arrow"), Just("arrow")),
            (broken("table.xlsx"), Just("xlsx")),
            (broken("table.ods"), Just("ods")),
            (broken("table.csv.gz"), Just("csv.gz")),
            (broken("faults/table.csv.zst"), Just("csv.zst")),
        ],
    ) {
        ask(&bytes, extension, Source::default());
    }
}
