//! Assert: any comparison of expressions over claims.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{self, Condition, Evaluator, Expr, ExprError, Node, Relation};
use crate::finding::{Judgement, Outcome, Step};
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// A comparison of expressions over claims.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assert {
    /// The comparison: `a + b <= 100%`, `x / y == z`, `if a > 50% then b < a`.
    pub that: At<String>,
    #[serde(skip)]
    parsed: OnceLock<Result<Expr, ExprError>>,
}

impl Check for Assert {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let place = view.place(&self.that);
        let expr = match self.parsed.get_or_init(|| expr::parse(&self.that.value)) {
            Ok(expr) => expr,
            Err(error) => {
                let files = &view.ledger.files;
                let at = files.inside(place, &self.that.value, error.span.clone());
                let mut mistake = Mistake::new(&error.message, at).label(&error.label);
                mistake.help.extend(error.help.clone());
                return Err(mistake.into());
            }
        };
        let evaluator = Evaluator::new(&self.that.value, place, view);
        let mut judgement = condition(&evaluator, expr, true)?;
        let arithmetic = evaluator.into_steps().into_iter();
        let mut steps: Vec<Step> =
            arithmetic.map(|(what, works)| Step { what, works }).collect();
        steps.append(&mut judgement.steps);
        judgement.steps = steps;
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let expr = self.parsed.get_or_init(|| expr::parse(&self.that.value)).as_ref().ok()?;
        let operand = |text: &str| {
            Role::Bound.of(&At { value: text.to_owned(), span: self.that.span.clone() })
        };
        Condition::of(expr, true, &operand).map(Quick::If)
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let parsed = self.parsed.get_or_init(|| expr::parse(&self.that.value));
        let Ok(expr) = parsed else { return Ok(None) };
        let operand = |text: &str| text.to_owned();
        let Some(condition) = Condition::of(expr, true, &operand) else { return Ok(None) };
        let mut halt = None;
        let place = view.place(&self.that);
        let read = condition.try_map(&mut |text: String| {
            let read = view.quantity_at(&text, place);
            read.map_err(|why| halt = Some(why)).ok()
        });
        halt.map_or(Ok(read), Err)
    }

    fn subject(&self) -> String {
        let words = self.that.value.split(|c: char| !(c.is_alphanumeric() || "_.@".contains(c)));
        let functions = ["sum", "min", "max", "abs", "if", "not"];
        let mut names = words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        names.find(|name| !functions.contains(name)).unwrap_or("expression").to_owned()
    }
}

type Judged = Result<Judgement, Halt>;

/// The judgement on a condition, or on its opposite if it is not `wanted`.
fn condition(evaluator: &Evaluator, expr: &Expr, wanted: bool) -> Judged {
    let not_a_condition = || {
        let what = format!("`{}` is a figure, not a condition", evaluator.source(expr));
        evaluator.misuse(expr, what, "expected a comparison, such as `a + b <= 100%`")
    };
    match &expr.node {
        Node::Not(inner) => condition(evaluator, inner, !wanted),
        Node::And(a, b) => {
            let (a, b) = (condition(evaluator, a, wanted), condition(evaluator, b, wanted));
            if wanted { both(a, b) } else { either(a, b) }
        }
        Node::Or(a, b) => {
            let (a, b) = (condition(evaluator, a, wanted), condition(evaluator, b, wanted));
            if wanted { either(a, b) } else { both(a, b) }
        }
        Node::If(a, b) => {
            let (a, b) = (condition(evaluator, a, !wanted), condition(evaluator, b, wanted));
            if wanted { either(a, b) } else { both(a, b) }
        }
        Node::Comparison(first, rest) => {
            let mut left = first.as_ref();
            let mut whole: Option<Judged> = None;
            for (relation, right) in rest {
                let relation = if wanted { *relation } else { relation.opposite() };
                let next = compare(evaluator, left, relation, right);
                whole = Some(match whole {
                    None => next,
                    Some(sofar) if wanted => both(sofar, next),
                    Some(sofar) => either(sofar, next),
                });
                left = right;
            }
            whole.unwrap_or_else(|| Err(not_a_condition()))
        }
        _ => Err(not_a_condition()),
    }
}

fn compare(evaluator: &Evaluator, a: &Expr, relation: Relation, b: &Expr) -> Judged {
    let (left, right) = match (evaluator.value(a), evaluator.value(b)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(Halt::Missing(why)), Ok(known)) | (Ok(known), Err(Halt::Missing(why))) => {
            // What the other figures give for the missing side is worth knowing.
            let computed = known.figure.is_none();
            let given = if computed { format!("; {} is {}", known.name, known.shown()) } else { String::new() };
            return Err(Halt::Missing(format!("{why}{given}")));
        }
        (Err(halt), _) | (_, Err(halt)) => return Err(halt),
    };
    left.comparable(&right)?;
    // The printed figure is the one that is stated; what is worked out is what is allowed.
    let turn = !is_claim(&left) && is_claim(&right);
    let (stated, allowed) = if turn { (&right, &left) } else { (&left, &right) };
    let judgement = match if turn { relation.turned() } else { relation } {
        Relation::Equal => Judgement::equal(stated, allowed),
        Relation::Unequal => unequal(stated, allowed),
        Relation::Below => Judgement::at_most(stated, allowed, true),
        Relation::AtMost => Judgement::at_most(stated, allowed, false),
        Relation::Above => Judgement::at_least(stated, allowed, true),
        Relation::AtLeast => Judgement::at_least(stated, allowed, false),
    };
    let like = if stated.figure.is_some() { stated } else { allowed };
    let sign = relation.symbol();
    let can = if judgement.holds() { "can hold" } else { "cannot hold" };
    let works = format!("{} {sign} {} {can}", like.show(&left.set), like.show(&right.set));
    Ok(judgement.step(format!("{} {sign} {}", left.name, right.name), works))
}

/// Whether a quantity is a claim or a date, rather than a figure written out or worked out.
fn is_claim(quantity: &Quantity) -> bool {
    quantity.figure.as_ref().is_some_and(|figure| figure.text() != quantity.name)
}

fn unequal(stated: &Quantity, allowed: &Quantity) -> Judgement {
    let same = stated.set.as_point().is_some() && stated.set == allowed.set;
    let mut judgement = Judgement::equal(stated, allowed);
    judgement.outcome = if same { Outcome::Fails } else { Outcome::Holds };
    judgement.miss = Number::zero();
    judgement.margin = None;
    judgement.distance = String::new();
    judgement.touches = None;
    judgement.allowed.shown = format!("other than {}", judgement.allowed.shown);
    judgement
}

/// Both must hold. One that fails decides, even if the other cannot be told.
fn both(a: Judged, b: Judged) -> Judged {
    match (a, b) {
        (Err(Halt::Misuse(m)), _) | (_, Err(Halt::Misuse(m))) => Err(Halt::Misuse(m)),
        (Ok(a), Ok(b)) => {
            let first = !a.holds() || (b.holds() && tighter(&a, &b));
            Ok(if first { merge(a, b) } else { merge(b, a) })
        }
        (Ok(known), Err(missing)) | (Err(missing), Ok(known)) => {
            if known.holds() { Err(missing) } else { Ok(known) }
        }
        (Err(missing), Err(_)) => Err(missing),
    }
}

/// One must hold. One that holds decides, even if the other cannot be told.
fn either(a: Judged, b: Judged) -> Judged {
    match (a, b) {
        (Err(Halt::Misuse(m)), _) | (_, Err(Halt::Misuse(m))) => Err(Halt::Misuse(m)),
        (Ok(a), Ok(b)) => {
            let closer = a.miss.abs() <= b.miss.abs();
            let first = if a.holds() == b.holds() { closer } else { a.holds() };
            Ok(if first { merge(a, b) } else { merge(b, a) })
        }
        (Ok(known), Err(missing)) | (Err(missing), Ok(known)) => {
            if known.holds() { Ok(known) } else { Err(missing) }
        }
        (Err(missing), Err(_)) => Err(missing),
    }
}

fn tighter(a: &Judgement, b: &Judgement) -> bool {
    match (&a.margin, &b.margin) {
        (Some(a), Some(b)) => a <= b,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The main judgement, with the working of the other added.
fn merge(mut main: Judgement, other: Judgement) -> Judgement {
    main.steps.extend(other.steps);
    main
}
