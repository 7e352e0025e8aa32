//! Joint: all assertions that have figures in common can hold together. No file asks for it; the
//! audit judges it after everything else.

use serde::de::Error as _;
use toml::de::Error;

use super::Kind;

/// The kind under which it is found and explained.
pub(super) const JOINT: Kind = Kind {
    name: crate::finding::JOINT,
    page: include_str!("../../tests/checks/joint.md"),
    written: false,
    read: |_| {
        let what = "`joint` is not written down: everything that is asserted is judged together";
        Err(Error::custom(what))
    },
    schema: |_| schemars::Schema::from(false),
};
