//! The signature algorithms that an argument can name.

use clap::ValueEnum;

use portcullis::key::Algorithm;

/// The algorithms that can sign.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SigningAlgorithm {
    /// Ed25519: anyone with the public key can verify
    #[value(name = "EdDSA")]
    EdDsa,
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

impl From<SigningAlgorithm> for Algorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::EdDsa => Self::EdDsa,
            SigningAlgorithm::Es256 => Self::Es256,
            SigningAlgorithm::Hs256 => Self::Hs256,
            SigningAlgorithm::Hs384 => Self::Hs384,
            SigningAlgorithm::Hs512 => Self::Hs512,
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
