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
