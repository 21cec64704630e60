use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

type Key = Zeroizing<[u8; 32]>;

/// The keys of what recognizes somebody without naming them: known client
/// addresses, names in the log, stand-ins for unknown users. They come from one
/// secret, `IDENTITY_SECRET`, which stays when signing keys are rotated.
///
/// Each use has a key of its own, HMAC-SHA256 of the use's label under the
/// secret, so that no use can be played off against another one.
#[derive(Clone)]
pub struct IdentityKeys {
    client_addresses: Key,
    log_names: Key,
    stand_ins: Key,
}

impl IdentityKeys {
    /// From a secret that is for nothing else.
    #[must_use]
    pub fn from_secret(secret: &[u8]) -> Self {
        let key = |label: &str| derive(secret, label);
        Self {
            client_addresses: key("portcullis client addresses"),
            log_names: key("portcullis log names"),
            stand_ins: key("portcullis stand-ins"),
        }
    }

    /// From the text of a key that signs tokens, where no secret was set for
    /// this. A signature never has this label, so neither use gives anything
    /// away of the other one.
    #[must_use]
    pub fn derived_from(signing_key: &[u8]) -> Self {
        Self::from_secret(derive(signing_key, "portcullis identity secret").as_slice())
    }

    /// For [`ClientAddress::id_for`](super::ClientAddress::id_for).
    #[must_use]
    pub fn client_addresses(&self) -> &[u8] {
        self.client_addresses.as_slice()
    }

    /// For [`LogNames::new`](super::LogNames::new).
    #[must_use]
    pub fn log_names(&self) -> &[u8] {
        self.log_names.as_slice()
    }

    /// For [`StandIns::keyed`](super::StandIns::keyed).
    #[must_use]
    pub fn stand_ins(&self) -> &[u8] {
        self.stand_ins.as_slice()
    }
}

fn derive(secret: &[u8], label: &str) -> Key {
    let mut key = Key::default();
    // An HMAC takes a key of any length (RFC 2104 §2), so this never fails.
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) {
        let mac = mac.chain_update(label).finalize().into_bytes();
        key.copy_from_slice(&mac);
    }
    key
}

impl fmt::Debug for IdentityKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityKeys(_)")
    }
}
