//! Signed tokens: JWTs (RFC 7519) as JWS in compact form (RFC 7515 §7.1).
//!
//! [`UnverifiedToken`] reads one without a key and promises nothing about who
//! wrote it; [`Verifier`] makes a [`VerifiedToken`] of one; [`Signer`] writes
//! them.

#![forbid(unsafe_code)]

mod claims;
mod compact;
mod dates;
mod header;
mod inspect;
pub mod legacy;
#[cfg(feature = "js-inspect")]
mod outline;
mod parts;
mod policy;
mod sign;
mod verify;

pub use inspect::{Inspection, Status, UnverifiedToken};
#[cfg(feature = "js-inspect")]
pub(crate) use outline::{Outline, ValueAt};
pub use parts::TokenJson;
#[cfg(feature = "js-inspect")]
pub(crate) use parts::TokenReader;
pub use policy::Policy;
pub use sign::{SignOptions, Signer};
pub use verify::{VerifiedToken, Verifier};

/// The cap on a token's length in bytes, unless a verifier has its own; looked
/// at before anything else of a token is (CVE-2025-30204).
pub const MAX_LENGTH: usize = 8192;
