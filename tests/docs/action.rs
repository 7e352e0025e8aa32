//! `action.yml`: its shell steps are run as they stand, in a sandbox with the variables that GitHub
//! would set. Only the cache, and what downloads and builds, is stood in for.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::{read, root};

const GOOD: &str = "[claim]\nyes = \"62%\"\nno = \"38%\"\n\n[[footing]]\nparts = [\"yes\", \"no\"]\n\
    total = \"100%\"\ncomplete = true\nexclusive = true\n";

fn action() -> Yaml {
    YamlLoader::load_from_str(&read("action.yml")).unwrap().remove(0)
}

/// A job in a sandbox.
struct Job {
    folder: PathBuf,
    inputs: BTreeMap<String, String>,
    /// The repository of the action; empty for one in a folder of the project.
    repository: &'static str,
    /// Outputs of steps, by `STEP.NAME`.
    outputs: BTreeMap<String, String>,
    /// What was printed by all steps.
    log: String,
}

impl Job {
    fn new(name: &str, files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("tieout-job-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for inside in ["work", "temp", "tools"] {
            fs::create_dir_all(folder.join(inside)).unwrap();
        }
        for (path, text) in files {
            let path = folder.join("work").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut all = BTreeMap::new();
        for (name, input) in action()["inputs"].as_hash().unwrap() {
            let default = input["default"].as_str().unwrap().to_owned();
            all.insert(name.as_str().unwrap().to_owned(), default);
        }
        for (name, value) in inputs {
            assert!(all.insert((*name).to_owned(), (*value).to_owned()).is_some(), "{name}");
        }
        let (repository, outputs) = ("owner/tieout", BTreeMap::new());
        let job = Self { folder, inputs: all, repository, outputs, log: String::new() };
        // Builds in no time, and says how it was asked to.
        job.tool("cargo", &format!(
            "echo \"cargo $*\"\nwhile [ \"$1\" != --root ]; do shift; done\nln -s '{}' \"$2/bin/tieout\"",
            env!("CARGO_BIN_EXE_tieout")
        ));
        job.tool("curl", "echo \"curl $*\"\nexit 22");
        job
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.folder.join("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// The text with its expressions worked out.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{ ") {
            let (name, after) = after.split_once(" }}").unwrap();
            let value = match name.split_once('.').unwrap() {
                ("inputs", name) => self.inputs[name].clone(),
                ("steps", name) => {
                    let name = name.replacen(".outputs.", ".", 1);
                    self.outputs.get(&name).cloned().unwrap_or_default()
                }
                ("github", "action_path") => root().display().to_string(),
                ("github", "action_repository") => self.repository.to_owned(),
                ("github", "server_url") => "https://github.example".to_owned(),
                other => panic!("{other:?} is not known here"),
            };
            filled.push_str(before);
            filled.push_str(&value);
            rest = after;
        }
        filled + rest
    }

    /// Runs all steps as GitHub does, and returns the exit code of the first that fails, or 0.
    fn run(&mut self) -> i32 {
        let mut failed = 0;
        let action = action();
        for step in action["runs"]["steps"].as_vec().unwrap() {
            let always = step["if"].as_str() == Some("always()");
            if failed != 0 && !always {
                continue;
            }
            let Some(script) = step["run"].as_str() else { continue };
            let code = self.step(step, script);
            if failed == 0 {
                failed = code;
            }
        }
        failed
    }

    fn step(&mut self, step: &Yaml, script: &str) -> i32 {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let work = self.folder.join("work");
        let place = step["working-directory"].as_str().map(|place| self.filled(place));
        // Paths that earlier steps have added come first.
        let added = self.file("path").lines().map(str::to_owned).collect::<Vec<_>>();
        let tools = self.folder.join("tools").display().to_string();
        let path = [&added[..], &[tools, std::env::var("PATH").unwrap()]].concat().join(":");
        let output = self.folder.join("output");
        let _ = fs::remove_file(&output);
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(work.join(place.as_deref().unwrap_or(".")))
            .env("PATH", path)
            .env("RUNNER_TEMP", self.folder.join("temp"))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_PATH", self.folder.join("path"))
            .env("GITHUB_STEP_SUMMARY", self.folder.join("summary"))
            .env_remove("TIEOUT_OUTPUT_FORMAT");
        for (name, value) in step["env"].as_hash().into_iter().flatten() {
            command.env(name.as_str().unwrap(), self.filled(value.as_str().unwrap()));
        }
        let done = command.output().unwrap();
        self.log.push_str(&String::from_utf8_lossy(&done.stdout));
        self.log.push_str(&String::from_utf8_lossy(&done.stderr));
        if let Some(id) = step["id"].as_str() {
            for line in self.file("output").lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.outputs.insert(format!("{id}.{name}"), value.to_owned());
            }
        }
        done.status.code().unwrap()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_clean_report_passes_with_a_summary() {
    let mut job = Job::new("clean", &[("claims/poll.toml", GOOD)], &[]);
    assert_eq!(job.run(), 0, "{}", job.log);
    assert_eq!(job.outputs["run.exit-code"], "0");
    assert!(job.file("summary").contains("| footing |"), "{}", job.file("summary"));
    assert!(job.log.contains("cargo install --locked --path"), "{}", job.log);
    assert!(!job.log.contains("::error"), "{}", job.log);
    let path = job.outputs["run.summary"].clone();
    assert_eq!(fs::read_to_string(path).unwrap(), job.file("summary"));
}

#[test]
fn a_finding_is_reported_everywhere_and_fails_last() {
    let bad = GOOD.replace("38%", "40%");
    let files = [("report/claims/poll.toml", bad.as_str())];
    let inputs = [
        ("working-directory", "./report"),
        ("args", "claims\n--as-of 2026-03-01"),
        ("json", "audit.json"),
        ("csv", "audit.csv"),
        ("sarif", "tieout.sarif"),
        ("junit", "tieout.xml"),
        ("markdown", "my summary.md"),
    ];
    let mut job = Job::new("finding", &files, &inputs);
    assert_eq!(job.run(), 1, "{}", job.log);
    assert!(job.file("summary").contains("footing/yes"), "{}", job.file("summary"));
    let annotation = "::error file=report/claims/poll.toml,line=";
    assert!(job.log.contains(annotation), "{}", job.log);
    assert_eq!(job.log.matches("tieout explain").count(), 1, "the table, once:\n{}", job.log);
    for (name, start) in [
        ("audit.json", "{"),
        ("audit.csv", "finding,"),
        ("tieout.sarif", "{"),
        ("tieout.xml", "<?xml"),
        ("my summary.md", ""),
    ] {
        let text = job.file(&format!("work/report/{name}"));
        assert!(!text.is_empty() && text.starts_with(start), "{name}: {text}");
    }
}

#[test]
fn what_fails_can_be_chosen_and_annotations_left_out() {
    let open = GOOD.replace("complete = true\n", "").replace("38%", "30%");
    let files = [("claims/poll.toml", open.as_str())];
    let mut job = Job::new("open", &files, &[("annotations", "false")]);
    assert_eq!(job.run(), 0, "{}", job.log);
    let mut job = Job::new("strict", &files, &[("fail-on", "undetermined")]);
    assert_eq!(job.run(), 1, "{}", job.log);
    assert!(job.log.lines().any(|line| line.starts_with("::")), "{}", job.log);
}

#[test]
fn a_run_that_fails_has_a_summary_all_the_same() {
    let mut job = Job::new("none", &[], &[]);
    assert_eq!(job.run(), 2, "{}", job.log);
    assert_eq!(job.file("summary"), "tieout could not judge the figures: see the log.\n");
    assert!(job.log.contains("there is no folder `claims`"), "{}", job.log);
    // Nothing in the arguments is run by the shell.
    let mut job =
        Job::new("words", &[("claims/poll.toml", GOOD)], &[("args", "$(touch x) `id` *")]);
    assert_eq!(job.run(), 2, "{}", job.log);
    assert!(!job.folder.join("work/x").exists());
}

#[test]
fn a_release_is_unpacked_only_with_its_sum_and_else_built() {
    let files = [("claims/poll.toml", GOOD)];
    let mut job = Job::new("built", &files, &[("version", "v0.1.0")]);
    assert_eq!(job.run(), 0, "{}", job.log);
    let from = "cargo install --locked --git https://github.example/owner/tieout --tag v0.1.0";
    assert!(job.log.contains(from), "{}", job.log);
    assert_eq!(job.outputs["which.key"], "0.1.0");

    // The archive that is downloaded, and the sum that is downloaded with it.
    let serve = |job: &Job, sum: &str| {
        let made = job.folder.join("made");
        fs::create_dir_all(&made).unwrap();
        pack(&made);
        job.tool(
            "curl",
            &format!(
                "case \"$3\" in\n*.sha256) {sum} ;;\n*) cp '{}/archive.tar.gz' \"$3\" ;;\nesac",
                made.display()
            ),
        );
        job.tool("cargo", "echo 'nothing is to be built'; exit 9");
    };
    let mut job = Job::new("archive", &files, &[("version", "0.1.0")]);
    serve(&job, "sha256sum \"${3%.sha256}\" > \"$3\"");
    assert_eq!(job.run(), 0, "{}", job.log);
    assert!(job.log.contains(": OK"), "{}", job.log);
    let mut job = Job::new("forged", &files, &[("version", "0.1.0")]);
    serve(&job, "printf '%064d  %s\\n' 0 \"${3%.sha256}\" > \"$3\"");
    assert_ne!(job.run(), 0, "{}", job.log);
    assert!(!job.log.contains("nothing is to be built"), "{}", job.log);
    assert!(job.file("summary").contains("could not judge"));
}

#[test]
fn a_version_needs_the_repository_that_has_it() {
    let files = [("claims/poll.toml", GOOD)];
    let mut job = Job::new("folder", &files, &[("version", "0.1.0")]);
    job.repository = "";
    assert_eq!(job.run(), 2, "{}", job.log);
    assert!(job.log.contains("::error::`version` is for an action"), "{}", job.log);
    assert!(!job.log.contains("curl") && !job.log.contains("cargo "), "{}", job.log);
    let mut job = Job::new("copy", &files, &[]);
    job.repository = "";
    assert_eq!(job.run(), 0, "{}", job.log);
}

/// An archive with the program in it.
fn pack(folder: &Path) {
    let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_tieout"));
    fs::write(folder.join("tieout"), script).unwrap();
    fs::set_permissions(folder.join("tieout"), fs::Permissions::from_mode(0o755)).unwrap();
    let packed =
        Command::new("tar").args(["-czf", "archive.tar.gz", "tieout"]).current_dir(folder).status();
    assert!(packed.unwrap().success());
}

/// Each script is a valid one, and clean to shellcheck where that is installed.
#[test]
fn the_scripts_are_clean() {
    let action = action();
    let scripts = action["runs"]["steps"].as_vec().unwrap().iter();
    let scripts: Vec<&str> = scripts.filter_map(|step| step["run"].as_str()).collect();
    assert!(scripts.len() >= 4);
    for script in scripts {
        assert!(!script.contains("${{"), "values come in as variables, not as text:\n{script}");
        let parsed = Command::new("bash").args(["-n", "-c", script]).output().unwrap();
        assert!(parsed.status.success(), "{parsed:?}");
        let file = std::env::temp_dir().join(format!("tieout-script-{}.sh", std::process::id()));
        fs::write(&file, script).unwrap();
        let found = Command::new("shellcheck").args(["-s", "bash"]).arg(&file).output();
        fs::remove_file(&file).unwrap();
        if let Ok(found) = found {
            assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stdout));
        }
    }
}

/// Each output that can be asked for is a format of the program, and is on the page.
#[test]
fn the_inputs_are_on_the_page() {
    let page = read("docs/ci.md");
    let action = action();
    for name in action["inputs"].as_hash().unwrap().keys() {
        let name = name.as_str().unwrap();
        assert!(page.contains(&format!("`{name}`")), "docs/ci.md says nothing of `{name}`");
    }
    for name in action["outputs"].as_hash().unwrap().keys() {
        let name = name.as_str().unwrap();
        assert!(page.contains(&format!("`{name}`")), "docs/ci.md says nothing of `{name}`");
    }
}
