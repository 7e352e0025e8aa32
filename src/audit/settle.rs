//! One assertion under every setting of what is left open, and the one verdict that follows.
//!
//! Questions are discovered by judging: a check asks the view, the view notes what it was asked,
//! and each answer is then tried. Rounding needs no product of possibilities: a coarser reading
//! contains the finer one, so the finest and the coarsest decide.

use std::collections::BTreeMap;

use super::{Assertion, chance, mend};
use crate::finding::{Branch, Finding, Judgement, Outcome, Turn, Verdict};
use crate::ledger::{Asked, Halt, Level, Scene, Setting, Swaps, Trace, Used, View};
use crate::mistake::{Mistake, quoted_list};
use crate::number::Number;

/// The most combinations of answers that are tried.
const MAX_SETTINGS: usize = 256;

/// What one assertion comes to under one setting.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    pub setting: Setting,
    pub outcome: Outcome,
    pub judgement: Option<Judgement>,
    pub trace: Trace,
}

/// How two sides stand to each other.
pub(super) enum Stand {
    /// They can be reconciled.
    Tied,
    /// They miss each other by this signed distance; zero if they touch where that is not enough.
    Apart(Number),
}

impl Tried {
    /// How the two sides came out to stand; `None` if it could not be told.
    fn stand(self) -> Option<Stand> {
        match self.outcome {
            Outcome::Holds => Some(Stand::Tied),
            Outcome::Fails => self.judgement.map(|judgement| Stand::Apart(judgement.miss)),
            _ => None,
        }
    }
}

/// Judges an assertion under one setting.
fn attempt(scene: Scene, assertion: &Assertion, setting: &Setting) -> Result<Tried, Vec<Mistake>> {
    let at = (assertion.edition, assertion.place.file);
    judge(assertion, View::new(scene, at, &assertion.given, setting), setting)
}

/// How the sides of an assertion stand with some figures replaced; `None` if it cannot be told.
pub(super) fn trial(
    scene: Scene,
    assertion: &Assertion,
    setting: &Setting,
    swaps: &Swaps,
) -> Option<Stand> {
    let at = (assertion.edition, assertion.place.file);
    let view = View::new(scene, at, &assertion.given, setting).trial(swaps);
    judge(assertion, view, setting).ok()?.stand()
}

fn judge(assertion: &Assertion, view: View, setting: &Setting) -> Result<Tried, Vec<Mistake>> {
    let mut judgement = None;
    let outcome = match unmet_condition(&view, assertion) {
        Some(why) => Outcome::Inapplicable(why),
        None => match assertion.check.judge(&view) {
            Ok(mut reached) => {
                reached.notes.append(&mut view.assumptions());
                let outcome = reached.outcome.clone();
                judgement = Some(reached);
                outcome
            }
            Err(Halt::Missing(why)) => Outcome::Unknown(why),
            Err(Halt::Misuse(mistake)) => {
                let place = Some(mistake.place.unwrap_or(assertion.place));
                let noted = view.into_trace().mistakes;
                // What follows from a wrong operand is no mistake of its own.
                let own = noted.is_empty().then_some(Mistake { place, ..*mistake });
                return Err(noted.into_iter().chain(own).collect());
            }
        },
    };
    let trace = view.into_trace();
    if !trace.mistakes.is_empty() {
        return Err(trace.mistakes);
    }
    Ok(Tried { setting: setting.clone(), outcome, judgement, trace })
}

/// The first condition of `when` that the setting does not meet.
pub(super) fn unmet_condition(view: &View, assertion: &Assertion) -> Option<String> {
    for (name, wanted) in &assertion.when {
        let Some(question) = view.own_edition().questions.get(name) else { continue };
        let answer = question.answer.clone().unwrap_or_else(|| {
            let answers: Vec<&str> = question.answers.iter().map(String::as_str).collect();
            let how = format!("declare `answer = \"…\"` in `[question.{name}]`");
            view.ask(name, &question.asks, &answers, how)
        });
        if answer != *wanted {
            return Some(format!("`{name}` is answered \"{answer}\", not \"{wanted}\""));
        }
    }
    None
}

/// Judges an assertion under all settings and sums up.
pub fn settle<'a>(scene: impl Into<Scene<'a>>, assertion: &Assertion) -> Finding {
    let scene = scene.into();
    let (mut finding, tried) = reach(scene, assertion);
    let shown = representative(&tried, finding.verdict);
    match finding.verdict {
        Verdict::Undetermined => {
            turns(scene, assertion, &tried, &mut finding);
            mend::mends(scene, assertion, &tried[shown], &mut finding);
        }
        Verdict::Inconsistent => mend::mends(scene, assertion, &tried[shown], &mut finding),
        _ => {}
    }
    finding
}

/// The verdict with its sides, without what it turns on and what would mend it.
pub(super) fn verdict(scene: Scene, assertion: &Assertion) -> Finding {
    reach(scene, assertion).0
}

fn reach(scene: Scene, assertion: &Assertion) -> (Finding, Vec<Tried>) {
    let mut finding = blank(assertion);
    let tried = match explore(scene, assertion) {
        Ok(tried) => tried,
        Err(mistakes) => {
            finding.mistakes = mistakes;
            return (finding, Vec::new());
        }
    };
    finding.verdict = sum_up(&tried);
    let shown = representative(&tried, finding.verdict);
    finding.figures = tried[shown].trace.figures.clone();
    for other in &tried {
        for used in &other.trace.figures {
            if !finding.figures.iter().any(|known| known.name == used.name) {
                finding.figures.push(used.clone());
            }
        }
    }
    finding.judgement.clone_from(&tried[shown].judgement);
    finding.setting = tried[shown].setting.clone();
    if let Outcome::Unknown(why) | Outcome::Inapplicable(why) = &tried[shown].outcome {
        finding.reason = Some(why.clone());
    }
    if finding.verdict == Verdict::Consistent {
        let sums = tried.iter().filter_map(|tried| tried.judgement.as_ref());
        let rounded = sums.map(|judgement| &judgement.rounded).find(|r| !r.is_empty());
        finding.probability = rounded.and_then(|errors| chance::probability(errors));
    }
    (finding, tried)
}

pub(super) fn blank(assertion: &Assertion) -> Finding {
    Finding {
        id: id(assertion),
        check: assertion.kind.name,
        edition: assertion.edition,
        place: assertion.place,
        label: assertion.label.clone().unwrap_or_default(),
        verdict: Verdict::NotJudged,
        severity: assertion.severity.unwrap_or_default(),
        figures: Vec::new(),
        judgement: None,
        setting: Setting::default(),
        reason: None,
        turns_on: Vec::new(),
        branches: Vec::new(),
        mends: Vec::new(),
        probability: None,
        mistakes: Vec::new(),
        waived: None,
        rows: None,
    }
}

/// The stable name of a finding: the check, and the assertion's own name or its subject.
pub(super) fn id(assertion: &Assertion) -> String {
    let name = assertion.id.clone().unwrap_or_else(|| assertion.check.subject());
    format!("{}/{}", assertion.kind.name, name.replace(char::is_whitespace, "-"))
}

/// Tries every combination of answers, each with the finest rounding and, where rounding is open,
/// with the coarsest; and where these two differ, with every unit between.
fn explore(scene: Scene, assertion: &Assertion) -> Result<Vec<Tried>, Vec<Mistake>> {
    let mut open = vec![BTreeMap::new()];
    let mut tried = Vec::new();
    while let Some(answers) = open.pop() {
        let setting = Setting { answers, ..Setting::default() };
        let finest = attempt(scene, assertion, &setting)?;
        let asked = |q: &&Asked| !setting.answers.contains_key(&q.key);
        if let Some(question) = finest.trace.questions.iter().find(asked)
            && open.len() + tried.len() < MAX_SETTINGS
        {
            for answer in question.answers.iter().rev() {
                let mut answers = setting.answers.clone();
                answers.insert(question.key.clone(), answer.clone());
                open.push(answers);
            }
            continue;
        }
        let units = units(&finest.trace);
        if units.is_empty() {
            tried.push(finest);
            continue;
        }
        let at = |level| Setting { level, ..setting.clone() };
        let coarsest = attempt(scene, assertion, &at(Level::Coarsest))?;
        if coarsest.outcome == finest.outcome {
            tried.push(finest);
            tried.push(coarsest);
            continue;
        }
        tried.push(finest);
        for unit in units {
            tried.push(attempt(scene, assertion, &at(Level::UpTo(unit)))?);
        }
    }
    Ok(tried)
}

/// The rounding units at which open figures change, finest first.
fn units(trace: &Trace) -> Vec<Number> {
    let mut units: Vec<Number> =
        trace.figures.iter().flat_map(|used| used.open.iter().flatten().cloned()).collect();
    units.sort();
    units.dedup();
    units
}

fn sum_up(tried: &[Tried]) -> Verdict {
    let all = |verdict| tried.iter().all(|tried| tried.outcome.verdict() == verdict);
    let none = |verdict| tried.iter().all(|tried| tried.outcome.verdict() != verdict);
    let open = [Verdict::Undetermined, Verdict::Inconsistent];
    if all(Verdict::Inapplicable) {
        Verdict::Inapplicable
    } else if all(Verdict::Inconsistent) {
        Verdict::Inconsistent
    } else if open.into_iter().all(none) {
        Verdict::Consistent
    } else {
        Verdict::Undetermined
    }
}

/// The attempt that the evidence is taken from: for what holds, the first that does; for what
/// does not, the one that misses by least; for what is open, the first that fails.
fn representative(tried: &[Tried], verdict: Verdict) -> usize {
    let first = |wanted| tried.iter().position(|tried| tried.outcome.verdict() == wanted);
    let least = || {
        let miss = |tried: &Tried| tried.judgement.as_ref().map(|judgement| judgement.miss.abs());
        (0..tried.len()).min_by_key(|at| miss(&tried[*at]))
    };
    let found = match verdict {
        Verdict::Inconsistent => least(),
        Verdict::Undetermined => {
            // Of what cannot be told, the coarsest reading says most.
            let last = || tried.iter().rposition(|t| t.outcome.verdict() == verdict);
            first(Verdict::Inconsistent).or_else(last)
        }
        verdict => first(verdict),
    };
    found.unwrap_or(0)
}

/// Works out which questions the verdict turns on, and the verdict under each answer.
fn turns(scene: Scene, assertion: &Assertion, tried: &[Tried], finding: &mut Finding) {
    let mut questions: Vec<&Asked> = Vec::new();
    for question in tried.iter().flat_map(|tried| &tried.trace.questions) {
        if !questions.iter().any(|known| known.key == question.key) {
            questions.push(question);
        }
    }
    questions.retain(|question| matters(&question.key, tried));
    for question in &questions {
        let (asks, how) = (question.asks.clone(), question.how.clone());
        finding.turns_on.push(Turn { asks, how });
    }
    let rounding = rounding_matters(tried);
    if rounding {
        finding.turns_on.push(rounding_turn(scene, assertion, tried));
    }
    for one in tried {
        let alike = |other: &&Tried| other.setting.answers == one.setting.answers;
        let (own, verdict) = (|| tried.iter().filter(alike), one.outcome.verdict());
        let mut answers: Vec<String> = questions
            .iter()
            .filter_map(|question| {
                let answer = one.setting.answers.get(&question.key)?;
                // One question needs no name before its answers.
                let alone = questions.len() == 1 && !rounding;
                Some(if alone { answer.clone() } else { format!("{}: {answer}", question.key) })
            })
            .collect();
        if own().any(|other| other.outcome.verdict() != verdict) {
            answers.push(level_words(one));
        }
        let answer = answers.join("; ");
        let branch = Branch { answer, verdict, remark: remark(one) };
        let known = finding.branches.iter().any(|known| known.answer == branch.answer);
        if !branch.answer.is_empty() && !known {
            finding.branches.push(branch);
        }
    }
}

/// Whether two attempts that differ in this answer alone come out differently.
fn matters(key: &str, tried: &[Tried]) -> bool {
    let verdict = |one: &Tried| one.outcome.verdict();
    let alike = |a: &Tried, b: &Tried| {
        a.setting.level == b.setting.level
            && a.setting.answers.get(key) != b.setting.answers.get(key)
            && a.setting.answers.iter().all(|(other, answer)| {
                other == key || b.setting.answers.get(other).is_none_or(|same| same == answer)
            })
    };
    tried
        .iter()
        .enumerate()
        .any(|(i, a)| tried[i + 1..].iter().any(|b| alike(a, b) && verdict(a) != verdict(b)))
}

fn rounding_matters(tried: &[Tried]) -> bool {
    tried.iter().enumerate().any(|(i, a)| {
        tried[i + 1..].iter().any(|b| {
            a.setting.answers == b.setting.answers && a.outcome.verdict() != b.outcome.verdict()
        })
    })
}

/// How coarsely an attempt took the open figures to be rounded, in words.
fn level_words(tried: &Tried) -> String {
    let open = || tried.trace.figures.iter().filter(|used| !used.open.is_empty());
    let unit = |used: &Used| used.rung.round.as_ref().map(ToString::to_string);
    let mut units: Vec<Option<String>> = open().map(unit).collect();
    let one = if units.len() == 1 { open().next() } else { None };
    let subject = one.map_or(String::new(), |used| format!("{} ", used.figure.text()));
    units.dedup();
    match (units.as_slice(), &tried.setting.level) {
        ([], _) => "as printed".to_owned(),
        ([Some(unit)], _) => format!("{subject}rounded to {unit}"),
        ([None], _) => format!("{subject}exact"),
        (_, Level::UpTo(unit)) => format!("rounded to at most {unit}"),
        (_, Level::Finest) => "rounded as finely as printed".to_owned(),
        (_, Level::Coarsest) => "rounded as coarsely as printed".to_owned(),
    }
}

/// A few words on how an attempt came out.
fn remark(tried: &Tried) -> String {
    match (&tried.outcome, &tried.judgement) {
        (Outcome::Unknown(why), _) => why.clone(),
        (Outcome::Fails, Some(judgement)) if !judgement.distance.is_empty() => {
            format!("gap {}", judgement.distance)
        }
        (Outcome::Fails, Some(judgement)) => judgement.notes.first().cloned().unwrap_or_default(),
        (Outcome::Holds, Some(Judgement { touches: Some(point), .. })) => {
            format!("they meet only at {point}")
        }
        _ => String::new(),
    }
}

/// The question of rounding, for the figures whose rounding decides: those that alone make a
/// difference; if none does alone, all that are open.
fn rounding_turn(scene: Scene, assertion: &Assertion, tried: &[Tried]) -> Turn {
    let decisive = |one: &Tried, used: &Used| {
        let with = |level: Level, others: Level| {
            let levels = BTreeMap::from([(used.name.clone(), level)]);
            let setting = Setting { answers: one.setting.answers.clone(), level: others, levels };
            let stand = trial(scene, assertion, &setting, &Swaps::new());
            stand.map(|stand| matches!(stand, Stand::Tied))
        };
        let (fine, coarse) = (Level::Finest, Level::Coarsest);
        with(fine.clone(), coarse.clone()) != with(coarse.clone(), coarse.clone())
            || with(coarse, fine.clone()) != with(fine.clone(), fine)
    };
    let mut open: Vec<(&Tried, &Used)> = Vec::new();
    for one in tried {
        for used in one.trace.figures.iter().filter(|used| !used.open.is_empty()) {
            if !open.iter().any(|(_, known)| known.name == used.name) {
                open.push((one, used));
            }
        }
    }
    let alone: Vec<&Used> =
        open.iter().filter(|(one, used)| decisive(one, used)).map(|(_, used)| *used).collect();
    let figures =
        if alone.is_empty() { open.iter().map(|(_, used)| *used).collect() } else { alone };
    let texts = quoted_list(figures.iter().map(|used| used.figure.text()), "and");
    let verb = if figures.len() == 1 { "was" } else { "were" };
    let units = unit_list(&figures);
    let names: Vec<String> = figures
        .iter()
        .map(|used| match used.name.split_once('.') {
            Some((claim, end)) => format!("`{end} = {{ round = … }}` on `{claim}`"),
            None => format!("`round` on `{}`", used.name),
        })
        .collect();
    Turn {
        asks: format!("To what unit {verb} {texts} rounded?"),
        how: format!("declare {}: {units}", names.join(" and ")),
    }
}

/// The units to choose from, finest first.
fn unit_list(figures: &[&Used]) -> String {
    let mut units: Vec<&Option<Number>> = figures.iter().flat_map(|used| &used.open).collect();
    units.sort();
    units.dedup();
    let words = units.into_iter().map(|unit| match unit {
        Some(unit) => unit.to_string(),
        None => "`convention = \"exact\"`".to_owned(),
    });
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(""),
    }
}
