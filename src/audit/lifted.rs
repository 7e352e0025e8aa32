//! Assertions over the rows of one dataset, whose columns play the claims.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::batches::Batch;
use super::instances::{self, Layout};
use super::quick::{Known, QuickRows};
use super::rows::Counting;
use super::seen::Seen;
use super::{parallel, series};
use crate::claim::LiftSpec;
use crate::dataset::Rows;
use crate::finding::Verdict;
use crate::ledger::{Data, Halt, Over, Scene, Scope, Setting, View};
use crate::mistake::Mistake;

impl Counting<'_> {
    /// Judges an assertion over the rows of its dataset.
    pub(super) fn lifted(&mut self, lift: &LiftSpec) -> Result<(), Halt> {
        let Some(each) = &lift.each else { return Ok(()) };
        let setting = Setting::default();
        let view = View::new(self.ledger, self.at(), &self.assertion.given, &setting);
        let (data, tables) = (view.dataset(each)?, view.tables()?);
        let place = self.assertion.place;
        let blame = |trouble| view.blame(data, trouble, place, lift.condition.as_ref());
        let columns = tables.columns(&data.source).map_err(blame)?;
        check_columns(&view, lift, data, &columns)?;
        let unit = |name: &String| Some((name.clone(), data.column(name).unit.clone()?));
        let units = columns.iter().filter_map(unit).collect();
        let down = lift.down.as_ref().map(|at| at.value.clone());
        let mut scope = Scope { columns, units, down, previous: lift.along.is_some() };
        // With which units plain cells are written right.
        let mut plain = Some(scope.clone());
        let operands = match self.operands(&scope) {
            Err(Halt::Misuse(_)) => {
                // Where no unit is declared, the cells themselves may have one.
                let seen = instances::units(tables, data, &scope.columns);
                let told = seen.iter().filter(|(_, unit)| unit.is_date() || unit.is_percent());
                let told =
                    told.map(|(name, unit)| (name.clone(), unit.clone())).collect::<Vec<_>>();
                scope.units.extend(seen.clone());
                plain = plain.map(|mut plain| {
                    plain.units.extend(told);
                    plain
                });
                plain = plain.filter(|plain| self.operands(plain).is_ok());
                self.operands(&scope)?
            }
            found => found?,
        };
        let claims = &view.own_edition().claims;
        for name in self.assertion.given.keys() {
            let claim = name.split(['.', '@']).next().unwrap_or(name);
            if !operands.contains(name) && claims.get(claim).is_none() {
                return Err(data.no_column(name, &scope.columns, place).into());
            }
        }
        let layout = Layout::new(data, lift, &operands);
        (self.tally.noun, self.tally.data) = (layout.noun(), each.value.clone());
        let quick = plain.and_then(|scope| self.quick(&layout, &scope));
        let mut seen = Seen::default();
        let mut gathered = Rows::default();
        let mut count = 0;
        let read = tables.rows(&data.source, &layout.wanted, &mut |rows| {
            count += rows.len();
            if self.is_full(count) {
                return ControlFlow::Break(());
            }
            seen.look(&layout, &rows);
            if layout.is_row_by_row() {
                let row = |at| Cow::Owned(Batch::Row(at));
                self.take(quick.as_ref(), &layout, &rows, rows.len(), &row);
            } else {
                gather(&mut gathered, rows);
            }
            if self.mistakes.is_empty() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        read.map_err(blame)?;
        if count == 0 {
            let why = match &lift.condition {
                Some(condition) => {
                    format!("no row of {} satisfies `{}`", each.value, condition.value)
                }
                None => format!("{} has no rows", each.value),
            };
            return Err(Halt::Missing(why));
        }
        if !layout.is_row_by_row() {
            let batches = layout.together(&gathered);
            let batch = |at: usize| Cow::Borrowed(&batches[at]);
            self.take(quick.as_ref(), &layout, &gathered, batches.len(), &batch);
            if layout.lift.along.is_some() {
                self.tally.notes.extend(series::notes(&layout, &gathered));
            }
        }
        self.tally.troubles = seen.troubles(data);
        if self.tally.judged() == 0 && !self.gathers() {
            let noun = self.tally.noun;
            return Err(Halt::Missing(format!("{} gives no {noun} to judge", each.value)));
        }
        Ok(())
    }

    /// The fast path, if there is one.
    fn quick(&self, layout: &Layout, scope: &Scope) -> Option<QuickRows> {
        let assertion = self.assertion;
        let plain = assertion.given.is_empty() && assertion.when.is_empty() && !self.detail.all;
        let plain = plain && !self.gathers();
        plain.then_some(())?;
        let scene = Scene { ledger: self.ledger, over: Over::Scope(scope) };
        let setting = Setting::default();
        let view = View::new(scene, self.at(), &assertion.given, &setting);
        QuickRows::new(assertion.check.quick(&view)?, layout, &view, scope, &self.level)
    }

    /// Counts what is known to hold, and judges the rest.
    fn take<'b>(
        &mut self,
        quick: Option<&QuickRows>,
        layout: &Layout,
        rows: &Rows,
        count: usize,
        batch: &(impl Fn(usize) -> Cow<'b, Batch> + Sync),
    ) {
        let Some(quick) = quick else {
            return self.judge(count, |at| layout.instance(rows, &batch(at)));
        };
        let known = parallel::map(count, |at| quick.known(rows, &batch(at)));
        let mut rest = Vec::new();
        for (at, known) in known.into_iter().enumerate() {
            if known == Known::Nothing {
                rest.push(at);
                continue;
            }
            self.tally.add(Verdict::Consistent);
            self.tally.quick += 1;
            self.tally.sums += u64::from(known == Known::Sums);
        }
        self.judge(rest.len(), |at| layout.instance(rows, &batch(rest[at])));
    }

    /// The operands of the assertion that are of the rows: found by judging it once, with any
    /// value for each of them.
    fn operands(&self, scope: &Scope) -> Result<Vec<String>, Halt> {
        let scene = Scene { ledger: self.ledger, over: Over::Scope(scope) };
        let setting = Setting::default();
        let view = View::new(scene, self.at(), &self.assertion.given, &setting);
        let judged = self.assertion.check.judge(&view);
        let trace = view.into_trace();
        if let Some(mistake) = trace.mistakes.into_iter().next() {
            return Err(mistake.into());
        }
        match judged {
            Err(Halt::Misuse(mistake)) => Err(Halt::Misuse(mistake)),
            _ if trace.operands.is_empty() => {
                let what = "nothing in this assertion names a column of the dataset";
                let known =
                    crate::mistake::quoted_list(scope.columns.iter().map(String::as_str), "and");
                let mistake = Mistake::new(what, self.assertion.place);
                Err(mistake.help(format!("the columns are {known}")).into())
            }
            _ => Ok(trace.operands),
        }
    }
}

/// The columns that the assertion's own keys name.
fn check_columns(
    view: &View,
    lift: &LiftSpec,
    data: &Data,
    columns: &[String],
) -> Result<(), Halt> {
    let known = |name: &str| columns.iter().any(|column| column == name);
    let texts = [&lift.along, &lift.down, &lift.code, &lift.parent].into_iter().flatten();
    let texts = texts.map(|at| (at.value.as_str(), view.place(at)));
    let by = lift
        .groups()
        .into_iter()
        .flat_map(|by| by.value.0.iter().map(|name| (name, view.place(by))));
    let key = data.key.iter().map(|name| (name, data.place));
    let declared = data.columns.keys().map(|name| (name, data.place));
    let lists = by.chain(key).chain(declared).map(|(name, place)| (name.as_str(), place));
    match texts.chain(lists).find(|(name, _)| !known(name)) {
        Some((name, place)) => Err(data.no_column(name, columns, place).into()),
        None => Ok(()),
    }
}

/// Adds rows to others.
fn gather(all: &mut Rows, more: Rows) {
    if all.is_empty() {
        *all = more;
        return;
    }
    all.numbers.extend(more.numbers);
    all.within.extend(more.within);
    let append = |to: &mut crate::dataset::Texts, from: &crate::dataset::Texts| {
        from.iter().for_each(|text| to.push(text));
    };
    append(&mut all.files, &more.files);
    for (to, from) in all.columns.iter_mut().zip(&more.columns) {
        append(to, from);
    }
    for (to, from) in all.flags.iter_mut().zip(more.flags) {
        to.extend(from);
    }
}
