use core::fmt;

use super::{
    Argon2idHash, ClearPassword, Cost, HashNotUsable, WerkzeugHash, WerkzeugMethod, WrongPassword,
};

/// A password's hash as a record has it, its cost bounded.
#[derive(Debug, Clone)]
pub enum StoredHash {
    /// A PHC string: what is written today.
    Argon2id(Argon2idHash),
    /// What the Flask originals wrote.
    Werkzeug(WerkzeugHash),
}

/// How a hash is made, and so what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashMethod {
    /// argon2id (RFC 9106).
    Argon2id(Cost),
    /// One of werkzeug's.
    Werkzeug(WerkzeugMethod),
}

impl StoredHash {
    /// Reads a stored string.
    ///
    /// # Errors
    /// [`HashNotUsable`]: see [`Argon2idHash::parse`], [`WerkzeugHash::parse`].
    ///
    /// ```
    /// use portcullis::password::{ClearPassword, StoredHash};
    ///
    /// let hash = "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8";
    /// let hash = StoredHash::parse(hash)?;
    /// let password = ClearPassword::new("correct horse".to_owned())?;
    /// assert!(hash.check(&password).is_ok());
    /// assert!(hash.needs_rehash());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(stored: &str) -> Result<Self, HashNotUsable> {
        // No method of werkzeug's is empty.
        if stored.starts_with('$') {
            Argon2idHash::parse(stored).map(Self::Argon2id)
        } else {
            WerkzeugHash::parse(stored).map(Self::Werkzeug)
        }
    }

    /// A hash that costs what this one costs, and that no password opens: to
    /// be checked where there is no user, so that the work is the same.
    #[must_use]
    pub fn stand_in(&self) -> Self {
        match self {
            Self::Argon2id(hash) => Self::Argon2id(hash.stand_in()),
            Self::Werkzeug(hash) => Self::Werkzeug(hash.stand_in()),
        }
    }

    /// The same at the cost of a new hash.
    #[must_use]
    pub fn stand_in_of_today() -> Self {
        Self::Argon2id(Argon2idHash::stand_in_of_today())
    }

    /// Checks a password against this hash, in constant time for one method.
    ///
    /// # Errors
    /// [`WrongPassword`].
    pub fn check(&self, password: &ClearPassword) -> Result<(), WrongPassword> {
        match self {
            Self::Argon2id(hash) => hash.check(password),
            Self::Werkzeug(hash) => hash.check(password),
        }
    }

    /// How it was made, and so what a check costs.
    #[must_use]
    pub fn method(&self) -> HashMethod {
        match self {
            Self::Argon2id(hash) => HashMethod::Argon2id(hash.cost()),
            Self::Werkzeug(hash) => HashMethod::Werkzeug(hash.method()),
        }
    }

    /// Whether a new hash should take its place once the password is known:
    /// for all of werkzeug's, and an argon2id that costs less than today's.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        match self {
            Self::Argon2id(hash) => hash.needs_rehash(),
            Self::Werkzeug(_) => true,
        }
    }
}

impl HashMethod {
    /// The bytes of memory that it fills, beside little. Where they are not to
    /// be had a check finds every password wrong.
    #[must_use]
    pub fn memory(&self) -> u64 {
        match *self {
            Self::Argon2id(cost) => u64::from(cost.memory) << 10,
            // N·r is bounded, and so no product here is beyond 64 bits.
            Self::Werkzeug(WerkzeugMethod::Scrypt { log_n, r, .. }) => {
                u64::from(r).saturating_mul(128) << log_n
            }
            Self::Werkzeug(_) => 0,
        }
    }
}

impl From<Argon2idHash> for StoredHash {
    fn from(hash: Argon2idHash) -> Self {
        Self::Argon2id(hash)
    }
}

/// `argon2id:m=19456,t=2,p=1`, `pbkdf2:sha256:150000`, `scrypt:32768:8:1`,
/// `sha256`.
impl fmt::Display for HashMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argon2id(cost) => {
                let Cost {
                    memory,
                    passes,
                    lanes,
                } = cost;
                write!(f, "argon2id:m={memory},t={passes},p={lanes}")
            }
            Self::Werkzeug(method) => method.fmt(f),
        }
    }
}
