use serde::{Deserialize, Serialize};

use super::octets::Octets;
use super::refresh_token::{RefreshClaim, RefreshHash, RefreshSecret};
use super::{ClientDescription, SessionId};

/// The sessions of one account under its current credential version, the one
/// used last at the end. Raising the version drops them, so a session that is
/// here belongs to the current version.
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
    /// When the last of its access tokens ends.
    tokens_until: i64,
    /// Each refresh token's secret is the HMAC of the one before under this
    /// seed.
    seed: Octets<32>,
    /// The number of the current refresh token, and the hash of its secret.
    number: u32,
    current: RefreshHash,
    client: ClientDescription,
}

/// Random bytes for a new session: its id, its seed, its first secret.
pub type SessionRandom = [u8; 80];

/// The settings that sessions depend on. The Worker passes them with each
/// request, so a new deployment applies at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPolicy {
    /// How long a session lasts, in seconds.
    pub lifetime: u64,
    /// How long an access token lasts, in seconds.
    pub access_lifetime: u64,
    /// After how many seconds without a refresh a session is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<u64>,
    /// Sessions that began before this time (seconds since the epoch) are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<i64>,
}

/// A session as its client is told of it. All times are in seconds since the
/// epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenSession {
    /// The current refresh token.
    pub claim: RefreshClaim,
    /// When the session began.
    pub started_at: i64,
    /// When the session ends.
    pub expires_at: i64,
    /// No access token that is issued for this answer may end later.
    pub tokens_until: i64,
}

/// A session as its user or an operator sees it. All times are in seconds
/// since the epoch.
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

/// A session that was ended while it lasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RemovedSession {
    pub(super) id: SessionId,
    /// When the last of its access tokens ends, in seconds since the epoch.
    pub(super) tokens_until: i64,
}

/// Why a refresh token is refused. For the operator's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshError {
    /// There is no such session, or the secret was never one of its secrets.
    Unknown,
    /// The token had been replaced by another one: someone has a copy. The
    /// session is ended.
    Reused,
    /// The token is right, and the session's time is over.
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

/// For this many seconds after a rotation the previous refresh token gets the
/// same successor again: the client may not have received the answer.
const GRACE: i64 = 30;
/// How many replaced tokens back one is still recognized as a copy.
const LOOK_BACK: u32 = 1000;
/// The most sessions of one account. One more ends the one that was used the
/// longest time ago.
const MOST: usize = 32;
/// How long after the object's answer the Worker may issue the access token,
/// in seconds. It allows for a Worker's clock that is ahead of the object's.
const ISSUED_WITHIN: i64 = 60;
/// How long a session is kept after its end, in seconds, so that its tokens
/// are told from made-up ones and a clock that jumped ahead does no harm.
const REMEMBERED: i64 = 24 * 3600;

impl Sessions {
    /// Begins a session at `began`. `None` if it would be over already.
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
        if session.over(policy, now).is_some() {
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

    /// Replaces a refresh token by its successor. A reused token ends its
    /// session, which the second part of the error names.
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
        if let Some(why) = session.over(policy, now) {
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
        // The session that was used last stands at the end.
        if let Some(at) = at {
            let session = self.0.remove(at);
            self.0.push(session);
        }
        Ok(open)
    }

    /// Whether the session of this id lasts, or lasted until a moment ago.
    pub(super) fn find(&self, id: &SessionId) -> Option<SessionInfo> {
        self.0
            .iter()
            .find(|session| session.id == *id)
            .map(Session::info)
    }

    /// The sessions that last, the one used last first.
    pub(super) fn list(&self, now: i64) -> Vec<SessionInfo> {
        let lasting = self.0.iter().rev().filter(|session| session.expires > now);
        lasting.map(Session::info).collect()
    }

    /// Ends a session, if there is one of the id.
    pub(super) fn end(&mut self, id: &SessionId) -> Option<RemovedSession> {
        let at = self.0.iter().position(|session| session.id == *id)?;
        Some(self.0.remove(at).removed())
    }

    /// Ends all sessions but one.
    pub(super) fn end_others(&mut self, kept: Option<&SessionId>) -> Vec<RemovedSession> {
        let (stay, end) = core::mem::take(&mut self.0)
            .into_iter()
            .partition(|session| Some(&session.id) == kept);
        self.0 = stay;
        end.into_iter().map(Session::removed).collect()
    }

    /// Drops the sessions that are over. A clock that was set back makes the
    /// grace no longer than from now on.
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

/// Which of its session's tokens a refresh token is.
enum Recognized {
    Current,
    Previous { current: RefreshSecret },
    Older,
}

impl Session {
    /// The secrets are a chain: the current one follows from an older one. So
    /// a made-up token is not recognized and ends nobody's session.
    fn recognize(&self, claim: &RefreshClaim) -> Option<Recognized> {
        let steps = self.number.checked_sub(claim.number)?;
        if steps > LOOK_BACK {
            return None;
        }
        let secret = claim.secret.after(steps, &self.seed)?;
        if !self.current.is_of(&secret) {
            return None;
        }
        Some(match steps {
            0 => Recognized::Current,
            1 => Recognized::Previous { current: secret },
            _ => Recognized::Older,
        })
    }

    fn over(&self, policy: &SessionPolicy, now: i64) -> Option<RefreshError> {
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

fn tokens_until(policy: &SessionPolicy, now: i64) -> i64 {
    now.saturating_add(seconds(policy.access_lifetime))
        .saturating_add(ISSUED_WITHIN)
}

/// A duration from a setting; one beyond all dates lasts for ever.
fn seconds(duration: u64) -> i64 {
    i64::try_from(duration).unwrap_or(i64::MAX)
}
