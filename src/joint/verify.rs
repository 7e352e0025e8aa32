//! The checker of proofs. It shares nothing with the search that found them but the types.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Assumed;
use super::proof::{By, Close, Line, Node, Place, Premise, Proof, Step};
use super::simplex::Side;
use super::system::{Product, Relation, Says, System};
use crate::interval::{End, Interval};
use crate::number::Number;

/// Whether `proof` shows that no values satisfy what is assumed of the system.
pub fn verify(system: &System, assumed: &Assumed, proof: &Proof) -> bool {
    let case = Case { system, assumed, lines: BTreeMap::new(), chosen: BTreeSet::new() };
    case.closes(&proof.root).is_some()
}

/// What holds in one case: the system, lines by their ids, and the parts of rules chosen.
#[derive(Clone)]
struct Case<'a> {
    system: &'a System,
    assumed: &'a Assumed,
    lines: BTreeMap<usize, Line>,
    chosen: BTreeSet<(Place, usize)>,
}

impl Case<'_> {
    fn closes(mut self, node: &Node) -> Option<()> {
        for step in &node.steps {
            self.follows(step)?;
            self.add(step.id, step.line.clone())?;
        }
        match &node.close {
            Close::Sum(lines) => {
                let sum = self.sum(lines)?;
                let broken = sum.bound.is_negative() || (sum.strict && sum.bound.is_zero());
                (sum.terms.is_empty() && broken).then_some(())
            }
            Close::Cut { variable, at, ids, cases } => {
                let whole = self.system.variables.get(*variable)?.whole;
                if whole && !at.is_integer() {
                    return None;
                }
                let lower = one(*variable, Side::Hi, at, false);
                let next = at + &Number::one();
                let upper = one(*variable, Side::Lo, if whole { &next } else { at }, !whole);
                let mut other = self.clone();
                self.add(ids[0], lower)?;
                other.add(ids[1], upper)?;
                self.closes(&cases[0])?;
                other.closes(&cases[1])
            }
            Close::Choose { place, cases } => {
                let Says::Any(parts) = self.part(place)? else { return None };
                if parts.len() != cases.len() {
                    return None;
                }
                for (part, node) in cases.iter().enumerate() {
                    let mut case = self.clone();
                    case.chosen.insert((place.clone(), part));
                    case.closes(node)?;
                }
                Some(())
            }
        }
    }

    fn add(&mut self, id: usize, line: Line) -> Option<()> {
        self.lines.insert(id, line).is_none().then_some(())
    }

    /// What stands at a place, if its rule is assumed and all choices on the way were made.
    fn part(&self, place: &Place) -> Option<&Says> {
        if !*self.assumed.rules.get(place.rule)? {
            return None;
        }
        let mut above = Place::rule(place.rule);
        for part in &place.path {
            let free = match above.says(self.system)? {
                Says::All(_) => true,
                Says::Any(_) => self.chosen.contains(&(above.clone(), *part)),
                Says::Row(_) | Says::Product(_) => false,
            };
            if !free {
                return None;
            }
            above = above.part(*part);
        }
        place.says(self.system)
    }

    fn product(&self, place: &Place) -> Option<Product> {
        match self.part(place)? {
            Says::Product(product) => Some(*product),
            _ => None,
        }
    }

    fn line(&self, premise: &Premise) -> Option<Line> {
        match premise {
            Premise::Domain(variable, side) => {
                end(*variable, *side, &self.system.variables.get(*variable)?.domain)
            }
            Premise::Printed(variable, side) => {
                if !*self.assumed.printed.get(*variable)? {
                    return None;
                }
                end(*variable, *side, self.system.variables.get(*variable)?.printed.as_ref()?)
            }
            Premise::Row { place, turned } => {
                let Says::Row(row) = self.part(place)? else { return None };
                if *turned && row.relation != Relation::Equal {
                    return None;
                }
                let sign = Number::from(if *turned { -1 } else { 1 });
                let terms = row.terms.iter().map(|(of, factor)| (*of, factor * &sign));
                let strict = row.relation == Relation::Below;
                Some(line(terms, &row.bound * &sign, strict))
            }
            Premise::Line(id) => self.lines.get(id).cloned(),
        }
    }

    fn sum(&self, lines: &[(Premise, Number)]) -> Option<Line> {
        let (mut terms, mut bound, mut strict) = (Vec::new(), Number::zero(), false);
        for (premise, times) in lines {
            if times.is_negative() {
                return None;
            }
            let line = self.line(premise)?;
            terms.extend(line.terms.iter().map(|(of, factor)| (*of, factor * times)));
            bound = bound + &line.bound * times;
            strict |= line.strict && !times.is_zero();
        }
        Some(line(terms, bound, strict))
    }

    /// An end of one variable: which, its factor, and the bound.
    fn single(&self, premise: &Premise) -> Option<(usize, Number, Line)> {
        let line = self.line(premise)?;
        match line.terms.as_slice() {
            [(of, factor)] => Some((*of, factor.clone(), line)),
            _ => None,
        }
    }

    /// The range of a variable by those premises that are about it.
    fn range(&self, variable: usize, ends: &[Premise]) -> Option<Interval> {
        let mut range = Interval::all();
        for premise in ends {
            let (of, factor, line) = self.single(premise)?;
            if of == variable {
                let at = &line.bound / &factor;
                let half = Some(End { at, closed: !line.strict });
                let half = if factor.is_negative() { (half, None) } else { (None, half) };
                range = range.intersect(&Interval::new(half.0, half.1)?)?;
            }
        }
        Some(range)
    }

    fn follows(&self, step: &Step) -> Option<()> {
        let found = match &step.by {
            By::Sum(lines) => self.sum(lines)?,
            By::Round(premise) => self.rounded(self.line(premise)?)?,
            By::Corner(place, premises) => self.corner(self.product(place)?, premises)?,
            By::Tangent(place, at) => {
                let Product { whole, factors: [a, b] } = self.product(place)?;
                let terms = [(a, at + at), (whole, Number::from(-1))];
                (a == b).then(|| line(terms, at * at, false))?
            }
            By::Fixed { place, factor, ends, turned } => {
                let product = self.product(place)?;
                let range = self.range(*product.factors.get(*factor)?, ends)?;
                let other = product.factors[1 - factor];
                let sign = Number::from(if *turned { -1 } else { 1 });
                let terms = [(product.whole, sign.clone()), (other, -(range.as_point()? * &sign))];
                line(terms, Number::zero(), false)
            }
            By::Times(place, ends) => {
                let Product { whole, factors: [a, b] } = self.product(place)?;
                let (left, right) = (self.range(a, ends)?, self.range(b, ends)?);
                let range = if a == b { left.checked_pow(2)? } else { &left * &right };
                return implied(&step.line, whole, &range);
            }
            By::Over(place, factor, ends) => {
                let product = self.product(place)?;
                let of = *product.factors.get(*factor)?;
                let zero = Number::zero();
                let whole = self.range(product.whole, ends)?;
                let other = self.range(product.factors[1 - factor], ends)?;
                // Nought times anything is nought: only if that is out of the question.
                let sound = !whole.contains(&zero) || !other.contains(&zero);
                return implied(&step.line, of, &whole.checked_div(&other).filter(|_| sound)?);
            }
        };
        weaker(&step.line, &found)
    }

    /// The line over its greatest common divisor, with the bound rounded; all variables in it must
    /// be whole.
    fn rounded(&self, found: Line) -> Option<Line> {
        let mut common: Option<(i128, i128)> = None;
        for (of, factor) in &found.terms {
            if !self.system.variables.get(*of)?.whole {
                return None;
            }
            let (over, under) = factor.as_fraction()?;
            let (a, b) = common.unwrap_or((0, 1));
            common = Some((gcd(a, over), b.checked_mul(under / gcd(b, under))?));
        }
        let (over, under) = common?;
        let unit = Number::ratio(i64::try_from(over).ok()?, u64::try_from(under).ok()?);
        let terms = found.terms.iter().map(|(of, factor)| (*of, factor / &unit));
        let bound = &found.bound / &unit;
        let whole = if found.strict { bound.ceil() - Number::one() } else { bound.floor() };
        let rounded = line(terms, whole, false);
        let integral = rounded.terms.iter().all(|(_, factor)| factor.is_integer());
        integral.then_some(rounded)
    }

    /// (bound − k·a)(bound' − k'·b), which is not negative, with the product for a·b.
    fn corner(&self, product: Product, premises: &[Premise; 2]) -> Option<Line> {
        let Product { whole, factors: [a, b] } = product;
        let (x, k, left) = self.single(&premises[0])?;
        let (y, l, right) = self.single(&premises[1])?;
        if (x, y) != (a, b) {
            return None;
        }
        let terms = [(b, &left.bound * &l), (a, &right.bound * &k), (whole, -(&k * &l))];
        Some(line(terms, &left.bound * &right.bound, left.strict && right.strict))
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

/// Terms of the same variable are added, and what is left in order.
fn line(terms: impl IntoIterator<Item = (usize, Number)>, bound: Number, strict: bool) -> Line {
    let mut sums: BTreeMap<usize, Number> = BTreeMap::new();
    for (of, factor) in terms {
        let sum = sums.entry(of).or_insert_with(Number::zero);
        *sum = &*sum + &factor;
    }
    let terms = sums.into_iter().filter(|(_, factor)| !factor.is_zero()).collect();
    Line { terms, bound, strict }
}

/// A variable at most a value (or below it), or at least one (or above it).
fn one(variable: usize, side: Side, at: &Number, strict: bool) -> Line {
    let sign = Number::from(if side == Side::Hi { 1 } else { -1 });
    Line { terms: vec![(variable, sign.clone())], bound: at * &sign, strict }
}

fn end(variable: usize, side: Side, of: &Interval) -> Option<Line> {
    let end = if side == Side::Lo { of.lo() } else { of.hi() }?;
    Some(one(variable, side, &end.at, !end.closed))
}

/// Whether `claimed` says no more than `found`, of the same sum.
fn weaker(claimed: &Line, found: &Line) -> Option<()> {
    let same = claimed.bound == found.bound && (found.strict || !claimed.strict);
    (claimed.terms == found.terms && (claimed.bound > found.bound || same)).then_some(())
}

/// Whether `claimed` is an end of a variable that the range keeps.
fn implied(claimed: &Line, variable: usize, range: &Interval) -> Option<()> {
    let [(of, factor)] = claimed.terms.as_slice() else { return None };
    let side = if factor.is_negative() { Side::Lo } else { Side::Hi };
    let mut found = end(variable, side, range)?;
    let size = factor.abs();
    found.terms[0].1 = &found.terms[0].1 * &size;
    found.bound = &found.bound * &size;
    (*of == variable).then(|| weaker(claimed, &found))?
}
