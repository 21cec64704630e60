//! `LEGACY_SECRET_KEY` and what belongs to it.

use super::keys::hmac_algorithm;
use super::settings::{Settings, Wrong};
use crate::account::LegacyAccess;
use crate::time::UnixTime;
use crate::token::legacy::LegacyVerifier;

pub(super) fn read(settings: &Settings) -> Result<Option<LegacyAccess>, Wrong> {
    let Some(secret) = settings.text("LEGACY_SECRET_KEY")? else {
        for name in ["LEGACY_ALGORITHM", "LEGACY_SALT", "LEGACY_UNTIL"] {
            if settings.text(name)?.is_some() {
                return Err(Wrong::new("LEGACY_SECRET_KEY", "is missing"));
            }
        }
        return Ok(None);
    };
    let algorithm = hmac_algorithm(settings, "LEGACY_ALGORITHM")?;
    let salt = settings.text("LEGACY_SALT")?;
    let salt = salt.as_ref().map(|salt| salt.as_bytes());
    let until = settings
        .text("LEGACY_UNTIL")?
        .ok_or_else(|| Wrong::new("LEGACY_UNTIL", "is missing: until when, as 2027-01-31"))?;
    let until = date(&until).ok_or_else(|| {
        Wrong::new(
            "LEGACY_UNTIL",
            "must be a date as 2027-01-31 or 2027-01-31T12:00:00Z, or seconds since the epoch",
        )
    })?;
    let verifier = LegacyVerifier::new(algorithm, &[secret.as_bytes()], salt)
        .map_err(|_| Wrong::new("LEGACY_SECRET_KEY", "is a PEM, a JWK or an SSH key"))?;
    Ok(Some(LegacyAccess::new(verifier, until)))
}

/// A day begins at midnight UTC.
fn date(text: &str) -> Option<UnixTime> {
    if let Ok(seconds) = text.parse() {
        return UnixTime::from_seconds(seconds);
    }
    // RFC 3339 in UTC; JavaScript would read much else.
    let form: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let is_date = ["0000-00-00", "0000-00-00T00:00:00Z"].contains(&form.as_str());
    is_date
        .then(|| UnixTime::from_seconds_f64(js_sys::Date::parse(text) / 1000.0))
        .flatten()
}
