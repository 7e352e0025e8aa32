//! The table of all figures.

use serde::Serialize;

use super::names::{Index, figure};
use crate::ledger::{Claim, Edition, Source, Stated};

/// A figure with its sets, its sources and its uses.
#[derive(Serialize)]
pub struct Row<'a> {
    slug: String,
    name: &'a str,
    printed: Option<&'a str>,
    of: Option<&'a str>,
    sets: Vec<String>,
    says: Option<&'a str>,
    section: Option<&'a str>,
    number: Option<usize>,
    sources: Vec<String>,
    uses: Vec<Use<'a>>,
}

#[derive(Serialize)]
struct Use<'a> {
    slug: String,
    id: &'a str,
}

/// The figures of a report.
pub fn rows<'a>(at: usize, edition: &'a Edition, index: &Index<'a>) -> Vec<Row<'a>> {
    let row = |(name, claim): (&'a str, &'a Claim)| Row {
        slug: figure(at, name),
        name,
        printed: claim.figure.as_ref().map(|stated| stated.figure.text()),
        of: claim.of.as_deref(),
        sets: claim.figure.as_ref().map_or_else(Vec::new, sets),
        says: claim.says.as_deref(),
        section: claim.section.as_deref(),
        number: index.number(claim),
        sources: sources(claim, edition),
        uses: index
            .uses(at, name)
            .iter()
            .map(|of| Use { slug: index.place(of), id: &of.id })
            .collect(),
    };
    edition.claims.iter().map(row).collect()
}

/// The sets a figure may stand for: the finest, and the coarsest if it differs.
fn sets(stated: &Stated) -> Vec<String> {
    let (first, last) = (stated.rungs.first(), stated.rungs.last());
    let rungs = first.into_iter().chain(last);
    let mut shown: Vec<String> = rungs.map(|rung| stated.figure.show(&rung.set)).collect();
    shown.dedup();
    shown
}

/// The sets a figure may stand for, where they say more than its text.
pub fn sets_beyond_text(stated: &Stated) -> Vec<String> {
    let sets = sets(stated);
    let one = sets.len() == 1;
    sets.into_iter().filter(|set| !one || bare(set) != bare(stated.figure.text())).collect()
}

/// The finest set, if it says more than the text.
pub fn finest(stated: &Stated) -> Option<String> {
    let set = stated.figure.show(&stated.rungs.first()?.set);
    (bare(&set) != bare(stated.figure.text())).then_some(set)
}

/// Digits and words without what only groups them.
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}

/// "note 3", "notes 3 and 5"; nothing if there are none.
pub fn notes(notes: &[u32]) -> String {
    let numbers: Vec<String> = notes.iter().map(u32::to_string).collect();
    match numbers.split_last() {
        None => String::new(),
        Some((only, [])) => format!("note {only}"),
        Some((last, others)) => format!("notes {} and {last}", others.join(", ")),
    }
}

/// The notes a figure rests on, with the works they cite.
fn sources(claim: &Claim, edition: &Edition) -> Vec<String> {
    let note = |note: &u32| {
        let cited: Vec<String> =
            edition.sources_of_note(*note).map(|(name, source)| work(name, source)).collect();
        match cited.as_slice() {
            [] => format!("note {note}"),
            cited => format!("note {note}: {}", cited.join("; ")),
        }
    };
    claim.notes.iter().map(note).collect()
}

/// A cited work: who, what, when; or where else its note leads; or its name.
fn work(name: &str, source: &Source) -> String {
    let spec = &source.spec;
    let authors = spec
        .author
        .as_ref()
        .map(|list| list.0.iter().map(|author| author.0.as_str()).collect::<Vec<_>>().join(", "));
    let title = spec.title.as_ref().map(|title| format!("“{title}”"));
    let date = source.date.as_ref().map(|(stated, _)| stated.figure.text().to_owned());
    let parts: Vec<String> =
        [authors, spec.body.clone(), title, date].into_iter().flatten().collect();
    match (parts.is_empty(), &spec.see, &spec.remark) {
        (false, ..) => parts.join(", "),
        (true, Some(see), _) => format!("points back to note {see}"),
        (true, None, Some(remark)) => remark.clone(),
        (true, None, None) => name.to_owned(),
    }
}
