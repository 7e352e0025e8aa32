//! From the conditions that assertions come to, to rows and products over unknown values.

use std::collections::{BTreeMap, HashMap};

use crate::expr::{self, Condition, Formula, Function, Operator};
use crate::interval::Interval;
use crate::joint::{Product, Relation, Row, Says, Variable};
use crate::ledger::{Origin, Quantity};
use crate::number::Number;

/// The largest power that is multiplied out.
const MAX_POWER: i64 = 4;

/// By what two quantities are one unknown: where they come from and how they are read; and, for
/// what belongs to one assertion alone, to which.
type Key = (Origin, usize, Interval);

/// The unknown values that assertions speak of.
#[derive(Default)]
pub(super) struct Unknowns {
    pub variables: Vec<Variable>,
    /// The quantity that each stands for; `None` for what only the working needs.
    pub quantities: Vec<Option<Quantity>>,
    known: HashMap<Key, usize>,
}

/// A linear expression: factors by variable, and what is added.
#[derive(Clone, Debug)]
struct Linear {
    factors: BTreeMap<usize, Number>,
    constant: Number,
}

/// One condition on its way to rows and products.
pub(super) struct Lowering<'a> {
    unknowns: &'a mut Unknowns,
    weight: &'a dyn Fn(&Quantity) -> Option<u32>,
    owner: usize,
    seen: Seen,
}

/// Which unknowns a condition speaks of.
#[derive(Default)]
pub(super) struct Seen {
    /// Whether one stands in it twice.
    pub twice: bool,
    /// Whether one is a claim without a value.
    pub unprinted: bool,
    /// Those that are figures, by the names that the assertion has for them.
    pub names: Vec<(String, usize)>,
}

impl<'a> Lowering<'a> {
    /// `weight` is what a figure weighs, `None` for one that is trusted; `owner` tells apart what
    /// belongs to one assertion alone.
    pub fn new(
        unknowns: &'a mut Unknowns,
        weight: &'a dyn Fn(&Quantity) -> Option<u32>,
        owner: usize,
    ) -> Self {
        Self { unknowns, weight, owner, seen: Seen::default() }
    }

    /// What was spoken of.
    pub fn seen(self) -> Seen {
        self.seen
    }

    /// The condition as rows and products; `None` if nothing of it can be said in such.
    pub fn says(&mut self, condition: &Condition<Quantity>) -> Option<Says> {
        match condition {
            Condition::Compare(a, relation, b) => self.compare(a, *relation, b),
            Condition::Meet(all) => {
                let (first, rest) = all.split_first()?;
                let equal = |b: &Formula<_>| self.compare(first, expr::Relation::Equal, b);
                some(rest.iter().map(equal))
            }
            Condition::Rising { all, strict } => {
                let relation = if *strict { expr::Relation::Below } else { expr::Relation::AtMost };
                some(all.windows(2).map(|pair| self.compare(&pair[0], relation, &pair[1])))
            }
            Condition::All(all) => some(all.iter().map(|one| self.says(one))),
            // What cannot be said of one way to satisfy it leaves the whole of it open.
            Condition::Any(all) => {
                Some(Says::Any(all.iter().map(|one| self.says(one)).collect::<Option<_>>()?))
            }
        }
    }

    fn compare(
        &mut self,
        a: &Formula<Quantity>,
        relation: expr::Relation,
        b: &Formula<Quantity>,
    ) -> Option<Says> {
        let mut defined = Vec::new();
        let (a, b) = (self.linear(a, &mut defined)?, self.linear(b, &mut defined)?);
        let (up, down) = (a.clone().plus(b.clone().times(&-Number::one())), b.minus(a));
        let row = |linear: Linear, relation| Says::Row(linear.against_zero(relation));
        defined.push(match relation {
            expr::Relation::Equal => row(up, Relation::Equal),
            expr::Relation::AtMost => row(up, Relation::AtMost),
            expr::Relation::Below => row(up, Relation::Below),
            expr::Relation::AtLeast => row(down, Relation::AtMost),
            expr::Relation::Above => row(down, Relation::Below),
            expr::Relation::Unequal => {
                Says::Any(vec![row(up, Relation::Below), row(down, Relation::Below)])
            }
        });
        Some(if defined.len() == 1 { defined.remove(0) } else { Says::All(defined) })
    }

    /// A formula as a linear expression over unknowns. What is not linear becomes an unknown of
    /// its own, and what defines it is added to `defined`.
    fn linear(&mut self, formula: &Formula<Quantity>, defined: &mut Vec<Says>) -> Option<Linear> {
        Some(match formula {
            Formula::Value(quantity) => self.value(quantity),
            Formula::Negative(inner) => self.linear(inner, defined)?.times(&-Number::one()),
            Formula::Arithmetic(operator, a, b) => {
                let (a, b) = (self.linear(a, defined)?, self.linear(b, defined)?);
                match operator {
                    Operator::Plus => a.plus(b),
                    Operator::Minus => a.minus(b),
                    Operator::Times => self.product(a, b, defined),
                    Operator::Over => self.quotient(a, b, defined)?,
                    Operator::Power => self.power(a, &b, defined)?,
                }
            }
            Formula::Call(function, all) => {
                let all: Vec<Linear> =
                    all.iter().map(|one| self.linear(one, defined)).collect::<Option<_>>()?;
                match function {
                    Function::Sum => {
                        all.into_iter().fold(Linear::constant(Number::zero()), Linear::plus)
                    }
                    Function::Max => self.extreme(&all, &Number::one(), defined),
                    Function::Min => self.extreme(&all, &-Number::one(), defined),
                    Function::Abs => {
                        let [one] = <[Linear; 1]>::try_from(all).ok()?;
                        let minus = one.clone().times(&-Number::one());
                        self.extreme(&[one, minus], &Number::one(), defined)
                    }
                }
            }
            Formula::Elapsed(..) => return None,
        })
    }

    /// The unknown that a quantity stands for, or the number that it is.
    fn value(&mut self, quantity: &Quantity) -> Linear {
        let Some(origin) = &quantity.origin else {
            return match quantity.set.as_point() {
                Some(at) => Linear::constant(at.clone()),
                None => self.fresh(&quantity.name, quantity.set.clone(), Some(quantity)),
            };
        };
        let own = matches!(origin, Origin::Whole(_));
        let owner = if own { self.owner } else { 0 };
        let key = (origin.clone(), owner, quantity.set.clone());
        let next = self.unknowns.variables.len();
        let at = *self.unknowns.known.entry(key).or_insert(next);
        if at == next {
            let count = quantity.figure.as_ref().is_some_and(|figure| figure.is_count());
            let printed = quantity.figure.is_some();
            let set = || quantity.set.clone();
            self.unknowns.variables.push(Variable {
                name: quantity.name.clone(),
                printed: printed.then(set),
                domain: match printed {
                    false => set(),
                    true if count => Interval::at_least(Number::zero()).hull(&quantity.set),
                    true => Interval::all(),
                },
                whole: own || count || quantity.unit.is_date(),
                weight: if printed { (self.weight)(quantity) } else { None },
            });
            self.unknowns.quantities.push(Some(quantity.clone()));
        }
        self.seen.unprinted |= quantity.figure.is_none() && matches!(origin, Origin::Declared(..));
        // A length of time that is counted in days here is no figure of the assertion's.
        let own_unit = |figure: &crate::figure::Figure| figure.unit() == &quantity.unit;
        if quantity.figure.as_ref().is_some_and(|figure| own_unit(figure)) {
            let named = (quantity.name.clone(), at);
            self.seen.twice |= self.seen.names.contains(&named);
            self.seen.names.push(named);
        }
        Linear::of(at)
    }

    /// A new unknown that is not printed.
    fn fresh(&mut self, name: &str, domain: Interval, of: Option<&Quantity>) -> Linear {
        let name = name.to_owned();
        let (printed, whole, weight) = (None, false, None);
        self.unknowns.variables.push(Variable { name, printed, domain, whole, weight });
        self.unknowns.quantities.push(of.cloned());
        Linear::of(self.unknowns.variables.len() - 1)
    }

    /// The expression as one unknown.
    fn unknown(&mut self, linear: Linear, defined: &mut Vec<Says>) -> usize {
        if let Some(at) = linear.alone() {
            return at;
        }
        let fresh = self.fresh("", Interval::all(), None);
        let at = fresh.alone().unwrap_or_default();
        defined.push(Says::Row(fresh.minus(linear).against_zero(Relation::Equal)));
        at
    }

    fn product(&mut self, a: Linear, b: Linear, defined: &mut Vec<Says>) -> Linear {
        if let Some(factor) = a.as_constant() {
            return b.times(factor);
        }
        if let Some(factor) = b.as_constant() {
            return a.times(factor);
        }
        let factors = [self.unknown(a, defined), self.unknown(b, defined)];
        let whole = self.fresh("", Interval::all(), None);
        let at = whole.alone().unwrap_or_default();
        defined.push(Says::Product(Product { whole: at, factors }));
        whole
    }

    /// a / b is the q with a = q × b.
    fn quotient(&mut self, a: Linear, b: Linear, defined: &mut Vec<Says>) -> Option<Linear> {
        if let Some(divisor) = b.as_constant() {
            return Some(a.times(&Number::one().checked_div(divisor)?));
        }
        let (whole, b) = (self.unknown(a, defined), self.unknown(b, defined));
        let quotient = self.fresh("", Interval::all(), None);
        let at = quotient.alone()?;
        defined.push(Says::Product(Product { whole, factors: [at, b] }));
        Some(quotient)
    }

    fn power(&mut self, base: Linear, by: &Linear, defined: &mut Vec<Says>) -> Option<Linear> {
        let by = by.as_constant().and_then(Number::to_i64).filter(|by| by.abs() <= MAX_POWER)?;
        let one = Linear::constant(Number::one());
        let power =
            (0..by.abs()).fold(one.clone(), |power, _| self.product(power, base.clone(), defined));
        if by < 0 { self.quotient(one, power, defined) } else { Some(power) }
    }

    /// The greatest of several, if `sign` is one; the least, if it is minus one.
    fn extreme(&mut self, all: &[Linear], sign: &Number, defined: &mut Vec<Says>) -> Linear {
        let extreme = self.fresh("", Interval::all(), None);
        let short = |one: &Linear| one.clone().minus(extreme.clone()).times(sign);
        let row = |linear: Linear| Says::Row(linear.against_zero(Relation::AtMost));
        defined.extend(all.iter().map(|one| row(short(one))));
        let not_beyond = |one: &Linear| row(short(one).times(&-Number::one()));
        defined.push(Says::Any(all.iter().map(not_beyond).collect()));
        extreme
    }
}

/// Those that can be said, if any can.
fn some(all: impl Iterator<Item = Option<Says>>) -> Option<Says> {
    let mut said: Vec<Says> = all.flatten().collect();
    match said.len() {
        0 => None,
        1 => said.pop(),
        _ => Some(Says::All(said)),
    }
}

impl Linear {
    fn constant(constant: Number) -> Self {
        Self { factors: BTreeMap::new(), constant }
    }

    fn of(variable: usize) -> Self {
        let factors = BTreeMap::from([(variable, Number::one())]);
        Self { factors, constant: Number::zero() }
    }

    fn plus(mut self, other: Self) -> Self {
        for (variable, factor) in other.factors {
            let sum = self.factors.remove(&variable).map_or(factor.clone(), |own| own + factor);
            if !sum.is_zero() {
                self.factors.insert(variable, sum);
            }
        }
        self.constant = self.constant + other.constant;
        self
    }

    fn minus(self, other: Self) -> Self {
        self.plus(other.times(&-Number::one()))
    }

    fn times(mut self, factor: &Number) -> Self {
        if factor.is_zero() {
            return Self::constant(Number::zero());
        }
        self.factors.values_mut().for_each(|own| *own = &*own * factor);
        self.constant = &self.constant * factor;
        self
    }

    fn as_constant(&self) -> Option<&Number> {
        self.factors.is_empty().then_some(&self.constant)
    }

    /// The variable that it is.
    fn alone(&self) -> Option<usize> {
        let mut factors = self.factors.iter();
        let (at, factor) = factors.next()?;
        (factors.next().is_none() && *factor == 1 && self.constant.is_zero()).then_some(*at)
    }

    fn against_zero(self, relation: Relation) -> Row {
        Row { terms: self.factors.into_iter().collect(), relation, bound: -self.constant }
    }
}
