//! Requests that an operator signs (`/admin/…`): [`OperatorSigner`] signs them on the
//! operator's machine, [`OperatorKeys`] verifies them in the Worker. The Worker has
//! only the public keys, so nobody who reads its settings can sign a request.
//!
//! Each request carries its own JWT in `Authorization: Bearer`. The claims bind the
//! JWT to one method, one URL and one body, for at most a minute: `aud`, `iat`, `exp`,
//! `jti`, `htm` and `htu` (RFC 9449 §4.2), `body_sha256`.
//!
//! `htu` has no query (RFC 9449 §4.2), so the signature does not cover the query. A
//! route that changes something must not take parameters from the query.

mod keys;
mod refusal;
mod request;
mod sign;

pub use keys::{OperatorKeys, VerifiedOperator};
pub use refusal::OperatorError;
pub use request::OperatorRequest;
pub use sign::OperatorSigner;

/// The header's `typ`. No other kind of token has this `typ`, so no other token is
/// accepted as an operator's request (RFC 8725 §3.11).
const TOKEN_TYPE: &str = "operator+jwt";

/// The longest time between `iat` and `exp`, in seconds.
const LONGEST_LIFETIME: u32 = 60;
