//! The functions behind the npm package, for `npm/src`. Each function translates its
//! arguments, calls the core once and translates the outcome. In Rust, use the crate
//! `portcullis` instead.
//!
//! # How to start
//!
//! `npm run build -- npm` builds the modules. Then, in Node:
//!
//! ```js
//! import { generateKey, sign, verify } from "portcullis";
//!
//! const key = generateKey("EdDSA");
//! verify(sign({ sub: "1" }, key, { expiresIn: 60 }), key).claims; // { sub: "1", … }
//! ```
//!
//! # How a call works
//!
//! `crates/wasm/entries` has a crate for each WebAssembly module of the package.
//! Each of these crates exports the functions that its npm entry calls: with
//! [`exports!`] and with `extern` functions of its own.
//!
//! Only numbers cross the boundary between JavaScript and the module:
//!
//! 1. JavaScript writes UTF-8 into the buffer at [`input`](memory::input).
//! 2. JavaScript calls a function with the length of the text. The function returns
//!    whether it succeeded.
//! 3. JavaScript reads the outcome, or the reason of a failure, from the *facts*: an
//!    array of numbers at [`facts`](memory::facts). Among the facts are the addresses
//!    of texts.
//!
//! Passing strings and objects would take longer than the HMAC of a token, and the
//! glue code for it would have as many bytes as the code of the HMAC.
//! `npm/src/memory.js` is the JavaScript side.
//!
//! JavaScript checks the types of its values; keys and options arrive as JSON.

#[cfg(target_arch = "wasm32")]
pub mod allocator;
mod error;
pub mod issuer;
pub mod key;
pub mod legacy;
pub mod memory;
mod outline;
pub mod password;
pub mod sign;
pub mod signature;
mod text;
pub mod verify;

use core::time::Duration;

use error::CallError;
use portcullis::time::UnixTime;

/// Exports the items that every module has: its allocator, `input` and `facts`.
#[macro_export]
macro_rules! exports {
    ($allocator:ident) => {
        #[global_allocator]
        static ALLOCATOR: $crate::allocator::$allocator = $crate::allocator::$allocator;

        /// See [`portcullis_wasm::memory::input`].
        #[unsafe(no_mangle)]
        extern "C" fn input(length: usize) -> *const u8 {
            $crate::memory::input(length)
        }

        /// See [`portcullis_wasm::memory::facts`].
        #[unsafe(no_mangle)]
        extern "C" fn facts() -> *const f64 {
            $crate::memory::facts()
        }
    };
}

/// Converts seconds since the epoch. Fails for a number that is not a valid date.
fn time(seconds: f64) -> Result<UnixTime, CallError> {
    UnixTime::from_seconds_f64(seconds).ok_or(CallError::Argument(
        "now must be a number of seconds since the epoch",
    ))
}

/// Converts seconds. Fails for a negative, infinite or NaN number.
fn duration(seconds: f64) -> Result<Duration, CallError> {
    const REFUSAL: CallError =
        CallError::Argument("a duration must be a number of seconds, 0 or more");
    if !seconds.is_finite() || seconds < 0.0 {
        return Err(REFUSAL);
    }
    // Rounded to microseconds, the precision of all times. `as` saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let micros = (seconds * 1e6 + 0.5) as u64;
    Ok(Duration::from_micros(micros))
}

/// Converts a time to seconds since the epoch; NaN for `None`.
fn date(at: Option<UnixTime>) -> f64 {
    at.map_or(f64::NAN, UnixTime::seconds_f64)
}
