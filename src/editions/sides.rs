//! Which editions are compared: those of a file or a folder, or those with a label.

use std::collections::HashSet;

use crate::audit::Case;
use crate::ledger::Edition;
use crate::mistake::{nearest, quoted_list};

/// One edition of a report, which may lie in several claims files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What it is called.
    pub label: String,
    /// The title of the report.
    pub title: String,
    /// Its parts, as indices into the ledger.
    pub editions: Vec<usize>,
}

impl Side {
    pub(super) fn new(case: &Case, label: String, editions: Vec<usize>) -> Self {
        let first = editions.first().and_then(|at| case.ledger.editions.get(*at));
        Self { label, title: first.map_or_else(String::new, |e| e.title.clone()), editions }
    }

    /// Its parts.
    pub fn parts<'a>(&self, case: &'a Case) -> impl Iterator<Item = (usize, &'a Edition)> {
        let parts = self.editions.clone().into_iter();
        parts.filter_map(|at| Some((at, case.ledger.editions.get(at)?)))
    }
}

/// The editions that were read from each of these paths. A single folder is a chain of its files,
/// by their dates.
///
/// # Errors
///
/// A sentence for the user if there are fewer than two editions.
pub fn sides_at(case: &Case, paths: &[String]) -> Result<Vec<Side>, String> {
    let editions = &case.ledger.editions;
    let below = |path: &str| -> Vec<usize> {
        let path = path.replace('\\', "/");
        let folder = format!("{}/", path.trim_end_matches('/'));
        let file = |edition: &Edition| case.ledger.files.name(edition.file).to_owned();
        let within = |edition: &Edition| {
            let file = file(edition);
            file == path || file.starts_with(&folder) || (folder == "./" && !file.contains('/'))
        };
        (0..editions.len()).filter(|at| within(&editions[*at])).collect()
    };
    let mut sides = Vec::new();
    if let [folder] = paths {
        let mut chain = below(folder);
        by_date(case, &mut chain);
        for at in chain {
            sides.push(Side::new(case, editions[at].label.clone(), vec![at]));
        }
    } else {
        for path in paths {
            let found = below(path);
            let Some(first) = found.first() else {
                return Err(format!("{path} gives no edition to compare"));
            };
            let label = editions[*first].label.clone();
            sides.push(Side::new(case, label, found));
        }
    }
    if sides.len() < 2 {
        let help = "name two claims files, two folders or two edition labels";
        return Err(format!("there is nothing to compare with; {help}"));
    }
    tell_apart(case, &mut sides);
    Ok(sides)
}

/// Sorts editions by their dates of publication, those without one first.
pub(super) fn by_date(case: &Case, editions: &mut [usize]) {
    let day = |at: &usize| {
        let date = case.ledger.editions[*at].date.as_ref()?;
        Some(date.0.rungs[0].set.lo()?.at.clone())
    };
    editions.sort_by_key(day);
}

/// Two files may have one label; then the file says which is meant.
pub(super) fn tell_apart(case: &Case, sides: &mut [Side]) {
    let labels: Vec<String> = sides.iter().map(|side| side.label.clone()).collect();
    for side in sides {
        if labels.iter().filter(|label| **label == side.label).count() > 1 {
            let first = side.editions.first().and_then(|at| case.ledger.editions.get(*at));
            side.label = case.ledger.files.name(first.map_or(0, |one| one.file)).to_owned();
        }
    }
}

/// The editions with these labels. Where none is written so, capitals do not count. An edition may
/// lie in several files, if they are parts of one report: of one title, and no claim in two of them.
///
/// # Errors
///
/// A sentence for the user that names a label no edition has, or the files of one that several have.
pub fn sides_labelled(case: &Case, labels: &[String]) -> Result<Vec<Side>, String> {
    let editions = &case.ledger.editions;
    let mut sides = Vec::new();
    for label in labels {
        let with = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..editions.len()).filter(|at| fits(&editions[*at].label)).collect()
        };
        let mut found = with(&|known| known == label);
        if found.is_empty() {
            found = with(&|known| known.to_lowercase() == label.to_lowercase());
        }
        let Some(first) = found.first() else {
            let known = editions.iter().map(|edition| edition.label.as_str());
            let near = nearest(label, known);
            let near = near.map_or(String::new(), |near| format!("; did you mean \"{near}\"?"));
            return Err(format!("\"{label}\" is neither a file nor the label of an edition{near}"));
        };
        if !are_parts(case, &found) {
            let file = |at: &usize| case.ledger.files.name(editions[*at].file);
            let files = quoted_list(found.iter().map(file), "and");
            let help = "name the file that is meant, or give each report an edition of its own";
            return Err(format!("\"{label}\" is the label of several editions: {files}; {help}"));
        }
        sides.push(Side::new(case, editions[*first].label.clone(), found));
    }
    if sides.len() < 2 {
        return Err(format!(
            "there is nothing to compare \"{}\" with; name another edition after it",
            labels.first().map_or("", String::as_str)
        ));
    }
    Ok(sides)
}

/// Whether editions of one label are parts of one report, and not several reports, or copies.
fn are_parts(case: &Case, found: &[usize]) -> bool {
    let mut names = HashSet::new();
    let parts = || found.iter().filter_map(|at| case.ledger.editions.get(*at));
    let titles: HashSet<(&str, &str)> =
        parts().map(|part| (part.label.as_str(), part.title.as_str())).collect();
    titles.len() < 2
        && parts().flat_map(|part| part.claims.iter()).all(|(name, _)| names.insert(name))
}
