//! The supported signature algorithms.

use core::fmt;

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). A key has exactly
/// one.
///
/// Every build knows all names. [`is_built_in`](Self::is_built_in) tells whether
/// this build has the code for an algorithm.
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
    /// ECDSA with P-384 and SHA-384, for verifying only (RFC 7518 §3.4).
    Es384,
    /// ECDSA with P-521 and SHA-512, for verifying only (RFC 7518 §3.4).
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for verifying only (RFC 7518 §3.3).
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384, for verifying only (RFC 7518 §3.3).
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512, for verifying only (RFC 7518 §3.3).
    Rs512,
    /// RSASSA-PSS with SHA-256, for verifying only (RFC 7518 §3.5).
    Ps256,
    /// RSASSA-PSS with SHA-384, for verifying only (RFC 7518 §3.5).
    Ps384,
    /// RSASSA-PSS with SHA-512, for verifying only (RFC 7518 §3.5).
    Ps512,
}

impl Algorithm {
    /// The other name of [`EdDsa`](Self::EdDsa) (RFC 9864 §2.2).
    pub(crate) const ED25519: &str = "Ed25519";

    /// The value of `alg`. RFC 9864 gives EdDSA with Ed25519 the name `Ed25519`
    /// too; this function returns `EdDSA`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
        }
    }

    /// Finds the algorithm with this name. The name is case-sensitive. `Ed25519`
    /// (RFC 9864 §2.2) is another name for [`EdDsa`](Self::EdDsa).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "HS384" => Some(Self::Hs384),
            "HS512" => Some(Self::Hs512),
            "EdDSA" | Self::ED25519 => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "ES512" => Some(Self::Es512),
            "RS256" => Some(Self::Rs256),
            "RS384" => Some(Self::Rs384),
            "RS512" => Some(Self::Rs512),
            "PS256" => Some(Self::Ps256),
            "PS384" => Some(Self::Ps384),
            "PS512" => Some(Self::Ps512),
            _ => None,
        }
    }

    /// Whether this build verifies the algorithm. RSA needs the feature `rsa`,
    /// ES384 and ES512 need `es384-es512`.
    #[must_use]
    pub fn is_built_in(self) -> bool {
        match self {
            Self::Es384 | Self::Es512 => cfg!(feature = "es384-es512"),
            _ => cfg!(feature = "rsa") || !self.is_rsa(),
        }
    }

    /// Whether there are signing keys for the algorithm.
    pub(crate) fn can_sign(self) -> bool {
        matches!(
            self,
            Self::Hs256 | Self::Hs384 | Self::Hs512 | Self::EdDsa | Self::Es256
        )
    }

    /// Whether the algorithm's keys are RSA keys.
    pub(crate) fn is_rsa(self) -> bool {
        matches!(
            self,
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512
        )
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
