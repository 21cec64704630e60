use core::fmt;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};

use super::{ClearPassword, HashNotUsable, WrongPassword};

/// What an argon2id hash costs (RFC 9106 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// What new hashes cost: 19 MiB, two passes, one lane (OWASP).
    pub const TODAY: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };

    /// The most that a stored hash may ask for. An isolate has 128 MB.
    pub const MOST: Self = Self {
        memory: 65_536,
        passes: 8,
        lanes: 4,
    };

    fn bounded(self) -> Result<Self, HashNotUsable> {
        let most = Self::MOST;
        if self.memory > most.memory || self.passes > most.passes || self.lanes > most.lanes {
            return Err(HashNotUsable);
        }
        Ok(self)
    }
}

/// A stored argon2id hash, read from a PHC string
/// (`$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`), its cost bounded.
#[derive(Clone)]
pub struct Argon2idHash {
    parsed: PasswordHash,
    cost: Cost,
}

/// The bytes of a hash that is made here.
const OUTPUT_LENGTH: usize = 32;

impl Argon2idHash {
    /// Reads a stored string.
    ///
    /// # Errors
    /// [`HashNotUsable`] when it is not an argon2id PHC string of version 19,
    /// or asks for more than [`Cost::MOST`].
    pub fn parse(phc: &str) -> Result<Self, HashNotUsable> {
        let parsed = PasswordHash::new(phc).map_err(|_| HashNotUsable)?;
        let params = Params::try_from(&parsed).map_err(|_| HashNotUsable)?;
        let cost = Cost {
            memory: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
        }
        .bounded()?;
        let complete = parsed.algorithm == ARGON2ID_IDENT
            && parsed.version == Some(Version::V0x13.into())
            && parsed.salt.is_some_and(|salt| salt.len() >= argon2::MIN_SALT_LEN)
            && parsed.hash.is_some_and(|hash| hash.len() >= 16)
            // No key id, no associated data: nothing that we never write.
            && parsed.params.iter().count() == 3;
        if complete {
            Ok(Self { parsed, cost })
        } else {
            Err(HashNotUsable)
        }
    }

    /// Hashes a password at today's cost with 16 random bytes as its salt,
    /// which must be new for each hash.
    ///
    /// # Errors
    /// [`HashNotUsable`] when there is no memory for it.
    pub fn new(password: &ClearPassword, salt: [u8; 16]) -> Result<Self, HashNotUsable> {
        let mut output = [0_u8; OUTPUT_LENGTH];
        derive(password, &salt, Cost::TODAY, &mut output)?;
        Self::from_parts(salt, output)
    }

    /// A hash that no password is known for, to be checked where there is no
    /// user, so that the work is the same.
    ///
    /// # Errors
    /// None in practice.
    pub fn stand_in() -> Result<Self, HashNotUsable> {
        Self::from_parts([0; 16], [0; OUTPUT_LENGTH])
    }

    fn from_parts(salt: [u8; 16], output: [u8; OUTPUT_LENGTH]) -> Result<Self, HashNotUsable> {
        let cost = Cost::TODAY;
        let params = params(cost, None)?;
        let params = ParamsString::try_from(&params).map_err(|_| HashNotUsable)?;
        Ok(Self {
            parsed: PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params,
                salt: Some(Salt::new(&salt).map_err(|_| HashNotUsable)?),
                hash: Some(Output::new(&output).map_err(|_| HashNotUsable)?),
            },
            cost,
        })
    }

    /// Checks a password against this hash, in constant time for one cost.
    ///
    /// # Errors
    /// [`WrongPassword`].
    pub fn check(&self, password: &ClearPassword) -> Result<(), WrongPassword> {
        let (Some(salt), Some(expected)) = (&self.parsed.salt, &self.parsed.hash) else {
            return Err(WrongPassword);
        };
        let mut buffer = [0_u8; Output::MAX_LENGTH];
        let output = buffer.get_mut(..expected.len()).ok_or(WrongPassword)?;
        derive(password, salt, self.cost, output).map_err(|_| WrongPassword)?;
        // `Output` compares in constant time.
        match Output::new(output) {
            Ok(output) if output == *expected => Ok(()),
            _ => Err(WrongPassword),
        }
    }

    /// Whether it costs less than a new hash would.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        let today = Cost::TODAY;
        self.cost.memory < today.memory
            || self.cost.passes < today.passes
            || self
                .parsed
                .hash
                .is_none_or(|hash| hash.len() < OUTPUT_LENGTH)
    }
}

fn params(cost: Cost, length: Option<usize>) -> Result<Params, HashNotUsable> {
    Params::new(cost.memory, cost.passes, cost.lanes, length).map_err(|_| HashNotUsable)
}

fn derive(
    password: &ClearPassword,
    salt: &[u8],
    cost: Cost,
    out: &mut [u8],
) -> Result<(), HashNotUsable> {
    let params = params(cost, Some(out.len()))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, out)
        .map_err(|_| HashNotUsable)
}

/// The PHC string, to be stored.
impl fmt::Display for Argon2idHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parsed.fmt(f)
    }
}

impl fmt::Debug for Argon2idHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2idHash")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}
