//! The hash functions of werkzeug's hashes.

use core::fmt;

use hmac::digest::{Digest, FixedOutputReset, OutputSizeUser};
use hmac::{EagerHash, Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// A hash function that werkzeug hashes use. Its name is the one in Python's
/// `hashlib`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashFunction {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// Bytes derived from a password.
pub(super) type Derived = Zeroizing<Vec<u8>>;

/// Calls a function whose type parameter is the implementation of the hash function.
macro_rules! with {
    ($function:expr, $call:ident($($argument:expr),*)) => {
        match $function {
            HashFunction::Md5 => $call::<Md5>($($argument),*),
            HashFunction::Sha1 => $call::<Sha1>($($argument),*),
            HashFunction::Sha224 => $call::<Sha224>($($argument),*),
            HashFunction::Sha256 => $call::<Sha256>($($argument),*),
            HashFunction::Sha384 => $call::<Sha384>($($argument),*),
            HashFunction::Sha512 => $call::<Sha512>($($argument),*),
        }
    };
}

impl HashFunction {
    /// All supported functions.
    pub const ALL: [Self; 6] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// Finds a function by its name, ignoring case: Python accepts `SHA256`, and
    /// werkzeug stored the name as it was given.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|function| function.as_str().eq_ignore_ascii_case(name))
    }

    /// The name in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The size of a digest in bytes.
    #[must_use]
    pub fn size(self) -> usize {
        with!(self, size_of_output())
    }

    pub(super) fn digest(self, message: &[u8]) -> Derived {
        with!(self, digest(message))
    }

    /// Never returns `None`, because an HMAC key may have any length (RFC 2104 §2). The
    /// crate's constructor returns a `Result` all the same.
    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Option<Derived> {
        with!(self, hmac(key, message))
    }
}

fn size_of_output<D: OutputSizeUser>() -> usize {
    D::output_size()
}

/// Resets the hasher instead of consuming it. The hasher buffers the message, so a move
/// would leave a copy of the password on the stack.
fn digest<D: Digest + FixedOutputReset>(message: &[u8]) -> Derived {
    let mut hasher = D::new();
    Digest::update(&mut hasher, message);
    Zeroizing::new(Digest::finalize_reset(&mut hasher).to_vec())
}

fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Option<Derived> {
    let mac = Hmac::<D>::new_from_slice(key).ok()?.chain_update(message);
    Some(Zeroizing::new(mac.finalize().into_bytes().to_vec()))
}

impl fmt::Display for HashFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
