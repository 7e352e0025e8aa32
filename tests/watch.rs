//! `tieout watch`, with the real binary: files are changed, and what it prints is read.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long a run is waited for; far more than one takes.
const PATIENCE: Duration = Duration::from_secs(60);

const FITS: &str = r#"
[claim]
yes = "62%"
no = "38%"

[[footing]]
id = "answers"
parts = ["yes", "no"]
total = "100%"
complete = true
exclusive = true
"#;

/// A folder of its own, and the program that watches in it.
struct Watched {
    folder: PathBuf,
    child: Child,
    lines: Receiver<String>,
}

/// Lines of a stream, as they come.
fn lines(stream: impl Read + Send + 'static, mark: &'static str) -> impl FnOnce(Sender) + Send {
    move |sender| {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(format!("{mark}{line}")).is_err() {
                return;
            }
        }
    }
}

type Sender = std::sync::mpsc::Sender<String>;

impl Watched {
    fn start(name: &str, files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("tieout-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files {
            write(&folder, path, text);
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .arg("watch")
            .args(arguments)
            .current_dir(&folder)
            .env_remove("TIEOUT_WIDTH")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, received) = channel();
        let out = lines(child.stdout.take().unwrap(), "");
        let other = lines(child.stderr.take().unwrap(), "! ");
        let second = sender.clone();
        std::thread::spawn(move || out(sender));
        std::thread::spawn(move || other(second));
        Self { folder, child, lines: received }
    }

    /// What is printed until one run is over. The two streams are not in order with each other.
    fn run(&self) -> Vec<String> {
        self.until(|line| line.starts_with("! watching "))
    }

    /// What is printed until a line that is waited for.
    fn until(&self, last: impl Fn(&str) -> bool) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        while !seen.last().is_some_and(|line: &String| last(line)) {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => seen.push(line),
                Err(why) => panic!("{why}; until then:\n{}", seen.join("\n")),
            }
        }
        seen
    }

    /// What is printed until one run is over that also prints a line that is waited for, on
    /// whichever stream comes first.
    fn run_with(&self, line: impl Fn(&str) -> bool) -> Vec<String> {
        let over = |text: &str| text.starts_with("! watching ");
        let mut seen = self.until(|text| line(text) || over(text));
        let other = seen.last().is_some_and(|text| over(text));
        seen.extend(if other { self.until(line) } else { self.until(over) });
        seen
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.folder, path, text);
    }

    /// As careful editors save: a new file that takes the place of the old one.
    fn replace(&self, path: &str, text: &str) {
        self.write(".new", text);
        fs::rename(self.folder.join(".new"), self.folder.join(path)).unwrap();
    }

    /// Presses Ctrl-C, and returns the exit code.
    #[cfg(unix)]
    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let end = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None if Instant::now() > end => panic!("Ctrl-C is not heard"),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
#[cfg(unix)]
fn says_what_is_new_and_what_is_gone() {
    let watched =
        Watched::start("watch-news", &[("claims/poll.toml", FITS)], &["--output-format=concise"]);
    let first = watched.run();
    assert_eq!(first, ["! watching 1 file; Ctrl-C ends"], "a clean run is silent");

    watched.write("claims/poll.toml", &FITS.replace("38%", "40%"));
    let news = "  new: inconsistent[footing/answers]: yes, no (was consistent)";
    let second = watched.until(|line| line == news);
    assert!(second.iter().any(|line| line.contains("error inconsistent[footing/answers]")));
    assert!(second.contains(&"since the last run:".to_owned()));

    watched.replace("claims/poll.toml", FITS);
    let gone = "  gone: inconsistent[footing/answers]: yes, no (now consistent)";
    watched.until(|line| line == gone);
    assert_eq!(watched.interrupt(), Some(0), "the exit code of the last run");
}

#[test]
#[cfg(unix)]
fn follows_new_files_and_what_they_include() {
    let watched = Watched::start(
        "watch-include",
        &[("claims/poll.toml", FITS)],
        &["--output-format=concise"],
    );
    watched.run();
    let off = FITS.replace("38%", "30%").replace("answers", "others");
    watched.write("claims/second.toml", &format!("include = [\"more/part.toml\"]\n{off}"));
    // What it includes is not there: not compared, and still watched.
    watched.until(|line| line.starts_with("not compared with the last run"));
    watched.write("claims/more/part.toml", "[claim]\nmaybe = \"2%\"\n");
    let new = "  new: inconsistent[footing/others]: yes, no";
    watched.until(|line| line == new);
    watched.write("claims/second.toml", "[claim]\nonly = \"2%\"\n");
    let gone = "  gone: inconsistent[footing/others]: yes, no (no longer asserted)";
    watched.until(|line| line == gone);
    watched.write("claims/poll.toml", &FITS.replace("38%", "40%"));
    watched.until(|line| line.starts_with("  new: inconsistent[footing/answers]"));
    assert_eq!(watched.interrupt(), Some(1), "the exit code of the last run");
}

#[test]
#[cfg(unix)]
fn a_file_named_alone_is_watched_alone() {
    let watched = Watched::start("watch-one", &[("poll.toml", FITS)], &["poll.toml"]);
    let first = watched.until(|line| line.starts_with("! watching "));
    assert_eq!(first.last().unwrap(), "! watching 1 file; Ctrl-C ends");
    watched.write("other.toml", FITS);
    watched.write("poll.toml", "[claim\n");
    // The first that is heard of is the file that was named.
    let broken = watched.run_with(|line| line.contains("not compared"));
    assert!(!broken.iter().any(|line| line.contains("other.toml")), "{broken:?}");
    assert_eq!(watched.interrupt(), Some(2));
}

#[test]
#[cfg(all(unix, feature = "dataframes"))]
fn follows_the_data() {
    let claims = r#"
[claim]
people = "5 persons"

[data.table]
path = "../datasets/table.csv"

[[tie-out]]
claim = "people"
data = "table"
sum = "n"
"#;
    let files = [("claims/c.toml", claims), ("datasets/table.csv", "n\n2\n3\n")];
    let watched = Watched::start("watch-data", &files, &["--output-format=concise"]);
    assert_eq!(watched.run(), ["! watching 2 files; Ctrl-C ends"]);
    watched.replace("datasets/table.csv", "n\n2\n4\n");
    watched.until(|line| line.starts_with("  new: inconsistent[tie-out/people]"));
    assert_eq!(watched.interrupt(), Some(1));
}

#[test]
fn standard_input_cannot_be_watched() {
    let run = |arguments: &[&str], text: &str| {
        let folder = std::env::temp_dir().join(format!("tieout-no-watch-{}", std::process::id()));
        write(&folder, "c.toml", text);
        let output = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .args(arguments)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        fs::remove_dir_all(folder).unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = run(&["watch", "-"], "");
    assert_eq!(code, Some(2));
    assert!(text.contains("`-` cannot be watched"), "{text}");
    let (code, text) = run(&["watch", "c.toml"], "[data.piped]\npath = \"-\"\n");
    assert_eq!(code, Some(2));
    assert!(text.contains("`piped` comes from standard input"), "{text}");
    let (code, text) = run(&["watch", "none.toml"], "");
    assert_eq!(code, Some(2));
    assert!(text.contains("none.toml cannot be read"), "{text}");
}
