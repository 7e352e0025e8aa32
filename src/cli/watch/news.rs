//! What one run found that another did not.

use std::collections::BTreeMap;

use tieout::audit::Audit;
use tieout::finding::Verdict;

/// The findings of a run, by their name.
pub struct Known(BTreeMap<String, Finding>);

/// What is kept of a finding.
struct Finding {
    /// The verdict, and whether it is waived.
    verdict: String,
    /// Whether there is nothing to say about it.
    quiet: bool,
    label: String,
}

impl Known {
    /// What is known after a run.
    pub fn of(audit: &Audit) -> Self {
        let findings = audit.findings.iter().map(|finding| {
            let quiet = matches!(finding.verdict, Verdict::Consistent | Verdict::Inapplicable);
            let waived = if finding.waived.is_some() { ", waived" } else { "" };
            let verdict = format!("{}{waived}", finding.verdict.word());
            let label = tieout::render::title(finding);
            (finding.id.clone(), Finding { verdict, quiet, label })
        });
        Self(findings.collect())
    }

    /// What is new, what is gone and what has changed since an earlier run, a line each.
    pub fn since(&self, before: &Self) -> String {
        let mut lines = Vec::new();
        for (id, now) in &self.0 {
            let Finding { verdict, label, .. } = now;
            let line = match before.0.get(id) {
                Some(old) if old.verdict == *verdict || (old.quiet && now.quiet) => continue,
                None if now.quiet => continue,
                None => format!("new: {verdict}[{id}]: {label}"),
                Some(old) if old.quiet => {
                    format!("new: {verdict}[{id}]: {label} (was {})", old.verdict)
                }
                Some(old) if now.quiet => {
                    format!("gone: {}[{id}]: {label} (now {verdict})", old.verdict)
                }
                Some(old) => format!("changed: {verdict}[{id}]: {label} (was {})", old.verdict),
            };
            lines.push(line);
        }
        for (id, old) in before.0.iter().filter(|(id, old)| !old.quiet && !self.0.contains_key(*id))
        {
            let Finding { verdict, label, .. } = old;
            lines.push(format!("gone: {verdict}[{id}]: {label} (no longer asserted)"));
        }
        match lines.as_slice() {
            [] => "since the last run: nothing new, nothing gone\n".to_owned(),
            lines => format!("since the last run:\n  {}\n", lines.join("\n  ")),
        }
    }
}
