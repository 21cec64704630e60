//! The parts of a request that an operator signs.

use sha2::{Digest as _, Sha256};

use crate::encoding::base64url;

/// A request that an operator signs, or a received request to verify.
#[derive(Clone, Copy)]
pub struct OperatorRequest<'a> {
    /// The method in upper case, as it is sent.
    pub method: &'a str,
    /// The absolute URL, `http:` or `https:`. Its query and fragment are
    /// ignored.
    pub url: &'a str,
    /// The exact bytes of the body; empty if there is no body.
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

/// The signed parts of a URL.
pub(super) struct Target {
    /// The claim `aud`: scheme, host and port. The scheme's default port is left
    /// out.
    pub(super) origin: String,
    /// The claim `htu`: the URL without query and fragment.
    pub(super) url: String,
}

impl Target {
    /// `None` if the URL is not absolute, not `http:` or `https:`, has a user
    /// name, or is not in the form in which URLs are sent, which is ASCII.
    ///
    /// Scheme, host and port are normalized (RFC 3986 §6.2.2.1, §6.2.3), so that
    /// a URL typed by an operator equals the URL that the Worker receives. The
    /// path is not normalized.
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
