use serde::de::DeserializeOwned;

use super::Policy;
use super::claims::RegisteredClaims;
use super::compact::Compact;
use super::decoded::{ClaimsVisitor, TokenJson};
use super::reader::TokenReader;
use crate::error::{ClaimProblem, TokenError};
use crate::key::{KeySet, VerifyingKey};
use crate::time::UnixTime;

/// Keys and a policy, read once and used for many tokens.
///
/// The order of the checks is fixed: length, three parts, the header's form,
/// algorithm, key, signature; only then the claims, and the expiry last.
#[derive(Debug)]
pub struct Verifier {
    keys: KeySet,
    policy: Policy,
}

impl Verifier {
    /// From a set of keys.
    #[must_use]
    pub fn new(keys: KeySet, policy: Policy) -> Self {
        Self { keys, policy }
    }

    /// From one key. If it has no name, it is meant whatever a token's `kid`
    /// says.
    ///
    /// # Errors
    /// `key_invalid` when it is not meant to verify.
    pub fn with_key(key: impl Into<VerifyingKey>, policy: Policy) -> Result<Self, TokenError> {
        Ok(Self::new(KeySet::of_one(key)?, policy))
    }

    /// Verifies a token at the time `now`.
    ///
    /// # Errors
    /// Any [`TokenError`] but `key_invalid`. A token with a wrong signature is
    /// `token_signature_invalid` whatever its claims are, and one with a right
    /// one is `token_expired` only when nothing else is wrong with it.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedToken, TokenError> {
        let mut reader = TokenReader::new();
        self.verify_into(token.as_bytes(), now, &mut reader)?;
        Ok(VerifiedToken {
            json: reader.into_json(),
        })
    }

    /// As [`verify`](Self::verify), into a reader that is used again.
    ///
    /// # Errors
    /// As [`verify`](Self::verify); the reader is then empty.
    pub fn verify_into<V: ClaimsVisitor>(
        &self,
        token: &[u8],
        now: UnixTime,
        reader: &mut TokenReader<V>,
    ) -> Result<(), TokenError> {
        let outcome = match self.check(token, now, reader) {
            Ok(None) => Ok(()),
            Ok(Some(expired_at)) => Err(TokenError::Expired { expired_at }),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            reader.clear();
        }
        outcome
    }

    /// For a caller with checks of its own, which go before the expiry: all
    /// but the expiry is verified, and it says when the token ended if it did.
    pub(crate) fn verify_but_expiry(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<(VerifiedToken, Option<UnixTime>), TokenError> {
        let mut reader = TokenReader::new();
        let expired_at = self.check(token.as_bytes(), now, &mut reader)?;
        let json = reader.into_json();
        Ok((VerifiedToken { json }, expired_at))
    }

    /// When the token ended, if that is all that is wrong with it.
    fn check<V: ClaimsVisitor>(
        &self,
        token: &[u8],
        now: UnixTime,
        reader: &mut TokenReader<V>,
    ) -> Result<Option<UnixTime>, TokenError> {
        let token = Compact::split(token, self.policy.max_token_length)?;
        let (header, claims) = reader.open(&token)?;
        let algorithm = header
            .algorithm
            .filter(|algorithm| self.policy.allows(*algorithm))
            .ok_or(TokenError::AlgorithmNotAllowed)?;
        let key = self.keys.select(algorithm, header.key_id.as_deref())?;
        let mut buffer = Compact::SIGNATURE_BUFFER;
        key.verify(token.signing_input, token.decode_signature(&mut buffer)?)?;
        let claims = RegisteredClaims::read(claims.decode(&token)?.with_dyn_visitor())?;
        self.policy.check(header, &claims, now)
    }
}

/// A token whose signature was right and whose claims the policy allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    json: TokenJson,
}

impl VerifiedToken {
    /// The header and the claims as JSON.
    #[must_use]
    pub fn json(&self) -> &TokenJson {
        &self.json
    }

    /// The claims as a type of the caller's.
    ///
    /// # Errors
    /// `token_claim_invalid` when they do not fit the type.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        serde_json::from_str(self.json.claims())
            .map_err(|_| TokenError::claim("", ClaimProblem::Malformed))
    }
}
