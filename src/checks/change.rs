//! Change: a stated change fits its two levels, in size and direction.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula, Operator, Relation};
use crate::finding::Judgement;
use crate::interval::Interval;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// A change from one level to another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The level before.
    pub from: At<String>,
    /// The level after.
    pub to: At<String>,
    /// The change as stated: a percentage, points, an amount, or a multiple such as "doubled".
    pub by: Option<At<String>>,
    /// Whether the text says that it rose or fell. A fall "by 3 %" is written as "3%".
    pub direction: Option<Direction>,
    /// Whether a change in percent from a negative level is measured against the level's size, so
    /// that a smaller loss is a rise. Undeclared, it is a question where it matters.
    pub against_size: Option<bool>,
}

/// The direction of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Upward.
    Rise,
    /// Downward.
    Fall,
}

impl Check for Change {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let (from, to) = (view.stated(&self.from)?, view.stated(&self.to)?);
        from.comparable(&to)?;
        let Some(by) = &self.by else {
            return match self.direction {
                Some(Direction::Rise) => Ok(Judgement::at_least(&to, &from, true)),
                Some(Direction::Fall) => Ok(Judgement::at_most(&to, &from, true)),
                None => {
                    let what = "a change needs `by`, `direction` or both";
                    Err(Mistake::new(what, view.place(&self.to)).into())
                }
            };
        };
        let mut by = view.stated(by)?;
        // A fall "by 3 %" is a change of -3 %, so the sign has the direction in it.
        let printed_negative = by.set.hi().is_some_and(|end| end.at.is_negative());
        let multiple = by.unit.is_multiple();
        match self.direction {
            Some(Direction::Fall) if !printed_negative && !multiple => by.set = -&by.set,
            Some(Direction::Rise) if printed_negative => {
                let what = format!("`{}` is negative, but the direction is a rise", by.name);
                return Err(Mistake::new(what, by.place).into());
            }
            _ => {}
        }
        let mut judgement = self.size(view, &from, &to, &by)?;
        let wrong_way = match self.direction {
            Some(Direction::Fall) => !Judgement::at_most(&to, &from, true).holds(),
            Some(Direction::Rise) => !Judgement::at_least(&to, &from, true).holds(),
            None => false,
        };
        if wrong_way && multiple {
            return Ok(match self.direction {
                Some(Direction::Fall) => Judgement::at_most(&to, &from, true),
                _ => Judgement::at_least(&to, &from, true),
            });
        }
        if wrong_way && !judgement.holds() {
            judgement.notes.push("the levels move the other way".to_owned());
        }
        Ok(judgement)
    }

    fn quick(&self, view: &View) -> Option<Quick<Term>> {
        let [from, to] = [&self.from, &self.to].map(|at| move || Role::Stated.value(at));
        let moves = self.direction.map(|direction| {
            let fall = direction == Direction::Fall;
            let relation = if fall { Relation::Below } else { Relation::Above };
            Condition::Compare(to(), relation, from())
        });
        let Some(by) = &self.by else { return moves.map(Quick::If) };
        let unit = view.stated(by).ok()?.unit;
        let stated = || Role::Stated.value(by);
        let number = |text: &str| {
            Role::Bound.value(&At { value: text.to_owned(), span: by.span.clone() })
        };
        let mut all = Vec::new();
        if self.direction.is_some() && !(unit.is_multiple() && self.direction == Some(Direction::Fall)) {
            // With a sign of its own it is looked at in full.
            all.push(Condition::Compare(stated(), Relation::AtLeast, number("0")));
        }
        let signed = match self.direction {
            Some(Direction::Fall) if !unit.is_multiple() => Formula::Negative(Box::new(stated())),
            _ => stated(),
        };
        let size = if unit.is_multiple() {
            all.extend(moves);
            to().with(Operator::Over, from())
        } else if unit.is_percent() {
            all.push(Condition::Compare(from(), Relation::AtLeast, number("0")));
            to().with(Operator::Over, from()).with(Operator::Minus, number("1"))
        } else {
            to().with(Operator::Minus, from())
        };
        all.push(Condition::Compare(signed, Relation::Equal, size));
        Some(Quick::If(Condition::All(all)))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let (from, to) = (view.stated(&self.from)?, view.stated(&self.to)?);
        let moves = self.direction.map(|direction| {
            let fall = direction == Direction::Fall;
            let relation = if fall { Relation::Below } else { Relation::Above };
            Condition::Compare(Formula::Value(to.clone()), relation, Formula::Value(from.clone()))
        });
        let Some(by) = &self.by else { return Ok(moves) };
        let by = view.stated(by)?;
        let below_zero = from.set.hi().is_some_and(|end| end.at.is_negative());
        let negative = by.set.hi().is_some_and(|end| end.at.is_negative());
        let (multiple, percent) = (by.unit.is_multiple(), by.unit.is_percent());
        let fall = self.direction == Some(Direction::Fall) && !negative && !multiple;
        let stated = Formula::Value(by);
        let stated = if fall { Formula::Negative(Box::new(stated)) } else { stated };
        let (from, to) = (Formula::Value(from), Formula::Value(to));
        let size = match (multiple, percent) {
            // What a percentage of a negative level means is a question of its own.
            (_, true) if below_zero => return Ok(None),
            (true, _) => to.with(Operator::Over, from),
            (_, true) => {
                let one = Formula::Value(Quantity::number(Number::one(), view.place(&self.to)));
                to.with(Operator::Over, from).with(Operator::Minus, one)
            }
            _ => to.with(Operator::Minus, from),
        };
        let size = Condition::Compare(stated, Relation::Equal, size);
        let moves = moves.filter(|_| multiple);
        Ok(Some(Condition::All(std::iter::once(size).chain(moves).collect())))
    }

    fn derived(&self) -> Option<&At<String>> {
        self.by.as_ref()
    }

    fn subject(&self) -> String {
        self.by.as_ref().unwrap_or(&self.to).value.clone()
    }
}

impl Change {
    fn size(
        &self,
        view: &View,
        from: &Quantity,
        to: &Quantity,
        by: &Quantity,
    ) -> Result<Judgement, Halt> {
        let difference = to.minus(from)?;
        let name = format!("{} to {}", from.name, to.name);
        let levels = (to.shown(), from.shown());
        if by.unit.is_multiple() {
            let multiple = Quantity { name, ..to.over(from)? };
            let works = format!("{} / {} = {}", levels.0, levels.1, by.show(&multiple.set));
            return Ok(Judgement::equal(by, &multiple).step("to / from", works));
        }
        if by.unit.is_percent() {
            let relative = self.relative(view, from, to)?;
            let relative = Quantity { name, unit: by.unit.clone(), ..relative };
            let works = format!("{} / {} - 1 = {}", levels.0, levels.1, by.show(&relative.set));
            let judgement = Judgement::equal(by, &relative).step("to / from - 1", works);
            return Ok(self.or_points(judgement, from, &by.set, &difference.set));
        }
        let difference = Quantity { name, ..difference };
        difference.comparable(by)?;
        let works = format!("{} - {} = {}", levels.0, levels.1, by.show(&difference.set));
        let mut judgement = Judgement::equal(by, &difference).step("to - from", works);
        let fits = |relative: Quantity| by.set.intersect(&relative.set).is_some();
        if by.unit.is_points()
            && !judgement.holds()
            && self.relative(view, from, to).is_ok_and(fits)
        {
            judgement.notes.push("it would fit as percent, not as points".to_owned());
        }
        Ok(judgement)
    }

    /// The change as a fraction of the level before. From a negative level, texts count a smaller
    /// loss as a rise or as a fall.
    fn relative(&self, view: &View, from: &Quantity, to: &Quantity) -> Result<Quantity, Halt> {
        let ratio = to.over(from)?;
        let change = ratio.derive("", ratio.set.shift(&-Number::one()), ratio.unit.clone());
        if !from.set.hi().is_some_and(|end| end.at.is_negative()) {
            return Ok(change);
        }
        let asks = "Is the change from a negative level measured against its size?";
        if view.decide("against_size", self.against_size, asks) {
            return Ok(change.derive("", -&change.set, change.unit.clone()));
        }
        Ok(change)
    }

    /// A rise from 5 % to 7 % is 2 points and 40 percent; texts often mix them up.
    fn or_points(
        &self,
        mut judgement: Judgement,
        from: &Quantity,
        by: &Interval,
        difference: &Interval,
    ) -> Judgement {
        let fits = from.unit.is_percent() && by.intersect(difference).is_some();
        if fits && !judgement.holds() {
            judgement.notes.push("it would fit as percentage points, not as percent".to_owned());
        }
        judgement
    }
}
