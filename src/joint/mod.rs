//! All figures together: can they be true at once, and if not, which should be looked at first?
//!
//! This is mathematics alone: figures are [`Variable`]s within their sets, assertions are
//! [`Rule`]s over them. What they are called in a report, and how they got here, is known above.

mod asked;
pub mod conflicts;
pub mod decide;
pub mod hitting;
pub mod implied;
mod plan;
mod products;
pub mod proof;
pub mod range;
pub mod ratio;
pub mod repairs;
mod search;
pub mod simplex;
pub mod system;
pub mod told;
pub mod verify;

pub use decide::{Answer, Assumed, Budget, Solver, satisfies};
pub use proof::Proof;
pub use range::Range;
pub use system::{Product, Relation, Row, Rule, Says, System, Variable};
pub use verify::verify;
