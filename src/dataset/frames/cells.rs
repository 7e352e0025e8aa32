//! Cells as text, row by row.

use std::num::NonZeroUsize;
use std::sync::mpsc::sync_channel;

use polars::prelude::*;

use super::decode;
use super::kinds::{self, Guard};
use super::open::{self, Cells, FILE};
use super::{sql, stray};
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
    frame: LazyFrame,
    /// What the conditions must not meet.
    guards: Vec<Guard>,
    /// Whether the rows are of several files.
    several: bool,
}

fn plan(source: &Source, wanted: &Wanted) -> Result<Plan, Trouble> {
    let trouble = |error: PolarsError| open::trouble(source, &error);
    decode::sound(source)?;
    let (mut frame, several) = open::open_parts(source, Cells::Text, true)?;
    let texts = frame.collect_schema().map_err(trouble)?;
    let missing = |name: &&String| !texts.contains(name.as_str());
    if let Some(name) = wanted.columns.iter().find(missing) {
        return Err(unknown(source, &texts, name, Part::Column(name.clone())));
    }
    frame = frame.with_row_index(NUMBER, Some(1));
    // Conditions compare numbers and dates, not the texts that stand for them.
    let conditions = wanted.condition.is_some() || !wanted.flags.is_empty();
    let typed = if conditions {
        open::open(source, Cells::Typed)?.collect_schema().map_err(trouble)?
    } else {
        texts.clone()
    };
    let asked = |condition: &str| condition_on(source, condition, &texts, &typed);
    let mut guards = Vec::new();
    if let Some(condition) = &wanted.condition {
        let (condition, own) = asked(condition)?;
        // What the condition must not meet is let through, so that it is seen.
        let met = own.iter().map(|guard| guard.meets.clone().fill_null(lit(false)));
        frame = frame.filter(met.fold(condition.fill_null(lit(false)), Expr::or));
        guards.extend(own);
    }
    let mut columns = vec![col(NUMBER)];
    columns.extend(several.then(|| col(FILE)));
    // A column may be wanted twice.
    let cells = wanted.columns.iter().enumerate();
    columns.extend(cells.map(|(at, name)| col(name.as_str()).alias(format!("cell {at}"))));
    for (at, flag) in wanted.flags.iter().enumerate() {
        let (flag, own) = asked(flag)?;
        columns.push(flag.fill_null(lit(false)).alias(format!("flag {at}")));
        guards.extend(own);
    }
    for (at, guard) in guards.iter().enumerate() {
        columns.push(guard.meets.clone().fill_null(lit(false)).alias(format!("guard {at}")));
    }
    Ok(Plan { frame: frame.select(columns), guards, several })
}

/// Hands out the wanted cells.
pub(super) fn rows(source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
    let conditions = wanted.condition.is_some() || !wanted.flags.is_empty();
    // A value that a condition cannot compare, or the file itself.
    portions(source, wanted, take, &|error| {
        let compares = conditions && error.to_string().contains("conversion from");
        stray::explain(source, error, if compares { Part::Condition } else { Part::Data })
    })
}

/// Hands out the wanted cells, and says what stopped it.
pub(super) fn portions(
    source: &Source,
    wanted: &Wanted,
    take: Take,
    say: &dyn Fn(&PolarsError) -> Trouble,
) -> Result<(), Trouble> {
    let trouble = |error: PolarsError| open::trouble(source, &error);
    let Plan { frame, guards, several } =
        stray::caught(source, Part::Data, || plan(source, wanted))?;
    // Polars runs on a thread of its own and waits until a portion is taken.
    let (sender, read) = sync_channel(1);
    let send = sender.clone();
    let hand = PlanCallback::new(move |portion| Ok(send.send(Ok(portion)).is_err()));
    let portion = NonZeroUsize::new(PORTION);
    let plan = frame.sink_batches(hand, true, portion).map_err(trouble)?;
    let reading = std::thread::spawn(move || {
        if let Err(error) = plan.collect_with_engine(Engine::Streaming) {
            // Nobody listens once enough has been seen.
            let _ = sender.send(Err(error));
        }
    });
    for portion in read {
        let portion: DataFrame = portion.map_err(|error: PolarsError| say(&error))?;
        if portion.height() == 0 {
            continue;
        }
        for (at, guard) in guards.iter().enumerate() {
            let met = portion.column(&format!("guard {at}")).map_err(trouble)?;
            if met.bool().map_err(trouble)?.any() {
                return Err(guard.trouble(source));
            }
        }
        if take(convert(source, wanted, &portion, several).map_err(trouble)?).is_break() {
            break;
        }
    }
    // A thread that breaks down must not pass for the end of the data.
    reading.join().map_err(|_| {
        Trouble::new(Part::Data, format!("{} cannot be read: the reader broke down", source.path))
    })
}

fn convert(
    source: &Source,
    wanted: &Wanted,
    frame: &DataFrame,
    several: bool,
) -> PolarsResult<Rows> {
    let mut columns = frame.columns().iter().map(Column::as_materialized_series);
    let mut rows = Rows::default();
    if let Some(numbers) = columns.next() {
        let numbers = numbers.cast(&DataType::UInt64)?;
        rows.numbers = numbers.u64()?.into_no_null_iter().collect();
    }
    if several && let Some(files) = columns.next() {
        rows.files = files.str()?.iter().collect();
    }
    for (name, column) in wanted.columns.iter().zip(columns.by_ref()) {
        rows.columns.push(texts(column, source.decimals_of(name))?);
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
    let names = schema.iter_names().map(|name| name.to_string()).filter(|name| name != FILE);
    trouble.unknown = Some((name.to_owned(), names.collect()));
    trouble
}
