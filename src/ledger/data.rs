//! Datasets, and how their cells are read as figures.

use std::collections::BTreeMap;

use super::{Halt, View};
use crate::claim::{At, Missing, Symbol};
use crate::dataset::{Part, Source, Tables, Trouble};
use crate::figure::{Style, Terms, Unit};
use crate::mistake::{Mistake, Place, quoted_list};

/// A table of data.
#[derive(Clone, Debug)]
pub struct Data {
    /// Where it is declared.
    pub place: Place,
    /// Where it is and how it is written.
    pub source: Source,
    /// The columns that name a row, and that no two rows share.
    pub key: Vec<String>,
    /// How cells are read, unless their column says otherwise.
    pub all: Column,
    /// Columns that are read in their own way.
    pub columns: BTreeMap<String, Column>,
}

/// How the cells of a column are read.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The unit of the figures.
    pub unit: Option<Unit>,
    /// The scale of the figures, such as "thousand".
    pub scale: Option<&'static str>,
    /// Percent of what.
    pub of: Option<String>,
    /// How many decimals are printed, where the file does not keep trailing zeros.
    pub decimals: Option<u32>,
    /// How the figures were rounded.
    pub terms: Terms,
    /// How numbers are written.
    pub style: Style,
    /// What symbols mean.
    pub symbols: BTreeMap<String, Symbol>,
    /// Marks after a figure that are not part of it.
    pub flags: Vec<String>,
    /// What becomes of an assertion that needs a missing cell.
    pub missing: Missing,
}

impl Data {
    /// How the cells of a column are read.
    pub fn column(&self, name: &str) -> &Column {
        self.columns.get(name).unwrap_or(&self.all)
    }

    /// What went wrong with the data, as a mistake at a place in the claims file.
    pub fn mistake(&self, trouble: Trouble, place: Place) -> Mistake {
        let mut mistake = Mistake::new(&trouble.what, place);
        if trouble.part == Part::Data {
            mistake = mistake.label(format!("looked for {}", self.source.path));
        }
        if let Some((word, known)) = &trouble.unknown {
            mistake = mistake.did_you_mean(word, known.iter().map(String::as_str));
        }
        mistake.help.extend(trouble.help);
        mistake
    }

    /// That there is no column by this name among those of the dataset.
    pub fn no_column(&self, name: &str, columns: &[String], place: Place) -> Mistake {
        let known = columns.iter().map(String::as_str);
        let list = quoted_list(known.clone(), "and");
        Mistake::new(format!("{} has no column `{name}`", self.source.path), place)
            .did_you_mean(name, known)
            .help(format!("the columns are {list}"))
    }
}

impl<'a> View<'a> {
    /// The dataset that a key names.
    ///
    /// # Errors
    ///
    /// A misuse if none is declared by this name.
    pub fn dataset(&self, named: &At<String>) -> Result<&'a Data, Halt> {
        let all = &self.own_edition().data;
        all.get(&named.value).ok_or_else(|| {
            let what = format!("no dataset is named `{}`", named.value);
            let mistake = Mistake::new(what, self.place(named)).label("not declared as data");
            let mistake = mistake.did_you_mean(&named.value, all.names());
            mistake.help("declare it as `[data.NAME]` with a `path`").into()
        })
    }

    /// The door to the data.
    ///
    /// # Errors
    ///
    /// That it is missing, if this build has none.
    pub fn tables(&self) -> Result<&'a dyn Tables, Halt> {
        self.ledger.tables.as_deref().ok_or_else(|| {
            Halt::Missing("this build of tieout reads no data (feature `dataframes`)".to_owned())
        })
    }

    /// The columns of a dataset.
    ///
    /// # Errors
    ///
    /// A misuse if the file cannot be read.
    pub fn columns_of(&self, data: &Data) -> Result<Vec<String>, Halt> {
        let columns = self.tables()?.columns(&data.source);
        columns.map_err(|trouble| self.blame(data, trouble, data.place, None).into())
    }

    /// What went wrong with the data as a mistake: at the words of the condition that are to
    /// blame, at the dataset, or else at `place`.
    pub fn blame(
        &self,
        data: &Data,
        trouble: Trouble,
        place: Place,
        condition: Option<&At<String>>,
    ) -> Mistake {
        let place = match (&trouble.part, condition) {
            (Part::Condition, Some(condition)) => {
                let at = trouble.at.clone().unwrap_or(0..condition.value.len());
                self.ledger.files.inside(self.place(condition), &condition.value, at)
            }
            (Part::Data, _) => data.place,
            _ => place,
        };
        data.mistake(trouble, place)
    }
}
