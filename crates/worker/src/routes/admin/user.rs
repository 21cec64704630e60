//! One user: read, sign out, remove, end a session.

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

/// `GET /admin/users/~{name}`.
pub(super) async fn read(call: &Call, username: &Username) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let answer = object::ask(&call.env, username, ReadUser { shown }).await;
    let user = view::existing(answer.map_err(unavailable)?)?;
    Ok(view::reply(200, &user).because("user_read"))
}

/// `POST /admin/users/~{name}/sign-out`.
pub(super) async fn sign_out(call: &Call, username: &Username) -> Result<Reply, Problem> {
    let shown = shown(call, username).await?;
    let answer = object::ask(&call.env, username, SignOut { shown }).await;
    view::existing(answer.map_err(unavailable)?)?;
    Ok(Reply::empty().because("user_signed_out"))
}

/// `DELETE /admin/users/~{name}`. A value that is not a user's, and that no
/// object has adopted, is deleted from KV: the user can be imported again.
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

/// `DELETE /admin/users/~{name}/sessions/{id}`.
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
