//! The audit, or a comparison of editions, as one HTML page that needs nothing else: for an editor,
//! on screen and on paper.
//!
//! A page is text first: all of it is there without the script, which only adds filters.
//! Whatever comes from the user passes through the template's escaping; the style sheet and the
//! script are the only things that do not.

mod beside;
mod compare;
mod figures;
mod finding;
mod line;
mod mistakes;
mod names;
mod slope;
mod summary;

pub use compare::compare_html;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, HtmlEscape, UndefinedBehavior};
use serde::Serialize;

use self::beside::{Beside, Places};
use self::finding::{Item, Standing};
use self::names::Index;
use super::count;
use crate::audit::Audit;
use crate::checks::KINDS;
use crate::editions::{Chain, families};
use crate::finding::{Finding, Verdict};

/// The templates, by the name under which one includes the other.
const TEMPLATES: [(&str, &str); 10] = [
    ("page.html", include_str!("page.html")),
    ("compare.html", include_str!("compare.html")),
    ("top.html", include_str!("top.html")),
    ("bottom.html", include_str!("bottom.html")),
    ("finding.html", include_str!("finding.html")),
    ("body.html", include_str!("body.html")),
    ("figures.html", include_str!("figures.html")),
    ("classes.html", include_str!("classes.html")),
    ("editions.html", include_str!("editions.html")),
    ("mistakes.html", include_str!("mistakes.html")),
];

/// Up to how many findings all are worked in full. Of more, some are: of those that ask for
/// something the gravest, and of the others the first. The rest are a line each, so that the page
/// stays of a size that browsers like.
const ALL_IN_FULL: usize = 2000;
const OPEN_IN_FULL: usize = 1000;
const SETTLED_IN_FULL: usize = 300;

/// What every page has.
#[derive(Serialize)]
struct Frame {
    css: &'static str,
    js: &'static str,
    version: &'static str,
    /// The question that the page answers.
    asks: &'static str,
}

impl Frame {
    fn asking(asks: &'static str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self { css: include_str!("page.css"), js: include_str!("page.js"), version, asks }
    }
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    frame: Frame,
    title: String,
    lead: Vec<String>,
    /// The day of the audit, where a verdict depends on it.
    today: Option<&'a str>,
    findings: usize,
    claims: usize,
    reports: Vec<Report<'a>>,
    standings: Vec<Choice<'a>>,
    checks: Vec<Choice<'a>>,
    sections: Vec<&'a str>,
    /// How many findings are shown in a line only.
    brief: usize,
    /// Reports of which there are several editions.
    editions: Vec<Beside<'a>>,
    mistakes: Vec<mistakes::Item<'a>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    key: &'a str,
    word: &'a str,
    count: usize,
}

#[derive(Serialize)]
struct Report<'a> {
    at: usize,
    title: &'a str,
    label: Option<&'a str>,
    counts: String,
    summary: Option<summary::Summary>,
    groups: Vec<Group<'a>>,
    figures: Vec<figures::Row<'a>>,
    unused: usize,
}

#[derive(Serialize)]
struct Group<'a> {
    key: &'static str,
    heading: &'static str,
    settled: bool,
    items: Vec<Item<'a>>,
    /// Those that are shown in a line.
    brief: Vec<Item<'a>>,
}

/// The audit as a page, the same bytes for the same audit.
///
/// # Errors
///
/// What the template engine says, if it cannot be filled in.
pub fn html(audit: &Audit) -> Result<String, String> {
    let case = audit.case;
    let chains: Vec<Chain> =
        families(case).into_iter().map(|sides| Chain::new(case, sides)).collect();
    fill("page.html", view(audit, &chains))
}

/// A template, filled in.
fn fill(name: &str, view: impl Serialize) -> Result<String, String> {
    let said = |error: minijinja::Error| format!("the page cannot be made: {error:#}");
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(syntax.map_err(said)?);
    env.add_filter("code", code);
    for (name, text) in TEMPLATES {
        env.add_template(name, text).map_err(said)?;
    }
    let page = env.get_template(name).and_then(|page| page.render(Serde(view))).map_err(said)?;
    // A slash needs no escape in texts and quoted attributes, and pages are full of them.
    Ok(page.replace("&#x2f;", "/"))
}

/// Text in which what stands between backticks is code, escaped.
fn code(text: &str) -> Value {
    let mut markup = String::with_capacity(text.len());
    let parts: Vec<&str> = text.split('`').collect();
    // With an odd number of backticks the last one is no more than a character.
    let closed = parts.len() - (parts.len() + 1) % 2;
    for (at, part) in parts.iter().enumerate() {
        let (before, after) = match (at % 2, at < closed) {
            (1, true) => ("<code>", "</code>"),
            (_, true) => ("", ""),
            _ => ("`", ""),
        };
        markup.push_str(&format!("{before}{}{after}", HtmlEscape(part)));
    }
    Value::from_safe_string(markup)
}

fn view<'a>(audit: &'a Audit<'a>, chains: &'a [Chain<'a>]) -> Page<'a> {
    let editions = &audit.case.ledger.editions;
    let index = Index::new(audit);
    let mut budget = match audit.findings.len() {
        all @ ..=ALL_IN_FULL => Budget { open: all, settled: all, brief: 0 },
        _ => Budget { open: OPEN_IN_FULL, settled: SETTLED_IN_FULL, brief: 0 },
    };
    let reports: Vec<Report> =
        (0..editions.len()).map(|at| report(audit, at, &index, &mut budget)).collect();
    let title = match editions.as_slice() {
        [one] => one.title.clone(),
        several => count(several.len(), "report"),
    };
    let choice = |key, word, of: &dyn Fn(&Finding) -> bool| Choice {
        key,
        word,
        count: audit.findings.iter().filter(|finding| of(finding)).count(),
    };
    let standings = Standing::ALL.map(|standing| {
        choice(standing.key(), standing.word(), &|finding| Standing::of(finding) == standing)
    });
    let checks = KINDS.iter().map(|kind| choice(kind.name, kind.name, &|f| f.check == kind.name));
    let some = |choice: &Choice| choice.count > 0;
    let beside = chains
        .iter()
        .enumerate()
        .map(|(at, chain)| Beside::steps(chain, &format!("series:{at}"), &mut Places::Elsewhere));
    Page {
        frame: Frame::asking("do the figures tie?"),
        title,
        lead: lead(audit),
        today: today(audit),
        findings: audit.findings.len(),
        claims: editions.iter().map(|edition| edition.claims.len()).sum(),
        reports,
        standings: standings.into_iter().filter(some).collect(),
        checks: checks.filter(some).collect(),
        sections: index.sections.clone(),
        brief: budget.brief,
        editions: beside.collect(),
        mistakes: mistakes::items(audit),
    }
}

/// How many more findings are worked in full, and how many were not.
struct Budget {
    open: usize,
    settled: usize,
    brief: usize,
}

impl Budget {
    fn allows(&mut self, standing: Standing) -> bool {
        let left = if standing.settled() { &mut self.settled } else { &mut self.open };
        let allowed = *left > 0;
        *left -= usize::from(allowed);
        self.brief += usize::from(!allowed);
        allowed
    }
}

fn report<'a>(
    audit: &'a Audit<'a>,
    at: usize,
    index: &Index<'a>,
    budget: &mut Budget,
) -> Report<'a> {
    let edition = &audit.case.ledger.editions[at];
    let mut own: Vec<&Finding> =
        audit.findings.iter().filter(|finding| finding.edition == at).collect();
    own.sort_by_key(|finding| (Standing::of(finding), std::cmp::Reverse(finding.severity)));
    let group = |standing: Standing| {
        let mut items = Vec::new();
        let mut brief = Vec::new();
        for finding in own.iter().filter(|finding| Standing::of(finding) == standing) {
            let in_full = budget.allows(standing);
            let item = Item::new(audit, finding, index, in_full);
            if in_full { items.push(item) } else { brief.push(item) }
        }
        let (key, heading, settled) = (standing.key(), standing.heading(), standing.settled());
        Group { key, heading, settled, items, brief }
    };
    let groups = Standing::ALL.map(group);
    let figures = figures::rows(at, edition, index);
    let unused = edition.claims.names().filter(|name| index.uses(at, name).is_empty()).count();
    let (claims, assertions) =
        (count(edition.claims.len(), "claim"), count(own.len(), "assertion"));
    let label = edition.label.as_str();
    Report {
        at,
        title: &edition.title,
        label: (label != edition.title && !label.is_empty()).then_some(label),
        counts: format!("{claims}, {assertions}"),
        summary: summary::summary(&own),
        groups: groups.into_iter().filter(|g| g.items.len() + g.brief.len() > 0).collect(),
        figures,
        unused,
    }
}

/// What the audit comes to, a sentence each.
fn lead(audit: &Audit) -> Vec<String> {
    let of = |standing| audit.findings.iter().filter(|f| Standing::of(f) == standing).count();
    let mut said = Vec::new();
    let mut say = |n: usize, one: &str, many: &str| match n {
        0 => {}
        1 => said.push(format!("1 {one}")),
        n => said.push(format!("{n} {many}")),
    };
    say(
        of(Standing::Inconsistent),
        "assertion cannot be reconciled with its figures.",
        "assertions cannot be reconciled with their figures.",
    );
    say(
        of(Standing::Undetermined),
        "turns on something the text leaves open.",
        "turn on something the text leaves open.",
    );
    say(
        of(Standing::Improbable),
        "would be a rare accident of rounding.",
        "would be rare accidents of rounding.",
    );
    say(of(Standing::Waived), "is waived.", "are waived.");
    say(
        of(Standing::NotJudged),
        "assertion could not be judged as written.",
        "assertions could not be judged as written.",
    );
    let mistakes = audit.case.mistakes.len();
    say(
        mistakes,
        "mistake in the files is listed below.",
        "mistakes in the files are listed below.",
    );
    if audit.findings.is_empty() {
        said.insert(0, "Nothing is asserted.".to_owned());
    } else if audit.judged() == 0 {
        said.insert(0, "Nothing could be judged.".to_owned());
    } else if !audit.findings.iter().any(|finding| finding.verdict == Verdict::Inconsistent) {
        said.insert(0, "No figures are found that cannot be reconciled.".to_owned());
    }
    said
}

/// The day of the audit, if a verdict or a waiver depends on it.
fn today<'a>(audit: &'a Audit) -> Option<&'a str> {
    let today = audit.case.ledger.today.as_ref()?;
    let uses = |finding: &Finding| {
        finding.waived.is_some() || finding.figures.iter().any(|used| used.name == "today")
    };
    audit.findings.iter().any(uses).then(|| today.figure.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_backticks_are_code_and_all_is_escaped() {
        assert_eq!(code("no <b>").to_string(), "no &lt;b&gt;");
        assert_eq!(code("`<i>` of `b`").to_string(), "<code>&lt;i&gt;</code> of <code>b</code>");
        assert_eq!(code("`a` and ` <b>").to_string(), "<code>a</code> and ` &lt;b&gt;");
        assert_eq!(code("").to_string(), "");
    }
}
