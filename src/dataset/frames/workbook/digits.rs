//! Decimal digits, rounded and shifted without arithmetic in binary.

/// A number as the digits after a point: `0.DIGITS` times ten to the power `point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub negative: bool,
    /// From 0 to 9 each, the first not 0; none for zero.
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// From plain decimal notation, as `f64` displays itself; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digit = |sign: u8| sign.is_ascii_digit().then(|| sign - b'0');
        let digits = whole.bytes().chain(part.bytes()).map(digit).collect::<Option<Vec<u8>>>()?;
        let point = i64::try_from(whole.len()).ok()?;
        (!digits.is_empty()).then(|| Self { negative, digits, point }.trimmed())
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= zeros as i64;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten of the first digit; 0 for zero.
    pub fn magnitude(&self) -> i64 {
        if self.is_zero() { 0 } else { self.point - 1 }
    }

    /// Times ten to a power.
    pub fn shifted(mut self, power: i64) -> Self {
        if !self.is_zero() {
            self.point += power;
        }
        self
    }

    /// Without its sign.
    pub fn magnitude_of(mut self) -> Self {
        self.negative = false;
        self
    }

    /// The first digits, so many of them; half of the last rounds away from zero.
    pub fn significant(mut self, count: i64) -> Self {
        let up = usize::try_from(count).is_ok_and(|at| self.digits.get(at) >= Some(&5));
        self.digits.truncate(usize::try_from(count).unwrap_or(0));
        if up {
            let nines = self.digits.iter().rev().take_while(|digit| **digit == 9).count();
            self.digits.truncate(self.digits.len() - nines);
            match self.digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    self.digits.push(1);
                    self.point += 1;
                }
            }
        }
        self.trimmed()
    }

    /// Rounded to decimals, half away from zero.
    pub fn rounded(self, places: i64) -> Self {
        let count = self.point + places;
        self.significant(count)
    }

    /// Cut off after so many decimals.
    pub fn cut(mut self, places: i64) -> Self {
        self.digits.truncate(usize::try_from(self.point + places).unwrap_or(0));
        self.trimmed()
    }

    /// The digits before the point, none for zero, and so many after it. What is cut off must
    /// have been rounded away before.
    pub fn split(&self, places: usize) -> (String, String) {
        let digit = |at: i64| {
            let digit = usize::try_from(at).ok().and_then(|at| self.digits.get(at));
            char::from(b'0' + digit.copied().unwrap_or(0))
        };
        let whole = (0..self.point.max(0)).map(digit).collect();
        let part = (0..places as i64).map(|at| digit(self.point + at)).collect();
        (whole, part)
    }

    /// How many decimals there are.
    pub fn places(&self) -> usize {
        usize::try_from(self.digits.len() as i64 - self.point).unwrap_or(0)
    }

    /// In plain notation with all decimals that are not zero at the end, without a sign.
    pub fn plain(&self) -> String {
        let (whole, part) = self.split(self.places());
        let whole = if whole.is_empty() { "0" } else { &whole };
        if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
    }

    /// Days, and thousandths of a second of the day, rounded to a whole `step` of them; of a
    /// number of days that is not negative and not beyond the calendar.
    pub fn days(&self, step: u64) -> Option<(i64, u64)> {
        let day = 86_400_000_u128;
        (!self.negative && self.point <= 7).then_some(())?;
        // A thousandth of a second is the eighth decimal of a day.
        let fine = self.clone().rounded(18);
        let (whole, part) = fine.split(18);
        let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: u128 = part.parse().ok()?;
        let (step, one) = (u128::from(step), 10_u128.pow(18));
        let steps = (part * day * 2 + one * step) / (2 * one * step);
        let all = whole * day + steps * step;
        Some((i64::try_from(all / day).ok()?, u64::try_from(all % day).ok()?))
    }

    /// Whether this is less than, equal to or greater than another number.
    pub fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let sign = |number: &Self| match number.is_zero() {
            true => 0,
            false => 1 - 2 * i32::from(number.negative),
        };
        let (own, others) = (sign(self), sign(other));
        if own != others || own == 0 {
            return own.cmp(&others);
        }
        let size = self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        if self.negative { size.reverse() } else { size }
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    fn rounded(text: &str, places: i64) -> String {
        Digits::read(text).unwrap().rounded(places).plain()
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(rounded("0.285", 2), "0.29");
        assert_eq!(rounded("1.005", 2), "1.01");
        assert_eq!(rounded("99.95", 1), "100");
        assert_eq!(rounded("0.5", 0), "1");
        assert_eq!(rounded("0.05", 0), "0");
        assert_eq!(rounded("1449", -2), "1400");
        assert_eq!(rounded("950", -3), "1000");
        assert_eq!(rounded("450", -3), "0");
    }

    #[test]
    fn days_are_taken_apart() {
        let days = |text: &str, step| Digits::read(text).unwrap().days(step).unwrap();
        assert_eq!(days("45356.604166666664", 1), (45356, 52_200_000));
        assert_eq!(days("0.999999999", 1000), (1, 0));
        assert_eq!(days("1", 1), (1, 0));
        assert_eq!(Digits::read("-1").unwrap().days(1), None);
        assert_eq!(Digits::read("1e5"), None);
    }
}
