//! The finding on a block.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::change::Change;
use super::solve::{Block, Comes, Reading, Tried, sum_up};
use crate::audit::{Case, settle};
use crate::claim::Severity;
use crate::finding::{Finding, JOINT, Judgement, Mend, Side, Step, Verdict};
use crate::interval::Interval;
use crate::joint::conflicts::conflicts;
use crate::joint::implied::contradictions;
use crate::joint::range::Range;
use crate::joint::repairs::{Changes, Limits, repairs};
use crate::joint::{Assumed, Budget, Solver};
use crate::ledger::{Level, Setting, Used};
use crate::mistake::quoted_list;
use crate::number::Number;

/// How many conflicts, and how many sets of changes, are listed.
const LISTED: usize = 20;
/// How many cases are looked into to tell where figures would have to lie.
const RANGES: usize = 200;
/// The most unknowns of which a witness is written out.
const MAX_WITNESS: usize = 60;

impl Block<'_, '_> {
    /// What is found, given how each choice of answers came out.
    pub(super) fn finding(&self, case: &Case, tried: &[Tried], budget: &Budget) -> Finding {
        let first = self.members[0].assertion;
        let mut finding = settle::blank(first);
        let subject = finding.id.split_once('/').map_or("", |(_, name)| name);
        finding.id = format!("{JOINT}/{subject}");
        finding.check = JOINT;
        finding.severity = self
            .members
            .iter()
            .map(|m| m.assertion.severity.unwrap_or_default())
            .max()
            .unwrap_or_default();
        finding.verdict = sum_up(tried);
        finding.label = self.label();
        let shown = tried.iter().find(|one| one.comes == Comes::Impossible);
        let unknown = || tried.iter().find(|one| matches!(one.comes, Comes::Unknown(_)));
        if let Some(shown) = shown {
            self.cannot_hold(case, shown, budget, &mut finding);
        } else if let Some(Tried { comes: Comes::Unknown(why), .. }) = unknown() {
            finding.reason = Some(why.clone());
        } else if let Some(Tried { comes: Comes::Possible(values), .. }) = tried.first() {
            let mut judgement = Judgement::words(true, self.side(), Side::words("", ""));
            let all = self.system.variables.iter().zip(values).zip(&self.quantities);
            for ((variable, value), quantity) in all.filter(|_| values.len() <= MAX_WITNESS) {
                let Some(quantity) = quantity.filter(|q| q.origin.is_some()) else { continue };
                let value = quantity.show(&Interval::point(value.clone()));
                judgement = judgement.step(variable.name.clone(), value);
            }
            finding.judgement = Some(judgement);
        }
        if finding.verdict == Verdict::Undetermined {
            self.turns(tried, &mut finding);
        }
        finding
    }

    /// How many assertions and figures are taken together.
    fn label(&self) -> String {
        let figures = self.system.variables.iter().filter(|of| of.printed.is_some()).count();
        let assertions = self.members.len();
        let plural = |count: usize, noun: &str| {
            if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
        };
        format!("{} about {}", plural(assertions, "assertion"), plural(figures, "figure"))
    }

    fn side(&self) -> Side {
        Side::words("taken together", self.label())
    }

    /// Why it cannot hold, and what change would be enough.
    fn cannot_hold(&self, case: &Case, shown: &Tried, budget: &Budget, finding: &mut Finding) {
        let reading = self.reading(&shown.choice);
        let system = &reading.system;
        let assumed = Assumed::all(system);
        let mut solver = Solver::new(system);
        let asked = AtomicUsize::new(0);
        // Where there are products, which figures to look at is worth no more time in all than a
        // few verdicts, and where each would have to lie less than one.
        let linear = system.rules.iter().all(|rule| rule.says.is_linear());
        let within = |most: usize| {
            let asked = &asked;
            let most = if linear { usize::MAX } else { most };
            move || asked.fetch_add(1, Ordering::Relaxed) > most || (budget.stop)()
        };
        let (all, ranges) = (within(4 * budget.nodes), within(4 * budget.nodes + RANGES));
        let (budget, of_ranges) =
            (&Budget { stop: &all, ..*budget }, &Budget { stop: &ranges, ..*budget });
        let limits = Limits { most: LISTED, nodes: budget.nodes };
        let conflicts = conflicts(system, &mut solver, &assumed, limits, budget);
        let changes = repairs(system, &mut solver, &assumed, limits, budget);

        // What each assertion fails by itself is said there; here it is which figures to look at.
        if conflicts.cut.is_none() && conflicts.sets.iter().all(|(rules, _)| rules.len() == 1) {
            finding.severity = Severity::Note;
        }
        let mut steps = Vec::new();
        let mut taking_part = BTreeSet::new();
        for (rules, proof) in &conflicts.sets {
            let names = rules.iter().map(|rule| system.rules[*rule].name.as_str());
            let clash = if rules.len() == 1 { "cannot hold" } else { "cannot hold together" };
            let what = format!("{} {clash}", quoted_list(names, "and"));
            let works =
                proof.told(system, &|variables, value| self.told(variables, value)).join("\n");
            steps.push(Step { what, works });
            taking_part.extend(rules.iter().map(|rule| reading.member_of[*rule]));
        }
        let mut notes: Vec<String> = conflicts.cut.into_iter().collect();
        for (rules, _) in contradictions(system, &mut solver, &assumed, limits, budget).sets {
            let names = rules.iter().map(|rule| system.rules[*rule].name.as_str());
            let names = quoted_list(names, "and");
            notes.push(format!("whatever the figures are, {names} contradict each other"));
        }
        let mut single = None;
        match changes {
            Changes::Some(least) => {
                let sets: Vec<Vec<Change>> = least
                    .sets
                    .iter()
                    .map(|set| {
                        self.changes(case, &reading, &mut solver, set, &shown.level, of_ranges)
                    })
                    .collect();
                if let ([only], [variables]) = (sets.as_slice(), least.sets.as_slice())
                    && let ([change], [variable]) = (only.as_slice(), variables.as_slice())
                {
                    single = Some((change.clone(), *variable));
                }
                self.say(&sets, least.sets.len(), &mut notes);
                notes.extend(least.cut);
                for change in sets.iter().filter(|set| set.len() == 1).flatten() {
                    let Some((would_tie, slip)) = change.would_tie() else { continue };
                    finding.mends.push(Mend {
                        name: change.name.clone(),
                        printed: change.printed.clone(),
                        would_tie,
                        slip,
                    });
                }
            }
            Changes::Never(proof) => {
                let rules = proof.rules();
                let names = rules.iter().map(|rule| system.rules[*rule].name.as_str());
                let names = quoted_list(names, "and");
                notes
                    .push(format!("no change of figures is enough: {names} contradict each other"));
            }
            Changes::None => {}
        }
        let (stated, allowed) = match single {
            Some((change, variable)) => {
                let set = system.variables[variable].printed.as_ref();
                let shown = set.map(|set| self.show(variable, set)).unwrap_or_default();
                let stated = Side {
                    what: change.name.clone(),
                    printed: change.printed.clone(),
                    set: set.cloned(),
                    shown,
                };
                (
                    stated,
                    Side::words(
                        "all the rest",
                        change.range.map(|(_, range)| range).unwrap_or_default(),
                    ),
                )
            }
            None => (self.side(), Side::words("values that satisfy all", "none")),
        };
        let mut judgement = Judgement::words(false, stated, allowed);
        (judgement.steps, judgement.notes) = (steps, notes);
        finding.judgement = Some(judgement);
        for member in taking_part {
            for used in self.members[member].figures.iter().filter(|used| !used.literal) {
                if !finding.figures.iter().any(|known| known.name == used.name) {
                    finding.figures.push(used.clone());
                }
            }
        }
        let members = self.members.iter();
        let answers = members.zip(&shown.choice).flat_map(|(m, way)| m.ways[*way].answers.clone());
        finding.setting = Setting {
            answers: answers.collect(),
            level: shown.level.clone(),
            ..Setting::default()
        };
    }

    /// What each figure of a set would have to be.
    fn changes(
        &self,
        case: &Case,
        reading: &Reading,
        solver: &mut Solver,
        set: &[usize],
        level: &Level,
        budget: &Budget,
    ) -> Vec<Change> {
        let mut assumed = Assumed::all(&reading.system);
        set.iter().for_each(|variable| assumed.printed[*variable] = false);
        let mut changes = Vec::new();
        for variable in set {
            let Some(quantity) = self.quantities[*variable] else { continue };
            let range = match solver.range(&assumed, *variable, budget) {
                Range::Within(range) => {
                    Some(range).filter(|range| range.lo().is_some() || range.hi().is_some())
                }
                Range::Nothing(_) | Range::Unknown(_) => None,
            };
            let of = &reading.system.variables[*variable];
            changes.push(Change::new(
                case,
                of,
                quantity,
                (self.used(*variable), level),
                range.as_ref(),
            ));
        }
        if let [a, b] = set
            && self.exchanged(reading, [*a, *b], budget)
        {
            let exchanged = Some(("the two exchanged".to_owned(), String::new()));
            changes.iter_mut().for_each(|change| change.slip.clone_from(&exchanged));
        }
        changes
    }

    /// Whether two figures would do in each other's place.
    fn exchanged(&self, reading: &Reading, [a, b]: [usize; 2], budget: &Budget) -> bool {
        let mut system = reading.system.clone();
        let printed = |at: usize| reading.system.variables[at].printed.clone();
        (system.variables[a].printed, system.variables[b].printed) = (printed(b), printed(a));
        let possible = |system| {
            let answer = Solver::new(system).decide(&Assumed::all(system), budget);
            matches!(answer, crate::joint::Answer::Possible(_))
        };
        possible(&system)
    }

    /// A figure as it takes part in an assertion.
    fn used(&self, variable: usize) -> Option<&Used> {
        self.members.iter().find_map(|member| {
            let named = |(_, at): &&(String, usize)| self.place(*at) == Some(variable);
            let (name, _) = member.names.iter().find(named)?;
            member.figures.iter().find(|used| used.name == *name)
        })
    }

    /// A set of values of a variable, in the unit of its figure.
    fn show(&self, variable: usize, set: &Interval) -> String {
        match self.quantities.get(variable).copied().flatten() {
            Some(quantity) => match quantity.figure.as_deref() {
                Some(figure) if *figure.unit() == quantity.unit => figure.show(set),
                _ => quantity.unit.show(set),
            },
            None => set.to_string(),
        }
    }

    /// A number in the unit that these variables share; as it is, if they share none.
    fn told(&self, variables: &[usize], value: &Number) -> String {
        let quantities = variables.iter().map(|at| self.quantities.get(*at).copied().flatten());
        let shown = quantities.collect::<Option<Vec<_>>>().unwrap_or_default();
        match shown.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other.unit == first.unit) => {
                first.unit.show(&Interval::point(value.clone()))
            }
            _ => value.to_string(),
        }
    }

    /// What would be enough, in words.
    fn say(&self, sets: &[Vec<Change>], count: usize, notes: &mut Vec<String>) {
        let (single, several): (Vec<_>, Vec<_>) = sets.iter().partition(|set| set.len() == 1);
        match single.as_slice() {
            [] => {}
            [one] => {
                let words = one[0].words();
                notes.push(format!("changing one figure would be enough: {words}"));
            }
            all => {
                notes.push("changing one of these would be enough:".to_owned());
                notes.extend(all.iter().map(|set| set[0].words()));
            }
        }
        for set in several {
            let words: Vec<String> = set.iter().map(Change::words).collect();
            notes.push(format!("changing these together would be enough: {}", words.join("; ")));
        }
        if count > sets.len() {
            notes.push(format!("and {} more such sets", count - sets.len()));
        }
    }
}
