//! `POST /logout`.

use worker::Request;

use super::bearer;
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::AccessError;
use portcullis::account::object::protocol::{EndAnswer, EndSessions, WhichSessions};

/// `POST /logout`: ends the token's session.
pub(super) async fn answer(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let access = bearer::access(call, &config, request)?;
    let facts = access.facts();
    if facts.session.is_none() {
        return Err(Problem::no_session());
    }
    let end = EndSessions {
        token: facts,
        which: WhichSessions::Current,
    };
    match object::ask(&call.env, access.username(), end).await {
        Ok(EndAnswer::Ended) => Ok(Reply::empty().because("logged_out")),
        Ok(EndAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Ok(EndAnswer::SessionUnknown) => Err(Problem::access_refused(AccessError::SessionEnded)),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
