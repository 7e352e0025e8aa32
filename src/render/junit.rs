//! The audit as JUnit XML: one suite a report, one case an assertion.
//!
//! Inconsistent is a failure. Undetermined, improbable and not applicable are skipped, with the
//! reason: they are no failures, and no passes either. What is not judged, and every other
//! mistake, is an error. What is answered for passes, and says so in its output. Times are left
//! out, so that the same audit gives the same bytes.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::full::remarks;
use super::places::path;
use super::words::{in_files_order, message, sentence, verdict_words};
use crate::audit::Audit;
use crate::finding::{Finding, Verdict};
use crate::mistake::Mistake;

/// Every assertion as a test case, in the order of the files.
///
/// # Errors
///
/// What the XML writer says.
pub fn junit(audit: &Audit) -> Result<String, String> {
    let ledger = &audit.case.ledger;
    let mut report = Report::new("tieout");
    let findings = in_files_order(audit);
    for (at, edition) in ledger.editions.iter().enumerate() {
        let mut suite = TestSuite::new(edition.label.as_str());
        suite.add_property(("title", edition.title.as_str()));
        let own = findings.iter().filter(|finding| finding.edition == at);
        suite.add_test_cases(own.map(|finding| case(finding, &edition.label, audit)));
        report.add_test_suite(suite);
    }
    // What is not judged has cases of its own; all else that is wrong has them here.
    let judging: Vec<&Mistake> = audit.findings.iter().flat_map(|f| &f.mistakes).collect();
    let mistakes = audit.mistakes().into_iter().filter(|mistake| !judging.contains(mistake));
    let cases: Vec<TestCase> = mistakes.map(|m| mistake(m, audit)).collect();
    if !cases.is_empty() {
        let mut suite = TestSuite::new("mistakes in the files");
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn case(finding: &Finding, edition: &str, audit: &Audit) -> TestCase {
    let mut status = match finding.verdict {
        Verdict::Consistent => TestCaseStatus::success(),
        _ if finding.waived.is_some() => TestCaseStatus::success(),
        Verdict::Inconsistent => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::NotJudged => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Undetermined | Verdict::Improbable | Verdict::Inapplicable => {
            TestCaseStatus::skipped()
        }
    };
    let passes = matches!(status, TestCaseStatus::Success { .. });
    let details = remarks(finding).join("\n");
    if !passes {
        status.set_message(sentence(finding));
        status.set_type(verdict_words(finding).replace('\n', " "));
        if !sentence(finding).ends_with(&details) {
            status.set_description(details.as_str());
        }
    }
    let files = &audit.case.ledger.files;
    let mut case = TestCase::new(finding.id.as_str(), status);
    case.set_classname(edition);
    if let Some(file) = path(files, finding.place.file) {
        case.extra.insert("file".into(), file.into());
        case.extra.insert("line".into(), files.line_column(finding.place).0.to_string().into());
    }
    if finding.waived.is_some() {
        case.set_system_out(format!("{}: {}\n{details}", finding.verdict, sentence(finding)));
    }
    case
}

fn mistake(mistake: &Mistake, audit: &Audit) -> TestCase {
    let files = &audit.case.ledger.files;
    let address = mistake.place.map(|place| files.address(place));
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(mistake.what.as_str());
    status.set_type("mistake");
    let lines = message(mistake);
    if lines.len() > 1 {
        status.set_description(lines[1..].join("\n"));
    }
    TestCase::new(address.unwrap_or_else(|| mistake.what.clone()), status)
}
