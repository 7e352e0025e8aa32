//! Declarations of waivers.

use toml::Spanned;
use toml::de::DeValue;

use super::figures::FigureReader;
use super::read::Reader;
use super::table::Table;
use crate::claim::{At, Text, WaivedVerdict, WaiverSpec};
use crate::finding::Verdict;
use crate::mistake::{Mistake, Place};
use crate::number::Number;
use crate::waiver::Waiver;

impl Reader<'_> {
    /// Reads all waivers of a file. One that is not wholly understood waives nothing.
    pub(super) fn waivers(
        &mut self,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
    ) {
        let place = Place::new(reader.file, value.span());
        let DeValue::Array(items) = value.into_inner() else {
            let mistake = Mistake::new("`waiver` is no list of tables", place);
            self.case.mistakes.push(mistake.label("expected `[[waiver]]`"));
            return;
        };
        for item in items {
            let mut found = Vec::new();
            let waiver = waiver(item, (&self.keys.waiver, reader), edition, &mut found);
            if found.is_empty() {
                self.case.waivers.extend(waiver);
            }
            self.case.mistakes.append(&mut found);
        }
    }
}

fn waiver(
    value: Spanned<DeValue<'_>>,
    (keys, reader): (&[String], &FigureReader),
    edition: usize,
    mistakes: &mut Vec<Mistake>,
) -> Option<Waiver> {
    let table = Table::new(value, reader.file, "`[[waiver]]`".to_owned(), mistakes)?;
    let place = table.place();
    let spec: WaiverSpec = table.read(keys, mistakes)?;
    let at = |span| Place::new(reader.file, span);
    if spec.reason.value.trim().is_empty() {
        let mistake = Mistake::new("a waiver needs a reason", at(spec.reason.span));
        mistakes.push(mistake.label("expected why the finding may stand"));
    }
    if let Some(forever) = spec.forever.as_ref().filter(|forever| !forever.value) {
        let mistake = Mistake::new("`forever` is `true` or left out", at(forever.span.clone()));
        mistakes.push(mistake.label("expected `until = DATE` instead"));
    }
    let until = match (&spec.until, &spec.forever) {
        (Some(_), Some(forever)) => {
            let what = "a waiver has a last day or holds for ever, not both";
            let mistake = Mistake::new(what, at(forever.span.clone()));
            mistakes.push(mistake.label("beside `until`").help("remove `until` or `forever`"));
            None
        }
        (None, None) => {
            let mistake = Mistake::new("this waiver does not say how long it holds", place);
            let label = "expected `until = 2026-12-31` or `forever = true`";
            mistakes.push(mistake.label(label).help("add one of them"));
            None
        }
        (Some(_), None) => spec.until.as_ref().and_then(|date| last_day(date, reader, mistakes)),
        (None, Some(_)) => None,
    };
    let verdict = spec.verdict.map(|verdict| match verdict {
        WaivedVerdict::Undetermined => Verdict::Undetermined,
        WaivedVerdict::Improbable => Verdict::Improbable,
    });
    let figures = spec
        .figures
        .map(|figures| figures.value.into_iter().map(|(name, text)| (name, text.0)).collect());
    Some(Waiver {
        edition,
        place,
        finding: spec.finding.value,
        named: at(spec.finding.span),
        reason: spec.reason.value,
        by: spec.by.filter(|by| !by.trim().is_empty()),
        until,
        verdict,
        figures,
        asserts: spec.asserts,
    })
}

/// A date that is one day.
fn last_day(date: &At<Text>, reader: &FigureReader, mistakes: &mut Vec<Mistake>) -> Option<Number> {
    let (stated, place) = reader.date(date, mistakes)?;
    let day = match stated.rungs.as_slice() {
        [only] => only.set.as_point().filter(|day| day.is_integer()),
        _ => None,
    };
    if day.is_none() {
        let mistake = Mistake::new(format!("`{}` is not one day", date.value.0), place);
        mistakes.push(mistake.label("expected a date such as 2026-12-31"));
    }
    day.cloned()
}
