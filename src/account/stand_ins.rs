use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Username;
use crate::password::StoredHash;

/// What is hashed where there is no user, so that an unknown name costs what
/// some user's costs. Were it always the same, then in a base whose hashes are
/// of several kinds the time of a refusal would say who is a user.
///
/// For one name it is always the same one, as a user's hash is; over many names
/// the kinds and costs are spread as in the sample. So that nobody can work out
/// which it is for a name, it should be [`keyed`](Self::keyed).
#[derive(Clone, Default)]
pub struct StandIns {
    sample: Vec<StoredHash>,
    key: Zeroizing<Vec<u8>>,
}

impl StandIns {
    /// The most of a sample that is kept; the rest is disregarded.
    pub const MAX_SAMPLE: usize = 1024;

    /// From the `hash_password` of some of the stored users. What is not usable
    /// is passed over, since a login hashes a stand-in for it as well. If
    /// nothing is left, a stand-in costs what a new hash costs.
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

    /// With a secret, of any length, that the choice for a name depends on. It
    /// should be the same wherever and whenever names are asked for.
    #[must_use]
    pub fn keyed(self, key: &[u8]) -> Self {
        Self {
            key: Zeroizing::new(key.to_vec()),
            ..self
        }
    }

    /// The one for a name. No password opens it.
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

/// Without the key.
impl fmt::Debug for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIns")
            .field("sample", &self.sample.len())
            .finish_non_exhaustive()
    }
}
