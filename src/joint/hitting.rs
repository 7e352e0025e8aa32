//! Smallest hitting sets: which elements, of least weight, take one at least out of every set?
//!
//! Two questions about a broken whole are of this kind. A change of figures that mends it hits
//! every conflict; a conflict hits every set of rules without which the rest can hold (Reiter, "A
//! theory of diagnosis from first principles", 1987). The sets need not be known beforehand: the
//! search says what hits those known, is told of one more that is missed, and goes on where it was.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A search through what hits a growing family of sets.
///
/// Nodes are taken up by the least that a hitting set below them can weigh, so that the first one
/// that hits everything is of least weight. No set is looked at twice: a branch that takes an
/// element bars those that its elder sisters took.
#[derive(Debug)]
pub struct Hitting<'a> {
    weights: &'a [u32],
    sets: Vec<Vec<usize>>,
    /// Hitting sets that are dealt with: none that holds all of one of these is wanted.
    blocked: Vec<Vec<usize>>,
    open: BinaryHeap<Reverse<Node>>,
    marks: Vec<Mark>,
    nodes: usize,
}

/// What the search has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Best {
    /// Elements in rising order that hit every set; no other that does, and is not blocked, weighs
    /// less, or weighs the same and has fewer elements.
    Hits(Vec<usize>),
    /// Nothing, or nothing more, hits every set.
    Nothing,
    /// The search was given up: too many nodes.
    GivenUp,
}

/// What a hitting set costs: its weight, then how many elements it has.
pub type Cost = (u64, usize);

/// Some elements chosen, some barred. Ordered by cost, and among equals by depth, so that
/// something is found, and learned from, soon.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    /// The least that can come of it.
    cost: Cost,
    depth: Reverse<usize>,
    chosen: Vec<usize>,
    barred: Vec<usize>,
    /// How many sets were known when it was last looked at.
    seen: usize,
    /// The missed set to branch on, by its place.
    missed: Option<usize>,
}

/// How an element stands to the node that is being looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mark {
    #[default]
    Free,
    Chosen,
    Barred,
    /// Free, and in one of the disjoint sets that make up the bound.
    Counted,
}

impl<'a> Hitting<'a> {
    /// A search among elements 0, 1, …, each with its weight, that gives up after so many `nodes`.
    pub fn new(weights: &'a [u32], nodes: usize) -> Self {
        let root = Node {
            cost: (0, 0),
            depth: Reverse(0),
            chosen: Vec::new(),
            barred: Vec::new(),
            seen: 0,
            missed: None,
        };
        let open = BinaryHeap::from([Reverse(root)]);
        let marks = vec![Mark::Free; weights.len()];
        Self { weights, sets: Vec::new(), blocked: Vec::new(), open, marks, nodes }
    }

    /// One more set to be hit. Nothing hits the empty one.
    pub fn add(&mut self, set: impl IntoIterator<Item = usize>) {
        self.sets.push(sorted(set));
    }

    /// Leaves out whatever holds all of `set`.
    pub fn block(&mut self, set: impl IntoIterator<Item = usize>) {
        self.blocked.push(sorted(set));
    }

    /// What these elements cost.
    pub fn cost(&self, elements: &[usize]) -> Cost {
        (elements.iter().map(|e| u64::from(self.weights[*e])).sum(), elements.len())
    }

    /// The best that hits all sets known so far. Asked again, it says the same until it is told
    /// of a set that this misses, or to leave this out.
    pub fn best(&mut self) -> Best {
        while let Some(Reverse(mut node)) = self.open.pop() {
            if self.nodes == 0 {
                return Best::GivenUp;
            }
            self.nodes -= 1;
            let blocks = |set: &Vec<usize>| set.iter().all(|e| node.chosen.contains(e));
            if self.blocked.iter().any(blocks) {
                continue;
            }
            if node.seen < self.sets.len() {
                let before = node.cost;
                if !self.look(&mut node) {
                    continue;
                }
                if node.cost > before {
                    self.open.push(Reverse(node));
                    continue;
                }
            }
            let Some(missed) = node.missed else {
                let hits = sorted(node.chosen.iter().copied());
                self.open.push(Reverse(node));
                return Best::Hits(hits);
            };
            self.branch(&node, missed);
        }
        Best::Nothing
    }

    /// A node for each element that may be taken out of the missed set.
    fn branch(&mut self, node: &Node, missed: usize) {
        let mut barred = node.barred.clone();
        let free = |e: &&usize| !node.barred.contains(e);
        let mut free: Vec<usize> = self.sets[missed].iter().filter(free).copied().collect();
        free.sort_by_key(|e| (self.weights[*e], *e));
        for element in free {
            let mut chosen = node.chosen.clone();
            chosen.push(element);
            let mut child = Node {
                cost: node.cost,
                depth: Reverse(chosen.len()),
                chosen,
                barred: barred.clone(),
                seen: 0,
                missed: None,
            };
            if self.look(&mut child) {
                self.open.push(Reverse(child));
            }
            barred.push(element);
        }
    }

    /// Works out the least that can come of a node, and what to branch on; false if nothing can.
    ///
    /// Sets without a common free element need one element each, so the cheapest of each is a
    /// bound from below.
    fn look(&mut self, node: &mut Node) -> bool {
        for element in &node.barred {
            self.marks[*element] = Mark::Barred;
        }
        for element in &node.chosen {
            self.marks[*element] = Mark::Chosen;
        }
        let (mut weight, mut size) = self.cost(&node.chosen);
        let mut counted: Vec<usize> = Vec::new();
        let mut narrowest = usize::MAX;
        let mut possible = true;
        node.missed = None;
        for (at, set) in self.sets.iter().enumerate() {
            let mut free = 0;
            let mut cheapest = u32::MAX;
            let (mut hit, mut apart) = (false, true);
            for element in set {
                match self.marks[*element] {
                    Mark::Chosen => hit = true,
                    Mark::Barred => continue,
                    Mark::Counted => apart = false,
                    Mark::Free => {}
                }
                free += 1;
                cheapest = cheapest.min(self.weights[*element]);
            }
            if hit {
                continue;
            }
            if free == 0 {
                possible = false;
                break;
            }
            if free < narrowest {
                (narrowest, node.missed) = (free, Some(at));
            }
            if apart {
                weight += u64::from(cheapest);
                size += 1;
                for element in set {
                    if self.marks[*element] == Mark::Free {
                        self.marks[*element] = Mark::Counted;
                        counted.push(*element);
                    }
                }
            }
        }
        for element in counted.iter().chain(&node.chosen).chain(&node.barred) {
            self.marks[*element] = Mark::Free;
        }
        // What held for fewer sets holds for more.
        node.cost = node.cost.max((weight, size));
        node.seen = self.sets.len();
        possible
    }
}

fn sorted(set: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut set: Vec<usize> = set.into_iter().collect();
    set.sort_unstable();
    set.dedup();
    set
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All hitting sets in order, by trying every subset. None holds another.
    fn by_trying(weights: &[u32], sets: &[Vec<usize>]) -> Vec<(Cost, Vec<usize>)> {
        let mut found: Vec<(Cost, Vec<usize>)> = Vec::new();
        let mut all: Vec<(Cost, Vec<usize>)> = (0..1_u32 << weights.len())
            .map(|mask| {
                let set: Vec<usize> = (0..weights.len()).filter(|e| mask >> e & 1 == 1).collect();
                let weight = set.iter().map(|e| u64::from(weights[*e])).sum();
                ((weight, set.len()), set)
            })
            .collect();
        all.sort();
        for (cost, set) in all {
            let hits = sets.iter().all(|s| s.iter().any(|e| set.contains(e)));
            let larger = found.iter().any(|(_, f)| f.iter().all(|e| set.contains(e)));
            if hits && !larger {
                found.push((cost, set));
            }
        }
        found
    }

    fn families() -> impl Strategy<Value = (Vec<u32>, Vec<Vec<usize>>)> {
        (1_usize..9).prop_flat_map(|n| {
            let set = prop::collection::btree_set(0..n, 1..=n.min(4));
            let sets = prop::collection::vec(set.prop_map(Vec::from_iter), 0..8);
            (prop::collection::vec(0_u32..4, n), sets)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_hitting_set_comes_in_order((weights, sets) in families()) {
            let expected = by_trying(&weights, &sets);
            // Known from the start, or told one by one when they are missed.
            for lazily in [false, true] {
                let mut search = Hitting::new(&weights, 100_000);
                if !lazily {
                    sets.iter().for_each(|set| search.add(set.iter().copied()));
                }
                let mut found = Vec::new();
                while let Best::Hits(hits) = search.best() {
                    let missed = sets.iter().find(|s| !s.iter().any(|e| hits.contains(e)));
                    match missed {
                        Some(set) => search.add(set.iter().copied()),
                        None => {
                            search.block(hits.iter().copied());
                            found.push((search.cost(&hits), hits));
                        }
                    }
                }
                prop_assert_eq!(search.best(), Best::Nothing);
                prop_assert!(found.is_sorted_by_key(|(cost, _)| *cost));
                found.sort();
                prop_assert_eq!(&found, &expected);
            }
        }
    }

    #[test]
    fn an_empty_set_is_hit_by_nothing_and_no_set_by_everything() {
        let mut search = Hitting::new(&[1, 1], 10);
        assert_eq!(search.best(), Best::Hits(vec![]));
        search.add([]);
        assert_eq!(search.best(), Best::Nothing);
    }

    #[test]
    fn a_search_without_nodes_is_given_up() {
        let mut search = Hitting::new(&[1, 1, 1], 3);
        search.add([0, 1]);
        search.add([1, 2]);
        search.add([0, 2]);
        assert_eq!(search.best(), Best::GivenUp);
    }
}
