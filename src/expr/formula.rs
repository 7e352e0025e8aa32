//! What an assertion comes to, without its units and its words: conditions on formulas.

use super::{Expr, Function, Node, Operator, Relation};

/// A formula over operands, each of which has its own range of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula<T> {
    /// An operand.
    Value(T),
    /// `-a`
    Negative(Box<Self>),
    /// `a + b`, `a - b`, `a * b`, `a / b`, `a ^ 2`
    Arithmetic(Operator, Box<Self>, Box<Self>),
    /// `sum(…)`, `min(…)`, `max(…)`, `abs(…)`
    Call(Function, Vec<Self>),
    /// The time from one date to another.
    Elapsed(Box<[Self; 2]>, Counted),
}

/// How the time between two dates is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// In days.
    Days {
        /// Whether the first day may count as one of them.
        inclusive: bool,
    },
    /// In steps of so many months: 12 for years.
    Months(i64),
}

/// A condition on formulas. It holds if some values of their ranges satisfy it; an operand that
/// stands in two places may have two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition<T> {
    /// `a <= b`
    Compare(Formula<T>, Relation, Formula<T>),
    /// All can have one value in common.
    Meet(Vec<Formula<T>>),
    /// Each is at most the next, or below it if `strict`.
    Rising {
        /// The formulas, the least first.
        all: Vec<Formula<T>>,
        /// Whether equal ones are not enough.
        strict: bool,
    },
    /// Every one holds.
    All(Vec<Self>),
    /// One holds at least.
    Any(Vec<Self>),
}

impl<T> Formula<T> {
    /// `self operator other`
    #[must_use]
    pub fn with(self, operator: Operator, other: Self) -> Self {
        Self::Arithmetic(operator, Box::new(self), Box::new(other))
    }

    /// The same formula over other things; `None` if one of them has none.
    pub fn try_map<U>(self, map: &mut impl FnMut(T) -> Option<U>) -> Option<Formula<U>> {
        Some(match self {
            Self::Value(value) => Formula::Value(map(value)?),
            Self::Negative(inner) => Formula::Negative(Box::new(inner.try_map(map)?)),
            Self::Arithmetic(operator, a, b) => a.try_map(map)?.with(operator, b.try_map(map)?),
            Self::Call(function, all) => Formula::Call(function, each(all, map)?),
            Self::Elapsed(ends, counted) => {
                let [from, to] = *ends;
                Formula::Elapsed(Box::new([from.try_map(map)?, to.try_map(map)?]), counted)
            }
        })
    }
}

fn each<T, U>(
    all: Vec<Formula<T>>,
    map: &mut impl FnMut(T) -> Option<U>,
) -> Option<Vec<Formula<U>>> {
    all.into_iter().map(|one| one.try_map(map)).collect()
}

impl<T> Condition<T> {
    /// The same condition on other things; `None` if one of them has none.
    pub fn try_map<U>(self, map: &mut impl FnMut(T) -> Option<U>) -> Option<Condition<U>> {
        let mut several = |all: Vec<Self>| -> Option<Vec<Condition<U>>> {
            all.into_iter().map(|one| one.try_map(map)).collect()
        };
        Some(match self {
            Self::All(all) => Condition::All(several(all)?),
            Self::Any(all) => Condition::Any(several(all)?),
            Self::Compare(a, relation, b) => {
                Condition::Compare(a.try_map(map)?, relation, b.try_map(map)?)
            }
            Self::Meet(all) => Condition::Meet(each(all, map)?),
            Self::Rising { all, strict } => Condition::Rising { all: each(all, map)?, strict },
        })
    }
}

impl<T> Condition<T> {
    /// An expression as a condition, or its opposite if it is not `wanted`; `operand` makes an
    /// operand of a name or a figure written out. `None` for what is no condition.
    pub fn of(expr: &Expr, wanted: bool, operand: &impl Fn(&str) -> T) -> Option<Self> {
        let inner = |expr, wanted| Self::of(expr, wanted, operand);
        let joined = |a, b, both: bool| {
            let pair = vec![a, b];
            Some(if both { Self::All(pair) } else { Self::Any(pair) })
        };
        match &expr.node {
            Node::Not(negated) => inner(negated, !wanted),
            Node::And(a, b) => joined(inner(a, wanted)?, inner(b, wanted)?, wanted),
            Node::Or(a, b) => joined(inner(a, wanted)?, inner(b, wanted)?, !wanted),
            Node::If(a, b) => joined(inner(a, !wanted)?, inner(b, wanted)?, !wanted),
            Node::Comparison(first, rest) => {
                let mut left = first.as_ref();
                let mut all = Vec::new();
                for (relation, right) in rest {
                    let relation = if wanted { *relation } else { relation.opposite() };
                    let (a, b) = (Formula::of(left, operand)?, Formula::of(right, operand)?);
                    all.push(Self::Compare(a, relation, b));
                    left = right;
                }
                Some(if wanted { Self::All(all) } else { Self::Any(all) })
            }
            _ => None,
        }
    }
}

impl<T> Formula<T> {
    /// An expression as a formula; `None` for a condition.
    pub fn of(expr: &Expr, operand: &impl Fn(&str) -> T) -> Option<Self> {
        Some(match &expr.node {
            Node::Operand(text) => Self::Value(operand(text)),
            Node::Negative(inner) => Self::Negative(Box::new(Self::of(inner, operand)?)),
            Node::Arithmetic(operator, a, b) => {
                Self::of(a, operand)?.with(*operator, Self::of(b, operand)?)
            }
            Node::Call(function, all) => {
                let all = all.iter().map(|one| Self::of(one, operand));
                Self::Call(*function, all.collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}
