//! Products in the search: planes that bound them within a box, where to cut the box, and
//! witnesses with one factor of each product fixed.

use super::plan::Origin;
use super::proof::By;
use super::proof::Line;
use super::ratio::{Ratio, Value};
use super::search::{Case, Found, Relaxed, Search};
use super::simplex::Side;
use super::system::Product;
use crate::number::Number;

type Stop<'b> = &'b (dyn Fn() -> bool + Sync);

/// How far apart the ends of a whole number may be for its values to be gone through.
const FEW: i64 = 32;

impl Search<'_> {
    /// Adds planes for products that the values break, only for those with a fixed factor unless
    /// `all`; whether there were any.
    pub(super) fn cut(&mut self, values: &[Ratio], case: &mut Case, all: bool) -> bool {
        let mut any = false;
        for at in 0..self.products.len() {
            let product = self.products[at];
            let Product { whole, factors: [a, b] } = self.plan.products[product].1;
            let missing = &(&values[a] * &values[b]) - &values[whole];
            if !missing.is_zero() {
                any |= self.fixed(product, 0, values, case)
                    || self.fixed(product, 1, values, case)
                    || all && self.bent(product, a == b, !missing.is_negative(), values, case);
            }
        }
        any
    }

    fn bent(
        &mut self,
        product: usize,
        square: bool,
        low: bool,
        values: &[Ratio],
        case: &mut Case,
    ) -> bool {
        if square && low {
            self.tangent(product, values, case)
        } else {
            self.corner(product, low, values, case)
        }
    }

    /// The value of a variable whose ends are the same.
    fn point(&self, of: usize) -> Option<&Ratio> {
        let (lo, hi) = (self.origin(of, Side::Lo)?.0, self.origin(of, Side::Hi)?.0);
        (lo == hi && lo.tiny.is_zero()).then_some(&lo.at)
    }

    /// With one factor a single value, the product is linear.
    fn fixed(&mut self, product: usize, factor: usize, values: &[Ratio], case: &mut Case) -> bool {
        let (place, Product { whole, factors }) = self.plan.products[product].clone();
        let Some(at) = self.point(factors[factor]).cloned() else { return false };
        let other = factors[1 - factor];
        let terms = sum([(whole, Ratio::ONE), (other, -&at)]);
        let broken = values[whole] != &at * &values[other];
        let ends = [Side::Lo, Side::Hi].map(|side| self.origin(factors[factor], side));
        let [Some((_, lo)), Some((_, hi))] = ends else { return false };
        if !broken {
            return false;
        }
        let ends = [lo.premise.clone(), hi.premise.clone()];
        let zero = Value::exactly(Ratio::ZERO);
        let bounds = [(Side::Hi, false), (Side::Lo, true)].map(|(side, turned)| {
            let (place, ends) = (place.clone(), ends.clone());
            // The line of the upper end is the sum itself, of the lower end the sum turned.
            let line = super::plan::half(&terms, side, &zero);
            let origin =
                self.step(case, line, By::Fixed { place, factor, ends, turned }, Ratio::ONE);
            (side, zero.clone(), origin)
        });
        self.plane(case, &terms, bounds.into());
        true
    }

    /// Below a square lies every tangent.
    fn tangent(&mut self, product: usize, values: &[Ratio], case: &mut Case) -> bool {
        let (place, Product { whole, factors: [a, _] }) = self.plan.products[product].clone();
        // A number with few digits, so near that the tangent there still cuts off the values.
        let missing = &(&values[a] * &values[a]) - &values[whole];
        let mut near = Ratio::ONE;
        for _ in 0..8 {
            if &near * &near < missing {
                break;
            }
            near = near.over(10);
        }
        if &near * &near >= missing {
            return false;
        }
        let at = simple(&(&values[a] - &near), &(&values[a] + &near));
        let terms = sum([(whole, Ratio::ONE), (a, -&(&at + &at))]);
        let bound = Value::exactly(-&(&at * &at));
        let line = super::plan::half(&terms, Side::Lo, &bound);
        let origin = self.step(case, line, By::Tangent(place, at.number()), Ratio::ONE);
        self.plane(case, &terms, vec![(Side::Lo, bound, origin)]);
        true
    }

    /// Planes through the corners of the box: w ≥ A·b + B·a − A·B for both lower ends A and B, or
    /// both upper ones; w ≤ the same for a lower and an upper one.
    fn corner(&mut self, product: usize, low: bool, values: &[Ratio], case: &mut Case) -> bool {
        let (place, Product { whole, factors: [a, b] }) = self.plan.products[product].clone();
        let pairs = if low {
            [(Side::Lo, Side::Lo), (Side::Hi, Side::Hi)]
        } else {
            [(Side::Lo, Side::Hi), (Side::Hi, Side::Lo)]
        };
        let side = if low { Side::Lo } else { Side::Hi };
        let mut best: Option<(Ratio, Terms, Value, By, Ratio)> = None;
        for (left, right) in pairs {
            let ends = (self.origin(a, left), self.origin(b, right));
            let (Some((p, from)), Some((q, with))) = ends else { continue };
            let terms = sum([(whole, Ratio::ONE), (b, -&p.at), (a, -&q.at)]);
            let bound = -&(&p.at * &q.at);
            let now = terms.iter().fold(Ratio::ZERO, |sum, (of, f)| &sum + &(f * &values[*of]));
            let past = if low { &bound - &now } else { &now - &bound };
            if past <= Ratio::ZERO || best.as_ref().is_some_and(|best| best.0 >= past) {
                continue;
            }
            let strict = !p.tiny.is_zero() && !q.tiny.is_zero();
            let by = By::Corner(place.clone(), [from.premise.clone(), with.premise.clone()]);
            let scale = &from.scale * &with.scale;
            best = Some((past, terms, super::plan::end(side, bound, strict), by, scale));
        }
        let Some((_, terms, bound, by, scale)) = best else { return false };
        let unit = super::plan::half(&terms, side, &bound);
        let times = scale.recip().number();
        let line = Line {
            terms: unit.terms.iter().map(|(of, factor)| (*of, factor * &times)).collect(),
            bound: &unit.bound * &times,
            strict: unit.strict,
        };
        let origin = self.step(case, line, by, scale);
        self.plane(case, &terms, vec![(side, bound, origin)]);
        true
    }

    /// The product that is missed most, one of its factors and where to cut it.
    pub(super) fn broken_product(&self, values: &[Ratio]) -> Option<(usize, Ratio)> {
        let missed = self.products.iter().filter_map(|product| {
            let Product { whole, factors: [a, b] } = self.plan.products[*product].1;
            let ideal = &values[a] * &values[b];
            let missing = (&ideal - &values[whole]).abs();
            let scale = &Ratio::ONE + &ideal.abs();
            (!missing.is_zero()).then(|| (&missing / &scale, *product))
        });
        let (_, product) = missed.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        let [a, b] = self.plan.products[product].1.factors;
        // The wider one, in proportion; what has no end is widest.
        let width = |of: usize| {
            let (lo, hi) = (self.origin(of, Side::Lo)?.0, self.origin(of, Side::Hi)?.0);
            let size = lo.at.abs().max(hi.at.abs());
            let gap = &hi.at - &lo.at;
            Some(if size.is_zero() { gap } else { &gap / &size })
        };
        let (left, right) = (width(a), width(b));
        // A whole number with few values left: once it has but one, the product is linear, however
        // far the other may go.
        let few = |of: usize| {
            let (lo, hi) = (self.origin(of, Side::Lo)?.0, self.origin(of, Side::Hi)?.0);
            let gap = &hi.at - &lo.at;
            (self.system.variables[of].whole && !gap.is_zero() && gap <= Ratio::from(FEW))
                .then_some(gap)
        };
        let of = match (&left, &right) {
            _ if few(a).is_some_and(|gap| few(b).is_none_or(|other| gap <= other)) => a,
            _ if few(b).is_some() => b,
            (None, _) => a,
            (_, None) => b,
            (Some(left), Some(right)) if left >= right => a,
            _ => b,
        };
        let at = self.cut_at(of, &values[of]);
        Some((of, if self.system.variables[of].whole { at.floor() } else { at }))
    }

    fn cut_at(&self, of: usize, value: &Ratio) -> Ratio {
        let ends = (self.origin(of, Side::Lo), self.origin(of, Side::Hi));
        let beyond = |end: &Ratio| end.abs().max(Ratio::ONE);
        match ends {
            (Some((lo, _)), Some((hi, _))) => {
                let eighth = &(&hi.at - &lo.at) * &Ratio::ONE.over(8);
                let quarter = &eighth + &eighth;
                let (low, high) = (&lo.at + &quarter, &hi.at - &quarter);
                let near = value.clone().clamp(low, high);
                simple(&(&near - &eighth), &(&near + &eighth))
            }
            (Some((lo, _)), None) => value.floor().max(&lo.at + &beyond(&lo.at)),
            (None, Some((hi, _))) => value.floor().min(&hi.at - &beyond(&hi.at)),
            (None, None) => value.floor(),
        }
    }

    /// Tries to satisfy everything by fixing one factor of each product.
    pub(super) fn dive(
        &mut self,
        values: &[Ratio],
        depth: usize,
        stop: Stop,
    ) -> Option<Vec<Ratio>> {
        let mark = self.mark();
        let mut case = Case::default();
        let found = self.fix_all(values.to_vec(), &mut case, depth, stop);
        while let Some(cut) = case.cuts.pop() {
            self.plan.lp.remove(cut);
        }
        self.undo(&mark);
        found
    }

    fn fix_all(
        &mut self,
        mut values: Vec<Ratio>,
        case: &mut Case,
        depth: usize,
        stop: Stop,
    ) -> Option<Vec<Ratio>> {
        while let Some(of) = self.next_factor() {
            let tried = self.candidates(of, &values[of]).into_iter().find_map(|at| {
                let mark = self.mark();
                let mut trial = Case::default();
                let id = self.id();
                for side in [Side::Lo, Side::Hi] {
                    let premise = super::proof::Premise::Line(id);
                    let origin = Origin { premise, scale: Ratio::ONE };
                    self.tighten_by(of, side, Value::exactly(at.clone()), origin);
                }
                let relaxed = self.relaxed(&mut trial, 12, stop);
                if let Relaxed::At(values) = relaxed {
                    case.cuts.append(&mut trial.cuts);
                    return Some(values);
                }
                while let Some(cut) = trial.cuts.pop() {
                    self.plan.lp.remove(cut);
                }
                self.undo(&mark);
                None
            });
            values = tried?;
        }
        let limit = std::mem::replace(&mut self.limit, 0);
        self.limit = limit.min(self.nodes + 50);
        let found = self.node(depth + 1, stop);
        self.limit = limit;
        match found {
            Found::Witness(values) => Some(values),
            _ => None,
        }
    }

    /// A factor without a single value, of a product where the other has none either; the one that
    /// does so most often.
    fn next_factor(&self) -> Option<usize> {
        let mut often: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
        for product in &self.products {
            let [a, b] = self.plan.products[*product].1.factors;
            if self.point(a).is_none() && self.point(b).is_none() {
                *often.entry(a).or_default() += 1;
                *often.entry(b).or_default() += 1;
            }
        }
        often.into_iter().max_by_key(|(of, times)| (*times, usize::MAX - of)).map(|(of, _)| of)
    }

    /// Values to try: where the relaxation is, what is printed, the middle, and the ends.
    fn candidates(&self, of: usize, value: &Ratio) -> Vec<Ratio> {
        let variable = &self.system.variables[of];
        let ends = [Side::Lo, Side::Hi].map(|side| self.origin(of, side).map(|end| end.0.clone()));
        // A value with many digits would make more of them in every row it becomes a factor of.
        let near = &value.abs() * &Ratio::ONE.over(1_000_000);
        let long = value.number().decimals(6).is_none();
        let mut all: Vec<Ratio> = Vec::new();
        if long {
            all.push(simple(&(value - &near), &(value + &near)));
        }
        if value.is_short() {
            all.push(value.clone());
        }
        let printed = variable.printed.as_ref().and_then(|set| set.middle());
        all.extend(printed.iter().map(Ratio::from));
        if let [Some(lo), Some(hi)] = &ends {
            all.push(&(&lo.at + &hi.at) * &Ratio::ONE.over(2));
        }
        all.extend(ends.iter().flatten().map(|end| end.at.clone()));
        let mut tried: Vec<Ratio> = Vec::new();
        for at in all {
            let options = if variable.whole { vec![at.floor(), at.ceil()] } else { vec![at] };
            for at in options {
                let exact = Value::exactly(at.clone());
                let inside = ends[0].as_ref().is_none_or(|lo| *lo <= exact)
                    && ends[1].as_ref().is_none_or(|hi| exact <= *hi);
                if inside && !tried.contains(&at) {
                    tried.push(at);
                }
            }
        }
        tried
    }
}

/// Variables and their factors.
type Terms = Vec<(usize, Ratio)>;

/// The terms with those of the same variable added, in order, without zeros.
fn sum<const N: usize>(terms: [(usize, Ratio); N]) -> Vec<(usize, Ratio)> {
    let mut sums: std::collections::BTreeMap<usize, Ratio> = std::collections::BTreeMap::new();
    for (of, factor) in terms {
        let sum = sums.entry(of).or_insert(Ratio::ZERO);
        *sum = &*sum + &factor;
    }
    sums.into_iter().filter(|(_, factor)| !factor.is_zero()).collect()
}

/// The number with the fewest decimals between two.
pub(super) fn simple(lo: &Ratio, hi: &Ratio) -> Ratio {
    let mut power = lo.abs().max(hi.abs()).number().magnitude() + 1;
    for _ in 0..40 {
        let grain = Ratio::from(&Number::pow10(power));
        let up = &(lo / &grain).ceil() * &grain;
        if up <= *hi {
            return up;
        }
        power -= 1;
    }
    lo.clone()
}
