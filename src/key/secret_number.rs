//! The numbers of a JWK.

use zeroize::Zeroizing;

/// The 32 bytes of the `d`, `x` or `y` of a JWK. Boxed, so that moving a `d` leaves
/// no copy on the stack, and so that a variant without these numbers has no unused
/// space that could hold stale bytes of the stack.
pub(super) type SecretNumber = Box<Zeroizing<[u8; 32]>>;
