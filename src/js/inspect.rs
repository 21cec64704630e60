//! Tokens read without a key.

use wasm_bindgen::prelude::wasm_bindgen;

use super::memory::{self, Memory, fact};
use super::{duration, time};
use crate::time::UnixTime;
use crate::token::{Inspection, Status, UnverifiedToken};

/// Decodes the token in the first `length` bytes of the input to the JSON
/// `{"header":…,"claims":…}`. False: see [`failure`](super::failure).
#[wasm_bindgen]
#[must_use]
pub fn decode(length: usize) -> bool {
    memory::run(|memory| {
        let token = Memory::input_text(&memory.input, length)?;
        UnverifiedToken::parse_into(token, &mut memory.json)?;
        memory.publish_json();
        Ok(())
    })
}

/// As [`decode`], and puts what the token says of its time into the facts.
#[wasm_bindgen]
#[must_use]
pub fn inspect(length: usize, now: f64, leeway: f64) -> bool {
    memory::run(|memory| {
        let token = Memory::input_text(&memory.input, length)?;
        let inspection = Inspection::of(token, time(now)?, duration(leeway)?, &mut memory.json)?;
        memory.publish_json();
        let date = |at: Option<UnixTime>| at.map_or(f64::NAN, UnixTime::seconds_f64);
        let status = match inspection.status {
            Status::Current => 0.0,
            Status::Expired => 1.0,
            Status::NotYetValid => 2.0,
            Status::NeverExpires => 3.0,
        };
        memory.set(fact::STATUS, status);
        memory.set(fact::ISSUED_AT, date(inspection.issued_at));
        memory.set(fact::NOT_BEFORE, date(inspection.not_before));
        memory.set(fact::EXPIRES_AT, date(inspection.expires_at));
        memory.set(fact::SECONDS_LEFT, inspection.seconds_left);
        memory.set(fact::LEGACY, f64::from(u8::from(inspection.legacy)));
        Ok(())
    })
}
