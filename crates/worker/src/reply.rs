use core::cell::Cell;
use core::fmt::Write as _;

use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder};

/// An answer before it crosses into JavaScript.
pub(super) struct Reply {
    head: Head,
    body: Vec<u8>,
    /// For the operator's log alone.
    reason: &'static str,
}

/// All of it but the body.
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
        // Our own types, which serialize.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::new(status, Some("application/json"), body)
    }

    pub(super) fn text(status: u16, content_type: &'static str, body: &str) -> Self {
        Self::new(status, Some(content_type), body.into())
    }

    /// 204.
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

    /// For everyone, and for five minutes.
    pub(super) fn cacheable(mut self) -> Self {
        self.head.cache_control = "public, max-age=300";
        self
    }

    /// With the reason, which goes to the log and not to the client.
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

/// What every answer has. An answer is no page: if a browser shows it all the
/// same, nothing of it is run or framed.
const EVERYWHERE: [(&str, &str); 2] = [
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

thread_local! {
    // The settings of an isolate never change. `None` before they are read:
    // another answer may have told the browser something else, and the last one
    // counts (RFC 6797 §8.1).
    static HSTS: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Says what answers have as `Strict-Transport-Security` from now on. The
/// subdomains of this host may be somebody else's services, which break without
/// HTTPS.
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

    /// The status, and on a line of its own each header: its name, a colon,
    /// its value.
    pub(super) fn to_text(&self) -> String {
        let mut text = self.status.to_string();
        for (name, value) in self.all_headers() {
            // Into a string nothing fails.
            let _ = write!(text, "\n{name}:{value}");
        }
        text
    }
}
