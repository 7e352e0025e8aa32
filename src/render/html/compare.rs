//! A comparison of editions as a page.

use std::collections::HashSet;

use serde::Serialize;

use super::beside::{Beside, Choice, Mark, Places};
use super::finding::Item;
use super::names::{Index, figure};
use super::{Frame, fill, mistakes};
use crate::audit::Audit;
use crate::editions::{Chain, Class, Comparison, Conclusion, Revisions, Triangle};
use crate::finding::Finding;
use crate::render::compare::{closing, heading, periods_of, which};
use crate::render::count;

/// Of how many comparisons the summary has a column each.
const COLUMNS: usize = 6;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    frame: Frame,
    title: String,
    lead: String,
    summary: Summary,
    /// Each comparison in two sentences.
    told: Vec<[String; 2]>,
    choices: Vec<Choice>,
    beside: Beside<'a>,
    conclusions: Vec<Card<'a>>,
    whole: Option<Whole<'a>>,
    editions: Vec<&'a str>,
    triangles: &'a [Prints<'a>],
    mistakes: Vec<mistakes::Item<'a>>,
}

/// How many figures are of each class. Each figure of a comparison is in one row, so columns add
/// up.
#[derive(Serialize)]
struct Summary {
    columns: Vec<String>,
    rows: Vec<Count>,
    total: Vec<usize>,
    look: Vec<usize>,
}

#[derive(Serialize)]
struct Count {
    mark: Mark,
    says: &'static str,
    look: bool,
    counts: Vec<usize>,
}

/// The last edition beside the first.
#[derive(Serialize)]
struct Whole<'a> {
    heading: String,
    beside: Beside<'a>,
    conclusions: Vec<Card<'a>>,
}

/// A conclusion that comes out otherwise.
#[derive(Serialize)]
struct Card<'a> {
    item: Item<'a>,
    slug: String,
    kind: &'static str,
    flip: &'static str,
    of: &'a str,
    with: &'a str,
    which: &'static str,
    remark: Option<&'a str>,
    look: bool,
}

/// What editions print for each period of a series, and how far they revise it.
#[derive(Serialize)]
struct Prints<'a> {
    series: &'a str,
    periods: &'a [(String, Vec<Option<String>>)],
    revisions: Vec<[String; 4]>,
}

/// The comparisons of a chain as a page, the same bytes for the same chain.
///
/// # Errors
///
/// What the template engine says, if it cannot be filled in.
pub fn compare_html(chain: &Chain) -> Result<String, String> {
    let audit = Audit::unjudged(chain.case);
    let triangles: Vec<Prints> = chain.triangles.iter().map(prints).collect();
    // What would mend a conclusion is left out: the figures of it are printed elsewhere.
    let as_judged = |one: &Conclusion| Finding { mends: Vec::new(), ..one.finding.clone() };
    let judged = chain.comparisons().map(|one| one.conclusions.iter().map(as_judged).collect());
    let judged: Vec<Vec<Finding>> = judged.collect();
    fill("compare.html", view(chain, &audit, &triangles, &judged))
}

fn view<'a>(
    chain: &'a Chain<'a>,
    audit: &'a Audit<'a>,
    triangles: &'a [Prints<'a>],
    judged: &'a [Vec<Finding>],
) -> Page<'a> {
    let editions: Vec<&str> = chain.sides.iter().map(|side| side.label.as_str()).collect();
    let ends = [editions.first(), editions.last()].map(|end| end.copied().unwrap_or_default());
    let title = match chain.sides.last() {
        Some(last) if last.title != last.label => last.title.clone(),
        _ => ends.join(" → "),
    };
    let mut here = HashSet::new();
    let beside = Beside::steps(chain, "series", &mut Places::Here(&mut here));
    let here: HashSet<String> = here.into_iter().map(|(at, name)| figure(at, name)).collect();
    let index = Index::new(audit);
    let mut number = 0;
    let mut cards: Vec<Vec<Card>> = Vec::new();
    for (comparison, findings) in chain.comparisons().zip(judged) {
        let mut all: Vec<(&Conclusion, &Finding)> =
            comparison.conclusions.iter().zip(findings).collect();
        all.sort_by_key(|(one, _)| !one.needs_a_look);
        let card = |(one, finding): (&'a Conclusion, &'a Finding)| {
            number += 1;
            let item = Item::new(audit, finding, &index, true);
            let item = item.linking_only(|link| here.contains(link));
            card(one, item, format!("conclusion:{number}"))
        };
        cards.push(all.into_iter().map(card).collect());
    }
    let of_whole = chain.whole.as_ref().and_then(|_| cards.pop()).unwrap_or_default();
    Page {
        frame: Frame::asking("what became of the figures?"),
        title,
        lead: lead(chain),
        summary: summary(chain),
        told: chain.comparisons().map(|one| [heading(one), closing(one)]).collect(),
        choices: beside.choices(),
        beside,
        conclusions: cards.into_iter().flatten().collect(),
        whole: chain.whole.as_ref().map(|whole| Whole {
            heading: format!("{} beside {}{}", ends[1], ends[0], periods_of(whole)),
            beside: Beside::new(chain.case, &[whole], "ends", &mut Places::Elsewhere),
            conclusions: of_whole,
        }),
        editions,
        triangles,
        mistakes: mistakes::items(audit),
    }
}

/// What there is to look at, in all steps.
fn lead(chain: &Chain) -> String {
    let steps = || chain.steps.iter();
    let figures: usize = steps().map(open).sum();
    let fallen = steps().flat_map(|step| &step.conclusions).filter(|one| one.needs_a_look).count();
    match (figures, fallen) {
        (0, 0) => "Nothing to look at.".to_owned(),
        (figures, 0) => format!("{} to look at.", count(figures, "figure")),
        (0, fallen) => format!("{} to look at.", count(fallen, "conclusion")),
        (figures, fallen) => {
            format!("{} and {} to look at.", count(figures, "figure"), count(fallen, "conclusion"))
        }
    }
}

/// How many figures of a comparison somebody has to look at.
fn open(comparison: &Comparison) -> usize {
    comparison.rows.iter().filter(|row| row.class.needs_a_look()).count()
}

fn summary(chain: &Chain) -> Summary {
    let name = |one: &Comparison| format!("{} → {}", one.old.label, one.new.label);
    // A column is one comparison, or all steps together.
    let mut columns: Vec<(String, Vec<&Comparison>)> = Vec::new();
    if chain.steps.len() <= COLUMNS {
        columns.extend(chain.steps.iter().map(|one| (name(one), vec![one])));
    }
    if chain.steps.len() > 1 {
        columns.push((format!("all {} steps", chain.steps.len()), chain.steps.iter().collect()));
    }
    columns.extend(chain.whole.iter().map(|one| (name(one), vec![one])));
    let each = |of: &dyn Fn(&Comparison) -> usize| -> Vec<usize> {
        columns.iter().map(|(_, all)| all.iter().map(|one| of(one)).sum()).collect()
    };
    let row = |class: Class| {
        let counts = each(&|one| one.count(class));
        let (mark, says) = (Mark::new(class), says(class));
        (counts.iter().any(|n| *n > 0)).then_some(Count {
            mark,
            says,
            look: class.needs_a_look(),
            counts,
        })
    };
    Summary {
        rows: Class::ALL.into_iter().filter_map(row).collect(),
        total: each(&|one| one.rows.len()),
        look: each(&|one| open(one)),
        columns: columns.iter().map(|(name, _)| name.clone()).collect(),
    }
}

/// What a class means, in a line.
fn says(class: Class) -> &'static str {
    match class {
        Class::Unchanged => "the same period, the same figure",
        Class::Rerounded => "one value can print as both",
        Class::Revised => "no value can print as both, and nobody says why",
        Class::Restated => "revised, and declared with a reason",
        Class::Rebased => "other unit, base, population or convention: not comparable as printed",
        Class::Rolled => "the next period of the series: a real change",
        Class::LeftIn => "another period, but the figure of the old one",
        Class::Swapped => "two figures in each other’s place",
        Class::Renamed => "the same figure under another name",
        Class::New => "not in the old edition",
        Class::Dropped => "not in the new edition",
    }
}

fn card<'a>(one: &'a Conclusion, item: Item<'a>, slug: String) -> Card<'a> {
    Card {
        item,
        slug,
        kind: if one.needs_a_look { "inconsistent" } else { "waived" },
        flip: one.flip.word(),
        of: &one.of,
        with: &one.with,
        which: which(one),
        remark: one.remark.as_deref(),
        look: one.needs_a_look,
    }
}

fn prints(triangle: &Triangle) -> Prints<'_> {
    let row = |one: &Revisions| {
        let (mean, absolute) = one.shown.clone();
        [one.what.clone(), one.periods.to_string(), mean, absolute]
    };
    Prints {
        series: &triangle.series,
        periods: &triangle.periods,
        revisions: triangle.revisions.iter().map(row).collect(),
    }
}
