//! How the digits of a number are grouped and where its decimals begin.

use std::str::FromStr;

use crate::number::Number;

/// How numbers are written: what separates thousands, and what precedes decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Told from each number: `1,234` is English, `1.234` has decimals, `3,5` has a decimal comma.
    #[default]
    Inferred,
    /// `1,234.5`
    English,
    /// `1.234,5`
    Continental,
    /// `1 234.5` or `1 234,5`
    Spaced,
    /// `1'234.5`
    Swiss,
    /// `1,23,456.7`
    Indian,
}

/// Every declared style with the sample that names it in a claims file.
const SAMPLES: [(&str, Style); 8] = [
    ("1,234.5", Style::English),
    ("1.234,5", Style::Continental),
    ("1 234.5", Style::Spaced),
    ("1 234,5", Style::Spaced),
    ("1'234.5", Style::Swiss),
    ("1'234,5", Style::Swiss),
    ("1,23,456.7", Style::Indian),
    ("inferred", Style::Inferred),
];

impl Style {
    /// The sample by which a claims file names this style.
    pub fn sample(self) -> &'static str {
        let named = SAMPLES.iter().find(|(_, style)| *style == self);
        named.map_or("inferred", |(sample, _)| sample)
    }
}

impl FromStr for Style {
    type Err = String;

    /// Reads a sample number, such as `1.234,5`.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain: String = text.trim().chars().map(plain_separator).collect();
        let named = SAMPLES.iter().find(|(sample, _)| *sample == plain);
        named.map(|(_, style)| *style).ok_or_else(|| {
            let known: Vec<String> = SAMPLES[..7].iter().map(|(s, _)| format!("\"{s}\"")).collect();
            format!(
                "{text:?} is not a number style; expected one of the samples {}",
                known.join(", ")
            )
        })
    }
}

/// Whether a character may stand between the digits of a number.
pub(super) fn is_separator(c: char) -> bool {
    matches!(plain_separator(c), '.' | ',' | '\'' | ' ')
}

fn plain_separator(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' => '\'',
        other => other,
    }
}

/// A number read from digits: its magnitude, its decimals, and how it was written.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    pub value: Number,
    pub places: usize,
    pub writing: Writing,
}

/// How a number was written, to write another the same way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    pub group: Option<char>,
    pub decimal: char,
    pub indian: bool,
}

impl Default for Writing {
    fn default() -> Self {
        Self { group: Some(','), decimal: '.', indian: false }
    }
}

/// Reads digits with their separators. An error is what was expected in their place.
pub(super) fn read_digits(text: &str, style: Style) -> Result<Digits, String> {
    let separators: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let plain: Vec<char> = separators.iter().copied().map(plain_separator).collect();
    let fault = || expected(text, style);
    let decimal = match plain.last() {
        Some(last) if is_decimal(*last, &plain, text, style) => Some(*last),
        _ => None,
    };
    let grouping = &plain[..plain.len() - usize::from(decimal.is_some())];
    if let Some(first) = grouping.first() {
        let alike = grouping.iter().all(|c| c == first) && Some(*first) != decimal;
        if !alike || !may_group(*first, style) {
            return Err(fault());
        }
    }
    let mut groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let fraction = if decimal.is_some() { groups.pop().unwrap_or_default() } else { "" };
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    let comma = grouping.first() == Some(&',');
    let indian_only = style == Style::Indian;
    let threes = !indian_only && grouped_by(&lengths, 3);
    let twos = comma && matches!(style, Style::Inferred | Style::Indian) && grouped_by(&lengths, 2);
    if !grouping.is_empty() && !threes && !twos {
        return Err(fault());
    }
    let whole = groups.concat();
    let whole = if whole.is_empty() { "0" } else { &whole };
    let digits = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let value = Number::decimal(&digits).ok_or_else(|| "a shorter number".to_owned())?;
    let group = match (grouping.is_empty(), whole.len()) {
        (false, _) => separators.first().copied(),
        (true, 0..=3) => Some(usual_group(style, decimal)),
        _ => None,
    };
    let indian = indian_only || (twos && !threes);
    let writing =
        Writing { group, decimal: decimal.unwrap_or_else(|| usual_decimal(style, group)), indian };
    Ok(Digits { value, places: fraction.len(), writing })
}

/// Whether the last separator of a number begins its decimals.
fn is_decimal(last: char, all: &[char], text: &str, style: Style) -> bool {
    let once = all.iter().filter(|c| **c == last).count() == 1;
    match (style, last) {
        (_, ' ' | '\'') => false,
        (Style::English | Style::Indian, c) => c == '.',
        (Style::Continental, c) => c == ',',
        (Style::Spaced | Style::Swiss, _) => true,
        (Style::Inferred, '.') => once,
        (Style::Inferred, _) => {
            let (before, after) = text.rsplit_once(',').unwrap_or((text, ""));
            let alone = all.len() == 1;
            let whole = !before.trim_start_matches('0').is_empty();
            let grouping = alone && whole && after.len() == 3;
            // Four digits after a lone comma are neither thousands nor a usual decimal.
            let odd = alone && whole && after.len() > 3;
            once && !grouping && !odd
        }
    }
}

fn may_group(separator: char, style: Style) -> bool {
    match style {
        Style::Inferred => true,
        Style::English | Style::Indian => separator == ',',
        Style::Continental => separator == '.',
        Style::Spaced => separator == ' ',
        Style::Swiss => separator == '\'',
    }
}

/// Whether digits stand in groups of `inner`, the last one of three.
fn grouped_by(lengths: &[usize], inner: usize) -> bool {
    match lengths {
        [first, middle @ .., last] => {
            (1..=inner).contains(first) && middle.iter().all(|l| *l == inner) && *last == 3
        }
        _ => false,
    }
}

fn usual_group(style: Style, decimal: Option<char>) -> char {
    match style {
        Style::Continental => '.',
        Style::Spaced => '\u{a0}',
        Style::Swiss => '\'',
        Style::Inferred if decimal == Some(',') => '.',
        _ => ',',
    }
}

fn usual_decimal(style: Style, group: Option<char>) -> char {
    let comma = style == Style::Continental || (style == Style::Inferred && group == Some('.'));
    if comma { ',' } else { '.' }
}

/// What a number grouped in no known way should have looked like.
fn expected(text: &str, style: Style) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).collect::<String>();
    if style == Style::Inferred {
        return format!(
            "thousands in groups of three, such as {}, or a declared `style`",
            group(&digits, ',', false)
        );
    }
    let writing = Writing {
        group: Some(usual_group(style, None)),
        indian: style == Style::Indian,
        decimal: '.',
    };
    let whole = group(&digits, usual_group(style, None), writing.indian);
    format!("digits written like {}, such as {whole}", style.sample())
}

/// Whole digits in groups: of three, or the Indian way.
fn group(digits: &str, separator: char, indian: bool) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        let cut = match (indian, left) {
            (false, left) => left.is_multiple_of(3),
            (true, left) => left == 3 || (left > 3 && !left.is_multiple_of(2)),
        };
        if i > 0 && cut {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

impl Writing {
    /// Writes a magnitude with a number of decimals in this way.
    pub fn write(self, value: &Number, places: usize) -> String {
        let decimal = value.to_decimal(places, crate::number::Toward::Nearest);
        let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
        let whole = match self.group {
            Some(separator) if whole.len() > 3 => group(whole, separator, self.indian),
            _ => whole.to_owned(),
        };
        if fraction.is_empty() { whole } else { format!("{whole}{}{fraction}", self.decimal) }
    }
}

/// Digits in groups of three parted by no-break spaces, where the whole part has five or more.
pub fn group_digits(decimal: &str) -> String {
    let start = decimal.find(|c: char| c.is_ascii_digit()).unwrap_or(decimal.len());
    let (sign, rest) = decimal.split_at(start);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (whole, tail) = rest.split_at(end);
    let whole = if whole.len() >= 5 { group(whole, '\u{a0}', false) } else { whole.to_owned() };
    format!("{sign}{whole}{tail}")
}
