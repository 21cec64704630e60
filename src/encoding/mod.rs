//! The two encodings of a token, canonical base64url and strict JSON, and the
//! characters that a reader of a text cannot see.

pub mod base64url;
pub mod bytes;
pub mod invisible;
pub mod json;
