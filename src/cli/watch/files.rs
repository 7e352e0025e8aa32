//! The files that count, and the wait for one of them to change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tieout::audit::Case;
use tieout::dataset::Source;
use tieout::project::includes;

/// How long nothing must happen before files are read: writers are given time to finish.
const QUIET: Duration = Duration::from_millis(100);
/// How long a writer that never rests is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often is looked where the system tells nothing.
const LOOK: Duration = Duration::from_secs(2);

/// Files by their path, with length and time of change; `None` for a file that is not there.
pub type Seen = BTreeMap<PathBuf, Option<(u64, SystemTime)>>;

/// What a run has read, or will read if it is there by then.
#[derive(Default)]
pub struct Files {
    /// Claims files, what they include, and the settings of the project.
    read: BTreeSet<PathBuf>,
    /// Folders of which each claims file counts.
    folders: BTreeSet<PathBuf>,
    /// Datasets, of which parts may come and go.
    sources: Vec<Source>,
}

impl Files {
    /// What the run on `case` reads, which was asked for by `paths`.
    pub fn of(case: &Case, paths: &[PathBuf]) -> Self {
        let files = &case.ledger.files;
        let mut read: BTreeSet<PathBuf> = files.names().map(PathBuf::from).collect();
        let mut folders: BTreeSet<PathBuf> =
            paths.iter().filter(|path| path.is_dir()).cloned().collect();
        // A file that is asked for by name is read without those beside it.
        if paths.is_empty() {
            folders.extend(read.iter().map(|path| folder(path)));
        }
        // What is included may not be there yet.
        let all = files.names().enumerate();
        read.extend(all.flat_map(|(at, name)| includes(name, files.text(at))).map(PathBuf::from));
        let data = case.ledger.editions.iter().flat_map(|edition| edition.data.iter());
        let sources = data.map(|(_, data)| data.source.clone()).collect();
        Self { read, folders, sources }
    }

    /// The files as they are now.
    pub fn look(&self) -> Seen {
        let mut paths = self.read.clone();
        for folder in &self.folders {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            let claims = entries.map(|entry| entry.path());
            paths.extend(claims.filter(|path| path.extension().is_some_and(|end| end == "toml")));
        }
        for source in &self.sources {
            let parts = parts(source);
            if parts.is_empty() && !source.path.contains(['*', '?']) {
                paths.insert(PathBuf::from(&source.path));
            }
            paths.extend(parts);
        }
        let state = |path: &PathBuf| {
            let data = fs::metadata(path).ok()?;
            Some((data.len(), data.modified().ok()?))
        };
        paths.into_iter().map(|path| (path.clone(), state(&path))).collect()
    }

    /// The folders in which a change may count.
    fn around(&self) -> BTreeSet<PathBuf> {
        // The nearest folder that is there: what is not there yet may be made in it.
        let near = |path: &Path| path.ancestors().skip(1).map(plain).find(|path| path.is_dir());
        let mut around: BTreeSet<PathBuf> =
            self.look().keys().filter_map(|path| near(path)).collect();
        around.extend(self.folders.iter().cloned());
        for source in &self.sources {
            let whole = Path::new(&source.path);
            let fixed = |path: &&Path| !path.to_string_lossy().contains(['*', '?']);
            around.extend(whole.ancestors().find(fixed).map(plain));
        }
        around.retain(|path| path.is_dir());
        around
    }
}

#[cfg(feature = "dataframes")]
fn parts(source: &Source) -> Vec<PathBuf> {
    tieout::dataset::Frames::files(source)
}

/// Without Polars no data are read.
#[cfg(not(feature = "dataframes"))]
fn parts(_: &Source) -> Vec<PathBuf> {
    Vec::new()
}

/// The folder that a file is in.
fn folder(path: &Path) -> PathBuf {
    plain(path.parent().unwrap_or(path))
}

/// A path that is not empty: where the program runs is `.`.
fn plain(path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
}

/// Rings when something happens in a folder, as far as the system tells.
pub struct Bell {
    rings: Receiver<()>,
    watcher: Option<RecommendedWatcher>,
    hung: BTreeSet<PathBuf>,
}

impl Default for Bell {
    fn default() -> Self {
        let (sender, rings) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Being read is no change; what cannot be told may be one.
            let read = event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_)));
            if !read {
                // Nobody listens any more when the program ends.
                let _ = sender.send(());
            }
        });
        Self { rings, watcher: watcher.ok(), hung: BTreeSet::new() }
    }
}

impl Bell {
    /// Listens to the folders of these files, and to no others.
    pub fn hang(&mut self, files: &Files) {
        let Some(watcher) = &mut self.watcher else { return };
        let wanted = files.around();
        for path in self.hung.difference(&wanted) {
            // The folder may be gone, and its watch with it.
            let _ = watcher.unwatch(path);
        }
        // One that cannot be listened to is looked at from time to time. A folder that was made
        // anew needs a new watch, so all are asked for again.
        for path in &wanted {
            let _ = watcher.watch(path, RecursiveMode::NonRecursive);
        }
        self.hung = wanted;
    }

    /// Waits until the files differ from what was seen of them.
    pub fn wait(&self, files: &Files, seen: &Seen) {
        while files.look() == *seen {
            match self.rings.recv_timeout(LOOK) {
                Ok(()) => self.settle(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(LOOK),
            }
        }
    }

    /// Waits until nothing has happened for a while.
    fn settle(&self) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.rings.recv_timeout(QUIET).is_ok() {}
    }
}
