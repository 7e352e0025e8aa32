//! Claims files.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tieout::audit::Audit;
use tieout::project::Reader;
use tieout::render::{self, Look};

use super::figures::words;
use super::{cases, no_files, run};

/// The shipped files, as one text and in sections.
fn shipped() -> &'static (String, Vec<String>) {
    static TEXT: OnceLock<(String, Vec<String>)> = OnceLock::new();
    TEXT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("claims");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let main = read("women-2022.toml").replace("include = [\"notes-2022.toml\"]\n", "");
        let text = main + &read("notes-2022.toml");
        let mut sections = vec![String::new()];
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            if line.starts_with('[') {
                sections.push(String::new());
            }
            let last = sections.last_mut().unwrap();
            let _ = writeln!(last, "{line}");
        }
        (text, sections)
    })
}

/// Some sections of the shipped files, in any order.
fn excerpt() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<Index>(), 1..14).prop_map(|list| {
        let sections = &shipped().1;
        list.iter().map(|at| at.get(sections).as_str()).collect()
    })
}

/// Whole families: claims, sources and the assertions over them, so that much can be judged.
fn family() -> impl Strategy<Value = String> {
    any::<Index>().prop_map(|at| {
        let sections = &shipped().1;
        let claims = sections.iter().filter(|s| {
            s.starts_with("[claim.") || s.starts_with("[question.") || s.starts_with("[report")
        });
        let claims: String = claims.map(String::as_str).collect();
        let assertions: Vec<&String> = sections.iter().filter(|s| s.starts_with("[[")).collect();
        format!("{claims}{}", at.get(&assertions))
    })
}

const VOCABULARY: [&str; 60] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\"",
    "'",
    "\"\"\"",
    "\n",
    ",",
    ".",
    "#",
    "\\",
    "\u{0}",
    "é",
    "\u{202e}",
    "[claim.a]\n",
    "[[footing]]\n",
    "[[order]]\n",
    "[[same]]\n",
    "[[assert]]\n",
    "[[elapsed]]\n",
    "[[citation]]\n",
    "[[grim]]\n",
    "[[tie-out]]\n",
    "[[rate]]\n",
    "[[change]]\n",
    "[[share]]\n",
    "[[nonsense]]\n",
    "[report]\n",
    "[question.q]\n",
    "[source.s]\n",
    "value = \"41%\"\n",
    "value = 1e400\n",
    "value = -0\n",
    "round = [1, 5, 10]\n",
    "round = 0\n",
    "round = -1\n",
    "round = 1e-60\n",
    "convention = \"half-even\"\n",
    "range = \"ends\"\n",
    "low = { round = 7 }\n",
    "of = \"a\"\n",
    "unit = \"%\"\n",
    "unit = \"date\"\n",
    "unit = \"USD/year\"\n",
    "complete = true\n",
    "exclusive = false\n",
    "strict = true\n",
    "notes = \"all\"\n",
    "notes = [1, 18, 4294967296]\n",
    "see = 1\n",
    "items = 0\n",
    "items = 4294967295\n",
    "when = { q = \"yes\" }\n",
    "given = { a = { round = 100 } }\n",
    "include = [\"fuzz.toml\"]\n",
    "inf",
];

/// What is done to a text.
#[derive(Clone, Debug)]
enum Edit {
    Delete(Index, Index),
    Repeat(Index, Index),
    Insert(Index, &'static str),
    Replace(Index, Index, String),
    Number(Index, String),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Delete(a, b)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Repeat(a, b)),
        3 => (any::<Index>(), select(VOCABULARY.to_vec())).prop_map(|(a, word)| Edit::Insert(a, word)),
        1 => (any::<Index>(), any::<Index>(), "\\PC{0,12}").prop_map(|(a, b, text)| Edit::Replace(a, b, text)),
        1 => (any::<Index>(), any::<Index>(), words(5)).prop_map(|(a, b, text)| Edit::Replace(a, b, text)),
        4 => (any::<Index>(), words(4)).prop_map(|(a, text)| Edit::Number(a, text)),
        2 => (any::<Index>(), "-?[0-9]{1,3}(\\.[0-9])?%?").prop_map(|(a, text)| Edit::Number(a, text)),
    ]
}

fn apply(mut text: String, edits: &[Edit]) -> String {
    for edit in edits {
        let at = |text: &str, index: &Index| {
            let mut at = index.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        // Spans are short: what is left should still make sense here and there.
        let span = |text: &str, a: &Index, b: &Index| {
            let start = at(text, a);
            let mut end = (start + b.index(60)).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            start..end.max(start)
        };
        match edit {
            Edit::Delete(a, b) => text.replace_range(span(&text, a, b), ""),
            Edit::Repeat(a, b) => {
                let range = span(&text, a, b);
                let copy = text[range.clone()].to_owned();
                text.insert_str(range.end, &copy);
            }
            Edit::Insert(a, word) => text.insert_str(at(&text, a), word),
            Edit::Replace(a, b, new) => text.replace_range(span(&text, a, b), new),
            Edit::Number(a, new) => {
                let values: Vec<(usize, usize)> = text
                    .match_indices("value = \"")
                    .map(|(i, m)| {
                        (
                            i + m.len(),
                            text[i + m.len()..].find('"').map_or(text.len(), |e| i + m.len() + e),
                        )
                    })
                    .collect();
                if !values.is_empty() {
                    let (start, end) = values[a.index(values.len())];
                    text.replace_range(start..end, &new.replace(['"', '\\'], ""));
                }
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_text_as_a_claims_file(text in "\\PC{0,200}") {
        run(&text, &[40]);
    }

    #[test]
    fn any_bytes_as_a_claims_file(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        run(&String::from_utf8_lossy(&bytes), &[40]);
    }

    #[test]
    fn any_vocabulary_as_a_claims_file(list in prop::collection::vec(select(VOCABULARY.to_vec()), 0..40)) {
        run(&list.concat(), &[40, 100]);
    }

    #[test]
    fn sections_of_the_report_in_any_order(text in excerpt(), edits in prop::collection::vec(edit(), 0..6), width in 40usize..121) {
        run(&apply(text, &edits), &[width]);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn assertions_of_the_report_over_changed_claims(text in family(), edits in prop::collection::vec(edit(), 0..12), width in 40usize..121) {
        run(&apply(text, &edits), &[width]);
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn the_whole_report_changed(edits in prop::collection::vec(edit(), 1..20), width in 40usize..121) {
        run(&apply(shipped().0.clone(), &edits), &[width]);
    }
}

#[test]
fn the_report_at_every_width() {
    let mut reader = Reader::new(&no_files);
    reader.file("women-2022.toml", shipped().0.clone());
    let audit = Audit::run(&reader.case);
    for width in 40..=120 {
        let look = Look { width, color: false, verbose: true, quiet: false, all: false };
        for text in [render::table(&audit, look), render::figures(&audit, look)] {
            assert!(!text.contains("\u{1b}["), "colour at width {width}");
            // Tables end at the next empty line; the sentences around them are not measured.
            let mut table = false;
            for line in text.lines() {
                table = (table || line.starts_with('─')) && !line.is_empty();
                // A word that cannot be broken may be wider than a narrow page.
                let fits = width < 80 || line.chars().count() <= width;
                assert!(!table || fits, "{} at width {width}: {line}", line.chars().count());
            }
        }
    }
}
