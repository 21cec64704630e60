//! argon2id hashes as PHC strings.

use core::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{ClearPassword, HashNotUsable, WrongPassword};
use crate::time::push_decimal;

/// The cost parameters of an argon2id hash (RFC 9106 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// The number of passes over the memory.
    pub passes: u32,
    /// The number of lanes.
    pub lanes: u32,
}

impl Cost {
    /// The cost of new hashes: 19 MiB, two passes, one lane (OWASP).
    pub const TODAY: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };

    /// The highest cost that a stored hash may have: 64 MiB of memory, because an
    /// isolate has 128 MB.
    pub const MOST: Self = Self {
        memory: 65_536,
        passes: 8,
        lanes: 4,
    };

    /// Returns the cost, or an error if it exceeds [`MOST`](Self::MOST).
    fn bounded(self) -> Result<Self, HashNotUsable> {
        let most = Self::MOST;
        if self.memory > most.memory || self.passes > most.passes || self.lanes > most.lanes {
            return Err(HashNotUsable);
        }
        Ok(self)
    }
}

/// A stored argon2id hash, read from a PHC string
/// (`$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`). Its cost is at most
/// [`Cost::MOST`].
///
/// ```
/// use portcullis::password::{Argon2idHash, ClearPassword};
///
/// let password = ClearPassword::new("correct horse".to_owned())?;
/// let salt = [7; 16]; // use random bytes
/// let phc = Argon2idHash::new(&password, salt)?.to_phc();
///
/// let hash = Argon2idHash::parse(&phc)?;
/// assert!(hash.check(&password).is_ok());
/// assert!(!hash.needs_rehash());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Argon2idHash {
    cost: Cost,
    salt: Vec<u8>,
    /// Empty in a stand-in, so that no password matches.
    expected: Vec<u8>,
}

/// The length of new hashes in bytes.
const OUTPUT_LENGTH: usize = 32;

impl Argon2idHash {
    /// Reads a stored PHC string.
    ///
    /// # Errors
    /// [`HashNotUsable`] when the text is not an argon2id PHC string of version 19
    /// with the parameters `m`, `t` and `p`, when the salt has fewer than 8 or the hash
    /// fewer than 16 bytes, or when the cost exceeds [`Cost::MOST`].
    pub fn parse(phc: &str) -> Result<Self, HashNotUsable> {
        let parsed = PasswordHash::new(phc).map_err(|_| HashNotUsable)?;
        let params = Params::try_from(&parsed).map_err(|_| HashNotUsable)?;
        let cost = Cost {
            memory: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
        }
        .bounded()?;
        let usual = parsed.algorithm == ARGON2ID_IDENT
            && parsed.version == Some(Version::V0x13.into())
            // The parameters are exactly m, t and p. Hashes with a key id or associated
            // data are not supported.
            && parsed.params.iter().count() == 3;
        let (true, Some(salt), Some(expected)) = (usual, parsed.salt, parsed.hash) else {
            return Err(HashNotUsable);
        };
        if salt.len() < argon2::MIN_SALT_LEN || expected.len() < 16 {
            return Err(HashNotUsable);
        }
        Ok(Self {
            cost,
            salt: salt.to_vec(),
            expected: expected.as_bytes().to_vec(),
        })
    }

    /// Hashes a password with the cost [`Cost::TODAY`]. The salt is 16 random bytes,
    /// which must be new for each hash.
    ///
    /// # Errors
    /// [`HashNotUsable`] when there is not enough memory.
    pub fn new(password: &ClearPassword, salt: [u8; 16]) -> Result<Self, HashNotUsable> {
        let mut output = [0_u8; OUTPUT_LENGTH];
        derive(password, &salt, Cost::TODAY, &mut output)?;
        Ok(Self {
            cost: Cost::TODAY,
            salt: salt.to_vec(),
            expected: output.to_vec(),
        })
    }

    /// A stand-in with the cost of new hashes.
    pub(super) fn stand_in_of_today() -> Self {
        Self {
            cost: Cost::TODAY,
            salt: vec![0; 16],
            expected: Vec::new(),
        }
    }

    /// A stand-in with the cost of this hash.
    pub(super) fn stand_in(&self) -> Self {
        Self {
            expected: Vec::new(),
            ..self.clone()
        }
    }

    /// The cost of the hash, which is also the cost of a check.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Checks a password. For a given cost, the time does not depend on the stored
    /// hash: the comparison takes constant time.
    ///
    /// # Errors
    /// [`WrongPassword`], also when there is not enough memory.
    pub fn check(&self, password: &ClearPassword) -> Result<(), WrongPassword> {
        let length = match self.expected.len() {
            0 => OUTPUT_LENGTH,
            length => length,
        };
        let mut output = Zeroizing::new(vec![0_u8; length]);
        derive(password, &self.salt, self.cost, &mut output).map_err(|_| WrongPassword)?;
        // The comparison returns early only if the lengths differ. Lengths are not
        // secret.
        if bool::from(output.ct_eq(&self.expected)) {
            Ok(())
        } else {
            Err(WrongPassword)
        }
    }

    /// The PHC string to store. Built without `format!`, so that the npm package
    /// does not contain the formatting code.
    #[must_use]
    pub fn to_phc(&self) -> String {
        let Cost {
            memory,
            passes,
            lanes,
        } = self.cost;
        let mut phc = String::from("$argon2id$v=19");
        for (name, value) in [("$m=", memory), (",t=", passes), (",p=", lanes)] {
            phc.push_str(name);
            push_decimal(&mut phc, value.into(), 1);
        }
        for bytes in [&self.salt, &self.expected] {
            phc.push('$');
            STANDARD_NO_PAD.encode_string(bytes, &mut phc);
        }
        phc
    }

    /// Whether the hash uses less memory or fewer passes than a new hash, or is
    /// shorter.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        let today = Cost::TODAY;
        self.cost.memory < today.memory
            || self.cost.passes < today.passes
            || self.expected.len() < OUTPUT_LENGTH
    }
}

fn derive(
    password: &ClearPassword,
    salt: &[u8],
    cost: Cost,
    out: &mut [u8],
) -> Result<(), HashNotUsable> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(out.len()))
        .map_err(|_| HashNotUsable)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, out)
        .map_err(|_| HashNotUsable)
}

/// The PHC string to store.
impl fmt::Display for Argon2idHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_phc())
    }
}

impl fmt::Debug for Argon2idHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2idHash")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}
