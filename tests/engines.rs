//! Verdicts and printed numbers are the same for any number of threads and either engine.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tieout::audit::{Audit, Detail};
use tieout::dataset::Frames;
use tieout::finding::Verdict;
use tieout::project::load_text;
use tieout::render::{self, Look};

/// Enough for many portions of work, and few enough for a build that is not optimised.
const ROWS: usize = 16_000;

/// Whole numbers that look random, always the same (Knuth's constants for 64 bits).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A survey of a few megabytes in two parts, and a claims file that asks much of it.
fn project(name: &str) -> (PathBuf, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("survey")).unwrap();
    let mut dice = Dice(7);
    for part in 1..=2 {
        let mut text = String::from("id,region,year,a,b,total,weight,paid,note\n");
        for row in 0..ROWS / 2 {
            let (a, b) = (dice.roll(900), dice.roll(90));
            let total = a + b + u64::from(dice.roll(4_000) == 0);
            let id = part * ROWS + row;
            let region = ["North", "South", "East", "West", "Centre"][dice.roll(5) as usize];
            let year = 2015 + dice.roll(8);
            // Of sums of such numbers each order of adding gives other last digits.
            let weight = (1.0 + dice.roll(1_000_000) as f64).sqrt() / 7.0;
            let (whole, cents) = (dice.roll(5_000), dice.roll(100));
            let paid =
                if dice.roll(50) == 0 { String::new() } else { format!("{whole}.{cents:02}") };
            let _ = writeln!(
                text,
                "{id},{region},{year},{a},{b},{total},{weight},{paid},\"answer {}, as given\"",
                dice.roll(1_000_000)
            );
        }
        fs::write(folder.join(format!("survey/{part}.csv")), text).unwrap();
    }
    let mut claims = String::from(
        "[data.survey]\npath = \"survey\"\nkey = \"id\"\ncolumns = { paid = { decimals = 2 } }\n\n\
         [claim.one]\nvalue = \"1.00\"\n\n",
    );
    for keys in [
        "count = true",
        "count = true\nwhere = \"region = 'North' AND year >= 2018\"",
        "sum = \"a\"",
        "sum = \"weight\"",
        "sum = \"weight\"\nwhere = \"region = 'South'\"",
        "mean = \"weight\"",
        "mean = \"a\"\nweight = \"weight\"",
        "sum = \"paid\"",
        "distinct = \"note\"",
        "max = \"weight\"",
        "median = \"weight\"",
        "quantile = { of = \"a\", at = \"0.9\" }",
        "share = \"weight > 100\"",
        "rate = { of = \"a\", per = \"weight\", times = 1000 }",
        "measure = \"stddev(weight)\"",
        "measure = \"round(avg(weight), 2)\"",
        "measure = \"sum(weight * paid) / sum(weight) FILTER (WHERE year < 2020)\"",
        "measure = \"corr(weight, a)\"",
        "query = \"SELECT avg(t) FROM (SELECT region, sum(weight) AS t FROM data GROUP BY region) AS g\"",
    ] {
        let _ = write!(claims, "[[tie-out]]\nclaim = \"one\"\ndata = \"survey\"\n{keys}\n\n");
    }
    claims += "[[footing]]\neach = \"survey\"\nparts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\nexclusive = true\n\n\
               [[order]]\neach = \"survey\"\nclaims = [\"b\", \"a\"]\nwhere = \"weight > 100 AND a < 60\"\n\n\
               [[footing]]\neach = \"survey\"\nby = \"region\"\nparts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\nexclusive = true\n";
    fs::write(folder.join("claims.toml"), &claims).unwrap();
    (folder, claims)
}

#[test]
fn threads_change_nothing() {
    let (folder, _) = project("threads");
    let run = |threads: &str, format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .args(["check", "claims.toml", "--exit-zero", "--output-format", format])
            .current_dir(&folder)
            .env("POLARS_MAX_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for format in ["full", "json"] {
        let (one, four) = (run("1", format), run("4", format));
        assert!(one.len() > 5_000, "{one}");
        assert_eq!(one, four);
    }
}

#[test]
fn engines_change_nothing() {
    let (folder, claims) = project("engines");
    let path = folder.join("claims.toml");
    let run = |kept: u64| {
        let mut case = load_text(&path.to_string_lossy(), claims.clone());
        assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
        case.ledger.tables = Some(Box::new(Frames::streaming_above(kept)));
        let audit =
            Audit::in_detail(&case, Detail { failing: true, all: false, ..Detail::default() });
        for finding in &audit.findings {
            assert_ne!(finding.verdict, Verdict::NotJudged, "{:?}", finding.mistakes);
        }
        let streamed =
            case.ledger.tables.as_ref().unwrap().scans().iter().any(|scan| scan.streamed);
        assert_eq!(streamed, kept == 0);
        let look = Look { width: 100, color: false, verbose: false, quiet: false, all: true };
        format!("{}{}", render::full(&audit, look), render::json(&audit))
    };
    let (memory, streaming) = (run(u64::MAX), run(0));
    let strays: Vec<_> = memory.lines().zip(streaming.lines()).filter(|(a, b)| a != b).collect();
    assert!(strays.is_empty() && memory.len() == streaming.len(), "{strays:#?}");
}

#[test]
fn rows_of_parts_are_named_by_their_file() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("portions");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("parts")).unwrap();
    // Rows are handed out 65 536 at a time: the last of these is in the second portion.
    for part in 1..=2 {
        let mut text = String::from("a,b,total\n");
        for row in 1..=40_000 {
            let total = if part == 2 && row == 30_000 { 4 } else { 3 };
            let _ = writeln!(text, "1,2,{total}");
        }
        fs::write(folder.join(format!("parts/{part}.csv")), text).unwrap();
    }
    let claims = "[data.d]\npath = \"parts\"\nunit = \"persons\"\n[[footing]]\neach = \"d\"\n\
                  parts = [\"a\", \"b\"]\ntotal = \"total\"\ncomplete = true\nexclusive = true\n";
    let path = folder.join("claims.toml");
    let mut case = load_text(&path.to_string_lossy(), claims.to_owned());
    case.ledger.tables = Some(Box::new(Frames::default()));
    let audit = Audit::run(&case);
    let tally = audit.findings[0].rows.as_ref().expect("rows");
    assert_eq!(tally.judged(), 80_000);
    assert_eq!(tally.count(Verdict::Inconsistent), 1);
    // A row has a number in the table, and is shown by the one in its file.
    let row = &tally.worst[0];
    assert_eq!(row.row, 70_000);
    let file = row.file.as_deref().unwrap_or_default();
    assert!(file.ends_with("parts/2.csv"), "{file}");
    let shown = render::rows(&audit.findings[0]).join("\n");
    assert!(shown.contains(&format!("row 30000, {file}: 4")), "{shown}");
}
