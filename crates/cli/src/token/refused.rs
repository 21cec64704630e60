//! Reports a token that was rejected.

use serde::Serialize;
use serde_json::Number;

use super::super::failure::{Failure, Outcome, Status};
use super::super::output::Output;
use super::super::words::relative;
use portcullis::error::TokenError;
use portcullis::time::UnixTime;

#[derive(Serialize)]
struct Refused<'a> {
    status: &'static str,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Number>,
}

/// Reports the error, as JSON on standard output or as a failure. Returns the matching exit status.
pub(super) fn report(
    error: &TokenError,
    now: UnixTime,
    json: bool,
    output: &mut Output,
) -> Outcome {
    if json {
        output.line(error_json(error)?)?;
    } else {
        output.error(&in_words(error, now));
    }
    Ok(match error {
        TokenError::Expired { .. } => Status::Expired,
        _ => Status::Wrong,
    })
}

fn error_json(error: &TokenError) -> Outcome<String> {
    let (mut claim, mut expired_at, mut not_before) = (None, None, None);
    let status = match error {
        TokenError::Expired { expired_at: at } => {
            expired_at = number(*at);
            "expired"
        }
        TokenError::NotYetValid { not_before: at } => {
            not_before = number(*at);
            "not-yet-valid"
        }
        TokenError::ClaimInvalid { claim: name, .. } => {
            claim = Some(name.as_str());
            "wrong"
        }
        _ => "wrong",
    };
    serde_json::to_string(&Refused {
        status,
        code: error.code(),
        message: error.to_string(),
        claim,
        expired_at,
        not_before,
    })
    .map_err(Failure::new)
}

/// A time as a number, with a fraction only if the time has one.
fn number(at: UnixTime) -> Option<Number> {
    at.to_string().parse().ok()
}

fn in_words(error: &TokenError, now: UnixTime) -> Failure {
    let when = match error {
        TokenError::Expired { expired_at } => format!(", {}", relative(*expired_at, now)),
        TokenError::NotYetValid { not_before } => {
            format!(", it becomes valid {}", relative(*not_before, now))
        }
        _ => String::new(),
    };
    let failure = Failure::new(format_args!("{error}{when} ({})", error.code()));
    match fix(error) {
        Some(fix) => failure.fix(fix),
        None => failure,
    }
}

fn fix(error: &TokenError) -> Option<&'static str> {
    match error {
        TokenError::Malformed(_) => Some("copy the whole token again, and nothing else"),
        TokenError::AlgorithmNotAllowed => {
            Some("use the key of its \"alg\", which `portcullis token inspect` shows")
        }
        TokenError::KeyUnknown => {
            Some("use the key of its \"kid\", which `portcullis token inspect` shows")
        }
        TokenError::SignatureInvalid => {
            Some("check the key: the token was changed, or signed with another key")
        }
        TokenError::Expired { .. } => Some("ask for a new token"),
        TokenError::NotYetValid { .. } => Some("wait, or correct this machine's clock"),
        _ => None,
    }
}
