//! The time that a store or an object has to answer, and a pause for other requests.

use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};
use worker::Delay;

/// A store or an account's object takes some 100 ms where it is far away.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The result of `work`, or `None` when it takes longer than the timeout.
pub(super) async fn within<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::from(TIMEOUT)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Yields to the event loop. Without this, queued logins would hash back to back
/// and block every other request of the isolate for seconds.
pub(super) async fn yield_to_event_loop() {
    Delay::from(Duration::ZERO).await;
}
