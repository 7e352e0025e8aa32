//! Texts that LibreOffice shows, beside the values that they stand for.

use super::digits::Digits;

/// A number as it is shown, without separators of thousands. `None` if no reading of its digits
/// gives the value of the cell.
///
/// The value tells whether `1.234` is a whole number, which depends on the language of the
/// document. A decimal comma stays, since the author declares what is seen; where it could be
/// taken for one of thousands, the whole part has a separator of its own.
pub(super) fn number(text: &str, value: &str) -> Option<String> {
    let plain = match value.trim().split_once(['e', 'E']) {
        None => Digits::read(value.trim())?,
        Some((mantissa, power)) => Digits::read(mantissa)?.shifted(
            power.trim_start_matches('+').parse().ok().filter(|power: &i64| power.abs() < 400)?,
        ),
    };
    // Brackets mean negative numbers.
    if text.starts_with('(') && text.ends_with(')') && !plain.negative && !plain.is_zero() {
        return None;
    }
    let value = plain.significant(15).magnitude_of();
    let runs = runs(text);
    // Nothing is shown, or a word.
    if runs.is_empty() {
        return Some(text.to_owned());
    }
    // Powers of ten and fractions are no figures, and are left for the reader of figures to refuse.
    let joint = |pair: &[(usize, usize)]| {
        let between = &text[pair[0].1..pair[1].0];
        matches!(between, "E" | "e" | "E+" | "e+" | "E-" | "e-" | "/")
    };
    if runs.windows(2).any(joint) {
        return Some(text.to_owned());
    }
    let scales: &[i64] = match () {
        () if text.contains('%') => &[2, 0],
        () if text.contains('‰') => &[3, 0],
        () => &[0, -3, -6, -9, -12],
    };
    for scale in scales {
        for (start, end) in &runs {
            let run = &text[*start..*end];
            if let Some(run) = read(run, &value.clone().shifted(*scale)) {
                return Some(format!("{}{run}{}", &text[..*start], &text[*end..]));
            }
        }
    }
    // So are numbers of another kind, such as those of telephones. What else has a separator might
    // be taken for a figure.
    let bare = runs.iter().all(|(start, end)| !text[*start..*end].contains(['.', ',']));
    bare.then(|| text.to_owned())
}

fn is_separator(sign: char) -> bool {
    matches!(sign, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Where there are digits, with separators between them.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut within = false;
    for (at, sign) in text.char_indices() {
        if sign.is_ascii_digit() {
            match runs.last_mut() {
                Some((_, end)) if within => *end = at + 1,
                _ => runs.push((at, at + 1)),
            }
            within = true;
        } else if !is_separator(sign) {
            within = false;
        }
    }
    runs
}

/// A run of digits and separators as it is written out, if it can stand for a value.
fn read(run: &str, value: &Digits) -> Option<String> {
    let last = run.char_indices().rev().find(|(_, sign)| is_separator(*sign));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if let Some((at, sign)) = last.filter(|(_, sign)| matches!(sign, '.' | ',')) {
        let (whole, part) = (&run[..at], &run[at + 1..]);
        let written = format!("{}.{part}", digits(whole));
        if fits(&Digits::read(&written)?, value, part.len() as i64) && !whole.contains(sign) {
            let group = whole.chars().find(|sign| !sign.is_ascii_digit());
            let bare = digits(whole);
            let nothing = bare.bytes().all(|digit| digit == b'0');
            let whole = if sign == ',' && part.len() >= 3 && !nothing {
                grouped(&bare, group.unwrap_or('.'))
            } else {
                bare
            };
            return Some(format!("{whole}{sign}{part}"));
        }
    }
    let whole = digits(run);
    fits(&Digits::read(&whole)?, value, 0).then_some(whole)
}

/// Whether a number is a value with so many decimals. At a tie programs differ in the direction.
fn fits(number: &Digits, value: &Digits, places: i64) -> bool {
    *number == value.clone().rounded(places) || *number == value.clone().cut(places)
}

/// Whole digits in groups of three, two groups at least.
fn grouped(whole: &str, separator: char) -> String {
    let padded = format!("{whole:0>4}");
    let mut out = String::new();
    for (at, digit) in padded.chars().enumerate() {
        if at > 0 && (padded.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// How the names of months begin in English, German, French, Spanish, Italian, Portuguese and
/// Dutch.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz", "maa", "mrt"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mag", "mei"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];

/// A date as it is shown: in ISO form to the day, month or year where it shows just these, and
/// else as it stands. `value` is `YYYY-MM-DD`, perhaps with a time.
pub(super) fn date(text: &str, value: &str) -> String {
    iso(text, value).unwrap_or_else(|| text.to_owned())
}

fn iso(text: &str, value: &str) -> Option<String> {
    let whole = value.split('T').next()?;
    let [year, month, day] = whole.split('-').collect::<Vec<_>>()[..] else { return None };
    let bare = |part: &str| part.trim_start_matches('0').to_owned();
    let stems = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let (mut numbers, mut named, mut strange) = (Vec::new(), false, text.contains(':'));
    let words = text.split(|sign: char| !sign.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        if word.bytes().all(|sign| sign.is_ascii_digit()) {
            numbers.push(bare(word));
        } else if stems.iter().any(|stem| lower.starts_with(stem)) {
            named = true;
        } else if !["de", "of", "di"].contains(&word) {
            // The name of a day, or of something else, such as a quarter.
            strange = true;
        }
    }
    let mut rest = numbers.clone();
    let mut take = |wanted: &str| {
        let at = rest.iter().position(|number| number == wanted);
        at.map(|at| rest.remove(at)).is_some()
    };
    let several = numbers.len() >= 2 || named;
    let short = bare(year.get(2..)?);
    (take(&bare(year)) || (several && take(&short))).then_some(())?;
    match (numbers.len(), named) {
        (3, _) if take(&bare(day)) && take(&bare(month)) => Some(whole.to_owned()),
        (2, true) if take(&bare(day)) => Some(whole.to_owned()),
        (2, false) if !strange && take(&bare(month)) => Some(format!("{year}-{month}")),
        (1, true) if !strange => Some(format!("{year}-{month}")),
        (1, false) if !strange => Some(year.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{date, number};

    #[test]
    fn the_value_tells_what_separators_mean() {
        for (text, value, plain) in [
            ("41.0", "41", "41.0"),
            ("1.234", "1234", "1234"),
            ("1.234", "1.234", "1.234"),
            ("1,234", "1234", "1234"),
            ("1,234", "1.234", "0.001,234"),
            ("0,413", "0.413", "0,413"),
            ("12.345,678", "12345.678", "12.345,678"),
            ("12,345.678", "12345.678", "12345.678"),
            ("1 234,5", "1234.5", "1234,5"),
            ("1'234.5", "1234.5", "1234.5"),
            ("1,23,456", "123456", "123456"),
            ("-1.234", "-1234", "-1234"),
            ("(1,234)", "-1234", "(1234)"),
            ("41.3 %", "0.413", "41.3 %"),
            ("41,3%", "0.41300000000000003", "41,3%"),
            ("29%", "0.285", "29%"),
            ("1.234 €", "1234", "1234 €"),
            ("EUR 12.60", "12.6", "EUR 12.60"),
            ("1.235", "1234567", "1235"),
            ("12 m2", "12", "12 m2"),
            ("-", "0", "-"),
            ("", "5", ""),
            ("1.23E+05", "123000", "1.23E+05"),
            ("1/2", "0.5", "1/2"),
            ("555-1234", "5551234", "555-1234"),
            ("0.00", "1E-9", "0.00"),
            ("1.5", "15E-1", "1.5"),
        ] {
            assert_eq!(number(text, value).as_deref(), Some(plain), "{text} for {value}");
        }
        for (text, value) in
            [("1.234", "5"), ("(5)", "5"), ("2.5", "3.5"), ("1.234", "x"), ("1,2,3", "6")]
        {
            assert_eq!(number(text, value), None, "{text} for {value}");
        }
    }

    #[test]
    fn dates_are_told_to_what_is_shown() {
        for (text, shown) in [
            ("2024-03-05", "2024-03-05"),
            ("05.03.2024", "2024-03-05"),
            ("03/05/24", "2024-03-05"),
            ("5. März 2024", "2024-03-05"),
            ("Tuesday, March 5, 2024", "2024-03-05"),
            ("5 de marzo de 2024", "2024-03-05"),
            ("Mar 2024", "2024-03"),
            ("Mrz 24", "2024-03"),
            ("03/2024", "2024-03"),
            ("2024", "2024"),
            ("1. Quartal 2024", "1. Quartal 2024"),
            ("Q1 2024", "Q1 2024"),
            ("Year 2024", "Year 2024"),
            ("5 March", "5 March"),
            ("05.03.2024 14:30", "05.03.2024 14:30"),
            ("06.03.2024", "06.03.2024"),
        ] {
            assert_eq!(date(text, "2024-03-05T00:00:00"), shown, "{text}");
        }
    }
}
