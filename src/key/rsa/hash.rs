//! The hashes of RSA signatures.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Chosen at run time, not as a type parameter: the WASM modules would contain each
/// function once for each hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Appends the digest of the three parts, one after another, to `out`.
    #[inline(never)]
    pub(super) fn digest_onto(self, parts: [&[u8]; 3], out: &mut Vec<u8>) {
        let [a, b, c] = parts;
        match self {
            Self::Sha256 => {
                let hash = Sha256::new()
                    .chain_update(a)
                    .chain_update(b)
                    .chain_update(c);
                out.extend_from_slice(&hash.finalize());
            }
            Self::Sha384 => {
                let hash = Sha384::new()
                    .chain_update(a)
                    .chain_update(b)
                    .chain_update(c);
                out.extend_from_slice(&hash.finalize());
            }
            Self::Sha512 => {
                let hash = Sha512::new()
                    .chain_update(a)
                    .chain_update(b)
                    .chain_update(c);
                out.extend_from_slice(&hash.finalize());
            }
        }
    }
}
