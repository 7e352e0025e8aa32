//! A quantity through its editions, drawn: a point an edition, the set of each as a whisker, and a
//! line where the two can be compared.

use serde::Serialize;

use super::line::Scale;
use crate::editions::{Class, Strand};
use crate::interval::Interval;
use crate::ledger::Stated;
use crate::number::Number;
use crate::render::compare::by;

/// The height in pixels, and where the highest and the lowest value stand.
const HEIGHT: i64 = 48;
const TOP: i64 = 8;
const BOTTOM: i64 = 40;
/// The room for all lines, how far editions are apart, and what is left at both sides.
const ROOM: i64 = 132;
const APART: std::ops::RangeInclusive<i64> = 10..=44;
const SIDE: i64 = 10;

/// What to draw, in pixels.
#[derive(Serialize)]
pub struct Slope {
    width: i64,
    height: i64,
    /// What it is, for those who do not see it, and all that it shows.
    title: String,
    words: String,
    joins: Vec<Join>,
    points: Vec<Point>,
    /// Where no line can be: between two figures of another kind.
    breaks: Vec<i64>,
}

#[derive(Serialize)]
struct Join {
    from: (i64, String),
    to: (i64, String),
    key: &'static str,
}

#[derive(Serialize)]
struct Point {
    x: i64,
    /// Where the printed number stands, if it is one; whether it belongs to its own set.
    dot: Option<String>,
    closed: bool,
    /// The ends of the set, if it has a width.
    whisker: Option<(String, String)>,
    /// Whether the set goes on upward and downward.
    up: bool,
    down: bool,
}

/// The drawing of a strand; none if fewer than two editions print a figure that has a place on a
/// line.
pub fn slope(strand: &Strand, labels: &[&str]) -> Option<Slope> {
    let editions = i64::try_from(strand.prints.len()).ok()?;
    let apart = (ROOM / (editions - 1).max(1)).clamp(*APART.start(), *APART.end());
    let x = |at: usize| SIDE + apart * i64::try_from(at).unwrap_or(i64::MAX / apart - SIDE);
    let places: Vec<Option<Place>> =
        strand.prints.iter().map(|print| place((*print)?.claim.figure.as_ref()?)).collect();
    if places.iter().flatten().count() < 2 {
        return None;
    }
    let joined = |at: usize| {
        let row = strand.rows.get(at).copied().flatten();
        let row =
            row.filter(|row| !matches!(row.class, Class::Rebased | Class::New | Class::Dropped));
        row.filter(|_| at > 0 && places[at - 1].is_some() && places[at].is_some())
    };
    let mut slope = Slope {
        width: 2 * SIDE + apart * (editions - 1),
        height: HEIGHT,
        title: format!("Slope of {}", strand.name()),
        words: words(strand, labels),
        joins: Vec::new(),
        points: Vec::new(),
        breaks: (1..places.len())
            .filter(|at| strand.rows[*at].is_some_and(|row| row.class == Class::Rebased))
            .map(|at| x(at) - apart / 2)
            .collect(),
    };
    let mut from = 0;
    while from < places.len() {
        // What is joined has one scale, and what is not has its own.
        let to = (from + 1..places.len()).find(|at| joined(*at).is_none()).unwrap_or(places.len());
        let part = places[from..to].iter().flatten();
        let ends = || part.clone().flat_map(|place| place.ends());
        if let (Some(least), Some(most)) = (ends().min(), ends().max()) {
            let scale = Scale::new(least.clone(), most.clone(), false);
            let y =
                |value: &Number| tenths(10 * BOTTOM - (BOTTOM - TOP) * scale.clamped(value) / 100);
            for at in from..to {
                let Some(place) = &places[at] else { continue };
                slope.points.push(place.point(x(at), &y));
                if let (Some(row), Some(before)) = (joined(at), at.checked_sub(1)) {
                    let Some(earlier) = &places[before] else { continue };
                    slope.joins.push(Join {
                        from: (x(before), y(&earlier.anchor)),
                        to: (x(at), y(&place.anchor)),
                        key: kind(row.class),
                    });
                }
            }
        }
        from = to;
    }
    Some(slope)
}

/// With what sign and colour a class is shown.
pub fn kind(class: Class) -> &'static str {
    match class {
        Class::Revised | Class::LeftIn | Class::Swapped => "inconsistent",
        Class::Restated => "undetermined",
        Class::Rebased => "improbable",
        Class::Rolled => "rolled",
        Class::Unchanged | Class::Rerounded | Class::Renamed => "consistent",
        Class::New | Class::Dropped => "waived",
    }
}

/// Where a figure stands.
struct Place<'a> {
    /// What lines lead to: the printed number, or the middle of the set, or its only end.
    anchor: Number,
    printed: Option<&'a Number>,
    set: &'a Interval,
}

fn place(stated: &Stated) -> Option<Place<'_>> {
    let set = &stated.rungs.first()?.set;
    let printed = stated.figure.printed();
    let end = || set.lo().or(set.hi()).map(|end| end.at.clone());
    let anchor = printed.cloned().or_else(|| set.middle()).or_else(end)?;
    let place = Place { anchor, printed, set };
    let handy = place.ends().all(|end| end.is_handy());
    handy.then_some(place)
}

impl Place<'_> {
    fn ends(&self) -> impl Iterator<Item = &Number> {
        let ends = [self.set.lo(), self.set.hi()].into_iter().flatten();
        ends.map(|end| &end.at).chain([&self.anchor])
    }

    fn point(&self, x: i64, y: &impl Fn(&Number) -> String) -> Point {
        let (lo, hi) = (self.set.lo(), self.set.hi());
        let dot = self.printed.or(self.set.as_point());
        Point {
            x,
            dot: dot.map(y),
            closed: dot.is_some_and(|value| self.set.contains(value)),
            whisker: self.set.as_point().is_none().then(|| {
                let edge = |at: i64| tenths(10 * at);
                let high = hi.map_or_else(|| edge(TOP - 5), |end| y(&end.at));
                let low = lo.map_or_else(|| edge(BOTTOM + 5), |end| y(&end.at));
                (high, low)
            }),
            up: hi.is_none(),
            down: lo.is_none(),
        }
    }
}

/// Tenths of a pixel as pixels: "24.5".
fn tenths(at: i64) -> String {
    if at % 10 == 0 { (at / 10).to_string() } else { format!("{}.{}", at / 10, at % 10) }
}

/// All that is drawn, a sentence an edition.
fn words(strand: &Strand, labels: &[&str]) -> String {
    let mut said = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let Some(print) = strand.prints[at] else { continue };
        let set = print.claim.figure.as_ref().and_then(super::figures::finest);
        let mut sentence = format!("{label}: {}", print.text());
        sentence.extend(set.map(|set| format!(", {set}")));
        if let Some(row) = strand.rows[at] {
            sentence.push_str(&format!(", {}", row.class.word()));
            let by = by(row);
            if !by.is_empty() {
                sentence.push_str(&format!(", {by}"));
            }
            if row.class == Class::Rebased {
                let why = row.remarks.join("; ");
                sentence.push_str(&format!("; no line, for the two cannot be compared: {why}"));
            }
        }
        said.push(sentence + ".");
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Case;
    use crate::editions::{Chain, Comparison, sides_labelled, strands};

    fn editions(claims: &[&str]) -> Case {
        let open = |path: &str| Err(format!("there is no {path}"));
        let mut reader = crate::project::Reader::new(&open);
        for (at, claims) in claims.iter().enumerate() {
            let text = format!("[report]\nedition = \"{at}\"\n[claim]\n{claims}\n");
            reader.file(&format!("{at}.toml"), text);
        }
        assert!(reader.case.mistakes.is_empty(), "{:?}", reader.case.mistakes);
        reader.case
    }

    fn drawn(claims: &[&str]) -> Option<Slope> {
        let case = editions(claims);
        let labels: Vec<String> = (0..claims.len()).map(|at| at.to_string()).collect();
        let chain = Chain::new(&case, sides_labelled(&case, &labels).unwrap());
        let steps: Vec<&Comparison> = chain.steps.iter().collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        slope(&strands(&case, &steps)[0], &labels)
    }

    #[test]
    fn a_point_an_edition_a_whisker_a_set_and_a_line_between() {
        let slope = drawn(&["a = \"6%\"", "a = \"8%\""]).unwrap();
        assert_eq!((slope.width, slope.points.len(), slope.joins.len()), (64, 2, 1));
        // From 5.5 to 8.5 per cent in 32 pixels.
        let whiskers: Vec<_> =
            slope.points.iter().map(|point| point.whisker.clone().unwrap()).collect();
        assert_eq!(whiskers[0], ("29.4".to_owned(), "40".to_owned()));
        assert_eq!(whiskers[1], ("8".to_owned(), "18.7".to_owned()));
        assert_eq!(slope.joins[0].from, (10, slope.points[0].dot.clone().unwrap()));
        assert_eq!(slope.joins[0].key, "inconsistent");
        assert_eq!(
            slope.words,
            "0: 6%, [5.5, 6.5] %. 1: 8%, [7.5, 8.5] %, revised, +2 points (2 units, +33.3%)."
        );
    }

    #[test]
    fn what_cannot_be_compared_has_no_line_and_a_scale_of_its_own() {
        let slope =
            drawn(&["a = \"6%\"", "a = \"6 percentage points\"", "a = \"7 percentage points\""]);
        let slope = slope.unwrap();
        assert_eq!((slope.joins.len(), slope.breaks.as_slice()), (1, &[32][..]));
        assert_eq!(slope.joins[0].from.0, 54, "from the second edition to the third");
        assert_eq!(slope.points[0].whisker, Some(("8".to_owned(), "40".to_owned())));
        assert!(
            slope.words.contains("no line, for the two cannot be compared: unit; %, then points")
        );
    }

    #[test]
    fn bounds_go_on_and_whole_numbers_have_no_whisker() {
        let slope = drawn(&["a = \"more than 50%\"", "a = \"62%\""]).unwrap();
        let bound = &slope.points[0];
        assert!(bound.up && !bound.down && !bound.closed);
        assert_eq!(bound.whisker.as_ref().unwrap().0, "3", "up to the edge");
        let slope = drawn(&["a = \"5 persons\"", "a = \"5 persons\""]).unwrap();
        assert!(slope.points.iter().all(|point| point.whisker.is_none() && point.closed));
        assert_eq!(slope.points[0].dot.as_deref(), Some("24"), "a single value is in the middle");
        assert!(drawn(&["a = \"5 persons\"", "b = \"6 persons\""]).is_none(), "one figure only");
    }
}
