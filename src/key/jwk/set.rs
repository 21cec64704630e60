//! JWK Sets: your own sets, which may hold secrets, and the sets that issuers publish.

use zeroize::Zeroizing;

use super::read::{self, JwkRejection};
use super::{Jwk, Material, PublicJwk, SecretJwk};
use crate::encoding::json::{self, JsonValue};
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, KeySet};

/// Your own JWK Set (RFC 7517 §5), which may hold secrets. The newest key comes
/// first. Every key must be usable.
#[derive(Debug)]
pub struct SecretJwkSet {
    keys: Vec<SecretJwk>,
}

impl SecretJwkSet {
    /// The maximum length of a set's JSON in bytes.
    pub const MAX_LENGTH: usize = 0x10_0000;

    /// Reads a set from JSON. Members other than `keys` are ignored.
    ///
    /// # Errors
    /// `key_invalid` when the text is longer than
    /// [`MAX_LENGTH`](Self::MAX_LENGTH) or is not strict JSON, when there is no
    /// array `keys` or it has more than [`KeySet::MAX_KEYS`] keys, or when
    /// [`SecretJwk::from_json`] rejects a key.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        let mut keys = Vec::new();
        each(text, |key| {
            keys.push(SecretJwk(read::jwk(key)?));
            Ok(())
        })?;
        Ok(Self { keys })
    }

    /// Creates a set from keys, the newest first.
    #[must_use]
    pub fn new(keys: Vec<SecretJwk>) -> Self {
        Self { keys }
    }

    /// Inserts a new key at the front, which signs from now on. The other keys
    /// stay for verifying. Remove a key when the last token it signed has expired.
    pub fn rotate(&mut self, new: SecretJwk) {
        self.keys.insert(0, new);
    }

    /// The keys, the newest first.
    #[must_use]
    pub fn keys(&self) -> &[SecretJwk] {
        &self.keys
    }

    /// Writes the set as JSON.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let keys: Vec<_> = self.keys.iter().map(SecretJwk::to_json).collect();
        Zeroizing::new(joined(keys.iter().map(|key| key.as_str())))
    }

    /// The set to publish: the public parts in the same order. `oct` keys have no
    /// public part and are left out, so the published set can be empty.
    ///
    /// # Errors
    /// The same as [`SecretJwk::public`].
    pub fn public(&self) -> Result<PublicJwkSet, TokenError> {
        let has_public_part = |key: &&SecretJwk| !matches!(key.0.material, Material::Secret(_));
        let keys: Result<Vec<_>, _> = self
            .keys
            .iter()
            .filter(has_public_part)
            .map(SecretJwk::public)
            .collect();
        Ok(PublicJwkSet { keys: keys? })
    }
}

/// A JWK Set (RFC 7517 §5) of public keys, as an issuer publishes it.
#[derive(Debug, Clone)]
pub struct PublicJwkSet {
    keys: Vec<PublicJwk>,
}

impl PublicJwkSet {
    /// Reads an issuer's set from JSON. Members other than `keys` are ignored.
    /// Keys of an unsupported type, curve or algorithm and keys that are not for
    /// verifying are ignored, too (RFC 7517 §5): the issuer publishes them for other
    /// verifiers. An RSA key without `alg` is ignored if another key is usable.
    ///
    /// # Errors
    /// `key_invalid` when
    /// - the text is longer than [`SecretJwkSet::MAX_LENGTH`] or is not strict JSON;
    /// - there is no array `keys`, or it has more than [`KeySet::MAX_KEYS`] keys;
    /// - no key is usable;
    /// - a key of a supported type is malformed;
    /// - a key has a secret or private member.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        Self::from_json_for(text, &[])
    }

    /// Does the same as [`from_json`](Self::from_json), for tokens with these
    /// algorithms: an RSA key without `alg` verifies the RSA algorithms among them.
    /// The set then holds such a key once for each of these algorithms.
    ///
    /// # Errors
    /// The same as [`from_json`](Self::from_json).
    pub fn from_json_for(text: &str, algorithms: &[Algorithm]) -> Result<Self, TokenError> {
        let keys = usable(text, |key| read::public_jwks(key, algorithms))?;
        Ok(Self {
            keys: keys.into_iter().map(PublicJwk).collect(),
        })
    }

    /// Reads a public set of your own, such as `OPERATOR_KEYS`. Every key must be
    /// usable: no key is ignored. Members of the set other than `keys` are ignored.
    ///
    /// # Errors
    /// The same as [`SecretJwkSet::from_json`], and `key_invalid` when a key has a
    /// secret or private member.
    pub fn from_own_json(text: &str) -> Result<Self, TokenError> {
        let mut keys = Vec::new();
        each(text, |key| {
            keys.push(PublicJwk(read::public_jwk(key)?));
            Ok(())
        })?;
        Ok(Self { keys })
    }

    /// Creates a set from keys, the newest first.
    #[must_use]
    pub fn new(keys: Vec<PublicJwk>) -> Self {
        Self { keys }
    }

    /// The keys, the newest first.
    #[must_use]
    pub fn keys(&self) -> &[PublicJwk] {
        &self.keys
    }

    /// Writes the set as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.keys.iter().map(PublicJwk::to_json).collect();
        joined(keys.iter().map(String::as_str))
    }
}

/// Reads the verifying keys of one JWK or of a JWK Set, secret or public. The
/// boolean says whether the text was a set. In a set, keys are ignored as in
/// [`PublicJwkSet::from_json_for`], except `oct` keys, which are the caller's own.
pub(crate) fn read_usable(
    text: &str,
    algorithms: &[Algorithm],
) -> Result<(Vec<SecretJwk>, bool), TokenError> {
    check_length(text)?;
    let mut is_set = false;
    json::read_object(text, |name, _| is_set |= name.is("keys"))
        .map_err(|_| KeyProblem::Malformed)?;
    if is_set {
        let keys = usable(text, |key| read::jwks(key, algorithms))?;
        Ok((keys.into_iter().map(SecretJwk).collect(), true))
    } else {
        let keys = read::jwks(text, algorithms)?;
        Ok((keys.into_iter().map(SecretJwk).collect(), false))
    }
}

/// Reads the keys of a set and drops those that are not usable; see [`read_usable`].
fn usable(
    text: &str,
    read: impl Fn(&str) -> Result<Vec<Jwk>, JwkRejection>,
) -> Result<Vec<Jwk>, TokenError> {
    let is_usable = |key: &Jwk| key.uses().verify || matches!(key.material, Material::Secret(_));
    let mut keys = Vec::new();
    #[allow(unused_mut)]
    let mut problem = KeyProblem::Set;
    each(text, |key| {
        match read(key) {
            Ok(read) => keys.extend(read.into_iter().filter(is_usable)),
            Err(JwkRejection::Unsupported) => {}
            #[cfg(feature = "rsa")]
            Err(JwkRejection::AlgorithmMissing) => problem = KeyProblem::AlgorithmMissing,
            Err(wrong) => return Err(wrong),
        }
        Ok(())
    })?;
    if keys.is_empty() {
        return Err(problem.into());
    }
    Ok(keys)
}

fn check_length(text: &str) -> Result<(), KeyProblem> {
    if text.len() > SecretJwkSet::MAX_LENGTH {
        return Err(KeyProblem::Set);
    }
    Ok(())
}

/// Calls `key` with the JSON of each key of the set, until `key` returns an error.
fn each(
    text: &str,
    mut key: impl FnMut(&str) -> Result<(), JwkRejection>,
) -> Result<(), TokenError> {
    check_length(text)?;
    let mut keys = None;
    json::read_object(text, |name, value| {
        if name.is("keys") {
            keys = Some(*value);
        }
    })
    .map_err(|_| KeyProblem::Malformed)?;
    let Some(JsonValue::Array(keys)) = keys else {
        return Err(KeyProblem::Malformed.into());
    };
    let mut outcome = Ok(());
    let mut left = KeySet::MAX_KEYS;
    json::read_array(keys, |value| {
        if outcome.is_ok() {
            outcome = match (value, left.checked_sub(1)) {
                (_, None) => Err(KeyProblem::Set.into()),
                (JsonValue::Object(text), Some(rest)) => {
                    left = rest;
                    key(text)
                }
                _ => Err(KeyProblem::Malformed.into()),
            };
        }
    })
    .map_err(|_| KeyProblem::Malformed)?;
    Ok(outcome?)
}

/// The JSON of a set with these keys.
fn joined<'a>(keys: impl Iterator<Item = &'a str> + Clone) -> String {
    let capacity = keys.clone().fold(16_usize, |capacity, key| {
        capacity.saturating_add(key.len()).saturating_add(1)
    });
    let mut json = String::with_capacity(capacity);
    json.push_str("{\"keys\":[");
    for (i, key) in keys.enumerate() {
        if i > 0 {
            json.push(',');
        }
        json.push_str(key);
    }
    json.push_str("]}");
    json
}
