//! Estimates the CPU time of a login on Cloudflare: the check of a stored hash.
//!
//! The estimate multiplies the work of a hash by the times that `node bench/password.mjs`
//! measured in WASM (see bench/README.md). A machine of Cloudflare's may take half as much again.

use portcullis::password::{Cost, HashFunction, HashMethod, WerkzeugMethod};

/// The CPU time that the free plan allows a request, in milliseconds.
pub(super) const FREE_PLAN_MILLISECONDS: f64 = 10.0;

/// Milliseconds for one KiB of argon2id's memory and one pass: 23 for 19 MiB and two passes.
const ARGON2ID: f64 = 23.0 / (19_456.0 * 2.0);
/// Milliseconds for one unit of scrypt's N·r·p: 46 for 32768:8:1.
const SCRYPT: f64 = 46.0 / (32_768.0 * 8.0);

/// Milliseconds for one round of PBKDF2: 146 for 600,000 rounds with SHA-256; for 150,000 rounds,
/// 20 with SHA-1 and 54 with SHA-512. The other functions have the same rounds as one of these.
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
        // The function processes one or two blocks.
        HashMethod::Werkzeug(WerkzeugMethod::Hmac(_) | WerkzeugMethod::Digest(_)) => 0.001,
    }
}

/// The milliseconds of a hash with today's cost. The first login with an older hash makes such a
/// hash, and later logins check it.
pub(super) fn milliseconds_today() -> f64 {
    milliseconds(HashMethod::Argon2id(Cost::TODAY))
}
