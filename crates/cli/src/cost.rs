//! Estimates the CPU time of a login on Cloudflare: the check of a stored hash.
//!
//! The estimate multiplies the work of a hash by the times that `node bench/password.mjs`
//! measured in WASM (see bench/README.md). Cloudflare's machines may take up to 1.5 times
//! as long.

use portcullis::password::{Cost, HashFunction, HashMethod, WerkzeugMethod};

/// The CPU time that the free plan allows a request, in milliseconds.
pub(super) const FREE_PLAN_MILLISECONDS: f64 = 10.0;

/// Milliseconds for one KiB of argon2id's memory and one pass. A hash with 19 MiB and two passes
/// takes 23 ms.
const ARGON2ID: f64 = 23.0 / (19_456.0 * 2.0);
/// Milliseconds for one unit of scrypt's N·r·p. A hash with 32768:8:1 takes 46 ms.
const SCRYPT: f64 = 46.0 / (32_768.0 * 8.0);

/// Milliseconds for one round of PBKDF2. Measured: 146 ms for 600,000 rounds with SHA-256; for
/// 150,000 rounds, 20 ms with SHA-1 and 54 ms with SHA-512. SHA-224 takes as long as SHA-256 and
/// SHA-384 as long as SHA-512. MD5 is counted as SHA-1.
fn pbkdf2_round(function: HashFunction) -> f64 {
    match function {
        HashFunction::Md5 | HashFunction::Sha1 => 20.0 / 150_000.0,
        HashFunction::Sha224 | HashFunction::Sha256 => 146.0 / 600_000.0,
        HashFunction::Sha384 | HashFunction::Sha512 => 54.0 / 150_000.0,
    }
}

/// The CPU time of the check of a hash, in milliseconds.
pub(super) fn milliseconds(method: HashMethod) -> f64 {
    match method {
        HashMethod::Argon2id(Cost { memory, passes, .. }) => {
            ARGON2ID * f64::from(memory) * f64::from(passes)
        }
        HashMethod::Werkzeug(WerkzeugMethod::Scrypt { log_n, r, p }) => {
            SCRYPT * f64::from(log_n).exp2() * f64::from(r) * f64::from(p)
        }
        HashMethod::Werkzeug(WerkzeugMethod::Pbkdf2 {
            function,
            iterations,
        }) => pbkdf2_round(function) * f64::from(iterations),
        // These methods hash one or two blocks.
        HashMethod::Werkzeug(WerkzeugMethod::Hmac(_) | WerkzeugMethod::Digest(_)) => 0.001,
    }
}

/// The CPU time of a hash with the cost of new hashes, in milliseconds. The first login with an
/// older hash also makes a new hash, and later logins check the new hash.
pub(super) fn milliseconds_today() -> f64 {
    milliseconds(HashMethod::Argon2id(Cost::TODAY))
}
