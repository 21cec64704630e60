//! The hashes of `werkzeug.security`.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::hash_function::Derived;
use super::pbkdf2::pbkdf2;
use super::scrypt::scrypt;
use super::{ClearPassword, HashFunction, HashNotUsable, WrongPassword};

/// The method and cost of a werkzeug hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WerkzeugMethod {
    /// `pbkdf2:sha256:150000` (RFC 8018 §5.2). The output is as long as a digest.
    Pbkdf2 {
        /// The hash function of the HMAC.
        function: HashFunction,
        /// The number of iterations.
        iterations: u32,
    },
    /// `scrypt:32768:8:1` (RFC 7914). The output is 64 bytes long.
    Scrypt {
        /// log₂ of the cost N.
        log_n: u8,
        /// The block size.
        r: u32,
        /// The parallelism.
        p: u32,
    },
    /// `sha256`: an HMAC with the salt as its key.
    Hmac(HashFunction),
    /// `sha256` without a salt: the digest of the password.
    Digest(HashFunction),
}

impl WerkzeugMethod {
    /// The highest number of PBKDF2 iterations in a stored hash: twice the default of
    /// werkzeug 3.1.
    pub const MOST_ITERATIONS: u32 = 2_000_000;
    /// The highest memory for scrypt, 128·N·r bytes: 64 MiB, because an isolate has
    /// 128 MB.
    pub const MOST_MEMORY: u64 = 64 << 20;
    /// The highest p for scrypt.
    pub const MOST_PARALLELISM: u32 = 4;
    /// The highest N·r·p for scrypt: four times werkzeug's default.
    pub const MOST_WORK: u64 = 1 << 20;

    /// Reads the text before the first `$`. Without a salt, only the plain digest is
    /// possible.
    fn parse(text: &str, has_salt: bool) -> Option<Self> {
        let mut parts = text.split(':');
        let name = parts.next()?;
        let arguments = [parts.next(), parts.next(), parts.next()];
        if parts.next().is_some() {
            return None;
        }
        match (name, arguments) {
            ("pbkdf2", [Some(function), Some(iterations), None]) if has_salt => {
                Some(Self::Pbkdf2 {
                    function: HashFunction::from_name(function)?,
                    iterations: number(iterations)?,
                })
            }
            ("scrypt", [Some(n), Some(r), Some(p)]) if has_salt => {
                let n = number(n)?;
                Some(Self::Scrypt {
                    log_n: n
                        .is_power_of_two()
                        .then(|| n.trailing_zeros())?
                        .try_into()
                        .ok()?,
                    r: number(r)?,
                    p: number(p)?,
                })
            }
            (name, [None, None, None]) => {
                let kind = if has_salt { Self::Hmac } else { Self::Digest };
                HashFunction::from_name(name).map(kind)
            }
            _ => None,
        }
    }

    /// Returns the method, or `None` if a cost parameter is zero or exceeds a limit.
    fn bounded(self) -> Option<Self> {
        let bounded = match self {
            Self::Pbkdf2 { iterations, .. } => (1..=Self::MOST_ITERATIONS).contains(&iterations),
            Self::Scrypt { log_n, r, p } => {
                let n = 1_u64.checked_shl(log_n.into())?;
                let block = n.checked_mul(r.into())?;
                n > 1
                    && r > 0
                    && (1..=Self::MOST_PARALLELISM).contains(&p)
                    && block.checked_mul(128)? <= Self::MOST_MEMORY
                    && block.checked_mul(p.into())? <= Self::MOST_WORK
            }
            Self::Hmac(_) | Self::Digest(_) => true,
        };
        bounded.then_some(self)
    }

    /// The length of the derived bytes.
    fn size(self) -> usize {
        match self {
            Self::Scrypt { .. } => 64,
            Self::Pbkdf2 { function, .. } | Self::Hmac(function) | Self::Digest(function) => {
                function.size()
            }
        }
    }

    /// Derives the bytes that the stored hash has in hexadecimal after the salt.
    ///
    /// # Errors
    /// [`HashNotUsable`] when the cost exceeds the limits, or when there is not
    /// enough memory.
    pub fn derive(self, password: &[u8], salt: &[u8]) -> Result<Zeroizing<Vec<u8>>, HashNotUsable> {
        let method = self.bounded().ok_or(HashNotUsable)?;
        method.run(password, salt).ok_or(HashNotUsable)
    }

    fn run(self, password: &[u8], salt: &[u8]) -> Option<Derived> {
        match self {
            Self::Pbkdf2 {
                function,
                iterations,
            } => pbkdf2(function, password, salt, iterations),
            Self::Scrypt { log_n, r, p } => {
                let mut derived = Derived::new(vec![0; self.size()]);
                scrypt(password, salt, (log_n, r, p), &mut derived).ok()?;
                Some(derived)
            }
            Self::Hmac(function) => function.hmac(salt, password),
            Self::Digest(function) => Some(function.digest(password)),
        }
    }
}

/// The method as werkzeug writes it before the salt.
impl fmt::Display for WerkzeugMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbkdf2 {
                function,
                iterations,
            } => write!(f, "pbkdf2:{function}:{iterations}"),
            Self::Scrypt { log_n, r, p } => {
                let n = 1_u64.checked_shl((*log_n).into()).unwrap_or_default();
                write!(f, "scrypt:{n}:{r}:{p}")
            }
            Self::Hmac(function) | Self::Digest(function) => function.fmt(f),
        }
    }
}

/// Reads a positive decimal number as Python writes it: no sign, no leading zero.
fn number(text: &str) -> Option<u32> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    canonical.then(|| text.parse().ok())?
}

/// A stored hash of `werkzeug.security`, `method$salt$hex`, of any version. Its cost is
/// within the limits of [`WerkzeugMethod`].
#[derive(Clone)]
pub struct WerkzeugHash {
    method: WerkzeugMethod,
    salt: String,
    /// Empty in a stand-in, so that no password matches.
    expected: Vec<u8>,
}

impl WerkzeugHash {
    /// The longest salt in bytes. werkzeug's own salts have 8 or 16.
    pub const MAX_SALT_LENGTH: usize = 128;

    /// Reads a stored hash.
    ///
    /// # Errors
    /// [`HashNotUsable`] when no version of werkzeug writes such a string (for
    /// example because a database truncated it), when it contains the password
    /// itself (`plain$$…`), or when its cost exceeds the constants of
    /// [`WerkzeugMethod`].
    pub fn parse(stored: &str) -> Result<Self, HashNotUsable> {
        Self::read(stored).ok_or(HashNotUsable)
    }

    fn read(stored: &str) -> Option<Self> {
        let (method, rest) = stored.split_once('$')?;
        let (salt, hex) = rest.split_once('$')?;
        if salt.len() > Self::MAX_SALT_LENGTH {
            return None;
        }
        let method = WerkzeugMethod::parse(method, !salt.is_empty())?.bounded()?;
        Some(Self {
            method,
            salt: salt.into(),
            expected: unhex(hex, method.size())?,
        })
    }

    /// A stand-in with the cost of this hash.
    pub(super) fn stand_in(&self) -> Self {
        Self {
            expected: Vec::new(),
            ..self.clone()
        }
    }

    /// The method of the hash.
    #[must_use]
    pub fn method(&self) -> WerkzeugMethod {
        self.method
    }

    /// Checks a password. For a given method, the time does not depend on the stored
    /// hash: the comparison takes constant time.
    ///
    /// # Errors
    /// [`WrongPassword`], also when there is not enough memory.
    pub fn check(&self, password: &ClearPassword) -> Result<(), WrongPassword> {
        let derived = self
            .method
            .derive(password.as_bytes(), self.salt.as_bytes());
        let derived = derived.map_err(|HashNotUsable| WrongPassword)?;
        // The comparison returns early only if the lengths differ. Lengths are not
        // secret.
        if bool::from(derived.ct_eq(&self.expected)) {
            Ok(())
        } else {
            Err(WrongPassword)
        }
    }
}

/// Reads `size` bytes in lower-case hexadecimal, as Python writes them; `None` for any
/// other text.
fn unhex(hex: &str, size: usize) -> Option<Vec<u8>> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != size {
        return None;
    }
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a' - 10),
        _ => None,
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

impl fmt::Debug for WerkzeugHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WerkzeugHash")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
