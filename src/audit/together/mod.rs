//! All assertions taken together: whether everything that is asserted can be true at once, and if
//! not, which assertions clash and which figures should be looked at first.

mod change;
mod found;
mod gather;
mod implied;
mod laws;
mod lower;
mod solve;
mod turns;
mod verified;

use self::gather::{Member, Part, blocks, gather, parts};
use self::solve::{Block, Comes, Tried};
use super::{Case, parallel};
use crate::finding::{Finding, Verdict};
use crate::joint::Budget;
use crate::ledger::Level;

/// The findings on all blocks of assertions that have figures in common, but for assertions that
/// could not be judged and those whose findings are waived.
pub(super) fn together(
    case: &Case,
    findings: &[Finding],
    implied: bool,
    budget: &Budget,
) -> Vec<Finding> {
    let judged = |finding: &Finding| {
        let out = [Verdict::NotJudged, Verdict::Inapplicable];
        finding.waived.is_none() && !out.contains(&finding.verdict)
    };
    let wanted: Vec<usize> =
        (0..case.assertions.len()).filter(|at| findings.get(*at).is_some_and(judged)).collect();
    let (parts, _left_out) = parts(case, &wanted);
    let (unknowns, members) = gather(case, parts.into_iter(), &Level::Coarsest);
    let blocks = blocks(&unknowns, &members);
    // One assertion alone is judged by its check, which errs toward silence if a figure stands in
    // it twice.
    let silent =
        |member: &Member| member.twice && findings[member.at].verdict == Verdict::Consistent;
    let blocks: Vec<Vec<usize>> =
        blocks.into_iter().filter(|b| b.len() > 1 || silent(&members[b[0]])).collect();
    parallel::map(blocks.len(), |at| {
        let members = blocks[at].iter().map(|member| &members[*member]).collect();
        let block = Block::new(&unknowns, members, Level::Coarsest);
        let mut finding = judge(case, &block, budget);
        if implied {
            block.implied(&mut finding, budget);
        }
        finding
    })
}

/// Judges a block under every choice of answers and, where rounding is open, as coarsely and as
/// finely as it may be: what is possible when finely rounded is so when coarsely rounded.
fn judge(case: &Case, block: &Block, budget: &Budget) -> Finding {
    let mut tried = Vec::new();
    let Some(choices) = block.choices() else {
        let why = "it turns on too many questions at once".to_owned();
        let choice = vec![0; block.members.len()];
        tried.push(Tried { choice, level: Level::Coarsest, comes: Comes::Unknown(why) });
        return block.finding(case, &tried, budget);
    };
    for choice in &choices {
        let comes = block.verified(case, choice, budget);
        tried.push(Tried { choice: choice.clone(), level: Level::Coarsest, comes });
    }
    if block.members.iter().any(|member| member.open) {
        let parts = block.members.iter().map(|member| Part {
            at: member.at,
            assertion: member.assertion,
            instance: member.instance.clone(),
        });
        let (unknowns, members) = gather(case, parts, &Level::Finest);
        let finest = Block::new(&unknowns, members.iter().collect(), Level::Finest);
        let mut fine = Vec::new();
        for (choice, coarse) in choices.iter().zip(&tried) {
            let comes = match &coarse.comes {
                Comes::Possible(_) => finest.verified(case, choice, budget),
                other => other.clone(),
            };
            fine.push(Tried { choice: choice.clone(), level: Level::Finest, comes });
        }
        let impossible = |one: &Tried| one.comes == Comes::Impossible;
        if fine.iter().any(impossible) && !tried.iter().any(impossible) {
            tried.append(&mut fine);
            return finest.finding(case, &tried, budget);
        }
        tried.append(&mut fine);
    }
    block.finding(case, &tried, budget)
}
