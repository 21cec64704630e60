use portcullis::error::TokenError;

/// Why a call failed.
pub(crate) enum CallError {
    /// The token or the key: a `TokenError` over there.
    Token(TokenError),
    /// A password or its hash, by code and message: a `PasswordError` over there.
    Password(&'static str, &'static str),
    /// An argument: a `TypeError` over there.
    Argument(&'static str),
}

impl From<TokenError> for CallError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl CallError {
    pub(crate) const MORE_THAN_THERE_IS: Self = Self::Argument("more input than there is");
}
