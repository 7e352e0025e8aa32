//! Messages about what is written wrong, with the line it stands in.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::Look;
use crate::mistake::{Files, Mistake};

/// Each mistake with its line, a caret and what to do.
pub fn mistakes(mistakes: &[&Mistake], files: &Files, look: Look) -> String {
    messages(mistakes, files, look, Level::ERROR)
}

/// The same for what stops nothing.
pub fn warnings(warnings: &[&Mistake], files: &Files, look: Look) -> String {
    messages(warnings, files, look, Level::WARNING)
}

fn messages(mistakes: &[&Mistake], files: &Files, look: Look, level: Level) -> String {
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.width.max(40));
    let mut text = String::new();
    for mistake in mistakes {
        let title = level.clone().primary_title(mistake.what.as_str());
        let help = mistake.help.iter().map(|line| Level::HELP.message(line.as_str()));
        let group = match mistake.place {
            Some(place) => {
                let place = files.whole(place);
                // Only the lines around the place are handed on: the renderer reads all it gets.
                let source = files.text(place.file);
                let (line, start) = files.line_start(place.file, place.start);
                let end = lines_after(source, place.end);
                let span = place.start - start..(place.end - start).min(end - start);
                let mut mark = AnnotationKind::Primary.span(span);
                if !mistake.label.is_empty() {
                    mark = mark.label(mistake.label.as_str());
                }
                let snippet = Snippet::source(&source[start..end])
                    .path(files.name(place.file))
                    .line_start(line)
                    .annotation(mark);
                title.element(snippet).elements(help)
            }
            None => title.elements(help),
        };
        text.push_str(&renderer.render(&[group]));
        text.push_str("\n\n");
    }
    text
}

/// The end of the line of a byte.
fn lines_after(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or("");
    after.find('\n').map_or(text.len(), |newline| at + newline)
}
