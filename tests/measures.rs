//! Measures over a small table, whose answers can be worked out by hand.

use tieout::dataset::{Ask, Condition, Frames, Measure, Measured, Part, Source, Tables, Trouble};
use tieout::{Interval, Number};

fn source() -> Source {
    let decimals = [("price".to_owned(), 2)].into();
    Source { path: "tests/data/measures.csv".to_owned(), decimals, ..Source::default() }
}

fn ask(measure: Measure, condition: Option<&str>) -> Ask {
    let condition = condition.map(|sql| Condition::Sql(sql.to_owned()));
    Ask { measure, condition, weight: None }
}

fn sql(measure: &str, condition: Option<&str>) -> Result<Measured, Trouble> {
    let ask = ask(Measure::Sql(measure.to_owned()), condition);
    Frames::default().measure(&source(), &ask)
}

#[test]
fn exact_where_the_data_are() {
    for (measure, condition, value) in [
        ("count(*)", None, "5"),
        ("count(n)", None, "4"),
        ("sum(n) / count(n)", None, "4.75"),
        ("avg(n)", Some("region = 'North'"), "3.5"),
        ("sum(price)", None, "1.3"),
        ("100.0 * count(*) FILTER (WHERE year = 2020) / count(*)", None, "60"),
        ("sum(CASE WHEN region = 'South' THEN n ELSE 0 END)", None, "5"),
        ("1 / 3 * sum(n)", None, "19/3"),
        ("count(DISTINCT region)", None, "3"),
        ("max(n) - min(n)", Some("region IN ('North', 'South')"), "2"),
        ("median(n)", None, "4.5"),
        ("sum(n * price)", None, "2.6"),
        ("count(*)", Some("region = 'West'"), "0"),
    ] {
        let measured = sql(measure, condition).unwrap_or_else(|t| panic!("{measure}: {}", t.what));
        assert_eq!(measured.set.as_point(), Number::parse(value).as_ref(), "{measure}");
        assert_eq!(measured.bound, None, "{measure}");
    }
}

/// The values 3, 4, 5 and 7 have the mean 4.75 and the variance 35/12.
#[test]
fn spread_and_roundings_hold_within_their_bounds() {
    for (measure, low, high) in [
        ("variance(n)", "2.91666666666666", "2.91666666666667"),
        ("stddev(n)", "1.70782512765992", "1.70782512765994"),
        ("sqrt(variance(n))", "1.70782512765992", "1.70782512765994"),
        ("stddev(n) FILTER (WHERE region = 'North')", "0.70710678118654", "0.70710678118655"),
        ("round(sum(price), 1)", "1.3", "1.3"),
        ("ceil(avg(n))", "5", "5"),
        ("floor(avg(n))", "4", "4"),
        ("abs(min(n) - max(n))", "4", "4"),
        // A half may have been rounded either way.
        ("round(avg(n), 1)", "4.699", "4.801"),
    ] {
        let set = sql(measure, None).unwrap_or_else(|t| panic!("{measure}: {}", t.what)).set;
        let [low, high] = [low, high].map(|end| Number::parse(end).unwrap());
        let ends = Interval::closed(low, high);
        assert!(set.intersect(&ends).is_some(), "{measure}: {set}");
        assert!(
            ends.outward(&Number::parse("0.0000000000001").unwrap()).covers(&set),
            "{measure}: {set}"
        );
    }
}

/// A query that turns on the order of rows has no one answer.
#[test]
fn queries_are_computed_in_two_ways() {
    let query = |query: &str| {
        Frames::default().measure(&source(), &ask(Measure::Query(query.to_owned()), None))
    };
    let turns = query("SELECT n FROM data LIMIT 1").expect_err("it has two answers");
    assert!(turns.what.contains("turn on the order"), "{}", turns.what);
    let sum = query("SELECT sum(n) FROM data").unwrap_or_else(|trouble| panic!("{}", trouble.what));
    assert_eq!(sum.set.as_point(), Some(&Number::from(19)));
    let over = query("SELECT sum(big) FROM data").expect_err("it has too many digits");
    assert!(over.what.contains("too many digits"), "{}", over.what);
}

#[test]
fn what_has_no_answer_says_so() {
    for (measure, condition, part, words) in [
        ("avg(n)", Some("region = 'West'"), Part::Condition, "no row"),
        ("sum(m)", None, Part::Measure, "no column is named `m`"),
        ("sum(n)", Some("regions = 'North'"), Part::Condition, "`regions`"),
        ("count(*) / 0", None, Part::Measure, "divides by zero"),
        ("n", None, Part::Measure, "gives 5 values, not one"),
        ("sum(n", None, Part::Measure, "not understood"),
    ] {
        let trouble = sql(measure, condition).expect_err(measure);
        assert_eq!(trouble.part, part, "{measure}: {}", trouble.what);
        assert!(trouble.what.contains(words), "{measure}: {}", trouble.what);
    }
}

#[test]
fn all_measures_take_one_scan() {
    let tables = Frames::default();
    let regions = ["region = 'North'", "region = 'South' AND year = 2021"];
    let mut asks: Vec<Ask> =
        regions.iter().map(|region| ask(Measure::Count, Some(region))).collect();
    asks.push(ask(Measure::Median("n".to_owned()), None));
    asks.push(ask(Measure::Mean("nowhere".to_owned()), None));
    tables.prepare(&source(), &asks);
    let answers: Vec<_> = asks.iter().map(|ask| tables.measure(&source(), ask)).collect();
    let points = answers.iter().flatten().map(|measured| measured.set.as_point().cloned());
    let expected = ["2", "1", "4.5"].map(Number::parse);
    assert_eq!(points.collect::<Vec<_>>(), expected);
    assert!(answers[3].is_err());
    let scans = tables.scans();
    assert_eq!(scans.len(), 1);
    assert_eq!((scans[0].measures, scans[0].scans, scans[0].from_groups), (4, 1, 2));
}

#[test]
fn one_number_for_each_group() {
    let sum = ask(Measure::Sum("n".to_owned()), None);
    let groups = Frames::default().groups(&source(), &["region".to_owned()], &sum);
    let groups = groups.unwrap_or_else(|trouble| panic!("{}", trouble.what));
    let shown: Vec<_> = groups
        .iter()
        .map(|group| {
            let value = group.measured.as_ref().ok().and_then(|m| m.set.as_point().cloned());
            (group.key[0].clone().unwrap_or_default(), value)
        })
        .collect();
    let expected = [("East", 7), ("North", 7), ("South", 5)]
        .map(|(region, sum)| (region.to_owned(), Some(Number::from(sum))));
    assert_eq!(shown, expected);
}

/// All numbers below a prime, each once and in no order.
#[test]
fn quantiles_of_many_values_in_no_order() {
    const PRIME: u64 = 40_009;
    let path = std::env::temp_dir().join(format!("unsorted-{}.csv", std::process::id()));
    let values = (0..PRIME).map(|i| format!("{},{}\n", i % 7, i * 7_919 % PRIME));
    std::fs::write(&path, format!("g,x\n{}", values.collect::<String>())).unwrap();
    let source = Source { path: path.to_string_lossy().into_owned(), ..Source::default() };
    let quantile = |at| Measure::Quantile("x".to_owned(), Number::parse(at).unwrap());
    for tables in [Frames::default(), Frames::streaming_above(0)] {
        for (measure, condition, value) in [
            (Measure::Median("x".to_owned()), None, "20004"),
            (Measure::Median("x".to_owned()), Some("x < 101"), "50"),
            (quantile("0"), None, "0"),
            (quantile("1"), None, "40008"),
            (quantile("0.25"), None, "10002"),
            (quantile("0.9"), Some("g >= 0"), "36007.2"),
            (Measure::Sql("median(x)".to_owned()), None, "20004"),
        ] {
            let measured = tables.measure(&source, &ask(measure.clone(), condition));
            let measured = measured.unwrap_or_else(|trouble| panic!("{}", trouble.what));
            assert_eq!(measured.set.as_point(), Number::parse(value).as_ref(), "{measure:?}");
        }
    }
    std::fs::remove_file(&path).unwrap();
}
