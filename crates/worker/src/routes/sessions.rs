//! `/sessions`: users list and end their own sessions.

use serde::Serialize;
use worker::Request;

use super::bearer;
use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::session_in;
use crate::split_url;
use portcullis::account::object::protocol::{
    EndAnswer, EndSessions, ListAnswer, ListSessions, WhichSessions,
};
use portcullis::account::{ClientDescription, SessionId, SessionInfo, TokenFacts, Username};

#[derive(Serialize)]
struct Answer<'a> {
    sessions: Vec<SessionView<'a>>,
}

/// A session in an answer. All times are in seconds since the epoch.
#[derive(Serialize)]
pub(super) struct SessionView<'a> {
    id: &'a SessionId,
    began_at: i64,
    renewed_at: i64,
    /// Whether the request's token belongs to this session; absent in answers to
    /// operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<bool>,
    client: &'a ClientDescription,
}

impl<'a> SessionView<'a> {
    pub(super) fn new(session: &'a SessionInfo) -> Self {
        Self {
            id: &session.id,
            began_at: session.began_at,
            renewed_at: session.renewed_at,
            current: None,
            client: &session.client,
        }
    }
}

/// `GET /sessions`: lists the user's sessions.
pub(super) async fn list(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let (username, token) = token_of_session(call, request)?;
    let current = token.session.as_ref().map(|session| session.id.clone());
    let answer = object::ask(&call.env, &username, ListSessions { token }).await;
    match answer {
        Ok(ListAnswer::Sessions(sessions)) => {
            let sessions = sessions.iter().map(|session| SessionView {
                current: Some(current.as_ref() == Some(&session.id)),
                ..SessionView::new(session)
            });
            let sessions = sessions.collect();
            Ok(Reply::json(200, &Answer { sessions }).because("sessions_listed"))
        }
        Ok(ListAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// `DELETE /sessions`: ends all sessions except the token's session.
pub(super) async fn end_others(call: &Call, request: &Request) -> Result<Reply, Problem> {
    end(call, request, WhichSessions::Others).await
}

/// `DELETE /sessions/{id}`: ends one session.
pub(super) async fn end_one(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let url = request.inner().url();
    match session_in(split_url(&url).1).and_then(SessionId::parse) {
        Some(id) => end(call, request, WhichSessions::One(id)).await,
        None => {
            token_of_session(call, request)?;
            Err(Problem::session_unknown())
        }
    }
}

async fn end(call: &Call, request: &Request, which: WhichSessions) -> Result<Reply, Problem> {
    let (username, token) = token_of_session(call, request)?;
    match object::ask(&call.env, &username, EndSessions { token, which }).await {
        Ok(EndAnswer::Ended) => Ok(Reply::empty().because("sessions_ended")),
        Ok(EndAnswer::SessionUnknown) => Err(Problem::session_unknown()),
        Ok(EndAnswer::Refused(why)) => Err(Problem::access_refused(why)),
        Err(AccountUnavailable) => Err(Problem::account_unavailable()),
    }
}

/// The user and the facts of the token in the header. The token must belong to a
/// session.
fn token_of_session(call: &Call, request: &Request) -> Result<(Username, TokenFacts), Problem> {
    let config = call.config()?;
    let access = bearer::access(call, &config, request)?;
    let facts = access.facts();
    if facts.session.is_none() {
        return Err(Problem::no_session());
    }
    Ok((access.username().clone(), facts))
}
