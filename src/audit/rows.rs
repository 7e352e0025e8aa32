//! Lifted assertions: judged over every row, or group of rows, of a dataset, and counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use super::instances::{self, Layout};
use super::quick::{Known, QuickRows};
use super::settle::{self, blank};
use super::{Assertion, Case, parallel, series};
use crate::claim::{At, LiftSpec};
use crate::dataset::{Part, Rows, Trouble};
use crate::finding::{Finding, RowFinding, Tally, Verdict};
use crate::ledger::{Data, Halt, Instance, Ledger, Over, Scene, Scope, Setting, View};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// How many rows are kept with their evidence, unless all are wanted.
const KEPT: usize = 10;

/// How much is kept of what is judged over rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Every row that is not consistent, rather than the worst few.
    pub failing: bool,
    /// Every row.
    pub all: bool,
}

/// A row that is kept, with what it takes to work out its evidence.
struct Kept {
    row: RowFinding,
    instance: Instance,
}

struct Counting<'a> {
    ledger: &'a Ledger,
    assertion: &'a Assertion,
    detail: Detail,
    /// The level below which a probability may be remarkable.
    level: Number,
    tally: Tally,
    kept: Vec<Kept>,
    mistakes: Vec<Mistake>,
}

/// The finding on an assertion that is judged over rows; `None` for one that is not.
pub(super) fn settle(case: &Case, assertion: &Assertion, detail: Detail) -> Option<Finding> {
    let ledger = &case.ledger;
    let mut counting = Counting {
        ledger,
        assertion,
        detail,
        level: case.improbable.clone().unwrap_or_else(|| Number::ratio(1, 1000)),
        tally: Tally::default(),
        kept: Vec::new(),
        mistakes: Vec::new(),
    };
    let outcome = match &assertion.lift {
        Some(lift) => counting.lifted(lift),
        None => match counting.expanded() {
            Ok(false) => return None,
            other => other.map(|_| ()),
        },
    };
    let mut finding = blank(assertion);
    match outcome {
        Err(Halt::Misuse(mistake)) => {
            let place = Some(mistake.place.unwrap_or(assertion.place));
            counting.mistakes.push(Mistake { place, ..*mistake });
            finding.mistakes = counting.mistakes;
        }
        Err(Halt::Missing(why)) => {
            finding.verdict = Verdict::Undetermined;
            finding.reason = Some(why);
        }
        Ok(()) if !counting.mistakes.is_empty() => finding.mistakes = counting.mistakes,
        Ok(()) => counting.finish(&mut finding),
    }
    Some(finding)
}

impl Counting<'_> {
    fn at(&self) -> (usize, usize) {
        (self.assertion.edition, self.assertion.place.file)
    }

    fn place<T>(&self, at: &At<T>) -> Place {
        Place::new(self.assertion.place.file, at.span.clone())
    }

    fn lifted(&mut self, lift: &LiftSpec) -> Result<(), Halt> {
        let Some(each) = &lift.each else { return Ok(()) };
        let edition = &self.ledger.editions[self.assertion.edition];
        let data = edition.data.get(&each.value).ok_or_else(|| {
            Mistake::new(format!("no dataset is named `{}`", each.value), self.place(each))
                .label("not declared as data")
                .did_you_mean(&each.value, edition.data.names())
                .help("declare it as `[data.NAME]` with a `path`")
        })?;
        let tables = self.ledger.tables.as_ref().ok_or_else(|| {
            Halt::Missing("this build of tieout reads no data (feature `dataframes`)".to_owned())
        })?;
        let columns = tables.columns(&data.source);
        let columns = columns.map_err(|trouble| self.mistake(trouble, lift, data))?;
        self.check_columns(lift, data, &columns)?;
        let unit = |name: &String| Some((name.clone(), data.column(name).unit.clone()?));
        let units = columns.iter().filter_map(unit).collect();
        let (previous, down) =
            (lift.along.is_some(), lift.down.as_ref().map(|at| at.value.clone()));
        let mut scope = Scope { columns, units, down, previous };
        let operands = match self.operands(&scope) {
            Err(Halt::Misuse(_)) => {
                // Where no unit is declared, the cells themselves may have one.
                let seen = instances::units(tables.as_ref(), data, &scope.columns);
                scope.units.extend(seen);
                self.operands(&scope)?
            }
            found => found?,
        };
        let claims = &edition.claims;
        for name in self.assertion.given.keys() {
            let claim = name.split(['.', '@']).next().unwrap_or(name);
            if !operands.contains(name) && claims.get(claim).is_none() {
                return Err(data.no_column(name, &scope.columns, self.assertion.place).into());
            }
        }
        let layout = Layout::new(data, lift, &operands);
        (self.tally.noun, self.tally.data) = (layout.noun(), each.value.clone());
        let plain =
            self.assertion.given.is_empty() && self.assertion.when.is_empty() && !self.detail.all;
        let quick = self.assertion.check.quick().filter(|_| plain);
        let quick = quick.and_then(|quick| QuickRows::new(quick, &layout, &self.level));
        let mut seen = Seen::default();
        let mut gathered = Rows::default();
        let mut count = 0;
        let read = tables.rows(&data.source, &layout.wanted, &mut |rows| {
            count += rows.len();
            seen.look(&layout, &rows);
            if layout.is_row_by_row() {
                let rest = self.quickly(quick.as_ref(), &rows);
                self.judge(rest.len(), |at| layout.row(&rows, rest[at]));
            } else {
                gather(&mut gathered, rows);
            }
            if self.mistakes.is_empty() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        read.map_err(|trouble| self.mistake(trouble, lift, data))?;
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
            let instances = layout.together(&gathered);
            self.judge(instances.len(), |at| instances[at].clone());
            if layout.lift.along.is_some() {
                self.tally.notes.extend(series::notes(&layout, &gathered));
            }
        }
        self.tally.troubles = seen.troubles(data);
        if self.tally.judged() == 0 {
            let noun = self.tally.noun;
            return Err(Halt::Missing(format!("{} gives no {noun} to judge", each.value)));
        }
        Ok(())
    }

    /// Counts the rows that are known to hold, and returns the others.
    fn quickly(&mut self, quick: Option<&QuickRows>, rows: &Rows) -> Vec<usize> {
        let Some(quick) = quick else { return (0..rows.len()).collect() };
        let known = parallel::map(rows.len(), |row| quick.row(rows, row));
        let mut rest = Vec::new();
        for (row, known) in known.into_iter().enumerate() {
            match known {
                Known::Nothing => rest.push(row),
                Known::Holds => self.tally.add(Verdict::Consistent),
                Known::Sums => {
                    self.tally.add(Verdict::Consistent);
                    self.tally.sums += 1;
                }
            }
        }
        rest
    }

    /// Judges the parts of a table that a check takes apart itself.
    fn expanded(&mut self) -> Result<bool, Halt> {
        let setting = Setting::default();
        let view = View::new(self.ledger, self.at(), &self.assertion.given, &setting);
        let Some(expanded) = self.assertion.check.expand(&view)? else { return Ok(false) };
        let noted = view.into_trace().mistakes;
        if !noted.is_empty() {
            self.mistakes = noted;
            return Ok(true);
        }
        (self.tally.noun, self.tally.data) = (expanded.noun, expanded.data);
        if expanded.parts.is_empty() {
            return Err(Halt::Missing(format!("{} gives nothing to judge", self.tally.data)));
        }
        self.judge(expanded.parts.len(), |at| expanded.parts[at].clone());
        self.tally.notes.extend(expanded.notes);
        Ok(true)
    }

    /// The columns that the assertion's own keys name.
    fn check_columns(&self, lift: &LiftSpec, data: &Data, columns: &[String]) -> Result<(), Halt> {
        let known = |name: &str| columns.iter().any(|column| column == name);
        let texts = [&lift.along, &lift.down, &lift.code, &lift.parent].into_iter().flatten();
        let texts = texts.map(|at| (at.value.as_str(), self.place(at)));
        let by = lift
            .groups()
            .into_iter()
            .flat_map(|by| by.value.0.iter().map(|name| (name, self.place(by))));
        let key = data.key.iter().map(|name| (name, data.place));
        let declared = data.columns.keys().map(|name| (name, data.place));
        let lists = by.chain(key).chain(declared).map(|(name, place)| (name.as_str(), place));
        match texts.chain(lists).find(|(name, _)| !known(name)) {
            Some((name, place)) => Err(data.no_column(name, columns, place).into()),
            None => Ok(()),
        }
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

    fn judge(&mut self, count: usize, instance: impl Fn(usize) -> Instance + Sync) {
        let (ledger, assertion, all) = (self.ledger, self.assertion, self.detail.all);
        let level = self.level.clone();
        let judged = parallel::map(count, |at| {
            let instance = instance(at);
            let scene = Scene { ledger, over: Over::Cells(&instance) };
            let finding = match &instance.trouble {
                Some(trouble) => {
                    let mut finding = blank(assertion);
                    finding.verdict = Verdict::Undetermined;
                    finding.reason = Some(trouble.clone());
                    finding
                }
                None => settle::verdict(scene, assertion),
            };
            let summed = finding.probability.is_some();
            let unlikely = finding.probability.as_ref().is_some_and(|p| *p < level);
            let verdict = finding.verdict;
            let keep = all || unlikely || verdict != Verdict::Consistent;
            (verdict, summed, keep.then(|| keep_row(finding, instance)))
        });
        if let Some(watch) = &ledger.watch {
            watch(&settle::id(assertion), self.tally.judged() + judged.len() as u64);
        }
        for (verdict, summed, kept) in judged {
            self.tally.add(verdict);
            self.tally.sums += u64::from(summed);
            let Some(kept) = kept else { continue };
            if verdict == Verdict::NotJudged {
                if self.mistakes.is_empty() {
                    self.mistakes = kept.row.finding.mistakes;
                }
            } else if verdict == Verdict::Consistent && !all {
                self.tally.unlikely.push(kept.row);
            } else {
                self.kept.push(kept);
                if self.kept.len() > 8 * KEPT && !self.detail.failing && !all {
                    self.kept.sort_by_cached_key(rank);
                    self.kept.truncate(KEPT);
                }
            }
        }
    }

    /// The finding on the whole, with the evidence of the rows that are shown.
    fn finish(mut self, finding: &mut Finding) {
        self.kept.sort_by_cached_key(rank);
        let wanted = self.detail.failing || self.detail.all;
        self.kept.truncate(if wanted { usize::MAX } else { KEPT });
        for kept in self.kept.iter_mut().take(KEPT) {
            let scene = Scene { ledger: self.ledger, over: Over::Cells(&kept.instance) };
            if kept.instance.trouble.is_none() {
                kept.row.finding = settle::settle(scene, self.assertion);
            }
        }
        finding.verdict = self.tally.verdict();
        self.tally.worst = self.kept.into_iter().map(|kept| kept.row).collect();
        finding.rows = Some(Box::new(self.tally));
        show_worst(finding);
    }

    fn mistake(&self, trouble: Trouble, lift: &LiftSpec, data: &Data) -> Mistake {
        let condition = lift.condition.as_ref();
        let place = match (&trouble.part, condition) {
            (Part::Condition, Some(condition)) => {
                let place = self.place(condition);
                let at = trouble.at.clone().unwrap_or(0..condition.value.len());
                self.ledger.files.inside(place, &condition.value, at)
            }
            (Part::Data, _) => data.place,
            _ => self.assertion.place,
        };
        data.mistake(trouble, place)
    }
}

/// Takes the evidence of the worst row for the whole.
pub(super) fn show_worst(finding: &mut Finding) {
    let Some(tally) = &finding.rows else { return };
    let (verdict, worst) = (finding.verdict, &tally.worst);
    if let Some(trouble) = tally.troubles.first() {
        finding.reason = Some(trouble.clone());
        return;
    }
    let Some(row) = worst.iter().find(|row| row.finding.verdict == verdict).cloned() else {
        if verdict == Verdict::Undetermined {
            finding.reason = tally.troubles.first().cloned();
        }
        return;
    };
    let Finding { figures, judgement, setting, reason, turns_on, branches, mends, .. } =
        row.finding;
    finding.figures = figures;
    finding.judgement = judgement;
    finding.setting = setting;
    finding.reason = reason;
    (finding.turns_on, finding.branches, finding.mends) = (turns_on, branches, mends);
}

fn keep_row(finding: Finding, instance: Instance) -> Kept {
    let (label, row, file) = (instance.label.clone(), instance.row, instance.file.clone());
    Kept { row: RowFinding { label, row, file, finding }, instance }
}

/// The gravest first, then the widest gap in last digits, then the order of the rows.
fn rank(kept: &Kept) -> (Verdict, Reverse<Number>, u64) {
    let judgement = kept.row.finding.judgement.as_ref();
    let gap = judgement.map_or_else(Number::zero, |judgement| {
        let place = judgement.last_place.clone().unwrap_or_else(Number::one);
        judgement.miss.abs().checked_div(&place).unwrap_or_else(|| judgement.miss.abs())
    });
    (kept.row.finding.verdict, Reverse(gap), kept.row.row)
}

/// Adds rows to others.
fn gather(all: &mut Rows, more: Rows) {
    if all.is_empty() {
        *all = more;
        return;
    }
    all.numbers.extend(more.numbers);
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

/// What is looked out for in all rows: keys that come twice, decimal points and decimal commas.
#[derive(Default)]
struct Seen {
    keys: HashMap<String, u64>,
    twice: Vec<String>,
    marks: BTreeMap<(usize, char), u64>,
}

impl Seen {
    fn look(&mut self, layout: &Layout, rows: &Rows) {
        let keys = layout.keys(rows);
        if !keys.is_empty() {
            for row in 0..rows.len() {
                let parts: Vec<&str> =
                    keys.iter().map(|texts| texts.get(row).unwrap_or_default()).collect();
                let (key, number) = (parts.join("\u{1f}"), rows.numbers[row]);
                if let Some(first) = self.keys.get(&key) {
                    let shown = parts.join(", ");
                    self.twice.push(format!("the key {shown} stands in rows {first} and {number}"));
                } else {
                    self.keys.insert(key, number);
                }
            }
        }
        for operand in &layout.operands {
            let (instances::What::Column(at) | instances::What::Previous(at)) = operand.what else {
                continue;
            };
            for (row, text) in rows.columns[at].iter().enumerate() {
                if let Some(mark) = text.and_then(decimal_mark) {
                    self.marks.entry((at, mark)).or_insert(rows.numbers[row]);
                }
            }
        }
    }

    /// What forbids a verdict on the whole, in words.
    fn troubles(self, data: &Data) -> Vec<String> {
        let mut troubles = Vec::new();
        if let Some(first) = self.twice.first() {
            let more = self.twice.len() - 1;
            let more = if more == 0 { String::new() } else { format!(", and {more} more such") };
            troubles.push(format!("{}: {first}{more}", data.source.path));
        }
        let mut columns: Vec<(usize, u64, u64)> = Vec::new();
        for ((at, mark), row) in &self.marks {
            if let (',', Some(other)) = (mark, self.marks.get(&(*at, '.'))) {
                columns.push((*at, *row, *other));
            }
        }
        for (_, comma, point) in columns {
            let path = &data.source.path;
            troubles.push(format!(
                "{path}: a decimal comma in row {comma} and a decimal point in row {point} of one \
                 column; declare its `style`"
            ));
        }
        troubles
    }
}

/// The mark before the decimals, where it can be nothing else: not three digits after it.
fn decimal_mark(text: &str) -> Option<char> {
    let at = text.rfind(['.', ','])?;
    let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
    let before = text[..at].ends_with(|c: char| c.is_ascii_digit());
    (before && digits > 0 && digits != 3)
        .then(|| if text[at..].starts_with(',') { ',' } else { '.' })
}
