//! Checks that an operator signed the request.

use crate::call::Call;
use crate::now;
use crate::object::{self, AccountUnavailable, NonceAnswer};
use crate::problem::Problem;
use portcullis::account::{OperatorError, OperatorKeys, OperatorRequest};
use portcullis::key::KeyId;
use portcullis::token::UnverifiedToken;

/// When a key with too many requests may try again, in seconds. Most of its
/// requests have expired by then.
const RETRY_AFTER: u32 = 60;

/// Verifies the request and marks its id as used. `authorization` is the value of
/// the header `Authorization`.
///
/// The id is marked only after the signature is verified, so that nobody else can
/// use up an operator's ids.
pub(super) async fn authenticate(
    call: &Call,
    keys: &OperatorKeys,
    authorization: &str,
    request: &OperatorRequest<'_>,
) -> Result<(), Problem> {
    let token = bearer(authorization)?;
    let now = now().ok_or_else(|| Problem::misconfigured().because("clock"))?;
    let operator = keys.verify(token, request, now).map_err(|refusal| {
        if let Some(key_id) = signing_key(&refusal, token) {
            call.operated_by(&key_id);
        }
        Problem::operator_refused(refusal.code())
    })?;
    call.operated_by(operator.key_id());
    match object::use_nonce(&call.env, &operator).await {
        Ok(NonceAnswer::Fresh) => Ok(()),
        Ok(NonceAnswer::Replayed) => Err(Problem::operator_refused(OperatorError::Replayed.code())),
        Ok(NonceAnswer::TooMany) => {
            Err(Problem::too_many_attempts(RETRY_AFTER).because("operator_requests_too_many"))
        }
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// The token in the header, whose scheme must be `Bearer`.
fn bearer(authorization: &str) -> Result<&str, Problem> {
    authorization
        .trim()
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_start_matches(' '))
        .ok_or_else(Problem::operator_missing)
}

/// The `kid` of a refused token that one of the operators' keys signed. Except for
/// [`OperatorError::Token`], every refusal comes after the signature is verified.
fn signing_key(refusal: &OperatorError, token: &str) -> Option<KeyId> {
    #[derive(serde::Deserialize)]
    struct Header {
        kid: String,
    }
    if matches!(refusal, OperatorError::Token(_)) {
        return None;
    }
    let token = UnverifiedToken::parse(token).ok()?;
    let header: Header = serde_json::from_str(token.json().header()).ok()?;
    KeyId::new(&header.kid)
}
