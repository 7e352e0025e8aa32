//! Everything together: verdicts, smallest sets of figures and of rules, and ranges, against other
//! means; tables that were rounded rightly; tables with misprints.

pub mod random;
mod reference;
mod tables;

use std::collections::BTreeSet;

use tieout::Interval;
use tieout::joint::conflicts::conflicts;
use tieout::joint::implied::{Opposites, by_the_others, contradictions};
use tieout::joint::repairs::{Changes, Limits, repairs, would_have_to_lie};
use tieout::joint::{Answer, Assumed, Budget, Range, Solver, System, satisfies, verify};

const LIMITS: Limits = Limits { most: 1_000, nodes: 1_000_000 };

fn budget() -> Budget<'static> {
    Budget { nodes: 20_000, stop: &|| false }
}

/// TIEOUT_JOINT_CASES makes the runs longer.
fn cases(few: u64) -> u64 {
    std::env::var("TIEOUT_JOINT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// What one system is found to be, against the reference; an account of the first difference.
fn compare(system: &System, tally: &mut Tally) -> Result<(), String> {
    let all = Assumed::all(system);
    let mut solver = Solver::new(system);
    let expected = reference::possible(system, &all);
    match solver.decide(&all, &budget()) {
        Answer::Possible(values) if expected && satisfies(system, &all, &values) => {}
        Answer::Impossible(proof) if !expected && verify(system, &all, &proof) => {}
        answer => return Err(format!("possible: {expected}, found {answer:?}")),
    }
    tally.possible += u64::from(expected);

    let expected = reference::repairs(system, &all);
    match repairs(system, &mut solver, &all, LIMITS, &budget()) {
        Changes::None if expected == [Vec::<usize>::new()] => {}
        Changes::Never(_) if expected.is_empty() => tally.never += 1,
        Changes::Some(found) if found.sets == expected && found.cut.is_none() => {
            tally.ties += u64::from(expected.len() > 1);
            tally.several += u64::from(expected[0].len() > 1);
            for set in &expected {
                let dropped = reference::without(&all, set);
                for (of, found) in would_have_to_lie(&mut solver, &all, set, &budget()) {
                    same_range(&found, reference::range(system, &dropped, of), of)?;
                }
            }
        }
        found => return Err(format!("to change: {expected:?}, found {found:?}")),
    }

    for of in 0..system.variables.len() {
        let expected = reference::range(system, &reference::without(&all, &[of]), of);
        same_range(&by_the_others(&mut solver, &all, of, &budget()), expected, of)?;
    }

    let expected = reference::conflicts(system, &all);
    let found = conflicts(system, &mut solver, &all, LIMITS, &budget());
    let sets: Vec<&Vec<usize>> = found.sets.iter().map(|(set, _)| set).collect();
    if sets != expected.iter().collect::<Vec<_>>() || found.cut.is_some() {
        return Err(format!("conflicts: {expected:?}, found {sets:?} {:?}", found.cut));
    }
    tally.conflicts += expected.len() as u64;
    for (set, proof) in &found.sets {
        let rules: BTreeSet<usize> = set.iter().copied().collect();
        let some =
            Assumed { printed: all.printed.clone(), ..Assumed::only(system, &rules, &rules) };
        if !verify(system, &some, proof) {
            return Err(format!("the proof of {set:?} does not hold"));
        }
    }

    let unread = Assumed { printed: vec![false; all.printed.len()], ..all.clone() };
    let expected = reference::conflicts(system, &unread);
    let found = contradictions(system, &mut solver, &all, LIMITS, &budget());
    let sets: Vec<&Vec<usize>> = found.sets.iter().map(|(set, _)| set).collect();
    if sets != expected.iter().collect::<Vec<_>>() || found.cut.is_some() {
        return Err(format!("before any figure is read: {expected:?}, found {sets:?}"));
    }
    tally.contradictions += u64::from(!expected.is_empty());

    let opposites = Opposites::new(system);
    let found = opposites.implied(&all, &budget());
    let rules: Vec<usize> = found.redundant.iter().map(|redundant| redundant.rule).collect();
    for rule in 0..system.rules.len() {
        if let Some(expected) = reference::implied(system, &all, rule)
            && expected != rules.contains(&rule)
        {
            return Err(format!("that rule {rule} is implied: {expected}, found {rules:?}"));
        }
    }
    for redundant in &found.redundant {
        let mut rules = redundant.by.clone();
        rules.insert(opposites.of(redundant.rule));
        let some = Assumed::only(&opposites.system, &rules, &redundant.figures);
        if redundant.by.contains(&redundant.rule)
            || !verify(&opposites.system, &some, &redundant.proof)
        {
            return Err(format!("that rule {} is implied is not proven", redundant.rule));
        }
    }
    if !found.open.is_empty() {
        return Err(format!("whether rules {:?} are implied is open", found.open));
    }
    tally.redundant += u64::from(!rules.is_empty());
    Ok(())
}

fn same_range(found: &Range, expected: Option<Interval>, of: usize) -> Result<(), String> {
    match (found, &expected) {
        (Range::Nothing(_), None) => Ok(()),
        (Range::Within(found), Some(expected)) if found == expected => Ok(()),
        (Range::Within(found), Some(expected)) => Err(format!("x{of}: {expected}, found {found}")),
        _ => Err(format!("x{of}: {expected:?}, found {found:?}")),
    }
}

/// What there was among the systems, so that the test is known to try something.
#[derive(Debug, Default)]
struct Tally {
    possible: u64,
    never: u64,
    ties: u64,
    several: u64,
    conflicts: u64,
    redundant: u64,
    contradictions: u64,
}

#[test]
fn small_systems_are_what_trying_everything_finds() {
    let many = cases(500);
    let mut tally = Tally::default();
    for seed in 0..many {
        let system = random::system(seed);
        if let Err(difference) = compare(&system, &mut tally) {
            panic!("system {seed}: {difference}\n{system:#?}");
        }
    }
    let Tally { possible, never, ties, several, conflicts, redundant, contradictions } = tally;
    let often = |of: u64, percent: u64| of * 100 >= many * percent;
    let varied = often(possible, 20) && often(many - possible, 20) && often(never, 3);
    let varied = varied && often(ties, 4) && often(several, 8) && often(conflicts, 40);
    let varied = varied && often(redundant, 4) && often(contradictions, 4);
    assert!(varied, "{many} systems are too much alike: {tally:?}");
}

/// Shares of shares, where no factor is a whole number: what tries on a grid find is never denied.
#[test]
fn products_of_real_figures_deny_nothing_that_is_found() {
    let (mut found, mut impossible, mut open) = (0, 0, 0);
    for seed in 0..cases(100) {
        let (system, grid) = random::shares(seed);
        let all = Assumed::all(&system);
        let mut solver = Solver::new(&system);
        let hits: Vec<_> = grid.iter().filter(|values| satisfies(&system, &all, values)).collect();
        found += usize::from(!hits.is_empty());
        match solver.decide(&all, &Budget { nodes: 500, stop: &|| false }) {
            Answer::Possible(values) => assert!(satisfies(&system, &all, &values)),
            Answer::Impossible(proof) => {
                impossible += 1;
                assert!(hits.is_empty(), "{seed}: {:?} is denied", hits[0]);
                assert!(verify(&system, &all, &proof));
            }
            Answer::Unknown(_) => open += 1,
        }
    }
    assert!(found > 20 && impossible > 20, "{found} found, {impossible} impossible, {open} open");
    assert!(open * 20 < found + impossible, "{open} are open");
}
