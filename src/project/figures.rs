//! Figures of a claims file: their texts read under the conventions that its report declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::claim::{At, ClaimSpec, CommonSpec, EndSpec, List, Text};
use crate::figure::{Convention, Figure, FigureError, Hedge, Style, Terms, Ties, Unit};
use crate::ledger::{Claim, Edition, Given, HEDGED, Stated, USUAL, read_period};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// How the figures of one file are read.
#[derive(Clone, Debug)]
pub(super) struct FigureReader {
    /// The file.
    pub file: usize,
    /// Its text.
    pub text: Arc<str>,
    /// How numbers are written.
    pub style: Style,
    /// How figures were rounded, unless a claim says otherwise.
    pub convention: Option<Convention>,
    /// How halves of negative numbers were rounded.
    pub ties: Option<Ties>,
    /// The period of the report's figures, unless a claim says otherwise.
    pub period: Option<Stated>,
}

impl Default for FigureReader {
    fn default() -> Self {
        let style = Style::default();
        Self { file: 0, text: "".into(), style, convention: None, ties: None, period: None }
    }
}

impl FigureReader {
    /// A text that cannot be read, at the bytes of it that are to blame.
    pub fn mistake(&self, error: FigureError, text: &str, place: Place) -> Mistake {
        let found = self.text.get(place.start..place.end).and_then(|raw| raw.find(text));
        let at = match found.filter(|_| !error.at.is_empty()) {
            Some(offset) => {
                let start = place.start + offset;
                Place::new(self.file, start + error.at.start..start + error.at.end)
            }
            None => place,
        };
        let expected = error.expected.map(|expected| format!("expected {expected}"));
        Mistake::new(error.message, at).label(expected.unwrap_or_default())
    }

    fn place<T>(&self, at: &At<T>) -> Place {
        Place::new(self.file, at.span.clone())
    }

    /// A date, with its place.
    pub fn date(&self, date: &At<Text>, mistakes: &mut Vec<Mistake>) -> Option<(Stated, Place)> {
        let place = self.place(date);
        let read = Figure::read(&date.value.0, self.style, Some(&Unit::date()));
        let figure =
            read.map_err(|error| mistakes.push(self.mistake(error, &date.value.0, place))).ok()?;
        Some((Stated::new(Arc::new(figure), Terms::default()), place))
    }

    /// A period, with its days.
    pub fn period(&self, period: &At<Text>, mistakes: &mut Vec<Mistake>) -> Option<Stated> {
        let read = read_period(&period.value.0, self.style);
        let place = self.place(period);
        let read = read.map_err(|error| mistakes.push(self.mistake(error, &period.value.0, place)));
        Some(Stated::new(Arc::new(read.ok()?), Terms::default()))
    }

    /// A claim from what is written of it. What cannot be read is reported, and the claim then
    /// stands without its figure.
    pub fn claim(&self, spec: ClaimSpec, name: Place, mistakes: &mut Vec<Mistake>) -> Claim {
        let declared = spec.unit.as_ref().map_or((None, ""), |unit| Unit::split_scale(&unit.value));
        let unit = spec.unit.as_ref().and_then(|unit| {
            let read = Unit::parse(declared.1);
            read.map_err(|error| mistakes.push(self.mistake(error, &unit.value, self.place(unit))))
                .ok()
        });
        let terms = Terms {
            round: round(spec.round.as_ref(), self.file, mistakes),
            convention: spec.convention.or(self.convention).unwrap_or_default(),
            ties: spec.ties.or(self.ties).unwrap_or_default(),
            reading: spec.reading,
        };
        let place = spec.value.as_ref().map_or(name, |value| self.place(value));
        let mut figure = None;
        if let Some(value) = &spec.value {
            let scaled = declared.0.map(|scale| format!("{} {scale}", value.value.0));
            let text = scaled.as_deref().unwrap_or(&value.value.0);
            let read = Figure::read(text, self.style, unit.as_ref().filter(|u| !u.is_unstated()));
            let read = read.and_then(|figure| figure.check_terms(&terms).map(|()| figure));
            match read {
                Ok(read) => figure = Some(Stated::new(Arc::new(read), terms.clone())),
                Err(error) => mistakes.push(self.mistake(error, &value.value.0, place)),
            }
        }
        let ends = figure.as_ref().and_then(|stated| stated.figure.ends()).map(|(low, high)| {
            let low_terms = self.end_terms(&terms, spec.low.as_ref(), mistakes);
            let high_terms = self.end_terms(&terms, spec.high.as_ref(), mistakes);
            [Stated::new(Arc::new(low), low_terms), Stated::new(Arc::new(high), high_terms)]
        });
        for end in ends.iter().flatten() {
            if let Err(error) = end.figure.check_terms(&end.terms) {
                mistakes.push(self.mistake(error, end.figure.text(), place));
            }
        }
        if ends.is_none() && figure.is_some() && (spec.low.is_some() || spec.high.is_some()) {
            let what = "`low` and `high` are for the ends of a range";
            mistakes.push(Mistake::new(what, place).label("this is no range"));
        }
        if let Some(restates) = &spec.restates
            && restates.value.reason.trim().is_empty()
        {
            let what = "`restates` needs a `reason`";
            let mistake = Mistake::new(what, self.place(restates));
            mistakes.push(mistake.label("expected why the figure was revised"));
        }
        let period = spec.period.as_ref().and_then(|period| self.period(period, mistakes));
        let period = period.or_else(|| self.period.clone());
        Claim {
            place,
            unread: figure.is_none() && spec.value.is_some(),
            weight: (!spec.trusted).then(|| spec.weight.unwrap_or_else(|| weight(figure.as_ref()))),
            unit,
            figure,
            ends,
            range: spec.range,
            of: spec.of,
            population: spec.population,
            series: spec.series.map(|series| series.value),
            period,
            restates: spec.restates.map(|restates| restates.value),
            says: spec.says,
            section: spec.place.map(|place| place.0),
            notes: spec.note.map(|note| note.value.0).unwrap_or_default(),
        }
    }

    fn end_terms(
        &self,
        whole: &Terms,
        end: Option<&EndSpec>,
        mistakes: &mut Vec<Mistake>,
    ) -> Terms {
        let Some(end) = end else { return whole.clone() };
        let units = round(end.round.as_ref(), self.file, mistakes);
        Terms {
            round: if units.is_empty() { whole.round.clone() } else { units },
            convention: end.convention.unwrap_or(whole.convention),
            ties: whole.ties,
            reading: end.reading.or(whole.reading),
        }
    }
}

/// What a figure weighs that is given no weight: a hedged one is the more likely to be loose.
fn weight(figure: Option<&Stated>) -> u32 {
    let hedged = figure.is_some_and(|stated| stated.figure.hedge() != Hedge::None);
    if hedged { HEDGED } else { USUAL }
}

/// The rounding units declared, finest first.
pub(super) fn round(
    units: Option<&At<List<Text>>>,
    file: usize,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Number> {
    let Some(units) = units else { return Vec::new() };
    let place = Place::new(file, units.span.clone());
    let mut read = Vec::new();
    for unit in &units.value.0 {
        match Number::decimal(&unit.0).filter(|unit| *unit > 0) {
            Some(unit) => read.push(unit),
            None => {
                let mistake = Mistake::new(format!("`{}` is not a rounding unit", unit.0), place);
                mistakes.push(mistake.label("expected a number above zero, such as 10 or 0.1"));
            }
        }
    }
    read.sort();
    read.dedup();
    read
}

/// How an assertion reads its claims.
pub(super) fn given(
    common: &CommonSpec,
    edition: &Edition,
    file: usize,
    over_rows: bool,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, Given> {
    let mut all = BTreeMap::new();
    for (name, spec) in common.given.iter().flatten() {
        let place = Place::new(file, spec.span.clone());
        let claim = name.split(['.', '@']).next().unwrap_or(name);
        let elsewhere = name.contains('@') || claim == "source" || claim == "report";
        let known = edition.claims.get(claim);
        if known.is_none() && !elsewhere && !over_rows {
            let mistake = Mistake::new(format!("no claim is named `{claim}`"), place);
            mistakes.push(mistake.did_you_mean(claim, edition.claims.names()));
            continue;
        }
        let given = Given {
            round: round(spec.value.round.as_ref(), file, mistakes),
            convention: spec.value.convention,
            reading: spec.value.reading,
            of: spec.value.of.clone(),
        };
        let figure = known.and_then(|claim| {
            let [low, high] = match &claim.ends {
                Some([low, high]) => [Some(low), Some(high)],
                None => [None, None],
            };
            match name.split_once('.').map(|(_, end)| end) {
                Some("low") => low,
                Some("high") => high,
                _ => claim.figure.as_ref(),
            }
        });
        if let Some(figure) = figure {
            let terms = Terms { round: given.round.clone(), ..Terms::default() };
            if let Err(error) = figure.figure.check_terms(&terms) {
                mistakes.push(Mistake::new(error.message, place));
            }
        }
        all.insert(name.clone(), given);
    }
    all
}
