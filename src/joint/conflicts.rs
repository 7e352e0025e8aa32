//! The smallest conflicts: sets of rules that cannot hold together, of which none can be spared.
//!
//! Rules that cannot hold by themselves are taken out first. For the others: if a whole can hold
//! without some rules, and not with any one of them, every conflict has one of these; the smallest
//! set that hits all such sets known either clashes, and is a smallest conflict, or can hold, and
//! grows to a whole that leaves out one more such set (Ignatiev and others, "Smallest MUS
//! extraction with minimal hitting set dualization", 2015).

use std::collections::BTreeSet;

use super::asked::{Asked, Whole, only, shrink};
use super::decide::{Answer, Assumed, Budget, Solver};
use super::hitting::{Best, Hitting};
use super::proof::Proof;
use super::repairs::Limits;
use super::system::System;

/// The smallest conflicts of a whole, or what is known of them.
#[derive(Clone, Debug)]
pub struct Conflicts<P> {
    /// Sets of elements that clash, each in rising order and with what shows it, in order of size
    /// and then of elements. None can be spared of any, unless `cut`.
    pub sets: Vec<(Vec<usize>, P)>,
    /// Why there may be more, or smaller ones, if there may.
    pub cut: Option<String>,
}

/// Searches for the smallest sets of rules that cannot hold together, given the printed sets that
/// are assumed. Only rules that are assumed are looked at. A set without any rule says that the
/// figures cannot be what they are by themselves.
pub fn conflicts(
    system: &System,
    solver: &mut Solver,
    assumed: &Assumed,
    limits: Limits,
    budget: &Budget,
) -> Conflicts<Proof> {
    let elements: Vec<usize> = (0..system.rules.len()).filter(|r| assumed.rules[*r]).collect();
    let count = elements.len();
    let mut rules = Rules { system, solver, assumed, elements: &elements, budget };
    let mut found = smallest(&mut rules, count, limits);
    for (set, _) in &mut found.sets {
        set.iter_mut().for_each(|element| *element = elements[*element]);
    }
    found
}

/// The rules of a system that are assumed.
struct Rules<'s, 'a, 'b> {
    system: &'b System,
    solver: &'s mut Solver<'a>,
    assumed: &'b Assumed,
    elements: &'b [usize],
    budget: &'b Budget<'b>,
}

impl Whole for Rules<'_, '_, '_> {
    type Proof = Proof;

    fn ask(&mut self, kept: &[bool]) -> Asked<Proof> {
        let mut assumed = self.assumed.clone();
        self.elements.iter().zip(kept).for_each(|(rule, kept)| assumed.rules[*rule] = *kept);
        match self.solver.decide(&assumed, self.budget) {
            Answer::Possible(values) => {
                let holds = |e: &usize| self.system.rules[self.elements[*e]].says.holds(&values);
                Asked::Holds((0..kept.len()).filter(|e| !kept[*e]).filter(holds).collect())
            }
            Answer::Impossible(proof) => {
                let rules = proof.rules();
                let element = |rule| self.elements.binary_search(rule).ok();
                Asked::Clash(rules.iter().filter_map(element).collect(), proof)
            }
            Answer::Unknown(why) => Asked::Open(why),
        }
    }
}

/// How many questions may stay open before the search is given up: each takes all the time it may.
const MOST_OPEN: usize = 8;

/// Searches for the smallest conflicts among `count` elements.
pub fn smallest<W: Whole>(whole: &mut W, count: usize, limits: Limits) -> Conflicts<W::Proof> {
    let active = vec![true; count];
    let mut search = Search { whole, count, active, limits, found: Vec::new(), cut: None };
    match search.whole.ask(&only(count, [])) {
        Asked::Clash(_, proof) => search.found.push((Vec::new(), proof)),
        Asked::Open(why) => search.cut = Some(why),
        Asked::Holds(_) => {
            let clash = search.alone();
            if let Some((clash, proof)) = clash {
                let before = search.found.len();
                if before < limits.most {
                    search.together();
                }
                if search.found.len() == before {
                    let (clash, proof, _) = shrink(search.whole, count, clash, proof);
                    search.found(clash.into_iter().collect(), proof);
                }
            }
        }
    }
    let Search { mut found, cut, .. } = search;
    found.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    Conflicts { sets: found, cut }
}

struct Search<'a, W: Whole> {
    whole: &'a mut W,
    count: usize,
    limits: Limits,
    /// The elements that can hold by themselves, as far as is known.
    active: Vec<bool>,
    found: Vec<(Vec<usize>, W::Proof)>,
    cut: Option<String>,
}

impl<W: Whole> Search<'_, W> {
    /// Takes out the elements that cannot hold by themselves. Returns a clash of those left, if
    /// they cannot hold.
    fn alone(&mut self) -> Option<(BTreeSet<usize>, W::Proof)> {
        let mut first = None;
        // What is neither taken out nor in a clash of elements that can each hold.
        let mut rest = self.active.clone();
        loop {
            let (clash, proof) = match self.whole.ask(&rest) {
                Asked::Clash(clash, proof) => (clash, proof),
                Asked::Holds(_) => return first,
                Asked::Open(why) => {
                    self.cut = Some(why);
                    return first;
                }
            };
            let mut others = clash.clone();
            for element in &clash {
                match self.whole.ask(&only(self.count, [*element])) {
                    Asked::Holds(_) => {}
                    Asked::Open(why) => self.cut = Some(why),
                    Asked::Clash(_, proof) => {
                        if !self.found(vec![*element], proof) {
                            return first;
                        }
                        (rest[*element], self.active[*element]) = (false, false);
                        others.remove(element);
                    }
                }
            }
            if others.len() == clash.len() {
                clash.iter().for_each(|element| rest[*element] = false);
                first = first.or(Some((clash, proof)));
            }
        }
    }

    /// Lists a conflict; false if there is no room for it.
    fn found(&mut self, set: Vec<usize>, proof: W::Proof) -> bool {
        let room = self.found.len() < self.limits.most;
        if room {
            self.found.push((set, proof));
        } else {
            self.cut = Some(format!("there are more than {}", self.limits.most));
        }
        room
    }

    /// The conflicts of elements that can each hold.
    fn together(&mut self) {
        let weights = vec![1; self.count];
        let mut search = Hitting::new(&weights, self.limits.nodes);
        let mut open = 0;
        loop {
            let hits = match search.best() {
                Best::Hits(hits) => hits,
                Best::Nothing => return,
                Best::GivenUp => {
                    self.cut = Some("the search for conflicts was given up".to_owned());
                    return;
                }
            };
            let kept = only(self.count, hits.iter().copied());
            match self.whole.ask(&kept) {
                Asked::Holds(beside) => {
                    let left_out = self.left_out(kept, beside);
                    search.add(left_out);
                }
                Asked::Clash(_, proof) => {
                    search.block(hits.iter().copied());
                    if !self.found(hits, proof) {
                        return;
                    }
                }
                Asked::Open(why) => {
                    self.cut = Some(why);
                    search.block(hits);
                    open += 1;
                    if open == MOST_OPEN {
                        return;
                    }
                }
            }
        }
    }

    /// Lets what can hold grow as far as it may, and returns the active elements left out. Every
    /// conflict has one of them, however far that was.
    fn left_out(&mut self, mut kept: Vec<bool>, beside: Vec<usize>) -> Vec<usize> {
        for element in beside {
            kept[element] |= self.active[element];
        }
        // From everything down: one element out of each clash, until the rest can hold.
        let mut most = self.active.clone();
        let mut dropped = Vec::new();
        loop {
            match self.whole.ask(&most) {
                Asked::Holds(_) => {
                    kept = most;
                    break;
                }
                Asked::Open(_) => break,
                Asked::Clash(clash, _) => {
                    let Some(element) = clash.into_iter().rev().find(|e| !kept[*e]) else { break };
                    most[element] = false;
                    dropped.push(element);
                }
            }
        }
        // And up again: some may have been dropped in vain.
        for element in dropped {
            let mut more = kept.clone();
            if !std::mem::replace(&mut more[element], true)
                && let Asked::Holds(beside) = self.whole.ask(&more)
            {
                kept = more;
                for element in beside {
                    kept[element] |= self.active[element];
                }
            }
        }
        (0..self.count).filter(|element| self.active[*element] && !kept[*element]).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::asked::tests::{Broken, broken};
    use super::*;

    const LIMITS: Limits = Limits { most: 1_000, nodes: 100_000 };

    /// The clashes of which none holds another.
    fn by_trying(whole: &Broken) -> Vec<Vec<usize>> {
        let least = |clash: &&BTreeSet<usize>| {
            !whole.clashes.iter().any(|other| other != *clash && other.is_subset(clash))
        };
        let mut sets: Vec<Vec<usize>> =
            whole.clashes.iter().filter(least).map(|c| c.iter().copied().collect()).collect();
        sets.sort_by_key(|set| (set.len(), set.clone()));
        sets.dedup();
        sets
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn all_smallest_conflicts(whole in broken(), most in 1_usize..4) {
            let expected = by_trying(&whole);
            let found = smallest(&mut whole.clone(), whole.count, LIMITS);
            prop_assert_eq!(found.cut, None);
            let sets: Vec<_> = found.sets.into_iter().map(|(set, ())| set).collect();
            prop_assert_eq!(&sets, &expected);
            // A list that is cut has the sizes of the first, and says so if it must.
            let few = smallest(&mut whole.clone(), whole.count, Limits { most, ..LIMITS });
            let size = |set: &Vec<usize>| set.len();
            let first: Vec<_> = expected.iter().take(most).map(size).collect();
            prop_assert_eq!(few.sets.iter().map(|(set, ())| set.len()).collect::<Vec<_>>(), first);
            prop_assert_eq!(few.cut.is_some(), expected.len() > most);
        }

        #[test]
        fn without_time_one_conflict_is_still_found(whole in broken()) {
            let found = smallest(&mut whole.clone(), whole.count, Limits { most: 100, nodes: 0 });
            prop_assert_eq!(found.sets.is_empty(), whole.clashes.is_empty());
            for (set, ()) in &found.sets {
                prop_assert!(by_trying(&whole).contains(set));
            }
        }
    }

    #[test]
    fn many_that_cannot_hold_alone_are_taken_out_at_once() {
        let clashes = (0..50).map(|e| BTreeSet::from([2 * e])).collect();
        let mut whole = Broken { count: 100, clashes, spare: 0, asked: 0 };
        let found = smallest(&mut whole, 100, LIMITS);
        assert_eq!((found.sets.len(), found.cut), (50, None));
        assert!(whole.asked <= 102, "{} questions", whole.asked);
    }
}
