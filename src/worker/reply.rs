use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder};

/// An answer before it crosses into JavaScript.
pub(super) struct Reply {
    status: u16,
    content_type: Option<&'static str>,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
    cache_control: &'static str,
    /// For the operator's log alone.
    reason: &'static str,
}

impl Reply {
    fn new(status: u16, content_type: Option<&'static str>, body: Vec<u8>) -> Self {
        Self {
            status,
            content_type,
            body,
            headers: Vec::new(),
            cache_control: "no-store",
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
        self.content_type = Some(content_type);
        self
    }

    /// For everyone, and for five minutes.
    pub(super) fn cacheable(mut self) -> Self {
        self.cache_control = "public, max-age=300";
        self
    }

    /// With the reason, which goes to the log and not to the client.
    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn reason(&self) -> &'static str {
        self.reason
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        if let Some(content_type) = self.content_type {
            headers.set("content-type", content_type)?;
        }
        headers.set("cache-control", self.cache_control)?;
        for (name, value) in EVERYWHERE {
            headers.set(name, value)?;
        }
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        let response = ResponseBuilder::new()
            .with_status(self.status)
            .with_headers(headers);
        if self.body.is_empty() {
            Ok(response.empty())
        } else {
            Ok(response.fixed(self.body))
        }
    }
}

/// What every answer has. An answer is no page: if a browser shows it all the
/// same, nothing of it is run, framed or told to others.
pub(super) const EVERYWHERE: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
];
