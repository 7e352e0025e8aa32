//! What the verdict on a block turns on.

use std::collections::BTreeMap;

use super::solve::{Block, Comes, Tried};
use crate::finding::{Branch, Finding, Turn, Verdict};
use crate::ledger::Level;
use crate::mistake::quoted_list;

/// The most combinations of answers that are listed.
const LISTED: usize = 6;

/// A question: the assertion whose own it is, or nothing for one of the report; and its key.
pub(super) type Key = (String, String);

/// The key of the rounding that is left open.
const ROUNDING: &str = "rounding";

impl Block<'_, '_> {
    /// What the verdict turns on, and the verdict under each answer: first answers that decide by
    /// themselves, then combinations of them, then the rest.
    pub(super) fn turns(&self, tried: &[Tried], finding: &mut Finding) {
        let coarse_and_fine = tried.iter().any(|one| one.level != tried[0].level);
        let answers: Vec<BTreeMap<Key, String>> = tried
            .iter()
            .map(|one| {
                let rounding = (String::new(), ROUNDING.to_owned());
                let words = match one.level {
                    Level::Finest => "as fine as printed",
                    _ => "as coarse as printed",
                };
                let level = coarse_and_fine.then(|| (rounding, words.to_owned()));
                self.answers(&one.choice).into_iter().chain(level).collect()
            })
            .collect();
        let verdict = |at: usize| tried[at].comes.verdict();
        let matters = |key: &Key| {
            let rest = |at: usize| answers[at].iter().filter(|(other, _)| *other != key);
            (0..tried.len()).any(|a| {
                (0..a).any(|b| {
                    let apart = answers[a].get(key) != answers[b].get(key);
                    apart && verdict(a) != verdict(b) && rest(a).eq(rest(b))
                })
            })
        };
        let mut keys: Vec<&Key> = answers.iter().flat_map(BTreeMap::keys).collect();
        keys.sort();
        keys.dedup();
        keys.retain(|key| matters(key));
        finding.turns_on.extend(keys.iter().filter_map(|key| self.turn(key)));

        let failing = |at: &usize| verdict(*at) == Verdict::Inconsistent;
        let mut left: Vec<usize> = (0..tried.len()).collect();
        let mut branches = Vec::new();
        for key in &keys {
            let mut own: Vec<&String> = answers.iter().filter_map(|all| all.get(*key)).collect();
            own.sort();
            own.dedup();
            for answer in own {
                let with = |at: &usize| answers[*at].get(*key) == Some(answer);
                if (0..tried.len()).filter(with).all(|at| failing(&at)) {
                    branches.push((said(key, answer), Verdict::Inconsistent));
                    left.retain(|at| !with(at));
                }
            }
        }
        let listed: Vec<usize> = left.iter().copied().filter(failing).take(LISTED).collect();
        for at in &listed {
            let words = keys.iter().filter_map(|key| Some(said(key, answers[*at].get(*key)?)));
            branches.push((words.collect::<Vec<_>>().join("; "), Verdict::Inconsistent));
        }
        left.retain(|at| !listed.contains(at));
        let rest = left.iter().map(|at| verdict(*at)).min();
        branches.extend(rest.map(|verdict| ("otherwise".to_owned(), verdict)));
        let why = tried.iter().find_map(|one| match &one.comes {
            Comes::Unknown(why) => Some(why.clone()),
            _ => None,
        });
        for (answer, verdict) in branches.into_iter().filter(|_| !keys.is_empty()) {
            let undetermined = verdict == Verdict::Undetermined;
            let remark = why.clone().filter(|_| undetermined).unwrap_or_default();
            finding.branches.push(Branch { answer, verdict, remark });
        }
    }

    fn turn(&self, key: &Key) -> Option<Turn> {
        let (owner, word) = key;
        if owner.is_empty() && word == ROUNDING {
            let open = self.members.iter().flat_map(|member| &member.figures);
            let open = open.filter(|used| !used.open.is_empty() && !used.literal);
            let mut names: Vec<&str> = open.map(|used| used.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let how = format!("declare `round` on {}", quoted_list(names, "and"));
            return Some(Turn { asks: "To what units were the figures rounded?".to_owned(), how });
        }
        let asked = self.members.iter().find_map(|member| {
            let own = owner.is_empty() || member.name() == *owner;
            member.questions.iter().find(|question| own && question.key == *word)
        })?;
        let of = if owner.is_empty() { String::new() } else { format!("{owner}: ") };
        Some(Turn { asks: format!("{of}{}", asked.asks), how: asked.how.clone() })
    }
}

/// An answer in words.
fn said((owner, key): &Key, answer: &str) -> String {
    if owner.is_empty() { format!("{key}: {answer}") } else { format!("{owner} {key}: {answer}") }
}
