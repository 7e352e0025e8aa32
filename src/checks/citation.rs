//! Citation: a figure's note leads to the source that the text names, in time.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Check;
use super::elapsed::{date_of, elapsed};
use crate::claim::{At, List, Text};
use crate::figure::{Convention, Figure, Style, Terms, Unit};
use crate::finding::{Judgement, Outcome, Side, Step};
use crate::ledger::{Halt, Quantity, Source, View};
use crate::mistake::{Mistake, Place};

/// Notes that lead to sources, and what must be true of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The notes: a number, a list of numbers, or "all".
    pub notes: Option<At<List<Text>>>,
    /// A claim whose notes are meant, instead of `notes`.
    pub claim: Option<At<String>>,
    /// The source that the text names: the name of a `[source.*]` table. The cited one must be of
    /// the same body.
    pub named: Option<At<String>>,
    /// No source may be dated later than this.
    pub not_after: Option<At<String>>,
    /// The date at which the text calls the source recent.
    pub recent_at: Option<At<String>>,
    /// How old a recent source may be. Undeclared, it is a question.
    pub within: Option<At<String>>,
    /// Whether all these notes describe one work, so that the descriptions must agree.
    #[serde(default)]
    pub one_work: bool,
}

/// A note, and the sources it leads to once back-references are followed.
struct Led<'a> {
    note: u32,
    trail: Vec<u32>,
    sources: Vec<(&'a str, &'a Source)>,
    remark: Option<&'a str>,
}

impl Check for Citation {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let (notes, place, all) = self.notes(view)?;
        let led: Vec<Led> = notes.iter().map(|note| lead(view, *note)).collect();
        let mut judgements = Vec::new();
        // Over all notes, one that leads nowhere is for its own assertion to report.
        let dangling = if all { None } else { led.iter().find(|led| led.sources.is_empty()) };
        if let Some(led) = dangling {
            let known = led.remark.is_some() || led.trail.len() > 1;
            if !known && view.own_edition().sources_of_note(led.note).next().is_none() {
                return Err(Halt::Missing(format!("note {} is described by no source", led.note)));
            }
            return Ok(nowhere(led));
        }
        if let Some(named) = &self.named {
            judgements.push(same_body(view, named, &led)?);
        }
        if self.one_work {
            judgements.push(one_description(&led)?);
        }
        let sources: Vec<(&str, &Source)> = led.iter().flat_map(|led| led.sources.clone()).collect();
        if let Some(limit) = &self.not_after {
            judgements.push(not_after(view, &sources, &date_of(view, limit)?, place)?);
        }
        if let Some(at) = &self.recent_at {
            judgements.push(self.recent(view, &sources, &date_of(view, at)?, place)?);
        }
        if sources.is_empty() {
            return Err(Halt::Missing("no source is declared".to_owned()));
        }
        let first_failure = judgements.iter().position(|judgement| !judgement.holds());
        Ok(match first_failure {
            Some(at) => judgements.swap_remove(at),
            None => judgements.pop().unwrap_or_else(|| somewhere(&led)),
        })
    }

    fn subject(&self) -> String {
        match (&self.claim, &self.notes) {
            (Some(claim), _) => claim.value.clone(),
            (None, Some(notes)) => {
                let notes: Vec<&str> = notes.value.0.iter().map(|note| note.0.as_str()).collect();
                format!("note-{}", notes.join("-"))
            }
            (None, None) => String::new(),
        }
    }
}

impl Citation {
    /// The numbers of the notes that are meant, where they are given, and whether all are.
    fn notes(&self, view: &View) -> Result<(Vec<u32>, Place, bool), Halt> {
        match (&self.notes, &self.claim) {
            (Some(notes), None) => {
                let place = view.place(notes);
                if matches!(notes.value.0.as_slice(), [Text(all)] if all == "all") {
                    let sources = view.own_edition().sources.iter();
                    let mut all: Vec<u32> =
                        sources.flat_map(|(_, source)| source.notes().to_vec()).collect();
                    all.sort_unstable();
                    all.dedup();
                    return Ok((all, place, true));
                }
                let number = |text: &Text| {
                    text.0.parse().map_err(|_| {
                        let what = format!("`{}` is not the number of a note", text.0);
                        Mistake::new(what, place).label("expected numbers, or \"all\"").into()
                    })
                };
                let list: Result<Vec<u32>, Halt> = notes.value.0.iter().map(number).collect();
                Ok((list?, place, false))
            }
            (None, Some(claim)) => {
                let place = view.place(claim);
                let found = view.claim(claim)?;
                if found.notes.is_empty() {
                    return Err(Halt::Missing(format!("`{}` has no note", claim.value)));
                }
                let _ = view.quantity(claim);
                Ok((found.notes.clone(), place, false))
            }
            _ => {
                let what = "give either `notes` or `claim`";
                Err(Halt::Misuse(Box::new(Mistake::nowhere(what))))
            }
        }
    }

    /// The latest of the sources is no older than "recent" allows.
    fn recent(
        &self,
        view: &View,
        sources: &[(&str, &Source)],
        at: &Quantity,
        place: Place,
    ) -> Result<Judgement, Halt> {
        let asks = "How old may a source be that the text calls recent?";
        let how = "declare `within = \"3 years\"`, or as it is, in the assertion".to_owned();
        let limit = match &self.within {
            Some(limit) => super::elapsed::a_duration(view.quantity(limit)?)?,
            None => {
                let answer = view.ask("within", asks, &["2 years", "3 years", "5 years"], how);
                let figure = Figure::read(&answer, Style::English, None)
                    .map_err(|error| Mistake::new(error.message, place))?;
                let terms = Terms { convention: Convention::Exact, ..Terms::default() };
                let set = figure.rungs(&terms).swap_remove(0).set;
                Quantity::printed(&answer, set, figure.into(), None, place, false)
            }
        };
        let mut youngest: Option<Quantity> = None;
        for (name, _) in sources.iter().filter(|(_, source)| source.date.is_some()) {
            let date = view.quantity_at(&format!("source.{name}.date"), place)?;
            let age = elapsed(&date.set, &at.set, &limit.unit);
            let mut age = limit.derive(format!("age of source.{name}"), age, limit.unit.clone());
            age.text = Unit::days().show(&elapsed(&date.set, &at.set, &Unit::days()));
            let least = |age: &Quantity| age.set.lo().map(|end| end.at.clone());
            if youngest.as_ref().is_none_or(|sofar| least(&age) < least(sofar)) {
                youngest = Some(age);
            }
        }
        let age = youngest.ok_or_else(|| Halt::Missing("the cited source has no date".into()))?;
        let mut judgement = Judgement::at_most(&age, &limit, false);
        judgement.last_place = limit.last_place.clone();
        let works = format!("{}, {} at {} ({})", age.text, age.shown(), at.name, at.text);
        Ok(judgement.step(age.name.clone(), works))
    }
}

/// Follows a note to the works it cites.
fn lead<'a>(view: &View<'a>, note: u32) -> Led<'a> {
    let edition = view.own_edition();
    let mut led = Led { note, trail: vec![note], sources: Vec::new(), remark: None };
    let mut at = note;
    loop {
        let here: Vec<_> = edition.sources_of_note(at).collect();
        led.sources = here.iter().filter(|(_, s)| s.is_a_work()).copied().collect();
        led.remark = here.iter().find_map(|(_, source)| source.spec.remark.as_deref());
        match here.iter().find_map(|(_, source)| source.spec.see) {
            Some(next) if led.sources.is_empty() && !led.trail.contains(&next) => {
                led.trail.push(next);
                at = next;
            }
            _ => return led,
        }
    }
}

fn nowhere(led: &Led) -> Judgement {
    let arrow: Vec<String> = led.trail.iter().map(|note| format!("note {note}")).collect();
    let last = led.trail.last().copied().unwrap_or(led.note);
    let found = led.remark.map_or_else(
        || "no body, author or title".to_owned(),
        |remark| format!("no source: {remark}"),
    );
    Judgement::words(
        false,
        Side::words("the note leads", arrow.join(" → ")),
        Side::words("there", format!("note {last}, no source")),
    )
    .step(arrow.join(" → "), found)
}

fn somewhere(led: &[Led]) -> Judgement {
    let notes: Vec<String> = led.iter().map(|led| led.note.to_string()).collect();
    let works: Vec<String> = led.iter().flat_map(|l| &l.sources).map(|(_, s)| describe(s)).collect();
    let first = works.first().cloned().unwrap_or_default();
    let mut judgement = Judgement::words(
        true,
        Side::words("notes", notes.join(", ")),
        Side::words("leads to", first),
    );
    for led in led {
        let arrow: Vec<String> = led.trail.iter().map(|note| format!("note {note}")).collect();
        let works = led.sources.iter().map(|(_, source)| describe(source)).collect::<Vec<_>>();
        judgement = judgement.step(arrow.join(" → "), works.join("; "));
    }
    judgement
}

/// The body that the text names is that of a cited source.
fn same_body(view: &View, named: &At<String>, led: &[Led]) -> Result<Judgement, Halt> {
    let sources = &view.own_edition().sources;
    let wanted = sources.get(&named.value).ok_or_else(|| {
        Mistake::new(format!("no source is named `{}`", named.value), view.place(named))
            .did_you_mean(&named.value, sources.names())
    })?;
    let cited: Vec<&Source> = led.iter().flat_map(|led| &led.sources).map(|(_, s)| *s).collect();
    let agrees = |source: &Source| match (&wanted.spec.body, &source.spec.body) {
        (Some(a), Some(b)) => Some(plain(a) == plain(b)),
        _ => match (&wanted.spec.title, &source.spec.title) {
            (Some(a), Some(b)) => Some(plain(a) == plain(b)),
            _ => None,
        },
    };
    let answers: Vec<Option<bool>> = cited.iter().map(|source| agrees(source)).collect();
    let holds = answers.contains(&Some(true));
    let notes: Vec<String> = led.iter().map(|led| led.note.to_string()).collect();
    let shown: Vec<String> = cited.iter().map(|source| describe(source)).collect();
    let brief: Vec<String> = cited.iter().map(|source| in_brief(source)).collect();
    let cites = format!("note {}", notes.join(", "));
    let mut judgement = Judgement::words(
        holds,
        Side::words("named in the text", in_brief(wanted)),
        Side::words(&cites, brief.join("; ")),
    )
    .step("named in the text", describe(wanted))
    .step(cites, shown.join("; "));
    if !holds && answers.contains(&None) {
        judgement.outcome = Outcome::Unknown(
            "the cited source and the named one share no body or title to compare".to_owned(),
        );
    }
    Ok(judgement)
}

/// All notes describe one work alike, as far as each describes it.
fn one_description(led: &[Led]) -> Result<Judgement, Halt> {
    let mut works: Vec<(u32, &Source)> = Vec::new();
    for led in led {
        match led.sources.as_slice() {
            [(_, source)] => works.push((led.note, source)),
            many => {
                let what = format!("note {} cites {} works", led.note, many.len());
                return Err(Halt::Missing(format!("{what}: which one is meant is not said")));
            }
        }
    }
    let steps: Vec<Step> = works
        .iter()
        .map(|(note, source)| Step { what: format!("note {note}"), works: describe(source) })
        .collect();
    for (i, (first_note, first)) in works.iter().enumerate() {
        for (note, other) in &works[i + 1..] {
            if let Some((field, a, b)) = difference(first, other) {
                let mut judgement = Judgement::words(
                    false,
                    Side::words(format!("{field} in note {first_note}"), a),
                    Side::words(format!("{field} in note {note}"), b),
                );
                judgement.steps = steps;
                return Ok(judgement);
            }
        }
    }
    let notes: Vec<String> = works.iter().map(|(note, _)| note.to_string()).collect();
    let shown = works.first().map_or(String::new(), |(_, source)| describe(source));
    let mut judgement = Judgement::words(
        true,
        Side::words("notes", notes.join(", ")),
        Side::words("one work", shown),
    );
    judgement.steps = steps;
    Ok(judgement)
}

/// The first way in which two descriptions differ; what one leaves out is no difference.
fn difference(a: &Source, b: &Source) -> Option<(&'static str, String, String)> {
    let field = |name, a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) if plain(a) != plain(b) => Some((name, a.clone(), b.clone())),
        _ => None,
    };
    let authors = |source: &Source| source.spec.author.as_ref().map(author_list);
    let dates = || match (&a.date, &b.date) {
        (Some((x, _)), Some((y, _))) => {
            let apart = x.rungs[0].set.intersect(&y.rungs[0].set).is_none();
            apart.then(|| ("date", x.figure.text().to_owned(), y.figure.text().to_owned()))
        }
        _ => None,
    };
    field("title", &a.spec.title, &b.spec.title)
        .or_else(|| field("body", &a.spec.body, &b.spec.body))
        .or_else(dates)
        .or_else(|| field("author", &authors(a), &authors(b)))
}

fn author_list(authors: &List<Text>) -> String {
    authors.0.iter().map(|author| author.0.as_str()).collect::<Vec<_>>().join(", ")
}

/// No source is later than the limit.
fn not_after(
    view: &View,
    sources: &[(&str, &Source)],
    limit: &Quantity,
    place: Place,
) -> Result<Judgement, Halt> {
    let mut latest: Option<Quantity> = None;
    let mut count = 0;
    for (name, _) in sources.iter().filter(|(_, source)| source.date.is_some()) {
        let date = view.quantity_at(&format!("source.{name}.date"), place)?;
        count += 1;
        let lo = |date: &Quantity| date.set.lo().map(|end| end.at.clone());
        if latest.as_ref().is_none_or(|sofar| lo(&date) > lo(sofar)) {
            latest = Some(date);
        }
    }
    let latest = latest.ok_or_else(|| Halt::Missing("none of the sources has a date".into()))?;
    let works = format!("{} ({}), of {count} dated sources", latest.shown(), latest.name);
    Ok(Judgement::at_most(&latest, limit, false).step("latest source", works))
}

/// A work in the fewest words: body, or else the authors, and date.
fn in_brief(source: &Source) -> String {
    let spec = &source.spec;
    let who = spec.body.clone().or_else(|| spec.author.as_ref().map(author_list));
    let who = who.or_else(|| spec.title.clone());
    let date = source.date.as_ref().map(|(date, _)| date.figure.text().to_owned());
    [who, date].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A work in words: body or authors, title, date.
fn describe(source: &Source) -> String {
    let spec = &source.spec;
    let title = spec.title.as_ref().map(|title| format!("\"{title}\""));
    let date = source.date.as_ref().map(|(date, _)| date.figure.text().to_owned());
    let who = match (&spec.body, &spec.author) {
        (Some(body), Some(authors)) => Some(format!("{} ({body})", author_list(authors))),
        (Some(body), None) => Some(body.clone()),
        (None, authors) => authors.as_ref().map(author_list),
    };
    [who, title, date].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Words without case, quotation marks and punctuation, so that only a difference in wording is a
/// difference.
fn plain(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
