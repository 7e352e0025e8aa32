//! `tieout waive`: the one command that edits claims files.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ArgGroup;
use tieout::Number;
use tieout::audit::Audit;
use tieout::figure::{Figure, Style, Unit, date};
use tieout::finding::Verdict;
use tieout::mistake::Place;
use tieout::waiver::edit::{self, Change, New};
use tieout::waiver::{Standing, State, can_be_waived};

use super::check::{FailOn, fails_at};
use super::input::Input;
use super::output::write_all;
use super::{Global, complain, report_mistakes, say};

#[derive(clap::Args)]
#[command(group(ArgGroup::new("which").args(["ids", "all", "prune"]).required(true)))]
pub struct Waive {
    /// Findings, such as footing/shares; footing/shares@2021 if several reports have one
    ids: Vec<String>,
    /// Every finding that fails now and is not waived
    #[arg(long)]
    all: bool,
    /// Drop the waivers that waive nothing any more
    #[arg(long, conflicts_with_all = ["reason", "by", "until", "forever", "fail_on"])]
    prune: bool,
    /// Why they may stand
    #[arg(long, value_name = "TEXT", required_unless_present = "prune")]
    reason: Option<String>,
    /// Who answers for them
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The last day of the waiver, as 2026-12-31
    #[arg(long, value_name = "DATE", conflicts_with = "forever")]
    until: Option<String>,
    /// Without a last day
    #[arg(long)]
    forever: bool,
    /// The least that counts as failing, for --all
    #[arg(long, value_enum, value_name = "LEVEL", requires = "all")]
    fail_on: Option<FailOn>,
    /// Claims files, or folders of them [default: the folder claims]
    #[arg(long = "in", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The day on which to judge, as 2025-12-31 [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// What becomes of one file, and what to say of it.
#[derive(Default)]
struct Edits {
    changes: Vec<Change>,
    said: Vec<String>,
}

/// Changes by file, in the order of the files.
type Plan = BTreeMap<usize, Edits>;

impl Waive {
    pub fn run(&self, global: &Global) -> Result<u8> {
        if self.paths.iter().any(|path| path.as_os_str() == "-") {
            bail!("waivers are written into claims files, and standard input is none; name a file");
        }
        let case = Input { paths: self.paths.clone(), as_of: self.as_of.clone() }.load()?;
        let audit = Audit::whole(&case);
        // What cannot be read may be the very finding that a waiver is of.
        if !case.mistakes.is_empty() || audit.count(Verdict::NotJudged) > 0 {
            report_mistakes(&audit, global);
            bail!("nothing was written: mend first what is written wrong");
        }
        let plan = if self.prune { self.dropped(&audit) } else { self.answered(&audit)? };
        if plan.is_empty() {
            let nothing =
                if self.prune { "no waiver is dead" } else { "nothing fails that is not waived" };
            say(&format!("{nothing}; nothing was written\n"))?;
            return Ok(0);
        }
        write(&audit, &plan)?;
        if self.all {
            self.answer_together()?;
        }
        if !self.prune {
            let paths = self.paths.iter().map(|path| format!(" {}", path.display()));
            say(&format!("next: tieout check{}\n", paths.collect::<String>()))?;
        }
        Ok(0)
    }

    /// The waivers to write.
    fn answered(&self, audit: &Audit) -> Result<Plan> {
        let mut wrong = Vec::new();
        let reason = self.reason.as_deref().unwrap_or_default();
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        if reason.is_empty() {
            wrong.push("--reason is empty: say why the finding may stand".to_owned());
        }
        if self.until.is_none() && !self.forever {
            wrong.push("say how long: --until DATE, or --forever".to_owned());
        }
        let until = match self.until.as_deref().map(|text| last_day(text, audit)).transpose() {
            Ok(until) => until,
            Err(why) => {
                wrong.push(why);
                None
            }
        };
        let mut chosen: Vec<usize> = Vec::new();
        for id in &self.ids {
            match choose(audit, id) {
                Ok(at) if !chosen.contains(&at) => chosen.push(at),
                Ok(_) => {}
                Err(why) => wrong.push(why),
            }
        }
        if !wrong.is_empty() {
            wrong.iter().for_each(|why| complain(&format!("error: {why}")));
            bail!("nothing was written");
        }
        if self.all {
            let level = self.fail_on.unwrap_or_default();
            let failing = |at: &usize| fails_at(&audit.findings[*at], level);
            let all: Vec<usize> = (0..audit.findings.len()).filter(failing).collect();
            // What is waived is not held against the rest: only then can it be seen what groups of
            // assertions still cannot hold.
            let single = |at: &&usize| !audit.findings[**at].is_joint();
            chosen = all.iter().filter(single).copied().collect();
            if chosen.is_empty() {
                chosen = all;
            }
        }
        let mut old: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
        for (waiver, standing) in audit.case.waivers.iter().zip(&audit.waivers) {
            if let Some(at) = standing.finding {
                old.entry(at).or_default().push(waiver.place);
            }
        }
        let mut plan = Plan::new();
        for at in chosen {
            let finding = &audit.findings[at];
            let by = self.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
            let new = New {
                finding: finding.id.clone(),
                reason: reason.clone(),
                by: by.map(str::to_owned),
                until: until.clone(),
                verdict: Some(finding.verdict),
                figures: audit.pins(at),
                asserts: audit.asserts(at),
            };
            let mut places = old.remove(&at).unwrap_or_default().into_iter();
            let how_long = match &until {
                Some(day) => format!("until {day}"),
                None => "for ever".to_owned(),
            };
            let (file, change, verb) = match places.next() {
                Some(place) => (place.file, Change::Replace(place.start, new), "waived anew"),
                None => {
                    let edition = &audit.case.ledger.editions[finding.edition];
                    (edition.file, Change::Append(new), "waived")
                }
            };
            let edits = plan.entry(file).or_default();
            edits.changes.push(change);
            edits.said.push(format!("{}: {verb} {how_long}", finding.id));
            for place in places {
                let edits = plan.entry(place.file).or_default();
                edits.changes.push(Change::Drop(place.start));
                edits.said.push(format!("{}: second waiver dropped", finding.id));
            }
        }
        Ok(plan)
    }

    /// Waives the groups of assertions that still cannot hold when each failing one is waived.
    fn answer_together(&self) -> Result<()> {
        let case = Input { paths: self.paths.clone(), as_of: self.as_of.clone() }.load()?;
        let audit = Audit::whole(&case);
        let plan = self.answered(&audit)?;
        if plan.is_empty() { Ok(()) } else { write(&audit, &plan) }
    }

    /// The waivers to drop.
    fn dropped(&self, audit: &Audit) -> Plan {
        let mut plan = Plan::new();
        for (waiver, Standing { state, .. }) in audit.case.waivers.iter().zip(&audit.waivers) {
            if !state.is_dead() {
                continue;
            }
            let why = match state {
                State::Unmatched => "there is no such finding".to_owned(),
                State::Unneeded(verdict) => format!("it is {verdict}"),
                State::Expired => {
                    let day = waiver.until.as_ref().map(date::show).unwrap_or_default();
                    format!("the waiver ended on {day}")
                }
                State::Changed(changes) => changes.join("; "),
                _ => "it is waived by another waiver".to_owned(),
            };
            let edits = plan.entry(waiver.place.file).or_default();
            edits.changes.push(Change::Drop(waiver.place.start));
            edits.said.push(format!("{}: waiver dropped ({why})", waiver.finding));
        }
        plan
    }
}

/// The finding of a name, if it is one that somebody can answer for.
fn choose(audit: &Audit, id: &str) -> Result<usize, String> {
    let at = audit.named(id)?;
    let verdict = audit.findings[at].verdict;
    if can_be_waived(verdict) {
        Ok(at)
    } else {
        Err(format!("`{id}` is {verdict}: there is nothing to waive"))
    }
}

/// The last day as it is written in the file. Not before the day of the audit.
fn last_day(text: &str, audit: &Audit) -> Result<String, String> {
    let read = Figure::read(text, Style::Inferred, Some(&Unit::date()));
    let figure = read.map_err(|error| format!("--until {text}: {}", error.message))?;
    let rungs = figure.rungs(&Default::default());
    let day: Option<&Number> = rungs.first().and_then(|rung| rung.set.as_point());
    let day = day.filter(|day| rungs.len() == 1 && day.is_integer());
    let day = day
        .ok_or_else(|| format!("--until {text} is not one day; expected one such as 2026-12-31"))?;
    let today = audit.case.ledger.today.as_ref().and_then(|today| today.rungs.first());
    if let Some(today) = today.and_then(|rung| rung.set.hi()).map(|end| &end.at)
        && day < today
    {
        return Err(format!("--until {text} is past: today is {}", date::show(today)));
    }
    Ok(date::show(day))
}

/// Works out all files, and has the new ones ready beside the old, before it changes the first.
fn write(audit: &Audit, plan: &Plan) -> Result<()> {
    let files = &audit.case.ledger.files;
    let mut texts = Vec::new();
    let mut said = Vec::new();
    for (file, edits) in plan {
        let name = files.name(*file);
        let refuse = || format!("nothing was written: {name} cannot be changed");
        let before = fs::read_to_string(name).with_context(refuse)?;
        let (mark, text) = match before.strip_prefix('\u{feff}') {
            Some(text) => ("\u{feff}", text),
            None => ("", before.as_str()),
        };
        if text != files.text(*file) {
            bail!("nothing was written: {name} was changed meanwhile");
        }
        // Opened for writing, and left as it is: that it can be written is known before the first.
        fs::OpenOptions::new().write(true).open(name).with_context(refuse)?;
        let after = edit::edit(text, &edits.changes).map_err(anyhow::Error::msg);
        texts.push((PathBuf::from(name), format!("{mark}{}", after.with_context(refuse)?)));
        said.push(format!("wrote {name}\n"));
        said.extend(edits.said.iter().map(|line| format!("  {line}\n")));
    }
    write_all(&texts).context("no waiver was written")?;
    say(&said.concat())?;
    Ok(())
}
