//! The requests that open or continue a session, or change a password: with passwords,
//! refresh tokens and tokens of the Flask application. A method with a request of
//! [`protocol`](super::protocol) as its parameter handles this request.

use super::protocol::{
    Admit, AdmitAnswer, Begin, BeginAnswer, ChangePassword, ChangePasswordAnswer, Checked, Done,
    ExchangeAnswer, ExchangeLegacy, NoUser, Opened, PasswordSource, Refresh, RefreshAnswer,
    Withdraw,
};
use super::state::{Holder, User};
use super::{AccountObject, Call, NotYet};
use crate::account::{
    AccessError, HashDigest, OpenSession, RefreshError, StoredUser, UserRecord, Username,
};

impl AccountObject {
    pub(super) fn begin(&mut self, request: Begin, now: i64) -> BeginAnswer {
        if let Some(token) = &request.token {
            let stands = match &self.state.holder {
                Holder::User(user) => user.check(token),
                // The object has no record, so the value in KV decides about a token
                // without a session.
                Holder::Nobody if token.session.is_none() => Ok(()),
                Holder::Nobody => Err(AccessError::SessionEnded),
                Holder::Removed(_) | Holder::Reserved(_) => Err(AccessError::UserUnknown),
            };
            if let Err(why) = stands {
                return BeginAnswer::Refused(why);
            }
        }
        let attempts = &mut self.state.attempts;
        if let Err(too_many) = attempts.begin(&request.from, request.limits, now) {
            return BeginAnswer::TooMany(too_many);
        }
        BeginAnswer::Check {
            known_address: attempts.knows(&request.from),
            source: match &self.state.holder {
                Holder::User(user) => PasswordSource::Object {
                    record: Box::new(user.record.clone()),
                    version: user.version,
                },
                Holder::Nobody => PasswordSource::Shown,
                Holder::Removed(_) | Holder::Reserved(_) => PasswordSource::Nobody,
            },
        }
    }

    pub(super) fn withdraw(&mut self, request: &Withdraw) -> Done {
        self.state.attempts.withdraw(&request.from);
        Done
    }

    pub(super) fn admit(
        &mut self,
        call: &Call,
        request: Admit,
        now: i64,
    ) -> Result<AdmitAnswer, NotYet> {
        let shown = request.shown.as_deref();
        if matches!(self.state.holder, Holder::Nobody) {
            if request.checked != Checked::Shown {
                return Ok(AdmitAnswer::Changed);
            }
            let adoptable = match self.adoptable(call, shown) {
                Ok(adoptable) if adoptable.record().disabled => return Ok(AdmitAnswer::Changed),
                Ok(adoptable) => adoptable,
                Err(why) => return Ok(AdmitAnswer::NoUser(why)),
            };
            if let Err(why) = self.adopt(call, adoptable, now)? {
                return Ok(AdmitAnswer::NoUser(why));
            }
        }
        let Some(user) = self.state.user() else {
            return Ok(AdmitAnswer::Changed);
        };
        if user.record.disabled || !user.still_checked(&request.checked, shown, &call.username) {
            return Ok(AdmitAnswer::Changed);
        }
        let rehashed = request.rehash.is_some();
        if let Some(hash) = request.rehash {
            user.record.hash_password = hash;
        }
        let policy = &request.policy;
        let opened = user
            .sessions
            .open(&call.random, policy, request.client, now, now);
        let answer = match opened {
            Some(session) => AdmitAnswer::Opened(user.opened(session)),
            None => AdmitAnswer::Changed,
        };
        self.state.attempts.succeeded(&request.from, now);
        if rehashed {
            self.state.changed(now);
        }
        self.recheck_if_overwritten(shown, &call.username, now);
        Ok(answer)
    }

    pub(super) fn refresh(&mut self, request: &Refresh, now: i64) -> RefreshAnswer {
        let Some(user) = self.state.user() else {
            return RefreshAnswer::Refused(RefreshError::Unknown);
        };
        match user.sessions.refresh(&request.claim, &request.policy, now) {
            Ok(session) => RefreshAnswer::Opened(user.opened(session)),
            Err((why, ended)) => {
                if let Some(ended) = ended {
                    user.add_ended(ended, now);
                    self.state.changed(now);
                }
                RefreshAnswer::Refused(why)
            }
        }
    }

    pub(super) fn exchange(
        &mut self,
        call: &Call,
        request: ExchangeLegacy,
        now: i64,
    ) -> Result<ExchangeAnswer, NotYet> {
        let shown = request.shown.as_deref();
        if matches!(self.state.holder, Holder::Nobody) {
            let adoptable = match self.adoptable(call, shown) {
                Ok(adoptable) => adoptable,
                Err(why) => return Ok(ExchangeAnswer::Refused(why.into())),
            };
            if let Err(why) = check_legacy(&request, adoptable.record()) {
                return Ok(ExchangeAnswer::Refused(why));
            }
            match self.adopt(call, adoptable, now)? {
                Ok(_) => {}
                Err(NoUser::IdTaken) => return Ok(ExchangeAnswer::IdTaken),
                Err(why) => return Ok(ExchangeAnswer::Refused(why.into())),
            }
        }
        let Some(user) = self.state.user() else {
            return Ok(ExchangeAnswer::Refused(AccessError::UserUnknown));
        };
        if let Err(why) = check_legacy(&request, &user.record) {
            return Ok(ExchangeAnswer::Refused(why));
        }
        let began = request.issued_at.min(now);
        let exchanged =
            user.exchanged
                .exchange(request.digest, request.issued_at, request.expires_at, now);
        if exchanged.is_err() {
            return Ok(ExchangeAnswer::AlreadyExchanged);
        }
        let policy = &request.policy;
        let opened = user
            .sessions
            .open(&call.random, policy, request.client, began, now);
        Ok(match opened {
            Some(session) => ExchangeAnswer::Opened(user.opened(session)),
            None => ExchangeAnswer::Expired,
        })
    }

    pub(super) fn change_password(
        &mut self,
        call: &Call,
        request: ChangePassword,
        now: i64,
    ) -> Result<ChangePasswordAnswer, NotYet> {
        let shown = request.shown.as_deref();
        if matches!(self.state.holder, Holder::Nobody) {
            if request.checked != Checked::Shown {
                return Ok(ChangePasswordAnswer::Changed);
            }
            let adoptable = match self.adoptable(call, shown) {
                Ok(adoptable) => adoptable,
                Err(why) => return Ok(ChangePasswordAnswer::NoUser(why)),
            };
            // Check the token before adopting: a request with a rejected token must not
            // change anything.
            let stands = match &request.token.session {
                Some(_) => Err(AccessError::SessionEnded),
                None => request.token.check_without_session(adoptable.record()),
            };
            if let Err(why) = stands {
                return Ok(ChangePasswordAnswer::Refused(why));
            }
            if let Err(why) = self.adopt(call, adoptable, now)? {
                return Ok(ChangePasswordAnswer::NoUser(why));
            }
        }
        let Some(user) = self.state.user() else {
            return Ok(ChangePasswordAnswer::NoUser(NoUser::Unknown));
        };
        if let Err(why) = user.check(&request.token) {
            return Ok(ChangePasswordAnswer::Refused(why));
        }
        if !user.still_checked(&request.checked, shown, &call.username) {
            return Ok(ChangePasswordAnswer::Changed);
        }
        let kept = request.token.session.as_ref().map(|session| &session.id);
        user.set_password(request.hash_password, kept, now);
        self.state.attempts.succeeded(&request.from, now);
        self.state.changed(now);
        Ok(ChangePasswordAnswer::Replaced)
    }

    /// Schedules a check of KV if `shown` is a value that the object neither wrote nor
    /// adopted. Then something, such as an import, overwrote the replica.
    fn recheck_if_overwritten(&mut self, shown: Option<&str>, username: &Username, now: i64) {
        let Some(user) = self.state.user() else {
            return;
        };
        let is_overwritten = match shown.map(|shown| StoredUser::parse(shown, username)) {
            Some(Ok(StoredUser::Seed(seed))) => {
                user.record.imported_hash != Some(HashDigest::new(&seed.hash_password))
            }
            Some(Err(_)) => true,
            // KV shows a write late, so a missing or older value is normal.
            None | Some(Ok(StoredUser::Replica(_) | StoredUser::Removed(_))) => false,
        };
        if is_overwritten {
            self.state.replication.schedule_check(now);
        }
    }
}

impl User {
    /// Whether the password that the Worker checked is still the user's password. A
    /// rehash does not raise the version, so a concurrent login that checked the old
    /// hash still succeeds.
    fn still_checked(&self, checked: &Checked, shown: Option<&str>, username: &Username) -> bool {
        match checked {
            Checked::Object { version } => *version == self.version,
            Checked::Shown => {
                let shown = shown.and_then(|shown| UserRecord::parse(shown, username).ok());
                let digest = shown.map(|record| HashDigest::new(&record.hash_password));
                digest.is_some() && digest == self.adopted_hash
            }
        }
    }

    fn opened(&self, session: OpenSession) -> Opened {
        Opened {
            session,
            id: self.record.id,
            version: self.version,
        }
    }
}

/// Checks that a token of the Flask application is valid for the record.
fn check_legacy(request: &ExchangeLegacy, record: &UserRecord) -> Result<(), AccessError> {
    if record.id != request.id {
        return Err(AccessError::UserReplaced);
    }
    if record.disabled {
        return Err(AccessError::UserDisabled);
    }
    match record.tokens_valid_from {
        Some(from) if request.issued_at < from => Err(AccessError::TokensEnded),
        _ => Ok(()),
    }
}
