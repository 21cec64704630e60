//! What a rotation does to a set.

use core::time::Duration;

use super::held::{HeldKey, HeldKeys, State};
use portcullis::error::TokenError;
use portcullis::time::UnixTime;

/// From the rotation until the Worker has the new set, and by how much clocks
/// may differ: so much longer than its tokens last a displaced key is kept.
pub(super) const GRACE: Duration = Duration::from_secs(3600);

/// For how long verifiers may keep a JWK Set, by the `Cache-Control` that
/// `/.well-known/jwks.json` is answered with.
pub(super) const CACHED: Duration = Duration::from_secs(300);

/// What came of a rotation.
pub(super) struct Rotated {
    pub(super) keys: HeldKeys,
    /// Those that were taken out.
    pub(super) dropped: Vec<HeldKey>,
}

/// What is to be done.
pub(super) enum Rotation {
    /// This key signs from now on. One that was announced is in the set, and
    /// leaves its old place.
    Sign(HeldKey),
    /// This key is to be known before it signs.
    Announce(HeldKey),
}

impl Rotation {
    /// Does it at `now`; a token lasts `lifetime`.
    ///
    /// # Errors
    /// None that a set of usable keys leads to.
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
                // That it was displaced is seen now for the first time.
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
