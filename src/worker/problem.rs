use serde::Serialize;

use super::log;
use super::reply::Reply;
use crate::account::AccessRefusal;
use crate::error::TokenError;

/// An error as the outside sees it (RFC 9457). Why it really happened stands
/// in the log alone.
pub(super) struct Problem {
    code: &'static str,
    status: u16,
    detail: &'static str,
    header: Option<(&'static str, String)>,
    /// For the operator alone.
    reason: Option<&'static str>,
}

const REALM: &str = "Bearer realm=\"portcullis\"";

impl Problem {
    fn new(status: u16, code: &'static str, detail: &'static str) -> Self {
        Self {
            code,
            status,
            detail,
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

    /// The same for each reason, which goes to the log.
    pub(super) fn credentials_incorrect() -> Self {
        Self::new(
            401,
            "credentials_incorrect",
            "username or password incorrect",
        )
        .with_header("www-authenticate", REALM)
    }

    /// A challenge without an error (RFC 6750 §3.1).
    pub(super) fn token_missing() -> Self {
        Self::new(
            401,
            "token_missing",
            "an Authorization header with a Bearer or JWT token is needed",
        )
        .with_header("www-authenticate", REALM)
    }

    /// The original's two errors, told apart as it meant to.
    pub(super) fn token_refused(error: &TokenError) -> Self {
        match error {
            TokenError::Expired { .. } => Self::token("token_overdue", "token be overdue"),
            _ => Self::token("token_incorrect", "token incorrect"),
        }
        .because(error.code())
    }

    /// A right token for a user who is no longer there. A corrupt record is
    /// not the holder's fault.
    pub(super) fn access_refused(refusal: AccessRefusal) -> Self {
        match refusal {
            AccessRefusal::RecordCorrupt => Self::store_unavailable(),
            _ => Self::token("token_incorrect", "token incorrect"),
        }
        .because(refusal.code())
    }

    fn token(code: &'static str, detail: &'static str) -> Self {
        let challenge = format!("{REALM}, error=\"invalid_token\", error_description=\"{detail}\"");
        Self::new(401, code, detail).with_header("www-authenticate", challenge)
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "not_found", "there is nothing here")
    }

    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        Self::new(405, "method_not_allowed", "this method is not allowed here")
            .with_header("allow", allow)
    }

    pub(super) fn body_too_large() -> Self {
        Self::new(413, "body_too_large", "a body has at most 8192 bytes")
    }

    pub(super) fn media_type_unsupported() -> Self {
        Self::new(
            415,
            "media_type_unsupported",
            "the body must be application/json in UTF-8",
        )
    }

    pub(super) fn misconfigured() -> Self {
        Self::new(
            500,
            "misconfigured",
            "the service is not configured; its log says what is wrong",
        )
    }

    pub(super) fn internal_error() -> Self {
        Self::new(500, "internal_error", "the service failed at this request").because("panicked")
    }

    /// Nobody knows how far it came.
    pub(super) fn interrupted() -> Self {
        Self::new(
            503,
            "interrupted",
            "the service had to start again while it worked on this request, and may have done it or not",
        )
        .with_header("retry-after", "1")
    }

    pub(super) fn store_unavailable() -> Self {
        Self::new(
            503,
            "store_unavailable",
            "the users cannot be read at the moment",
        )
        .with_header("retry-after", "5")
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
                detail: self.detail,
                code: self.code,
            },
        )
        .with_content_type("application/problem+json");
        match self.header {
            Some((name, value)) => reply.with_header(name, value),
            None => reply,
        }
    }

    /// With the reason, which goes to the log and not to the client.
    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Writes the log's line.
    pub(super) fn log(&self, route: &'static str) {
        log::decision(
            route,
            self.status,
            self.code,
            self.reason.unwrap_or(self.code),
        );
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
