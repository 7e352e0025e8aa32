//! The arithmetic of an expression over the sets of its figures.
//!
//! A figure that occurs twice is treated as if its two occurrences could differ, which makes a
//! result too wide and so errs toward silence.

use std::cell::RefCell;

use super::{Expr, Function, Node, Operator};
use crate::figure::Unit;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::{Mistake, Place};
use crate::number::Number;

/// The largest power that is worked out.
const MAX_POWER: u64 = 100;

/// Works out expressions that were read from one text.
pub struct Evaluator<'a> {
    text: &'a str,
    place: Place,
    view: &'a View<'a>,
    steps: RefCell<Vec<(String, String)>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator for `text`, a string that stands at `place`.
    pub fn new(text: &'a str, place: Place, view: &'a View<'a>) -> Self {
        Self { text, place, view, steps: RefCell::default() }
    }

    /// The working so far: what was worked out, and how.
    pub fn into_steps(self) -> Vec<(String, String)> {
        self.steps.into_inner()
    }

    /// The text of a part.
    pub fn source(&self, expr: &Expr) -> &'a str {
        self.text.get(expr.span.clone()).unwrap_or_default()
    }

    /// A misuse of a part.
    pub fn misuse(&self, expr: &Expr, what: impl Into<String>, label: &str) -> Halt {
        Mistake::new(what, self.at(expr)).label(label).into()
    }

    fn at(&self, expr: &Expr) -> Place {
        self.view.ledger.files.inside(self.place, self.text, expr.span.clone())
    }

    /// The values that a part can have.
    ///
    /// # Errors
    ///
    /// That the part is misused (an unknown name, units that cannot be added, a condition where a
    /// figure is expected), or that a figure it needs is missing.
    pub fn value(&self, expr: &Expr) -> Result<Quantity, Halt> {
        let quantity = match &expr.node {
            Node::Operand(name) => return self.view.quantity_at(name, self.at(expr)),
            Node::Negative(inner) => {
                let inner = self.value(inner)?;
                return Ok(inner.derive(self.source(expr), -&inner.set, inner.unit.clone()));
            }
            Node::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, expr)?,
            Node::Call(function, arguments) => self.call(*function, arguments, expr)?,
            _ => {
                let what = format!("`{}` is a condition, not a figure", self.source(expr));
                return Err(self.misuse(expr, what, "expected a figure"));
            }
        };
        if !quantity.set.is_handy() {
            let what = format!("`{}` is too large to work out", self.source(expr));
            return Err(Halt::Missing(what));
        }
        Ok(Quantity { name: self.source(expr).to_owned(), place: self.at(expr), ..quantity })
    }

    fn arithmetic(
        &self,
        operator: Operator,
        a: &Expr,
        b: &Expr,
        whole: &Expr,
    ) -> Result<Quantity, Halt> {
        let (mut x, mut y) = (self.value(a)?, self.value(b)?);
        // In `1 + growth` the 1 is a pure number.
        if matches!(operator, Operator::Plus | Operator::Minus) {
            let pure = |e: &Expr, own: &Quantity, other: &Quantity| {
                let written_out = matches!(&e.node, Node::Operand(text) if *text == own.text);
                let one = own.set.as_point().is_some_and(|at| *at == 1);
                written_out && one && own.unit.is_unstated() && other.unit.is_percent()
            };
            if pure(a, &x, &y) {
                x.unit = Unit::unstated().over(&Unit::unstated());
            } else if pure(b, &y, &x) {
                y.unit = Unit::unstated().over(&Unit::unstated());
            }
        }
        let result = match operator {
            Operator::Plus => x.plus(&y)?,
            Operator::Minus => x.minus(&y)?,
            Operator::Times => x.times(&y),
            Operator::Over => x.over(&y)?,
            Operator::Power => self.power(&x, &y, b)?,
        };
        if result.set.is_handy() {
            let works = format!("{} {} {}", x.shown(), operator.symbol(), y.shown());
            self.note(whole, &works, &result);
        }
        Ok(result)
    }

    fn power(&self, base: &Quantity, exponent: &Quantity, at: &Expr) -> Result<Quantity, Halt> {
        let whole = exponent.set.as_point().and_then(Number::to_i64);
        let Some(whole) = whole.filter(|whole| whole.unsigned_abs() <= MAX_POWER) else {
            let what = format!("`{}` is not a whole power", self.source(at));
            let label = format!("expected a whole number up to {MAX_POWER}");
            return Err(self.misuse(at, what, &label));
        };
        let undefined = || Halt::Missing(format!("`{}` to this power is undefined", base.name));
        let set = base.set.checked_pow(whole).ok_or_else(undefined)?;
        let unit = (0..whole.unsigned_abs()).fold(Unit::unstated(), |unit, _| {
            if whole > 0 { unit.times(&base.unit) } else { unit.over(&base.unit) }
        });
        Ok(base.derive("", set, unit))
    }

    fn call(&self, function: Function, arguments: &[Expr], whole: &Expr) -> Result<Quantity, Halt> {
        let values: Vec<Quantity> =
            arguments.iter().map(|e| self.value(e)).collect::<Result<_, _>>()?;
        let Some((first, rest)) = values.split_first() else {
            return Err(self.misuse(whole, "nothing stands between the brackets", ""));
        };
        let start = match function {
            Function::Abs => first.derive("", first.set.abs(), first.unit.clone()),
            _ => first.clone(),
        };
        let result = rest.iter().try_fold(start, |sofar, next| match function {
            Function::Sum => sofar.plus(next),
            Function::Min | Function::Max | Function::Abs => {
                sofar.comparable(next)?;
                let least = function == Function::Min;
                let (a, b) = (&sofar.set, &next.set);
                let set = if least { a.min(b) } else { a.max(b) };
                Ok(Quantity {
                    figure: first.figure.clone(),
                    ..sofar.derive("", set, sofar.unit.clone())
                })
            }
        })?;
        let sets: Vec<String> = values.iter().map(Quantity::shown).collect();
        let works = format!("{}({})", function.name(), sets.join("; "));
        self.note(whole, &works, &result);
        Ok(result)
    }

    /// Records the working of one operation: its operands' sets, and the result.
    fn note(&self, expr: &Expr, works: &str, result: &Quantity) {
        let step = (self.source(expr).to_owned(), format!("{works} = {}", result.shown()));
        let mut steps = self.steps.borrow_mut();
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
}
