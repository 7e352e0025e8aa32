//! Dates as printed: a day, a month, a part of either, a year, a decade; and ranges of such.

use super::calendar::{Calendar, THIRDS, Third, Within};
use super::error::FigureError;
use super::range::split_range;
use super::read::{Context, figure, span};
use super::tokens::{Kind, Token};
use super::unit::Unit;
use super::vocabulary::{BOUNDS, MONTHS, ORDINALS, find};
use super::{Figure, Hedge, Shape};

/// Reads a date, or a range of dates; `Ok(None)` if the tokens are none.
pub(super) fn read(context: Context, tokens: &[Token]) -> Result<Option<Figure>, FigureError> {
    let other = |unit: &&Unit| !unit.is_date() && !unit.is_unstated();
    if let Some(declared) = context.declared.filter(other) {
        // A month in words is a date whatever is declared; then the two contradict each other.
        let month =
            |t: &Token| t.kind == Kind::Word && t.word.len() > 3 && find(MONTHS, &t.word).is_some();
        if tokens.iter().any(month) && read_calendar(tokens, false)?.is_some() {
            let message = format!("the text says a date, the claim declares {}", declared.label());
            return Err(FigureError::new(message, span(tokens)).expected("one of the two"));
        }
        return Ok(None);
    }
    let declared = context.declared.is_some_and(Unit::is_date);
    let years = declared || tokens.iter().any(|t| YEAR_MARKS.contains(&t.word.as_str()));
    let (hedge, body) = match tokens {
        [first, rest @ ..] if !rest.is_empty() => match find(BOUNDS, &first.word) {
            Some(hedge) => (hedge, rest),
            None => (Hedge::None, tokens),
        },
        _ => (Hedge::None, tokens),
    };
    if let Some(calendar) = read_calendar(body, years)? {
        return Ok(Some(figure(context.text, Unit::date(), hedge, Shape::Date(calendar))));
    }
    match split_range(tokens) {
        Ok(Some((low, high))) => read_range(context, low, high, years),
        _ => Ok(None),
    }
}

/// Words that make a number of four digits a year.
const YEAR_MARKS: [&str; 3] = ["in", "year", "during"];

fn read_range(
    context: Context,
    low: &[Token],
    high: &[Token],
    years: bool,
) -> Result<Option<Figure>, FigureError> {
    let Some(to) = read_calendar(high, years)? else {
        return Ok(None);
    };
    // "July–August 2021", "1–5 August 2021": the first end takes what it lacks from the second.
    let mut from =
        read_calendar(low, years)?.map(|from| (from, context.text[span(low)].to_owned()));
    for lacking in 1..high.len() {
        if from.is_none() {
            let borrowed = read_calendar(&[low, &high[lacking..]].concat(), years)?;
            from = borrowed.map(|from| {
                let text = from.to_string();
                (from, text)
            });
        }
    }
    let Some((from, from_text)) = from else {
        return Ok(None);
    };
    if from.first() > to.first() {
        let message = "the range begins after its end";
        return Err(FigureError::new(message, span(low).start..span(high).end)
            .expected("the earlier date first"));
    }
    let end = |text: &str, calendar| figure(text, Unit::date(), Hedge::None, Shape::Date(calendar));
    let ends = (end(&from_text, from), end(&context.text[span(high)], to));
    Ok(Some(figure(context.text, Unit::date(), Hedge::None, Shape::Range(Box::new(ends)))))
}

/// The parts of a date found so far.
#[derive(Default)]
struct Found {
    day: Option<i64>,
    month: Option<i64>,
    quarter: Option<i64>,
    half: Option<i64>,
    ordinal: Option<i64>,
    year: Option<i64>,
    decade: bool,
    part: Option<Third>,
}

/// One date. A bare year is one only if `years`.
fn read_calendar(tokens: &[Token], years: bool) -> Result<Option<Calendar>, FigureError> {
    let impossible = || {
        FigureError::new("there is no such day", span(tokens)).expected("a date of the calendar")
    };
    if tokens.is_empty() {
        return Ok(None);
    }
    if let Some((year, within)) = in_figures(tokens)? {
        let calendar = Calendar { year, within, part: None, iso: true };
        return calendar.checked().map(Some).ok_or_else(impossible);
    }
    let mut found = Found::default();
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| &tokens[i]);
        if !take(token, tokens.get(i + 1), before, &mut found) {
            return Ok(None);
        }
    }
    let Some(year) = found.year else {
        return Ok(None);
    };
    let within = match found {
        Found { ordinal: Some(_), .. } => return Ok(None),
        Found { decade: true, quarter: None, half: None, month: None, day: None, .. } => {
            Within::Decade
        }
        Found { decade: true, .. } => return Ok(None),
        Found { quarter: Some(quarter), half: None, month: None, day: None, .. } => {
            Within::Quarter(quarter)
        }
        Found { half: Some(half), quarter: None, month: None, day: None, .. } => Within::Half(half),
        Found { half: None, quarter: None, month: Some(month), day: None, .. } => {
            Within::Month(month)
        }
        Found { half: None, quarter: None, month: Some(month), day: Some(day), .. } => {
            Within::Day(month, day)
        }
        Found { half: None, quarter: None, month: None, day: None, part, .. }
            if years || part.is_some() =>
        {
            Within::Year
        }
        _ => return Ok(None),
    };
    let calendar = Calendar { year, within, part: found.part, iso: false };
    calendar.checked().map(Some).ok_or_else(impossible)
}

/// Files one token of a date; false if it belongs to none.
fn take(token: &Token, next: Option<&Token>, before: Option<&Token>, found: &mut Found) -> bool {
    fn set<T>(slot: &mut Option<T>, value: T) -> bool {
        slot.replace(value).is_none()
    }
    let word = token.word.as_str();
    let after_number = before.is_some_and(|t| t.is_number() && t.at.end == token.at.start);
    let after = |word: &str| before.is_some_and(|t| t.is_word(word));
    match token.kind {
        Kind::Number => {
            let Ok(number) = word.parse::<i64>() else {
                return false;
            };
            match word.len() {
                4 => set(&mut found.year, number),
                1 if after("q") => set(&mut found.quarter, number),
                1 if after("h") => set(&mut found.half, number),
                1 | 2 => set(&mut found.day, number),
                _ => false,
            }
        }
        Kind::Word if after_number && word == "s" => {
            found.decade = found.year.is_some_and(|year| year % 10 == 0);
            found.decade
        }
        Kind::Word if after_number && matches!(word, "st" | "nd" | "rd" | "th") => true,
        Kind::Word => take_word(word, next, found),
        Kind::Sign(',') => found.day.is_some() || found.month.is_some(),
        Kind::Sign('-') => after("mid"),
        Kind::Sign('\'' | '’') => next.is_some_and(|t| t.is_word("s")),
        Kind::Sign(_) => false,
    }
}

fn take_word(word: &str, next: Option<&Token>, found: &mut Found) -> bool {
    if let Some(month) = find(MONTHS, word) {
        return found.month.replace(month).is_none();
    }
    if let Some(third) = find(THIRDS, word) {
        return found.part.replace(third).is_none();
    }
    if let Some(ordinal) = find(ORDINALS, word) {
        return found.ordinal.replace(ordinal).is_none();
    }
    match word {
        "quarter" => found.ordinal.take().is_some_and(|n| found.quarter.replace(n).is_none()),
        "half" => found.ordinal.take().is_some_and(|n| found.half.replace(n).is_none()),
        "q" | "h" => next.is_some_and(Token::is_number),
        _ => matches!(word, "on" | "of" | "the") || YEAR_MARKS.contains(&word),
    }
}

/// A date in figures: 2021-07-19, 2021-07, 19.07.2021, or 19/07/2021 where that can mean one day
/// only.
fn in_figures(tokens: &[Token]) -> Result<Option<(i64, Within)>, FigureError> {
    let joined = tokens.windows(2).all(|pair| pair[0].at.end == pair[1].at.start);
    let text: String = tokens.iter().map(|t| t.text).collect();
    let Some(separator) = text.chars().find(|c| !c.is_ascii_digit()).filter(|_| joined) else {
        return Ok(None);
    };
    let parts: Vec<&str> = text.split(separator).collect();
    let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let Some(numbers) = parts.iter().map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>()
    else {
        return Ok(None);
    };
    Ok(match (separator, &widths[..], &numbers[..]) {
        ('-' | '/', [4, 2, 2], [year, month, day]) => Some((*year, Within::Day(*month, *day))),
        ('-', [4, 2], [year, month]) if (1..=12).contains(month) => {
            Some((*year, Within::Month(*month)))
        }
        ('.', [1 | 2, 1 | 2, 4], [day, month, year]) => Some((*year, Within::Day(*month, *day))),
        ('/', [1 | 2, 1 | 2, 4], [a, b, year]) if *b > 12 || a == b => {
            Some((*year, Within::Day(*a, *b)))
        }
        ('/', [1 | 2, 1 | 2, 4], [a, b, year]) if *a > 12 => Some((*year, Within::Day(*b, *a))),
        ('/', [1 | 2, 1 | 2, 4], _) => {
            let message = format!("“{text}” may be either of two days");
            return Err(
                FigureError::new(message, span(tokens)).expected("a date such as 2021-07-19")
            );
        }
        _ => None,
    })
}
