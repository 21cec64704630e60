//! The supported signature algorithms.

use core::fmt;

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). A key has exactly
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256. Keys have at least 32 bytes (RFC 7518 §3.2).
    Hs256,
    /// HMAC with SHA-384. Keys have at least 48 bytes (RFC 7518 §3.2).
    Hs384,
    /// HMAC with SHA-512. Keys have at least 64 bytes (RFC 7518 §3.2).
    Hs512,
    /// EdDSA with Ed25519; other curves are not supported (RFC 8037 §3.1).
    EdDsa,
    /// ECDSA with P-256 and SHA-256 (RFC 7518 §3.4).
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for verifying only (RFC 7518 §3.3).
    #[cfg(feature = "rsa")]
    Rs256,
    /// RSASSA-PSS with SHA-256, for verifying only (RFC 7518 §3.5).
    #[cfg(feature = "rsa")]
    Ps256,
}

impl Algorithm {
    /// The value of `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            #[cfg(feature = "rsa")]
            Self::Rs256 => "RS256",
            #[cfg(feature = "rsa")]
            Self::Ps256 => "PS256",
        }
    }

    /// Finds the algorithm with this name. The name is case-sensitive.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "HS384" => Some(Self::Hs384),
            "HS512" => Some(Self::Hs512),
            "EdDSA" => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            #[cfg(feature = "rsa")]
            "RS256" => Some(Self::Rs256),
            #[cfg(feature = "rsa")]
            "PS256" => Some(Self::Ps256),
            _ => None,
        }
    }

    /// The minimum length of an HMAC secret in bytes (RFC 7518 §3.2); `None` for an
    /// algorithm that is not an HMAC.
    #[must_use]
    pub fn least_secret_length(self) -> Option<usize> {
        match self {
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
