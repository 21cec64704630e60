//! The functions behind the npm package. Thin: each translates its arguments,
//! calls the core once and translates the outcome.
//!
//! Tokens and JSON do not cross as strings, which costs more than the HMAC:
//! JavaScript writes UTF-8 into [`input`](memory::input), calls a function
//! that takes the length, and reads the outcome where [`facts`](memory::facts)
//! says. Keys and options, read once for many tokens, cross with
//! serde-wasm-bindgen. `npm/src/memory.js` is the other side of this.
//!
//! On that path a function answers whether it went well, and `failure` why it
//! did not: an exception costs more than a boolean.

pub mod inspect;
pub mod key;
pub mod memory;
mod outcome;
pub mod sign;
pub mod verify;

pub use outcome::failure;

use core::time::Duration;

use js_sys::{Array, JsString, Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::time::UnixTime;
use outcome::Refusal;

/// Reads options, and refuses those that do not exist, are null, or have no
/// UTF-8: a check that is misread is a check that is not made.
fn read_options<T: DeserializeOwned + Default>(
    options: JsValue,
    known: &[&'static str],
) -> Result<T, Refusal> {
    if options.is_undefined() {
        return Ok(T::default());
    }
    if !is_plain_object(&options) {
        return Err(Refusal::Argument("options must be a plain object"));
    }
    for name in Object::keys(options.unchecked_ref::<Object>()).iter() {
        let value = Reflect::get(&options, &name).unwrap_or(JsValue::NULL);
        let name = String::from(name.unchecked_into::<JsString>());
        let problem = if !known.contains(&name.as_str()) {
            "does not exist"
        } else if value.is_null() {
            "must not be null"
        } else if !is_flat(&value) {
            "has the wrong type"
        } else if !is_well_formed(&value) {
            "holds a lone surrogate"
        } else if !fits::<T>(&name, &value) {
            "has the wrong type"
        } else {
            continue;
        };
        return Err(Refusal::Option(name, problem));
    }
    serde_wasm_bindgen::from_value(options)
        .map_err(|_| Refusal::Argument("an option has the wrong type"))
}

/// Whether the option could be read if it were the only one: serde says that
/// something does not fit, not what.
fn fits<T: DeserializeOwned>(name: &str, value: &JsValue) -> bool {
    let alone = Object::new();
    Reflect::set(&alone, &JsValue::from(name), value).is_ok()
        && serde_wasm_bindgen::from_value::<T>(alone.into()).is_ok()
}

/// Of this realm or another, or without a prototype; but no `Map`, which has
/// what it holds elsewhere.
fn is_plain_object(value: &JsValue) -> bool {
    value.is_object()
        && Reflect::get_prototype_of(value).is_ok_and(|prototype| {
            prototype.is_null()
                || Reflect::get_prototype_of(&prototype).is_ok_and(|next| next.is_null())
        })
}

/// A scalar, or an array of them. serde-wasm-bindgen prints what does not fit
/// into its error, with all that is in it: without end where it holds itself.
fn is_flat(value: &JsValue) -> bool {
    match value.dyn_ref::<Array>() {
        Some(values) => values.iter().all(|value| !value.is_object()),
        None => !value.is_object(),
    }
}

/// As a string, or each string of an array; not deeper, where no option goes
/// and an array could hold itself.
fn is_well_formed(value: &JsValue) -> bool {
    fn alone(value: &JsValue) -> bool {
        value
            .dyn_ref::<JsString>()
            .is_none_or(JsString::is_valid_utf16)
    }
    match value.dyn_ref::<Array>() {
        Some(values) => values.iter().all(|value| alone(&value)),
        None => alone(value),
    }
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
