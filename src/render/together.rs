//! What comes of taking assertions together, in sentences.

use super::Look;
use super::layout::wrap;
use crate::finding::{Finding, Verdict};

/// For each group of assertions that cannot hold at once, which of them clash and what change
/// would be enough; for others what is noted of them. Empty if there is nothing to say.
pub(super) fn together(findings: &[&Finding], look: Look) -> String {
    let mut parts = Vec::new();
    for finding in findings.iter().filter(|f| f.is_joint() && f.waived.is_none()) {
        let Some(judgement) = &finding.judgement else { continue };
        let clashes = judgement.steps.iter().filter(|_| !judgement.holds());
        let said: Vec<&String> = clashes.map(|step| &step.what).chain(&judgement.notes).collect();
        if said.is_empty() {
            continue;
        }
        let head = match finding.verdict {
            Verdict::Undetermined => "where it cannot hold",
            _ => "",
        };
        let comma = if head.is_empty() { "" } else { ", " };
        let mut text = format!("{} ({}){comma}{head}", finding.id, finding.label);
        for line in said {
            let width = if look.width == 0 { 0 } else { look.width.saturating_sub(2) };
            for line in wrap(line, width).lines() {
                text.push_str(&format!("\n  {line}"));
            }
        }
        parts.push(text);
    }
    parts.join("\n\n")
}
