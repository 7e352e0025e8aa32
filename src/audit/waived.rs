//! Findings by name, and the waivers of them.

use super::{Assertion, Audit};
use crate::finding::Finding;
use crate::waiver::{self, Pins, Standing, State};

impl Audit<'_> {
    /// Applies the waivers, and gathers what there is to say of them.
    pub(super) fn waive(&mut self) {
        let case = self.case;
        let day = case.ledger.today.as_ref().and_then(|today| today.rungs.first());
        let today = day.and_then(|rung| rung.set.hi()).map(|end| end.at.clone());
        let pins = |at: usize, finding: &Finding| {
            let assertion: Option<&Assertion> = case.assertions.get(at);
            waiver::pins(finding, assertion.is_some_and(Assertion::is_measured))
        };
        let asserts =
            |at: usize| case.assertions.get(at).map_or_else(String::new, Assertion::fingerprint);
        let today_of = |at: usize, finding: &Finding| (pins(at, finding), asserts(at));
        self.findings.iter_mut().for_each(|finding| finding.waived = None);
        self.waivers = waiver::apply(&case.waivers, &mut self.findings, today.as_ref(), today_of);
        self.wrong.clear();
        self.warnings.clear();
        let mut ending = Vec::new();
        for (waiver, Standing { finding, state }) in case.waivers.iter().zip(&self.waivers) {
            let address = |place| case.ledger.files.address(place);
            let report = waiver::report(waiver, state, &self.findings, address);
            if state.applies() { &mut ending } else { &mut self.warnings }.extend(report);
            if let (State::Bare, Some(at)) = (state, *finding) {
                let finding = &self.findings[at];
                self.wrong.push(waiver::wants_figures(waiver, finding, &pins(at, finding)));
            }
        }
        self.warnings.append(&mut ending);
    }

    /// What a waiver of a finding, by its index, would be pinned to.
    pub fn pins(&self, at: usize) -> Pins {
        let measured = self.case.assertions.get(at).is_some_and(Assertion::is_measured);
        self.findings.get(at).map(|finding| waiver::pins(finding, measured)).unwrap_or_default()
    }

    /// The fingerprint of what the assertion of a finding, by its index, says.
    pub fn asserts(&self, at: usize) -> Option<String> {
        self.case.assertions.get(at).map(Assertion::fingerprint)
    }

    /// The name of a finding among those of all reports: its id, followed by `@` and the label of
    /// its report where another report has a finding of that id.
    pub fn name(&self, finding: &Finding) -> String {
        let twin = |f: &&Finding| f.id == finding.id && f.edition != finding.edition;
        match self.case.ledger.editions.get(finding.edition) {
            Some(edition) if self.findings.iter().any(|f| twin(&f)) => {
                format!("{}@{}", finding.id, edition.label)
            }
            _ => finding.id.clone(),
        }
    }

    /// The finding of a name, as an index into the findings.
    ///
    /// # Errors
    ///
    /// What to tell a user whose name is that of none, or of several.
    pub fn named(&self, name: &str) -> Result<usize, String> {
        let label = |finding: &Finding| {
            self.case.ledger.editions.get(finding.edition).map_or("", |e| e.label.as_str())
        };
        let (id, report) = match name.rsplit_once('@') {
            // An id may itself contain an `@`.
            Some((id, report)) if !self.findings.iter().any(|f| f.id == name) => (id, Some(report)),
            _ => (name, None),
        };
        let fits = |f: &Finding| f.id == id && report.is_none_or(|report| label(f) == report);
        let found: Vec<usize> =
            (0..self.findings.len()).filter(|at| fits(&self.findings[*at])).collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let names: Vec<String> = match report {
                    Some(_) => {
                        self.findings.iter().map(|f| format!("{}@{}", f.id, label(f))).collect()
                    }
                    None => self.findings.iter().map(|f| f.id.clone()).collect(),
                };
                let near = crate::mistake::nearest(name, names.iter().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                Err(format!("no finding is called `{name}`{near}"))
            }
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|at| format!("{id}@{}", label(&self.findings[*at])))
                    .collect();
                if names.windows(2).any(|pair| pair[0] == pair[1]) {
                    let what = "is a finding of several reports of one label";
                    return Err(format!("`{name}` {what}; give each its own `edition`"));
                }
                let names = crate::mistake::quoted_list(names.iter().map(String::as_str), "or");
                Err(format!("`{name}` is a finding of several reports; say {names}"))
            }
        }
    }

    /// How many findings are waived. With the counts of all verdicts they add up to all findings.
    pub fn waived(&self) -> usize {
        self.findings.iter().filter(|finding| finding.waived.is_some()).count()
    }
}
