use zeroize::Zeroizing;

/// The 32 bytes of the `d`, `x` or `y` of a JWK. In a box, so that a `d` that
/// moves leaves no copy behind, and so that beside a smaller key there is no
/// unused room into which bytes of the stack could come.
pub(super) type SecretNumber = Box<Zeroizing<[u8; 32]>>;
