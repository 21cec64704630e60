//! Private keys in PKCS#8 and public keys in SPKI, as PEM (RFC 7468), with the
//! crates pkcs8, p256, p384 and p521.

use pkcs8::der::Decode as _;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::{
    AlgorithmIdentifierRef, Document, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument,
    SubjectPublicKeyInfoRef,
};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

#[cfg(feature = "es384-es512")]
use super::ecdsa::{Curve, EcdsaVerifyingKey};
use super::ed25519::{Ed25519SigningKey, Ed25519VerifyingKey};
use super::es256::{Es256SigningKey, Es256VerifyingKey};
use super::material::{SigningMaterial, VerifyingMaterial};
use crate::error::KeyProblem;

/// id-Ed25519 (RFC 8410 §3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// id-ecPublicKey (RFC 5480 §2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp256r1, which is P-256 (RFC 5480 §2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// secp384r1 and secp521r1.
#[cfg(feature = "es384-es512")]
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
#[cfg(feature = "es384-es512")]
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
/// rsaEncryption (RFC 3279 §2.3.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The type of a key, which its algorithm identifier names.
enum Kind {
    Ed25519,
    P256,
    #[cfg(feature = "es384-es512")]
    Ecdsa(Curve),
    Rsa,
}

impl Kind {
    fn from_algorithm(algorithm: AlgorithmIdentifierRef<'_>) -> Result<Self, KeyProblem> {
        match (algorithm.oid, algorithm.parameters) {
            // RFC 8410 §3: the parameters must be absent.
            (ED25519, None) => Ok(Self::Ed25519),
            (ED25519, Some(_)) => Err(KeyProblem::Malformed),
            (EC, Some(curve)) => match curve.decode_as::<ObjectIdentifier>() {
                Ok(P256) => Ok(Self::P256),
                #[cfg(feature = "es384-es512")]
                Ok(P384) => Ok(Self::Ecdsa(Curve::P384)),
                #[cfg(feature = "es384-es512")]
                Ok(P521) => Ok(Self::Ecdsa(Curve::P521)),
                _ => Err(KeyProblem::Unsupported),
            },
            // The parameters must be NULL.
            (RSA, Some(parameters)) if parameters.is_null() => Ok(Self::Rsa),
            (RSA, _) => Err(KeyProblem::Malformed),
            _ => Err(KeyProblem::Unsupported),
        }
    }
}

/// Reads a private key from PKCS#8.
pub(super) fn signing(text: &str) -> Result<SigningMaterial, KeyProblem> {
    let (label, document) = SecretDocument::from_pem(text).map_err(|_| KeyProblem::Malformed)?;
    if label != "PRIVATE KEY" {
        return Err(KeyProblem::Unsupported);
    }
    let info =
        PrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| KeyProblem::Malformed)?;
    let public = info.public_key.map(|bits| bits.as_bytes());
    match Kind::from_algorithm(info.algorithm)? {
        Kind::Ed25519 => {
            // The seed is an OCTET STRING in an OCTET STRING (RFC 8410 §7).
            let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes())
                .map_err(|_| KeyProblem::Malformed)?;
            let seed = array(seed.as_bytes())?;
            let key = Ed25519SigningKey::new(&seed);
            if public.is_some_and(|public| public != Some(key.public().as_slice())) {
                return Err(KeyProblem::Mismatch);
            }
            Ok(SigningMaterial::EdDsa(key))
        }
        Kind::P256 => {
            // RFC 5915 §3. The structure may contain the public key too.
            let info = EcPrivateKey::from_der(info.private_key.as_bytes())
                .map_err(|_| KeyProblem::Malformed)?;
            if info
                .parameters
                .is_some_and(|curve| curve.named_curve() != Some(P256))
            {
                return Err(KeyProblem::Malformed);
            }
            let key =
                Es256SigningKey::new(&*array(info.private_key)?).ok_or(KeyProblem::Malformed)?;
            let inner = info.public_key.map(Some);
            for public in [public, inner].into_iter().flatten() {
                let public = public.and_then(Es256VerifyingKey::from_sec1);
                let public = public.ok_or(KeyProblem::Malformed)?;
                if public.coordinates() != key.public().coordinates() {
                    return Err(KeyProblem::Mismatch);
                }
            }
            Ok(SigningMaterial::Es256(key))
        }
        #[cfg(feature = "es384-es512")]
        Kind::Ecdsa(_) => Err(KeyProblem::Unsupported),
        Kind::Rsa => Err(KeyProblem::Unsupported),
    }
}

/// Reads a public key from SPKI. `rsa` reads the `RSAPublicKey` of an RSA key, whose algorithm is not in the PEM.
pub(super) fn verifying(
    text: &str,
    rsa: impl FnOnce(&[u8]) -> Result<VerifyingMaterial, KeyProblem>,
) -> Result<VerifyingMaterial, KeyProblem> {
    let (label, document) = Document::from_pem(text).map_err(|_| KeyProblem::Malformed)?;
    if label != "PUBLIC KEY" {
        return Err(KeyProblem::Unsupported);
    }
    let info = SubjectPublicKeyInfoRef::from_der(document.as_bytes())
        .map_err(|_| KeyProblem::Malformed)?;
    let kind = Kind::from_algorithm(info.algorithm)?;
    // `None` when the number of bits is not a multiple of eight.
    let bytes = info
        .subject_public_key
        .as_bytes()
        .ok_or(KeyProblem::Malformed)?;
    let material = match kind {
        Kind::Ed25519 => Ed25519VerifyingKey::new(&*array(bytes)?).map(VerifyingMaterial::EdDsa),
        Kind::P256 => Es256VerifyingKey::from_sec1(bytes).map(VerifyingMaterial::Es256),
        #[cfg(feature = "es384-es512")]
        Kind::Ecdsa(curve) => {
            EcdsaVerifyingKey::from_sec1(curve, bytes).map(VerifyingMaterial::Ecdsa)
        }
        Kind::Rsa => Some(rsa(bytes)?),
    };
    material.ok_or(KeyProblem::Malformed)
}

fn array(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProblem> {
    let mut array = Zeroizing::new([0; 32]);
    if bytes.len() != array.len() {
        return Err(KeyProblem::Malformed);
    }
    array.copy_from_slice(bytes);
    Ok(array)
}
