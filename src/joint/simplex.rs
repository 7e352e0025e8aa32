//! Linear relations over bounded values: the simplex of Dutertre and de Moura, "A fast linear
//! arithmetic solver for DPLL(T)" (CAV 2006), in exact rationals.
//!
//! Each relation has a slack, a value that equals its sum, so that there are only bounds on values.
//! The tableau writes some values (basic) as sums of the others. Bounds can be changed at any time;
//! the tableau stays, so that asking again after a small change costs a few pivots.

use std::collections::BTreeSet;

use super::ratio::{Ratio, Value};

/// Which end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The lower.
    Lo,
    /// The upper.
    Hi,
}

impl Side {
    /// The other end.
    pub fn other(self) -> Self {
        if self == Self::Lo { Self::Hi } else { Self::Lo }
    }
}

/// An end of a value's range. What is strict is an infinitesimal inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The end, which belongs to the range.
    pub value: Value,
    /// Whatever the owner wants to know it by.
    pub tag: usize,
}

/// An end that takes part in a contradiction, and how often.
#[derive(Clone, Debug)]
pub struct Held {
    /// The owner's name for the end.
    pub tag: usize,
    /// Above zero.
    pub times: Ratio,
}

/// The answer to whether all bounds can be kept.
#[derive(Clone, Debug)]
pub enum Check {
    /// They can.
    Feasible,
    /// They cannot: these, each so many times, add up to a contradiction. None can be spared.
    Conflict(Vec<Held>),
    /// It was told to stop.
    Stopped,
}

#[derive(Clone, Debug)]
struct Line {
    basic: usize,
    /// Sorted by value, none basic, no factor zero.
    terms: Vec<(usize, Ratio)>,
}

const NONE: usize = usize::MAX;

/// A tableau with bounds and an assignment.
#[derive(Clone, Debug, Default)]
pub struct Simplex {
    lines: Vec<Line>,
    /// The line of a basic value; [`NONE`] for others.
    line_of: Vec<usize>,
    /// Of each value that is not basic, the lines it stands in.
    columns: Vec<Vec<usize>>,
    values: Vec<Value>,
    bounds: [Vec<Option<Bound>>; 2],
    /// Basic values out of their bounds.
    broken: BTreeSet<usize>,
    /// Other values whose bounds have changed.
    touched: BTreeSet<usize>,
    /// Values whose ends cross.
    crossed: BTreeSet<usize>,
    unused: Vec<usize>,
    spare: Vec<(usize, Ratio)>,
    /// How many pivots there have been.
    pub pivots: usize,
    /// Whether a number has grown beyond what can mean anything: the tableau is of no more use.
    pub overgrown: bool,
}

/// That the work was stopped before its end.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

impl Simplex {
    /// A tableau without relations; the values begin where told.
    pub fn new(values: Vec<Value>) -> Self {
        let many = values.len();
        Self {
            line_of: vec![NONE; many],
            columns: vec![Vec::new(); many],
            bounds: [vec![None; many], vec![None; many]],
            values,
            ..Self::default()
        }
    }

    /// Where a value stands.
    pub fn value(&self, of: usize) -> &Value {
        &self.values[of]
    }

    /// The end of a value's range.
    pub fn bound(&self, of: usize, side: Side) -> Option<&Bound> {
        self.bounds[side as usize][of].as_ref()
    }

    /// Sets or removes an end.
    pub fn set(&mut self, of: usize, side: Side, bound: Option<Bound>) {
        self.bounds[side as usize][of] = bound;
        let ends = (self.bound(of, Side::Lo), self.bound(of, Side::Hi));
        if matches!(ends, (Some(lo), Some(hi)) if lo.value > hi.value) {
            self.crossed.insert(of);
        } else {
            self.crossed.remove(&of);
        }
        if self.line_of[of] == NONE {
            self.touched.insert(of);
        } else {
            self.look(of);
        }
    }

    /// Which end a value is beyond, if any.
    fn beyond(&self, of: usize) -> Option<Side> {
        let value = &self.values[of];
        let past = |side: Side| self.bounds[side as usize][of].as_ref();
        if past(Side::Lo).is_some_and(|end| *value < end.value) {
            return Some(Side::Lo);
        }
        past(Side::Hi).is_some_and(|end| *value > end.value).then_some(Side::Hi)
    }

    fn look(&mut self, basic: usize) {
        if self.beyond(basic).is_some() {
            self.broken.insert(basic);
        } else {
            self.broken.remove(&basic);
        }
    }

    /// Adds a sum and returns the value that equals it, without bounds. A value stands in it once.
    pub fn add(&mut self, terms: &[(usize, Ratio)]) -> usize {
        let slack = self.unused.pop().unwrap_or_else(|| {
            self.line_of.push(NONE);
            self.columns.push(Vec::new());
            self.values.push(Value::exactly(Ratio::ZERO));
            self.bounds.iter_mut().for_each(|ends| ends.push(None));
            self.line_of.len() - 1
        });
        let mut sum: Vec<(usize, Ratio)> = Vec::new();
        let mut apart: Vec<(usize, Ratio)> = Vec::with_capacity(terms.len());
        for (of, factor) in terms {
            match self.line_of[*of] {
                NONE => apart.push((*of, factor.clone())),
                line => {
                    let mut merged = Vec::new();
                    merge(&sum, factor, &self.lines[line].terms, NONE, &mut merged);
                    sum = merged;
                }
            }
        }
        apart.sort_by_key(|(of, _)| *of);
        let mut merged = Vec::new();
        merge(&sum, &Ratio::ONE, &apart, NONE, &mut merged);
        let zero = Value::exactly(Ratio::ZERO);
        self.values[slack] =
            merged.iter().fold(zero, |sum, (of, factor)| sum.plus(factor, &self.values[*of]));
        let line = self.lines.len();
        merged.iter().for_each(|(of, _)| self.columns[*of].push(line));
        self.line_of[slack] = line;
        self.lines.push(Line { basic: slack, terms: merged });
        slack
    }

    /// Takes out a sum that was added.
    pub fn remove(&mut self, slack: usize) {
        self.set(slack, Side::Lo, None);
        self.set(slack, Side::Hi, None);
        self.touched.remove(&slack);
        if self.line_of[slack] == NONE {
            // A free value may become basic in any of its lines; the shortest fills least.
            let lines = self.columns[slack].iter().copied();
            if let Some(line) = lines.min_by_key(|line| (self.lines[*line].terms.len(), *line)) {
                let leaving = self.lines[line].basic;
                self.pivot(line, slack);
                self.broken.remove(&leaving);
                self.touched.insert(leaving);
            }
        }
        let line = self.line_of[slack];
        if line == NONE {
            return;
        }
        let terms = std::mem::take(&mut self.lines[line].terms);
        for (of, _) in &terms {
            self.columns[*of].retain(|other| *other != line);
        }
        let last = self.lines.len() - 1;
        if line != last {
            for (of, _) in &self.lines[last].terms {
                self.columns[*of].iter_mut().filter(|l| **l == last).for_each(|l| *l = line);
            }
            self.line_of[self.lines[last].basic] = line;
        }
        self.lines.swap_remove(line);
        self.line_of[slack] = NONE;
        self.broken.remove(&slack);
        self.unused.push(slack);
    }

    /// Moves a value that is not basic, and all that depend on it.
    fn shift(&mut self, of: usize, by: &Value) {
        self.values[of] = self.values[of].plus(&Ratio::ONE, by);
        for at in 0..self.columns[of].len() {
            let line = &self.lines[self.columns[of][at]];
            let Ok(place) = line.terms.binary_search_by_key(&of, |term| term.0) else { continue };
            let basic = line.basic;
            self.values[basic] = self.values[basic].plus(&line.terms[place].1, by);
            self.look(basic);
        }
    }

    /// Makes `entering` basic in `line`, in place of what was.
    fn pivot(&mut self, line: usize, entering: usize) {
        self.pivots += 1;
        let leaving = self.lines[line].basic;
        let mut own = std::mem::take(&mut self.lines[line].terms);
        let Ok(place) = own.binary_search_by_key(&entering, |term| term.0) else {
            self.lines[line].terms = own;
            return;
        };
        let factor = own.remove(place).1;
        let turned = -&factor.recip();
        for (_, other) in &mut own {
            *other = &*other * &turned;
            self.overgrown |= !other.is_handy();
        }
        let at = own.partition_point(|term| term.0 < leaving);
        own.insert(at, (leaving, factor.recip()));
        self.line_of[leaving] = NONE;
        self.line_of[entering] = line;
        self.lines[line].basic = entering;
        let column = std::mem::take(&mut self.columns[entering]);
        self.columns[leaving].push(line);
        for other in column {
            if other == line {
                continue;
            }
            let terms = std::mem::take(&mut self.lines[other].terms);
            let Ok(place) = terms.binary_search_by_key(&entering, |term| term.0) else { continue };
            let mut merged = std::mem::take(&mut self.spare);
            merge(&terms, &terms[place].1, &own, entering, &mut merged);
            self.columns_of(other, &terms, &merged, entering);
            self.lines[other].terms = merged;
            self.spare = terms;
            self.spare.clear();
        }
        self.lines[line].terms = own;
    }

    /// Notes in the columns what a line has gained and lost.
    fn columns_of(
        &mut self,
        line: usize,
        old: &[(usize, Ratio)],
        new: &[(usize, Ratio)],
        gone: usize,
    ) {
        let (mut a, mut b) = (0, 0);
        while a < old.len() || b < new.len() {
            let (x, y) = (old.get(a).map_or(NONE, |t| t.0), new.get(b).map_or(NONE, |t| t.0));
            if x <= y {
                a += 1;
            }
            if y <= x {
                b += 1;
            }
            if x < y && x != gone {
                let column = &mut self.columns[x];
                if let Some(at) = column.iter().position(|other| *other == line) {
                    column.swap_remove(at);
                }
            } else if y < x {
                self.columns[y].push(line);
            }
        }
    }

    /// Looks for an assignment within all bounds. `stop` is asked now and then.
    pub fn check(&mut self, stop: &dyn Fn() -> bool) -> Check {
        if let Some(conflict) = self.crossing() {
            return Check::Conflict(conflict);
        }
        self.settle();
        let begun = self.pivots;
        let patience = 100 + 4 * self.lines.len();
        while let Some(&first) = self.broken.first() {
            let done = self.pivots - begun;
            if self.overgrown || (done % 8 == 7 && stop()) {
                return Check::Stopped;
            }
            // Bland's rule ends, the other is shorter.
            let strict = done > patience;
            let leaving = if strict { first } else { self.shortest() };
            let Some(side) = self.beyond(leaving) else {
                self.broken.remove(&leaving);
                continue;
            };
            let line = self.line_of[leaving];
            let Some(entering) = self.entering(line, side, strict) else {
                return self.conflict(line, side);
            };
            self.exchange(line, entering, side);
        }
        Check::Feasible
    }

    /// Two ends that cross.
    fn crossing(&self) -> Option<Vec<Held>> {
        let of = *self.crossed.first()?;
        let held = |end: &Bound| Held { tag: end.tag, times: Ratio::ONE };
        Some(vec![held(self.bound(of, Side::Lo)?), held(self.bound(of, Side::Hi)?)])
    }

    /// Puts values that are not basic within their bounds.
    fn settle(&mut self) {
        while let Some(of) = self.touched.pop_first() {
            if self.line_of[of] != NONE {
                self.look(of);
            } else if let Some(side) = self.beyond(of)
                && let Some(end) = self.bound(of, side)
            {
                let by = end.value.less(&self.values[of]);
                self.shift(of, &by);
            }
        }
    }

    fn shortest(&self) -> usize {
        let length = |of: &usize| self.lines[self.line_of[*of]].terms.len();
        self.broken.iter().copied().min_by_key(|of| (length(of), *of)).unwrap_or(NONE)
    }

    /// A value that can move so that the line's basic value comes back over its end.
    fn entering(&self, line: usize, side: Side, strict: bool) -> Option<usize> {
        let free = self.lines[line].terms.iter().filter(|(of, factor)| {
            // Upward if it raises what is too low.
            let up = factor.is_negative() == (side == Side::Hi);
            let end = self.bound(*of, if up { Side::Hi } else { Side::Lo });
            end.is_none_or(|end| end.value != self.values[*of])
        });
        let mut free = free.map(|(of, _)| *of);
        if strict { free.next() } else { free.min_by_key(|of| (self.columns[*of].len(), *of)) }
    }

    /// Puts the line's basic value on its end, out of the basis, and `entering` in.
    fn exchange(&mut self, line: usize, entering: usize, side: Side) {
        let leaving = self.lines[line].basic;
        let terms = &self.lines[line].terms;
        let place = terms.binary_search_by_key(&entering, |term| term.0);
        let (Ok(place), Some(end)) = (place, self.bound(leaving, side)) else { return };
        let by = end.value.less(&self.values[leaving]).times(&terms[place].1.recip());
        self.shift(entering, &by);
        self.pivot(line, entering);
        self.broken.remove(&leaving);
        self.look(entering);
    }

    /// The bounds that hold the line's basic value beyond its end.
    fn conflict(&self, line: usize, side: Side) -> Check {
        let line = &self.lines[line];
        let own = self.bound(line.basic, side).map(|end| (end.tag, Ratio::ONE));
        let others = line.terms.iter().filter_map(|(of, factor)| {
            let up = factor.is_negative() == (side == Side::Hi);
            let end = self.bound(*of, if up { Side::Hi } else { Side::Lo })?;
            Some((end.tag, factor.abs()))
        });
        let held = own.into_iter().chain(others).map(|(tag, times)| Held { tag, times });
        Check::Conflict(held.collect())
    }

    /// Moves a value as far as it can go, from an assignment within all bounds; returns where it
    /// ends, or `None` if nothing holds it. `Err` if told to stop.
    pub fn extreme(
        &mut self,
        of: usize,
        side: Side,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Value>, Stopped> {
        let begun = self.pivots;
        let patience = 100 + 4 * self.lines.len();
        let mut steps = 0;
        loop {
            steps += 1;
            if self.overgrown || (steps % 8 == 7 && stop()) {
                return Err(Stopped);
            }
            let strict = self.pivots - begun > patience;
            let line = self.line_of[of];
            let (entering, up) = if line == NONE {
                (of, side == Side::Hi)
            } else {
                let opposite = side.other();
                let Some(entering) = self.entering(line, opposite, strict) else {
                    return Ok(Some(self.values[of].clone()));
                };
                let terms = &self.lines[line].terms;
                let Ok(place) = terms.binary_search_by_key(&entering, |term| term.0) else {
                    return Err(Stopped);
                };
                (entering, terms[place].1.is_negative() == (side == Side::Lo))
            };
            match self.room(entering, up) {
                None => return Ok(None),
                Some((room, NONE)) => {
                    self.shift(entering, &if up { room } else { room.times(&Ratio::from(-1)) });
                    if entering == of {
                        return Ok(Some(self.values[of].clone()));
                    }
                }
                Some((room, blocked)) => {
                    self.shift(entering, &if up { room } else { room.times(&Ratio::from(-1)) });
                    if blocked == of {
                        return Ok(Some(self.values[of].clone()));
                    }
                    self.pivot(self.line_of[blocked], entering);
                }
            }
        }
    }

    /// How far a value can move before it, or a basic value, meets an end; and which one does
    /// ([`NONE`] for itself).
    fn room(&self, of: usize, up: bool) -> Option<(Value, usize)> {
        let own = self.bound(of, if up { Side::Hi } else { Side::Lo }).map(|end| {
            let gap = end.value.less(&self.values[of]);
            (if up { gap } else { gap.times(&Ratio::from(-1)) }, NONE)
        });
        let lines = self.columns[of].iter().filter_map(|line| {
            let line = &self.lines[*line];
            let place = line.terms.binary_search_by_key(&of, |term| term.0).ok()?;
            let factor = &line.terms[place].1;
            let rises = factor.is_negative() != up;
            let end = self.bound(line.basic, if rises { Side::Hi } else { Side::Lo })?;
            let gap = end.value.less(&self.values[line.basic]);
            let signed = gap.times(&factor.recip());
            Some((if up { signed } else { signed.times(&Ratio::from(-1)) }, line.basic))
        });
        own.into_iter().chain(lines).min()
    }

    /// The assignment of the first `many` values as plain numbers, infinitesimals given a size that
    /// keeps all bounds.
    pub fn plain(&self, many: usize) -> Vec<Ratio> {
        let mut size = Ratio::ONE;
        for (of, value) in self.values.iter().enumerate() {
            let mut within = |low: &Value, high: &Value| {
                let tiny = &low.tiny - &high.tiny;
                if tiny > Ratio::ZERO && low.at < high.at {
                    size = size.clone().min(&(&high.at - &low.at) / &tiny);
                }
            };
            if let Some(lo) = self.bound(of, Side::Lo) {
                within(&lo.value, value);
            }
            if let Some(hi) = self.bound(of, Side::Hi) {
                within(value, &hi.value);
            }
        }
        let plain = |value: &Value| &value.at + &(&value.tiny * &size);
        self.values[..many].iter().map(plain).collect()
    }
}

/// `a` plus `factor` times `b`, without `gone`, into `out`.
fn merge(
    a: &[(usize, Ratio)],
    factor: &Ratio,
    b: &[(usize, Ratio)],
    gone: usize,
    out: &mut Vec<(usize, Ratio)>,
) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let (x, y) = (a.get(i).map_or(NONE, |t| t.0), b.get(j).map_or(NONE, |t| t.0));
        let term = if x < y {
            i += 1;
            (x, a[i - 1].1.clone())
        } else if y < x {
            j += 1;
            (y, factor * &b[j - 1].1)
        } else {
            i += 1;
            j += 1;
            (x, &a[i - 1].1 + &(factor * &b[j - 1].1))
        };
        if term.0 != gone && !term.1.is_zero() {
            out.push(term);
        }
    }
}
