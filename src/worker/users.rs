//! Users in the KV binding `USERS`.

use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};
use worker::{Delay, Env};

use crate::account::Username;

/// KV did not answer. Not the same as "there is no such user".
pub(super) struct StoreUnavailable;

/// What is stored for a user.
pub(super) async fn find(env: &Env, user: &Username) -> Result<Option<String>, StoreUnavailable> {
    get(env, &user.record_key()).await
}

/// Whether KV answers at all.
pub(super) async fn ping(env: &Env) -> Result<(), StoreUnavailable> {
    get(env, "healthz").await.map(|_| ())
}

/// How long KV has to answer. It takes some 100 ms where it is far away.
const PATIENCE: Duration = Duration::from_secs(5);

async fn get(env: &Env, key: &str) -> Result<Option<String>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let answer = pin!(store.get(key).text());
    match select(answer, Delay::from(PATIENCE)).await {
        Either::Left((answer, _)) => answer.map_err(|_| StoreUnavailable),
        Either::Right(_) => Err(StoreUnavailable),
    }
}
