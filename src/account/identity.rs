//! The keys for pseudonyms: values that stand for a name or an address.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

type Key = Zeroizing<[u8; 32]>;

/// The keys for pseudonyms: for the hashes of known client addresses, for the names in
/// the log, and for the choice of a stand-in for an unknown user. The keys are derived
/// from one secret, `IDENTITY_SECRET`, which does not change when signing keys are
/// rotated.
///
/// Each use has its own key: HMAC-SHA256 of a label under the secret. So one use
/// reveals nothing about another use.
#[derive(Clone)]
pub struct IdentityKeys {
    client_addresses: Key,
    log_names: Key,
    stand_ins: Key,
}

impl IdentityKeys {
    /// Derives the keys from a secret that has no other use.
    #[must_use]
    pub fn from_secret(secret: &[u8]) -> Self {
        let key = |label: &str| derive(secret, label);
        Self {
            client_addresses: key("portcullis client addresses"),
            log_names: key("portcullis log names"),
            stand_ins: key("portcullis stand-ins"),
        }
    }

    /// Derives the keys from the text of a key that also signs tokens. Used if
    /// `IDENTITY_SECRET` is not set. No token has the label of this derivation as its
    /// signed text, so neither use of the key reveals anything about the other use.
    #[must_use]
    pub fn derived_from(signing_key: &[u8]) -> Self {
        Self::from_secret(derive(signing_key, "portcullis identity secret").as_slice())
    }

    /// The key for [`ClientAddress::id_for`](super::ClientAddress::id_for).
    #[must_use]
    pub fn client_addresses(&self) -> &[u8] {
        self.client_addresses.as_slice()
    }

    /// The key for [`LogNames::new`](super::LogNames::new).
    #[must_use]
    pub fn log_names(&self) -> &[u8] {
        self.log_names.as_slice()
    }

    /// The key for [`StandIns::keyed`](super::StandIns::keyed).
    #[must_use]
    pub fn stand_ins(&self) -> &[u8] {
        self.stand_ins.as_slice()
    }
}

fn derive(secret: &[u8], label: &str) -> Key {
    let mut key = Key::default();
    // Never fails: an HMAC key may have any length (RFC 2104 §2).
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
