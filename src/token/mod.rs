//! Signed tokens: JWTs (RFC 7519) as JWS in compact form (RFC 7515 §7.1).
//!
//! [`UnverifiedToken`] reads one without a key and promises nothing about who
//! wrote it; [`Verifier`] makes a [`VerifiedToken`] of one; [`Signer`] writes
//! them.

mod claims;
mod compact;
mod dates;
mod decoded;
mod header;
mod inspect;
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

/// The cap on a token's length in bytes, unless a verifier has its own; looked
/// at before anything else of a token is (CVE-2025-30204).
pub const MAX_LENGTH: usize = 8192;
