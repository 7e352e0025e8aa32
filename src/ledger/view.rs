//! The ledger as an assertion sees it under one setting of everything left open.
//!
//! A view hands out sets and answers, and keeps a trace of what was asked of it. The trace is how
//! the audit learns, without any check listing it, which figures take part in an assertion and
//! which questions its answer could turn on.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::operand::{Operand, Part};
use super::quantity::{Origin, Quantity};
use super::scene::{Over, Scene};
use super::{Claim, Edition, Given, Ledger, Stated};
use crate::claim::{At, RangeKind};
use crate::figure::{Convention, Figure, Hedge, Rung, Style, Terms, Unit};
use crate::interval::Interval;
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// One choice of answers and rounding for all that is left open.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Answers by question.
    pub answers: BTreeMap<String, String>,
    /// How coarsely figures with open rounding are taken to be rounded.
    pub level: Level,
    /// Another level for single figures, by name.
    pub levels: BTreeMap<String, Level>,
}

/// How coarsely figures with open rounding are taken to be rounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Each as finely as its text allows: the narrow reading.
    #[default]
    Finest,
    /// Each to at most this unit.
    UpTo(Number),
    /// Each as coarsely as its text allows: the wide reading.
    Coarsest,
}

/// Figures replaced for a trial, by the name under which assertions refer to them.
pub type Swaps = BTreeMap<String, Swap>;

static NONE: Swaps = Swaps::new();

/// What a figure is replaced by.
#[derive(Clone, Debug)]
pub enum Swap {
    /// Another printed figure, read under the same terms.
    Figure(Arc<Figure>),
    /// One value, as in a witness.
    Value(Number),
}

/// What a view was asked for.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The figures, each once, in the order of their first use.
    pub figures: Vec<Used>,
    /// The open questions, each once.
    pub questions: Vec<Asked>,
    /// The operands that are written wrong.
    pub mistakes: Vec<Mistake>,
    /// The operands that name something of the rows the assertion is judged over.
    pub operands: Vec<String>,
    /// What is assumed for missing cells.
    pub(super) assumptions: Vec<String>,
    /// The names of the figures.
    names: HashSet<String>,
}

/// A figure that takes part in an assertion.
#[derive(Clone, Debug)]
pub struct Used {
    /// The name under which the assertion refers to it; the text itself for one written out.
    pub name: String,
    /// The figure.
    pub figure: Arc<Figure>,
    /// The set it stood for, and why.
    pub rung: Rung,
    /// How it is read.
    pub terms: Terms,
    /// The rounding units that are possible, finest first, if more than one reading is.
    pub open: Vec<Option<Number>>,
    /// Percent of what.
    pub of: Option<String>,
    /// Where it is declared.
    pub place: Place,
    /// Whether it is written out in the assertion.
    pub literal: bool,
}

/// A question that the text leaves open and the view was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The key or name it is declared by.
    pub key: String,
    /// In words.
    pub asks: String,
    /// The possible answers.
    pub answers: Vec<String>,
    /// How to answer it in the file.
    pub how: String,
}

/// Why an assertion could not be judged.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It is written wrong.
    Misuse(Box<Mistake>),
    /// Something it needs is not there: says what.
    Missing(String),
}

impl From<Mistake> for Halt {
    fn from(mistake: Mistake) -> Self {
        Self::Misuse(Box::new(mistake))
    }
}

/// How a figure written out in an assertion is read.
#[derive(Clone, Copy, PartialEq)]
enum Literal {
    Exact,
    AsPrinted,
}

/// The ledger as one assertion sees it.
pub struct View<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The edition the assertion belongs to.
    pub edition: usize,
    /// The file it stands in.
    pub file: usize,
    pub(super) over: Over<'a>,
    given: &'a BTreeMap<String, Given>,
    setting: &'a Setting,
    swaps: &'a Swaps,
    /// Whether a claim without a value stands for any value, rather than for none.
    open: bool,
    /// Whether only the outcome is wanted: nothing is traced then, and no text is made.
    pub(super) trial: bool,
    pub(super) trace: RefCell<Trace>,
}

impl<'a> View<'a> {
    /// A view of the ledger for an assertion of `file`, under a setting.
    pub fn new(
        scene: impl Into<Scene<'a>>,
        (edition, file): (usize, usize),
        given: &'a BTreeMap<String, Given>,
        setting: &'a Setting,
    ) -> Self {
        let (Scene { ledger, over }, trace) = (scene.into(), RefCell::default());
        let (swaps, open, trial) = (&NONE, false, false);
        Self { ledger, over, edition, file, given, setting, swaps, open, trial, trace }
    }

    /// The same view for assertions that are taken together: a claim without a value may have any.
    #[must_use]
    pub fn together(self) -> Self {
        Self { open: true, ..self }
    }

    /// The same view for a trial with some figures replaced: only the outcome is wanted.
    #[must_use]
    pub fn trial(self, swaps: &'a Swaps) -> Self {
        Self { swaps, trial: true, ..self }
    }

    /// A view of the same rows under another setting, of which nothing was asked yet.
    #[must_use]
    pub fn afresh(&self, setting: &'a Setting) -> Self {
        let scene = Scene { ledger: self.ledger, over: self.over };
        Self::new(scene, (self.edition, self.file), self.given, setting)
    }

    /// What was asked for so far.
    pub fn into_trace(self) -> Trace {
        self.trace.into_inner()
    }

    /// Notes something that is written wrong; the assertion is not judged then.
    pub fn note(&self, mistake: &Mistake) {
        self.trace.borrow_mut().mistakes.push(mistake.clone());
    }

    /// The edition the assertion belongs to.
    pub fn own_edition(&self) -> &'a Edition {
        &self.ledger.editions[self.edition]
    }

    /// The place of a byte range in the assertion's file.
    pub fn place<T>(&self, of: &At<T>) -> Place {
        Place::new(self.file, of.span.clone())
    }

    /// The figure that an operand names or writes out, as a set. One written out is a bound that
    /// the author sets, such as `100%`, and so is exact unless it is hedged.
    pub fn quantity(&self, operand: &At<String>) -> Result<Quantity, Halt> {
        self.quantity_at(&operand.value, self.place(operand))
    }

    /// The same, for an operand inside a longer text.
    pub fn quantity_at(&self, operand: &str, place: Place) -> Result<Quantity, Halt> {
        self.read(operand, place, Literal::Exact)
    }

    /// The figure that an operand names or writes out where the report states it: one written out
    /// is read as it would be printed.
    pub fn stated(&self, operand: &At<String>) -> Result<Quantity, Halt> {
        self.read(&operand.value, self.place(operand), Literal::AsPrinted)
    }

    /// An operand that is written wrong is noted and stands for any value, so that the others of
    /// the assertion are looked at, too; the assertion is not judged then.
    fn read(&self, operand: &str, place: Place, literal: Literal) -> Result<Quantity, Halt> {
        match self.look_up(operand, place, literal) {
            Err(Halt::Misuse(mistake)) => {
                self.trace.borrow_mut().mistakes.push(*mistake);
                Ok(Quantity::anything(operand, place))
            }
            result => result,
        }
    }

    fn look_up(&self, operand: &str, place: Place, literal: Literal) -> Result<Quantity, Halt> {
        if let Some(found) = self.cell_quantity(operand, place) {
            return found;
        }
        match Operand::parse(operand) {
            Operand::Claim { name, part, edition } => {
                self.claim_quantity(operand, (name, part, edition), place, literal)
            }
            Operand::Literal(text) => self.literal(text, place, literal),
            Operand::Today => {
                let missing = || Halt::Missing("the day of the audit is not known".into());
                let today = self.ledger.today.as_ref().ok_or_else(missing)?;
                Ok(self.hand_out("today", today, None, (place, None)))
            }
            Operand::ReportDate { edition } => {
                let has = |edition: &Edition| edition.date.is_some();
                let edition = self.edition_named(edition, has, place)?;
                let missing = || {
                    let title = self.ledger.editions[edition].label.clone();
                    Halt::Missing(format!("the report \"{title}\" has no `date`"))
                };
                let date = self.ledger.editions[edition].date.as_ref().ok_or_else(missing)?;
                Ok(self.hand_out(operand, &date.0, None, (place, Some(date.1))))
            }
            Operand::SourceDate { name, edition } => {
                let has = |edition: &Edition| edition.sources.get(name).is_some();
                let edition = self.edition_named(edition, has, place)?;
                let edition = &self.ledger.editions[edition];
                let source = edition.sources.get(name).ok_or_else(|| {
                    Mistake::new(format!("no source is named `{name}`"), place)
                        .did_you_mean(name, edition.sources.names())
                })?;
                let missing = || Halt::Missing(format!("source `{name}` has no date"));
                let date = source.date.as_ref().ok_or_else(missing)?;
                Ok(self.hand_out(operand, &date.0, None, (place, Some(date.1))))
            }
        }
    }

    /// The claim that an operand names, if it names one.
    pub fn claim(&self, operand: &At<String>) -> Result<&'a Claim, Halt> {
        let place = self.place(operand);
        match Operand::parse(&operand.value) {
            Operand::Claim { name, edition, .. } => self.find(name, edition, place),
            _ => {
                Err(Mistake::new(format!("`{}` is not the name of a claim", operand.value), place)
                    .label("expected a claim of this file")
                    .into())
            }
        }
    }

    /// The answer to a question that an assertion leaves open: as declared, or as the setting
    /// has it. Questions not declared go into the trace.
    pub fn decide(&self, key: &str, declared: Option<bool>, asks: &str) -> bool {
        if let Some(answer) = declared {
            return answer;
        }
        let how = format!("declare `{key} = true` or `{key} = false` in the assertion");
        self.ask(key, asks, &["yes", "no"], how) == "yes"
    }

    /// The answer that the setting has to an open question.
    pub fn ask(&self, key: &str, asks: &str, answers: &[&str], how: String) -> String {
        let mut trace = self.trace.borrow_mut();
        if !trace.questions.iter().any(|q| q.key == key) {
            let answers = answers.iter().map(|&a| a.to_owned()).collect();
            trace.questions.push(Asked { key: key.into(), asks: asks.into(), answers, how });
        }
        let given = self.setting.answers.get(key).cloned();
        given.unwrap_or_else(|| answers.first().copied().unwrap_or_default().to_owned())
    }

    /// The edition with a label, or the assertion's own. Where several reports have the label,
    /// the one that has what is asked for.
    fn edition_named(
        &self,
        label: Option<&str>,
        has: impl Fn(&Edition) -> bool,
        place: Place,
    ) -> Result<usize, Halt> {
        let Some(label) = label else { return Ok(self.edition) };
        let editions = &self.ledger.editions;
        let labelled: Vec<usize> =
            (0..editions.len()).filter(|at| editions[*at].label == label).collect();
        let mut having = labelled.iter().filter(|at| has(&editions[**at]));
        match (having.next(), having.next(), labelled.first()) {
            (Some(a), Some(b), _) => {
                let (a, b) = (&editions[*a].title, &editions[*b].title);
                let what = format!("edition \"{label}\" is both \"{a}\" and \"{b}\"");
                let help = "give the two reports labels of their own";
                Err(Mistake::new(what, place).help(help).into())
            }
            (Some(one), None, _) | (None, _, Some(one)) => Ok(*one),
            (None, _, None) => Err(self.ledger.no_edition(label, self.edition, place).into()),
        }
    }

    fn find(&self, name: &str, label: Option<&str>, place: Place) -> Result<&'a Claim, Halt> {
        let has = |edition: &Edition| edition.claims.get(name).is_some();
        let edition = &self.ledger.editions[self.edition_named(label, has, place)?];
        edition.claims.get(name).ok_or_else(|| {
            let over = if self.is_over_rows() { " or column" } else { "" };
            let mut mistake = Mistake::new(format!("no claim{over} is named `{name}`"), place)
                .label(format!("not declared as a claim{}", over.replace(" or", ", nor a")))
                .did_you_mean(name, edition.claims.names().chain(self.columns()));
            for other in &self.ledger.editions {
                if other.claims.get(name).is_some() {
                    let label = &other.label;
                    mistake = mistake
                        .help(format!("edition \"{label}\" has one: write `{name}@{label}`"));
                }
            }
            mistake.into()
        })
    }

    fn claim_quantity(
        &self,
        operand: &str,
        (name, part, edition): (&str, Part, Option<&str>),
        place: Place,
        literal: Literal,
    ) -> Result<Quantity, Halt> {
        let claim = match self.find(name, edition, place) {
            Ok(claim) => claim,
            // A word such as "ten" or "doubled" has the form of a name.
            Err(halt) => match Figure::read(operand, Style::Inferred, None) {
                Ok(_) => return self.literal(operand, place, literal),
                Err(_) => return Err(halt),
            },
        };
        let missing = || {
            let why = if claim.unread { "could not be read" } else { "has no value" };
            Halt::Missing(format!("`{name}` {why}"))
        };
        if self.open && claim.figure.is_none() && !claim.unread {
            let origin = Some(Origin::Declared(claim.place, part));
            let unit = claim.unit.clone().unwrap_or_else(Unit::unstated);
            let of = claim.of.clone();
            let trial = self.trial;
            let any = Quantity::anything(operand, place);
            return Ok(Quantity { unit, of, origin, trial, ..any });
        }
        let whole = claim.figure.as_ref().ok_or_else(missing)?;
        let given = self.given.get(operand);
        let of = given.and_then(|g| g.of.clone()).or_else(|| claim.of.clone());
        let stated = match (part, claim.range) {
            (Part::Whole, Some(RangeKind::Ends)) if claim.ends.is_some() => {
                let what = format!("`{name}` is declared as two ends, not as one quantity");
                let help = format!("write `{name}.low` or `{name}.high`");
                return Err(Mistake::new(what, place).help(help).into());
            }
            (Part::Whole, _) => whole,
            (_, Some(RangeKind::Within)) => {
                let what = format!("`{name}` is declared as one quantity within a range");
                let help = "declare `range = \"ends\"` if each end is a figure of its own";
                return Err(Mistake::new(what, place).help(help).into());
            }
            (part, _) => match &claim.ends {
                Some([low, _]) if part == Part::Low => low,
                Some([_, high]) => high,
                None => {
                    let what = format!("`{name}` is not a range");
                    let label = format!("`{}` has no ends", whole.figure.text());
                    return Err(Mistake::new(what, place).label(label).into());
                }
            },
        };
        let at = (place, Some(claim.place));
        match given {
            Some(given) => Ok(self.hand_out(operand, &read_as(stated, given), of, at)),
            None => Ok(self.hand_out(operand, stated, of, at)),
        }
    }

    /// How an operand is read in this assertion only.
    pub(super) fn given(&self, operand: &str) -> Option<&'a Given> {
        self.given.get(operand)
    }

    /// A figure written out in an assertion.
    fn literal(&self, text: &str, place: Place, how: Literal) -> Result<Quantity, Halt> {
        let figure = Figure::read(text, self.own_edition().style, None).map_err(|error| {
            let what = format!("`{text}` is neither a claim nor a figure: {}", error.message);
            let place = self.ledger.files.inside(place, text, error.at);
            let expected = error.expected.map(|expected| format!("expected {expected}"));
            let mistake = Mistake::new(what, place).label(expected.unwrap_or_default());
            mistake.did_you_mean(text, self.own_edition().claims.names())
        })?;
        let exact = how == Literal::Exact && figure.hedge() == Hedge::None;
        let convention = if exact { Convention::Exact } else { Convention::Unknown };
        let terms = Terms { convention, ..Terms::default() };
        let stated = Stated::new(Arc::new(figure), terms);
        Ok(self.hand_out(text, &stated, None, (place, None)))
    }

    /// `declared` is where the figure is declared; `None` for one written out in the assertion.
    pub(super) fn hand_out(
        &self,
        name: &str,
        stated: &Stated,
        of: Option<String>,
        (place, declared): (Place, Option<Place>),
    ) -> Quantity {
        let swap = declared.and_then(|_| self.swaps.get(name));
        let replaced = match swap {
            Some(Swap::Figure(other)) => Some(Stated::new(other.clone(), stated.terms.clone())),
            _ => None,
        };
        let Stated { figure, terms, rungs } = replaced.as_ref().unwrap_or(stated);
        let rung = &rungs[self.rung_at_level(name, rungs)];
        let set = match swap {
            Some(Swap::Value(value)) => Interval::point(value.clone()),
            _ => rung.set.clone(),
        };
        let origin = declared.map(|place| Origin::Declared(place, Operand::part(name)));
        let printed = Quantity::printed(name, set, figure.clone(), of.clone(), place, self.trial);
        let quantity = Quantity { origin, ..printed };
        if self.trial {
            return quantity;
        }
        let mut trace = self.trace.borrow_mut();
        if trace.names.insert(name.to_owned()) {
            let units = || rungs.iter().map(|rung| rung.round.clone()).collect();
            trace.figures.push(Used {
                name: name.to_owned(),
                figure: figure.clone(),
                rung: rung.clone(),
                terms: terms.clone(),
                open: if rungs.len() > 1 { units() } else { Vec::new() },
                of,
                place: declared.unwrap_or(place),
                literal: declared.is_none(),
            });
        }
        quantity
    }

    fn rung_at_level(&self, name: &str, rungs: &[Rung]) -> usize {
        match self.setting.levels.get(name).unwrap_or(&self.setting.level) {
            Level::Finest => 0,
            Level::Coarsest => rungs.len() - 1,
            Level::UpTo(unit) => {
                let fits = |rung: &Rung| rung.round.as_ref().is_none_or(|round| round <= unit);
                rungs.iter().rposition(fits).unwrap_or(0)
            }
        }
    }
}

/// A figure read as one assertion reads it.
pub(super) fn read_as(stated: &Stated, given: &Given) -> Stated {
    let mut terms = stated.terms.clone();
    if !given.round.is_empty() {
        terms.round.clone_from(&given.round);
    }
    terms.convention = given.convention.unwrap_or(terms.convention);
    terms.reading = given.reading.or(terms.reading);
    Stated::new(stated.figure.clone(), terms)
}
