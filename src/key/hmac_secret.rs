//! The check that an HMAC secret is not the text of a public key.

use crate::encoding::json;
use crate::error::KeyProblem;

/// The bytes of an HMAC secret, which are long enough and are not the text of a key
/// file. With the text of a public key as the secret, anyone could forge tokens,
/// because everyone knows the public key (RFC 8725 §3.1, CVE-2022-29217).
#[derive(Clone, Copy)]
pub(crate) struct HmacSecret<'a>(&'a [u8]);

impl<'a> HmacSecret<'a> {
    pub(crate) fn new(octets: &'a [u8], least: usize) -> Result<Self, KeyProblem> {
        if octets.len() < least {
            return Err(KeyProblem::TooShort { least });
        }
        if is_pem(octets) || is_ssh(octets) || is_jwk(octets) {
            return Err(KeyProblem::NotSecret);
        }
        Ok(Self(octets))
    }

    pub(crate) fn octets(self) -> &'a [u8] {
        self.0
    }
}

/// Whether the text contains a PEM. Searches the whole text, because a comment may
/// precede the PEM (RFC 7468 §2).
fn is_pem(octets: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    octets.windows(BEGIN.len()).any(|window| window == BEGIN)
}

/// Whether the text is a line of `authorized_keys` (RFC 4253 §6.6, RFC 5656 §3.1).
fn is_ssh(octets: &[u8]) -> bool {
    let text = start(octets);
    text.starts_with(b"ssh-") || text.starts_with(b"ecdsa-sha2-")
}

/// Whether the text is a JWK or a JWK Set: an object with the member `kty` or `keys`.
fn is_jwk(octets: &[u8]) -> bool {
    let text = start(octets);
    if text.first() != Some(&b'{') {
        return false;
    }
    let mut has_name = false;
    let read = core::str::from_utf8(text).is_ok_and(|text| {
        json::read_object(text, |name, _| {
            has_name |= name.is("kty") || name.is("keys");
        })
        .is_ok()
    });
    read && has_name
}

/// The bytes without white space and a byte order mark at the start.
fn start(octets: &[u8]) -> &[u8] {
    let octets = octets.trim_ascii_start();
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    octets.trim_ascii_start()
}
