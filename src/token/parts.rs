use core::fmt;

use super::compact::Compact;
use super::header::UnverifiedHeader;
#[cfg(feature = "js-inspect")]
use super::outline::Outline;
use crate::encoding::json::{self, JsonString, JsonValue};
use crate::encoding::{base64url, bytes};
use crate::error::{Malformation, TokenError};

/// The JSON of a token's header and claims. Holds a token's content whoever
/// wrote it: the type around it says whether it was verified.
///
/// `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenJson {
    header: String,
    claims: String,
}

impl TokenJson {
    /// The header's object, byte for byte as the token has it.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The claims' object, byte for byte as the token has it.
    #[must_use]
    pub fn claims(&self) -> &str {
        &self.claims
    }
}

impl fmt::Debug for TokenJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenJson").finish_non_exhaustive()
    }
}

/// Where tokens are decoded to, one after the other. Most tokens have the
/// header of the one before: it is decoded and read only when it changes.
#[derive(Default)]
pub(crate) struct TokenReader {
    json: TokenJson,
    header: UnverifiedHeader,
    /// The header as it stands in the token; empty if there is none to keep.
    header_part: Vec<u8>,
    keeps_header: bool,
    header_generation: u32,
    #[cfg(feature = "js-inspect")]
    outline: Option<Box<Outline>>,
}

impl TokenReader {
    /// For one token.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// For many.
    #[cfg(feature = "js-inspect")]
    pub(crate) fn for_many() -> Self {
        Self {
            keeps_header: true,
            outline: Some(Box::new(Outline::new())),
            ..Self::default()
        }
    }

    /// Of the last token that was read without an error.
    #[cfg(feature = "js-inspect")]
    pub(crate) fn json(&self) -> &TokenJson {
        &self.json
    }

    pub(crate) fn into_json(self) -> TokenJson {
        self.json
    }

    /// Another number means another header, or none.
    #[cfg(feature = "js-inspect")]
    pub(crate) fn header_generation(&self) -> u32 {
        self.header_generation
    }

    /// Of the claims of the last token that was read without an error.
    #[cfg(feature = "js-inspect")]
    pub(crate) fn outline(&self) -> Option<&Outline> {
        self.outline.as_deref()
    }

    /// Reads the header, and gives the room for the claims, which are not
    /// decoded before the caller asks for it.
    pub(crate) fn open(
        &mut self,
        token: &Compact<'_>,
    ) -> Result<(&UnverifiedHeader, ClaimsRoom<'_>), TokenError> {
        self.json.claims.clear();
        if self.header_part.is_empty() || !bytes::same(&self.header_part, token.header) {
            self.read_header(token.header)?;
        }
        Ok((
            &self.header,
            ClaimsRoom {
                text: &mut self.json.claims,
                #[cfg(feature = "js-inspect")]
                outline: self.outline.as_deref_mut(),
            },
        ))
    }

    fn read_header(&mut self, part: &[u8]) -> Result<(), TokenError> {
        self.forget_header();
        decode(part, &mut self.json.header)?;
        self.header = UnverifiedHeader::read(&self.json.header)?;
        if self.keeps_header {
            self.header_part.extend_from_slice(part);
        }
        Ok(())
    }

    fn forget_header(&mut self) {
        self.header_part.clear();
        self.json.header.clear();
        self.header_generation = self.header_generation.wrapping_add(1);
    }

    /// Nothing of a refused token stays.
    pub(crate) fn clear(&mut self) {
        self.forget_header();
        self.json.claims.clear();
        #[cfg(feature = "js-inspect")]
        if let Some(outline) = &mut self.outline {
            outline.clear();
        }
    }
}

/// Where the claims are decoded to, once it is time for them.
pub(crate) struct ClaimsRoom<'r> {
    text: &'r mut String,
    #[cfg(feature = "js-inspect")]
    outline: Option<&'r mut Outline>,
}

impl<'r> ClaimsRoom<'r> {
    pub(crate) fn decode(self, token: &Compact<'_>) -> Result<DecodedClaims<'r>, TokenError> {
        decode(token.payload, self.text)?;
        Ok(DecodedClaims {
            text: self.text,
            #[cfg(feature = "js-inspect")]
            outline: self.outline,
        })
    }
}

/// Claims that were decoded and not yet read.
pub(crate) struct DecodedClaims<'r> {
    text: &'r str,
    #[cfg(feature = "js-inspect")]
    outline: Option<&'r mut Outline>,
}

impl<'r> From<&'r str> for DecodedClaims<'r> {
    fn from(text: &'r str) -> Self {
        Self {
            text,
            #[cfg(feature = "js-inspect")]
            outline: None,
        }
    }
}

impl<'r> DecodedClaims<'r> {
    pub(crate) fn text(&self) -> &'r str {
        self.text
    }

    /// Reads the claims' object, and outlines it on the way where that is
    /// wanted.
    pub(crate) fn read(
        self,
        mut claim: impl FnMut(&JsonString<'r>, &JsonValue<'r>),
    ) -> Result<(), TokenError> {
        let text = self.text;
        #[cfg(feature = "js-inspect")]
        let mut outline = self.outline;
        #[cfg(feature = "js-inspect")]
        if let Some(outline) = &mut outline {
            outline.begin(text);
        }
        json::read_object(text, |name, value| {
            #[cfg(feature = "js-inspect")]
            if let Some(outline) = &mut outline {
                outline.take(text, name, value);
            }
            claim(name, value);
        })
        .map_err(|_| Malformation::Json)?;
        #[cfg(feature = "js-inspect")]
        if let Some(outline) = outline {
            outline.end();
        }
        Ok(())
    }
}

/// Decodes a part in place of what is in `text`.
fn decode(part: &[u8], text: &mut String) -> Result<(), TokenError> {
    let mut decoded = core::mem::take(text).into_bytes();
    decoded.clear();
    base64url::decode_onto(part, &mut decoded).map_err(|_| Malformation::Base64)?;
    *text = String::from_utf8(decoded).map_err(|_| Malformation::Json)?;
    Ok(())
}
