//! A witness, tried on every assertion by the assertion's own check.

use super::gather::Member;
use super::solve::{Block, Comes};
use crate::audit::Case;
use crate::audit::settle::{Stand, trial};
use crate::joint::Budget;
use crate::ledger::{Over, Scene, Setting, Swap, Swaps};
use crate::number::Number;

impl Block<'_, '_> {
    /// How the block comes out under a choice of answers. Values that an assertion does not accept
    /// are no witness.
    pub(super) fn verified(&self, case: &Case, choice: &[usize], budget: &Budget) -> Comes {
        let comes = self.decide(choice, budget);
        let Comes::Possible(values) = &comes else { return comes };
        if values.is_empty() {
            return comes;
        }
        for (member, way) in self.members.iter().zip(choice) {
            if !self.accepts(case, member, *way, values) {
                let name = member.name();
                return Comes::Unknown(format!("values were found, but `{name}` rejects them"));
            }
        }
        comes
    }

    fn accepts(&self, case: &Case, member: &Member, way: usize, values: &[Number]) -> bool {
        let way = &member.ways[way];
        if way.says.is_none() {
            return true;
        }
        let swap = |(name, at): &(String, usize)| {
            let value = values.get(self.place(*at)?)?.clone();
            Some((name.clone(), Swap::Value(value)))
        };
        let swaps: Swaps = member.names.iter().filter_map(swap).collect();
        let over = member.instance.as_ref().map_or(Over::Claims, Over::Cells);
        let scene = Scene { ledger: &case.ledger, over };
        let answers = way.answers.clone();
        let setting = Setting { answers, level: self.level.clone(), ..Setting::default() };
        match trial(scene, member.assertion, &setting, &swaps) {
            Some(stand) => matches!(stand, Stand::Tied),
            // An assertion about a figure without a value has no verdict of its own.
            None => member.unprinted,
        }
    }
}
