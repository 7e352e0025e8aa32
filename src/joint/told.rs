//! A proof as arithmetic that a person can follow.

use std::fmt::Write;

use super::proof::{By, Close, Node, Place, Premise, Proof};
use super::simplex::Side;
use super::system::{Product, Relation, Row, Says, System};
use crate::number::Number;

/// The most lines that are told.
const MAX_LINES: usize = 60;

/// Writes a number that is a value of one of these variables, or a sum of them.
pub type Show<'a> = dyn Fn(&[usize], &Number) -> String + 'a;

impl Proof {
    /// The proof line by line: what is added up, and what it comes to. Cases stand one after the
    /// other, indented.
    pub fn told(&self, system: &System, show: &Show) -> Vec<String> {
        let mut telling = Telling { system, show, lines: Vec::new(), left_out: 0 };
        telling.node(&self.root, 0);
        if telling.left_out > 0 {
            telling.lines.push(format!("and {} more lines", telling.left_out));
        }
        telling.lines
    }
}

struct Telling<'a> {
    system: &'a System,
    show: &'a Show<'a>,
    lines: Vec<String>,
    left_out: usize,
}

impl Telling<'_> {
    fn say(&mut self, depth: usize, text: &str) {
        if self.lines.len() < MAX_LINES {
            self.lines.push(format!("{}{text}", "  ".repeat(depth)));
        } else {
            self.left_out += 1;
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        for step in &node.steps {
            let Row { terms, bound, .. } = row_of(&step.line.terms, &step.line.bound);
            let sign = if step.line.strict { "<" } else { "≤" };
            let line = self.relation(&terms, sign, &bound);
            let why = self.because(&step.by);
            self.say(depth, &format!("({}) {line}, {why}", step.id));
        }
        match &node.close {
            Close::Sum(parts) => self.sum(parts, depth),
            Close::Cut { variable, at, ids, cases } => {
                let name = self.name(*variable);
                let whole = self.system.variables[*variable].whole;
                let value = (self.show)(&[*variable], at);
                let above = if whole {
                    let next = (self.show)(&[*variable], &(at + &Number::one()));
                    format!("{name} ≥ {next}")
                } else {
                    format!("{name} > {value}")
                };
                self.say(depth, &format!("if ({}) {name} ≤ {value}:", ids[0]));
                self.node(&cases[0], depth + 1);
                self.say(depth, &format!("if ({}) {above}:", ids[1]));
                self.node(&cases[1], depth + 1);
            }
            Close::Choose { place, cases } => {
                for (part, case) in cases.iter().enumerate() {
                    let says = place.part(part);
                    let says = self.says(&says);
                    self.say(depth, &format!("if {says}:"));
                    self.node(case, depth + 1);
                }
            }
        }
    }

    /// Lines, each so many times, and what they come to when they are added.
    fn sum(&mut self, parts: &[(Premise, Number)], depth: usize) {
        let parts = whole_multipliers(parts);
        let (mut least, mut most) = (Number::zero(), Number::zero());
        let mut strict = false;
        let mut variables = Vec::new();
        let (mut ends, mut rest): (Vec<_>, Vec<_>) =
            parts.iter().partition(|(premise, _)| matches!(premise, Premise::Printed(..)));
        ends.append(&mut rest);
        for (premise, times) in ends {
            let text = self.premise(premise);
            let times_text = if *times == 1 { String::new() } else { format!("{times} × ") };
            self.say(depth, &format!("{times_text}{text}"));
            if let Some((bound, excluded, of)) = self.bound(premise) {
                let amount = &bound * times;
                if amount.is_negative() {
                    least = least - amount
                } else {
                    most = most + amount
                }
                strict |= excluded;
                variables.extend(of);
            }
        }
        let known = parts.iter().all(|(premise, _)| !matches!(premise, Premise::Line(_)));
        let sign = if strict { "<" } else { "≤" };
        let text = if known {
            let (least, most) = ((self.show)(&variables, &least), (self.show)(&variables, &most));
            format!("added up: {least} {sign} {most}, which is impossible")
        } else {
            "added up, that is impossible".to_owned()
        };
        self.say(depth, &text);
    }

    /// What a premise bounds its sum by, whether the bound is excluded, and which figure's end it
    /// is.
    fn bound(&self, premise: &Premise) -> Option<(Number, bool, Option<usize>)> {
        let end = |variable: usize, side: &Side, set: &crate::interval::Interval| {
            let end = if *side == Side::Lo { set.lo() } else { set.hi() }?;
            let at = if *side == Side::Lo { -end.at.clone() } else { end.at.clone() };
            Some((at, !end.closed, Some(variable)))
        };
        match premise {
            Premise::Printed(variable, side) => {
                end(*variable, side, self.system.variables[*variable].printed.as_ref()?)
            }
            Premise::Domain(variable, side) => {
                end(*variable, side, &self.system.variables[*variable].domain)
            }
            Premise::Row { place, turned } => match place.says(self.system)? {
                Says::Row(row) => {
                    let bound = if *turned { -row.bound.clone() } else { row.bound.clone() };
                    Some((bound, row.relation == Relation::Below, None))
                }
                _ => None,
            },
            Premise::Line(_) => None,
        }
    }

    fn premise(&self, premise: &Premise) -> String {
        let end = |variable: usize, side: &Side, set: Option<&crate::interval::Interval>| {
            let end = set.and_then(|set| if *side == Side::Lo { set.lo() } else { set.hi() });
            let Some(end) = end else { return self.name(variable) };
            let value = (self.show)(&[variable], &end.at);
            let sign = match (side, end.closed) {
                (Side::Lo, true) => "≥",
                (Side::Lo, false) => ">",
                (Side::Hi, true) => "≤",
                (Side::Hi, false) => "<",
            };
            format!("{} {sign} {value}", self.name(variable))
        };
        match premise {
            Premise::Printed(variable, side) => {
                end(*variable, side, self.system.variables[*variable].printed.as_ref())
            }
            Premise::Domain(variable, side) => {
                end(*variable, side, Some(&self.system.variables[*variable].domain))
            }
            Premise::Row { place, .. } => {
                format!("{}   ({})", self.says(place), self.system.rules[place.rule].name)
            }
            Premise::Line(id) => format!("line ({id})"),
        }
    }

    fn because(&self, by: &By) -> String {
        let product = by.product().map(|place| self.says(place)).unwrap_or_default();
        let from = by.premises().into_iter().map(|premise| self.premise(premise));
        let mut from: Vec<String> = from.collect();
        from.dedup();
        let from = from.join(", ");
        match by {
            By::Sum(_) => format!("from {from}"),
            By::Round(_) => format!("since these are whole numbers, from {from}"),
            _ if from.is_empty() => format!("since {product}"),
            _ => format!("since {product}, with {from}"),
        }
    }

    fn says(&self, place: &Place) -> String {
        match place.says(self.system) {
            Some(says) => self.said(says),
            None => String::new(),
        }
    }

    fn said(&self, says: &Says) -> String {
        let several = |all: &[Says], joint: &str| {
            all.iter().map(|one| self.said(one)).collect::<Vec<_>>().join(joint)
        };
        match says {
            Says::Row(row) => {
                let sign = match row.relation {
                    Relation::Equal => "=",
                    Relation::AtMost => "≤",
                    Relation::Below => "<",
                };
                self.relation(&row.terms, sign, &row.bound)
            }
            Says::Product(Product { whole, factors: [a, b] }) => {
                format!("{} = {} × {}", self.name(*whole), self.name(*a), self.name(*b))
            }
            Says::All(all) => several(all, " and "),
            Says::Any(all) => several(all, " or "),
        }
    }

    /// A relation with its positive terms on the left and the others on the right.
    fn relation(&self, terms: &[(usize, Number)], sign: &str, bound: &Number) -> String {
        let (mut left, mut right) = (String::new(), String::new());
        for (variable, factor) in terms {
            let side = if factor.is_negative() { &mut right } else { &mut left };
            let plus = if side.is_empty() { "" } else { " + " };
            let times = factor.abs();
            let times = if times == 1 { String::new() } else { format!("{times} × ") };
            let _ = write!(side, "{plus}{times}{}", self.name(*variable));
        }
        let variables: Vec<usize> = terms.iter().map(|(variable, _)| *variable).collect();
        if !bound.is_zero() || right.is_empty() {
            let side = if bound.is_negative() { &mut left } else { &mut right };
            let plus = if side.is_empty() { "" } else { " + " };
            let _ = write!(side, "{plus}{}", (self.show)(&variables, &bound.abs()));
        }
        let or_zero = |side: String| if side.is_empty() { "0".to_owned() } else { side };
        format!("{} {sign} {}", or_zero(left), or_zero(right))
    }

    fn name(&self, variable: usize) -> String {
        let name = &self.system.variables[variable].name;
        if name.is_empty() { format!("x{variable}") } else { name.clone() }
    }
}

/// A line without its strictness, for printing.
fn row_of(terms: &[(usize, Number)], bound: &Number) -> Row {
    Row { terms: terms.to_vec(), relation: Relation::AtMost, bound: bound.clone() }
}

/// The same lines as often as whole numbers say, the least that will do.
fn whole_multipliers(parts: &[(Premise, Number)]) -> Vec<(Premise, Number)> {
    let fractions: Option<Vec<(i128, i128)>> =
        parts.iter().map(|(_, times)| times.as_fraction()).collect();
    let Some(fractions) = fractions else { return parts.to_vec() };
    let common = fractions.iter().try_fold(1_i128, |all, (_, under)| {
        all.checked_mul(under / gcd(all, *under)).filter(|all| *all < 1 << 60)
    });
    let Some(common) = common else { return parts.to_vec() };
    let Ok(common) = i64::try_from(common) else { return parts.to_vec() };
    let scaled = |times: &Number| times * &Number::from(common);
    let divisor = parts.iter().fold(0_i128, |all, (_, times)| {
        scaled(times).as_fraction().map_or(1, |(over, _)| gcd(all, over))
    });
    let divisor = i64::try_from(divisor.max(1)).unwrap_or(1);
    let divided = |times: &Number| {
        let whole = scaled(times);
        whole.checked_div(&Number::from(divisor)).unwrap_or(whole)
    };
    parts.iter().map(|(premise, times)| (premise.clone(), divided(times))).collect()
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
