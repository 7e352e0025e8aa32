//! Number words, scales, hedges and the other words around a number.

use super::Hedge;

/// Small number words.
pub(super) const NUMBERS: &[(&str, i64)] = &[
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

/// Words that scale the number before them: spelling, name shown, power of ten.
pub(super) const SCALES: &[(&str, &str, i32)] = &[
    ("thousand", "thousand", 3),
    ("k", "thousand", 3),
    ("lakh", "lakh", 5),
    ("lakhs", "lakh", 5),
    ("million", "million", 6),
    ("m", "million", 6),
    ("mn", "million", 6),
    ("mln", "million", 6),
    ("crore", "crore", 7),
    ("crores", "crore", 7),
    ("billion", "billion", 9),
    ("bn", "billion", 9),
    ("b", "billion", 9),
    ("trillion", "trillion", 12),
    ("tn", "trillion", 12),
];

/// Words that multiply the number before them into digits, with the unit they bring.
pub(super) const GROUPS: &[(&str, i64, &str)] = &[
    ("hundred", 100, ""),
    ("dozen", 12, ""),
    ("score", 20, ""),
    ("decade", 10, "years"),
    ("decades", 10, "years"),
    ("century", 100, "years"),
    ("centuries", 100, "years"),
    ("fortnight", 14, "days"),
    ("fortnights", 14, "days"),
];

/// Fractions in words: spelling and denominator.
pub(super) const FRACTIONS: &[(&str, u64)] = &[
    ("half", 2),
    ("halves", 2),
    ("third", 3),
    ("thirds", 3),
    ("quarter", 4),
    ("quarters", 4),
    ("fourth", 4),
    ("fourths", 4),
    ("fifth", 5),
    ("fifths", 5),
    ("sixth", 6),
    ("sixths", 6),
    ("seventh", 7),
    ("sevenths", 7),
    ("eighth", 8),
    ("eighths", 8),
    ("ninth", 9),
    ("ninths", 9),
    ("tenth", 10),
    ("tenths", 10),
];

/// Fraction signs: numerator, denominator and decimals.
pub(super) const VULGAR: &[(&str, (i64, u64, usize))] =
    &[("½", (1, 2, 1)), ("¼", (1, 4, 2)), ("¾", (3, 4, 2))];

/// Verbs and adverbs that are multiples: spelling, and the multiple as a fraction.
pub(super) const MULTIPLES: &[(&str, i64, u64)] = &[
    ("double", 2, 1),
    ("doubled", 2, 1),
    ("doubling", 2, 1),
    ("twice", 2, 1),
    ("twofold", 2, 1),
    ("triple", 3, 1),
    ("tripled", 3, 1),
    ("trebled", 3, 1),
    ("thrice", 3, 1),
    ("threefold", 3, 1),
    ("quadrupled", 4, 1),
    ("halved", 1, 2),
    ("halving", 1, 2),
];

/// Plurals without a number, from the least to the most they may stand for: up to what the next
/// such word would say.
pub(super) const VAGUE: &[(&str, i64, i64)] = &[
    ("hundreds of thousands", 200_000, 999_999),
    ("tens of thousands", 20_000, 99_999),
    ("hundreds of millions", 200_000_000, 999_999_999),
    ("tens of millions", 20_000_000, 99_999_999),
    ("tens", 20, 99),
    ("dozens", 24, 99),
    ("scores", 40, 99),
    ("hundreds", 200, 999),
    ("thousands", 2_000, 999_999),
    ("millions", 2_000_000, 999_999_999),
];

/// Phrases before a number that soften or bound it. A longer phrase stands before its beginning.
pub(super) const HEDGES: &[(&str, Hedge)] = &[
    ("about", Hedge::About),
    ("around", Hedge::About),
    ("approximately", Hedge::About),
    ("approx", Hedge::About),
    ("roughly", Hedge::About),
    ("some", Hedge::About),
    ("circa", Hedge::About),
    ("c", Hedge::About),
    ("ca", Hedge::About),
    ("~", Hedge::About),
    ("≈", Hedge::About),
    ("≃", Hedge::About),
    ("in the region of", Hedge::About),
    ("in the order of", Hedge::About),
    ("an estimated", Hedge::Estimated),
    ("estimated at", Hedge::Estimated),
    ("estimated to be", Hedge::Estimated),
    ("estimated", Hedge::Estimated),
    ("est", Hedge::Estimated),
    ("slightly more than", Hedge::MoreThan),
    ("a little over", Hedge::MoreThan),
    ("more than", Hedge::MoreThan),
    ("greater than", Hedge::MoreThan),
    ("higher than", Hedge::MoreThan),
    ("longer than", Hedge::MoreThan),
    ("well over", Hedge::MoreThan),
    ("just over", Hedge::MoreThan),
    ("over", Hedge::MoreThan),
    ("above", Hedge::MoreThan),
    ("exceeding", Hedge::MoreThan),
    (">", Hedge::MoreThan),
    ("at least", Hedge::AtLeast),
    ("no fewer than", Hedge::AtLeast),
    ("no less than", Hedge::AtLeast),
    ("not less than", Hedge::AtLeast),
    ("not fewer than", Hedge::AtLeast),
    ("a minimum of", Hedge::AtLeast),
    ("minimum", Hedge::AtLeast),
    ("≥", Hedge::AtLeast),
    ("just under", Hedge::Nearly),
    ("slightly less than", Hedge::Nearly),
    ("nearly", Hedge::Nearly),
    ("almost", Hedge::Nearly),
    ("close to", Hedge::About),
    ("less than", Hedge::LessThan),
    ("fewer than", Hedge::LessThan),
    ("lower than", Hedge::LessThan),
    ("shorter than", Hedge::LessThan),
    ("under", Hedge::LessThan),
    ("below", Hedge::LessThan),
    ("<", Hedge::LessThan),
    ("up to", Hedge::AtMost),
    ("at most", Hedge::AtMost),
    ("no more than", Hedge::AtMost),
    ("not more than", Hedge::AtMost),
    ("as many as", Hedge::AtMost),
    ("as much as", Hedge::AtMost),
    ("a maximum of", Hedge::AtMost),
    ("maximum of", Hedge::AtMost),
    ("maximum", Hedge::AtMost),
    ("within", Hedge::AtMost),
    ("≤", Hedge::AtMost),
];

/// Phrases after a number that soften or bound it.
pub(super) const TRAILING: &[(&str, Hedge)] = &[
    ("or so", Hedge::About),
    ("approximately", Hedge::About),
    ("approx", Hedge::About),
    ("or more", Hedge::AtLeast),
    ("and more", Hedge::AtLeast),
    ("or over", Hedge::AtLeast),
    ("+", Hedge::AtLeast),
    ("or less", Hedge::AtMost),
    ("or fewer", Hedge::AtMost),
    ("maximum", Hedge::AtMost),
];

/// Words before a number that say nothing about it.
pub(super) const FILLERS: &[&str] =
    &["the", "first", "last", "past", "next", "of", "a", "an", "total", "just"];

/// Month names and how they are shortened.
pub(super) const MONTHS: &[(&str, i64)] = &[
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("sept", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];

/// Words before a date that make it a bound, or soften it.
pub(super) const BOUNDS: &[(&str, Hedge)] = &[
    ("about", Hedge::About),
    ("around", Hedge::About),
    ("circa", Hedge::About),
    ("ca", Hedge::About),
    ("c", Hedge::About),
    ("before", Hedge::LessThan),
    ("until", Hedge::AtMost),
    ("by", Hedge::AtMost),
    ("since", Hedge::AtLeast),
    ("from", Hedge::AtLeast),
    ("after", Hedge::MoreThan),
];

/// Words that number the quarters and halves of a year.
pub(super) const ORDINALS: &[(&str, i64)] =
    &[("first", 1), ("second", 2), ("third", 3), ("fourth", 4)];

/// What a text for a missing figure looks like.
pub(super) const MISSING: &[&str] = &[
    "..", ".", "…", "...", "*", "–", "-", "—", "−", "x", "n/a", "na", "n.a.", ":", "missing",
    "none",
];

/// The value beside a spelling in one of the tables of pairs.
pub(super) fn find<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(spelling, _)| *spelling == word).map(|(_, value)| *value)
}
