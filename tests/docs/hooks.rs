//! `.pre-commit-hooks.yaml`: it is read, and what it runs is a command of the program.

use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::read;

#[test]
fn the_hooks_run_a_real_command_once() {
    let hooks = YamlLoader::load_from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    let hooks = hooks[0].as_vec().unwrap();
    let languages: Vec<&str> = hooks.iter().filter_map(|hook| hook["language"].as_str()).collect();
    assert_eq!(languages, ["rust", "system"]);
    for hook in hooks {
        for key in ["id", "name", "description", "files"] {
            assert!(hook[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {hook:?}");
        }
        assert_eq!(hook["pass_filenames"], Yaml::Boolean(false));
        assert_eq!(hook["require_serial"], Yaml::Boolean(true));
        let mut words = hook["entry"].as_str().unwrap().split(' ');
        assert_eq!(words.next(), Some("tieout"));
        let output = Command::new(env!("CARGO_BIN_EXE_tieout")).args(words).arg("--help").output();
        assert!(output.unwrap().status.success(), "{hook:?}");
    }
}

/// The names of claims files and of all kinds of data are among those that start the hook.
#[test]
fn the_hooks_know_all_files_that_count() {
    let text = read(".pre-commit-hooks.yaml");
    let schema = tieout::project::schema();
    let formats = schema["$defs"]["Format"]["oneOf"].as_array().unwrap();
    let formats = formats.iter().filter_map(|format| format["const"].as_str());
    for ending in formats.chain(["toml", "gz", "zst"]) {
        let known = [format!("({ending}|"), format!("|{ending}|"), format!("|{ending})")];
        assert!(known.iter().any(|known| text.contains(known)), "`{ending}` starts no hook");
    }
}
