//! What is written in a way that cannot be used: what, where, what was expected, what to do.

use std::ops::Range;

/// The texts of all files read in a run, so that a message can show the line it speaks of.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    text: String,
    /// Where each line starts.
    lines: Vec<usize>,
}

/// A stretch of bytes in one of the [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index of the file.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Something that cannot be used as written. It stops what depends on it and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong, naming the user's own word first.
    pub what: String,
    /// Where, if it is in a file.
    pub place: Option<Place>,
    /// What stands under the caret.
    pub label: String,
    /// What to do about it, a line each.
    pub help: Vec<String>,
}

impl Files {
    /// Adds a file under the name shown to the user, and returns its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        let text = text.into();
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        self.files.push(File { name: name.into(), text, lines });
        self.files.len() - 1
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The name of a file as shown to the user.
    pub fn name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    /// The names of all files, in the order in which they were read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The text of a file.
    pub fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.text)
    }

    /// The place of some bytes of a text that is written at `place`, in quotes of any kind or
    /// bare; all of it if the text is written with escapes and so cannot be found there.
    pub fn inside(&self, place: Place, text: &str, span: Range<usize>) -> Place {
        match self.slice(place).find(text) {
            Some(offset) => {
                let start = (place.start + offset + span.start).min(place.end);
                let end = (place.start + offset + span.end).clamp(start, place.end);
                Place { start, end, ..place }
            }
            None => place,
        }
    }

    /// The place widened to whole characters of its file.
    pub fn whole(&self, place: Place) -> Place {
        let text = self.text(place.file);
        let start = text.floor_char_boundary(place.start);
        Place { start, end: text.ceil_char_boundary(place.end).max(start), ..place }
    }

    /// The text of a place.
    pub fn slice(&self, place: Place) -> &str {
        self.text(place.file).get(place.start..place.end).unwrap_or("")
    }

    /// Line and column of the start of a place, both counted from one, columns in characters.
    pub fn line_column(&self, place: Place) -> (usize, usize) {
        let line = self.line_start(place.file, place.start);
        let before = self.text(place.file).get(line.1..place.start).unwrap_or("");
        (line.0, before.chars().count() + 1)
    }

    /// The number of the line that a byte is in, counted from one, and where that line starts.
    pub fn line_start(&self, file: usize, at: usize) -> (usize, usize) {
        let Some(file) = self.files.get(file) else { return (1, 0) };
        let line = file.lines.partition_point(|start| *start <= at).max(1);
        (line, file.lines[line - 1])
    }

    /// `file:line:column` of the start of a place.
    pub fn address(&self, place: Place) -> String {
        let (line, column) = self.line_column(place);
        format!("{}:{line}:{column}", self.name(place.file))
    }
}

impl Place {
    /// The place of a byte range in a file.
    pub fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(what: impl Into<String>, place: Place) -> Self {
        Self { what: what.into(), place: Some(place), label: String::new(), help: Vec::new() }
    }

    /// A mistake that is in no file.
    pub fn nowhere(what: impl Into<String>) -> Self {
        Self { what: what.into(), place: None, label: String::new(), help: Vec::new() }
    }

    /// The words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// A line of advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Advice to use the known name closest to what was written, if one is close.
    #[must_use]
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The known name closest to a word; `None` if none is close enough to be a slip of the keys.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase());
    known
        .into_iter()
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// Words as a list: "`a`, `b` and `c`".
pub fn quoted_list<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let mut words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} {joint} {last}", words.join(", ")) }
}
