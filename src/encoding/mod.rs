//! The encodings that tokens and keys use, and helpers for text.
//!
//! - [`base64url`] and [`json`] accept only strict, canonical input.
//! - [`bytes`] searches and compares bytes that are not secret.
//! - [`invisible`] tells which characters a person cannot see in a text.

pub mod base64url;
pub mod bytes;
pub mod invisible;
pub mod json;
