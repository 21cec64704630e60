//! The sessions of one account.

use serde::{Deserialize, Serialize};

use super::octets::Octets;
use super::refresh_token::{RefreshClaim, RefreshHash, RefreshSecret};
use super::{ClientDescription, SessionId};

/// The sessions of one account, the most recently used last. Raising the credential
/// version ends all sessions except one that the caller keeps. So a session that is
/// still in the list is valid for the current version.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sessions(Vec<Session>);

/// All times are in seconds since the epoch.
#[derive(Debug, Serialize, Deserialize)]
struct Session {
    id: SessionId,
    started: i64,
    expires: i64,
    renewed: i64,
    /// When the session's last access token ends.
    tokens_until: i64,
    /// The HMAC key from which the secrets of the refresh tokens follow; see
    /// [`RefreshSecret`].
    seed: Octets<32>,
    /// The number of the current refresh token.
    number: u32,
    /// The hash of the current refresh token's secret.
    current: RefreshHash,
    client: ClientDescription,
}

/// Random bytes for a new session: its id, its seed and its first secret.
pub type SessionRandom = [u8; 80];

/// The settings that sessions depend on. The Worker passes them with each request, so
/// changed settings apply at once, also to an object that still runs the old code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPolicy {
    /// The lifetime of a session in seconds.
    pub lifetime: u64,
    /// The lifetime of an access token in seconds.
    pub access_lifetime: u64,
    /// The seconds without a refresh after which a session ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<u64>,
    /// Sessions that began before this time (seconds since the epoch) are rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<i64>,
}

/// An open session, as its client receives it. All times are in seconds since the
/// epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenSession {
    /// The current refresh token.
    pub claim: RefreshClaim,
    /// When the session began.
    pub started_at: i64,
    /// When the session ends.
    pub expires_at: i64,
    /// The latest expiry of the access tokens that were issued for the session,
    /// including the token that is issued with this answer.
    pub tokens_until: i64,
}

/// A session as its user or an operator sees it. All times are in seconds since the
/// epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// The session's id: the claim `sid` of its access tokens.
    pub id: SessionId,
    /// When the session began.
    pub began_at: i64,
    /// When its refresh token was last replaced.
    pub renewed_at: i64,
    /// Where the session began.
    pub client: ClientDescription,
}

/// A session that ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RemovedSession {
    pub(super) id: SessionId,
    /// When the session's last access token ends, in seconds since the epoch.
    pub(super) tokens_until: i64,
}

/// The reason why a refresh token is rejected, for the operator's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshError {
    /// There is no such session, or the secret never belonged to it.
    Unknown,
    /// The token was already replaced, so someone else has a copy. The session ends.
    Reused,
    /// The token is right, but the session has expired.
    Expired,
    /// The session was not refreshed for longer than `SESSION_IDLE`.
    Idle,
    /// The session began before `SESSIONS_VALID_FROM`.
    BeforeValidFrom,
}

impl RefreshError {
    /// The stable code for the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "refresh_unknown",
            Self::Reused => "refresh_reused",
            Self::Expired => "refresh_expired",
            Self::Idle => "session_idle",
            Self::BeforeValidFrom => "sessions_valid_from",
        }
    }
}

/// For this many seconds after a replacement, the previous refresh token gets the
/// current token again, because the client may not have received the first answer.
const GRACE: i64 = 30;
/// A token that was replaced more often than this is not recognized as a copy, but
/// counts as unknown. The limit bounds the work for a forged token.
const LOOK_BACK: u32 = 1000;
/// The maximum number of sessions of one account. If it is reached, a new session
/// ends an expired session or, if there is none, the least recently used session.
const MOST: usize = 32;
/// An access token may expire this many seconds later than its lifetime after the
/// object's answer: the Worker issues it later, by a clock that may be ahead of the
/// object's clock.
const ISSUED_WITHIN: i64 = 60;
/// An expired session is kept for this many seconds. Until then its refresh tokens
/// can be told from forged tokens. If a clock was ahead and is set back, the session
/// continues.
const REMEMBERED: i64 = 24 * 3600;

impl Sessions {
    /// Opens a session that counts as begun at `began`, which may be earlier than
    /// `now`. `None` if `policy` would reject the session at once.
    pub(super) fn open(
        &mut self,
        random: &SessionRandom,
        policy: &SessionPolicy,
        client: ClientDescription,
        began: i64,
        now: i64,
    ) -> Option<OpenSession> {
        let (id, rest) = random.split_first_chunk()?;
        let (seed, rest) = rest.split_first_chunk()?;
        let secret = RefreshSecret::new(rest.try_into().ok()?);
        let session = Session {
            id: SessionId::new(*id),
            started: began,
            expires: began.saturating_add(seconds(policy.lifetime)),
            renewed: now,
            tokens_until: tokens_until(policy, now),
            seed: Octets(*seed),
            number: 1,
            current: secret.hash(),
            client,
        };
        if session.end_reason(policy, now).is_some() {
            return None;
        }
        if self.0.len() >= MOST {
            let over = self.0.iter().position(|session| session.expires <= now);
            self.0.remove(over.unwrap_or(0));
        }
        let open = session.open(secret);
        self.0.push(session);
        Some(open)
    }

    /// Replaces a refresh token by its successor.
    ///
    /// # Errors
    /// The reason and, if the token was reused, the session that this ended.
    pub(super) fn refresh(
        &mut self,
        claim: &RefreshClaim,
        policy: &SessionPolicy,
        now: i64,
    ) -> Result<OpenSession, (RefreshError, Option<RemovedSession>)> {
        let unknown = || (RefreshError::Unknown, None);
        let at = self.0.iter().position(|other| other.id == claim.session);
        let session = at.and_then(|at| self.0.get_mut(at)).ok_or_else(unknown)?;
        let recognized = session.recognize(claim).ok_or_else(unknown)?;
        if let Some(why) = session.end_reason(policy, now) {
            return Err((why, None));
        }
        let secret = match recognized {
            Recognized::Current => {
                let next = claim.secret.after(1, &session.seed).ok_or_else(unknown)?;
                session.number = session.number.checked_add(1).ok_or_else(unknown)?;
                session.current = next.hash();
                session.renewed = now;
                next
            }
            Recognized::Previous { current } if now.saturating_sub(session.renewed) < GRACE => {
                current
            }
            Recognized::Previous { .. } | Recognized::Older => {
                let ended = self.end(&claim.session);
                return Err((RefreshError::Reused, ended));
            }
        };
        session.tokens_until = session.tokens_until.max(tokens_until(policy, now));
        let open = session.open(secret);
        // The most recently used session is the last one.
        if let Some(at) = at {
            let session = self.0.remove(at);
            self.0.push(session);
        }
        Ok(open)
    }

    /// The session with this id. An expired session is found until it is dropped, a day
    /// later ([`REMEMBERED`]). A session that was ended is not found.
    pub(super) fn find(&self, id: &SessionId) -> Option<SessionInfo> {
        self.0
            .iter()
            .find(|session| session.id == *id)
            .map(Session::info)
    }

    /// The sessions that have not expired, the most recently used first.
    pub(super) fn list(&self, now: i64) -> Vec<SessionInfo> {
        let lasting = self.0.iter().rev().filter(|session| session.expires > now);
        lasting.map(Session::info).collect()
    }

    /// Ends the session with this id, if there is one.
    pub(super) fn end(&mut self, id: &SessionId) -> Option<RemovedSession> {
        let at = self.0.iter().position(|session| session.id == *id)?;
        Some(self.0.remove(at).removed())
    }

    /// Ends all sessions except `kept`.
    pub(super) fn end_others(&mut self, kept: Option<&SessionId>) -> Vec<RemovedSession> {
        let (stay, end) = core::mem::take(&mut self.0)
            .into_iter()
            .partition(|session| Some(&session.id) == kept);
        self.0 = stay;
        end.into_iter().map(Session::removed).collect()
    }

    /// Drops sessions whose [`kept_until`](Session::kept_until) has passed. If the
    /// clock was set back, a replacement in the future counts as made now, so that
    /// its grace period is not longer than usual.
    pub(super) fn tidy(&mut self, now: i64) {
        for session in &mut self.0 {
            session.renewed = session.renewed.min(now);
        }
        self.0.retain(|session| session.kept_until() > now);
    }

    /// When the next session is dropped, in seconds since the epoch.
    pub(super) fn next_end(&self) -> Option<i64> {
        self.0.iter().map(Session::kept_until).min()
    }
}

/// The place of a recognized refresh token in its session's chain of secrets. `current`
/// is the current secret, which follows the previous secret.
enum Recognized {
    Current,
    Previous { current: RefreshSecret },
    Older,
}

impl Session {
    /// Recognizes the current token and older tokens; `None` for a forged token, which
    /// therefore cannot end the session. The current secret derives from every older
    /// secret, so its stored hash is enough to check an older token.
    fn recognize(&self, claim: &RefreshClaim) -> Option<Recognized> {
        let steps = self.number.checked_sub(claim.number)?;
        if steps > LOOK_BACK {
            return None;
        }
        let secret = claim.secret.after(steps, &self.seed)?;
        if !self.current.matches(&secret) {
            return None;
        }
        Some(match steps {
            0 => Recognized::Current,
            1 => Recognized::Previous { current: secret },
            _ => Recognized::Older,
        })
    }

    /// The reason why `policy` no longer accepts the session; `None` if it does.
    fn end_reason(&self, policy: &SessionPolicy, now: i64) -> Option<RefreshError> {
        let idle = policy.idle.map(seconds);
        if self.expires <= now {
            Some(RefreshError::Expired)
        } else if policy.valid_from.is_some_and(|from| self.started < from) {
            Some(RefreshError::BeforeValidFrom)
        } else if idle.is_some_and(|idle| now.saturating_sub(self.renewed) > idle) {
            Some(RefreshError::Idle)
        } else {
            None
        }
    }

    /// When the session is dropped, in seconds since the epoch. A session with a valid
    /// access token is never dropped.
    fn kept_until(&self) -> i64 {
        let remembered = self.expires.saturating_add(REMEMBERED);
        remembered.max(self.tokens_until)
    }

    fn open(&self, secret: RefreshSecret) -> OpenSession {
        OpenSession {
            claim: RefreshClaim {
                session: self.id.clone(),
                number: self.number,
                secret,
            },
            started_at: self.started,
            expires_at: self.expires,
            tokens_until: self.tokens_until,
        }
    }

    fn info(&self) -> SessionInfo {
        SessionInfo {
            id: self.id.clone(),
            began_at: self.started,
            renewed_at: self.renewed,
            client: self.client.clone(),
        }
    }

    fn removed(self) -> RemovedSession {
        RemovedSession {
            id: self.id,
            tokens_until: self.tokens_until,
        }
    }
}

/// The latest expiry of an access token that is issued for an answer at `now`.
fn tokens_until(policy: &SessionPolicy, now: i64) -> i64 {
    now.saturating_add(seconds(policy.access_lifetime))
        .saturating_add(ISSUED_WITHIN)
}

/// Converts a duration from a setting. A duration that is out of range becomes
/// `i64::MAX`, which is in effect unlimited.
fn seconds(duration: u64) -> i64 {
    i64::try_from(duration).unwrap_or(i64::MAX)
}
