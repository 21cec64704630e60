//! The command line as a user runs it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod general;
mod support;
mod users;
