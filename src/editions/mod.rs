//! One edition of a report against another: which figures were kept, revised, re-rounded, dropped,
//! and what becomes of the conclusions that were drawn from them.

mod conclusions;
mod explain;
mod family;
mod matching;
mod sides;
mod strand;
mod triangle;

use crate::audit::Case;
use crate::ledger::{Claim, Kept, Reprint, Step};

pub use conclusions::{Conclusion, Flip};
pub use family::families;
pub use sides::{Side, sides_at, sides_labelled};
pub use strand::{Strand, strands};
pub use triangle::{Revisions, Triangle, triangles};

/// What became of a figure from one edition to the next. Every figure of the new edition, and
/// every one that it dropped, is of exactly one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The same period prints the same figure.
    Unchanged,
    /// One value can print as both figures.
    Rerounded,
    /// No value can print as both, and nobody says why.
    Revised,
    /// Revised, and declared with a reason.
    Restated,
    /// Of another unit, base, population or convention: not comparable as printed.
    Rebased,
    /// The next period of the series: a real change.
    Rolled,
    /// Another period, but the figure of the old one.
    LeftIn,
    /// Two figures in each other's place.
    Swapped,
    /// The same figure under another name.
    Renamed,
    /// Not in the old edition.
    New,
    /// Not in the new edition.
    Dropped,
}

impl Class {
    /// All classes, in the order of the summary.
    pub const ALL: [Self; 11] = [
        Self::Unchanged,
        Self::Rerounded,
        Self::Revised,
        Self::Restated,
        Self::Rebased,
        Self::Rolled,
        Self::LeftIn,
        Self::Swapped,
        Self::Renamed,
        Self::New,
        Self::Dropped,
    ];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Rerounded => "re-rounded",
            Self::Revised => "revised",
            Self::Restated => "restated",
            Self::Rebased => "re-based",
            Self::Rolled => "rolled",
            Self::LeftIn => "left in",
            Self::Swapped => "swapped",
            Self::Renamed => "renamed",
            Self::New => "new",
            Self::Dropped => "dropped",
        }
    }

    /// Whether the figure was revised, declared or not.
    pub fn is_revision(self) -> bool {
        matches!(self, Self::Revised | Self::Restated)
    }

    /// Whether somebody has to look at it: what is revised without a word, left in, or swapped.
    pub fn needs_a_look(self) -> bool {
        matches!(self, Self::Revised | Self::LeftIn | Self::Swapped)
    }
}

/// A figure in an edition.
#[derive(Clone, Copy, Debug)]
pub struct Print<'a> {
    /// The edition, as an index into the ledger.
    pub edition: usize,
    /// The name of its claim.
    pub name: &'a str,
    /// The claim.
    pub claim: &'a Claim,
}

impl<'a> Print<'a> {
    /// What it is called through the editions.
    pub fn series(&self) -> &'a str {
        self.claim.series(self.name)
    }

    /// As printed; a dash for a claim without a figure.
    pub fn text(&self) -> &'a str {
        self.claim.figure.as_ref().map_or("–", |stated| stated.figure.text())
    }

    /// The period as written.
    pub fn period(&self) -> Option<&'a str> {
        self.claim.period.as_ref().map(|period| period.figure.text())
    }
}

/// A figure of one edition beside that of the other.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// In the old edition.
    pub old: Option<Print<'a>>,
    /// In the new edition.
    pub new: Option<Print<'a>>,
    /// What became of it.
    pub class: Class,
    /// By how much the printed number moved.
    pub step: Option<Step>,
    /// What else a reader should know: the reason of a restatement, what explains a difference.
    pub remarks: Vec<String>,
}

impl<'a> Row<'a> {
    fn new(old: Option<Print<'a>>, new: Option<Print<'a>>, class: Class) -> Self {
        Self { old, new, class, step: None, remarks: Vec::new() }
    }

    /// The name of its claim: in the new edition, if it is there.
    pub fn name(&self) -> &'a str {
        self.new.or(self.old).map_or("", |print| print.name)
    }
}

/// An edition beside a later one.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The old edition.
    pub old: Side,
    /// The new edition.
    pub new: Side,
    /// The figures: those of the new edition in their order, then those dropped.
    pub rows: Vec<Row<'a>>,
    /// The conclusions that come out otherwise.
    pub conclusions: Vec<Conclusion>,
    /// The periods that most figures of a next period moved between.
    pub periods: Option<String>,
    /// Whether no figure of either edition says its period, so that all are taken to be for one.
    pub periods_unsaid: bool,
    /// How many figures of the old edition gave way to the next period of their series.
    pub rolled_off: usize,
    /// How many figures the old edition has, and the new one.
    pub figures: (usize, usize),
    /// How many assertions about data the old edition has, and the new one: conclusions are not
    /// looked for among them.
    pub over_data: (usize, usize),
}

impl Comparison<'_> {
    /// How many figures are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.rows.iter().filter(|row| row.class == class).count()
    }

    /// A sentence on the assertions among which conclusions are not looked for; `None` if there
    /// are none.
    pub fn left_out(&self) -> Option<String> {
        let (old, new) = self.over_data;
        let count = old + new;
        let are = if count == 1 { "assertion about data is" } else { "assertions about data are" };
        let each = format!("{old} of {}, {new} of {}", self.old.label, self.new.label);
        (count > 0).then(|| {
            format!(
                "{count} {are} not judged with the figures of the other edition ({each}); \
                 `tieout check` judges each with its own."
            )
        })
    }

    /// Whether somebody has to look: an undeclared revision, a figure left in or swapped, a
    /// conclusion that does not hold any more.
    pub fn needs_a_look(&self) -> bool {
        self.rows.iter().any(|row| row.class.needs_a_look())
            || self.conclusions.iter().any(|conclusion| conclusion.needs_a_look)
    }
}

/// Editions one after the other: each beside the one before, the last beside the first, and what
/// each printed for every period.
pub struct Chain<'a> {
    /// What is compared.
    pub case: &'a Case,
    /// The editions, in order.
    pub sides: Vec<Side>,
    /// Each edition beside the one before.
    pub steps: Vec<Comparison<'a>>,
    /// The last beside the first, if there are others between.
    pub whole: Option<Comparison<'a>>,
    /// The revision triangles of three editions or more.
    pub triangles: Vec<Triangle>,
}

impl<'a> Chain<'a> {
    /// Compares editions in the order given.
    pub fn new(case: &'a Case, sides: Vec<Side>) -> Self {
        let pairs = sides.windows(2);
        let steps = pairs.map(|pair| compare(case, &pair[0], &pair[1], &[])).collect();
        let whole = match sides.as_slice() {
            [first, between @ .., last] if !between.is_empty() => {
                Some(compare(case, first, last, between))
            }
            _ => None,
        };
        let triangles = if sides.len() > 2 { triangles(case, &sides) } else { Vec::new() };
        Self { case, sides, steps, whole, triangles }
    }

    /// All comparisons: the steps, then the whole.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison<'a>> {
        self.steps.iter().chain(&self.whole)
    }

    /// Whether somebody has to look at one of the steps.
    pub fn needs_a_look(&self) -> bool {
        self.steps.iter().any(Comparison::needs_a_look)
    }
}

/// Compares two editions of a case. `between` are editions that lie between the two: what one of
/// them restates needs no second word in the last.
pub fn compare<'a>(case: &'a Case, old: &Side, new: &Side, between: &[Side]) -> Comparison<'a> {
    let mut matched = matching::rows(case, old, new, between);
    explain::explain(case, (old, new), &mut matched.rows);
    let periods = matching::usual_periods(&mut matched.rows);
    let conclusions = conclusions::conclusions(case, (old, new), &mut matched.rows);
    let over_data = (conclusions::over_data(case, old), conclusions::over_data(case, new));
    let prints = || matched.rows.iter().flat_map(|row| [row.old, row.new]).flatten();
    let periods_unsaid = !prints().any(|print| print.claim.period.is_some());
    Comparison {
        periods_unsaid,
        old: old.clone(),
        new: new.clone(),
        rows: matched.rows,
        conclusions,
        periods,
        rolled_off: matched.rolled_off,
        figures: matched.figures,
        over_data,
    }
}

/// The row of two prints of one series and period.
fn reprinted<'a>(old: Print<'a>, new: Print<'a>, declared: Option<String>) -> Row<'a> {
    let mut row = Row::new(Some(old), Some(new), Class::Unchanged);
    let Some(reprint) = Reprint::of(old.claim, new.claim) else {
        match (&old.claim.figure, &new.claim.figure) {
            (None, Some(_)) => {
                row.class = Class::New;
                row.remarks.push("named before, without a figure".to_owned());
            }
            (Some(_), None) => {
                row.class = Class::Dropped;
                row.remarks.push("still named, without a figure".to_owned());
            }
            _ => row.remarks.push("no figure in either".to_owned()),
        }
        return row;
    };
    row.step = reprint.step;
    row.remarks.extend(reprint.remark);
    row.class = match reprint.kept {
        Kept::Same => Class::Unchanged,
        Kept::Rerounded => Class::Rerounded,
        Kept::Revised if declared.is_some() => Class::Restated,
        Kept::Revised => Class::Revised,
        Kept::Rebased(basis) => {
            row.remarks.insert(0, basis.word().to_owned());
            Class::Rebased
        }
    };
    match declared {
        Some(reason) if matches!(row.class, Class::Restated | Class::Rebased) => {
            row.remarks.push(format!("declared: \"{reason}\""));
        }
        Some(_) => row.remarks.push("declared as restated, but no revision".to_owned()),
        None => {}
    }
    row
}
