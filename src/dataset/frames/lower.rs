//! From an expression over rows to arithmetic over aggregates: what is added and divided is
//! exact wherever the data are.

use std::collections::HashMap;

use polars::prelude::*;

use super::answer::Cell;
use crate::dataset::Source;
use crate::number::Number;

/// Arithmetic over aggregates, which are numbered.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Exact(Number),
    /// A number of rows.
    Rows(usize),
    Sum {
        total: usize,
        magnitude: Option<usize>,
        rows: usize,
        scale: u32,
        steps: u32,
        zero: bool,
    },
    /// A value that stands in the data.
    Value {
        leaf: usize,
        scale: u32,
    },
    /// Between the values below and above the place that the probability `at` falls on.
    Quantile {
        low: usize,
        high: usize,
        rows: usize,
        at: Number,
        scale: u32,
    },
    Op(Box<Tree>, Operator, Box<Tree>),
}

/// One aggregate over the rows that satisfy all conditions of `when`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub how: How,
    pub value: Expr,
    pub when: Vec<Expr>,
}

/// How values are put together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum How {
    Rows,
    Sum,
    /// The sum of magnitudes of what this gives; where nothing is negative, that is its own sum.
    Size(Expr),
    Min,
    Max,
    Distinct,
    /// The value at the place `(rows − 1) · over / under`, rounded up if `above`.
    Place {
        over: i64,
        under: i64,
        above: bool,
    },
}

impl How {
    /// Whether the results of portions give that of the whole.
    pub(super) fn is_simple(&self) -> bool {
        matches!(self, Self::Rows | Self::Sum | Self::Size(_) | Self::Min | Self::Max)
    }
}

impl Leaf {
    /// As one expression over all rows.
    pub(super) fn expr(&self, when: &[Expr]) -> Expr {
        let counts = matches!(self.how, How::Rows);
        let needed = when.iter().filter(|when| counts || !said_by(when, &self.value));
        let all = needed.cloned().reduce(Expr::and);
        let kept = match (&all, &self.how) {
            (Some(all), How::Rows) => return all.clone().sum().cast(DataType::Int64),
            (None, How::Rows) => return len().cast(DataType::Int64),
            // Not `filter`, for which the streaming engine makes a stream of its own.
            (Some(all), _) => {
                polars::prelude::when(all.clone()).then(self.value.clone()).otherwise(lit(NULL))
            }
            (None, _) => self.value.clone(),
        };
        match &self.how {
            How::Rows => len(),
            How::Sum | How::Size(_) => kept.sum(),
            How::Min => kept.min(),
            How::Max => kept.max(),
            How::Distinct => kept.drop_nulls().n_unique().cast(DataType::Int64),
            // All values, of which one is taken when they are there: see `Leaf::cell`.
            How::Place { .. } => kept.drop_nulls().sort(SortOptions::default()).implode(true),
        }
    }
}

impl Leaf {
    /// The outcome, from what the expression gave.
    pub(super) fn cell(&self, value: &AnyValue) -> PolarsResult<Cell> {
        let How::Place { over, under, above } = self.how else { return cell(value) };
        let AnyValue::List(values) = value else { return Ok(Cell::Missing) };
        let Some(last) = i128::try_from(values.len()).ok().and_then(|rows| rows.checked_sub(1))
        else {
            return Ok(Cell::Missing);
        };
        let (over, under) = (i128::from(over), i128::from(under));
        let up = if above { under - 1 } else { 0 };
        let place = (last * over + up).div_euclid(under);
        match usize::try_from(place) {
            Ok(place) if last >= 0 => cell(&values.get(place)?),
            _ => Ok(Cell::Missing),
        }
    }
}

/// The outcome of an aggregate.
pub(super) fn cell(value: &AnyValue) -> PolarsResult<Cell> {
    Cell::read(value).map_err(|why| PolarsError::ComputeError(why.into()))
}

/// Whether a condition only says that a value is there which aggregates leave out anyway.
fn said_by(when: &Expr, value: &Expr) -> bool {
    let Expr::Function { input, function: FunctionExpr::Boolean(BooleanFunction::IsNotNull) } =
        when
    else {
        return matches!(when, Expr::BinaryExpr { left, op: Operator::And, right }
            if said_by(left, value) && said_by(right, value));
    };
    // What is missing makes these missing, too.
    let strict = |part: &Expr| match part {
        Expr::Column(_) | Expr::Literal(_) | Expr::Cast { .. } => true,
        Expr::BinaryExpr { op, .. } => op.is_arithmetic(),
        Expr::Function { function, .. } => matches!(function, FunctionExpr::Abs),
        _ => false,
    };
    let mut columns = input.iter().map(|of| match of {
        Expr::Column(name) => value.into_iter().any(|part| *part == Expr::Column(name.clone())),
        _ => false,
    });
    value.into_iter().all(strict) && columns.all(|there| there)
}

/// All aggregates, each once.
#[derive(Default)]
pub(super) struct Leaves {
    pub all: Vec<Leaf>,
    index: HashMap<String, Vec<usize>>,
}

impl Leaves {
    fn add(&mut self, how: How, value: Expr, when: &[Expr]) -> usize {
        let leaf = Leaf { how, value, when: when.to_vec() };
        let same = self.index.entry(format!("{leaf:?}")).or_default();
        if let Some(at) = same.iter().find(|at| self.all[**at] == leaf) {
            return *at;
        }
        same.push(self.all.len());
        self.all.push(leaf);
        self.all.len() - 1
    }
}

/// A value of each row.
pub(super) struct Value {
    expr: Expr,
    /// The sum of the magnitudes of all that is added up in it, in floating point.
    magnitude: Expr,
    /// That nothing it is made of is missing.
    known: Expr,
    /// The power of ten it is multiplied by.
    scale: u32,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Whole numbers of at most 32 bits: their sum cannot overflow.
    Small,
    Whole,
    Decimal,
    /// After so many roundings.
    Float(u32),
}

/// Takes expressions apart.
pub(super) struct Lower<'a> {
    pub schema: &'a Schema,
    pub source: &'a Source,
    pub leaves: &'a mut Leaves,
}

impl Lower<'_> {
    /// The arithmetic of an expression; `None` if it cannot be taken apart.
    pub(super) fn tree(&mut self, expr: &Expr, when: &[Expr]) -> Option<Tree> {
        match expr {
            Expr::Alias(inner, _) => self.tree(inner, when),
            Expr::Literal(literal) => number(literal).map(Tree::Exact),
            Expr::Len => Some(Tree::Rows(self.rows(when))),
            Expr::Cast { expr, dtype: DataTypeExpr::Literal(dtype), .. } if dtype.is_float() => {
                self.tree(expr, when)
            }
            Expr::BinaryExpr { left, op: Operator::Minus, right } if distinct(left, right) => {
                let Expr::Agg(AggExpr::NUnique(of)) = left.as_ref() else { return None };
                self.distinct(of, when)
            }
            Expr::BinaryExpr { left, op, right } if arithmetic(*op) => {
                let (left, right) = (self.tree(left, when)?, self.tree(right, when)?);
                Some(Tree::Op(Box::new(left), *op, Box::new(right)))
            }
            // The sum of SQL is missing where there is nothing to add.
            Expr::Ternary { truthy, falsy, .. } if is_null(falsy) => match truthy.as_ref() {
                Expr::Agg(AggExpr::Sum(of)) => self.sum(of, when, false),
                _ => None,
            },
            Expr::Agg(AggExpr::Sum(of)) => self.sum(of, when, true),
            Expr::Agg(AggExpr::Mean(of)) => {
                let sum = self.sum(of, when, false)?;
                let Tree::Sum { rows, .. } = sum else { return None };
                Some(over(sum, Tree::Rows(rows)))
            }
            Expr::Agg(AggExpr::Count { input, include_nulls: false }) => {
                let (of, when) = unfilter(input, when);
                let when = [when, vec![of.clone().is_not_null()]].concat();
                plain(of).then(|| Tree::Rows(self.rows(&when)))
            }
            Expr::Agg(AggExpr::Min { input, .. }) => self.end(How::Min, input, when),
            Expr::Agg(AggExpr::Max { input, .. }) => self.end(How::Max, input, when),
            Expr::Agg(AggExpr::Median(of)) => self.quantile(of, &Number::ratio(1, 2), when),
            Expr::Function { input, function: FunctionExpr::Quantile { method } }
                if *method == QuantileMethod::Linear =>
            {
                let [of, Expr::Literal(at)] = input.as_slice() else { return None };
                self.quantile(of, &number(at)?, when)
            }
            _ => None,
        }
    }

    pub(super) fn rows(&mut self, when: &[Expr]) -> usize {
        self.leaves.add(How::Rows, lit(1i64), when)
    }

    pub(super) fn sum(&mut self, of: &Expr, when: &[Expr], zero: bool) -> Option<Tree> {
        let (of, mut when) = unfilter(of, when);
        // What counts as nothing where a condition fails is the sum where it holds.
        if let Expr::Ternary { predicate, truthy, falsy } = of
            && (is_null(falsy) || is_zero(falsy))
            && plain(predicate)
        {
            let zero = zero || is_zero(falsy);
            when.push(predicate.as_ref().clone());
            if matches!(truthy.as_ref(), Expr::Literal(one) if number(one) == Some(Number::one())) {
                return Some(Tree::Rows(self.rows(&when)));
            }
            return self.sum(truthy, &when, zero);
        }
        let is_condition = matches!(of, Expr::BinaryExpr { op, .. } if !arithmetic(*op))
            || matches!(of, Expr::Function { function: FunctionExpr::Boolean(_), .. })
            || matches!(of, Expr::Column(name) if self.schema.get(name) == Some(&DataType::Boolean));
        if is_condition && plain(of) {
            when.push(of.clone());
            return Some(Tree::Rows(self.rows(&when)));
        }
        let value = self.value(of)?;
        let known = [when.clone(), vec![value.known]].concat();
        let rows = self.rows(&known);
        let total = self.leaves.add(How::Sum, value.expr.clone(), &when);
        let how = match value.kind {
            Kind::Small => None,
            // Sums of whole numbers might run over, which only the magnitudes tell.
            Kind::Whole | Kind::Decimal => Some(How::Sum),
            Kind::Float(_) => Some(How::Size(value.expr)),
        };
        let magnitude = how.map(|how| self.leaves.add(how, value.magnitude, &when));
        let steps = if let Kind::Float(steps) = value.kind { steps } else { 0 };
        Some(Tree::Sum { total, magnitude, rows, scale: value.scale, steps, zero })
    }

    fn end(&mut self, how: How, of: &Expr, when: &[Expr]) -> Option<Tree> {
        let (of, when) = unfilter(of, when);
        let value = self.value(of)?;
        if matches!(value.kind, Kind::Float(1..)) {
            return None;
        }
        let leaf = self.leaves.add(how, value.expr, &when);
        Some(Tree::Value { leaf, scale: value.scale })
    }

    pub(super) fn distinct(&mut self, of: &Expr, when: &[Expr]) -> Option<Tree> {
        let (of, when) = unfilter(of, when);
        plain(of).then(|| Tree::Rows(self.leaves.add(How::Distinct, of.clone(), &when)))
    }

    pub(super) fn quantile(&mut self, of: &Expr, at: &Number, when: &[Expr]) -> Option<Tree> {
        let (of, when) = unfilter(of, when);
        let value = self.value(of)?;
        let places = at.decimals(9)?;
        let under = Number::pow10(i32::try_from(places).ok()?);
        let (over, under) = ((at * &under).to_i64()?, under.to_i64()?);
        if matches!(value.kind, Kind::Float(1..)) || !(0..=under).contains(&over) {
            return None;
        }
        let mut place =
            |above| self.leaves.add(How::Place { over, under, above }, value.expr.clone(), &when);
        let (low, high) = (place(false), place(true));
        let rows = self.rows(&[when, vec![value.known]].concat());
        Some(Tree::Quantile { low, high, rows, at: at.clone(), scale: value.scale })
    }

    /// A value of each row as a whole number times a power of ten, or in floating point.
    fn value(&self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Column(name) => self.column(name),
            Expr::Literal(literal) => {
                let number = number(literal)?;
                let scale = number.decimals(6)?;
                let scale = u32::try_from(scale).ok()?;
                let whole = (&number * &Number::pow10(scale as i32)).to_i64()?;
                let magnitude = lit(whole).cast(DataType::Float64).abs();
                Some(Value {
                    expr: lit(whole),
                    magnitude,
                    known: lit(true),
                    scale,
                    kind: Kind::Whole,
                })
            }
            Expr::Cast { expr, dtype: DataTypeExpr::Literal(dtype), .. }
                if *dtype == DataType::Float64 =>
            {
                self.value(expr)
            }
            Expr::BinaryExpr { left, op, right } => {
                self.binary(self.value(left)?, *op, self.value(right)?)
            }
            _ => None,
        }
    }

    fn column(&self, name: &PlSmallStr) -> Option<Value> {
        let column = col(name.clone());
        let (whole, float) = (DataType::Int64, DataType::Float64);
        let known = column.clone().is_not_null();
        let magnitude = column.clone().cast(float.clone()).abs();
        let kind = match self.schema.get(name)? {
            DataType::Int8 | DataType::Int16 | DataType::Int32 => Kind::Small,
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::Boolean => {
                Kind::Small
            }
            DataType::Int64 | DataType::UInt64 => Kind::Whole,
            DataType::Decimal(..) => {
                return Some(Value {
                    expr: column,
                    magnitude,
                    known,
                    scale: 0,
                    kind: Kind::Decimal,
                });
            }
            DataType::Float32 | DataType::Float64 => match self.source.decimals_of(name.as_str()) {
                Some(scale) if scale <= 9 => {
                    let power = 10f64.powi(scale as i32);
                    let expr =
                        (column.cast(float) * lit(power)).round(0, RoundMode::HalfAwayFromZero);
                    let (expr, magnitude) = (expr.strict_cast(whole), magnitude * lit(power));
                    return Some(Value { expr, magnitude, known, scale, kind: Kind::Whole });
                }
                _ => {
                    let expr = column.cast(float);
                    return Some(Value { expr, magnitude, known, scale: 0, kind: Kind::Float(0) });
                }
            },
            _ => return None,
        };
        Some(Value { expr: column.strict_cast(whole), magnitude, known, scale: 0, kind })
    }

    fn binary(&self, left: Value, op: Operator, right: Value) -> Option<Value> {
        if left.kind == Kind::Decimal || right.kind == Kind::Decimal {
            return None;
        }
        let steps =
            |value: &Value| if let Kind::Float(steps) = value.kind { Some(steps) } else { None };
        let float = match (steps(&left), steps(&right)) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0) + b.unwrap_or(0) + 2),
        };
        // In floating point the scale is taken out first; an own rounding that `steps` counts.
        let plain = |value: Value| match (float, value.scale) {
            (Some(_), 1..) => {
                let power = lit(10f64.powi(value.scale as i32));
                let expr = value.expr.cast(DataType::Float64) / power.clone();
                Value { expr, magnitude: value.magnitude / power, scale: 0, ..value }
            }
            (Some(_), 0) => Value { expr: value.expr.cast(DataType::Float64), ..value },
            (None, _) => value,
        };
        let (left, right) = (plain(left), plain(right));
        let known = match (&left.known, &right.known) {
            (Expr::Literal(_), known) | (known, Expr::Literal(_)) => known.clone(),
            (a, b) => a.clone().and(b.clone()),
        };
        let kind = float.map_or(Kind::Whole, Kind::Float);
        let scale = left.scale.max(right.scale);
        let raise = |value: Value| {
            let power = 10i64.pow(scale - value.scale);
            match power {
                1 => (value.expr, value.magnitude),
                _ => (value.expr * lit(power), value.magnitude * lit(power as f64)),
            }
        };
        let value = match op {
            Operator::Multiply => {
                let scale = left.scale + right.scale;
                let (expr, magnitude) = (left.expr * right.expr, left.magnitude * right.magnitude);
                Value { expr, magnitude, known, scale, kind }
            }
            Operator::Plus | Operator::Minus => {
                let ((a, m), (b, n)) = (raise(left), raise(right));
                let expr = if op == Operator::Plus { a + b } else { a - b };
                Value { expr, magnitude: m + n, known, scale, kind }
            }
            _ => return None,
        };
        (value.scale <= 12).then_some(value)
    }
}

/// The quotient of two trees.
pub(super) fn over(a: Tree, b: Tree) -> Tree {
    Tree::Op(Box::new(a), Operator::TrueDivide, Box::new(b))
}

/// Whether `expr` says something of each row by itself, so that it may be a condition or be
/// counted under one.
pub(super) fn plain(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Literal(_) => true,
        Expr::BinaryExpr { left, right, .. } => plain(left) && plain(right),
        Expr::Cast { expr, .. } => plain(expr),
        Expr::Ternary { predicate, truthy, falsy } => {
            [predicate, truthy, falsy].into_iter().all(|expr| plain(expr))
        }
        // The values of a list in `IN (…)`.
        Expr::Agg(AggExpr::Implode { input, .. }) => matches!(input.as_ref(), Expr::Literal(_)),
        Expr::Function { input, function } => {
            let boolean = match function {
                FunctionExpr::Boolean(function) => matches!(
                    function,
                    BooleanFunction::IsNull
                        | BooleanFunction::IsNotNull
                        | BooleanFunction::IsIn { .. }
                        | BooleanFunction::IsBetween { .. }
                        | BooleanFunction::Not
                ),
                FunctionExpr::StringExpr(_) => true,
                _ => false,
            };
            boolean && input.iter().all(plain)
        }
        _ => false,
    }
}

/// The conditions that are joined by AND.
pub(super) fn conjuncts(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::BinaryExpr { left, op: Operator::And | Operator::LogicalAnd, right } => {
            [conjuncts(left), conjuncts(right)].concat()
        }
        expr => vec![expr.clone()],
    }
}

fn unfilter<'e>(expr: &'e Expr, when: &[Expr]) -> (&'e Expr, Vec<Expr>) {
    match expr {
        Expr::Filter { input, by } => (input, [when, &conjuncts(by)].concat()),
        expr => (expr, when.to_vec()),
    }
}

fn arithmetic(op: Operator) -> bool {
    matches!(op, Operator::Plus | Operator::Minus | Operator::Multiply | Operator::TrueDivide)
}

/// Whether this is how `count(DISTINCT …)` comes out: the missing value is not counted.
fn distinct(left: &Expr, right: &Expr) -> bool {
    let compares = matches!(right, Expr::BinaryExpr { op: Operator::Gt, .. });
    compares && matches!(left, Expr::Agg(AggExpr::NUnique(_)))
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(literal) if literal.to_any_value() == Some(AnyValue::Null))
}

fn is_zero(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(literal) if number(literal).is_some_and(|n| n.is_zero()))
}

/// A literal as it was written: 0.1 is one tenth.
fn number(literal: &LiteralValue) -> Option<Number> {
    match literal.to_any_value()? {
        AnyValue::Float64(float) => Number::decimal(&float.to_string()),
        value if value.is_integer() => Number::decimal(&value.to_string()),
        _ => None,
    }
}
