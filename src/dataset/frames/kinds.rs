//! What columns hold, against what they are compared with.

use std::ops::Range;

use polars::prelude::*;

use super::{sql, stray};
use crate::dataset::{Part, Source, Trouble};

/// Up to here floating point counts in ones.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// The beginning of a date that texts can be compared by.
const DATE: &str = r"^\d{4}-\d{2}-\d{2}";

/// A row that an expression must not meet.
pub(super) struct Guard {
    pub column: String,
    /// What the cell must not be.
    pub wrong: Wrong,
    /// Whether it is that, row by row.
    pub meets: Expr,
    /// Where the expression stands.
    pub part: Part,
    /// Where the column stands in its SQL.
    pub at: Option<Range<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The NaN of floating point, which is above all numbers to Polars, or left out.
    NotANumber,
    /// A text that is compared with a date but is not written as year-month-day.
    NotADate,
    /// A whole number that is reckoned with and compared, and has too many digits for it.
    TooLong,
}

impl Guard {
    /// What is wrong with the first cell that is met.
    pub(super) fn trouble(&self, source: &Source) -> Trouble {
        let name = &self.column;
        let strange = |text: &str| match self.wrong {
            Wrong::NotANumber => stray::number(text).is_some_and(f64::is_nan),
            Wrong::NotADate => !is_date(text),
            Wrong::TooLong => stray::number(text).is_some_and(|number| number.abs() > EXACT.sqrt()),
        };
        let found = stray::find(source, name, strange).map(|stray| stray.shown());
        let found = found.unwrap_or_else(|| format!("of {}", source.path));
        let (what, help) = match self.wrong {
            Wrong::NotANumber => (
                format!("`{name}` does not hold numbers only: {found}"),
                "leave such rows out with a condition on another column, or mend the file",
            ),
            Wrong::NotADate => (
                format!("`{name}` is compared with a date, but {found}"),
                "write dates as year-month-day, such as 2020-01-31",
            ),
            Wrong::TooLong => (
                format!("what is made of `{name}` to be compared has too many digits: {found}"),
                "compare numbers of at most fifteen digits",
            ),
        };
        Trouble { at: self.at.clone(), ..Trouble::new(self.part.clone(), what).help(help) }
    }
}

/// Whether a text begins as `2020-01-31` does.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn columns(expr: &Expr) -> Vec<&PlSmallStr> {
    let pieces = expr.into_iter();
    pieces
        .filter_map(|piece| if let Expr::Column(name) = piece { Some(name) } else { None })
        .collect()
}

/// A text that stands for a date.
fn date(expr: &Expr) -> bool {
    let Expr::Literal(literal) = expr else { return false };
    literal.to_any_value().is_some_and(|value| value.get_str().is_some_and(is_date))
}

/// What is compared with what, in one piece of an expression.
fn sides(piece: &Expr) -> Vec<(&Expr, &Expr)> {
    match piece {
        Expr::BinaryExpr { left, op, right } if op.is_comparison() => {
            vec![(left, right), (right, left)]
        }
        Expr::Function {
            input,
            function: FunctionExpr::Boolean(BooleanFunction::IsBetween { .. }),
        } => match input.as_slice() {
            [first, rest @ ..] => rest.iter().map(|other| (first, other)).collect(),
            [] => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What the rows must not be for an expression to mean what it says.
pub(super) fn guards(
    expr: &Expr,
    text: Option<&str>,
    part: &Part,
    source: &Source,
    schema: &Schema,
) -> Vec<Guard> {
    let mut all: Vec<Guard> = Vec::new();
    let mut add = |name: &PlSmallStr, wrong, meets| {
        let column = name.to_string();
        if !all.iter().any(|guard| guard.column == column && guard.wrong == wrong) {
            let at = text.and_then(|text| sql::word(text, &column));
            all.push(Guard { column, wrong, meets, part: part.clone(), at });
        }
    };
    // The sum of SQL asks whether there is anything to add.
    let bare = expr.clone().map_expr(|piece| match piece {
        Expr::Ternary { truthy, .. } if matches!(truthy.as_ref(), Expr::Agg(AggExpr::Sum(_))) => {
            truthy.as_ref().clone()
        }
        other => other,
    });
    for piece in &bare {
        // Sums and means of what is not a number are none themselves; these are not.
        let blind = match piece {
            Expr::BinaryExpr { op, .. } => op.is_comparison(),
            // NaN is there, as SQL has it.
            Expr::Function {
                function:
                    FunctionExpr::Boolean(BooleanFunction::IsNull | BooleanFunction::IsNotNull),
                ..
            } => false,
            Expr::Function { function: FunctionExpr::Boolean(_), .. } => true,
            Expr::Function { function: FunctionExpr::Quantile { .. }, .. } => true,
            Expr::Agg(AggExpr::Sum(_) | AggExpr::Mean(_) | AggExpr::Implode { .. }) => false,
            Expr::Agg(_) => true,
            _ => false,
        };
        for name in columns(piece).into_iter().filter(|_| blind) {
            if schema.get(name).is_some_and(DataType::is_float) {
                add(name, Wrong::NotANumber, col(name.clone()).is_nan());
            }
        }
        for (a, _) in sides(piece) {
            let whole = |name: &&PlSmallStr| schema.get(name).is_some_and(DataType::is_integer);
            if let Some(name) = columns(a).into_iter().find(whole)
                && reckons(a)
            {
                add(name, Wrong::TooLong, a.clone().abs().gt(lit(EXACT)));
            }
        }
        for (a, b) in sides(piece) {
            if let Expr::Column(name) = a
                && schema.get(name) == Some(&DataType::String)
                && date(b)
            {
                let column = col(name.clone());
                let other = column.clone().str().contains(lit(DATE), true).not();
                let symbols = source.nulls.iter();
                let present = symbols.map(|symbol| column.clone().neq(lit(symbol.as_str())));
                add(name, Wrong::NotADate, present.fold(other, Expr::and));
            }
        }
    }
    all
}

/// Whether numbers are added or multiplied in an expression.
fn reckons(expr: &Expr) -> bool {
    let adds = |op: &Operator| matches!(op, Operator::Plus | Operator::Minus | Operator::Multiply);
    expr.into_iter().any(|piece| matches!(piece, Expr::BinaryExpr { op, .. } if adds(op)))
}

/// Reads whole numbers that are reckoned with or added up as floating point, which does not run
/// over.
pub(super) fn widen(expr: Expr, schema: &Schema) -> Expr {
    let wide = |expr: &Expr| match expr {
        Expr::Column(name) if schema.get(name).is_some_and(DataType::is_integer) => {
            expr.clone().cast(DataType::Float64)
        }
        other => other.clone(),
    };
    expr.map_expr(|piece| match piece {
        Expr::BinaryExpr { left, op, right } if op.is_arithmetic() => {
            Expr::BinaryExpr { left: wide(&left).into(), op, right: wide(&right).into() }
        }
        Expr::Agg(AggExpr::Sum(of)) => Expr::Agg(AggExpr::Sum(wide(&of).into())),
        other => other,
    })
}

/// The same where numbers are reckoned with to be compared.
pub(super) fn widen_compared(expr: Expr, schema: &Schema) -> Expr {
    expr.map_expr(|piece| match piece {
        Expr::BinaryExpr { left, op, right } if op.is_comparison() => {
            let wide = |side: &Expr| {
                let whole = side.into_iter().any(|piece| matches!(piece, Expr::Agg(_)));
                if whole { side.clone() } else { widen(side.clone(), schema) }
            };
            Expr::BinaryExpr { left: wide(&left).into(), op, right: wide(&right).into() }
        }
        Expr::Function { input, function }
            if matches!(function, FunctionExpr::Boolean(BooleanFunction::IsBetween { .. })) =>
        {
            let input = input.into_iter().map(|side| widen(side, schema)).collect();
            Expr::Function { input, function }
        }
        other => other,
    })
}

/// The date or time that a text stands for, as what a column of a kind can be compared with.
fn moment_of(text: &str, kind: &DataType) -> Option<Expr> {
    let since = |moment: jiff::civil::DateTime| {
        let start = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
        i64::try_from(moment.duration_since(start).as_micros()).ok()
    };
    match kind {
        DataType::Date => {
            let date: jiff::civil::Date = text.parse().ok()?;
            let days = since(date.into())?.div_euclid(86_400_000_000);
            Some(lit(i32::try_from(days).ok()?).cast(DataType::Date))
        }
        DataType::Datetime(_, None) => {
            let moment = since(text.parse().ok()?)?;
            Some(lit(moment).cast(DataType::Datetime(TimeUnit::Microseconds, None)))
        }
        _ => None,
    }
}

/// Reads texts that are compared with columns of dates as dates.
pub(super) fn coerce(expr: Expr, schema: &Schema) -> Expr {
    let kind = |expr: &Expr| match expr {
        Expr::Column(name) => schema.get(name).filter(|kind| kind.is_temporal()).cloned(),
        _ => None,
    };
    let read = |expr: Expr, kind: Option<DataType>| {
        let Expr::Literal(literal) = &expr else { return expr };
        let value = literal.to_any_value();
        let moment = kind.zip(value.as_ref().and_then(AnyValue::get_str));
        moment.and_then(|(kind, text)| moment_of(text, &kind)).unwrap_or(expr)
    };
    expr.map_expr(|piece| match piece {
        Expr::BinaryExpr { left, op, right } if op.is_comparison() => {
            let (a, b) = (kind(&left), kind(&right));
            let (left, right) = (read(left.as_ref().clone(), b), read(right.as_ref().clone(), a));
            Expr::BinaryExpr { left: left.into(), op, right: right.into() }
        }
        Expr::Function { input, function }
            if matches!(function, FunctionExpr::Boolean(BooleanFunction::IsBetween { .. })) =>
        {
            let first = input.first().and_then(kind);
            let input = input.into_iter().map(|expr| read(expr, first.clone())).collect();
            Expr::Function { input, function }
        }
        other => other,
    })
}

/// Refuses a condition that compares what cannot be compared, or does not say yes or no.
pub(super) fn condition(text: &str, expr: &Expr, schema: &Schema) -> Result<(), Trouble> {
    let rows = DataFrame::empty_with_schema(schema).lazy();
    let fits = rows.filter(expr.clone()).collect_schema();
    fits.map(drop).map_err(|error| {
        let why = super::open::first_line(&error);
        Trouble::new(Part::Condition, format!("`{text}` cannot be told of a row: {why}"))
            .help("write a condition such as `year >= 2020` or `region IN ('North', 'South')`")
    })
}

/// Refuses to compare texts with numbers, and to reckon with them: some cell of the column is no
/// number, or all are quoted.
pub(super) fn compared(
    text: &str,
    expr: &Expr,
    part: Part,
    source: &Source,
    schema: &Schema,
) -> Result<(), Trouble> {
    let kind = |expr: &Expr| match expr {
        Expr::Column(name) => schema.get(name).cloned(),
        Expr::Literal(literal) => Some(literal.get_datatype()),
        _ => None,
    };
    let words = |expr: &Expr| matches!(kind(expr), Some(DataType::String));
    let number = |expr: &Expr| {
        kind(expr).is_some_and(|kind| kind.is_primitive_numeric() || kind.is_decimal())
            || matches!(expr, Expr::Literal(LiteralValue::Dyn(_)))
    };
    let moment = |expr: &Expr| kind(expr).is_some_and(|kind| kind.is_temporal());
    for piece in expr {
        for (a, b) in sides(piece) {
            if let Expr::Column(name) = a
                && moment(a)
                && number(b)
            {
                let what = format!("`{name}` holds dates or times, not numbers");
                let trouble =
                    Trouble::new(part, what).help("compare it with one, such as '2020-01-31'");
                return Err(Trouble { at: sql::word(text, name), ..trouble });
            }
        }
        let clash = match piece {
            Expr::BinaryExpr { left, right, .. } => {
                let pairs = [(left, right), (right, left)];
                pairs.into_iter().find(|(a, b)| words(a) && number(b)).map(|(a, _)| a.as_ref())
            }
            Expr::Function { input, function: FunctionExpr::Boolean(function) } => {
                let between = matches!(function, BooleanFunction::IsBetween { .. });
                let first = input.first().filter(|first| between && words(first));
                first.filter(|_| input.iter().skip(1).any(number))
            }
            Expr::Agg(AggExpr::Sum(of) | AggExpr::Mean(of) | AggExpr::Median(of)) => {
                Some(of.as_ref()).filter(|of| words(of))
            }
            _ => None,
        };
        match clash {
            Some(Expr::Column(name)) => {
                return Err(Trouble {
                    at: sql::word(text, name),
                    ..no_numbers(name, part, source)
                });
            }
            Some(Expr::Literal(_)) => {
                let what = format!("`{text}` compares a quoted text with numbers");
                return Err(Trouble::new(part, what).help("write the number without quotes"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// That a column does not hold numbers, with the first cell that is none.
pub(super) fn no_numbers(name: &str, part: Part, source: &Source) -> Trouble {
    match stray::find(source, name, stray::no_number) {
        Some(stray) => {
            let what = format!("`{name}` does not hold numbers only: {}", stray.shown());
            let text = stray.text.replace('"', "\\\"");
            Trouble::new(part, what).help(format!(
                "if that stands for a missing value, declare symbols = {{ \"{text}\" = \"missing\" }}"
            ))
        }
        None => Trouble::new(part, format!("`{name}` holds texts, not numbers")),
    }
}
