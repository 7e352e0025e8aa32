//! Finds and reads claims files. The only door to the disk, besides the datasets.

mod data;
mod declare;
mod figures;
mod read;
mod schema;
mod settings;
mod starter;
mod table;
mod waivers;
mod wording;

pub use read::{Open, Reader, includes};
pub use schema::schema;
pub use starter::{Starter, starter};

use std::fs;
use std::path::{Path, PathBuf};

use crate::audit::Case;
use crate::mistake::Mistake;

/// Reads the claims files at these paths: files, or folders of them. With no path, the project
/// around `here`: what the nearest `tieout.toml` says, or else the nearest folder `claims`.
///
/// # Errors
///
/// A sentence for the user when there is nothing to read.
pub fn load(paths: &[PathBuf], here: &Path) -> Result<Case, String> {
    let open = |path: &str| read_text(Path::new(path));
    let mut reader = Reader::new(&open);
    let around = paths.first().map_or(here, PathBuf::as_path);
    let settings = settings::find(around, &mut reader)?;
    let paths = match (paths, &settings.claims) {
        ([], Some(claims)) => claims.clone(),
        ([], None) => vec![find(here)?],
        (paths, _) => paths.to_vec(),
    };
    let mut files = Vec::new();
    for path in &paths {
        collect(path, &mut files)?;
    }
    let mut unread: Vec<(String, String)> = Vec::new();
    for file in files {
        let name = shown(&file);
        match read_text(&file) {
            Ok(text) => unread.push((name, text)),
            Err(why) => {
                let what = format!("{name} cannot be read: {why}");
                reader.case.mistakes.push(Mistake::nowhere(what));
            }
        }
    }
    if unread.iter().any(|(_, text)| text.contains('@') || text.contains("since")) {
        reader.case.ledger.elsewhere = beside(&unread);
    }
    // A file that another includes belongs to that one's edition, so those are read first.
    let included: Vec<String> =
        unread.iter().flat_map(|(name, text)| read::includes(name, text)).collect();
    for (name, text) in unread {
        if !included.contains(&name) && !reader.has_read(&name) {
            reader.file(&name, text);
        }
    }
    Ok(reader.case)
}

/// The editions of claims files that lie beside those that were read: label and file. What cannot
/// be read here is not asked for.
fn beside(read: &[(String, String)]) -> Vec<(String, String)> {
    let folder = |name: &str| Path::new(name).parent().map(Path::to_path_buf);
    let mut folders: Vec<PathBuf> = read.iter().filter_map(|(name, _)| folder(name)).collect();
    folders.sort();
    folders.dedup();
    let mut found = Vec::new();
    for folder in folders {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let entries = fs::read_dir(here).into_iter().flatten().flatten();
        let files = entries.map(|entry| folder.join(entry.file_name()));
        for file in files.filter(|file| is_claims(file)) {
            let name = shown(&file);
            if !read.iter().any(|(known, _)| *known == name)
                && let Ok(text) = read_text(&file)
            {
                found.push((read::label(&name, &text), name));
            }
        }
    }
    found.sort();
    found
}

/// What [`load`] reads if no path is given, and the folders below that have claims files, at any
/// depth: an edition may lie in a folder of its report.
///
/// # Errors
///
/// A sentence for the user when there is no project around `here`.
pub fn with_folders(here: &Path) -> Result<Vec<PathBuf>, String> {
    let open = |path: &str| read_text(Path::new(path));
    let settings = settings::find(here, &mut Reader::new(&open))?;
    let mut waiting = settings.claims.map_or_else(|| find(here).map(|one| vec![one]), Ok)?;
    let mut all = Vec::new();
    while let Some(path) = waiting.pop() {
        let entries = fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
        let (mut inner, files): (Vec<_>, Vec<_>) = entries.partition(|entry| {
            // A link may lead back up.
            entry.is_dir() && !entry.is_symlink()
        });
        if path.is_file() || files.iter().any(|file| is_claims(file)) {
            all.push(path);
        }
        inner.sort();
        waiting.extend(inner);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// Reads one claims file from its text.
pub fn load_text(name: &str, text: String) -> Case {
    let open = |path: &str| read_text(Path::new(path));
    let mut reader = Reader::new(&open);
    reader.file(name, text);
    reader.case
}

/// The folder `claims` of the project around a folder: there, or in the nearest folder above.
fn find(here: &Path) -> Result<PathBuf, String> {
    upward(here, |folder| folder.join("claims").is_dir()).map(|folder| folder.join("claims")).ok_or(
        "there is no folder `claims` here or above; name a claims file, \
         or make a project with `tieout init`"
            .to_owned(),
    )
}

/// The nearest folder, from one upward, of which something is true; as a relative path.
fn upward(here: &Path, is_it: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let start = if here.as_os_str().is_empty() { Path::new(".") } else { here };
    let absolute = start.canonicalize().ok()?;
    let folder = if absolute.is_dir() { absolute.as_path() } else { absolute.parent()? };
    let up = folder.ancestors().position(is_it)?;
    let from = if start.is_dir() { start } else { start.parent()? };
    let steps = std::iter::repeat_n("..", up).collect::<PathBuf>();
    let relative = if from == Path::new(".") { steps } else { from.join(steps) };
    Some(relative)
}

/// The claims files at a path, in order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| {
        let hint = "name a claims file, or a folder with claims files";
        format!("{} cannot be read: {}; {hint}", shown(path), plain(&error))
    })?;
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|file| is_claims(file));
    found.sort();
    if found.is_empty() {
        return Err(format!("{} has no claims file (`*.toml`)", shown(path)));
    }
    files.extend(found);
    Ok(())
}

fn is_claims(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "toml")
}

fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| plain(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// What went wrong, without the number of the system's error.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// A path as it is shown, with forward slashes everywhere.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
