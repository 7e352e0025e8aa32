//! The fast exact path over rows: plain printed numbers as scaled integers.
//!
//! It only ever says that a row certainly holds and is not improbable. Every other row is judged
//! by the check itself, in rationals.

use std::sync::OnceLock;

use super::chance;
use super::instances::{Layout, What};
use crate::checks::Quick;
use crate::dataset::Rows;
use crate::figure::{Convention, Style};
use crate::finding::Rounded;
use crate::interval::Interval;
use crate::ledger::Column;
use crate::number::Number;

/// The most rounded figures in a sum that is decided here.
const MAX_FIGURES: usize = 64;
/// The most digits of a number that is decided here.
const MAX_DIGITS: usize = 15;

/// What a row is known to be without being judged in full.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// It holds.
    Holds,
    /// It holds, and so much that rounding alone does this often enough.
    Sums,
}

/// A relation between columns of plain numbers.
pub(super) struct QuickRows {
    quick: Quick<usize>,
    columns: Vec<QuickColumn>,
}

struct QuickColumn {
    /// Its place among the columns that are read.
    at: usize,
    /// Whether it is of things.
    things: bool,
    /// Whether whole numbers are counts, and so exact.
    counts: bool,
    /// Whether a point before three digits might group them.
    ambiguous: bool,
}

/// A printed number: an integer times a power of ten, and twice half a unit if it was rounded.
#[derive(Clone, Copy)]
struct Scaled {
    mantissa: i64,
    decimals: u32,
    exact: bool,
}

impl QuickRows {
    /// The fast path for an assertion over these columns; `None` if it has none.
    pub fn new(quick: Quick<String>, layout: &Layout, level: &Number) -> Option<Self> {
        let usual = *level <= Number::ratio(1, 1000);
        (layout.is_row_by_row() && usual).then_some(())?;
        let mut columns = Vec::new();
        let mut known: Vec<(String, &Column)> = Vec::new();
        let alike = !matches!(quick, Quick::Grain { .. });
        let mut quick = quick.try_map(|name| {
            let operand = layout.operands.iter().find(|operand| operand.name == name)?;
            let What::Column(at) = operand.what else { return None };
            let column = layout.data.column(&name);
            plain_column(column).then_some(())?;
            let label = |column: &Column| {
                let unit = column.unit.as_ref().map(|unit| unit.label().to_owned());
                (unit, column.scale)
            };
            let same = known.iter().all(|(_, other)| label(other) == label(column));
            (same || !alike).then_some(())?;
            if let Some(place) = known.iter().position(|(other, _)| *other == name) {
                return Some(place);
            }
            known.push((name, column));
            let thing = column.unit.as_ref().is_some_and(|unit| unit.is_thing());
            columns.push(QuickColumn {
                at,
                things: thing,
                counts: thing && column.scale.is_none(),
                ambiguous: column.style == Style::Inferred,
            });
            Some(columns.len() - 1)
        })?;
        if let Quick::Grain { value, percent, .. } = &mut quick {
            let column = known[*value].1;
            let unit = column.unit.as_ref();
            *percent = unit.is_some_and(|unit| unit.is_percent());
            let usual = *percent || unit.is_none_or(|unit| unit.is_unstated());
            (usual && column.scale.is_none()).then_some(())?;
        }
        Some(Self { quick, columns })
    }

    /// What is known of one row.
    pub fn row(&self, rows: &Rows, row: usize) -> Known {
        let cell = |column: usize| {
            let column = &self.columns[column];
            let number = plain(rows.columns[column.at].get(row)?)?;
            // Things are whole, which a figure with many decimals takes note of.
            let whole = if column.counts { 0 } else { 2 };
            let none = column.things && (number.mantissa == 0 || number.decimals > whole);
            let unclear = none || (column.ambiguous && number.decimals == 3);
            (!unclear).then_some(Scaled { exact: column.counts && number.decimals == 0, ..number })
        };
        self.decide(cell).unwrap_or(Known::Nothing)
    }

    fn decide(&self, cell: impl Fn(usize) -> Option<Scaled>) -> Option<Known> {
        match &self.quick {
            Quick::Sum { plus, minus } => {
                let (mut sum, mut rounded) = (0i64, 0);
                let decimals = cell(*plus.first()?)?.decimals;
                for (columns, sign) in [(plus, 1), (minus, -1)] {
                    for column in columns {
                        let number = cell(*column)?;
                        // Unlike widths are left to the full judgement.
                        (number.decimals == decimals).then_some(())?;
                        sum = sum.checked_add(number.mantissa * sign)?;
                        rounded += usize::from(!number.exact);
                    }
                }
                if rounded == 0 {
                    return (sum == 0).then_some(Known::Holds);
                }
                let often = *often_enough().get(rounded)?;
                (sum.abs() <= often).then_some(Known::Sums)
            }
            Quick::Order { columns, strict } => {
                let numbers: Vec<Scaled> =
                    columns.iter().map(|column| cell(*column)).collect::<Option<_>>()?;
                let ends = |number: &Scaled| {
                    let unit = 10i128.pow(MAX_DIGITS as u32 - number.decimals);
                    let (middle, half) = (i128::from(number.mantissa) * 2 * unit, unit);
                    let half = if number.exact { 0 } else { half };
                    (middle - half, middle + half)
                };
                for (at, low) in numbers.iter().enumerate() {
                    for high in &numbers[at + 1..] {
                        let room = ends(high).1 - ends(low).0;
                        (room > 0 || (room == 0 && !strict)).then_some(())?;
                    }
                }
                Some(Known::Holds)
            }
            Quick::Grain { value, n, items, percent } => {
                let (value, n) = (cell(*value)?, cell(*n)?);
                (n.decimals == 0 && n.mantissa > 0 && value.mantissa >= 0).then_some(())?;
                let grains = i128::from(n.mantissa) * i128::from(*items);
                let percent = if *percent { 2 } else { 0 };
                let scale = 2 * 10i128.pow(value.decimals + percent);
                let twice = i128::from(value.mantissa) * 2;
                let half = if value.exact { 0 } else { 1 };
                let most = ((twice + half) * grains).div_euclid(scale);
                let least = -((-(twice - half) * grains).div_euclid(scale));
                (least <= most).then_some(Known::Holds)
            }
        }
    }
}

/// Whether the cells of a column that are plain numbers are read as the fast path reads them.
fn plain_column(column: &Column) -> bool {
    let unit = column.unit.as_ref();
    let usual = unit.is_none_or(|unit| {
        unit.is_unstated() || unit.is_thing() || unit.is_percent() || unit.is_currency()
    });
    let digits = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    usual
        && column.of.is_none()
        && column.terms.round.is_empty()
        && column.terms.convention == Convention::Unknown
        && column.terms.reading.is_none()
        && column.decimals.is_none()
        && matches!(column.style, Style::Inferred | Style::English)
        && !column.symbols.keys().chain(&column.flags).any(digits)
}

/// A plain number: digits, with a minus sign before and one decimal point among them at most.
fn plain(text: &str) -> Option<Scaled> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let bytes = digits.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_DIGITS {
        return None;
    }
    let (mut mantissa, mut decimals, mut point) = (0i64, 0, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                decimals += u32::from(point);
            }
            b'.' if !point && at > 0 && at + 1 < bytes.len() => point = true,
            _ => return None,
        }
    }
    let mantissa = if negative { -mantissa } else { mantissa };
    Some(Scaled { mantissa, decimals, exact: false })
}

/// By the number of rounded figures in a sum, the largest difference in last digits that rounding
/// alone brings about at least once in a thousand times.
fn often_enough() -> &'static [i64] {
    static TABLE: OnceLock<Vec<i64>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let level = Number::ratio(1, 1000);
        let half = Number::ratio(1, 2);
        let often = |figures: usize, difference: i64| {
            let errors: Vec<Rounded> = (0..figures)
                .map(|at| {
                    let printed = Number::from(if at == 0 { difference } else { 0 });
                    let set = Interval::closed(&printed - &half, &printed + &half);
                    Rounded { weight: 1, set, printed }
                })
                .collect();
            chance::probability(&errors).is_some_and(|probability| probability >= level)
        };
        let mut table = vec![0];
        for figures in 1..=MAX_FIGURES {
            let mut most = *table.last().unwrap_or(&0);
            while often(figures, most + 1) {
                most += 1;
            }
            table.push(most);
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::Content;

    proptest! {
        #[test]
        fn a_plain_number_is_what_its_cell_is(
            digits in "-?[0-9]{1,6}(\\.[0-9]{1,4})?", thing: bool, thousands: bool,
        ) {
            let unit = thing.then(|| crate::figure::Unit::parse("persons").unwrap());
            let scale = thousands.then_some("thousand");
            let column = Column { unit, scale, ..Column::default() };
            prop_assert!(plain_column(&column));
            let number = plain(&digits).unwrap();
            prop_assume!(number.decimals != 3 && !(thing && number.mantissa == 0));
            prop_assume!(!thing || number.decimals <= if thousands { 2 } else { 0 });
            let Content::Figure(stated) = column.read(Some(&digits)) else {
                return Err(TestCaseError::fail("no figure"));
            };
            let unit = Number::pow10(-(number.decimals as i32));
            let middle = Number::from(number.mantissa) * unit.clone();
            let exact = thing && number.decimals == 0 && !thousands;
            let half = if exact { Number::zero() } else { Number::ratio(1, 2) * unit };
            let set = Interval::closed(&middle - &half, &middle + &half);
            let set = if thousands { set.scale(&Number::from(1000)) } else { set };
            prop_assert_eq!(&stated.rungs[0].set, &set);
        }

        #[test]
        fn what_is_known_to_sum_does(cells in prop::collection::vec(0i64..2000, 2..9), off in -6i64..7) {
            let total = cells.iter().sum::<i64>() + off;
            let quick = Quick::Sum { plus: (0..cells.len()).collect(), minus: vec![cells.len()] };
            let rows = QuickRows { quick, columns: Vec::new() };
            let number = |mantissa| Scaled { mantissa, decimals: 1, exact: false };
            let known = rows.decide(|at| Some(number(*cells.get(at).unwrap_or(&total))));
            let half = Number::ratio(1, 2);
            let error = |weight, printed: i64| {
                let printed = Number::from(printed);
                let set = Interval::closed(&printed - &half, &printed + &half);
                Rounded { weight, set, printed }
            };
            let errors: Vec<Rounded> =
                cells.iter().map(|cell| error(1, *cell)).chain([error(-1, total)]).collect();
            let chance = chance::probability(&errors);
            let likely = chance.is_some_and(|chance| chance >= Number::ratio(1, 1000));
            prop_assert_eq!(known == Some(Known::Sums), likely);
        }

        #[test]
        fn a_grain_is_found_by_trying_all(m in 0i64..700, n in 1i64..60, percent: bool) {
            let quick = Quick::Grain { value: 0, n: 1, items: 1, percent };
            let rows = QuickRows { quick, columns: Vec::new() };
            let cell = |at| {
                let number = Scaled { mantissa: m, decimals: 2, exact: false };
                Some(if at == 0 { number } else { Scaled { mantissa: n, decimals: 0, exact: true } })
            };
            let scale = if percent { 10_000 } else { 100 };
            let fits = |k: i64| (2 * k * scale - 2 * m * n).abs() <= n;
            let found = (0..=8 * n).any(fits);
            prop_assert_eq!(rows.decide(cell) == Some(Known::Holds), found);
        }
    }
}
