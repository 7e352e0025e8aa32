//! All assertions taken together: whether everything that is asserted can be true at once.

mod gather;
mod lower;
