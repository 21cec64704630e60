//! `GET /me` and `GET /verify`. One implementation decides about a token, step
//! by step, for two callers: [`fast`](crate::fast) answers most requests within
//! one synchronous call; [`answer`] can also ask the account's object.

use serde::Serialize;
use worker::Request;

use super::bearer::{self, Presented};
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{header, now};
use portcullis::account::{
    StoredDecision, TokenFacts, UserId, UserRecord, Username, VerifiedAccess, VerifiedLegacyAccess,
};
use portcullis::settings::Config;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtectedRoute {
    /// The original's protected index: what users are told of themselves.
    Me,
    /// For a reverse proxy that asks before each request. The token alone
    /// decides, so a log-out or a user's removal has no effect before the token
    /// expires; with `REVOCATION = "strict"` the account's object decides.
    Verify,
}

/// The user's record in KV, as far as it is known.
#[derive(Clone, Copy)]
pub(crate) enum Record<'a> {
    NotRead,
    /// `None` when KV has no record.
    Read(Option<&'a str>),
}

/// What a request needs next.
pub(crate) enum Next {
    Reply(Reply),
    ReadRecord,
    /// KV cannot decide, or must not.
    AskObject,
}

/// Decides about a verified token with what is known so far.
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

/// Serves the requests that [`fast`](crate::fast) does not: those for which KV
/// cannot tell, those with a token of the original's, and all of them with
/// `REVOCATION = "strict"`.
pub(super) async fn answer(
    route: ProtectedRoute,
    call: &Call,
    request: &Request,
) -> Result<Reply, Problem> {
    let config = call.config()?;
    let header = header(request, "authorization");
    let access = match bearer::verify(&config, bearer::credentials(&header)?, now())? {
        Presented::Access(access) => access,
        Presented::Legacy(access) if route == ProtectedRoute::Me => {
            return legacy_me(call, &config, &access).await;
        }
        Presented::Legacy(_) => return Err(Problem::token_incorrect().because("legacy_token")),
    };
    let username = access.username();
    call.about(&config, username);
    let mut stored = None;
    let mut step = next(route, &config, &access, Record::NotRead)?;
    if matches!(step, Next::ReadRecord) {
        stored = bearer::read(call, username).await?;
        step = next(route, &config, &access, Record::Read(stored.as_deref()))?;
    }
    if let Next::Reply(reply) = step {
        return Ok(reply);
    }
    let user = bearer::user(call, username, &access.facts(), stored).await?;
    Ok(match route {
        ProtectedRoute::Me => me(&user),
        ProtectedRoute::Verify => verified(&access),
    })
}

async fn legacy_me(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<Reply, Problem> {
    let (username, stored) = bearer::legacy_stored(call, config, access).await?;
    let facts = access.facts();
    let step = if config.strict_revocation {
        Next::AskObject
    } else {
        by_record(&username, &facts, Some(&stored))?
    };
    let reply = match step {
        Next::Reply(reply) => reply,
        _ => me(&bearer::user(call, &username, &facts, Some(stored)).await?),
    };
    Ok(reply.because("legacy_token_right"))
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
