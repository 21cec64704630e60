//! The requests of a user about the user's sessions. A method with a request of
//! [`protocol`](super::protocol) as its parameter handles this request.

use super::AccountObject;
use super::protocol::{
    CheckAnswer, CheckToken, EndAnswer, EndSessions, ListAnswer, ListSessions, WhichSessions,
};
use super::state::{Holder, User};
use crate::account::{AccessError, SessionId, TokenFacts};

impl AccountObject {
    pub(super) fn check_token(&mut self, request: &CheckToken) -> CheckAnswer {
        match &self.state.holder {
            Holder::User(user) => match user.check(&request.token) {
                Ok(()) => CheckAnswer::Granted(Box::new(user.record.clone())),
                Err(why) => CheckAnswer::Refused(why),
            },
            // An object without a record has no sessions, so the token's session ended.
            Holder::Nobody if request.token.session.is_some() => {
                CheckAnswer::Refused(AccessError::SessionEnded)
            }
            Holder::Nobody => CheckAnswer::NoRecord,
            Holder::Removed(_) | Holder::Reserved(_) => {
                CheckAnswer::Refused(AccessError::UserUnknown)
            }
        }
    }

    pub(super) fn list_sessions(&mut self, request: &ListSessions, now: i64) -> ListAnswer {
        match self.user_in_session(&request.token) {
            Ok((user, _)) => ListAnswer::Sessions(user.sessions.list(now)),
            Err(why) => ListAnswer::Refused(why),
        }
    }

    pub(super) fn end_sessions(&mut self, request: &EndSessions, now: i64) -> EndAnswer {
        let (user, current) = match self.user_in_session(&request.token) {
            Ok(found) => found,
            Err(why) => return EndAnswer::Refused(why),
        };
        let ended = match &request.which {
            WhichSessions::Current => user.sessions.end(&current).into_iter().collect(),
            WhichSessions::One(id) => match user.sessions.end(id) {
                Some(ended) => vec![ended],
                None => return EndAnswer::SessionUnknown,
            },
            WhichSessions::Others => user.sessions.end_others(Some(&current)),
        };
        let changed = !ended.is_empty();
        for session in ended {
            user.add_ended(session, now);
        }
        if changed {
            self.state.changed(now);
        }
        EndAnswer::Ended
    }

    /// The user and the session of a token that is valid and belongs to a
    /// session.
    fn user_in_session(
        &mut self,
        token: &TokenFacts,
    ) -> Result<(&mut User, SessionId), AccessError> {
        let session = token.session.as_ref().ok_or(AccessError::SessionEnded)?;
        let user = self.state.user().ok_or(AccessError::UserUnknown)?;
        user.check(token)?;
        Ok((user, session.id.clone()))
    }
}
