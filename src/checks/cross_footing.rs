//! Cross-footing: the rows and the columns of a published table add up to their totals.

use std::collections::HashMap;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Expanded, Footing};
use crate::claim::{At, Missing};
use crate::dataset::Wanted;
use crate::finding::Judgement;
use crate::interval::Interval;
use crate::ledger::{Cell, Content, Data, Halt, Instance, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// The cells of a line, apart by what becomes of missing ones.
const CELLS: [(Missing, &str); 4] = [
    (Missing::Refuse, "the cell"),
    (Missing::Skip, "the cell that may be left out"),
    (Missing::Zero, "the cell that may be zero"),
    (Missing::Unknown, "the cell that may be anything"),
];
/// The cell at the end of a line.
const TOTAL: &str = "the total";
/// The fewest rows in which two columns with the same figures are worth a word.
const ALIKE: usize = 3;

/// A table with totals: every row adds up to its total, and every column to its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrossFooting {
    /// The dataset, as named in `[data.NAME]`.
    pub data: At<String>,
    /// The column with the names of the rows.
    pub row: At<String>,
    /// The columns of figures. Left out, all but `row`, the total and the `key` of the dataset.
    pub columns: Option<At<Vec<At<String>>>>,
    /// For a table with one cell a line: the column with the names of the columns.
    pub column: Option<At<String>>,
    /// For a table with one cell a line: the column of the figures.
    pub value: Option<At<String>>,
    /// The name of the row that has the totals of the columns.
    pub total_row: Option<At<String>>,
    /// The name of the column that has the totals of the rows.
    pub total_column: Option<At<String>>,
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
        let at = |name: &str| At { value: name.to_owned(), span: self.data.span.clone() };
        let parts = CELLS.iter().map(|(_, name)| at(name)).collect();
        let footing = Footing {
            parts: At { value: parts, span: self.data.span.clone() },
            less: Vec::new(),
            total: at(TOTAL),
            complete: Some(self.complete.unwrap_or(true)),
            exclusive: Some(self.exclusive.unwrap_or(true)),
        };
        footing.judge(view)
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
        let (table, mut parts) = match (&self.column, &self.value) {
            (Some(column), Some(value)) => self.long(view, data, column, value)?,
            (None, None) => (self.wide(view, data)?, Vec::new()),
            (Some(one), None) | (None, Some(one)) => {
                let what = "`column` and `value` go together";
                let help = "in a table with one cell a line, `column` has the names of the columns \
                            and `value` the figures";
                return Err(Mistake::new(what, view.place(one)).help(help).into());
            }
        };
        let lines = table.lines();
        if lines.iter().any(|line| line.parts.is_empty()) {
            let what = format!("{} has nothing but totals", data.source.path);
            return Err(Halt::Missing(what));
        }
        parts.splice(0..0, lines.iter().map(|line| table.instance(line)));
        let strict = self.complete.unwrap_or(true) && self.exclusive.unwrap_or(true);
        let mut notes: Vec<String> = table.suspect(&lines).filter(|_| strict).into_iter().collect();
        notes.extend(table.alike());
        Ok(Some(Expanded { noun: "line", data: self.data.value.clone(), held: 0, parts, notes }))
    }
}

impl CrossFooting {
    /// A table with a column for each column.
    fn wide(&self, view: &View, data: &Data) -> Result<Table, Halt> {
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
            let names = |name: &&String| **name != self.row.value && !data.key.contains(name);
            columns = known.iter().filter(names).cloned().collect();
        }
        if let Some(total) = &self.total_column {
            there(total)?;
            columns.retain(|name| *name != total.value);
            columns.push(total.value.clone());
        }
        let total_column = self.total_column.as_ref().map(|_| columns.len() - 1);
        let missing = columns.iter().map(|name| self.missing(data, name)).collect();
        let mut table = Table { columns, missing, total_column, ..Table::default() };
        let wanted = [std::slice::from_ref(&self.row.value), &table.columns].concat();
        let mut twice = None;
        self.each(view, data, wanted, |number, texts| {
            let label = texts[0].map(str::trim).filter(|label| !label.is_empty());
            let label = label.map_or_else(|| format!("row {number}"), str::to_owned);
            let row = table.row(&label, number);
            if row + 1 < table.cells.len() || !table.cells[row].is_empty() {
                twice.get_or_insert((label, table.numbers[row], number));
                return;
            }
            for (at, text) in texts[1..].iter().enumerate() {
                let column = &table.columns[at];
                let cell = read(data, column, &format!("{column}, {label}"), *text);
                table.cells[row].insert(at, cell);
            }
        })?;
        self.once(view, data, twice)?;
        let table = self.find_total_row(view, data, table)?;
        if let (None, Some(total)) = (&self.columns, table.total_row) {
            self.all_are_added(view, &table, total)?;
        }
        Ok(table)
    }

    /// That every column has a total, where the author did not name those that are added: one
    /// without is as likely one of codes or remarks, whose cells would spoil the sums.
    fn all_are_added(&self, view: &View, table: &Table, total: usize) -> Result<(), Halt> {
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
    ) -> Result<(Table, Vec<Instance>), Halt> {
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
        let (mut table, mut lost, mut twice) = (Table::default(), Vec::new(), None);
        let wanted = [&self.row, column, value].map(|named| named.value.clone()).to_vec();
        self.each(view, data, wanted, |number, texts| {
            let label = |at: usize| texts[at].map(str::trim).filter(|label| !label.is_empty());
            let (Some(row), Some(name)) = (label(0), label(1)) else {
                let nameless = if label(0).is_none() { &self.row } else { column };
                let trouble = format!("row {number} has no `{}`", nameless.value);
                let label = format!("row {number}");
                let trouble = Some(trouble);
                lost.push(Instance { label, row: number, trouble, ..Instance::default() });
                return;
            };
            let at = table.column(name);
            let line = table.row(row, number);
            let cell = read(data, &value.value, &format!("{name}, {row}"), texts[2]);
            if table.cells[line].insert(at, cell).is_some() {
                twice.get_or_insert((format!("{row}, {name}"), table.numbers[line], number));
            }
        })?;
        self.once(view, data, twice)?;
        table.missing = vec![self.missing(data, &value.value); table.columns.len()];
        if let Some(total) = &self.total_column {
            let found = table.columns.iter().position(|name| *name == total.value.trim());
            let none = || {
                let what = format!("no `{}` of {} is `{}`", column.value, data.source.path, total.value);
                self.no_total(view, what, total, &table.columns)
            };
            table.total_column = Some(found.ok_or_else(none)?);
        }
        Ok((self.find_total_row(view, data, table)?, lost))
    }

    /// Hands out the wanted cells of each row, with its number.
    fn each(
        &self,
        view: &View,
        data: &Data,
        columns: Vec<String>,
        mut take: impl FnMut(u64, &[Option<&str>]),
    ) -> Result<(), Halt> {
        let condition = self.condition.as_ref();
        let wanted = Wanted {
            columns,
            condition: condition.map(|at| at.value.clone()),
            ..Wanted::default()
        };
        let read = view.tables()?.rows(&data.source, &wanted, &mut |rows| {
            for (row, number) in rows.numbers.iter().enumerate() {
                let texts: Vec<Option<&str>> =
                    rows.columns.iter().map(|texts| texts.get(row)).collect();
                take(*number, &texts);
            }
            ControlFlow::Continue(())
        });
        let place = view.place(&self.data);
        read.map_err(|trouble| view.blame(data, trouble, place, condition).into())
    }

    fn missing(&self, data: &Data, column: &str) -> Missing {
        self.missing.unwrap_or(data.column(column).missing)
    }

    /// That no line of the table is there twice.
    fn once(
        &self,
        view: &View,
        data: &Data,
        twice: Option<(String, u64, u64)>,
    ) -> Result<(), Halt> {
        let Some((label, first, second)) = twice else { return Ok(()) };
        let path = &data.source.path;
        let what = format!("rows {first} and {second} of {path} are both `{label}`");
        let mistake = Mistake::new(what, view.place(&self.row)).label("expected to tell rows apart");
        Err(mistake.help("leave out rows of other tables and subtotals with `where`").into())
    }

    fn find_total_row(&self, view: &View, data: &Data, mut table: Table) -> Result<Table, Halt> {
        if table.rows.is_empty() {
            return Err(Halt::Missing(match &self.condition {
                Some(at) => format!("no row of {} satisfies `{}`", self.data.value, at.value),
                None => format!("{} has no rows", self.data.value),
            }));
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

/// A table of cells, by the names of its rows and columns.
#[derive(Default)]
struct Table {
    rows: Vec<String>,
    /// The number of each row in the dataset.
    numbers: Vec<u64>,
    columns: Vec<String>,
    /// What becomes of missing cells, by column.
    missing: Vec<Missing>,
    /// The cells of each row, by column.
    cells: Vec<HashMap<usize, Cell>>,
    row_at: HashMap<String, usize>,
    column_at: HashMap<String, usize>,
    total_row: Option<usize>,
    total_column: Option<usize>,
}

/// A row or a column with its total: cells by row and column.
struct Line {
    is_row: bool,
    at: usize,
    parts: Vec<(usize, usize)>,
    total: (usize, usize),
}

impl Table {
    /// The row with a name, which is made if it is not there.
    fn row(&mut self, label: &str, number: u64) -> usize {
        if let Some(at) = self.row_at.get(label) {
            return *at;
        }
        let at = self.rows.len();
        self.row_at.insert(label.to_owned(), at);
        self.rows.push(label.to_owned());
        self.numbers.push(number);
        self.cells.push(HashMap::new());
        at
    }

    /// The column with a name, which is made if it is not there.
    fn column(&mut self, label: &str) -> usize {
        if let Some(at) = self.column_at.get(label) {
            return *at;
        }
        self.column_at.insert(label.to_owned(), self.columns.len());
        self.columns.push(label.to_owned());
        self.columns.len() - 1
    }

    /// All rows, then all columns, that have a total.
    fn lines(&self) -> Vec<Line> {
        let (rows, columns) = (0..self.rows.len(), 0..self.columns.len());
        let across = self.total_column.into_iter().flat_map(|total| {
            let columns = columns.clone();
            rows.clone().map(move |at| Line {
                is_row: true,
                at,
                parts: columns.clone().filter(|c| *c != total).map(|c| (at, c)).collect(),
                total: (at, total),
            })
        });
        let down = self.total_row.into_iter().flat_map(|total| {
            let rows = rows.clone();
            columns.clone().map(move |at| Line {
                is_row: false,
                at,
                parts: rows.clone().filter(|r| *r != total).map(|r| (r, at)).collect(),
                total: (total, at),
            })
        });
        across.chain(down).collect()
    }

    fn cell(&self, (at, column): (usize, usize)) -> Cell {
        let (row, name) = (&self.rows[at], &self.columns[column]);
        let found = self.cells[at].get(&column).cloned();
        found.unwrap_or_else(|| Cell {
            name: format!("{name}, {row}"),
            content: Content::Absent("not in the table".to_owned()),
            unit: None,
            of: None,
        })
    }

    fn instance(&self, line: &Line) -> Instance {
        let name = if line.is_row { &self.rows[line.at] } else { &self.columns[line.at] };
        let label = format!("{} {name}", if line.is_row { "row" } else { "column" });
        let row = self.numbers[line.total.0];
        let mut instance = Instance { label, row, ..Instance::default() };
        for (missing, name) in CELLS {
            let alike = line.parts.iter().filter(|at| self.missing[at.1] == missing);
            let cells = alike.map(|at| self.cell(*at)).collect();
            instance.cells.insert(name.to_owned(), (missing, cells));
        }
        // A total that is not there says nothing, whatever stands for a missing part.
        let total = (Missing::Refuse, vec![self.cell(line.total)]);
        instance.cells.insert(TOTAL.to_owned(), total);
        instance
    }

    /// What the total of a line exceeds the sum of its parts by; `None` if it cannot be told.
    fn excess(&self, line: &Line) -> Option<Interval> {
        let set = |at: &(usize, usize), part: bool| match (self.cell(*at).content, self.missing[at.1]) {
            (Content::Figure(stated), _) => stated.rungs.last().map(|rung| rung.set.clone()),
            (Content::Known(set, _), _) => Some(set),
            (Content::Absent(_), Missing::Skip | Missing::Zero) if part => {
                Some(Interval::point(Number::zero()))
            }
            _ => None,
        };
        let total = set(&line.total, false)?;
        line.parts.iter().try_fold(total, |rest, at| Some(rest - set(at, true)?))
    }

    /// The one cell that lies in the one row and the one column that cannot be reconciled, if the
    /// same change of it would mend both.
    fn suspect(&self, lines: &[Line]) -> Option<String> {
        let excesses = lines.iter().map(|line| (line, self.excess(line)));
        let mut failing = excesses
            .filter_map(|(line, excess)| Some((line, excess?)))
            .filter(|(_, excess)| !excess.contains(&Number::zero()));
        let (row, across) = failing.next().filter(|(line, _)| line.is_row)?;
        let (column, down) = failing.next().filter(|(line, _)| !line.is_row)?;
        if failing.next().is_some() {
            return None;
        }
        // Raising a total has the contrary effect of raising a part.
        let is_total = |line: &Line| line.total == (row.at, column.at);
        let down = if is_total(row) == is_total(column) { down } else { -&down };
        across.intersect(&down)?;
        let (row, column) = (&self.rows[row.at], &self.columns[column.at]);
        Some(format!("changing the cell at row {row}, column {column} would mend both"))
    }

    /// Columns with the same figures in all rows, as when one was copied over another.
    fn alike(&self) -> Vec<String> {
        let mut first: HashMap<Vec<String>, &String> = HashMap::new();
        let mut notes = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let text = |row: &HashMap<usize, Cell>| match &row.get(&at)?.content {
                Content::Figure(stated) => Some(stated.figure.text().to_owned()),
                _ => None,
            };
            let Some(texts) = self.cells.iter().map(text).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if texts.len() < ALIKE || texts.iter().all(|text| *text == texts[0]) {
                continue;
            }
            if let Some(other) = first.get(&texts) {
                notes.push(format!("columns {other} and {column} have the same figures in all rows"));
            } else {
                first.insert(texts, column);
            }
        }
        notes
    }
}

/// A cell of a dataset as it is read there.
pub(super) fn read(data: &Data, column: &str, name: &str, text: Option<&str>) -> Cell {
    let how = data.column(column);
    let (unit, of) = (how.unit.clone(), how.of.clone());
    Cell { name: name.to_owned(), content: how.read(text), unit, of }
}
