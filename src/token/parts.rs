use core::ops::Range;

use super::compact::Compact;
use crate::encoding::base64url;
use crate::error::{Malformation, TokenError};

/// The JSON of a token's header and claims, in one text:
/// `{"header":…,"claims":…}`. Holds a token's content whoever wrote it: the
/// type around it says whether it was verified.
///
/// One text, so that a binding hands it over in one crossing; and a buffer to
/// use again for the next token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenJson {
    text: String,
    header: Range<usize>,
    claims: Range<usize>,
    bytes: Vec<u8>,
}

impl TokenJson {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
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

    pub(crate) fn put_header(&mut self, token: &Compact<'_>) -> Result<(), TokenError> {
        self.text.clear();
        self.claims = 0..0;
        self.text.push_str("{\"header\":");
        self.header = self.put(token.header)?;
        Ok(())
    }

    pub(crate) fn put_claims(&mut self, token: &Compact<'_>) -> Result<(), TokenError> {
        self.text.push_str(",\"claims\":");
        self.claims = self.put(token.payload)?;
        self.text.push('}');
        Ok(())
    }

    /// Nothing of a refused token stays.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.header = 0..0;
        self.claims = 0..0;
    }

    fn put(&mut self, part: &str) -> Result<Range<usize>, TokenError> {
        self.bytes.clear();
        base64url::decode_onto(part, &mut self.bytes).map_err(|_| Malformation::Base64)?;
        let decoded = core::str::from_utf8(&self.bytes).map_err(|_| Malformation::Json)?;
        let start = self.text.len();
        self.text.push_str(decoded);
        Ok(start..self.text.len())
    }
}
