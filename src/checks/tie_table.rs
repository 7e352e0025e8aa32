//! Tie-table: the cells of a published table are what the data, or another table, give.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::cross_footing::read;
use super::{Check, Expanded};
use crate::claim::{At, Missing};
use crate::dataset::{Ask, Condition, Group, Measure, Measured, Wanted};
use crate::figure::Unit;
use crate::finding::Judgement;
use crate::interval::Interval;
use crate::ledger::{Cell, Content, Data, Halt, Instance, View};
use crate::mistake::{Mistake, Place, quoted_list};
use crate::number::Number;

/// The printed cell.
const CELL: &str = "the cell";
/// What the data give for it.
const GIVEN: &str = "the data";
/// The cell of the other table.
const OTHER: &str = "the other cell";

/// A published table whose cells are computed from data, or printed in another table, too.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TieTable {
    /// The dataset that is the published table, as named in `[data.NAME]`.
    pub table: At<String>,
    /// The columns whose values tell the rows apart, named alike in both datasets; or, for each
    /// column of the table, that of the other dataset.
    pub by: At<Keys>,
    /// The dataset that the cells are computed from.
    pub data: Option<At<String>>,
    /// For each column of the table, what is computed for its cells.
    pub cells: Option<At<BTreeMap<String, At<CellMeasure>>>>,
    /// The column of `data` by which its rows are weighted.
    pub weight: Option<At<String>>,
    /// The dataset that is the other table.
    pub other: Option<At<String>>,
    /// The columns that are compared with those of the other table; all that both have, if not
    /// said.
    pub columns: Option<At<Vec<At<String>>>>,
    /// Which rows of the table: an SQL condition.
    pub rows: Option<At<String>>,
    /// Which rows of `data`, or of `other`: an SQL condition.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
}

/// The columns that tell rows apart.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Keys {
    /// One column.
    One(String),
    /// Several columns.
    Several(Vec<String>),
    /// Columns of the table, and what they are called in the other dataset.
    Renamed(BTreeMap<String, String>),
}

/// What is computed for the cells of a column: one of these.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellMeasure {
    /// The number of rows, or the sum of their weights: `true`.
    pub count: Option<bool>,
    /// The sum of a column.
    pub sum: Option<String>,
    /// The mean of a column.
    pub mean: Option<String>,
    /// The median of a column.
    pub median: Option<String>,
    /// The share of rows that satisfy an SQL condition. The cells are percentages.
    pub share: Option<String>,
    /// An SQL expression, in the printed unit of the cells.
    pub measure: Option<String>,
}

impl Check for TieTable {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let given = if self.data.is_some() { GIVEN } else { OTHER };
        let place = view.place(&self.table);
        let cell = view.quantity_at(CELL, place)?;
        let given = view.quantity_at(given, place)?;
        cell.comparable(&given)?;
        let shown = cell.show(&given.set);
        let what = if given.figure.is_some() { given.name.clone() } else { given.text.clone() };
        Ok(Judgement::equal(&cell, &given).step(what, shown))
    }

    fn subject(&self) -> String {
        self.table.value.clone()
    }

    fn expand(&self, view: &View) -> Result<Option<Expanded>, Halt> {
        let place = view.place(&self.table);
        let mut all = match (&self.data, &self.other) {
            (Some(data), None) => self.computed(view, data)?,
            (None, Some(other)) => self.printed(view, other)?,
            _ => {
                let what = "a table ties to one thing: `data` or `other`";
                let help = "name the data its cells are computed from as `data`, or a table that \
                            prints the same figures as `other`";
                return Err(Mistake::new(what, place).help(help).into());
            }
        };
        all.noun = "cell";
        all.data.clone_from(&self.table.value);
        Ok(Some(all))
    }
}

impl Keys {
    /// The columns of the table and of the other dataset.
    fn columns(&self) -> (Vec<String>, Vec<String>) {
        match self {
            Self::One(name) => (vec![name.clone()], vec![name.clone()]),
            Self::Several(names) => (names.clone(), names.clone()),
            Self::Renamed(names) => names.clone().into_iter().unzip(),
        }
    }
}

impl CellMeasure {
    /// The one measure; `None` if there are several or none.
    fn measure(&self) -> Option<Measure> {
        let sql = |text: &String| Condition::Sql(text.clone());
        let given = [
            self.count.filter(|count| *count).map(|_| Measure::Count),
            self.sum.clone().map(Measure::Sum),
            self.mean.clone().map(Measure::Mean),
            self.median.clone().map(Measure::Median),
            self.share.as_ref().map(|condition| Measure::Share(sql(condition))),
            self.measure.clone().map(Measure::Sql),
        ];
        let mut given = given.into_iter().flatten();
        let first = given.next()?;
        given.next().is_none().then_some(first)
    }

    /// The measure in words.
    fn words(&self) -> String {
        let of =
            |what: &str, text: &Option<String>| text.as_ref().map(|text| format!("{what}{text}"));
        of("sum of ", &self.sum)
            .or_else(|| of("mean of ", &self.mean))
            .or_else(|| of("median of ", &self.median))
            .or_else(|| of("share of ", &self.share))
            .or_else(|| of("", &self.measure))
            .unwrap_or_else(|| "count".to_owned())
    }
}

/// The texts that tell a row apart.
type Key = Vec<Option<String>>;

/// The rows of a printed table by their keys, in the order of the file.
struct Printed {
    keys: Vec<Key>,
    at: HashMap<Key, usize>,
    numbers: Vec<u64>,
    texts: Vec<Vec<Option<String>>>,
}

impl TieTable {
    /// The cells against what the data give for them.
    fn computed(&self, view: &View, named: &At<String>) -> Result<Expanded, Halt> {
        let (table, data) = (view.dataset(&self.table)?, view.dataset(named)?);
        if let Some(columns) = &self.columns {
            let what = "`columns` are those compared with another table";
            let help = "name the columns that are computed in `cells`";
            return Err(Mistake::new(what, view.place(columns)).help(help).into());
        }
        let Some(cells) = self.cells.as_ref().filter(|cells| !cells.value.is_empty()) else {
            let what = "nothing is computed from the data";
            let help = "write `cells = { COLUMN = { count = true } }`, or `sum`, `mean`, `median`, \
                        `share` or `measure`";
            return Err(Mistake::new(what, view.place(named)).help(help).into());
        };
        let (by, data_by) = self.by.value.columns();
        self.check_keys(view, (table, &by), (data, &data_by))?;
        let columns: Vec<String> = cells.value.keys().cloned().collect();
        let known = view.columns_of(table)?;
        if let Some(name) = columns.iter().find(|name| !known.contains(name)) {
            return Err(table.no_column(name, &known, view.place(&cells.value[name])).into());
        }
        let printed = self.rows_of(view, table, (&by, &columns), self.rows.as_ref())?;
        let mut all = Expanded::default();
        let mut unseen: Vec<Key> = Vec::new();
        for (column, (name, how)) in cells.value.iter().enumerate() {
            let place = view.place(how);
            let measure = how.value.measure().ok_or_else(|| {
                let what = format!("`{name}` needs one thing to compute");
                Mistake::new(what, place)
                    .label("expected one of `count`, `sum`, `mean`, `median`, `share`, `measure`")
            })?;
            let mut given: HashMap<Key, Group> = HashMap::new();
            for group in self.groups(view, (data, &data_by), measure.clone(), place)? {
                let key = trimmed(group.key.iter().map(Option::as_deref));
                if !printed.at.contains_key(&key) && !unseen.contains(&key) {
                    unseen.push(key.clone());
                }
                if given.insert(key.clone(), group).is_some() {
                    let what = format!("two groups of the data are both {}", named_by(&by, &key));
                    return Err(Halt::Missing(what));
                }
            }
            for (row, key) in printed.keys.iter().enumerate() {
                let cell = self.cell(table, &printed, (row, column), name);
                let label = format!("{name}, {}", named_by(&by, key));
                let mut part = part(label, printed.numbers[row], &cell);
                if left_out(table, name, &cell) {
                    continue;
                }
                if !matches!(cell.content, Content::Figure(_) | Content::Known(..)) {
                    // Judging it says what the cell is.
                    all.parts.push(part);
                    continue;
                }
                let nothing = Group {
                    key: Vec::new(),
                    measured: Ok(Measured {
                        set: Interval::point(Number::zero()),
                        query: String::new(),
                        bound: None,
                        rows: Some(0),
                    }),
                };
                let found = match given.get(key) {
                    // No rows are a count of zero, if that is what is printed.
                    None if measure == Measure::Count && is_zero(&cell) => Some(&nothing),
                    found => found,
                };
                match found.map(|group| given_cell(data, &cell, (&how.value, &measure), group)) {
                    Some(Ok(given)) => {
                        part.cells.insert(GIVEN.to_owned(), (Missing::Refuse, vec![given]));
                    }
                    Some(Err(why)) => part.trouble = Some(why),
                    None => {
                        let by = named_by(&data_by, key);
                        part.trouble = Some(format!("no row of {} has {by}", named.value));
                    }
                }
                all.parts.push(part);
            }
        }
        self.one_sided(&mut all, &data_by, unseen.into_iter().map(|key| (key, 0)), &named.value);
        Ok(all)
    }

    /// The cells against those of another table.
    fn printed(&self, view: &View, named: &At<String>) -> Result<Expanded, Halt> {
        let (table, other) = (view.dataset(&self.table)?, view.dataset(named)?);
        let foreign = self.cells.as_ref().map(|cells| view.place(cells));
        if let Some(place) = foreign.or(self.weight.as_ref().map(|at| view.place(at))) {
            let what = "`cells` and `weight` are of a table that is computed from `data`";
            return Err(Mistake::new(what, place).help("name the columns in `columns`").into());
        }
        let (by, other_by) = self.by.value.columns();
        let (here, there) = self.check_keys(view, (table, &by), (other, &other_by))?;
        let mut all = Expanded::default();
        let columns: Vec<String> = match &self.columns {
            Some(list) => {
                for (data, known) in [(table, &here), (other, &there)] {
                    if let Some(at) = list.value.iter().find(|at| !known.contains(&at.value)) {
                        return Err(data.no_column(&at.value, known, view.place(at)).into());
                    }
                }
                list.value.iter().map(|at| at.value.clone()).collect()
            }
            None => {
                let keys: Vec<&String> = by.iter().chain(&other_by).collect();
                let single = |own: &[String], others: &[String]| {
                    let lone = own.iter().filter(|name| !keys.contains(name));
                    lone.filter(|name| !others.contains(name)).cloned().collect::<Vec<_>>()
                };
                let sides = [(&self.table, single(&here, &there)), (named, single(&there, &here))];
                for (side, lone) in sides.iter().filter(|(_, lone)| !lone.is_empty()) {
                    let list = quoted_list(lone.iter().map(String::as_str), "and");
                    all.notes.push(format!("only {} has {list}", side.value));
                }
                let common = here.iter().filter(|name| !keys.contains(name));
                common.filter(|name| there.contains(name)).cloned().collect()
            }
        };
        let ours = self.rows_of(view, table, (&by, &columns), self.rows.as_ref())?;
        let theirs = self.rows_of(view, other, (&other_by, &columns), self.condition.as_ref())?;
        let mut both_missing = 0;
        for (row, key) in ours.keys.iter().enumerate() {
            let number = ours.numbers[row];
            let Some(found) = theirs.at.get(key) else {
                let label = named_by(&by, key);
                let trouble = Some(format!("no row of {} has {label}", named.value));
                all.parts.push(Instance { label, row: number, trouble, ..Instance::default() });
                continue;
            };
            for (column, name) in columns.iter().enumerate() {
                let cell = self.cell(table, &ours, (row, column), name);
                let mut against = self.cell(other, &theirs, (*found, column), name);
                against.name = format!("{} of {}", against.name, named.value);
                let absent = |cell: &Cell| matches!(cell.content, Content::Absent(_));
                if absent(&cell) && absent(&against) {
                    both_missing += 1;
                    continue;
                }
                if left_out(table, name, &cell) || left_out(other, name, &against) {
                    continue;
                }
                let label = format!("{name}, {}", named_by(&by, key));
                let mut part = part(label, number, &cell);
                part.cells.insert(OTHER.to_owned(), (Missing::Refuse, vec![against]));
                all.parts.push(part);
            }
        }
        if both_missing > 0 {
            all.notes.push(format!("missing in both tables, and so not compared: {both_missing}"));
        }
        let unseen = theirs.keys.iter().zip(&theirs.numbers);
        let unseen = unseen.filter(|(key, _)| !ours.at.contains_key(*key));
        let unseen: Vec<(Key, u64)> = unseen.map(|(key, row)| (key.clone(), *row)).collect();
        self.one_sided(&mut all, &other_by, unseen.into_iter(), &named.value);
        Ok(all)
    }

    /// Adds what only the other dataset has: it cannot be told whether it belongs in the table.
    fn one_sided(
        &self,
        all: &mut Expanded,
        by: &[String],
        unseen: impl Iterator<Item = (Key, u64)>,
        other: &str,
    ) {
        let mut labels = Vec::new();
        for (key, row) in unseen {
            let label = named_by(by, &key);
            labels.push(label.clone());
            let trouble = Some(format!("{} has no row for {label} of {other}", self.table.value));
            all.parts.push(Instance { label, row, trouble, ..Instance::default() });
        }
        if let Some(first) = labels.first() {
            let more = labels.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            all.notes.push(format!("only {other} has {first}{more}"));
        }
    }

    /// Checks that both datasets have the columns of the keys, and returns all their columns.
    fn check_keys(
        &self,
        view: &View,
        (table, by): (&Data, &[String]),
        (other, other_by): (&Data, &[String]),
    ) -> Result<(Vec<String>, Vec<String>), Halt> {
        let place = view.place(&self.by);
        if by.is_empty() {
            return Err(Mistake::new("`by` names no column", place).into());
        }
        let columns = (view.columns_of(table)?, view.columns_of(other)?);
        for (data, by, known) in [(table, by, &columns.0), (other, other_by, &columns.1)] {
            if let Some(name) = by.iter().find(|name| !known.contains(name)) {
                let mistake = data.no_column(name, known, place);
                let help =
                    "if it has another name there, write `by = { TABLE_COLUMN = \"COLUMN\" }`";
                return Err(mistake.help(help).into());
            }
        }
        Ok(columns)
    }

    /// The rows of a table, by their keys.
    fn rows_of(
        &self,
        view: &View,
        data: &Data,
        (by, columns): (&[String], &[String]),
        condition: Option<&At<String>>,
    ) -> Result<Printed, Halt> {
        let wanted = Wanted {
            columns: [by, columns].concat(),
            condition: condition.map(|at| at.value.clone()),
            ..Wanted::default()
        };
        let mut printed = Printed {
            keys: Vec::new(),
            at: HashMap::new(),
            numbers: Vec::new(),
            texts: Vec::new(),
        };
        let mut twice = None;
        let read = view.tables()?.rows(&data.source, &wanted, &mut |rows| {
            for (row, number) in rows.numbers.iter().enumerate() {
                let key = trimmed(rows.columns[..by.len()].iter().map(|texts| texts.get(row)));
                if let Some(first) = printed.at.get(&key) {
                    let first = printed.numbers[*first];
                    twice.get_or_insert((named_by(by, &key), first, *number));
                    continue;
                }
                printed.at.insert(key.clone(), printed.keys.len());
                printed.keys.push(key);
                printed.numbers.push(*number);
                let texts = rows.columns[by.len()..].iter();
                printed.texts.push(texts.map(|texts| texts.get(row).map(str::to_owned)).collect());
            }
            ControlFlow::Continue(())
        });
        let place = view.place(&self.table);
        read.map_err(|trouble| Halt::from(view.blame(data, trouble, place, condition)))?;
        if let Some((label, first, second)) = twice {
            let path = &data.source.path;
            let what = format!("rows {first} and {second} of {path} both have {label}");
            let mistake = Mistake::new(what, view.place(&self.by));
            return Err(mistake.label("expected columns that tell rows apart").into());
        }
        Ok(printed)
    }

    fn groups(
        &self,
        view: &View,
        (data, by): (&Data, &[String]),
        measure: Measure,
        place: Place,
    ) -> Result<Vec<Group>, Halt> {
        let condition = self.condition.as_ref();
        let ask = Ask {
            measure,
            condition: condition.map(|at| Condition::Sql(at.value.clone())),
            weight: self.weight.as_ref().map(|at| at.value.clone()),
        };
        let groups = view.tables()?.groups(&data.source, by, &ask);
        groups.map_err(|trouble| view.blame(data, trouble, place, condition).into())
    }

    fn cell(&self, data: &Data, of: &Printed, (row, at): (usize, usize), column: &str) -> Cell {
        let name = format!("{column}, row {}", of.numbers[row]);
        read(data, (column, of.numbers[row]), &name, of.texts[row][at].as_deref())
    }
}

/// The cell that the data give for a printed one, or why there is none.
fn given_cell(
    data: &Data,
    cell: &Cell,
    (how, measure): (&CellMeasure, &Measure),
    group: &Group,
) -> Result<Cell, String> {
    let measured = group.measured.as_ref().map_err(|trouble| trouble.what.clone())?;
    let printed = match &cell.content {
        Content::Figure(stated) => Some(stated.figure.unit().clone()),
        _ => cell.unit.clone(),
    };
    let own = match measure {
        Measure::Sum(column) | Measure::Mean(column) | Measure::Median(column) => {
            data.column(column).unit.clone()
        }
        _ => None,
    };
    let percent = printed.as_ref().is_some_and(Unit::is_percent);
    let unit = own.or(printed);
    let set = match measure {
        Measure::Count if percent => {
            return Err(format!("{} is a percentage, and compared with a count", cell.name));
        }
        Measure::Share(_) if !percent => {
            return Err(format!(
                "{} is compared with a share, and is no percentage; declare `unit = \"%\"` for the \
                 column",
                cell.name
            ));
        }
        Measure::Count | Measure::Share(_) => measured.set.clone(),
        _ => measured.set.scale(unit.as_ref().map_or(&Number::one(), Unit::factor)),
    };
    let error = measured.bound.as_ref().map(|bound| format!(", error at most {bound}"));
    let text = format!("{}{}", how.words(), error.unwrap_or_default());
    let name = GIVEN.to_owned();
    Ok(Cell { name, content: Content::Known(set, text), unit, of: cell.of.clone(), spot: None })
}

/// One cell, still without what it is compared with.
fn part(label: String, row: u64, cell: &Cell) -> Instance {
    let label = format!("{label} (row {row})");
    let mut part = Instance { label, row, ..Instance::default() };
    part.cells.insert(CELL.to_owned(), (Missing::Refuse, vec![cell.clone()]));
    part
}

/// Whether a cell is missing and the dataset says to pass over such cells.
fn left_out(data: &Data, column: &str, cell: &Cell) -> bool {
    matches!(cell.content, Content::Absent(_)) && data.column(column).missing == Missing::Skip
}

fn is_zero(cell: &Cell) -> bool {
    match &cell.content {
        Content::Figure(stated) => {
            stated.rungs.iter().any(|rung| rung.set.contains(&Number::zero()))
        }
        _ => false,
    }
}

fn trimmed<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> Key {
    let text = |text: &'t str| Some(text.trim()).filter(|text| !text.is_empty());
    texts.map(|found| found.and_then(text).map(str::to_owned)).collect()
}

/// "region North, year 2020".
fn named_by(by: &[String], key: &Key) -> String {
    let name = |(column, text): (&String, &Option<String>)| {
        format!("{column} {}", text.as_deref().unwrap_or("(none)"))
    };
    by.iter().zip(key).map(name).collect::<Vec<_>>().join(", ")
}
