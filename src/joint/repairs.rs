//! The smallest sets of figures whose change would let everything hold (Fellegi and Holt, "A
//! systematic approach to automatic edit and imputation", 1976).
//!
//! Every change that is enough takes a figure out of every conflict. So the lightest set that hits
//! all conflicts known is tried; if the rest still cannot hold, the proof of it is one more
//! conflict. Once one is enough, all others of the same weight are tried too: ties are listed.

use std::collections::BTreeSet;

use super::asked::{Asked, Whole, all_but};
use super::decide::{Answer, Assumed, Budget, Solver};
use super::hitting::{Best, Hitting};
use super::proof::Proof;
use super::range::Range;
use super::system::System;

/// The least changes of a whole.
#[derive(Clone, Debug)]
pub enum Changes<P> {
    /// Nothing need change.
    None,
    /// Any of these is enough.
    Some(Least),
    /// No change is enough: these elements, which are not to be changed, clash.
    Never(P),
}

/// All changes of least weight, or what is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Least {
    /// Sets of elements, each in rising order, in order of size and then of elements. Dropping any
    /// one is enough, and nothing that weighs less is known to be.
    pub sets: Vec<Vec<usize>>,
    /// Sets that weigh no more, of which it is not known whether they are enough.
    pub open: Vec<Vec<usize>>,
    /// Why the list is not complete, if it is not.
    pub cut: Option<String>,
}

/// How far a search may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many sets are listed at most.
    pub most: usize,
    /// How many nodes of the search are looked at.
    pub nodes: usize,
}

/// Searches for the lightest sets of figures whose printed sets must be dropped so that all that is
/// assumed can hold. Elements are variables; those without a weight keep their sets, and those
/// whose sets are not assumed have none to drop.
pub fn repairs(
    system: &System,
    solver: &mut Solver,
    assumed: &Assumed,
    limits: Limits,
    budget: &Budget,
) -> Changes<Proof> {
    let printed = system.variables.iter().zip(&assumed.printed);
    let weights: Vec<Option<u32>> =
        printed.map(|(of, counts)| of.weight.filter(|_| *counts && of.printed.is_some())).collect();
    least(&mut Figures { solver, assumed, budget }, &weights, limits)
}

/// Where each figure of a set would have to lie if the sets of all of these are dropped and the
/// others kept: for several figures, where each may lie for some values of the others.
pub fn would_have_to_lie(
    solver: &mut Solver,
    assumed: &Assumed,
    figures: &[usize],
    budget: &Budget,
) -> Vec<(usize, Range)> {
    let mut assumed = assumed.clone();
    figures.iter().for_each(|of| assumed.printed[*of] = false);
    figures.iter().map(|of| (*of, solver.range(&assumed, *of, budget))).collect()
}

/// The figures of a system, whose printed sets may be dropped.
struct Figures<'s, 'a, 'b> {
    solver: &'s mut Solver<'a>,
    assumed: &'b Assumed,
    budget: &'b Budget<'b>,
}

impl Whole for Figures<'_, '_, '_> {
    type Proof = Proof;

    fn ask(&mut self, kept: &[bool]) -> Asked<Proof> {
        let mut assumed = self.assumed.clone();
        assumed.printed.iter_mut().zip(kept).for_each(|(counts, kept)| *counts &= kept);
        match self.solver.decide(&assumed, self.budget) {
            Answer::Possible(_) => Asked::Holds(Vec::new()),
            Answer::Impossible(proof) => Asked::Clash(proof.printed(), proof),
            Answer::Unknown(why) => Asked::Open(why),
        }
    }
}

/// Searches for the changes of least weight. Elements without a weight are not to be changed.
pub fn least<W: Whole>(
    whole: &mut W,
    weights: &[Option<u32>],
    limits: Limits,
) -> Changes<W::Proof> {
    let count = weights.len();
    let plain: Vec<u32> = weights.iter().map(|weight| weight.unwrap_or(0)).collect();
    let mut search = Hitting::new(&plain, limits.nodes);
    let mut least = Least::default();
    let mut cost = None;
    loop {
        let hits = match search.best() {
            Best::Hits(hits) => hits,
            Best::Nothing => break,
            Best::GivenUp => {
                least.cut = Some("the search for what to change was given up".to_owned());
                break;
            }
        };
        let weight = search.cost(&hits).0;
        if cost.is_some_and(|cost| weight > cost) {
            break;
        }
        if least.sets.len() == limits.most {
            least.cut = Some(format!("there are more than {}", limits.most));
            break;
        }
        match whole.ask(&all_but(count, hits.iter().copied())) {
            Asked::Holds(_) if hits.is_empty() => return Changes::None,
            Asked::Holds(_) => {
                cost = Some(weight);
                search.block(hits.iter().copied());
                least.sets.push(hits);
            }
            Asked::Clash(clash, proof) => {
                let set = changeable(&clash, weights);
                if set.is_empty() {
                    return Changes::Never(proof);
                }
                search.add(set);
                apart(whole, weights, hits.into_iter().chain(clash).collect(), &mut search);
            }
            Asked::Open(why) => {
                least.cut = Some(why);
                search.block(hits.iter().copied());
                least.open.push(hits);
                if least.open.len() == limits.most {
                    break;
                }
            }
        }
    }
    least.sets.sort_by_key(|set| (set.len(), set.clone()));
    Changes::Some(least)
}

/// Conflicts that have nothing in common with those dropped, nor with each other: with each the
/// search leaps ahead, for one question.
fn apart<W: Whole>(
    whole: &mut W,
    weights: &[Option<u32>],
    mut dropped: BTreeSet<usize>,
    search: &mut Hitting,
) {
    loop {
        let may = dropped.iter().copied().filter(|e| weights[*e].is_some());
        let Asked::Clash(clash, _) = whole.ask(&all_but(weights.len(), may)) else { return };
        let set = changeable(&clash, weights);
        if set.is_empty() {
            return;
        }
        dropped.extend(set.iter().copied());
        search.add(set);
    }
}

fn changeable(clash: &BTreeSet<usize>, weights: &[Option<u32>]) -> Vec<usize> {
    clash.iter().copied().filter(|element| weights[*element].is_some()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::asked::tests::{Broken, broken};
    use super::*;

    const LIMITS: Limits = Limits { most: 1_000, nodes: 100_000 };

    /// By trying every subset.
    fn by_trying(whole: &Broken, weights: &[Option<u32>]) -> Vec<Vec<usize>> {
        let mut enough: Vec<(u64, usize, Vec<usize>)> = Vec::new();
        for mask in 0..1_u32 << whole.count {
            let set: Vec<usize> = (0..whole.count).filter(|e| mask >> e & 1 == 1).collect();
            let weight = set.iter().map(|e| weights[*e].map(u64::from)).sum::<Option<u64>>();
            let holds = whole.can_hold(&all_but(whole.count, set.iter().copied()));
            if let (Some(weight), true) = (weight, holds) {
                enough.push((weight, set.len(), set));
            }
        }
        enough.sort();
        let mut least: Vec<(u64, usize, Vec<usize>)> = Vec::new();
        for (weight, size, set) in enough {
            let lighter = least.first().is_some_and(|(first, ..)| *first < weight);
            let larger = least.iter().any(|(_, _, f)| f.iter().all(|e| set.contains(e)));
            if !lighter && !larger {
                least.push((weight, size, set));
            }
        }
        least.into_iter().map(|(_, _, set)| set).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn all_changes_of_least_weight(
            (whole, weights) in broken().prop_flat_map(|whole| {
                let weight = prop::option::weighted(0.9, 0_u32..3);
                let weights = prop::collection::vec(weight, whole.count);
                (Just(whole), weights)
            })
        ) {
            let expected = by_trying(&whole, &weights);
            match least(&mut whole.clone(), &weights, LIMITS) {
                Changes::None => prop_assert_eq!(expected, vec![Vec::<usize>::new()]),
                Changes::Never(()) => prop_assert_eq!(expected, Vec::<Vec<usize>>::new()),
                Changes::Some(found) => {
                    prop_assert_eq!(found.cut, None);
                    prop_assert_eq!(found.sets, expected);
                }
            }
        }
    }

    #[test]
    fn a_list_that_is_cut_says_so() {
        let clashes = vec![BTreeSet::from([0, 1, 2, 3])];
        let mut whole = Broken { count: 4, clashes, spare: 0, asked: 0 };
        let limits = Limits { most: 3, nodes: 100 };
        let Changes::Some(found) = least(&mut whole, &[Some(1); 4], limits) else { panic!() };
        assert_eq!(found.sets.len(), 3);
        assert_eq!(found.cut.unwrap(), "there are more than 3");
        let limits = Limits { most: 4, nodes: 100 };
        let Changes::Some(found) = least(&mut whole, &[Some(1); 4], limits) else { panic!() };
        assert_eq!((found.sets.len(), found.cut), (4, None));
    }
}
