//! The keys that an issuer publishes.

use super::curve::Curve;
use super::name::is_filled;
use crate::encoding::base64url;
use crate::encoding::json::{self, JsonString, JsonValue, push_string};
use crate::error::{KeyProblem, TokenError};
use crate::key::{Algorithm, DeclaredUses, KeyId, KeySet, SecretJwkSet};

/// The JWK Set (RFC 7517 §5) of an issuer. A key that cannot be used is left out and
/// spoils no other key.
#[derive(Debug)]
pub struct IssuerKeySet {
    keys: Vec<IssuerKey>,
    left_out: Vec<KeyProblemAt>,
}

/// A key of the set that cannot be used, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyProblemAt {
    /// The position in `keys` of the JWK Set, from 0.
    pub index: usize,
    /// The reason.
    pub problem: KeyProblem,
}

impl IssuerKeySet {
    /// Reads a set. It may be empty: an issuer that signs with HMAC publishes no key.
    ///
    /// # Errors
    /// `key_invalid` when the text is longer than [`SecretJwkSet::MAX_LENGTH`], is not
    /// strict JSON with an array `keys`, or has more than [`KeySet::MAX_KEYS`] keys.
    pub fn from_json(text: &str) -> Result<Self, TokenError> {
        if text.len() > SecretJwkSet::MAX_LENGTH {
            return Err(KeyProblem::Set.into());
        }
        let mut array = None;
        json::read_object(text, |name, value| {
            if name.is("keys") {
                array = Some(*value);
            }
        })
        .map_err(|_| KeyProblem::Malformed)?;
        let Some(JsonValue::Array(array)) = array else {
            return Err(KeyProblem::Malformed.into());
        };
        let mut set = Self {
            keys: Vec::new(),
            left_out: Vec::new(),
        };
        let mut index = 0_usize;
        json::read_array(array, |value| {
            // Counted, but not read: the set is rejected below.
            if index < KeySet::MAX_KEYS {
                match IssuerKey::read(value) {
                    Ok(key) => set.keys.push(key),
                    Err(problem) => set.left_out.push(KeyProblemAt { index, problem }),
                }
            }
            index = index.saturating_add(1);
        })
        .map_err(|_| KeyProblem::Malformed)?;
        if index > KeySet::MAX_KEYS {
            return Err(KeyProblem::Set.into());
        }
        Ok(set)
    }

    /// The usable keys, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[IssuerKey] {
        &self.keys
    }

    /// The keys that were left out.
    #[must_use]
    pub fn left_out(&self) -> &[KeyProblemAt] {
        &self.left_out
    }
}

/// A public key of an issuer, whose numbers were checked.
#[derive(Debug)]
pub struct IssuerKey {
    id: Option<KeyId>,
    /// The only algorithm, if the key names one.
    algorithm: Option<Algorithm>,
    numbers: Numbers,
    /// The member `issuer`, which keys of Entra ID have.
    issuer: Option<String>,
}

#[derive(Debug)]
enum Numbers {
    Rsa { n: String, e: String },
    Ec { curve: Curve, x: String, y: String },
    Ed25519 { x: String },
}

/// The lengths of an RSA modulus in bits. RFC 7518 §3.3 and §3.5 require the least; the
/// most limits the work for a signature.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

impl IssuerKey {
    fn read(value: &JsonValue<'_>) -> Result<Self, KeyProblem> {
        let JsonValue::Object(text) = value else {
            return Err(KeyProblem::Malformed);
        };
        let mut kty = None;
        let mut alg = None;
        let mut kid = None;
        let mut public_use = None;
        let mut key_ops = None;
        let mut issuer = None;
        let mut numbers = [None; 5];
        let [crv, x, y, n, e] = &mut numbers;
        let mut private = false;
        json::read_object(text, |name, value| {
            let member = match &*name.decode() {
                "kty" => &mut kty,
                "alg" => &mut alg,
                "kid" => &mut kid,
                "use" => &mut public_use,
                "key_ops" => &mut key_ops,
                "issuer" => &mut issuer,
                "crv" => &mut *crv,
                "x" => &mut *x,
                "y" => &mut *y,
                "n" => &mut *n,
                "e" => &mut *e,
                "d" | "k" | "p" | "q" | "dp" | "dq" | "qi" | "oth" => {
                    private = true;
                    return;
                }
                _ => return,
            };
            *member = Some(*value);
        })
        .map_err(|_| KeyProblem::Malformed)?;
        // A private key that is published is known to everybody.
        if private {
            return Err(KeyProblem::NotPublic);
        }
        if !DeclaredUses::read(public_use, key_ops)?.uses().verify {
            return Err(KeyProblem::UseNotAllowed);
        }
        let numbers = Numbers::read(string(kty)?, numbers)?;
        let algorithm = match alg {
            None => None,
            Some(_) => Some(
                Algorithm::from_name(&string(alg)?.decode())
                    .filter(|algorithm| numbers.algorithms().contains(algorithm))
                    .ok_or(KeyProblem::Unsupported)?,
            ),
        };
        let id = match kid {
            None => None,
            Some(_) => Some(KeyId::new(&string(kid)?.decode()).ok_or(KeyProblem::Malformed)?),
        };
        let issuer = match issuer {
            None => None,
            Some(_) => Some(string(issuer)?.decode().into_owned()),
        };
        Ok(Self {
            id,
            algorithm,
            numbers,
            issuer,
        })
    }

    /// The key's name (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The algorithms that the key verifies: the one that it names, or all of its
    /// type. An RSA key has several, an elliptic curve has one.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        match &self.algorithm {
            Some(algorithm) => core::slice::from_ref(algorithm),
            None => self.numbers.algorithms(),
        }
    }

    /// The key as a JWK with nothing but its type and its numbers, for the caller's
    /// crypto.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (start, members): (_, &[(&str, &str)]) = match &self.numbers {
            Numbers::Rsa { n, e } => ("{\"kty\":\"RSA\"", &[("n", n), ("e", e)]),
            Numbers::Ec { curve, x, y } => (
                "{\"kty\":\"EC\"",
                &[("crv", curve.name()), ("x", x), ("y", y)],
            ),
            Numbers::Ed25519 { x } => ("{\"kty\":\"OKP\"", &[("crv", ED25519), ("x", x)]),
        };
        let mut json = String::from(start);
        for (name, value) in members {
            json.push(',');
            push_string(&mut json, name);
            json.push(':');
            push_string(&mut json, value);
        }
        json.push('}');
        json
    }

    /// Whether the key may verify tokens with this `iss`. A key without `issuer`
    /// belongs to the issuer that published it.
    pub(super) fn is_of(&self, templates: &[String], iss: &str, tenant: &str) -> bool {
        self.issuer.as_deref().is_none_or(|issuer| {
            is_filled(issuer, tenant, iss)
                || templates
                    .iter()
                    .any(|template| template == issuer || is_filled(template, tenant, issuer))
        })
    }
}

const ED25519: &str = "Ed25519";

impl Numbers {
    fn read(
        kty: JsonString<'_>,
        [crv, x, y, n, e]: [Option<JsonValue<'_>>; 5],
    ) -> Result<Self, KeyProblem> {
        if kty.is("RSA") {
            let (n, n_bytes) = octets(n)?;
            let (e, e_bytes) = octets(e)?;
            check_rsa(&n_bytes, &e_bytes)?;
            Ok(Self::Rsa { n, e })
        } else if kty.is("EC") {
            let curve = Curve::from_name(&string(crv)?.decode()).ok_or(KeyProblem::Unsupported)?;
            let (x, x_bytes) = octets(x)?;
            let (y, y_bytes) = octets(y)?;
            if !curve.has(&x_bytes, &y_bytes) {
                return Err(KeyProblem::Malformed);
            }
            Ok(Self::Ec { curve, x, y })
        } else if kty.is("OKP") {
            if !string(crv)?.is(ED25519) {
                return Err(KeyProblem::Unsupported);
            }
            let (x, bytes) = octets(x)?;
            if bytes.len() != 32 {
                return Err(KeyProblem::Malformed);
            }
            Ok(Self::Ed25519 { x })
        } else {
            Err(KeyProblem::Unsupported)
        }
    }

    /// The algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 for the type and the curve.
    fn algorithms(&self) -> &'static [Algorithm] {
        match self {
            Self::Rsa { .. } => &[
                Algorithm::Rs256,
                Algorithm::Rs384,
                Algorithm::Rs512,
                Algorithm::Ps256,
                Algorithm::Ps384,
                Algorithm::Ps512,
            ],
            Self::Ec { curve, .. } => match curve {
                Curve::P256 => &[Algorithm::Es256],
                Curve::P384 => &[Algorithm::Es384],
                Curve::P521 => &[Algorithm::Es512],
            },
            Self::Ed25519 { .. } => &[Algorithm::EdDsa],
        }
    }
}

/// Checks a modulus and an exponent: 2048 to 8192 bits, and odd numbers; an exponent of
/// 3 or more and below 2^32. WebCrypto accepts an exponent of 1, with which every
/// signature can be forged.
fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyProblem> {
    let leading = n.first().map_or(0, |byte| byte.leading_zeros());
    let bits = n.len().saturating_mul(8);
    let bits = bits.saturating_sub(usize::try_from(leading).unwrap_or(bits));
    if bits < *RSA_BITS.start() {
        let least = RSA_BITS.start() / 8;
        return Err(KeyProblem::TooShort { least });
    }
    if bits > *RSA_BITS.end() || e.len() > 4 {
        return Err(KeyProblem::Unsupported);
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    // RFC 7518 §2: no leading zeros.
    let is_shortest = |number: &[u8]| number.first().is_some_and(|byte| *byte != 0);
    let numbers_fit = is_odd(n) && is_odd(e) && is_shortest(n) && is_shortest(e) && e != [1];
    if numbers_fit {
        Ok(())
    } else {
        Err(KeyProblem::Malformed)
    }
}

fn string(value: Option<JsonValue<'_>>) -> Result<JsonString<'_>, KeyProblem> {
    match value {
        Some(JsonValue::String(text)) => Ok(text),
        _ => Err(KeyProblem::Malformed),
    }
}

/// A base64url member, as text and as bytes.
fn octets(value: Option<JsonValue<'_>>) -> Result<(String, Vec<u8>), KeyProblem> {
    let text = string(value)?.decode().into_owned();
    let bytes = base64url::decode(text.as_bytes()).map_err(|_| KeyProblem::Malformed)?;
    Ok((text, bytes))
}
