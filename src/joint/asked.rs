//! Asking whether a whole can hold when some of its elements are dropped.
//!
//! The elements are figures whose sets may be dropped, or rules; the searches for smallest repairs
//! and smallest conflicts are the same for both, and know no more than this of what they ask.

use std::collections::BTreeSet;

/// What can hold, among elements 0, 1, ….
pub trait Whole {
    /// What shows that elements clash.
    type Proof;

    /// Whether what is kept, `kept[e]` for each element `e`, can hold.
    fn ask(&mut self, kept: &[bool]) -> Asked<Self::Proof>;
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Asked<P> {
    /// What is kept can hold, and these of the elements that are dropped hold beside it.
    Holds(Vec<usize>),
    /// These of the elements that are kept cannot hold.
    Clash(BTreeSet<usize>, P),
    /// It is not known, and why.
    Open(String),
}

/// Every element but some.
pub fn all_but(count: usize, dropped: impl IntoIterator<Item = usize>) -> Vec<bool> {
    let mut kept = vec![true; count];
    dropped.into_iter().for_each(|element| kept[element] = false);
    kept
}

/// Some elements alone.
pub fn only(count: usize, elements: impl IntoIterator<Item = usize>) -> Vec<bool> {
    let mut kept = vec![false; count];
    elements.into_iter().for_each(|element| kept[element] = true);
    kept
}

/// Takes elements out of a clash until none can be spared, which asks about each once at most.
/// Where an answer is open the element stays, and the second value is false.
pub fn shrink<W: Whole>(
    whole: &mut W,
    count: usize,
    clash: BTreeSet<usize>,
    proof: W::Proof,
) -> (BTreeSet<usize>, W::Proof, bool) {
    let (mut clash, mut proof, mut sure) = (clash, proof, true);
    for element in clash.clone() {
        if !clash.contains(&element) || clash.len() == 1 {
            continue;
        }
        let rest = clash.iter().copied().filter(|e| *e != element);
        match whole.ask(&only(count, rest)) {
            Asked::Clash(smaller, shown) => (clash, proof) = (smaller, shown),
            Asked::Holds(_) => {}
            Asked::Open(_) => sure = false,
        }
    }
    (clash, proof, sure)
}

/// A whole that is broken by known clashes, for tests.
#[cfg(test)]
pub mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Asked, Whole};

    #[derive(Clone, Debug)]
    pub struct Broken {
        pub count: usize,
        pub clashes: Vec<BTreeSet<usize>>,
        /// How many elements more than needed each clash is told with.
        pub spare: usize,
        pub asked: usize,
    }

    impl Broken {
        pub fn can_hold(&self, kept: &[bool]) -> bool {
            !self.clashes.iter().any(|clash| clash.iter().all(|e| kept[*e]))
        }
    }

    impl Whole for Broken {
        type Proof = ();

        fn ask(&mut self, kept: &[bool]) -> Asked<()> {
            self.asked += 1;
            let Some(clash) = self.clashes.iter().find(|c| c.iter().all(|e| kept[*e])) else {
                let mut held = kept.to_vec();
                let mut extra = Vec::new();
                for element in (0..self.count).rev().take(self.spare) {
                    let before = std::mem::replace(&mut held[element], true);
                    match self.can_hold(&held) {
                        true if !before => extra.push(element),
                        holds => held[element] = holds,
                    }
                }
                return Asked::Holds(extra);
            };
            let spare = (0..self.count).filter(|e| kept[*e]).take(self.spare);
            Asked::Clash(clash.iter().copied().chain(spare).collect(), ())
        }
    }

    pub fn broken() -> impl Strategy<Value = Broken> {
        (1_usize..9, 0_usize..3).prop_flat_map(|(count, spare)| {
            let clash = prop::collection::btree_set(0..count, 1..=count.min(4));
            let clashes = prop::collection::vec(clash, 0..7);
            clashes.prop_map(move |clashes| Broken { count, clashes, spare, asked: 0 })
        })
    }
}
