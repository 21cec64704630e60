//! Reading a JWK's members strictly.

use std::borrow::Cow;

use zeroize::{Zeroize as _, Zeroizing};

use super::{DeclaredUses, Jwk, Material, SecretJwk};
use crate::encoding::base64url;
use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{KeyProblem, TokenError};
#[cfg(feature = "es384-es512")]
use crate::key::ecdsa::Curve;
use crate::key::secret_number::SecretNumber;
use crate::key::{Algorithm, KeyId};

/// The reason why a JWK cannot be used.
#[derive(Debug, Clone, Copy)]
pub(super) enum JwkRejection {
    /// The type, curve or algorithm is not supported. In an issuer's set such a
    /// key is ignored (RFC 7517 §5).
    Unsupported,
    /// An RSA key has no `alg`, and the caller named no RSA algorithm. In an issuer's
    /// set such a key is ignored if another key is usable.
    #[cfg(feature = "rsa")]
    AlgorithmMissing,
    /// The key is of a supported type but is malformed.
    Malformed(KeyProblem),
}

impl From<KeyProblem> for JwkRejection {
    fn from(problem: KeyProblem) -> Self {
        Self::Malformed(problem)
    }
}

impl From<JwkRejection> for TokenError {
    fn from(refusal: JwkRejection) -> Self {
        match refusal {
            JwkRejection::Unsupported => KeyProblem::Unsupported.into(),
            #[cfg(feature = "rsa")]
            JwkRejection::AlgorithmMissing => KeyProblem::AlgorithmMissing.into(),
            JwkRejection::Malformed(problem) => problem.into(),
        }
    }
}

/// Reads a secret, private or public key.
pub(super) fn jwk(text: &str) -> Result<Jwk, JwkRejection> {
    Members::read(text)?.jwk(None)
}

/// Reads a public key. A secret member is an error even if the key's type is not
/// supported.
pub(super) fn public_jwk(text: &str) -> Result<Jwk, JwkRejection> {
    Members::read(text)?.without_secrets()?.jwk(None)
}

/// Does the same as [`jwk`], for the algorithms that the caller allows. An RSA key
/// without `alg` becomes one key for each RSA algorithm among them.
pub(super) fn jwks(text: &str, algorithms: &[Algorithm]) -> Result<Vec<Jwk>, JwkRejection> {
    Members::read(text)?.jwks(algorithms)
}

/// Does the same as [`jwks`], for public keys only.
pub(super) fn public_jwks(text: &str, algorithms: &[Algorithm]) -> Result<Vec<Jwk>, JwkRejection> {
    Members::read(text)?.without_secrets()?.jwks(algorithms)
}

/// The members of a JWK that this crate supports, not checked yet. `kty` decides
/// which of them are read.
#[derive(Default)]
struct Members<'a> {
    kty: Option<JsonValue<'a>>,
    alg: Option<JsonValue<'a>>,
    kid: Option<JsonValue<'a>>,
    public_use: Option<JsonValue<'a>>,
    key_ops: Option<JsonValue<'a>>,
    crv: Option<JsonValue<'a>>,
    x: Option<JsonValue<'a>>,
    y: Option<JsonValue<'a>>,
    d: Option<JsonValue<'a>>,
    k: Option<JsonValue<'a>>,
    #[cfg(feature = "rsa")]
    n: Option<JsonValue<'a>>,
    #[cfg(feature = "rsa")]
    e: Option<JsonValue<'a>>,
    /// Whether there are other members of a private RSA key than `d` (RFC 7518 §6.3.2).
    more_secrets: bool,
}

impl<'a> Members<'a> {
    fn read(text: &'a str) -> Result<Self, KeyProblem> {
        if text.len() > SecretJwk::MAX_LENGTH {
            return Err(KeyProblem::Malformed);
        }
        let mut members = Self::default();
        json::read_object(text, |name, value| {
            let member = match &*name.decode() {
                "kty" => &mut members.kty,
                "alg" => &mut members.alg,
                "kid" => &mut members.kid,
                "use" => &mut members.public_use,
                "key_ops" => &mut members.key_ops,
                "crv" => &mut members.crv,
                "x" => &mut members.x,
                "y" => &mut members.y,
                "d" => &mut members.d,
                "k" => &mut members.k,
                #[cfg(feature = "rsa")]
                "n" => &mut members.n,
                #[cfg(feature = "rsa")]
                "e" => &mut members.e,
                "p" | "q" | "dp" | "dq" | "qi" | "oth" => {
                    members.more_secrets = true;
                    return;
                }
                _ => return,
            };
            *member = Some(*value);
        })
        .map_err(|_| KeyProblem::Malformed)?;
        Ok(members)
    }

    fn without_secrets(self) -> Result<Self, KeyProblem> {
        if self.d.is_some() || self.k.is_some() || self.more_secrets {
            return Err(KeyProblem::NotPublic);
        }
        Ok(self)
    }

    #[cfg(not(feature = "rsa"))]
    fn jwks(&self, _: &[Algorithm]) -> Result<Vec<Jwk>, JwkRejection> {
        Ok(vec![self.jwk(None)?])
    }

    #[cfg(feature = "rsa")]
    fn jwks(&self, algorithms: &[Algorithm]) -> Result<Vec<Jwk>, JwkRejection> {
        let mut rsa = algorithms.iter().filter(|algorithm| algorithm.is_rsa());
        let is_bare_rsa = self.alg.is_none() && string(self.kty)?.is("RSA");
        match rsa.next() {
            Some(first) if is_bare_rsa => [first]
                .into_iter()
                .chain(rsa)
                .map(|algorithm| self.jwk(Some(*algorithm)))
                .collect(),
            _ => Ok(vec![self.jwk(None)?]),
        }
    }

    /// `missing` is the algorithm of an RSA key without `alg`.
    fn jwk(&self, missing: Option<Algorithm>) -> Result<Jwk, JwkRejection> {
        let kty = string(self.kty)?;
        let (algorithm, material) = if kty.is("oct") {
            self.oct()?
        } else if kty.is("OKP") {
            self.okp()?
        } else if kty.is("EC") {
            self.ec()?
        } else if kty.is("RSA") {
            self.rsa(missing)?
        } else {
            return Err(JwkRejection::Unsupported);
        };
        let id = match self.kid {
            None => None,
            Some(kid) => {
                let kid = string(Some(kid))?.decode();
                Some(Box::new(KeyId::new(&kid).ok_or(KeyProblem::Malformed)?))
            }
        };
        let is_ed25519 = match self.alg {
            Some(JsonValue::String(alg)) => alg.is(Algorithm::ED25519),
            _ => false,
        };
        Ok(Jwk {
            material,
            algorithm,
            alg: if is_ed25519 {
                Algorithm::ED25519
            } else {
                algorithm.name()
            },
            id,
            declared: DeclaredUses::read(self.public_use, self.key_ops)?,
        })
    }

    /// Reads an HMAC secret (RFC 7518 §6.4). An unsupported algorithm is an error even
    /// where other keys are ignored: nobody publishes `oct` keys, so this key is the
    /// caller's own.
    fn oct(&self) -> Result<(Algorithm, Material), JwkRejection> {
        let algorithm = match self.alg {
            None => None,
            Some(alg) => Algorithm::from_name(&string(Some(alg))?.decode()),
        };
        let least =
            algorithm.and_then(|algorithm| Some((algorithm, algorithm.least_secret_length()?)));
        let (algorithm, least) = least.ok_or(KeyProblem::Unsupported)?;
        let k = octets(self.k)?;
        if k.len() < least {
            return Err(KeyProblem::TooShort { least }.into());
        }
        Ok((algorithm, Material::Secret(k)))
    }

    /// Reads an Ed25519 key (RFC 8037 §2).
    fn okp(&self) -> Result<(Algorithm, Material), JwkRejection> {
        self.on_curve("Ed25519", Algorithm::EdDsa)?;
        let x = octets_32(self.x)?;
        let d = self.d.map(|d| octets_32(Some(d))).transpose()?;
        Ok((Algorithm::EdDsa, Material::Ed25519 { x, d }))
    }

    /// Reads a P-256 key (RFC 7518 §6.2).
    fn ec(&self) -> Result<(Algorithm, Material), JwkRejection> {
        #[cfg(feature = "es384-es512")]
        for curve in [Curve::P384, Curve::P521] {
            if string(self.crv)?.is(curve.name()) {
                return self.ec_public(curve);
            }
        }
        self.on_curve("P-256", Algorithm::Es256)?;
        let x = octets_32(self.x)?;
        let y = octets_32(self.y)?;
        let d = self.d.map(|d| octets_32(Some(d))).transpose()?;
        Ok((Algorithm::Es256, Material::P256 { x, y, d }))
    }

    /// A public key on a curve whose keys only verify.
    #[cfg(feature = "es384-es512")]
    fn ec_public(&self, curve: Curve) -> Result<(Algorithm, Material), JwkRejection> {
        self.on_curve(curve.name(), curve.algorithm())?;
        if self.d.is_some() {
            return Err(KeyProblem::NotPublic.into());
        }
        let coordinate = |value| {
            let mut bytes = octets(value)?;
            if bytes.len() != curve.length() {
                return Err(KeyProblem::Malformed);
            }
            Ok(core::mem::take(&mut *bytes))
        };
        let (x, y) = (coordinate(self.x)?, coordinate(self.y)?);
        Ok((curve.algorithm(), Material::Ecdsa { curve, x, y }))
    }

    /// Checks that `crv` is `curve`, the only supported curve of the key's type. The
    /// curve has only one algorithm, so `alg` may be absent but must not be another
    /// algorithm.
    fn on_curve(&self, curve: &str, algorithm: Algorithm) -> Result<(), JwkRejection> {
        if !string(self.crv)?.is(curve) {
            return Err(JwkRejection::Unsupported);
        }
        match self.alg {
            None => Ok(()),
            Some(alg) => match Algorithm::from_name(&string(Some(alg))?.decode()) {
                Some(named) if named == algorithm => Ok(()),
                _ => Err(JwkRejection::Unsupported),
            },
        }
    }

    #[cfg(not(feature = "rsa"))]
    #[allow(clippy::unused_self)]
    fn rsa(&self, _: Option<Algorithm>) -> Result<(Algorithm, Material), JwkRejection> {
        Err(JwkRejection::Unsupported)
    }

    /// Reads a public RSA key (RFC 7518 §6.3). `missing` is the algorithm of a key without
    /// `alg`.
    #[cfg(feature = "rsa")]
    fn rsa(&self, missing: Option<Algorithm>) -> Result<(Algorithm, Material), JwkRejection> {
        if self.d.is_some() || self.more_secrets {
            return Err(KeyProblem::NotPublic.into());
        }
        let algorithm = match self.alg {
            None => missing.ok_or(JwkRejection::AlgorithmMissing)?,
            Some(alg) => Algorithm::from_name(&string(Some(alg))?.decode())
                .filter(|algorithm| algorithm.is_rsa())
                .ok_or(JwkRejection::Unsupported)?,
        };
        let n = unsigned(self.n)?;
        let e = unsigned(self.e)?;
        Ok((algorithm, Material::Rsa { n, e }))
    }
}

fn string(value: Option<JsonValue<'_>>) -> Result<JsonString<'_>, KeyProblem> {
    match value {
        Some(JsonValue::String(text)) => Ok(text),
        _ => Err(KeyProblem::Malformed),
    }
}

fn octets(value: Option<JsonValue<'_>>) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let text = string(value)?.decode();
    // The bytes are zeroized even if decoding fails midway. The capacity is enough for
    // the output, so the vector never reallocates, which would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let decoded = base64url::decode_onto(text.as_bytes(), &mut bytes);
    if let Cow::Owned(mut text) = text {
        text.zeroize();
    }
    decoded.map_err(|_| KeyProblem::Malformed)?;
    Ok(bytes)
}

fn octets_32(value: Option<JsonValue<'_>>) -> Result<SecretNumber, KeyProblem> {
    let bytes = octets(value)?;
    let mut number = SecretNumber::default();
    if bytes.len() != number.len() {
        return Err(KeyProblem::Malformed);
    }
    number.copy_from_slice(&bytes);
    Ok(number)
}

/// Reads a Base64urlUInt: at least one byte, without a leading zero (RFC 7518 §2).
#[cfg(feature = "rsa")]
fn unsigned(value: Option<JsonValue<'_>>) -> Result<Vec<u8>, KeyProblem> {
    let mut bytes = octets(value)?;
    match bytes.first() {
        None | Some(0) => Err(KeyProblem::Malformed),
        Some(_) => Ok(core::mem::take(&mut *bytes)),
    }
}
