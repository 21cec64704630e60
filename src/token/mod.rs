//! Signed tokens: JWTs (RFC 7519) as JWS in compact form (RFC 7515 §7.1).
//!
//! - [`Signer`] writes tokens.
//! - [`Verifier`] checks a token and returns a [`VerifiedToken`].
//! - [`UnverifiedToken`] reads a token without a key. Its claims prove nothing.
//! - [`issuer`] verifies the tokens of other issuers, with a signature check of the
//!   caller.
//! - [`legacy`] verifies the tokens of itsdangerous.

mod claims;
mod compact;
mod dates;
mod decoded;
mod header;
mod inspect;
pub mod issuer;
pub mod legacy;
mod policy;
mod reader;
mod sign;
mod verify;

pub use decoded::{ClaimsVisitor, TokenJson};
pub use inspect::{Inspection, Status, UnverifiedToken};
pub use policy::Policy;
pub use reader::TokenReader;
pub use sign::{SignOptions, Signer};
pub use verify::{VerifiedToken, Verifier};

/// The longest token in bytes, unless a verifier sets its own limit. The length
/// is checked before everything else (CVE-2025-30204).
pub const MAX_LENGTH: usize = 8192;
