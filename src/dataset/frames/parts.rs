//! From a path to the files that it stands for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::dataset::{Format, Part, Source, Trouble};

/// The files of a dataset in order of their names: one file, the matches of a pattern, or the
/// parts in a folder. Standard input is the one file `-`.
pub(super) fn files(source: &Source) -> Result<Vec<PathBuf>, Trouble> {
    let path = source.path.as_str();
    let fault = |what: String| Err(Trouble::new(Part::Data, what));
    if path.contains("://") {
        return fault(format!("{path} is not a file; data are read from files only"));
    }
    let whole = Path::new(path);
    if path == "-" || whole.is_file() {
        return Ok(vec![whole.to_owned()]);
    }
    let found = if whole.is_dir() {
        names(whole).into_iter().map(|name| whole.join(name)).filter(|file| is_part(file)).collect()
    } else if path.contains(['*', '?']) {
        matches(whole)
    } else {
        return Err(missing(whole));
    };
    let Some(first) = found.first() else {
        return fault(format!("{path} has no files of data"));
    };
    let kind = format(source, first)?;
    for file in &found {
        if format(source, file)? != kind {
            let (first, file) = (first.display(), file.display());
            return fault(format!("{path} mixes formats: {first} and {file}"));
        }
    }
    Ok(found)
}

/// The format of a file: as declared, or by its extension.
pub(super) fn format(source: &Source, file: &Path) -> Result<Format, Trouble> {
    if let Some(format) = source.format {
        return Ok(format);
    }
    let name = file.to_string_lossy().to_lowercase();
    let plain = name.trim_end_matches(".gz").trim_end_matches(".zst");
    Ok(match plain.rsplit('.').next().unwrap_or_default() {
        "csv" | "txt" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        "parquet" | "pq" => Format::Parquet,
        "jsonl" | "ndjson" => Format::Jsonl,
        "arrow" | "ipc" | "feather" => Format::Arrow,
        "xlsx" => Format::Xlsx,
        "ods" => Format::Ods,
        _ if name == "-" => Format::Csv,
        _ => {
            let what = format!("the format of {} is not known by its name", file.display());
            return Err(Trouble::new(Part::Data, what).help("declare it, as in format = \"csv\""));
        }
    })
}

/// Whether a file in a folder is a part: hidden files and marks such as `_SUCCESS` are not.
fn is_part(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let hidden = name.is_none_or(|name| name.starts_with(['.', '_']));
    file.is_file() && !hidden && format(&Source::default(), file).is_ok()
}

fn names(folder: &Path) -> Vec<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The files whose path matches a pattern, in which `*` and `?` do not stand for a `/`.
fn matches(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for piece in pattern.components() {
        let text = piece.as_os_str().to_string_lossy();
        if !text.contains(['*', '?']) {
            found.iter_mut().for_each(|path| path.push(piece));
            continue;
        }
        let wanted: Vec<char> = text.chars().collect();
        let below = |path: &PathBuf| -> Vec<PathBuf> {
            let fits = |name: &String| fits(&wanted, &name.chars().collect::<Vec<_>>());
            names(path).into_iter().filter(fits).map(|name| path.join(name)).collect()
        };
        found = found.iter().flat_map(below).collect();
    }
    found.retain(|path| path.is_file());
    found
}

fn fits(pattern: &[char], name: &[char]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (Some('*'), _) => {
            fits(&pattern[1..], name) || (!name.is_empty() && fits(pattern, &name[1..]))
        }
        (Some(wanted), Some(found)) if *wanted == '?' || wanted == found => {
            fits(&pattern[1..], &name[1..])
        }
        _ => false,
    }
}

fn missing(path: &Path) -> Trouble {
    let mut trouble = Trouble::new(Part::Data, format!("there is no file {}", path.display()));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    if let Some(name) = name {
        trouble.unknown = Some((name, names(path.parent().unwrap_or(Path::new(".")))));
    }
    trouble
}
