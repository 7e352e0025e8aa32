//! The loop: judge every assertion under every setting of what is left open, and count.

mod batches;
mod chance;
mod instances;
mod lifted;
mod mend;
pub(crate) mod parallel;
mod quick;
mod rows;
mod seen;
mod series;
mod settle;
mod together;
mod waived;
mod witness;

use std::collections::BTreeMap;

use crate::checks::{Check, Kind};
use crate::claim::{LiftSpec, Severity};
use crate::dataset::{Ask, Source};
use crate::finding::{Finding, Verdict};
use crate::joint::Budget;
use crate::ledger::{Given, Ledger};
use crate::mistake::{Mistake, Place};
use crate::number::Number;
use crate::waiver::{Standing, Waiver};

pub use chance::probability;
pub use rows::{BUDGET, Detail};
pub use settle::settle;
pub use witness::witness;

/// A declared relation between figures, as read from a claims file.
#[derive(Debug)]
pub struct Assertion {
    /// The kind of assertion.
    pub kind: &'static Kind,
    /// The code that judges it.
    pub check: Box<dyn Check>,
    /// The edition it belongs to, as an index into the ledger.
    pub edition: usize,
    /// Where it stands.
    pub place: Place,
    /// Its short name, if the author gave one.
    pub id: Option<String>,
    /// What is asserted, in the author's words.
    pub label: Option<String>,
    /// What it says, as written, but for its name, its label, how serious it is, its comments and
    /// the order of its keys.
    pub wording: String,
    /// How serious a disagreement is, if the author said so.
    pub severity: Option<Severity>,
    /// The answers under which it is made, by question.
    pub when: BTreeMap<String, String>,
    /// Claims that are read differently in this assertion.
    pub given: BTreeMap<String, Given>,
    /// The rows it is judged over, if it is lifted.
    pub lift: Option<LiftSpec>,
}

impl Assertion {
    /// Whether it is judged many times, over the rows of a dataset.
    fn is_over_rows(&self) -> bool {
        self.lift.is_some() || !self.kind.lifts()
    }

    /// What stands for all that it says. The same in every version of the program.
    pub fn fingerprint(&self) -> String {
        let says = (self.kind.name.to_owned(), self.wording.clone());
        format!("{:016x}", crate::waiver::fingerprint(&says))
    }

    /// Whether figures are compared with what data give.
    fn is_measured(&self) -> bool {
        !self.kind.lifts()
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All that a run is about: what is declared, what is asserted, and what could not be read.
#[derive(Default)]
pub struct Case {
    /// Everything declared.
    pub ledger: Ledger,
    /// Everything asserted, in the order of the files.
    pub assertions: Vec<Assertion>,
    /// The findings that somebody answers for, in the order of the files.
    pub waivers: Vec<Waiver>,
    /// What is written in a way that cannot be used.
    pub mistakes: Vec<Mistake>,
    /// The probability below which a consistent sum is called improbable, over the whole report.
    pub improbable: Option<Number>,
}

/// Every finding of a run. Findings are in the order of the assertions; none is left out.
pub struct Audit<'a> {
    /// What was judged.
    pub case: &'a Case,
    /// The findings, one for each assertion and in their order, and then those on assertions that
    /// are taken together.
    pub findings: Vec<Finding>,
    /// How each waiver of the case stands, in their order.
    pub waivers: Vec<Standing>,
    /// Whether findings that are waived are left out of what is printed.
    pub only_new: bool,
    /// What there is to say of waivers that do not apply, and then of those that soon will not.
    pub warnings: Vec<Mistake>,
    /// What is wrong with waivers.
    wrong: Vec<Mistake>,
}

impl<'a> Audit<'a> {
    /// Judges nothing: has only what could not be read.
    pub fn unjudged(case: &'a Case) -> Self {
        Self {
            case,
            findings: Vec::new(),
            waivers: Vec::new(),
            only_new: false,
            warnings: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Judges every assertion, and then all of them together.
    pub fn whole(case: &'a Case) -> Self {
        Self::in_detail(case, Detail { budget: BUDGET, ..Detail::default() })
    }

    /// Judges every assertion by itself.
    pub fn run(case: &'a Case) -> Self {
        Self::in_detail(case, Detail::default())
    }

    /// Judges every assertion, and keeps of those judged over rows as much as is asked for.
    pub fn in_detail(case: &'a Case, detail: Detail) -> Self {
        prepare(case);
        let mut findings = settle_all(case, detail);
        name_apart(&mut findings);
        mark_improbable(&mut findings, case.improbable.as_ref());
        let mut audit = Self { findings, ..Self::unjudged(case) };
        // What is waived is not held against the rest.
        audit.waive();
        let stop = || case.ledger.stop.as_ref().is_some_and(|stop| stop());
        let budget = Budget { nodes: detail.budget, stop: &stop };
        if detail.budget > 0 {
            let mut together = together::together(case, &audit.findings, detail.implied, &budget);
            name_apart(&mut together);
            audit.findings.append(&mut together);
            audit.waive();
        }
        audit
    }

    /// How many findings have this verdict and are not waived.
    pub fn count(&self, verdict: Verdict) -> usize {
        let open = |finding: &&Finding| finding.verdict == verdict && finding.waived.is_none();
        self.findings.iter().filter(open).count()
    }

    /// How many findings a verdict was reached on at all.
    pub fn judged(&self) -> usize {
        let out = [Verdict::NotJudged, Verdict::Inapplicable];
        self.findings.iter().filter(|finding| !out.contains(&finding.verdict)).count()
    }

    /// Whether something could not be read or judged as asked.
    pub fn has_mistakes(&self) -> bool {
        !self.case.mistakes.is_empty()
            || !self.wrong.is_empty()
            || self.count(Verdict::NotJudged) > 0
    }

    /// All mistakes, of reading and of judging, in the order of the files.
    pub fn mistakes(&self) -> Vec<&Mistake> {
        let judging = self.findings.iter().flat_map(|finding| &finding.mistakes);
        let mut all: Vec<&Mistake> =
            self.case.mistakes.iter().chain(judging).chain(&self.wrong).collect();
        all.sort_by_key(|mistake| mistake.place);
        // A file that cannot be read is one mistake, however many assertions ask for it.
        all.dedup_by(|a, b| a.place == b.place && a.what == b.what);
        all
    }
}

/// Announces all measures, so that each dataset is read once.
fn prepare(case: &Case) {
    let Some(tables) = &case.ledger.tables else { return };
    let mut asks: BTreeMap<&Source, Vec<Ask>> = BTreeMap::new();
    for assertion in &case.assertions {
        let Some((name, ask)) = assertion.check.ask() else { continue };
        let data = case.ledger.editions[assertion.edition].data.get(&name.value);
        if let Some(data) = data {
            asks.entry(&data.source).or_default().push(ask);
        }
    }
    for (source, asks) in asks {
        tables.prepare(source, &asks);
    }
}

/// Judges all assertions. Each is judged alone and the order is kept.
fn settle_all(case: &Case, detail: Detail) -> Vec<Finding> {
    let settled = |at: usize| {
        let assertion = &case.assertions[at];
        match rows::settle(case, assertion, detail) {
            Some(finding) => finding,
            None => settle(&case.ledger, assertion),
        }
    };
    // What is judged over rows uses all processors by itself.
    let heavy = |at: &usize| case.assertions[*at].is_over_rows();
    let (over_rows, plain): (Vec<usize>, Vec<usize>) =
        (0..case.assertions.len()).partition(|at| heavy(at));
    let findings = parallel::map(plain.len(), |at| settled(plain[at]));
    let mut all: Vec<(usize, Finding)> = plain.iter().copied().zip(findings).collect();
    all.extend(over_rows.into_iter().map(|at| (at, settled(at))));
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, finding)| finding).collect()
}

/// Findings of a report that would share a name get a number, so that each can be asked for.
fn name_apart(findings: &mut [Finding]) {
    let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry((finding.edition, finding.id.clone())).or_default();
        *count += 1;
        if *count > 1 {
            finding.id = format!("{}~{count}", finding.id);
        }
    }
}

/// A probability is only remarkable against how many were worked out: the level is for the whole
/// report, so it is shared out evenly (Bonferroni).
fn mark_improbable(findings: &mut [Finding], level: Option<&Number>) {
    let default = Number::ratio(1, 1000);
    let level = level.unwrap_or(&default);
    let sums = |finding: &Finding| match &finding.rows {
        Some(tally) => i64::try_from(tally.sums).unwrap_or(i64::MAX),
        None => i64::from(finding.probability.is_some()),
    };
    let tried = Number::from(findings.iter().map(sums).fold(0, i64::saturating_add));
    for finding in findings {
        let remarkable = |probability: &Number| probability * &tried < *level;
        if let Some(tally) = &mut finding.rows {
            tally.mark_improbable(remarkable);
            if finding.verdict == Verdict::Consistent && tally.count(Verdict::Improbable) > 0 {
                finding.verdict = Verdict::Improbable;
                rows::show_worst(finding);
            }
        } else if finding.probability.as_ref().is_some_and(remarkable)
            && finding.verdict == Verdict::Consistent
        {
            finding.verdict = Verdict::Improbable;
        }
    }
}
