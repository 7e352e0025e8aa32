//! Reads one TOML table into a struct and reports every mistake in it, not only the first.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

use crate::mistake::{Mistake, Place, quoted_list};

/// A table, with what is needed to speak of it.
pub(super) struct Table<'i> {
    /// The entries.
    pub entries: DeTable<'i>,
    /// Where it stands.
    pub span: Range<usize>,
    /// The file it is in.
    pub file: usize,
    /// What it is to the user: "claim `sold_once`", "`[[footing]]`".
    pub what: String,
}

impl<'i> Table<'i> {
    /// A value as a table; a mistake if it is something else.
    pub fn new(
        value: Spanned<DeValue<'i>>,
        file: usize,
        what: String,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(mut entries) => {
                for (_, value) in &mut entries {
                    keep_text(value);
                }
                Some(Self { entries, span, file, what })
            }
            other => {
                let found = format!("{what} is {}, not a table", with_article(other.type_str()));
                mistakes
                    .push(Mistake::new(found, Place::new(file, span)).label("expected a table"));
                None
            }
        }
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place::new(self.file, self.span.clone())
    }

    /// Takes out the entries with these keys, as a table of their own.
    pub fn split_off(&mut self, keys: &[String]) -> Table<'i> {
        let all = std::mem::take(&mut self.entries);
        let mut taken = DeTable::new();
        for (key, value) in all {
            let own = keys.iter().any(|k| k == key.get_ref());
            if own { &mut taken } else { &mut self.entries }.insert(key, value);
        }
        Table { entries: taken, span: self.span.clone(), file: self.file, what: self.what.clone() }
    }

    /// Reads a struct that has these keys.
    pub fn read<T: for<'de> Deserialize<'de>>(
        self,
        keys: &[String],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<T> {
        self.read_with(keys, mistakes, |table| T::deserialize(ValueDeserializer::from(table)))
    }

    /// Reads with a function. Each entry that does not fit is reported and left out, and the rest
    /// is read again, until it fits or something needed is missing.
    pub fn read_with<T>(
        mut self,
        keys: &[String],
        mistakes: &mut Vec<Mistake>,
        read: impl Fn(Spanned<DeValue<'_>>) -> Result<T, Error>,
    ) -> Option<T> {
        self.drop_unknown(keys, mistakes);
        let mut left_out: Vec<String> = Vec::new();
        loop {
            let table = DeValue::Table(self.entries.clone());
            let error = match read(Spanned::new(self.span.clone(), table)) {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            if let Some(field) = missing_field(error.message()) {
                if !left_out.iter().any(|key| key == field) {
                    let what = format!("{} needs `{field}`", self.what);
                    let mistake = Mistake::new(what, self.place());
                    mistakes.push(mistake.label(format!("`{field}` is missing")));
                }
                return None;
            }
            let span = error.span().unwrap_or_else(|| self.span.clone());
            mistakes.push(describe(&error, Place::new(self.file, span.clone())));
            let at_fault = self.entries.iter().find_map(|(key, value)| {
                let (name, value) = (key.span(), value.span());
                let inside =
                    |outer: &Range<usize>| outer.start <= span.start && span.end <= outer.end;
                (inside(&name) || inside(&value)).then(|| key.get_ref().to_string())
            });
            let key = at_fault?;
            let entries = std::mem::take(&mut self.entries).into_iter();
            self.entries = entries.filter(|(other, _)| *other.get_ref() != key).collect();
            left_out.push(key);
        }
    }

    fn drop_unknown(&mut self, keys: &[String], mistakes: &mut Vec<Mistake>) {
        let unknown = |key: &str| !keys.iter().any(|known| known == key);
        for (key, _) in self.entries.iter().filter(|(key, _)| unknown(key.get_ref())) {
            let word = key.get_ref().as_ref();
            let known = keys.iter().map(String::as_str);
            let mistake = Mistake::new(
                format!("{} has no key `{word}`", self.what),
                Place::new(self.file, key.span()),
            );
            let list = quoted_list(known.clone(), "or");
            mistakes.push(mistake.label(format!("expected {list}")).did_you_mean(word, known));
        }
        let entries = std::mem::take(&mut self.entries).into_iter();
        self.entries = entries.filter(|(key, _)| !unknown(key.get_ref())).collect();
    }
}

/// Bare floats and dates as the text they are written in, so that no digit is lost.
fn keep_text(value: &mut Spanned<DeValue<'_>>) {
    let text = match value.get_ref() {
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    };
    if let Some(text) = text {
        *value = Spanned::new(value.span(), DeValue::String(text.into()));
        return;
    }
    match value.get_mut() {
        DeValue::Array(items) => items.iter_mut().for_each(keep_text),
        DeValue::Table(entries) => {
            for (_, value) in entries {
                keep_text(value);
            }
        }
        _ => {}
    }
}

fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// A reading error in our words.
fn describe(error: &Error, place: Place) -> Mistake {
    let message = error.message().trim();
    for (start, what) in [("invalid type: ", "this is "), ("invalid value: ", "this is ")] {
        if let Some(rest) = message.strip_prefix(start)
            && let Some((found, expected)) = rest.split_once(", expected ")
        {
            let mistake = Mistake::new(format!("{what}{}", in_words(found)), place);
            let expected = match expected {
                "a sequence" => "a list in brackets, such as [\"a\", \"b\"]",
                "a boolean" => "`true` or `false`, without quotes",
                "a map" => "a table",
                "u32" => "a whole number",
                other => other,
            };
            return mistake.label(format!("expected {expected}"));
        }
    }
    if let Some(rest) = message.strip_prefix("unknown variant `")
        && let Some((word, expected)) = rest.split_once("`, expected ")
    {
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let label = format!("expected {}", quoted_list(known.iter().copied(), "or"));
        let mistake = Mistake::new(format!("`{word}` is not one of the words for this"), place);
        return mistake.label(label).did_you_mean(word, known);
    }
    if let Some(rest) = message.strip_prefix("unknown field `")
        && let Some((word, expected)) = rest.split_once("`, expected ")
    {
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let label = format!("expected {}", quoted_list(known.iter().copied(), "or"));
        let mistake = Mistake::new(format!("there is no key `{word}` here"), place);
        return mistake.label(label).did_you_mean(word, known);
    }
    Mistake::new(message, place)
}

/// What serde found, in words: `string "a"` is "the text \"a\"".
fn in_words(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "floating", text)) => format!("the number {}", text.trim_matches('`')),
        Some(("boolean", text)) => text.trim_matches('`').to_owned(),
        _ => match found {
            "sequence" => "a list".to_owned(),
            "map" => "a table".to_owned(),
            other => with_article(other),
        },
    }
}

fn with_article(what: &str) -> String {
    let vowel = what.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {what}", if vowel { "an" } else { "a" })
}
