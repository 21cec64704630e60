//! Canonical base64url and strict JSON: the two encodings of a token.

#![forbid(unsafe_code)]

pub(crate) mod base64url;
pub(crate) mod bytes;
pub mod json;
