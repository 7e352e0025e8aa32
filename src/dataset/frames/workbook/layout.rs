//! Digits in the places that a number format has for them.

use super::code::Piece;
use super::digits::Digits;

/// A magnitude in the places of a section that has some.
pub(super) fn number(value: &Digits, pieces: &[Piece]) -> Result<String, String> {
    let is_digit = |piece: &Piece| matches!(piece, Piece::Digit(_));
    let exponent = pieces.iter().position(|piece| matches!(piece, Piece::Exponent(_)));
    let (mantissa, power) = pieces.split_at(exponent.unwrap_or(pieces.len()));
    let (mut whole, mut part, mut scale) = (Vec::new(), Vec::new(), 0);
    let mut point = false;
    for (at, piece) in mantissa.iter().enumerate() {
        match piece {
            Piece::Point if point => return Err("two points".to_owned()),
            Piece::Point => point = true,
            Piece::Percent => scale += 2,
            Piece::Digit(sign) if point => part.push(*sign),
            Piece::Digit(sign) => whole.push(*sign),
            Piece::Comma => scale += comma(mantissa, at)?,
            _ => {}
        }
    }
    let value = value.clone().shifted(scale);
    let (mut places, mut tail) = (part.len() as i64, String::new());
    let mut value = value;
    if let [Piece::Exponent(plus), rest @ ..] = power {
        if scale != 0 || whole.is_empty() {
            return Err("an exponent with more than digits".to_owned());
        }
        let (shifted, written) = scientific(&value, whole.len() as i64, places);
        value = shifted;
        let width = rest.iter().take_while(|piece| is_digit(piece)).count();
        if width == 0 || rest.iter().skip(width).any(|piece| !matches!(piece, Piece::Literal(_))) {
            return Err("an exponent with more than digits".to_owned());
        }
        let sign = if written < 0 {
            "-"
        } else if *plus {
            "+"
        } else {
            ""
        };
        tail = format!("E{sign}{:0width$}", written.abs());
        for piece in &rest[width..] {
            if let Piece::Literal(text) = piece {
                tail.push_str(text);
            }
        }
        places = part.len() as i64;
    }
    let rounded = value.rounded(places);
    let (digits, decimals) = rounded.split(part.len());
    let decimals = optional(&decimals, &part);
    Ok(format!("{}{tail}", laid_out(mantissa, &digits, &whole, &decimals)?))
}

/// The power of ten by which a comma divides: 3 less after the last place before the point or of
/// all, none between the places for whole digits.
fn comma(pieces: &[Piece], at: usize) -> Result<i64, String> {
    let is_digit = |piece: &&Piece| matches!(piece, Piece::Digit(_));
    let not_comma = |piece: &&Piece| **piece != Piece::Comma;
    let before = pieces[..at].iter().rev().find(not_comma);
    let after = pieces[at..].iter().find(not_comma);
    if !before.as_ref().is_some_and(is_digit) {
        return Err("a comma before the digits".to_owned());
    }
    let later = pieces[at..].iter().take_while(|piece| **piece != Piece::Point);
    let past = pieces[..at].contains(&Piece::Point);
    match (after, later.clone().any(|piece| is_digit(&piece))) {
        (Some(Piece::Digit(_)), true) if !past => Ok(0),
        (_, false) => Ok(-3),
        _ => Err("a comma among other signs".to_owned()),
    }
}

/// A number as what stands before `E`, and the power of ten that stands after it. With several
/// places before the point the power is a multiple of their number.
fn scientific(value: &Digits, width: i64, places: i64) -> (Digits, i64) {
    let power = |value: &Digits| value.magnitude().div_euclid(width) * width;
    let first = power(value);
    let rounded = value.clone().shifted(-first).rounded(places);
    // Rounding may have carried into the next power.
    let carried = power(&rounded);
    (value.clone().shifted(-first - carried), if value.is_zero() { 0 } else { first + carried })
}

/// Decimals without the zeros at the end whose places are optional.
fn optional(decimals: &str, places: &[char]) -> String {
    let mut kept = decimals.to_owned();
    for place in places.iter().rev() {
        if *place == '0' || !kept.ends_with('0') {
            break;
        }
        kept.pop();
    }
    kept
}

/// Signs that part thousands; they are left out as these always are.
fn parts_thousands(text: &str) -> bool {
    text.chars().all(|sign| sign.is_whitespace() || matches!(sign, '\'' | '’'))
}

/// The digits and what stands between them.
fn laid_out(
    pieces: &[Piece],
    digits: &str,
    whole: &[char],
    decimals: &str,
) -> Result<String, String> {
    let is_digit = |piece: &Piece| matches!(piece, Piece::Digit(_));
    // From the first `0` on, each place shows a digit.
    let first = whole.iter().position(|place| *place == '0').unwrap_or(whole.len());
    let least = whole.len() - first;
    let digits = format!("{digits:0>least$}");
    // The first place takes all that the others do not.
    let mut left = digits.chars();
    let surplus = digits.len().saturating_sub(whole.len());
    let mut absent = whole.len().saturating_sub(digits.len());
    let (mut text, mut started, mut point) = (String::new(), false, false);
    let mut decimals = decimals.chars();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Digit(_) if point => text.extend(decimals.next()),
            Piece::Digit(_) => {
                if !started {
                    text.extend(left.by_ref().take(surplus));
                    started = true;
                }
                if absent > 0 {
                    absent -= 1;
                } else {
                    text.extend(left.next());
                }
            }
            Piece::Point => {
                point = true;
                if !started {
                    text.extend(left.by_ref());
                }
                // A point that nothing follows says nothing, but one alone is not an empty cell.
                if !decimals.as_str().is_empty() || digits.is_empty() {
                    text.push('.');
                }
            }
            Piece::Percent => text.push('%'),
            Piece::Literal(literal) => {
                let before = pieces[..at].iter().any(is_digit);
                let after = pieces[at..].iter().any(is_digit);
                if after
                    && literal.ends_with(['.', ','])
                    && pieces.get(at + 1).is_some_and(is_digit)
                {
                    return Err("a literal point or comma before digits".to_owned());
                }
                if !(before && after && parts_thousands(literal)) {
                    text.push_str(literal);
                }
            }
            _ => {}
        }
    }
    Ok(text)
}
