//! Findings that somebody answers for: whether a waiver applies, and what to say if it does not.
//!
//! A waiver is pinned to what it excused. It names a finding of its own report, lists the figures
//! that took part as they were printed, and ends when one of them changes, when others take part,
//! or after its last day. What it no longer covers counts again.

pub mod edit;
mod pins;
mod say;

use std::collections::{BTreeMap, HashMap};

pub use pins::{Pins, fingerprint, pins, row_pin};
pub use say::{report, wants_figures};

use crate::finding::{Finding, Verdict, Waived};
use crate::mistake::Place;
use crate::number::Number;

/// From how many days before its last one it is said that a waiver ends.
pub const WARNED_BEFORE: i64 = 30;

/// A finding answered for, as read from a claims file.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The edition it stands in and whose findings it can name, as an index into the ledger.
    pub edition: usize,
    /// Where it begins.
    pub place: Place,
    /// The finding.
    pub finding: String,
    /// Where the finding is named.
    pub named: Place,
    /// Why it may stand. Not empty.
    pub reason: String,
    /// Who answers for it.
    pub by: Option<String>,
    /// The last day on which it holds, as days since 1970-01-01; `None` if it holds for ever.
    pub until: Option<Number>,
    /// The one verdict it answers for; `None` if for any.
    pub verdict: Option<Verdict>,
    /// What it is pinned to; `None` if that is left out, which is a mistake.
    pub figures: Option<BTreeMap<String, String>>,
    /// The fingerprint of what the assertion says; `None` if it may be changed.
    pub asserts: Option<String>,
}

/// How a waiver stands on the day of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It applies.
    Applies,
    /// It applies for so many more days; none if this is the last.
    Ending(i64),
    /// Its report has no such finding.
    Unmatched,
    /// The finding has a verdict that nobody needs to answer for.
    Unneeded(Verdict),
    /// The finding could not be judged.
    NotJudged,
    /// It does not say what it is pinned to.
    Bare,
    /// Its last day is over.
    Expired,
    /// It has a last day, and the day of the audit is not known.
    NoDay,
    /// What it excused has changed: in these ways, at least one.
    Changed(Vec<String>),
    /// An earlier one, at this place, answers for the finding.
    Repeated(Place),
}

/// A waiver's finding, as an index into those of the audit, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The finding; `None` if there is none of that name.
    pub finding: Option<usize>,
    /// How the waiver stands.
    pub state: State,
}

impl State {
    /// Whether the finding is waived by it.
    pub fn applies(&self) -> bool {
        matches!(self, Self::Applies | Self::Ending(_))
    }

    /// Whether nothing is lost if it is dropped from the file. One whose finding could not be
    /// judged may apply again once that is mended.
    pub fn is_dead(&self) -> bool {
        !self.applies() && !matches!(self, Self::NotJudged | Self::Bare | Self::NoDay)
    }
}

/// Whether a verdict is one that can be answered for.
pub fn can_be_waived(verdict: Verdict) -> bool {
    [Verdict::Inconsistent, Verdict::Undetermined, Verdict::Improbable].contains(&verdict)
}

/// Marks the findings that are waived on a day, and says how each waiver stands. `today_of` gives what
/// a finding, by its place in the list, is made of today, and the fingerprint of its assertion.
pub fn apply(
    waivers: &[Waiver],
    findings: &mut [Finding],
    today: Option<&Number>,
    today_of: impl Fn(usize, &Finding) -> (Pins, String),
) -> Vec<Standing> {
    if waivers.is_empty() {
        return Vec::new();
    }
    let named = |(at, finding): (usize, &Finding)| ((finding.edition, finding.id.clone()), at);
    let index: HashMap<(usize, String), usize> = findings.iter().enumerate().map(named).collect();
    let mut standing = Vec::new();
    for waiver in waivers {
        let found = index.get(&(waiver.edition, waiver.finding.clone())).copied();
        let state = match found {
            None => State::Unmatched,
            Some(at) => stand(waiver, &findings[at], today, || today_of(at, &findings[at])),
        };
        if let Some(at) = found.filter(|_| state.applies()) {
            findings[at].waived = Some(Waived {
                reason: waiver.reason.clone(),
                by: waiver.by.clone(),
                until: waiver.until.as_ref().map(crate::figure::date::show),
                place: waiver.place,
            });
        }
        standing.push(Standing { finding: found, state });
    }
    standing
}

fn stand(
    waiver: &Waiver,
    finding: &Finding,
    today: Option<&Number>,
    today_of: impl FnOnce() -> (Pins, String),
) -> State {
    if finding.verdict == Verdict::NotJudged {
        return State::NotJudged;
    }
    if !can_be_waived(finding.verdict) {
        return State::Unneeded(finding.verdict);
    }
    let Some(pinned) = &waiver.figures else { return State::Bare };
    let mut left = None;
    if let Some(until) = &waiver.until {
        let Some(today) = today else { return State::NoDay };
        let days = (until - today).floor().to_i64().unwrap_or(i64::MAX);
        if days < 0 {
            return State::Expired;
        }
        left = Some(days).filter(|days| *days <= WARNED_BEFORE);
    }
    let (figures, asserts) = today_of();
    let mut changes = Vec::new();
    if waiver.asserts.as_ref().is_some_and(|said| *said != asserts) {
        changes.push("the assertion itself was changed".to_owned());
    }
    changes.extend(pins::changes(pinned, &figures));
    if let Some(verdict) = waiver.verdict.filter(|verdict| *verdict != finding.verdict) {
        changes.push(format!("the verdict was {verdict} and is {}", finding.verdict));
    }
    if !changes.is_empty() {
        return State::Changed(changes);
    }
    match (&finding.waived, left) {
        (Some(first), _) => State::Repeated(first.place),
        (None, Some(days)) => State::Ending(days),
        (None, None) => State::Applies,
    }
}
