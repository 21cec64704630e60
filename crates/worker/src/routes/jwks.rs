//! `GET /.well-known/jwks.json`.

use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;

/// `GET /.well-known/jwks.json` (RFC 7517 §5): the public keys. A symmetric key has
/// no public part and is left out.
pub(super) fn answer(call: &Call) -> Result<Reply, Problem> {
    let config = call.config()?;
    Ok(Reply::text(200, "application/jwk-set+json", config.tokens.public_keys()).cacheable())
}
