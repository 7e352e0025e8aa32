//! From the rows of a dataset to the instances over which a lifted assertion is judged.

use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::claim::{LiftSpec, Missing};
use crate::dataset::{Rows, Tables, Texts, Wanted};
use crate::figure::{Figure, Terms, Unit};
use crate::interval::Interval;
use crate::ledger::{Cell, Column, Content, Data, Instance};
use crate::number::Number;

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
    by: Vec<usize>,
    along: Option<usize>,
    down: Option<usize>,
    code: Option<usize>,
    parent: Option<usize>,
}

/// An operand that is of the rows.
pub(super) struct Operand<'a> {
    pub name: String,
    pub what: What,
    column: &'a Column,
}

/// What an operand names.
#[derive(Clone, Copy, PartialEq)]
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

    /// One row.
    pub fn row(&self, rows: &Rows, row: usize) -> Instance {
        let mut instance = self.blank(rows, row, &self.named_by);
        for operand in &self.operands {
            let cells = match operand.what {
                What::Column(column) => vec![self.cell(operand, rows, column, row)],
                What::Previous(_) | What::Flag(_) => Vec::new(),
            };
            instance.cells.insert(operand.name.clone(), (self.missing(operand), cells));
        }
        instance
    }

    /// All instances of rows that are taken together, group by group in the order of the file.
    pub fn together(&self, rows: &Rows) -> Vec<Instance> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<Vec<Option<&str>>, usize> = HashMap::new();
        for row in 0..rows.len() {
            let key = self.by.iter().map(|at| rows.columns[*at].get(row)).collect();
            let at = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[at].push(row);
        }
        groups.iter().flat_map(|group| self.group(rows, group)).collect()
    }

    fn group(&self, rows: &Rows, group: &[usize]) -> Vec<Instance> {
        if let Some(along) = self.along {
            return self.steps(rows, group, along);
        }
        if let Some(code) = self.code {
            return self.nodes(rows, group, code);
        }
        let mut instance = self.blank(rows, group[0], &self.by);
        for operand in &self.operands {
            let of = |row: &usize| match operand.what {
                What::Column(column) => Some(self.cell(operand, rows, column, *row)),
                What::Flag(flag) if rows.flags[flag][*row] => {
                    self.down.map(|column| self.cell(operand, rows, column, *row))
                }
                _ => None,
            };
            let cells = group.iter().filter_map(of).collect();
            instance.cells.insert(operand.name.clone(), (self.missing(operand), cells));
        }
        vec![instance]
    }

    /// Each row with the one before it, by period.
    fn steps(&self, rows: &Rows, group: &[usize], along: usize) -> Vec<Instance> {
        let texts = &rows.columns[along];
        let read = |row: &usize| period(texts.get(*row)?);
        let mut dated: Vec<(Option<Number>, usize)> =
            group.iter().map(|row| (read(row), *row)).collect();
        // Where no period can be read, the order of the file is all there is.
        let unreadable = dated.iter().all(|(at, _)| at.is_none());
        if !unreadable {
            dated.sort_by(|a, b| (a.0.is_none(), &a.0).cmp(&(b.0.is_none(), &b.0)));
        }
        let mut steps = Vec::new();
        for pair in dated.windows(2) {
            let [(before, previous), (at, row)] = pair else { continue };
            let mut instance = self.blank(rows, *row, &self.named_by);
            let name = &self.wanted.columns[along];
            let number = rows.numbers[*row];
            instance.trouble = if unreadable {
                None
            } else if at.is_none() {
                let text = texts.get(*row).unwrap_or_default();
                Some(format!("{name}, row {number}: \"{text}\" is neither a date nor a number"))
            } else if at == before {
                let (text, first) = (texts.get(*row).unwrap_or_default(), rows.numbers[*previous]);
                Some(format!("{name} is {text} in rows {first} and {number}"))
            } else {
                None
            };
            for operand in &self.operands {
                let cell = match operand.what {
                    What::Column(column) => self.cell(operand, rows, column, *row),
                    What::Previous(column) => self.cell(operand, rows, column, *previous),
                    What::Flag(_) => continue,
                };
                instance.cells.insert(operand.name.clone(), (self.missing(operand), vec![cell]));
            }
            steps.push(instance);
        }
        steps
    }

    /// Each row of a hierarchy that has rows below it, with these.
    fn nodes(&self, rows: &Rows, group: &[usize], code: usize) -> Vec<Instance> {
        let codes = &rows.columns[code];
        let mut rows_of: HashMap<&str, Vec<usize>> = HashMap::new();
        for row in group {
            rows_of.entry(codes.get(*row).unwrap_or_default()).or_default().push(*row);
        }
        let above = |row: usize| -> Option<&str> {
            let own = codes.get(row)?;
            match self.parent {
                Some(parent) => rows.columns[parent].get(row).filter(|above| !above.is_empty()),
                None => {
                    let starts = own.char_indices().map(|(at, _)| &own[..at]).rev();
                    starts.into_iter().find(|start| rows_of.contains_key(start))
                }
            }
        };
        let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut nodes = Vec::new();
        for row in group {
            let Some(above) = above(*row) else { continue };
            if !rows_of.contains_key(above) {
                let mut orphan = self.blank(rows, *row, &self.named_by);
                orphan.trouble = Some(format!("no row has the code \"{above}\" of its parent"));
                nodes.push(orphan);
            }
            below.entry(above).or_default().push(*row);
        }
        for row in group {
            let own = codes.get(*row).unwrap_or_default();
            let Some(children) = below.get(own) else { continue };
            let mut node = self.blank(rows, *row, &self.named_by);
            if rows_of[own].len() > 1 {
                let numbers: Vec<String> =
                    rows_of[own].iter().map(|row| rows.numbers[*row].to_string()).collect();
                let numbers = numbers.join(", ");
                node.trouble = Some(format!("the code \"{own}\" stands in rows {numbers}"));
            }
            for operand in &self.operands {
                let What::Column(column) = operand.what else { continue };
                let cell = |row: &usize| self.cell(operand, rows, column, *row);
                let (missing, name) = (self.missing(operand), operand.name.clone());
                node.cells.insert(name.clone(), (missing, vec![cell(row)]));
                node.lists.insert(name, (missing, children.iter().map(cell).collect()));
            }
            nodes.push(node);
        }
        nodes
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
        let number = rows.numbers[row];
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
        Instance { label, row: number, file, ..Instance::default() }
    }

    fn cell(&self, operand: &Operand, rows: &Rows, column: usize, row: usize) -> Cell {
        let text = rows.columns[column].get(row);
        let name = &self.wanted.columns[column];
        Cell {
            name: format!("{name}, row {}", rows.numbers[row]),
            content: operand.column.read(text),
            unit: operand.column.unit.clone(),
            of: operand.column.of.clone(),
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

/// A period as a number to sort by: the first day of a date, or the number itself.
fn period(text: &str) -> Option<Number> {
    let read = |unit: Option<&Unit>| Figure::read(text, Default::default(), unit).ok();
    let figure = read(Some(&Unit::date())).or_else(|| read(None))?;
    let set: Interval = figure.rungs(&Terms::default()).swap_remove(0).set;
    set.lo().map(|end| end.at.clone())
}
