//! Figures and expressions.

use proptest::prelude::*;
use proptest::sample::select;
use tieout::Number;
use tieout::expr;
use tieout::figure::{Convention, Figure, Style, Terms, Unit};

use super::{cases, run};

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

pub(super) fn words(most: usize) -> impl Strategy<Value = String> {
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
