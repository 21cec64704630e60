//! The decisions of an account's object, tested through its requests.

mod adoption;
mod attempts;
mod create;
mod legacy_exchange;
mod log_outs;
pub(crate) mod object;
mod operator;
mod passwords;
mod protocol;
mod rename;
mod rename_cuts;
mod replication;
mod rotation;
mod session;
mod sessions;
mod storage;
mod tombstones;

use portcullis::account::object::protocol::{
    Admit, AdmitAnswer, Begin, BeginAnswer, ChangePassword, ChangePasswordAnswer, CheckAnswer,
    CheckToken, Checked, EndAnswer, EndSessions, ListAnswer, ListSessions, NoUser, Opened,
    PasswordSource, ReadUser, Refresh, RefreshAnswer, UserAnswer, UserState, WhichSessions,
};
use portcullis::account::{
    AccessError, AttemptLimits, ClientAddress, ClientDescription, ClientId, OpenSession,
    RefreshClaim, RefreshError, SessionId, SessionInfo, SessionPolicy, StoredDecision, TokenFacts,
    TokenSession, UnverifiedRefreshToken, UserId, UserRecord, Username, find_stored_user,
};

use crate::support::*;
use object::{Kv, Object};
pub(crate) use session::{Attempt, Login, Session};
use session::{forged, session, sessionless, text};

pub(crate) const HOUR: u64 = 3600;
pub(crate) const MONTH: u64 = 30 * 24 * HOUR;
pub(crate) const LIMITS: AttemptLimits = AttemptLimits {
    per_address: 3,
    per_account: 5,
    window: 900,
};
pub(crate) const POLICY: SessionPolicy = SessionPolicy {
    lifetime: MONTH,
    access_lifetime: HOUR,
    idle: None,
    valid_from: None,
};
/// The time after a session's last refresh at which its access tokens may expire.
const TOKENS_LAST: i64 = HOUR.cast_signed() + 60;

pub(crate) fn alice() -> Username {
    Username::new("alice").unwrap()
}

pub(crate) fn id(number: u64) -> UserId {
    UserId::new(number).unwrap()
}

/// The seed of alice, number 7, whose password is `old`. In these tests the
/// hash of a password is the password after a `$`.
pub(crate) fn seed(change: impl FnOnce(&mut UserRecord)) -> String {
    let mut record = UserRecord::new(id(7), &alice(), "$old".into(), "+44".into());
    change(&mut record);
    record.to_json().unwrap()
}

pub(crate) fn client(number: u32) -> ClientId {
    let address = format!("192.0.2.{number}");
    ClientAddress::parse(&address).id_for(&alice(), b"secret")
}

impl Object {
    /// The object of a user whom KV has as a seed.
    pub(crate) fn imported() -> Self {
        let mut object = Self::empty("alice");
        object.put(seed(|_| ()));
        object
    }

    /// The object of a user who has logged in from the first address, once
    /// everything is written.
    pub(crate) fn adopted() -> Self {
        let mut object = Self::imported();
        let session = object.log_in();
        object.end(&session, WhichSessions::Current);
        object.wait(200 + TOKENS_LAST);
        object.kv_log.clear();
        object
    }

    pub(crate) fn begin(&mut self, from: u32) -> BeginAnswer {
        self.ask(Begin {
            from: client(from),
            limits: LIMITS,
            token: None,
        })
    }

    /// The seconds until a login from there is let through; 0 if it was.
    pub(crate) fn seconds_to_wait(&mut self, from: u32) -> u32 {
        match self.begin(from) {
            BeginAnswer::Check { .. } => 0,
            BeginAnswer::TooMany(too_many) => too_many.retry_after,
            BeginAnswer::Refused(why) => panic!("{why:?}"),
        }
    }

    /// Counts an attempt and checks a password, as the Worker does where KV
    /// shows this value.
    pub(crate) fn check_password(
        &mut self,
        from: u32,
        password: &str,
        shown: Option<String>,
    ) -> Result<Attempt, Login> {
        let source = match self.begin(from) {
            BeginAnswer::Check { source, .. } => source,
            BeginAnswer::TooMany(too_many) => return Err(Login::TooMany(too_many.retry_after)),
            BeginAnswer::Refused(why) => panic!("{why:?}"),
        };
        let (record, checked) = match source {
            PasswordSource::Object { record, version } => {
                (Some(*record), Checked::Object { version })
            }
            PasswordSource::Shown => {
                let record = find_stored_user(&alice(), shown.as_deref());
                (record.ok(), Checked::Shown)
            }
            PasswordSource::Nobody => (None, Checked::Shown),
        };
        match record {
            Some(record) if record.hash_password.starts_with(&format!("${password}")) => {
                Ok(Attempt {
                    from,
                    checked,
                    shown,
                })
            }
            _ => Err(Login::WrongPassword),
        }
    }

    pub(crate) fn admit(&mut self, attempt: &Attempt, rehash: Option<&str>) -> Login {
        self.admit_with(attempt, rehash, POLICY)
    }

    pub(crate) fn admit_with(
        &mut self,
        attempt: &Attempt,
        rehash: Option<&str>,
        policy: SessionPolicy,
    ) -> Login {
        let answer = self.ask(Admit {
            from: client(attempt.from),
            checked: attempt.checked.clone(),
            shown: attempt.shown.clone(),
            rehash: rehash.map(Into::into),
            policy,
            client: ClientDescription::default(),
        });
        match answer {
            AdmitAnswer::Opened(opened) => Login::In(Box::new(session(opened, self.now))),
            AdmitAnswer::Changed => Login::Changed,
            AdmitAnswer::NoUser(why) => Login::NoUser(why),
        }
    }

    /// A login where KV shows what it has.
    pub(crate) fn try_log_in(&mut self, from: u32, password: &str) -> Login {
        let shown = self.shown();
        self.try_log_in_where(from, password, shown)
    }

    /// A login where KV shows this value.
    pub(crate) fn try_log_in_where(
        &mut self,
        from: u32,
        password: &str,
        shown: Option<String>,
    ) -> Login {
        match self.check_password(from, password, shown) {
            Ok(attempt) => self.admit(&attempt, None),
            Err(refused) => refused,
        }
    }

    /// A login with the password `old` from the first address.
    pub(crate) fn log_in(&mut self) -> Session {
        self.try_log_in(1, "old").unwrap()
    }

    pub(crate) fn refresh_with(
        &mut self,
        claim: &RefreshClaim,
        policy: SessionPolicy,
    ) -> Result<Session, RefreshError> {
        let claim = claim.clone();
        match self.ask(Refresh { claim, policy }) {
            RefreshAnswer::Opened(opened) => Ok(session(opened, self.now)),
            RefreshAnswer::Refused(why) => Err(why),
        }
    }

    pub(crate) fn refresh(&mut self, session: &Session) -> Result<Session, RefreshError> {
        self.refresh_with(session.claim(), POLICY)
    }

    pub(crate) fn refusal(&mut self, session: &Session) -> Option<RefreshError> {
        self.refresh(session).err()
    }

    pub(crate) fn end(&mut self, session: &Session, which: WhichSessions) -> EndAnswer {
        let token = session.token.clone();
        self.ask(EndSessions { token, which })
    }

    pub(crate) fn log_out(&mut self, session: &Session) {
        assert_eq!(self.end(session, WhichSessions::Current), EndAnswer::Ended);
    }

    pub(crate) fn list(&mut self, session: &Session) -> Result<Vec<SessionInfo>, AccessError> {
        let token = session.token.clone();
        match self.ask(ListSessions { token }) {
            ListAnswer::Sessions(sessions) => Ok(sessions),
            ListAnswer::Refused(why) => Err(why),
        }
    }

    /// Changes the password in a session, from the first address.
    pub(crate) fn change_password(
        &mut self,
        session: &Session,
        attempt: &Attempt,
        hash: &str,
    ) -> ChangePasswordAnswer {
        self.ask(ChangePassword {
            from: client(attempt.from),
            token: session.token.clone(),
            checked: attempt.checked.clone(),
            shown: attempt.shown.clone(),
            hash_password: hash.into(),
        })
    }

    /// A change of password by someone who knows the old one.
    pub(crate) fn replace_password(&mut self, session: &Session, old: &str, new: &str) {
        let shown = self.shown();
        let attempt = self.check_password(1, old, shown);
        let attempt = attempt.unwrap_or_else(|refused| panic!("{refused:?}"));
        let hash = format!("${new}");
        assert_eq!(
            self.change_password(session, &attempt, &hash),
            ChangePasswordAnswer::Replaced
        );
    }

    pub(crate) fn check(&mut self, token: &TokenFacts) -> CheckAnswer {
        let token = token.clone();
        self.ask(CheckToken { token })
    }

    /// Why the object refuses a token.
    pub(crate) fn check_refusal(&mut self, token: &TokenFacts) -> Option<AccessError> {
        match self.check(token) {
            CheckAnswer::Granted(_) => None,
            CheckAnswer::Refused(why) => Some(why),
            CheckAnswer::NoRecord => panic!("no record"),
        }
    }

    /// Whether the token stands: by the object, and by what KV has.
    pub(crate) fn stands(&mut self, token: &TokenFacts) -> bool {
        let by_object = self.check_refusal(token).is_none();
        if let Ok(decision) = token.authorize(&alice(), self.shown().as_deref()) {
            let asks = matches!(decision, StoredDecision::AskObject);
            assert!(by_object || asks, "KV grants what the object refuses");
        } else {
            assert!(!by_object, "KV refuses what the object grants");
        }
        by_object
    }

    pub(crate) fn read(&mut self) -> UserState {
        let shown = self.shown();
        user(self.ask(ReadUser { shown })).unwrap()
    }

    pub(crate) fn version(&mut self) -> u64 {
        self.read().version.unwrap()
    }
}

pub(crate) fn user(answer: UserAnswer) -> Result<UserState, Option<NoUser>> {
    match answer {
        UserAnswer::User(state) => Ok(state),
        UserAnswer::NoUser(why) => Err(Some(why)),
        UserAnswer::Removed => Err(None),
    }
}
