//! The door to Polars: only the files of this folder import it.

mod answer;
mod cells;
mod decode;
mod delimited;
mod groups;
mod kinds;
mod lines;
mod lower;
mod open;
mod parts;
mod plan;
mod portions;
mod sql;
mod stray;
mod workbook;
mod write;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use polars::prelude::*;
use polars::sql::SQLContext;

use self::answer::{Cell, Gone};
use self::lower::{Leaves, Lower, Tree};
use self::sql::{Form, Formed};
use super::{
    Ask, Condition, Group, Measure, Measured, Part, Scan, Source, Tables, Take, Texts, Trouble,
    Wanted,
};

type Answer = Result<Measured, Trouble>;

/// Tables read through Polars.
pub struct Frames {
    /// Files up to this size are held in memory.
    kept: u64,
    frames: Mutex<HashMap<Source, LazyFrame>>,
    answers: Mutex<HashMap<Source, HashMap<Ask, Answer>>>,
    scans: Mutex<Vec<Scan>>,
}

/// One ask, taken apart.
struct Taken<'a> {
    ask: &'a Ask,
    formed: Formed,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A lock that a panic left behind still guards whole entries.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Frames {
    fn default() -> Self {
        Self::streaming_above(open::KEPT_BYTES)
    }
}

impl Frames {
    /// Tables of which those of more than so many bytes are streamed, not held in memory.
    #[doc(hidden)]
    pub fn streaming_above(kept: u64) -> Self {
        Self { kept, frames: Mutex::default(), answers: Mutex::default(), scans: Mutex::default() }
    }

    /// The files that a dataset is read from; none where there are none, or none that can be read.
    pub fn files(source: &Source) -> Vec<std::path::PathBuf> {
        parts::files(source).unwrap_or_default()
    }

    fn engine(&self, source: &Source) -> Engine {
        if open::bytes(source) > self.kept { Engine::Streaming } else { Engine::InMemory }
    }

    /// How a table is handed out for aggregating.
    fn portions<'a>(&self, source: &'a Source, frame: &'a LazyFrame) -> Box<plan::Portions<'a>> {
        let kept = self.kept;
        Box::new(move |columns, take| {
            if open::bytes(source) <= kept {
                return take(frame.clone(), true);
            }
            portions::ahead(source, kept, columns, take)
        })
    }

    fn frame(&self, source: &Source) -> Result<LazyFrame, Trouble> {
        let mut frames = lock(&self.frames);
        if let Some(frame) = frames.get(source) {
            return Ok(frame.clone());
        }
        decode::sound(source)?;
        let mut frame = open::open(source, open::Cells::Typed)?;
        if self.engine(source) == Engine::InMemory {
            let kept = frame.collect();
            let kept = kept.map_err(|error| stray::explain(source, &error, Part::Data))?;
            if kept.height() == 0 {
                let what = format!("{} is empty: it has no rows", source.path);
                return Err(Trouble::new(Part::Data, what));
            }
            frame = kept.lazy();
        }
        frames.insert(source.clone(), frame.clone());
        Ok(frame)
    }

    /// All answers, in the order of the asks.
    fn answer(&self, source: &Source, asks: &[&Ask]) -> Vec<Answer> {
        let run = || Ok(self.computed(source, asks));
        match stray::caught(source, Part::Measure, run) {
            Ok(answers) => answers,
            // What fails is found by asking one by one.
            Err(_) if asks.len() > 1 => {
                asks.iter().flat_map(|ask| self.answer(source, &[ask])).collect()
            }
            Err(trouble) => vec![Err(trouble)],
        }
    }

    fn computed(&self, source: &Source, asks: &[&Ask]) -> Vec<Answer> {
        let frame = match self.frame(source) {
            Ok(frame) => frame,
            Err(trouble) => return vec![Err(trouble); asks.len()],
        };
        let schema = match frame.clone().collect_schema() {
            Ok(schema) => schema,
            Err(error) => return vec![Err(open::trouble(source, &error)); asks.len()],
        };
        let mut leaves = Leaves::default();
        let mut lower = Lower { schema: &schema, source, leaves: &mut leaves };
        let taken: Vec<Result<Taken, Trouble>> = asks
            .iter()
            .map(|ask| sql::form(ask, &mut lower).map(|formed| Taken { ask, formed }))
            .collect();
        let engine = self.engine(source);
        let portions = &*self.portions(source, &frame);
        let ran = match plan::run(source, &frame, portions, &leaves.all, engine) {
            Ok(ran) => ran,
            // What fails is found by asking one by one.
            Err(trouble) if trouble.part != Part::Data && asks.len() > 1 => {
                return asks.iter().flat_map(|ask| self.answer(source, &[ask])).collect();
            }
            Err(trouble) => return vec![Err(trouble); asks.len()],
        };
        let ready = taken.iter().flatten();
        if engine == Engine::Streaming
            && ready.clone().any(|taken| !matches!(taken.formed.form, Form::Tree(..)))
            && let Err(trouble) = portions::check(source, self.kept)
        {
            return vec![Err(trouble); asks.len()];
        }
        let grouped = |taken: &&Taken| match &taken.formed.form {
            Form::Tree(tree, _) => from_groups(tree, &ran.from_groups),
            _ => false,
        };
        let apart =
            ready.clone().filter(|taken| !matches!(taken.formed.form, Form::Tree(..))).count();
        lock(&self.scans).push(Scan {
            path: source.path.clone(),
            measures: asks.len(),
            scans: usize::from(!leaves.all.is_empty()) + apart,
            grouped: ran.grouped.clone(),
            from_groups: ready.filter(grouped).count(),
            streamed: engine == Engine::Streaming,
        });
        let finish = |taken: Result<Taken, Trouble>| {
            taken.and_then(|taken| finish(&taken, source, &frame, &ran.cells, engine))
        };
        taken.into_iter().map(finish).collect()
    }

    fn grouped(&self, source: &Source, by: &[String], ask: &Ask) -> Result<Vec<Group>, Trouble> {
        let frame = self.frame(source)?;
        let failed = |error: PolarsError| open::trouble(source, &error);
        let schema = frame.clone().collect_schema().map_err(failed)?;
        let mut leaves = Leaves::default();
        let mut lower = Lower { schema: &schema, source, leaves: &mut leaves };
        for name in by {
            let _ = sql::column(name, &lower)?;
        }
        let formed = sql::form(ask, &mut lower)?;
        let Form::Tree(..) = &formed.form else {
            let what = format!("`{}` cannot be computed for groups", written(&ask.measure));
            let help = "use counts, sums, means, quantiles, and arithmetic of these";
            return Err(Trouble::new(Part::Measure, what).help(help));
        };
        let taken = Taken { ask, formed };
        let engine = self.engine(source);
        let texts = by.iter().map(|name| col(name.as_str()).cast(DataType::String));
        let texts: Vec<Expr> = texts.collect();
        let portions = &*self.portions(source, &frame);
        let table = plan::groups(source, portions, by, &leaves.all, engine)?;
        let table = table.lazy().with_columns(texts).collect().map_err(failed)?;
        let mut groups = Vec::new();
        for row in 0..table.height() {
            let (mut key, mut cells) = (Vec::new(), Vec::new());
            for (at, column) in table.columns().iter().enumerate() {
                let value = column.get(row).map_err(failed)?;
                if at < by.len() {
                    key.push(value.get_str().map(str::to_owned));
                } else {
                    cells.push(leaves.all[at - by.len()].cell(&value).map_err(failed)?);
                }
            }
            // A group of rows that all fail the condition is none.
            let none = |at: usize| matches!(cells.get(at), Some(Cell::Whole(0, _)));
            if taken.formed.rows.is_some_and(none) {
                continue;
            }
            groups.push(Group { key, measured: finish(&taken, source, &frame, &cells, engine) });
        }
        groups.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(groups)
    }
}

fn from_groups(tree: &Tree, leaves: &[bool]) -> bool {
    let is = |leaf: &usize| leaves.get(*leaf) == Some(&true);
    match tree {
        Tree::Exact(_) => true,
        Tree::Rows(leaf) | Tree::Value { leaf, .. } => is(leaf),
        Tree::Sum { total, rows, .. } => is(total) && is(rows),
        Tree::Quantile { low, .. } => is(low),
        Tree::Op(a, _, b) => from_groups(a, leaves) && from_groups(b, leaves),
    }
}

/// The answer to one ask.
fn finish(
    taken: &Taken,
    source: &Source,
    frame: &LazyFrame,
    cells: &[Cell],
    engine: Engine,
) -> Answer {
    let met = |at: &usize| matches!(cells.get(*at), Some(Cell::Whole(1.., _)));
    if let Some((_, guard)) = taken.formed.guards.iter().find(|(at, _)| met(at)) {
        return Err(guard.trouble(source));
    }
    let rows = taken.formed.rows.and_then(|at| match cells.get(at) {
        Some(Cell::Whole(rows, _)) => u64::try_from(*rows).ok(),
        // No group satisfies the condition.
        Some(Cell::Missing) => Some(0),
        _ => None,
    });
    let name = written(&taken.ask.measure);
    let gone = |gone: Gone| match gone {
        Gone::NoRows if rows == Some(0) => {
            Trouble::new(Part::Condition, format!("no row satisfies the condition of `{name}`"))
        }
        Gone::NoRows => Trouble::new(
            Part::Measure,
            format!("`{name}` has no value: no row that is asked for has one"),
        ),
        Gone::NotFinite(value) => {
            let mut columns = sql::named(&taken.ask.measure);
            columns.extend(taken.ask.weight.clone());
            let strange = |text: &str| stray::number(text).is_some_and(|value| !value.is_finite());
            let found = columns.iter().find_map(|column| {
                let stray = stray::find(source, column, strange)?;
                Some(format!("{} in column \"{column}\"", stray.shown()))
            });
            let why = found.unwrap_or_else(|| "it is too large, or of what is no number".into());
            Trouble::new(Part::Measure, format!("`{name}` gives {value}: {why}"))
        }
        Gone::Other(why) => Trouble::new(Part::Measure, format!("`{name}`: {why}")),
    };
    let near = match &taken.formed.form {
        Form::Tree(tree, outer) => {
            // A count of nothing is zero; anything else of nothing is no answer.
            let near = answer::work_out(tree, cells);
            match (near, rows) {
                (Err(_), Some(0)) => return Err(gone(Gone::NoRows)),
                (near, _) => {
                    let shaped = near.and_then(|near| {
                        outer.iter().try_fold(near, |near, outer| outer.apply(near))
                    });
                    shaped.map_err(gone)?
                }
            }
        }
        Form::Whole(..) if rows == Some(0) => return Err(gone(Gone::NoRows)),
        Form::Whole(expr, condition) => {
            let value = |frame: LazyFrame| {
                let frame = match condition {
                    Some(condition) => frame.filter(condition.clone()),
                    None => frame,
                };
                single(frame.select([expr.clone().alias("value")]), &name, engine)
            };
            let again = value(otherwise(frame, engine)?)?;
            answer::whole(value(frame.clone())?, again).map_err(gone)?
        }
        Form::Query(query) => {
            let value = |frame: LazyFrame| {
                let mut context = SQLContext::new();
                context.register("data", frame);
                let misread = |error: PolarsError| sql::misread(query, 0, Part::Measure, &error);
                let mut plan = context.execute(query).map_err(misread)?;
                plan.collect_schema().map_err(misread)?;
                single(plan, &name, engine)
            };
            let first = value(frame.clone())?;
            let again = value(otherwise(frame, engine)?)?;
            answer::whole(first, again).map_err(gone)?
        }
    };
    let (set, bound) = answer::set(&near);
    Ok(Measured { set, query: query(taken.ask), bound, rows })
}

/// The rows in the other order, with whole numbers in floating point, which does not run over.
fn otherwise(frame: &LazyFrame, engine: Engine) -> Result<LazyFrame, Trouble> {
    let schema = frame.clone().collect_schema().map_err(|error| {
        Trouble::new(
            Part::Measure,
            format!("this cannot be computed: {}", open::first_line(&error)),
        )
    })?;
    let whole = schema.iter().filter(|(_, kind)| kind.is_integer());
    let wide = whole.map(|(name, _)| col(name.clone()).cast(DataType::Float64));
    let frame = frame.clone().with_columns(wide.collect::<Vec<_>>());
    // To turn the rows round they must all be in memory.
    Ok(if engine == Engine::Streaming { frame } else { frame.reverse() })
}

/// The one value of a frame.
fn single(plan: LazyFrame, name: &str, engine: Engine) -> Result<Cell, Trouble> {
    let trouble = |what: String| Trouble::new(Part::Measure, what);
    let frame = plan::one(plan, engine)
        .map_err(|error| trouble(format!("`{name}`: {}", open::first_line(&error))))?;
    let (height, width) = (frame.height(), frame.width());
    if (height, width) != (1, 1) {
        let what = format!("`{name}` gives {} values, not one", height * width);
        return Err(trouble(format!("{what}: use an aggregate such as sum(…) or count(*)")));
    }
    let value = frame.columns()[0].get(0);
    let value = value.map_err(|error| trouble(open::first_line(&error)))?;
    Cell::read(&value).map_err(|why| trouble(format!("`{name}` {why}")))
}

/// A measure as SQL, or as near to it as it comes.
fn written(measure: &Measure) -> String {
    match measure {
        Measure::Sql(sql) | Measure::Query(sql) => sql.clone(),
        Measure::Count => "count(*)".to_owned(),
        Measure::Share(part) => format!("share({})", which(part)),
        Measure::Sum(of) => format!("sum({of})"),
        Measure::Mean(of) => format!("avg({of})"),
        Measure::Median(of) => format!("median({of})"),
        Measure::Quantile(of, at) => format!("quantile_cont({of}, {at})"),
        Measure::Min(of) => format!("min({of})"),
        Measure::Max(of) => format!("max({of})"),
        Measure::Distinct(of) => format!("count(DISTINCT {of})"),
        Measure::Rate { of, per, times } => format!("{times} * sum({of}) / sum({per})"),
    }
}

fn which(condition: &Condition) -> String {
    let Condition::Equal(pairs) = condition else {
        let Condition::Sql(sql) = condition else { return String::new() };
        return sql.clone();
    };
    let quoted = |value: &String| format!("'{}'", value.replace('\'', "''"));
    let one = |(name, values): &(String, Vec<String>)| match values.as_slice() {
        [value] => format!("{name} = {}", quoted(value)),
        values => {
            let values: Vec<String> = values.iter().map(quoted).collect();
            format!("{name} IN ({})", values.join(", "))
        }
    };
    pairs.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

fn query(ask: &Ask) -> String {
    if let Measure::Query(query) = &ask.measure {
        return query.clone();
    }
    let condition = ask.condition.as_ref().map(|condition| format!(" WHERE {}", which(condition)));
    let weight = ask.weight.as_ref().map(|weight| format!(", weighted by {weight}"));
    let (condition, weight) = (condition.unwrap_or_default(), weight.unwrap_or_default());
    format!("SELECT {} AS value FROM data{condition}{weight}", written(&ask.measure))
}

impl Tables for Frames {
    fn prepare(&self, source: &Source, asks: &[Ask]) {
        let mut new: Vec<&Ask> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        new.extend(asks.iter().filter(|ask| seen.insert(*ask)));
        let answers = self.answer(source, &new);
        let mut kept = lock(&self.answers);
        let kept = kept.entry(source.clone()).or_default();
        kept.extend(new.into_iter().cloned().zip(answers));
    }

    fn measure(&self, source: &Source, ask: &Ask) -> Answer {
        let known = |frames: &Self| lock(&frames.answers).get(source)?.get(ask).cloned();
        if let Some(answer) = known(self) {
            return answer;
        }
        self.prepare(source, std::slice::from_ref(ask));
        known(self).unwrap_or_else(|| Err(Trouble::new(Part::Measure, "this gives no answer")))
    }

    fn groups(&self, source: &Source, by: &[String], ask: &Ask) -> Result<Vec<Group>, Trouble> {
        stray::caught(source, Part::Measure, || self.grouped(source, by, ask))
    }

    fn columns(&self, source: &Source) -> Result<Vec<String>, Trouble> {
        stray::caught(source, Part::Data, || cells::columns(source))
    }

    fn rows(&self, source: &Source, wanted: &Wanted, take: Take) -> Result<(), Trouble> {
        cells::rows(source, self.kept, wanted, take)
    }

    fn scans(&self) -> Vec<Scan> {
        lock(&self.scans).clone()
    }

    fn write(&self, path: &str, columns: &[(String, Texts)]) -> Result<(), String> {
        write::write(path, columns)
    }
}
