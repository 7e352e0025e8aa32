//! Which rows are judged at once: one, one with the one before it, a group, a row with those below.

use std::collections::HashMap;

use super::instances::{Layout, What};
use super::quick;
use crate::dataset::Rows;
use crate::figure::{Figure, Terms, Unit};
use crate::interval::Interval;
use crate::number::Number;

/// The rows of one of the times that an assertion is judged, by their place among those read.
#[derive(Clone, Debug)]
pub(super) enum Batch {
    /// One row.
    Row(usize),
    /// A row with the one before it.
    Step { previous: usize, row: usize, trouble: Option<String> },
    /// Rows that are taken together.
    Group(Vec<usize>),
    /// A row of a hierarchy with those below it.
    Node { row: usize, below: Vec<usize>, trouble: Option<String> },
}

impl Batch {
    /// The rows that an operand has cells in; in a list it can have others than outside of one.
    pub fn rows(&self, what: What, listed: bool) -> &[usize] {
        match (self, what) {
            (Self::Row(row), What::Column(_)) => std::slice::from_ref(row),
            (Self::Step { row, .. }, What::Column(_)) => std::slice::from_ref(row),
            (Self::Step { previous, .. }, What::Previous(_)) => std::slice::from_ref(previous),
            (Self::Group(rows), What::Column(_) | What::Flag(_)) => rows,
            (Self::Node { below, .. }, What::Column(_)) if listed => below,
            (Self::Node { row, .. }, What::Column(_)) => std::slice::from_ref(row),
            _ => &[],
        }
    }

    /// Whether operands of this kind can name something of it.
    pub fn takes(&self, what: What) -> bool {
        match self {
            Self::Row(_) | Self::Group(_) => true,
            Self::Step { .. } => !matches!(what, What::Flag(_)),
            Self::Node { .. } => matches!(what, What::Column(_)),
        }
    }

    /// What forbids to judge it.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Step { trouble, .. } | Self::Node { trouble, .. } => trouble.as_deref(),
            Self::Row(_) | Self::Group(_) => None,
        }
    }

    /// The row it is named by.
    pub fn first(&self) -> usize {
        match self {
            Self::Row(row) | Self::Step { row, .. } | Self::Node { row, .. } => *row,
            Self::Group(rows) => rows.first().copied().unwrap_or_default(),
        }
    }
}

impl Layout<'_> {
    /// The rows that are taken together, group by group in the order of the file.
    pub fn groups(&self, rows: &Rows) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<Vec<Option<&str>>, usize> = HashMap::new();
        for row in 0..rows.len() {
            let key = self.by.iter().map(|at| rows.columns[*at].get(row)).collect();
            let at = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[at].push(row);
        }
        groups
    }

    /// What is judged at once of rows that are taken together.
    pub fn together(&self, rows: &Rows) -> Vec<Batch> {
        let groups = self.groups(rows);
        if let Some(along) = self.along {
            return groups.iter().flat_map(|group| self.steps(rows, group, along)).collect();
        }
        if let Some(code) = self.code {
            return groups.iter().flat_map(|group| self.nodes(rows, group, code)).collect();
        }
        groups.into_iter().map(Batch::Group).collect()
    }

    /// The rows of a group by period, with the period where it can be read: all in the order of
    /// the file if none can, and otherwise those that cannot last. `None` if it is no series.
    pub fn by_period(&self, rows: &Rows, group: &[usize]) -> Option<Vec<(Option<Number>, usize)>> {
        let texts = &rows.columns[self.along?];
        let read = |row: &usize| period(texts.get(*row)?);
        let mut dated: Vec<(Option<Number>, usize)> =
            group.iter().map(|row| (read(row), *row)).collect();
        // Where no period can be read, the order of the file is all there is.
        if dated.iter().any(|(at, _)| at.is_some()) {
            dated.sort_by(|a, b| (a.0.is_none(), &a.0).cmp(&(b.0.is_none(), &b.0)));
        }
        Some(dated)
    }

    /// Each row with the one before it, by period.
    fn steps(&self, rows: &Rows, group: &[usize], along: usize) -> Vec<Batch> {
        let dated = self.by_period(rows, group).unwrap_or_default();
        let unreadable = dated.iter().all(|(at, _)| at.is_none());
        let (texts, name) = (&rows.columns[along], &self.wanted.columns[along]);
        let mut steps = Vec::new();
        for pair in dated.windows(2) {
            let [(before, previous), (at, row)] = pair else { continue };
            let number = rows.numbers[*row];
            let text = || texts.get(*row).unwrap_or_default();
            let trouble = if unreadable {
                None
            } else if at.is_none() {
                let text = text();
                Some(format!("{name}, row {number}: \"{text}\" is neither a date nor a number"))
            } else if at == before {
                let first = rows.numbers[*previous];
                Some(format!("{name} is {} in rows {first} and {number}", text()))
            } else {
                None
            };
            steps.push(Batch::Step { previous: *previous, row: *row, trouble });
        }
        steps
    }

    /// Each row of a hierarchy that has rows below it, with these.
    fn nodes(&self, rows: &Rows, group: &[usize], code: usize) -> Vec<Batch> {
        let codes = &rows.columns[code];
        let mut rows_of: HashMap<&str, Vec<usize>> = HashMap::new();
        for row in group {
            rows_of.entry(codes.get(*row).unwrap_or_default()).or_default().push(*row);
        }
        let above = |row: usize| -> Option<&str> {
            let own = codes.get(row)?;
            match self.parent {
                Some(parent) => rows.columns[parent].get(row).filter(|above| !above.is_empty()),
                None => {
                    let starts = own.char_indices().map(|(at, _)| &own[..at]).rev();
                    starts.into_iter().find(|start| rows_of.contains_key(start))
                }
            }
        };
        let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut nodes = Vec::new();
        for row in group {
            let Some(above) = above(*row) else { continue };
            if !rows_of.contains_key(above) {
                let trouble = Some(format!("no row has the code \"{above}\" of its parent"));
                nodes.push(Batch::Node { row: *row, below: Vec::new(), trouble });
            }
            below.entry(above).or_default().push(*row);
        }
        for row in group {
            let own = codes.get(*row).unwrap_or_default();
            let Some(children) = below.get(own) else { continue };
            let twice = rows_of[own].len() > 1;
            let trouble = twice.then(|| {
                let numbers: Vec<String> =
                    rows_of[own].iter().map(|row| rows.numbers[*row].to_string()).collect();
                format!("the code \"{own}\" stands in rows {}", numbers.join(", "))
            });
            nodes.push(Batch::Node { row: *row, below: children.clone(), trouble });
        }
        nodes
    }
}

/// A period as a number to sort by: the first day of a date, or the number itself.
fn period(text: &str) -> Option<Number> {
    if let Some(first) = quick::first_day(text) {
        return Some(Number::from(first));
    }
    let read = |unit: Option<&Unit>| Figure::read(text, Default::default(), unit).ok();
    let figure = read(Some(&Unit::date())).or_else(|| read(None))?;
    let set: Interval = figure.rungs(&Terms::default()).swap_remove(0).set;
    set.lo().map(|end| end.at.clone())
}
