//! Cases whose truth was worked out elsewhere, by exact arithmetic and a second method. Every row
//! is judged, every row that disagrees is listed, and the number of rows is known beforehand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tieout::Number;
use tieout::audit::Audit;
use tieout::finding::Verdict;
use tieout::project;

fn oracle(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The verdicts by id, and how many mistakes there are. Improbable is consistent here.
fn judge(text: String) -> (BTreeMap<String, Verdict>, usize) {
    let mut case = project::load_text("oracle.toml", text);
    case.improbable = Some(Number::zero());
    let audit = Audit::run(&case);
    let verdicts = audit.findings.iter().map(|f| (f.id.clone(), f.verdict)).collect();
    (verdicts, audit.mistakes().len())
}

/// Ten to the power −`decimals` as digits: 0.01 for 2, 1000 for −3.
fn place(decimals: i32) -> String {
    Number::pow10(-decimals).to_string()
}

fn claim(name: &str, value: &str, keys: &[String]) -> String {
    format!("[claim.{name}]\nvalue = \"{value}\"\n{}\n\n", keys.join("\n"))
}

fn key(name: &str, value: &str) -> String {
    format!("{name} = \"{value}\"")
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{prefix}{i}")).collect()
}

#[test]
fn sums_of_rounded_facts() {
    let file: serde_json::Value = serde_json::from_str(&oracle("interval-sums.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let mut wrong = Vec::new();
    for vector in vectors {
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let convention = match word(&vector["mode"]).as_str() {
            "round" => "unknown",
            "truncation" => "down",
            other => panic!("mode {other}"),
        };
        let mut text = String::new();
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (i, fact) in vector["facts"].as_array().unwrap().iter().enumerate() {
            let (concept, decimals) = (fact["concept"].as_str().unwrap(), word(&fact["decimals"]));
            let name = format!("{}_{i}", concept.to_lowercase());
            let keys = match decimals.as_str() {
                "INF" => vec![key("convention", "exact")],
                d => vec![key("convention", convention), key("round", &place(d.parse().unwrap()))],
            };
            text += &claim(&name, &word(&fact["value"]), &keys);
            names.entry(concept).or_default().push(name);
        }
        let of = |concept: &str| names.get(concept).cloned().unwrap_or_default();
        let parts = [of("A"), of("B")].concat();
        for (i, total) in of("Total").iter().enumerate() {
            text += &format!(
                "[[footing]]\nid = \"{i}\"\nparts = {parts:?}\nless = {:?}\ntotal = \"{total}\"\n\
                 complete = true\nexclusive = true\n\n",
                of("M")
            );
        }
        let duplicates = of("Total");
        if duplicates.len() > 1 {
            text += &format!("[[same]]\nid = \"0\"\nclaims = {duplicates:?}\n");
        }
        let (verdicts, mistakes) = judge(text.clone());
        let footings: Vec<Verdict> = verdicts
            .iter()
            .filter_map(|(id, verdict)| id.starts_with("footing/").then_some(*verdict))
            .collect();
        let same = verdicts.get("same/0").copied();
        // Sets on a line that meet two by two have a point in common (Helly), so the duplicates
        // and the sum meet exactly if each total meets the sum and the totals meet.
        let found = if footings.len() != duplicates.len() || footings.is_empty() {
            "not all judged"
        } else if mistakes > 0 {
            let judged = [Verdict::Consistent, Verdict::Inconsistent, Verdict::Improbable];
            if footings.iter().any(|v| judged.contains(v)) {
                "judged anyway"
            } else {
                "excess-digits"
            }
        } else if same == Some(Verdict::Inconsistent) {
            "inconsistent-duplicates"
        } else if same.is_none_or(|v| v == Verdict::Consistent)
            && footings.iter().all(|v| *v == Verdict::Consistent)
        {
            "consistent"
        } else if footings.contains(&Verdict::Inconsistent) {
            "inconsistent"
        } else {
            "no verdict"
        };
        let wanted = word(&vector["expect"]);
        if found != wanted {
            let (id, name) = (word(&vector["id"]), word(&vector["name"]));
            wrong.push(format!("{id} {name}: found {found}, wanted {wanted}\n{text}"));
        }
    }
    assert_eq!(vectors.len(), 42);
    assert!(wrong.is_empty(), "{} of 42:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rounded_sums() {
    let text = oracle("rounded-sums.jsonl");
    let rows: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let convention = match row["mode"].as_str().unwrap() {
            "round-half" => "unknown",
            "truncate" => "down",
            other => panic!("mode {other}"),
        };
        let decimals = i32::try_from(row["decimals"].as_i64().unwrap()).unwrap();
        let keys = [key("convention", convention), key("round", &place(decimals))];
        let parts: Vec<&str> =
            row["parts"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
        let names = names("p", parts.len());
        let mut text = claim("total", row["total"].as_str().unwrap(), &keys);
        for (name, part) in names.iter().zip(&parts) {
            text += &claim(name, part, &keys);
        }
        text += &format!(
            "[[footing]]\nid = \"0\"\nparts = {names:?}\ntotal = \"total\"\ncomplete = true\nexclusive = true\n"
        );
        let (verdicts, mistakes) = judge(text);
        let found = verdicts.get("footing/0").map(|verdict| verdict.word());
        let wanted = row["label"].as_str().unwrap();
        if found != Some(wanted) || mistakes > 0 {
            wrong.push(format!("{}: found {found:?}, wanted {wanted}", row["id"]));
        }
    }
    assert_eq!(rows.len(), 149);
    assert!(wrong.is_empty(), "{} of 149:\n{}", wrong.len(), wrong.join("\n"));
}

/// The rows of grim.csv: id, kind, x, n, items, percent, rounding, exact.
fn grim_rows() -> Vec<Vec<String>> {
    let text = oracle("grim.csv");
    let rows: Vec<Vec<String>> =
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 682);
    assert!(rows.iter().all(|row| row.len() == 8));
    rows
}

#[test]
fn grim_is_exact_in_every_mode_of_rounding() {
    let rows = grim_rows();
    let mut text = String::new();
    for row in &rows {
        let [id, _, x, n, items, percent, rounding, _] = row.as_slice() else { panic!("{row:?}") };
        let along = "ties = \"toward-plus\"".to_owned();
        // Each mode, or both modes of which one must do.
        let modes: Vec<Vec<String>> = match rounding.as_str() {
            "up_or_down" => vec![vec![key("convention", "unknown")]],
            "up" => vec![vec![key("convention", "half-up"), along]],
            "down" => vec![vec![key("convention", "half-down"), along]],
            "even" => vec![vec![key("convention", "half-even")]],
            "ceiling" => vec![vec![key("convention", "ceiling")]],
            "floor" => vec![vec![key("convention", "floor")]],
            "ceiling_or_floor" => {
                vec![vec![key("convention", "ceiling")], vec![key("convention", "floor")]]
            }
            "trunc" => vec![vec![key("convention", "down")]],
            "anti_trunc" => vec![vec![key("convention", "up")]],
            other => panic!("{id}: rounding {other}"),
        };
        let decimals = x.split_once('.').map_or(0, |(_, after)| after.len());
        let round = place(i32::try_from(decimals).unwrap());
        let sign = if percent == "TRUE" { "%" } else { "" };
        text += &claim(&format!("n_{id}"), n, &[key("unit", "persons")]);
        for (i, mode) in modes.iter().enumerate() {
            let name = format!("x_{id}_{i}");
            let keys = [mode.as_slice(), &[key("round", &round)]].concat();
            text += &claim(&name, &format!("{x}{sign}"), &keys);
            text += &format!(
                "[[grim]]\nid = \"{id}_{i}\"\nclaims = [\"{name}\"]\nn = \"n_{id}\"\nitems = {items}\n\n"
            );
        }
    }
    let (verdicts, mistakes) = judge(text);
    assert_eq!(mistakes, 0);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let id = &row[0];
            let of = |i: usize| verdicts.get(&format!("grim/{id}_{i}")).copied();
            let all: Vec<Verdict> = [of(0), of(1)].into_iter().flatten().collect();
            let possible = all.contains(&Verdict::Consistent);
            let decided = !all.is_empty()
                && all.iter().all(|v| [Verdict::Consistent, Verdict::Inconsistent].contains(v));
            let right = decided && possible == (row[7] == "TRUE");
            (!right).then(|| format!("{}: found {all:?}", row.join(",")))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// A count that prints as the mean exists or not, whatever stands beside it: all of one sample
/// size in one assertion give the same verdict as each alone.
#[test]
fn grim_over_a_list_is_possible_if_each_is() {
    let mut groups: BTreeMap<(String, String), Vec<Vec<String>>> = BTreeMap::new();
    for row in grim_rows() {
        if row[6] == "up_or_down" && row[5] == "FALSE" {
            groups.entry((row[3].clone(), row[4].clone())).or_default().push(row);
        }
    }
    let mut text = String::new();
    for (i, ((n, items), rows)) in groups.iter().enumerate() {
        let names: Vec<String> = rows.iter().map(|row| format!("x_{}", row[0])).collect();
        for (row, name) in rows.iter().zip(&names) {
            let decimals = row[2].split_once('.').map_or(0, |(_, after)| after.len());
            let round = key("round", &place(i32::try_from(decimals).unwrap()));
            text += &claim(name, &row[2], &[round]);
        }
        text += &claim(&format!("n_{i}"), n, &[key("unit", "persons")]);
        text += &format!(
            "[[grim]]\nid = \"{i}\"\nclaims = {names:?}\nn = \"n_{i}\"\nitems = {items}\n\n"
        );
    }
    let (verdicts, mistakes) = judge(text);
    assert_eq!(mistakes, 0);
    let mut seen = 0;
    for (i, (key, rows)) in groups.iter().enumerate() {
        let possible = rows.iter().all(|row| row[7] == "TRUE");
        let wanted = if possible { Verdict::Consistent } else { Verdict::Inconsistent };
        assert_eq!(verdicts[&format!("grim/{i}")], wanted, "{key:?} {rows:?}");
        seen += rows.len();
    }
    assert_eq!(seen, 83);
}
