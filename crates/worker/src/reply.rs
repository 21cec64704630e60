//! Answers, before they become JavaScript responses.

use core::cell::Cell;
use core::fmt::Write as _;

use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder};

/// An answer, before it becomes a JavaScript response.
pub(super) struct Reply {
    head: Head,
    body: Vec<u8>,
    /// Why the Worker gave this answer, only for the log.
    reason: &'static str,
}

/// The status and the headers of an answer.
#[derive(PartialEq, Eq)]
pub(super) struct Head {
    status: u16,
    content_type: Option<&'static str>,
    cache_control: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    fn new(status: u16, content_type: Option<&'static str>, body: Vec<u8>) -> Self {
        Self {
            head: Head {
                status,
                content_type,
                cache_control: "no-store",
                headers: HSTS
                    .get()
                    .map(|value| ("strict-transport-security", value.into()))
                    .into_iter()
                    .collect(),
            },
            body,
            reason: "ok",
        }
    }

    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        // Serializing our own types does not fail.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::new(status, Some("application/json"), body)
    }

    pub(super) fn text(status: u16, content_type: &'static str, body: &str) -> Self {
        Self::new(status, Some(content_type), body.into())
    }

    /// An answer with the status 204 and no body.
    pub(super) fn empty() -> Self {
        Self::new(204, None, Vec::new())
    }

    pub(super) fn with_content_type(mut self, content_type: &'static str) -> Self {
        self.head.content_type = Some(content_type);
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.head.headers.push((name, value.into()));
        self
    }

    /// Lets every cache keep the answer for five minutes.
    pub(super) fn cacheable(mut self) -> Self {
        self.head.cache_control = "public, max-age=300";
        self
    }

    /// Sets the reason, which goes to the log and not to the client.
    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.head.status
    }

    pub(super) fn reason(&self) -> &'static str {
        self.reason
    }

    pub(super) fn into_parts(self) -> (Head, Vec<u8>) {
        (self.head, self.body)
    }

    pub(super) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        for (name, value) in self.head.all_headers() {
            headers.set(name, value)?;
        }
        let response = ResponseBuilder::new()
            .with_status(self.head.status)
            .with_headers(headers);
        if self.body.is_empty() {
            Ok(response.empty())
        } else {
            Ok(response.fixed(self.body))
        }
    }
}

/// The headers of every answer. An answer is not a page: if a browser shows an
/// answer anyway, the browser must not run anything in it or put it in a frame.
const EVERYWHERE: [(&str, &str); 2] = [
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

thread_local! {
    // The settings of an isolate never change. Before they are read, the value is
    // `None` and answers have no such header: a browser keeps the last value it
    // got (RFC 6797 §8.1), and a guess could replace the right one.
    static HSTS: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Sets the `Strict-Transport-Security` of all later answers. Subdomains are
/// included only if the settings say so: other services may run there, and those
/// without HTTPS would break.
pub(super) fn set_hsts(include_subdomains: bool) {
    HSTS.set(Some(if include_subdomains {
        "max-age=31536000; includeSubDomains"
    } else {
        "max-age=31536000"
    }));
}

impl Head {
    fn all_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let content_type = self.content_type.map(|value| ("content-type", value));
        let own = self.headers.iter();
        content_type
            .into_iter()
            .chain([("cache-control", self.cache_control)])
            .chain(EVERYWHERE)
            .chain(own.map(|(name, value)| (*name, value.as_str())))
    }

    /// The status on the first line, then one line per header: its name, a colon,
    /// its value.
    pub(super) fn to_text(&self) -> String {
        let mut text = self.status.to_string();
        for (name, value) in self.all_headers() {
            // Writing to a `String` never fails.
            let _ = write!(text, "\n{name}:{value}");
        }
        text
    }
}
