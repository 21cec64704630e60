use worker::Request;

use super::bearer;
use crate::account::{Answer, Command};
use crate::worker::call::Call;
use crate::worker::object::{self, AccountUnavailable};
use crate::worker::problem::Problem;
use crate::worker::reply::Reply;

/// `POST /logout`: ends the token's session.
pub(super) async fn answer(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let access = bearer::access(call, &config, request)?;
    let (_, stored) = bearer::user(call, &access).await?;
    let Some(session) = access.session() else {
        return Err(Problem::forbidden("this token belongs to no session").because("no_session"));
    };
    let command = Command::EndSession {
        username: access.username().clone(),
        session: session.clone(),
        stored: Some(stored),
        access_lifetime: config.tokens.lifetime().as_secs(),
    };
    match object::ask(&call.env, access.username(), command).await {
        Ok(Answer::Done) => Ok(Reply::empty().because("logged_out")),
        Ok(_) | Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}
