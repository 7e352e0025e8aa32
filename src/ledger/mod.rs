//! All claims, questions, sources and datasets of a run, by edition and name: all that a check
//! may see. A check sees it through a [`View`], under one setting of what is left open.

mod cell;
mod data;
mod instance;
mod operand;
mod quantity;
mod reprint;
mod scene;
mod twice;
pub(crate) mod two_way;
mod view;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::claim::{RangeKind, RestatesSpec, SourceSpec};
use crate::dataset::Tables;
use crate::figure::{Convention, Figure, Reading, Rung, Style, Terms, Unit};
use crate::mistake::{Files, Mistake, Place};
use crate::number::Number;

pub use cell::{Cell, Content, Spot};
pub use data::{Column, Data};
pub use instance::{Instance, Scope};
pub use operand::{Part, is_name};
pub use quantity::{Origin, Quantity};
pub use reprint::{Basis, Kept, Reprint, Step, read_period};
pub use scene::{Over, Scene};
pub use twice::{Pair, Paired, Twice};
pub use view::{Asked, Halt, Level, Setting, Swap, Swaps, Trace, Used, View};

/// Everything declared, and the door to the datasets.
#[derive(Default)]
pub struct Ledger {
    /// The files read.
    pub files: Files,
    /// The editions, in the order in which they were read.
    pub editions: Vec<Edition>,
    /// Where data are asked for numbers.
    pub tables: Option<Box<dyn Tables>>,
    /// The day of the audit: the operand `today`.
    pub today: Option<Stated>,
    /// Editions of claims files that lie beside those read, and were not read: label and file.
    pub elsewhere: Vec<(String, String)>,
    /// Is told what is being judged over rows, and how many of them are.
    pub watch: Option<Watch>,
    /// Asked now and then whether to stop looking further.
    pub stop: Option<Stop>,
}

/// Takes the name of a finding and a number of rows.
pub type Watch = Box<dyn Fn(&str, u64) + Send + Sync>;

/// Answers whether to stop looking further, because time is up.
pub type Stop = Box<dyn Fn() -> bool + Send + Sync>;

impl Ledger {
    /// The mistake of naming an edition that was not read, in the edition `own`.
    pub fn no_edition(&self, label: &str, own: usize, place: Place) -> Mistake {
        let mistake = Mistake::new(format!("no edition is labelled \"{label}\""), place);
        if let Some((_, file)) = self.elsewhere.iter().find(|(known, _)| known == label) {
            let help = format!("{file} has it: name that file, too, or the folder of both");
            return mistake.label("not among the files that were read").help(help);
        }
        let others = self.editions.iter().enumerate().filter(|(at, _)| *at != own);
        let mut known: Vec<&str> = others.map(|(_, edition)| edition.label.as_str()).collect();
        known.extend(self.elsewhere.iter().map(|(label, _)| label.as_str()));
        let help = "name its claims file, too, or the folder of both, when you run tieout";
        mistake.did_you_mean(label, known).help(help)
    }
}

/// One published version of a report.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// Its main claims file, as an index into the files read.
    pub file: usize,
    /// Its label, such as "2022"; the file's name where none is given.
    pub label: String,
    /// Title of the report.
    pub title: String,
    /// Date of publication, with the place where it is declared.
    pub date: Option<(Stated, Place)>,
    /// How numbers are written.
    pub style: Style,
    /// The claims.
    pub claims: Named<Claim>,
    /// The questions.
    pub questions: Named<Question>,
    /// The cited works; [`Edition::add_source`] adds one.
    pub sources: Named<Source>,
    /// The works cited in each note, by their place among the sources.
    notes: HashMap<u32, Vec<usize>>,
    /// The datasets.
    pub data: Named<Data>,
}

/// A figure with the sets that follow from how it is read, worked out once.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The figure.
    pub figure: Arc<Figure>,
    /// How it is read.
    pub terms: Terms,
    /// The sets it may stand for, finest first.
    pub rungs: Vec<Rung>,
}

impl Stated {
    /// A figure read under these terms.
    pub fn new(figure: Arc<Figure>, terms: Terms) -> Self {
        let rungs = figure.rungs(&terms);
        Self { figure, terms, rungs }
    }
}

/// What a figure weighs where figures cannot all be true together, if nothing else is said.
pub const USUAL: u32 = 4;
/// What a figure weighs that is hedged, or worked out from others.
pub const HEDGED: u32 = 3;

/// A figure with a name and a meaning.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Where it is declared: its value, or its name if it has none.
    pub place: Place,
    /// The figure; `None` for one that the text would need.
    pub figure: Option<Stated>,
    /// Whether a figure is written there that could not be read.
    pub unread: bool,
    /// The unit, if declared.
    pub unit: Option<Unit>,
    /// What it weighs against others; `None` for one that is trusted.
    pub weight: Option<u32>,
    /// The ends of a range.
    pub ends: Option<[Stated; 2]>,
    /// What a range stands for, if declared.
    pub range: Option<RangeKind>,
    /// Percent of what.
    pub of: Option<String>,
    /// Whom or what it is about.
    pub population: Option<String>,
    /// What the quantity is called through the editions, if not as the claim.
    pub series: Option<String>,
    /// The period it is about.
    pub period: Option<Stated>,
    /// That it differs on purpose from an earlier edition's figure.
    pub restates: Option<RestatesSpec>,
    /// What it says.
    pub says: Option<String>,
    /// Place in the report.
    pub section: Option<String>,
    /// The notes it rests on.
    pub notes: Vec<u32>,
}

/// What the text leaves open.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where it is declared.
    pub place: Place,
    /// In words.
    pub asks: String,
    /// The possible answers, at least one.
    pub answers: Vec<String>,
    /// The answer, if known: one of `answers`.
    pub answer: Option<String>,
}

/// A cited work as one entry describes it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is declared.
    pub place: Place,
    /// The description.
    pub spec: SourceSpec,
    /// Its date, if it has one, with its place.
    pub date: Option<(Stated, Place)>,
}

/// How one claim is read in one assertion.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Rounding units, if given.
    pub round: Vec<Number>,
    /// How it was rounded.
    pub convention: Option<Convention>,
    /// Whether trailing zeros count as digits.
    pub reading: Option<Reading>,
    /// Percent of what.
    pub of: Option<String>,
}

impl Source {
    /// Whether it describes a work at all: by body, author or title.
    pub fn is_a_work(&self) -> bool {
        self.spec.body.is_some() || self.spec.author.is_some() || self.spec.title.is_some()
    }

    /// The notes in which it is cited.
    pub fn notes(&self) -> &[u32] {
        self.spec.notes.as_ref().map_or(&[], |list| &list.0)
    }
}

impl Edition {
    /// Adds a source. A name that is taken is refused, and what holds it is returned.
    pub fn add_source(&mut self, name: &str, source: Source) -> Result<(), &Source> {
        let (at, notes) = (self.sources.len(), source.notes().to_vec());
        self.sources.insert(name, source)?;
        for note in notes {
            self.notes.entry(note).or_default().push(at);
        }
        Ok(())
    }

    /// The same edition with nothing but its claims left out.
    pub fn without_claims(&self) -> Self {
        let (style, date) = (self.style, self.date.clone());
        Self {
            file: self.file,
            label: self.label.clone(),
            title: self.title.clone(),
            date,
            style,
            claims: Named::default(),
            questions: self.questions.clone(),
            sources: self.sources.clone(),
            notes: self.notes.clone(),
            data: self.data.clone(),
        }
    }

    /// The sources cited in a note, with their names.
    pub fn sources_of_note(&self, note: u32) -> impl Iterator<Item = (&str, &Source)> {
        let cited = self.notes.get(&note).into_iter().flatten();
        cited.filter_map(|at| self.sources.nth(*at))
    }
}

/// Values by name, in the order of the file.
#[derive(Clone, Debug)]
pub struct Named<T> {
    items: Vec<(String, T)>,
    index: HashMap<String, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: HashMap::new() }
    }
}

impl<T> Named<T> {
    /// Adds a value. A name that is taken is refused, and what holds it is returned.
    pub fn insert(&mut self, name: &str, value: T) -> Result<(), &T> {
        match self.index.entry(name.to_owned()) {
            Entry::Occupied(taken) => Err(&self.items[*taken.get()].1),
            Entry::Vacant(free) => {
                free.insert(self.items.len());
                self.items.push((name.to_owned(), value));
                Ok(())
            }
        }
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).map(|at| &self.items[*at].1)
    }

    /// The value that was added as the `at`-th, counted from zero, with its name.
    pub fn nth(&self, at: usize) -> Option<(&str, &T)> {
        self.items.get(at).map(|(name, value)| (name.as_str(), value))
    }

    /// All values with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.items.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|(name, _)| name.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
