//! The 32-byte numbers of a JWK.

use zeroize::Zeroizing;

/// The 32 bytes of the `d`, `x` or `y` of a JWK. Boxed for two reasons: moving a `d`
/// leaves no copy on the stack, and an enum variant without these numbers has no unused
/// space that could hold stale bytes of the stack.
pub(super) type SecretNumber = Box<Zeroizing<[u8; 32]>>;
