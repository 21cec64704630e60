//! The functions behind the npm package. Thin: each translates its arguments,
//! calls the core once and translates the outcome.
//!
//! Nothing but numbers crosses: JavaScript writes UTF-8 into
//! [`input`](memory::input), calls a function that takes its length, and reads
//! the outcome where [`facts`](memory::facts) says. Strings and objects would
//! cross at a higher price than the HMAC's, and with glue that weighs as much.
//! `npm/src/memory.js` is the other side of this.
//!
//! What reads tokens without a key is exported as it is, because it is a module
//! of its own for `portcullis/inspect`, without glue; so are what reads
//! the tokens of itsdangerous and what hashes passwords. Classes are wasm-bindgen's.
//!
//! A function answers whether it went well; why it did not is then in the
//! facts. What JavaScript's values are is checked over there, where it can be
//! seen; keys and options come as JSON.

#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod inspect;
#[cfg(feature = "js")]
pub mod key;
#[cfg(feature = "js-legacy")]
pub mod legacy;
pub mod memory;
#[cfg(feature = "js-password")]
pub mod password;
mod refusal;
#[cfg(feature = "js")]
pub mod sign;
#[cfg(any(feature = "js", feature = "js-legacy"))]
mod text;
#[cfg(feature = "js")]
pub mod verify;

use core::time::Duration;

use crate::time::UnixTime;
use refusal::Refusal;

fn time(seconds: f64) -> Result<UnixTime, Refusal> {
    UnixTime::from_seconds_f64(seconds).ok_or(Refusal::Argument(
        "now must be a number of seconds since the epoch",
    ))
}

fn duration(seconds: f64) -> Result<Duration, Refusal> {
    const REFUSAL: Refusal = Refusal::Argument("a duration must be a number of seconds, 0 or more");
    if !seconds.is_finite() || seconds < 0.0 {
        return Err(REFUSAL);
    }
    // To the microsecond, as all times are; `as` saturates beyond them.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let micros = (seconds * 1e6 + 0.5) as u64;
    Ok(Duration::from_micros(micros))
}

fn date(at: Option<UnixTime>) -> f64 {
    at.map_or(f64::NAN, UnixTime::seconds_f64)
}
