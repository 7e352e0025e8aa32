//! Nasty ones, by hand.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use tieout::Number;
use tieout::audit::Audit;
use tieout::expr;
use tieout::figure::{Figure, Style};
use tieout::finding::Verdict;
use tieout::project::{self, Reader};
use tieout::render::{self, Look};

use super::{LIMIT, exercise, no_files, run};

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
