//! Reads and writes users in the KV binding `USERS`.

use std::collections::HashMap;

use futures_util::future::{join_all, try_join_all};
use worker::Env;

use super::timeout;
use portcullis::account::{UserId, UserRecord, Username};

/// KV did not answer or failed. This says nothing about whether a user exists.
pub(super) struct StoreUnavailable;

/// The value that KV holds for a user; `None` if KV has none.
pub(super) async fn find(env: &Env, user: &Username) -> Result<Option<String>, StoreUnavailable> {
    get(env, &user.record_key()).await
}

/// Checks that KV answers.
pub(super) async fn ping(env: &Env) -> Result<(), StoreUnavailable> {
    get(env, "healthz").await.map(|_| ())
}

/// Writes a value. There is no timeout, because a write that has timed out could still
/// take effect after the next write, and undo it.
pub(super) async fn put(env: &Env, key: &str, value: &str) -> Result<(), StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let put = store.put(key, value).map_err(|_| StoreUnavailable)?;
    put.execute().await.map_err(|_| StoreUnavailable)
}

/// The value that KV holds under a key; `None` if KV has none.
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

/// The user with this number, and the value that KV holds for the user; `None` if
/// KV has no such user. The key `id:<number>` holds the user's name. If that key
/// is missing, the first [`PAGE`] users are searched.
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

/// Deletes a corrupt value under a user's key, and the key `id:<number>` that holds
/// the user's name. The number in the value says which key that is; if that key
/// does not hold the name, the first [`PAGE`] keys `id:…` are searched.
pub(super) async fn clear(
    env: &Env,
    user: &Username,
    corrupt: &str,
) -> Result<(), StoreUnavailable> {
    // The user's value is deleted last, so that the request can be repeated after
    // a failure.
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

/// The most keys that KV lists at once.
const PAGE: u64 = 1000;
/// The most keys that KV reads at once.
const BULK: usize = 100;

/// The first keys that start with `prefix`, at most `most` of them, with their
/// values.
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
    /// The name in each key, and the stored value.
    pub(super) users: Vec<(String, String)>,
    /// Where the next page begins; `None` on the last page.
    pub(super) cursor: Option<String>,
}

/// The prefix of the users' keys.
const USER_KEY: &str = "user:";

/// Reads at most `limit` users whose names start with `prefix`, from `cursor` on.
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

/// How many users' hashes are read to estimate the cost of all users' hashes.
const SAMPLE: usize = 20;

/// The hashes of at most [`SAMPLE`] users: those that are first when sorted by
/// `order`. Sorting by name would let an attacker choose names that come first, and so
/// choose the sample.
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

/// The first keys that start with `prefix`, at most `most` of them.
async fn list(env: &Env, prefix: &str, most: u64) -> Result<Vec<String>, StoreUnavailable> {
    let store = env.kv("USERS").map_err(|_| StoreUnavailable)?;
    let list = store.list().prefix(prefix.into()).limit(most).execute();
    match timeout::within(list).await {
        Some(Ok(list)) => Ok(list.keys.into_iter().map(|key| key.name).collect()),
        _ => Err(StoreUnavailable),
    }
}
