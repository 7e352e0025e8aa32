//! From the text of claims files to a [`Case`]. All mistakes are collected; none stops the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::{Keys, unknown_answer};
use super::figures::{self, FigureReader};
use super::table::Table;
use super::wording;
use crate::audit::{Assertion, Case};
use crate::checks::{Check, KINDS, Kind};
use crate::claim::{CommonSpec, LiftSpec};
use crate::finding::Judgement;
use crate::ledger::{Edition, Halt, View, is_name};
use crate::mistake::{Mistake, Place, nearest, quoted_list};

/// Opens a file by its path.
pub type Open<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// The tables that declare things, rather than assert them.
const DECLARATIONS: [&str; 7] =
    ["include", "report", "claim", "source", "question", "data", "waiver"];

/// Reads claims files into a case.
pub struct Reader<'a> {
    /// What has been read so far.
    pub case: Case,
    /// How figures are read where a report does not say.
    pub(super) defaults: FigureReader,
    pub(super) keys: Keys,
    open: Open<'a>,
    seen: BTreeSet<String>,
}

/// The text of one file, and its index.
struct Part {
    file: usize,
    text: Arc<str>,
}

impl<'a> Reader<'a> {
    /// A reader that opens included files with `open`.
    pub fn new(open: Open<'a>) -> Self {
        let (case, seen) = (Case::default(), BTreeSet::new());
        Self { case, defaults: FigureReader::default(), keys: Keys::default(), open, seen }
    }

    /// Whether a file has been read, as one asked for or as one included.
    pub fn has_read(&self, path: &str) -> bool {
        self.seen.contains(path)
    }

    /// Reads a claims file, and what it includes, as an edition of its own. Assertions are read
    /// last, when all that they can name is known.
    pub fn file(&mut self, path: &str, text: String) {
        let edition = self.case.ledger.editions.len();
        let label = file_label(path);
        let title = label.clone();
        let mut new = Edition::default();
        (new.label, new.title) = (label, title);
        // The file itself is the first that is gathered.
        new.file = self.case.ledger.files.len();
        self.case.ledger.editions.push(new);
        let parts = self.gather(path, text);
        self.case.ledger.editions[edition].file = parts.first().map_or(0, |part| part.file);
        let mut reader = self.defaults.clone();
        let mut assertions = Vec::new();
        for part in &parts {
            reader.file = part.file;
            reader.text = part.text.clone();
            let (table, _) = DeTable::parse_recoverable(&part.text);
            let mut entries = table.into_inner();
            if let Some(report) = entries.remove("report") {
                self.report(report, edition, &mut reader);
            }
            for (key, value) in entries {
                match key.get_ref().as_ref() {
                    "include" => {}
                    "claim" => self.each(value, &reader, edition, Self::claim),
                    "source" => self.each(value, &reader, edition, Self::source),
                    "question" => self.each(value, &reader, edition, Self::question),
                    "data" => self.each(value, &reader, edition, Self::data),
                    "waiver" => self.waivers(value, &reader, edition),
                    word => match Kind::named(word).filter(|kind| kind.written) {
                        Some(kind) => self.queue(value, kind, part.file, &mut assertions),
                        None => self.unknown_section(word, Place::new(part.file, key.span())),
                    },
                }
            }
        }
        assertions.sort_by_key(|(file, value, _)| (*file, value.span().start));
        for (file, value, kind) in assertions {
            if let Some(assertion) = self.assertion(edition, value, kind, file) {
                self.case.assertions.push(assertion);
            }
        }
    }

    /// The text of a file and of all that it includes, each once.
    fn gather(&mut self, path: &str, text: String) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut waiting = vec![(path.to_owned(), text)];
        while let Some((path, text)) = waiting.pop() {
            self.seen.insert(path.clone());
            let file = self.case.ledger.files.add(&path, &text);
            let (table, errors) = DeTable::parse_recoverable(&text);
            for error in errors {
                let span = error.span().unwrap_or(0..0);
                let mistake = Mistake::new(error.message().trim(), Place::new(file, span));
                self.case.mistakes.push(mistake.label("not valid TOML"));
            }
            let mut included = Vec::new();
            if let Some(include) = table.get_ref().get("include") {
                self.include(include, &path, file, &mut included);
            }
            included.reverse();
            waiting.append(&mut included);
            parts.push(Part { file, text: text.into() });
        }
        parts
    }

    fn unknown_section(&mut self, word: &str, place: Place) {
        if Kind::named(word).is_some() {
            let what = format!("`{word}` is not written down");
            let mistake = Mistake::new(what, place).label("judged by itself");
            let help = "leave it out: everything that is asserted is taken together";
            self.case.mistakes.push(mistake.help(help));
            return;
        }
        let kinds = KINDS.iter().filter(|kind| kind.written).map(|kind| kind.name);
        let known: Vec<&str> = DECLARATIONS.into_iter().chain(kinds).collect();
        let mistake = Mistake::new(format!("`{word}` is neither a declaration nor a check"), place)
            .label(format!("expected one of {}", quoted_list(known.iter().copied(), "or")));
        self.case.mistakes.push(match nearest(word, known) {
            Some(near) if DECLARATIONS.contains(&near) => {
                mistake.help(format!("did you mean `{near}`?"))
            }
            Some(near) => mistake.help(format!("did you mean `[[{near}]]`?")),
            None => mistake.help("`tieout explain` lists the checks"),
        });
    }

    fn include(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        path: &str,
        file: usize,
        included: &mut Vec<(String, String)>,
    ) {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        for item in items {
            let place = Place::new(file, item.span());
            let Some(name) = item.get_ref().as_str() else {
                let mistake = Mistake::new("this is not the path of a file", place);
                self.case.mistakes.push(mistake.label("expected `[\"other.toml\"]`"));
                continue;
            };
            let wanted = beside(path, name);
            if !self.seen.insert(wanted.clone()) {
                let mistake = Mistake::new(format!("`{name}` is read already"), place);
                let mistake = mistake.label("included a second time");
                self.case.mistakes.push(mistake.help("remove it: each file is read once"));
                continue;
            }
            match (self.open)(&wanted) {
                Ok(text) => included.push((wanted, text)),
                Err(why) => {
                    let mistake =
                        Mistake::new(format!("`{name}` cannot be included: {why}"), place);
                    self.case.mistakes.push(mistake.label(format!("looked for {wanted}")));
                }
            }
        }
    }

    /// Reads each entry of a table of tables such as `[claim.*]`.
    fn each(
        &mut self,
        value: Spanned<DeValue<'_>>,
        reader: &FigureReader,
        edition: usize,
        read: fn(&mut Self, &str, Place, Spanned<DeValue<'_>>, &FigureReader, usize),
    ) {
        let place = Place::new(reader.file, value.span());
        let DeValue::Table(entries) = value.into_inner() else {
            let mistake = Mistake::new("this is not a table of names", place);
            self.case.mistakes.push(mistake.label("expected `[claim.NAME]`, `[source.NAME]`, …"));
            return;
        };
        for (key, value) in entries {
            let place = Place::new(reader.file, key.span());
            let name = key.into_inner();
            if is_name(&name) && !["report", "source", "today"].contains(&name.as_ref()) {
                read(self, &name, place, value, reader, edition);
            } else {
                let mistake = Mistake::new(format!("`{name}` cannot be a name"), place);
                self.case.mistakes.push(
                    mistake.label("expected letters, digits and underscores, not a digit first"),
                );
            }
        }
    }

    fn queue<'i>(
        &mut self,
        value: Spanned<DeValue<'i>>,
        kind: &'static Kind,
        file: usize,
        assertions: &mut Vec<(usize, Spanned<DeValue<'i>>, &'static Kind)>,
    ) {
        let (span, name) = (value.span(), kind.name);
        let label = format!("expected `[[{name}]]`");
        match value.into_inner() {
            DeValue::Array(items) => {
                assertions.extend(items.into_iter().map(|item| (file, item, kind)));
            }
            table @ DeValue::Table(_) => {
                let what = format!("`[{name}]` is one table, but there can be several");
                let mistake = Mistake::new(what, Place::new(file, span.clone()));
                self.case.mistakes.push(mistake.label(label));
                assertions.push((file, Spanned::new(span, table), kind));
            }
            _ => {
                let mistake = Mistake::new(format!("`{name}` is no table"), Place::new(file, span));
                self.case.mistakes.push(mistake.label(label));
            }
        }
    }

    fn assertion(
        &mut self,
        edition: usize,
        value: Spanned<DeValue<'_>>,
        kind: &'static Kind,
        file: usize,
    ) -> Option<Assertion> {
        let mut found = Vec::new();
        let what = format!("`[[{}]]`", kind.name);
        let Some(mut table) = Table::new(value, file, what, &mut found) else {
            self.case.mistakes.append(&mut found);
            return None;
        };
        let place = table.place();
        let wording = wording::of(&table.entries);
        let common = table.split_off(&self.keys.common);
        let common: CommonSpec = common.read(&self.keys.common, &mut found).unwrap_or_default();
        let own = |key: &&String| !kind.lifts() || kind.keys().contains(key);
        let keys: Vec<String> = self.keys.lift.iter().filter(|key| !own(key)).cloned().collect();
        let lift = table.split_off(&keys);
        let lift = lift.read::<LiftSpec>(&keys, &mut found).unwrap_or_default();
        let lift = lifted(lift, place.file, &mut found);
        let check = table.read_with(kind.keys(), &mut found, |table| kind.read(table));
        let when = self.when(&common, edition, file, &mut found);
        let given = {
            let rows = lift.is_some();
            figures::given(&common, &self.case.ledger.editions[edition], file, rows, &mut found)
        };
        let check = match check {
            Some(check) if found.is_empty() => check,
            _ => Box::new(Unreadable(found)),
        };
        let id = common.id.map(|id| id.value);
        let (label, severity) = (common.label, common.severity);
        Some(Assertion {
            kind,
            check,
            edition,
            place,
            id,
            label,
            wording,
            severity,
            when,
            given,
            lift,
        })
    }

    fn when(
        &self,
        common: &CommonSpec,
        edition: usize,
        file: usize,
        found: &mut Vec<Mistake>,
    ) -> BTreeMap<String, String> {
        let questions = &self.case.ledger.editions[edition].questions;
        let mut when = BTreeMap::new();
        for (name, answer) in common.when.iter().flatten() {
            let place = Place::new(file, answer.span.clone());
            match questions.get(name) {
                None => found.push(
                    Mistake::new(format!("no question is named `{name}`"), place)
                        .did_you_mean(name, questions.names())
                        .help(format!("declare it as `[question.{name}]`")),
                ),
                Some(question) if !question.answers.contains(&answer.value.0) => {
                    found.push(unknown_answer(&answer.value.0, name, &question.answers, place));
                }
                Some(_) => {
                    when.insert(name.clone(), answer.value.0.clone());
                }
            }
        }
        when
    }
}

/// How an assertion is lifted, if it names a dataset to be lifted over.
fn lifted(lift: LiftSpec, file: usize, found: &mut Vec<Mistake>) -> Option<LiftSpec> {
    if lift.each.is_some() {
        return Some(lift);
    }
    let texts = [&lift.condition, &lift.along, &lift.down, &lift.code, &lift.parent];
    let spans = texts.into_iter().flatten().map(|at| at.span.clone());
    let mut spans = spans.chain(lift.groups().into_iter().map(|at| at.span.clone()));
    if let Some(span) = spans.next() {
        let what = "this needs `each`, the dataset whose rows are meant";
        let mistake = Mistake::new(what, Place::new(file, span));
        found.push(mistake.help("add `each = \"NAME\"`, with the dataset as in `[data.NAME]`"));
    }
    None
}

/// An assertion that cannot be read: its judgement is its mistakes.
#[derive(Debug)]
struct Unreadable(Vec<Mistake>);

impl Check for Unreadable {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        self.0.iter().for_each(|mistake| view.note(mistake));
        Err(Mistake::nowhere("this cannot be read").into())
    }

    fn subject(&self) -> String {
        "unreadable".to_owned()
    }
}

/// What an edition is called that does not say so.
fn file_label(path: &str) -> String {
    let stem = path.rsplit(['/', '\\']).next().unwrap_or(path);
    stem.strip_suffix(".toml").unwrap_or(stem).to_owned()
}

/// What the edition of a claims file is called, without reading more of it.
pub(super) fn label(path: &str, text: &str) -> String {
    let (table, _) = DeTable::parse_recoverable(text);
    let report = table.get_ref().get("report").map(Spanned::get_ref);
    let edition = match report {
        Some(DeValue::Table(report)) => report.get("edition").map(Spanned::get_ref),
        _ => None,
    };
    match edition {
        Some(DeValue::Integer(number)) => number.as_str().to_owned(),
        Some(other) => other.as_str().map_or_else(|| file_label(path), str::to_owned),
        None => file_label(path),
    }
}

/// A path given in a file, as seen from where the program runs.
pub(super) fn beside(file: &str, path: &str) -> String {
    let absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
    let folder = file.rfind(['/', '\\']).map_or("", |at| &file[..=at]);
    let joined = if absolute { path.to_owned() } else { format!("{folder}{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !["..", ""].contains(last)) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The files that a claims file includes, as seen from where the program runs.
pub fn includes(path: &str, text: &str) -> Vec<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let include = table.get_ref().get("include").map(Spanned::get_ref);
    let names: Vec<&str> = match include {
        Some(DeValue::Array(items)) => {
            items.iter().filter_map(|item| item.get_ref().as_str()).collect()
        }
        Some(one) => one.as_str().into_iter().collect(),
        None => Vec::new(),
    };
    names.into_iter().map(|name| beside(path, name)).collect()
}
