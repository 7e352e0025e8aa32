//! All figures together: can they be true at once, and if not, which should be looked at first?
//!
//! This is mathematics alone: figures are [`Variable`]s within their sets, assertions are
//! [`Rule`]s over them. What they are called in a report, and how they got here, is known above.

pub mod ratio;
pub mod simplex;
pub mod system;

pub use system::{Product, Relation, Row, Rule, Says, System, Variable};
