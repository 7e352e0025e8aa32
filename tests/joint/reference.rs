//! What a system says, by other means than the library's: every whole number is tried, every
//! choice is taken, and what is left, linear and real, is eliminated variable by variable (Fourier
//! and Motzkin). Slow and plain.

use std::collections::BTreeSet;

use tieout::joint::{Assumed, Product, Relation, Row, Rule, Says, System, Variable};
use tieout::{End, Interval, Number};

/// The sum of `factors` times the variables is at most `bound`, below it, or equal to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    factors: Vec<i128>,
    bound: i128,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Equal,
    AtMost,
    Below,
}

impl Line {
    fn new(many: usize, terms: &[(usize, Number)], kind: Kind, bound: &Number) -> Self {
        let numbers = terms.iter().map(|(_, factor)| factor).chain([bound]);
        let fractions: Vec<(i128, i128)> = numbers.map(|n| n.as_fraction().unwrap()).collect();
        let under = fractions.iter().fold(1, |under, (_, d)| under / gcd(under, *d) * d);
        let mut factors = vec![0; many];
        for ((of, _), (over, part)) in terms.iter().zip(&fractions) {
            factors[*of] += over * (under / part);
        }
        let (over, part) = fractions.last().unwrap();
        Self { factors, bound: over * (under / part), kind }.reduced()
    }

    fn reduced(mut self) -> Self {
        let common = self.factors.iter().fold(self.bound, |a, b| gcd(a, *b)).max(1);
        self.factors.iter_mut().for_each(|factor| *factor /= common);
        self.bound /= common;
        self
    }

    /// `self` × `a` + `other` × `b`; `b` may be negative only if `other` is an equation.
    fn plus(&self, a: i128, other: &Self, b: i128) -> Self {
        let factors = self.factors.iter().zip(&other.factors);
        let factors = factors.map(|(x, y)| a * x + b * y).collect();
        let bound = a * self.bound + b * other.bound;
        let kind = match (self.kind, other.kind) {
            (Kind::Below, _) | (_, Kind::Below) => Kind::Below,
            (Kind::Equal, kind) | (kind, Kind::Equal) => kind,
            _ => Kind::AtMost,
        };
        Self { factors, bound, kind }.reduced()
    }

    /// Puts a value in for a variable.
    fn at(&self, of: usize, value: i128) -> Self {
        let mut line = self.clone();
        line.bound -= line.factors[of] * value;
        line.factors[of] = 0;
        line
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Eliminates every variable but `but`; `None` if nothing satisfies the lines.
fn eliminate(mut lines: Vec<Line>, many: usize, but: Option<usize>) -> Option<Vec<Line>> {
    for of in (0..many).filter(|of| Some(*of) != but) {
        let mut next = Vec::new();
        let equation = lines.iter().find(|l| l.kind == Kind::Equal && l.factors[of] != 0).cloned();
        if let Some(equation) = equation {
            let p = equation.factors[of];
            for line in lines.iter().filter(|line| **line != equation) {
                next.push(line.plus(p.abs(), &equation, -line.factors[of] * p.signum()));
            }
        } else {
            next.extend(lines.iter().filter(|line| line.factors[of] == 0).cloned());
            for up in lines.iter().filter(|line| line.factors[of] > 0) {
                for down in lines.iter().filter(|line| line.factors[of] < 0) {
                    next.push(up.plus(-down.factors[of], down, up.factors[of]));
                }
            }
        }
        next.sort();
        next.dedup();
        lines = next;
        let mut kept = Vec::new();
        for line in lines {
            if line.factors.iter().any(|factor| *factor != 0) {
                kept.push(line);
            } else if !match line.kind {
                Kind::Equal => line.bound == 0,
                Kind::AtMost => line.bound >= 0,
                Kind::Below => line.bound > 0,
            } {
                return None;
            }
        }
        lines = kept;
    }
    Some(lines)
}

fn row(many: usize, row: &Row) -> Line {
    let kind = match row.relation {
        Relation::Equal => Kind::Equal,
        Relation::AtMost => Kind::AtMost,
        Relation::Below => Kind::Below,
    };
    Line::new(many, &row.terms, kind, &row.bound)
}

/// A part of a rule, once all choices are taken.
#[derive(Clone, Debug)]
enum Part {
    Line(Line),
    Product([usize; 3]),
}

fn ways(many: usize, says: &Says) -> Vec<Vec<Part>> {
    match says {
        Says::Row(says) => vec![vec![Part::Line(row(many, says))]],
        Says::Product(product) => {
            let [a, b] = product.factors;
            vec![vec![Part::Product([product.whole, a, b])]]
        }
        Says::All(parts) => both(parts.iter().map(|part| ways(many, part))),
        Says::Any(parts) => parts.iter().flat_map(|part| ways(many, part)).collect(),
    }
}

fn both(parts: impl Iterator<Item = Vec<Vec<Part>>>) -> Vec<Vec<Part>> {
    parts.fold(vec![Vec::new()], |before, ways| {
        let add = |first: &Vec<Part>| {
            let first = first.clone();
            ways.iter().map(move |way| [first.clone(), way.clone()].concat()).collect::<Vec<_>>()
        };
        before.iter().flat_map(add).collect()
    })
}

fn ends(many: usize, of: usize, set: &Interval) -> Vec<Line> {
    let kind = |end: &End| if end.closed { Kind::AtMost } else { Kind::Below };
    let hi = set.hi().map(|end| Line::new(many, &[(of, Number::one())], kind(end), &end.at));
    let lo = set.lo().map(|end| Line::new(many, &[(of, Number::from(-1))], kind(end), &-&end.at));
    hi.into_iter().chain(lo).collect()
}

/// Calls `visit` with the lines of each case, until it says that this is enough.
///
/// Whole numbers must have an end on both sides, and each product a factor that is whole.
fn cases(system: &System, assumed: &Assumed, visit: &mut dyn FnMut(Vec<Line>) -> bool) {
    let many = system.variables.len();
    let rules = system.rules.iter().zip(&assumed.rules).filter(|(_, holds)| **holds);
    for way in both(rules.map(|(rule, _)| ways(many, &rule.says))) {
        let mut sets = Vec::new();
        for (of, variable) in system.variables.iter().enumerate() {
            let counts = variable.printed.as_ref().filter(|_| assumed.printed[of]);
            let set =
                counts.map_or(Some(variable.domain.clone()), |s| s.intersect(&variable.domain));
            let set = if variable.whole { set.and_then(|set| set.integers()) } else { set };
            let Some(set) = set else { return };
            sets.push(set);
        }
        let mut lines: Vec<Line> = Vec::new();
        let mut products = Vec::new();
        for part in way {
            match part {
                Part::Line(line) => lines.push(line),
                Part::Product(product) => products.push(product),
            }
        }
        let whole: Vec<usize> = (0..many).filter(|of| system.variables[*of].whole).collect();
        for of in (0..many).filter(|of| !whole.contains(of)) {
            lines.extend(ends(many, of, &sets[of]));
        }
        let mut values = vec![None; many];
        if put(&whole, &sets, &mut values, &lines, &products, visit) {
            return;
        }
    }
}

fn put(
    whole: &[usize],
    sets: &[Interval],
    values: &mut Vec<Option<i128>>,
    lines: &[Line],
    products: &[[usize; 3]],
    visit: &mut dyn FnMut(Vec<Line>) -> bool,
) -> bool {
    let many = values.len();
    let constant = |line: &&Line| line.factors.iter().all(|factor| *factor == 0);
    let broken = |line: &Line| match line.kind {
        Kind::Equal => line.bound != 0,
        Kind::AtMost => line.bound < 0,
        Kind::Below => line.bound <= 0,
    };
    if lines.iter().filter(constant).any(broken) {
        return false;
    }
    if let Some((of, rest)) = whole.split_first() {
        let end = |end: Option<&End>| i128::from(end.unwrap().at.to_i64().unwrap());
        for value in end(sets[*of].lo())..=end(sets[*of].hi()) {
            let lines: Vec<Line> = lines.iter().map(|line| line.at(*of, value)).collect();
            values[*of] = Some(value);
            if put(rest, sets, values, &lines, products, visit) {
                return true;
            }
        }
        values[*of] = None;
        return false;
    }
    let mut lines = lines.to_vec();
    for [of, a, b] in products {
        let (known, other) = if values[*a].is_some() { (*a, *b) } else { (*b, *a) };
        let factor = values[known].expect("a factor is whole");
        let mut line = Line { factors: vec![0; many], bound: 0, kind: Kind::Equal };
        line.factors[*of] += 1;
        line.factors[other] -= factor;
        for (place, value) in values.iter().enumerate() {
            if let Some(value) = value {
                line = line.at(place, *value);
            }
        }
        lines.push(line);
    }
    for (of, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let mut line = Line { factors: vec![0; many], bound: *value, kind: Kind::Equal };
            line.factors[of] = 1;
            lines.push(line);
        }
    }
    visit(lines)
}

/// Whether something satisfies all that is assumed.
pub fn possible(system: &System, assumed: &Assumed) -> bool {
    let many = system.variables.len();
    let mut found = false;
    cases(system, assumed, &mut |lines| {
        found = eliminate(lines, many, None).is_some();
        found
    });
    found
}

/// The smallest range that holds all values a variable can take; `None` if it can take none.
pub fn range(system: &System, assumed: &Assumed, of: usize) -> Option<Interval> {
    let many = system.variables.len();
    let mut all: Option<Interval> = None;
    cases(system, assumed, &mut |lines| {
        let Some(lines) = eliminate(lines, many, Some(of)) else { return false };
        let mut here = Some(Interval::all());
        for line in lines {
            let factor = line.factors[of];
            let at = Number::from(i64::try_from(line.bound).unwrap());
            let at = at.checked_div(&Number::from(i64::try_from(factor).unwrap())).unwrap();
            let half = match (line.kind, factor > 0) {
                (Kind::Equal, _) => Interval::point(at),
                (Kind::AtMost, true) => Interval::at_most(at),
                (Kind::AtMost, false) => Interval::at_least(at),
                (Kind::Below, true) => Interval::below(at),
                (Kind::Below, false) => Interval::above(at),
            };
            here = here.and_then(|here| here.intersect(&half));
        }
        if let Some(here) = here {
            all = Some(all.as_ref().map_or(here.clone(), |all| all.hull(&here)));
        }
        false
    });
    all
}

/// All lightest sets of figures without whose printed sets the rest is possible, none holding
/// another, in order of size and then of places.
pub fn repairs(system: &System, assumed: &Assumed) -> Vec<Vec<usize>> {
    let may = |of: &usize| {
        let variable = &system.variables[*of];
        assumed.printed[*of] && variable.printed.is_some() && variable.weight.is_some()
    };
    let may: Vec<usize> = (0..system.variables.len()).filter(may).collect();
    let weight = |of: &usize| u64::from(system.variables[*of].weight.unwrap());
    let mut sets: Vec<(u64, usize, Vec<usize>)> =
        subsets(&may).map(|set| (set.iter().map(weight).sum(), set.len(), set)).collect();
    sets.sort();
    let mut least = None;
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (weight, _, set) in sets {
        if least.is_some_and(|least| least < weight) {
            break;
        }
        if found.iter().any(|less| less.iter().all(|of| set.contains(of))) {
            continue;
        }
        if possible(system, &without(assumed, &set)) {
            least = Some(weight);
            found.push(set);
        }
    }
    found
}

/// All irreducible conflicts of the rules assumed, smallest first.
pub fn conflicts(system: &System, assumed: &Assumed) -> Vec<Vec<usize>> {
    let rules: Vec<usize> = (0..system.rules.len()).filter(|rule| assumed.rules[*rule]).collect();
    let mut sets: Vec<Vec<usize>> = subsets(&rules).collect();
    sets.sort_by_key(|set| (set.len(), set.clone()));
    let mut found: Vec<Vec<usize>> = Vec::new();
    for set in sets {
        if found.iter().any(|less| less.iter().all(|rule| set.contains(rule))) {
            continue;
        }
        let rules: BTreeSet<usize> = set.iter().copied().collect();
        let some = Assumed { printed: assumed.printed.clone(), ..only(system, &rules) };
        if !possible(system, &some) {
            found.push(set);
        }
    }
    found
}

/// Whether a rule holds wherever the others that are assumed do, and they can: no for all if they
/// cannot. `None` for a choice.
pub fn implied(system: &System, assumed: &Assumed, rule: usize) -> Option<bool> {
    if !possible(system, assumed) {
        return Some(false);
    }
    implied_part(system, assumed, rule, &system.rules[rule].says)
}

fn more(system: &mut System) -> usize {
    let (name, printed, weight) = (String::new(), None, None);
    system.variable(Variable { name, printed, domain: Interval::all(), whole: false, weight })
}

/// Whether what is left without the rule keeps the difference of both sides in its place.
fn implied_part(system: &System, assumed: &Assumed, rule: usize, says: &Says) -> Option<bool> {
    let mut wide = system.clone();
    let (mut terms, relation, bound) = match says {
        Says::Row(row) => (row.terms.clone(), row.relation, row.bound.clone()),
        Says::Product(product) => {
            let is = more(&mut wide);
            wide.rules[rule].says = Says::Product(Product { whole: is, ..*product });
            let terms = vec![(product.whole, Number::one()), (is, Number::from(-1))];
            (terms, Relation::Equal, Number::zero())
        }
        Says::All(parts) => {
            return parts
                .iter()
                .map(|part| implied_part(system, assumed, rule, part))
                .try_fold(true, |all, part| Some(all & part?));
        }
        Says::Any(_) => return None,
    };
    let sum = more(&mut wide);
    terms.push((sum, Number::from(-1)));
    let row = Row { terms, relation: Relation::Equal, bound: Number::zero() };
    wide.rules.push(Rule { name: String::new(), says: Says::Row(row) });
    let mut assumed = assumed.clone();
    assumed.rules[rule] = matches!(says, Says::Product(_));
    assumed.rules.push(true);
    assumed.printed.resize(wide.variables.len(), false);
    let range = range(&wide, &assumed, sum)?;
    let within = match relation {
        Relation::Equal => Interval::point(bound),
        Relation::AtMost => Interval::at_most(bound),
        Relation::Below => Interval::below(bound),
    };
    Some(within.covers(&range))
}

fn only(system: &System, rules: &BTreeSet<usize>) -> Assumed {
    Assumed::only(system, rules, &BTreeSet::new())
}

/// What is assumed, but for the printed sets of some figures.
pub fn without(assumed: &Assumed, figures: &[usize]) -> Assumed {
    let mut assumed = assumed.clone();
    figures.iter().for_each(|of| assumed.printed[*of] = false);
    assumed
}

fn subsets(of: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    (0..1_u32 << of.len()).map(|mask| {
        of.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, e)| *e).collect()
    })
}

/// Known answers, so that the reference is not believed unseen.
#[test]
fn the_reference_answers_what_can_be_seen() {
    let variable = |printed: &str, whole| Variable {
        name: String::new(),
        printed: (!printed.is_empty()).then(|| {
            let (lo, hi) = printed.split_once(' ').unwrap();
            Interval::closed(Number::decimal(lo).unwrap(), Number::decimal(hi).unwrap())
        }),
        domain: Interval::closed(Number::zero(), Number::from(9)),
        whole,
        weight: Some(1),
    };
    let mut system = System::default();
    let a = system.variable(variable("1.5 2.5", false));
    let b = system.variable(variable("0 9", true));
    let c = system.variable(variable("", false));
    let product = Says::Product(Product { whole: c, factors: [a, b] });
    system.rules.push(Rule { name: "c = a b".to_owned(), says: product });
    let most = Row {
        terms: vec![(c, Number::from(2)), (b, Number::one())],
        relation: Relation::Below,
        bound: Number::from(8),
    };
    system.rules.push(Rule { name: "2c + b < 8".to_owned(), says: Says::Row(most) });
    let all = Assumed::all(&system);
    assert!(possible(&system, &all));
    // b is 0 or 1: for 2, 2c + b is at least 8. For 1, c is at most 2.5.
    assert_eq!(range(&system, &all, b).unwrap().to_string(), "[0, 1]");
    assert_eq!(range(&system, &all, c).unwrap().to_string(), "[0, 2.5]");
    // Without its printed set a is small if b is 7, and 2ab + b < 8.
    assert_eq!(range(&system, &without(&all, &[a]), b).unwrap().to_string(), "[0, 7]");
    system.variables[b].printed = Some(Interval::point(Number::from(3)));
    assert!(!possible(&system, &all));
    assert_eq!(repairs(&system, &all), vec![vec![a], vec![b]]);
    assert_eq!(range(&system, &without(&all, &[a]), a).unwrap().to_string(), "[0, 5/6)");
    assert_eq!(conflicts(&system, &all), vec![vec![0, 1]]);
}
