//! The timeout for KV and the objects, and a yield to the event loop.

use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};
use worker::Delay;

/// How long KV or an object may take to answer. From far away, an answer takes
/// about 100 ms.
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
