//! The fast exact path over rows: plain printed numbers as scaled integers.
//!
//! It only ever says that a row certainly holds and is not improbable. Every other row is judged
//! by the check itself, in rationals. Intervals are worked out as the check does, so that nothing
//! is said to hold that would not; what lies outside of 128 bits, or is printed in any other way
//! than in plain digits, is left to the check.

mod cell;
mod days;
mod laws;
mod often;
mod span;

use std::collections::HashMap;

use super::batches::Batch;
use super::instances::{Layout, What};
use crate::checks::{Quick, Role, Term};
use crate::dataset::Rows;
use crate::expr::{Condition, Counted, Formula, Function, Operator, Relation};
use crate::ledger::{Column, Content, Scope, Setting, View};
use crate::number::Number;
use cell::{Plain, Printed};
use often::{Often, Sum, Widths};
pub(super) use span::Span;

/// The largest power that is worked out here.
const MAX_POWER: i128 = 8;

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

#[derive(Debug)]
struct QuickColumn {
    what: What,
    /// Its place among the columns that are read.
    at: usize,
    plain: Plain,
}

/// Where an operand has its values from.
#[derive(Clone, Debug)]
enum Source {
    Column {
        at: usize,
        /// Whether it may stand for many cells.
        listed: bool,
    },
    /// A claim, or a figure written out.
    Constant(Span, Option<Printed>),
}

/// One row, or some that are taken together.
struct Cells<'r> {
    columns: &'r [QuickColumn],
    rows: &'r Rows,
    batch: &'r Batch,
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
                self.holds(condition, cells)?.then_some(Known::Holds)
            }
            Quick::Sum { plus, minus, total, complete, exclusive } => {
                self.sum(cells, (plus, minus, total), (*complete, *exclusive))
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

    fn sum(
        &self,
        cells: &Cells,
        (plus, minus, total): (&[Source], &[Source], &Source),
        (complete, exclusive): (Option<bool>, Option<bool>),
    ) -> Option<Known> {
        let mut sums = [0i64; cell::MAX_DIGITS + 1];
        let mut widths = Widths::default();
        let mut add = |number: Printed, sign: i64| {
            let sum = sums.get_mut(number.decimals)?;
            *sum = sum.checked_add(number.mantissa * sign)?;
            let width = &mut widths[number.decimals];
            *width = width.checked_add(u16::from(!number.exact))?;
            Some(())
        };
        let mut parts = 0;
        // A list from which amounts are taken away can have any total if it is not complete.
        let mut open = false;
        for part in plus {
            cells.each_number(part, |number| {
                parts += 1;
                open |= number.mantissa < 0;
                add(number, 1)
            })?;
        }
        for part in minus {
            cells.each_number(part, |number| {
                open = true;
                add(number, -1)
            })?;
        }
        add(cells.number(total)?, -1)?;
        (parts > 0).then_some(())?;
        let decimals = sums.iter().zip(&widths).rposition(|(sum, width)| *sum != 0 || *width > 0);
        let decimals = decimals.unwrap_or(0);
        let mut difference = 0i64;
        for (own, sum) in sums[..=decimals].iter().enumerate() {
            let scaled = sum.checked_mul(cell::power(decimals - own)?)?;
            difference = difference.checked_add(scaled)?;
        }
        if exclusive != Some(true) && !open {
            // Where things are counted in two parts, the total is that of the largest at least.
            let total = cells.span(total)?;
            for part in plus {
                cells.each(part, |part| {
                    (part.room_below(&total)? >= i128::from(self.strict)).then_some(())
                })?;
            }
        }
        if exclusive != Some(false) && complete != Some(false) {
            return Some(match self.often.sum(&widths, decimals, difference)? {
                Sum::Usual => Known::Sums,
                // Sums of too many figures, which may only touch.
                Sum::Ties if self.strict && widths.iter().any(|count| *count > 0) => return None,
                Sum::Ties => Known::Holds,
            });
        }
        // What is left out makes the total larger, what is counted twice makes it smaller.
        let reach = often::reach(&widths, decimals)?;
        let room = i64::from(self.strict && reach > 0);
        let twice = difference.checked_mul(2)?;
        let above = open || exclusive == Some(false) || reach.checked_sub(twice)? >= room;
        let below =
            complete == Some(false) || exclusive == Some(true) || reach.checked_add(twice)? >= room;
        (above && below).then_some(Known::Holds)
    }

    /// Whether a condition certainly holds.
    fn holds(&self, condition: &Condition<Source>, cells: &Cells) -> Option<bool> {
        let room = i128::from(self.strict);
        Some(match condition {
            Condition::Compare(a, relation, b) => {
                let (a, b) = (value(a, cells)?, value(b, cells)?);
                let (below, above) = (|| a.room_below(&b), || b.room_below(&a));
                match relation {
                    Relation::Equal => below()? >= room && above()? >= room,
                    Relation::Unequal => !(a.is_point() && b.is_point() && below()? == 0),
                    Relation::Below => below()? > 0,
                    Relation::AtMost => below()? >= room,
                    Relation::Above => above()? > 0,
                    Relation::AtLeast => above()? >= room,
                }
            }
            Condition::Meet(all) => {
                let mut common: Option<Span> = None;
                for formula in all {
                    each_value(formula, cells, |own| {
                        common = Some(match common {
                            None => own,
                            Some(sofar) => {
                                let (a, b) = sofar.alike(own)?;
                                Span { lo: a.lo.max(b.lo), hi: a.hi.min(b.hi), den: a.den }
                            }
                        });
                        Some(())
                    })?;
                }
                let common = common?;
                common.hi.checked_sub(common.lo)?.signum() >= room
            }
            Condition::Rising { all, strict } => {
                let least = i128::from(*strict || self.strict);
                let mut low: Option<Span> = None;
                let mut rising = true;
                for formula in all {
                    each_value(formula, cells, |own| {
                        low = Some(match low {
                            None => own,
                            Some(low) => {
                                rising &= low.room_below(&own)? >= least;
                                let (a, b) = low.alike(own)?;
                                if b.lo > a.lo { own } else { low }
                            }
                        });
                        Some(())
                    })?;
                }
                low?;
                rising
            }
            Condition::All(all) => {
                for one in all {
                    if !self.holds(one, cells)? {
                        return Some(false);
                    }
                }
                true
            }
            Condition::Any(all) => {
                let mut any = false;
                for one in all {
                    any |= self.holds(one, cells)?;
                }
                any
            }
        })
    }
}

/// Hands out the values of a formula in a list: a column can have many.
fn each_value(
    formula: &Formula<Source>,
    cells: &Cells,
    mut take: impl FnMut(Span) -> Option<()>,
) -> Option<()> {
    match formula {
        Formula::Value(source) => cells.each(source, take),
        other => take(value(other, cells)?),
    }
}

/// The values of a formula.
fn value(formula: &Formula<Source>, cells: &Cells) -> Option<Span> {
    Some(match formula {
        Formula::Value(source) => cells.span(source)?,
        Formula::Negative(inner) => value(inner, cells)?.negative()?,
        Formula::Arithmetic(operator, a, b) => {
            let (a, b) = (value(a, cells)?, value(b, cells)?);
            match operator {
                Operator::Plus => a.plus(b)?,
                Operator::Minus => a.plus(b.negative()?)?,
                Operator::Times => a.times(b)?,
                Operator::Over => a.times(b.recip()?)?,
                Operator::Power => {
                    let whole = b.is_point() && b.lo % b.den == 0;
                    let exponent = whole.then(|| b.lo / b.den);
                    let exponent = exponent.filter(|power| (0..=MAX_POWER).contains(power))?;
                    a.power(u32::try_from(exponent).ok()?)?
                }
            }
        }
        Formula::Call(function, all) => {
            let (first, rest) = all.split_first()?;
            let first = value(first, cells)?;
            let start = if *function == Function::Abs { first.abs()? } else { first };
            rest.iter().try_fold(start, |sofar, next| {
                let next = value(next, cells)?;
                match function {
                    Function::Sum => sofar.plus(next),
                    Function::Min => sofar.min(next),
                    Function::Max | Function::Abs => sofar.max(next),
                }
            })?
        }
        Formula::Elapsed(ends, counted) => {
            let (from, to) = (value(&ends[0], cells)?, value(&ends[1], cells)?);
            (from.den == 1 && to.den == 1).then_some(())?;
            match counted {
                Counted::Days { inclusive } => {
                    let (lo, hi) = (to.lo.checked_sub(from.hi)?, to.hi.checked_sub(from.lo)?);
                    Span { lo, hi: hi.checked_add(i128::from(*inclusive))?, den: 1 }
                }
                Counted::Months(step) => Span::between(
                    days::elapsed(from.hi, to.lo, *step)?,
                    days::elapsed(from.lo, to.hi, *step)?,
                )?,
            }
        }
    })
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

impl Cells<'_> {
    /// The texts of a column, row by row.
    fn texts(&self, at: usize, listed: bool) -> impl Iterator<Item = Option<&str>> {
        let column = &self.columns[at];
        let rows = self.batch.rows(column.what, listed).iter();
        let flags = match column.what {
            What::Flag(flag) => Some(&self.rows.flags[flag]),
            _ => None,
        };
        let rows = rows.filter(move |row| flags.is_none_or(|flags| flags[**row]));
        rows.map(move |row| self.rows.columns[column.at].get(*row))
    }

    /// The one text that a column has here.
    fn text(&self, at: usize) -> Option<&str> {
        let mut texts = self.texts(at, false);
        let first = texts.next()??;
        texts.all(|other| other == Some(first)).then_some(first)
    }

    fn span(&self, source: &Source) -> Option<Span> {
        match source {
            Source::Column { at, .. } => self.columns[*at].plain.span(self.text(*at)?),
            Source::Constant(span, _) => Some(*span),
        }
    }

    fn number(&self, source: &Source) -> Option<Printed> {
        match source {
            Source::Column { at, .. } => self.columns[*at].plain.number(self.text(*at)?),
            Source::Constant(_, printed) => *printed,
        }
    }

    fn each(&self, source: &Source, mut take: impl FnMut(Span) -> Option<()>) -> Option<()> {
        match source {
            Source::Column { at, listed } => {
                let plain = &self.columns[*at].plain;
                self.texts(*at, *listed).try_for_each(|text| take(plain.span(text?)?))
            }
            Source::Constant(span, _) => take(*span),
        }
    }

    fn each_number(
        &self,
        source: &Source,
        mut take: impl FnMut(Printed) -> Option<()>,
    ) -> Option<()> {
        match source {
            Source::Column { at, listed } => {
                let plain = &self.columns[*at].plain;
                self.texts(*at, *listed).try_for_each(|text| take(plain.number(text?)?))
            }
            Source::Constant(_, printed) => take((*printed)?),
        }
    }
}
