//! A token's JSON after base64url decoding, and the visitor for its claims.

use core::fmt;

use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{Malformation, TokenError};

/// The JSON of a token's header and claims. The JSON may come from a verified or from
/// an unverified token: [`VerifiedToken`](super::VerifiedToken) and
/// [`UnverifiedToken`](super::UnverifiedToken), which contain this type, say which.
///
/// `Debug` does not show the JSON.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenJson {
    pub(super) header: String,
    pub(super) claims: String,
}

impl TokenJson {
    /// The header's JSON object, byte for byte as in the token.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The claims' JSON object, byte for byte as in the token.
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
/// token, so that a binding does not parse the claims a second time.
///
/// The claims are unverified until the call that reads the token has returned
/// without an error. The visitor `()` does nothing.
pub trait ClaimsVisitor {
    /// Called before the first claim. `text` is the JSON of all claims.
    fn begin(&mut self, text: &str);
    /// Called for each claim, in the order of `text`. `name` and `value` are
    /// slices of `text`.
    fn claim(&mut self, text: &str, name: &JsonString<'_>, value: &JsonValue<'_>);
    /// Called after the last claim. The JSON was well formed.
    fn end(&mut self);
    /// Called when the token is rejected. Some or all of the other methods may have
    /// been called before.
    fn clear(&mut self);
}

impl ClaimsVisitor for () {
    fn begin(&mut self, _: &str) {}
    fn claim(&mut self, _: &str, _: &JsonString<'_>, _: &JsonValue<'_>) {}
    fn end(&mut self) {}
    fn clear(&mut self) {}
}

/// Claims that are decoded from base64url but not yet parsed.
///
/// The visitor's type is a parameter only for inspection, where a dynamic call for
/// each claim would be noticeably slower. Elsewhere the visitor is `dyn`, so that the
/// code is compiled only once.
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
    /// The same claims with a `dyn` visitor.
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

    /// Parses the claims' JSON object and passes each member to `claim` and to
    /// the visitor.
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
