//! One finding as the page shows it.

use serde::Serialize;

use super::figures;
use super::line::{Line, line};
use super::names::{Index, Link};
use crate::audit::Audit;
use crate::claim::Severity;
use crate::finding::{Finding, Judgement, Mend, RowFinding, Side, Tally, Verdict, Waived};
use crate::ledger::Used;
use crate::render::words::{chance, in_last_digits};
use crate::render::{answers, gist, rows, title};

/// The most rows of a finding that are shown.
const ROWS: usize = 20;

/// Under which heading a finding stands: its verdict, unless it is waived. The order is that of
/// the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Could not be judged.
    NotJudged,
    /// Inconsistent.
    Inconsistent,
    /// Undetermined.
    Undetermined,
    /// Improbable.
    Improbable,
    /// Not consistent, and answered for.
    Waived,
    /// Consistent.
    Consistent,
    /// Not made.
    Inapplicable,
}

impl Standing {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::NotJudged,
        Self::Inconsistent,
        Self::Undetermined,
        Self::Improbable,
        Self::Waived,
        Self::Consistent,
        Self::Inapplicable,
    ];

    /// That of a finding.
    pub fn of(finding: &Finding) -> Self {
        match finding.verdict {
            Verdict::Consistent => Self::Consistent,
            Verdict::Inapplicable => Self::Inapplicable,
            Verdict::NotJudged => Self::NotJudged,
            _ if finding.waived.is_some() => Self::Waived,
            Verdict::Inconsistent => Self::Inconsistent,
            Verdict::Undetermined => Self::Undetermined,
            Verdict::Improbable => Self::Improbable,
        }
    }

    /// Its short name in the style sheet and the script.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotJudged => "unjudged",
            Self::Inconsistent => "inconsistent",
            Self::Undetermined => "undetermined",
            Self::Improbable => "improbable",
            Self::Waived => "waived",
            Self::Consistent => "consistent",
            Self::Inapplicable => "inapplicable",
        }
    }

    /// In a word or two, as the summary has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotJudged => Verdict::NotJudged.word(),
            Self::Inconsistent => Verdict::Inconsistent.word(),
            Self::Undetermined => Verdict::Undetermined.word(),
            Self::Improbable => Verdict::Improbable.word(),
            Self::Waived => "waived",
            Self::Consistent => Verdict::Consistent.word(),
            Self::Inapplicable => Verdict::Inapplicable.word(),
        }
    }

    /// As a heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotJudged => "Could not be judged as written",
            Self::Inconsistent => "Cannot be reconciled",
            Self::Undetermined => "Left open by the text",
            Self::Improbable => "Rounding alone would hardly do this",
            Self::Waived => "Waived",
            Self::Consistent => "Consistent",
            Self::Inapplicable => "Not made under the answers given",
        }
    }

    /// Whether there is nothing to do about it, so that it is folded.
    pub fn settled(self) -> bool {
        matches!(self, Self::Consistent | Self::Inapplicable)
    }
}

/// A finding, in words and links.
#[derive(Serialize)]
pub struct Item<'a> {
    slug: String,
    id: &'a str,
    check: &'static str,
    key: &'static str,
    verdict: String,
    title: String,
    place: String,
    /// The numbers of the sections that its figures stand in.
    sections: String,
    waived: Option<String>,
    /// What is stated and what the rest allows.
    stated: Option<Words<'a>>,
    allowed: Option<Words<'a>>,
    /// Whether the sides are numbers.
    numbers: bool,
    distance: Option<Distance<'a>>,
    /// All in one sentence, for those that are shown in a line.
    gist: String,
    /// In full; none for those that are shown in a line.
    body: Option<Body<'a>>,
}

#[derive(Serialize)]
struct Words<'a> {
    what: &'a str,
    printed: &'a str,
    shown: &'a str,
}

#[derive(Serialize)]
struct Distance<'a> {
    /// "gap" or "margin".
    word: &'static str,
    shown: &'a str,
    /// In units of the last printed digit, signed if it is a gap.
    units: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    line: Option<Line>,
    figures: Vec<Printed<'a>>,
    remarks: Vec<String>,
    mends: Vec<Change<'a>>,
    turns: Vec<[&'a str; 2]>,
    answers: Vec<[String; 2]>,
    steps: Vec<[&'a str; 2]>,
    rows: Option<Rows<'a>>,
}

/// A figure that takes part.
#[derive(Serialize)]
struct Printed<'a> {
    name: &'a str,
    link: Option<String>,
    text: &'a str,
    of: Option<&'a str>,
    /// The set, where it says more than the text.
    set: Option<String>,
    why: String,
    says: Option<&'a str>,
    section: Option<&'a str>,
    notes: String,
}

#[derive(Serialize)]
struct Change<'a> {
    name: &'a str,
    printed: &'a str,
    would_tie: &'a str,
    slip: Option<&'a str>,
}

#[derive(Serialize)]
struct Rows<'a> {
    tallied: String,
    noun: &'static str,
    worst: Vec<Row<'a>>,
    more: u64,
    remarks: Vec<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    label: &'a str,
    file: Option<&'a str>,
    printed: &'a str,
    set: &'a str,
    allowed: &'a str,
    gap: String,
    key: &'static str,
    verdict: &'static str,
}

impl<'a> Item<'a> {
    /// A finding, in full or in a line.
    pub fn new(audit: &'a Audit, finding: &'a Finding, index: &Index<'a>, in_full: bool) -> Self {
        let standing = Standing::of(finding);
        let judgement = finding.judgement.as_ref();
        let severity = match finding.severity {
            Severity::Error => String::new(),
            _ if standing.settled() || standing == Standing::NotJudged => String::new(),
            severity => format!(" ({severity})"),
        };
        let files = &audit.case.ledger.files;
        let (line, _) = files.line_column(finding.place);
        Self {
            slug: index.place(finding),
            id: &finding.id,
            check: finding.check,
            key: standing.key(),
            verdict: format!("{}{severity}", finding.verdict),
            title: title(finding),
            place: format!("{}, line {line}", files.name(finding.place.file)),
            sections: index.sections_of(finding),
            waived: finding.waived.as_ref().map(waived),
            stated: judgement.map(|judgement| words(&judgement.stated)),
            allowed: judgement.map(|judgement| words(&judgement.allowed)),
            numbers: judgement.is_some_and(|judgement| judgement.allowed.set.is_some()),
            distance: judgement.and_then(|judgement| distance(finding, judgement)),
            gist: if in_full { String::new() } else { gist(finding) },
            body: in_full.then(|| body(audit, finding, index)),
        }
    }

    /// Leaves out the links to places that a page does not have.
    pub fn linking_only(mut self, is_here: impl Fn(&str) -> bool) -> Self {
        for figure in self.body.iter_mut().flat_map(|body| &mut body.figures) {
            figure.link = figure.link.take().filter(|link| is_here(link));
        }
        self
    }
}

fn body<'a>(audit: &'a Audit, finding: &'a Finding, index: &Index<'a>) -> Body<'a> {
    let edition = audit.case.ledger.editions.get(finding.edition);
    let style = edition.map(|edition| edition.style).unwrap_or_default();
    let judgement = finding.judgement.as_ref();
    let steps = judgement.map_or(&[][..], |judgement| &judgement.steps);
    let mut figures: Vec<Printed> = Vec::new();
    for used in &finding.figures {
        if !figures.iter().any(|other| other.name == used.name) {
            figures.push(printed(used, index.link(finding, used)));
        }
    }
    Body {
        line: line(finding, style),
        figures,
        remarks: remarks(finding),
        mends: finding.mends.iter().map(change).collect(),
        turns: finding.turns_on.iter().map(|t| [t.asks.as_str(), t.how.as_str()]).collect(),
        answers: answers(finding).iter().map(|answer| split(answer)).collect(),
        steps: steps.iter().map(|step| [step.what.as_str(), step.works.as_str()]).collect(),
        rows: finding.rows.as_ref().map(|tally| over_rows(tally)),
    }
}

/// An answer, and the verdict under it.
fn split(answer: &str) -> [String; 2] {
    let (answer, verdict) = answer.rsplit_once(" → ").unwrap_or((answer, ""));
    [answer.to_owned(), verdict.to_owned()]
}

fn words(side: &Side) -> Words<'_> {
    Words { what: &side.what, printed: &side.printed, shown: &side.shown }
}

fn distance<'a>(finding: &Finding, judgement: &'a Judgement) -> Option<Distance<'a>> {
    if judgement.distance.is_empty() {
        return None;
    }
    let word = if judgement.holds() { "margin" } else { "gap" };
    let units = in_last_digits(finding).map(|units| units.replace(['(', ')'], ""));
    Some(Distance { word, shown: &judgement.distance, units })
}

/// What else there is to say, a sentence each.
fn remarks(finding: &Finding) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(judgement) = &finding.judgement {
        let only = judgement.touches.as_ref();
        said.extend(only.map(|point| format!("They meet only at {point}.")));
        said.extend(judgement.notes.iter().cloned());
    }
    said.extend(finding.reason.iter().cloned());
    if let (Verdict::Improbable, Some(probability)) = (finding.verdict, &finding.probability) {
        said.push(chance(probability));
    }
    said.extend(finding.mistakes.iter().map(|mistake| mistake.what.clone()));
    said
}

/// "waived until 2026-12-31 by A. Lund".
fn waived(waived: &Waived) -> String {
    let until = match &waived.until {
        Some(day) => format!("until {day}"),
        None => "for ever".to_owned(),
    };
    let by = waived.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    format!("waived {until}{by}: “{}”", waived.reason)
}

fn printed<'a>(used: &'a Used, link: Option<Link<'a>>) -> Printed<'a> {
    let claim = link.as_ref().map(|link| link.claim);
    Printed {
        name: if used.literal { "as written" } else { &used.name },
        text: used.figure.text(),
        of: used.of.as_deref(),
        set: Some(used.figure.show(&used.rung.set))
            .filter(|set| figures::bare(set) != figures::bare(used.figure.text())),
        why: used.figure.why(&used.rung),
        says: claim.and_then(|claim| claim.says.as_deref()),
        section: claim.and_then(|claim| claim.section.as_deref()),
        notes: claim.map_or(String::new(), |claim| figures::notes(&claim.notes)),
        link: link.map(|link| link.slug),
    }
}

fn change(mend: &Mend) -> Change<'_> {
    Change {
        name: &mend.name,
        printed: &mend.printed,
        would_tie: &mend.would_tie,
        slip: mend.slip.as_deref(),
    }
}

fn over_rows(tally: &Tally) -> Rows<'_> {
    let worst: Vec<Row> = tally.worst.iter().take(ROWS).map(row).collect();
    let others = tally.judged() - tally.count(Verdict::Consistent);
    let remarks = tally.troubles.iter().chain(&tally.notes).map(String::as_str).collect();
    Rows {
        tallied: rows::tallied(tally),
        noun: tally.noun,
        more: others.saturating_sub(worst.len() as u64),
        worst,
        remarks,
    }
}

fn row(row: &RowFinding) -> Row<'_> {
    let judgement = row.finding.judgement.as_ref();
    Row {
        label: &row.label,
        file: row.file.as_deref(),
        printed: judgement.map_or("", |judgement| &judgement.stated.printed),
        set: judgement.map_or("", |judgement| &judgement.stated.shown),
        allowed: match judgement {
            Some(judgement) => &judgement.allowed.shown,
            None => row.finding.reason.as_deref().unwrap_or_default(),
        },
        gap: in_last_digits(&row.finding).unwrap_or_default(),
        key: Standing::of(&row.finding).key(),
        verdict: row.finding.verdict.word(),
    }
}
