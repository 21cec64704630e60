//! The changes that a rotation makes to a set.

use core::time::Duration;

use super::held::{HeldKey, HeldKeys, State};
use portcullis::error::TokenError;
use portcullis::time::UnixTime;

/// How much longer than the lifetime of its tokens a replaced key is kept. This covers the time
/// until the Worker has the new set, and different clocks.
pub(super) const GRACE: Duration = Duration::from_secs(3600);

/// How long verifiers may cache a JWK Set, by the `Cache-Control` of `/.well-known/jwks.json`.
pub(super) const CACHED: Duration = Duration::from_secs(300);

/// The result of a rotation.
pub(super) struct Rotated {
    pub(super) keys: HeldKeys,
    /// The keys that were removed.
    pub(super) dropped: Vec<HeldKey>,
}

/// The kinds of rotation.
pub(super) enum Rotation {
    /// This key signs from now on. If it was announced, it moves from its old place in the set to
    /// the front.
    Sign(HeldKey),
    /// This key is published before it signs.
    Announce(HeldKey),
}

impl Rotation {
    /// Applies the rotation at `now`. A token lasts `lifetime`.
    ///
    /// # Errors
    /// A set of usable keys causes no error.
    pub(super) fn apply(
        self,
        keys: HeldKeys,
        now: UnixTime,
        lifetime: Duration,
    ) -> Result<Rotated, TokenError> {
        let last_token = now.saturating_add(lifetime).saturating_add(GRACE);
        let states: Vec<_> = keys.with_states(now).map(|(_, state)| state).collect();
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        let displaces = matches!(self, Self::Sign(_));
        for (key, state) in keys.0.into_iter().zip(states) {
            match state {
                State::Over { .. } => dropped.push(key),
                State::Signs if displaces => kept.push(key.with_dates(Some(last_token), None)?),
                // The replacement of this key was not recorded, so its time is counted from now.
                State::Verifies { until: None } => {
                    kept.push(key.with_dates(Some(last_token), None)?);
                }
                State::Announced { .. } if displaces => {}
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
            keys: HeldKeys(kept),
            dropped,
        })
    }
}
