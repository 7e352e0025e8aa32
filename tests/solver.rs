//! The engine under `joint` against oracles that share nothing with it: all values of small whole
//! systems tried one by one, and Fourier–Motzkin elimination for linear ones.

use proptest::prelude::*;
use tieout::joint::{
    Answer, Assumed, Budget, Product, Relation, Row, Rule, Says, Solver, System, Variable,
    satisfies, verify,
};
use tieout::{End, Interval, Number};

fn budget() -> Budget<'static> {
    Budget { nodes: 2_000, stop: &|| false }
}

fn cases() -> u32 {
    std::env::var("TIEOUT_FUZZ_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

/// A range with ends at multiples of a half, each open, closed or absent.
fn range() -> impl Strategy<Value = Interval> {
    let end = || prop_oneof![4 => (-6..=6i64, any::<bool>()).prop_map(Some), 1 => Just(None)];
    (end(), end()).prop_map(|(lo, hi)| {
        let end = |end: Option<(i64, bool)>| {
            end.map(|(at, closed)| End { at: Number::ratio(at, 2), closed })
        };
        let swapped = matches!((lo, hi), (Some(lo), Some(hi)) if lo.0 > hi.0);
        let (lo, hi) = if swapped { (hi, lo) } else { (lo, hi) };
        Interval::new(end(lo), end(hi)).unwrap_or_else(Interval::all)
    })
}

fn row(variables: usize) -> impl Strategy<Value = Says> {
    let factors = proptest::collection::vec(-3..=3i64, variables);
    let relation = prop_oneof![
        3 => Just(Relation::Equal),
        2 => Just(Relation::AtMost),
        1 => Just(Relation::Below)
    ];
    (factors, relation, -8..=8i64, 1..=2u64).prop_map(|(factors, relation, bound, under)| {
        let terms = factors.into_iter().enumerate().filter(|(_, factor)| *factor != 0);
        Says::Row(Row {
            terms: terms.map(|(of, factor)| (of, Number::from(factor))).collect(),
            relation,
            bound: Number::ratio(bound, under),
        })
    })
}

fn product(variables: usize) -> impl Strategy<Value = Says> {
    [0..variables, 0..variables, 0..variables]
        .prop_map(|[whole, a, b]| Says::Product(Product { whole, factors: [a, b] }))
}

fn says(variables: usize, products: bool, choices: bool) -> BoxedStrategy<Says> {
    let leaf = if products {
        prop_oneof![2 => row(variables), 1 => product(variables)].boxed()
    } else {
        row(variables).boxed()
    };
    if !choices {
        return leaf;
    }
    let deeper = leaf.clone().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Says::All),
            proptest::collection::vec(inner, 0..4).prop_map(Says::Any),
        ]
    });
    prop_oneof![3 => leaf, 1 => deeper].boxed()
}

#[derive(Clone, Copy)]
struct Kind {
    whole: bool,
    products: bool,
    choices: bool,
}

fn system(kind: Kind) -> impl Strategy<Value = System> {
    (2..=4usize).prop_flat_map(move |many| {
        let domain = Interval::closed(Number::from(-3), Number::from(3));
        let variable = (proptest::option::of(range()), range(), any::<bool>()).prop_map(
            move |(printed, free, bounded)| Variable {
                name: String::new(),
                printed,
                domain: if kind.whole || bounded { domain.clone() } else { free },
                whole: kind.whole,
                weight: Some(1),
            },
        );
        let rules = proptest::collection::vec(says(many, kind.products, kind.choices), 1..=4);
        (proptest::collection::vec(variable, many), rules).prop_map(|(variables, rules)| System {
            variables,
            rules: rules.into_iter().map(|says| Rule { name: String::new(), says }).collect(),
        })
    })
}

/// Values as many times as `unit` goes into one.
#[derive(Clone, Copy)]
struct Grid {
    unit: i64,
    reach: i64,
}

impl Grid {
    fn within(self, set: &Interval, value: i64) -> bool {
        set.contains(&Number::ratio(value, self.unit as u64))
    }

    /// Whether it holds of the values, in units. Bounds are multiples of a half.
    fn holds(self, says: &Says, values: &[i64]) -> bool {
        let whole = |number: &Number| number.to_i64().unwrap();
        match says {
            Says::Row(row) => {
                let sum: i64 = row.terms.iter().map(|(of, f)| whole(f) * values[*of]).sum();
                let bound = whole(&(&row.bound * &Number::from(2)));
                match row.relation {
                    Relation::Equal => 2 * sum == bound * self.unit,
                    Relation::AtMost => 2 * sum <= bound * self.unit,
                    Relation::Below => 2 * sum < bound * self.unit,
                }
            }
            Says::Product(Product { whole, factors: [a, b] }) => {
                values[*a] * values[*b] == values[*whole] * self.unit
            }
            Says::All(parts) => parts.iter().all(|part| self.holds(part, values)),
            Says::Any(parts) => parts.iter().any(|part| self.holds(part, values)),
        }
    }

    /// Whether values on the grid satisfy what is assumed: all are tried.
    fn solvable(self, system: &System, assumed: &Assumed) -> bool {
        let options = system.variables.iter().zip(&assumed.printed).map(|(of, counts)| {
            let set = of.printed.as_ref().filter(|_| *counts);
            let inside = |value: &i64| {
                self.within(&of.domain, *value) && set.is_none_or(|set| self.within(set, *value))
            };
            (-self.reach..=self.reach).filter(inside).collect::<Vec<i64>>()
        });
        let options: Vec<Vec<i64>> = options.collect();
        let held = system.rules.iter().zip(&assumed.rules).filter(|(_, holds)| **holds);
        let rules: Vec<&Says> = held.map(|(rule, _)| &rule.says).collect();
        let many: usize = options.iter().map(Vec::len).product();
        (0..many).any(|mut code| {
            let pick = |options: &Vec<i64>| {
                let value = options[code % options.len()];
                code /= options.len();
                value
            };
            let values: Vec<i64> = options.iter().map(pick).collect();
            rules.iter().all(|says| self.holds(says, &values))
        })
    }
}

/// What is assumed, for each of some questions asked one after another.
fn questions(system: &System) -> impl Strategy<Value = Vec<Assumed>> + use<> {
    let rules = proptest::collection::vec(prop::bool::weighted(0.8), system.rules.len());
    let printed = proptest::collection::vec(prop::bool::weighted(0.8), system.variables.len());
    let one = (rules, printed).prop_map(|(rules, printed)| Assumed { rules, printed });
    let all = Assumed::all(system);
    proptest::collection::vec(one, 0..4).prop_map(move |mut asked| {
        asked.insert(0, all.clone());
        asked
    })
}

fn asked(kind: Kind) -> impl Strategy<Value = (System, Vec<Assumed>)> {
    system(kind).prop_flat_map(|system| {
        let questions = questions(&system);
        (Just(system), questions)
    })
}

/// What a proof says it rests on is enough for it, and no less is.
fn proof_rests(system: &System, assumed: &Assumed, proof: &tieout::joint::Proof) {
    assert!(verify(system, assumed, proof));
    let only = Assumed::only(system, &proof.rules(), &proof.printed());
    assert!(verify(system, &only, proof), "{proof:?}");
    for rule in proof.rules() {
        let mut less = only.clone();
        less.rules[rule] = false;
        assert!(!verify(system, &less, proof));
    }
    for of in proof.printed() {
        let mut less = only.clone();
        less.printed[of] = false;
        assert!(!verify(system, &less, proof));
    }
}

fn agrees(system: &System, questions: &[Assumed]) {
    let mut solver = Solver::new(system);
    for assumed in questions {
        let expected = Grid { unit: 1, reach: 3 }.solvable(system, assumed);
        match solver.decide(assumed, &budget()) {
            Answer::Possible(values) => {
                assert!(satisfies(system, assumed, &values));
                assert!(expected);
            }
            Answer::Impossible(proof) => {
                assert!(!expected, "{proof:?}");
                proof_rests(system, assumed, &proof);
            }
            Answer::Unknown(reached) => panic!("undecided: {reached}"),
        }
    }
}

/// Fourier–Motzkin: whether lines `terms ≤ bound` (`<` if strict) have a real solution.
mod elimination {
    use super::*;

    #[derive(Clone, Debug)]
    pub struct Line(pub Vec<Number>, pub Number, pub bool);

    fn pivot(a: &Line, b: &Line, at: usize) -> Line {
        let (x, y) = (a.0[at].abs(), b.0[at].abs());
        let terms = a.0.iter().zip(&b.0).map(|(p, q)| &(p * &y) + &(q * &x)).collect();
        Line(terms, &(&a.1 * &y) + &(&b.1 * &x), a.2 || b.2)
    }

    /// What is left when all variables but `keep` are gone: its range, `None` if empty.
    pub fn range(mut lines: Vec<Line>, many: usize, keep: usize) -> Option<Interval> {
        for at in (0..many).filter(|at| *at != keep) {
            let (apart, without): (Vec<Line>, Vec<Line>) =
                lines.into_iter().partition(|line| !line.0[at].is_zero());
            let (down, up): (Vec<Line>, Vec<Line>) =
                apart.into_iter().partition(|line| line.0[at].is_negative());
            lines = without;
            for a in &down {
                lines.extend(up.iter().map(|b| pivot(a, b, at)));
            }
        }
        let mut range = Interval::all();
        for Line(terms, bound, strict) in lines {
            let factor = &terms[keep];
            if factor.is_zero() {
                if bound.is_negative() || (strict && bound.is_zero()) {
                    return None;
                }
                continue;
            }
            let end = Some(End { at: &bound / factor, closed: !strict });
            let half = if factor.is_negative() { (end, None) } else { (None, end) };
            range = range.intersect(&Interval::new(half.0, half.1)?)?;
        }
        Some(range)
    }

    fn of_interval(at: usize, many: usize, set: &Interval, lines: &mut Vec<Line>) {
        for (end, sign) in [(set.lo(), -1), (set.hi(), 1)] {
            if let Some(end) = end {
                let mut terms = vec![Number::zero(); many];
                terms[at] = Number::from(sign);
                lines.push(Line(terms, &end.at * &Number::from(sign), !end.closed));
            }
        }
    }

    /// All ways to choose, each as its lines.
    fn ways(says: &Says, many: usize) -> Vec<Vec<Line>> {
        match says {
            Says::Row(row) => {
                let mut terms = vec![Number::zero(); many];
                row.terms.iter().for_each(|(of, factor)| terms[*of] = factor.clone());
                let strict = row.relation == Relation::Below;
                let mut lines = vec![Line(terms.clone(), row.bound.clone(), strict)];
                if row.relation == Relation::Equal {
                    lines.push(Line(terms.iter().map(|t| -t).collect(), -&row.bound, false));
                }
                vec![lines]
            }
            Says::Product(_) => panic!("only for linear systems"),
            Says::All(parts) => parts.iter().fold(vec![Vec::new()], |ways_so_far, part| {
                let more = ways(part, many);
                let joined = |way: &Vec<Line>| {
                    more.iter()
                        .map(|other| [way.clone(), other.clone()].concat())
                        .collect::<Vec<_>>()
                };
                ways_so_far.iter().flat_map(joined).collect()
            }),
            Says::Any(parts) => parts.iter().flat_map(|part| ways(part, many)).collect(),
        }
    }

    /// The ranges of a variable over all ways, joined; `None` if there is none.
    pub fn joined(system: &System, assumed: &Assumed, keep: usize) -> Option<Interval> {
        let many = system.variables.len();
        let mut base = Vec::new();
        for (at, variable) in system.variables.iter().enumerate() {
            of_interval(at, many, &variable.domain, &mut base);
            if let Some(set) = variable.printed.as_ref().filter(|_| assumed.printed[at]) {
                of_interval(at, many, set, &mut base);
            }
        }
        let held = system.rules.iter().zip(&assumed.rules).filter(|(_, holds)| **holds);
        let all = Says::All(held.map(|(rule, _)| rule.says.clone()).collect());
        let ranges = ways(&all, many)
            .into_iter()
            .filter_map(|way| range([base.clone(), way].concat(), many, keep));
        ranges.reduce(|a, b| a.hull(&b))
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whole_linear_systems((system, questions) in
        asked(Kind { whole: true, products: false, choices: false }))
    {
        agrees(&system, &questions);
    }

    #[test]
    fn whole_systems_with_products_and_choices((system, questions) in
        asked(Kind { whole: true, products: true, choices: true }))
    {
        agrees(&system, &questions);
    }

    #[test]
    fn linear_systems_by_elimination((system, questions) in
        asked(Kind { whole: false, products: false, choices: true }))
    {
        let mut solver = Solver::new(&system);
        for assumed in &questions {
            let expected = elimination::joined(&system, assumed, 0);
            match solver.decide(assumed, &budget()) {
                Answer::Possible(values) => {
                    prop_assert!(satisfies(&system, assumed, &values));
                    prop_assert!(expected.is_some());
                }
                Answer::Impossible(proof) => {
                    prop_assert!(expected.is_none());
                    proof_rests(&system, assumed, &proof);
                }
                Answer::Unknown(reached) => panic!("undecided: {reached}"),
            }
        }
    }

    /// Real products: whatever satisfies on a grid of halves must not be called impossible. The
    /// witnesses and proofs are checked by the solver.
    #[test]
    fn real_systems_with_products((system, questions) in
        asked(Kind { whole: false, products: true, choices: true }))
    {
        let mut solver = Solver::new(&system);
        for assumed in &questions {
            let answer = solver.decide(assumed, &Budget { nodes: 300, stop: &|| false });
            if let Answer::Impossible(proof) = answer {
                proof_rests(&system, assumed, &proof);
                let found = Grid { unit: 2, reach: 6 }.solvable(&system, assumed);
                prop_assert!(!found);
            }
        }
    }
}
