//! Sends requests to the Durable Objects.

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, Method, Request, RequestInit};

use super::ObjectRequest;
use crate::timeout;
use crate::users;
use portcullis::account::Username;
use portcullis::account::object::protocol::{AccountRequest, Envelope};
use portcullis::account::object::{COUNTER_NAME, Question, Unanswered};

/// The object did not answer, or failed.
pub(crate) struct AccountUnavailable;

/// Sends a request to an account's object and returns the answer.
pub(crate) async fn ask<R: AccountRequest>(
    env: &Env,
    username: &Username,
    request: R,
) -> Result<R::Answer, AccountUnavailable> {
    let envelope = Box::new(Envelope::new(username.clone(), request));
    let answer = send(
        env,
        &username.record_key(),
        &ObjectRequest::Account(envelope),
    )
    .await?;
    read(&answer)
}

/// Answers a question of an account's object by asking another object or KV.
/// The answer is in JSON.
pub(super) async fn ask_question(env: &Env, question: Question) -> Result<String, Unanswered> {
    let answer = match question {
        Question::NextId => send(env, COUNTER_NAME, &ObjectRequest::NextId).await,
        Question::Claim(claim) => {
            let name = claim.object_name();
            send(env, &name, &ObjectRequest::Claim(claim)).await
        }
        Question::Account(envelope) => {
            let name = envelope.username.record_key();
            send(env, &name, &ObjectRequest::Account(envelope)).await
        }
        Question::NameOf(id) => {
            let name = users::stored_at(env, &id.index_key()).await;
            let json = name.map(|name| serde_json::to_string(&name).unwrap_or_default());
            json.map_err(|_| AccountUnavailable)
        }
    };
    answer.map_err(|AccountUnavailable| Unanswered)
}

/// Reads the JSON of an answer.
pub(super) fn read<T: DeserializeOwned>(answer: &str) -> Result<T, AccountUnavailable> {
    serde_json::from_str(answer).map_err(|_| AccountUnavailable)
}

/// Sends a request to the object with this name. Waits no longer than the timeout
/// of [`timeout::within`].
pub(super) async fn send(
    env: &Env,
    name: &str,
    request: &impl Serialize,
) -> Result<String, AccountUnavailable> {
    match timeout::within(send_and_wait(env, name, request)).await {
        Some(Ok(answer)) => Ok(answer),
        _ => Err(AccountUnavailable),
    }
}

async fn send_and_wait(env: &Env, name: &str, request: &impl Serialize) -> worker::Result<String> {
    let stub = env.durable_object("ACCOUNTS")?.get_by_name(name)?;
    let body = serde_json::to_string(request)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    // The runtime requires an absolute URL, but the object does not read it.
    let request = Request::new_with_init("https://account/", &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    let text = response.text().await?;
    if response.status_code() != 200 {
        return Err("the object answered with a status other than 200".into());
    }
    Ok(text)
}
