//! The errors that a call reports to JavaScript.

use portcullis::error::TokenError;
use portcullis::token::issuer::IssuerProblem;

/// Why a call failed.
pub(crate) enum CallError {
    /// The token or the key is wrong. In JavaScript: a `TokenError`.
    Token(TokenError),
    /// A password or its hash is not usable; code and message. In JavaScript: a
    /// `PasswordError`.
    Password(&'static str, &'static str),
    /// The requirements on an issuer are wrong. In JavaScript: a `TypeError`.
    Issuer(IssuerProblem),
    /// An argument is wrong. In JavaScript: a `TypeError`.
    Argument(&'static str),
}

impl From<TokenError> for CallError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl CallError {
    /// A length from JavaScript goes beyond the end of the input.
    pub(crate) const BEYOND_INPUT: Self = Self::Argument("more input than there is");
}
