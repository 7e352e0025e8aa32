//! From tokens to an [`Expr`], by precedence climbing.
//!
//! From loosest to tightest: `if … then …`, `or`, `and`, `not`, comparisons, `+ -`, `* /`,
//! unary `-`, `^`.

use std::ops::Range;

use super::lexer::{KEYWORDS, Kind, Token, tokens};
use super::{Expr, ExprError, Function, Node, Operator, Relation};
use crate::mistake::nearest;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// Reads an expression.
///
/// # Errors
///
/// What is wrong, with its place in the text.
///
/// ```
/// let error = tieout::expr::parse("sold_once + <= 100%").unwrap_err();
/// assert_eq!(error.message, "`<=` cannot stand here");
/// assert_eq!(error.span, 12..14);
/// ```
pub fn parse(text: &str) -> Result<Expr, ExprError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, end: text.len(), depth: 0 };
    let expr = parser.statement()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => {
            let token = token.clone();
            Err(parser.unexpected(&token, "expected an operator, or the end"))
        }
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Takes the next token if it is one of these words or symbols.
    fn take(&mut self, any: &[&str]) -> Option<Token> {
        let token = self.peek()?;
        let found = match &token.kind {
            Kind::Word(word) => any.contains(&word.as_str()),
            Kind::Symbol(symbol) => any.contains(symbol),
            Kind::Figure(_) => false,
        };
        let token = found.then(|| token.clone())?;
        self.next += 1;
        Some(token)
    }

    fn expect(&mut self, word: &str, label: &str) -> Result<Token, ExprError> {
        match self.take(&[word]) {
            Some(token) => Ok(token),
            None => Err(match self.peek().cloned() {
                Some(token) => self.unexpected(&token, label),
                None => self.ends_early(label),
            }),
        }
    }

    fn unexpected(&self, token: &Token, label: &str) -> ExprError {
        let text = match &token.kind {
            Kind::Word(text) | Kind::Figure(text) => text.as_str(),
            Kind::Symbol(symbol) => symbol,
        };
        ExprError {
            message: format!("`{text}` cannot stand here"),
            label: label.to_owned(),
            span: token.span.clone(),
            help: None,
        }
    }

    fn ends_early(&self, label: &str) -> ExprError {
        ExprError {
            message: "the expression ends too early".to_owned(),
            label: label.to_owned(),
            span: self.end..self.end,
            help: None,
        }
    }

    /// Guards against nesting that would exhaust the stack.
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ExprError>,
    ) -> Result<T, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let span = self.peek().map_or(self.end..self.end, |t| t.span.clone());
            return Err(ExprError {
                message: format!("the expression is nested more than {MAX_DEPTH} deep"),
                label: String::new(),
                span,
                help: Some("split it into several assertions".to_owned()),
            });
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn statement(&mut self) -> Result<Expr, ExprError> {
        self.deeper(|p| {
            let Some(first) = p.take(&["if"]) else { return p.disjunction() };
            let condition = p.disjunction()?;
            p.expect("then", "expected `then`")?;
            let consequence = p.statement()?;
            let span = first.span.start..consequence.span.end;
            Ok(Expr { node: Node::If(condition.into(), consequence.into()), span })
        })
    }

    fn disjunction(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.conjunction()?;
        while self.take(&["or"]).is_some() {
            let right = self.conjunction()?;
            left = join(left, right, Node::Or);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.negation()?;
        while self.take(&["and"]).is_some() {
            let right = self.negation()?;
            left = join(left, right, Node::And);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expr, ExprError> {
        let Some(not) = self.take(&["not"]) else { return self.comparison() };
        let inner = self.deeper(Self::negation)?;
        let span = not.span.start..inner.span.end;
        Ok(Expr { node: Node::Not(inner.into()), span })
    }

    fn comparison(&mut self) -> Result<Expr, ExprError> {
        let first = self.sum()?;
        let mut rest: Vec<(Relation, Expr)> = Vec::new();
        let signs = ["==", "!=", "≠", "<=", "≤", ">=", "≥", "<", ">"];
        while let Some(sign) = self.take(&signs) {
            let relation = match sign.kind {
                Kind::Symbol("==") => Relation::Equal,
                Kind::Symbol("!=" | "≠") => Relation::Unequal,
                Kind::Symbol("<=" | "≤") => Relation::AtMost,
                Kind::Symbol(">=" | "≥") => Relation::AtLeast,
                Kind::Symbol("<") => Relation::Below,
                _ => Relation::Above,
            };
            rest.push((relation, self.sum()?));
        }
        match rest.last() {
            None => Ok(first),
            Some((_, last)) => {
                let span = first.span.start..last.span.end;
                Ok(Expr { node: Node::Comparison(first.into(), rest), span })
            }
        }
    }

    fn sum(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.product()?;
        while let Some(sign) = self.take(&["+", "-", "−"]) {
            let plus = sign.kind == Kind::Symbol("+");
            let operator = if plus { Operator::Plus } else { Operator::Minus };
            let right = self.product()?;
            left = join(left, right, |a, b| Node::Arithmetic(operator, a, b));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.signed()?;
        while let Some(sign) = self.take(&["*", "×", "/", "÷"]) {
            let times = matches!(sign.kind, Kind::Symbol("*" | "×"));
            let operator = if times { Operator::Times } else { Operator::Over };
            let right = self.signed()?;
            left = join(left, right, |a, b| Node::Arithmetic(operator, a, b));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, ExprError> {
        let Some(minus) = self.take(&["-", "−"]) else { return self.power() };
        let inner = self.deeper(Self::signed)?;
        let span = minus.span.start..inner.span.end;
        Ok(Expr { node: Node::Negative(inner.into()), span })
    }

    fn power(&mut self) -> Result<Expr, ExprError> {
        let base = self.atom()?;
        if self.take(&["^"]).is_none() {
            return Ok(base);
        }
        // `400 persons ^ 2` would square the 400, which nobody means.
        if let Node::Operand(text) = &base.node
            && text.starts_with(|c: char| c.is_ascii_digit())
            && text.ends_with(|c: char| c.is_alphabetic() || c == '%')
            && text.len() == base.span.len()
        {
            return Err(ExprError {
                message: format!("it is not clear what of `{text}` is raised"),
                label: "expected brackets".to_owned(),
                span: base.span.clone(),
                help: Some(format!("write `({text}) ^ …` to raise the figure")),
            });
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(join(base, exponent, |a, b| Node::Arithmetic(Operator::Power, a, b)))
    }

    fn atom(&mut self) -> Result<Expr, ExprError> {
        const LABEL: &str = "expected a figure, a name or `(`";
        let Some(token) = self.peek().cloned() else { return Err(self.ends_early(LABEL)) };
        match &token.kind {
            Kind::Word(word) if KEYWORDS.contains(&word.as_str()) => {
                Err(self.unexpected(&token, LABEL))
            }
            Kind::Word(word) => {
                self.next += 1;
                if self.take(&["("]).is_some() {
                    return self.call(word, token.span.clone());
                }
                Ok(Expr { node: Node::Operand(word.clone()), span: token.span })
            }
            Kind::Figure(text) => {
                self.next += 1;
                Ok(Expr { node: Node::Operand(text.clone()), span: token.span })
            }
            Kind::Symbol("(") => {
                self.next += 1;
                let inner = self.statement()?;
                let close = self.expect(")", "expected `)`")?;
                Ok(Expr { node: inner.node, span: token.span.start..close.span.end })
            }
            Kind::Symbol(_) => Err(self.unexpected(&token, LABEL)),
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Expr, ExprError> {
        let known = Function::ALL.iter().map(|(name, _)| *name);
        let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) else {
            let near = nearest(name, known);
            return Err(ExprError {
                message: format!("no function is called `{name}`"),
                label: "expected `sum`, `min`, `max` or `abs`".to_owned(),
                span,
                help: near.map(|near| format!("did you mean `{near}`?")),
            });
        };
        let mut arguments = vec![self.statement()?];
        while self.take(&[","]).is_some() {
            arguments.push(self.statement()?);
        }
        let label = format!("expected `,` or `)` in the arguments of `{name}`");
        let close = self.expect(")", &label)?;
        let span = span.start..close.span.end;
        if *function == Function::Abs && arguments.len() != 1 {
            let message = "`abs` takes one argument".to_owned();
            return Err(ExprError { message, label: String::new(), span, help: None });
        }
        Ok(Expr { node: Node::Call(*function, arguments), span })
    }
}

fn join(left: Expr, right: Expr, node: impl FnOnce(Box<Expr>, Box<Expr>) -> Node) -> Expr {
    let span = left.span.start..right.span.end;
    Expr { node: node(left.into(), right.into()), span }
}
