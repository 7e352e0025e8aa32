//! What can be counted: nouns and their numbers.

use super::read::phrase;
use super::tokens::{Kind, Token};
use super::unit::{Dimension, Part, Unit};
use crate::number::Number;

/// Nouns for people: they differ as words, but add up as persons.
const PERSONS: &[&str] = &[
    "person",
    "people",
    "man",
    "men",
    "woman",
    "women",
    "child",
    "children",
    "girl",
    "boy",
    "adult",
    "respondent",
    "victim",
    "worker",
    "refugee",
    "survivor",
    "interviewee",
    "participant",
    "migrant",
    "defector",
    "student",
    "pupil",
    "patient",
    "employee",
    "resident",
    "citizen",
    "inhabitant",
    "individual",
    "user",
    "teacher",
    "prisoner",
    "member",
];

/// Words after a number that are no part of what it counts.
const NO_NOUNS: &[&str] =
    &["and", "or", "in", "out", "to", "than", "as", "but", "st", "nd", "rd", "th", "e"];

/// The most words that name what is counted.
const MAX_WORDS: usize = 6;

/// Words that change what a number means, and that no noun is easily taken for.
const WEIGHTY: &[&str] =
    &["percent", "percentage", "thousand", "million", "billion", "trillion", "hundred"];

/// The unit or scale that a word is, but for one slip of the keys. Otherwise "41 precent" would
/// count things called precent.
pub(super) fn misspelt(word: &str) -> Option<&'static str> {
    let near = |known: &&&str| strsim::osa_distance(known, word) == 1;
    WEIGHTY.iter().find(near).filter(|known| **known != word.trim_end_matches('s')).copied()
}

/// The unit that counts what some words name; `None` if they name nothing.
pub(super) fn read(tokens: &[Token]) -> Option<Unit> {
    let noun = |t: &Token| t.kind == Kind::Word && !NO_NOUNS.contains(&t.word.as_str());
    let named = tokens.iter().all(|t| noun(t) || t.is_sign('-'));
    if tokens.is_empty() || tokens.len() > MAX_WORDS || !named {
        return None;
    }
    let label = tokens.iter().map(|t| t.text).collect::<Vec<_>>().join(" ");
    let last = tokens.last().map_or("", |t| t.word.as_str());
    let person = PERSONS.contains(&last) || PERSONS.contains(&singular(last).as_str());
    let name = if person { "persons".to_owned() } else { singular(&phrase(tokens)) };
    let single = match last {
        "people" | "persons" => "person".to_owned(),
        _ => singular(&label),
    };
    let dimension = Dimension::Thing(name);
    Some(Unit::part(Part { dimension, label, single, factor: Number::one(), power: 1 }))
}

fn singular(word: &str) -> String {
    const ENDS: &[(&str, &str)] =
        &[("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("ss", "ss"), ("s", "")];
    for (plural, single) in ENDS {
        if let Some(stem) = word.strip_suffix(plural) {
            return format!("{stem}{single}");
        }
    }
    word.to_owned()
}

/// Women and men together are persons.
pub(super) fn common_thing(unit: &Unit, parts: &[Part]) -> Unit {
    match parts {
        [part] if part.dimension == Dimension::Thing("persons".to_owned()) => Unit::part(Part {
            label: "persons".to_owned(),
            single: "person".to_owned(),
            ..part.clone()
        }),
        _ => unit.clone(),
    }
}
