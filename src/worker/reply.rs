use core::fmt::Write as _;

use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder};

/// An answer before it crosses into JavaScript.
pub(super) struct Reply {
    head: Head,
    body: Vec<u8>,
}

/// All of it but the body.
#[derive(PartialEq, Eq)]
pub(super) struct Head {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            head: Head {
                status,
                content_type: "application/json",
                headers: Vec::new(),
            },
            // Our own types, which serialize.
            body: serde_json::to_vec(body).unwrap_or_default(),
        }
    }

    pub(super) fn with_content_type(mut self, content_type: &'static str) -> Self {
        self.head.content_type = content_type;
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.head.headers.push((name, value.into()));
        self
    }

    pub(super) fn into_parts(self) -> (Head, Vec<u8>) {
        (self.head, self.body)
    }

    pub(super) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        for (name, value) in self.head.all_headers() {
            headers.set(name, value)?;
        }
        Ok(ResponseBuilder::new()
            .with_status(self.head.status)
            .with_headers(headers)
            .fixed(self.body))
    }
}

impl Head {
    fn all_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = self.headers.iter();
        [
            ("content-type", self.content_type),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ]
        .into_iter()
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
