//! From a printed figure to the sets of values it may stand for.

use super::error::FigureError;
use super::printed::Printed;
use super::rounding::{Convention, Reading, Ties, rounding_interval};
use super::style::group_digits;
use super::why::{Place, Why};
use super::{Figure, Hedge, Shape};
use crate::interval::{End, Interval};
use crate::number::Number;

/// What a claim declares about how its figure is read.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The units it may be rounded to, in the printed unit (points, dollars); none if unsaid.
    pub round: Vec<Number>,
    /// How it was rounded.
    pub convention: Convention,
    /// Where ties of negative numbers go.
    pub ties: Ties,
    /// Whether trailing zeros are digits (narrow) or not (wide); unsaid leaves both open.
    pub reading: Option<Reading>,
}

/// One reading of a figure: how it was rounded, and the set of values that follows.
#[derive(Clone, Debug)]
pub struct Rung {
    /// The rounding unit, in the printed unit; `None` if nothing was rounded.
    pub round: Option<Number>,
    /// The values, in base units; whole numbers at both ends for a count.
    pub set: Interval,
    /// How the set comes about; [`Figure::why`] has it in words.
    pub why: Why,
}

impl Figure {
    /// The sets the figure may stand for, finest first, each containing the one before; one where
    /// nothing is open.
    pub fn rungs(&self, terms: &Terms) -> Vec<Rung> {
        let mut rungs = match &self.shape {
            Shape::Single(printed) => self.single(printed, terms),
            Shape::Date(calendar) => vec![self.of_date(&calendar.set())],
            Shape::Range(ends) if terms.round.len() > 1 => {
                let one = |unit: Number| Terms { round: vec![unit], ..terms.clone() };
                let units = declared(terms).into_iter();
                units.map(|unit| self.of_range(&ends.0, &ends.1, &one(unit))).collect()
            }
            Shape::Range(ends) => vec![self.of_range(&ends.0, &ends.1, terms)],
            Shape::PlusMinus(printed, half) => {
                let middle = printed.scaled();
                let set = Interval::closed(&middle - half, &middle + half);
                vec![self.rung(None, set, Why::Said("the range printed, both ends included"))]
            }
            Shape::Vague(set) => {
                vec![self.rung(None, set.clone(), Why::Said("what the words cover"))]
            }
        };
        if self.is_count() {
            for rung in &mut rungs {
                if let Some(whole) = rung.set.integers() {
                    rung.set = whole;
                }
            }
        }
        rungs
    }

    /// Whether the printed digits agree with the declared rounding: a figure rounded to thousands
    /// has none below. A hedged figure may be rounded more coarsely than it is printed ("about
    /// $65", to tens).
    ///
    /// # Errors
    ///
    /// That a declared unit is not above zero, or that digits below it are printed.
    pub fn check_terms(&self, terms: &Terms) -> Result<(), FigureError> {
        let printed = match &self.shape {
            Shape::Single(printed) if self.hedge == Hedge::None => Some(printed),
            Shape::Range(ends) => {
                ends.0.check_terms(terms)?;
                return ends.1.check_terms(terms);
            }
            _ => None,
        };
        let whole = 0..self.text.len();
        for round in &terms.round {
            if *round <= 0 {
                return Err(FigureError::new(format!("rounding to {round}"), whole)
                    .expected("a unit above zero"));
            }
            if printed.is_some_and(|printed| !(&printed.scaled() / round).is_integer()) {
                let unit = group_digits(&round.to_string());
                let message =
                    format!("“{}” prints more digits than rounding to {unit} leaves", self.text);
                return Err(
                    FigureError::new(message, whole).expected(format!("a multiple of {unit}"))
                );
            }
        }
        Ok(())
    }

    /// A rung from a set in displayed units.
    fn rung(&self, round: Option<Number>, set: Interval, why: Why) -> Rung {
        Rung { round, set: set.scale(self.unit.factor()), why }
    }

    fn single(&self, printed: &Printed, terms: &Terms) -> Vec<Rung> {
        let at = printed.scaled();
        if self.shrinks(&at) {
            return self.more_than_halved(at);
        }
        match self.hedge {
            Hedge::None | Hedge::About | Hedge::Estimated => self.rounded(printed, terms),
            Hedge::Nearly => {
                let nearly = |unit: &Number| {
                    let far = if at.is_negative() { &at + unit } else { &at - unit };
                    let open = |at: &Number| Some(End { at: at.clone(), closed: false });
                    let (lo, hi) = if far < at { (&far, &at) } else { (&at, &far) };
                    let set = Interval::new(open(lo), open(hi))
                        .unwrap_or_else(|| Interval::point(at.clone()));
                    self.rung(Some(unit.clone()), set, Why::Short)
                };
                if !terms.round.is_empty() {
                    return declared(terms).iter().map(nearly).collect();
                }
                let narrow = printed.last_place();
                vec![nearly(&match terms.reading {
                    Some(Reading::Narrow) => narrow,
                    // Never narrower than "about" is on its lower side.
                    _ => {
                        let coarse = printed.coarse_place();
                        let half = about(&at, &narrow, &coarse) * Number::ratio(1, 2);
                        coarse.max(half)
                    }
                })]
            }
            Hedge::MoreThan => {
                vec![self.rung(None, Interval::above(at), Why::Said("above the figure"))]
            }
            Hedge::AtLeast => {
                vec![self.rung(None, Interval::at_least(at), Why::Said("the figure or above"))]
            }
            Hedge::LessThan => {
                vec![self.rung(
                    None,
                    self.not_negative(Interval::below(at)),
                    Why::Said("below the figure"),
                )]
            }
            Hedge::AtMost => {
                vec![self.rung(
                    None,
                    self.not_negative(Interval::at_most(at)),
                    Why::Said("the figure or below"),
                )]
            }
        }
    }

    /// Whether this is a hedged verb of shrinking, such as "more than halved".
    fn shrinks(&self, at: &Number) -> bool {
        let open = [Hedge::None, Hedge::About, Hedge::Estimated];
        let verb = !self.text.contains(|c: char| c.is_ascii_digit());
        self.unit.is_multiple() && *at < 1 && verb && !open.contains(&self.hedge)
    }

    /// More than halved is less than half of it, and nearly halved is a little more than half.
    fn more_than_halved(&self, at: Number) -> Vec<Rung> {
        let end = |at: &Number, closed| Some(End { at: at.clone(), closed });
        let (zero, one) = (Number::zero(), Number::one());
        let (lo, hi) = match self.hedge {
            Hedge::MoreThan => (end(&zero, true), end(&at, false)),
            Hedge::AtLeast => (end(&zero, true), end(&at, true)),
            Hedge::LessThan | Hedge::Nearly => (end(&at, false), end(&one, false)),
            _ => (end(&at, true), end(&one, true)),
        };
        let set = Interval::new(lo, hi).unwrap_or_else(|| Interval::point(at));
        vec![self.rung(None, set, Why::Said("a hedge on shrinking turns the other way"))]
    }

    /// Counts, money, shares and durations do not fall below zero, where that leaves anything.
    fn not_negative(&self, set: Interval) -> Interval {
        let unit = &self.unit;
        let bounded =
            unit.is_thing() || unit.is_currency() || unit.is_percent() || unit.is_duration();
        let bounded = bounded.then(|| set.intersect(&Interval::at_least(Number::zero()))).flatten();
        bounded.unwrap_or(set)
    }

    /// A figure that was rounded, to a unit that is declared, printed, or one of several.
    fn rounded(&self, printed: &Printed, terms: &Terms) -> Vec<Rung> {
        let at = printed.scaled();
        let point = |why| self.rung(None, Interval::point(at.clone()), Why::Said(why));
        let plain = self.hedge == Hedge::None;
        if terms.convention == Convention::Exact {
            return vec![point("exact, as declared")];
        }
        let (narrow, coarse) = (printed.last_place(), printed.coarse_place());
        let rounded = |unit: &Number| {
            let set = rounding_interval(&at, unit, terms.convention, terms.ties);
            let place = if !terms.round.is_empty() {
                Place::Declared
            } else if *unit == narrow {
                Place::Last
            } else if *unit == coarse {
                Place::LastNonZero
            } else {
                Place::Between
            };
            self.rung(Some(unit.clone()), set, Why::Rounded(place, terms.convention))
        };
        if !terms.round.is_empty() {
            return declared(terms).iter().map(rounded).collect();
        }
        if plain && printed.is_fixed() && !self.unit.is_multiple() {
            // "A third" may be said of 33.3 % and, loosely, of 30 %.
            let units = [1, 5, 10].map(Number::from);
            let loose = |unit: &Number| {
                let set = rounding_interval(&at, unit, Convention::Unknown, terms.ties);
                let why = Why::Said("a fraction in words, taken loosely");
                self.rung(Some(unit.clone()), set, why)
            };
            return match terms.reading {
                Some(Reading::Narrow) => vec![loose(&units[0])],
                Some(Reading::Wide) => vec![loose(&units[2])],
                None => units.iter().map(loose).collect(),
            };
        }
        if plain
            && self.unit.is_thing()
            && printed.is_plain_whole()
            && terms.reading != Some(Reading::Wide)
        {
            return vec![point("a count, exact")];
        }
        let share = self.unit.is_percent() || self.unit.is_points();
        let open = self.hedge == Hedge::Estimated || !share;
        let units = match (terms.reading, self.hedge) {
            (Some(Reading::Narrow), _) => vec![narrow.clone()],
            (None, Hedge::About) => vec![about(&at, &narrow, &coarse)],
            (Some(Reading::Wide), _) => vec![coarse.clone()],
            (None, _) if open => ladder(&narrow, &coarse),
            (None, _) => vec![narrow.clone()],
        };
        let mut rungs: Vec<Rung> = units.iter().map(rounded).collect();
        let bare = self.unit.is_unstated() && printed.is_plain_whole();
        if plain
            && terms.reading.is_none()
            && (bare || (self.unit.is_multiple() && at.is_integer()))
        {
            rungs.insert(0, point("exact, if it is a count"));
        }
        rungs
    }

    fn of_date(&self, set: &Interval) -> Rung {
        let end = |end: Option<&End>| end.map_or_else(Number::zero, |end| end.at.clone());
        let (first, last) = (end(set.lo()), end(set.hi()));
        let (set, why) = match self.hedge {
            Hedge::MoreThan => (Interval::above(last), "after the last day named"),
            Hedge::AtLeast => (Interval::at_least(first), "from the first day named"),
            Hedge::LessThan => (Interval::below(first), "before the first day named"),
            Hedge::AtMost => (Interval::at_most(last), "to the last day named"),
            Hedge::About => {
                let beside = |steps: i64| match self.step(steps)?.shape {
                    Shape::Date(calendar) => Some(calendar.set()),
                    _ => None,
                };
                let both = [beside(-1), beside(1)].into_iter().flatten();
                (
                    both.fold(set.clone(), |all, one| all.hull(&one)),
                    "one step of the calendar either way",
                )
            }
            _ if set.as_point().is_some() => (set.clone(), "the day named"),
            _ => (set.clone(), "all days named, both ends included"),
        };
        Rung { round: None, set, why: Why::Said(why) }
    }

    /// From the low end to the high one as printed, or as rounded where that is declared or hedged.
    fn of_range(&self, low: &Self, high: &Self, terms: &Terms) -> Rung {
        let hedged = |end: &Self| matches!(end.hedge, Hedge::About | Hedge::Estimated);
        let rounded =
            self.hedge == Hedge::About || hedged(low) || hedged(high) || !terms.round.is_empty();
        let whole = |end: &Self| {
            let mut end = end.clone();
            if self.hedge == Hedge::About {
                end.hedge = Hedge::About;
            }
            let exact = Terms { convention: Convention::Exact, ..Terms::default() };
            let rungs = end.rungs(if rounded { terms } else { &exact });
            rungs.into_iter().last().map_or_else(Interval::all, |rung| rung.set)
        };
        let set = whole(low).hull(&whole(high));
        let why = if rounded {
            "the range printed, its ends rounded"
        } else {
            "the range printed, both ends included"
        };
        Rung { round: None, set, why: Why::Said(why) }
    }
}

/// The unit of a hedged figure: the place of its last digit that is not zero. "About 65" is not
/// between 64 and 66, so a five after other digits counts as rounded to tens; and a hedge on a
/// figure that is not round leaves a whole last digit either way. "About 50" is rounded to tens.
fn about(at: &Number, narrow: &Number, coarse: &Number) -> Number {
    let digits = (at / coarse).abs();
    if digits > 5 && (&digits * &Number::ratio(1, 5)).is_integer() {
        coarse * &Number::from(10)
    } else if narrow == coarse {
        coarse * &Number::from(2)
    } else {
        coarse.clone()
    }
}

/// The declared units above zero, finest first.
fn declared(terms: &Terms) -> Vec<Number> {
    let mut units: Vec<Number> = terms.round.iter().filter(|unit| **unit > 0).cloned().collect();
    units.sort();
    units.dedup();
    units
}

/// The units 1, 5, 10, 50, 100… times the narrow one, up to the wide one.
fn ladder(narrow: &Number, wide: &Number) -> Vec<Number> {
    let mut units = vec![narrow.clone()];
    let mut unit = narrow.clone();
    while unit < *wide {
        units.push(&unit * &Number::from(5));
        unit = &unit * &Number::from(10);
        units.push(unit.clone());
    }
    units.retain(|unit| unit <= wide || unit == narrow);
    units
}
