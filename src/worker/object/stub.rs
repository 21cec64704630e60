//! Asking an object.

use serde::de::DeserializeOwned;
use worker::{Env, Method, Request, RequestInit};

use super::{Message, SignedUp};
use crate::account::{Answer, ClientId, Command, NewerRecord, UserId, Username};
use crate::worker::call::Call;
use crate::worker::patience;
use crate::worker::problem::Problem;

/// The object did not answer, or threw.
pub(in crate::worker) struct AccountUnavailable;

/// Asks an account's object.
pub(in crate::worker) async fn ask(
    env: &Env,
    username: &Username,
    command: Command,
) -> Result<Answer, AccountUnavailable> {
    send(env, &username.record_key(), &Message::Account { command }).await
}

/// The answer to [`Command::Begin`]: the record, where the object has a newer
/// one than KV may have.
pub(in crate::worker) fn begun(
    answer: Result<Answer, AccountUnavailable>,
) -> Result<Option<NewerRecord>, Problem> {
    match answer {
        Ok(Answer::Begun { newer }) => Ok(newer),
        Ok(Answer::TooMany(too_many)) => {
            Err(Problem::too_many_attempts(too_many.retry_after).because("account_throttled"))
        }
        _ => Err(Problem::account_unavailable()),
    }
}

/// The record that counts, of the object's and KV's.
pub(in crate::worker) fn newest(
    newer: Option<&NewerRecord>,
    username: &Username,
    stored: Option<String>,
) -> Result<Option<String>, Problem> {
    NewerRecord::newest(newer, username, stored)
        .map_err(|_| Problem::store_unavailable().because("record_corrupt"))
}

/// Takes an attempt back that came to no hash, for which KV is to blame.
pub(in crate::worker) async fn withdraw(
    call: &Call,
    username: &Username,
    from: ClientId,
) -> Problem {
    // If it cannot be taken back, it is over with its window.
    let _ = ask(&call.env, username, Command::Withdraw { from }).await;
    Problem::store_unavailable()
}

/// The record, where the object has a newer one than KV may have.
pub(in crate::worker) async fn newer_record(
    env: &Env,
    username: &Username,
) -> Result<Option<NewerRecord>, Problem> {
    begun(ask(env, username, Command::Look).await)
}

/// Signs a new user up.
pub(in crate::worker) async fn sign_up(
    env: &Env,
    username: &Username,
    hash_password: String,
    phone: &str,
) -> Result<SignedUp, AccountUnavailable> {
    let message = Message::SignUp {
        username: username.clone(),
        hash_password,
        phone: phone.into(),
    };
    send(env, &username.record_key(), &message).await
}

/// No user's object has this name: theirs begin with `user:`.
const IDS: &str = "ids";

pub(super) async fn next_id(env: &Env) -> worker::Result<UserId> {
    let id = send(env, IDS, &Message::NextId).await;
    id.map_err(|AccountUnavailable| "the object of the numbers does not answer".into())
}

async fn send<T: DeserializeOwned>(
    env: &Env,
    name: &str,
    message: &Message,
) -> Result<T, AccountUnavailable> {
    match patience::within(send_for_ever(env, name, message)).await {
        Some(Ok(answer)) => Ok(answer),
        _ => Err(AccountUnavailable),
    }
}

async fn send_for_ever<T: DeserializeOwned>(
    env: &Env,
    name: &str,
    message: &Message,
) -> worker::Result<T> {
    let stub = env.durable_object("ACCOUNTS")?.get_by_name(name)?;
    let body = serde_json::to_string(message)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    // The runtime wants an absolute URL; nobody looks at it.
    let request = Request::new_with_init("https://account/", &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    let text = response.text().await?;
    if response.status_code() != 200 {
        return Err("the object failed".into());
    }
    Ok(serde_json::from_str(&text)?)
}
