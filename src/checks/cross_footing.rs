//! Cross-footing: the rows and the columns of a published table add up to their totals.

use std::collections::HashMap;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Expanded, Footing};
use crate::claim::{At, List, Missing};
use crate::dataset::{Texts, Wanted};
use crate::expr::Condition;
use crate::finding::Judgement;
use crate::ledger::two_way::{CELLS, TOTAL, TwoWay};
use crate::ledger::{Cell, Content, Data, Halt, Instance, Quantity, Spot, View};
use crate::mistake::Mistake;

/// A table with totals: every row adds up to its total, and every column to its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrossFooting {
    /// The dataset, as named in `[data.NAME]`.
    pub data: At<String>,
    /// The column with the names of the rows.
    pub row: At<String>,
    /// The columns of figures. Left out, all but `row`, `by`, the total and the `key` of the
    /// dataset.
    pub columns: Option<At<Vec<At<String>>>>,
    /// For a table with one cell a line: the column with the names of the columns.
    pub column: Option<At<String>>,
    /// For a table with one cell a line: the column of the figures.
    pub value: Option<At<String>>,
    /// The name of the row that has the totals of the columns.
    pub total_row: Option<At<String>>,
    /// The name of the column that has the totals of the rows.
    pub total_column: Option<At<String>>,
    /// The columns that tell tables apart, for a dataset that holds several, such as `year`.
    pub by: Option<At<List<String>>>,
    /// Which rows of the dataset, the total row among them: an SQL condition.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// What becomes of a line with a missing cell, in place of what the dataset says.
    pub missing: Option<Missing>,
    /// Whether the lines have all their parts; yes, if not said.
    pub complete: Option<bool>,
    /// Whether nothing is counted in two parts; yes, if not said.
    pub exclusive: Option<bool>,
}

impl Check for CrossFooting {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        self.line().judge(view)
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        self.line().relation(view)
    }

    fn table(&self) -> Option<&At<String>> {
        Some(&self.data)
    }

    fn subject(&self) -> String {
        self.data.value.clone()
    }

    fn expand(&self, view: &View) -> Result<Option<Expanded>, Halt> {
        let data = view.dataset(&self.data)?;
        if self.total_row.is_none() && self.total_column.is_none() {
            let mistake = Mistake::new("a table is cross-footed to its totals", view.place(&self.data));
            let help = "name the row of totals as `total_row`, the column of totals as `total_column`";
            return Err(mistake.label("no totals named").help(help).into());
        }
        let (layout, wanted) = match (&self.column, &self.value) {
            (Some(column), Some(value)) => self.long(view, data, column, value)?,
            (None, None) => self.wide(view, data)?,
            (Some(one), None) | (None, Some(one)) => {
                let what = "`column` and `value` go together";
                let help = "in a table with one cell a line, `column` has the names of the columns \
                            and `value` the figures";
                return Err(Mistake::new(what, view.place(one)).help(help).into());
            }
        };
        let strict = self.complete.unwrap_or(true) && self.exclusive.unwrap_or(true);
        let (mut parts, mut notes) = (Vec::new(), Vec::new());
        for stack in self.stacks(view, data, wanted)? {
            let (table, lost) = match self.table(view, data, &layout, &stack) {
                Ok(read) => read,
                Err(halt) if self.by.is_none() => return Err(halt),
                // The other tables are judged all the same.
                Err(halt) => {
                    let row = stack.rows.first().map_or(0, |(number, _)| *number);
                    let trouble = Some(match halt {
                        Halt::Missing(what) => what,
                        Halt::Misuse(mistake) => mistake.what,
                    });
                    let label = stack.label;
                    parts.push(Instance { label, row, trouble, ..Instance::default() });
                    continue;
                }
            };
            let lines = table.lines();
            let own = lines.iter().map(|line| table.instance(line)).chain(lost);
            let within = |text: String| match stack.label.as_str() {
                "" => text,
                label => format!("{label}: {text}"),
            };
            parts.extend(own.map(|part| Instance { label: within(part.label), ..part }));
            notes.extend(table.suspect(&lines).filter(|_| strict).map(within));
            notes.extend(table.alike().into_iter().map(within));
        }
        Ok(Some(Expanded { noun: "line", data: self.data.value.clone(), held: 0, parts, notes }))
    }
}

/// How a table is written.
enum Layout {
    /// A column for each column; the last of the names may be that of the totals.
    Wide { columns: Vec<String>, total: bool },
    /// A row for each cell, with its figure in this column.
    Long { value: String },
}

/// The rows of one of several tables in a dataset, each with its number.
#[derive(Default)]
struct Stack {
    /// What tells it from others; empty if there is one only.
    label: String,
    rows: Vec<(u64, Vec<Option<String>>)>,
}

/// The first of two rows with one name, and both numbers.
type Twice = Option<(String, u64, u64)>;

impl CrossFooting {
    /// What is asserted of one line.
    fn line(&self) -> Footing {
        let at = |name: &str| At { value: name.to_owned(), span: self.data.span.clone() };
        let parts = CELLS.iter().map(|(_, name)| at(name)).collect();
        Footing {
            parts: At { value: parts, span: self.data.span.clone() },
            less: Vec::new(),
            total: at(TOTAL),
            complete: Some(self.complete.unwrap_or(true)),
            exclusive: Some(self.exclusive.unwrap_or(true)),
        }
    }

    /// A table with a column for each column.
    fn wide(&self, view: &View, data: &Data) -> Result<(Layout, Vec<String>), Halt> {
        let known = view.columns_of(data)?;
        let there = |named: &At<String>| {
            let missing = || data.no_column(&named.value, &known, view.place(named));
            known.contains(&named.value).then_some(()).ok_or_else(missing)
        };
        there(&self.row)?;
        let mut columns: Vec<String> = Vec::new();
        for named in self.columns.iter().flat_map(|list| &list.value) {
            there(named)?;
            let (name, place) = (&named.value, view.place(named));
            if columns.contains(name) {
                return Err(Mistake::new(format!("`{name}` is named twice"), place).into());
            }
            if *name == self.row.value {
                let what = format!("`{name}` has the names of the rows");
                return Err(Mistake::new(what, place).label("expected columns of figures").into());
            }
            columns.push(name.clone());
        }
        if self.columns.is_none() {
            let by = self.by.as_ref().map_or(&[][..], |by| &by.value.0);
            let apart = |name: &String| data.key.contains(name) || by.contains(name);
            let names = |name: &&String| **name != self.row.value && !apart(name);
            columns = known.iter().filter(names).cloned().collect();
        }
        if let Some(total) = &self.total_column {
            there(total)?;
            columns.retain(|name| *name != total.value);
            columns.push(total.value.clone());
        }
        let wanted = [std::slice::from_ref(&self.row.value), &columns].concat();
        Ok((Layout::Wide { columns, total: self.total_column.is_some() }, wanted))
    }

    /// One table, and the rows that have no place in it.
    fn table(
        &self,
        view: &View,
        data: &Data,
        layout: &Layout,
        stack: &Stack,
    ) -> Result<(TwoWay, Vec<Instance>), Halt> {
        let (table, lost) = match layout {
            Layout::Wide { columns, total } => {
                let missing = columns.iter().map(|name| self.missing(data, name)).collect();
                let mut table = TwoWay::default();
                (table.columns, table.missing) = (columns.clone(), missing);
                table.total_column = total.then(|| columns.len() - 1);
                self.once(view, data, fill_wide(&mut table, data, stack))?;
                (table, Vec::new())
            }
            Layout::Long { value } => {
                let mut table = TwoWay::default();
                let (lost, twice) = self.fill_long(&mut table, data, value, stack);
                self.once(view, data, twice)?;
                table.missing = vec![self.missing(data, value); table.columns.len()];
                table.total_column = self.find_total_column(view, data, &table)?;
                (table, lost)
            }
        };
        let table = self.find_total_row(view, data, table)?;
        if let (Layout::Wide { .. }, None, Some(total)) = (layout, &self.columns, table.total_row) {
            self.all_are_added(view, &table, total)?;
        }
        if table.lines().iter().any(|line| line.parts.is_empty()) {
            let what = format!("{} has nothing but totals", data.source.path);
            return Err(Halt::Missing(what));
        }
        Ok((table, lost))
    }

    /// That every column has a total, where the author did not name those that are added: one
    /// without is as likely one of codes or remarks, whose cells would spoil the sums.
    fn all_are_added(&self, view: &View, table: &TwoWay, total: usize) -> Result<(), Halt> {
        let has_total = |column: &usize| {
            let content = table.cell((total, *column)).content;
            matches!(content, Content::Figure(_) | Content::Known(..))
        };
        let Some(odd) = (0..table.columns.len()).find(|column| !has_total(column)) else {
            return Ok(());
        };
        let (column, row) = (&table.columns[odd], &table.rows[total]);
        let what = format!("`{column}` has no figure in the row `{row}`: is it to be added?");
        let mistake = Mistake::new(what, view.place(&self.data)).label("`columns` is left out");
        Err(mistake.help("name the columns that are added in `columns`").into())
    }

    /// A table with a row for each cell.
    fn long(
        &self,
        view: &View,
        data: &Data,
        column: &At<String>,
        value: &At<String>,
    ) -> Result<(Layout, Vec<String>), Halt> {
        if let Some(columns) = &self.columns {
            let what = "`columns` is of a table with a column for each column";
            let help = "leave out either `columns`, or `column` and `value`";
            return Err(Mistake::new(what, view.place(columns)).help(help).into());
        }
        let known = view.columns_of(data)?;
        for named in [&self.row, column, value] {
            if !known.contains(&named.value) {
                return Err(data.no_column(&named.value, &known, view.place(named)).into());
            }
        }
        let wanted = [&self.row, column, value].map(|named| named.value.clone()).to_vec();
        Ok((Layout::Long { value: value.value.clone() }, wanted))
    }

    /// Puts the cells of a table with a row for each where they belong, as far as that is told.
    fn fill_long(
        &self,
        table: &mut TwoWay,
        data: &Data,
        value: &str,
        stack: &Stack,
    ) -> (Vec<Instance>, Twice) {
        let (mut lost, mut twice) = (Vec::new(), None);
        for (number, texts) in &stack.rows {
            let label = |at: usize| texts[at].as_deref().map(str::trim).filter(|text| !text.is_empty());
            let (Some(row), Some(name)) = (label(0), label(1)) else {
                let column = self.column.as_ref().unwrap_or(&self.row);
                let nameless = if label(0).is_none() { &self.row } else { column };
                let trouble = Some(format!("row {number} has no `{}`", nameless.value));
                let label = format!("row {number}");
                lost.push(Instance { label, row: *number, trouble, ..Instance::default() });
                continue;
            };
            let at = table.column(name);
            let line = table.row(row, *number);
            let cell = read(data, (value, *number), &format!("{name}, {row}"), texts[2].as_deref());
            if table.cells[line].insert(at, cell).is_some() {
                twice.get_or_insert((format!("{row}, {name}"), table.numbers[line], *number));
            }
        }
        (lost, twice)
    }

    fn find_total_column(&self, view: &View, data: &Data, table: &TwoWay) -> Result<Option<usize>, Halt> {
        let Some(total) = &self.total_column else { return Ok(None) };
        let found = table.columns.iter().position(|name| *name == total.value.trim());
        let none = || {
            let column = self.column.as_ref().map_or("column", |column| column.value.as_str());
            let what = format!("no `{column}` of {} is `{}`", data.source.path, total.value);
            self.no_total(view, what, total, &table.columns)
        };
        Ok(Some(found.ok_or_else(none)?))
    }

    /// The wanted cells of each table in the dataset, the tables in the order of their first rows.
    fn stacks(&self, view: &View, data: &Data, mut columns: Vec<String>) -> Result<Vec<Stack>, Halt> {
        let by = self.by.as_ref().map_or(&[][..], |by| &by.value.0);
        if let Some(at) = &self.by {
            let known = view.columns_of(data)?;
            if let Some(name) = by.iter().find(|name| !known.contains(name)) {
                return Err(data.no_column(name, &known, view.place(at)).into());
            }
        }
        let own = columns.len();
        columns.extend_from_slice(by);
        let condition = self.condition.as_ref();
        let wanted = Wanted {
            columns,
            condition: condition.map(|at| at.value.clone()),
            ..Wanted::default()
        };
        let (mut stacks, mut places) = (Vec::new(), HashMap::new());
        if by.is_empty() {
            stacks.push(Stack::default());
        }
        let read = view.tables()?.rows(&data.source, &wanted, &mut |rows| {
            for (row, number) in rows.numbers.iter().enumerate() {
                let text = |texts: &Texts| texts.get(row).map(str::to_owned);
                let texts: Vec<Option<String>> = rows.columns[..own].iter().map(text).collect();
                let key: Vec<Option<String>> = rows.columns[own..].iter().map(text).collect();
                let at = if key.is_empty() {
                    0
                } else {
                    let named = |(name, text): (&String, &Option<String>)| {
                        format!("{name} {}", text.as_deref().unwrap_or("(none)"))
                    };
                    let label = by.iter().zip(&key).map(named).collect::<Vec<_>>().join(", ");
                    *places.entry(key).or_insert_with(|| {
                        stacks.push(Stack { label, ..Stack::default() });
                        stacks.len() - 1
                    })
                };
                stacks[at].rows.push((*number, texts));
            }
            ControlFlow::Continue(())
        });
        let place = view.place(&self.data);
        read.map_err(|trouble| view.blame(data, trouble, place, condition))?;
        if stacks.is_empty() {
            return Err(self.no_rows());
        }
        Ok(stacks)
    }

    fn no_rows(&self) -> Halt {
        Halt::Missing(match &self.condition {
            Some(at) => format!("no row of {} satisfies `{}`", self.data.value, at.value),
            None => format!("{} has no rows", self.data.value),
        })
    }

    fn missing(&self, data: &Data, column: &str) -> Missing {
        self.missing.unwrap_or(data.column(column).missing)
    }

    /// That no line of the table is there twice.
    fn once(
        &self,
        view: &View,
        data: &Data,
        twice: Twice,
    ) -> Result<(), Halt> {
        let Some((label, first, second)) = twice else { return Ok(()) };
        let path = &data.source.path;
        let what = format!("rows {first} and {second} of {path} are both `{label}`");
        let mistake = Mistake::new(what, view.place(&self.row)).label("expected to tell rows apart");
        Err(mistake.help("leave out rows of other tables and subtotals with `where`").into())
    }

    fn find_total_row(&self, view: &View, data: &Data, mut table: TwoWay) -> Result<TwoWay, Halt> {
        if table.rows.is_empty() {
            return Err(self.no_rows());
        }
        if let Some(total) = &self.total_row {
            let found = table.rows.iter().position(|label| *label == total.value.trim());
            let none = || {
                let path = &data.source.path;
                let what = format!("no `{}` of {path} is `{}`", self.row.value, total.value);
                self.no_total(view, what, total, &table.rows)
            };
            table.total_row = Some(found.ok_or_else(none)?);
        }
        Ok(table)
    }

    fn no_total(&self, view: &View, what: String, total: &At<String>, known: &[String]) -> Mistake {
        let mistake = Mistake::new(what, view.place(total));
        let mistake = mistake.did_you_mean(&total.value, known.iter().map(String::as_str));
        match &self.condition {
            Some(_) => mistake.help("`where` must leave in the rows of totals"),
            None => mistake,
        }
    }
}

/// Puts the cells of a table with a column for each column where they belong.
fn fill_wide(table: &mut TwoWay, data: &Data, stack: &Stack) -> Twice {
    let mut twice = None;
    for (number, texts) in &stack.rows {
        let label = texts[0].as_deref().map(str::trim).filter(|label| !label.is_empty());
        let label = label.map_or_else(|| format!("row {number}"), str::to_owned);
        let row = table.row(&label, *number);
        if row + 1 < table.cells.len() || !table.cells[row].is_empty() {
            twice.get_or_insert((label, table.numbers[row], *number));
            continue;
        }
        for (at, text) in texts[1..].iter().enumerate() {
            let column = &table.columns[at];
            let cell = read(data, (column, *number), &format!("{column}, {label}"), text.as_deref());
            table.cells[row].insert(at, cell);
        }
    }
    twice
}

/// A cell of a dataset as it is read there.
pub(super) fn read(
    data: &Data,
    (column, row): (&str, u64),
    name: &str,
    text: Option<&str>,
) -> Cell {
    let how = data.column(column);
    let (unit, of) = (how.unit.clone(), how.of.clone());
    let spot = Spot { data: data.source.path.as_str().into(), column: column.into(), row };
    Cell { name: name.to_owned(), content: how.read(text), unit, of, spot: Some(spot) }
}
