use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::memory;
use crate::error::TokenError;
use crate::time::UnixTime;

/// Why a call failed.
pub(crate) enum Refusal {
    /// The token or the key: a `TokenError` over there.
    Token(TokenError),
    /// An argument: a `TypeError` over there.
    Argument(&'static str),
    /// An option, by its name, and what is wrong with it: the same over there.
    Option(String, &'static str),
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// The same as an object. Dates are in seconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    code: Option<&'static str>,
    message: String,
    expired_at: Option<f64>,
    not_before: Option<f64>,
    claim: Option<&'a str>,
}

impl Refusal {
    pub(crate) fn to_js(&self) -> JsValue {
        let argument = |message| Failure {
            code: None,
            message,
            expired_at: None,
            not_before: None,
            claim: None,
        };
        let failure = match self {
            Self::Argument(message) => argument((*message).into()),
            Self::Option(name, problem) => {
                argument(["the option \"", name, "\" ", problem].concat())
            }
            Self::Token(error) => Failure {
                code: Some(error.code()),
                message: error.to_string(),
                expired_at: match error {
                    TokenError::Expired { expired_at } => Some(expired_at.seconds_f64()),
                    _ => None,
                },
                not_before: match error {
                    TokenError::NotYetValid { not_before } => {
                        Some(UnixTime::seconds_f64(*not_before))
                    }
                    _ => None,
                },
                claim: match error {
                    TokenError::ClaimInvalid { claim, .. } => Some(claim),
                    _ => None,
                },
            },
        };
        serde_wasm_bindgen::to_value(&failure).unwrap_or(JsValue::UNDEFINED)
    }
}

/// Why the last call failed that said so: `{ code, message, expiredAt,
/// notBefore, claim }`. Without a `code` it was an argument of a wrong type.
#[wasm_bindgen]
#[must_use]
pub fn failure() -> JsValue {
    memory::take_refusal().map_or(JsValue::UNDEFINED, |refusal| refusal.to_js())
}
