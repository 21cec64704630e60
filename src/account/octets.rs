//! Bytes of a fixed length.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroize;

use crate::encoding::base64url;

/// `N` bytes, in JSON as base64url. Zeroized when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Octets<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Octets<N> {
    /// Reads base64url; `None` if the text is not canonical or does not have `N` bytes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = base64url::decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The first `N` bytes of `source`, padded with zeros.
    pub(super) fn first_of(source: impl IntoIterator<Item = u8>) -> Self {
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(source) {
            *to = from;
        }
        Self(bytes)
    }
}

impl<const N: usize> Drop for Octets<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> fmt::Display for Octets<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        base64url::encode_onto(&self.0, &mut text);
        f.write_str(&text)
    }
}

impl<const N: usize> fmt::Debug for Octets<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Octets(_)")
    }
}

impl<const N: usize> Serialize for Octets<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Octets<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not so many bytes in base64url"))
    }
}
