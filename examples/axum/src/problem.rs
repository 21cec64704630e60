//! Errors as `application/problem+json` (RFC 9457), with the challenge of RFC 6750.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use portcullis::error::TokenError;
use serde::Serialize;

pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    challenge: Option<&'static str>,
}

impl Problem {
    /// A challenge without an error (RFC 6750 §3.1).
    pub(crate) fn token_missing() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "token_missing",
            detail: "Send the token in the header `Authorization: Bearer <token>`.".into(),
            challenge: Some("Bearer"),
        }
    }

    /// The error names no part of the token, so its text may leave the service.
    pub(crate) fn token_refused(error: &TokenError) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: error.code(),
            detail: error.to_string(),
            challenge: Some("Bearer error=\"invalid_token\""),
        }
    }

    pub(crate) fn clock_wrong() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "clock_wrong",
            detail: "The service's clock shows no usable time. Fix: set the clock of the machine."
                .into(),
            challenge: None,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
        });
        let json = [(CONTENT_TYPE, "application/problem+json")];
        let challenge = self
            .challenge
            .map(|challenge| [(WWW_AUTHENTICATE, challenge)]);
        match challenge {
            Some(challenge) => (self.status, json, challenge, body).into_response(),
            None => (self.status, json, body).into_response(),
        }
    }
}
