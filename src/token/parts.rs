use core::ops::Range;

use super::compact::Compact;
use crate::encoding::base64url;
use crate::error::{Malformation, TokenError};

/// The JSON of a token's header and claims, in one text:
/// `{"header":…,"claims":…}`. Holds a token's content whoever wrote it: the
/// type around it says whether it was verified.
///
/// One text, so that a binding hands it over in one crossing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenJson {
    text: String,
    header: Range<usize>,
    claims: Range<usize>,
    bytes: Vec<u8>,
}

impl TokenJson {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The whole: an object with the members `header` and `claims`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The header's object, byte for byte as the token has it.
    #[must_use]
    pub fn header(&self) -> &str {
        self.text.get(self.header.clone()).unwrap_or_default()
    }

    /// The claims' object, byte for byte as the token has it.
    #[must_use]
    pub fn claims(&self) -> &str {
        self.text.get(self.claims.clone()).unwrap_or_default()
    }

    /// Decodes the header, and lends the room for the claims, which are not
    /// decoded before the caller asks for it. Then comes [`keep`](Self::keep)
    /// or [`clear`](Self::clear).
    pub(crate) fn open(
        &mut self,
        token: &Compact<'_>,
    ) -> Result<(&str, ClaimsRoom<'_>), TokenError> {
        self.clear();
        self.text.push_str("{\"header\":");
        let start = self.text.len();
        self.text.push_str(decode(token.header, &mut self.bytes)?);
        self.header = start..self.text.len();
        let header = self.text.get(self.header.clone()).unwrap_or_default();
        Ok((header, ClaimsRoom(&mut self.bytes)))
    }

    /// Puts the claims that were decoded behind the header.
    pub(crate) fn keep(&mut self) -> Result<(), TokenError> {
        self.text.push_str(",\"claims\":");
        let start = self.text.len();
        self.text.push_str(text(&self.bytes)?);
        self.claims = start..self.text.len();
        self.text.push('}');
        Ok(())
    }

    /// Nothing of a refused token stays.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.bytes.clear();
        self.header = 0..0;
        self.claims = 0..0;
    }
}

/// Where the claims are decoded to, once it is time for them.
pub(crate) struct ClaimsRoom<'r>(&'r mut Vec<u8>);

impl<'r> ClaimsRoom<'r> {
    pub(crate) fn decode(self, token: &Compact<'_>) -> Result<&'r str, TokenError> {
        decode(token.payload, self.0)
    }
}

fn decode<'b>(part: &str, bytes: &'b mut Vec<u8>) -> Result<&'b str, TokenError> {
    bytes.clear();
    base64url::decode_onto(part, bytes).map_err(|_| Malformation::Base64)?;
    text(bytes)
}

fn text(bytes: &[u8]) -> Result<&str, TokenError> {
    core::str::from_utf8(bytes).map_err(|_| Malformation::Json.into())
}
