//! Aggregates of groups of rows, from which those over many conditions are put together.

use std::collections::HashMap;

use polars::prelude::*;

use super::answer::Cell;
use super::lower::{How, cell};

/// Aggregates of groups, gathered from the portions of a table.
#[derive(Default)]
pub(super) struct Groups {
    /// The columns that rows are grouped by.
    pub keys: Vec<String>,
    /// What is computed for each group.
    pub bases: Vec<(How, Expr)>,
    /// Sums that are alike as long as nothing is negative.
    pub twins: Vec<Twin>,
    /// What was gathered; the first is put together from earlier portions.
    gathered: Vec<DataFrame>,
}

/// A sum of magnitudes, which need not be computed where it is the sum itself.
pub(super) struct Twin {
    pub base: usize,
    /// The sum.
    pub of: usize,
    /// Whether they are alike, over all rows.
    pub alike: Expr,
}

/// A leaf as an aggregate of groups, and the conditions that choose groups.
pub(super) struct Split {
    pub leaf: usize,
    pub base: usize,
    pub keys: Vec<Expr>,
}

impl Groups {
    pub(super) fn new(keys: Vec<String>, bases: Vec<(How, Expr)>) -> Self {
        Self { keys, bases, ..Self::default() }
    }

    /// The columns that rows are grouped by.
    pub(super) fn by(&self) -> Vec<Expr> {
        self.keys.iter().map(|key| col(key.as_str())).collect()
    }

    /// The groups of one portion.
    pub(super) fn of(&self, portion: LazyFrame) -> LazyFrame {
        let twin = |at: usize| self.twins.iter().find(|twin| twin.base == at);
        let bases = self.bases.iter().enumerate();
        let computed = bases.clone().filter(|(at, _)| twin(*at).is_none());
        let computed = computed.map(|(at, (_, expr))| expr.clone().alias(name(at)));
        let groups = portion.group_by(self.by()).agg(computed.collect::<Vec<_>>());
        let all = bases.map(|(at, _)| match twin(at) {
            Some(twin) => col(name(twin.of)).alias(name(at)),
            None => col(name(at)),
        });
        groups.select(self.by().into_iter().chain(all).collect::<Vec<_>>())
    }

    /// Tells twins apart that differ in a portion, or all if the portion is not held in memory.
    pub(super) fn tell_apart(&mut self, portion: &LazyFrame, held: bool) -> PolarsResult<()> {
        if !held {
            self.twins.clear();
        }
        if self.twins.is_empty() {
            return Ok(());
        }
        let alike = self.twins.iter().enumerate();
        let alike = alike.map(|(at, twin)| twin.alike.clone().alias(name(at)));
        let found = portion.clone().select(alike.collect::<Vec<_>>()).collect()?;
        let mut answers = found.columns().iter();
        self.twins.retain(|_| {
            let answer = answers.next().and_then(|column| column.get(0).ok());
            matches!(answer, Some(AnyValue::Boolean(true)))
        });
        Ok(())
    }

    /// Adds the groups of one portion.
    pub(super) fn add(&mut self, groups: DataFrame) -> PolarsResult<()> {
        self.gathered.push(groups);
        let rows: usize = self.gathered.iter().map(DataFrame::height).sum();
        let merged = self.gathered.first().map_or(0, DataFrame::height);
        if rows > merged.saturating_mul(8) { self.merge() } else { Ok(()) }
    }

    fn merge(&mut self) -> PolarsResult<()> {
        let frames: Vec<LazyFrame> = self.gathered.drain(..).map(DataFrame::lazy).collect();
        let together = |(at, (how, _)): (usize, &(How, Expr))| match how {
            How::Min => col(name(at)).min(),
            How::Max => col(name(at)).max(),
            _ => col(name(at)).sum(),
        };
        let all = concat(frames, UnionArgs::default())?;
        let together = self.bases.iter().enumerate().map(together);
        let all = all.group_by(self.by()).agg(together.collect::<Vec<_>>()).collect()?;
        self.gathered.push(all);
        Ok(())
    }

    /// The groups of all portions, if there were any.
    pub(super) fn all(&mut self) -> PolarsResult<Option<DataFrame>> {
        if self.gathered.len() > 1 {
            self.merge()?;
        }
        Ok(self.gathered.pop())
    }
}

/// The column of an aggregate.
fn name(at: usize) -> String {
    format!("aggregate {at}")
}

/// An aggregate of two portions from those of each.
pub(super) fn together(how: &How, a: Cell, b: Cell) -> PolarsResult<Cell> {
    Ok(match how {
        How::Min => a.least(b, false),
        How::Max => a.least(b, true),
        _ => a.add(b).ok_or_else(|| PolarsError::ComputeError("the sum overflows".into()))?,
    })
}

/// Puts the groups together that each leaf wants.
pub(super) fn chosen(
    groups: DataFrame,
    bases: &[(How, Expr)],
    split: &[Split],
) -> PolarsResult<Vec<(usize, Cell)>> {
    let mut columns = Vec::new();
    for at in 0..bases.len() {
        let column = groups.column(&name(at))?.as_materialized_series().clone();
        columns.push(column.iter().map(|value| cell(&value)).collect::<PolarsResult<Vec<_>>>()?);
    }
    // Conditions are worked out once each, and joined as bits.
    let mut masks: HashMap<String, Vec<bool>> = HashMap::new();
    let mut joined: HashMap<String, Vec<usize>> = HashMap::new();
    let height = groups.height();
    let lazy = groups.lazy();
    let written = |expr: &Expr| format!("{expr:?}");
    let mut wanted: Vec<(String, Expr)> = Vec::new();
    for key in split.iter().flat_map(|split| &split.keys) {
        let text = written(key);
        if masks.insert(text.clone(), Vec::new()).is_none() {
            wanted.push((text, key.clone()));
        }
    }
    if !wanted.is_empty() {
        let all = wanted
            .iter()
            .enumerate()
            .map(|(at, (_, expr))| expr.clone().fill_null(lit(false)).alias(format!("mask {at}")));
        let found = lazy.select(all.collect::<Vec<_>>()).collect()?;
        for (column, (text, _)) in found.columns().iter().zip(wanted) {
            let bits = column.as_materialized_series().bool()?;
            let bits: Vec<bool> = bits.iter().map(|bit| bit == Some(true)).collect();
            let bits =
                if bits.len() == height { bits } else { vec![bits.first() == Some(&true); height] };
            masks.insert(text, bits);
        }
    }
    let kept: HashMap<&String, Vec<usize>> = masks
        .iter()
        .map(|(name, bits)| (name, (0..height).filter(|row| bits[*row]).collect()))
        .collect();
    let mut found = Vec::new();
    for Split { leaf, base, keys } in split {
        let names: Vec<String> = keys.iter().map(written).collect();
        let rows = joined.entry(names.join(" and ")).or_insert_with(|| {
            let bits: Vec<&Vec<bool>> = names.iter().filter_map(|name| masks.get(name)).collect();
            let all = |row: &usize| bits.iter().all(|bits| bits[*row]);
            // Most groups fail the most selective condition, so those it keeps come first.
            let shortest =
                names.iter().filter_map(|name| kept.get(name)).min_by_key(|rows| rows.len());
            match shortest {
                Some(few) => few.iter().copied().filter(all).collect(),
                None => (0..height).collect(),
            }
        });
        let mut total = Cell::Missing;
        for row in rows {
            total = together(&bases[*base].0, total, columns[*base][*row])?;
        }
        found.push((*leaf, total));
    }
    Ok(found)
}
