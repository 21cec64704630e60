//! Canonical base64url and strict JSON: the two encodings of a token.

pub mod base64url;
pub mod bytes;
pub mod json;
