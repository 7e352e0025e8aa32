//! One quantity through a chain of editions: the rows of its comparisons, joined end to end.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::matching::prints;
use super::{Class, Comparison, Print, Row};
use crate::audit::Case;

/// What each edition of a chain prints for one quantity, with what became of it on the way.
///
/// Where an edition prints both the next period of a series and the last one again, the figure of
/// the edition before goes on in two strands. The one of its own name has what went before.
#[derive(Clone, Debug)]
pub struct Strand<'c, 'a> {
    /// What the quantity is called through the editions.
    pub series: &'a str,
    /// The print in each edition; none where it is not in this strand.
    pub prints: Vec<Option<Print<'a>>>,
    /// The row that leads to each edition from the one before; none in the first, and where the
    /// strand is not.
    pub rows: Vec<Option<&'c Row<'a>>>,
}

impl<'a> Strand<'_, 'a> {
    /// The name of its claim in the last edition that has one.
    pub fn name(&self) -> &'a str {
        self.prints.iter().flatten().last().map_or(self.series, |print| print.name)
    }

    /// The classes that it went through, in the order of the editions.
    pub fn classes(&self) -> impl Iterator<Item = Class> {
        self.rows.iter().flatten().map(|row| row.class)
    }

    /// Whether somebody has to look at it.
    pub fn needs_a_look(&self) -> bool {
        self.classes().any(Class::needs_a_look)
    }

    /// Whether anything is to be told of it: more than that figures are unchanged, or gave way to
    /// those of a later period.
    pub fn has_news(&self) -> bool {
        let news = |row: &&Row| row.class != Class::Unchanged || !row.remarks.is_empty();
        self.rows.iter().flatten().any(news)
    }

    /// Whether all of its prints are for one period, so that the strand follows that period.
    pub fn follows_a_period(&self) -> bool {
        let mut rows = self.rows.iter().flatten().filter(|row| row.old.is_some()).peekable();
        rows.peek().is_some() && rows.all(|row| same_period(row))
    }
}

/// The strands of comparisons of which each starts with the edition that the one before ends with.
/// Every row is in one strand, and every print in one or more; strands of one series are next to
/// each other, in the order in which the series are printed first.
pub fn strands<'c, 'a>(case: &'a Case, steps: &[&'c Comparison<'a>]) -> Vec<Strand<'c, 'a>> {
    let Some(first) = steps.first() else { return Vec::new() };
    let editions = steps.len() + 1;
    let mut all: Vec<Strand> = Vec::new();
    // The strand in which the print of an edition stands last.
    let mut ends: HashMap<(usize, &str), usize> = HashMap::new();
    for print in prints(case, &first.old) {
        ends.insert(key(&print), all.len());
        all.push(Strand::from(editions, 0, print));
    }
    for (at, step) in steps.iter().enumerate() {
        let heirs = heirs(step, &all, &ends);
        let mut next = HashMap::new();
        for (number, row) in step.rows.iter().enumerate() {
            let heir = row.old.map(|old| key(&old)).filter(|old| heirs.get(old) == Some(&number));
            let strand = match (heir.and_then(|old| ends.get(&old)), row.old.or(row.new)) {
                (Some(strand), _) => *strand,
                (None, None) => continue,
                (None, Some(print)) => {
                    all.push(Strand::from(editions, at + usize::from(row.old.is_none()), print));
                    all.len() - 1
                }
            };
            all[strand].prints[at + 1] = row.new;
            all[strand].rows[at + 1] = Some(row);
            if let Some(print) = row.new {
                next.insert(key(&print), strand);
            }
        }
        ends = next;
    }
    let mut order: HashMap<&str, usize> = HashMap::new();
    for strand in &all {
        let place = order.len();
        order.entry(strand.series).or_insert(place);
    }
    all.sort_by_key(|strand| order.get(strand.series).copied());
    all
}

impl<'a> Strand<'_, 'a> {
    fn from(editions: usize, at: usize, print: Print<'a>) -> Self {
        let mut strand = Self {
            series: print.series(),
            prints: vec![None; editions],
            rows: vec![None; editions],
        };
        strand.prints[at] = Some(print);
        strand
    }
}

fn key<'a>(print: &Print<'a>) -> (usize, &'a str) {
    (print.edition, print.name)
}

fn same_period(row: &Row) -> bool {
    row.old.zip(row.new).is_none_or(|(old, new)| old.claim.same_period(new.claim))
}

/// Of the rows that set something beside one old print, the one that its strand goes on with: one
/// that follows a period where it did so before, then one of the same name, then the first.
fn heirs<'a>(
    step: &Comparison<'a>,
    all: &[Strand<'_, 'a>],
    ends: &HashMap<(usize, &str), usize>,
) -> HashMap<(usize, &'a str), usize> {
    let rank = |number: usize| {
        let row = &step.rows[number];
        let old = row.old?;
        let last = all[*ends.get(&key(&old))?].rows.iter().flatten().last();
        let like = last.is_none_or(|last| same_period(last) == same_period(row));
        Some((like, row.new.is_some_and(|new| new.name == old.name), Reverse(number)))
    };
    let mut best: HashMap<(usize, &str), usize> = HashMap::new();
    for (number, row) in step.rows.iter().enumerate() {
        let Some(old) = row.old else { continue };
        let held = best.entry(key(&old)).or_insert(number);
        if rank(number) > rank(*held) {
            *held = number;
        }
    }
    best
}
