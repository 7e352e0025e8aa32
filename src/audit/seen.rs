//! What is looked out for in all rows: keys that come twice, decimal points and decimal commas.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::instances::{Layout, What};
use crate::dataset::Rows;
use crate::ledger::Data;

/// The marks that can stand before decimals.
const MARKS: [char; 2] = [',', '.'];

/// What was met so far.
#[derive(Default)]
pub(super) struct Seen {
    /// The row of each key. That no key comes twice cannot be told without remembering all; what
    /// is remembered is 128 bits of each, so that two are never taken for one.
    keys: HashMap<u128, u64>,
    /// The first key that came twice, and how many more did.
    twice: Option<(String, u64)>,
    /// By column, the first row with a comma and with a point before decimals.
    marks: BTreeMap<usize, [Option<u64>; 2]>,
}

impl Seen {
    pub fn look(&mut self, layout: &Layout, rows: &Rows) {
        let keys = layout.keys(rows);
        if !keys.is_empty() {
            for row in 0..rows.len() {
                let parts = || keys.iter().map(|texts| texts.get(row).unwrap_or_default());
                let number = rows.numbers[row];
                let Some(first) = self.keys.insert(fingerprint(parts()), number) else { continue };
                self.twice = Some(match self.twice.take() {
                    Some((told, more)) => (told, more + 1),
                    None => {
                        let shown = parts().collect::<Vec<_>>().join(", ");
                        (format!("the key {shown} stands in rows {first} and {number}"), 0)
                    }
                });
            }
        }
        for operand in &layout.operands {
            let (What::Column(at) | What::Previous(at)) = operand.what else { continue };
            let found = self.marks.entry(at).or_default();
            for (row, text) in rows.columns[at].iter().enumerate() {
                let Some(text) = text else { continue };
                for (mark, first) in MARKS.iter().zip(found.iter_mut()) {
                    if first.is_none() && is_before_decimals(text, *mark) {
                        *first = Some(rows.numbers[row]);
                    }
                }
            }
        }
    }

    /// What forbids a verdict on the whole, in words.
    pub fn troubles(self, data: &Data) -> Vec<String> {
        let path = &data.source.path;
        let mut troubles = Vec::new();
        if let Some((first, more)) = &self.twice {
            let more = if *more == 0 { String::new() } else { format!(", and {more} more such") };
            troubles.push(format!("{path}: {first}{more}"));
        }
        for marks in self.marks.values() {
            let [Some(comma), Some(point)] = marks else { continue };
            troubles.push(format!(
                "{path}: a decimal comma in row {comma} and a decimal point in row {point} of one \
                 column; declare its `style`"
            ));
        }
        troubles
    }
}

/// Two hashes of a key, each of 64 bits.
fn fingerprint<'t>(parts: impl Iterator<Item = &'t str>) -> u128 {
    let mut hashes = [DefaultHasher::new(), DefaultHasher::new()];
    1u8.hash(&mut hashes[1]);
    for part in parts {
        hashes.iter_mut().for_each(|hash| part.hash(hash));
    }
    let [high, low] = hashes.map(|hash| u128::from(hash.finish()));
    high << 64 | low
}

/// Whether the last mark in a text is this one, and can be nothing but that before the decimals:
/// not three digits after it.
fn is_before_decimals(text: &str, mark: char) -> bool {
    if !text.contains(mark) {
        return false;
    }
    let Some(at) = text.rfind(MARKS).filter(|at| text[*at..].starts_with(mark)) else {
        return false;
    };
    let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
    let before = text[..at].ends_with(|c: char| c.is_ascii_digit());
    before && digits > 0 && digits != 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_several_columns_do_not_run_together() {
        let print = |parts: &[&str]| fingerprint(parts.iter().copied());
        assert_ne!(print(&["ab", "c"]), print(&["a", "bc"]));
        assert_eq!(print(&["ab", "c"]), print(&["ab", "c"]));
    }

    #[test]
    fn marks_of_thousands_are_none_of_decimals() {
        assert!(is_before_decimals("1,234.5", '.') && !is_before_decimals("1,234.5", ','));
        assert!(!is_before_decimals("1,234", ',') && is_before_decimals("3,14", ','));
        assert!(!is_before_decimals("e.g. 5", '.'));
    }
}
