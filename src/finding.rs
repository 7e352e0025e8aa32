//! What is found: the verdict on one assertion and the evidence for it.

use std::fmt;

use crate::claim::Severity;
use crate::interval::{End, Interval};
use crate::ledger::{Quantity, Setting, Used};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// The verdict on an assertion. Every assertion has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Holds for no values under any reading allowed.
    Inconsistent,
    /// The answer turns on something unsaid, or something is missing.
    Undetermined,
    /// Consistent, but rounding alone would hardly do this.
    Improbable,
    /// Holds for some values under every reading allowed.
    Consistent,
    /// Not made under the answers declared.
    Inapplicable,
    /// Could not be judged: it is written wrong.
    NotJudged,
}

impl Verdict {
    /// All verdicts in the order of the summary's columns.
    pub const ALL: [Self; 6] = [
        Self::Consistent,
        Self::Inconsistent,
        Self::Undetermined,
        Self::Improbable,
        Self::Inapplicable,
        Self::NotJudged,
    ];

    /// The verdict in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Inconsistent => "inconsistent",
            Self::Undetermined => "undetermined",
            Self::Improbable => "improbable",
            Self::Inapplicable => "not applicable",
            Self::NotJudged => "not judged",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What a check says under one setting of everything left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some values satisfy the assertion.
    Holds,
    /// No values do.
    Fails,
    /// It cannot be told: says why.
    Unknown(String),
    /// The assertion is not made under this setting: says why.
    Inapplicable(String),
}

impl Outcome {
    /// The verdict it amounts to if nothing is left open.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Holds => Verdict::Consistent,
            Self::Fails => Verdict::Inconsistent,
            Self::Unknown(_) => Verdict::Undetermined,
            Self::Inapplicable(_) => Verdict::Inapplicable,
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What it is: a claim's name, or the expression it comes from.
    pub what: String,
    /// As printed.
    pub printed: String,
    /// Its set, in base units; `None` for what is not a number.
    pub set: Option<Interval>,
    /// The set as text, in the unit of the report.
    pub shown: String,
}

/// A line of working that a reader can recompute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is worked out.
    pub what: String,
    /// The working and its result.
    pub works: String,
}

/// A rounding error in a sum of printed figures: `weight` times a value of `set` was printed as
/// `weight` times `printed`. All in base units.
#[derive(Clone, Debug)]
pub struct Rounded {
    /// How often the figure counts, with its sign.
    pub weight: i64,
    /// The values it may stand for.
    pub set: Interval,
    /// The printed value.
    pub printed: Number,
}

/// A verdict under one setting, with its evidence. It cannot be made without the two sides that
/// decided it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whether the assertion holds.
    pub outcome: Outcome,
    /// What is printed.
    pub stated: Side,
    /// What the rest allows for it.
    pub allowed: Side,
    /// The signed distance by which the two sides miss each other, in base units: positive when
    /// what is stated lies above what the rest allows, zero when they meet.
    pub miss: Number,
    /// How far the sides are from breaking, in base units, if they meet.
    pub margin: Option<Number>,
    /// A distance in base units as text, in the unit of the report.
    pub distance: String,
    /// One unit in the last printed digit, in base units.
    pub last_place: Option<Number>,
    /// That the sides meet only in one point, and in which.
    pub touches: Option<String>,
    /// The working.
    pub steps: Vec<Step>,
    /// What else a reader should know.
    pub notes: Vec<String>,
    /// The rounding errors that must cancel, for sums of printed figures.
    pub rounded: Vec<Rounded>,
}

impl Side {
    /// A quantity as a side, shown in the printed unit of `like`.
    pub fn new(quantity: &Quantity, like: &Quantity) -> Self {
        Self {
            what: quantity.name.clone(),
            printed: quantity.text.clone(),
            set: Some(quantity.set.clone()),
            shown: like.show(&quantity.set),
        }
    }

    /// A side that is words.
    pub fn words(what: impl Into<String>, words: impl Into<String>) -> Self {
        let words = words.into();
        Self { what: what.into(), printed: words.clone(), set: None, shown: words }
    }
}

impl Judgement {
    /// That two quantities are one: their sets must meet.
    pub fn equal(stated: &Quantity, allowed: &Quantity) -> Self {
        let meets = stated.set.intersect(&allowed.set);
        let touches = stated.set.touches(&allowed.set);
        let gap = stated.set.gap(&allowed.set);
        let above = |a: &Interval, b: &Interval| match (a.lo(), b.hi()) {
            (Some(lo), Some(hi)) => lo.at >= hi.at,
            _ => false,
        };
        let distance = if meets.is_some() { None } else { gap.clone() };
        let miss = distance.map(|d| if above(&stated.set, &allowed.set) { d } else { -d });
        let mut judgement = Self::new(meets.is_some(), stated, allowed, miss, gap.map(|g| -g));
        let like = if stated.figure.is_some() { stated } else { allowed };
        judgement.touches = touches.map(|point| like.show(&Interval::point(point)));
        judgement.or_excluded(stated, allowed)
    }

    /// That `stated` is not above `allowed`, or is below it if `strictly`.
    pub fn at_most(stated: &Quantity, allowed: &Quantity, strictly: bool) -> Self {
        let room = &allowed.set - &stated.set;
        let bound = allowed.set.hi().map(|end| {
            if end.closed && !strictly {
                Interval::at_most(end.at.clone())
            } else {
                Interval::below(end.at.clone())
            }
        });
        let judgement = Self::bounded(stated, allowed, &room, bound, strictly);
        Self { miss: -&judgement.miss, ..judgement }
    }

    /// That `stated` is not below `allowed`, or is above it if `strictly`.
    pub fn at_least(stated: &Quantity, allowed: &Quantity, strictly: bool) -> Self {
        let room = &stated.set - &allowed.set;
        let bound = allowed.set.lo().map(|end| {
            if end.closed && !strictly {
                Interval::at_least(end.at.clone())
            } else {
                Interval::above(end.at.clone())
            }
        });
        Self::bounded(stated, allowed, &room, bound, strictly)
    }

    /// That some of the `room` between the sides is not negative, or positive if `strictly`. The
    /// miss is what is lacking, as a negative number.
    fn bounded(
        stated: &Quantity,
        allowed: &Quantity,
        room: &Interval,
        bound: Option<Interval>,
        strictly: bool,
    ) -> Self {
        let zero = Number::zero();
        let wanted = if strictly { Interval::above(zero) } else { Interval::at_least(zero) };
        let holds = room.intersect(&wanted).is_some();
        let most = room.hi().map(|end| end.at.clone());
        let miss = if holds { None } else { most.clone() };
        let mut judgement = Self::new(holds, stated, allowed, miss, most);
        let like = if stated.figure.is_some() { stated } else { allowed };
        let exhausted = room.hi().is_some_and(|end| end.closed && end.at.is_zero());
        let touch = stated.set.touches(&allowed.set).filter(|_| exhausted);
        judgement.touches = touch.map(|point| like.show(&Interval::point(point)));
        let bound = bound.unwrap_or_else(Interval::all);
        judgement.allowed.shown = like.show(&bound);
        judgement.allowed.set = Some(bound);
        judgement.or_excluded(stated, allowed)
    }

    /// A judgement on words: what is stated against what is cited.
    pub fn words(holds: bool, stated: Side, allowed: Side) -> Self {
        Self {
            outcome: if holds { Outcome::Holds } else { Outcome::Fails },
            stated,
            allowed,
            miss: Number::zero(),
            margin: None,
            distance: String::new(),
            last_place: None,
            touches: None,
            steps: Vec::new(),
            notes: Vec::new(),
            rounded: Vec::new(),
        }
    }

    /// Adds a line of working.
    #[must_use]
    pub fn step(mut self, what: impl Into<String>, works: impl Into<String>) -> Self {
        self.steps.push(Step { what: what.into(), works: works.into() });
        self
    }

    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.outcome == Outcome::Holds
    }

    /// If nothing but an end that is not included keeps the sides apart, says so instead of
    /// giving a distance of zero.
    fn or_excluded(mut self, stated: &Quantity, allowed: &Quantity) -> Self {
        let like = if stated.figure.is_some() { stated } else { allowed };
        if self.holds() || !self.miss.is_zero() || like.trial {
            return self;
        }
        let (a, b) = (&stated.set, &allowed.set);
        let end = |x: Option<&End>, y: Option<&End>| {
            x.zip(y).filter(|(x, y)| x.at == y.at).map(|(x, _)| x.at.clone())
        };
        if let Some(at) = end(a.hi(), b.lo()).or_else(|| end(a.lo(), b.hi())) {
            let point = like.show(&Interval::point(at));
            self.notes.push(format!("they would meet only at {point}, which is not enough"));
            self.distance = String::new();
        }
        self
    }

    fn new(
        holds: bool,
        stated: &Quantity,
        allowed: &Quantity,
        miss: Option<Number>,
        margin: Option<Number>,
    ) -> Self {
        let like = if stated.figure.is_some() { stated } else { allowed };
        let last_place = stated.last_place.clone().or_else(|| allowed.last_place.clone());
        let miss = miss.unwrap_or_else(Number::zero);
        let shown = if holds { margin.clone() } else { Some(miss.abs()) };
        let shown = shown.filter(|_| !like.trial);
        let distance = shown.map_or(String::new(), |d| show_distance(like, &d));
        let mut sides = [Side::new(stated, like), Side::new(allowed, like)];
        if let Some(place) = last_place.as_ref().filter(|_| !like.trial) {
            let sets = in_few_digits([&stated.set, &allowed.set], place);
            for (side, set) in sides.iter_mut().zip(&sets) {
                side.shown = like.show(set);
            }
        }
        let [stated, allowed] = sides;
        let margin = if holds { margin } else { None };
        Self { last_place, miss, margin, distance, ..Self::words(holds, stated, allowed) }
    }
}

/// Two sets with their ends moved outward to hundredths of the last digit: enough to read, and
/// more only if it takes more to see that they do not meet.
fn in_few_digits(sets: [&Interval; 2], last_place: &Number) -> [Interval; 2] {
    let apart = sets[0].intersect(sets[1]).is_none();
    for digits in [2, 4, 6] {
        let grain = last_place * &Number::pow10(-digits);
        let outward = |set: &Interval| match set.as_point() {
            Some(_) => set.clone(),
            None => set.outward(&grain),
        };
        let shown = [outward(sets[0]), outward(sets[1])];
        if shown[0].intersect(&shown[1]).is_none() == apart {
            return shown;
        }
    }
    [sets[0].clone(), sets[1].clone()]
}

/// A distance between two values of a quantity: points between percentages, days between dates.
/// Half last digits are shown as they are; what is finer is rounded up to three digits.
fn show_distance(like: &Quantity, distance: &Number) -> String {
    let halves = like.last_place.as_ref().and_then(|place| distance.checked_div(place));
    let plain = halves.is_some_and(|units| (units * Number::from(2)).is_integer());
    let factor = like.unit.factor();
    let shown = distance / factor;
    let distance = if plain { distance.clone() } else { &up_to_three_digits(&shown) * factor };
    let set = Interval::point(distance);
    match like.unit.subtract(&like.unit) {
        Ok(unit) if like.unit.is_percent() || like.unit.is_date() => unit.show(&set),
        _ => like.show(&set),
    }
}

/// The number rounded up to three significant digits.
fn up_to_three_digits(number: &Number) -> Number {
    let place = Number::pow10(number.magnitude() - 2);
    (number / &place).ceil() * place
}

/// What an answer to an open question leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The answers, such as "complete: yes; rounded to 50".
    pub answer: String,
    /// The verdict under them.
    pub verdict: Verdict,
    /// A few words on it: the gap, or that the sides only touch.
    pub remark: String,
}

/// Something the verdict turns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The question.
    pub asks: String,
    /// How to settle it in the file.
    pub how: String,
}

/// A single change that would make the figures tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// The figure that would change.
    pub name: String,
    /// As it is printed.
    pub printed: String,
    /// As it would have to be printed.
    pub would_tie: String,
    /// The slip that leads from one to the other, if it is a likely one.
    pub slip: Option<String>,
}

/// That a finding was answered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Why, in the words of whoever answers for it.
    pub reason: String,
    /// Who answers for it.
    pub by: Option<String>,
    /// The last day on which it holds, such as 2026-12-31; none if it holds for ever.
    pub until: Option<String>,
    /// Where the waiver stands.
    pub place: Place,
}

impl fmt::Display for Waived {
    /// "waived until 2026-12-31 by M. Roe: "rounded by the source"".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.until {
            Some(day) => write!(f, "waived until {day}")?,
            None => f.write_str("waived for ever")?,
        }
        if let Some(by) = &self.by {
            write!(f, " by {by}")?;
        }
        write!(f, ": \"{}\"", self.reason)
    }
}

/// The finding on one assertion.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable name: check and assertion.
    pub id: String,
    /// The kind of assertion.
    pub check: &'static str,
    /// The edition it belongs to, as an index into the ledger.
    pub edition: usize,
    /// Where the assertion stands.
    pub place: Place,
    /// What is asserted, in the author's words or ours.
    pub label: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How serious a disagreement is.
    pub severity: Severity,
    /// The figures that take part.
    pub figures: Vec<Used>,
    /// The judgement that the evidence is taken from; `None` if there is none.
    pub judgement: Option<Judgement>,
    /// The answers and the rounding under which it was reached.
    pub setting: Setting,
    /// Why it cannot be told, or does not apply, in a sentence.
    pub reason: Option<String>,
    /// What the verdict turns on.
    pub turns_on: Vec<Turn>,
    /// The verdict under each answer.
    pub branches: Vec<Branch>,
    /// Single changes that would mend it.
    pub mends: Vec<Mend>,
    /// The probability that rounding alone does this, where it was worked out.
    pub probability: Option<Number>,
    /// What is written wrong, if that is why it was not judged.
    pub mistakes: Vec<Mistake>,
    /// The waiver that answers for it. The verdict stays what it is.
    pub waived: Option<Waived>,
    /// How it came out row by row, if it was judged over rows. The evidence above is then that of
    /// the row that is worst.
    pub rows: Option<Box<Tally>>,
}

/// How an assertion came out over the rows, or groups of rows, of a dataset.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// What one of them is called: "row", "group".
    pub noun: &'static str,
    /// The dataset.
    pub data: String,
    /// How many came to each verdict, in the order of [`Verdict::ALL`].
    pub counts: [u64; 6],
    /// Those that are not consistent, the worst first; only the first few unless all are wanted.
    pub worst: Vec<RowFinding>,
    /// Consistent ones that rounding alone would hardly bring about, before it is known how many
    /// were tried.
    pub unlikely: Vec<RowFinding>,
    /// What forbids a verdict on the whole: keys that come twice, numbers written in two ways.
    pub troubles: Vec<String>,
    /// For how many a probability was worked out or could have been.
    pub sums: u64,
    /// How many plain numbers were enough to decide, without judging in full.
    pub quick: u64,
    /// What else a reader should know: repeated rows, breaks in a series.
    pub notes: Vec<String>,
    /// A sum over all rows that are inconsistent or undetermined, which tells whether they are
    /// the same ones with the same figures as in another run.
    pub fingerprint: u64,
}

/// The finding on one row, or on one group of rows.
#[derive(Clone, Debug)]
pub struct RowFinding {
    /// What a reader knows it by.
    pub label: String,
    /// The first row it is about, counted from 1.
    pub row: u64,
    /// The file of that row, for datasets of several.
    pub file: Option<String>,
    /// The finding.
    pub finding: Finding,
}

/// What findings on assertions that are taken together have as their check.
pub const JOINT: &str = "joint";

impl Finding {
    /// Whether it is on assertions that are taken together, rather than on one.
    pub fn is_joint(&self) -> bool {
        self.check == JOINT
    }
}

impl Tally {
    /// How many were judged.
    pub fn judged(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many came to a verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        let at = Verdict::ALL.iter().position(|other| *other == verdict);
        at.map_or(0, |at| self.counts[at])
    }

    /// Adds one that came to a verdict.
    pub fn add(&mut self, verdict: Verdict) {
        if let Some(at) = Verdict::ALL.iter().position(|other| *other == verdict) {
            self.counts[at] += 1;
        }
    }

    /// Moves consistent ones whose probability is remarkable to the improbable.
    pub fn mark_improbable(&mut self, remarkable: impl Fn(&Number) -> bool) {
        for mut row in std::mem::take(&mut self.unlikely) {
            if row.finding.probability.as_ref().is_some_and(&remarkable) {
                self.counts[0] -= 1;
                self.add(Verdict::Improbable);
                row.finding.verdict = Verdict::Improbable;
                self.worst.push(row);
            }
        }
        // Where every row is kept, these are among them.
        for row in &mut self.worst {
            let probability = row.finding.probability.as_ref();
            if row.finding.verdict == Verdict::Consistent && probability.is_some_and(&remarkable) {
                row.finding.verdict = Verdict::Improbable;
                self.counts[0] -= 1;
                self.counts[3] += 1;
            }
        }
    }

    /// The verdict on the whole: the gravest of any row.
    pub fn verdict(&self) -> Verdict {
        let gravest = [
            Verdict::NotJudged,
            Verdict::Inconsistent,
            Verdict::Undetermined,
            Verdict::Improbable,
            Verdict::Consistent,
            Verdict::Inapplicable,
        ];
        let found = gravest.into_iter().find(|verdict| self.count(*verdict) > 0);
        match found {
            Some(Verdict::NotJudged) => Verdict::NotJudged,
            // What is read in two ways accuses nobody.
            _ if !self.troubles.is_empty() => Verdict::Undetermined,
            found => found.unwrap_or(Verdict::Undetermined),
        }
    }
}
