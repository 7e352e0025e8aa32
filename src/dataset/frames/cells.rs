//! Cells as text, row by row.

use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;

use polars::prelude::*;

use super::open::{self, Cells, first_line};
use super::plan;
use super::portions::{self, Portion};
use crate::dataset::{Part, Rows, Source, Take, Texts, Trouble, Wanted};

/// The column with the number of each row.
const NUMBER: &str = "number of the row";
/// How many rows are handed out at once.
const PORTION: usize = 65_536;

/// The names of the columns.
pub(super) fn columns(source: &Source) -> Result<Vec<String>, Trouble> {
    let schema = open::open(source, Cells::Text)?.collect_schema();
    let schema = schema.map_err(|error| open::trouble(source, &error))?;
    Ok(schema.iter_names().map(|name| name.to_string()).collect())
}

/// Hands out the wanted cells.
pub(super) fn rows(source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
    let trouble = |error: PolarsError| open::trouble(source, &error);
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
    let sql = |condition: &str| condition_on(source, condition, &texts, &typed);
    let condition = wanted.condition.as_deref().map(sql).transpose()?;
    let mut columns = vec![col(NUMBER)];
    // A column may be wanted twice.
    let cells = wanted.columns.iter().enumerate();
    columns.extend(cells.map(|(at, name)| col(name.as_str()).alias(format!("cell {at}"))));
    for (at, flag) in wanted.flags.iter().enumerate() {
        columns.push(sql(flag)?.fill_null(lit(false)).alias(format!("flag {at}")));
    }
    let needed = plan::names(columns.iter().chain(&condition));
    let read = |portion: Portion| {
        let numbers = col(NUMBER).cast(DataType::UInt64) + lit(portion.before + 1);
        let mut frame = portion.frame.with_row_index(NUMBER, None).with_column(numbers);
        if let Some(condition) = &condition {
            frame = frame.filter(condition.clone());
        }
        let rows = plan::one(frame.select(columns.clone()), Engine::Streaming);
        rows.map_err(|error| misfit(source, &error))
    };
    let (sender, portions) = sync_channel(0);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let sent = portions::each(source, Cells::Text, &needed, &mut |portion| {
                let file = portion.file.to_string_lossy().into_owned();
                // Nobody listens once enough has been seen.
                let gone = sender.send(Ok((read(portion)?, file))).is_err();
                Ok(if gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            if let Err(trouble) = sent {
                let _ = sender.send(Err(trouble));
            }
        });
        'all: for portion in portions {
            let (portion, file) = portion?;
            let file = several.then_some(file.as_str());
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
    file: Option<&str>,
) -> PolarsResult<Rows> {
    let mut columns = frame.columns().iter().map(Column::as_materialized_series);
    let mut rows = Rows::default();
    if let Some(numbers) = columns.next() {
        let numbers = numbers.cast(&DataType::UInt64)?;
        rows.numbers = numbers.u64()?.into_no_null_iter().collect();
    }
    if file.is_some() {
        rows.files = rows.numbers.iter().map(|_| file).collect();
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
    for column in columns {
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
) -> Result<Expr, Trouble> {
    let expression = polars::sql::sql_expr(condition).map_err(|error| {
        let what = format!("`{condition}` is not understood: {}", first_line(&error));
        Trouble::new(Part::Condition, what)
    })?;
    let mut strange = None;
    let expression = expression.map_expr(|piece| {
        let Expr::Column(name) = &piece else { return piece };
        match (texts.get(name), typed.get(name)) {
            // What does not fit must not drop out of sight as a missing value.
            (Some(text), Some(kind)) if text != kind => {
                let missing = source.nulls.iter().fold(lit(false), |any, symbol| {
                    any.or(col(name.clone()).eq(lit(symbol.as_str())))
                });
                let present = when(missing).then(lit(NULL)).otherwise(col(name.clone()));
                present.strict_cast(kind.clone())
            }
            (None, _) => {
                strange.get_or_insert(name.to_string());
                piece
            }
            _ => piece,
        }
    });
    let Some(name) = strange else { return Ok(expression) };
    let mut trouble = unknown(source, texts, &name, Part::Condition);
    trouble.at = condition.find(&name).map(|start| start..start + name.len());
    Err(trouble)
}

/// What stopped the reading: a value that a condition cannot compare, or the file itself.
fn misfit(source: &Source, error: &PolarsError) -> Trouble {
    let text = first_line(error);
    let Some(at) = text.find("conversion from") else { return open::trouble(source, error) };
    let what =
        format!("a condition on {} meets a value of another kind: {}", source.path, &text[at..]);
    Trouble::new(Part::Condition, what)
        .help("declare what stands for missing values, or mend the file")
}

fn unknown(source: &Source, schema: &Schema, name: &str, part: Part) -> Trouble {
    let mut trouble = Trouble::new(part, format!("{} has no column \"{name}\"", source.path));
    let names = schema.iter_names().map(|name| name.to_string());
    trouble.unknown = Some((name.to_owned(), names.collect()));
    trouble
}
