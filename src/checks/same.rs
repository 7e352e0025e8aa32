//! Same: one quantity printed in several places.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, Quick, Role, Term};
use crate::claim::At;
use crate::expr::{Condition, Formula};
use crate::finding::Judgement;
use crate::ledger::{Halt, Quantity, View};
use crate::mistake::Mistake;

/// Figures that are all prints of one quantity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Same {
    /// The figures, two or more.
    pub claims: At<Vec<At<String>>>,
}

impl Check for Same {
    fn judge(&self, view: &View) -> Result<Judgement, Halt> {
        let figures = read_list(view, &self.claims, View::stated)?;
        let (a, b) = farthest(&figures);
        let mut judgement = Judgement::equal(&figures[a], &figures[b]);
        for figure in &figures {
            judgement = judgement.step(figure.name.clone(), figure.shown());
        }
        let mut sets = figures.iter().map(|figure| figure.set.clone());
        let first = sets.next();
        let common = sets.try_fold(first, |common, set| Some(common?.intersect(&set)));
        if let Some(Some(common)) = common {
            judgement = judgement.step("values that all allow", figures[0].show(&common));
        }
        Ok(judgement)
    }

    fn quick(&self, _: &View) -> Option<Quick<Term>> {
        let all = self.claims.value.iter().map(|at| Role::Listed.value(at)).collect();
        Some(Quick::If(Condition::Meet(all)))
    }

    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let figures = read_list(view, &self.claims, View::stated)?;
        let all = figures.into_iter().map(Formula::Value).collect();
        Ok(Some(Condition::Meet(all)))
    }

    fn subject(&self) -> String {
        self.claims.value.first().map_or_else(String::new, |first| first.value.clone())
    }
}

/// The figures of a list that needs two or more, all comparable.
pub(super) fn read_list<'v>(
    view: &View<'v>,
    list: &At<Vec<At<String>>>,
    read: impl Fn(&View<'v>, &At<String>) -> Result<Quantity, Halt>,
) -> Result<Vec<Quantity>, Halt> {
    let figures = view.all(&list.value, read)?;
    let Some((first, rest)) = figures.split_first() else {
        return Err(Halt::Missing("there is nothing to compare".to_owned()));
    };
    if rest.is_empty() && !view.is_over_rows() {
        let mistake = Mistake::new("there is nothing to compare", view.place(list));
        return Err(mistake.label("expected two claims or more").into());
    }
    for other in rest {
        first.comparable(other)?;
    }
    Ok(figures)
}

/// The two sets that are farthest apart, or overlap least: the one with the greatest lower end
/// and the one with the least upper end. If any two of the sets are apart, these are.
pub(super) fn farthest(figures: &[Quantity]) -> (usize, usize) {
    let all = 0..figures.len();
    let lower = |i: &usize| figures[*i].set.lo().map(|end| (end.at.clone(), !end.closed));
    let upper = |i: &usize| {
        let end = figures[*i].set.hi();
        (end.is_none(), end.map(|end| (end.at.clone(), end.closed)))
    };
    let high = all.clone().max_by_key(lower).unwrap_or_default();
    let low = all.clone().min_by_key(upper).unwrap_or_default();
    if high != low {
        return (high.min(low), high.max(low));
    }
    // One set has both ends, so it lies within all others; the pair with least overlap is shown.
    let gap = |i: &usize| figures[*i].set.gap(&figures[high].set);
    let other = all.filter(|i| *i != high).max_by_key(gap).unwrap_or_default();
    (high.min(other), high.max(other))
}
