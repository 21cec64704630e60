//! The reasons why a request is not accepted as an operator's.

use core::fmt;

use crate::error::TokenError;

/// The reason why a request is not accepted as an operator's. This is for the log: the
/// client receives `operator_refused` for every reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperatorError {
    /// The token is malformed, is not signed by a key of `OPERATOR_KEYS`, does not
    /// have the `typ` of an operator's token, or has an invalid registered claim.
    Token(TokenError),
    /// A claim is missing or has the wrong type.
    Claims,
    /// The request's URL cannot be the URL of a signed request.
    UrlNotUsable,
    /// `aud` is not the origin of the request's URL.
    Audience,
    /// `htm` is not the request's method.
    Method,
    /// `htu` is not the request's URL without query and fragment.
    Url,
    /// `body_sha256` is not the hash of the request's body.
    Body,
    /// `jti` is not 1 to 64 characters of base64url.
    TokenId,
    /// `exp` is not after `iat`, or more than 60 seconds after it.
    Lifetime,
    /// `iat` is more than 60 seconds ahead of the clock.
    InFuture,
    /// The token has expired.
    Expired,
    /// The `jti` was used before with this key. Only the caller can detect this.
    Replayed,
}

impl OperatorError {
    /// The stable code for the log. For a [`Token`](Self::Token), the code of its
    /// [`TokenError`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::Claims => "operator_claims_invalid",
            Self::UrlNotUsable => "operator_request_url_unusable",
            Self::Audience => "operator_audience_mismatch",
            Self::Method => "operator_method_mismatch",
            Self::Url => "operator_url_mismatch",
            Self::Body => "operator_body_mismatch",
            Self::TokenId => "operator_jti_malformed",
            Self::Lifetime => "operator_lifetime_too_long",
            Self::InFuture => "operator_issued_in_future",
            Self::Expired => "operator_expired",
            Self::Replayed => "operator_replayed",
        }
    }
}

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(error) => return error.fmt(f),
            Self::Claims => {
                "a claim is missing or has the wrong type; a request has aud, iat, exp, jti, htm, htu and body_sha256"
            }
            Self::UrlNotUsable => "the request's URL is not an absolute http or https URL",
            Self::Audience => "aud is not the origin of the request's URL",
            Self::Method => "htm is not the request's method",
            Self::Url => "htu is not the request's URL without query and fragment",
            Self::Body => "body_sha256 is not the SHA-256 of the request's body in base64url",
            Self::TokenId => "jti is not 1 to 64 characters of base64url",
            Self::Lifetime => "exp must be after iat, by at most 60 seconds",
            Self::InFuture => "iat is in the future; set the signer's clock",
            Self::Expired => "the request has expired; set the signer's clock, or sign it again",
            Self::Replayed => "the jti was used before; sign each request with a new one",
        })
    }
}

impl core::error::Error for OperatorError {}

impl From<TokenError> for OperatorError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}
