//! Cells as text, row by row.

use polars::prelude::*;

use super::open::{self, Cells};
use crate::dataset::{Rows, Source, Take, Trouble, Wanted};

/// The names of the columns.
pub(super) fn columns(source: &Source) -> Result<Vec<String>, Trouble> {
    let schema = open::open(source, Cells::Text)?.collect_schema();
    let schema = schema.map_err(|error| open::trouble(source, &error))?;
    Ok(schema.iter_names().map(|name| name.to_string()).collect())
}

/// Hands out the wanted cells.
pub(super) fn rows(source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
    let trouble = |error: PolarsError| open::trouble(source, &error);
    let mut frame = open::open(source, Cells::Text)?.with_row_index("row number", Some(1));
    if let Some(condition) = &wanted.condition {
        frame = frame.filter(polars::sql::sql_expr(condition).map_err(trouble)?);
    }
    let mut columns = vec![col("row number")];
    columns.extend(wanted.columns.iter().map(|name| col(name.as_str()).cast(DataType::String)));
    for (at, flag) in wanted.flags.iter().enumerate() {
        let flag = polars::sql::sql_expr(flag).map_err(trouble)?;
        columns.push(flag.fill_null(lit(false)).alias(format!("flag {at}")));
    }
    let frame = frame.select(columns).collect().map_err(trouble)?;
    let mut rows = Rows::default();
    let numbers = frame.columns()[0].as_materialized_series();
    rows.numbers = numbers.u32().map_err(trouble)?.into_no_null_iter().map(u64::from).collect();
    for column in &frame.columns()[1..=wanted.columns.len()] {
        let texts = column.as_materialized_series().str().map_err(trouble)?;
        rows.columns.push(texts.iter().collect());
    }
    for column in &frame.columns()[wanted.columns.len() + 1..] {
        let flags = column.as_materialized_series().bool().map_err(trouble)?;
        rows.flags.push(flags.iter().map(|flag| flag.unwrap_or(false)).collect());
    }
    let _ = take(rows);
    Ok(())
}
