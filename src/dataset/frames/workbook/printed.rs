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
    let value = plain.significant(15).magnitude_of();
    let runs = runs(text);
    // Nothing is shown, or a word.
    if runs.is_empty() {
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
    // Powers of ten, fractions and numbers such as those of telephones are no figures, and are
    // left for the reader of figures to refuse. What else has a separator might be taken for one.
    let fraction = text.contains('/') && runs.len() > 1;
    let power = text.contains(['E', 'e']) && runs.len() > 1;
    let bare = runs.iter().all(|(start, end)| !text[*start..*end].contains(['.', ',']));
    (fraction || power || bare).then(|| text.to_owned())
}

fn is_separator(sign: char) -> bool {
    matches!(sign, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Where there are digits, with separators between them.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let (mut runs, mut current): (Vec<(usize, usize)>, Option<(usize, usize)>) = (Vec::new(), None);
    for (at, sign) in text.char_indices() {
        if sign.is_ascii_digit() {
            current = Some((current.map_or(at, |(start, _)| start), at + 1));
        } else if !is_separator(sign) {
            runs.extend(current.take());
        }
    }
    runs.extend(current);
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

/// A date as it is shown: in ISO form to the day, month or year where it shows just these, and
/// else as it stands. `value` is `YYYY-MM-DD`, perhaps with a time.
pub(super) fn date(text: &str, value: &str) -> String {
    let day = value.split('T').next().unwrap_or(value);
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, number] = parts[..] else { return text.to_owned() };
    let mut words =
        text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut numbers, mut names) = (Vec::new(), 0);
    if text.contains(':') {
        return text.to_owned();
    }
    for word in words.by_ref() {
        let figure = word.bytes().all(|sign| sign.is_ascii_digit());
        if figure {
            numbers.push(word.trim_start_matches('0'));
        } else if word.chars().all(char::is_alphabetic) && word.chars().count() >= 3 {
            names += 1;
        } else if !["de", "of", "di"].contains(&word) {
            return text.to_owned();
        }
    }
    let bare = |part: &str| part.trim_start_matches('0').to_owned();
    let (short, full) = (bare(year.get(2..).unwrap_or(year)), bare(year));
    let mut rest: Vec<String> = numbers.iter().map(|number| number.to_string()).collect();
    let mut take = |wanted: &[&str]| {
        let at = rest.iter().position(|number| wanted.contains(&number.as_str()));
        at.map(|at| rest.remove(at)).is_some()
    };
    let yeared = take(&[&full]) || (numbers.len() + usize::from(names > 0) >= 2 && take(&[&short]));
    let (month_bare, day_bare) = (bare(month), bare(number));
    let shown = match (yeared, numbers.len(), names) {
        (true, 3, _) if take(&[&day_bare]) && take(&[&month_bare]) => day.to_owned(),
        (true, 2, 1..) if take(&[&day_bare]) => day.to_owned(),
        (true, 2, 0) if take(&[&month_bare]) => format!("{year}-{month}"),
        (true, 1, 1) => format!("{year}-{month}"),
        (true, 1, 0) => year.to_owned(),
        _ => text.to_owned(),
    };
    shown
}
