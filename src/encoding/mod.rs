//! Canonical base64url and strict JSON, the two encodings of a token, and the
//! characters of a text that a reader cannot see.

pub mod base64url;
pub mod bytes;
pub mod invisible;
pub mod json;
