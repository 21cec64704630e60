//! The attacks that a verifier of tokens must withstand. Each class has at least one
//! test, named after the class and after the CVE that made it known. The tests of
//! each subject test its rules in full.

mod claims;
mod form;
mod header;
mod keys;

use portcullis::error::{Malformation, TokenError};

use crate::support::*;

/// The result for a valid token.
const VALID: &str = r#"{"sub":"a","exp":1700000900}"#;

/// Why a token is malformed.
fn malformation(token: &str) -> Malformation {
    match verify(token).unwrap_err() {
        TokenError::Malformed(what) => what,
        other => panic!("not malformed: {other:?}"),
    }
}
