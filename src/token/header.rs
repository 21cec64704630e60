//! The header of a token, read but not verified.

use super::dates::UncheckedDates;
use crate::encoding::json::{self, JsonString, JsonValue, Name};
use crate::error::{Malformation, TokenError};
use crate::key::{Algorithm, KeyId};

/// The header's members that matter here (RFC 7515 §4). They are unverified.
#[derive(Default)]
pub(crate) struct UnverifiedHeader {
    /// `None` when the algorithm is not supported.
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) key_id: Option<String>,
    pub(crate) token_type: Option<String>,
    /// The dates that itsdangerous writes into the header. JWTs have them in the claims.
    pub(crate) dates: UncheckedDates,
}

const ALG: Name = Name::new("alg");
const KID: Name = Name::new("kid");
const TYP: Name = Name::new("typ");
const CRIT: Name = Name::new("crit");
const B64: Name = Name::new("b64");
// Only a JWE has these (RFC 7516 §9). JWEs are not supported.
const ENC: Name = Name::new("enc");
const ZIP: Name = Name::new("zip");
const P2C: Name = Name::new("p2c");

impl UnverifiedHeader {
    /// Reads a header. `jwk`, `jku`, `x5u` and `x5c` are ignored: a token must
    /// not supply its own key (RFC 8725 §3.10).
    pub(crate) fn read<'h>(text: &'h str) -> Result<Self, TokenError> {
        let mut algorithm = None;
        let mut key_id = None;
        let mut token_type = None;
        let mut dates = UncheckedDates::default();
        let mut extension = false;
        let mut mistyped = false;
        json::read_object(text, |name, value| {
            let mut string = |slot: &mut Option<JsonString<'h>>| match value {
                JsonValue::String(string) => *slot = Some(*string),
                _ => mistyped = true,
            };
            if name.is_name(&ALG) {
                string(&mut algorithm);
            } else if name.is_name(&TYP) {
                string(&mut token_type);
            } else if name.is_name(&KID) {
                string(&mut key_id);
            } else if [CRIT, B64, ENC, ZIP, P2C].iter().any(|n| name.is_name(n)) {
                extension = true;
            } else {
                dates.read_member(name, value);
            }
        })
        .map_err(Malformation::from)?;
        if extension {
            return Err(Malformation::Extension.into());
        }
        let algorithm = algorithm.ok_or(Malformation::Header)?.decode();
        let owned = |string: JsonString<'_>| string.decode().into_owned();
        let header = Self {
            algorithm: Algorithm::from_name(&algorithm),
            key_id: key_id.map(owned),
            token_type: token_type.map(owned),
            dates: dates.without_not_before(),
        };
        let long_id = header
            .key_id
            .as_ref()
            .is_some_and(|id| id.len() > KeyId::MAX_LENGTH);
        if mistyped || long_id {
            return Err(Malformation::Header.into());
        }
        Ok(header)
    }
}
