//! The cells of a sheet that have something in them.

use std::rc::Rc;

/// Rows that a sheet may have.
pub(super) const MOST_ROWS: u32 = 1_048_576;
/// Columns that a sheet may have.
pub(super) const MOST_COLUMNS: u32 = 16_384;
/// Cells between the first and the last that are used, more than which are not read.
pub(super) const MOST_CELLS: u64 = 50_000_000;

/// What a cell holds.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// What is shown, or what is computed with.
    Text(String),
    /// A number as it is shown, with a decimal point.
    Number(String),
    /// Why it cannot be read, which is told if it is asked for.
    Fault(Box<Fault>),
}

/// Why a cell cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// What follows the name of the file; `{}` stands for the place.
    pub what: String,
    /// What to do.
    pub help: Option<String>,
}

impl Cell {
    pub fn fault(what: impl Into<String>, help: Option<&str>) -> Self {
        Self::Fault(Box::new(Fault { what: what.into(), help: help.map(str::to_owned) }))
    }

    /// A formula that no program has worked out.
    pub fn no_value() -> Self {
        let help = "open the workbook, let it calculate, and save it";
        Self::fault("has a formula without a value in {}", Some(help))
    }

    pub fn error(error: &str) -> Self {
        Self::fault(format!("has the error {error} in {{}}"), None)
    }
}

/// The sheets of a workbook.
pub(super) struct Sheets {
    /// The names of all.
    pub names: Vec<String>,
    /// The one that is asked for, or the first; `None` if there is none such.
    pub wanted: Option<(String, Grid)>,
}

/// Neighbours in a row with the same cell, both ends included.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub from: u32,
    pub to: u32,
    pub cell: Cell,
}

/// The rows of a sheet, each with its cells from left to right. Rows that are repeated are kept
/// once.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<Rc<Vec<Span>>>,
    used: Option<((u32, u32), (u32, u32))>,
}

impl Grid {
    /// Adds so many rows that are alike; `false` if the sheet gets too long.
    pub fn push(&mut self, spans: Vec<Span>, count: u32) -> bool {
        let first = self.rows.len() as u32;
        if let (Some(left), Some(right)) = (spans.first(), spans.last()) {
            if count > MOST_ROWS - first.min(MOST_ROWS) {
                return false;
            }
            let (left, right, bottom) = (left.from, right.to, first + count.max(1) - 1);
            let ((top, from), (_, to)) = self.used.unwrap_or(((first, left), (bottom, right)));
            self.used = Some(((top, from.min(left)), (bottom, to.max(right))));
        }
        let room = MOST_ROWS.saturating_sub(first);
        let row = Rc::new(spans);
        self.rows.extend(std::iter::repeat_n(row, count.min(room) as usize));
        true
    }

    /// How many rows there are.
    pub fn height(&self) -> u32 {
        self.rows.len() as u32
    }

    /// The first and the last row and column that are used, counted from 0.
    pub fn used(&self) -> Option<((u32, u32), (u32, u32))> {
        self.used
    }

    pub fn get(&self, row: u32, column: u32) -> Option<&Cell> {
        let spans = self.rows.get(row as usize)?;
        let at = spans.partition_point(|span| span.to < column);
        spans.get(at).filter(|span| span.from <= column).map(|span| &span.cell)
    }
}
