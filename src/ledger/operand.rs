//! What an assertion can name: a claim, an end of a range, a date, a figure written out.

/// Which figure of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// The lower end of a range.
    Low,
    /// The upper end of a range.
    High,
}

/// An operand, taken apart but not yet looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operand<'a> {
    Claim {
        name: &'a str,
        part: Part,
        edition: Option<&'a str>,
    },
    ReportDate {
        edition: Option<&'a str>,
    },
    SourceDate {
        name: &'a str,
        edition: Option<&'a str>,
    },
    Today,
    /// Not the form of a name: a figure written out.
    Literal(&'a str),
}

impl<'a> Operand<'a> {
    /// The part of a claim that an operand names.
    pub(super) fn part(text: &str) -> Part {
        match Operand::parse(text) {
            Operand::Claim { part, .. } => part,
            _ => Part::Whole,
        }
    }

    pub(super) fn parse(text: &'a str) -> Self {
        let (path, edition) = match text.split_once('@') {
            Some((path, edition)) => (path, Some(edition)),
            None => (text, None),
        };
        let mut words = path.split('.');
        let (first, rest) = (words.next().unwrap_or(""), words.collect::<Vec<_>>());
        if !is_name(first) || !rest.iter().all(|word| is_name(word)) {
            return Self::Literal(text);
        }
        match (first, rest.as_slice()) {
            ("today", []) if edition.is_none() => Self::Today,
            ("report", ["date"]) => Self::ReportDate { edition },
            ("source", [name, "date"]) => Self::SourceDate { name, edition },
            (name, []) => Self::Claim { name, part: Part::Whole, edition },
            (name, ["low"]) => Self::Claim { name, part: Part::Low, edition },
            (name, ["high"]) => Self::Claim { name, part: Part::High, edition },
            _ => Self::Claim { name: path, part: Part::Whole, edition },
        }
    }
}

/// Whether a word can be the name of a claim: letters, digits and underscores, not starting with
/// a digit.
pub fn is_name(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_')
}
