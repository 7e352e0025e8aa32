//! Cells as text, row by row.

use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;

use polars::prelude::*;

use super::kinds::{self, Guard};
use super::open::{self, Cells};
use super::portions::{self, Portion};
use super::{decode, plan, sql, stray};
use crate::dataset::{Part, Rows, Source, Take, Texts, Trouble, Wanted};

/// The column with the number of each row.
const NUMBER: &str = "number of the row";
/// How many rows are handed out at once.
const PORTION: usize = 65_536;

/// The names of the columns.
pub(super) fn columns(source: &Source) -> Result<Vec<String>, Trouble> {
    decode::sound(source)?;
    let schema = open::open(source, Cells::Text)?.collect_schema();
    let schema = schema.map_err(|error| open::trouble(source, &error))?;
    Ok(schema.iter_names().map(|name| name.to_string()).collect())
}

/// How the wanted cells are read.
struct Plan {
    /// Which rows; all if not said. What the conditions must not meet is let through, so that it
    /// is seen.
    condition: Option<Expr>,
    columns: Vec<Expr>,
    guards: Vec<Guard>,
    /// Whether the rows are of several files.
    several: bool,
}

impl Plan {
    fn new(source: &Source, wanted: &Wanted) -> Result<Self, Trouble> {
        let trouble = |error: PolarsError| open::trouble(source, &error);
        decode::sound(source)?;
        let (mut frame, several) = open::open_parts(source, Cells::Text)?;
        let texts = frame.collect_schema().map_err(trouble)?;
        let missing = |name: &&String| !texts.contains(name.as_str());
        if let Some(name) = wanted.columns.iter().find(missing) {
            return Err(unknown(source, &texts, name, Part::Column(name.clone())));
        }
        // Conditions compare numbers and dates, not the texts that stand for them.
        let conditions = wanted.condition.is_some() || !wanted.flags.is_empty();
        let typed = if conditions {
            open::open(source, Cells::Typed)?.collect_schema().map_err(trouble)?
        } else {
            texts.clone()
        };
        let asked = |condition: &str| condition_on(source, condition, &texts, &typed);
        let no = |expr: Expr| expr.fill_null(lit(false));
        let (mut guards, mut condition) = (Vec::new(), None);
        if let Some(text) = &wanted.condition {
            let (chosen, own) = asked(text)?;
            let met = own.iter().map(|guard| no(guard.meets.clone()));
            condition = Some(met.fold(no(chosen), Expr::or));
            guards.extend(own);
        }
        let mut columns = vec![col(NUMBER)];
        // A column may be wanted twice.
        let cells = wanted.columns.iter().enumerate();
        columns.extend(cells.map(|(at, name)| col(name.as_str()).alias(format!("cell {at}"))));
        for (at, flag) in wanted.flags.iter().enumerate() {
            let (flag, own) = asked(flag)?;
            columns.push(no(flag).alias(format!("flag {at}")));
            guards.extend(own);
        }
        for (at, guard) in guards.iter().enumerate() {
            columns.push(no(guard.meets.clone()).alias(format!("guard {at}")));
        }
        Ok(Self { condition, columns, guards, several })
    }

    fn read(&self, portion: Portion) -> PolarsResult<DataFrame> {
        let numbers = col(NUMBER).cast(DataType::UInt64) + lit(portion.before + 1);
        let mut frame = portion.frame.with_row_index(NUMBER, None).with_column(numbers);
        if let Some(condition) = &self.condition {
            frame = frame.filter(condition.clone());
        }
        plan::one(frame.select(self.columns.clone()), Engine::Streaming)
    }
}

/// Hands out the wanted cells.
pub(super) fn rows(source: &Source, kept: u64, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
    let conditions = wanted.condition.is_some() || !wanted.flags.is_empty();
    // A value that a condition cannot compare, or the file itself.
    portions(source, kept, wanted, take, &|error| {
        let compares = conditions && error.to_string().contains("conversion from");
        stray::explain(source, error, if compares { Part::Condition } else { Part::Data })
    })
}

/// Hands out the wanted cells, and says what stopped it.
pub(super) fn portions(
    source: &Source,
    kept: u64,
    wanted: &Wanted,
    take: Take,
    say: &(dyn Fn(&PolarsError) -> Trouble + Sync),
) -> Result<(), Trouble> {
    let trouble = |error: PolarsError| open::trouble(source, &error);
    let plan = stray::caught(source, Part::Data, || Plan::new(source, wanted))?;
    let needed = plan::names(plan.columns.iter().chain(&plan.condition));
    let (sender, read) = sync_channel(0);
    std::thread::scope(|scope| {
        let plan = &plan;
        let reading = scope.spawn(move || {
            let sent = portions::each(source, Cells::Text, kept, &needed, &mut |portion| {
                let file = (portion.file.to_string_lossy().into_owned(), portion.start);
                let rows = plan.read(portion).map_err(|error| say(&error))?;
                // Nobody listens once enough has been seen.
                let gone = sender.send(Ok((rows, file))).is_err();
                Ok(if gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            if let Err(trouble) = sent {
                let _ = sender.send(Err(trouble));
            }
        });
        'all: for portion in read {
            let (portion, file) = portion?;
            for (at, guard) in plan.guards.iter().enumerate() {
                let met = portion.column(&format!("guard {at}")).map_err(trouble)?;
                if met.bool().map_err(trouble)?.any() {
                    return Err(guard.trouble(source));
                }
            }
            let file = plan.several.then_some((file.0.as_str(), file.1));
            for start in (0..portion.height()).step_by(PORTION) {
                let portion = portion.slice(start as i64, PORTION);
                if take(convert(source, wanted, &portion, file).map_err(trouble)?).is_break() {
                    break 'all;
                }
            }
        }
        // A thread that breaks down must not pass for the end of the data.
        reading.join().map_err(|_| {
            let what = format!("{} cannot be read: the reader broke down", source.path);
            Trouble::new(Part::Data, what)
        })
    })
}

fn convert(
    source: &Source,
    wanted: &Wanted,
    frame: &DataFrame,
    file: Option<(&str, u64)>,
) -> PolarsResult<Rows> {
    let mut columns = frame.columns().iter().map(Column::as_materialized_series);
    let mut rows = Rows::default();
    if let Some(numbers) = columns.next() {
        let numbers = numbers.cast(&DataType::UInt64)?;
        rows.numbers = numbers.u64()?.into_no_null_iter().collect();
    }
    if let Some((file, before)) = file {
        rows.files = rows.numbers.iter().map(|_| Some(file)).collect();
        rows.within = rows.numbers.iter().map(|number| number - before).collect();
    }
    for (name, column) in wanted.columns.iter().zip(columns.by_ref()) {
        let cells = texts(column, source.decimals_of(name))?;
        let number = column.dtype().is_primitive_numeric() || column.dtype().is_decimal();
        rows.columns.push(match number && source.comma_of(name) {
            true => {
                let comma = |text: Option<&str>| text.map(|text| text.replace('.', ","));
                let cells: Vec<Option<String>> = cells.iter().map(comma).collect();
                cells.iter().map(Option::as_deref).collect()
            }
            false => cells,
        });
    }
    for column in columns.take(wanted.flags.len()) {
        rows.flags.push(column.bool()?.iter().map(|flag| flag.unwrap_or(false)).collect());
    }
    Ok(rows)
}

/// The cells of a column as texts; binary numbers with so many decimals, or in shortest form.
fn texts(column: &Series, decimals: Option<u32>) -> PolarsResult<Texts> {
    if column.dtype() == &DataType::Float64 {
        let mut texts = Texts::default();
        for value in column.f64()?.iter() {
            let text = value.map(|value| match decimals {
                Some(decimals) => format!("{value:.*}", decimals as usize),
                None => value.to_string(),
            });
            texts.push(text.as_deref());
        }
        return Ok(texts);
    }
    let text = column.cast(&DataType::String)?;
    if column.dtype() == &DataType::Float32 {
        // Single precision is shortest before it is widened.
        return texts(&text.cast(&DataType::Float64)?, decimals);
    }
    Ok(text.str()?.iter().collect())
}

/// An SQL condition with its columns read as numbers and dates where they are such.
fn condition_on(
    source: &Source,
    condition: &str,
    texts: &Schema,
    typed: &Schema,
) -> Result<(Expr, Vec<Guard>), Trouble> {
    let expression = sql::read(condition, Part::Condition)?;
    kinds::compared(condition, &expression, Part::Condition, source, typed)?;
    let mut strange = None;
    let expression = kinds::widen_compared(kinds::coerce(expression, typed), typed);
    let summed = |piece: &Expr| match piece {
        // The values of a list in `IN (…)`.
        Expr::Agg(AggExpr::Implode { .. }) => false,
        Expr::Agg(_) | Expr::Len | Expr::Over { .. } => true,
        _ => false,
    };
    if expression.into_iter().any(summed) {
        let what = format!("`{condition}` does not say something of each row by itself");
        return Err(Trouble::new(Part::Condition, what).help("compare the cells of one row"));
    }
    let known = |name: &PlSmallStr| texts.contains(name);
    let named =
        expression.into_iter().all(|piece| !matches!(piece, Expr::Column(name) if !known(name)));
    if named {
        kinds::condition(condition, &expression, typed)?;
    }
    let guards = kinds::guards(&expression, Some(condition), &Part::Condition, source, typed);
    let mut read = |expression: Expr| {
        expression.map_expr(|piece| {
            let Expr::Column(name) = &piece else { return piece };
            match (texts.get(name), typed.get(name)) {
                // What does not fit must not drop out of sight as a missing value.
                (Some(text), Some(kind)) if text != kind => {
                    let missing = source.nulls.iter().fold(lit(false), |any, symbol| {
                        any.or(col(name.clone()).eq(lit(symbol.as_str())))
                    });
                    // It keeps the name of the column, for messages.
                    let present = when(missing.not()).then(col(name.clone())).otherwise(lit(NULL));
                    present.strict_cast(kind.clone())
                }
                (None, _) => {
                    strange.get_or_insert(name.to_string());
                    piece
                }
                _ => piece,
            }
        })
    };
    let expression = read(expression);
    let guards = guards.into_iter().map(|guard| Guard { meets: read(guard.meets), ..guard });
    let guards = guards.collect();
    let Some(name) = strange else { return Ok((expression, guards)) };
    let mut trouble = unknown(source, texts, &name, Part::Condition);
    trouble.at = sql::word(condition, &name);
    Err(trouble)
}

fn unknown(source: &Source, schema: &Schema, name: &str, part: Part) -> Trouble {
    let mut trouble = Trouble::new(part, format!("{} has no column \"{name}\"", source.path));
    let names = schema.iter_names().map(|name| name.to_string());
    trouble.unknown = Some((name.to_owned(), names.collect()));
    trouble
}
