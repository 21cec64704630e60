//! The command line, as a user runs it: the built program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod doctor;
mod general;
mod import;
mod keys;
mod kv;
mod project;
mod support;
mod token;
mod users;
