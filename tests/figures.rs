//! Figures as printed and the sets they stand for: a table of texts, the laws of rounding, and the
//! traps of the field by name.

use proptest::prelude::*;
use tieout::figure::{
    Convention, Figure, Hedge, Reading, Slip, Style, Terms, Ties, Unit, date, group_digits,
    round_to, rounding_interval, show_number,
};
use tieout::{Interval, Number, Toward};

fn n(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn unit(text: &str) -> Unit {
    Unit::parse(text).unwrap()
}

fn read(text: &str, declared: &str) -> Figure {
    let declared = unit(declared);
    let declared = (!declared.is_unstated()).then_some(&declared);
    match Figure::read(text, Style::default(), declared) {
        Ok(figure) => figure,
        Err(error) => panic!("{text:?}: {error}"),
    }
}

fn show(text: &str, declared: &str) -> String {
    show_under(text, declared, &Terms::default())
}

fn show_under(text: &str, declared: &str, terms: &Terms) -> String {
    let figure = read(text, declared);
    let sets: Vec<String> = figure.rungs(terms).iter().map(|rung| figure.show(&rung.set)).collect();
    sets.join(" | ").replace('\u{a0}', " ")
}

/// Every row: the text, the declared unit, and the sets from finest to coarsest.
fn table(rows: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, declared, sets)| {
            let found = show(text, declared);
            (found != *sets).then(|| format!("{text:?}\n   found {found}\n  wanted {sets}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_table_of_the_design() {
    table(&[
        ("41%", "", "[40.5, 41.5] %"),
        ("41.0%", "", "[40.95, 41.05] %"),
        ("around 60%", "", "[55, 65] %"),
        ("636", "people", "636 people"),
        ("about 30,000 children", "", "[25 000, 35 000] children"),
        (
            "$4,500",
            "",
            "[4499.5, 4500.5] USD | [4497.5, 4502.5] USD | [4495, 4505] USD | [4475, 4525] USD | [4450, 4550] USD",
        ),
        ("$105 million", "", "[104.5, 105.5] million USD"),
        ("10.2bn", "", "[10.15, 10.25] billion"),
        (
            "$10 million",
            "",
            "[9.5, 10.5] million USD | [7.5, 12.5] million USD | [5, 15] million USD",
        ),
        (
            "ten million",
            "USD",
            "[9.5, 10.5] million USD | [7.5, 12.5] million USD | [5, 15] million USD",
        ),
        ("six percent", "", "[5.5, 6.5] %"),
        ("70% to 80%", "", "[70, 80] %"),
        ("6,000–30,000", "", "[6000, 30 000]"),
        ("45 ± 3", "", "[42, 48]"),
        ("more than 20", "points", "(20, ∞) points"),
        ("over 20", "points", "(20, ∞) points"),
        ("at least 20", "points", "[20, ∞) points"),
        ("nearly 20%", "", "(10, 20) %"),
        ("almost 25%", "", "(20, 25) %"),
        ("up to 20%", "", "[0, 20] %"),
        ("< 5", "persons", "[0, 4] persons"),
        ("July 2022", "", "[2022-07-01, 2022-07-31]"),
        ("late July 2021", "", "[2021-07-21, 2021-07-31]"),
        ("2012", "date", "[2012-01-01, 2012-12-31]"),
        ("nearly ten years", "", "(0, 10) years"),
    ]);
}

#[test]
fn percent_and_points() {
    for text in [
        "41%",
        "41 %",
        "41 percent",
        "41 per cent",
        "41 pct",
        "41 Percent",
        "forty-one percent",
        " 41% ",
    ] {
        assert_eq!(show(text, ""), "[40.5, 41.5] %", "{text}");
        assert_eq!(read(text, "").printed(), Some(&n("0.41")));
        assert_eq!(*read(text, "").last_place(), n("0.01"));
    }
    for text in ["3 pp", "3 points", "3 percentage points", "3 pts", "three percentage points"] {
        assert_eq!(show(text, ""), "[2.5, 3.5] points", "{text}");
        assert!(read(text, "").unit().is_points());
    }
    table(&[
        ("5‰", "", "[4.5, 5.5] ‰"),
        ("5 per mille", "", "[4.5, 5.5] ‰"),
        ("50%", "", "[49.5, 50.5] %"),
        ("-3.1%", "", "[−3.15, −3.05] %"),
        ("−3.1 %", "", "[−3.15, −3.05] %"),
        ("–3.1 %", "", "[−3.15, −3.05] %"),
        ("minus 3.1%", "", "[−3.15, −3.05] %"),
        ("+3.1%", "", "[3.05, 3.15] %"),
        ("an estimated 60%", "", "[59.5, 60.5] % | [57.5, 62.5] % | [55, 65] %"),
        ("3.1% a year", "", "[3.05, 3.15] %/year"),
    ]);
}

#[test]
fn money() {
    for text in [
        "$65",
        "USD 65",
        "65 USD",
        "65 dollars",
        "US$65",
        "US$ 65",
        "\\$65",
        "65 US dollars",
        "USD $ 65 dollars",
        "sixty-five dollars",
        "$65.",
    ] {
        assert_eq!(show(text, ""), "[64.5, 65.5] USD", "{text}");
    }
    for (text, code) in [
        ("65 EUR", "EUR"),
        ("€65", "EUR"),
        ("65 €", "EUR"),
        ("65 euros", "EUR"),
        ("£65", "GBP"),
        ("65 pounds", "GBP"),
        ("¥65", "JPY"),
        ("65 yen", "JPY"),
        ("65 yuan", "CNY"),
        ("65 RMB", "CNY"),
        ("RMB 65", "CNY"),
        ("₹65", "INR"),
        ("65 rupees", "INR"),
        ("₩65", "KRW"),
        ("65 won", "KRW"),
        ("A$65", "AUD"),
        ("C$65", "CAD"),
        ("C$ 65", "CAD"),
        ("HK$65", "HKD"),
        ("CHF 65", "CHF"),
        ("Rs 65", "INR"),
        ("65 kr", "SEK"),
        ("$US 65", "USD"),
    ] {
        assert_eq!(read(text, "").unit().label(), code, "{text}");
        assert!(read(text, "").unit().is_currency());
    }
    table(&[
        ("~ USD $ 300 dollars", "", "[250, 350] USD"),
        ("$890", "", "[889.5, 890.5] USD | [887.5, 892.5] USD | [885, 895] USD"),
        ("\\$890", "", "[889.5, 890.5] USD | [887.5, 892.5] USD | [885, 895] USD"),
        ("12.6bn EUR", "", "[12.55, 12.65] billion EUR"),
        ("€12.6 billion", "", "[12.55, 12.65] billion EUR"),
        ("$4.50", "", "[4.495, 4.505] USD"),
        ("(3.1)", "", "[−3.15, −3.05]"),
        ("($3.1)", "", "[−3.15, −3.05] USD"),
        ("$(3.1)", "", "[−3.15, −3.05] USD"),
        ("-$3.1", "", "[−3.15, −3.05] USD"),
        ("$-3.1", "", "[−3.15, −3.05] USD"),
        ("$185 million a year", "", "[184.5, 185.5] million USD/year"),
        ("$185 million", "USD/year", "[184.5, 185.5] million USD/year"),
        ("6.7", "CNY/USD", "[6.65, 6.75] CNY/USD"),
        ("6.7 yuan per dollar", "", "[6.65, 6.75] CNY/USD"),
        ("¥65", "CNY", "[64.5, 65.5] CNY"),
        ("$65", "CAD", "[64.5, 65.5] CAD"),
        ("up to $65", "", "[0, 65] USD"),
        ("more than $65 million", "", "(65, ∞) million USD"),
    ]);
}

#[test]
fn scales() {
    for text in ["12 million", "12m", "12 m", "12mn", "12 mn", "twelve million", "12 Million"] {
        assert_eq!(show(text, ""), "[11.5, 12.5] million", "{text}");
    }
    for text in ["12 billion", "12bn", "12b", "12 bn", "12B", "twelve billion"] {
        assert_eq!(show(text, ""), "[11.5, 12.5] billion", "{text}");
    }
    table(&[
        ("12k", "", "[11.5, 12.5] thousand"),
        ("12 thousand", "", "[11.5, 12.5] thousand"),
        ("12tn", "", "[11.5, 12.5] trillion"),
        ("12 trillion", "", "[11.5, 12.5] trillion"),
        ("12 lakh", "", "[11.5, 12.5] lakh"),
        ("12 crore", "", "[11.5, 12.5] crore"),
        ("12 lakh crore", "", "[11.5, 12.5] lakh crore"),
        ("5 hundred", "persons", "500 persons"),
        (
            "12 hundred thousand",
            "",
            "[1199.5, 1200.5] thousand | [1197.5, 1202.5] thousand | [1195, 1205] thousand | [1175, 1225] thousand | [1150, 1250] thousand",
        ),
        (
            "30 million men",
            "",
            "[29.5, 30.5] million men | [27.5, 32.5] million men | [25, 35] million men",
        ),
    ]);
    assert_eq!(*read("$105 million", "").last_place(), 1_000_000);
}

#[test]
fn number_styles() {
    let value = |text: &str, style: Style| match Figure::read(text, style, None) {
        Ok(figure) => figure.printed().unwrap().to_string(),
        Err(error) => error.to_string(),
    };
    for (text, number) in [
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("12.500,00", "12500"),
        ("12,34,567", "1234567"),
        ("1.234.567", "1234567"),
        ("3,5", "3.5"),
        ("0,123", "0.123"),
        ("1,234.5", "1234.5"),
        ("1 234 567", "1234567"),
        ("1\u{a0}234,5", "1234.5"),
        ("1\u{202f}234", "1234"),
        ("1\u{2009}234", "1234"),
        ("1'234'567.8", "1234567.8"),
        ("1’234", "1234"),
        ("12,34,567.89", "1234567.89"),
        (".5", "0.5"),
        ("1234567", "1234567"),
        ("1,234,567", "1234567"),
        ("007", "7"),
    ] {
        assert_eq!(value(text, Style::Inferred), number, "{text}");
    }
    for (sample, text, number) in [
        ("1,234.5", "12,500.25", "12500.25"),
        ("1,234.5", "1,234", "1234"),
        ("1.234,5", "1.234", "1234"),
        ("1.234,5", "12.500,00", "12500"),
        ("1.234,5", "1,234", "1.234"),
        ("1 234.5", "12 500.25", "12500.25"),
        ("1 234,5", "12 500,25", "12500.25"),
        ("1'234.5", "12'500.25", "12500.25"),
        ("1,23,456.7", "1,23,456.7", "123456.7"),
        ("1,23,456.7", "12,34,56,789", "123456789"),
    ] {
        assert_eq!(value(text, sample.parse().unwrap()), number, "{text} as {sample}");
    }
    for (sample, text, expected) in [
        ("1,234.5", "1,23", "expected digits written like 1,234.5, such as 123"),
        ("1,234.5", "12,3456", "such as 123,456"),
        ("inferred", "12,3456", "expected thousands in groups of three, such as 123,456"),
        ("inferred", "1.23.456", "groups of three"),
        ("inferred", "1,2.3,4", "groups of three"),
        ("1.234,5", "12.50", "such as 1.250"),
        ("1,23,456.7", "123,456", "such as 1,23,456"),
    ] {
        let message = value(text, sample.parse().unwrap());
        assert!(message.contains(expected), "{text} as {sample}: {message}");
    }
    let error = "1_234".parse::<Style>().unwrap_err();
    assert!(error.contains("\"1.234,5\""), "{error}");
    let error = Figure::read("$12,3456", Style::English, None).unwrap_err();
    assert_eq!(error.at, 1..8);
}

#[test]
fn words() {
    table(&[
        ("seventeen", "persons", "17 persons"),
        ("two hundred and five", "persons", "205 persons"),
        ("two thousand and five", "persons", "2005 persons"),
        ("one million two hundred thousand and six", "persons", "1 200 006 persons"),
        ("twenty-five", "persons", "25 persons"),
        ("a hundred", "persons", "100 persons"),
        ("a dozen", "persons", "12 persons"),
        ("a decade", "", "[9.5, 10.5] years | [7.5, 12.5] years | [5, 15] years"),
        ("two decades", "", "[19.5, 20.5] years | [17.5, 22.5] years | [15, 25] years"),
        ("half", "", "[49.5, 50.5] % | [47.5, 52.5] % | [45, 55] %"),
        ("two thirds", "", "[66.1666, 67.1667] % | [64.1666, 69.1667] % | [61.6666, 71.6667] %"),
        ("two-thirds", "", "[66.1666, 67.1667] % | [64.1666, 69.1667] % | [61.6666, 71.6667] %"),
        ("a quarter", "", "[24.5, 25.5] % | [22.5, 27.5] % | [20, 30] %"),
        ("three quarters", "", "[74.5, 75.5] % | [72.5, 77.5] % | [70, 80] %"),
        ("more than half", "", "(50, ∞) %"),
        ("one in five", "", "[19.5, 20.5] % | [17.5, 22.5] % | [15, 25] %"),
        ("9 out of 10", "", "[89.5, 90.5] % | [87.5, 92.5] % | [85, 95] %"),
        ("about a third", "", "[28.3333, 38.3334] %"),
        ("hundreds", "persons", "[200, 999] persons"),
        ("dozens of women", "", "[24, 99] women"),
        ("tens of thousands", "persons", "[20 000, 99 999] persons"),
        ("half a million", "persons", "[0.45, 0.55] million persons"),
        ("doubled", "", "2 times | [1.5, 2.5] times"),
        ("tripled", "", "3 times | [2.5, 3.5] times"),
        ("halved", "", "[0.45, 0.55] times"),
        ("twice", "", "2 times | [1.5, 2.5] times"),
        ("three times", "", "3 times | [2.5, 3.5] times"),
        ("3x", "", "3 times | [2.5, 3.5] times"),
        ("2½ years", "", "[2.25, 2.75] years"),
        ("½ million people", "", "[0.25, 0.75] million people"),
        ("two and a half years", "", "[2.25, 2.75] years"),
    ]);
}

#[test]
fn hedges() {
    for text in [
        "about 30 km",
        "around 30 km",
        "approximately 30 km",
        "approx. 30 km",
        "roughly 30 km",
        "some 30 km",
        "circa 30 km",
        "c. 30 km",
        "ca. 30 km",
        "~30 km",
        "≈ 30 km",
        "30 km or so",
        "About 30 km",
    ] {
        assert_eq!(show(text, ""), "[25, 35] km", "{text}");
        assert_eq!(read(text, "").hedge(), Hedge::About);
    }
    let rows: [(Hedge, &[&str], &str); 6] = [
        (
            Hedge::MoreThan,
            &["more than 30 km", "over 30 km", "above 30 km", "> 30 km", ">30 km"],
            "(30, ∞) km",
        ),
        (
            Hedge::AtLeast,
            &[
                "at least 30 km",
                "≥ 30 km",
                ">= 30 km",
                "30 km or more",
                "30+ km",
                "30 km+",
                "no fewer than 30 km",
            ],
            "[30, ∞) km",
        ),
        (
            Hedge::LessThan,
            &["less than 30 km", "under 30 km", "below 30 km", "fewer than 30 km", "<30 km"],
            "(−∞, 30) km",
        ),
        (
            Hedge::AtMost,
            &[
                "up to 30 km",
                "at most 30 km",
                "≤30 km",
                "<= 30 km",
                "no more than 30 km",
                "30 km or less",
                "within 30 km",
                "maximum 30 km",
            ],
            "(−∞, 30] km",
        ),
        (Hedge::Nearly, &["nearly 30 km", "almost 30 km", "just under 30 km"], "(20, 30) km"),
        (
            Hedge::Estimated,
            &["an estimated 30 km", "estimated 30 km"],
            "[29.5, 30.5] km | [27.5, 32.5] km | [25, 35] km",
        ),
    ];
    for (hedge, texts, sets) in rows {
        for text in texts {
            assert_eq!(show(text, ""), sets, "{text}");
            assert_eq!(read(text, "").hedge(), hedge);
        }
    }
    table(&[
        ("more than halved", "", "[0, 0.5) times"),
        ("nearly halved", "", "(0.5, 1) times"),
        ("more than doubled", "", "(2, ∞) times"),
        ("close to 30 km", "", "[25, 35] km"),
        ("around 65%", "", "[60, 70] %"),
        ("around 50%", "", "[45, 55] %"),
        ("about 500 km", "", "[450, 550] km"),
        ("about 5 km", "", "[4, 6] km"),
        ("about 450 km", "", "[400, 500] km"),
        ("nearly 42 km", "", "(41, 42) km"),
        ("nearly 45 km", "", "(40, 45) km"),
        ("nearly 50 km", "", "(40, 50) km"),
        ("about 41%", "", "[40, 42] %"),
        ("approximately $105 million", "", "[100, 110] million USD"),
        ("about 3.5 km", "", "[3, 4] km"),
        ("within the first year", "", "[0, 1] years"),
        ("more than 20 years", "", "(20, ∞) years"),
        ("less than 20%", "", "[0, 20) %"),
        ("fewer than 30 people", "", "[0, 29] people"),
        ("more than 30 people", "", "[31, ∞) people"),
        ("nearly 30 people", "", "[21, 29] people"),
        ("30+", "persons", "[30, ∞) persons"),
        ("more than an estimated 30 people", "", "[31, ∞) people"),
    ]);
    let error = Figure::read("nearly about 30", Style::Inferred, None).unwrap_err();
    assert_eq!(error.message, "two hedges, “nearly” and “about”");
}

#[test]
fn ranges() {
    table(&[
        ("70–80%", "", "[70, 80] %"),
        ("70-80%", "", "[70, 80] %"),
        ("70 to 80 percent", "", "[70, 80] %"),
        ("70% to 80", "", "[70, 80] %"),
        ("6,000–30,000 yuan", "", "[6000, 30 000] CNY"),
        ("between 6,000 and 30,000 yuan", "", "[6000, 30 000] CNY"),
        ("$890 to $4,500", "", "[890, 4500] USD"),
        ("$890–4,500", "", "[890, 4500] USD"),
        ("from 1 to 2", "", "[1, 2]"),
        ("10 to 12 million", "", "[10, 12] million"),
        ("$10–12 million", "", "[10, 12] million USD"),
        ("£3,000-£4,000 a month", "", "[3000, 4000] GBP/month"),
        ("−3 to −1%", "", "[−3, −1] %"),
        ("-3--1%", "", "[−3, −1] %"),
        ("45 +/- 3%", "", "[42, 48] %"),
        ("45% ± 3", "", "[42, 48] %"),
        ("$5 ± 1 million", "USD/year", "[4, 6] million USD/year"),
        ("2 years ± 3 months", "", "[1.75, 2.25] years"),
        ("$5 ± 1 million", "", "[4, 6] million USD"),
        ("$5m ± 1", "", "[4, 6] million USD"),
        ("45% ± 3 points", "", "[42, 48] %"),
        ("45 ± 3 people", "", "[42, 48] people"),
        ("about 6,000 to 30,000 yuan", "", "[5500, 35 000] CNY"),
        ("two to three years", "", "[2, 3] years"),
        ("twenty-five to thirty people", "", "[25, 30] people"),
    ]);
    let ends = |text: &str| {
        let (low, high) = read(text, "").ends().unwrap();
        format!("{} {} / {} {}", low.text(), low.unit().label(), high.text(), high.unit().label())
    };
    assert_eq!(ends("6,000–30,000 yuan"), "6,000 CNY / 30,000 yuan CNY");
    assert_eq!(ends("between $890 and $4,500"), "$890 USD / $4,500 USD");
    assert!(read("45 ± 3", "").ends().is_none());
    assert!(read("45%", "").ends().is_none());
    let (low, _) = read("10 to 12 million", "").ends().unwrap();
    assert_eq!(low.printed(), Some(&n("10000000")));
    for text in ["80% to 70%", "5% to 3 km", "more than 5 to 6", "between 5"] {
        assert!(Figure::read(text, Style::Inferred, None).is_err(), "{text}");
    }
}

#[test]
fn things_and_rates() {
    table(&[
        ("636 people", "", "636 people"),
        ("3 rooms", "", "3 rooms"),
        ("1.5 rooms", "", "[1.45, 1.55] rooms"),
        ("17 hours a day", "", "[16.5, 17.5] hours/day"),
        ("17 hours", "hours/day", "[16.5, 17.5] hours/day"),
        ("7 days a week", "", "[6.5, 7.5] days/week"),
        (
            "4,500",
            "",
            "4500 | [4499.5, 4500.5] | [4497.5, 4502.5] | [4495, 4505] | [4475, 4525] | [4450, 4550]",
        ),
        ("4.5", "", "[4.45, 4.55]"),
        (
            "an estimated 30,000 children",
            "",
            "30 000 children | [29 998, 30 002] children | [29 995, 30 005] children | [29 975, 30 025] children | [29 950, 30 050] children | [29 750, 30 250] children | [29 500, 30 500] children | [27 500, 32 500] children | [25 000, 35 000] children",
        ),
        ("2 years", "", "[1.5, 2.5] years"),
        ("six months", "", "[5.5, 6.5] months"),
        ("6 months", "years", "[5.5, 6.5] months"),
        ("30 minutes", "", "[29.5, 30.5] minutes | [27.5, 32.5] minutes | [25, 35] minutes"),
    ]);
    assert!(read("636 people", "").is_count());
    assert!(read("1.5 million people", "").is_count());
    assert!(!read("1.5 rooms", "").is_count());
    assert!(!read("41%", "").is_count());
    let error = Figure::read("30 people", Style::Inferred, Some(&Unit::percent())).unwrap_err();
    assert!(error.message.contains("people") && error.message.contains('%'), "{error}");
    let error = Figure::read("€30", Style::Inferred, Some(&unit("USD"))).unwrap_err();
    assert!(error.message.contains("EUR") && error.message.contains("USD"), "{error}");
}

#[test]
fn dates() {
    for text in [
        "2022-08-01",
        "August 1 2022",
        "August 1, 2022",
        "1 August 2022",
        "1st August 2022",
        "1 Aug. 2022",
        "on 1 August 2022",
    ] {
        assert_eq!(show(text, ""), "2022-08-01", "{text}");
        assert_eq!(show(text, "date"), "2022-08-01", "{text}");
    }
    table(&[
        ("29 Oct 2021", "", "2021-10-29"),
        ("23 Sept 2021", "", "2021-09-23"),
        ("in 2022", "", "[2022-01-01, 2022-12-31]"),
        ("the year 2022", "", "[2022-01-01, 2022-12-31]"),
        ("early July 2021", "", "[2021-07-01, 2021-07-10]"),
        ("mid-July 2021", "", "[2021-07-11, 2021-07-20]"),
        ("mid July 2021", "", "[2021-07-11, 2021-07-20]"),
        ("late February 2021", "", "[2021-02-21, 2021-02-28]"),
        ("early 2021", "", "[2021-01-01, 2021-04-30]"),
        ("mid-2021", "", "[2021-05-01, 2021-08-31]"),
        ("late 2021", "", "[2021-09-01, 2021-12-31]"),
        ("the 1990s", "", "[1990-01-01, 1999-12-31]"),
        ("2020-07", "", "[2020-07-01, 2020-07-31]"),
        ("2018 to 2019", "date", "[2018-01-01, 2019-12-31]"),
        ("2018–2019", "date", "[2018-01-01, 2019-12-31]"),
        ("July 2021 to August 2021", "", "[2021-07-01, 2021-08-31]"),
        ("Q3 2021", "", "[2021-07-01, 2021-09-30]"),
        ("the third quarter of 2021", "", "[2021-07-01, 2021-09-30]"),
        ("H1 2021", "", "[2021-01-01, 2021-06-30]"),
        ("July–August 2021", "", "[2021-07-01, 2021-08-31]"),
        ("1–5 August 2021", "", "[2021-08-01, 2021-08-05]"),
        ("in 2018–2019", "", "[2018-01-01, 2019-12-31]"),
        ("19.07.2021", "", "2021-07-19"),
        ("19/07/2021", "", "2021-07-19"),
        ("about 2012", "date", "[2011-01-01, 2013-12-31]"),
        ("1990s", "", "[1990-01-01, 1999-12-31]"),
        ("after July 2021", "", "(2021-07-31, ∞)"),
        ("before 2012", "date", "(−∞, 2012-01-01)"),
        ("2022", "persons", "2022 persons"),
        ("2022", "", "2022 | [2021.5, 2022.5]"),
    ]);
    for text in ["31 June 2022", "2022-06-31", "29 February 2021", "2022-13-01", "0 July 2021"] {
        assert!(Figure::read(text, Style::Inferred, None).is_err(), "{text}");
    }
    for text in ["spring 2021", "soon", "12"] {
        assert!(Figure::read(text, Style::Inferred, Some(&Unit::date())).is_err(), "{text}");
    }
    assert!(Figure::read("July 2021", Style::Inferred, Some(&unit("USD"))).is_err());
}

#[test]
fn what_is_no_figure() {
    for text in ["", "  ", "..", "*", "–", "-", "x", "n/a", "…"] {
        let error = Figure::read(text, Style::Inferred, None).unwrap_err();
        assert!(error.to_string().contains("a missing value is left out"), "{text:?}: {error}");
    }
    for text in [
        "many",
        "(3.1%)",
        "5 6",
        "$5 €",
        "3% km",
        "%",
        "41% of respondents",
        "41 percent of women",
        "1st",
        "between",
        "to",
        "±",
        "5 ±",
        "$",
        "٣",
    ] {
        let error = Figure::read(text, Style::Inferred, None).unwrap_err();
        assert!(text.get(error.at.clone()).is_some(), "{text:?} {error:?}");
    }
    assert!(Figure::read(&"1".repeat(61), Style::Inferred, None).is_err());
    assert!(Figure::read(&" ".repeat(201), Style::Inferred, None).is_err());
}

#[test]
fn declared_terms() {
    let terms = |round: &[i64], convention, reading| Terms {
        round: round.iter().map(|unit| Number::from(*unit)).collect(),
        convention,
        ties: Ties::Mirrored,
        reading,
    };
    let open = Convention::Unknown;
    for (text, declared, sets) in [
        ("$4,500", terms(&[10], open, None), "[4495, 4505] USD"),
        ("$4,500", terms(&[50, 1], open, None), "[4499.5, 4500.5] USD | [4475, 4525] USD"),
        ("$4,500", terms(&[], open, Some(Reading::Wide)), "[4450, 4550] USD"),
        ("$4,500", terms(&[], open, Some(Reading::Narrow)), "[4499.5, 4500.5] USD"),
        ("$4,500", terms(&[], Convention::Exact, None), "4500 USD"),
        ("$105 million", terms(&[1_000_000], open, None), "[104.5, 105.5] million USD"),
        ("40%", terms(&[5], open, None), "[37.5, 42.5] %"),
        ("about 40%", terms(&[], open, Some(Reading::Narrow)), "[39.5, 40.5] %"),
        ("41%", terms(&[], Convention::HalfUp, None), "[40.5, 41.5) %"),
        ("-41%", terms(&[], Convention::HalfUp, None), "(−41.5, −40.5] %"),
        ("41%", terms(&[], Convention::Down, None), "[41, 42) %"),
        ("1,200 people", terms(&[100], open, None), "[1150, 1250] people"),
        ("1,200 people", terms(&[100], Convention::HalfUp, None), "[1150, 1249] people"),
    ] {
        assert_eq!(show_under(text, "", &declared), sets, "{text}");
    }
    let figure = read("41%", "");
    let why = figure.why(&figure.rungs(&Terms::default())[0]);
    assert_eq!(why, "last printed digit: 1 %, rounding unknown, both ends included");
}

#[test]
fn steps_and_slips() {
    for (text, steps, moved) in [
        ("41%", -1, "40%"),
        ("$4,500", 2, "$4,502"),
        ("999", 1, "1,000"),
        ("12.500,00", 1, "12.500,01"),
        ("$105 million", 3, "$108 million"),
        ("0.1%", -2, "-0.1%"),
        ("-0.1%", 2, "0.1%"),
        ("-$3", 1, "-$2"),
        ("−3 %", 4, "1 %"),
        ("six percent", 1, "7%"),
        ("($3)", -1, "-4 USD"),
        ("about 30 km", 1, "about 31 km"),
        ("2021-07-31", 1, "2021-08-01"),
        ("31 July 2021", 1, "1 August 2021"),
        ("late December 2021", 1, "late January 2022"),
        ("Q3 2021", -3, "Q4 2020"),
        ("the 1990s", 1, "the 2000s"),
        ("in 2022", 1, "2023"),
    ] {
        let step = read(text, "").step(steps).unwrap();
        assert_eq!(step.text(), moved, "{text}");
        let unit = read(text, "").unit().label().to_owned();
        let again = read(moved, if unit == "date" { &unit } else { "" });
        assert_eq!(again.printed(), step.printed(), "{text} → {moved}");
    }
    for text in ["70% to 80%", "hundreds", "half", "45 ± 3"] {
        assert!(read(text, "").step(1).is_none(), "{text}");
    }
    let slips = |text: &str| -> Vec<String> {
        read(text, "")
            .slips()
            .iter()
            .map(|(slip, figure)| format!("{slip:?} {}", figure.text()))
            .collect()
    };
    let found = slips("41%");
    assert_eq!(found[0], "Swapped 14%");
    assert!(found.contains(&"Changed 47%".to_owned()));
    assert!(found.contains(&"TimesTen 410%".to_owned()));
    assert!(found.contains(&"TenthOf 4.1%".to_owned()));
    assert!(found.contains(&"Sign -41%".to_owned()));
    assert_eq!(found.len(), 1 + 8 + 9 + 3);
    assert!(slips("$4,500").contains(&"TenthOf $450".to_owned()));
    assert!(slips("12 July 2021").contains(&"Swapped 7 December 2021".to_owned()));
    assert!(slips("70% to 80%").is_empty());
    assert_eq!(Slip::Swapped.to_string(), "two digits swapped");
}

#[test]
fn units_and_what_may_be_done_with_them() {
    let label = |text: &str| unit(text).label().to_owned();
    for (text, wanted) in [
        ("persons", "persons"),
        ("USD/year", "USD/year"),
        ("USD per year", "USD/year"),
        ("%", "%"),
        ("points", "points"),
        ("date", "date"),
        ("years", "years"),
        ("hours/day", "hours/day"),
        ("CNY/USD", "CNY/USD"),
        ("", ""),
    ] {
        assert_eq!(label(text), wanted);
    }
    assert_eq!(*unit("%").factor(), n("0.01"));
    assert_eq!(*unit("points").factor(), n("0.01"));
    assert_eq!(*unit("years").factor(), 12);
    assert_eq!(*unit("weeks").factor(), 7);
    assert_eq!(*unit("hours").factor(), n("1/24"));
    assert_eq!(*unit("USD/year").factor(), n("1/12"));
    let (usd, cny, year) = (unit("USD"), unit("CNY"), unit("years"));
    assert_eq!(cny.over(&usd), unit("CNY/USD"));
    assert_eq!(unit("CNY/USD").times(&usd), cny);
    assert_eq!(unit("USD/year").times(&year), usd);
    assert_eq!(unit("%").times(&usd), usd);
    assert_eq!(usd.over(&usd).label(), "");
    assert_eq!(usd.times(&Unit::unstated()), usd);
    assert!(usd.over(&usd).compare(&Unit::percent()).is_ok());
    assert!(usd.compare(&cny).is_err());
    assert!(usd.compare(&Unit::unstated()).is_ok());
    assert!(Unit::percent().compare(&Unit::points()).is_err());
    let difference = Unit::percent().subtract(&Unit::percent()).unwrap();
    assert!(
        difference.compare(&Unit::percent()).is_ok() && difference.compare(&Unit::points()).is_ok()
    );
    assert_eq!(Unit::percent().add(&Unit::points()).unwrap(), Unit::percent());
    assert_eq!(unit("women").add(&unit("men")).unwrap().label(), "persons");
    assert!(unit("women").compare(&unit("rooms")).is_err());
    assert!(unit("years").compare(&unit("months")).is_ok());
    assert!(unit("years").compare(&unit("days")).is_err());
    assert_eq!(Unit::date().subtract(&Unit::date()).unwrap(), Unit::days());
    assert_eq!(Unit::date().add(&unit("weeks")).unwrap(), Unit::date());
    assert!(Unit::date().add(&Unit::date()).is_err());
    assert!(Unit::date().compare(&Unit::unstated()).is_err());
    assert!(unit("persons").is_thing() && !unit("km").is_thing() && !unit("USD").is_thing());
    let set = Interval::closed(n("0.405"), n("0.415"));
    assert_eq!(Unit::percent().show(&set), "[40.5, 41.5] %");
}

#[test]
fn numbers_on_screen() {
    assert_eq!(group_digits("-1234567.25"), "-1\u{a0}234\u{a0}567.25");
    assert_eq!(group_digits("1234"), "1234");
    assert_eq!(show_number(&n("600/89"), Toward::Floor), "6.74157");
    assert_eq!(show_number(&n("600/89"), Toward::Ceiling), "6.74158");
    assert_eq!(show_number(&n("4499.5"), Toward::Floor), "4499.5");
}

#[test]
fn elapsed_time_is_the_calendar_s() {
    let day = |y, m, d| date::days(y, m, d).unwrap();
    let years = |from, to| date::elapsed(&from, &to, &Unit::years());
    assert_eq!(years(day(2012, 1, 1), day(2022, 1, 1)), 120);
    assert_eq!(years(day(2020, 2, 29), day(2021, 2, 28)), 12);
    assert_eq!(years(day(2021, 1, 1), day(2021, 7, 2)), n("2184/365"));
    assert_eq!(years(day(2022, 1, 1), day(2012, 1, 1)), -120);
    assert_eq!(date::elapsed(&day(2021, 1, 31), &day(2021, 2, 28), &Unit::months()), 1);
    assert_eq!(date::elapsed(&day(2021, 1, 1), &day(2021, 1, 8), &unit("weeks")), 7);
    assert_eq!(date::show(&day(2021, 7, 19)), "2021-07-19");
    assert_eq!(date::days(2021, 6, 31), None);
    assert_eq!(day(1970, 1, 2), 1);
}

#[test]
fn trap_01_half_even_ends_depend_on_parity() {
    let set = |text: &str| {
        rounding_interval(&n(text), &n("0.1"), Convention::HalfEven, Ties::Mirrored).to_string()
    };
    assert_eq!(set("2.2"), "[2.15, 2.25]");
    assert_eq!(set("2.3"), "(2.25, 2.35)");
    assert_eq!(set("-2.2"), "[-2.25, -2.15]");
    assert_eq!(set("0"), "[-0.05, 0.05]");
}

#[test]
fn trap_03_truncation_mirrors_at_zero() {
    let set = |at: i64| {
        rounding_interval(&at.into(), &n("1"), Convention::Down, Ties::Mirrored).to_string()
    };
    assert_eq!(set(5), "[5, 6)");
    assert_eq!(set(-5), "(-6, -5]");
    assert_eq!(set(0), "(-1, 1)");
}

#[test]
fn trap_04_excess_digits_are_not_rounded_away() {
    let terms = Terms { round: vec![n("1000")], ..Terms::default() };
    let error = read("1 234 567", "").check_terms(&terms).unwrap_err();
    assert!(error.message.contains("prints more digits than rounding to 1000 leaves"), "{error}");
    assert!(read("1 234 000", "").check_terms(&terms).is_ok());
    assert!(read("$105 million", "").check_terms(&terms).is_ok());
    assert_ne!(show("5.00", ""), show("5", ""));
}

#[test]
fn trap_05_the_same_digits_are_not_the_same_figure() {
    assert_eq!(show("30%", ""), "[29.5, 30.5] %");
    assert_eq!(show("30,000 children", ""), "30 000 children");
    let widest = |text: &str| {
        let figure = read(text, "");
        let rungs = figure.rungs(&Terms::default());
        (rungs.len(), figure.show(&rungs[rungs.len() - 1].set).replace('\u{a0}', " "))
    };
    assert_eq!(widest("30,000 yuan"), (9, "[25 000, 35 000] CNY".to_owned()));
    assert_eq!(widest("30 million men"), (3, "[25, 35] million men".to_owned()));
}

#[test]
fn trap_12_nearly_ten_years_is_below_ten() {
    let figure = read("nearly ten years", "");
    let set = &figure.rungs(&Terms::default())[0].set;
    assert!(!set.contains(&n("120")));
    assert!(set.contains(&n("119")));
    assert_eq!(figure.show(set), "(0, 10) years");
}

const CONVENTIONS: [Convention; 9] = [
    Convention::Unknown,
    Convention::HalfUp,
    Convention::HalfEven,
    Convention::HalfDown,
    Convention::Down,
    Convention::Up,
    Convention::Floor,
    Convention::Ceiling,
    Convention::Exact,
];

fn places() -> impl Strategy<Value = Number> {
    let place = (-3i32..=3, prop_oneof![Just(1i64), Just(5)])
        .prop_map(|(k, m)| Number::pow10(k) * Number::from(m));
    prop_oneof![4 => place, 1 => Just(Number::from(3))]
}

/// Numbers that are often on a multiple of half a place.
fn near(place: &Number) -> impl Strategy<Value = Number> + use<> {
    let place = place.clone();
    (-60i64..60, prop_oneof![2 => Just(2u64), 1 => Just(4), 1 => Just(7), 1 => Just(1)])
        .prop_map(move |(over, under)| &Number::ratio(over, under) * &place)
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "an",
        "the",
        "about",
        "nearly",
        "more than",
        "up to",
        "or so",
        "+",
        "-",
        "–",
        "±",
        "+/-",
        "to",
        "between",
        "and",
        "from",
        "$",
        "€",
        "USD",
        "yuan",
        "%",
        "percent",
        "points",
        "million",
        "bn",
        "hundred",
        "dozen",
        "dozens",
        "tens of thousands",
        "half",
        "third",
        "two",
        "twenty",
        "five",
        "1",
        "12",
        "1,234",
        "1.234,5",
        "007",
        "2021",
        "July",
        "late",
        "mid",
        "Q",
        "2021-07-19",
        "1990s",
        "year",
        "years",
        "decade",
        "people",
        "per",
        "/",
        "(",
        ")",
        "~",
        "<",
        ">=",
        ",",
        ".",
        "'",
        "\\",
        "of",
        "x",
        "fold",
        "doubled",
        "st",
        "in",
        "\u{a0}",
        "🙂",
        "é",
    ])
}

fn exercise(text: &str) {
    for style in [
        Style::Inferred,
        Style::English,
        Style::Continental,
        Style::Spaced,
        Style::Swiss,
        Style::Indian,
    ] {
        for declared in [None, Some(Unit::date()), Some(Unit::percent())] {
            match Figure::read(text, style, declared.as_ref()) {
                Err(error) => assert!(text.get(error.at.clone()).is_some(), "{text:?} {error:?}"),
                Ok(figure) => {
                    let rungs = figure.rungs(&Terms::default());
                    assert!(!rungs.is_empty());
                    for pair in rungs.windows(2) {
                        assert!(pair[1].set.covers(&pair[0].set), "{text:?} {rungs:?}");
                    }
                    for rung in &rungs {
                        let _ = figure.show(&rung.set);
                    }
                    for steps in [1, -1, 1000, i64::MAX, i64::MIN] {
                        let _ = figure.step(steps);
                    }
                    for (_, slip) in figure.slips() {
                        assert!(!slip.text().is_empty());
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_a_value_prints_as_stands_for_it((place, value) in places().prop_flat_map(|p| (Just(p.clone()), near(&p)))) {
        for convention in CONVENTIONS {
            for ties in [Ties::Mirrored, Ties::TowardPlus] {
                for printed in round_to(&value, &place, convention, ties) {
                    let set = rounding_interval(&printed, &place, convention, ties);
                    prop_assert!(set.contains(&value), "{convention:?} {ties:?} {value} → {printed} = {set}");
                }
            }
        }
    }

    #[test]
    fn members_and_only_members_round_back(
        (place, value) in places().prop_flat_map(|p| (Just(p.clone()), near(&p))),
        steps in -20i64..20,
    ) {
        let printed = &Number::from(steps) * &place;
        for convention in CONVENTIONS {
            for ties in [Ties::Mirrored, Ties::TowardPlus] {
                let set = rounding_interval(&printed, &place, convention, ties);
                let ends = [set.lo(), set.hi()].into_iter().flatten().map(|end| end.at.clone());
                for member in ends.chain([set.any_member(), value.clone()]) {
                    let prints = round_to(&member, &place, convention, ties).contains(&printed);
                    prop_assert_eq!(set.contains(&member), prints, "{:?} {:?} {} at {}", convention, ties, member, set);
                }
            }
        }
    }

    #[test]
    fn readings_are_nested(digits in 1u64..10_000_000, zeros in 0usize..6, places in 0usize..3) {
        let mut text = format!("{digits}{}", "0".repeat(zeros));
        if places > 0 {
            text = format!("{text}.{}", "5".repeat(places));
        }
        for unit in ["", " USD", " people", "%", " million USD", " years", " km"] {
            for hedge in ["", "about ", "an estimated ", "nearly "] {
                let figure = read(&format!("{hedge}{text}{unit}"), "");
                for convention in CONVENTIONS {
                    let rungs = figure.rungs(&Terms { convention, ..Terms::default() });
                    for pair in rungs.windows(2) {
                        prop_assert!(pair[1].set.covers(&pair[0].set), "{:?}", rungs);
                    }
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        exercise(&text);
    }

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(word(), 1..7), gap in prop::sample::select(vec!["", " "])) {
        exercise(&words.join(gap));
    }

    #[test]
    fn a_step_reads_back_as_itself(value in 0u64..100_000_000, places in 0usize..3, steps in -300i64..300) {
        let fraction = "25".get(..places).unwrap_or_default();
        let text = if places == 0 { value.to_string() } else { format!("{value}.{fraction}") };
        let moved = read(&format!("${text}"), "").step(steps).unwrap();
        let again = read(moved.text(), "");
        prop_assert_eq!(again.printed(), moved.printed());
    }

    #[test]
    fn elapsed_is_monotone_and_undone(a in -20_000i64..40_000, b in -20_000i64..40_000, c in -20_000i64..40_000) {
        let (a, b, c) = (Number::from(a), Number::from(b), Number::from(c));
        for unit in [Unit::years(), Unit::months(), Unit::days()] {
            let span = date::elapsed(&a, &b, &unit);
            prop_assert_eq!(date::add_duration(&a, &span, &unit), b.clone());
            prop_assert_eq!(b <= c, span <= date::elapsed(&a, &c, &unit));
            if a <= c {
                prop_assert!(span >= date::elapsed(&c, &b, &unit));
            }
        }
    }
}

#[test]
fn a_misspelt_unit_is_no_noun() {
    for (text, word) in [("41 precent", "percent"), ("4 milion people", "million")] {
        let error = Figure::read(text, Style::Inferred, None).unwrap_err();
        assert_eq!(error.expected.as_deref(), Some(format!("“{word}”").as_str()), "{text}");
    }
    for text in ["41 bears", "10 millions", "12 houses", "3 pints"] {
        assert!(Figure::read(text, Style::Inferred, None).is_ok(), "{text}");
    }
}
