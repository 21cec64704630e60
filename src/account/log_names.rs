use core::fmt;
use core::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Username;

/// Writes usernames into a log so that lines about one account can be found
/// together, and nobody who reads the log learns, or can try out, whose they
/// are.
pub struct LogNames(Hmac<Sha256>);

impl LogNames {
    /// Keyed with the service's secret; with another one, names look otherwise.
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        let key = Sha256::new()
            .chain_update(b"portcullis log names\0")
            .chain_update(secret)
            .finalize();
        Hmac::new_from_slice(&key).ok().map(Self)
    }

    /// 16 hexadecimal digits.
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
