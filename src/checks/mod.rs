//! The checks: each judges one assertion against the ledger.
//!
//! A check is a file here, a page in `tests/checks` and a line in the registry below. The page is
//! the manual, the text of `tieout explain NAME`, and the test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use schemars::{Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeValue, Error, ValueDeserializer};

use crate::claim::{At, schema_keys};
use crate::dataset::Ask;
use crate::finding::Judgement;
use crate::ledger::{Halt, Instance, View};

/// An assertion of some kind, as read from a claims file.
pub trait Check: fmt::Debug + Send + Sync {
    /// Judges the assertion under the one setting that the view has.
    ///
    /// # Errors
    ///
    /// [`Halt::Misuse`] if the assertion is written wrong, [`Halt::Missing`] if something it
    /// needs is not there. A disagreement of figures is never an error.
    fn judge(&self, view: &View) -> Result<Judgement, Halt>;

    /// The dataset and the number that will be asked of it, so that all over one dataset can be
    /// computed together. `None` for checks without data, and for what is written wrong.
    fn ask(&self) -> Option<(&At<String>, Ask)> {
        None
    }

    /// What the assertion is called if its author gives it no `id`: the figure it is about. It
    /// depends on what is written, never on the verdict, so that findings keep their names.
    fn subject(&self) -> String;

    /// What decides it over rows of plain numbers, by the names of its columns, if that is one of
    /// the relations that have a fast path.
    fn quick(&self) -> Option<Quick<String>> {
        None
    }

    /// For a check about a whole table: the rows, columns or cells of it that are each judged, or
    /// `None` for a check that is judged once.
    ///
    /// # Errors
    ///
    /// As for [`Check::judge`].
    fn expand(&self, view: &View) -> Result<Option<Expanded>, Halt> {
        let _ = view;
        Ok(None)
    }
}

/// A relation between columns of printed numbers for which there is a fast path. It may hold only
/// if the assertion does, whatever its questions are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quick<C> {
    /// What is added and what is taken away may come to zero.
    Sum {
        /// What is added.
        plus: Vec<C>,
        /// What is taken away.
        minus: Vec<C>,
    },
    /// Each may be at most the next, or below it.
    Order {
        /// The columns, the least first.
        columns: Vec<C>,
        /// Whether each is below the next.
        strict: bool,
    },
    /// A value may be a whole number of parts of `n` times `items`.
    Grain {
        /// The mean or percentage.
        value: C,
        /// How many things.
        n: C,
        /// How many items each.
        items: u32,
        /// Whether the value is in percent.
        percent: bool,
    },
}

impl<C> Quick<C> {
    /// The same relation between other things; `None` if one of them has none.
    pub fn try_map<D>(self, mut map: impl FnMut(C) -> Option<D>) -> Option<Quick<D>> {
        Some(match self {
            Self::Sum { plus, minus } => Quick::Sum {
                plus: plus.into_iter().map(&mut map).collect::<Option<_>>()?,
                minus: minus.into_iter().map(&mut map).collect::<Option<_>>()?,
            },
            Self::Order { columns, strict } => Quick::Order {
                columns: columns.into_iter().map(map).collect::<Option<_>>()?,
                strict,
            },
            Self::Grain { value, n, items, percent } => {
                Quick::Grain { value: map(value)?, n: map(n)?, items, percent }
            }
        })
    }
}

/// A table taken apart into what is judged one by one.
#[derive(Debug, Default)]
pub struct Expanded {
    /// What one part is called: "cell", "line".
    pub noun: &'static str,
    /// The dataset.
    pub data: String,
    /// The parts.
    pub parts: Vec<Instance>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// A kind of assertion.
pub struct Kind {
    /// Its name, which is the name of its array in a claims file.
    pub name: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    read: fn(ValueDeserializer<'_>) -> Result<Box<dyn Check>, Error>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Kind {
    /// The kind with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// What the check is about: the first sentence of its page.
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default()
    }

    /// Reads an assertion of this kind from its table.
    ///
    /// # Errors
    ///
    /// The first key that does not fit.
    pub fn read(&self, table: Spanned<DeValue<'_>>) -> Result<Box<dyn Check>, Error> {
        (self.read)(ValueDeserializer::from(table))
    }

    /// The JSON Schema of an assertion of this kind, without the keys all kinds share.
    pub fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }

    /// Whether an assertion of this kind can be judged over rows, its operands being columns.
    /// Those that name a dataset of their own cannot.
    pub fn lifts(&self) -> bool {
        !self.keys().iter().any(|key| key == "data")
    }

    /// The keys that an assertion of this kind has of its own.
    pub fn keys(&self) -> &'static [String] {
        static KEYS: OnceLock<BTreeMap<&'static str, Vec<String>>> = OnceLock::new();
        let all = KEYS.get_or_init(|| {
            let keys = |kind: &Kind| schema_keys(&kind.schema(&mut SchemaGenerator::default()));
            KINDS.iter().map(|kind| (kind.name, keys(kind))).collect()
        });
        all.get(self.name).map_or(&[], Vec::as_slice)
    }
}

macro_rules! checks {
    ($($name:literal => $module:ident::$check:ident),* $(,)?) => {
        $(mod $module; pub use $module::$check;)*

        /// All kinds of assertion, in the order in which they are listed to the user.
        pub static KINDS: &[Kind] = &[$(Kind {
            name: $name,
            page: include_str!(concat!("../../tests/checks/", $name, ".md")),
            read: |table| {
                let check: $module::$check = serde::Deserialize::deserialize(table)?;
                Ok(Box::new(check))
            },
            schema: |generator| <$module::$check as schemars::JsonSchema>::json_schema(generator),
        }),*];
    };
}

checks! {
    "footing" => footing::Footing,
    "cross-footing" => cross_footing::CrossFooting,
    "share" => share::Share,
    "rate" => rate::Rate,
    "change" => change::Change,
    "order" => order::Order,
    "same" => same::Same,
    "elapsed" => elapsed::Elapsed,
    "citation" => citation::Citation,
    "grim" => grim::Grim,
    "tie-out" => tie_out::TieOut,

    "tie-table" => tie_table::TieTable,
    "assert" => assert::Assert,
}
