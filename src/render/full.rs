//! Findings one by one, with the lines of the claims file they speak of.

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

use super::places::first_line;
use super::words::{advice, level};
use super::{Look, in_order, title};
use crate::audit::Audit;
use crate::claim::Severity;
use crate::finding::{Finding, Verdict};
use crate::mistake::{Files, Place};

/// Every finding with its figures in their lines, the gap, what would tie, and what it turns on.
pub fn full(audit: &Audit, look: Look) -> String {
    let files = &audit.case.ledger.files;
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.width.max(40));
    let mut text = String::new();
    for finding in in_order(audit, look) {
        if finding.verdict == Verdict::NotJudged {
            continue;
        }
        let level = match level(finding) {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let level = level.with_name(Some(finding.verdict.word()));
        let heading = level.primary_title(title(finding)).id(&finding.id);
        let mut elements: Vec<Element> = Vec::new();
        for (file, marks) in by_file(finding, files) {
            let source = files.text(file);
            let mut snippet = Snippet::source(source).path(files.name(file)).fold(true);
            for (place, label, primary) in marks {
                let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                snippet = snippet.annotation(kind.span(place.start..place.end).label(label));
            }
            elements.push(snippet.into());
        }
        for line in remarks(finding) {
            elements.push(Level::NOTE.no_name().message(line).into());
        }
        text.push_str(&renderer.render(&[heading.elements(elements)]));
        text.push_str("\n\n");
    }
    text
}

type Mark = (Place, String, bool);

/// What to point at: the figures with their sets, and the assertion; by file, the assertion's
/// own file first.
fn by_file(finding: &Finding, files: &Files) -> Vec<(usize, Vec<Mark>)> {
    let stated = finding.judgement.as_ref().map(|judgement| judgement.stated.what.as_str());
    let mut marks: Vec<Mark> = Vec::new();
    for used in finding.figures.iter().filter(|used| !used.literal) {
        let set = used.figure.show(&used.rung.set);
        marks.push((files.whole(used.place), set, stated == Some(used.name.as_str())));
    }
    let header = first_line(files, finding.place);
    marks.push((header, String::new(), !marks.iter().any(|(_, _, primary)| *primary)));
    let mut grouped: Vec<(usize, Vec<Mark>)> = Vec::new();
    for mark in marks {
        match grouped.iter_mut().find(|(file, _)| *file == mark.0.file) {
            Some((_, group)) => group.push(mark),
            None => grouped.push((mark.0.file, vec![mark])),
        }
    }
    grouped.sort_by_key(|(file, _)| *file != finding.place.file);
    grouped
}

/// What there is to say under the lines, a line each.
pub(super) fn remarks(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(finding.waived.as_ref().map(ToString::to_string));
    if let Some(judgement) = &finding.judgement {
        let (stated, allowed) = (&judgement.stated, &judgement.allowed);
        if allowed.set.is_some() {
            lines.push(format!("stated: {} = {}", stated.what, stated.shown));
            lines.push(format!("the rest allows: {} ({})", allowed.shown, allowed.what));
        } else {
            lines.push(format!("{}: {}", stated.what, stated.shown));
            lines.push(format!("{}: {}", allowed.what, allowed.shown));
        }
        match (finding.verdict, judgement.distance.as_str()) {
            (_, "") => {}
            (Verdict::Consistent | Verdict::Improbable, distance) => {
                lines.push(format!("margin: {distance}"));
            }
            (_, distance) => lines.push(format!("gap: {distance}")),
        }
        if let Some(point) = &judgement.touches {
            lines.push(format!("they meet only at {point}"));
        }
        lines.extend(judgement.notes.iter().cloned());
    }
    lines.extend(finding.reason.iter().cloned());
    lines.extend(advice(finding));
    lines.extend(super::rows::remarks(finding));
    lines
}
