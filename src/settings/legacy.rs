//! `LEGACY_SECRET_KEY` and the other settings for the Flask application's tokens.

use super::date::date;
use super::keys::hmac_algorithm;
use super::values::{Settings, Wrong};
use crate::account::LegacyAccess;
use crate::time::UnixTime;
use crate::token::legacy::LegacyVerifier;

/// Reads the legacy settings; `None` if tokens of the Flask application are rejected.
///
/// If other legacy settings are set without `LEGACY_SECRET_KEY`, the secret is missing.
/// This is an error only before `LEGACY_UNTIL`. After that time an operator may remove
/// the secret and leave the other settings.
pub(super) fn read(settings: &Settings, now: UnixTime) -> Result<Option<LegacyAccess>, Wrong> {
    let algorithm = hmac_algorithm(settings, "LEGACY_ALGORITHM")?;
    let salt = settings.text("LEGACY_SALT")?.map(str::as_bytes);
    let until = match settings.text("LEGACY_UNTIL")? {
        None => None,
        Some(text) => Some(date(text).ok_or_else(|| {
            Wrong::new(
                "LEGACY_UNTIL",
                "must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z, or seconds since the epoch",
            )
        })?),
    };
    let Some(secret) = settings.text("LEGACY_SECRET_KEY")? else {
        let is_over = until.is_some_and(|until| until <= now);
        let is_none = until.is_none() && salt.is_none() && !settings.is_set("LEGACY_ALGORITHM");
        return if is_over || is_none {
            Ok(None)
        } else {
            Err(Wrong::new("LEGACY_SECRET_KEY", "is missing"))
        };
    };
    let until = until.ok_or_else(|| {
        let problem = "is missing: set it to the date from which Flask tokens are rejected, such as 2027-01-31";
        Wrong::new("LEGACY_UNTIL", problem)
    })?;
    let verifier = LegacyVerifier::new(algorithm, &[secret.as_bytes()], salt).map_err(|_| {
        Wrong::new(
            "LEGACY_SECRET_KEY",
            "is a PEM, a JWK or an SSH key: set it to the Flask application's SECRET_KEY",
        )
    })?;
    Ok(Some(LegacyAccess::new(verifier, until)))
}
