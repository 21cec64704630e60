//! The functions behind the npm package. Each function translates its arguments,
//! calls the core once and translates the outcome.
//!
//! `crates/wasm/entries` has a crate for each WebAssembly module of the package.
//! Each of these crates exports the functions that its npm entry calls: with
//! [`exports!`] and with `extern` functions of its own.
//!
//! Only numbers cross the boundary: JavaScript writes UTF-8 into
//! [`input`](memory::input), calls a function with the length, and reads the
//! outcome where [`facts`](memory::facts) points. Passing strings and objects
//! would take longer than the HMAC, and the glue code for it would have as many bytes
//! as the HMAC.
//! `npm/src/memory.js` is the JavaScript side.
//!
//! A function returns whether it succeeded. After a failure, the facts hold the
//! reason. JavaScript checks the types of its values; keys and options arrive as
//! JSON.

#[cfg(target_arch = "wasm32")]
pub mod allocator;
mod error;
pub mod inspect;
pub mod issuer;
pub mod key;
pub mod legacy;
pub mod memory;
mod outline;
pub mod password;
pub mod sign;
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

fn time(seconds: f64) -> Result<UnixTime, CallError> {
    UnixTime::from_seconds_f64(seconds).ok_or(CallError::Argument(
        "now must be a number of seconds since the epoch",
    ))
}

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

fn date(at: Option<UnixTime>) -> f64 {
    at.map_or(f64::NAN, UnixTime::seconds_f64)
}
