//! The setting `IDENTITY_SECRET`.

use super::values::{Settings, Wrong};
use crate::account::IdentityKeys;

/// The minimum length of the secret in bytes.
const LEAST: usize = 32;

/// Reads `IDENTITY_SECRET` and derives the identity keys from it.
///
/// If `IDENTITY_SECRET` is not set, the keys are derived from `SECRET_KEY`. If
/// `SECRET_KEY` is not set either, they are derived from the text of `SIGNING_KEYS`.
/// Then each rotation of the signing keys changes the identity keys.
pub(super) fn read(settings: &Settings) -> Result<IdentityKeys, Wrong> {
    if let Some(secret) = settings.text("IDENTITY_SECRET")? {
        return if secret.len() < LEAST {
            let problem = "is too short: make one of at least 32 bytes";
            Err(Wrong::new("IDENTITY_SECRET", problem))
        } else {
            Ok(IdentityKeys::from_secret(secret.as_bytes()))
        };
    }
    let key = match settings.text("SECRET_KEY")? {
        Some(secret) => secret,
        None => settings
            .text("SIGNING_KEYS")?
            .ok_or_else(|| Wrong::new("SECRET_KEY", "is missing"))?,
    };
    Ok(IdentityKeys::derived_from(key.as_bytes()))
}
