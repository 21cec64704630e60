//! The numbers of users who sign up.

use worker::State;

use crate::account::UserId;

/// The first one. What a Flask application counted is below it, so that no
/// number that was imported is given again.
const FIRST: u64 = 1 << 32;
/// The name of what is stored.
const NEXT: &str = "next_id";

/// A number that nobody has.
pub(super) async fn next(state: &State) -> worker::Result<UserId> {
    let storage = state.storage();
    let id = storage.get(NEXT).await?.unwrap_or(FIRST);
    // No other request comes in between: reading from storage holds them off.
    storage.put(NEXT, id.saturating_add(1)).await?;
    UserId::new(id).ok_or_else(|| "no number is left".into())
}
