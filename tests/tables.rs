//! Published tables whose totals are known, and each of them with one figure altered.

use tieout::Number;
use tieout::audit::Audit;
use tieout::finding::Verdict;
use tieout::project;

const NO: Verdict = Verdict::Inconsistent;
const YES: Verdict = Verdict::Consistent;

/// The verdicts on a text, in order.
fn verdicts(text: &str) -> Vec<Verdict> {
    let mut case = project::load_text("table.toml", text.to_owned());
    case.improbable = Some(Number::zero());
    assert!(case.mistakes.is_empty(), "{:?}\n{text}", case.mistakes);
    Audit::run(&case).findings.iter().map(|finding| finding.verdict).collect()
}

/// A count, as it is: not rounded.
fn count(name: &str, value: u32) -> String {
    format!("[claim.{name}]\nvalue = \"{value}\"\nconvention = \"exact\"\n")
}

/// Counts and their total, each exact.
fn margin(parts: &[u32], total: u32) -> Vec<Verdict> {
    let names: Vec<String> = (0..parts.len()).map(|i| format!("\"p{i}\"")).collect();
    let claims: String =
        parts.iter().enumerate().map(|(i, part)| count(&format!("p{i}"), *part)).collect();
    let names = names.join(", ");
    let footing = format!(
        "[[footing]]\ntotal = \"total\"\nparts = [{names}]\ncomplete = true\nexclusive = true\n"
    );
    verdicts(&(claims + &count("total", total) + &footing))
}

#[test]
fn applicants_to_berkeley_in_1973() {
    // Admitted men, rejected men, admitted women, rejected women.
    assert_eq!(margin(&[1198, 1493, 557, 1278], 4526), [YES]);
    assert_eq!(margin(&[1198, 1493, 557, 1287], 4526), [NO]);
    // The six departments.
    assert_eq!(margin(&[933, 585, 918, 792, 584, 714], 4526), [YES]);
    assert_eq!(margin(&[933, 585, 918, 729, 584, 714], 4526), [NO]);
}

#[test]
fn people_on_the_titanic_by_class() {
    assert_eq!(margin(&[325, 285, 706, 885], 2201), [YES]);
    assert_eq!(margin(&[325, 258, 706, 885], 2201), [NO]);
}

/// Seven parts to one decimal that add up to 24.5, with a total.
fn regions(total: &str) -> Vec<Verdict> {
    let mut text = String::new();
    for i in 0..7 {
        text += &format!("[claim.r{i}]\nvalue = \"3.5\"\nround = 0.1\n");
    }
    text += &format!("[claim.total]\nvalue = \"{total}\"\nround = 0.1\n[[footing]]\n");
    text += "total = \"total\"\nparts = [\"r0\", \"r1\", \"r2\", \"r3\", \"r4\", \"r5\", \"r6\"]\ncomplete = true\nexclusive = true\n";
    verdicts(&text)
}

#[test]
fn seven_rounded_regions_may_miss_their_total_by_three_tenths() {
    assert_eq!(regions("24.8"), [YES]);
    assert_eq!(regions("25.0"), [NO]);
}

/// Whether minor corrections are a share of all 577.
fn minor(share: &str) -> Vec<Verdict> {
    let share = format!("[claim.share]\nvalue = \"{share}\"\nround = 1\n");
    let check = "[[share]]\npart = \"minor\"\nwhole = \"all\"\nshare = \"share\"\n";
    verdicts(&(count("minor", 553) + &count("all", 577) + &share + check))
}

#[test]
fn minor_corrections_of_official_statistics() {
    assert_eq!(minor("96%"), [YES]);
    assert_eq!(minor("95%"), [NO]);
}

#[test]
fn hair_and_eyes_of_students() {
    // Black, brown, red and blond hair; brown, blue, hazel and green eyes.
    assert_eq!(margin(&[108, 286, 71, 127], 592), [YES]);
    assert_eq!(margin(&[108, 268, 71, 127], 592), [NO]);
    assert_eq!(margin(&[220, 215, 93, 64], 592), [YES]);
    assert_eq!(margin(&[220, 215, 93, 46], 592), [NO]);
}

/// Whether a rate is the share of applicants to Berkeley who were admitted.
fn admitted(admitted: u32, applicants: u32, rate: &str) -> Vec<Verdict> {
    let rate = format!("[claim.rate]\nvalue = \"{rate}\"\nround = 0.1\n");
    let check = "[[share]]\npart = \"admitted\"\nwhole = \"applicants\"\nshare = \"rate\"\n";
    verdicts(&(count("admitted", admitted) + &count("applicants", applicants) + &rate + check))
}

#[test]
fn shares_admitted_to_berkeley() {
    assert_eq!(admitted(1198, 2691, "44.5%"), [YES]);
    assert_eq!(admitted(1198, 2691, "45.4%"), [NO]);
    assert_eq!(admitted(557, 1835, "30.4%"), [YES]);
    assert_eq!(admitted(575, 1835, "30.4%"), [NO]);
}

/// What one euro is in the currencies that it replaced, fixed for good at the end of 1998.
const EURO: [(&str, &str); 11] = [
    ("ats", "13.7603"),
    ("bef", "40.3399"),
    ("dem", "1.95583"),
    ("esp", "166.386"),
    ("fim", "5.94573"),
    ("frf", "6.55957"),
    ("iep", "0.787564"),
    ("itl", "1936.27"),
    ("luf", "40.3399"),
    ("nlg", "2.20371"),
    ("pte", "200.482"),
];

/// The fixed rate of a currency, which is not rounded.
fn fixed(name: &str) -> String {
    let (_, rate) = EURO.into_iter().find(|(known, _)| *known == name).unwrap();
    format!("[claim.{name}]\nvalue = \"{rate}\"\nconvention = \"exact\"\n")
}

/// Whether a cross rate, in units of `to` for one of `from`, follows from the two fixed rates.
fn cross(from: &str, to: &str, printed: &str) -> Verdict {
    let rate = format!("[claim.cross]\nvalue = \"{printed}\"\n");
    let check = format!("[[rate]]\npairs = [[\"{to}\", \"{from}\"]]\nrate = \"cross\"\n");
    verdicts(&(fixed(from) + &fixed(to) + &rate + &check))[0]
}

#[test]
fn cross_rates_of_the_euro() {
    // Of each pair the cross rate to six digits, and the same with two of its digits swapped.
    let pairs = [
        ("ats", "dem", "0.142136", "0.142163"),
        ("dem", "ats", "7.03553", "7.05353"),
        ("dem", "frf", "3.35385", "3.35358"),
        ("dem", "itl", "989.999", "998.999"),
        ("frf", "itl", "295.182", "295.128"),
        ("dem", "nlg", "1.12674", "1.12647"),
        ("esp", "pte", "1.20492", "1.20429"),
    ];
    for (from, to, printed, altered) in pairs {
        assert_eq!(cross(from, to, printed), YES, "{from} {to}");
        assert_eq!(cross(from, to, altered), NO, "{from} {to}");
    }
    // Two currencies of one value.
    let text = fixed("bef") + &fixed("luf") + "[[same]]\nclaims = [\"bef\", \"luf\"]\n";
    assert_eq!(verdicts(&text), [YES]);
    assert_eq!(verdicts(&text.replacen("40.3399", "40.3939", 1)), [NO]);
}

#[cfg(feature = "dataframes")]
#[test]
fn a_copied_row_of_the_christenings_is_noted() {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("claims/christenings-1710.toml");
    let mut case = project::load(&[file], std::path::Path::new(".")).unwrap();
    case.ledger.tables = Some(Box::new(tieout::dataset::Frames::default()));
    let audit = Audit::run(&case);
    let ahead = audit.findings.iter().find(|finding| finding.id == "assert/ahead").unwrap();
    let tally = ahead.rows.as_ref().unwrap();
    assert_eq!((ahead.verdict, tally.judged()), (YES, 81));
    let copy = "year 1704 (row 76) repeats the figures of year 1674 (row 46): 6113, 5738";
    assert_eq!(tally.notes, [copy]);
}
