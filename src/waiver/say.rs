//! What there is to say of a waiver that does not apply, or soon will not.

use super::edit::New;
use super::{Pins, State, Waiver};
use crate::figure::date;
use crate::finding::{Finding, Verdict};
use crate::mistake::Mistake;

/// A warning on how a waiver stands; `None` if it applies, or if it is a mistake that stops the
/// run. `address` says where a place is.
pub fn report(
    waiver: &Waiver,
    state: &State,
    findings: &[Finding],
    address: impl Fn(crate::mistake::Place) -> String,
) -> Option<Mistake> {
    let id = &waiver.finding;
    let day = waiver.until.as_ref().map(date::show).unwrap_or_default();
    let warn = |what: String, label: &str| Mistake::new(what, waiver.named).label(label);
    let again = format!("`tieout waive {id} --reason … --until …` answers for it again");
    let drop = "`tieout waive --prune` drops it";
    Some(match state {
        State::Applies | State::Bare => return None,
        State::Ending(days) => {
            let when = match days {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                days => format!("in {days} days"),
            };
            warn(format!("the waiver of `{id}` ends on {day}"), &format!("ends {when}"))
                .help("from the day after, the finding counts")
        }
        State::Unmatched => {
            let own = findings.iter().filter(|finding| finding.edition == waiver.edition);
            let ids = own.map(|finding| finding.id.as_str());
            let mistake =
                warn(format!("no finding of this report is called `{id}`"), "waives nothing");
            match crate::mistake::nearest(id, ids) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake.help("`tieout check -v` lists all findings"),
            }
            .help(drop)
        }
        State::Unneeded(Verdict::Inapplicable) => {
            warn(format!("`{id}` does not apply under the answers declared"), "waives nothing")
                .help(drop)
        }
        State::Unneeded(verdict) => {
            warn(format!("`{id}` is {verdict} and needs no waiver"), "waives nothing").help(drop)
        }
        State::NotJudged => {
            warn(format!("`{id}` could not be judged, so it cannot be waived"), "waives nothing")
        }
        State::Expired => {
            warn(format!("the waiver of `{id}` has ended: {day} was its last day"), "counts again")
                .help(again)
                .help(drop)
        }
        State::NoDay => {
            warn(format!("the waiver of `{id}` ends on {day}, and today is not known"), "counts")
        }
        State::Changed(changes) => {
            let what = format!("the waiver of `{id}` no longer applies: {}", changes.join("; "));
            warn(what, "counts again").help(again).help(drop)
        }
        State::Repeated(first) => {
            let first = address(*first);
            warn(format!("`{id}` is waived a second time"), "not used")
                .help(format!("the first waiver is at {first}"))
                .help(drop)
        }
    })
}

/// The mistake of a waiver that does not say what it is pinned to, with what to add.
pub fn wants_figures(waiver: &Waiver, finding: &Finding, pins: &Pins) -> Mistake {
    let what = format!("the waiver of `{}` does not say what it excuses", waiver.finding);
    let new = New { figures: pins.clone(), ..New::default() };
    let mut mistake = Mistake::new(what, waiver.named)
        .label("`figures` is missing")
        .help(format!("add `{}`", new.figures_line()));
    if waiver.verdict.is_none()
        && let Some(line) = New::verdict_line(finding.verdict)
    {
        mistake = mistake.help(format!("and `{line}`"));
    }
    mistake
}
