//! What a claims file declares besides assertions: the report, its claims, sources, questions and
//! datasets. The structs are the file format: reading and the JSON Schema come from them.

mod data;
mod lift;
mod waiver;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, IntoDeserializer};
use serde::{Deserialize, Deserializer};

pub use data::{ColumnSpec, DataSpec, Missing, Symbol};
pub use lift::LiftSpec;
pub use waiver::{WaivedVerdict, WaiverSpec};

use crate::figure::{Convention, Reading, Ties};

/// A value with its place in the file, as a byte range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Text as written: a string, or a bare number or date whose characters are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

/// One value or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

/// The report that the claims are taken from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportSpec {
    /// Title of the report.
    pub title: Option<String>,
    /// Label of this edition, such as "2022"; other files refer to its claims as `name@2022`.
    pub edition: Option<At<Text>>,
    /// Date of publication: the operand `report.date`.
    pub date: Option<At<Text>>,
    /// The period that its figures are about, such as "2024" or "first quarter 2025", unless a
    /// claim says otherwise.
    pub period: Option<At<Text>>,
    /// Who publishes it.
    pub body: Option<String>,
    /// How numbers are written: "1,234.5", "1.234,5", "1 234,5", "1'234.5" or "1,23,456.7".
    pub style: Option<At<String>>,
    /// How all figures were rounded, unless a claim says otherwise.
    pub convention: Option<Convention>,
    /// How halves of negative numbers were rounded under half-up and half-down.
    pub ties: Option<Ties>,
}

/// A figure with a name and a meaning.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// The figure as printed, such as "41%" or "about 30,000". Left out for a figure that the
    /// text would need but does not give.
    pub value: Option<At<Text>>,
    /// The unit, where the figure does not show it: "persons", "USD/year", "date", "CNY/USD".
    pub unit: Option<At<String>>,
    /// Percent of what: the name of another claim, or words.
    pub of: Option<String>,
    /// Whom or what the figure is about, such as "residents aged 15 and over". Figures about two
    /// populations are not compared between editions.
    pub population: Option<String>,
    /// What the figure is called through the editions of a report; the claim's name, if not said.
    pub series: Option<At<String>>,
    /// The period the figure is about, such as "2024", "Q3 2024" or "July 2024"; that of the
    /// report, if not said.
    pub period: Option<At<Text>>,
    /// That the figure differs on purpose from an earlier edition's for the same period, and why.
    pub restates: Option<At<RestatesSpec>>,
    /// A few words on what the figure says.
    pub says: Option<String>,
    /// Place in the report, such as "III.a".
    #[serde(rename = "where")]
    pub place: Option<Text>,
    /// The number of the note the figure rests on, or several.
    pub note: Option<At<List<u32>>>,
    /// How much weight the figure has when figures cannot all be true together: the sets of
    /// figures whose change would do are chosen to weigh least. 4 if not said, 3 for a figure that
    /// is hedged ("about 40").
    pub weight: Option<u32>,
    /// Whether the figure is taken to be printed right whatever the others say.
    #[serde(default)]
    pub trusted: bool,
    /// The unit the figure was rounded to, as printed (10 for dollars rounded to tens); a list
    /// leaves open which.
    pub round: Option<At<List<Text>>>,
    /// How the figure was rounded.
    pub convention: Option<Convention>,
    /// How halves of negative numbers were rounded under half-up and half-down.
    pub ties: Option<Ties>,
    /// Whether trailing zeros count as digits (narrow) or not (wide).
    pub reading: Option<Reading>,
    /// Whether "70 to 80" is one quantity known within a range, or two ends.
    pub range: Option<RangeKind>,
    /// How the lower end of a range is read.
    pub low: Option<EndSpec>,
    /// How the upper end of a range is read.
    pub high: Option<EndSpec>,
}

/// A declared revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestatesSpec {
    /// The edition whose figure it replaces; any earlier one, if not said.
    pub edition: Option<Text>,
    /// Why the figure was revised.
    pub reason: String,
}

/// What a printed range stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RangeKind {
    /// One quantity somewhere in the range.
    Within,
    /// Two figures, `NAME.low` and `NAME.high`.
    Ends,
}

/// How one end of a range is read.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSpec {
    /// The unit the end was rounded to, as printed; a list leaves open which.
    pub round: Option<At<List<Text>>>,
    /// How the end was rounded.
    pub convention: Option<Convention>,
    /// Whether trailing zeros count as digits.
    pub reading: Option<Reading>,
}

/// How one claim is read in one assertion only.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSpec {
    /// The unit the figure was rounded to, as printed; a list leaves open which.
    pub round: Option<At<List<Text>>>,
    /// How the figure was rounded.
    pub convention: Option<Convention>,
    /// Whether trailing zeros count as digits.
    pub reading: Option<Reading>,
    /// Percent of what.
    pub of: Option<String>,
}

/// A cited work, as one note describes it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Publisher or institution.
    pub body: Option<String>,
    /// Author, or several.
    pub author: Option<List<Text>>,
    /// Title as cited.
    pub title: Option<String>,
    /// Date as cited: the operand `source.NAME.date`.
    pub date: Option<At<Text>>,
    /// The notes in which the work is cited.
    pub notes: Option<List<u32>>,
    /// The note that this one points back to ("id.", "see note 3").
    pub see: Option<u32>,
    /// What a note says that cites nothing.
    pub remark: Option<String>,
}

/// What the text leaves open.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionSpec {
    /// The question in words.
    pub asks: String,
    /// The possible answers.
    pub answers: Vec<Text>,
    /// The answer, once known.
    pub answer: Option<At<Text>>,
}

/// The keys that every assertion may have.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommonSpec {
    /// Short name; the finding is then called CHECK/ID.
    pub id: Option<At<String>>,
    /// What is asserted, in your own words.
    pub label: Option<String>,
    /// How serious it is if the figures cannot be reconciled.
    pub severity: Option<Severity>,
    /// Answers to questions under which the assertion is made: `{ same_measure = "yes" }`.
    pub when: Option<BTreeMap<String, At<Text>>>,
    /// How claims are read in this assertion only: `{ price = { round = 100 } }`.
    pub given: Option<BTreeMap<String, At<GivenSpec>>>,
}

/// How serious a disagreement is. Separate from the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a correction.
    Warning,
    /// Stops the press.
    #[default]
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl<T> At<T> {
    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<T>::deserialize(from)?;
        let span = spanned.span();
        Ok(Self { value: spanned.into_inner(), span })
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in quotes, or a number")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
        }
        from.deserialize_any(Visitor)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or a list of values")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<List<T>, E> {
                Ok(List(vec![T::deserialize(text.into_deserializer())?]))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<List<T>, E> {
                Ok(List(vec![T::deserialize(number.into_deserializer())?]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = seq.next_element()? {
                    list.push(value);
                }
                Ok(List(list))
            }
        }
        from.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ListOf{}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// The keys of a table that a schema describes.
pub fn schema_keys(schema: &Schema) -> Vec<String> {
    let properties = schema.get("properties").and_then(|value| value.as_object());
    properties.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}
