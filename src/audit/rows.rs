//! Lifted assertions: judged over every row, or group of rows, of a dataset, and counted.

use std::cmp::Reverse;

use super::settle::{self, blank};
use super::{Assertion, Case, parallel};
use crate::finding::{Finding, RowFinding, Tally, Verdict};
use crate::ledger::{Halt, Instance, Ledger, Over, Scene, Setting, View};
use crate::mistake::Mistake;
use crate::number::Number;
use crate::waiver::{fingerprint, row_pin};

/// How many rows are kept with their evidence, unless all are wanted.
const KEPT: usize = 10;

/// How many are judged before those that are not kept are forgotten.
const PORTION: usize = 2_000;

/// How many cases are looked into for one group of assertions, if nothing else is asked for.
pub const BUDGET: usize = 2_000;

/// How much is worked out, and kept of what is judged over rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Every row that is not consistent, rather than the worst few.
    pub failing: bool,
    /// Every row.
    pub all: bool,
    /// How many cases may be looked into for each group of assertions that is judged together;
    /// none, if they are not to be.
    pub budget: usize,
    /// Whether it is worked out what the other figures say about each.
    pub implied: bool,
}

/// A row that is kept, with what it takes to work out its evidence.
struct Kept {
    row: RowFinding,
    instance: Instance,
}

/// What an assertion over rows would be judged over.
struct Gathered {
    instances: Vec<Instance>,
    /// How many rows may be read.
    most: usize,
    /// Whether there are more.
    more: bool,
}

/// The count so far, and what is kept of it.
pub(super) struct Counting<'a> {
    pub ledger: &'a Ledger,
    pub assertion: &'a Assertion,
    pub detail: Detail,
    /// The level below which a probability may be remarkable.
    pub level: Number,
    pub tally: Tally,
    kept: Vec<Kept>,
    pub mistakes: Vec<Mistake>,
    /// What would be judged, where it is not to be judged but to be gathered.
    gathered: Option<Gathered>,
}

/// The finding on an assertion that is judged over rows; `None` for one that is not.
pub(super) fn settle(case: &Case, assertion: &Assertion, detail: Detail) -> Option<Finding> {
    let (mut counting, outcome) = count(case, assertion, detail)?;
    let mut finding = blank(assertion);
    match outcome {
        Err(Halt::Misuse(mistake)) => {
            let place = Some(mistake.place.unwrap_or(assertion.place));
            counting.mistakes.push(Mistake { place, ..*mistake });
            finding.mistakes = counting.mistakes;
        }
        Err(Halt::Missing(why)) => {
            finding.verdict = Verdict::Undetermined;
            finding.reason = Some(why);
        }
        Ok(()) if !counting.mistakes.is_empty() => finding.mistakes = counting.mistakes,
        Ok(()) => counting.finish(&mut finding),
    }
    Some(finding)
}

/// Judges and counts, without the evidence.
pub(super) fn count<'a>(
    case: &'a Case,
    assertion: &'a Assertion,
    detail: Detail,
) -> Option<(Counting<'a>, Result<(), Halt>)> {
    let mut counting = Counting::new(case, assertion, detail);
    let outcome = counting.all()?;
    Some((counting, outcome))
}

/// The rows, or groups of rows, that an assertion is judged over; none of them if more than `most`
/// rows would be read, or if they cannot be told. `None` for an assertion that is judged once.
pub(super) fn instances(case: &Case, assertion: &Assertion, most: usize) -> Option<Vec<Instance>> {
    let mut counting = Counting::new(case, assertion, Detail::default());
    counting.gathered = Some(Gathered { instances: Vec::new(), most, more: false });
    let outcome = counting.all()?;
    let Gathered { instances, more, .. } = counting.gathered?;
    let whole = outcome.is_ok() && counting.mistakes.is_empty() && !more;
    Some(if whole { instances } else { Vec::new() })
}

impl<'a> Counting<'a> {
    fn new(case: &'a Case, assertion: &'a Assertion, detail: Detail) -> Self {
        let ledger = &case.ledger;
        Self {
            ledger,
            assertion,
            detail,
            level: case.improbable.clone().unwrap_or_else(|| Number::ratio(1, 1000)),
            tally: Tally::default(),
            kept: Vec::new(),
            mistakes: Vec::new(),
            gathered: None,
        }
    }

    /// Goes through all rows; `None` if the assertion is judged once.
    fn all(&mut self) -> Option<Result<(), Halt>> {
        Some(match &self.assertion.lift {
            Some(lift) => self.lifted(lift),
            None => match self.expanded() {
                Ok(false) => return None,
                other => other.map(|_| ()),
            },
        })
    }
}

impl Counting<'_> {
    /// Whether rows are gathered rather than judged.
    pub fn gathers(&self) -> bool {
        self.gathered.is_some()
    }

    /// Whether `read` rows are more than are to be gathered.
    pub fn is_full(&mut self, read: usize) -> bool {
        let Some(gathered) = &mut self.gathered else { return false };
        gathered.more |= read > gathered.most;
        gathered.more
    }

    /// The edition and the file of the assertion.
    pub fn at(&self) -> (usize, usize) {
        (self.assertion.edition, self.assertion.place.file)
    }

    /// Judges the parts of a table that a check takes apart itself.
    fn expanded(&mut self) -> Result<bool, Halt> {
        let setting = Setting::default();
        let view = View::new(self.ledger, self.at(), &self.assertion.given, &setting);
        let Some(expanded) = self.assertion.check.expand(&view)? else { return Ok(false) };
        let noted = view.into_trace().mistakes;
        if !noted.is_empty() {
            self.mistakes = noted;
            return Ok(true);
        }
        (self.tally.noun, self.tally.data) = (expanded.noun, expanded.data);
        self.tally.counts[0] += expanded.held;
        self.tally.quick += expanded.held;
        if self.is_full(expanded.parts.len()) {
            return Ok(true);
        }
        if expanded.parts.is_empty() && expanded.held == 0 {
            return Err(Halt::Missing(format!("{} gives nothing to judge", self.tally.data)));
        }
        self.judge(expanded.parts.len(), |at| expanded.parts[at].clone());
        self.tally.notes.extend(expanded.notes);
        Ok(true)
    }

    /// Judges each in full, in order.
    pub fn judge(&mut self, count: usize, instance: impl Fn(usize) -> Instance + Sync) {
        if let Some(gathered) = &mut self.gathered {
            gathered.instances.extend((0..count).map(instance));
            return;
        }
        for start in (0..count).step_by(PORTION) {
            let portion = PORTION.min(count - start);
            self.judge_portion(portion, |at| instance(start + at));
        }
    }

    fn judge_portion(&mut self, count: usize, instance: impl Fn(usize) -> Instance + Sync) {
        let (ledger, assertion, all) = (self.ledger, self.assertion, self.detail.all);
        let (level, measured) = (self.level.clone(), assertion.is_measured());
        let judged = parallel::map(count, |at| {
            let instance = instance(at);
            let scene = Scene { ledger, over: Over::Cells(&instance) };
            let finding = match &instance.trouble {
                Some(trouble) => {
                    let mut finding = blank(assertion);
                    finding.verdict = Verdict::Undetermined;
                    finding.reason = Some(trouble.clone());
                    finding
                }
                None => settle::verdict(scene, assertion),
            };
            let summed = finding.probability.is_some();
            let unlikely = finding.probability.as_ref().is_some_and(|p| *p < level);
            let verdict = finding.verdict;
            let keep = all || unlikely || verdict != Verdict::Consistent;
            let failing = [Verdict::Inconsistent, Verdict::Undetermined].contains(&verdict);
            let print = failing.then(|| {
                let (label, file) = (&instance.label, instance.file.as_deref());
                fingerprint(&row_pin(label, file, &finding, measured))
            });
            (verdict, summed, print, keep.then(|| keep_row(finding, instance)))
        });
        if let Some(watch) = &ledger.watch {
            watch(&settle::id(assertion), self.tally.judged() + judged.len() as u64);
        }
        for (verdict, summed, print, kept) in judged {
            self.tally.add(verdict);
            self.tally.fingerprint = self.tally.fingerprint.wrapping_add(print.unwrap_or(0));
            self.tally.sums += u64::from(summed);
            let Some(kept) = kept else { continue };
            if verdict == Verdict::NotJudged {
                if self.mistakes.is_empty() {
                    self.mistakes = kept.row.finding.mistakes;
                }
            } else if verdict == Verdict::Consistent && !all {
                self.tally.unlikely.push(kept.row);
            } else {
                self.kept.push(kept);
                if self.kept.len() > 8 * KEPT && !self.detail.failing && !all {
                    self.kept.sort_by_cached_key(rank);
                    self.kept.truncate(KEPT);
                }
            }
        }
        // The level is shared out among all sums, of which there will only be more.
        let tried = Number::from(i64::try_from(self.tally.sums).unwrap_or(i64::MAX));
        let remarkable = |probability: &Number| probability * &tried < level;
        let keep = |row: &RowFinding| row.finding.probability.as_ref().is_some_and(remarkable);
        self.tally.unlikely.retain(keep);
    }

    /// The finding on the whole, with the evidence of the rows that are shown.
    fn finish(mut self, finding: &mut Finding) {
        self.kept.sort_by_cached_key(rank);
        let wanted = self.detail.failing || self.detail.all;
        self.kept.truncate(if wanted { usize::MAX } else { KEPT });
        for kept in self.kept.iter_mut().take(KEPT) {
            let scene = Scene { ledger: self.ledger, over: Over::Cells(&kept.instance) };
            if kept.instance.trouble.is_none() {
                kept.row.finding = settle::settle(scene, self.assertion);
            }
        }
        finding.verdict = self.tally.verdict();
        self.tally.worst = self.kept.into_iter().map(|kept| kept.row).collect();
        finding.rows = Some(Box::new(self.tally));
        show_worst(finding);
    }
}

/// Takes the evidence of the worst row for the whole.
pub(super) fn show_worst(finding: &mut Finding) {
    let Some(tally) = &finding.rows else { return };
    let (verdict, worst) = (finding.verdict, &tally.worst);
    if let Some(trouble) = tally.troubles.first() {
        finding.reason = Some(trouble.clone());
        return;
    }
    let Some(row) = worst.iter().find(|row| row.finding.verdict == verdict).cloned() else {
        if verdict == Verdict::Undetermined {
            finding.reason = tally.troubles.first().cloned();
        }
        return;
    };
    let Finding { figures, judgement, setting, reason, turns_on, branches, mends, .. } =
        row.finding;
    finding.figures = figures;
    finding.judgement = judgement;
    finding.setting = setting;
    finding.reason = reason;
    (finding.turns_on, finding.branches, finding.mends) = (turns_on, branches, mends);
}

fn keep_row(finding: Finding, instance: Instance) -> Kept {
    let (label, row, file) = (instance.label.clone(), instance.row, instance.file.clone());
    Kept { row: RowFinding { label, row, file, finding }, instance }
}

/// The gravest first, then the widest gap in last digits, then the order of the rows.
fn rank(kept: &Kept) -> (Verdict, Reverse<Number>, u64) {
    let judgement = kept.row.finding.judgement.as_ref();
    let gap = judgement.map_or_else(Number::zero, |judgement| {
        let place = judgement.last_place.clone().unwrap_or_else(Number::one);
        judgement.miss.abs().checked_div(&place).unwrap_or_else(|| judgement.miss.abs())
    });
    (kept.row.finding.verdict, Reverse(gap), kept.row.row)
}
