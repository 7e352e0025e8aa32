//! The fast exact path over rows: plain printed numbers as scaled integers.
//!
//! It only ever says that a row certainly holds and is not improbable. Every other row is judged
//! by the check itself, in rationals. Intervals are worked out as the check does, so that nothing
//! is said to hold that would not; what lies outside of 128 bits, or is printed in any other way
//! than in plain digits, is left to the check.

mod cell;
mod cells;
mod conditions;
mod days;
mod laws;
mod often;
mod span;
mod sums;

use std::collections::HashMap;

use super::batches::Batch;
use super::instances::{Layout, What};
use crate::checks::{Quick, Role, Term};
use crate::dataset::Rows;
use crate::ledger::{Column, Content, Scope, Setting, View};
use crate::number::Number;
use cell::{Plain, Printed};
use cells::{Cells, QuickColumn, Source};
use often::Often;
pub(super) use span::Span;

/// The first day of a date in figures, or of a year of four digits, since 1970.
pub(super) fn first_day(text: &str) -> Option<i64> {
    i64::try_from(days::read(text, true)?.lo).ok()
}

/// Reads the cells of a column as sets: plain ones at once, others in full.
pub(super) struct Reader<'a> {
    column: &'a Column,
    plain: Option<Plain>,
}

impl<'a> Reader<'a> {
    /// A reader of the cells of a column.
    pub fn new(column: &'a Column) -> Self {
        Self { column, plain: Plain::new(column, None) }
    }

    /// The set of a figure that is no date, with both ends.
    pub fn number(&self, text: &str) -> Option<Span> {
        let plain = self.plain.as_ref().filter(|plain| !plain.is_of_dates());
        plain.and_then(|plain| plain.span(text)).or_else(|| {
            let Content::Figure(stated) = self.column.read(Some(text)) else { return None };
            let set = &stated.rungs.first().filter(|_| !stated.figure.unit().is_date())?.set;
            Span::between(set.lo()?.at.as_fraction()?, set.hi()?.at.as_fraction()?)
        })
    }
}

/// What a row is known to be without being judged in full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// It holds.
    Holds,
    /// It holds, and so much that rounding alone does this often enough.
    Sums,
}

/// What decides an assertion over rows of plain numbers.
#[derive(Debug)]
pub(super) struct QuickRows {
    quick: Quick<Source>,
    columns: Vec<QuickColumn>,
    /// Whether sets that only touch may have nothing in common.
    strict: bool,
    often: Often,
}

impl QuickRows {
    /// The fast path of an assertion; `None` if it has none. `scope` has the units with which the
    /// assertion is written right, and the view is over it.
    pub fn new(
        quick: Quick<Term>,
        layout: &Layout,
        view: &View,
        scope: &Scope,
        level: &Number,
    ) -> Option<Self> {
        (*level <= Number::ratio(1, 1000)).then_some(())?;
        let mut columns: Vec<QuickColumn> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let sums = matches!(quick, Quick::Sum { .. });
        let alone = !matches!(quick, Quick::If(_));
        let quick = quick.try_map(|term| {
            let listed = matches!(term.role, Role::Listed | Role::ListedBound);
            let name = &term.at.value;
            let Some(operand) = layout.operands.iter().find(|operand| operand.name == *name) else {
                return constant(&term, view, alone);
            };
            if let Some(at) = known.get(name) {
                return Some(Source::Column { at: *at, listed });
            }
            let declared = operand.column.unit.is_some();
            let seen = scope.unit(name).filter(|_| !declared);
            let plain = Plain::new(operand.column, seen)?;
            let at = match operand.what {
                What::Column(at) | What::Previous(at) => at,
                What::Flag(_) => layout.down?,
            };
            columns.push(QuickColumn { what: operand.what, at, plain });
            known.insert(name.clone(), columns.len() - 1);
            Some(Source::Column { at: columns.len() - 1, listed })
        })?;
        let plain = || columns.iter().map(|column| &column.plain);
        let nearest = plain().all(Plain::is_rounded_to_nearest);
        match &quick {
            Quick::Sum { .. } => {
                let factor = plain().next()?.factor;
                let alike = plain().all(|plain| plain.factor == factor && !plain.is_of_dates());
                (alike && nearest).then_some(())?;
            }
            Quick::Grain { n: Source::Column { at, .. }, .. } => {
                let n = &columns[*at].plain;
                (n.can_count() && n.is_rounded_to_nearest()).then_some(())?;
            }
            _ => {}
        }
        let mut built = Self {
            strict: plain().any(Plain::has_open_ends),
            quick,
            columns,
            often: Often::default(),
        };
        if sums {
            built.fit_constants()?;
        }
        Some(built)
    }

    /// Gives the figures of a sum that are written out the decimals of the others' unit.
    fn fit_constants(&mut self) -> Option<()> {
        let Quick::Sum { plus, minus, total, .. } = &mut self.quick else { return Some(()) };
        let (over, under) = self.columns.first()?.plain.factor;
        for source in plus.iter_mut().chain(minus).chain([total]) {
            if let Source::Constant(span, printed) = source {
                // Only what is exact and a whole number of units.
                let whole = span.lo.checked_mul(under)?;
                let unit = span.den.checked_mul(over)?;
                (span.is_point() && whole % unit == 0).then_some(())?;
                let mantissa = i64::try_from(whole / unit).ok()?;
                *printed = Some(Printed { mantissa, decimals: 0, exact: true });
            }
        }
        Some(())
    }

    /// What is known of one row, or of rows that are taken together.
    pub fn known(&self, rows: &Rows, batch: &Batch) -> Known {
        let cells = Cells { columns: &self.columns, rows, batch };
        self.decide(&cells).unwrap_or(Known::Nothing)
    }

    fn decide(&self, cells: &Cells) -> Option<Known> {
        if cells.batch.trouble().is_some() {
            return None;
        }
        match &self.quick {
            Quick::If(condition) => {
                // It comes to "yes" only after all cells were found to be plain: one that is not
                // could have a unit that does not go with the others.
                conditions::holds(condition, cells, self.strict)?.then_some(Known::Holds)
            }
            Quick::Sum { plus, minus, total, complete, exclusive } => {
                let open = (*complete, *exclusive);
                sums::sum(cells, (plus, minus, total), open, (self.strict, &self.often))
            }
            Quick::Grain { values, n, items } => {
                let n = match n {
                    Source::Constant(span, _) => (span.is_point() && span.lo % span.den == 0)
                        .then_some(span.lo / span.den)?,
                    // A bare whole number is one of things here, whatever else it may be.
                    column => {
                        let n = cells.number(column)?;
                        (n.decimals == 0).then_some(i128::from(n.mantissa))?
                    }
                };
                (n > 0).then_some(())?;
                let grains = Span::whole(n.checked_mul(i128::from(*items))?);
                let mut some = false;
                for value in values {
                    cells.each(value, |value| {
                        some = true;
                        let counts = value.times(grains)?;
                        let most = if self.strict { counts.hi.checked_sub(1)? } else { counts.hi };
                        let least = if self.strict { counts.lo.checked_add(1)? } else { counts.lo };
                        let most = most.div_euclid(counts.den);
                        let least = -least.checked_neg()?.div_euclid(counts.den);
                        (least <= most).then_some(())
                    })?;
                }
                some.then_some(Known::Holds)
            }
        }
    }
}

/// A claim, or a figure written out. Where several readings are open, the finest is in all others,
/// and what holds for its values holds for theirs; but not if it has to stand `alone`.
fn constant(term: &Term, view: &View, alone: bool) -> Option<Source> {
    let setting = Setting::default();
    let own = view.afresh(&setting);
    let quantity = match term.role {
        Role::Bound | Role::ListedBound => own.quantity(&term.at),
        Role::Stated | Role::Listed => own.stated(&term.at),
    };
    let quantity = quantity.ok()?;
    let trace = own.into_trace();
    let settled = trace.figures.iter().all(|used| used.open.is_empty());
    let known = trace.mistakes.is_empty() && quantity.of.is_none() && (settled || !alone);
    known.then_some(())?;
    Some(Source::Constant(Span::of(&quantity.set)?, None))
}
