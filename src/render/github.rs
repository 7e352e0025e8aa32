//! Annotations for GitHub Actions: one workflow command a finding and one a mistake.

use super::full::remarks;
use super::places::{characters, first_line, path, region};
use super::words::{level, message};
use super::{Look, in_order, title};
use crate::audit::Audit;
use crate::claim::Severity;
use crate::finding::Verdict;
use crate::mistake::{Files, Place};

/// A command for each finding that is shown, in the order of the files, then one for each mistake
/// and each warning. Findings that are waived are notices.
pub fn github(audit: &Audit, look: Look) -> String {
    let files = &audit.case.ledger.files;
    let mut findings = in_order(audit, look);
    // What is not judged is among the mistakes.
    findings.retain(|finding| finding.verdict != Verdict::NotJudged);
    findings.sort_by_key(|finding| finding.place);
    let mut text = String::new();
    for finding in findings {
        let heading = format!("{}[{}]", finding.verdict, finding.id);
        let mut lines = vec![title(finding)];
        lines.extend(remarks(finding));
        let place = first_line(files, finding.place);
        let level = level(finding);
        text.push_str(&command(level, Some(place), files, &heading, &lines.join("\n")));
    }
    let mistakes = audit.mistakes().into_iter().map(|mistake| (Severity::Error, mistake));
    let warnings = audit.warnings.iter().map(|warning| (Severity::Warning, warning));
    for (level, mistake) in mistakes.chain(warnings) {
        let name = if level == Severity::Error { "mistake" } else { "waiver" };
        text.push_str(&command(level, mistake.place, files, name, &message(mistake).join("\n")));
    }
    text
}

fn command(
    level: Severity,
    place: Option<Place>,
    files: &Files,
    title: &str,
    message: &str,
) -> String {
    let name = match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some((place, file)) = place.and_then(|place| Some((place, path(files, place.file)?))) {
        let at = region(files, place, characters);
        properties.push(format!("file={}", property(&file)));
        properties.push(format!("line={}", at.line));
        // Columns are only understood within one line.
        if at.end_line == at.line {
            properties.push(format!("col={}", at.column));
            properties.push(format!("endColumn={}", at.end_column));
        } else {
            properties.push(format!("endLine={}", at.end_line));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{name} {}::{}\n", properties.join(","), data(message))
}

/// A message with what would end it encoded.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property with what would end it encoded.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_is_encoded() {
        let mut files = Files::default();
        let file = files.add("a,b:c.toml", "x = 1\ny = 2\n");
        let one = command(Severity::Note, Some(Place::new(file, 6..11)), &files, "t", "5 %\nof");
        assert_eq!(
            one,
            "::notice file=a%2Cb%3Ac.toml,line=2,col=1,endColumn=6,title=t::5 %25%0Aof\n"
        );
        let two = command(Severity::Error, Some(Place::new(file, 0..8)), &files, "t", "m");
        assert_eq!(two, "::error file=a%2Cb%3Ac.toml,line=1,endLine=2,title=t::m\n");
        assert_eq!(command(Severity::Warning, None, &files, "t", "m"), "::warning title=t::m\n");
    }
}
