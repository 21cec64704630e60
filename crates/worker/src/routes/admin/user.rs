//! Reads, signs out or removes one user, or ends one of the user's sessions.

use super::{shown, view};
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::users;
use portcullis::account::object::protocol::{
    EndUserSession, EndUserSessionAnswer, NoUser, ReadUser, RemoveUser, SignOut, UserAnswer,
};
use portcullis::account::{SessionId, Username};

/// `GET /admin/users/~{name}`: reads a user.
pub(super) async fn read(call: &Call, username: &Username) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let answer = object::ask(&call.env, username, ReadUser { shown }).await;
    let user = view::existing(answer.map_err(unavailable)?)?;
    Ok(view::reply(200, &user).because("user_read"))
}

/// `POST /admin/users/~{name}/sign-out`: ends all sessions of a user.
pub(super) async fn sign_out(call: &Call, username: &Username) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let answer = object::ask(&call.env, username, SignOut { shown }).await;
    view::existing(answer.map_err(unavailable)?)?;
    Ok(Reply::empty().because("user_signed_out"))
}

/// `DELETE /admin/users/~{name}`: removes a user. If KV has a corrupt value, and no
/// object has adopted a record, the value is deleted from KV. After that, the user
/// can be imported again.
pub(super) async fn remove(call: &Call, username: &Username) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let request = RemoveUser {
        shown: shown.clone(),
    };
    let answer = object::ask(&call.env, username, request).await;
    match (answer.map_err(unavailable)?, shown) {
        (UserAnswer::NoUser(NoUser::Corrupt), Some(corrupt)) => {
            let cleared = users::clear(&call.env, username, &corrupt).await;
            cleared.map_err(|_| Problem::store_unavailable())?;
        }
        (answer, _) => drop(view::existing(answer)?),
    }
    Ok(Reply::empty().because("user_removed"))
}

/// `DELETE /admin/users/~{name}/sessions/{id}`: ends one of a user's sessions.
pub(super) async fn end_session(
    call: &Call,
    username: &Username,
    session: SessionId,
) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let answer = object::ask(&call.env, username, EndUserSession { session, shown }).await;
    match answer.map_err(unavailable)? {
        EndUserSessionAnswer::Ended => Ok(Reply::empty().because("session_ended")),
        EndUserSessionAnswer::SessionUnknown => Err(Problem::session_unknown()),
        EndUserSessionAnswer::NoUser(why) => Err(view::no_user(why)),
    }
}

pub(super) fn unavailable(_: AccountUnavailable) -> Problem {
    Problem::account_unavailable()
}
