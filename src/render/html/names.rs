//! Names of places in the page, and who is used where.

use std::collections::{BTreeMap, HashMap};

use crate::audit::Audit;
use crate::finding::Finding;
use crate::ledger::{Claim, Used};

/// The name of a finding's place: its id, where a letter that a link cannot hold is written as
/// its code between colons. No two ids share one, for a bare colon is written so, too. Nothing in
/// it can be markup, so that the template writes it as it is.
pub fn finding(id: &str) -> String {
    let mut slug = String::with_capacity(id.len());
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || "-_./~".contains(c) {
            slug.push(c);
        } else {
            slug.push_str(&format!(":{:x}:", u32::from(c)));
        }
    }
    slug
}

/// The name of a figure's place.
pub fn figure(edition: usize, name: &str) -> String {
    format!("figure:{edition}:{}", finding(name))
}

/// A figure in the table of all figures.
pub struct Link<'a> {
    /// The name of its place.
    pub slug: String,
    /// The claim.
    pub claim: &'a Claim,
}

/// Which claims a finding uses, and the other way round; and the sections.
pub struct Index<'a> {
    audit: &'a Audit<'a>,
    labels: HashMap<&'a str, usize>,
    /// The sections of all reports, in the order in which they come.
    pub sections: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
    uses: BTreeMap<(usize, &'a str), Vec<&'a Finding>>,
    /// The first report with a finding of an id.
    firsts: HashMap<&'a str, usize>,
}

impl<'a> Index<'a> {
    /// Looks through all findings once.
    pub fn new(audit: &'a Audit<'a>) -> Self {
        let editions = &audit.case.ledger.editions;
        let mut index = Self {
            audit,
            labels: HashMap::new(),
            sections: Vec::new(),
            numbers: HashMap::new(),
            uses: BTreeMap::new(),
            firsts: HashMap::new(),
        };
        for (at, edition) in editions.iter().enumerate() {
            index.labels.entry(&edition.label).or_insert(at);
            for section in edition.claims.iter().filter_map(|(_, claim)| claim.section.as_deref()) {
                if !index.numbers.contains_key(section) {
                    index.numbers.insert(section, index.sections.len());
                    index.sections.push(section);
                }
            }
        }
        for finding in &audit.findings {
            index.firsts.entry(&finding.id).or_insert(finding.edition);
            for used in &finding.figures {
                let Some((edition, name, _)) = index.claim(finding, used) else { continue };
                let uses = index.uses.entry((edition, name)).or_default();
                // Findings come one after the other, so a repeated one is the last.
                if !uses.last().is_some_and(|last| std::ptr::eq(*last, finding)) {
                    uses.push(finding);
                }
            }
        }
        index
    }

    /// The claim behind a figure of a finding, with its edition and name; none for figures that
    /// are written out, cells, and dates of sources.
    fn claim(&self, finding: &Finding, used: &'a Used) -> Option<(usize, &'a str, &'a Claim)> {
        if used.literal {
            return None;
        }
        let (name, label) = used.name.split_once('@').unwrap_or((&used.name, ""));
        let edition = if label.is_empty() { finding.edition } else { *self.labels.get(label)? };
        let claims = &self.audit.case.ledger.editions.get(edition)?.claims;
        // The end of a range is `NAME.low` or `NAME.high`.
        let name = name.split('.').next().unwrap_or(name);
        Some((edition, name, claims.get(name)?))
    }

    /// Where a figure of a finding stands in the table of figures.
    pub fn link(&self, finding: &Finding, used: &'a Used) -> Option<Link<'a>> {
        let (edition, name, claim) = self.claim(finding, used)?;
        Some(Link { slug: figure(edition, name), claim })
    }

    /// The numbers of the sections that a finding's figures stand in, parted by spaces.
    pub fn sections_of(&self, finding: &'a Finding) -> String {
        let of =
            |used: &'a Used| self.claim(finding, used).and_then(|(.., claim)| self.number(claim));
        let mut numbers: Vec<usize> = finding.figures.iter().filter_map(of).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The number of the section that a claim stands in.
    pub fn number(&self, claim: &Claim) -> Option<usize> {
        self.numbers.get(claim.section.as_deref()?).copied()
    }

    /// The name of a finding's place, with its report after the first that has a finding of its id.
    pub fn place(&self, of: &Finding) -> String {
        match self.firsts.get(of.id.as_str()) {
            Some(first) if *first != of.edition => format!("{}@{}", finding(&of.id), of.edition),
            _ => finding(&of.id),
        }
    }

    /// The findings that use a claim.
    pub fn uses(&self, edition: usize, name: &'a str) -> &[&'a Finding] {
        self.uses.get(&(edition, name)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_can_stand_in_links_and_are_apart() {
        assert_eq!(finding("change/growth~2"), "change/growth~2");
        assert_eq!(finding("same/a b"), "same/a:20:b");
        assert_eq!(finding("same/a:20:b"), "same/a:3a:20:3a:b");
        assert_eq!(finding("same/é\"<"), "same/:e9::22::3c:");
        assert_eq!(figure(1, "x"), "figure:1:x");
    }
}
