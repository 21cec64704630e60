//! Reusable buffers for decoding tokens.

use super::compact::Compact;
use super::decoded::{ClaimsVisitor, DecodedClaims, TokenJson};
use super::header::UnverifiedHeader;
use crate::encoding::{base64url, bytes};
use crate::error::{Malformation, TokenError};

/// The buffers into which tokens are decoded, one after another.
///
/// A caller that reads many tokens keeps one reader: it allocates once, and it
/// decodes and parses a header only when the header differs from the previous
/// token's. [`UnverifiedToken::parse_into`](super::UnverifiedToken::parse_into),
/// [`UnverifiedToken::inspect_into`](super::UnverifiedToken::inspect_into) and
/// [`Verifier::verify_into`](super::Verifier::verify_into) fill a reader. If
/// one of them returns an error, the reader is empty.
///
/// ```
/// use portcullis::token::{TokenReader, UnverifiedToken};
///
/// # fn main() -> Result<(), portcullis::error::TokenError> {
/// let mut reader = TokenReader::with_visitor(());
/// for token in ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyIn0."] {
///     UnverifiedToken::parse_into(token.as_bytes(), &mut reader)?;
/// }
/// assert_eq!(reader.json().claims(), r#"{"sub":"2"}"#);
/// assert_eq!(reader.header_generation(), 1); // both headers are the same
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct TokenReader<V = ()> {
    json: TokenJson,
    header: UnverifiedHeader,
    /// The encoded header of the token; empty if the parsed header cannot be
    /// reused for the next token.
    header_part: Vec<u8>,
    /// Whether to reuse the parsed header for the next token.
    keeps_header: bool,
    header_generation: u32,
    visitor: Option<V>,
}

impl TokenReader {
    /// A reader for one token.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn into_json(self) -> TokenJson {
        self.json
    }
}

impl<V: ClaimsVisitor> TokenReader<V> {
    /// A reader for many tokens, which passes each claim to `visitor`.
    #[must_use]
    pub fn with_visitor(visitor: V) -> Self {
        Self {
            json: TokenJson::default(),
            header: UnverifiedHeader::default(),
            header_part: Vec::new(),
            keeps_header: true,
            header_generation: 0,
            visitor: Some(visitor),
        }
    }

    /// The JSON of the last token; empty after an error.
    #[must_use]
    pub fn json(&self) -> &TokenJson {
        &self.json
    }

    /// A number that changes whenever the header's JSON changes. A binding that has
    /// parsed the header keeps its result while the number stays the same.
    #[must_use]
    pub fn header_generation(&self) -> u32 {
        self.header_generation
    }

    /// The visitor.
    #[must_use]
    pub fn visitor(&self) -> Option<&V> {
        self.visitor.as_ref()
    }

    /// Reads the header of a token and returns it with a buffer for the claims. The
    /// claims are not decoded yet, so that a verifier can check the signature first.
    pub(crate) fn open(
        &mut self,
        token: &Compact<'_>,
    ) -> Result<(&UnverifiedHeader, ClaimsBuffer<'_, V>), TokenError> {
        self.json.claims.clear();
        if self.header_part.is_empty() || !bytes::same(&self.header_part, token.header) {
            self.read_header(token.header)?;
        }
        Ok((
            &self.header,
            ClaimsBuffer {
                text: &mut self.json.claims,
                visitor: self.visitor.as_mut(),
            },
        ))
    }

    fn read_header(&mut self, part: &[u8]) -> Result<(), TokenError> {
        self.drop_header();
        decode(part, &mut self.json.header)?;
        self.header = UnverifiedHeader::read(&self.json.header)?;
        if self.keeps_header {
            self.header_part.extend_from_slice(part);
        }
        Ok(())
    }

    fn drop_header(&mut self) {
        self.header_part.clear();
        self.json.header.clear();
        self.header_generation = self.header_generation.wrapping_add(1);
    }

    /// Empties the reader, also the visitor, after a token was rejected.
    pub(crate) fn clear(&mut self) {
        self.drop_header();
        self.json.claims.clear();
        if let Some(visitor) = &mut self.visitor {
            visitor.clear();
        }
    }
}

/// The buffer for the claims of a token whose header was read. The claims are decoded
/// when the caller calls [`decode`](Self::decode).
pub(crate) struct ClaimsBuffer<'r, V> {
    text: &'r mut String,
    visitor: Option<&'r mut V>,
}

impl<'r, V> ClaimsBuffer<'r, V> {
    pub(crate) fn decode(self, token: &Compact<'_>) -> Result<DecodedClaims<'r, V>, TokenError> {
        decode(token.payload, self.text)?;
        Ok(DecodedClaims {
            text: self.text,
            visitor: self.visitor,
        })
    }
}

/// Decodes a part of a token into `text`, replacing its content.
fn decode(part: &[u8], text: &mut String) -> Result<(), TokenError> {
    let mut decoded = core::mem::take(text).into_bytes();
    decoded.clear();
    base64url::decode_onto(part, &mut decoded).map_err(|_| Malformation::Base64)?;
    *text = String::from_utf8(decoded).map_err(|_| Malformation::NotUtf8)?;
    Ok(())
}
