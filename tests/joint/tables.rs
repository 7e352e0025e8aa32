//! Tables with totals: rounded rightly they are never impossible; with misprints, the figures that
//! were misprinted are among the smallest sets to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tieout::figure::{Convention, Ties, round_to, rounding_interval};
use tieout::joint::conflicts::conflicts;
use tieout::joint::repairs::{Changes, repairs, would_have_to_lie};
use tieout::joint::{
    Answer, Assumed, Product, Range, Relation, Row, Rule, Says, Solver, System, Variable,
};
use tieout::{Interval, Number};

use super::random::Chance;
use super::{LIMITS, budget};

/// Figures, their true values, and the sums they stand in, total first.
#[derive(Default)]
struct Report {
    truth: Vec<Number>,
    sums: Vec<Vec<usize>>,
}

impl Report {
    /// A table whose last row and column are totals; returns the places of its cells.
    fn table(&mut self, truth: &[Vec<Number>]) -> Vec<Vec<usize>> {
        let mut places = Vec::new();
        for row in truth {
            let start = self.truth.len();
            self.truth.extend(row.iter().cloned());
            places.push((start..self.truth.len()).collect());
        }
        places
    }

    fn sum(&mut self, total: usize, parts: impl IntoIterator<Item = usize>) {
        self.sums.push([total].into_iter().chain(parts).collect());
    }

    /// The last figure of a line is the total of those before.
    fn line(&mut self, line: &[usize]) {
        let (total, parts) = line.split_last().unwrap();
        self.sum(*total, parts.iter().copied());
    }

    fn system(&self, printed: impl Fn(usize) -> Interval, whole: bool) -> System {
        let mut system = System::default();
        for at in 0..self.truth.len() {
            system.variable(Variable {
                name: format!("x{at}"),
                printed: Some(printed(at)),
                domain: if whole { Interval::at_least(Number::zero()) } else { Interval::all() },
                whole,
                weight: Some(1),
            });
        }
        for sum in &self.sums {
            let factor = |at| Number::from(if at == 0 { -1 } else { 1 });
            let terms = sum.iter().enumerate().map(|(at, of)| (*of, factor(at))).collect();
            row(&mut system, terms);
        }
        system
    }
}

fn row(system: &mut System, terms: Vec<(usize, Number)>) {
    let row = Row { terms, relation: Relation::Equal, bound: Number::zero() };
    let name = format!("sum {}", system.rules.len());
    system.rules.push(Rule { name, says: Says::Row(row) });
}

fn with_totals(mut table: Vec<Vec<Number>>) -> Vec<Vec<Number>> {
    for row in &mut table {
        let total: Number = row.iter().cloned().sum();
        row.push(total);
    }
    let columns = table[0].len();
    let total = |at: usize| table.iter().map(|row| row[at].clone()).sum();
    let last = (0..columns).map(total).collect();
    table.push(last);
    table
}

fn added(tables: &[Vec<Vec<Number>>]) -> Vec<Vec<Number>> {
    let cell = |i: usize, j: usize| tables.iter().map(|table| table[i][j].clone()).sum();
    let row = |i| (0..tables[0][0].len()).map(|j| cell(i, j)).collect();
    (0..tables[0].len()).map(row).collect()
}

/// A report with one table, or with several and their sum, of any shape; of counts, or of values
/// with more decimals than are printed, some of them negative; a share of the total beside a row.
fn any_report(seed: u64) -> (System, bool) {
    let chance = &mut Chance::new(seed);
    let counts = chance.percent(30);
    let signed = !counts && chance.percent(25);
    let (rows, columns) = (chance.from(1, 6), chance.from(1, 6));
    let parts = chance.from(1, 4);
    let size = 10_i64.pow(chance.from(1, 5) as u32);
    // Ties are frequent: the hundredths are often fifty.
    let mut value = || match counts {
        true => Number::from(chance.from(0, size)),
        false => {
            let low = if signed { -size } else { 0 };
            let hundredths = *chance.pick(&[0, 50, 50, 5, 95, 37, 49]);
            Number::ratio(100 * chance.from(low, size) + hundredths, 100)
        }
    };
    let mut tables: Vec<Vec<Vec<Number>>> = (0..parts)
        .map(|_| with_totals((0..rows).map(|_| (0..columns).map(|_| value()).collect()).collect()))
        .collect();
    let mut report = Report::default();
    if parts > 1 {
        tables.push(added(&tables));
    }
    let places: Vec<Vec<Vec<usize>>> = tables.iter().map(|table| report.table(table)).collect();
    for table in &places {
        table.iter().for_each(|line| report.line(line));
        (0..table[0].len()).for_each(|at| {
            report.line(&table.iter().map(|row| row[at]).collect::<Vec<usize>>());
        });
    }
    if parts > 1 {
        let (whole, tables) = places.split_last().unwrap();
        for (i, row) in whole.iter().enumerate() {
            for (j, total) in row.iter().enumerate() {
                report.sum(*total, tables.iter().map(|table| table[i][j]));
            }
        }
    }
    let convention = *chance.pick(&[Convention::HalfUp, Convention::HalfEven, Convention::Down]);
    // Whole counts as they are or to tens; other figures each to its own decimals, or all alike.
    let units = [Number::from(1), Number::ratio(1, 10), Number::from(10), Number::ratio(1, 2)];
    let alike = chance.percent(50).then(|| chance.pick(&units).clone());
    let exact = counts && chance.percent(60);
    let sets: Vec<Interval> = report
        .truth
        .iter()
        .map(|value| {
            if exact {
                return Interval::point(value.clone());
            }
            let unit = alike.clone().unwrap_or_else(|| chance.pick(&units).clone());
            let unit = if counts { Number::from(10) } else { unit };
            printed(value, &unit, convention)
        })
        .collect();
    let mut system = report.system(|at| sets[at].clone(), counts);
    if signed {
        system.variables.iter_mut().for_each(|of| of.domain = Interval::all());
    }
    // What the first cell is of its total, in percent: share × total = 100 × cell.
    let (part, whole) = (places[0][0][0], *places[0][0].last().unwrap());
    let share = report.truth[part].checked_div(&report.truth[whole]);
    let with_share = chance.percent(40);
    if let Some(share) = share.filter(|_| with_share) {
        let percent = share * Number::from(100);
        let printed = printed(&percent, &Number::ratio(1, 10), convention);
        let mut add = |name: &str, printed, whole| {
            let domain = Interval::all();
            system.variable(Variable {
                name: name.to_owned(),
                printed,
                domain,
                whole,
                weight: Some(1),
            })
        };
        let rate = add("share", Some(printed), false);
        let hundredfold = add("100 × cell", None, false);
        row(&mut system, vec![(hundredfold, Number::one()), (part, Number::from(-100))]);
        let product = Product { whole: hundredfold, factors: [rate, whole] };
        system.rules.push(Rule { name: "share".to_owned(), says: Says::Product(product) });
    }
    (system, with_share)
}

/// The values that print as this one does.
fn printed(value: &Number, unit: &Number, convention: Convention) -> Interval {
    let shown = round_to(value, unit, convention, Ties::Mirrored);
    let set = rounding_interval(&shown[0], unit, convention, Ties::Mirrored);
    assert!(set.contains(value), "{value} is printed as {}, {set}", shown[0]);
    set
}

#[test]
fn tables_rounded_rightly_are_never_impossible() {
    let (mut shares, mut open) = (0, 0);
    for seed in 0..500 {
        let (system, share) = any_report(seed);
        shares += u32::from(share);
        match Solver::new(&system).decide(&Assumed::all(&system), &budget()) {
            Answer::Possible(_) => {}
            Answer::Impossible(_) => panic!("report {seed} is accused\n{system:#?}"),
            Answer::Unknown(why) => {
                open += 1;
                eprintln!("report {seed}: {why}");
            }
        }
    }
    assert!(shares > 100);
    assert_eq!(open, 0, "of 500 reports are open");
}

/// Four regions of `rows` by `columns` cells with their totals, and the nation, whose cells are the
/// sums of the regions'; each figure rounded to whole units, some misprinted.
struct Balance {
    report: Report,
    printed: Vec<i64>,
    wrong: Vec<usize>,
}

impl Balance {
    fn new(seed: u64, wrong: usize, rows: usize, columns: usize) -> Self {
        let chance = &mut Chance::new(1_000 * wrong as u64 + seed);
        let mut report = Report::default();
        let mut cells = || {
            (0..columns).map(|_| Number::ratio(chance.from(200_000, 9_000_000), 1_000)).collect()
        };
        let mut region = || with_totals((0..rows).map(|_| cells()).collect());
        let regions: Vec<_> = (0..4).map(|_| region()).collect();
        let nation = report.table(&added(&regions));
        let places: Vec<_> = regions.iter().map(|region| report.table(region)).collect();
        for i in 0..=rows {
            for j in 0..=columns {
                report.sum(nation[i][j], places.iter().map(|region| region[i][j]));
            }
        }
        for region in &places {
            region[..rows].iter().for_each(|line| report.line(line));
            report.line(&region.iter().map(|row| row[columns]).collect::<Vec<usize>>());
        }
        let mut printed: Vec<i64> =
            report.truth.iter().map(|value| value.round().to_i64().unwrap()).collect();
        // A figure that stands in one sum only could not be told from its neighbours.
        let times = |at: &usize| report.sums.iter().filter(|sum| sum.contains(at)).count();
        let told: Vec<usize> = (0..printed.len()).filter(|at| times(at) >= 2).collect();
        let mut wrong: Vec<usize> =
            chance.places(wrong, told.len()).into_iter().map(|at| told[at]).collect();
        wrong.sort_unstable();
        wrong.iter().for_each(|at| printed[*at] = misprinted(printed[*at], chance));
        Self { report, printed, wrong }
    }

    fn system(&self) -> System {
        let half = Number::ratio(1, 2);
        let set = |at: usize| {
            let at = Number::from(self.printed[at]);
            Interval::closed(&at - &half, &at + &half)
        };
        self.report.system(set, false)
    }

    /// Whether no other set as small can explain the misprints. It is enough that each stands in
    /// two sums at least, all of them off by more than rounding explains; that no figure stands in
    /// sums of two misprints; and that two sums of one misprint share no other figure. For each of
    /// these sums needs a figure that is changed, none serves two misprints, so there is one for
    /// each misprint, and it serves all its sums: it is the misprint.
    fn must_be_only(&self) -> bool {
        let mut serves: BTreeMap<usize, usize> = BTreeMap::new();
        self.wrong.iter().all(|wrong| {
            let own: Vec<&Vec<usize>> =
                self.report.sums.iter().filter(|sum| sum.contains(wrong)).collect();
            let off = |sum: &&Vec<usize>| {
                let parts: i64 = sum[1..].iter().map(|at| self.printed[*at]).sum();
                2 * (self.printed[sum[0]] - parts).abs() > sum.len() as i64
            };
            let mut seen = BTreeSet::new();
            own.len() >= 2
                && own.iter().all(off)
                && own.iter().all(|sum| {
                    sum.iter().all(|at| {
                        let first = seen.insert(*at) || at == wrong;
                        first && serves.insert(*at, *wrong).is_none_or(|other| other == *wrong)
                    })
                })
        })
    }
}

/// Two digits swapped, one changed, ten times as much, or a tenth; never nearly the same.
fn misprinted(value: i64, chance: &mut Chance) -> i64 {
    let mut digits: Vec<char> = value.to_string().chars().collect();
    let at = chance.from(0, digits.len() as i64 - 1) as usize;
    let new: i64 = match chance.from(0, 4) {
        0 => value * 10,
        1 => (value + 5) / 10,
        2 => {
            digits.swap(at, at + 1);
            digits.iter().collect::<String>().parse().unwrap()
        }
        _ => {
            digits[at] = *chance.pick(&['1', '2', '3', '4', '5', '6', '7', '8', '9']);
            digits.iter().collect::<String>().parse().unwrap()
        }
    };
    if (new - value).abs() >= 20 { new } else { value + 90 }
}

/// How often the misprints must be, and are, the only answer; the time that each table took.
fn misprints(tables: u64, rows: usize, columns: usize) -> (usize, usize, Vec<Duration>) {
    let (mut must, mut only, mut times) = (0, 0, Vec::new());
    for wrong in 0..=5 {
        for seed in 0..tables {
            let balance = Balance::new(seed, wrong, rows, columns);
            let system = balance.system();
            let start = Instant::now();
            let mut solver = Solver::new(&system);
            let all = Assumed::all(&system);
            let sets = match repairs(&system, &mut solver, &all, LIMITS, &budget()) {
                Changes::None => vec![Vec::new()],
                Changes::Never(_) => panic!("everything may change"),
                Changes::Some(least) => {
                    assert_eq!((least.cut, least.open), (None, vec![]));
                    least.sets
                }
            };
            for (of, range) in would_have_to_lie(&mut solver, &all, &balance.wrong, &budget()) {
                let Range::Within(range) = range else { panic!("{range:?}") };
                assert!(range.contains(&balance.report.truth[of]));
                assert!(!range.covers(system.variables[of].printed.as_ref().unwrap()));
            }
            let found = conflicts(&system, &mut solver, &all, LIMITS, &budget());
            times.push(start.elapsed());
            assert!(sets.contains(&balance.wrong), "{wrong} {seed}: {:?}: {sets:?}", balance.wrong);
            assert_eq!((found.sets.is_empty(), found.cut), (wrong == 0, None));
            let alone = sets == [balance.wrong.clone()];
            must += usize::from(balance.must_be_only());
            only += usize::from(alone);
            assert!(alone || !balance.must_be_only(), "{wrong} {seed}: {sets:?}");
        }
    }
    times.sort();
    (must, only, times)
}

#[test]
fn misprints_are_among_the_smallest_sets() {
    let (must, only, times) = misprints(3, 4, 7);
    assert!(
        must >= 9 && only >= must,
        "{must} must be the only answer, {only} are, of {}",
        times.len()
    );
}

/// In tables as small as this, misprints often explain each other.
#[test]
fn misprints_in_narrow_tables_are_listed_with_their_ties() {
    let (must, only, times) = misprints(10, 2, 2);
    assert!(only >= must && only < times.len(), "{only} of {} are the only answer", times.len());
}
