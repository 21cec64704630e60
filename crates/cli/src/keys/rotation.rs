//! The changes that a rotation makes to a set.

use core::time::Duration;

use super::dated_key::{DatedKey, DatedKeys, State};
use portcullis::error::TokenError;
use portcullis::time::UnixTime;

/// A replaced key is kept for the lifetime of its tokens and this time: the Worker gets the new set
/// later than the rotation, and clocks differ.
pub(super) const GRACE: Duration = Duration::from_secs(3600);

/// The time for which verifiers may cache a JWK Set, from the `Cache-Control` of
/// `/.well-known/jwks.json`.
pub(super) const CACHED: Duration = Duration::from_secs(300);

/// The result of a rotation.
pub(super) struct Rotated {
    pub(super) keys: DatedKeys,
    /// The keys that were removed.
    pub(super) dropped: Vec<DatedKey>,
}

/// The kinds of rotation.
pub(super) enum Rotation {
    /// This key signs from now on. An announced key of the set is moved to the front.
    Sign(DatedKey),
    /// This key is published before it signs.
    Announce(DatedKey),
}

impl Rotation {
    /// Applies the rotation at `now`. `lifetime` is the lifetime of the Worker's access tokens.
    ///
    /// # Errors
    /// A key cannot be read again with its new dates. This does not happen with keys of
    /// [`DatedKeys::read`].
    pub(super) fn apply(
        self,
        keys: DatedKeys,
        now: UnixTime,
        lifetime: Duration,
    ) -> Result<Rotated, TokenError> {
        let last_token = now.saturating_add(lifetime).saturating_add(GRACE);
        let states: Vec<_> = keys.with_states(now).map(|(_, state)| state).collect();
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        let replaces = matches!(self, Self::Sign(_));
        for (key, state) in keys.0.into_iter().zip(states) {
            match state {
                State::Over { .. } => dropped.push(key),
                State::Signs if replaces => kept.push(key.with_dates(Some(last_token), None)?),
                // The set does not record when this key was replaced, so its time starts now.
                State::Verifies { until: None } => {
                    kept.push(key.with_dates(Some(last_token), None)?);
                }
                State::Announced { .. } if replaces => {}
                _ => kept.push(key),
            }
        }
        match self {
            Self::Sign(key) => kept.insert(0, key.with_dates(None, None)?),
            Self::Announce(key) => {
                kept.push(key.with_dates(None, Some(now.saturating_add(CACHED)))?);
            }
        }
        Ok(Rotated {
            keys: DatedKeys(kept),
            dropped,
        })
    }
}
