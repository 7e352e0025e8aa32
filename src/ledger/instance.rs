//! One of the times that a lifted assertion is judged: which cells then play the claims.

use std::collections::HashMap;

use super::Cell;
use crate::claim::Missing;
use crate::figure::Unit;

/// A row, or a group of rows, whose cells stand in for claims.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// What a reader knows it by: "region North, year 2020 (row 7)".
    pub label: String,
    /// The first row it is about, counted from 1.
    pub row: u64,
    /// The file of that row, for datasets of several.
    pub file: Option<String>,
    /// The cells by operand, and what becomes of missing ones.
    pub cells: HashMap<String, (Missing, Vec<Cell>)>,
    /// The cells that an operand stands for in a list, where they are others than outside of one.
    pub lists: HashMap<String, (Missing, Vec<Cell>)>,
    /// Whether the figures are called by the names of their cells, and not as operands.
    pub own_names: bool,
    /// What holds for it as a whole, if it cannot be judged.
    pub trouble: Option<String>,
}

/// The operands that an assertion can have over rows, before any is read.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The columns of the dataset.
    pub columns: Vec<String>,
    /// The units of columns, where they are declared.
    pub units: HashMap<String, Unit>,
    /// The column that conditions pick rows of.
    pub down: Option<String>,
    /// Whether the row before can be named, as `previous.COLUMN`.
    pub previous: bool,
}

impl Scope {
    /// Whether an operand is not a claim but something of the rows.
    pub fn has(&self, operand: &str) -> bool {
        if self.down.is_some() && is_condition(operand) {
            return true;
        }
        let column = self.column(operand);
        self.columns.iter().any(|known| known == column)
    }

    /// The unit of what an operand names, if it is declared.
    pub fn unit(&self, operand: &str) -> Option<&Unit> {
        self.units.get(self.down.as_deref().unwrap_or_else(|| self.column(operand)))
    }

    fn column<'o>(&self, operand: &'o str) -> &'o str {
        operand.strip_prefix("previous.").filter(|_| self.previous).unwrap_or(operand)
    }
}

/// Whether a text is an SQL condition rather than a name or a figure.
fn is_condition(text: &str) -> bool {
    let words = text.to_lowercase();
    let mut words = words.split(|c: char| !c.is_alphanumeric());
    text.contains(['=', '<', '>'])
        || words.any(|word| ["in", "like", "is", "between"].contains(&word))
}
