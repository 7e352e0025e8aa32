//! One quantity printed twice: whether the later print is the same figure, another rounding of it,
//! a revision, or a figure of another kind.

use super::{Claim, Edition, Stated};
use crate::figure::{Figure, FigureError, Style, Unit};
use crate::interval::Interval;
use crate::number::Number;

/// How a print stands to an earlier print of the same quantity and period.
#[derive(Clone, Debug)]
pub struct Reprint {
    /// What became of the figure.
    pub kept: Kept,
    /// By how much the printed number moved; `None` where there is no one number, or where the
    /// two cannot be compared.
    pub step: Option<Step>,
    /// What else a reader should know.
    pub remark: Option<String>,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is printed alike, or in other words.
    Same,
    /// One value can print as both.
    Rerounded,
    /// No value can print as both.
    Revised,
    /// It is of another kind: the two cannot be compared as printed.
    Rebased(Basis),
}

/// In what a figure became one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Its unit, or the power of ten it is printed in.
    Unit,
    /// Percent of what.
    Base,
    /// Whom or what it is about.
    Population,
    /// How it was rounded.
    Convention,
}

impl Basis {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Base => "base",
            Self::Population => "population",
            Self::Convention => "convention",
        }
    }
}

/// By how much a printed number moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The later number less the earlier, in base units.
    pub change: Number,
    /// The same in units of the last digit of the coarser print.
    pub units: Number,
    /// The same in percent of the earlier number; `None` if that is zero.
    pub percent: Option<Number>,
    /// The change as text, in the unit of the report.
    pub shown: String,
}

impl Claim {
    /// What the quantity is called through the editions: the claim's `name`, if not said.
    pub fn series<'a>(&'a self, name: &'a str) -> &'a str {
        self.series.as_deref().unwrap_or(name)
    }

    /// The days of the period it is about.
    pub fn days(&self) -> Option<&Interval> {
        self.period.as_ref().map(|period| &period.rungs[0].set)
    }

    /// Whether two claims are about one period. One that says nothing goes with any.
    pub fn same_period(&self, other: &Self) -> bool {
        match (self.days(), other.days()) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
    }

    /// Whether it is declared to differ from the figure of an edition.
    pub fn restates(&self, edition: &str) -> bool {
        let named = |of: &crate::claim::RestatesSpec| {
            of.edition.as_ref().is_none_or(|label| label.0 == edition)
        };
        self.restates.as_ref().is_some_and(named)
    }
}

impl Edition {
    /// The print of a claim's series and period in this edition: one of the same name before
    /// others, one that says its period before one that does not.
    pub fn earlier_print(&self, name: &str, claim: &Claim) -> Option<(&str, &Claim)> {
        let series = claim.series(name);
        let fits =
            |(other, old): &(&str, &Claim)| old.series(other) == series && old.same_period(claim);
        let rank = |(other, old): &(&str, &Claim)| (old.days() == claim.days(), *other == name);
        let mut found: Option<(&str, &Claim)> = None;
        for one in self.claims.iter().filter(fits) {
            if found.is_none_or(|best| rank(&one) > rank(&best)) {
                found = Some(one);
            }
        }
        found
    }
}

impl Reprint {
    /// Compares a figure with an earlier print; `None` if either has no figure.
    pub fn of(old: &Claim, new: &Claim) -> Option<Self> {
        let (a, b) = (old.figure.as_ref()?, new.figure.as_ref()?);
        let differ = |x: &Option<String>, y: &Option<String>| match (x, y) {
            (Some(x), Some(y)) if x != y => Some(format!("\"{x}\", then \"{y}\"")),
            _ => None,
        };
        let rebased = |basis, remark: String| {
            let remark = Some(remark).filter(|remark| !remark.is_empty());
            Some(Self { kept: Kept::Rebased(basis), step: None, remark })
        };
        if let Err(mismatch) = a.figure.unit().compare(b.figure.unit()) {
            let factor = in_another_unit(a, b);
            let remark = format!("{}, then {}{factor}", named(&mismatch.0), named(&mismatch.1));
            return rebased(Basis::Unit, remark);
        }
        if let Some(remark) = differ(&old.of, &new.of) {
            return rebased(Basis::Base, remark);
        }
        if let Some(remark) = differ(&old.population, &new.population) {
            return rebased(Basis::Population, remark);
        }
        Some(Self::of_stated(a, b))
    }

    /// Compares two figures that are of one kind.
    pub fn of_stated(old: &Stated, new: &Stated) -> Self {
        let (fine, coarse) = ([finest(old), finest(new)], [coarsest(old), coarsest(new)]);
        let texts = old.figure.text().trim() == new.figure.text().trim();
        let plain = |kept| Self { kept, step: None, remark: None };
        if fine[0] == fine[1] && coarse[0] == coarse[1] {
            return plain(Kept::Same);
        }
        if texts {
            let [before, now] = fine.map(|set| new.figure.show(set));
            let remark = Some(format!("printed alike; {before} before, {now} now"));
            return Self { kept: Kept::Rebased(Basis::Convention), step: None, remark };
        }
        let step = Step::between(&old.figure, &new.figure);
        let precise = old.figure.last_place() == new.figure.last_place()
            && old.figure.hedge() == new.figure.hedge();
        // Two neighbours such as 41 % and 42 % share the value between them, and nothing else.
        let meet = |[a, b]: [&Interval; 2]| {
            let touches = a.touches(b).filter(|_| precise);
            a.intersect(b).is_some() && touches.is_none()
        };
        if meet(fine) {
            return Self { kept: Kept::Rerounded, step, remark: None };
        }
        if let Some(remark) = power_of_ten(fine[0], fine[1]) {
            return Self { kept: Kept::Rebased(Basis::Unit), step: None, remark: Some(remark) };
        }
        if meet(coarse) {
            let wide = |stated: &Stated| stated.rungs.len() > 1;
            let who = if wide(old) { old } else { new };
            let round = who.rungs.last().and_then(|rung| rung.round.as_ref());
            let unit = round.map_or_else(String::new, |unit| {
                format!(" to {}", crate::figure::group_digits(&unit.to_string()))
            });
            let remark = format!("only if {} was rounded{unit}", who.figure.text());
            return Self { kept: Kept::Rerounded, step, remark: Some(remark) };
        }
        Self { step, ..plain(Kept::Revised) }
    }
}

impl Step {
    /// How far the printed number moved, from one print to the next.
    pub fn between(old: &Figure, new: &Figure) -> Option<Self> {
        let (a, b) = (old.printed()?, new.printed()?);
        let change = b - a;
        let units = change.checked_div(old.last_place().max(new.last_place()))?;
        let percent = change.checked_div(&a.abs()).map(|part| part * Number::from(100));
        let point = Interval::point(change.clone());
        let unit = new.unit();
        let shown = match unit.subtract(unit) {
            Ok(difference) if unit.is_percent() || unit.is_date() => difference.show(&point),
            _ => new.show(&point),
        };
        let sign = if change > 0 { "+" } else { "" };
        Some(Self { change, units, percent, shown: format!("{sign}{shown}") })
    }
}

/// Reads a period: a date, or a quarter or half in figures such as 2031-Q2.
///
/// # Errors
///
/// That the text is no date.
pub fn read_period(text: &str, style: Style) -> Result<Figure, FigureError> {
    let text = text.trim();
    let digits = |text: &str, many: usize| {
        text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let part = text.split_at_checked(4).filter(|(year, _)| digits(year, 4));
    let part = part.and_then(|(year, rest)| {
        let part = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
        let (kind, number) = part.split_at_checked(1)?;
        let known = matches!(kind, "Q" | "q" | "H" | "h") && digits(number, 1);
        known.then(|| format!("{}{number} {year}", kind.to_uppercase()))
    });
    Figure::read(part.as_deref().unwrap_or(text), style, Some(&Unit::date()))
}

fn finest(stated: &Stated) -> &Interval {
    &stated.rungs[0].set
}

fn coarsest(stated: &Stated) -> &Interval {
    stated.rungs.last().map_or(&stated.rungs[0].set, |rung| &rung.set)
}

fn named(unit: &str) -> &str {
    if unit.is_empty() { "no unit" } else { unit }
}

/// What explains the numbers of two figures in units that cannot be compared, if anything does.
fn in_another_unit(old: &Stated, new: &Stated) -> String {
    let plain = |stated: &Stated| {
        let per = Number::one().checked_div(stated.figure.unit().factor());
        finest(stated).scale(&per.unwrap_or_else(Number::one))
    };
    let (a, b) = (old.figure.unit(), new.figure.unit());
    let points = |unit: &Unit| unit.is_points();
    if (a.is_percent() && points(b)) || (points(a) && b.is_percent()) {
        return "; a level in percent and a difference in points are two quantities".to_owned();
    }
    if finest(old).intersect(finest(new)).is_some() && a.factor() != b.factor() {
        return format!("; the same value, {}", times(&(a.factor() / b.factor())));
    }
    let (x, y) = (plain(old), plain(new));
    if x.intersect(&y).is_some() {
        return "; the number is the same".to_owned();
    }
    power_of_ten(&x, &y).map_or_else(String::new, |words| format!("; {words}"))
}

/// That one set is a thousand, a million or a billion times another.
fn power_of_ten(old: &Interval, new: &Interval) -> Option<String> {
    if old.contains(&Number::zero()) || new.contains(&Number::zero()) {
        return None;
    }
    let fits = |power: &i32| old.scale(&Number::pow10(*power)).intersect(new).is_some();
    let power = [3, -3, 6, -6, 9, -9].into_iter().find(fits)?;
    Some(format!("{} the number printed before", times(&Number::pow10(power))))
}

fn times(factor: &Number) -> String {
    if *factor < 1 {
        let inverse = &Number::one() / factor;
        return format!("1/{} times", crate::figure::group_digits(&inverse.to_string()));
    }
    format!("{} times", crate::figure::group_digits(&factor.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::figure::Terms;

    fn stated(text: &str) -> Stated {
        let figure = Figure::read(text, Style::default(), None).unwrap();
        Stated::new(Arc::new(figure), Terms::default())
    }

    fn kept(old: &str, new: &str) -> Kept {
        Reprint::of_stated(&stated(old), &stated(new)).kept
    }

    #[test]
    fn more_digits_of_the_same_value_are_no_revision() {
        assert_eq!(kept("41%", "41.3%"), Kept::Rerounded);
        assert_eq!(kept("41.3%", "41%"), Kept::Rerounded);
        assert_eq!(kept("more than half", "52%"), Kept::Rerounded);
        assert_eq!(kept("41%", "41 per cent"), Kept::Same);
    }

    #[test]
    fn neighbours_that_share_one_value_are_a_revision() {
        assert_eq!(kept("41%", "42%"), Kept::Revised);
        assert_eq!(kept("41.5%", "42%"), Kept::Rerounded);
        assert_eq!(kept("41.4%", "42%"), Kept::Revised);
    }

    #[test]
    fn a_thousandfold_number_is_another_unit() {
        assert_eq!(kept("12.6", "12,600"), Kept::Rebased(Basis::Unit));
        assert_eq!(kept("12.6 persons", "12,900 persons"), Kept::Revised);
        // The same amount in another scale is no change at all.
        assert_eq!(kept("€12.6 billion", "€12,610 million"), Kept::Rerounded);
    }

    #[test]
    fn open_rounding_is_said() {
        let reprint = Reprint::of_stated(&stated("$30,000"), &stated("$31,000"));
        assert_eq!(reprint.kept, Kept::Rerounded);
        assert!(reprint.remark.unwrap().starts_with("only if $30,000"));
    }

    #[test]
    fn periods_are_read() {
        let set = |text: &str| {
            read_period(text, Style::default()).unwrap().rungs(&Terms::default())[0].set.clone()
        };
        assert_eq!(set("2031-Q2"), set("second quarter 2031"));
        assert_eq!(set("2031Q2"), set("Q2 2031"));
        assert!(read_period("2031-Q5", Style::default()).is_err());
    }

    #[test]
    fn a_step_is_in_points_and_percent() {
        let step = Step::between(&stated("7.0%").figure, &stated("7.2%").figure).unwrap();
        assert_eq!((step.shown.as_str(), step.units), ("+0.2 points", Number::from(2)));
        assert_eq!(step.percent.unwrap(), Number::ratio(20, 7));
    }
}
