//! Nothing that can be written down makes the tool panic, hang or run out of memory: every text
//! is read or refused, every case is audited, and every audit can be shown.

mod claims;
#[cfg(feature = "dataframes")]
mod data;
mod edges;
mod figures;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use tieout::audit::{Audit, Case};
use tieout::finding::Verdict;
use tieout::project::Reader;
use tieout::render::{self, Look};

/// TIEOUT_FUZZ_CASES makes the runs longer.
fn cases(few: u32) -> ProptestConfig {
    let set = std::env::var("TIEOUT_FUZZ_CASES").ok().and_then(|n| n.parse().ok());
    let cases = set.unwrap_or(few);
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_time: 20_000,
        ..ProptestConfig::default()
    }
}

/// Long enough for a debug build on a slow machine; far below a hang.
const LIMIT: Duration = Duration::from_secs(30);

/// Audits a case and shows it in every way.
fn exercise(case: &Case, widths: &[usize]) {
    let started = Instant::now();
    let audit = Audit::run(case);
    let single = audit.findings.iter().filter(|finding| !finding.is_joint());
    assert_eq!(single.count(), case.assertions.len());
    let counted: usize = Verdict::ALL.iter().map(|v| audit.count(*v)).sum();
    assert_eq!(counted, audit.findings.len());
    for width in widths {
        for (color, verbose, quiet) in
            [(false, false, false), (true, true, false), (false, false, true)]
        {
            let look = Look { width: *width, color, verbose, quiet, all: verbose };
            let _ = render::table(&audit, look);
            let _ = render::full(&audit, look);
            let _ = render::concise(&audit, look);
            let _ = render::figures(&audit, look);
            let _ = render::mistakes(&audit.mistakes(), &case.ledger.files, look);
        }
    }
    let json = render::json(&audit);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    let look = Look { width: widths[0], color: false, verbose: true, quiet: false, all: false };
    for finding in &audit.findings {
        let _ = render::explain(&audit, finding, look);
        let _ = render::gist(finding);
    }
    // A stopped assertion says why, and is never a pass.
    for finding in &audit.findings {
        assert_eq!(
            finding.verdict == Verdict::NotJudged,
            !finding.mistakes.is_empty(),
            "{}",
            finding.id
        );
    }
    assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
}

fn no_files(path: &str) -> Result<String, String> {
    Err(format!("{path}: no files here"))
}

fn run(text: &str, widths: &[usize]) {
    let mut reader = Reader::new(&no_files);
    reader.file("fuzz.toml", text.to_owned());
    exercise(&reader.case, widths);
}
