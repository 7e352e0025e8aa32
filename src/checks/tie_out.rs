//! Tie-out: a figure is what the data give.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Check;
use crate::claim::{At, List, Text};
use crate::dataset::{Ask, Condition, Measure, Measured, Part, Trouble};
use crate::figure::Unit;
use crate::finding::Judgement;
use crate::ledger::{Data, Halt, Quantity, View};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// A figure that must be the print of a number computed from data, in one of several ways.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TieOut {
    /// The figure.
    pub claim: At<String>,
    /// The dataset, as named in `[data.NAME]`.
    pub data: At<String>,
    /// What is computed from it, in the figure's printed unit: an SQL expression such as
    /// `sum(women)` or `100.0 * sum(sold) / count(*)`.
    pub measure: Option<At<String>>,
    /// A whole SQL query over the table `data` that gives one value, in the figure's printed unit.
    pub query: Option<At<String>>,
    /// `true` for the number of rows, or the column whose values are counted.
    pub count: Option<At<Counted>>,
    /// The condition that a share of the rows satisfies: an SQL condition.
    pub share: Option<At<String>>,
    /// The column that is added up.
    pub sum: Option<At<String>>,
    /// The column whose mean it is.
    pub mean: Option<At<String>>,
    /// The column whose median it is.
    pub median: Option<At<String>>,
    /// The column, and the probability that the quantile is taken at.
    pub quantile: Option<At<QuantileOf>>,
    /// The column whose least value it is.
    pub min: Option<At<String>>,
    /// The column whose greatest value it is.
    pub max: Option<At<String>>,
    /// The column whose different values are counted.
    pub distinct: Option<At<String>>,
    /// The sum of one column over the sum of another.
    pub rate: Option<At<RateOf>>,
    /// The rows it is computed over: an SQL condition, or columns and the values they must have.
    #[serde(rename = "where")]
    pub condition: Option<At<Rows>>,
    /// The column by which rows are weighted.
    pub weight: Option<At<String>>,
}

/// What is counted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Counted {
    /// All rows.
    All(bool),
    /// Values of a column.
    Column(String),
}

/// Which rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Rows {
    /// An SQL condition.
    Sql(String),
    /// Columns, and the value or one of the values they must have.
    Equal(std::collections::BTreeMap<String, List<Text>>),
}

/// The quantile of a column.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantileOf {
    /// The column.
    pub of: String,
    /// The probability, between 0 and 1.
    pub at: Text,
}

/// One sum over another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateOf {
    /// The column above the line.
    pub of: String,
    /// The column below it.
    pub per: String,
    /// For how many of these, such as 1000; one if not said.
    pub times: Option<Text>,
}

/// A measure, where it stands, and in what unit it comes out.
struct Asked<'a> {
    measure: Measure,
    span: std::ops::Range<usize>,
    unit: In<'a>,
}

/// In what unit a measure comes out.
enum In<'a> {
    /// The figure's printed unit, scale and all.
    Printed,
    /// The unit of a column, if that is declared.
    Column(&'a str),
    /// Base units: a share is a number between 0 and 1.
    Base,
}

impl TieOut {
    /// Every measure that is written.
    fn asked(&self) -> Result<Vec<Asked<'_>>, (std::ops::Range<usize>, String)> {
        let mut all = Vec::new();
        let mut add = |measure, span: &std::ops::Range<usize>, unit| {
            all.push(Asked { measure, span: span.clone(), unit });
        };
        for (sql, measure) in [
            (&self.measure, Measure::Sql as fn(String) -> Measure),
            (&self.query, Measure::Query),
        ] {
            if let Some(at) = sql {
                add(measure(at.value.clone()), &at.span, In::Printed);
            }
        }
        for (column, measure) in [
            (&self.sum, Measure::Sum as fn(String) -> Measure),
            (&self.mean, Measure::Mean),
            (&self.median, Measure::Median),
            (&self.min, Measure::Min),
            (&self.max, Measure::Max),
        ] {
            if let Some(at) = column {
                add(measure(at.value.clone()), &at.span, In::Column(&at.value));
            }
        }
        if let Some(at) = &self.distinct {
            add(Measure::Distinct(at.value.clone()), &at.span, In::Base);
        }
        if let Some(at) = &self.share {
            add(Measure::Share(Condition::Sql(at.value.clone())), &at.span, In::Base);
        }
        match self.count.as_ref().map(|at| (&at.value, &at.span)) {
            Some((Counted::All(true), span)) => add(Measure::Count, span, In::Base),
            Some((Counted::All(false), span)) => {
                let what = "`count` is `true` or the name of a column, not `false`";
                return Err((span.clone(), what.to_owned()));
            }
            // The column is quoted, so that it is never read as more than a name.
            Some((Counted::Column(name), span)) => {
                let sql = format!("count(\"{}\")", name.replace('"', "\"\""));
                add(Measure::Sql(sql), span, In::Base);
            }
            None => {}
        }
        if let Some(At { value: QuantileOf { of, at }, span }) = &self.quantile {
            let one = Number::one();
            let probability = Number::decimal(&at.0).filter(|p| !p.is_negative() && *p <= one);
            let probability = probability.ok_or_else(|| {
                (span.clone(), format!("`at` is a probability between 0 and 1, not `{}`", at.0))
            })?;
            add(Measure::Quantile(of.clone(), probability), span, In::Column(of));
        }
        if let Some(At { value: RateOf { of, per, times }, span }) = &self.rate {
            let times = times.as_ref().map_or(Some(Number::one()), |text| Number::decimal(&text.0));
            let times = times.ok_or_else(|| {
                (span.clone(), "`times` is a plain number, such as 1000".to_owned())
            })?;
            add(Measure::Rate { of: of.clone(), per: per.clone(), times }, span, In::Printed);
        }
        Ok(all)
    }

    fn as_ask(&self, measure: Measure) -> Ask {
        let condition = self.condition.as_ref().map(|at| match &at.value {
            Rows::Sql(sql) => Condition::Sql(sql.clone()),
            Rows::Equal(pairs) => {
                let values = |list: &List<Text>| list.0.iter().map(|text| text.0.clone()).collect();
                let pairs = pairs.iter().map(|(name, list)| (name.clone(), values(list)));
                Condition::Equal(pairs.collect())
            }
        });
        Ask { measure, condition, weight: self.weight.as_ref().map(|at| at.value.clone()) }
    }

    /// A trouble as a mistake at the part it lies with.
    fn mistake(&self, view: &View, data: &Data, span: &std::ops::Range<usize>, trouble: Trouble) -> Mistake {
        let path = &data.source.path;
        let measure = Place::new(view.file, span.clone());
        let condition = self.condition.as_ref().map(|at| Place::new(view.file, at.span.clone()));
        let weight = self.weight.as_ref();
        let place = match &trouble.part {
            Part::Data => return data.mistake(trouble, data.place),
            Part::Condition => condition.unwrap_or(measure),
            Part::Column(name) => match (weight, condition) {
                (Some(at), _) if at.value == *name => view.place(at),
                (_, Some(place)) if self.condition.as_ref().is_some_and(|at| at.value.names(name)) => place,
                _ => measure,
            },
            Part::Measure => measure,
        };
        let measured = self.measure.as_ref().or(self.query.as_ref()).or(self.share.as_ref());
        let text = match (&trouble.part, &self.condition) {
            (Part::Measure, _) => measured.map(|at| at.value.as_str()),
            (Part::Condition, Some(At { value: Rows::Sql(sql), .. })) => Some(sql.as_str()),
            _ => None,
        };
        let inside = text.zip(trouble.at).map(|(text, at)| view.ledger.files.inside(place, text, at));
        let mut mistake = Mistake::new(trouble.what, inside.unwrap_or(place));
        if let Some((word, known)) = &trouble.unknown {
            mistake = mistake.did_you_mean(word, known.iter().map(String::as_str));
        }
        mistake.help(trouble.help.unwrap_or_else(|| format!("the data are {path}")))
    }
}

impl Rows {
    fn names(&self, column: &str) -> bool {
        matches!(self, Self::Equal(pairs) if pairs.contains_key(column))
    }
}

impl Check for TieOut {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let (figure, given, measured) = self.sides(view)?;
        let mut judgement = Judgement::equal(&figure, &given).step(measured.query, given.shown());
        if measured.rows == Some(0) && !judgement.holds() {
            let what = format!("no row of {} satisfies the condition", self.data.value);
            return Err(Halt::Missing(what));
        }
        if let Some(bound) = measured.bound {
            judgement.notes.push(format!("computed in floating point, error at most {bound}"));
        }
        Ok(judgement)
    }

    fn ask(&self) -> Option<(&At<String>, Ask)> {
        let mut asked = self.asked().ok()?;
        let one = asked.pop().filter(|_| asked.is_empty())?;
        Some((&self.data, self.as_ask(one.measure)))
    }

    fn subject(&self) -> String {
        self.claim.value.clone()
    }
}

impl TieOut {
    /// The figure, and what the data give for it.
    fn sides(&self, view: &View) -> Result<(Quantity, Quantity, Measured), Halt> {
        let edition = view.own_edition();
        let data = edition.data.get(&self.data.value).ok_or_else(|| {
            let what = format!("no dataset is named `{}`", self.data.value);
            Mistake::new(what, view.place(&self.data))
                .label("not declared as data")
                .did_you_mean(&self.data.value, edition.data.names())
                .help("declare it as `[data.NAME]` with a `path`")
        })?;
        let wrong = |(span, what)| Mistake::new(what, Place::new(view.file, span));
        let mut asked = self.asked().map_err(wrong)?;
        let kinds = "`measure`, `query`, `count`, `share`, `sum`, `mean`, `median`, `quantile`, \
                     `min`, `max`, `distinct` and `rate`";
        let Some(Asked { measure, span, unit }) = asked.pop() else {
            let what = "nothing says what is computed";
            let help = format!("give one of {kinds}");
            return Err(Mistake::new(what, view.place(&self.data)).help(help).into());
        };
        if let Some(first) = asked.first() {
            let what = "more than one thing is computed";
            let mistake = Mistake::new(what, Place::new(view.file, first.span.clone()));
            return Err(mistake.help(format!("keep one of {kinds}")).into());
        }
        let figure = view.stated(&self.claim)?;
        let tables = view.ledger.tables.as_ref().ok_or_else(|| {
            Halt::Missing("this build of tieout reads no data (feature `dataframes`)".to_owned())
        })?;
        let measured = tables.measure(&data.source, &self.as_ask(measure));
        let measured = measured.map_err(|trouble| self.mistake(view, data, &span, trouble))?;
        let (set, unit) = match unit {
            In::Printed => (measured.set.scale(figure.unit.factor()), figure.unit.clone()),
            In::Base => (measured.set.clone(), figure.unit.clone()),
            In::Column(name) => match &data.column(name).unit {
                Some(unit) => (measured.set.scale(unit.factor()), Unit::clone(unit)),
                None => (measured.set.scale(figure.unit.factor()), figure.unit.clone()),
            },
        };
        let name = format!("{}: {}", self.data.value, view.ledger.files.slice(Place::new(view.file, span)).trim_matches('"'));
        let given = Quantity {
            last_place: figure.last_place.clone(),
            ..figure.derive(name, set, unit)
        };
        figure.comparable(&given)?;
        Ok((figure, given, measured))
    }
}
