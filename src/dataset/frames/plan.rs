//! All aggregates over one dataset in one scan.

use std::collections::HashMap;

use polars::prelude::*;

use super::answer::Cell;
use super::groups::{Groups, Split, Twin, chosen, together};
use super::lower::{How, Leaf, plain};
use super::stray;
use crate::dataset::{Part, Source, Trouble};

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

/// Hands out a table with some columns, portion by portion, and says whether a portion is held in
/// memory.
pub(super) type Portions<'a> = dyn Fn(&[PlSmallStr], Take) -> Result<(), Trouble> + 'a;

/// Takes portions.
pub(super) type Take<'a> = &'a mut dyn FnMut(LazyFrame, bool) -> Result<(), Trouble>;

/// Which aggregates are computed in which way.
#[derive(Default)]
struct Plan {
    /// The aggregates of groups.
    groups: Groups,
    /// What comes from the groups.
    split: Vec<Split>,
    /// What is computed over each portion, and put together.
    merged: Vec<usize>,
    /// What needs all values at once.
    whole: Vec<usize>,
}

/// What was gathered from the portions so far.
#[derive(Default)]
struct Gathered {
    kept: Vec<DataFrame>,
    cells: Vec<Cell>,
}

/// Computes all aggregates.
pub(super) fn run(
    source: &Source,
    frame: &LazyFrame,
    portions: &Portions,
    leaves: &[Leaf],
    engine: Engine,
) -> Result<Ran, Trouble> {
    let failed = |error: PolarsError| stray::explain(source, &error, Part::Measure);
    // What keeps a sample from being read is told with its row as the portions are.
    let mut plan = Plan::new(keys(frame, leaves).unwrap_or_default(), leaves);
    let mut gathered = Gathered { cells: vec![Cell::Missing; leaves.len()], ..Gathered::default() };
    if !leaves.is_empty() {
        let exprs = leaves.iter().flat_map(|leaf| leaf.when.iter().chain([&leaf.value]));
        let by = plan.groups.by();
        let columns = names(exprs.chain(&by));
        portions(&columns, &mut |portion, held| {
            plan.groups.tell_apart(&portion, held).map_err(failed)?;
            plan.take(portion, leaves, engine, &mut gathered).map_err(failed)
        })?;
    }
    plan.finish(leaves, gathered).map_err(failed)
}

/// The columns in expressions.
pub(super) fn names<'a>(exprs: impl Iterator<Item = &'a Expr>) -> Vec<PlSmallStr> {
    let mut names: Vec<PlSmallStr> = Vec::new();
    for part in exprs.flat_map(|expr| expr.into_iter()) {
        if let Expr::Column(name) = part
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

impl Plan {
    fn new(keys: Vec<String>, leaves: &[Leaf]) -> Self {
        let mut plan = Self::default();
        let mut index: HashMap<String, usize> = HashMap::new();
        for (at, leaf) in leaves.iter().enumerate() {
            let (chosen, rest): (Vec<Expr>, Vec<Expr>) =
                leaf.when.iter().cloned().partition(|when| over(when, &keys));
            if !leaf.how.is_simple() {
                plan.whole.push(at);
                continue;
            }
            if keys.is_empty() || !rest.iter().all(known) {
                plan.merged.push(at);
                continue;
            }
            // A missing value adds nothing to a sum.
            let expr = leaf.expr(&rest);
            let total = match &leaf.how {
                How::Size(of) => Some(Leaf { how: How::Sum, value: of.clone(), ..leaf.clone() }),
                _ => None,
            };
            let written = |expr: &Expr| format!("{expr:?}");
            let total = total.and_then(|total| index.get(&written(&total.expr(&rest))).copied());
            let groups = &mut plan.groups;
            let base = *index.entry(written(&expr)).or_insert_with(|| {
                let base = groups.bases.len();
                groups.bases.push((leaf.how.clone(), expr));
                if let (Some(of), How::Size(value)) = (total, &leaf.how) {
                    let alike = alike(value, &leaf.value);
                    groups.twins.push(Twin { base, of, alike });
                }
                base
            });
            plan.split.push(Split { leaf: at, base, keys: chosen });
        }
        plan.groups.keys = keys;
        plan
    }

    /// Adds one portion.
    fn take(
        &mut self,
        portion: LazyFrame,
        leaves: &[Leaf],
        engine: Engine,
        to: &mut Gathered,
    ) -> PolarsResult<()> {
        let mut plans = Vec::new();
        if !self.split.is_empty() {
            plans.push(self.groups.of(portion.clone()));
        }
        if !self.merged.is_empty() {
            let leaf = |at: &usize| leaves[*at].expr(&leaves[*at].when).alias(format!("leaf {at}"));
            plans.push(portion.clone().select(self.merged.iter().map(leaf).collect::<Vec<_>>()));
        }
        if !self.whole.is_empty() {
            let exprs = self
                .whole
                .iter()
                .flat_map(|at| leaves[*at].when.iter().chain([&leaves[*at].value]));
            let kept = portion.select(names(exprs).into_iter().map(col).collect::<Vec<_>>());
            let distinct = self.whole.iter().all(|at| leaves[*at].how == How::Distinct);
            plans.push(if distinct { kept.unique(None, UniqueKeepStrategy::Any) } else { kept });
        }
        let mut frames = collect(plans, engine)?.into_iter();
        if !self.split.is_empty()
            && let Some(groups) = frames.next()
        {
            self.groups.add(groups)?;
        }
        if !self.merged.is_empty()
            && let Some(single) = frames.next()
        {
            for (column, at) in single.columns().iter().zip(&self.merged) {
                let so_far = to.cells[*at];
                to.cells[*at] =
                    together(&leaves[*at].how, so_far, leaves[*at].cell(&column.get(0)?)?)?;
            }
        }
        to.kept.extend(frames.next());
        Ok(())
    }

    fn finish(mut self, leaves: &[Leaf], gathered: Gathered) -> PolarsResult<Ran> {
        let mut ran =
            Ran { cells: gathered.cells, from_groups: vec![false; leaves.len()], grouped: None };
        if let Some(groups) = self.groups.all()? {
            let keys = self.groups.keys.clone();
            ran.grouped = Some((keys, groups.height()));
            for (leaf, cell) in chosen(groups, &self.groups.bases, &self.split)? {
                ran.cells[leaf] = cell;
                ran.from_groups[leaf] = true;
            }
        }
        if !self.whole.is_empty() {
            let frames: Vec<LazyFrame> = gathered.kept.into_iter().map(DataFrame::lazy).collect();
            let leaf = |at: &usize| leaves[*at].expr(&leaves[*at].when).alias(format!("leaf {at}"));
            let all = concat(frames, UnionArgs::default())?;
            let all = at_once(all.select(self.whole.iter().map(leaf).collect::<Vec<_>>()))?;
            for (column, at) in all.columns().iter().zip(&self.whole) {
                ran.cells[*at] = leaves[*at].cell(&column.get(0)?)?;
            }
        }
        Ok(ran)
    }
}

/// Aggregates for each group of rows that are alike in the columns `by`, with these columns
/// first.
pub(super) fn groups(
    source: &Source,
    portions: &Portions,
    by: &[String],
    leaves: &[Leaf],
    engine: Engine,
) -> Result<DataFrame, Trouble> {
    let failed = |error: PolarsError| stray::explain(source, &error, Part::Measure);
    let base = |leaf: &Leaf| (leaf.how.clone(), leaf.expr(&leaf.when));
    let mut groups = Groups::new(by.to_vec(), leaves.iter().map(base).collect());
    let exprs = leaves.iter().flat_map(|leaf| leaf.when.iter().chain([&leaf.value]));
    let keys = groups.by();
    let columns = names(exprs.chain(&keys));
    let simple = leaves.iter().all(|leaf| leaf.how.is_simple());
    let mut kept = Vec::new();
    portions(&columns, &mut |portion, _| {
        let add = || {
            if simple {
                return groups.add(one(groups.of(portion), engine)?);
            }
            let all = columns.iter().map(|name| col(name.clone())).collect::<Vec<_>>();
            kept.push(one(portion.select(all), engine)?.lazy());
            Ok(())
        };
        add().map_err(failed)
    })?;
    let mut finish = || {
        if !simple {
            let all = concat(std::mem::take(&mut kept), UnionArgs::default())?;
            groups.add(at_once(groups.of(all))?)?;
        }
        Ok(groups.all()?.unwrap_or_default())
    };
    finish().map_err(failed)
}

/// Collects what needs all values. Values without the missing ones are fewer, which Polars forgets
/// where it computes them once for several aggregates.
fn at_once(plan: LazyFrame) -> PolarsResult<DataFrame> {
    plan.with_comm_subexpr_elim(false).collect()
}

/// Whether values and their magnitudes are the same, over all rows.
fn alike(value: &Expr, magnitude: &Expr) -> Expr {
    // Sums and products of what is not negative are not.
    let plain = value.into_iter().all(|part| match part {
        Expr::Column(_) | Expr::Cast { .. } => true,
        Expr::BinaryExpr { op, .. } => matches!(op, Operator::Plus | Operator::Multiply),
        _ => false,
    });
    if !plain {
        return magnitude.clone().eq(value.clone()).all(true);
    }
    let positive = |name| col(name).min().gt_eq(lit(0)).fill_null(lit(true));
    let columns = names(std::iter::once(value));
    columns.into_iter().map(positive).reduce(Expr::and).unwrap_or_else(|| lit(true))
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
    let conditions = leaves.iter().flat_map(|leaf| &leaf.when).filter(|when| !known(when));
    for part in conditions.flat_map(|when| when.into_iter()) {
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
