//! The cells that operands name in one row, or in rows that are taken together.

use super::cell::{Plain, Printed};
use super::span::Span;
use crate::audit::batches::Batch;
use crate::audit::instances::What;
use crate::dataset::Rows;

/// A column that operands name.
#[derive(Debug)]
pub(super) struct QuickColumn {
    pub what: What,
    /// Its place among the columns that are read.
    pub at: usize,
    pub plain: Plain,
}

/// Where an operand has its values from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Column {
        at: usize,
        /// Whether it may stand for many cells.
        listed: bool,
    },
    /// A claim, or a figure written out.
    Constant(Span, Option<Printed>),
}

/// One row, or some that are taken together.
pub(super) struct Cells<'r> {
    pub columns: &'r [QuickColumn],
    pub rows: &'r Rows,
    pub batch: &'r Batch,
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

    /// The set of an operand that is one figure.
    pub fn span(&self, source: &Source) -> Option<Span> {
        match source {
            Source::Column { at, .. } => self.columns[*at].plain.span(self.text(*at)?),
            Source::Constant(span, _) => Some(*span),
        }
    }

    /// The number of an operand that is one figure.
    pub fn number(&self, source: &Source) -> Option<Printed> {
        match source {
            Source::Column { at, .. } => self.columns[*at].plain.number(self.text(*at)?),
            Source::Constant(_, printed) => *printed,
        }
    }

    /// Hands out the sets of an operand in a list.
    pub fn each(&self, source: &Source, mut take: impl FnMut(Span) -> Option<()>) -> Option<()> {
        match source {
            Source::Column { at, listed } => {
                let plain = &self.columns[*at].plain;
                self.texts(*at, *listed).try_for_each(|text| take(plain.span(text?)?))
            }
            Source::Constant(span, _) => take(*span),
        }
    }

    /// Hands out the numbers of an operand in a list.
    pub fn each_number(
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
