//! A two-way table of figures, and its lines: rows and columns with their totals.

use std::collections::HashMap;

use super::{Cell, Content, Instance};
use crate::claim::Missing;
use crate::interval::Interval;
use crate::number::Number;

/// The cells of a line, apart by what becomes of missing ones.
pub(crate) const CELLS: [(Missing, &str); 4] = [
    (Missing::Refuse, "the cell"),
    (Missing::Skip, "the cell that may be left out"),
    (Missing::Zero, "the cell that may be zero"),
    (Missing::Unknown, "the cell that may be anything"),
];
/// The cell at the end of a line.
pub(crate) const TOTAL: &str = "the total";
/// The fewest rows in which two columns with the same figures are worth a word.
const ALIKE: usize = 3;

/// A table of cells, by the names of its rows and columns.
#[derive(Default)]
pub(crate) struct TwoWay {
    pub rows: Vec<String>,
    /// The number of each row in the dataset.
    pub numbers: Vec<u64>,
    pub columns: Vec<String>,
    /// What becomes of missing cells, by column.
    pub missing: Vec<Missing>,
    /// The cells of each row, by column.
    pub cells: Vec<HashMap<usize, Cell>>,
    row_at: HashMap<String, usize>,
    column_at: HashMap<String, usize>,
    pub total_row: Option<usize>,
    pub total_column: Option<usize>,
}

/// A row or a column with its total: cells by row and column.
pub(crate) struct Line {
    pub is_row: bool,
    pub at: usize,
    pub parts: Vec<(usize, usize)>,
    pub total: (usize, usize),
}

impl TwoWay {
    /// The row with a name, which is made if it is not there.
    pub fn row(&mut self, label: &str, number: u64) -> usize {
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
    pub fn column(&mut self, label: &str) -> usize {
        if let Some(at) = self.column_at.get(label) {
            return *at;
        }
        self.column_at.insert(label.to_owned(), self.columns.len());
        self.columns.push(label.to_owned());
        self.columns.len() - 1
    }

    /// All rows, then all columns, that have a total.
    pub fn lines(&self) -> Vec<Line> {
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

    pub fn cell(&self, (at, column): (usize, usize)) -> Cell {
        let (row, name) = (&self.rows[at], &self.columns[column]);
        let found = self.cells[at].get(&column).cloned();
        found.unwrap_or_else(|| Cell {
            name: format!("{name}, {row}"),
            content: Content::Absent("not in the table".to_owned()),
            unit: None,
            of: None,
            spot: None,
        })
    }

    pub fn instance(&self, line: &Line) -> Instance {
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
    pub fn excess(&self, line: &Line) -> Option<Interval> {
        let set =
            |at: &(usize, usize), part: bool| match (self.cell(*at).content, self.missing[at.1]) {
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
    pub fn suspect(&self, lines: &[Line]) -> Option<String> {
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
    pub fn alike(&self) -> Vec<String> {
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
                notes.push(format!(
                    "columns {other} and {column} have the same figures in all rows"
                ));
            } else {
                first.insert(texts, column);
            }
        }
        notes
    }
}
