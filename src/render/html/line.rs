//! Two sets on a number line: where everything stands, in thousandths of the drawing's width. The
//! template draws it; figures and units stay text.

use serde::Serialize;

use crate::figure::{Figure, Style};
use crate::finding::{Finding, Judgement, Side};
use crate::interval::{End, Interval};
use crate::number::Number;

/// The part of the width that holds all ends; the rest is for their labels and for arrows.
const INSET: i64 = 240;
const WIDTH: i64 = 1000;
/// The longest label of an end, in characters, that has room beside it.
const LABEL: usize = 11;
/// The most values that would tie which are marked.
const MARKS: usize = 3;

/// What to draw.
#[derive(Serialize)]
pub struct Line {
    /// The drawing in words.
    words: String,
    /// The height, in pixels.
    height: usize,
    /// The two sets: what is stated, what the rest allows.
    lanes: [Lane; 2],
    /// What lies between the sets, if they do not meet.
    gap: Option<Gap>,
    /// Values that would tie.
    marks: Vec<Mark>,
    /// Whether a set is cut at the edge, for the gap is narrow beside it.
    cut: bool,
}

#[derive(Serialize)]
struct Lane {
    /// `a` for what is stated, `b` for what the rest allows.
    class: &'static str,
    y: usize,
    /// Where the line begins and ends.
    from: String,
    to: String,
    /// The ends that are drawn: none where the set goes on or is cut.
    ends: Vec<Dot>,
    /// Whether the set has no end on the left, and none on the right.
    left: bool,
    right: bool,
}

#[derive(Serialize)]
struct Dot {
    at: String,
    /// Whether the end belongs to the set.
    closed: bool,
    label: String,
    /// Whether the label stands before the end.
    before: bool,
}

#[derive(Serialize)]
struct Gap {
    at: String,
    width: String,
    middle: String,
    label: String,
}

#[derive(Serialize)]
struct Mark {
    at: String,
    y: usize,
    class: &'static str,
    label: String,
    before: bool,
}

/// The drawing of a finding; none if its sides are words, or have no ends.
pub fn line(finding: &Finding, style: Style) -> Option<Line> {
    let judgement = finding.judgement.as_ref()?;
    let (stated, allowed) = (judgement.stated.set.as_ref()?, judgement.allowed.set.as_ref()?);
    let ends: Vec<&Number> = [stated.lo(), stated.hi(), allowed.lo(), allowed.hi()]
        .into_iter()
        .flatten()
        .map(|end| &end.at)
        .collect();
    let (least, most) = (*ends.iter().min()?, *ends.iter().max()?);
    if !least.is_handy() || !most.is_handy() {
        return None;
    }
    let gap = between(stated, allowed);
    let narrow = |(lo, hi): &(Number, Number)| {
        let span = most - least;
        (hi - lo) * Number::from(60) < span
    };
    let near = gap.as_ref().filter(|gap| narrow(gap)).filter(|(lo, hi)| lo < hi);
    let values = marked(finding, judgement, style);
    let scale = match near {
        Some((lo, hi)) => {
            let room = (hi - lo) * Number::from(4);
            Scale::new(lo - &room, hi + &room, false)
        }
        None => {
            let reach = (most - least) * Number::from(2);
            let (lo, hi) = (least - &reach, most + &reach);
            let inside =
                values.iter().map(|(_, value, _)| value).filter(|v| **v >= lo && **v <= hi);
            let all = || inside.clone().chain([least, most]);
            let (least, most) = (all().min()?.clone(), all().max()?.clone());
            Scale::new(least, most, true)
        }
    };
    let mut marks = Vec::new();
    for (class, value, label) in values {
        let Some(at) = scale.inside(&value).filter(|_| marks.len() < MARKS) else { continue };
        let y = 84 + 18 * marks.len();
        marks.push(Mark { at: percent(at), y, class, label: clip(&label), before: at > 560 });
    }
    let lanes = [
        lane("a", 34, &judgement.stated, stated, &scale),
        lane("b", 60, &judgement.allowed, allowed, &scale),
    ];
    let cut = near.is_some();
    let gap = gap.filter(|_| !judgement.holds()).map(|(lo, hi)| {
        let (from, to) = (scale.clamped(&lo), scale.clamped(&hi));
        let middle = ((from + to) / 2).clamp(150, 850);
        let label = match judgement.distance.as_str() {
            "" => "they do not meet".to_owned(),
            distance => format!("gap {distance}"),
        };
        let width = (to - from).max(2);
        Gap { at: percent(from), width: percent(width), middle: percent(middle), label }
    });
    let words = words(judgement, stated, allowed, finding);
    let height = 76 + 18 * marks.len();
    Some(Line { words, height, lanes, gap, marks, cut })
}

/// What lies between two sets that do not meet: nothing but a point, if only an end that is not
/// included keeps them apart.
fn between(a: &Interval, b: &Interval) -> Option<(Number, Number)> {
    if a.intersect(b).is_some() {
        return None;
    }
    let pair = |below: &Interval, above: &Interval| {
        let (lo, hi) = (&below.hi()?.at, &above.lo()?.at);
        (lo <= hi).then(|| (lo.clone(), hi.clone()))
    };
    pair(a, b).or_else(|| pair(b, a))
}

/// The values that would tie of the figures that are a side themselves, so that they stand on the
/// same line: with the side's class, in base units, and as printed.
fn marked(
    finding: &Finding,
    judgement: &Judgement,
    style: Style,
) -> Vec<(&'static str, Number, String)> {
    let mut found = Vec::new();
    for mend in &finding.mends {
        let class = match &mend.name {
            name if *name == judgement.stated.what => "a",
            name if *name == judgement.allowed.what => "b",
            _ => continue,
        };
        let used = finding.figures.iter().find(|used| used.name == mend.name);
        let Some(unit) = used.map(|used| used.figure.unit()) else { continue };
        let unit = (!unit.is_unstated()).then_some(unit);
        let Ok(figure) = Figure::read(&mend.would_tie, style, unit) else { continue };
        if let Some(value) = figure.printed() {
            found.push((class, value.clone(), mend.would_tie.clone()));
        }
    }
    found
}

fn lane(class: &'static str, y: usize, side: &Side, set: &Interval, scale: &Scale) -> Lane {
    let [low, high] = labels(&side.shown, set);
    let (left, right) = (set.lo().is_none(), set.hi().is_none());
    let from = set.lo().map_or(0, |end| scale.clamped(&end.at));
    let to = set.hi().map_or(WIDTH, |end| scale.clamped(&end.at));
    let dot = |end: &End, label: &str, before: bool| {
        let at = scale.inside(&end.at)?;
        Some(Dot { at: percent(at), closed: end.closed, label: clip_end(label), before })
    };
    let point = set.as_point().is_some();
    let first = set.lo().and_then(|end| dot(end, if point { "" } else { &low }, true));
    let last = set.hi().and_then(|end| dot(end, &high, false));
    let ends =
        if point { last.into_iter().collect() } else { first.into_iter().chain(last).collect() };
    Lane { class, y, from: percent(from), to: percent(to), ends, left, right }
}

/// The ends of a set as its text has them: "3.05" and "3.15" of "[3.05, 3.15] %".
fn labels(shown: &str, set: &Interval) -> [String; 2] {
    if set.as_point().is_some() {
        return [String::new(), shown.to_owned()];
    }
    let inner = shown.split_once(['[', '(']).map_or("", |(_, rest)| rest);
    let inner = inner.split_once([']', ')']).map_or("", |(inner, _)| inner);
    let (low, high) = inner.split_once(", ").unwrap_or(("", ""));
    [low.to_owned(), high.to_owned()]
}

/// A set in words, for those who do not see it.
fn in_words(side: &Side, set: &Interval) -> String {
    let [low, high] = labels(&side.shown, set);
    if set.as_point().is_some() {
        return format!("exactly {high}");
    }
    let unit = side.shown.rsplit_once([']', ')']).map_or("", |(_, unit)| unit);
    let whether = |end: &End| if end.closed { "included" } else { "not included" };
    match (set.lo(), set.hi()) {
        (Some(lo), Some(hi)) if lo.closed && hi.closed => {
            format!("from {low} to {high}{unit}, both ends included")
        }
        (Some(lo), Some(hi)) => {
            format!("from {low}, {}, to {high}{unit}, {}", whether(lo), whether(hi))
        }
        (Some(lo), None) => format!("from {low}{unit} upward, {low} {}", whether(lo)),
        (None, Some(hi)) => format!("up to {high}{unit}, {high} {}", whether(hi)),
        (None, None) => "any value".to_owned(),
    }
}

fn words(
    judgement: &Judgement,
    stated: &Interval,
    allowed: &Interval,
    finding: &Finding,
) -> String {
    let (one, other) = (&judgement.stated, &judgement.allowed);
    let mut text = format!(
        "Number line. Stated, {}: {}. The rest allows: {}.",
        one.what,
        in_words(one, stated),
        in_words(other, allowed)
    );
    match (judgement.holds(), judgement.distance.as_str(), &judgement.touches) {
        (true, _, Some(point)) => text.push_str(&format!(" They meet only at {point}.")),
        (true, ..) => text.push_str(" They meet."),
        (false, "", _) => text.push_str(" They do not meet."),
        (false, gap, _) => text.push_str(&format!(" They do not meet: a gap of {gap}.")),
    }
    for mend in &finding.mends {
        if [&one.what, &other.what].contains(&&mend.name) {
            text.push_str(&format!(" Would tie: {} as {}.", mend.name, mend.would_tie));
        }
    }
    text
}

fn clip(label: &str) -> String {
    match label.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}

/// The label of an end, or nothing if it is too long: it is in the text beside the drawing.
fn clip_end(label: &str) -> String {
    if label.chars().count() > LABEL { String::new() } else { label.to_owned() }
}

/// From values to thousandths of the width.
pub(super) struct Scale {
    lo: Number,
    span: Number,
    /// Where `lo` stands, and how far from it the end of the span.
    from: i64,
    reach: i64,
}

impl Scale {
    /// A scale on which all that is to be seen lies between two values. `inset` leaves room for
    /// labels at both sides; without it the values are those of the edges.
    pub(super) fn new(lo: Number, hi: Number, inset: bool) -> Self {
        let span = &hi - &lo;
        let (from, reach) = if inset { (INSET, WIDTH - 2 * INSET) } else { (0, WIDTH) };
        if span.is_zero() {
            // A single value stands in the middle.
            return Self { lo: lo - Number::one(), span: Number::from(2), from, reach };
        }
        Self { lo, span, from, reach }
    }

    fn place(&self, value: &Number) -> Option<i64> {
        let part = (value - &self.lo).checked_div(&self.span)? * Number::from(self.reach);
        part.round().to_i64()?.checked_add(self.from)
    }

    /// Where a value stands, if it is within the edges.
    fn inside(&self, value: &Number) -> Option<i64> {
        self.place(value).filter(|at| (0..=WIDTH).contains(at))
    }

    /// Where a value stands, or the edge that it lies beyond.
    pub(super) fn clamped(&self, value: &Number) -> i64 {
        let beyond = if *value < self.lo { 0 } else { WIDTH };
        self.place(value).map_or(beyond, |at| at.clamp(0, WIDTH))
    }
}

/// Thousandths as a percentage: "24.5%".
fn percent(at: i64) -> String {
    if at % 10 == 0 { format!("{}%", at / 10) } else { format!("{}.{}%", at / 10, at % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn judged(stated: Interval, allowed: Interval) -> Option<Line> {
        let side = |what: &str, set: &Interval| Side {
            what: what.to_owned(),
            printed: String::new(),
            set: Some(set.clone()),
            shown: set.to_string(),
        };
        let holds = stated.intersect(&allowed).is_some();
        let sides = [side("a", &stated), side("b", &allowed)];
        let [one, other] = sides;
        let mut judgement = Judgement::words(holds, one, other);
        judgement.distance = "1".to_owned();
        let case = crate::project::load_text(
            "t.toml",
            "[claim]\na = \"1\"\nb = \"1\"\n[[same]]\nclaims = [\"a\", \"b\"]\n".to_owned(),
        );
        let mut finding = crate::audit::Audit::run(&case).findings.remove(0);
        finding.judgement = Some(judgement);
        line(&finding, Style::English)
    }

    #[test]
    fn ends_gap_and_words() {
        let stated = Interval::new(
            Some(End { at: n("1"), closed: true }),
            Some(End { at: n("2"), closed: false }),
        );
        let line = judged(stated.unwrap(), Interval::at_least(n("3"))).unwrap();
        let ends: Vec<(&str, bool)> =
            line.lanes[0].ends.iter().map(|dot| (dot.at.as_str(), dot.closed)).collect();
        assert_eq!(ends, [("24%", true), ("50%", false)]);
        assert_eq!(line.lanes[0].ends[1].label, "2");
        assert!(line.lanes[1].right && !line.lanes[1].left);
        assert_eq!((line.lanes[1].from.as_str(), line.lanes[1].to.as_str()), ("76%", "100%"));
        let gap = line.gap.unwrap();
        assert_eq!((gap.at.as_str(), gap.width.as_str()), ("50%", "26%"));
        assert_eq!(
            line.words,
            "Number line. Stated, a: from 1, included, to 2, not included. The rest allows: from \
             3 upward, 3 included. They do not meet: a gap of 1."
        );
    }

    #[test]
    fn a_narrow_gap_is_drawn_near_and_the_sets_are_cut() {
        let line =
            judged(Interval::closed(n("0"), n("100")), Interval::closed(n("100.1"), n("200")));
        let line = line.unwrap();
        assert!(line.cut);
        assert_eq!(line.lanes[0].from, "0%");
        assert_eq!(line.lanes[0].ends.len(), 1, "the far end is off the drawing");
        assert_eq!(
            (line.gap.unwrap().width.as_str(), line.lanes[0].to.as_str()),
            ("11.2%", "44.4%")
        );
    }

    #[test]
    fn points_stand_in_the_middle_and_what_has_no_ends_is_not_drawn() {
        let line = judged(Interval::point(n("5")), Interval::point(n("5"))).unwrap();
        assert_eq!(line.lanes[0].ends[0].at, "50%");
        assert!(line.gap.is_none());
        assert!(judged(Interval::all(), Interval::all()).is_none());
    }

    #[test]
    fn sets_that_only_an_open_end_keeps_apart_have_a_gap_that_is_seen() {
        let line = judged(Interval::below(n("5")), Interval::at_least(n("5"))).unwrap();
        assert_eq!(line.gap.unwrap().width, "0.2%");
    }
}
