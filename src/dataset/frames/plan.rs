//! All aggregates over one dataset in one scan.

use std::collections::HashMap;

use polars::prelude::*;

use super::answer::Cell;
use super::lower::{How, Leaf, plain};

/// How many groups are worth keeping.
const MOST_GROUPS: usize = 200_000;
/// How many rows are looked at to guess how many groups there will be.
const SAMPLE: u32 = 20_000;
/// How many values a column may have in the sample to be grouped by.
const MOST_VALUES: usize = 500;

/// How the aggregates were computed.
#[derive(Default)]
pub(super) struct Ran {
    pub cells: Vec<Cell>,
    pub grouped: Option<(Vec<String>, usize)>,
    /// Which of them came from the groups.
    pub from_groups: Vec<bool>,
}

/// A leaf as an aggregate of groups, and the conditions that choose groups.
struct Split {
    leaf: usize,
    base: usize,
    keys: Vec<Expr>,
}

/// Computes all aggregates.
pub(super) fn run(frame: &LazyFrame, leaves: &[Leaf], engine: Engine) -> PolarsResult<Ran> {
    let keys = keys(frame, leaves)?;
    let mut bases: Vec<(How, Expr)> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let (mut split, mut others) = (Vec::new(), Vec::new());
    for (at, leaf) in leaves.iter().enumerate() {
        let (chosen, rest): (Vec<Expr>, Vec<Expr>) =
            leaf.when.iter().cloned().partition(|when| over(when, &keys));
        let simple = matches!(leaf.how, How::Rows | How::Sum | How::Min | How::Max);
        if keys.is_empty() || !simple || !rest.iter().all(known) {
            others.push(at);
            continue;
        }
        // A missing value adds nothing to a sum.
        let expr = leaf.expr(&rest);
        let base = *index.entry(format!("{expr:?}")).or_insert_with(|| {
            bases.push((leaf.how.clone(), expr));
            bases.len() - 1
        });
        split.push(Split { leaf: at, base, keys: chosen });
    }
    let mut plans = Vec::new();
    if !split.is_empty() {
        let by = keys.iter().map(|key| col(key.as_str())).collect::<Vec<_>>();
        let aggregates =
            bases.iter().enumerate().map(|(at, (_, expr))| expr.clone().alias(base_name(at)));
        plans.push(frame.clone().group_by(by).agg(aggregates.collect::<Vec<_>>()));
    }
    if !others.is_empty() {
        let all =
            others.iter().map(|at| leaves[*at].expr(&leaves[*at].when).alias(format!("leaf {at}")));
        plans.push(frame.clone().select(all.collect::<Vec<_>>()));
    }
    let mut frames = collect(plans, engine)?.into_iter();
    let mut ran = Ran {
        cells: vec![Cell::Missing; leaves.len()],
        from_groups: vec![false; leaves.len()],
        grouped: None,
    };
    if !split.is_empty()
        && let Some(groups) = frames.next()
    {
        ran.grouped = Some((keys, groups.height()));
        from_groups(groups, &bases, &split, &mut ran)?;
    }
    if let Some(single) = frames.next() {
        for (column, at) in single.columns().iter().zip(&others) {
            ran.cells[*at] = cell(&column.get(0)?)?;
        }
    }
    Ok(ran)
}

/// Collects plans over one frame together, so that the file is read once.
fn collect(plans: Vec<LazyFrame>, engine: Engine) -> PolarsResult<Vec<DataFrame>> {
    match plans.len() {
        0 => Ok(Vec::new()),
        1 => plans.into_iter().map(|plan| one(plan, engine)).collect(),
        _ => {
            let plans = plans.into_iter().map(|plan| plan.logical_plan).collect();
            LazyFrame::collect_all_with_engine(plans, engine, OptFlags::default())
        }
    }
}

/// Collects one plan.
pub(super) fn one(plan: LazyFrame, engine: Engine) -> PolarsResult<DataFrame> {
    // One plan has one result.
    Ok(plan.collect_with_engine(engine)?.unwrap_single())
}

pub(super) fn cell(value: &AnyValue) -> PolarsResult<Cell> {
    Cell::read(value).map_err(|why| PolarsError::ComputeError(why.into()))
}

fn base_name(at: usize) -> String {
    format!("aggregate {at}")
}

/// Whether this says only that values are there.
fn known(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr { left, op: Operator::And, right } => known(left) && known(right),
        Expr::Function { input, function: FunctionExpr::Boolean(BooleanFunction::IsNotNull) } => {
            input.iter().all(|of| matches!(of, Expr::Column(_)))
        }
        Expr::Literal(_) => true,
        _ => false,
    }
}

/// Whether an expression has columns, all of them among these.
fn over(expr: &Expr, keys: &[String]) -> bool {
    let names = expr.into_iter().filter_map(|part| match part {
        Expr::Column(name) => Some(name),
        _ => None,
    });
    let among: Vec<bool> = names.map(|name| keys.iter().any(|key| key == name.as_str())).collect();
    plain(expr) && !among.is_empty() && among.iter().all(|yes| *yes)
}

/// The columns of conditions that have few values, as far as a sample shows.
fn keys(frame: &LazyFrame, leaves: &[Leaf]) -> PolarsResult<Vec<String>> {
    let schema = frame.clone().collect_schema()?;
    let mut named: Vec<String> = Vec::new();
    for part in leaves.iter().flat_map(|leaf| &leaf.when).flat_map(|when| when.into_iter()) {
        if let Expr::Column(name) = part
            && !named.iter().any(|known| known == name.as_str())
            && schema.get(name).is_some_and(|kind| !kind.is_float() && !kind.is_decimal())
        {
            named.push(name.to_string());
        }
    }
    if named.is_empty() {
        return Ok(named);
    }
    named.sort();
    let counts = named.iter().map(|name| col(name.as_str()).n_unique().cast(DataType::Int64));
    let counts = frame.clone().limit(SAMPLE).select(counts.collect::<Vec<_>>()).collect()?;
    let mut sized = Vec::new();
    for (name, count) in named.into_iter().zip(counts.columns()) {
        let count = count.get(0)?.extract::<usize>().unwrap_or(usize::MAX);
        if count <= MOST_VALUES {
            sized.push((count.max(1), name));
        }
    }
    sized.sort();
    let mut product = 1usize;
    sized.retain(|(count, _)| {
        let next = product.saturating_mul(*count);
        let fits = next <= MOST_GROUPS;
        product = if fits { next } else { product };
        fits
    });
    Ok(sized.into_iter().map(|(_, name)| name).collect())
}

/// Puts the groups together that each leaf wants.
fn from_groups(
    groups: DataFrame,
    bases: &[(How, Expr)],
    split: &[Split],
    ran: &mut Ran,
) -> PolarsResult<()> {
    let mut columns = Vec::new();
    for at in 0..bases.len() {
        let column = groups.column(&base_name(at))?.as_materialized_series().clone();
        columns.push(column.iter().map(|value| cell(&value)).collect::<PolarsResult<Vec<_>>>()?);
    }
    // Conditions are worked out once each, and joined as bits.
    let mut masks: HashMap<String, Vec<bool>> = HashMap::new();
    let mut joined: HashMap<String, Vec<usize>> = HashMap::new();
    let rows = groups.height();
    let lazy = groups.lazy();
    let name = |expr: &Expr| format!("{expr:?}");
    let mut wanted: Vec<(String, Expr)> = Vec::new();
    for key in split.iter().flat_map(|split| &split.keys) {
        let text = name(key);
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
                if bits.len() == rows { bits } else { vec![bits.first() == Some(&true); rows] };
            masks.insert(text, bits);
        }
    }
    let kept: HashMap<&String, Vec<usize>> = masks
        .iter()
        .map(|(name, bits)| (name, (0..rows).filter(|row| bits[*row]).collect()))
        .collect();
    for Split { leaf, base, keys } in split {
        let names: Vec<String> = keys.iter().map(name).collect();
        let chosen = joined.entry(names.join(" and ")).or_insert_with(|| {
            let bits: Vec<&Vec<bool>> = names.iter().filter_map(|name| masks.get(name)).collect();
            let all = |row: &usize| bits.iter().all(|bits| bits[*row]);
            // Most groups fail the most selective condition, so those it keeps come first.
            let shortest =
                names.iter().filter_map(|name| kept.get(name)).min_by_key(|rows| rows.len());
            match shortest {
                Some(few) => few.iter().copied().filter(all).collect(),
                None => (0..rows).collect(),
            }
        });
        let mut total = Cell::Missing;
        for row in chosen {
            let cell = columns[*base][*row];
            total = match bases[*base].0 {
                How::Min => total.least(cell, false),
                How::Max => total.least(cell, true),
                _ => total
                    .add(cell)
                    .ok_or_else(|| PolarsError::ComputeError("the sum overflows".into()))?,
            };
        }
        ran.cells[*leaf] = total;
        ran.from_groups[*leaf] = true;
    }
    Ok(())
}
