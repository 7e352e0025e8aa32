//! Editions side by side: a row a quantity, a column an edition.

use std::collections::HashSet;

use serde::Serialize;

use super::names::{figure, finding};
use super::slope::{Slope, kind, slope};
use crate::audit::Case;
use crate::editions::{Chain, Class, Comparison, Print, Strand, strands};
use crate::render::compare::by;
use crate::render::count;

/// How many quantities are drawn; the others are in words only, so that the page stays of a size
/// that browsers like.
pub const DRAWN: usize = 1000;
/// The name in the script of what no later edition has, for a later period took its place.
const GAVE_WAY: &str = "gave-way";
/// Of how many editions a table does not fit on paper.
const WIDE: usize = 5;

/// The figures of a chain of editions.
#[derive(Serialize)]
pub struct Beside<'a> {
    /// The title of the report.
    title: &'a str,
    caption: String,
    labels: Vec<&'a str>,
    wide: bool,
    /// What became another, and what did not.
    shown: Vec<Row<'a>>,
    folded: Vec<Row<'a>>,
    /// How many are not drawn.
    undrawn: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    slug: String,
    name: &'a str,
    /// The series, if it has another name.
    series: Option<&'a str>,
    says: Option<&'a str>,
    period: Option<&'a str>,
    look: bool,
    /// The keys of its classes, parted by spaces.
    classes: String,
    slope: Option<Slope>,
    cells: Vec<Cell<'a>>,
}

#[derive(Serialize)]
struct Cell<'a> {
    /// The edition.
    label: &'a str,
    printed: Option<&'a str>,
    /// The name of its place: here, or in the table of figures.
    id: Option<String>,
    link: Option<String>,
    sets: Vec<String>,
    /// The name of its claim, if it is not that of the row.
    name: Option<&'a str>,
    class: Option<Mark>,
    by: String,
    remarks: &'a [String],
    /// Whether it gave way to the figure of a later period.
    gave_way: bool,
}

/// How a class is shown.
#[derive(Serialize)]
pub struct Mark {
    kind: &'static str,
    word: &'static str,
}

impl Mark {
    /// That of a class.
    pub fn new(class: Class) -> Self {
        Self { kind: kind(class), word: class.word() }
    }
}

/// What can be chosen in the filter: a class, or what gave way.
#[derive(Serialize)]
pub struct Choice {
    key: String,
    mark: Mark,
    count: usize,
}

/// Where figures have their places: those of the page that the table stands in.
pub enum Places<'p, 'a> {
    /// In a table of all figures, to which this one leads.
    Elsewhere,
    /// Here, where each is shown first.
    Here(&'p mut HashSet<(usize, &'a str)>),
}

impl<'a> Beside<'a> {
    /// The steps of a chain. `prefix` tells the names of places in this table from others.
    pub fn steps(chain: &'a Chain<'a>, prefix: &str, places: &mut Places<'_, 'a>) -> Self {
        Self::new(chain.case, &chain.steps.iter().collect::<Vec<_>>(), prefix, places)
    }

    /// Comparisons of which each starts with the edition that the one before ends with.
    pub fn new(
        case: &'a Case,
        steps: &[&'a Comparison<'a>],
        prefix: &str,
        places: &mut Places<'_, 'a>,
    ) -> Self {
        let sides = steps.first().map(|step| &step.old).into_iter();
        let sides = sides.chain(steps.iter().map(|step| &step.new));
        let labels: Vec<&str> = sides.map(|side| side.label.as_str()).collect();
        let strands = strands(case, steps);
        let mut slugs = HashSet::new();
        let mut drawn = 0;
        let mut row = |strand: &Strand<'a, 'a>| {
            let mut slug = format!("{prefix}:{}", finding(strand.name()));
            let mut number = 1;
            while !slugs.insert(slug.clone()) {
                number += 1;
                slug = format!("{prefix}:{}:{number}", finding(strand.name()));
            }
            let slope = if drawn < DRAWN { slope(strand, &labels) } else { None };
            drawn += usize::from(slope.is_some());
            row(strand, &labels, slug, slope, places)
        };
        let (news, quiet): (Vec<_>, Vec<_>) = strands.iter().partition(|one| one.has_news());
        let shown = news.iter().map(|strand| row(strand)).collect();
        let folded = quiet.iter().map(|strand| row(strand)).collect();
        let series: HashSet<&str> = strands.iter().map(|strand| strand.series).collect();
        let caption =
            format!("{} in {}", count_series(series.len()), count(labels.len(), "edition"));
        let possible = strands.iter().filter(|strand| strand.prints.iter().flatten().count() > 1);
        Self {
            title: steps.last().map_or("", |step| &step.new.title),
            caption,
            wide: labels.len() > WIDE,
            undrawn: possible.count().saturating_sub(DRAWN),
            labels,
            shown,
            folded,
        }
    }

    /// What the filter has: how many rows are of each class; a row may be of several.
    pub fn choices(&self) -> Vec<Choice> {
        let rows = || self.shown.iter().chain(&self.folded);
        let of =
            |key: &str| rows().filter(|row| row.classes.split(' ').any(|one| one == key)).count();
        let classes = Class::ALL.into_iter().map(|class| (key(class), Mark::new(class)));
        let gave_way = Mark { kind: kind(Class::Dropped), word: "given way" };
        let all = classes.chain([(GAVE_WAY.to_owned(), gave_way)]);
        let choices = all.map(|(key, mark)| Choice { count: of(&key), key, mark });
        choices.filter(|choice| choice.count > 0).collect()
    }
}

/// The name of a class in the script.
pub fn key(class: Class) -> String {
    class.word().replace(' ', "-")
}

fn count_series(n: usize) -> String {
    if n == 1 { "1 series".to_owned() } else { format!("{n} series") }
}

fn row<'a>(
    strand: &Strand<'a, 'a>,
    labels: &[&'a str],
    slug: String,
    slope: Option<Slope>,
    places: &mut Places<'_, 'a>,
) -> Row<'a> {
    let name = strand.name();
    let last = strand.prints.iter().flatten().last();
    let lone = strand.prints.iter().flatten().count() == 1;
    let one_period = lone || strand.follows_a_period();
    let mut classes: Vec<String> = strand.classes().map(key).collect();
    if classes.is_empty() {
        classes.push(GAVE_WAY.to_owned());
    }
    classes.sort();
    classes.dedup();
    Row {
        slug,
        name,
        series: Some(strand.series).filter(|series| *series != name),
        says: last.and_then(|print| print.claim.says.as_deref()),
        period: last.filter(|_| one_period).and_then(Print::period),
        look: strand.needs_a_look(),
        classes: classes.join(" "),
        slope,
        cells: (0..labels.len()).map(|at| cell(strand, at, labels[at], places)).collect(),
    }
}

fn cell<'a>(
    strand: &Strand<'a, 'a>,
    at: usize,
    label: &'a str,
    places: &mut Places<'_, 'a>,
) -> Cell<'a> {
    let print = strand.prints[at];
    let row = strand.rows[at];
    let slug = print.map(|print| figure(print.edition, print.name));
    let first = match (places, print) {
        (Places::Here(places), Some(print)) => Some(places.insert((print.edition, print.name))),
        _ => None,
    };
    let before = at.checked_sub(1).and_then(|before| strand.prints[before]);
    Cell {
        label,
        printed: print.map(|print| print.text()),
        id: slug.clone().filter(|_| first == Some(true)),
        link: slug.filter(|_| first != Some(true)),
        sets: print
            .and_then(|print| print.claim.figure.as_ref())
            .map_or_else(Vec::new, super::figures::sets_beyond_text),
        name: print.map(|print| print.name).filter(|name| *name != strand.name()),
        class: row.map(|row| Mark::new(row.class)),
        by: row.map_or_else(String::new, by),
        remarks: row.map_or(&[], |row| &row.remarks),
        gave_way: before.is_some() && print.is_none() && row.is_none(),
    }
}
