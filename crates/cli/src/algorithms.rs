//! The signature algorithms that an argument can name.

use clap::ValueEnum;

use portcullis::key::Algorithm;

/// The algorithms that can sign.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SigningAlgorithm {
    /// Ed25519: anyone with the public key can verify
    #[value(name = "EdDSA")]
    EdDsa,
    /// The same as EdDSA, under the name of RFC 9864
    #[value(name = "Ed25519")]
    Ed25519,
    /// ECDSA with P-256
    #[value(name = "ES256")]
    Es256,
    /// HMAC: one secret signs and verifies
    #[value(name = "HS256")]
    Hs256,
    /// HMAC with SHA-384
    #[value(name = "HS384")]
    Hs384,
    /// HMAC with SHA-512
    #[value(name = "HS512")]
    Hs512,
}

impl SigningAlgorithm {
    /// The value of `alg`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }
}

/// The algorithms for a shared secret.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HmacAlgorithm {
    #[value(name = "HS256")]
    Hs256,
    #[value(name = "HS384")]
    Hs384,
    #[value(name = "HS512")]
    Hs512,
}

impl From<HmacAlgorithm> for Algorithm {
    fn from(algorithm: HmacAlgorithm) -> Self {
        match algorithm {
            HmacAlgorithm::Hs256 => Self::Hs256,
            HmacAlgorithm::Hs384 => Self::Hs384,
            HmacAlgorithm::Hs512 => Self::Hs512,
        }
    }
}
