//! HMAC (RFC 7518 §3.2) as jwt-compact's `Algorithm`.
//!
//! jwt-compact's own `Hs256`, `Hs384` and `Hs512` hash the key again on each call
//! and use sha2 0.10. The types here keep the keyed state and use sha2 0.11, which
//! supports WebAssembly's SIMD. bench/README.md has the measurement.

use core::num::NonZeroUsize;
use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use jwt_compact::AlgorithmSignature;
use sha2::{Sha256, Sha384, Sha512};

use super::signature::{self, ReadSignature};

macro_rules! hmac_algorithm {
    ($algorithm:ident, $key:ident, $tag:ident, $hash:ty, $length:literal, $name:literal) => {
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $algorithm;

        /// The inner and outer state of the hash after it has read the key. It is
        /// zeroized when dropped. It is boxed, because moving it by value would leave
        /// copies on the stack.
        pub(crate) struct $key(Box<Hmac<$hash>>);

        impl $key {
            pub(crate) fn new(secret: &[u8]) -> Option<Self> {
                let mac = Hmac::new_from_slice(secret).ok()?;
                Some(Self(Box::new(mac)))
            }
        }

        pub(crate) struct $tag([u8; $length]);

        impl AlgorithmSignature for $tag {
            const LENGTH: Option<NonZeroUsize> = NonZeroUsize::new($length);

            fn try_from_slice(slice: &[u8]) -> Result<Self, anyhow::Error> {
                signature::or_error(Self::read(slice))
            }

            fn as_bytes(&self) -> Cow<'_, [u8]> {
                Cow::Borrowed(&self.0)
            }
        }

        impl ReadSignature for $tag {
            fn read(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl jwt_compact::Algorithm for $algorithm {
            type SigningKey = $key;
            type VerifyingKey = $key;
            type Signature = $tag;

            fn name(&self) -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn sign(&self, key: &$key, message: &[u8]) -> $tag {
                let mut mac = Hmac::clone(&key.0);
                mac.update(message);
                $tag(mac.finalize().into_bytes().into())
            }

            fn verify_signature(&self, signature: &$tag, key: &$key, message: &[u8]) -> bool {
                let mut mac = Hmac::clone(&key.0);
                mac.update(message);
                // Compares in constant time.
                mac.verify((&signature.0).into()).is_ok()
            }
        }
    };
}

hmac_algorithm!(Hs256, Hs256Key, Hs256Tag, Sha256, 32, "HS256");
hmac_algorithm!(Hs384, Hs384Key, Hs384Tag, Sha384, 48, "HS384");
hmac_algorithm!(Hs512, Hs512Key, Hs512Tag, Sha512, 64, "HS512");
