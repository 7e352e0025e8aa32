//! What follows from all that is asserted without being said.

use super::solve::Block;
use crate::finding::{Finding, Verdict};
use crate::joint::implied::{Opposites, by_the_others};
use crate::joint::range::Range;
use crate::joint::{Assumed, Budget, Solver};
use crate::mistake::quoted_list;

/// The most figures of which it is worked out what the others say.
const MAX_FIGURES: usize = 300;
/// The most assertions of which it is worked out whether they say anything new.
const MAX_RULES: usize = 100;

impl Block<'_, '_> {
    /// Notes what the other figures say of each, where that is narrower than its own set or the
    /// figure is not printed, and which assertions the others imply. Nothing is noted of a block
    /// that is not consistent.
    pub(super) fn implied(&self, finding: &mut Finding, budget: &Budget) {
        let Some(judgement) = &mut finding.judgement else { return };
        let choice = vec![0; self.members.len()];
        if finding.verdict != Verdict::Consistent {
            return;
        }
        let reading = self.reading(&choice);
        let system = &reading.system;
        let assumed = Assumed::all(system);
        let mut solver = Solver::new(system);
        // One figure is worth less time than the verdict.
        let few = Budget { nodes: budget.nodes / 20, ..*budget };
        for (at, quantity) in self.quantities.iter().enumerate().take(MAX_FIGURES) {
            let Some(quantity) = quantity.filter(|q| q.origin.is_some()) else { continue };
            let Range::Within(range) = by_the_others(&mut solver, &assumed, at, &few) else {
                continue;
            };
            let variable = &system.variables[at];
            let narrower = match &variable.printed {
                Some(own) => !range.covers(own),
                None => range.lo().is_some() || range.hi().is_some(),
            };
            if narrower {
                let (name, shown) = (&variable.name, quantity.show(&range));
                judgement.notes.push(format!("the others say of `{name}`: {shown}"));
            }
        }
        if system.rules.len() > MAX_RULES {
            return;
        }
        let opposites = Opposites::new(system);
        for one in opposites.implied(&assumed, &few).redundant {
            let by = one.by.iter().map(|rule| system.rules[*rule].name.as_str());
            let (name, by) = (&system.rules[one.rule].name, quoted_list(by, "and"));
            let from = if by.is_empty() { "its figures alone".to_owned() } else { by };
            judgement.notes.push(format!("`{name}` says nothing new: it follows from {from}"));
        }
    }
}
