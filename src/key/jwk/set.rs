use zeroize::Zeroizing;

use super::read::{self, JwkRejection};
use super::{Jwk, Material, PublicJwk, SecretJwk};
use crate::encoding::json::{self, JsonValue};
use crate::error::{KeyProblem, TokenError};
use crate::key::KeySet;

/// A JWK Set (RFC 7517 §5) of keys that are handled as secrets, the newest
/// first. It is one's own: each key must be usable.
#[derive(Debug)]
pub struct SecretJwkSet {
    keys: Vec<SecretJwk>,
}

impl SecretJwkSet {
    /// The longest text in bytes of which a set is read.
    pub const MAX_LENGTH: usize = 0x10_0000;

    /// Reads one from JSON. Members other than `keys` are disregarded.
    ///
    /// # Errors
    /// `key_invalid` when it is longer than [`MAX_LENGTH`](Self::MAX_LENGTH),
    /// is not strict JSON, has no array `keys` or more of them than
    /// [`KeySet::MAX_KEYS`], or [`SecretJwk::from_json`] refuses one.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        let mut keys = Vec::new();
        each(text, |key| {
            keys.push(SecretJwk(read::jwk(key)?));
            Ok(())
        })?;
        Ok(Self { keys })
    }

    /// Of keys, the newest first.
    #[must_use]
    pub fn new(keys: Vec<SecretJwk>) -> Self {
        Self { keys }
    }

    /// Puts a new key in front, which signs from now on; the others go on
    /// verifying what they signed. Take out those whose last token is over.
    pub fn rotate(&mut self, new: SecretJwk) {
        self.keys.insert(0, new);
    }

    /// The keys, in order.
    #[must_use]
    pub fn keys(&self) -> &[SecretJwk] {
        &self.keys
    }

    /// The set as JSON.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let keys: Vec<_> = self.keys.iter().map(SecretJwk::to_json).collect();
        Zeroizing::new(joined(keys.iter().map(|key| key.as_str())))
    }

    /// The set to publish: the public parts in order, without the `oct` keys,
    /// which have none; so it can be empty.
    ///
    /// # Errors
    /// As [`SecretJwk::public`].
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

/// A JWK Set (RFC 7517 §5) that can be shown to everyone, as an issuer
/// publishes it.
#[derive(Debug, Clone)]
pub struct PublicJwkSet {
    keys: Vec<PublicJwk>,
}

impl PublicJwkSet {
    /// Reads an issuer's set from JSON. Members other than `keys` are
    /// disregarded, and so are keys whose type, curve or algorithm is not
    /// supported and keys that are not meant to verify (RFC 7517 §5): an issuer
    /// has them for others.
    ///
    /// # Errors
    /// `key_invalid` when it is longer than [`SecretJwkSet::MAX_LENGTH`], is not
    /// strict JSON, has no array `keys` or more of them than
    /// [`KeySet::MAX_KEYS`], when no key of it is usable, when one is not well
    /// formed, and when one has a secret or private member.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        let keys = usable(text, read::public_jwk)?;
        Ok(Self {
            keys: keys.into_iter().map(PublicJwk).collect(),
        })
    }

    /// Reads a set of one's own, in which every key must be usable: no key is
    /// ignored. Members other than `keys` are.
    ///
    /// # Errors
    /// As [`SecretJwkSet::from_json`]; and `key_invalid` when a key has a secret
    /// or private member.
    pub fn from_own_json(text: &str) -> Result<Self, TokenError> {
        let mut keys = Vec::new();
        each(text, |key| {
            keys.push(PublicJwk(read::public_jwk(key)?));
            Ok(())
        })?;
        Ok(Self { keys })
    }

    /// Of keys, the newest first.
    #[must_use]
    pub fn new(keys: Vec<PublicJwk>) -> Self {
        Self { keys }
    }

    /// The keys, in order.
    #[must_use]
    pub fn keys(&self) -> &[PublicJwk] {
        &self.keys
    }

    /// The set as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.keys.iter().map(PublicJwk::to_json).collect();
        joined(keys.iter().map(String::as_str))
    }
}

/// The keys to verify with of one JWK or of a JWK Set, secret or public, and
/// whether it was a set. Of a set, keys are passed over as in
/// [`PublicJwkSet::from_json`]; an `oct` key is not, for it is the caller's.
pub(crate) fn read_usable(text: &str) -> Result<(Vec<SecretJwk>, bool), TokenError> {
    check_length(text)?;
    let mut is_set = false;
    json::read_object(text, |name, _| is_set |= name.is("keys"))
        .map_err(|_| KeyProblem::Malformed)?;
    if is_set {
        let keys = usable(text, read::jwk)?;
        Ok((keys.into_iter().map(SecretJwk).collect(), true))
    } else {
        Ok((vec![SecretJwk::from_json(text)?], false))
    }
}

fn usable(text: &str, read: fn(&str) -> Result<Jwk, JwkRejection>) -> Result<Vec<Jwk>, TokenError> {
    let mut keys = Vec::new();
    each(text, |key| {
        match read(key) {
            Ok(key) if key.uses().verify || matches!(key.material, Material::Secret(_)) => {
                keys.push(key);
            }
            Ok(_) | Err(JwkRejection::Foreign) => {}
            Err(wrong) => return Err(wrong),
        }
        Ok(())
    })?;
    if keys.is_empty() {
        return Err(KeyProblem::Set.into());
    }
    Ok(keys)
}

fn check_length(text: &str) -> Result<(), KeyProblem> {
    if text.len() > SecretJwkSet::MAX_LENGTH {
        return Err(KeyProblem::Set);
    }
    Ok(())
}

/// Calls `key` with the JSON of each key, up to its first refusal.
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

fn joined<'a>(keys: impl Iterator<Item = &'a str> + Clone) -> String {
    let room = keys.clone().fold(16_usize, |room, key| {
        room.saturating_add(key.len()).saturating_add(1)
    });
    let mut json = String::with_capacity(room);
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
