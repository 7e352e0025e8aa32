//! Which of the editions that were read in one run are editions of one report.

use std::collections::HashSet;

use super::Side;
use super::sides::{by_date, tell_apart};
use crate::audit::Case;
use crate::ledger::Edition;

/// How many series two reports of different titles must share to be editions of one.
const SHARED: usize = 3;

/// The reports of which several editions were read, each with its editions by their dates.
///
/// Two are editions of one report if at least half of the series of the smaller one are in the
/// other, too; those are three or more, unless the titles are the same.
pub fn families(case: &Case) -> Vec<Vec<Side>> {
    let editions = &case.ledger.editions;
    let series: Vec<HashSet<&str>> = editions.iter().map(series).collect();
    let kin = |a: usize, b: usize| {
        let shared = series[a].intersection(&series[b]).count();
        let titled = editions[a].title == editions[b].title;
        let enough = if titled { 1 } else { SHARED };
        shared >= enough && 2 * shared >= series[a].len().min(series[b].len())
    };
    // The first edition that each is kin to, directly or through others.
    let mut first: Vec<usize> = (0..editions.len()).collect();
    for b in 0..editions.len() {
        for a in 0..b {
            if first[a] != first[b] && kin(a, b) {
                let (from, to) = (first[a].max(first[b]), first[a].min(first[b]));
                first.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
            }
        }
    }
    let family = |head: usize| -> Vec<Side> {
        let mut members: Vec<usize> = (0..editions.len()).filter(|at| first[*at] == head).collect();
        by_date(case, &mut members);
        let mut sides: Vec<Side> = members
            .into_iter()
            .map(|at| Side::new(case, editions[at].label.clone(), vec![at]))
            .collect();
        tell_apart(case, &mut sides);
        sides
    };
    let families = (0..editions.len()).filter(|at| first[*at] == *at).map(family);
    families.filter(|sides| sides.len() > 1).collect()
}

fn series(edition: &Edition) -> HashSet<&str> {
    edition.claims.iter().map(|(name, claim)| claim.series(name)).collect()
}
