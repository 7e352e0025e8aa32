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
use crate::expr::{Condition, Formula};
use crate::finding::Judgement;
use crate::ledger::{Halt, Instance, Quantity, View};

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

    /// What decides it over rows of plain numbers, if there is a fast path for it. The view knows
    /// the columns and their units, but no cell.
    fn quick(&self, view: &View) -> Option<Quick<Term>> {
        let _ = view;
        None
    }

    /// What the assertion comes to under the setting of the view, for judging it together with
    /// others: a condition on figures that holds whenever the assertion does. `None` if it is not
    /// about values.
    ///
    /// # Errors
    ///
    /// As for [`Check::judge`].
    fn relation(&self, view: &View) -> Result<Option<Condition<Quantity>>, Halt> {
        let _ = view;
        Ok(None)
    }

    /// The dataset of whose cells each can be in several of the parts that [`Check::expand`] gives.
    fn table(&self) -> Option<&At<String>> {
        None
    }

    /// The figure that a report works out from the others that take part.
    fn derived(&self) -> Option<&At<String>> {
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

/// What decides an assertion over rows of plain numbers. It holds only if the assertion does,
/// whatever its questions are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quick<T> {
    /// A condition on the sets of the operands.
    If(Condition<T>),
    /// Parts add up to their total.
    Sum {
        /// What is added.
        plus: Vec<T>,
        /// What is taken away.
        minus: Vec<T>,
        /// What they add up to.
        total: T,
        /// Whether the list has all parts; open if not said.
        complete: Option<bool>,
        /// Whether nothing is counted in two parts; open if not said.
        exclusive: Option<bool>,
    },
    /// Each value may be a whole number of parts of `n` times `items`.
    Grain {
        /// The means or percentages.
        values: Vec<T>,
        /// How many things.
        n: T,
        /// How many items each.
        items: u32,
    },
}

/// An operand of what decides an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The operand as written.
    pub at: At<String>,
    /// How it is asked for.
    pub role: Role,
}

/// How a check asks for an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// With [`View::quantity`].
    Bound,
    /// With [`View::stated`].
    Stated,
    /// As one of a list, with [`View::all`] and [`View::stated`]: a column may have many cells.
    Listed,
    /// As one of a list, with [`View::all`] and [`View::quantity`].
    ListedBound,
}

impl Role {
    /// An operand that is asked for in this way.
    fn of(self, at: &At<String>) -> Term {
        Term { at: at.clone(), role: self }
    }

    /// The operands of a list.
    fn each(self, list: &[At<String>]) -> Vec<Term> {
        list.iter().map(|at| self.of(at)).collect()
    }

    /// An operand as a formula.
    fn value(self, at: &At<String>) -> Formula<Term> {
        Formula::Value(self.of(at))
    }
}

impl<T> Quick<T> {
    /// The same for other things; `None` if one of them has none.
    pub fn try_map<U>(self, mut map: impl FnMut(T) -> Option<U>) -> Option<Quick<U>> {
        Some(match self {
            Self::If(condition) => Quick::If(condition.try_map(&mut map)?),
            Self::Sum { plus, minus, total, complete, exclusive } => Quick::Sum {
                plus: plus.into_iter().map(&mut map).collect::<Option<_>>()?,
                minus: minus.into_iter().map(&mut map).collect::<Option<_>>()?,
                total: map(total)?,
                complete,
                exclusive,
            },
            Self::Grain { values, n, items } => Quick::Grain {
                values: values.into_iter().map(&mut map).collect::<Option<_>>()?,
                n: map(n)?,
                items,
            },
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
    /// How many parts hold without being judged, because they are plain to see.
    pub held: u64,
    /// The other parts.
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
    /// Whether assertions of it are written in claims files.
    pub written: bool,
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

mod joint;

macro_rules! checks {
    ($($name:literal => $module:ident::$check:ident),* $(,)?) => {
        $(mod $module; pub use $module::$check;)*

        /// All kinds of assertion, in the order in which they are listed to the user.
        pub static KINDS: &[Kind] = &[$(Kind {
            name: $name,
            page: include_str!(concat!("../../tests/checks/", $name, ".md")),
            written: true,
            read: |table| {
                let check: $module::$check = serde::Deserialize::deserialize(table)?;
                Ok(Box::new(check))
            },
            schema: |generator| <$module::$check as schemars::JsonSchema>::json_schema(generator),
        },)* joint::JOINT];
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
    "revision" => revision::Revision,
    "elapsed" => elapsed::Elapsed,
    "citation" => citation::Citation,
    "grim" => grim::Grim,
    "tie-out" => tie_out::TieOut,

    "tie-table" => tie_table::TieTable,
    "assert" => assert::Assert,
}
