//! Declarations: the report, its claims, sources, questions and datasets.

use schemars::{JsonSchema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::figures::FigureReader;
use super::read::Reader;
use super::table::Table;
use crate::claim::{
    ClaimSpec, CommonSpec, LiftSpec, QuestionSpec, ReportSpec, SourceSpec, WaiverSpec, schema_keys,
};
use crate::figure::Style;
use crate::ledger::{Question, Source};
use crate::mistake::{Mistake, Place, quoted_list};

impl Reader<'_> {
    pub(super) fn report(
        &mut self,
        value: Spanned<DeValue<'_>>,
        edition: usize,
        reader: &mut FigureReader,
    ) {
        let mistakes = &mut self.case.mistakes;
        let table = Table::new(value, reader.file, "`[report]`".to_owned(), mistakes);
        let Some(spec) = table.and_then(|t| t.read::<ReportSpec>(&keys::<ReportSpec>(), mistakes))
        else {
            return;
        };
        let at = &mut self.case.ledger.editions[edition];
        if let Some(style) = &spec.style {
            match style.value.parse::<Style>() {
                Ok(style) => reader.style = style,
                Err(why) => {
                    let place = Place::new(reader.file, style.span.clone());
                    mistakes.push(Mistake::new(why, place));
                }
            }
        }
        reader.convention = spec.convention.or(reader.convention);
        reader.ties = spec.ties.or(reader.ties);
        at.style = reader.style;
        if let Some(label) = &spec.edition {
            at.label.clone_from(&label.value.0);
        }
        if let Some(title) = spec.title {
            at.title = title;
        }
        let period = spec.period.as_ref().and_then(|period| reader.period(period, mistakes));
        reader.period = period.or(reader.period.take());
        at.date = spec.date.as_ref().and_then(|date| reader.date(date, mistakes));
    }

    pub(super) fn claim(
        &mut self,
        name: &str,
        place: Place,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
    ) {
        let mistakes = &mut self.case.mistakes;
        let before = mistakes.len();
        // `name = "41%"` is short for a table that has only a value.
        let value = match value.get_ref() {
            DeValue::Table(_) => value,
            _ => {
                let span = value.span();
                let key = Spanned::new(span.clone(), "value".into());
                let table: DeTable = std::iter::once((key, value)).collect();
                Spanned::new(span, DeValue::Table(table))
            }
        };
        let table = Table::new(value, reader.file, format!("claim `{name}`"), mistakes);
        let spec = table.and_then(|t| t.read::<ClaimSpec>(&self.keys.claim, mistakes));
        let mut claim = reader.claim(spec.unwrap_or_default(), place, mistakes);
        // A figure read under other terms than its author meant would be judged wrongly.
        if mistakes.len() > before {
            (claim.figure, claim.ends, claim.unread) = (None, None, true);
        }
        let known = self.case.ledger.editions[edition].claims.insert(name, claim);
        let taken = known.err().map(|claim| claim.place);
        self.taken(format!("claim `{name}`"), place, taken);
    }

    pub(super) fn source(
        &mut self,
        name: &str,
        place: Place,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
    ) {
        let mistakes = &mut self.case.mistakes;
        let table = Table::new(value, reader.file, format!("source `{name}`"), mistakes);
        let spec = table.and_then(|t| t.read::<SourceSpec>(&self.keys.source, mistakes));
        let spec = spec.unwrap_or_default();
        let date = spec.date.as_ref().and_then(|date| reader.date(date, mistakes));
        let source = Source { place, spec, date };
        let known = self.case.ledger.editions[edition].add_source(name, source);
        let taken = known.err().map(|source| source.place);
        self.taken(format!("source `{name}`"), place, taken);
    }

    pub(super) fn question(
        &mut self,
        name: &str,
        place: Place,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
    ) {
        let mistakes = &mut self.case.mistakes;
        let table = Table::new(value, reader.file, format!("question `{name}`"), mistakes);
        let Some(spec) =
            table.and_then(|t| t.read::<QuestionSpec>(&keys::<QuestionSpec>(), mistakes))
        else {
            return;
        };
        let answers: Vec<String> = spec.answers.into_iter().map(|answer| answer.0).collect();
        if answers.len() < 2 {
            let mistake = Mistake::new(format!("question `{name}` leaves nothing open"), place);
            mistakes.push(mistake.label("expected two `answers` or more"));
            return;
        }
        let answer = spec.answer.and_then(|answer| {
            let known = answers.contains(&answer.value.0);
            if !known {
                let place = Place::new(reader.file, answer.span);
                mistakes.push(unknown_answer(&answer.value.0, name, &answers, place));
            }
            known.then_some(answer.value.0)
        });
        let question = Question { place, asks: spec.asks, answers, answer };
        let known = self.case.ledger.editions[edition].questions.insert(name, question);
        let taken = known.err().map(|question| question.place);
        self.taken(format!("question `{name}`"), place, taken);
    }

    /// A name that two files declare: both are named, and neither is merged into the other.
    pub(super) fn taken(&mut self, what: String, place: Place, first: Option<Place>) {
        if let Some(first) = first {
            let address = self.case.ledger.files.address(first);
            let mistake = Mistake::new(format!("{what} is declared a second time"), place);
            let mistake = mistake.label("second declaration, not used");
            self.case.mistakes.push(mistake.help(format!("the first is at {address}")));
        }
    }
}

/// A word that is not among a question's answers.
pub(super) fn unknown_answer(
    answer: &str,
    name: &str,
    answers: &[String],
    place: Place,
) -> Mistake {
    let known = answers.iter().map(String::as_str);
    Mistake::new(format!("\"{answer}\" is not an answer to `{name}`"), place)
        .label(format!("expected {}", quoted_list(known.clone(), "or")))
        .did_you_mean(answer, known)
}

/// The keys of a struct of the file format.
pub(super) fn keys<T: JsonSchema>() -> Vec<String> {
    schema_keys(&T::json_schema(&mut SchemaGenerator::default()))
}

/// The keys of the tables that occur often, worked out once.
pub(super) struct Keys {
    pub claim: Vec<String>,
    pub source: Vec<String>,
    pub common: Vec<String>,
    pub lift: Vec<String>,
    pub waiver: Vec<String>,
}

impl Default for Keys {
    fn default() -> Self {
        let (claim, source) = (keys::<ClaimSpec>(), keys::<SourceSpec>());
        let (common, lift) = (keys::<CommonSpec>(), keys::<LiftSpec>());
        Self { claim, source, common, lift, waiver: keys::<WaiverSpec>() }
    }
}
