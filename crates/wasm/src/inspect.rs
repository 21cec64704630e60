//! Tokens read without a key.

use super::memory::{self, fact};
use super::{date, duration, time};
use portcullis::token::{Status, UnverifiedToken};

/// Decodes the token in the first `length` bytes of the input; header and
/// claims are then where [`facts`](memory::facts) says. False: why not is
/// there.
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

/// As [`decode`], and puts what the token says of its time into the facts.
/// 0 current, 1 expired, 2 not yet valid, 3 never expires; -1: see the facts.
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
