//! The table of all figures, and figures of one name side by side.

use serde::Serialize;

use super::names::{Index, figure};
use crate::audit::Audit;
use crate::ledger::{Claim, Edition, Source, Stated};
use crate::render::count;

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
        sets: sets(claim),
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
fn sets(claim: &Claim) -> Vec<String> {
    let Some(Stated { figure, rungs, .. }) = &claim.figure else { return Vec::new() };
    let (first, last) = (rungs.first(), rungs.last());
    let mut shown: Vec<String> =
        first.into_iter().chain(last).map(|rung| figure.show(&rung.set)).collect();
    shown.dedup();
    shown
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

/// Figures of one name in several editions, side by side.
#[derive(Serialize)]
pub struct Compared<'a> {
    caption: String,
    labels: Vec<&'a str>,
    rows: Vec<Beside<'a>>,
}

#[derive(Serialize)]
struct Beside<'a> {
    name: &'a str,
    cells: Vec<Option<Cell<'a>>>,
    /// Whether it is printed in two ways.
    differs: bool,
}

#[derive(Serialize)]
struct Cell<'a> {
    slug: String,
    printed: &'a str,
}

/// What several editions print under one name. Nothing unless two reports have at least half of
/// the names of the smaller one in common: others are no editions of one report.
pub fn compared<'a>(audit: &'a Audit) -> Option<Compared<'a>> {
    let editions = &audit.case.ledger.editions;
    let alike = |a: &Edition, b: &Edition| {
        let shared = a.claims.names().filter(|name| b.claims.get(name).is_some()).count();
        shared > 0 && 2 * shared >= a.claims.len().min(b.claims.len())
    };
    let others = |at: usize| (0..editions.len()).filter(move |other| *other != at);
    let kin: Vec<usize> = (0..editions.len())
        .filter(|at| others(*at).any(|other| alike(&editions[*at], &editions[other])))
        .collect();
    let mut rows: Vec<Beside> = Vec::new();
    for (place, at) in kin.iter().enumerate() {
        for name in editions[*at].claims.names() {
            let earlier = kin[..place].iter().any(|e| editions[*e].claims.get(name).is_some());
            let cell = |at: &usize| {
                let stated = editions[*at].claims.get(name)?.figure.as_ref()?;
                Some(Cell { slug: figure(*at, name), printed: stated.figure.text() })
            };
            let cells: Vec<Option<Cell>> = kin.iter().map(cell).collect();
            let mut texts = cells.iter().flatten().map(|cell| cell.printed);
            let first = texts.next();
            let others: Vec<&str> = texts.collect();
            if !earlier && !others.is_empty() {
                let differs = others.iter().any(|text| Some(*text) != first);
                rows.push(Beside { name, cells, differs });
            }
        }
    }
    let labels = kin.iter().map(|at| editions[*at].label.as_str()).collect();
    let caption = format!("{} in {}", count(rows.len(), "figure"), count(kin.len(), "edition"));
    (!rows.is_empty()).then_some(Compared { caption, labels, rows })
}
