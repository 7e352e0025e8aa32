//! The parts of a SARIF 2.1.0 log that are written, named as in the standard.

use serde::Serialize;

/// A log file.
#[derive(Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

impl Log {
    /// A log of one run.
    pub fn of(run: Run) -> Self {
        Self {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [run],
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub tool: Tool,
    pub invocations: [Invocation; 1],
    pub column_kind: &'static str,
    pub results: Vec<Reported>,
}

#[derive(Serialize)]
pub struct Tool {
    pub driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    pub name: &'static str,
    pub semantic_version: &'static str,
    pub rules: Vec<Rule>,
    pub notifications: [Descriptor; 1],
}

/// A `reportingDescriptor` of a check.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    pub id: &'static str,
    pub short_description: Message,
    pub full_description: Message,
    pub help: Text,
}

/// A `reportingDescriptor`, or a reference to one, by its name alone.
#[derive(Serialize)]
pub struct Descriptor {
    pub id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    pub execution_successful: bool,
    pub tool_configuration_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub struct Notification {
    pub descriptor: Descriptor,
    pub level: &'static str,
    pub message: Message,
    pub locations: Vec<Location>,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reported {
    pub rule_id: &'static str,
    pub rule_index: usize,
    pub kind: &'static str,
    pub level: &'static str,
    pub message: Message,
    pub locations: Vec<Location>,
    pub related_locations: Vec<Location>,
    pub partial_fingerprints: Fingerprints,
    /// None if it is not suppressed. By the standard, all results of a run have this list or none.
    pub suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
pub struct Fingerprints {
    #[serde(rename = "finding/v1")]
    pub finding: String,
    #[serde(rename = "figures/v1")]
    pub figures: String,
}

#[derive(Serialize)]
pub struct Suppression {
    pub kind: &'static str,
    pub status: &'static str,
    pub justification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    pub region: Region,
}

#[derive(PartialEq, Serialize)]
pub struct ArtifactLocation {
    pub uri: String,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub snippet: Message,
}

/// A `message`, or another object that holds a plain text.
#[derive(PartialEq, Serialize)]
pub struct Message {
    pub text: String,
}

/// A plain text, and the same at more length in Markdown.
#[derive(Serialize)]
pub struct Text {
    pub text: String,
    pub markdown: &'static str,
}
