//! Reads tokens without a key, so nothing in them is verified.

use super::memory::{self, fact};
use super::{date, duration, time};
use portcullis::token::{Status, UnverifiedToken};

/// Decodes the token in the first `length` bytes of the input. The
/// [`facts`](memory::facts) then say where header and claims are. False on failure;
/// the facts then hold the reason.
#[must_use]
pub fn decode(length: usize) -> bool {
    memory::run(|memory| {
        let token = memory::input_bytes(&memory.input, length)?;
        UnverifiedToken::parse_into(token, &mut memory.reader)?;
        memory.publish_json();
        Ok(())
    })
    .is_some()
}

/// As [`decode`], and also writes the token's dates into the facts. `now` is in
/// seconds since the epoch, `leeway` in seconds. Returns 0 if the token is current,
/// 1 if it has expired, 2 if it is not yet valid, 3 if it never expires; -1 on
/// failure, and the facts then hold the reason.
#[must_use]
pub fn inspect(length: usize, now: f64, leeway: f64) -> i32 {
    let status = memory::run(|memory| {
        let token = memory::input_bytes(&memory.input, length)?;
        let inspection = UnverifiedToken::inspect_into(
            token,
            time(now)?,
            duration(leeway)?,
            &mut memory.reader,
        )?;
        memory.publish_json();
        memory.set(fact::ISSUED_AT, date(inspection.issued_at));
        memory.set(fact::NOT_BEFORE, date(inspection.not_before));
        memory.set(fact::EXPIRES_AT, date(inspection.expires_at));
        memory.set(fact::SECONDS_LEFT, inspection.seconds_left);
        memory.set(fact::LEGACY, f64::from(u8::from(inspection.legacy)));
        Ok(match inspection.status {
            Status::Current => 0,
            Status::Expired => 1,
            Status::NotYetValid => 2,
            Status::NeverExpires => 3,
        })
    });
    status.unwrap_or(-1)
}
