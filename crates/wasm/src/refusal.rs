use super::memory::{Memory, fact};
use portcullis::error::TokenError;

/// Why a call failed.
pub(crate) enum Refusal {
    /// The token or the key: a `TokenError` over there.
    Token(TokenError),
    /// A password or its hash, by code and message: a `PasswordError` over there.
    Password(&'static str, &'static str),
    /// An argument: a `TypeError` over there.
    Argument(&'static str),
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl Refusal {
    pub(crate) const MORE_THAN_THERE_IS: Self = Self::Argument("more input than there is");

    /// Writes the code, the claim's name and the message into the text, one
    /// behind the other, and what belongs to them into the facts.
    #[allow(clippy::cast_precision_loss)] // lengths have 32 bits here
    pub(crate) fn publish(&self, memory: &mut Memory) {
        let mut claim = None;
        let mut expired_at = None;
        let mut begins_at = None;
        let (code, message) = match self {
            Self::Argument(message) => ("", [*message, "", "", ""]),
            Self::Password(code, message) => (*code, [*message, "", "", ""]),
            Self::Token(error) => {
                match error {
                    TokenError::Expired { expired_at: at } => expired_at = Some(*at),
                    TokenError::NotYetValid { not_before } => begins_at = Some(*not_before),
                    TokenError::ClaimInvalid { claim: name, .. } => claim = Some(name.as_str()),
                    _ => {}
                }
                (error.code(), error.message())
            }
        };
        memory.text.clear();
        memory.text.push_str(code);
        memory.text.push_str(claim.unwrap_or_default());
        for part in message {
            memory.text.push_str(part);
        }
        memory.publish_text();
        memory.set(fact::CODE_LENGTH, code.len() as f64);
        let claim_length = claim.map_or(f64::NAN, |claim| claim.len() as f64);
        memory.set(fact::CLAIM_LENGTH, claim_length);
        memory.set(fact::EXPIRED_AT, super::date(expired_at));
        memory.set(fact::BEGINS_AT, super::date(begins_at));
    }
}
