//! Users in the KV binding `USERS`.

use worker::Env;

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

async fn get(env: &Env, key: &str) -> Result<Option<String>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    store.get(key).text().await.map_err(|_| StoreUnavailable)
}
