//! What a waiver is pinned to: the printed figures, or the rows that fail.

use std::collections::BTreeMap;

use crate::figure::group_digits;
use crate::finding::{Finding, RowFinding, Tally, Verdict};

/// Names and texts as printed, each name once, in the order in which they are shown.
pub type Pins = Vec<(String, String)>;

/// How many failing rows are pinned one by one; of more, their number and a fingerprint.
const ROWS: usize = 10;

/// What a finding is made of. `measured` says that it is compared with what data give, which is
/// then pinned as well.
pub fn pins(finding: &Finding, measured: bool) -> Pins {
    match &finding.rows {
        Some(tally) => of_rows(finding, tally, measured),
        None => of_figures(finding, measured),
    }
}

fn of_figures(finding: &Finding, measured: bool) -> Pins {
    let mut pins = Pins::new();
    let mut pin = |name: &str, text: &str| {
        if !pins.iter().any(|(known, _)| known == name) {
            pins.push((name.to_owned(), text.to_owned()));
        }
    };
    // The day of the audit takes part in some findings. It is another every day.
    for used in finding.figures.iter().filter(|used| used.name != "today") {
        pin(&used.name, used.figure.text());
    }
    match &finding.judgement {
        Some(judgement) => {
            let (stated, allowed) = (&judgement.stated, &judgement.allowed);
            // What is judged on words has no figures.
            if allowed.set.is_none() {
                pin(&stated.what, &stated.shown);
            }
            if allowed.set.is_none() || measured {
                pin(&allowed.what, &allowed.shown);
            }
        }
        None if finding.figures.is_empty() => {
            pin("because", finding.reason.as_deref().unwrap_or_default());
        }
        None => {}
    }
    pins
}

/// The failing rows with their figures if they are few; their number and fingerprint otherwise.
/// Rows that hold are left out: more of them change nothing.
fn of_rows(finding: &Finding, tally: &Tally, measured: bool) -> Pins {
    let mut pins = Pins::new();
    let counted = |verdict: Verdict| tally.count(verdict);
    let improbable = counted(Verdict::Improbable);
    let failing = counted(Verdict::Inconsistent) + counted(Verdict::Undetermined) + improbable;
    let mut shown: Vec<(&RowFinding, (String, String))> = tally
        .worst
        .iter()
        .filter(|row| super::can_be_waived(row.finding.verdict))
        .map(|row| (row, row_pin(&row.label, row.file.as_deref(), &row.finding, measured)))
        .collect();
    if failing <= ROWS as u64 && shown.len() as u64 == failing {
        shown.sort_by_key(|(row, _)| row.row);
        for (_, (label, text)) in shown {
            match pins.iter_mut().find(|(known, _)| *known == label) {
                Some((_, texts)) => *texts = format!("{texts} | {text}"),
                None => pins.push((label, text)),
            }
        }
    } else {
        for verdict in [Verdict::Inconsistent, Verdict::Undetermined, Verdict::Improbable] {
            if counted(verdict) > 0 {
                let count = group_digits(&counted(verdict).to_string());
                pins.push((format!("{verdict} {}s", tally.noun), count));
            }
        }
        // Improbable ones are only known when all are counted, and are all kept.
        let rare = shown.iter().filter(|(row, _)| row.finding.verdict == Verdict::Improbable);
        let rare = rare.map(|(_, pin)| fingerprint(pin)).fold(0, u64::wrapping_add);
        let sum = tally.fingerprint.wrapping_add(rare);
        pins.push(("their fingerprint".to_owned(), format!("{sum:016x}")));
    }
    for trouble in &tally.troubles {
        pins.push((format!("trouble {}", pins.len() + 1), trouble.clone()));
    }
    if pins.is_empty() {
        pins.push(("because".to_owned(), finding.reason.clone().unwrap_or_default()));
    }
    pins
}

/// A row by its label, without its number if it has another name, and its figures as printed.
pub fn row_pin(
    label: &str,
    file: Option<&str>,
    finding: &Finding,
    measured: bool,
) -> (String, String) {
    let numbered = |text: &str| text.rsplit_once(" (row ").map(|(name, _)| name.to_owned());
    let label = numbered(label).filter(|name| !name.is_empty()).unwrap_or_else(|| label.to_owned());
    let label = match file {
        Some(file) => format!("{label}, {file}"),
        None => label,
    };
    let figures = finding.figures.iter().filter(|used| used.name != "today" && !used.literal);
    let mut parts: Vec<String> = Vec::new();
    for used in figures {
        // Of a cell such as "women, row 7", the column: rows move when others are added.
        let name = used.name.rsplit_once(", row ").map_or(used.name.as_str(), |(name, _)| name);
        parts.push(format!("{name} {}", used.figure.text()));
    }
    if let Some(judgement) = finding.judgement.as_ref().filter(|_| measured) {
        parts.push(format!("{} {}", judgement.allowed.what, judgement.allowed.shown));
    }
    if let (None, Some(why)) = (&finding.judgement, &finding.reason) {
        parts.push(why.clone());
    }
    let mut text = parts.join("; ");
    if finding.verdict != Verdict::Inconsistent {
        text.push_str(&format!(" ({})", finding.verdict));
    }
    (label, text)
}

/// 64 bits that stand for a row. Summed, they stand for rows in any order. The same in every
/// version of the program, as they are kept in files (FNV-1a, and a mixer so that sums differ).
pub fn fingerprint((label, text): &(String, String)) -> u64 {
    let bytes = label.bytes().chain([0xff]).chain(text.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// In which ways what a finding is made of today differs from what was pinned, in words.
pub(super) fn changes(pinned: &BTreeMap<String, String>, today: &Pins) -> Vec<String> {
    let mut changes = Vec::new();
    for (name, text) in today {
        match pinned.get(name) {
            Some(before) if before == text => {}
            Some(before) => changes.push(format!("`{name}` was \"{before}\" and is \"{text}\"")),
            None => changes.push(format!("`{name}`, \"{text}\", takes part and did not")),
        }
    }
    for (name, before) in pinned {
        if !today.iter().any(|(known, _)| known == name) {
            changes.push(format!("`{name}`, \"{before}\", takes part no longer"));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(label: &str, text: &str) -> (String, String) {
        (label.to_owned(), text.to_owned())
    }

    #[test]
    fn fingerprints_are_the_same_in_every_version() {
        assert_eq!(fingerprint(&pair("year 1666", "buried 12,738")), 0);
    }

    #[test]
    fn fingerprints_tell_rows_apart_wherever_the_cut_is() {
        assert_ne!(fingerprint(&pair("a", "bc")), fingerprint(&pair("ab", "c")));
        let two = |a: u64, b: u64| a.wrapping_add(b);
        let (a, b) = (pair("row 1", "5"), pair("row 2", "6"));
        let (c, d) = (pair("row 1", "6"), pair("row 2", "5"));
        assert_ne!(
            two(fingerprint(&a), fingerprint(&b)),
            two(fingerprint(&c), fingerprint(&d)),
            "figures that change places"
        );
    }

    #[test]
    fn every_change_is_named() {
        let pinned = BTreeMap::from([pair("a", "1"), pair("b", "2"), pair("c", "3")]);
        let today = vec![pair("a", "1"), pair("b", "5"), pair("d", "4")];
        let words = [
            "`b` was \"2\" and is \"5\"",
            "`d`, \"4\", takes part and did not",
            "`c`, \"3\", takes part no longer",
        ];
        assert_eq!(changes(&pinned, &today), words);
        assert!(changes(&pinned, &pinned.clone().into_iter().collect()).is_empty());
    }
}
