//! Every figure with its set, its source and the assertions that use it.

use std::collections::BTreeMap;

use comfy_table::ColumnConstraint;

use super::{Look, count, plain_table, table_text, wrap};
use crate::audit::Audit;
use crate::ledger::{Claim, Edition, Stated};

/// A table of all figures, report by report, and of those that no assertion uses.
pub fn figures(audit: &Audit, look: Look) -> String {
    let mut text = String::new();
    for (at, edition) in audit.case.ledger.editions.iter().enumerate() {
        let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for finding in &audit.findings {
            for used in &finding.figures {
                let (name, label) = used.name.split_once('@').unwrap_or((&used.name, ""));
                let here =
                    if label.is_empty() { finding.edition == at } else { label == edition.label };
                let claim = name.split('.').next().unwrap_or(name);
                if here && !used.literal {
                    let ids = uses.entry(claim).or_default();
                    if !ids.contains(&finding.id.as_str()) {
                        ids.push(&finding.id);
                    }
                }
            }
        }
        let mut table = plain_table(look);
        table.set_header(["claim", "printed", "set", "source", "used by"]);
        let mut unused = Vec::new();
        for (name, claim) in edition.claims.iter() {
            let used = uses.get(name).cloned().unwrap_or_default();
            if used.is_empty() {
                unused.push(name);
            }
            let printed = claim.figure.as_ref().map_or("–", |stated| stated.figure.text());
            let source = sources(claim, edition);
            table.add_row([name, printed, &sets(claim), &source, &used.join("\n")]);
        }
        if let Some(names) = table.column_mut(0)
            && look.width >= 80
        {
            names.set_constraint(ColumnConstraint::ContentWidth);
        }
        text.push_str(&format!("{} · {}\n\n", edition.title, count(edition.claims.len(), "claim")));
        text.push_str(&table_text(&mut table, look));
        text.push_str("\n\n");
        if unused.is_empty() {
            text.push_str("Every figure is used by an assertion.\n");
        } else {
            let names = unused.join(", ");
            let line = format!("Used by no assertion ({}): {names}", unused.len());
            text.push_str(&format!("{}\n", wrap(&line, look.width)));
        }
    }
    text
}

/// The sets a figure may stand for: the finest, and the coarsest if it differs.
fn sets(claim: &Claim) -> String {
    let Some(Stated { figure, rungs, .. }) = &claim.figure else {
        return "no value".to_owned();
    };
    let of = claim.of.as_ref().map_or(String::new(), |of| format!("\nof {of}"));
    let show = |at: usize| figure.show(&rungs[at].set) + &of;
    match rungs.len() {
        1 => show(0),
        n => format!("{}\nor up to {}", show(0), show(n - 1)),
    }
}

/// The notes a figure rests on, with the works they cite.
fn sources(claim: &Claim, edition: &Edition) -> String {
    let notes = claim.notes.iter().map(|note| {
        let names: Vec<&str> = edition.sources_of_note(*note).map(|(name, _)| name).collect();
        match names.as_slice() {
            [] => format!("note {note}"),
            names => format!("note {note}: {}", names.join(", ")),
        }
    });
    notes.collect::<Vec<_>>().join("\n")
}
