use core::fmt;

use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{Malformation, TokenError};

/// The JSON of a token's header and claims. The type says nothing about who
/// wrote the token: the type around this one says whether it was verified.
///
/// `Debug` does not show the JSON.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenJson {
    pub(super) header: String,
    pub(super) claims: String,
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

/// Receives each claim while a [`TokenReader`](super::TokenReader) reads a
/// token, so that a binding need not parse the claims a second time.
///
/// The claims are unverified until the call that reads the token has returned
/// without an error. `()` is the visitor that does nothing.
pub trait ClaimsVisitor {
    /// Called before the first claim. `text` is the JSON of all claims.
    fn begin(&mut self, text: &str);
    /// Called for each claim, in the order of `text`. `name` and `value` are
    /// slices of `text`.
    fn claim(&mut self, text: &str, name: &JsonString<'_>, value: &JsonValue<'_>);
    /// Called after the last claim. The JSON was well formed.
    fn end(&mut self);
    /// Called when the token is rejected, at any time.
    fn clear(&mut self);
}

impl ClaimsVisitor for () {
    fn begin(&mut self, _: &str) {}
    fn claim(&mut self, _: &str, _: &JsonString<'_>, _: &JsonValue<'_>) {}
    fn end(&mut self) {}
    fn clear(&mut self) {}
}

/// Claims that were decoded from base64url and not yet parsed.
///
/// Generic over the visitor where the call per claim counts, which is in
/// inspection. Elsewhere the visitor is `dyn`, so that the code exists once.
pub(crate) struct DecodedClaims<'r, V: ?Sized = dyn ClaimsVisitor + 'r> {
    pub(super) text: &'r str,
    pub(super) visitor: Option<&'r mut V>,
}

impl<'r> From<&'r str> for DecodedClaims<'r> {
    fn from(text: &'r str) -> Self {
        Self {
            text,
            visitor: None,
        }
    }
}

impl<'r, V: ClaimsVisitor + 'r> DecodedClaims<'r, V> {
    /// The same, without the visitor's type.
    pub(crate) fn with_dyn_visitor(self) -> DecodedClaims<'r> {
        DecodedClaims {
            text: self.text,
            visitor: match self.visitor {
                Some(visitor) => Some(visitor),
                None => None,
            },
        }
    }
}

impl<'r, V: ClaimsVisitor + ?Sized> DecodedClaims<'r, V> {
    pub(crate) fn text(&self) -> &'r str {
        self.text
    }

    /// Parses the claims' object. Calls `claim` and the visitor for each
    /// member.
    pub(crate) fn read(
        mut self,
        mut claim: impl FnMut(&JsonString<'r>, &JsonValue<'r>),
    ) -> Result<(), TokenError> {
        let text = self.text;
        if let Some(visitor) = &mut self.visitor {
            visitor.begin(text);
        }
        json::read_object(text, |name, value| {
            if let Some(visitor) = &mut self.visitor {
                visitor.claim(text, name, value);
            }
            claim(name, value);
        })
        .map_err(|_| Malformation::Json)?;
        if let Some(visitor) = self.visitor {
            visitor.end();
        }
        Ok(())
    }
}
