//! What is to hold together: unknown values within their sets, and rules over them.

use crate::interval::Interval;
use crate::number::Number;

/// Variables and the rules over them. A variable or rule is known by its place in the list.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// The unknown values.
    pub variables: Vec<Variable>,
    /// What is asserted of them.
    pub rules: Vec<Rule>,
}

/// One unknown value: the true value behind a figure, or one that only the working needs.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What a reader knows it by.
    pub name: String,
    /// The values that print as the figure does; `None` for a value that is not printed. A figure
    /// that is taken to be misprinted loses this set, and this alone.
    pub printed: Option<Interval>,
    /// Where the value lies whatever is printed: counts are not negative.
    pub domain: Interval,
    /// Whether it is a whole number.
    pub whole: bool,
    /// What it costs to take the figure to be misprinted; `None` if that is not to be thought of.
    pub weight: Option<u32>,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What a reader knows it by.
    pub name: String,
    /// What it says.
    pub says: Says,
}

/// What a rule says.
#[derive(Clone, Debug)]
pub enum Says {
    /// A linear relation.
    Row(Row),
    /// A product.
    Product(Product),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these; nothing can satisfy none.
    Any(Vec<Self>),
}

/// A linear relation: the sum of `terms`, each a variable with its factor, against `bound`. A
/// variable stands in one term at most, and no factor is zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Variables and their factors.
    pub terms: Vec<(usize, Number)>,
    /// How the sum stands to the bound.
    pub relation: Relation,
    /// The bound.
    pub bound: Number,
}

/// How a sum stands to its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal to it.
    Equal,
    /// At most equal to it.
    AtMost,
    /// Below it.
    Below,
}

/// `whole` = `a` × `b`, all three variables; `a` and `b` may be the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// The product.
    pub whole: usize,
    /// The factors.
    pub factors: [usize; 2],
}

impl Says {
    /// Whether it has no product in it.
    pub fn is_linear(&self) -> bool {
        match self {
            Self::Row(_) => true,
            Self::Product(_) => false,
            Self::All(all) | Self::Any(all) => all.iter().all(Self::is_linear),
        }
    }

    /// Calls `each` with every variable that is spoken of, as often as it is.
    pub fn each_variable(&self, each: &mut impl FnMut(usize)) {
        match self {
            Self::Row(row) => row.terms.iter().for_each(|(variable, _)| each(*variable)),
            Self::Product(Product { whole, factors }) => {
                [*whole, factors[0], factors[1]].into_iter().for_each(each);
            }
            Self::All(all) | Self::Any(all) => all.iter().for_each(|one| one.each_variable(each)),
        }
    }

    /// The same of other variables.
    #[must_use]
    pub fn renamed(&self, to: &impl Fn(usize) -> usize) -> Self {
        let each = |all: &[Self]| all.iter().map(|one| one.renamed(to)).collect();
        match self {
            Self::Row(row) => {
                let terms = row.terms.iter().map(|(at, factor)| (to(*at), factor.clone()));
                Self::Row(Row { terms: terms.collect(), ..row.clone() })
            }
            Self::Product(Product { whole, factors: [a, b] }) => {
                Self::Product(Product { whole: to(*whole), factors: [to(*a), to(*b)] })
            }
            Self::All(all) => Self::All(each(all)),
            Self::Any(all) => Self::Any(each(all)),
        }
    }
}

impl System {
    /// Adds a variable and returns its place.
    pub fn variable(&mut self, variable: Variable) -> usize {
        self.variables.push(variable);
        self.variables.len() - 1
    }
}
