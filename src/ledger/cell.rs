//! Cells of published tables, read as figures.

use std::sync::Arc;

use super::{Column, Stated};
use crate::claim::Symbol;
use crate::figure::{Convention, Figure, Hedge, Reading, Terms, Unit};
use crate::interval::{End, Interval};
use crate::number::Number;

/// Symbols that stand for a missing value in all tables.
const MISSING: [&str; 9] = ["..", "…", "...", ":", "n/a", "N/A", "NA", "n.a.", "null"];

/// One cell, with what it is called.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Column and row, such as "women, row 7".
    pub name: String,
    /// What it holds.
    pub content: Content,
    /// The unit of its column, if declared.
    pub unit: Option<Unit>,
    /// Percent of what.
    pub of: Option<String>,
    /// Where it stands; `None` for what is not a cell of a dataset.
    pub spot: Option<Spot>,
}

/// Where a cell stands: the path of the dataset, the column and the number of the row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The dataset.
    pub data: Arc<str>,
    /// The column.
    pub column: Arc<str>,
    /// The row, counted from 1 through all files of the dataset.
    pub row: u64,
}

/// What a cell holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A figure.
    Figure(Stated),
    /// Values known otherwise than from print, and how they are written.
    Known(Interval, String),
    /// No value: says why.
    Absent(String),
    /// Something that is no figure: says what.
    Unreadable(String),
}

impl Column {
    /// Reads a cell. `None` is a cell without a text.
    pub fn read(&self, text: Option<&str>) -> Content {
        let text = text.map_or("", str::trim);
        if let Some(content) = self.symbol(text) {
            return content;
        }
        let bare = self.without_flags(text);
        if bare != text
            && let Some(content) = self.symbol(bare)
        {
            return content;
        }
        let padded = self.decimals.and_then(|places| pad(bare, places));
        let bare = padded.as_deref().unwrap_or(bare);
        let scaled = self.scale.map(|scale| format!("{bare} {scale}"));
        let bare = scaled.as_deref().unwrap_or(bare);
        let mut terms = self.terms.clone();
        // The digits of a table are all printed to count.
        terms.reading = terms.reading.or(Some(Reading::Narrow));
        let figure = Figure::read(bare, self.style, self.unit.as_ref());
        let figure = figure.and_then(|figure| figure.check_terms(&terms).map(|()| figure));
        match figure {
            Ok(figure) => {
                let below = matches!(figure.hedge(), Hedge::LessThan | Hedge::AtMost);
                let mut stated = Stated::new(Arc::new(figure), terms);
                if below && not_negative(stated.figure.unit()) {
                    for rung in &mut stated.rungs {
                        let bounded = rung.set.intersect(&Interval::at_least(Number::zero()));
                        rung.set = bounded.unwrap_or_else(|| rung.set.clone());
                    }
                }
                Content::Figure(stated)
            }
            Err(error) => {
                Content::Unreadable(format!("\"{text}\" is no figure: {}", error.message))
            }
        }
    }

    /// What a text means as a symbol, declared or common to all tables.
    fn symbol(&self, text: &str) -> Option<Content> {
        let shown =
            if text.is_empty() { "an empty cell".to_owned() } else { format!("\"{text}\"") };
        let absent = |what: &str| Some(Content::Absent(format!("{what} ({shown})")));
        let declared = self.symbols.get(text);
        match declared {
            Some(Symbol::Missing | Symbol::Mark) => absent("missing"),
            Some(Symbol::Confidential) => absent("confidential"),
            Some(Symbol::Zero) => {
                let unit = self.unit.as_ref();
                let zero = Figure::read("0", self.style, unit).ok()?;
                let terms = Terms { convention: Convention::Exact, ..Terms::default() };
                Some(Content::Figure(Stated::new(Arc::new(zero), terms)))
            }
            Some(Symbol::Negligible) => {
                let places = i32::try_from(self.decimals.unwrap_or(0)).unwrap_or(0);
                let half = Number::ratio(1, 2) * Number::pow10(-places);
                let factor =
                    self.unit.as_ref().map_or_else(Number::one, |unit| unit.factor().clone());
                let end = |at, closed| Some(End { at, closed });
                let set = Interval::new(end(Number::zero(), false), end(half * factor, true))?;
                Some(Content::Known(set, text.to_owned()))
            }
            None if text.is_empty() || MISSING.contains(&text) => absent("missing"),
            None => None,
        }
    }

    /// Whether a declared flag stands after the figure in a cell.
    pub fn has_flag(&self, text: &str, flag: &str) -> bool {
        let mut found = false;
        self.strip_flags(text.trim(), |met| found |= met == flag);
        found
    }

    /// The text without footnote marks and declared flags at its end.
    fn without_flags<'t>(&self, text: &'t str) -> &'t str {
        self.strip_flags(text, |_| {})
    }

    fn strip_flags<'t>(&self, text: &'t str, mut met: impl FnMut(&str)) -> &'t str {
        let mark = |c: char| "¹²³⁴⁵⁶⁷⁸⁹⁰†‡§".contains(c) || c.is_whitespace();
        let mut bare = text;
        loop {
            let before = bare;
            bare = bare.trim_end_matches(mark);
            for flag in &self.flags {
                for form in [flag.clone(), format!("({flag})"), format!("[{flag}]")] {
                    if let Some(rest) = bare.strip_suffix(form.as_str())
                        && !rest.is_empty()
                    {
                        bare = rest.trim_end();
                        met(flag);
                    }
                }
            }
            if bare == before {
                return bare;
            }
        }
    }
}

/// Whether figures in a unit are not below zero: counts, shares, amounts and durations.
pub(super) fn not_negative(unit: &Unit) -> bool {
    unit.is_unstated()
        || unit.is_thing()
        || unit.is_percent()
        || unit.is_currency()
        || unit.is_duration()
}

/// A plain number with the decimals that its column is declared to have.
fn pad(text: &str, places: u32) -> Option<String> {
    let places = usize::try_from(places).ok()?;
    let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(decimals) || decimals.len() >= places {
        return None;
    }
    let point = if decimals.is_empty() && !text.contains('.') { "." } else { "" };
    Some(format!("{text}{point}{}", "0".repeat(places - decimals.len())))
}
