//! Changes of the text of a claims file: waivers written, replaced and dropped, and not a byte
//! besides them. Comments, order, formatting and line ends stay as they are.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Pins;
use crate::finding::Verdict;

/// A waiver to be written.
#[derive(Clone, Debug, Default)]
pub struct New {
    /// The finding.
    pub finding: String,
    /// Why it may stand.
    pub reason: String,
    /// Who answers for it.
    pub by: Option<String>,
    /// The last day on which it holds, such as 2026-12-31; for ever if left out.
    pub until: Option<String>,
    /// The verdict of the finding.
    pub verdict: Option<Verdict>,
    /// What it is pinned to.
    pub figures: Pins,
    /// The fingerprint of what its assertion says.
    pub asserts: Option<String>,
}

/// One change of a file.
#[derive(Clone, Debug)]
pub enum Change {
    /// A waiver at the end of the file.
    Append(New),
    /// The waiver that begins at this byte, replaced.
    Replace(usize, New),
    /// The waiver that begins at this byte, dropped.
    Drop(usize),
}

impl New {
    /// The keys and their values as they are written.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries =
            vec![("finding", quoted(&self.finding)), ("reason", quoted(&self.reason))];
        entries.extend(self.by.as_ref().map(|by| ("by", quoted(by))));
        entries.push(match &self.until {
            Some(day) => ("until", day.clone()),
            None => ("forever", "true".to_owned()),
        });
        entries.extend(self.verdict.and_then(verdict_word).map(|word| ("verdict", quoted(word))));
        entries.push(("figures", self.figures_value()));
        entries.extend(self.asserts.as_ref().map(|asserts| ("asserts", quoted(asserts))));
        entries
    }

    fn figures_value(&self) -> String {
        let pairs = self.figures.iter();
        let pairs: Vec<String> =
            pairs.map(|(name, text)| format!("{} = {}", key(name), quoted(text))).collect();
        if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
    }

    /// The line that pins it.
    pub fn figures_line(&self) -> String {
        line(("figures", self.figures_value()))
    }

    /// The line that ties it to a verdict, for those that need one.
    pub fn verdict_line(verdict: Verdict) -> Option<String> {
        verdict_word(verdict).map(|word| line(("verdict", quoted(word))))
    }

    fn lines(&self) -> Vec<String> {
        let entries = self.entries().into_iter().map(line);
        std::iter::once("[[waiver]]".to_owned()).chain(entries).collect()
    }
}

/// An inconsistent finding cannot become worse, so its verdict is not written.
fn verdict_word(verdict: Verdict) -> Option<&'static str> {
    [Verdict::Undetermined, Verdict::Improbable].contains(&verdict).then(|| verdict.word())
}

fn line((key, value): (&str, String)) -> String {
    format!("{key:7} = {value}")
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// The text with all changes made. Places are those of the text as it is.
///
/// # Errors
///
/// Why a change cannot be made without touching anything else.
pub fn edit(text: &str, changes: &[Change]) -> Result<String, String> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err("it is not valid TOML".to_owned());
    }
    let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let newline = if crlf { "\r\n" } else { "\n" };
    let mut pieces: Vec<(Range<usize>, String)> = Vec::new();
    let mut tail = String::new();
    for change in changes {
        match change {
            Change::Append(new) => {
                tail.push_str(newline);
                tail.extend(new.lines().iter().flat_map(|line| [line, newline]));
            }
            Change::Replace(start, new) => {
                let found = Found::at(text, table.get_ref(), *start)?;
                found.replace(text, new, newline, &mut pieces);
            }
            Change::Drop(start) => {
                let found = Found::at(text, table.get_ref(), *start)?;
                pieces.push((with_blank(text, found.lines), String::new()));
            }
        }
    }
    pieces.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + tail.len());
    let mut at = 0;
    for (range, new) in pieces {
        out.push_str(text.get(at..range.start).ok_or("two waivers run into each other")?);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    if !tail.is_empty() && !out.is_empty() && !out.ends_with('\n') {
        out.push_str(newline);
    }
    out.push_str(if out.is_empty() { tail.trim_start() } else { &tail });
    verified(text, out, changes)
}

/// Nothing but waivers may have changed; of these there are as many as were meant, and those that
/// were to be written.
fn verified(before: &str, after: String, changes: &[Change]) -> Result<String, String> {
    let read = |text: &str| text.parse::<toml::Table>().ok();
    let why = "its waivers are written in a way that only a person can change; edit it by hand";
    let (mut old, mut new) = read(before).zip(read(&after)).ok_or(why)?;
    let waivers = |table: &mut toml::Table| match table.remove("waiver") {
        Some(toml::Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let (had, has) = (waivers(&mut old), waivers(&mut new));
    let meant = changes.iter().filter_map(|change| match change {
        Change::Append(new) | Change::Replace(_, new) => Some(new),
        Change::Drop(_) => None,
    });
    let mut by_finding: HashMap<&str, Vec<&toml::Value>> = HashMap::new();
    for waiver in &has {
        let finding = waiver.get("finding").and_then(toml::Value::as_str).unwrap_or_default();
        by_finding.entry(finding).or_default().push(waiver);
    }
    for new in meant {
        let wanted = read(&new.lines().join("\n")).map(|mut table| waivers(&mut table));
        let found = by_finding.get(new.finding.as_str()).ok_or(why)?;
        if !wanted.is_some_and(|wanted| wanted.iter().all(|one| found.contains(&one))) {
            return Err(why.to_owned());
        }
    }
    let appended = changes.iter().filter(|change| matches!(change, Change::Append(_))).count();
    let dropped = changes.iter().filter(|change| matches!(change, Change::Drop(_))).count();
    if old == new && has.len() + dropped == had.len() + appended {
        Ok(after)
    } else {
        Err(why.to_owned())
    }
}

/// A waiver in the text.
struct Found<'t, 'i> {
    entries: &'t DeTable<'i>,
    /// Its lines, the last with its end.
    lines: Range<usize>,
}

impl<'t, 'i> Found<'t, 'i> {
    fn at(text: &str, table: &'t DeTable<'i>, start: usize) -> Result<Self, String> {
        let lost = || "its waivers are not written as `[[waiver]]`; edit it by hand".to_owned();
        let Some(DeValue::Array(items)) = table.get("waiver").map(Spanned::get_ref) else {
            return Err(lost());
        };
        let item = items.iter().find(|item| item.span().start == start).ok_or_else(lost)?;
        let DeValue::Table(entries) = item.get_ref() else { return Err(lost()) };
        if !text[start..].starts_with("[[") {
            return Err(lost());
        }
        let header = line_start(text, start)..line_end(text, item.span().end);
        let end = entries.values().map(last_byte).max().unwrap_or(0).max(start);
        Ok(Self { entries, lines: header.start..line_end(text, end).max(header.end) })
    }

    /// Values are replaced where they stand, so that comments beside and between them stay.
    fn replace(
        &self,
        text: &str,
        new: &New,
        newline: &str,
        pieces: &mut Vec<(Range<usize>, String)>,
    ) {
        let entries = new.entries();
        let plain = self.entries.iter().all(|(key, value)| {
            let between = text.get(key.span().end..value.span().start);
            between.is_some_and(|between| between.trim().trim_matches('"') == "=")
        });
        if !plain {
            let lines = new.lines();
            let lines = lines.iter().flat_map(|line| [line.as_str(), newline]).collect();
            pieces.push((self.lines.clone(), lines));
            return;
        }
        for (key, value) in self.entries {
            let lines = line_start(text, key.span().start)..line_end(text, value.span().end);
            match entries.iter().find(|(name, _)| key.get_ref() == name) {
                Some((_, new)) => pieces.push((value.span(), new.clone())),
                None => pieces.push((lines, String::new())),
            }
        }
        let added = entries.into_iter().filter(|(name, _)| !self.entries.contains_key(*name));
        let added: String = added.flat_map(|entry| [line(entry), newline.to_owned()]).collect();
        if let Some(reason) = self.entries.get("reason").filter(|_| !added.is_empty()) {
            let at = line_end(text, reason.span().end);
            let broken = if text[..at].ends_with('\n') { "" } else { newline };
            pieces.push((at..at, format!("{broken}{added}")));
        }
    }
}

/// Where a value ends, those within it counted.
fn last_byte(value: &Spanned<DeValue<'_>>) -> usize {
    let end = value.span().end;
    match value.get_ref() {
        DeValue::Table(entries) => entries.values().map(last_byte).fold(end, usize::max),
        DeValue::Array(items) => items.iter().map(last_byte).fold(end, usize::max),
        _ => end,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The start of the next line.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// Lines with the blank one before them, unless two other parts would then touch.
fn with_blank(text: &str, lines: Range<usize>) -> Range<usize> {
    let is_blank = |line: Range<usize>| text[line].trim().is_empty();
    let free_after = is_blank(lines.end..line_end(text, lines.end));
    if lines.start == 0 {
        let end = if free_after { line_end(text, lines.end) } else { lines.end };
        return 0..end;
    }
    let before = line_start(text, lines.start - 1);
    if free_after && is_blank(before..lines.start) { before..lines.end } else { lines }
}
