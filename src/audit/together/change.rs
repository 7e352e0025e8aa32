//! What a figure would have to be for all the rest to stand.

use std::fmt::Write;

use crate::audit::Case;
use crate::figure::{Figure, Hedge, Slip};
use crate::interval::{End, Interval};
use crate::joint::Variable;
use crate::ledger::{Level, Origin, Quantity, Used};
use crate::number::Number;

/// How many dates before and after the printed one are tried.
const MAX_DATES: i64 = 600;

/// A figure that would have to change, alone or with others.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// What it is called.
    pub name: String,
    /// As it is printed.
    pub printed: String,
    /// Where it would have to lie, in its unit, if that is known.
    pub range: Option<(&'static str, String)>,
    /// The nearest printed value that would do.
    pub nearest: Option<String>,
    /// All printed values that would do, if they are few ends.
    pub all: Option<String>,
    /// The slip that leads to a value that would do, and that value.
    pub slip: Option<(String, String)>,
}

impl Change {
    /// What a figure would have to be, given the range that it would have to lie in.
    pub fn new(
        case: &Case,
        variable: &Variable,
        quantity: &Quantity,
        (used, level): (Option<&Used>, &Level),
        range: Option<&Interval>,
    ) -> Self {
        let figure = quantity.figure.as_deref();
        let in_own_unit = figure.filter(|figure| *figure.unit() == quantity.unit);
        let reprint = used.zip(in_own_unit).zip(range);
        let reprint = reprint.map(|((used, _), range)| Reprint { used, level, range });
        let (mut nearest, mut all, mut slip) = (None, None, None);
        if let Some(reprint) = reprint {
            (nearest, all) = reprint.values();
            slip = reprint.slip().or_else(|| left_in(case, quantity));
        }
        Self {
            name: variable.name.clone(),
            printed: quantity.text.clone(),
            range: range.map(|range| {
                let shown = match in_own_unit {
                    Some(figure) => figure.show(range),
                    None => quantity.unit.show(range),
                };
                let verb = if range.as_point().is_some() { "be" } else { "lie in" };
                (verb, shown)
            }),
            nearest,
            all,
            slip,
        }
    }

    /// A printed value that would do, and the slip that leads to it.
    pub fn would_tie(&self) -> Option<(String, Option<String>)> {
        match &self.slip {
            Some((slip, text)) if !text.is_empty() => Some((text.clone(), Some(slip.clone()))),
            _ => Some((self.nearest.clone()?, None)),
        }
    }

    /// The change in words.
    pub fn words(&self) -> String {
        let Self { name, printed, range, nearest, all, slip } = self;
        let mut words = format!("`{name}` ({printed})");
        if let Some((verb, range)) = range {
            let _ = write!(words, " would have to {verb} {range}");
        }
        if let Some(text) = all.as_ref().or(nearest.as_ref()) {
            let _ = write!(words, ", printed as {text}");
        }
        if let Some((what, text)) = slip {
            let same = nearest.as_ref() == Some(text) || text.is_empty();
            let _ = match same {
                true => write!(words, " ({what})"),
                false => write!(words, " ({what}: {text})"),
            };
        }
        words
    }
}

/// Other texts for a figure.
struct Reprint<'a> {
    used: &'a Used,
    level: &'a Level,
    range: &'a Interval,
}

impl Reprint<'_> {
    /// Whether a figure in this one's place could stand for a value of the range.
    fn fits(&self, figure: &Figure) -> bool {
        if figure.check_terms(&self.used.terms).is_err() {
            return false;
        }
        let rungs = figure.rungs(&self.used.terms);
        let rung = match self.level {
            Level::Coarsest => rungs.last(),
            _ => rungs.first(),
        };
        rung.is_some_and(|rung| rung.set.intersect(self.range).is_some())
    }

    /// The nearest figure that would do, and the first and the last that would.
    fn values(&self) -> (Option<String>, Option<String>) {
        let figure = &*self.used.figure;
        let Some(printed) = figure.printed() else {
            let steps = (1..=MAX_DATES).flat_map(|steps| [steps, -steps]);
            let mut dates = steps.filter_map(|steps| figure.step(steps));
            return (dates.find(|date| self.fits(date)).map(|date| date.text().to_owned()), None);
        };
        let by_unit = self.used.rung.round.as_ref().map(|unit| unit * figure.unit().factor());
        let own = by_unit.and_then(|unit| unit.checked_div(figure.last_place())?.to_i64());
        let strides = [1, own.unwrap_or(1)];
        let find = |stride: i64| {
            let near = |end: &End, inward: i64| {
                let away = (&end.at - printed).checked_div(figure.last_place())?;
                let away = away.checked_div(&Number::from(stride))?.floor().to_i64()?;
                let steps = (-2..=3).map(|more| away.checked_add(more * inward));
                let mut steps = steps.flatten().filter_map(|steps| {
                    let steps = steps.checked_mul(stride)?;
                    Some((steps, figure.step(steps)?))
                });
                steps.find(|(_, other)| self.fits(other))
            };
            let first = self.range.lo().and_then(|end| near(end, 1));
            let last = self.range.hi().and_then(|end| near(end, -1));
            (first, last)
        };
        let found = strides.into_iter().map(find).find(|(a, b)| a.is_some() || b.is_some());
        let text = |(_, figure): &(i64, Figure)| figure.text().to_owned();
        match found {
            Some((Some(first), Some(last))) => {
                let nearest = if first.0.abs() <= last.0.abs() { &first } else { &last };
                let (from, to) = (text(&first), text(&last));
                let all = if from == to { from } else { format!("{from} to {to}") };
                (Some(text(nearest)), Some(all))
            }
            Some((Some(first), None)) => {
                (Some(text(&first)), Some(format!("{} or more", text(&first))))
            }
            Some((None, Some(last))) => {
                (Some(text(&last)), Some(format!("{} or less", text(&last))))
            }
            _ => (None, None),
        }
    }

    /// The likely slip that leads to a value that would do, if there is just one of its kind.
    fn slip(&self) -> Option<(String, String)> {
        let figure = &*self.used.figure;
        if !matches!(figure.hedge(), Hedge::None | Hedge::About | Hedge::Estimated) {
            return None;
        }
        // Against a bound, a figure ten times smaller or of the other sign always does.
        let bounded = self.range.lo().is_some() && self.range.hi().is_some();
        let telling = |slip: Slip| bounded || matches!(slip, Slip::Swapped | Slip::Changed);
        let slips = figure.slips().into_iter();
        let fitting: Vec<(Slip, Figure)> =
            slips.filter(|(slip, other)| telling(*slip) && self.fits(other)).collect();
        let changed = fitting.iter().filter(|(slip, _)| *slip == Slip::Changed).count();
        let mut likely = fitting.iter().filter(|(slip, _)| *slip != Slip::Changed || changed == 1);
        likely.next().map(|(slip, other)| (slip.to_string(), other.text().to_owned()))
    }
}

/// That an earlier edition prints the same text for the same quantity.
fn left_in(case: &Case, quantity: &Quantity) -> Option<(String, String)> {
    let Some(Origin::Declared(place, _)) = &quantity.origin else { return None };
    let editions = &case.ledger.editions;
    let mut all = editions
        .iter()
        .flat_map(|edition| edition.claims.iter().map(move |(name, claim)| (edition, name, claim)));
    let (own, name, claim) = all.find(|(_, _, claim)| claim.place == *place)?;
    let series = claim.series.as_deref().unwrap_or(name);
    let text = claim.figure.as_ref()?.figure.text().to_owned();
    let day = |edition: &crate::ledger::Edition| {
        let (date, _) = edition.date.as_ref()?;
        Some(date.rungs.first()?.set.lo()?.at.clone())
    };
    let earlier = editions.iter().filter(|edition| day(edition) < day(own)).find(|edition| {
        edition.claims.iter().any(|(name, claim)| {
            let same = claim.series.as_deref().unwrap_or(name) == series;
            same && claim.figure.as_ref().is_some_and(|stated| stated.figure.text() == text)
        })
    })?;
    Some((format!("as in edition \"{}\"", earlier.label), String::new()))
}
