//! Usernames in the log.

use core::fmt;
use core::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Username;

/// Encodes usernames for the log. All log lines of an account have the same code.
/// Without the secret, a reader of the log can neither find out whose code it is nor
/// test whether it is the code of a certain user.
pub struct LogNames(Hmac<Sha256>);

impl LogNames {
    /// Creates the encoder with a secret ([`IdentityKeys`](super::IdentityKeys)).
    /// Another secret results in other codes. Never returns `None`, because an HMAC
    /// key may have any length (RFC 2104 §2).
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        let key = Sha256::new()
            .chain_update(b"portcullis log names\0")
            .chain_update(secret)
            .finalize();
        Hmac::new_from_slice(&key).ok().map(Self)
    }

    /// The code of a username: 16 hexadecimal digits.
    #[must_use]
    pub fn encode(&self, username: &Username) -> String {
        let mut mac = self.0.clone();
        mac.update(username.as_str().as_bytes());
        let mut text = String::with_capacity(16);
        for byte in mac.finalize().into_bytes().iter().take(8) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for LogNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogNames(_)")
    }
}
