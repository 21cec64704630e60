//! Sends failed attempts to the objects that count an address's failures across
//! accounts.

use worker::Env;

use super::{ObjectRequest, stub};
use crate::log;
use portcullis::account::{AddressFailures, AddressId, CountFailure, TooManyAttempts};

/// Counts an attempt as a failure of its address. If the counter does not answer,
/// the attempt goes on, because each account has limits of its own.
pub(crate) async fn count_failure(env: &Env, attempt: CountFailure) -> Result<(), TooManyAttempts> {
    let name = AddressFailures::object_name(&attempt.address);
    let request = ObjectRequest::CountFailure(attempt);
    let answer = stub::send(env, &name, &request).await;
    match answer.and_then(|answer| stub::read(&answer)) {
        Ok(counted) => counted,
        Err(_) => {
            log::trouble("failure_counter_unavailable");
            Ok(())
        }
    }
}

/// Withdraws an attempt's failure, because the password was right.
pub(crate) async fn withdraw_failure(env: &Env, address: AddressId) {
    let name = AddressFailures::object_name(&address);
    // A failure that cannot be withdrawn expires with its window.
    let _ = stub::send(env, &name, &ObjectRequest::WithdrawFailure(address)).await;
}
