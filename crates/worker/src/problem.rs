//! The errors that the Worker answers with (RFC 9457).

use std::borrow::Cow;

use serde::Serialize;

use super::reply::Reply;
use portcullis::account::{AccessError, AccessTokenError};
use portcullis::error::TokenError;
use portcullis::password::PasswordUnacceptable;

/// An error as the client sees it (RFC 9457). Only the log has the exact reason.
pub(super) struct Problem {
    code: &'static str,
    status: u16,
    detail: Cow<'static, str>,
    header: Option<(&'static str, String)>,
    /// The exact reason, only for the log.
    reason: Option<&'static str>,
}

/// The same text for every reason; only the log has the reason.
const OPERATOR_REFUSED: &str =
    "the request has no valid signature of an operator; the service's log has the reason";

const REALM: &str = "Bearer realm=\"portcullis\"";

impl Problem {
    fn new(status: u16, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            status,
            detail: detail.into(),
            header: None,
            reason: None,
        }
    }

    fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// The same problem under another status.
    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn request_malformed(detail: &'static str) -> Self {
        Self::new(400, "request_malformed", detail)
    }

    /// The same answer for every reason; only the log has the reason.
    pub(super) fn credentials_incorrect() -> Self {
        Self::new(
            401,
            "credentials_incorrect",
            "the username or password is wrong; check both",
        )
        .with_header("www-authenticate", REALM)
    }

    /// A challenge without an error code (RFC 6750 §3.1).
    pub(super) fn token_missing() -> Self {
        Self::new(
            401,
            "token_missing",
            "the token is missing; send the header Authorization with Bearer or JWT and the token",
        )
        .with_header("www-authenticate", REALM)
    }

    /// A refused token. As in the Flask original, the client learns only whether the
    /// token has expired.
    pub(super) fn token_refused(refusal: &AccessTokenError) -> Self {
        match refusal {
            AccessTokenError::Token(TokenError::Expired { .. }) => Self::token_overdue(),
            _ => Self::token_incorrect(),
        }
        .because(refusal.code())
    }

    pub(super) fn token_overdue() -> Self {
        Self::token("token_overdue", "token be overdue")
    }

    pub(super) fn token_incorrect() -> Self {
        Self::token("token_incorrect", "token incorrect")
    }

    /// A valid token that the user's account does not accept, for example because
    /// the user was removed. A corrupt record is the service's fault, so it is a 503.
    pub(super) fn access_refused(refusal: AccessError) -> Self {
        match refusal {
            AccessError::RecordCorrupt => Self::store_unavailable(),
            _ => Self::token_incorrect(),
        }
        .because(refusal.code())
    }

    /// The request has no operator's signature.
    pub(super) fn operator_missing() -> Self {
        Self::new(401, "operator_refused", OPERATOR_REFUSED)
            .with_header("www-authenticate", REALM)
            .because("token_missing")
    }

    /// The request's signature was refused. `reason` goes to the log.
    pub(super) fn operator_refused(reason: &'static str) -> Self {
        Self::token("operator_refused", OPERATOR_REFUSED).because(reason)
    }

    fn token(code: &'static str, detail: &'static str) -> Self {
        let challenge = format!("{REALM}, error=\"invalid_token\", error_description=\"{detail}\"");
        Self::new(401, code, detail).with_header("www-authenticate", challenge)
    }

    pub(super) fn forbidden(detail: &'static str) -> Self {
        Self::new(403, "forbidden", detail)
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "not_found", "there is no such path; check the URL")
    }

    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        Self::new(
            405,
            "method_not_allowed",
            "the path does not allow this method; use one of the header Allow",
        )
        .with_header("allow", allow)
    }

    pub(super) fn username_taken() -> Self {
        Self::new(
            409,
            "username_taken",
            "another user has this username; choose another one",
        )
    }

    pub(super) fn id_taken() -> Self {
        Self::new(
            409,
            "id_taken",
            "the id belongs or belonged to another user; choose another id",
        )
    }

    pub(super) fn user_unknown() -> Self {
        Self::new(
            404,
            "user_unknown",
            "there is no user with this name; check the name",
        )
    }

    pub(super) fn session_unknown() -> Self {
        Self::new(
            404,
            "session_unknown",
            "there is no session with this id; list the sessions again",
        )
    }

    /// A valid token that belongs to no session.
    pub(super) fn no_session() -> Self {
        Self::forbidden("the token belongs to no session; log in to get one that does")
            .because("no_session")
    }

    pub(super) fn phone_not_usable() -> Self {
        Self::request_malformed(
            "the phone number is not usable: it may have at most 40 characters and no control characters",
        )
    }

    pub(super) fn username_not_usable() -> Self {
        Self::request_malformed(
            "the username is not usable: it must have 1 to 80 characters and no control characters",
        )
    }

    pub(super) fn username_not_free_to_choose() -> Self {
        Self::request_malformed(
            "the new username is not usable: it must have 1 to 80 visible characters and no space at its ends",
        )
    }

    pub(super) fn body_too_large() -> Self {
        Self::new(
            413,
            "body_too_large",
            "the body is too large; send at most 8192 bytes",
        )
    }

    pub(super) fn media_type_unsupported() -> Self {
        Self::new(
            415,
            "media_type_unsupported",
            "the body's type is not supported; send application/json in UTF-8, not compressed",
        )
    }

    pub(super) fn not_a_form() -> Self {
        Self::new(
            415,
            "media_type_unsupported",
            "the body's type is not supported; send application/x-www-form-urlencoded in UTF-8, not compressed",
        )
    }

    /// The user who chose the password may know why it is refused.
    pub(super) fn password_unacceptable(why: PasswordUnacceptable) -> Self {
        Self::new(422, "password_unacceptable", why.to_string()).because(why.code())
    }

    /// One more attempt is allowed after `retry_after` seconds.
    pub(super) fn too_many_attempts(retry_after: u32) -> Self {
        Self::new(
            429,
            "too_many_attempts",
            "there were too many attempts; try again after the seconds in Retry-After",
        )
        .with_header("retry-after", retry_after.to_string())
    }

    pub(super) fn misconfigured() -> Self {
        Self::new(
            500,
            "misconfigured",
            "a setting of the service is wrong; its log names the setting",
        )
    }

    /// The request made the instance panic.
    pub(super) fn internal_error() -> Self {
        Self::new(
            500,
            "internal_error",
            "the service failed while it processed the request; report this to its operator",
        )
        .because("panicked")
    }

    /// The instance ended while it served the request. The request may or may not
    /// have taken effect.
    pub(super) fn interrupted() -> Self {
        Self::new(
            503,
            "interrupted",
            "the service restarted while it processed the request; check whether the request took effect before you repeat it",
        )
        .with_header("retry-after", "1")
    }

    pub(super) fn store_unavailable() -> Self {
        Self::new(
            503,
            "store_unavailable",
            "the service cannot read or write its users at the moment; try again after the seconds in Retry-After",
        )
        .with_header("retry-after", "5")
    }

    /// Only for operators, because they can repair the record.
    pub(super) fn record_corrupt() -> Self {
        Self::new(
            503,
            "record_corrupt",
            "the value that KV has for this name is not a user record; remove the user, then import or create the user again",
        )
    }

    /// The client sees the same error for KV and for an account's object.
    pub(super) fn account_unavailable() -> Self {
        Self::store_unavailable().because("account_unavailable")
    }

    pub(super) fn into_reply(self) -> Reply {
        #[derive(Serialize)]
        struct Body<'a> {
            r#type: String,
            title: &'a str,
            status: u16,
            detail: &'a str,
            code: &'a str,
        }
        let reply = Reply::json(
            self.status,
            &Body {
                r#type: format!("urn:problem-type:portcullis:{}", self.code),
                title: title(self.status),
                status: self.status,
                detail: &self.detail,
                code: self.code,
            },
        )
        .with_content_type("application/problem+json");
        match self.header {
            Some((name, value)) => reply.with_header(name, value),
            None => reply,
        }
    }

    /// Sets the reason, which goes to the log and not to the client.
    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// The reason, only for the log.
    pub(super) fn reason(&self) -> &'static str {
        self.reason.unwrap_or(self.code)
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
