//! What becomes of conclusions: the assertions of one edition judged with the figures of the
//! other.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Class, Print, Row, Side};
use crate::audit::{Assertion, Case, parallel, settle};
use crate::figure::Hedge;
use crate::finding::{Finding, Verdict};
use crate::interval::Interval;
use crate::ledger::{Claim, Edition, Ledger, Named};

/// What it is about a conclusion that comes out otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flip {
    /// What rose falls, or the reverse.
    Sign,
    /// The stated change does not fit its levels.
    Change,
    /// Figures stand in another order.
    Ranking,
    /// A threshold such as "more than half" is crossed.
    Threshold,
    /// A time word or a duration such as "nearly ten years".
    Time,
    /// The age of a source.
    Source,
    /// Anything else.
    Other,
}

impl Flip {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sign => "the sign flips",
            Self::Change => "the stated change does not fit",
            Self::Ranking => "the ranking changes",
            Self::Threshold => "a threshold is crossed",
            Self::Time => "time has moved on",
            Self::Source => "the source has aged",
            Self::Other => "it does not hold",
        }
    }
}

/// An assertion that holds with the figures of one edition and not with those of the other.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// What comes out otherwise.
    pub flip: Flip,
    /// The edition that asserts it.
    pub of: String,
    /// The edition whose figures do not bear it out.
    pub with: String,
    /// Whether those figures are for the same period, as revised.
    pub same_period: bool,
    /// The finding with those figures.
    pub finding: Finding,
    /// What else is known of it: that the revision is declared, or that the new edition asserts
    /// it, too.
    pub remark: Option<String>,
    /// Whether somebody has to look at it.
    pub needs_a_look: bool,
}

/// Judges the assertions of both editions with each other's figures. Rows learn from it what the
/// new edition says of the change.
pub(super) fn conclusions(
    case: &Case,
    (old, new): (&Side, &Side),
    rows: &mut [Row],
) -> Vec<Conclusion> {
    let of_old = judged(&case.ledger, &asserted(case, old));
    let of_new = judged(&case.ledger, &asserted(case, new));
    say_changes(case, new, &of_new, rows);
    let own: HashMap<&str, Verdict> =
        of_new.iter().map(|(_, finding)| (finding.id.as_str(), finding.verdict)).collect();
    let reprinted = |row: &&Row| {
        row.old.zip(row.new).is_some_and(|(a, b)| a.claim.same_period(b.claim))
            && !matches!(row.class, Class::Rebased | Class::LeftIn | Class::Swapped)
    };
    let revised = |row: &&Row| {
        matches!(row.class, Class::Revised | Class::Restated | Class::Rerounded) && reprinted(row)
    };
    let declared: HashSet<&str> = rows
        .iter()
        .filter(|row| row.class == Class::Restated)
        .flat_map(|row| row.old.map(|print| print.name))
        .collect();
    let pairs: Vec<(Print, Print)> =
        rows.iter().filter(revised).filter_map(|row| row.old.zip(row.new)).collect();
    let both = |of: fn(&(Print, Print)) -> (usize, String)| -> HashSet<(usize, String)> {
        let rows = rows.iter().filter(reprinted).filter_map(|row| row.old.zip(row.new));
        rows.map(|pair| of(&pair)).collect()
    };
    let mut all = Vec::new();
    let mut said: HashSet<String> = HashSet::new();
    // What the old edition concluded, with its figures as they are known now.
    let later: HashMap<(usize, &str), &Claim> =
        pairs.iter().map(|(a, b)| ((a.edition, a.name), b.claim)).collect();
    let known = both(|(a, _)| (a.edition, a.name.to_owned()));
    for flipped in flips(&case.ledger, &of_old, &later, &known) {
        let names = names(&flipped.before);
        let replaced = names.iter().filter(|name| later.keys().any(|(_, known)| known == *name));
        let silent = replaced.clone().any(|name| !declared.contains(name.as_str()));
        // The same assertion in the new edition settles it, if it is about the same period.
        let again = own.get(flipped.after.id.as_str()) == Some(&Verdict::Consistent)
            && names.iter().all(|name| same_period_in(case, old, new, name));
        let remark = match (silent, again) {
            (_, true) => Some("the new edition concludes otherwise, in line with its figures"),
            (false, _) => Some("the revision is declared"),
            _ => None,
        };
        said.insert(flipped.after.id.clone());
        all.push(Conclusion {
            flip: flip(&flipped.before, &flipped.after),
            of: old.label.clone(),
            with: new.label.clone(),
            same_period: true,
            finding: flipped.after,
            remark: remark.map(str::to_owned),
            needs_a_look: silent && !again,
        });
    }
    // What the old edition said, if the new one went on saying it.
    let moved = moved(case, old, new);
    let still: Vec<&(&Assertion, Finding)> = of_old
        .iter()
        .filter(|(assertion, finding)| {
            let names = names(finding);
            let dated = finding.figures.iter().any(|used| used.name.starts_with("report.date"));
            assertion.kind.name == "citation"
                || dated
                || names.iter().any(|name| moved.contains(name.as_str()))
        })
        .collect();
    let ledger = handed_on(case, (old, new), rows, &wanted(&still));
    for flipped in flipped(&still, &ledger) {
        let id = flipped.after.id.clone();
        let verdict = own.get(id.as_str()).copied();
        if said.contains(&id) || verdict == Some(Verdict::Consistent) {
            continue;
        }
        let remark = match verdict {
            Some(Verdict::Inconsistent) => Some("the new edition still says so"),
            Some(_) => Some("in the new edition, too, it cannot be told"),
            None => None,
        };
        all.push(Conclusion {
            flip: flip(&flipped.before, &flipped.after),
            of: old.label.clone(),
            with: new.label.clone(),
            same_period: false,
            finding: flipped.after,
            remark: remark.map(str::to_owned),
            needs_a_look: matches!(verdict, None | Some(Verdict::Inconsistent)),
        });
    }
    // What the new edition concludes, with the figures as they were known before.
    let earlier: HashMap<(usize, &str), &Claim> =
        pairs.iter().map(|(a, b)| ((b.edition, b.name), a.claim)).collect();
    let known = both(|(_, b)| (b.edition, b.name.to_owned()));
    for flipped in flips(&case.ledger, &of_new, &earlier, &known) {
        all.push(Conclusion {
            flip: flip(&flipped.before, &flipped.after),
            of: new.label.clone(),
            with: old.label.clone(),
            same_period: true,
            finding: flipped.after,
            remark: Some("it rests on what was revised".to_owned()),
            needs_a_look: false,
        });
    }
    all
}

/// An assertion that held, and its finding with other figures.
struct Flipped {
    before: Finding,
    after: Finding,
}

/// The assertions of an edition that are about claims alone.
fn asserted<'a>(case: &'a Case, side: &Side) -> Vec<&'a Assertion> {
    let plain = |assertion: &&Assertion| {
        side.editions.contains(&assertion.edition)
            && !is_over_data(assertion)
            && assertion.kind.name != "revision"
    };
    case.assertions.iter().filter(plain).collect()
}

/// How many assertions of an edition are about data. They are not judged with figures of the other:
/// an edition's data are those that its own figures were taken from, so that a figure of another
/// says nothing of whether they were drawn rightly.
pub(super) fn over_data(case: &Case, side: &Side) -> usize {
    let all = case.assertions.iter().filter(|one| side.editions.contains(&one.edition));
    all.filter(|assertion| is_over_data(assertion)).count()
}

fn is_over_data(assertion: &Assertion) -> bool {
    assertion.lift.is_some() || !assertion.kind.lifts() || assertion.kind.name == "tie-table"
}

fn judged<'a>(ledger: &Ledger, all: &[&'a Assertion]) -> Vec<(&'a Assertion, Finding)> {
    let findings = parallel::map(all.len(), |at| settle(ledger, all[at]));
    all.iter().copied().zip(findings).collect()
}

/// Those that held, use one of the replaced claims, and do not hold in another ledger. What adds
/// up within one edition does not across two: of such assertions, all claims must be known.
fn flips(
    ledger: &Ledger,
    judged: &[(&Assertion, Finding)],
    replaced: &HashMap<(usize, &str), &Claim>,
    known: &HashSet<(usize, String)>,
) -> Vec<Flipped> {
    let uses = |(assertion, finding): &&(&Assertion, Finding)| {
        let at = assertion.edition;
        let names = names(finding);
        let says = ["change", "order", "assert", "elapsed", "citation"];
        names.iter().any(|name| replaced.contains_key(&(at, name.as_str())))
            && (says.contains(&assertion.kind.name)
                || names.iter().all(|name| known.contains(&(at, name.clone()))))
    };
    let used: Vec<_> = judged.iter().filter(uses).collect();
    if used.is_empty() {
        return Vec::new();
    }
    flipped(&used, &self::replaced(ledger, replaced, &wanted(&used)))
}

/// The claims that assertions need, by name; `None` if they name those of other editions, too.
fn wanted(judged: &[&(&Assertion, Finding)]) -> Option<HashSet<String>> {
    let figures = || judged.iter().flat_map(|(_, finding)| &finding.figures);
    let foreign = figures().any(|used| used.name.contains('@'));
    let cites = judged.iter().any(|(assertion, _)| assertion.kind.name == "citation");
    let all = || judged.iter().flat_map(|(_, finding)| names(finding)).collect();
    (!foreign && !cites).then(all)
}

/// An edition with those of its claims that are wanted.
fn slim(edition: &Edition, wanted: Option<&HashSet<String>>) -> Edition {
    let Some(wanted) = wanted else { return edition.clone() };
    let mut slim = edition.without_claims();
    for (name, claim) in edition.claims.iter().filter(|(name, _)| wanted.contains(*name)) {
        // The names are those of a ledger, so none comes twice.
        let _ = slim.claims.insert(name, claim.clone());
    }
    slim
}

fn flipped(judged: &[&(&Assertion, Finding)], ledger: &Ledger) -> Vec<Flipped> {
    let held: Vec<_> =
        judged.iter().filter(|(_, finding)| finding.verdict == Verdict::Consistent).collect();
    let again = parallel::map(held.len(), |at| settle(ledger, held[at].0));
    let pairs = held.iter().zip(again);
    let flipped = pairs.filter(|(_, after)| after.verdict == Verdict::Inconsistent);
    flipped.map(|(one, after)| Flipped { before: one.1.clone(), after }).collect()
}

/// The claims of its own edition that a finding uses.
fn names(finding: &Finding) -> Vec<String> {
    let own = |name: &str| !name.contains('@') && !name.starts_with("source.");
    let used = finding.figures.iter().filter(|used| !used.literal && own(&used.name));
    used.map(|used| used.name.split('.').next().unwrap_or(&used.name).to_owned()).collect()
}

/// The ledger without its doors to data.
fn copy(ledger: &Ledger, editions: Vec<Edition>) -> Ledger {
    let (files, today) = (ledger.files.clone(), ledger.today.clone());
    Ledger { files, editions, today, ..Ledger::default() }
}

/// The same editions, with the figures of some claims replaced.
fn replaced(
    ledger: &Ledger,
    others: &HashMap<(usize, &str), &Claim>,
    wanted: &Option<HashSet<String>>,
) -> Ledger {
    let slim = |edition| slim(edition, wanted.as_ref());
    let mut editions: Vec<Edition> = ledger.editions.iter().map(slim).collect();
    for (at, edition) in editions.iter_mut().enumerate() {
        let mut claims = Named::default();
        for (name, claim) in edition.claims.iter() {
            let claim = match others.get(&(at, name)) {
                Some(other) => Claim {
                    figure: other.figure.clone(),
                    ends: other.ends.clone(),
                    unread: other.unread,
                    ..claim.clone()
                },
                None => claim.clone(),
            };
            // The names are those of a ledger, so none comes twice.
            let _ = claims.insert(name, claim);
        }
        edition.claims = claims;
    }
    copy(ledger, editions)
}

/// A ledger in which the old edition has the claims, the sources and the date of the new one; its
/// questions stay.
fn handed_on(
    case: &Case,
    (old, new): (&Side, &Side),
    rows: &[Row],
    wanted: &Option<HashSet<String>>,
) -> Ledger {
    let slim = |edition| slim(edition, wanted.as_ref());
    let mut editions: Vec<Edition> = case.ledger.editions.iter().map(slim).collect();
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
    let mut claims: Named<Claim> = Named::default();
    let (mut date, mut sources) = (None, Vec::new());
    for (_, part) in new.parts(case) {
        for (name, claim) in part.claims.iter().filter(|(name, _)| is_wanted(name)) {
            let _ = claims.insert(name, claim.clone());
        }
        date = date.or_else(|| part.date.clone());
        sources.extend(part.sources.iter());
    }
    for row in rows.iter().filter(|row| row.class == Class::Renamed) {
        if let Some((before, after)) = row.old.zip(row.new) {
            let _ = claims.insert(before.name, after.claim.clone());
        }
    }
    for at in &old.editions {
        let Some(edition) = editions.get_mut(*at) else { continue };
        let Some((_, first)) = new.parts(case).next() else { continue };
        let mut next = first.without_claims();
        (next.file, next.style) = (edition.file, edition.style);
        (next.label, next.title) = (edition.label.clone(), edition.title.clone());
        (next.date, next.claims) = (date.clone(), claims.clone());
        next.questions = edition.questions.clone();
        for (name, source) in &sources {
            let _ = next.add_source(name, (*source).clone());
        }
        *edition = next;
    }
    copy(&case.ledger, editions)
}

/// The names that both editions have with figures that differ.
fn moved<'a>(case: &'a Case, old: &Side, new: &Side) -> HashSet<&'a str> {
    let mut after: HashMap<&str, &Claim> = HashMap::new();
    for (_, part) in new.parts(case) {
        after.extend(part.claims.iter());
    }
    let set = |claim: &Claim| claim.figure.as_ref().map(|stated| stated.rungs[0].set.clone());
    let before = old.parts(case).flat_map(|(_, part)| part.claims.iter());
    let differs = |(name, claim): &(&'a str, &'a Claim)| {
        after.get(name).is_some_and(|other| set(other) != set(claim))
    };
    before.filter(differs).map(|(name, _)| name).collect()
}

/// Whether both editions have a claim of this name about one period.
fn same_period_in(case: &Case, old: &Side, new: &Side, name: &str) -> bool {
    let find = |side: &Side| side.parts(case).find_map(|(_, part)| part.claims.get(name));
    find(old).zip(find(new)).is_some_and(|(a, b)| a.same_period(b))
}

/// What the new edition says of how a figure came from the one of the period before.
fn say_changes(case: &Case, new: &Side, judged: &[(&Assertion, Finding)], rows: &mut [Row]) {
    let mut said: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    let series = |name: &str| {
        let name = name.split(['.', '@']).next().unwrap_or(name);
        let found = new.parts(case).find_map(|(_, part)| part.claims.get(name));
        found.map_or_else(|| name.to_owned(), |claim| claim.series(name).to_owned())
    };
    for (assertion, finding) in judged {
        if !["change", "same", "order", "assert"].contains(&assertion.kind.name) {
            continue;
        }
        let used: Vec<&str> = finding
            .figures
            .iter()
            .filter(|used| !used.literal)
            .map(|used| used.name.as_str())
            .collect();
        for name in &used {
            let of = series(name);
            if used.iter().any(|other| other != name && series(other) == of) {
                said.entry((*name).to_owned()).or_default().push(finding);
            }
        }
    }
    for row in rows.iter_mut() {
        let Some((old, print)) = row.old.zip(row.new) else { continue };
        let Some(findings) = said.get(print.name) else { continue };
        if old.claim.same_period(print.claim) {
            continue;
        }
        let holds = |finding: &&&Finding| finding.verdict == Verdict::Consistent;
        if row.class == Class::LeftIn
            && let Some(finding) = findings.iter().find(holds)
        {
            row.class = Class::Rolled;
            row.remarks.push(format!("as before, and {} says so", finding.id));
        }
        for finding in findings.iter().filter(|finding| finding.check == "change") {
            let [from, to, ..] = finding.figures.as_slice() else { continue };
            if to.name != print.name {
                continue;
            }
            let Some(judgement) = &finding.judgement else { continue };
            let stated = &judgement.stated.printed;
            let fits = match finding.verdict {
                Verdict::Consistent => "fits",
                Verdict::Inconsistent => "does not fit",
                _ => continue,
            };
            row.remarks.push(format!("stated: {stated} from {}, which {fits}", from.figure.text()));
        }
    }
}

fn flip(before: &Finding, after: &Finding) -> Flip {
    let bound = |used: &crate::ledger::Used| {
        let hedged = !matches!(used.figure.hedge(), Hedge::None | Hedge::About | Hedge::Estimated);
        used.literal || hedged
    };
    let threshold = before.figures.iter().any(bound);
    match before.check {
        "change" if before.figures.len() < 3 => Flip::Sign,
        "change" => {
            let negative = |set: Option<&Interval>| Some(set?.hi()?.at.is_negative());
            let positive = |set: Option<&Interval>| Some(set?.lo()?.at > 0);
            let sides = after.judgement.as_ref();
            let (stated, allowed) = match sides {
                Some(judgement) => (judgement.stated.set.as_ref(), judgement.allowed.set.as_ref()),
                None => (None, None),
            };
            let up_down = positive(stated) == Some(true) && negative(allowed) == Some(true);
            let down_up = negative(stated) == Some(true) && positive(allowed) == Some(true);
            if up_down || down_up { Flip::Sign } else { Flip::Change }
        }
        "order" | "assert" if threshold => Flip::Threshold,
        "order" => Flip::Ranking,
        "elapsed" => Flip::Time,
        "citation" => Flip::Source,
        _ => Flip::Other,
    }
}
