//! The traps of the field, each by name, as they appear in a claims file. Some have a twin in
//! tests/figures.rs that looks at one figure alone.

use tieout::audit::Audit;
use tieout::finding::{Finding, Verdict};
use tieout::project;
use tieout::render::{self, Look};
use tieout::{End, Interval, Number};

const NO: Verdict = Verdict::Inconsistent;
const YES: Verdict = Verdict::Consistent;
const OPEN: Verdict = Verdict::Undetermined;

/// The one finding on a text.
fn judge(text: &str) -> Finding {
    let mut case = project::load_text("trap.toml", text.to_owned());
    case.improbable = Some(Number::zero());
    assert!(case.mistakes.is_empty(), "{:?}\n{text}", case.mistakes);
    let mut audit = Audit::run(&case);
    assert_eq!(audit.findings.len(), 1, "{text}");
    audit.findings.remove(0)
}

fn verdict(text: &str) -> Verdict {
    judge(text).verdict
}

/// What stops an assertion that is written wrong.
fn misuse(text: &str) -> String {
    let mut finding = judge(text);
    assert_eq!(finding.verdict, Verdict::NotJudged, "{text}");
    finding.mistakes.remove(0).what
}

fn claim(name: &str, value: &str, more: &str) -> String {
    format!("[claim.{name}]\nvalue = \"{value}\"\n{more}\n")
}

/// Whether a figure and an exact value can be one quantity.
fn can_be(value: &str, more: &str, exact: &str) -> Verdict {
    let text = claim("a", value, more) + &claim("b", exact, "convention = \"exact\"");
    verdict(&format!("{text}[[same]]\nclaims = [\"a\", \"b\"]\n"))
}

#[test]
fn trap_01_half_even_ends_depend_on_the_parity_of_the_last_digit() {
    let even = "round = 0.1\nconvention = \"half-even\"";
    for (value, exact, wanted) in [
        ("2.2", "2.15", YES),
        ("2.2", "2.25", YES),
        ("2.2", "2.2501", NO),
        ("2.3", "2.25", NO),
        ("2.3", "2.35", NO),
        ("2.3", "2.2501", YES),
        ("-2.3", "-2.25", NO),
        ("-2.2", "-2.25", YES),
        ("0.0", "0.05", YES),
    ] {
        assert_eq!(can_be(value, even, exact), wanted, "{value} from {exact}");
    }
    // The parity is that of the multiple of the unit, not of the last character.
    let fives = "round = 5\nconvention = \"half-even\"";
    assert_eq!(can_be("10", fives, "12.5"), YES);
    assert_eq!(can_be("15", fives, "12.5"), NO);
    // Two odd parts cannot reach the sum of their ends; two even parts can.
    for (a, b, total, wanted) in [("1", "3", "5", NO), ("2", "4", "7", YES), ("1", "2", "4", NO)] {
        let more = "round = 1\nconvention = \"half-even\"";
        let text = claim("a", a, more) + &claim("b", b, more);
        let text = text + &claim("t", total, "convention = \"exact\"");
        let foot = "[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"t\"\ncomplete = true\nexclusive = true\n";
        assert_eq!(verdict(&format!("{text}{foot}")), wanted, "{a} + {b} = {total}");
    }
}

#[test]
fn trap_02_where_intervals_meet_the_tighter_bound_keeps_its_own_closedness() {
    let end = |at: i64, closed| Some(End { at: at.into(), closed });
    let set = |lo, hi| Interval::new(lo, hi).unwrap();
    let (a, b) = (set(end(1, true), end(3, false)), set(end(0, false), end(2, true)));
    assert_eq!(a.intersect(&b), Some(set(end(1, true), end(2, true))));
    let (a, b) = (set(end(0, true), end(2, false)), set(end(0, false), end(2, true)));
    assert_eq!(a.intersect(&b), Some(set(end(0, false), end(2, false))));
    // One point shared needs both ends.
    let rounded = |convention: &str| format!("round = 1\nconvention = \"{convention}\"");
    for (a, a_how, b, b_how, wanted) in [
        ("5", "down", "6", "exact", NO),
        ("5", "down", "6", "up", YES),
        ("5", "up", "5", "down", YES),
        ("5", "up", "6", "down", NO),
        ("5", "half-up", "6", "half-up", NO),
        ("5", "half-down", "6", "half-down", NO),
        ("5", "half-down", "6", "half-up", YES),
        ("5", "half-even", "6", "half-even", NO),
        ("5", "unknown", "6", "unknown", YES),
        ("5", "unknown", "6", "half-down", NO),
        ("4", "half-even", "5", "unknown", YES),
        ("5", "floor", "5", "ceiling", YES),
        ("6", "floor", "5", "ceiling", NO),
    ] {
        let text = claim("a", a, &rounded(a_how)) + &claim("b", b, &rounded(b_how));
        for list in ["[\"a\", \"b\"]", "[\"b\", \"a\"]"] {
            let text = format!("{text}[[same]]\nclaims = {list}\n");
            assert_eq!(verdict(&text), wanted, "{a} {a_how}, {b} {b_how}");
        }
    }
    // Three that meet two by two have a point in common; an open end among them parts them.
    let three = |how: &str| {
        let text = claim("a", "5", &rounded("unknown")) + &claim("b", "6", &rounded("unknown"));
        let text = text + &claim("c", "5.5", how);
        verdict(&format!("{text}[[same]]\nclaims = [\"a\", \"c\", \"b\"]\n"))
    };
    assert_eq!(three("round = 0.1\nconvention = \"down\""), YES);
    assert_eq!(three("convention = \"exact\""), YES);
}

#[test]
fn trap_03_truncation_mirrors_at_zero() {
    let down = "round = 1\nconvention = \"down\"";
    for (value, exact, wanted) in [
        ("5", "5", YES),
        ("5", "5.999", YES),
        ("5", "6", NO),
        ("5", "4.999", NO),
        ("-5", "-5", YES),
        ("-5", "-5.999", YES),
        ("-5", "-6", NO),
        ("-5", "-4.999", NO),
        ("0", "0.999", YES),
        ("0", "-0.999", YES),
        ("0", "1", NO),
        ("0", "-1", NO),
    ] {
        assert_eq!(can_be(value, down, exact), wanted, "{value} from {exact}");
    }
    // Floor does not mirror.
    let floor = "round = 1\nconvention = \"floor\"";
    assert_eq!(can_be("-5", floor, "-4.001"), YES);
    assert_eq!(can_be("-5", floor, "-5.001"), NO);
    assert_eq!(can_be("0", floor, "-0.001"), NO);
}

#[test]
fn trap_04_a_figure_that_prints_more_digits_than_it_claims_is_not_judged() {
    for (value, round) in [("1,234,567", "1000"), ("100.4", "1"), ("$4,550", "100"), ("41.5%", "1")]
    {
        let parts = claim("a", value, &format!("round = {round}")) + &claim("b", value, "");
        let text = format!("{parts}[[same]]\nid = \"x\"\nclaims = [\"a\", \"b\"]\n");
        let case = project::load_text("trap.toml", text);
        assert_eq!(case.mistakes.len(), 1, "{value}: {:?}", case.mistakes);
        assert!(case.mistakes[0].what.contains("more digits"), "{:?}", case.mistakes[0]);
        let audit = Audit::run(&case);
        assert_eq!(audit.findings[0].verdict, OPEN, "{value}");
        assert!(audit.has_mistakes());
        // The same where only one assertion reads it so.
        let parts = claim("a", value, "") + &claim("b", value, "");
        let given = format!("given = {{ a = {{ round = {round} }} }}");
        let text = format!("{parts}[[same]]\nclaims = [\"a\", \"b\"]\n{given}\n");
        let case = project::load_text("trap.toml", text);
        assert_eq!(Audit::run(&case).findings[0].verdict, Verdict::NotJudged, "{value}");
    }
    // 5.00 claims more than 5.
    assert_eq!(can_be("5", "round = 1", "5.4"), YES);
    assert_eq!(can_be("5.00", "", "5.4"), NO);
}

#[test]
fn trap_05_the_same_digits_are_not_the_same_figure() {
    let figures = [
        ("30%", "%"),
        ("30,000 yuan", "CNY"),
        ("30 million men", "men"),
        ("30,000 children", "children"),
    ];
    for (i, (a, a_unit)) in figures.iter().enumerate() {
        for (b, b_unit) in &figures[i + 1..] {
            let parts = claim("a", a, "") + &claim("b", b, "");
            let things =
                ["men", "children"].contains(a_unit) && ["men", "children"].contains(b_unit);
            if things {
                // Both count persons, but never the same number of them.
                let finding = judge(&format!("{parts}[[same]]\nclaims = [\"a\", \"b\"]\n"));
                assert_ne!(finding.verdict, YES);
                continue;
            }
            for check in [
                "[[same]]\nclaims = [\"a\", \"b\"]\n",
                "[[order]]\nclaims = [\"a\", \"b\"]\n",
                "[[assert]]\nthat = \"a + b <= a\"\n",
                "[[footing]]\nparts = [\"a\"]\ntotal = \"b\"\ncomplete = true\nexclusive = true\n",
            ] {
                let what = misuse(&format!("{parts}{check}"));
                assert!(what.contains(a_unit) && what.contains(b_unit), "{what}");
            }
        }
    }
}

#[test]
fn trap_06_a_claim_used_twice_errs_toward_silence() {
    let five = claim("x", "5", "round = 1") + &claim("y", "7", "round = 1");
    let that = |that: &str| verdict(&format!("{five}[[assert]]\nthat = \"{that}\"\n"));
    // True for every value.
    for always in
        ["x - x == 0", "x / x == 1", "x + y - x == y", "x * y / x == y", "x <= x", "2 * x - x == x"]
    {
        assert_eq!(that(always), YES, "{always}");
    }
    // False for every value, but only just: nothing is said.
    assert_eq!(that("x - x == 0.5"), YES);
    // False however wide.
    assert_eq!(that("x - x == 1.1"), NO);
}

#[test]
fn trap_07_equal_figures_stay_separate_claims() {
    let half = |name: &str| claim(name, "50%", "says = \"half\"\nwhere = \"I\"");
    let text = half("a") + &half("b");
    let foot = "[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"100%\"\ncomplete = true\nexclusive = true\n";
    let finding = judge(&format!("{text}{foot}"));
    assert_eq!(finding.verdict, YES);
    let names: Vec<&str> =
        finding.figures.iter().filter(|f| !f.literal).map(|f| &*f.name).collect();
    assert_eq!(names, ["a", "b"]);
    let case = project::load_text("trap.toml", format!("{text}{foot}{foot}"));
    assert_eq!(case.ledger.editions[0].claims.len(), 2);
    let audit = Audit::run(&case);
    let ids: Vec<&str> = audit.findings.iter().map(|f| &*f.id).collect();
    assert_eq!(ids, ["footing/a", "footing/a~2"]);
    let look = Look { width: 120, color: false, verbose: false, quiet: false, all: false };
    let figures = render::figures(&audit, look);
    assert_eq!(figures.matches("50%").count(), 2, "{figures}");
    // A name taken twice is a mistake, and the second is not used.
    let case =
        project::load_text("trap.toml", claim("a", "50%", "") + "[source.a]\ntitle = \"t\"\n");
    assert!(case.mistakes.is_empty(), "{:?}", case.mistakes);
}

#[test]
fn trap_08_the_base_of_a_percentage_matters() {
    let all = claim("all", "around 60%", "of = \"women\"");
    let parts = |of: &str| {
        let part = |name: &str, value: &str| claim(name, value, of);
        part("a", "50%") + &part("b", "30%") + &part("c", "15%")
    };
    let foot = |total: &str| {
        format!(
            "[[footing]]\nparts = [\"a\", \"b\", \"c\"]\ntotal = \"{total}\"\ncomplete = false\nexclusive = true\n"
        )
    };
    let of_all = parts("of = \"all\"");
    assert_eq!(verdict(&format!("{all}{of_all}{}", foot("all"))), YES);
    assert_eq!(verdict(&format!("{all}{of_all}{}", foot("100%"))), YES);
    // 95 percent of all women are not within 60 percent of them.
    let wrong = judge(&format!("{all}{}{}", parts("of = \"women\""), foot("all")));
    assert_eq!(wrong.verdict, NO);
    assert_eq!(wrong.judgement.unwrap().miss.abs(), Number::ratio(285, 1000));
    let what = misuse(&format!("{all}{of_all}[[assert]]\nthat = \"a + all <= 100%\"\n"));
    assert!(what.contains("women") && what.contains("all"), "{what}");
    misuse(&format!("{all}{of_all}[[order]]\nclaims = [\"a\", \"all\"]\n"));
    misuse(&format!("{all}{of_all}[[same]]\nclaims = [\"a\", \"all\"]\n"));
}

#[test]
fn trap_09_one_exchange_rate_turns_on_the_rounding() {
    let rate = |low: &str, high: &str| {
        let exact = "range = \"ends\"\nconvention = \"exact\"";
        let ends = |key: &str, unit: &str| {
            if unit.is_empty() { String::new() } else { format!("{key} = {{ round = {unit} }}\n") }
        };
        let ends = format!("range = \"ends\"\n{}{}", ends("low", low), ends("high", high));
        let text = claim("cny", "6,000–30,000 yuan", exact) + &claim("usd", "$890–$4,500", &ends);
        let pairs = "pairs = [[\"cny.low\", \"usd.low\"], [\"cny.high\", \"usd.high\"]]";
        judge(&format!("{text}[[rate]]\n{pairs}\n"))
    };
    assert_eq!(rate("10", "100").verdict, YES);
    assert_eq!(rate("10", "10").verdict, NO);
    let touching = rate("10", "50");
    assert_eq!(touching.verdict, YES);
    assert!(touching.judgement.unwrap().touches.unwrap().contains("6.70391"));
    assert_eq!(rate("10", "100").judgement.unwrap().touches, None);
    for undeclared in [rate("", ""), rate("10", ""), rate("", "100")] {
        let open = undeclared.verdict == OPEN && !undeclared.turns_on.is_empty();
        // With the high end at 100 and the low end unsaid, 890 rounded to 1 has a rate, too:
        // 6000/889.5 = 6.745 lies above 6.742, 6000/890.5 = 6.738 below it.
        assert!(open || undeclared.verdict == YES, "{:?}", undeclared.branches);
    }
    assert_eq!(rate("", "").verdict, OPEN);
    assert_eq!(rate("10", "").verdict, OPEN);
    assert_eq!(rate("", "100").verdict, YES);
}

#[test]
fn trap_10_division_by_what_may_be_zero_says_nothing() {
    let text = claim("x", "0", "round = 1")
        + &claim("y", "7", "round = 1")
        + &claim("z", "0", "convention = \"exact\"");
    let that = |that: &str| verdict(&format!("{text}[[assert]]\nthat = \"{that}\"\n"));
    for any in [
        "y / x == 1000000",
        "y / x == -1000000",
        "y / x == 0.5",
        "y / x > 100 and y / x < -100",
        "y / x ^ 2 >= 26",
    ] {
        assert_eq!(that(any), YES, "{any}");
    }
    // 6.5 / 0.5² is the least.
    assert_eq!(that("y / x ^ 2 < 26"), NO);
    for undefined in ["y / z == 1", "y / z != 1", "z / z == 1", "z ^ -1 > 0"] {
        assert_eq!(that(undefined), OPEN, "{undefined}");
    }
    // Settled by the part that can be told.
    assert_eq!(that("y / z == 1 or y > 0"), YES);
    assert_eq!(that("y / z == 1 and y < 0"), NO);
    for check in [
        "[[share]]\npart = \"y\"\nwhole = \"z\"\nshare = \"50%\"\n",
        "[[rate]]\npairs = [[\"y\", \"z\"], [\"y\", \"y\"]]\n",
        "[[change]]\nfrom = \"z\"\nto = \"y\"\nby = \"10%\"\n",
    ] {
        assert_eq!(verdict(&format!("{text}{check}")), OPEN, "{check}");
    }
    assert_eq!(
        verdict(&format!("{text}[[rate]]\npairs = [[\"y\", \"x\"], [\"y\", \"y\"]]\n")),
        YES
    );
    assert_eq!(
        verdict(&format!("{text}[[change]]\nfrom = \"x\"\nto = \"y\"\nby = \"900%\"\n")),
        YES
    );
}

#[test]
fn trap_11_missing_is_not_zero() {
    let text = claim("a", "60%", "")
        + &claim("b", "40%", "")
        + "[claim.gap]\nsays = \"not given\"\nunit = \"%\"\n";
    for check in [
        "[[footing]]\nparts = [\"a\", \"b\", \"gap\"]\ntotal = \"100%\"\ncomplete = true\nexclusive = true\n",
        "[[footing]]\nparts = [\"a\", \"b\"]\nless = [\"gap\"]\ntotal = \"100%\"\ncomplete = true\nexclusive = true\n",
        "[[footing]]\nparts = [\"a\", \"b\"]\ntotal = \"gap\"\ncomplete = true\nexclusive = true\n",
        "[[assert]]\nthat = \"a + gap <= 1000%\"\n",
        "[[assert]]\nthat = \"a + gap > 1000%\"\n",
        "[[assert]]\nthat = \"not gap > 0%\"\n",
        "[[assert]]\nthat = \"gap * 0 == 0%\"\n",
        "[[same]]\nclaims = [\"a\", \"gap\"]\n",
        "[[order]]\nclaims = [\"gap\", \"a\"]\n",
        "[[share]]\npart = \"gap\"\nwhole = \"a\"\nshare = \"0%\"\n",
        "[[change]]\nfrom = \"gap\"\nto = \"a\"\nby = \"20 points\"\n",
        "[[rate]]\npairs = [[\"a\", \"gap\"], [\"a\", \"b\"]]\n",
        "[[rate]]\npairs = [[\"a\", \"b\"], [\"b\", \"a\"]]\nrate = \"gap\"\n",
        "[[grim]]\nclaims = [\"gap\"]\nn = \"100 persons\"\n",
    ] {
        let finding = judge(&format!("{text}{check}"));
        assert_eq!(finding.verdict, OPEN, "{check}: {:?}", finding.mistakes);
        assert!(
            finding.reason.as_ref().is_some_and(|why| why.contains("gap")),
            "{check}: {:?}",
            finding.reason
        );
    }
}

#[test]
fn trap_12_nearly_ten_years_is_below_ten() {
    let elapsed = |to: &str, duration: &str| {
        let text =
            claim("from", "2012-02-14", "unit = \"date\"") + &claim("to", to, "unit = \"date\"");
        let text = text + &claim("long", duration, "");
        verdict(&format!("{text}[[elapsed]]\nfrom = \"from\"\nto = \"to\"\nduration = \"long\"\n"))
    };
    for (to, wanted) in [
        ("2022-02-13", YES),
        ("2022-02-14", NO),
        ("2022-02-15", NO),
        ("2022-08-01", NO),
        ("2021-06-01", YES),
    ] {
        assert_eq!(elapsed(to, "nearly ten years"), wanted, "{to}");
        assert_eq!(elapsed(to, "almost 10 years"), wanted, "{to}");
    }
    assert_eq!(elapsed("2022-02-14", "ten years"), YES);
    assert_eq!(elapsed("2022-02-15", "more than ten years"), YES);
    assert_eq!(elapsed("2022-02-14", "more than ten years"), NO);
    assert_eq!(elapsed("2022-02-14", "at least ten years"), YES);
    assert_eq!(can_be("nearly ten years", "", "10 years"), NO);
    assert_eq!(can_be("nearly ten years", "", "119 months"), YES);
}
