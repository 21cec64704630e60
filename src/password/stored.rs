//! A stored password hash of any supported kind.

use core::fmt;

use super::{
    Argon2idHash, ClearPassword, Cost, HashNotUsable, WerkzeugHash, WerkzeugMethod, WrongPassword,
};

/// The password hash of a user record. Its cost is within the limits of
/// [`Cost::MOST`] or [`WerkzeugMethod`].
#[derive(Debug, Clone)]
pub enum StoredHash {
    /// A PHC string, the format of new hashes.
    Argon2id(Argon2idHash),
    /// A hash that werkzeug created for a Flask application.
    Werkzeug(WerkzeugHash),
}

/// The method and cost of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashMethod {
    /// argon2id (RFC 9106).
    Argon2id(Cost),
    /// A werkzeug method.
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
        // A PHC string starts with `$`. A werkzeug hash starts with the method's name.
        if stored.starts_with('$') {
            Argon2idHash::parse(stored).map(Self::Argon2id)
        } else {
            WerkzeugHash::parse(stored).map(Self::Werkzeug)
        }
    }

    /// A stand-in with the cost of this hash: no password matches it. Check a stand-in
    /// if there is no such user, so that the login takes as long as a real one.
    #[must_use]
    pub fn stand_in(&self) -> Self {
        match self {
            Self::Argon2id(hash) => Self::Argon2id(hash.stand_in()),
            Self::Werkzeug(hash) => Self::Werkzeug(hash.stand_in()),
        }
    }

    /// A stand-in with the cost of new hashes: no password matches it.
    #[must_use]
    pub fn stand_in_of_today() -> Self {
        Self::Argon2id(Argon2idHash::stand_in_of_today())
    }

    /// Checks a password. For a given method, the time does not depend on the stored
    /// hash: the comparison takes constant time.
    ///
    /// # Errors
    /// [`WrongPassword`], also when there is not enough memory.
    pub fn check(&self, password: &ClearPassword) -> Result<(), WrongPassword> {
        match self {
            Self::Argon2id(hash) => hash.check(password),
            Self::Werkzeug(hash) => hash.check(password),
        }
    }

    /// The method of the hash, which determines the cost of a check.
    #[must_use]
    pub fn method(&self) -> HashMethod {
        match self {
            Self::Argon2id(hash) => HashMethod::Argon2id(hash.cost()),
            Self::Werkzeug(hash) => HashMethod::Werkzeug(hash.method()),
        }
    }

    /// Whether a new hash should replace this hash after the next login: `true` for
    /// every werkzeug hash, and for an argon2id hash that is weaker than a new hash
    /// ([`Argon2idHash::needs_rehash`]).
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        match self {
            Self::Argon2id(hash) => hash.needs_rehash(),
            Self::Werkzeug(_) => true,
        }
    }
}

impl HashMethod {
    /// The memory that a check needs, in bytes, apart from small buffers. If the
    /// memory is not available, a check rejects every password.
    #[must_use]
    pub fn memory(&self) -> u64 {
        match *self {
            Self::Argon2id(cost) => u64::from(cost.memory) << 10,
            // N·r is bounded, so this fits 64 bits.
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

/// For example `argon2id:m=19456,t=2,p=1`, `pbkdf2:sha256:150000`,
/// `scrypt:32768:8:1` or `sha256`.
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
