//! Numbers, dates and texts of workbooks as their number formats show them.
//!
//! Two things differ from the screen, and neither changes the figure. There are no separators of
//! thousands, and decimals begin with a point: which signs are shown depends on the computer that
//! the workbook is opened on, not on the file. Dates stand in a form that can mean one thing only,
//! to the day, month or year that is shown, and the names of months are English.
//!
//! Excel keeps fifteen significant digits. A number is first rounded to these and then to the
//! decimals of its format, halves away from zero both times, on its decimal digits: 1.005 is shown
//! as 1.01 under `0.00`, although the binary number is a little less. `General` shows what a wide
//! column does: at most eleven characters, the sign not counted.

use super::code::{Piece, Section, sections};
use super::digits::Digits;
use super::instant;

/// Digits that Excel keeps.
const KEPT: i64 = 15;

/// A number in plain decimal notation as a format code shows it. An error says what of the code
/// cannot be shown.
pub(super) fn shown(number: &str, code: &str, from_1904: bool) -> Result<String, String> {
    let value = Digits::read(number).ok_or("a value that is no number")?.significant(KEPT);
    let mut all = sections(code)?;
    if all.len() == 4 || (all.len() > 1 && all.last().is_some_and(is_text)) {
        all.pop();
    }
    let (section, signed) = choose(&all, &value)?;
    if section.is_date() {
        if value.negative && !value.is_zero() {
            return Err("a date before the first day of the calendar".to_owned());
        }
        return instant::shown(&value, section, from_1904);
    }
    let text = figure(&value.clone().magnitude_of(), section)?;
    let text = text.trim();
    let has_digit = section.has(|piece| matches!(piece, Piece::Digit(_) | Piece::General));
    let zero = has_digit && !text.bytes().any(|sign| matches!(sign, b'1'..=b'9'));
    let unbracketed = unbracketed(text);
    if !value.negative {
        if unbracketed.is_some() && !zero {
            return Err("a positive number in brackets, which mean negative ones".to_owned());
        }
        return Ok(unbracketed.unwrap_or_else(|| text.to_owned()));
    }
    // What was rounded to nothing has no sign.
    if zero {
        let text = unbracketed.unwrap_or_else(|| text.to_owned());
        return Ok(text.trim_start_matches(['-', '−']).trim_start().to_owned());
    }
    if let Some(text) = unbracketed {
        return Ok(format!("-{text}"));
    }
    let unsigned = !signed && !text.contains(['-', '−', '–']);
    if unsigned && section.condition.is_some() {
        // Programs differ in whether they put a minus here.
        return Err("a condition for negative numbers without a sign".to_owned());
    }
    let first = all.first().and_then(|first| first.colour.as_ref());
    let coloured = section.colour.is_some() && section.colour.as_ref() != first;
    // Where only the colour tells, a minus stands for it.
    let minus = signed || (coloured && unsigned);
    Ok(if minus && !text.is_empty() { format!("-{text}") } else { text.to_owned() })
}

/// The text without the brackets around its digits, if there are such.
fn unbracketed(text: &str) -> Option<String> {
    let (start, end) = (text.find('(')?, text.rfind(')')?);
    let first = text.find(|sign: char| sign.is_ascii_digit())?;
    let last = text.rfind(|sign: char| sign.is_ascii_digit())?;
    (start < first && last < end).then_some(())?;
    let (before, within, after) = (&text[..start], &text[start + 1..end], &text[end + 1..]);
    Some(format!("{before}{}{after}", within.trim()).trim().to_owned())
}

/// A text as a format code shows it.
pub(super) fn text_shown(text: &str, code: &str) -> Result<String, String> {
    // A code that is not understood for numbers says nothing about texts.
    let all = if code.contains(';') || code.contains('@') {
        sections(code)?
    } else {
        return Ok(text.to_owned());
    };
    let Some(last) = all.last().filter(|last| all.len() == 4 || is_text(last)) else {
        return Ok(text.to_owned());
    };
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.clone(),
        _ => text.to_owned(),
    };
    let known = |piece: &Piece| matches!(piece, Piece::Literal(_) | Piece::Text | Piece::General);
    if !last.pieces.iter().all(known) {
        return Err("a section for texts with more than `@`".to_owned());
    }
    Ok(last.pieces.iter().map(piece).collect::<String>().trim().to_owned())
}

fn is_text(section: &Section) -> bool {
    section.has(|piece| *piece == Piece::Text)
}

/// The section that shows a number, and whether a minus is put before a negative one.
fn choose<'a>(all: &'a [Section], value: &Digits) -> Result<(&'a Section, bool), String> {
    let negative = value.negative && !value.is_zero();
    let conditional = all.iter().any(|section| section.condition.is_some());
    let none = || "no section for this number".to_owned();
    if !conditional {
        let at = match all.len() {
            0 | 1 => 0,
            _ if negative => 1,
            3 if value.is_zero() => 2,
            _ => 0,
        };
        let section = all.get(at).ok_or_else(none)?;
        if all.len() == 2 && at == 1 && section.pieces.is_empty() {
            return Err("an empty section for negative numbers".to_owned());
        }
        return Ok((section, at != 1));
    }
    let first = all.first().ok_or_else(none)?;
    let condition = first.condition.as_ref().ok_or("a condition in the second section only")?;
    if condition.holds(value) {
        return Ok((first, !condition.only_negative()));
    }
    let second = all.get(1).ok_or_else(none)?;
    match (&second.condition, all.get(2)) {
        (Some(other), _) if other.holds(value) => Ok((second, !other.only_negative())),
        (Some(_), Some(third)) if third.condition.is_none() => Ok((third, true)),
        (None, None) => Ok((second, !condition.rest_negative())),
        _ => Err(none()),
    }
}

/// A magnitude under a section that is no date.
fn figure(value: &Digits, section: &Section) -> Result<String, String> {
    let pieces = &section.pieces;
    let is_digit = |piece: &Piece| matches!(piece, Piece::Digit(_));
    if pieces.is_empty() {
        // Nothing is shown: the cell looks empty. A code without any sign is no code.
        return Ok(String::new());
    }
    if *pieces == [Piece::Text] {
        return Ok(general(value));
    }
    let literals = |piece: &Piece| matches!(piece, Piece::Literal(_));
    if pieces.windows(2).any(|pair| runs_on(&pair[0], &pair[1])) {
        return Err("digits that stand beside those of the number".to_owned());
    }
    for piece in pieces {
        match piece {
            Piece::Slash if section.has(is_digit) => return Err("a fraction".to_owned()),
            Piece::Text => return Err("`@` for a number".to_owned()),
            _ => {}
        }
    }
    if section.has(|piece| *piece == Piece::General) {
        if !pieces.iter().all(|piece| literals(piece) || *piece == Piece::General) {
            return Err("`General` with more than words".to_owned());
        }
        return Ok(joined(pieces, |piece| match piece {
            Piece::General => general(value),
            _ => String::new(),
        }));
    }
    if !section.has(is_digit) {
        if !pieces.iter().all(|piece| literals(piece) || *piece == Piece::Slash) {
            return Err("no place for digits".to_owned());
        }
        return Ok(joined(pieces, |_| "/".to_owned()));
    }
    super::layout::number(value, pieces)
}

/// Whether a literal has digits that would be read with those of the number beside it.
fn runs_on(left: &Piece, right: &Piece) -> bool {
    let figure = |sign: &char| sign.is_numeric() || sign.is_whitespace() || ".,'’".contains(*sign);
    let place = |piece: &Piece| {
        matches!(piece, Piece::Digit(_) | Piece::General | Piece::Point | Piece::Comma)
    };
    match (left, right) {
        (Piece::Literal(text), piece) if place(piece) => {
            text.chars().rev().take_while(figure).any(char::is_numeric)
        }
        (piece, Piece::Literal(text)) if place(piece) => {
            text.chars().take_while(figure).any(char::is_numeric)
        }
        _ => false,
    }
}

fn joined(pieces: &[Piece], other: impl Fn(&Piece) -> String) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        piece => other(piece),
    };
    pieces.iter().map(one).collect()
}

/// A magnitude as `General` shows it in a wide column.
fn general(value: &Digits) -> String {
    let size = value.magnitude();
    // Digits and point take eleven characters; before a point that is first there is a zero.
    let places = match size {
        0..=9 => 9 - size,
        10 => 0,
        -9..=-1 => 9,
        _ => -1,
    };
    let plain = value.clone().rounded(places.max(0));
    // Small numbers keep their digits only if all of them fit.
    let fits = plain.magnitude() <= 10 && (size >= -4 || plain == *value);
    if value.is_zero() || (places >= 0 && fits) {
        return plain.plain();
    }
    let short = value.clone().significant(6);
    let power = short.magnitude();
    let mantissa = short.shifted(-power).plain();
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}E{sign}{:02}", power.abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{shown, text_shown};

    /// Numbers, codes, and what Excel shows, but for separators of thousands and white space at
    /// the ends.
    #[test]
    fn formats_are_followed() {
        for (number, code, text) in [
            // Places for digits.
            ("41", "0.0", "41.0"),
            ("0.05", "0.0", "0.1"),
            ("-0.04", "0.0", "0.0"),
            ("9.96", "0.0", "10.0"),
            ("1234.59", "####.#", "1234.6"),
            ("8.9", "#.000", "8.900"),
            ("0.631", "0.#", "0.6"),
            ("12", "#.0#", "12.0"),
            ("1234.568", "#.0#", "1234.57"),
            ("0.5", "#.##", ".5"),
            ("0.001", "#.##", "."),
            ("100", "0.##", "100"),
            ("44.398", "???.???", "44.398"),
            ("2.8", "???.???", "2.8"),
            ("7", "000", "007"),
            ("0", "#", ""),
            ("1.005", "0.00", "1.01"),
            ("2.4999999999999996", "0", "3"),
            ("2.49999999999999", "0", "2"),
            ("123456789012345680000", "0", "123456789012346000000"),
            // Thousands, and numbers in thousands.
            ("1234567", "#,##0", "1234567"),
            ("12000", "#,###", "12000"),
            ("12000", "#,", "12"),
            ("12200000", "0.0,,", "12.2"),
            ("1234567", "#,##0,", "1235"),
            ("1234567", "#,##0.0,", "1234.6"),
            ("499", "0,", "0"),
            ("1234567", "# ##0", "1234567"),
            ("1234567", "#\\ ###\\ ##0.0", "1234567.0"),
            // Percentages.
            ("0.413", "0.0%", "41.3%"),
            ("0.285", "0%", "29%"),
            ("1", "0%", "100%"),
            ("0.4125", "0.0#%", "41.25%"),
            ("-0.0125", "0.0%", "-1.3%"),
            ("0.5", "0 %", "50 %"),
            ("41.3", "0.0\"%\"", "41.3%"),
            ("41.3", "0.0\\%", "41.3%"),
            ("1234", "#,##0,%", "123%"),
            // Words, money, room left free.
            ("12.6", "\"EUR \"0.00", "EUR 12.60"),
            ("41", "0\\ \"persons\"", "41 persons"),
            ("12.6", "0.00\\ [$€-407]", "12.60 €"),
            ("-12.6", "[$€-2]\\ 0.00", "-€ 12.60"),
            ("5", "[$-409]0.0", "5.0"),
            ("5", "$0", "$5"),
            ("5", "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", "5.00"),
            ("-5", "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", "-5.00"),
            ("0", "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", "-"),
            ("12", "0\" m2\"", "12 m2"),
            ("3", "0\" ± 1\"", "3 ± 1"),
            ("12", "\"2024: \"0", "2024: 12"),
            ("12", "\"n/a\"", "n/a"),
            ("5551234", "000\\-0000", "555-1234"),
            // Sections.
            ("1234", "0.0;-0.00", "1234.0"),
            ("-1234", "0.0;-0.00", "-1234.00"),
            ("0", "0.0;-0.0;\"zero\"", "zero"),
            ("5", "+0;-0;0", "+5"),
            ("-5", "+0;-0;0", "-5"),
            ("-1234", "#,##0_);(#,##0)", "-1234"),
            ("-1234", "#,##0_);[Red](#,##0)", "-1234"),
            ("-1234.5", "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)", "-$1234.50"),
            ("-0.2", "#,##0_);(#,##0)", "0"),
            ("-12", "0;[Red]0", "-12"),
            ("-12", "0;0", "12"),
            ("-12", "[Red]0", "-12"),
            ("7", ";;;", ""),
            ("0", "0;-0;;@", ""),
            // Conditions.
            ("0.25", "[<1]0.00;0", "0.25"),
            ("25", "[<1]0.00;0", "25"),
            ("-25", "[<1]0.00;0.0", "-25.00"),
            ("1234567", "[>=1000000]0.0,,\"M\";[>=1000]0.0,\"K\";0", "1.2M"),
            ("1234", "[>=1000000]0.0,,\"M\";[>=1000]0.0,\"K\";0", "1.2K"),
            ("12", "[>=1000000]0.0,,\"M\";[>=1000]0.0,\"K\";0", "12"),
            ("-3", "[>=0]0;[Blue]-0", "-3"),
            ("-26", "[Red][<-25]-General;[Blue][>25]General;[Green]General", "-26"),
            ("-1", "[Red][<-25]General;[Blue][>25]General;[Green]General", "-1"),
            ("26", "[Red][<-25]General;[Blue][>25]General;[Green]General", "26"),
            ("100", "[=100]\"full\";0", "full"),
            // Powers of ten.
            ("12345", "0.00E+00", "1.23E+04"),
            ("0.00012345", "0.00E+00", "1.23E-04"),
            ("99999", "0.0E+0", "1.0E+5"),
            ("12345", "0.0E-0", "1.2E4"),
            ("12345678", "##0.0E+0", "12.3E+6"),
            ("999960", "##0.0E+0", "1.0E+6"),
            ("0", "0.00E+00", "0.00E+00"),
            // General.
            ("-7.5", "General", "-7.5"),
            ("1200", "General", "1200"),
            ("0.30000000000000004", "General", "0.3"),
            ("0.3333333333333333", "General", "0.333333333"),
            ("1234.56789012", "General", "1234.56789"),
            ("12345678901", "General", "12345678901"),
            ("12345678901.5", "General", "12345678902"),
            ("123456789012", "General", "1.23457E+11"),
            ("0.0001", "General", "0.0001"),
            ("0.00001234", "General", "0.00001234"),
            ("0.00001234567", "General", "1.23457E-05"),
            ("99999999999.9", "General", "1E+11"),
            ("0", "General", "0"),
            ("5", "General\" kg\"", "5 kg"),
            ("5", "@", "5"),
            // Dates: 5 March 2024 is day 45356.
            ("45356", "yyyy\\-mm\\-dd", "2024-03-05"),
            ("45356", "mm-dd-yy", "2024-03-05"),
            ("45356", "d/m/yyyy", "2024-03-05"),
            ("45356", "[$-409]dddd, mmmm d, yyyy;@", "2024-03-05"),
            ("45356", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024-03-05"),
            ("45356", "[$-407]mmm\\ yyyy", "2024-03"),
            ("45356", "mmm-yy", "2024-03"),
            ("45356", "yyyy", "2024"),
            ("45356", "d-mmm", "5 March"),
            ("45356", "dddd", "Tuesday"),
            ("45356", "mmmm", "March"),
            ("45356.604166666664", "yyyy-mm-dd hh:mm", "2024-03-05 14:30"),
            ("45356.604166666664", "m/d/yy h:mm AM/PM", "2024-03-05 02:30 PM"),
            ("45356.604166666664", "h:mm", "14:30"),
            ("45356.604166666664", "h:mm:ss AM/PM", "2:30:00 PM"),
            ("0.9999999", "hh:mm:ss", "00:00:00"),
            ("0.99999", "hh:mm", "23:59"),
            ("1.5", "[h]:mm:ss", "36:00:00"),
            ("0.0008", "mm:ss.0", "01:09.1"),
            ("59", "yyyy-mm-dd", "1900-02-28"),
            ("61", "yyyy-mm-dd", "1900-03-01"),
        ] {
            assert_eq!(shown(number, code, false).as_deref(), Ok(text), "{number} under {code}");
        }
        assert_eq!(shown("43894", "yyyy-mm-dd", true).as_deref(), Ok("2024-03-05"));
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for (number, code, words) in [
            ("0.5", "# ?/?", "a fraction"),
            ("12", "0\",000\"", "beside those of the number"),
            ("12", "0.0\"0\"", "beside those of the number"),
            ("1234", "#\".\"##0", "a literal point"),
            ("5", "(0)", "in brackets"),
            ("5", "[DBNum1]0", "DBNum1"),
            ("5", "[$-1070000]d/mm/yyyy", "1070000"),
            ("5", "0\"x", "quote"),
            ("5", "0 foo", "`f`"),
            ("5", "0;0;0;0;0", "four sections"),
            ("-5", "0;", "an empty section"),
            ("-5", "0;[<0]0", "second section only"),
            ("5", "[<1]0", "no section"),
            ("-5", "[<0]0;0", "without a sign"),
            ("5", "0@", "`@`"),
            ("5", "0.0.0", "two points"),
            ("5", "0,x", "`x`"),
            ("-1", "yyyy-mm-dd", "before the first day"),
            ("0", "yyyy-mm-dd", "no calendar"),
            ("60", "yyyy-mm-dd", "no calendar"),
            ("2958466", "yyyy-mm-dd", "beyond"),
            ("99999999", "yyyy-mm-dd", "beyond"),
            ("5", "yyyy 0", "digits within a date"),
            ("5", "e", "`e`"),
            ("NaN", "0", "no number"),
            ("inf", "0", "no number"),
        ] {
            let why = shown(number, code, false).expect_err(code);
            assert!(why.contains(words), "{number} under {code}: {why}");
        }
    }

    #[test]
    fn texts_are_shown_by_their_section() {
        for (code, text) in [
            ("General", " a"),
            ("0.0", " a"),
            ("@", "a"),
            ("0;-0;0;\"(\"@\")\"", "( a)"),
            ("0;-0;0;", ""),
            ("0.0;@\" kg\"", "a kg"),
        ] {
            assert_eq!(text_shown(" a", code).as_deref(), Ok(text).map(|t: &str| t), "{code}");
        }
    }

    proptest! {
        /// Against whole numbers: so many thousandths of the last place, of which half is up.
        #[test]
        fn decimals_round_half_away(
            units in 0_i64..1_000_000_000, rest in 0_i64..1000, places in 0_usize..7,
            percent: bool, negative: bool,
        ) {
            let decimals = places + 3 + if percent { 2 } else { 0 };
            let all = format!("{:0>1$}", units * 1000 + rest, decimals + 1);
            let (whole, part) = all.split_at(all.len() - decimals);
            let sign = if negative { "-" } else { "" };
            let number: f64 = format!("{sign}{whole}.{part}").parse().unwrap();
            let code = match places {
                0 => "0".to_owned(),
                places => format!("0.{}", "0".repeat(places)),
            };
            let code = if percent { format!("{code}%") } else { code };
            let up = units + i64::from(rest >= 500);
            let digits = format!("{:0>1$}", up, places + 1);
            let (whole, part) = digits.split_at(digits.len() - places);
            let point = if places == 0 { "" } else { "." };
            let sign = if up == 0 { "" } else { sign };
            let unit = if percent { "%" } else { "" };
            let expected = format!("{sign}{whole}{point}{part}{unit}");
            prop_assert_eq!(shown(&number.to_string(), &code, false), Ok(expected));
        }

        #[test]
        fn any_code_is_shown_or_refused(
            number in any::<f64>(),
            code in "([0#?.,%;@/ eEymdhs]|\\[[<>=]1\\]|\\[h\\]|\"[a0,]\"|[-+()é]|AM/PM|General|E\\+){0,12}",
        ) {
            if let Ok(text) = shown(&number.to_string(), &code, false) {
                prop_assert!(text.len() < 1000);
            }
            let _ = text_shown("a", &code);
        }
    }
}
