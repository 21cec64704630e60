use sha2::{Digest as _, Sha256};

use crate::encoding::base64url;

/// A request that an operator signs, or that claims to be from one.
#[derive(Clone, Copy)]
pub struct OperatorRequest<'a> {
    /// The method in upper case, as it is sent.
    pub method: &'a str,
    /// The absolute URL, `http:` or `https:`. Its query and fragment are
    /// ignored.
    pub url: &'a str,
    /// The body's exact bytes; empty where there is no body.
    pub body: &'a [u8],
}

impl OperatorRequest<'_> {
    /// The body's SHA-256 in base64url: the claim `body_sha256`.
    pub(super) fn body_sha256(&self) -> String {
        let mut text = String::new();
        base64url::encode_onto(&Sha256::digest(self.body), &mut text);
        text
    }
}

/// The parts of a URL that are signed.
pub(super) struct Target {
    /// Scheme, host and port, the port left out where it is the scheme's
    /// default: the claim `aud`.
    pub(super) origin: String,
    /// The URL without query and fragment: the claim `htu`.
    pub(super) url: String,
}

impl Target {
    /// `None` for a URL that is not absolute, not of HTTP, or not in the form
    /// that is sent: ASCII, without a user name.
    ///
    /// Scheme, host and port are normalized (RFC 3986 §6.2.2.1, §6.2.3), so that
    /// a URL which somebody typed is the URL that the Worker sees. The path is
    /// taken as it is.
    pub(super) fn read(url: &str) -> Option<Self> {
        let is_sent = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        if !url.bytes().all(is_sent) {
            return None;
        }
        let end = url.find(['?', '#']).unwrap_or(url.len());
        let (scheme, rest) = url.get(..end)?.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let path_at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(path_at)?;
        let authority = authority.to_ascii_lowercase();
        let host = authority.strip_suffix(default_port).unwrap_or(&authority);
        if host.is_empty() || host.contains('@') {
            return None;
        }
        let origin = format!("{scheme}://{host}");
        let path = if path.is_empty() { "/" } else { path };
        let url = format!("{origin}{path}");
        Some(Self { origin, url })
    }
}
