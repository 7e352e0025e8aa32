//! The audit as SARIF 2.1.0, for code scanning and editors.

mod log;

use self::log::{
    ArtifactLocation, Descriptor, Driver, Fingerprints, Invocation, Location, Log, Message,
    Notification, PhysicalLocation, Region, Reported, Rule, Run, Suppression, Text, Tool,
};
use super::places::{first_line, path, region, uri, utf16};
use super::words::{self, advice, sentence};
use super::{Look, in_order, rows};
use crate::audit::Audit;
use crate::checks::{KINDS, Kind};
use crate::claim::Severity;
use crate::finding::{Finding, Verdict, Waived};
use crate::ledger::Used;
use crate::mistake::{Files, Mistake, Place};

/// A result for each finding that is shown, and a rule for each check that took part. Mistakes
/// are notifications, since they keep what depends on them from being judged, and so is what there is
/// to say of waivers.
///
/// An inconsistency is of kind `fail` and as serious as it is declared. Undetermined is `open`,
/// improbable `review`, consistent `pass`; these have no level, by the standard. What is answered
/// for keeps its kind and is suppressed. Columns are counted in UTF-16 units.
///
/// # Errors
///
/// What the JSON writer says.
pub fn sarif(audit: &Audit, look: Look) -> Result<String, String> {
    let files = &audit.case.ledger.files;
    let occurs = |kind: &&Kind| audit.findings.iter().any(|finding| finding.check == kind.name);
    let kinds: Vec<&Kind> = KINDS.iter().filter(occurs).collect();
    let mut findings = in_order(audit, look);
    findings.retain(|finding| finding.verdict != Verdict::NotJudged);
    findings.sort_by_key(|finding| finding.place);
    let reported = |finding: &&Finding| {
        let rule = kinds.iter().position(|kind| kind.name == finding.check);
        reported(finding, rule.unwrap_or(0), files)
    };
    let mistakes = audit.mistakes().into_iter().map(|m| notification("error", m, files));
    let warnings = audit.warnings.iter().map(|m| notification("warning", m, files));
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "tieout",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: kinds.iter().map(|kind| rule(kind)).collect(),
                notifications: [Descriptor { id: "mistake" }],
            },
        },
        column_kind: "utf16CodeUnits",
        invocations: [Invocation {
            execution_successful: !audit.has_mistakes() && audit.judged() > 0,
            tool_configuration_notifications: mistakes.chain(warnings).collect(),
        }],
        results: findings.iter().map(reported).collect(),
    };
    let text = serde_json::to_string_pretty(&Log::of(run)).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn rule(kind: &Kind) -> Rule {
    let name = kind.name;
    Rule {
        id: name,
        short_description: Message { text: kind.summary().to_owned() },
        full_description: Message { text: what_it_checks(kind) },
        help: Text {
            text: format!("{} `tieout explain {name}` prints the page on it.", kind.summary()),
            markdown: kind.page,
        },
    }
}

/// The first paragraph of the page's section of that name, on one line.
fn what_it_checks(kind: &Kind) -> String {
    let section = kind.page.split("## What it checks").nth(1).unwrap_or_default();
    let lines = section.lines().skip_while(|line| line.trim().is_empty());
    lines.take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

fn reported(finding: &Finding, rule_index: usize, files: &Files) -> Reported {
    let (kind, level) = match (finding.verdict, finding.severity) {
        (Verdict::Inconsistent, Severity::Error) => ("fail", "error"),
        (Verdict::Inconsistent, Severity::Warning) => ("fail", "warning"),
        (Verdict::Inconsistent, Severity::Note) => ("fail", "note"),
        (Verdict::Undetermined | Verdict::NotJudged, _) => ("open", "none"),
        (Verdict::Improbable, _) => ("review", "none"),
        (Verdict::Consistent, _) => ("pass", "none"),
        (Verdict::Inapplicable, _) => ("notApplicable", "none"),
    };
    let mut lines = vec![format!("{}: {}", finding.verdict, sentence(finding))];
    lines.extend(finding.waived.as_ref().map(ToString::to_string));
    lines.extend(advice(finding));
    lines.extend(rows::remarks(finding));
    let mut related: Vec<Location> = Vec::new();
    for used in finding.figures.iter().filter(|used| !used.literal) {
        related.extend(figure(used, files).filter(|location| !related.contains(location)));
    }
    Reported {
        rule_id: finding.check,
        rule_index,
        kind,
        level,
        message: message(&lines),
        locations: location(first_line(files, finding.place), files).into_iter().collect(),
        related_locations: related,
        partial_fingerprints: Fingerprints {
            finding: finding.id.clone(),
            figures: figures_hash(finding),
        },
        suppressions: finding.waived.iter().map(|waiver| suppression(waiver, files)).collect(),
    }
}

fn suppression(waiver: &Waived, files: &Files) -> Suppression {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: waiver.to_string(),
        location: location(first_line(files, waiver.place), files),
    }
}

/// Where a figure stands, and what it is.
fn figure(used: &Used, files: &Files) -> Option<Location> {
    let set = used.figure.show(&used.rung.set);
    let words = format!("{}: \"{}\" is {set}", used.name, used.figure.text());
    let message = Some(message(&[words]));
    Some(Location { message, ..location(used.place, files)? })
}

fn location(place: Place, files: &Files) -> Option<Location> {
    let at = region(files, place, utf16);
    let snippet = files.slice(files.whole(place));
    Some(Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&path(files, place.file)?) },
            region: Region {
                start_line: at.line,
                start_column: at.column,
                end_line: at.end_line,
                end_column: at.end_column,
                snippet: Message { text: snippet.to_owned() },
            },
        },
        message: None,
    })
}

fn notification(level: &'static str, mistake: &Mistake, files: &Files) -> Notification {
    Notification {
        descriptor: Descriptor { id: "mistake" },
        level,
        message: message(&words::message(mistake)),
        locations: mistake.place.and_then(|place| location(place, files)).into_iter().collect(),
    }
}

/// Lines as a message, in which braces would stand for arguments and so are doubled.
fn message(lines: &[String]) -> Message {
    Message { text: lines.join("\n").replace('{', "{{").replace('}', "}}") }
}

/// A hash (FNV-1a, 64 bits) of the figures that take part, by name and as printed: the same on
/// every machine and in every version.
fn figures_hash(finding: &Finding) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for used in &finding.figures {
        for byte in format!("{}\0{}\0", used.name, used.figure.text()).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
