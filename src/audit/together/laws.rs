//! What an assertion comes to beside others follows from the assertion: what holds by its own
//! check is never impossible, and what does not hold is hardly ever possible.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::audit::Case;
    use crate::audit::settle::{Stand, trial};
    use crate::audit::together::gather::{gather, parts};
    use crate::audit::together::solve::{Block, Comes};
    use crate::joint::Budget;
    use crate::ledger::{Level, Setting, Swaps};
    use crate::project::{Reader, load_text};

    /// The examples of all pages, and the report.
    fn cases() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut pages: Vec<_> = fs::read_dir(root.join("tests/checks"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
            .collect();
        pages.sort();
        let mut cases = Vec::new();
        for page in pages {
            let text = fs::read_to_string(page).unwrap();
            let blocks = text.split("```toml\n").skip(1);
            let blocks = blocks.filter_map(|rest| rest.split("```").next());
            cases.extend(blocks.map(|block| load_text("claims.toml", block.to_owned())));
        }
        let open = |name: &str| {
            fs::read_to_string(root.join("claims").join(name)).map_err(|error| error.to_string())
        };
        let mut reader = Reader::new(&open);
        reader.file("women-2022.toml", open("women-2022.toml").unwrap());
        cases.push(reader.case);
        assert!(cases.len() > 60, "the examples were not found");
        cases
    }

    #[test]
    fn an_assertion_alone_comes_out_as_by_its_check() {
        let budget = Budget { nodes: 2_000, stop: &|| false };
        let (mut held, mut failed, mut missed) = (0, 0, Vec::new());
        for case in cases() {
            for at in 0..case.assertions.len() {
                for level in [Level::Finest, Level::Coarsest] {
                    let (parts, _) = parts(&case, &[at]);
                    let (unknowns, members) = gather(&case, parts.into_iter(), &level);
                    let [member] = members.as_slice() else { continue };
                    let block = Block::new(&unknowns, vec![member], level.clone());
                    for (way, answers) in member.ways.iter().enumerate() {
                        if answers.says.is_none() || member.unprinted {
                            continue;
                        }
                        let answers = answers.answers.clone();
                        let setting =
                            Setting { answers, level: level.clone(), ..Setting::default() };
                        let own =
                            trial((&case.ledger).into(), member.assertion, &setting, &Swaps::new());
                        let comes = block.verified(&case, &[way], &budget);
                        let name = member.name();
                        match (own, comes) {
                            (Some(Stand::Tied), Comes::Impossible) => {
                                panic!("{name} holds, and is said to be impossible: {setting:?}")
                            }
                            (Some(Stand::Tied), Comes::Possible(_)) => held += 1,
                            (Some(Stand::Apart(_)), Comes::Possible(_)) => {
                                panic!("{name} does not hold, and is said to be possible")
                            }
                            (Some(Stand::Apart(_)), Comes::Impossible) => failed += 1,
                            (_, Comes::Unknown(why)) => missed.push(format!("{name}: {why}")),
                            (None, _) => {}
                        }
                    }
                }
            }
        }
        let all = held + failed + missed.len();
        assert!(missed.len() * 20 <= all, "{} of {all} not decided: {missed:#?}", missed.len());
        assert!(failed * 5 > all, "{failed} of {all} impossible");
    }
}
