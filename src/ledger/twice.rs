//! One table published twice: its cells beside each other, by key.
//!
//! Most cells of a new edition are those of the old one. They are told by their texts, or, where
//! both are plain decimals, by whole numbers; only the rest are read as figures.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::ControlFlow;

use super::reprint::{Kept, Reprint};
use super::{Cell, Column, Content, Data};
use crate::claim::Missing;
use crate::dataset::{Rows, Tables, Trouble, Wanted};
use crate::figure::{Convention, Style, Unit};

/// Two tables, the columns that tell their rows apart, and those that are compared.
pub struct Twice<'a> {
    /// The table as published before.
    pub old: &'a Data,
    /// The table as published now.
    pub new: &'a Data,
    /// The columns of the key, named alike in both.
    pub key: &'a [String],
    /// The columns that are compared, named alike in both.
    pub columns: &'a [String],
    /// A column that is handed out with each pair.
    pub with: Option<&'a str>,
    /// A flag after cells of the new table that is handed out with each pair.
    pub flag: Option<&'a str>,
}

/// Two cells that do not print one value, or of which one cannot be read.
pub struct Pair {
    /// What a reader knows it by.
    pub label: String,
    /// The column.
    pub column: String,
    /// The row of the new table.
    pub row: u64,
    /// The old cell.
    pub old: Cell,
    /// The new cell.
    pub new: Cell,
    /// The text of the column that is handed out with it.
    pub with: Option<String>,
    /// Whether the flag stands after the new cell.
    pub flagged: bool,
}

/// What comes of two tables.
#[derive(Default)]
pub struct Paired {
    /// How many cells print one value in both.
    pub held: u64,
    /// The others.
    pub pairs: Vec<Pair>,
    /// The rows that only the old table has.
    pub dropped: Vec<(String, u64)>,
    /// How many rows only the new table has, and what the first is known by.
    pub added: (u64, Option<String>),
    /// How many cells are missing in both.
    pub missing: u64,
    /// How many cells of the new table were missing in the old one.
    pub filled: u64,
    /// How many cells have the same text in both, which is no figure.
    pub words: u64,
    /// A key that two rows of one table have: of which, what it is known by, and the two rows.
    pub repeated: Option<(bool, String, u64, u64)>,
}

/// Keys by their hashes, which need no hashing of their own.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Index = HashMap<u64, Vec<u32>, BuildHasherDefault<Hashed>>;

/// The old table in memory.
#[derive(Default)]
struct Held {
    portions: Vec<Rows>,
    /// For each row its portion and its place in it.
    rows: Vec<(u32, u32)>,
    index: Index,
}

impl Held {
    fn rows_at(&self, at: u32) -> (&Rows, usize) {
        let (portion, row) = self.rows[at as usize];
        (&self.portions[portion as usize], row as usize)
    }

    /// The row with the key that a row of the other table has.
    fn find(&self, rows: &Rows, row: usize, keys: usize) -> Option<u32> {
        let alike = |at: &u32| {
            let (mine, place) = self.rows_at(*at);
            (0..keys)
                .all(|key| trim(mine.columns[key].get(place)) == trim(rows.columns[key].get(row)))
        };
        self.index.get(&hash(rows, row, keys))?.iter().copied().find(alike)
    }
}

impl Twice<'_> {
    /// Reads both tables, the old one into memory, and compares their cells.
    ///
    /// # Errors
    ///
    /// What is wrong with the old table (`true`) or with the new one.
    pub fn read(&self, tables: &dyn Tables) -> Result<Paired, (bool, Trouble)> {
        let keys = self.key.len();
        let mut wanted = Wanted { columns: [self.key, self.columns].concat(), ..Wanted::default() };
        let mut paired = Paired::default();
        let mut held = Held::default();
        let read = tables.rows(&self.old.source, &wanted, &mut |rows| {
            let portion = u32::try_from(held.portions.len()).unwrap_or(u32::MAX);
            for row in 0..rows.len() {
                let at = u32::try_from(held.rows.len()).unwrap_or(u32::MAX);
                if paired.repeated.is_none()
                    && let Some(first) = in_portion(&held, &rows, row, keys)
                {
                    let first = match first {
                        Ok(at) => held.rows_at(at).0.numbers[held.rows_at(at).1],
                        Err(row) => rows.numbers[row],
                    };
                    let label = self.label(&rows, row);
                    paired.repeated = Some((true, label, first, rows.numbers[row]));
                }
                held.index.entry(hash(&rows, row, keys)).or_default().push(at);
                held.rows.push((portion, u32::try_from(row).unwrap_or(u32::MAX)));
            }
            held.portions.push(rows);
            if paired.repeated.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        read.map_err(|trouble| (true, trouble))?;
        let reading: Vec<Reading> =
            self.columns.iter().map(|column| Reading::new(self.old, self.new, column)).collect();
        wanted.columns.extend(self.with.map(str::to_owned));
        let mut met = vec![0u64; held.rows.len()];
        let read = tables.rows(&self.new.source, &wanted, &mut |rows| {
            for row in 0..rows.len() {
                match held.find(&rows, row, keys) {
                    Some(at) => {
                        let number = rows.numbers[row];
                        let before = std::mem::replace(&mut met[at as usize], number);
                        if before > 0 && paired.repeated.is_none() {
                            let label = self.label(&rows, row);
                            paired.repeated = Some((false, label, before, number));
                        }
                        self.compare(held.rows_at(at), (&rows, row), &reading, &mut paired);
                    }
                    None => {
                        paired.added.0 += 1;
                        if paired.added.1.is_none() {
                            paired.added.1 = Some(self.label(&rows, row));
                        }
                    }
                }
            }
            if paired.repeated.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        read.map_err(|trouble| (false, trouble))?;
        for (at, _) in met.iter().enumerate().filter(|(_, number)| **number == 0) {
            let (rows, row) = held.rows_at(u32::try_from(at).unwrap_or(u32::MAX));
            paired.dropped.push((self.label(rows, row), rows.numbers[row]));
        }
        Ok(paired)
    }

    fn compare(
        &self,
        (before, old_row): (&Rows, usize),
        (rows, row): (&Rows, usize),
        reading: &[Reading],
        paired: &mut Paired,
    ) {
        let keys = self.key.len();
        for (column, how) in reading.iter().enumerate() {
            let old = before.columns[keys + column].get(old_row);
            let new = rows.columns[keys + column].get(row);
            if how.is_one_value(old, new) {
                paired.held += 1;
                continue;
            }
            let name = &self.columns[column];
            let cells =
                [(self.old, old, "before"), (self.new, new, "now")].map(|(data, text, when)| {
                    let how = data.column(name);
                    let (unit, of) = (how.unit.clone(), how.of.clone());
                    Cell {
                        name: format!("{name} {when}"),
                        content: how.read(text),
                        unit,
                        of,
                        spot: None,
                    }
                });
            let [old_cell, new_cell] = cells;
            match (&old_cell.content, &new_cell.content) {
                (Content::Absent(_), Content::Absent(_)) => {
                    paired.missing += 1;
                    continue;
                }
                (Content::Unreadable(_), Content::Unreadable(_)) if trim(old) == trim(new) => {
                    paired.words += 1;
                    continue;
                }
                (Content::Absent(_), Content::Figure(_) | Content::Known(..)) => {
                    paired.filled += 1;
                    continue;
                }
                (_, Content::Absent(_)) if self.new.column(name).missing == Missing::Skip => {
                    continue;
                }
                (Content::Figure(a), Content::Figure(b))
                    if a.figure.unit().compare(b.figure.unit()).is_ok() =>
                {
                    let reprint = Reprint::of_stated(a, b);
                    let certain = reprint.remark.is_none();
                    if matches!(reprint.kept, Kept::Same | Kept::Rerounded) && certain {
                        paired.held += 1;
                        continue;
                    }
                }
                (Content::Known(a, _), Content::Known(b, _)) if a == b => {
                    paired.held += 1;
                    continue;
                }
                _ => {}
            }
            let with = self.with.and_then(|_| rows.columns.last()?.get(row));
            let flagged = self.flag.is_some_and(|flag| {
                new.is_some_and(|text| self.new.column(name).has_flag(text, flag))
            });
            paired.pairs.push(Pair {
                label: format!("{name}, {}", self.label(rows, row)),
                column: name.clone(),
                row: rows.numbers[row],
                old: old_cell,
                new: new_cell,
                with: with.map(str::to_owned),
                flagged,
            });
        }
    }

    fn label(&self, rows: &Rows, row: usize) -> String {
        let name = |(at, column): (usize, &String)| {
            let text = trim(rows.columns[at].get(row)).unwrap_or("(none)");
            format!("{column} {text}")
        };
        self.key.iter().enumerate().map(name).collect::<Vec<_>>().join(", ")
    }
}

/// An earlier row of the old table with the key of this one: one already in memory, or one of the
/// portion that is being read.
fn in_portion(held: &Held, rows: &Rows, row: usize, keys: usize) -> Option<Result<u32, usize>> {
    let found = held.index.get(&hash(rows, row, keys))?;
    let portion = held.portions.len();
    found.iter().find_map(|at| {
        let (own, place) = held.rows[*at as usize];
        let mine = held.portions.get(own as usize).unwrap_or(rows);
        let place = place as usize;
        let alike =
            |key: usize| trim(mine.columns[key].get(place)) == trim(rows.columns[key].get(row));
        (0..keys).all(alike).then_some(if own as usize == portion { Err(place) } else { Ok(*at) })
    })
}

fn trim(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A number that keys with the same texts share. It need not withstand anybody: keys are compared
/// by their texts as well.
fn hash(rows: &Rows, row: usize, keys: usize) -> u64 {
    const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = 0u64;
    let mut mix = |word: u64| {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(PRIME);
    };
    for key in 0..keys {
        let text = trim(rows.columns[key].get(row)).unwrap_or_default();
        let mut chunks = text.as_bytes().chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            mix(u64::from_le_bytes(word));
        }
        let rest =
            chunks.remainder().iter().fold(1u64, |word, byte| (word << 8) | u64::from(*byte));
        mix(rest);
    }
    hash ^ (hash >> 32)
}

/// How a column is read in both tables, as far as texts alone can tell that two cells are one.
struct Reading {
    /// Whether the same plain number means the same in both.
    alike: bool,
    /// Whether a plain number with decimals stands for all values within half of its last digit.
    nearest: bool,
}

impl Reading {
    fn new(old: &Data, new: &Data, column: &str) -> Self {
        let (a, b) = (old.column(column), new.column(column));
        let english = |column: &Column| matches!(column.style, Style::Inferred | Style::English);
        let plain = |column: &Column| {
            let odd = |text: &String| text.bytes().any(|byte| byte.is_ascii_digit());
            let marked = column.symbols.keys().chain(&column.flags).any(odd);
            !marked && column.unit.as_ref().is_none_or(|unit| !unit.is_date())
        };
        let alike = plain(a)
            && plain(b)
            && english(a) == english(b)
            && a.unit == b.unit
            && (a.scale, a.decimals, &a.of) == (b.scale, b.decimals, &b.of)
            && format!("{:?}{:?}", a.terms, a.style) == format!("{:?}{:?}", b.terms, b.style);
        let measured = |column: &Column| {
            column.terms.round.is_empty()
                && column.terms.convention == Convention::Unknown
                && column.decimals.is_none()
                && column.unit.as_ref().is_none_or(|unit| !Unit::is_thing(unit))
        };
        Self { alike, nearest: alike && english(a) && measured(a) }
    }

    /// Whether two cells print one value, as far as that is plain to see.
    fn is_one_value(&self, old: Option<&str>, new: Option<&str>) -> bool {
        let (Some(old), Some(new)) = (old, new) else { return false };
        if !self.alike {
            return false;
        }
        if old == new {
            return plain(old).is_some() || is_grouped(old);
        }
        if !self.nearest {
            return false;
        }
        let (Some((a, x)), Some((b, y))) = (plain(old), plain(new)) else { return false };
        // Of two prints with as many digits, neighbours share a value, but are two numbers.
        if x == 0 || y == 0 || x == y {
            return x == y && a == b;
        }
        let most = x.max(y);
        let scaled = |number: i64, places: u32| i128::from(number) * 10i128.pow(most - places) * 2;
        let half = |places: u32| 10i128.pow(most - places);
        (scaled(a, x) - scaled(b, y)).abs() <= half(x) + half(y)
    }
}

/// A number in digits, at most fifteen, as an integer and its decimals.
fn plain(text: &str) -> Option<(i64, u32)> {
    let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut number, mut places, mut point) = (0i64, 0u32, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + i64::from(byte - b'0');
                places += u32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if digits.starts_with('.') || (point && places == 0) {
        return None;
    }
    Some((if digits.len() < text.len() { -number } else { number }, places))
}

/// Whether a text is a number with its thousands parted by commas, or a percentage, or both.
fn is_grouped(text: &str) -> bool {
    let bare = text.strip_suffix('%').unwrap_or(text);
    let digits = bare.strip_prefix(['-', '−']).unwrap_or(bare);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut parted = false;
    let rest = groups.all(|group| {
        parted = true;
        group.len() == 3 && number(group)
    });
    let whole = number(first) && rest && (!parted || first.len() <= 3);
    whole && number(decimals) && digits.len() <= 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_decimals_are_one_value_if_figures_say_so() {
        let reading = Reading { alike: true, nearest: true };
        let column = Column::default();
        let texts =
            ["1.2", "1.25", "1.24", "1.3", "1.35", "12", "12.0", "12.4", "-1.2", "0.0", "0.04"];
        for a in texts {
            for b in texts {
                let (Content::Figure(x), Content::Figure(y)) =
                    (column.read(Some(a)), column.read(Some(b)))
                else {
                    panic!("{a} and {b} are figures");
                };
                let reprint = Reprint::of_stated(&x, &y);
                let one = matches!(reprint.kept, Kept::Same | Kept::Rerounded);
                // What is not plain to see is looked at in full; what is must be so.
                assert!(one || !reading.is_one_value(Some(a), Some(b)), "{a} and {b}");
                let decimals = a.contains('.') && b.contains('.');
                assert!(!(one && decimals) || reading.is_one_value(Some(a), Some(b)), "{a}, {b}");
            }
        }
    }

    #[test]
    fn what_is_grouped_is_a_figure() {
        let column = Column::default();
        for text in ["1,204", "1,204.5", "-12,204", "41%", "1,204%", "0.5%", "999"] {
            assert!(is_grouped(text), "{text}");
            assert!(matches!(column.read(Some(text)), Content::Figure(_)), "{text}");
        }
        for text in ["", "%", "1,20", "1,2045", "1234,567", ",123", "1.", "1.2.3", "..", "1,204 r"]
        {
            assert!(!is_grouped(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_plain() {
        for text in ["", "..", "1,2", "1.2.3", "5.", ".5", "12345678901234567", "2p", "1 2"] {
            assert_eq!(plain(text), None, "{text}");
        }
        assert_eq!(plain("-12.50"), Some((-1250, 2)));
    }
}
