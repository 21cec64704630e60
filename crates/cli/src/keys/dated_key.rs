//! The keys of a JWK Set with the dates that a rotation needs.
//!
//! Two members of a JWK have the dates, as in OpenID Federation 1.0 §8.7: at `exp` the last token of
//! the key has expired, and from `nbf` on the key may sign. The Worker ignores both members and
//! publishes neither of them. A key keeps its original text, so that a rotation does not lose
//! members.

use zeroize::Zeroizing;

use portcullis::account::AccessKeys;
use portcullis::encoding::json::{self, JsonString, JsonValue};
use portcullis::error::{KeyProblem, TokenError};
use portcullis::key::{SecretJwk, SecretJwkSet};
use portcullis::time::{Round, UnixTime};

/// The state of a key in its set at a given time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum State {
    /// The key is the first: it signs and verifies.
    Signs,
    /// The key no longer signs. It verifies its old tokens until this time; `None` if the set does not
    /// record when the key was replaced.
    Verifies { until: Option<UnixTime> },
    /// The last token of the key has expired.
    Over { since: UnixTime },
    /// The key is only published, so that verifiers know it before it signs. It may sign from this
    /// time on.
    Announced { from: UnixTime },
}

/// A private key with its dates.
pub(super) struct DatedKey {
    text: Zeroizing<String>,
    jwk: SecretJwk,
    public_use: Option<String>,
    ends_at: Option<UnixTime>,
    signs_from: Option<UnixTime>,
}

impl DatedKey {
    pub(super) fn read(text: &str) -> Result<Self, TokenError> {
        let mut key = Self {
            text: Zeroizing::new(text.into()),
            jwk: SecretJwk::from_json(text)?,
            public_use: None,
            ends_at: None,
            signs_from: None,
        };
        let mut dates = [Ok(None), Ok(None)];
        let [ends_at, signs_from] = &mut dates;
        json::read_object(text, |name, value| {
            if name.is("exp") {
                *ends_at = date(value).map(Some);
            } else if name.is("nbf") {
                *signs_from = date(value).map(Some);
            } else if let (true, JsonValue::String(value)) = (name.is("use"), value) {
                key.public_use = Some(value.decode().into_owned());
            }
        })
        .map_err(|_| KeyProblem::Malformed)?;
        let [ends_at, signs_from] = dates;
        key.ends_at = ends_at?;
        key.signs_from = signs_from?;
        Ok(key)
    }

    /// The same key with only these dates.
    pub(super) fn with_dates(
        &self,
        ends_at: Option<UnixTime>,
        signs_from: Option<UnixTime>,
    ) -> Result<Self, TokenError> {
        // Reserve enough room: a text that grows is moved, and leaves a copy of the secret in memory.
        let room = self.text.len().saturating_add(128);
        let mut text = Zeroizing::new(String::with_capacity(room));
        json::read_object(&self.text, |name, value| {
            if !name.is("exp") && !name.is("nbf") {
                push_name(&mut text, name);
                push_value(&mut text, value);
            }
        })
        .map_err(|_| KeyProblem::Malformed)?;
        for (name, date) in [("exp", ends_at), ("nbf", signs_from)] {
            if let Some(date) = date {
                text.push_str(&format!(",\"{name}\":{}", date.seconds()));
            }
        }
        text.push('}');
        Self::read(&text)
    }

    pub(super) fn jwk(&self) -> &SecretJwk {
        &self.jwk
    }

    /// The key's `kid`; empty if it has none.
    pub(super) fn id(&self) -> &str {
        self.jwk.id().map_or("", |id| id.as_str())
    }

    /// The member `use`, unchanged.
    pub(super) fn public_use(&self) -> Option<&str> {
        self.public_use.as_deref()
    }

    /// The key's thumbprint; `None` for a symmetric key, whose thumbprint is a hash of the secret.
    pub(super) fn thumbprint(&self) -> Option<String> {
        let is_secret = self.jwk.algorithm().least_secret_length().is_some();
        (!is_secret).then(|| self.jwk.thumbprint())
    }

    /// The state of the key if it is not the first of its set.
    fn state_if_not_first(&self, now: UnixTime) -> State {
        match (self.ends_at, self.signs_from) {
            (Some(since), _) if since <= now => State::Over { since },
            (None, Some(from)) => State::Announced { from },
            (until, _) => State::Verifies { until },
        }
    }
}

/// The keys of a set, in order.
pub(super) struct DatedKeys(pub(super) Vec<DatedKey>);

impl DatedKeys {
    /// Reads a JWK Set as the Worker does.
    ///
    /// # Errors
    /// The errors of [`SecretJwkSet::from_json`], and `key_invalid` if `exp` or `nbf` of a key is
    /// not a date.
    pub(super) fn read(text: &str) -> Result<Self, TokenError> {
        SecretJwkSet::from_json(text)?;
        let mut keys = Vec::new();
        let mut each = |value: &JsonValue<'_>| {
            if let JsonValue::Object(text) = value {
                keys.push(DatedKey::read(text));
            }
        };
        let mut sound = Ok(());
        json::read_object(text, |name, value| {
            if let (true, JsonValue::Array(list)) = (name.is("keys"), value) {
                sound = json::read_array(list, |value| each(value));
            }
        })
        .and(sound)
        .map_err(|_| KeyProblem::Malformed)?;
        Ok(Self(keys.into_iter().collect::<Result<_, _>>()?))
    }

    /// The keys, each with its state.
    pub(super) fn with_states(&self, now: UnixTime) -> impl Iterator<Item = (&DatedKey, State)> {
        self.0.iter().enumerate().map(move |(i, key)| match i {
            0 => (key, State::Signs),
            _ => (key, key.state_if_not_first(now)),
        })
    }

    /// The set as one line.
    ///
    /// # Errors
    /// `key_invalid` if the Worker would reject the set for `SIGNING_KEYS`.
    pub(super) fn to_line(&self) -> Result<Zeroizing<String>, TokenError> {
        let room = self.0.iter().fold(32_usize, |room, key| {
            room.saturating_add(key.text.len()).saturating_add(1)
        });
        let mut line = Zeroizing::new(String::with_capacity(room));
        line.push_str("{\"keys\":[");
        for (i, key) in self.0.iter().enumerate() {
            if i > 0 {
                line.push(',');
            }
            line.push_str(&key.text);
        }
        line.push_str("]}\n");
        AccessKeys::from_jwk_set(&SecretJwkSet::from_json(&line)?)?;
        Ok(line)
    }

    /// The set as the Worker publishes it.
    ///
    /// # Errors
    /// The errors of [`SecretJwkSet::public`].
    pub(super) fn public_json(self) -> Result<String, TokenError> {
        let keys = self.0.into_iter().map(|key| key.jwk).collect();
        Ok(SecretJwkSet::new(keys).public()?.to_json())
    }
}

fn date(value: &JsonValue<'_>) -> Result<UnixTime, TokenError> {
    match value {
        JsonValue::Number(text) => UnixTime::from_json_number(text, Round::Up),
        _ => None,
    }
    .ok_or_else(|| KeyProblem::Malformed.into())
}

fn push_name(out: &mut String, name: &JsonString<'_>) {
    out.push(if out.is_empty() { '{' } else { ',' });
    push_string(out, name);
    out.push(':');
}

fn push_value(out: &mut String, value: &JsonValue<'_>) {
    match value {
        JsonValue::String(text) => push_string(out, text),
        JsonValue::Number(text) | JsonValue::Array(text) | JsonValue::Object(text) => {
            out.push_str(text);
        }
        JsonValue::Bool(true) => out.push_str("true"),
        JsonValue::Bool(false) => out.push_str("false"),
        JsonValue::Null => out.push_str("null"),
    }
}

/// Appends a string unchanged, without a copy that would have to be wiped.
fn push_string(out: &mut String, text: &JsonString<'_>) {
    out.push('"');
    out.push_str(core::str::from_utf8(text.raw()).unwrap_or_default());
    out.push('"');
}
