//! The errors of tokens and keys, as values with stable codes.
//!
//! The codes are the same in Rust, in JavaScript and in the Worker's log. No error
//! contains a token, a claim's value or any part of a key.

use core::fmt;

use crate::time::UnixTime;

/// The reason why a token is rejected or a key cannot be used.
///
/// [`code`](Self::code) is stable and meant for programs. `Display` is a short
/// sentence for people. Both contain nothing of the token except a claim's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The text is not a JWS in compact form with a JSON object as header and
    /// payload (RFC 7515 §7.1), or asks for an extension that is not supported.
    Malformed(Malformation),
    /// The header's `alg` is not the key's algorithm, or the verifier's policy
    /// does not allow it (RFC 8725 §3.1).
    AlgorithmNotAllowed,
    /// No key of the set has the header's `kid`, or the header has no `kid` and
    /// several keys would fit (RFC 7515 §4.1.4).
    KeyUnknown,
    /// The signature does not verify with the key (RFC 7515 §5.2).
    SignatureInvalid,
    /// The token has expired, and every other check passed (RFC 7519 §4.1.4).
    Expired {
        /// The time from which the token is no longer valid. For an itsdangerous
        /// token, the last second in which it is valid.
        expired_at: UnixTime,
    },
    /// The token is not valid yet (RFC 7519 §4.1.5).
    NotYetValid {
        /// The time from which the token is valid.
        not_before: UnixTime,
    },
    /// A claim is missing, has the wrong type, or does not have a required value.
    ClaimInvalid {
        /// The claim's name, never its value. The name comes from this crate or
        /// from the caller's policy, not from the token. Empty when the claims as a
        /// whole do not fit the caller's type.
        claim: String,
        /// The problem with the claim.
        problem: ClaimProblem,
    },
    /// The key cannot be used.
    KeyInvalid(KeyProblem),
}

impl TokenError {
    /// The stable code: `token_malformed`, `token_algorithm_not_allowed`,
    /// `token_key_unknown`, `token_signature_invalid`, `token_expired`,
    /// `token_not_yet_valid`, `token_claim_invalid` or `key_invalid`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "token_malformed",
            Self::AlgorithmNotAllowed => "token_algorithm_not_allowed",
            Self::KeyUnknown => "token_key_unknown",
            Self::SignatureInvalid => "token_signature_invalid",
            Self::Expired { .. } => "token_expired",
            Self::NotYetValid { .. } => "token_not_yet_valid",
            Self::ClaimInvalid { .. } => "token_claim_invalid",
            Self::KeyInvalid(_) => "key_invalid",
        }
    }

    pub(crate) fn claim(claim: &str, problem: ClaimProblem) -> Self {
        Self::ClaimInvalid {
            claim: claim.into(),
            problem,
        }
    }
}

impl TokenError {
    /// The sentence that `Display` writes, in pieces. A small binding, such as the
    /// npm package, concatenates the pieces, so that it does not contain the
    /// formatting code.
    #[must_use]
    pub fn message(&self) -> [&str; 4] {
        let one = |text| [text, "", "", ""];
        match self {
            Self::Malformed(what) => one(what.as_str()),
            Self::AlgorithmNotAllowed => one("the token's algorithm is not allowed"),
            Self::KeyUnknown => one("no key has the token's kid and algorithm"),
            Self::SignatureInvalid => one("the signature is wrong"),
            Self::Expired { .. } => one("the token has expired"),
            Self::NotYetValid { .. } => one("the token is not valid yet"),
            Self::ClaimInvalid { claim, .. } if claim.is_empty() => {
                one("the claims do not have the required values")
            }
            Self::ClaimInvalid { claim, problem } => {
                ["the claim \"", claim, "\" ", problem.as_str()]
            }
            Self::KeyInvalid(problem) => one(problem.as_str()),
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message()
            .into_iter()
            .try_for_each(|piece| f.write_str(piece))
    }
}

impl core::error::Error for TokenError {}

/// The reason why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformation {
    /// The token is longer than the limit (8 KiB unless the verifier sets its own).
    TooLong,
    /// The token does not have exactly three parts and two dots.
    Parts,
    /// A part is not unpadded, canonical base64url (RFC 4648 §3.5 and §5).
    Base64,
    /// Header or payload is not one JSON object in UTF-8 with unique member names.
    Json,
    /// The header lacks `alg`, or a member has the wrong type.
    Header,
    /// The header has `crit` or `b64`, which are not supported (RFC 7515
    /// §4.1.11, RFC 7797), or a member that only an encrypted token has: `enc`,
    /// `zip` or `p2c` (RFC 7516 §4.1, RFC 7518 §4.8.1).
    Extension,
}

impl Malformation {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "the token is too long",
            Self::Parts => "the token does not have three parts with dots between them",
            Self::Base64 => {
                "a part of the token is not canonical base64url; remove prefix, padding and white space"
            }
            Self::Json => {
                "a part of the token is not a JSON object in UTF-8 with unique member names"
            }
            Self::Header => "the token's header has no alg, or a member of the wrong type",
            Self::Extension => "the token's header requires an unsupported extension",
        }
    }
}

impl From<Malformation> for TokenError {
    fn from(what: Malformation) -> Self {
        Self::Malformed(what)
    }
}

/// The problem with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimProblem {
    /// A required claim is missing.
    Missing,
    /// The claim has the wrong type, or is a date out of range.
    Malformed,
    /// The claim does not have a required value.
    Mismatch,
    /// The claim is `iat`, and it is later than the current time plus the leeway.
    InFuture,
    /// Both the claims and the signer's options set the claim.
    SetTwice,
}

impl ClaimProblem {
    fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::Malformed => "has the wrong type or is out of range",
            Self::Mismatch => "does not have the required value",
            Self::InFuture => "is in the future",
            Self::SetTwice => "is set both in the claims and in the options",
        }
    }
}

/// The reason why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// The key is too short: an HMAC secret must be at least as long as its hash
    /// (RFC 7518 §3.2), an RSA key must have at least 2048 bits (§3.3 and §3.5).
    TooShort {
        /// The minimum length in bytes.
        least: usize,
    },
    /// The RSA key has more than 8192 bits.
    TooLong,
    /// The exponent of the RSA key is not an odd number from 3 to 2^32 − 1.
    Exponent,
    /// The RSA key has no `alg`, and no RSA algorithm was named otherwise.
    AlgorithmMissing,
    /// The key's type, curve or algorithm is missing or not supported, or the
    /// algorithm does not belong to the type.
    Unsupported,
    /// A member of the key is missing or malformed, or the text is too long or
    /// is not a key at all.
    Malformed,
    /// The private part does not match the public part.
    Mismatch,
    /// The key has only a public part where a private part is needed.
    NotPrivate,
    /// The key has a secret or private part where only public keys are allowed.
    NotPublic,
    /// The key is an HMAC secret, which has no public part.
    NoPublicPart,
    /// The text of a PEM, a JWK, a JWK Set or an SSH key was given as an HMAC
    /// secret.
    NotSecret,
    /// `use` or `key_ops` do not allow the operation (RFC 7517 §4.2 and §4.3).
    UseNotAllowed,
    /// The set has no usable key, has too many keys, or has two keys with the
    /// same `kid` and algorithm.
    Set,
}

impl KeyProblem {
    /// The problem in a sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        self.as_str()
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::TooShort { least: 1 } => "the secret is empty",
            Self::TooShort { least: 32 } => "a key for HS256 must have at least 32 bytes",
            Self::TooShort { least: 48 } => "a key for HS384 must have at least 48 bytes",
            Self::TooShort { least: 64 } => "a key for HS512 must have at least 64 bytes",
            Self::TooShort { .. } => "an RSA key must have at least 2048 bits",
            Self::TooLong => "an RSA key must have at most 8192 bits",
            Self::Exponent => {
                "the exponent \"e\" of an RSA key must be an odd number from 3 to 2^32 - 1"
            }
            Self::AlgorithmMissing => {
                "the RSA key has no \"alg\"; add one, for example RS256, or name the algorithms that tokens may have"
            }
            Self::Unsupported => UNSUPPORTED,
            Self::Malformed => "a member of the key is missing or malformed",
            Self::Mismatch => "the private part of the key does not match its public part",
            Self::NotPrivate => "the key has no private part",
            Self::NotPublic => "the key has a secret part, but must be public",
            Self::NoPublicPart => "a key of the type \"oct\" has no public part",
            Self::NotSecret => "a PEM, a JWK or an SSH key is not an HMAC secret",
            Self::UseNotAllowed => "the key's \"use\" or \"key_ops\" does not allow this",
            Self::Set => "the key set is ambiguous, too large or has no usable key",
        }
    }
}

#[cfg(not(feature = "rsa"))]
const UNSUPPORTED: &str = "the key's type or algorithm is not supported; use \"oct\" with an \"alg\" of HS256, HS384 or HS512, \"OKP\" on Ed25519 for EdDSA, or \"EC\" on P-256 for ES256";
#[cfg(all(feature = "rsa", not(feature = "es384-es512")))]
const UNSUPPORTED: &str = "the key's type or algorithm is not supported; use \"oct\" with an \"alg\" of HS256, HS384 or HS512, \"OKP\" on Ed25519 for EdDSA, \"EC\" on P-256 for ES256, or \"RSA\" for RS256, RS384, RS512, PS256, PS384 or PS512";
#[cfg(all(feature = "rsa", feature = "es384-es512"))]
const UNSUPPORTED: &str = "the key's type or algorithm is not supported; use \"oct\" with an \"alg\" of HS256, HS384 or HS512, \"OKP\" on Ed25519 for EdDSA, \"EC\" on P-256 for ES256, on P-384 for ES384 or on P-521 for ES512, or \"RSA\" for RS256, RS384, RS512, PS256, PS384 or PS512";

impl From<KeyProblem> for TokenError {
    fn from(problem: KeyProblem) -> Self {
        Self::KeyInvalid(problem)
    }
}
