//! Number format codes of Excel, such as `#,##0.0;[Red]-0.0`, taken apart (ECMA-376, 18.8.31).

use std::cmp::Ordering;

use super::digits::Digits;

/// One piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Shown as it stands.
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`; whether a plus is shown.
    Exponent(bool),
    Slash,
    General,
    /// `@`: the text of the cell.
    Text,
    /// `y`, `m`, `d`, `h` or `s`, so many of them.
    Date(char, usize),
    /// `AM/PM` or `A/P`, by its first sign.
    Noon(String),
    /// `[h]`, `[m]` or `[s]`: time that does not start again, so many letters.
    Elapsed(char, usize),
}

/// A comparison such as `[<1]`.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    allows: &'static [Ordering],
    limit: Digits,
}

impl Condition {
    pub fn holds(&self, value: &Digits) -> bool {
        self.allows.contains(&value.compare(&self.limit))
    }

    /// Whether it holds for negative numbers only.
    pub fn only_negative(&self) -> bool {
        let below = !self.allows.contains(&Ordering::Greater);
        let touches = self.allows.contains(&Ordering::Equal);
        below && (self.limit.negative || (self.limit.is_zero() && !touches))
    }

    /// Whether all that it does not hold for is negative.
    pub fn rest_negative(&self) -> bool {
        self.limit.is_zero() && self.allows.contains(&Ordering::Greater)
    }
}

/// What is between two semicolons.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub condition: Option<Condition>,
    pub colour: Option<String>,
    pub pieces: Vec<Piece>,
}

impl Section {
    pub fn has(&self, wanted: impl Fn(&Piece) -> bool) -> bool {
        self.pieces.iter().any(wanted)
    }

    pub fn is_date(&self) -> bool {
        self.has(|piece| matches!(piece, Piece::Date(..) | Piece::Elapsed(..) | Piece::Noon(_)))
    }

    fn literal(&mut self, text: impl AsRef<str>) {
        match self.pieces.last_mut() {
            Some(Piece::Literal(before)) => before.push_str(text.as_ref()),
            _ => self.pieces.push(Piece::Literal(text.as_ref().to_owned())),
        }
    }
}

/// Signs that are shown without quotes.
const PLAIN: &str = "$-+():!^&'~{}<>= ";

const COLOURS: [&str; 8] = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];

/// The sections of a code; an error is what is not understood.
pub(super) fn sections(code: &str) -> Result<Vec<Section>, String> {
    let signs: Vec<char> = code.chars().collect();
    let (mut all, mut section, mut at) = (Vec::new(), Section::default(), 0);
    while let Some(sign) = signs.get(at).copied() {
        let rest = &signs[at..];
        let follows = |text: &str| {
            let same = |(a, b): (char, &char)| a.eq_ignore_ascii_case(b);
            text.len() <= rest.len() && text.chars().zip(rest).all(same)
        };
        at += 1;
        match sign {
            ';' => all.push(std::mem::take(&mut section)),
            '"' => {
                let length = rest[1..].iter().position(|sign| *sign == '"');
                let length = length.ok_or("a quote that is not closed")?;
                section.literal(rest[1..=length].iter().collect::<String>());
                at += length + 1;
            }
            '\\' => {
                section.literal(rest.get(1).ok_or("a \\ at the end")?.to_string());
                at += 1;
            }
            // A space as wide as the next character, or as many of it as the cell has room for.
            '_' | '*' => {
                if sign == '_' {
                    section.literal(" ");
                }
                at += 1;
            }
            '[' => {
                let length = rest.iter().position(|sign| *sign == ']');
                let length = length.ok_or("a bracket that is not closed")?;
                bracket(&rest[1..length].iter().collect::<String>(), &mut section)?;
                at += length;
            }
            '0' | '#' | '?' => section.pieces.push(Piece::Digit(sign)),
            '.' => section.pieces.push(Piece::Point),
            ',' => section.pieces.push(Piece::Comma),
            '%' => section.pieces.push(Piece::Percent),
            '/' => section.pieces.push(Piece::Slash),
            '@' => section.pieces.push(Piece::Text),
            'E' | 'e' if follows("E+") || follows("E-") => {
                section.pieces.push(Piece::Exponent(rest.get(1) == Some(&'+')));
                at += 1;
            }
            'g' | 'G' if follows("General") => {
                section.pieces.push(Piece::General);
                at += 6;
            }
            'a' | 'A' if follows("AM/PM") || follows("A/P") => {
                let length = if follows("A/P") { 3 } else { 5 };
                section.pieces.push(Piece::Noon(rest[..length].iter().collect()));
                at += length - 1;
            }
            _ if "ymdhs".contains(sign.to_ascii_lowercase()) => {
                let same = |other: &&char| other.eq_ignore_ascii_case(&sign);
                let count = rest.iter().take_while(same).count();
                section.pieces.push(Piece::Date(sign.to_ascii_lowercase(), count));
                at += count - 1;
            }
            _ if PLAIN.contains(sign) || sign.is_ascii_digit() || !sign.is_ascii() => {
                section.literal(sign.to_string());
            }
            _ => return Err(format!("`{sign}`")),
        }
    }
    all.push(section);
    if all.len() > 4 { Err("more than four sections".to_owned()) } else { Ok(all) }
}

/// What stands in brackets.
fn bracket(text: &str, section: &mut Section) -> Result<(), String> {
    let lower = text.to_lowercase();
    let strange = || format!("`[{text}]`");
    if let Some(money) = text.strip_prefix('$') {
        let (money, locale) = money.rsplit_once('-').unwrap_or((money, ""));
        // Above four digits are other calendars, and other digits than these.
        let plain = locale.len() <= 4 || locale.trim_start_matches('0').len() <= 4;
        if !plain || locale.contains(',') {
            return Err(strange());
        }
        if !money.is_empty() {
            section.literal(money);
        }
        return Ok(());
    }
    let numbered = lower.strip_prefix("color").is_some_and(|number| {
        let number = number.trim();
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    });
    if COLOURS.contains(&lower.as_str()) || numbered {
        section.colour = Some(lower);
        return Ok(());
    }
    if let Some(first) = lower.chars().next()
        && "hms".contains(first)
        && lower.chars().all(|sign| sign == first)
    {
        section.pieces.push(Piece::Elapsed(first, lower.len()));
        return Ok(());
    }
    let all: [(&str, &'static [Ordering]); 6] = [
        ("<=", &[Ordering::Less, Ordering::Equal]),
        (">=", &[Ordering::Greater, Ordering::Equal]),
        ("<>", &[Ordering::Less, Ordering::Greater]),
        ("<", &[Ordering::Less]),
        (">", &[Ordering::Greater]),
        ("=", &[Ordering::Equal]),
    ];
    for (sign, allows) in all {
        if let Some(limit) = text.strip_prefix(sign) {
            let limit = Digits::read(limit.trim()).ok_or_else(strange)?;
            section.condition = Some(Condition { allows, limit });
            return Ok(());
        }
    }
    Err(strange())
}
