//! The storage of the objects that assign the users' numbers.

use worker::State;

use portcullis::account::UserId;
use portcullis::account::object::{ClaimAnswer, ClaimId, FIRST_COUNTED_ID};

/// The storage key of the next number.
const NEXT: &str = "next_id";
/// The storage key of the first claim.
const CLAIM: &str = "claim";

/// Takes the next number from the counter, which never returns a number twice.
pub(super) async fn next(state: &State) -> worker::Result<UserId> {
    let storage = state.storage();
    let id = storage.get(NEXT).await?.unwrap_or(FIRST_COUNTED_ID);
    // No other request runs between reading and writing: the runtime delivers no
    // other events to the object while it waits for its storage.
    storage.put(NEXT, id.saturating_add(1)).await?;
    UserId::new(id).ok_or_else(|| "no unused user number is left".into())
}

/// Decides a claim on a number. The first claim is stored.
pub(super) async fn claim(state: &State, claim: &ClaimId) -> worker::Result<ClaimAnswer> {
    let storage = state.storage();
    let first: Option<String> = storage.get(CLAIM).await?;
    let first: Option<ClaimId> = match &first {
        Some(json) => Some(serde_json::from_str(json)?),
        None => None,
    };
    let answer = claim.decide(first.as_ref());
    if first.is_none() {
        storage.put(CLAIM, serde_json::to_string(claim)?).await?;
    }
    Ok(answer)
}
