//! Small random systems: figures near values that fit their rules, some moved away, on grids so
//! coarse that ends meet often.

use tieout::joint::{Product, Relation, Row, Rule, Says, System, Variable};
use tieout::{End, Interval, Number};

/// Numbers that look random, the same for the same seed (SplitMix64, Steele and others 2014).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` up to, and without, `high`.
    pub fn from(&mut self, low: i64, high: i64) -> i64 {
        low + (self.bits() % (high - low) as u64) as i64
    }

    /// True `of` times in a hundred.
    pub fn percent(&mut self, of: u64) -> bool {
        self.bits() % 100 < of
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[(self.bits() % of.len() as u64) as usize]
    }

    /// So many of the places below `of`, in any order.
    pub fn places(&mut self, many: usize, of: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..of).collect();
        for at in 0..many.min(of) {
            let other = self.from(at as i64, of as i64) as usize;
            places.swap(at, other);
        }
        places.truncate(many);
        places
    }
}

fn quarters(of: i64) -> Number {
    Number::ratio(of, 4)
}

/// A system of at most six figures. Whole numbers have a domain of six values, and every product a
/// factor that is whole.
pub fn system(seed: u64) -> System {
    let chance = &mut Chance::new(seed);
    let many = chance.from(2, 7) as usize;
    let share = *chance.pick(&[0, 30, 60, 100]);
    let mut wholes = 0;
    let mut system = System::default();
    // True values, in quarters.
    let mut truth = Vec::new();
    for at in 0..many {
        let whole = wholes < 3 && chance.percent(share);
        wholes += usize::from(whole);
        let value = if whole { 4 * chance.from(0, 6) } else { 2 * chance.from(-2, 13) };
        truth.push(value);
        let domain = match chance.from(0, 4) {
            _ if whole => Interval::closed(Number::zero(), Number::from(5)),
            0 => Interval::at_least(Number::zero()),
            1 => Interval::closed(Number::from(-2), Number::from(8)),
            _ => Interval::all(),
        };
        let weight =
            if chance.percent(95) { Some(*chance.pick(&[1, 1, 1, 1, 2, 3])) } else { None };
        let (name, printed) = (format!("x{at}"), None);
        system.variable(Variable { name, printed, domain, whole, weight });
    }
    // Products first, for they say what is true of one more figure.
    if chance.percent(40) && wholes > 0 && many > 2 {
        let wholes: Vec<usize> = (0..many).filter(|of| system.variables[*of].whole).collect();
        let a = *chance.pick(&wholes);
        let b = chance.from(0, many as i64) as usize;
        let rest: Vec<usize> = (0..many).filter(|of| *of != a && *of != b).collect();
        let whole = *chance.pick(&rest);
        let product = truth[a] / 4 * truth[b];
        let fits = (0..=20).contains(&product) && product % 4 == 0;
        if !system.variables[whole].whole || fits {
            truth[whole] = product;
        }
        let product = Product { whole, factors: if chance.percent(50) { [a, b] } else { [b, a] } };
        rule(&mut system, Says::Product(product));
    }
    for _ in 0..chance.from(1, 5) {
        let says = if chance.percent(20) {
            let mut parts = vec![row(chance, &truth), row(chance, &truth)];
            if chance.percent(40) {
                parts[0] = Says::All(vec![parts[0].clone(), row(chance, &truth)]);
            }
            if chance.percent(75) { Says::Any(parts) } else { Says::All(parts) }
        } else {
            row(chance, &truth)
        };
        rule(&mut system, says);
    }
    for (of, value) in truth.iter().enumerate() {
        let moved = if chance.percent(30) { *chance.pick(&[-8, -4, -2, 2, 4, 8]) } else { 0 };
        let mut end = |side: i64| {
            let closed = chance.percent(75);
            chance.percent(92).then(|| {
                let at = value + moved + side * *chance.pick(&[0, 1, 2, 2, 2, 4]);
                End { at: quarters(at), closed }
            })
        };
        let (lo, hi) = (end(-1), end(1));
        let point = || Interval::point(quarters(value + moved));
        let set = Interval::new(lo, hi).unwrap_or_else(point);
        system.variables[of].printed = chance.percent(90).then_some(set);
    }
    system
}

fn rule(system: &mut System, says: Says) {
    let name = format!("r{}", system.rules.len());
    system.rules.push(Rule { name, says });
}

/// A row that the truth satisfies, or would if it were moved a little.
fn row(chance: &mut Chance, truth: &[i64]) -> Says {
    let many = chance.from(1, 5).min(truth.len() as i64) as usize;
    let halves = [2, 2, 2, -2, -2, -2, 4, -4, 1, -1, 3];
    let mut bound = 0;
    let mut terms = Vec::new();
    for of in chance.places(many.max(2), truth.len()) {
        let factor: i64 = *chance.pick(&halves);
        bound += factor * truth[of];
        terms.push((of, Number::ratio(factor, 2)));
    }
    // In eighths.
    bound += if chance.percent(15) { *chance.pick(&[-8, -4, -2, 2, 4, 8]) } else { 0 };
    let relations = [Relation::Equal, Relation::Equal, Relation::AtMost, Relation::Below];
    Says::Row(Row { terms, relation: *chance.pick(&relations), bound: Number::ratio(bound, 8) })
}

/// Part = share × base, and a share of that part, with a sum beside it; and values on a grid that
/// may satisfy it.
pub fn shares(seed: u64) -> (System, Vec<Vec<Number>>) {
    let chance = &mut Chance::new(seed);
    let mut system = System::default();
    let (base, share, second) = (chance.from(8, 25), chance.from(1, 9), chance.from(1, 9));
    let part = base * share / 4;
    // Base, share, part, share of the part, its part; in quarters.
    for (at, value) in [base, share, part, second, part * second / 4].into_iter().enumerate() {
        let moved = if at % 2 == 0 && chance.percent(30) { *chance.pick(&[-6, 6]) } else { 0 };
        let (at_least, at_most) = (*chance.pick(&[0, 1, 1, 2]), *chance.pick(&[0, 1, 1, 2]));
        let end = |at, closed| Some(End { at: quarters(at), closed });
        let lo = end(value + moved - at_least, chance.percent(80));
        let set = Interval::new(lo, end(value + moved + at_most, chance.percent(80)));
        system.variable(Variable {
            name: format!("x{at}"),
            printed: Some(set.unwrap_or_else(|| Interval::point(quarters(value)))),
            domain: Interval::at_least(Number::zero()),
            whole: false,
            weight: Some(1),
        });
    }
    rule(&mut system, Says::Product(Product { whole: 2, factors: [0, 1] }));
    rule(&mut system, Says::Product(Product { whole: 4, factors: [2, 3] }));
    if chance.percent(50) {
        let terms = vec![(1, Number::one()), (3, Number::one())];
        let bound = quarters(chance.from(2, 16));
        rule(&mut system, Says::Row(Row { terms, relation: Relation::AtMost, bound }));
    }
    let mut grid = Vec::new();
    let set = |of: usize| system.variables[of].printed.clone().unwrap();
    let steps = |of: usize| {
        let (lo, width) = (set(of).lo().unwrap().at.clone(), set(of).width().unwrap());
        (0..5).map(move |step| &lo + &(&width * &Number::ratio(step, 4)))
    };
    for base in steps(0) {
        for share in steps(1) {
            for second in steps(3) {
                let part = &base * &share;
                let last = &part * &second;
                grid.push(vec![base.clone(), share.clone(), part, second, last]);
            }
        }
    }
    (system, grid)
}
