//! What an assertion is judged over: the claims alone, or the rows of a dataset.

use super::view::{self, Halt};
use super::{Cell, Content, Instance, Ledger, Origin, Quantity, Scope, View, cell};
use crate::claim::{At, Missing};
use crate::figure::Unit;
use crate::interval::Interval;
use crate::mistake::Place;
use crate::number::Number;

/// The ledger, with the rows that are in play.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The rows.
    pub over: Over<'a>,
}

/// What operands name, before they name claims.
#[derive(Clone, Copy)]
pub enum Over<'a> {
    /// Nothing.
    Claims,
    /// Something of rows that are not read yet: what is asked for is noted.
    Scope(&'a Scope),
    /// Cells of a row or of a group of rows.
    Cells(&'a Instance),
}

impl<'a> From<&'a Ledger> for Scene<'a> {
    fn from(ledger: &'a Ledger) -> Self {
        Self { ledger, over: Over::Claims }
    }
}

impl View<'_> {
    /// Several operands. A column of a group of rows stands for all its cells, and cells that are
    /// to be skipped are left out.
    pub fn all(
        &self,
        operands: &[At<String>],
        read: impl Fn(&Self, &At<String>) -> Result<Quantity, Halt>,
    ) -> Result<Vec<Quantity>, Halt> {
        let mut all = Vec::new();
        for operand in operands {
            let cells = match self.over {
                Over::Cells(instance) => {
                    let list = instance.lists.get(&operand.value);
                    list.or_else(|| instance.cells.get(&operand.value))
                }
                _ => None,
            };
            let Some((missing, cells)) = cells else {
                let quantity = read(self, operand)?;
                // Before rows are read, a column may stand for any number of cells.
                if matches!(self.over, Over::Scope(_)) {
                    all.push(quantity.clone());
                }
                all.push(quantity);
                continue;
            };
            let place = self.place(operand);
            for cell in cells {
                let absent = matches!(cell.content, Content::Absent(_));
                if absent && *missing == Missing::Skip {
                    self.assume(format!("{} is left out", told(cell)));
                    continue;
                }
                let alone = cells.len() == 1;
                let name = if alone { &operand.value } else { &cell.name };
                all.push(self.of_cell((&operand.value, name), cell, *missing, place)?);
            }
        }
        Ok(all)
    }

    /// The one cell that an operand names; `None` if it names nothing of the rows.
    pub(super) fn cell_quantity(
        &self,
        operand: &str,
        place: Place,
    ) -> Option<Result<Quantity, Halt>> {
        let own_names;
        let (missing, cells) = match self.over {
            Over::Claims => return None,
            Over::Scope(scope) => {
                scope.has(operand).then_some(())?;
                let mut trace = self.trace.borrow_mut();
                if !trace.operands.iter().any(|known| known == operand) {
                    trace.operands.push(operand.to_owned());
                }
                let unit = scope.unit(operand).cloned().unwrap_or_else(Unit::unstated);
                return Some(Ok(Quantity { unit, ..Quantity::anything(operand, place) }));
            }
            Over::Cells(instance) => {
                own_names = instance.own_names;
                instance.cells.get(operand)?
            }
        };
        let text = |cell: &Cell| match &cell.content {
            Content::Figure(stated) => stated.figure.text().to_owned(),
            Content::Known(_, text) | Content::Absent(text) | Content::Unreadable(text) => {
                text.clone()
            }
        };
        Some(match cells.as_slice() {
            [] => Err(Halt::Missing(format!("no row has `{operand}`"))),
            [cell, rest @ ..] if rest.iter().all(|other| text(other) == text(cell)) => {
                let name = if own_names { &cell.name } else { operand };
                self.of_cell((operand, name), cell, *missing, place)
            }
            cells => {
                let count = cells.len();
                let what = format!("`{operand}` is one figure here, but {count} rows have one");
                Err(Halt::Missing(what))
            }
        })
    }

    /// Whether operands can be cells of rows.
    pub fn is_over_rows(&self) -> bool {
        !matches!(self.over, Over::Claims)
    }

    /// What is assumed for missing cells, in words.
    pub fn assumptions(&self) -> Vec<String> {
        self.trace.borrow().assumptions.clone()
    }

    /// The columns that operands can name.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let columns = match self.over {
            Over::Scope(scope) => scope.columns.as_slice(),
            _ => &[],
        };
        columns.iter().map(String::as_str)
    }

    fn assume(&self, what: String) {
        let mut trace = self.trace.borrow_mut();
        if !self.trial && !trace.assumptions.contains(&what) {
            trace.assumptions.push(what);
        }
    }

    fn of_cell(
        &self,
        (operand, name): (&str, &str),
        cell: &Cell,
        missing: Missing,
        place: Place,
    ) -> Result<Quantity, Halt> {
        let given = self.given(operand);
        let of = given.and_then(|given| given.of.clone()).or_else(|| cell.of.clone());
        let unit = || cell.unit.clone().unwrap_or_else(Unit::unstated);
        let origin = cell.spot.clone().map(Origin::Cell);
        let known = |set: Interval, text: &str| Quantity {
            set,
            text: text.to_owned(),
            unit: unit(),
            of: of.clone(),
            origin: origin.clone(),
            trial: self.trial,
            ..Quantity::anything(name, place)
        };
        match &cell.content {
            Content::Figure(stated) => {
                let read = given.map(|given| view::read_as(stated, given));
                let stated = read.as_ref().unwrap_or(stated);
                let handed = self.hand_out(name, stated, of.clone(), (place, Some(place)));
                Ok(Quantity { origin, ..handed })
            }
            Content::Known(set, text) => Ok(known(set.clone(), text)),
            Content::Unreadable(_) => Err(Halt::Missing(told(cell))),
            Content::Absent(_) => match missing {
                Missing::Refuse | Missing::Skip => Err(Halt::Missing(told(cell))),
                Missing::Zero => {
                    self.assume(format!("{}: counted as zero", told(cell)));
                    Ok(known(Interval::point(Number::zero()), "0"))
                }
                Missing::Unknown => {
                    self.assume(format!("{}: any value is allowed", told(cell)));
                    let above = cell::not_negative(&unit()).then(Number::zero);
                    Ok(known(above.map_or_else(Interval::all, Interval::at_least), "?"))
                }
            },
        }
    }
}

/// What a cell has, in words.
fn told(cell: &Cell) -> String {
    match &cell.content {
        Content::Figure(stated) => format!("{} is {}", cell.name, stated.figure.text()),
        Content::Known(_, text) => format!("{} is {text}", cell.name),
        Content::Absent(why) => format!("{} is {why}", cell.name),
        Content::Unreadable(what) => format!("{}: {what}", cell.name),
    }
}
