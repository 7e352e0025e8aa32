//! Rows of a table as text, a portion at a time.

/// Which cells of a table.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The columns, by name.
    pub columns: Vec<String>,
    /// Which rows: an SQL condition; all if not said.
    pub condition: Option<String>,
    /// SQL conditions that are answered for each row.
    pub flags: Vec<String>,
}

/// Consecutive rows, with the columns in the order in which they were wanted.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The position of each row among all rows of the dataset, counted from 1, the header not
    /// counted.
    pub numbers: Vec<u64>,
    /// The file of each row, for datasets of several; empty otherwise.
    pub files: Texts,
    /// The position of each row in its file, for datasets of several; empty otherwise.
    pub within: Vec<u64>,
    /// The cells, column by column.
    pub columns: Vec<Texts>,
    /// The answers to the flags, flag by flag.
    pub flags: Vec<Vec<bool>>,
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// What a reader finds a row by: its position in its file.
    pub fn number(&self, row: usize) -> u64 {
        self.within.get(row).copied().unwrap_or(self.numbers[row])
    }
}

/// A column of texts, one after the other in one piece of memory.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
    missing: Vec<bool>,
}

impl Texts {
    /// Adds a text, or that there is none.
    pub fn push(&mut self, text: Option<&str>) {
        self.text.push_str(text.unwrap_or_default());
        self.ends.push(self.text.len());
        self.missing.push(text.is_none());
    }

    /// The text in a row; `None` if the cell has no value.
    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)?;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        (!self.missing[row]).then(|| &self.text[start..end])
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl<'a> FromIterator<Option<&'a str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}
