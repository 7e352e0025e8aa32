//! From what is asked to an expression, with what is wrong in it.

use std::ops::Range;

use polars::prelude::*;
use polars::sql::{SQLContext, sql_expr};

use super::answer::Outer;
use super::kinds::{self, Guard};
use super::lower::{Lower, Tree, conjuncts, over, plain};
use crate::dataset::{Ask, Condition, Measure, Part, Trouble};

/// What an ask comes to.
pub(super) enum Form {
    /// Arithmetic over aggregates, and what is done with the outcome, in order.
    Tree(Tree, Vec<Outer>),
    /// One expression over the rows that satisfy a condition, computed as a whole.
    Whole(Expr, Option<Expr>),
    /// A query of its own.
    Query(String),
}

/// What an ask comes to, and the aggregate that counts its rows.
pub(super) struct Formed {
    pub form: Form,
    pub rows: Option<usize>,
    /// What must not be met, each with the aggregate that counts how often it is.
    pub guards: Vec<(usize, Guard)>,
}

/// Takes an ask apart.
pub(super) fn form(ask: &Ask, lower: &mut Lower) -> Result<Formed, Trouble> {
    let condition =
        ask.condition.as_ref().map(|condition| expr_of(condition, lower)).transpose()?;
    let (form, rows, measured) = form_of(ask, condition.as_ref(), lower)?;
    let mut all = Vec::new();
    let (source, schema) = (lower.source, lower.schema);
    let mut guard = |expr: &Expr, sql: Option<&str>, part| {
        all.extend(kinds::guards(expr, sql, &part, source, schema));
    };
    let mut when = Vec::new();
    if let Some((condition, written)) = condition.as_ref().zip(ask.condition.as_ref()) {
        let text = if let Condition::Sql(sql) = written { Some(sql.as_str()) } else { None };
        guard(condition, text, Part::Condition);
        when = conjuncts(condition);
        when.retain(plain);
    }
    let (part, none) = (Part::Measure, None);
    match &ask.measure {
        Measure::Sql(sql) => measured.iter().for_each(|expr| guard(expr, Some(sql), part.clone())),
        Measure::Share(condition) => {
            let text = if let Condition::Sql(sql) = condition { Some(sql.as_str()) } else { None };
            guard(&expr_of(condition, lower)?, text, part);
        }
        Measure::Median(name) | Measure::Quantile(name, _) => {
            guard(&col(name).median(), none, part)
        }
        Measure::Min(name) | Measure::Max(name) => guard(&col(name).min(), none, part),
        Measure::Distinct(name) => guard(&col(name).n_unique(), none, part),
        _ => {}
    }
    let leaf = |guard: Guard| {
        // What is computed meets only the rows that are taken.
        let taken = if guard.part == Part::Condition { &[][..] } else { &when };
        (lower.rows(&[taken, std::slice::from_ref(&guard.meets)].concat()), guard)
    };
    let guards = all.into_iter().map(leaf).collect();
    Ok(Formed { form, rows, guards })
}

/// What an ask comes to under a condition, the aggregate that counts its rows, and what is
/// computed in SQL.
fn form_of(
    ask: &Ask,
    condition: Option<&Expr>,
    lower: &mut Lower,
) -> Result<(Form, Option<usize>, Option<Expr>), Trouble> {
    let when = condition.map(conjuncts).unwrap_or_default();
    let apart = when.iter().all(plain);
    if let Measure::Query(query) = &ask.measure {
        if ask.condition.is_some() || ask.weight.is_some() {
            let what = "a query says itself which rows it takes, and how they are weighted";
            return Err(Trouble::new(Part::Measure, what).help("write it into the query"));
        }
        refuse(query, Part::Measure)?;
        return Ok((Form::Query(query.clone()), None, None));
    }
    if let Measure::Sql(sql) = &ask.measure {
        if ask.weight.is_some() {
            let what = "`weight` does not go with an SQL measure";
            let help = "write the weight into it, such as `sum(w * x) / sum(w)`";
            return Err(Trouble::new(Part::Measure, what).help(help));
        }
        let expr = parse(sql, Part::Measure, lower)?;
        let shaped = if apart { shaped(&expr, &when, lower) } else { None };
        let rows = apart.then(|| lower.rows(&when));
        let form = match shaped {
            Some((tree, outer)) => Form::Tree(tree, outer),
            None => Form::Whole(kinds::widen(expr.clone(), lower.schema), condition.cloned()),
        };
        return Ok((form, rows, Some(expr)));
    }
    if !apart {
        let what = "the condition does not say something of each row by itself";
        return Err(Trouble::new(Part::Condition, what).help("use `query` with a query of its own"));
    }
    let rows = lower.rows(&when);
    let tree = short(&ask.measure, ask.weight.as_ref(), &when, lower)?;
    Ok((Form::Tree(tree, Vec::new()), Some(rows), None))
}

/// Arithmetic over aggregates with functions around it: roots, roundings, and the spread of
/// values, which is made of sums.
fn shaped(expr: &Expr, when: &[Expr], lower: &mut Lower) -> Option<(Tree, Vec<Outer>)> {
    let then = |of: &Expr, outer: Outer, lower: &mut Lower| {
        let (tree, mut all) = shaped(of, when, lower)?;
        all.push(outer);
        Some((tree, all))
    };
    match expr {
        Expr::Alias(of, _) => shaped(of, when, lower),
        Expr::Agg(AggExpr::Var(of, ddof)) => Some((variance(of, *ddof, when, lower)?, Vec::new())),
        Expr::Agg(AggExpr::Std(of, ddof)) => {
            Some((variance(of, *ddof, when, lower)?, vec![Outer::Sqrt]))
        }
        Expr::Function { input, function } if input.len() == 1 => {
            let outer = match function {
                FunctionExpr::Abs => Outer::Abs,
                FunctionExpr::Ceil => Outer::Ceil,
                FunctionExpr::Floor => Outer::Floor,
                FunctionExpr::Pow(PowFunction::Sqrt) => Outer::Sqrt,
                FunctionExpr::Round { decimals, .. } => Outer::Round((*decimals).min(30)),
                _ => return lower.tree(expr, when).map(|tree| (tree, Vec::new())),
            };
            then(&input[0], outer, lower)
        }
        _ => lower.tree(expr, when).map(|tree| (tree, Vec::new())),
    }
}

/// (Σx² − (Σx)²∕n) ∕ (n − ddof).
fn variance(of: &Expr, ddof: u8, when: &[Expr], lower: &mut Lower) -> Option<Tree> {
    let (of, when) = match of {
        Expr::Filter { input, by } => (input.as_ref(), [when, &conjuncts(by)].concat()),
        of => (of, when.to_vec()),
    };
    let op = |a: Tree, op, b: Tree| Tree::Op(Box::new(a), op, Box::new(b));
    let sum = lower.sum(of, &when, false)?;
    let squares = lower.sum(&(of.clone() * of.clone()), &when, false)?;
    let Tree::Sum { rows, .. } = sum else { return None };
    let square = op(sum.clone(), Operator::Multiply, sum);
    let rest = op(squares, Operator::Minus, over(square, Tree::Rows(rows)));
    let ddof = Tree::Exact(crate::number::Number::from(i64::from(ddof)));
    Some(over(rest, op(Tree::Rows(rows), Operator::Minus, ddof)))
}

/// The short forms.
fn short(
    measure: &Measure,
    weight_name: Option<&String>,
    when: &[Expr],
    lower: &mut Lower,
) -> Result<Tree, Trouble> {
    let weight = weight_name.map(|name| column(name, lower)).transpose()?;
    let weight = weight.as_ref();
    let weighed = |expr: Expr| weight.map_or(expr.clone(), |weight| weight.clone() * expr);
    // The weight of rows, or how many they are.
    let size = |when: &[Expr], zero: bool, lower: &mut Lower| match weight {
        Some(weight) => lower.sum(weight, when, zero),
        None => Some(Tree::Rows(lower.rows(when))),
    };
    let name = match measure {
        Measure::Sum(name) | Measure::Mean(name) | Measure::Median(name) => name,
        Measure::Min(name) | Measure::Max(name) | Measure::Distinct(name) => name,
        Measure::Quantile(name, _) | Measure::Rate { of: name, .. } => name,
        _ => &String::new(),
    };
    let mut reckoned = match measure {
        Measure::Min(_) | Measure::Max(_) | Measure::Distinct(_) => Vec::new(),
        Measure::Rate { of, per, .. } => vec![of, per],
        _ => vec![name],
    };
    reckoned.extend(weight_name);
    let text = |name: &&&String| matches!(lower.schema.get(name.as_str()), Some(DataType::String));
    if let Some(name) = reckoned.iter().find(text) {
        return Err(kinds::no_numbers(name, Part::Column(name.to_string()), lower.source));
    }
    let of = if name.is_empty() { None } else { Some(column(name, lower)?) };
    let of = of.unwrap_or_else(|| lit(1i64));
    let known = [when, &[of.clone().is_not_null()]].concat();
    let alone = || match weight {
        Some(_) => Err(Trouble::new(
            Part::Measure,
            "`weight` goes with counts, shares, sums, means and rates only",
        )),
        None => Ok(()),
    };
    let tree = match measure {
        Measure::Count => size(when, true, lower),
        Measure::Share(condition) => {
            // What is wrong with it lies with the measure, not with the rows that are taken.
            let part = expr_of(condition, lower).map_err(|trouble| match trouble.part {
                Part::Condition => Trouble { part: Part::Measure, ..trouble },
                _ => trouble,
            })?;
            if !plain(&part) {
                let what = "the condition does not say something of each row by itself";
                return Err(Trouble::new(Part::Measure, what));
            }
            let within = [when, &conjuncts(&part)].concat();
            let part = size(&within, true, lower);
            part.zip(size(when, false, lower)).map(|(part, whole)| over(part, whole))
        }
        Measure::Sum(_) => lower.sum(&weighed(of), when, false),
        Measure::Mean(_) => {
            let sum = lower.sum(&weighed(of), when, false);
            sum.zip(size(&known, false, lower)).map(|(sum, size)| over(sum, size))
        }
        Measure::Rate { per, times, .. } => {
            let per = column(per, lower)?;
            let (of, per) =
                (lower.sum(&weighed(of), when, false), lower.sum(&weighed(per), when, false));
            of.zip(per).map(|(of, per)| {
                let times = Box::new(Tree::Exact(times.clone()));
                Tree::Op(Box::new(over(of, per)), Operator::Multiply, times)
            })
        }
        Measure::Distinct(_) => alone().map(|()| lower.distinct(&of, when))?,
        Measure::Median(_) => {
            alone()?;
            lower.quantile(&of, &crate::number::Number::ratio(1, 2), when)
        }
        Measure::Quantile(_, at) => alone().map(|()| lower.quantile(&of, at, when))?,
        Measure::Min(_) => alone().map(|()| lower.tree(&of.min(), when))?,
        Measure::Max(_) => alone().map(|()| lower.tree(&of.max(), when))?,
        Measure::Sql(_) | Measure::Query(_) => None,
    };
    tree.ok_or_else(|| {
        let part = Part::Column(name.to_owned());
        let what = match measure {
            Measure::Quantile(..) => format!("the quantile of `{name}` cannot be computed: it needs numbers, and a probability between 0 and 1 of at most nine decimals"),
            _ => format!("`{name}` cannot be computed with: it does not hold numbers"),
        };
        Trouble::new(part, what)
    })
}

/// The columns that a measure is computed from, if its SQL says.
pub(super) fn named(measure: &Measure) -> Vec<String> {
    match measure {
        Measure::Sql(sql) => {
            let expr = sql_expr(sql).ok();
            let names = expr.iter().flatten().filter_map(|piece| match piece {
                Expr::Column(name) => Some(name.to_string()),
                _ => None,
            });
            names.collect()
        }
        Measure::Sum(name) | Measure::Mean(name) => vec![name.clone()],
        Measure::Rate { of, per, .. } => vec![of.clone(), per.clone()],
        _ => Vec::new(),
    }
}

pub(super) fn column(name: &str, lower: &Lower) -> Result<Expr, Trouble> {
    if lower.schema.get(name).is_some() {
        return Ok(col(name));
    }
    Err(unknown(name, Part::Column(name.to_owned()), lower))
}

fn unknown(name: &str, part: Part, lower: &Lower) -> Trouble {
    let known: Vec<String> = lower.schema.iter_names().map(ToString::to_string).collect();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = format!("the columns of {} are {listed}", lower.source.path);
    let trouble = Trouble::new(part, format!("no column is named `{name}`"));
    Trouble { unknown: Some((name.to_owned(), known)), ..trouble.help(help) }
}

fn expr_of(condition: &Condition, lower: &Lower) -> Result<Expr, Trouble> {
    match condition {
        Condition::Sql(sql) => parse(sql, Part::Condition, lower),
        Condition::Equal(pairs) => {
            let mut all = lit(true);
            for (at, (name, values)) in pairs.iter().enumerate() {
                let one = equal(name, values, lower)?;
                all = if at == 0 { one } else { all.and(one) };
            }
            Ok(all)
        }
    }
}

fn equal(name: &str, values: &[String], lower: &Lower) -> Result<Expr, Trouble> {
    let (column, kind) = (column(name, lower)?, lower.schema.get(name));
    let mut any: Option<Expr> = None;
    for value in values {
        let wrong = || {
            let what = format!("`{value}` is not a value that the column `{name}` can have");
            Trouble::new(Part::Column(name.to_owned()), what)
        };
        let one = match kind {
            Some(kind) if kind.is_integer() => {
                column.clone().eq(lit(value.parse::<i64>().map_err(|_| wrong())?))
            }
            Some(kind) if kind.is_float() => {
                column.clone().eq(lit::<f64>(value.parse().map_err(|_| wrong())?))
            }
            Some(DataType::Boolean) => {
                column.clone().eq(lit(value.parse::<bool>().map_err(|_| wrong())?))
            }
            Some(DataType::String) => column.clone().eq(lit(value.clone())),
            _ => column.clone().cast(DataType::String).eq(lit(value.clone())),
        };
        any = Some(match any {
            Some(any) => any.or(one),
            None => one,
        });
    }
    any.ok_or_else(|| {
        let what = format!("`{name}` is given no value that it may have");
        Trouble::new(Part::Column(name.to_owned()), what)
    })
}

/// SQL can name files and addresses of its own; only the declared dataset is asked.
fn refuse(sql: &str, part: Part) -> Result<(), Trouble> {
    let squeezed = sql.to_lowercase().replace(char::is_whitespace, "");
    let elsewhere =
        ["://", ";", "read_csv(", "read_parquet(", "read_ipc(", "read_json(", "read_ndjson("];
    if elsewhere.iter().any(|words| squeezed.contains(words)) {
        return Err(Trouble::new(part, format!("`{sql}` asks for more than this dataset")));
    }
    Ok(())
}

/// Reads an SQL expression whose columns are all there, and hold what they are compared with.
fn parse(sql: &str, part: Part, lower: &Lower) -> Result<Expr, Trouble> {
    let expr = read(sql, part.clone())?;
    for piece in &expr {
        if let Expr::Column(name) = piece
            && lower.schema.get(name).is_none()
        {
            let at = word(sql, name);
            return Err(Trouble { at, ..unknown(name, part.clone(), lower) });
        }
    }
    kinds::compared(sql, &expr, part.clone(), lower.source, lower.schema)?;
    let expr = kinds::coerce(expr, lower.schema);
    let expr = kinds::widen_compared(expr, lower.schema);
    if part == Part::Condition {
        kinds::condition(sql, &expr, lower.schema)?;
    }
    Ok(expr)
}

/// Reads an SQL expression.
pub(super) fn read(sql: &str, part: Part) -> Result<Expr, Trouble> {
    refuse(sql, part.clone())?;
    sql_expr(sql).map_err(|error| {
        // The parser of whole queries says where; the one of expressions does not.
        let clause = if part == Part::Measure { "SELECT\n" } else { "SELECT 1 FROM data WHERE\n" };
        let whole = SQLContext::new().execute(&format!("{clause}{sql}")).err();
        let whole = whole.filter(|error| error.to_string().contains("sql parser error"));
        misread(sql, 1, part.clone(), whole.as_ref().unwrap_or(&error))
    })
}

/// What is wrong with SQL, at the words that are to blame, where so many lines stand before it.
pub(super) fn misread(sql: &str, before: usize, part: Part, error: &PolarsError) -> Trouble {
    let message = super::open::first_line(error);
    let between = |open: &str, close: &str| {
        let (_, rest) = message.split_once(open)?;
        Some(rest.split_once(close)?.0.to_owned())
    };
    let trouble = |why: &str| {
        let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        Trouble::new(part.clone(), format!("`{line}` is not understood as SQL: {why}"))
    };
    if let Some(name) = between("unsupported function '", "'") {
        let known = polars::sql::keywords::all_functions();
        let known = known.into_iter().map(str::to_owned).collect();
        let trouble = Trouble { at: word(sql, &name), ..trouble(&format!("no function `{name}`")) };
        return Trouble { unknown: Some((name, known)), ..trouble };
    }
    if let Some(name) = between("relation '", "' was not found") {
        let trouble = Trouble::new(part, format!("no table is named `{name}`"));
        let trouble = Trouble { at: word(sql, &name), ..trouble };
        return trouble.help("the table is called `data`");
    }
    let named = between("unable to find column \"", "\";").or_else(|| {
        let (_, rest) = message.split_once("column '")?;
        Some(rest.split_once("' found in ")?.0.to_owned())
    });
    if let Some(name) = named {
        let columns = between("valid columns: [", "]").unwrap_or_default();
        let columns: Vec<String> =
            columns.split(", ").map(|name| name.trim_matches('"').to_owned()).collect();
        let trouble = Trouble::new(part, format!("no column is named `{name}`"));
        return Trouble { at: word(sql, &name), unknown: Some((name, columns)), ..trouble };
    }
    if let Some(found) = between("(found '", "' clause)") {
        let why = format!("expected an expression, found `{found}`");
        return Trouble { at: word(sql, &found), ..trouble(&why) };
    }
    let at = position(sql, before, &message);
    let why = message.trim_start_matches("sql parser error: ");
    let why = why.split(" at Line:").next().unwrap_or_default();
    let why = why.replacen("Expected: ", "expected ", 1).replacen("found: ", "found ", 1);
    if let Some(why) = why.strip_suffix(", found EOF") {
        let end = sql.trim_end().len();
        return Trouble { at: Some(end..end), ..trouble(&format!("{why} at the end")) };
    }
    Trouble { at, ..trouble(&why) }
}

/// Where a word stands by itself, in any case of its letters.
pub(super) fn word(sql: &str, name: &str) -> Option<Range<usize>> {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let alone = |at: &Range<usize>| {
        !part(sql[..at.start].chars().last()) && !part(sql[at.end..].chars().next())
    };
    let exact = sql.match_indices(name).map(|(at, name)| at..at + name.len()).find(alone);
    // Of letters beyond ASCII the other case may be of another length.
    let (low, wanted) = (sql.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut like = low.match_indices(&wanted).map(|(at, name)| at..at + name.len());
    exact.or_else(|| like.find(alone))
}

/// The place that a message of the parser names, by line and column from one.
fn position(sql: &str, before: usize, message: &str) -> Option<Range<usize>> {
    let after = |word: &str| {
        let (_, rest) = message.split_once(word)?;
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    };
    let line = after("Line:")?.checked_sub(before + 1)?;
    let column = after("Column:")?.checked_sub(1)?;
    let start: usize = sql.split_inclusive('\n').take(line).map(str::len).sum();
    let (offset, _) = sql.get(start..)?.char_indices().nth(column)?;
    let start = start + offset;
    // The whole of a word, or one sign.
    let length = |letters: &str| -> usize {
        letters.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum()
    };
    let first = sql[start..].chars().next().map_or(0, char::len_utf8);
    Some(start..start + length(&sql[start..]).max(first))
}
