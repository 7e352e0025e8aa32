//! GRIM: a mean or a percentage is possible for its number of whole things.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula, Operator, Relation};
use crate::figure::{Hedge, Unit};
use crate::finding::{Judgement, Outcome};
use crate::interval::Interval;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;
use crate::number::Number;

/// The most sample sizes that are tried when `n` itself is a range.
const MAX_SIZES: i64 = 10_000;

/// Means or percentages of whole things, each of which must be k/n for a whole k.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grim {
    /// The percentages or means.
    pub claims: At<Vec<At<String>>>,
    /// How many things they were taken over.
    pub n: At<String>,
    /// How many whole-number items a scale has, for the mean of a multi-item scale.
    pub items: Option<At<u32>>,
}

impl Check for Grim {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let n = as_size(view.quantity(&self.n)?);
        let items = self.items.as_ref().map_or(1, |items| items.value);
        let sizes = sizes(&n)?;
        if items == 0 {
            return Err(Mistake::new("a scale has at least one item", view.place(&self.n)).into());
        }
        let figures: Vec<Quantity> =
            view.all(&self.claims.value, View::quantity)?;
        let measured = |figure: &&Quantity| {
            let unit = &figure.unit;
            !(unit.is_percent() || unit.is_unstated() || unit.is_thing())
        };
        if let Some(figure) = figures.iter().find(measured) {
            let unit = figure.unit.label();
            let what = format!("`{}` is in {unit}, which is not counted in whole", figure.name);
            let label = "expected a percentage, or a mean of whole numbers";
            return Err(Mistake::new(what, figure.place).label(label).into());
        }
        for figure in &figures {
            let claims = &view.own_edition().claims;
            let other = figure.of.as_ref().filter(|of| **of != n.name && claims.get(of).is_some());
            if let Some(of) = other {
                let what = format!("`{}` is of `{of}`, not of `{}`", figure.name, n.name);
                return Err(Mistake::new(what, figure.place).label("of another whole").into());
            }
        }
        let mut judgement: Option<Judgement> = None;
        let mut steps = Vec::new();
        let mut sums = Some(Interval::point(Number::zero()));
        for figure in &figures {
            let grains = |size: &Number| size * &Number::from(i64::from(items));
            let fits = |size: &Number| figure.set.scale(&grains(size)).integers();
            let possible = match &sizes {
                None => Some(Interval::all()),
                Some(sizes) => sizes.iter().find_map(fits),
            };
            sums = match (sums, &possible) {
                (Some(sum), Some(counts)) => Some(sum + counts.clone()),
                _ => None,
            };
            let works = match &possible {
                Some(counts) => counts.to_string(),
                None => "no whole number".to_owned(),
            };
            let times = match sizes.as_deref() {
                Some([n]) => format!(" = {}", show(&figure.set.scale(&grains(n)))),
                _ => String::new(),
            };
            let of = grains_text(&n, items);
            let works = format!("{} × {of}{times} holds {works}", figure.shown());
            steps.push((figure.name.clone(), works));
            let one = match (&possible, &sizes) {
                (None, Some(sizes)) => nearest(figure, &grains(&sizes[0])),
                _ => within(figure, possible.as_ref(), sizes.as_deref(), items),
            };
            if judgement.as_ref().is_none_or(|sofar| sofar.holds() && !one.holds()) {
                judgement = Some(one);
            }
        }
        let empty = || Mistake::new("`claims` is empty", view.place(&self.claims)).into();
        let mut judgement = judgement.ok_or_else::<Halt, _>(empty)?;
        for (what, works) in steps {
            judgement = judgement.step(what, works);
        }
        if let (Some(sums), true, Some(n)) = (sums, figures.len() > 1, n.set.as_point()) {
            let left = (-&sums).shift(n);
            judgement = judgement.step("all together", format!("{sums}, leaving {left} of {n}"));
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let items = self.items.as_ref().map_or(1, |items| items.value);
        let values = Role::ListedBound.each(&self.claims.value);
        Some(Quick::Grain { values, n: Role::Bound.of(&self.n), items })
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let n = as_size(view.quantity(&self.n)?);
        let whole = |name: String, place| {
            Formula::Value(Quantity::whole(name, Interval::all(), Unit::unstated(), place))
        };
        let size = whole(format!("the number {}", n.name), n.place);
        let n = Formula::Value(n);
        let mut conditions = vec![Condition::Compare(size.clone(), Relation::Equal, n)];
        let items = self.items.as_ref().map_or(1, |items| items.value);
        let items = Quantity::number(Number::from(i64::from(items)), view.place(&self.n));
        for figure in view.all(&self.claims.value, View::quantity)? {
            let sum = whole(format!("the sum behind {}", figure.name), figure.place);
            let grains = size.clone().with(Operator::Times, Formula::Value(items.clone()));
            let product = Formula::Value(figure).with(Operator::Times, grains);
            conditions.push(Condition::Compare(sum, Relation::Equal, product));
        }
        Ok(Some(Condition::All(conditions)))
    }

    fn subject(&self) -> String {
        self.claims.value.first().map_or_else(String::new, |first| first.value.clone())
    }
}

/// A number of things: a bare 20 is no rounded measure here.
fn as_size(mut n: Quantity) -> Quantity {
    let printed = n.figure.as_ref().and_then(|figure| figure.printed());
    let plain = n.figure.as_ref().is_some_and(|figure| figure.hedge() == Hedge::None);
    if let Some(whole) = printed.filter(|n| n.is_integer()).cloned()
        && plain
        && n.unit.is_unstated()
    {
        n.set = Interval::point(whole);
    }
    n
}

/// A range of counts, not yet whole.
fn show(set: &Interval) -> String {
    Unit::unstated().show(set)
}

fn grains_text(n: &Quantity, items: u32) -> String {
    if items == 1 { n.shown() } else { format!("{} × {items} items", n.shown()) }
}

/// The sample sizes that `n` can stand for; `None` if they are too many to try, so that nothing
/// is said.
fn sizes(n: &Quantity) -> Result<Option<Vec<Number>>, Halt> {
    let whole = n.set.integers();
    let ends = whole.as_ref().map(|set| {
        let at = |end: Option<&crate::interval::End>| end.and_then(|end| end.at.to_i64());
        (at(set.lo()), at(set.hi()))
    });
    match ends {
        Some((Some(lo), Some(hi))) if hi >= 1 => {
            let lo = lo.max(1);
            let few = hi - lo < MAX_SIZES;
            Ok(few.then(|| (lo..=hi).map(Number::from).collect()))
        }
        Some((_, None)) => Ok(None),
        _ => {
            let what = format!("`{}` is not a number of whole things", n.name);
            Err(Mistake::new(what, n.place).label("expected a whole number of 1 or more").into())
        }
    }
}

/// The figure against the nearest values that `grains` whole things can give.
fn nearest(figure: &Quantity, grains: &Number) -> Judgement {
    let middle = figure.set.any_member();
    let below = &(&middle * grains).floor() / grains;
    let above = &below + &(&Number::one() / grains);
    let granule = |at: &Number| Quantity {
        last_place: figure.last_place.clone(),
        ..figure.derive("nearest", Interval::point(at.clone()), figure.unit.clone())
    };
    let (down, up) =
        (Judgement::equal(figure, &granule(&below)), Judgement::equal(figure, &granule(&above)));
    let shown = format!("{} or {}", down.allowed.shown, up.allowed.shown);
    let mut judgement = if down.miss.abs() <= up.miss.abs() { down } else { up };
    judgement.outcome = Outcome::Fails;
    judgement.allowed.what = "nearest possible".to_owned();
    judgement.allowed.shown = shown;
    judgement
}

/// The figure with the values that whole things can give it.
fn within(
    figure: &Quantity,
    counts: Option<&Interval>,
    sizes: Option<&[Number]>,
    items: u32,
) -> Judgement {
    let mut judgement = Judgement::equal(figure, figure);
    judgement.margin = None;
    judgement.distance = String::new();
    judgement.touches = None;
    judgement.allowed.what = "whole counts".to_owned();
    let shown = match (counts, sizes) {
        (Some(counts), Some([n])) => {
            let of = n * &Number::from(i64::from(items));
            format!("{counts} of {of}")
        }
        _ => "some whole count".to_owned(),
    };
    judgement.allowed.shown = shown;
    judgement
}
