//! Cuts the text of an expression into tokens.

use std::ops::Range;

use super::ExprError;

/// The longest expression that is read, in bytes.
const MAX_LENGTH: usize = 8_000;
/// The most tokens an expression may have, which bounds how deep its tree can be.
const MAX_TOKENS: usize = 500;

/// A token and the bytes it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, or one of the words `and or not if then`.
    Word(String),
    /// A figure written out, with its unit.
    Figure(String),
    /// An operator, bracket or comma.
    Symbol(&'static str),
}

const SYMBOLS: [&str; 19] = [
    "==", "!=", "<=", ">=", "≤", "≥", "≠", "<", ">", "+", "-", "−", "*", "×", "/", "÷", "^", "(",
    ")",
];
const CURRENCY: [char; 6] = ['$', '€', '£', '¥', '₹', '₩'];
pub(super) const KEYWORDS: [&str; 6] = ["and", "or", "not", "if", "then", "else"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    if text.len() > MAX_LENGTH {
        return Err(too_long(text));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c.is_ascii_digit() || CURRENCY.contains(&c) || decimal_point(rest) {
            let length = figure(rest);
            (Kind::Figure(rest[..length].to_owned()), length)
        } else if c.is_alphabetic() || c == '_' {
            let length = word(rest);
            let word = keyword(&rest[..length]).unwrap_or(&rest[..length]);
            currency_code(rest, length).unwrap_or((Kind::Word(word.to_owned()), length))
        } else if let Some(symbol) = SYMBOLS.iter().chain(&[","]).find(|s| rest.starts_with(**s)) {
            (Kind::Symbol(symbol), symbol.len())
        } else {
            return Err(unknown(c, at));
        };
        tokens.push(Token { kind, span: at..at + length });
        at += length;
        if tokens.len() > MAX_TOKENS {
            return Err(too_long(text));
        }
    }
    Ok(tokens)
}

fn too_long(text: &str) -> ExprError {
    ExprError {
        message: format!("the expression is longer than {MAX_TOKENS} figures and operators"),
        label: String::new(),
        span: 0..text.len(),
        help: Some("split it into several assertions".to_owned()),
    }
}

fn unknown(c: char, at: usize) -> ExprError {
    let help = match c {
        '=' => Some("use `==` to compare two figures"),
        '&' => Some("write `and`"),
        '|' => Some("write `or`"),
        '!' => Some("write `not`, or `!=` for unequal"),
        '%' => Some("write a percentage as one figure, such as `41%`"),
        _ => None,
    };
    ExprError {
        message: format!("`{c}` means nothing here"),
        label: "expected a figure, a name or an operator".to_owned(),
        span: at..at + c.len_utf8(),
        help: help.map(str::to_owned),
    }
}

fn decimal_point(rest: &str) -> bool {
    let mut bytes = rest.bytes();
    bytes.next() == Some(b'.') && bytes.next().is_some_and(|b| b.is_ascii_digit())
}

/// The length of a name: words joined by dots, with the label of another edition after `@`.
fn word(rest: &str) -> usize {
    let mut edition = false;
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        edition |= c == '@';
        if !(inside(c) || c == '@' || (edition && c == '-')) {
            end = at;
            break;
        }
    }
    rest[..end].trim_end_matches(['.', '-']).len()
}

/// A currency code before its number, as in `USD 65`.
fn currency_code(rest: &str, length: usize) -> Option<(Kind, usize)> {
    let code = length == 3 && rest[..3].bytes().all(|b| b.is_ascii_uppercase());
    let number = rest[length..].strip_prefix(' ')?;
    if !code || !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = length + 1 + figure(number);
    Some((Kind::Figure(rest[..end].to_owned()), end))
}

/// The length of a figure: its digits and what follows them of scale and unit. A comma before
/// three digits is part of the number, so arguments are set apart by a comma and a space.
fn figure(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    loop {
        while digit(at) {
            at += 1;
        }
        let thousands = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
        match bytes.get(at) {
            Some(b',') if thousands => at += 1,
            Some(b'.') if digit(at + 1) => at += 1,
            Some(b'-') if is_date(&rest[..at], &rest[at..]) => at += 1,
            _ => break,
        }
    }
    for sign in ["%", "‰", " %", " ‰"] {
        if rest[at..].starts_with(sign) {
            return at + sign.len();
        }
    }
    // Words directly after a number can only be its scale and unit.
    loop {
        let gap = rest[at..].len() - rest[at..].trim_start_matches(' ').len();
        let tail = &rest[at + gap..];
        let end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let operand = tail[end..].starts_with(['(', '_', '.', '@'])
            || tail[end..].starts_with(|c: char| c.is_ascii_digit());
        if end == 0 || operand || keyword(&tail[..end]).is_some() {
            return at;
        }
        at += gap + end;
        let per = rest[at..]
            .strip_prefix('/')
            .map_or(0, |unit| unit.find(|c: char| !c.is_alphabetic()).unwrap_or(unit.len()));
        if per > 0 {
            at += 1 + per;
        }
    }
}

/// The word of the language that a word is, in capitals or not.
fn keyword(word: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Whether a hyphen after `before` continues a date written as `2022-08-01`.
fn is_date(before: &str, after: &str) -> bool {
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let two = |part: &str| {
        part.len() >= 3
            && part.is_char_boundary(3)
            && all_digits(&part[1..3])
            && !part[3..].starts_with(|c: char| c.is_ascii_digit())
    };
    match before.len() {
        4 => all_digits(before) && two(after) && after[3..].starts_with('-') && two(&after[3..]),
        7 => before.as_bytes()[4] == b'-' && two(after),
        _ => false,
    }
}
