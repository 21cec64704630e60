//! Requests that an operator signs (`/admin/…`). The Worker holds public keys
//! only, so nothing that it stores can sign a request.
//!
//! Each request carries a JWT of its own in `Authorization: Bearer`. Its claims
//! bind it to one method, one URL and one body, for at most a minute:
//! `aud`, `iat`, `exp`, `jti`, `htm` and `htu` (RFC 9449 §4.2), `body_sha256`.
//!
//! `htu` has no query (RFC 9449 §4.2), so the signature does not cover the
//! query. A route that changes something must take no parameter from the query.

mod keys;
mod refusal;
mod request;
mod sign;

pub use keys::{OperatorKeys, VerifiedOperator};
pub use refusal::OperatorError;
pub use request::OperatorRequest;
pub use sign::OperatorSigner;

/// The header's `typ`. No other kind of token has it, so none passes for an
/// operator's request (RFC 8725 §3.11).
const TOKEN_TYPE: &str = "operator+jwt";

/// How long after its `iat` a request may expire at most, in seconds.
const LONGEST_LIFETIME: u32 = 60;
