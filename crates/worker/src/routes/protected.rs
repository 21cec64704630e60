//! `GET /me` and `GET /verify`. One implementation decides about a token, step
//! by step, for two callers: [`fast`](crate::fast) answers most requests within
//! one synchronous call; [`answer`] can also ask the account's object.

use serde::Serialize;
use worker::Request;

use super::bearer::{self, Presented};
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::{
    StoredDecision, TokenFacts, UserId, UserRecord, Username, VerifiedAccess,
};
use portcullis::settings::Config;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtectedRoute {
    /// `GET /me`: the user's number, name and phone number. In the Flask original,
    /// this was the protected index.
    Me,
    /// `GET /verify`, for a reverse proxy that asks before each request. Only the
    /// token decides, so a logout or a user's removal has no effect before the
    /// token expires. With `REVOCATION = "strict"`, the account's object decides.
    Verify,
}

/// The user's record in KV, if it is read.
#[derive(Clone, Copy)]
pub(crate) enum Record<'a> {
    /// The record was not read yet.
    NotRead,
    /// `None` when KV has no record.
    Read(Option<&'a str>),
}

/// The next step of a request.
pub(crate) enum Next {
    /// Send this answer.
    Reply(Reply),
    /// Read the user's record from KV, and decide again.
    ReadRecord,
    /// The account's object decides: the record in KV is not enough, or
    /// `REVOCATION` is `strict`.
    AskObject,
}

/// Decides about a verified token with the facts that are known so far.
pub(crate) fn next(
    route: ProtectedRoute,
    config: &Config,
    access: &VerifiedAccess,
    record: Record<'_>,
) -> Result<Next, Problem> {
    match route {
        _ if config.strict_revocation => Ok(Next::AskObject),
        ProtectedRoute::Verify => Ok(Next::Reply(verified(access))),
        ProtectedRoute::Me => match record {
            Record::NotRead => Ok(Next::ReadRecord),
            Record::Read(stored) => by_record(access.username(), &access.facts(), stored),
        },
    }
}

fn by_record(
    username: &Username,
    token: &TokenFacts,
    stored: Option<&str>,
) -> Result<Next, Problem> {
    match token.authorize(username, stored) {
        Ok(StoredDecision::Granted(user)) => Ok(Next::Reply(me(&user))),
        Ok(StoredDecision::AskObject) => Ok(Next::AskObject),
        Err(why) => Err(Problem::access_refused(why)),
    }
}

/// Serves the requests that [`fast`](crate::fast) does not serve: requests for
/// which the record in KV is not enough, requests with a token of the Flask
/// original, and with `REVOCATION = "strict"` all requests.
pub(super) async fn answer(
    route: ProtectedRoute,
    call: &Call,
    request: &Request,
) -> Result<Reply, Problem> {
    let config = call.config()?;
    let presented = bearer::presented(&config, request)?;
    let (username, token, mut stored) = match &presented {
        Presented::Access(access) => {
            call.about(&config, access.username());
            (access.username().clone(), access.facts(), None)
        }
        Presented::Legacy(access) if route == ProtectedRoute::Me => {
            let (username, stored) = bearer::legacy_stored(call, &config, access).await?;
            (username, access.facts(), Some(stored))
        }
        Presented::Legacy(_) => return Err(Problem::token_incorrect().because("legacy_token")),
    };
    let mut step = match &presented {
        Presented::Access(access) => next(route, &config, access, Record::NotRead)?,
        Presented::Legacy(_) if config.strict_revocation => Next::AskObject,
        Presented::Legacy(_) => by_record(&username, &token, stored.as_deref())?,
    };
    if matches!(step, Next::ReadRecord) {
        stored = bearer::read(call, &username).await?;
        step = by_record(&username, &token, stored.as_deref())?;
    }
    let reply = match step {
        Next::Reply(reply) => reply,
        _ => {
            let user = bearer::user(call, &username, &token, stored).await?;
            match &presented {
                Presented::Access(access) if route == ProtectedRoute::Verify => verified(access),
                _ => me(&user),
            }
        }
    };
    Ok(match presented {
        Presented::Access(_) => reply,
        Presented::Legacy(_) => reply.because("legacy_token_right"),
    })
}

#[derive(Serialize)]
struct Me<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

fn me(user: &UserRecord) -> Reply {
    let answer = Me {
        id: user.id,
        username: &user.username,
        phone: &user.phone,
    };
    Reply::json(200, &answer).because("token_right")
}

#[derive(Serialize)]
struct Verified<'a> {
    id: UserId,
    username: &'a str,
    expires_at: i64,
}

fn verified(access: &VerifiedAccess) -> Reply {
    let answer = Verified {
        id: access.id(),
        username: access.username().as_str(),
        expires_at: access.expires_at(),
    };
    Reply::json(200, &answer).because("token_right")
}
