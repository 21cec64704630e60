//! Stand-in hashes for users who do not exist.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Username;
use crate::password::StoredHash;

/// The hashes to check for unknown usernames, so that a login with an unknown name
/// takes as long as a login with a known name.
///
/// A single stand-in for all names would not be enough. If the users have several
/// kinds of hashes, a name whose login takes another time than the stand-in would be
/// a user's. So each unknown name gets a stand-in from a sample of the users' hashes.
/// Over many names, kinds and costs are distributed as in the sample. A name always
/// gets the same stand-in, as a user always has the same hash. Use
/// [`keyed`](Self::keyed), so that nobody can compute the stand-in of a name.
#[derive(Clone, Default)]
pub struct StandIns {
    sample: Vec<StoredHash>,
    key: Zeroizing<Vec<u8>>,
}

impl StandIns {
    /// The maximum number of hashes in a sample. More hashes are ignored.
    pub const MAX_SAMPLE: usize = 1024;

    /// Takes a sample of the stored users' `hash_password`. Unusable hashes are
    /// ignored, because a login checks a stand-in for them, too. If no hash
    /// remains, a stand-in costs as much as a new hash.
    pub fn from_sample<'a>(stored: impl Iterator<Item = &'a str>) -> Self {
        let usable = stored.filter_map(|stored| StoredHash::parse(stored).ok());
        Self {
            sample: usable
                .take(Self::MAX_SAMPLE)
                .map(|hash| hash.stand_in())
                .collect(),
            key: Zeroizing::default(),
        }
    }

    /// Makes the choice for a name depend on a secret of any length. The secret must be
    /// the same in every instance and should not change: if it changes, an unknown name
    /// gets another stand-in, while a user's hash stays the same.
    #[must_use]
    pub fn keyed(self, key: &[u8]) -> Self {
        Self {
            key: Zeroizing::new(key.to_vec()),
            ..self
        }
    }

    /// The stand-in for a name. No password matches it.
    #[must_use]
    pub fn for_username(&self, username: &Username) -> StoredHash {
        self.choose(username)
            .cloned()
            .unwrap_or_else(StoredHash::stand_in_of_today)
    }

    fn choose(&self, username: &Username) -> Option<&StoredHash> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let mac = mac.chain_update(username.as_str()).finalize().into_bytes();
        let number = u64::from_be_bytes(*mac.first_chunk()?);
        let count = u64::try_from(self.sample.len()).ok()?;
        let at = usize::try_from(number.checked_rem(count)?).ok()?;
        self.sample.get(at)
    }
}

/// Shows the size of the sample, and neither the key nor a hash.
impl fmt::Debug for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIns")
            .field("sample", &self.sample.len())
            .finish_non_exhaustive()
    }
}
