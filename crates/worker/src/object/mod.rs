//! The Durable Objects. All of them are of one class, and the name of an object
//! says its task:
//!
//! - one object for each account,
//! - one object that counts the users' numbers, and one for each claimed number,
//! - one object for each operator's key,
//! - objects that count the failures of addresses.
//!
//! The core's [`AccountObject`](portcullis::account::object::AccountObject) decides
//! about an account; [`account`] carries out its effects. A name belongs to the same
//! object wherever in the world a request arrives.

mod account;
mod failures;
mod ids;
mod nonces;
mod stub;

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use account::AccountCarrier;
pub(super) use failures::{count_failure, withdraw_failure};
use nonces::Nonce;
pub(super) use nonces::{NonceAnswer, use_nonce};
pub(super) use stub::{AccountUnavailable, ask};

use portcullis::account::object::ClaimId;
use portcullis::account::object::protocol::Envelope;
use portcullis::account::{AddressFailures, AddressId, CountFailure};

/// A request to an object.
#[derive(Serialize, Deserialize)]
enum ObjectRequest {
    /// To an account's object.
    Account(Box<Envelope>),
    /// To the object of a user's number.
    Claim(ClaimId),
    /// To the object that counts the numbers of new users.
    NextId,
    /// To the object of an operator's key.
    UseNonce(Nonce),
    /// To the object that counts an address's failures.
    CountFailure(CountFailure),
    /// To the object that counts an address's failures: the attempt was not a
    /// failure.
    WithdrawFailure(AddressId),
}

/// The Durable Object class of the binding `ACCOUNTS`.
#[durable_object]
pub struct Account {
    state: Rc<State>,
    account: Rc<AccountCarrier>,
    failures: RefCell<AddressFailures>,
}

/// How long an answer waits until its change is written to KV. After that the
/// object answers, and the write continues in the background.
const KV_WAIT: Duration = Duration::from_secs(1);

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        let state = Rc::new(state);
        Self {
            account: AccountCarrier::new(Rc::clone(&state), env),
            state,
            failures: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        match serde_json::from_str(&request.text().await?)? {
            ObjectRequest::Account(envelope) => {
                let answer = self.account.answer(envelope, KV_WAIT).await?;
                Response::ok(answer)
            }
            ObjectRequest::Claim(claim) => {
                Response::from_json(&ids::claim(&self.state, &claim).await?)
            }
            ObjectRequest::NextId => Response::from_json(&ids::next(&self.state).await?),
            ObjectRequest::UseNonce(nonce) => {
                Response::from_json(&nonces::decide(&self.state, nonce)?)
            }
            ObjectRequest::CountFailure(attempt) => {
                let now = account::now();
                Response::from_json(&self.failures.borrow_mut().count(&attempt, now))
            }
            ObjectRequest::WithdrawFailure(address) => {
                self.failures.borrow_mut().withdraw(&address);
                Response::from_json(&())
            }
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.account.alarm().await?;
        Response::empty()
    }
}
