//! Parses the URL of a Worker.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ureq::http::Uri;

/// The URL of a Worker in normal form: an origin and an optional path, without a slash at the end.
/// The scheme is `https:`, or `http:` for this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkerUrl {
    text: String,
    is_loopback: bool,
}

/// The reason why a text is not a [`WorkerUrl`]. The text is not repeated, because it may contain
/// a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkerUrlNotUsable {
    Malformed,
    PlainHttp,
}

impl WorkerUrl {
    /// Whether requests stay on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for WorkerUrl {
    type Err = WorkerUrlNotUsable;

    fn from_str(text: &str) -> Result<Self, WorkerUrlNotUsable> {
        // The parser drops a fragment without an error.
        if text.contains(['#', '?', '@']) {
            return Err(WorkerUrlNotUsable::Malformed);
        }
        let uri: Uri = text.parse().map_err(|_| WorkerUrlNotUsable::Malformed)?;
        let parts = uri.scheme_str().zip(uri.host());
        let (scheme, host) = parts.ok_or(WorkerUrlNotUsable::Malformed)?;
        let host = host.to_ascii_lowercase();
        let is_loopback = is_loopback(&host);
        // Written as browsers write an origin, because the request's signature is bound to it.
        let (scheme, default_port) = match scheme {
            "https" => ("https", 443),
            "http" if is_loopback => ("http", 80),
            "http" => return Err(WorkerUrlNotUsable::PlainHttp),
            _ => return Err(WorkerUrlNotUsable::Malformed),
        };
        let port = uri.port_u16().filter(|port| *port != default_port);
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        let path = uri.path().trim_end_matches('/');
        Ok(Self {
            text: format!("{scheme}://{host}{port}{path}"),
            is_loopback,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

impl fmt::Display for WorkerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for WorkerUrlNotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "give a URL such as https://login.example.com",
            Self::PlainHttp => "http: is allowed only to this machine; use https:",
        })
    }
}

impl std::error::Error for WorkerUrlNotUsable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_one_form() {
        for (text, form) in [
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
            ("http://localhost:8787/", "http://localhost:8787"),
            ("http://[::1]:80", "http://[::1]"),
            ("HTTPS://Login.Example.com:443", "https://login.example.com"),
            ("https://example.com/auth/", "https://example.com/auth"),
        ] {
            let url = text.parse::<WorkerUrl>().map(|url| url.text);
            assert_eq!(url.as_deref(), Ok(form), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in [
            "http://login.example.com",
            "http://192.0.2.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://0.0.0.0:8787",
        ] {
            let refused = text.parse::<WorkerUrl>();
            assert_eq!(refused, Err(WorkerUrlNotUsable::PlainHttp), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_the_url_of_a_worker_is_refused() {
        for text in [
            "",
            "login.example.com",
            "/admin",
            "ftp://login.example.com",
            "https://",
            "https://me:secret@login.example.com",
            "https://login.example.com/?a=b",
            "https://login.example.com/#top",
        ] {
            let refused = text.parse::<WorkerUrl>();
            assert_eq!(refused, Err(WorkerUrlNotUsable::Malformed), "{text}");
        }
    }
}
