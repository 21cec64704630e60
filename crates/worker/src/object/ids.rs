//! The storage of the objects that give out the users' numbers.

use worker::State;

use portcullis::account::UserId;
use portcullis::account::object::{ClaimAnswer, ClaimId, FIRST_COUNTED_ID};

/// The key of the next number.
const NEXT: &str = "next_id";
/// The key of the first claim.
const CLAIM: &str = "claim";

/// A number that was not given before.
pub(super) async fn next(state: &State) -> worker::Result<UserId> {
    let storage = state.storage();
    let id = storage.get(NEXT).await?.unwrap_or(FIRST_COUNTED_ID);
    // No other request comes in between: reading from storage holds them off.
    storage.put(NEXT, id.saturating_add(1)).await?;
    UserId::new(id).ok_or_else(|| "no number is left".into())
}

/// Decides a claim, and remembers the first one.
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
