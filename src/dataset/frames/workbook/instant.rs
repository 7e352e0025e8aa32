//! Dates and times of workbooks as their number formats show them.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::code::{Piece, Section};
use super::digits::Digits;

/// The day after the last that Excel has, 31 December 9999.
const END: i64 = 2_958_466;
/// How far the calendar of old workbooks for the Macintosh begins after the other.
const LATER: i64 = 1_462;
/// The day that Excel counts and no calendar has, 29 February 1900.
const NO_DAY: i64 = 60;

/// Words between the parts of a date that say nothing about it.
const SILENT: [&str; 8] = ["de", "del", "den", "der", "of", "the", "t", "z"];

/// Days since the beginning of the calendar as the parts of a date and a time. A date alone is
/// in ISO form, to the day, month or year that is shown.
pub(super) fn shown(value: &Digits, section: &Section, from_1904: bool) -> Result<String, String> {
    let clock = Clock::of(section)?;
    let (days, thousandths) = value.days(clock.step()).ok_or("a date beyond the calendar")?;
    if clock.elapsed {
        return write(section, None, days, thousandths);
    }
    let days = days + if from_1904 { LATER } else { 0 };
    if days >= END {
        return Err("a date beyond the calendar".to_owned());
    }
    let dated = clock.year || clock.month || clock.day;
    if dated && (days == 0 || days == NO_DAY) {
        return Err("a day that no calendar has".to_owned());
    }
    let start = if days < NO_DAY { date(1899, 12, 31) } else { date(1899, 12, 30) };
    let day = start.checked_add(days.days()).map_err(|_| "a date beyond the calendar")?;
    let (year, month) = (day.year(), day.month());
    let whole = clock.year && clock.month && clock.day;
    Ok(match (clock.year, clock.month, clock.day, clock.time) {
        _ if clock.words => return write(section, Some(day), days, thousandths),
        (true, true, true, false) => day.to_string(),
        (true, true, false, false) => format!("{year:04}-{month:02}"),
        (true, false, false, false) => format!("{year:04}"),
        (false, true, true, false) => format!("{} {}", day.day(), day.strftime("%B")),
        _ if whole => {
            let time = Section { pieces: clock.times(section), ..Section::default() };
            format!("{day} {}", write(&time, Some(day), days, thousandths)?)
        }
        _ => return write(section, Some(day), days, thousandths),
    })
}

/// What a section shows of a date and a time.
struct Clock {
    year: bool,
    month: bool,
    day: bool,
    time: bool,
    seconds: bool,
    elapsed: bool,
    noon: bool,
    /// Words of its own, such as those of a quarter.
    words: bool,
    /// Decimals of a second.
    fine: usize,
    /// For each piece, whether it is an `m` of minutes.
    minutes: Vec<bool>,
}

impl Clock {
    fn of(section: &Section) -> Result<Self, String> {
        let pieces = &section.pieces;
        let time = |piece: &Piece| matches!(piece, Piece::Date('h' | 's', _) | Piece::Elapsed(..));
        let mut minutes = vec![false; pieces.len()];
        let counts = |piece: &&Piece| matches!(piece, Piece::Date(..) | Piece::Elapsed(..));
        for (at, piece) in pieces.iter().enumerate() {
            if let Piece::Date('m', 1 | 2) = piece {
                let before = pieces[..at].iter().rev().find(counts);
                let after = pieces[at + 1..].iter().find(counts);
                let hours = before
                    .is_some_and(|p| matches!(p, Piece::Date('h', _) | Piece::Elapsed('h', _)));
                let seconds = after.is_some_and(|p| matches!(p, Piece::Date('s', _)));
                minutes[at] = hours || seconds;
            }
        }
        let any = |letter: char| {
            let is = |(piece, minute): (&Piece, &bool)| {
                matches!(piece, Piece::Date(own, _) if *own == letter) && !minute
            };
            pieces.iter().zip(&minutes).any(is)
        };
        let mut fine = 0;
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Digit('0') if fine > 0 || pieces[..at].last() == Some(&Piece::Point) => {
                    fine += 1
                }
                Piece::Digit(_)
                | Piece::Percent
                | Piece::Exponent(_)
                | Piece::General
                | Piece::Text => {
                    return Err("digits within a date".to_owned());
                }
                _ => {}
            }
        }
        if fine > 3 {
            return Err("more than thousandths of a second".to_owned());
        }
        let word = |text: &str| {
            let mut words = text.split(|sign: char| !sign.is_alphanumeric());
            words.any(|word| {
                !word.is_empty()
                    && word.is_ascii()
                    && !SILENT.contains(&word.to_lowercase().as_str())
            })
        };
        let elapsed = section.has(|piece| matches!(piece, Piece::Elapsed(..)));
        let dated = any('y') || any('m') || any('d');
        if elapsed && dated {
            return Err("a span of time within a date".to_owned());
        }
        Ok(Self {
            year: any('y'),
            month: any('m'),
            day: pieces.iter().any(|piece| matches!(piece, Piece::Date('d', 1 | 2))),
            time: section.has(time) || minutes.contains(&true),
            seconds: section
                .has(|piece| matches!(piece, Piece::Date('s', _) | Piece::Elapsed('s', _))),
            elapsed,
            noon: section.has(|piece| matches!(piece, Piece::Noon(_))),
            words: section.has(|piece| matches!(piece, Piece::Literal(text) if word(text))),
            fine,
            minutes,
        })
    }

    /// To how many thousandths of a second a time is rounded: seconds are, minutes and hours are
    /// cut off.
    fn step(&self) -> u64 {
        if self.seconds { 10_u64.pow(3 - self.fine as u32) } else { 1 }
    }

    /// The pieces of the time of day.
    fn times(&self, section: &Section) -> Vec<Piece> {
        let mut pieces = vec![Piece::Date('h', 2)];
        let minutes = self.minutes.contains(&true);
        if minutes || self.seconds {
            pieces.extend([Piece::Literal(":".to_owned()), Piece::Date('m', 2)]);
        }
        if self.seconds {
            pieces.extend([Piece::Literal(":".to_owned()), Piece::Date('s', 2)]);
        }
        if self.fine > 0 {
            pieces.push(Piece::Point);
            pieces.extend(std::iter::repeat_n(Piece::Digit('0'), self.fine));
        }
        let noon = section.pieces.iter().filter(|piece| matches!(piece, Piece::Noon(_)));
        pieces.extend(noon.take(1).flat_map(|noon| [Piece::Literal(" ".to_owned()), noon.clone()]));
        pieces
    }
}

/// The pieces as they stand.
fn write(
    section: &Section,
    day: Option<Date>,
    days: i64,
    thousandths: u64,
) -> Result<String, String> {
    let clock = Clock::of(section)?;
    let seconds = thousandths / 1000;
    let all = days.unsigned_abs() * 86_400 + seconds;
    let hour = seconds / 3600;
    let clock_hour = if clock.noon { (hour + 11) % 12 + 1 } else { hour };
    let mut fine = format!("{:03}", thousandths % 1000).chars().collect::<Vec<_>>().into_iter();
    let named = |day: Date, form: &str| day.strftime(form).to_string();
    let mut text = String::new();
    for (piece, minute) in section.pieces.iter().zip(&clock.minutes) {
        let shown = match (piece, day) {
            (Piece::Literal(literal), _) => literal.clone(),
            (Piece::Noon(sign), _) => {
                let sides: Vec<&str> = sign.split('/').collect();
                sides.get(usize::from(hour >= 12)).unwrap_or(&"").to_string()
            }
            (Piece::Elapsed('h', width), _) => format!("{:0width$}", all / 3600),
            (Piece::Elapsed('m', width), _) => format!("{:0width$}", all / 60),
            (Piece::Elapsed(_, width), _) => format!("{all:0width$}"),
            (Piece::Date('h', width), _) => format!("{clock_hour:0width$}"),
            (Piece::Date('m', width), _) if *minute => format!("{:0width$}", seconds / 60 % 60),
            (Piece::Date('s', width), _) => format!("{:0width$}", seconds % 60),
            (Piece::Date('y', width), Some(day)) if *width <= 2 => {
                format!("{:02}", day.year() % 100)
            }
            (Piece::Date('y', _), Some(day)) => format!("{:04}", day.year()),
            (Piece::Date('m', width), Some(day)) => match width {
                1 | 2 => format!("{:0width$}", day.month()),
                3 => named(day, "%b"),
                4 => named(day, "%B"),
                _ => named(day, "%B").chars().take(1).collect(),
            },
            (Piece::Date('d', width), Some(day)) => match width {
                1 | 2 => format!("{:0width$}", day.day()),
                3 => named(day, "%a"),
                _ => named(day, "%A"),
            },
            (Piece::Digit(_), _) => fine.next().unwrap_or('0').to_string(),
            (Piece::Point, _) => ".".to_owned(),
            (Piece::Comma, _) => ",".to_owned(),
            (Piece::Slash, _) => "/".to_owned(),
            _ => return Err("a part that a span of time does not have".to_owned()),
        };
        text.push_str(&shown);
    }
    Ok(text.trim().to_owned())
}
