//! The attacks that a verifier of tokens must withstand: a test or more for
//! each class, named after it and after the CVE that made it known. What each
//! rule is in full, the tests of its own subject say.

mod claims;
mod form;
mod header;
mod keys;

use portcullis::error::{Malformation, TokenError};

use crate::support::*;

/// What a token is that nothing is wrong with.
const VALID: &str = r#"{"sub":"a","exp":1700000900}"#;

/// Why a token is malformed.
fn malformation(token: &str) -> Malformation {
    match verify(token).unwrap_err() {
        TokenError::Malformed(what) => what,
        other => panic!("not malformed: {other:?}"),
    }
}
