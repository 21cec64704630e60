//! The functions behind the npm package. Thin: each translates its arguments,
//! calls the core once and translates the outcome.
//!
//! Tokens and JSON do not cross as strings, which costs more than the HMAC:
//! JavaScript writes UTF-8 into [`input`](memory::input), calls a function
//! that takes the length, and reads the outcome where [`facts`](memory::facts)
//! says. Keys and options, read once for many tokens, cross with
//! serde-wasm-bindgen. `npm/src/core.js` is the other side of this.

pub mod inspect;
pub mod key;
pub mod memory;
mod outcome;
pub mod sign;
pub mod verify;

pub use outcome::failure;

use core::time::Duration;

use js_sys::{Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::time::UnixTime;
use outcome::Refusal;

/// Reads options, and refuses those that do not exist: a misspelt check is a
/// check that is not made.
fn read_options<T: DeserializeOwned + Default>(
    options: JsValue,
    known: &[&'static str],
) -> Result<T, Refusal> {
    if options.is_undefined() {
        return Ok(T::default());
    }
    // Also one without a prototype, or of another realm.
    if !options.is_object() {
        return Err(Refusal::Argument("options must be an object"));
    }
    for name in Object::keys(options.unchecked_ref::<Object>()).iter() {
        if !name
            .as_string()
            .is_some_and(|n| known.contains(&n.as_str()))
        {
            return Err(Refusal::Argument("there is an option that does not exist"));
        }
        if Reflect::get(&options, &name).is_ok_and(|value| value.is_null()) {
            return Err(Refusal::Argument("an option must not be null"));
        }
    }
    serde_wasm_bindgen::from_value(options)
        .map_err(|_| Refusal::Argument("an option has the wrong type"))
}

fn time(seconds: f64) -> Result<UnixTime, Refusal> {
    UnixTime::from_seconds_f64(seconds).ok_or(Refusal::Argument(
        "now must be a number of seconds since the epoch",
    ))
}

fn duration(seconds: f64) -> Result<Duration, Refusal> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Refusal::Argument("a duration must be a number of seconds, 0 or more"))
}
