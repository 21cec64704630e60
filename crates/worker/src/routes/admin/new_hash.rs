//! The password hash that an operator sets for a user.

use zeroize::Zeroizing;

use crate::problem::Problem;
use crate::{random, timeout};
use portcullis::account::{HashDigest, Username};
use portcullis::password::{Argon2idHash, NewPassword, StoredHash};
use portcullis::settings::Config;

/// The hash to store, from a body's `password` or `hash_password`; `None` if the
/// body has neither.
///
/// A password must satisfy the password policy and is hashed here. A hash must be
/// of a kind that a login can check.
pub(super) async fn from_body(
    config: &Config,
    username: &Username,
    password: Option<Zeroizing<String>>,
    hash_password: Option<String>,
) -> Result<Option<String>, Problem> {
    match (password, hash_password) {
        (None, None) => Ok(None),
        (Some(password), None) => {
            let policy = &config.password_policy;
            let password = NewPassword::new(password, policy, username.as_str())
                .map_err(Problem::password_unacceptable)?;
            timeout::yield_to_event_loop().await;
            let hash = Argon2idHash::new(password.clear(), random::bytes()?)
                .map_err(|_| Problem::misconfigured().because("no_memory"))?;
            Ok(Some(hash.to_string()))
        }
        (None, Some(hash)) => match StoredHash::parse(&hash) {
            Ok(_) => Ok(Some(hash)),
            Err(_) => Err(Problem::request_malformed(
                "\"hash_password\" must be an argon2id PHC string, or a hash that werkzeug wrote, at a cost that is supported",
            )),
        },
        (Some(_), Some(_)) => Err(Problem::request_malformed(
            "the body has both \"password\" and \"hash_password\"; send one of them",
        )),
    }
}

/// The digest of an imported hash; `None` if the hash is not imported. The record
/// keeps the digest, and a later import compares it with the hash in its source.
pub(super) fn digest_of_import(imported: Option<bool>, hash: Option<&str>) -> Option<HashDigest> {
    hash.filter(|_| imported == Some(true)).map(HashDigest::new)
}
