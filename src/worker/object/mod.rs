//! The Durable Object of an account, and of the numbers for new users.
//!
//! What is decided is decided by the core's [`Ledger`](crate::account::Ledger),
//! which [`keeper`] carries from and to the object's storage and to KV. A name
//! has one object wherever it is asked, and an object does one thing at a time.

mod ids;
mod keeper;
mod stub;

use core::time::Duration;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::select;
use serde::{Deserialize, Serialize};
use worker::{Delay, DurableObject, Env, Request, Response, State, durable_object};

use keeper::Keeper;
pub(super) use stub::{AccountUnavailable, ask, begun, newer_record, newest, sign_up, withdraw};

use super::users;
use crate::account::{Answer, Command, UserId, Username};

/// What an object is sent.
#[derive(Serialize, Deserialize)]
enum Message {
    /// An account's object.
    Account { command: Command },
    /// An account's object: signs a new user up, whose number it fetches.
    SignUp {
        username: Username,
        hash_password: String,
        phone: String,
    },
    /// The object of the numbers: hands out the next one.
    NextId,
}

/// What came of a sign-up.
#[derive(Serialize, Deserialize)]
pub(super) enum SignedUp {
    /// The new user has this number.
    As { id: UserId },
    /// Someone else has the name.
    Taken,
}

/// The class of the binding `ACCOUNTS`.
#[durable_object]
pub struct Account {
    state: Rc<State>,
    env: Env,
    keeper: Rc<Keeper>,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        let state = Rc::new(state);
        Self {
            keeper: Rc::new(Keeper::new(Rc::clone(&state), env.clone())),
            state,
            env,
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let message: Message = serde_json::from_str(&request.text().await?)?;
        let answer = match message {
            Message::NextId => Response::from_json(&ids::next(&self.state).await?),
            Message::Account { command } => {
                let answer = self.apply(command).await;
                answer.and_then(|answer| Response::from_json(&answer))
            }
            Message::SignUp {
                username,
                hash_password,
                phone,
            } => {
                let signed_up = self.sign_up(username, hash_password, phone).await;
                signed_up.and_then(|signed_up| Response::from_json(&signed_up))
            }
        };
        if answer.is_err() {
            self.keeper.forget();
        }
        answer
    }

    /// Writes to KV what it did not take, drops what is over, and gives the
    /// storage back when nothing is left.
    async fn alarm(&self) -> worker::Result<Response> {
        let outcome = self.keeper.look_after().await;
        if outcome.is_err() {
            self.keeper.forget();
        }
        outcome?;
        Response::empty()
    }
}

/// How long an answer waits for KV, in which what it says may not stand yet.
/// The write goes on behind it.
const KV_WAIT: Duration = Duration::from_secs(1);

impl Account {
    async fn apply(&self, command: Command) -> worker::Result<Answer> {
        let answer = self.keeper.apply(command).await?;
        if self.keeper.has_to_write() {
            let keeper = Rc::clone(&self.keeper);
            let write = async move { keeper.write_through().await };
            let write = write.boxed_local().shared();
            self.state.wait_until(write.clone());
            select(write, Delay::from(KV_WAIT)).await;
        }
        Ok(answer)
    }

    async fn sign_up(
        &self,
        username: Username,
        hash_password: String,
        phone: String,
    ) -> worker::Result<SignedUp> {
        if let Answer::Begun { newer: Some(_) } = self.apply(Command::Look).await? {
            return Ok(SignedUp::Taken);
        }
        let stored = users::find(&self.env, &username).await;
        let stored = stored.map_err(|_| "KV does not answer")?;
        if stored.is_some() {
            return Ok(SignedUp::Taken);
        }
        let id = self.unused_id().await?;
        // Others may have come in between; it is decided here and at once.
        let register = Command::Register {
            username,
            hash_password,
            phone,
            id,
            stored,
        };
        match self.apply(register).await? {
            Answer::Done => Ok(SignedUp::As { id }),
            _ => Ok(SignedUp::Taken),
        }
    }

    /// A number that was not given before, nor imported.
    async fn unused_id(&self) -> worker::Result<UserId> {
        loop {
            let id = stub::next_id(&self.env).await?;
            let name = users::name_of(&self.env, id).await;
            if name.map_err(|_| "KV does not answer")?.is_none() {
                return Ok(id);
            }
        }
    }
}
