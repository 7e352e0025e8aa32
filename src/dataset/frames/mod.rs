//! The door to Polars: only the files of this folder import it.

mod cells;
mod decode;
mod open;
mod parts;
mod shown;
mod workbook;
mod write;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use polars::prelude::*;
use polars::sql::SQLContext;

use self::open::first_line;
use super::{
    Ask, Condition, Group, Measure, Measured, Part, Scan, Source, Tables, Take, Texts, Trouble,
    Wanted,
};
use crate::interval::Interval;
use crate::number::Number;

/// The relative error that floating-point aggregates are granted. Polars adds in an order that
/// depends on the machine; double precision over a million rows stays well within this.
const BOUND: f64 = 1e-9;
/// Files up to this size are read once and kept; larger ones are scanned for each measure.
const KEPT_BYTES: u64 = 64 << 20;

/// CSV files as tables, read through Polars.
#[derive(Default)]
pub struct Frames {
    read: Mutex<HashMap<Source, LazyFrame>>,
}

impl Frames {
    fn frame(&self, source: &Source) -> Result<LazyFrame, Trouble> {
        // A lock that a panic left behind still guards whole entries.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = read.get(source) {
            return Ok(frame.clone());
        }
        let mut frame = open::open(source, open::Cells::Typed)?;
        if open::bytes(source) <= KEPT_BYTES {
            frame = frame.collect().map_err(|error| open::trouble(source, &error))?.lazy();
        }
        read.insert(source.clone(), frame.clone());
        Ok(frame)
    }
}

impl Tables for Frames {
    fn prepare(&self, _source: &Source, _asks: &[Ask]) {}

    fn measure(&self, source: &Source, question: &Ask) -> Result<Measured, Trouble> {
        let frame = self.frame(source)?;
        let Measure::Sql(measure) = &question.measure else {
            return Err(Trouble::new(Part::Measure, "not understood"));
        };
        let condition = match &question.condition {
            Some(Condition::Sql(condition)) => Some(condition.as_str()),
            _ => None,
        };
        ask(frame, measure, condition).map_err(|why| Trouble::new(Part::Measure, why))
    }

    fn groups(&self, _source: &Source, _by: &[String], _ask: &Ask) -> Result<Vec<Group>, Trouble> {
        Err(Trouble::new(Part::Measure, "not understood"))
    }

    fn columns(&self, source: &Source) -> Result<Vec<String>, Trouble> {
        cells::columns(source)
    }

    fn rows(&self, source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
        cells::rows(source, wanted, take)
    }

    fn scans(&self) -> Vec<Scan> {
        Vec::new()
    }

    fn write(&self, path: &str, columns: &[(String, Texts)]) -> Result<(), String> {
        write::write(path, columns)
    }
}

/// Asks a table for one number.
fn ask(frame: LazyFrame, measure: &str, condition: Option<&str>) -> Result<Measured, String> {
    let condition = condition.map_or(String::new(), |condition| format!(" WHERE {condition}"));
    let query = format!("SELECT {measure} AS value FROM data{condition}");
    // SQL can name files and addresses of its own; only the declared dataset is asked.
    let plain = query.to_lowercase().replace(char::is_whitespace, "");
    let elsewhere = ["://", ";", "read_csv(", "read_parquet(", "read_ipc(", "read_json("];
    if elsewhere.iter().any(|words| plain.contains(words)) {
        return Err(format!("`{measure}` asks for more than this dataset"));
    }
    let mut context = SQLContext::new();
    context.register("data", frame.clone());
    let columns = || {
        let schema = frame.clone().collect_schema().map(|schema| {
            schema.iter_names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        });
        schema.map_or(String::new(), |names| format!("; the columns are {names}"))
    };
    let answer = context.execute(&query).and_then(LazyFrame::collect);
    let answer = answer.map_err(|error| {
        let line = first_line(&error);
        if line.contains("valid columns") { line } else { format!("{line}{}", columns()) }
    })?;
    if answer.height() != 1 {
        let rows = answer.height();
        let hint = if rows == 0 {
            "no row satisfies the condition"
        } else {
            "use an aggregate such as sum(…) or count(*)"
        };
        return Err(format!("`{measure}` gives {rows} values, not one: {hint}"));
    }
    let value = answer.column("value").and_then(|column| column.get(0).map(AnyValue::into_static));
    let value = value.map_err(|error| first_line(&error))?;
    number(&value, measure).map(|(set, bound)| Measured { set, query, bound, rows: None })
}

/// The value as a set, with the error bound if it was computed in floating point.
fn number(value: &AnyValue, measure: &str) -> Result<(Interval, Option<String>), String> {
    if matches!(value, AnyValue::Null) {
        return Err(format!("`{measure}` gives no value: no row has one"));
    }
    if let AnyValue::String(text) = value {
        let number = Number::decimal(text.trim());
        let number =
            number.ok_or_else(|| format!("`{measure}` gives the text \"{text}\", not a number"))?;
        return Ok((Interval::point(number), None));
    }
    if value.is_integer() {
        let whole = value.extract::<i64>().ok_or_else(|| format!("`{measure}` is too large"))?;
        return Ok((Interval::point(Number::from(whole)), None));
    }
    let float = value.is_float().then(|| value.extract::<f64>()).flatten();
    let float = float.ok_or_else(|| format!("`{measure}` gives {value}, not a number"))?;
    // What comes out a hair beside a whole number is that number.
    let whole = float.round();
    let near = approx::relative_eq!(float, whole, epsilon = 0.0, max_relative = BOUND);
    let center = Number::from_f64(if near { whole } else { float });
    let center = center.ok_or_else(|| format!("`{measure}` gives {float}, not a number"))?;
    let bound = center.abs() * Number::ratio(1, 1_000_000_000);
    let set = Interval::closed(&center - &bound, &center + &bound);
    let shown = format!("{:.1e} ({BOUND:e} of the value)", float.abs() * BOUND);
    Ok((set, Some(shown)))
}
