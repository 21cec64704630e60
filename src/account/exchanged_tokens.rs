//! The exchanged tokens of one account.

use serde::{Deserialize, Serialize};

use super::octets::Octets;

/// The tokens of the Flask application that were exchanged for a session. Each token
/// can be exchanged once.
///
/// At most 64 tokens are remembered. If there are more, the tokens with the earliest
/// time of issue are dropped. From then on, every token that is as old or older is
/// rejected.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ExchangedTokens {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<Exchanged>,
    /// A token that was issued at this time (in seconds since the epoch) or earlier is
    /// rejected: it may be an exchanged token that was dropped from `tokens`.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_until: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Exchanged {
    digest: TokenDigest,
    /// In seconds since the epoch, like `expires_at`.
    issued_at: i64,
    expires_at: i64,
}

/// The first 128 bits of a token's SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenDigest(Octets<16>);

impl TokenDigest {
    /// The digest of a token in compact form.
    #[must_use]
    pub fn new(token: &str) -> Self {
        use sha2::{Digest as _, Sha256};
        Self(Octets::first_of(Sha256::digest(token)))
    }
}

/// The token was exchanged before, or it is so old that it may have been exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AlreadyExchanged;

/// The maximum number of tokens that are remembered.
const MOST: usize = 64;

impl ExchangedTokens {
    /// Records an exchange. The times are in seconds since the epoch.
    pub(super) fn exchange(
        &mut self,
        digest: TokenDigest,
        issued_at: i64,
        expires_at: i64,
        now: i64,
    ) -> Result<(), AlreadyExchanged> {
        self.drop_expired(now);
        let is_known = self.tokens.iter().any(|token| token.digest == digest);
        if is_known || self.refused_until.is_some_and(|until| issued_at <= until) {
            return Err(AlreadyExchanged);
        }
        self.tokens.push(Exchanged {
            digest,
            issued_at,
            expires_at,
        });
        if self.tokens.len() > MOST {
            let oldest = self.tokens.iter().map(|token| token.issued_at).min();
            self.refused_until = self.refused_until.max(oldest);
            self.tokens.retain(|token| Some(token.issued_at) > oldest);
        }
        Ok(())
    }

    /// Drops tokens that expired more than a day ago. If the clock was ahead and is set
    /// back, a token that had expired is valid again, so it is remembered for a day.
    pub(super) fn drop_expired(&mut self, now: i64) {
        const KEPT_FOR: i64 = 24 * 3600;
        let is_kept = |token: &Exchanged| token.expires_at.saturating_add(KEPT_FOR) > now;
        self.tokens.retain(is_kept);
    }
}
