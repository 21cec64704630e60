//! Verifying a token's signature and claims.

use serde::de::DeserializeOwned;

use super::Policy;
use super::claims::RegisteredClaims;
use super::compact::{Compact, SignatureBuffer};
use super::decoded::{ClaimsVisitor, TokenJson};
use super::reader::TokenReader;
use crate::error::{ClaimProblem, TokenError};
use crate::key::{KeySet, VerifyingKey};
use crate::time::UnixTime;

/// Verifies tokens with fixed keys and a fixed policy.
///
/// The order of the checks is fixed: length, three parts, the header's form,
/// algorithm, key and signature; then the claims; the expiry last.
///
/// ```
/// use portcullis::error::TokenError;
/// use portcullis::key::{Algorithm, SecretKey};
/// use portcullis::time::UnixTime;
/// use portcullis::token::{Policy, SignOptions, Signer, Verifier};
///
/// # fn main() -> Result<(), TokenError> {
/// let key = || SecretKey::new(Algorithm::Hs256, &[7; 32]); // use random bytes
/// let now = UnixTime::from_seconds(1_700_000_000).unwrap();
/// let signer = Signer::new(key()?, SignOptions::default())?;
/// let token = signer.sign_json(r#"{"sub":"1","exp":1700000600}"#, now, [0; 16])?;
///
/// let verifier = Verifier::with_key(key()?, Policy::default())?;
/// let verified = verifier.verify(&token, now)?;
/// assert!(verified.json().claims().starts_with(r#"{"sub":"1""#));
///
/// let end = UnixTime::from_seconds(1_700_000_600).unwrap();
/// assert_eq!(
///     verifier.verify(&token, end),
///     Err(TokenError::Expired { expired_at: end })
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Verifier {
    keys: KeySet,
    policy: Policy,
}

impl Verifier {
    /// Creates a verifier from a set of keys.
    #[must_use]
    pub fn new(keys: KeySet, policy: Policy) -> Self {
        Self { keys, policy }
    }

    /// Creates a verifier from one key. If the key has no `kid`, it is used for
    /// every token of its algorithm, whether the token has a `kid` or not.
    ///
    /// # Errors
    /// `key_invalid` when the key's uses do not include verifying.
    pub fn with_key(key: impl Into<VerifyingKey>, policy: Policy) -> Result<Self, TokenError> {
        Ok(Self::new(KeySet::of_one(key)?, policy))
    }

    /// Verifies a token at the time `now`.
    ///
    /// # Errors
    /// Any [`TokenError`] except `key_invalid`. If the signature is wrong, the
    /// error is `token_signature_invalid`, whatever the claims are. The error is
    /// `token_expired` only if every other check passed.
    pub fn verify(&self, token: &str, now: UnixTime) -> Result<VerifiedToken, TokenError> {
        let mut reader = TokenReader::new();
        self.verify_into(token.as_bytes(), now, &mut reader)?;
        Ok(VerifiedToken {
            json: reader.into_json(),
        })
    }

    /// Does the same as [`verify`](Self::verify), but leaves the verified JSON in a
    /// reusable reader. Use it to verify many tokens.
    ///
    /// # Errors
    /// The same as [`verify`](Self::verify). The reader is empty after an error.
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

    /// Runs all checks. If only the expiry failed, returns the expiry as a value
    /// beside the token. The caller runs its own checks first and rejects the expired
    /// token last, because `token_expired` means that every other check passed.
    pub(crate) fn verify_returning_expiry(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<(VerifiedToken, Option<UnixTime>), TokenError> {
        let mut reader = TokenReader::new();
        let expired_at = self.check(token.as_bytes(), now, &mut reader)?;
        let json = reader.into_json();
        Ok((VerifiedToken { json }, expired_at))
    }

    /// Runs all checks. Returns the time at which the token expired, or `None` if the
    /// token has not expired. Any other failed check is an error.
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
            .filter(|algorithm| algorithm.is_built_in() && self.policy.allows(*algorithm))
            .ok_or(TokenError::AlgorithmNotAllowed)?;
        let key = self.keys.select(algorithm, header.key_id.as_deref())?;
        let mut buffer = SignatureBuffer::EMPTY;
        key.verify(token.signing_input, token.decode_signature(&mut buffer)?)?;
        let claims = RegisteredClaims::read(claims.decode(&token)?.with_dyn_visitor())?;
        self.policy.check(header, &claims, now)
    }
}

/// A token whose signature is valid and whose claims satisfy the policy. It had not
/// expired when [`Verifier::verify`] returned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    json: TokenJson,
}

impl VerifiedToken {
    pub(super) fn new(json: TokenJson) -> Self {
        Self { json }
    }

    /// The header and the claims as JSON.
    #[must_use]
    pub fn json(&self) -> &TokenJson {
        &self.json
    }

    /// Deserializes the claims.
    ///
    /// # Errors
    /// `token_claim_invalid` when the claims do not fit the type `T`.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        serde_json::from_str(self.json.claims())
            .map_err(|_| TokenError::claim("", ClaimProblem::Malformed))
    }
}
