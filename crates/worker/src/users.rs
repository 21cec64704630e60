//! Users in the KV binding `USERS`.

use std::collections::HashMap;

use futures_util::future::{join_all, try_join_all};
use worker::Env;

use super::timeout;
use portcullis::account::{UserId, UserRecord, Username};

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

/// Writes a value, however long it takes: a write that was given up could
/// still land, after the next one.
pub(super) async fn put(env: &Env, key: &str, value: &str) -> Result<(), StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let put = store.put(key, value).map_err(|_| StoreUnavailable)?;
    put.execute().await.map_err(|_| StoreUnavailable)
}

/// What is stored under a key.
pub(super) async fn stored_at(env: &Env, key: &str) -> Result<Option<String>, StoreUnavailable> {
    get(env, key).await
}

async fn get(env: &Env, key: &str) -> Result<Option<String>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    match timeout::within(store.get(key).text()).await {
        Some(answer) => answer.map_err(|_| StoreUnavailable),
        None => Err(StoreUnavailable),
    }
}

/// The user of a number, with what is stored for them; `None` if there is
/// none. The key `id:<number>` says whose it is; where it is missing and there
/// are few users, they are looked through.
pub(super) async fn find_by_id(
    env: &Env,
    id: UserId,
) -> Result<Option<(Username, String)>, StoreUnavailable> {
    let index = id.index_key();
    if let Some(name) = get(env, &index).await?
        && let Ok(username) = Username::new(&name)
    {
        let stored = find(env, &username).await?;
        return Ok(stored.map(|stored| (username, stored)));
    }
    let mut users = first_values(env, USER_KEY, PAGE).await?.into_iter();
    Ok(users.find_map(|(key, stored)| {
        let username = named(&key)?;
        let record = UserRecord::parse(&stored, &username).ok()?;
        (record.id == id).then_some((username, stored))
    }))
}

/// Deletes a value that is not a user's, and the key `id:<number>` that says
/// the user's name: the one of the number in the value, or else of the first
/// thousand.
pub(super) async fn clear(
    env: &Env,
    user: &Username,
    corrupt: &str,
) -> Result<(), StoreUnavailable> {
    // The user's value is deleted last: after a failure, the request can be repeated.
    let mut keys = vec![user.record_key()];
    let index = UserId::of_corrupt(corrupt).map(UserId::index_key);
    for prefix in [index.as_deref().unwrap_or("id:"), "id:"] {
        let mut names = first_values(env, prefix, PAGE).await?.into_iter();
        if let Some((key, _)) = names.find(|(_, name)| name == user.as_str()) {
            keys.push(key);
            break;
        }
    }
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    while let Some(key) = keys.pop() {
        store.delete(&key).await.map_err(|_| StoreUnavailable)?;
    }
    Ok(())
}

/// A page of KV's listing.
const PAGE: u64 = 1000;
/// So many keys are read at once.
const BULK: usize = 100;

/// The first keys that start with `prefix`, at most so many, with their values.
async fn first_values(
    env: &Env,
    prefix: &str,
    most: u64,
) -> Result<Vec<(String, String)>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let mut found = Vec::new();
    for keys in list(env, prefix, most).await?.chunks(BULK) {
        let Some(Ok(values)) = timeout::within(store.get_bulk(keys).text()).await else {
            return Err(StoreUnavailable);
        };
        let values = values.into_iter();
        found.extend(values.filter_map(|(key, value)| Some((key, value?))));
    }
    Ok(found)
}

/// A page of the users in KV, in the order of their names.
pub(super) struct Page {
    /// The names as they stand in the keys, and the stored values.
    pub(super) users: Vec<(String, String)>,
    /// Where the next page begins; `None` on the last page.
    pub(super) cursor: Option<String>,
}

/// The prefix of the users' keys.
const USER_KEY: &str = "user:";

/// At most `limit` users whose names start with `prefix`, from `cursor` on.
pub(super) async fn page(
    env: &Env,
    prefix: &str,
    limit: u16,
    cursor: Option<String>,
) -> Result<Page, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let mut list = store.list().prefix(format!("{USER_KEY}{prefix}"));
    list = list.limit(limit.into());
    if let Some(cursor) = cursor {
        list = list.cursor(cursor);
    }
    let Some(Ok(list)) = timeout::within(list.execute()).await else {
        return Err(StoreUnavailable);
    };
    let keys: Vec<String> = list.keys.into_iter().map(|key| key.name).collect();
    let parts = keys.chunks(BULK).map(|part| store.get_bulk(part).text());
    let Some(Ok(parts)) = timeout::within(try_join_all(parts)).await else {
        return Err(StoreUnavailable);
    };
    let mut values: HashMap<_, _> = parts.into_iter().flatten().collect();
    let users = keys.iter().filter_map(|key| {
        let name = key.strip_prefix(USER_KEY)?;
        Some((name.to_owned(), values.remove(key)??))
    });
    Ok(Page {
        users: users.collect(),
        cursor: list.cursor.filter(|_| !list.list_complete),
    })
}

fn named(key: &str) -> Option<Username> {
    Username::new(key.strip_prefix(USER_KEY)?).ok()
}

/// How many users' hashes tell what those of all cost.
const SAMPLE: usize = 20;

/// The hashes of some of the users. Which of them is decided by `order`, and not
/// by names that someone could choose to be first.
pub(super) async fn sample_hashes(
    env: &Env,
    order: impl Fn(&Username) -> String,
) -> Result<Vec<String>, StoreUnavailable> {
    let keys = list(env, USER_KEY, PAGE).await?;
    let mut users: Vec<Username> = keys.iter().filter_map(|key| named(key)).collect();
    users.sort_by_cached_key(order);
    users.truncate(SAMPLE);
    let records = join_all(users.iter().map(|username| find(env, username))).await;
    let mut hashes = Vec::new();
    for (username, stored) in users.iter().zip(records) {
        let record = stored?.and_then(|stored| UserRecord::parse(&stored, username).ok());
        hashes.extend(record.map(|record| record.hash_password));
    }
    Ok(hashes)
}

/// The first keys that start with `prefix`, at most so many.
async fn list(env: &Env, prefix: &str, most: u64) -> Result<Vec<String>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let list = store.list().prefix(prefix.into()).limit(most).execute();
    match timeout::within(list).await {
        Some(Ok(list)) => Ok(list.keys.into_iter().map(|key| key.name).collect()),
        _ => Err(StoreUnavailable),
    }
}
