//! From the rows of a dataset to the instances over which a lifted assertion is judged.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::batches::Batch;
use crate::claim::{LiftSpec, Missing};
use crate::dataset::{Rows, Tables, Texts, Wanted};
use crate::figure::Unit;
use crate::ledger::{Cell, Column, Content, Data, Instance, Spot};

/// Which columns of a dataset an assertion needs, and what for.
pub(super) struct Layout<'a> {
    pub data: &'a Data,
    pub lift: &'a LiftSpec,
    /// The operands that name columns, or conditions on rows.
    pub operands: Vec<Operand<'a>>,
    /// The columns read, and the conditions answered for each row.
    pub wanted: Wanted,
    /// The columns that name a row.
    named_by: Vec<usize>,
    /// The columns of the keys of lifting, by their place among those that are read.
    pub by: Vec<usize>,
    pub along: Option<usize>,
    pub down: Option<usize>,
    pub code: Option<usize>,
    pub parent: Option<usize>,
}

/// An operand that is of the rows.
pub(super) struct Operand<'a> {
    pub name: String,
    pub what: What,
    pub column: &'a Column,
}

/// What an operand names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    Column(usize),
    Previous(usize),
    Flag(usize),
}

impl<'a> Layout<'a> {
    pub fn new(data: &'a Data, lift: &'a LiftSpec, operands: &[String]) -> Self {
        let mut wanted = Wanted {
            condition: lift.condition.as_ref().map(|at| at.value.clone()),
            ..Wanted::default()
        };
        let mut add = |name: &str| {
            wanted.columns.iter().position(|known| known == name).unwrap_or_else(|| {
                wanted.columns.push(name.to_owned());
                wanted.columns.len() - 1
            })
        };
        let mut one = |at: &Option<crate::claim::At<String>>| at.as_ref().map(|at| add(&at.value));
        let (along, down) = (one(&lift.along), one(&lift.down));
        let (code, parent) = (one(&lift.code), one(&lift.parent));
        let by: Vec<usize> =
            lift.groups().into_iter().flat_map(|by| &by.value.0).map(|name| add(name)).collect();
        let key: Vec<usize> = data.key.iter().map(|name| add(name)).collect();
        let mut found = Vec::new();
        let mut flags = Vec::new();
        for name in operands {
            let column = name.strip_prefix("previous.").unwrap_or(name);
            let (what, column) = if let Some(down) = &lift.down {
                flags.push(name.clone());
                (What::Flag(flags.len() - 1), down.value.as_str())
            } else if column != name && lift.along.is_some() {
                (What::Previous(add(column)), column)
            } else {
                (What::Column(add(name)), name.as_str())
            };
            found.push(Operand { name: name.clone(), what, column: data.column(column) });
        }
        let mut named_by = if key.is_empty() { by.clone() } else { key };
        if data.key.is_empty() {
            named_by.extend(along.or(code));
        }
        wanted.flags = flags;
        Self { data, lift, operands: found, wanted, named_by, by, along, down, code, parent }
    }

    /// Whether rows are judged one by one, so that not all have to be in memory.
    pub fn is_row_by_row(&self) -> bool {
        self.by.is_empty() && self.along.is_none() && self.down.is_none() && self.code.is_none()
    }

    /// What one instance is called.
    pub fn noun(&self) -> &'static str {
        match (self.along, self.code) {
            (Some(_), _) => "step",
            (_, Some(_)) => "node",
            _ if self.is_row_by_row() => "row",
            _ => "group",
        }
    }

    /// What is judged at once, made from its rows.
    pub fn instance(&self, rows: &Rows, batch: &Batch) -> Instance {
        let named_by = if matches!(batch, Batch::Group(_)) { &self.by } else { &self.named_by };
        let mut instance = self.blank(rows, batch.first(), named_by);
        instance.trouble = batch.trouble().map(str::to_owned);
        for operand in self.operands.iter().filter(|operand| batch.takes(operand.what)) {
            let cells = |listed| {
                let own = batch.rows(operand.what, listed).iter();
                let of = |row: &usize| match operand.what {
                    What::Column(column) | What::Previous(column) => {
                        Some(self.cell(operand, rows, column, *row))
                    }
                    What::Flag(flag) if rows.flags[flag][*row] => {
                        self.down.map(|column| self.cell(operand, rows, column, *row))
                    }
                    What::Flag(_) => None,
                };
                (self.missing(operand), own.filter_map(of).collect())
            };
            instance.cells.insert(operand.name.clone(), cells(false));
            if matches!(batch, Batch::Node { .. }) {
                instance.lists.insert(operand.name.clone(), cells(true));
            }
        }
        instance
    }

    /// What a reader knows a row by.
    pub fn name(&self, rows: &Rows, row: usize) -> String {
        self.blank(rows, row, &self.named_by).label
    }

    fn missing(&self, operand: &Operand) -> Missing {
        self.lift.missing.unwrap_or(operand.column.missing)
    }

    fn blank(&self, rows: &Rows, row: usize, named_by: &[usize]) -> Instance {
        let name = |at: &usize| {
            let (column, text) = (&self.wanted.columns[*at], rows.columns[*at].get(row));
            format!("{column} {}", text.unwrap_or("(none)"))
        };
        let mut label = named_by.iter().map(name).collect::<Vec<_>>().join(", ");
        let number = rows.number(row);
        let grouped = !self.by.is_empty() && self.along.is_none() && self.code.is_none();
        if label.is_empty() {
            label = if grouped || self.down.is_some() {
                "all rows".to_owned()
            } else {
                format!("row {number}")
            };
        } else if !grouped {
            label = format!("{label} (row {number})");
        }
        let file = rows.files.get(row).filter(|_| !rows.files.is_empty()).map(str::to_owned);
        Instance { label, row: rows.numbers[row], file, ..Instance::default() }
    }

    fn cell(&self, operand: &Operand, rows: &Rows, column: usize, row: usize) -> Cell {
        let text = rows.columns[column].get(row);
        let name = &self.wanted.columns[column];
        Cell {
            name: format!("{name}, row {}", rows.number(row)),
            content: operand.column.read(text),
            unit: operand.column.unit.clone(),
            of: operand.column.of.clone(),
            spot: Some(Spot {
                data: self.data.source.path.as_str().into(),
                column: name.as_str().into(),
                row: rows.numbers[row],
            }),
        }
    }

    /// The columns of texts that name a row, for finding rows with the same name.
    pub fn keys<'r>(&self, rows: &'r Rows) -> Vec<&'r Texts> {
        let key = |name: &String| self.wanted.columns.iter().position(|known| known == name);
        self.data.key.iter().filter_map(key).map(|at| &rows.columns[at]).collect()
    }
}

/// The units that the first cells of columns are printed with.
pub(super) fn units(tables: &dyn Tables, data: &Data, columns: &[String]) -> HashMap<String, Unit> {
    let mut units = HashMap::new();
    let wanted = Wanted { columns: columns.to_vec(), ..Wanted::default() };
    let mut look = |rows: Rows| {
        for (name, texts) in columns.iter().zip(&rows.columns) {
            let figure = texts.iter().find_map(|text| match data.column(name).read(text) {
                Content::Figure(stated) => Some(stated.figure),
                _ => None,
            });
            if let Some(figure) = figure.filter(|figure| !figure.unit().is_unstated()) {
                units.insert(name.clone(), figure.unit().clone());
            }
        }
        ControlFlow::Break(())
    };
    // What is wrong with the rows is told when they are judged.
    let _ = tables.rows(&data.source, &wanted, &mut look);
    units
}
