//! Stores the ids of the operators' requests, so that no request is accepted twice.
//! Each operator's key has an object of its own.

use serde::{Deserialize, Serialize};
use worker::{Env, SqlStorageValue, State};

use super::{AccountUnavailable, ObjectRequest, stub};
use crate::now;
use portcullis::account::VerifiedOperator;

/// The id of a request (`jti`), which may be used once.
#[derive(Serialize, Deserialize)]
pub(super) struct Nonce {
    jti: String,
    /// When the request expires, in seconds since the epoch.
    expires_at: i64,
}

/// Whether a request is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NonceAnswer {
    /// The id is used now, for the first time.
    Fresh,
    /// The id was used before.
    Replayed,
    /// The key has too many requests that have not expired.
    TooMany,
}

/// The most ids that are kept for one key. This limits the storage.
const MOST: i64 = 20_000;

/// How long an id is kept after its request has expired, in seconds. The margin
/// is for an object's clock that is ahead of the Worker's clock.
const KEPT_AFTER: i64 = 120;

/// Sends the id of a verified request to the key's object, which marks the id as
/// used.
pub(crate) async fn use_nonce(
    env: &Env,
    operator: &VerifiedOperator,
) -> Result<NonceAnswer, AccountUnavailable> {
    let nonce = Nonce {
        jti: operator.jti().into(),
        expires_at: operator.expires_at(),
    };
    let name = format!("operator:{}", operator.key_id());
    let answer = stub::send(env, &name, &ObjectRequest::UseNonce(nonce)).await?;
    stub::read(&answer)
}

/// Decides inside the object. Each request deletes the expired ids, so no alarm is
/// needed; a key that is no longer used only keeps its last few rows.
pub(super) fn decide(state: &State, nonce: Nonce) -> worker::Result<NonceAnswer> {
    let now = now().ok_or("the runtime has no clock")?.seconds();
    let sql = state.storage().sql();
    sql.exec(
        "CREATE TABLE IF NOT EXISTS nonces
         (jti TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID",
        Vec::new(),
    )?;
    sql.exec(
        "DELETE FROM nonces WHERE expires_at < ?",
        vec![now.saturating_sub(KEPT_AFTER).into()],
    )?;
    // `raw` avoids serde, whose code is several times as long.
    let mut counts = sql.exec("SELECT count(*) FROM nonces", Vec::new())?.raw();
    let count = counts
        .next()
        .ok_or("the query that counts the ids returned no row")??;
    if !matches!(count.as_slice(), [SqlStorageValue::Integer(kept)] if *kept < MOST) {
        return Ok(NonceAnswer::TooMany);
    }
    let inserted = sql.exec(
        "INSERT OR IGNORE INTO nonces (jti, expires_at) VALUES (?, ?) RETURNING jti",
        vec![nonce.jti.into(), nonce.expires_at.into()],
    )?;
    Ok(match inserted.raw().next() {
        Some(row) => row.map(|_| NonceAnswer::Fresh)?,
        None => NonceAnswer::Replayed,
    })
}
