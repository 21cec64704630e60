//! How long others have to answer, and how long they have to wait.

use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};
use worker::Delay;

/// A store or an account's object takes some 100 ms where it is far away.
const PATIENCE: Duration = Duration::from_secs(5);

/// What `work` comes to, or `None` when it takes too long.
pub(super) async fn within<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::from(PATIENCE)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Lets others have their turn before a hash is made: of many that are waiting,
/// each would go on at once where the one before it ended, and nobody else be
/// heard for seconds.
pub(super) async fn turn() {
    Delay::from(Duration::ZERO).await;
}
