//! Arithmetic and comparisons over claims, as written in `[[assert]]`.

mod eval;
mod formula;
mod lexer;
mod parser;

use std::ops::Range;

pub use eval::Evaluator;
pub use formula::{Condition, Counted, Formula};
pub use parser::parse;

/// A part of an expression, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Bytes of the text it is written in.
    pub span: Range<usize>,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The name of a claim or a date, or a figure written out.
    Operand(String),
    /// `-a`
    Negative(Box<Expr>),
    /// `a + b`, `a - b`, `a * b`, `a / b`, `a ^ 2`
    Arithmetic(Operator, Box<Expr>, Box<Expr>),
    /// `sum(…)`, `min(…)`, `max(…)`, `abs(…)`
    Call(Function, Vec<Expr>),
    /// `a <= b < c`
    Comparison(Box<Expr>, Vec<(Relation, Expr)>),
    /// `not a`
    Not(Box<Expr>),
    /// `a and b`
    And(Box<Expr>, Box<Expr>),
    /// `a or b`
    Or(Box<Expr>, Box<Expr>),
    /// `if a then b`
    If(Box<Expr>, Box<Expr>),
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operator {
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

/// A function of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Function {
    Sum,
    Min,
    Max,
    Abs,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Relation {
    Equal,
    Unequal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong.
    pub message: String,
    /// What stands under the caret.
    pub label: String,
    /// Bytes of the text it concerns.
    pub span: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

impl Function {
    /// All functions by name.
    pub const ALL: [(&'static str, Self); 4] =
        [("sum", Self::Sum), ("min", Self::Min), ("max", Self::Max), ("abs", Self::Abs)];

    /// How it is written.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }
}

impl Operator {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Power => "^",
        }
    }
}

impl Relation {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// What holds exactly when this does not.
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Below => Self::AtLeast,
            Self::AtMost => Self::Above,
            Self::Above => Self::AtMost,
            Self::AtLeast => Self::Below,
        }
    }

    /// What holds of `b` and `a` exactly when this holds of `a` and `b`.
    pub fn turned(self) -> Self {
        match self {
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}
