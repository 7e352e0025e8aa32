//! Cuts a printed figure into numbers, words and signs.

use std::ops::Range;

use super::style::{Style, is_separator};

/// A piece of the text, with its place in it.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    /// As printed.
    pub text: &'a str,
    /// In lower case.
    pub word: String,
    pub at: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits and the separators between them.
    Number,
    Word,
    Sign(char),
}

impl Token<'_> {
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.word == word
    }

    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    pub fn is_minus(&self) -> bool {
        matches!(self.kind, Kind::Sign('-' | '−' | '–'))
    }
}

/// The tokens of a text; linear in its length.
pub(super) fn tokenize(text: &str, style: Style) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (kind, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if starts_number(rest) {
            (Some(Kind::Number), number_length(rest, style))
        } else if is_letter(first) {
            let word = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
            (Some(Kind::Word), word)
        } else if rest.starts_with("+/-") || rest.starts_with("+/−") {
            (Some(Kind::Sign('±')), 2 + rest[2..].chars().next().map_or(0, char::len_utf8))
        } else if rest.starts_with("<=") || rest.starts_with(">=") {
            (Some(Kind::Sign(if first == '<' { '≤' } else { '≥' })), 2)
        } else {
            (Some(Kind::Sign(first)), first.len_utf8())
        };
        let at = start..start + length;
        start = at.end;
        let Some(kind) = kind else { continue };
        let after_word =
            tokens.last().is_some_and(|t: &Token| t.kind == Kind::Word && t.at.end == at.start);
        let last = at.end == text.trim_end().len();
        // The full stop, and that of an abbreviation, and the backslash before a dollar in Markdown, say nothing.
        let silent = kind == Kind::Sign('\\') || (kind == Kind::Sign('.') && (after_word || last));
        if !silent {
            let text = &text[at.clone()];
            let word = match kind {
                Kind::Sign(sign) => sign.to_string(),
                _ => text.to_lowercase(),
            };
            tokens.push(Token { kind, text, word, at });
        }
    }
    tokens
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '°' | '²' | '³')
}

fn starts_number(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('.') => chars.next().is_some_and(|c| c.is_ascii_digit()),
        first => first.is_some_and(|c| c.is_ascii_digit()),
    }
}

/// How many bytes belong to the number at the start of `rest`. A plain space belongs to it only
/// where it separates thousands: after one to three digits, before exactly three.
fn number_length(rest: &str, style: Style) -> usize {
    let spaced = matches!(style, Style::Inferred | Style::Spaced);
    let (mut group, mut decimal) = (0, false);
    for (at, c) in rest.char_indices() {
        let after = &rest[at + c.len_utf8()..];
        if c.is_ascii_digit() {
            group += 1;
        } else if is_separator(c) && after.starts_with(|d: char| d.is_ascii_digit()) {
            let three = digits_at(after) == 3;
            if c.is_whitespace() && !(spaced && three && group <= 3 && !decimal) {
                return at;
            }
            decimal |= matches!(c, '.' | ',');
            group = 0;
        } else {
            return at;
        }
    }
    rest.len()
}

/// How many digits there are at the start, counted up to four.
fn digits_at(text: &str) -> usize {
    text.bytes().take(4).take_while(u8::is_ascii_digit).count()
}
