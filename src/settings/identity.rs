//! `IDENTITY_SECRET`.

use super::values::{Settings, Wrong};
use crate::account::IdentityKeys;

/// The shortest secret in bytes.
const LEAST: usize = 32;

/// Where `IDENTITY_SECRET` is not set, its keys come from `SECRET_KEY`, and from
/// the text of `SIGNING_KEYS` where there is no `SECRET_KEY` either. In the last
/// case each rotation of the signing keys makes new ones.
pub(super) fn read(settings: &Settings) -> Result<IdentityKeys, Wrong> {
    if let Some(secret) = settings.text("IDENTITY_SECRET")? {
        return if secret.len() < LEAST {
            let problem = "is too short: at least 32 bytes";
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
