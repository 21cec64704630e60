use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::octets::Octets;
use super::refresh_token::{RefreshClaim, RefreshHash, RefreshSecret};
use super::{SessionId, UserId, UserRecord};

/// The sessions of one account, the one used last at the end. Of its refresh
/// tokens each holds the hash of the last one alone.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sessions(Vec<Session>);

#[derive(Debug, Serialize, Deserialize)]
struct Session {
    id: SessionId,
    /// Whose: the name may be another user's later.
    user: UserId,
    /// All in seconds since the epoch.
    started: i64,
    expires: i64,
    rotated: i64,
    /// From which with each secret follows the next.
    seed: Octets<32>,
    /// The number of the current refresh token, and the hash of its secret.
    number: u32,
    current: RefreshHash,
}

/// Random bytes for a new session: its name, its seed, its first secret.
pub type SessionRandom = [u8; 80];

/// A session as its client is told of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenSession {
    /// The current refresh token.
    pub claim: RefreshClaim,
    /// When the session began, in seconds since the epoch.
    pub started_at: i64,
    /// When the session ends, likewise.
    pub expires_at: i64,
}

/// Why a refresh token opens nothing. For the operator's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshRefusal {
    /// There is no such session, or the secret never was one of it.
    Unknown,
    /// The token was replaced by another one: someone has a copy. The session
    /// is ended.
    Reused,
    /// The token is right, and the session's time is over.
    Expired,
    /// The user was signed out since the session began.
    Ended,
    /// There is no such user any more.
    UserUnknown,
    /// The name is another user's now.
    UserReplaced,
    /// The user is disabled.
    UserDisabled,
    /// What is stored for the user is not a record.
    RecordCorrupt,
}

impl RefreshRefusal {
    /// The stable code for the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "refresh_unknown",
            Self::Reused => "refresh_reused",
            Self::Expired => "refresh_expired",
            Self::Ended => "session_ended",
            Self::UserUnknown => "user_unknown",
            Self::UserReplaced => "user_replaced",
            Self::UserDisabled => "user_disabled",
            Self::RecordCorrupt => "record_corrupt",
        }
    }
}

/// For so many seconds after a rotation the token before it is answered with
/// the same successor again: the client may never have had the answer.
const GRACE: i64 = 30;
/// How many tokens back one is known again. At one an hour, that is longer than
/// a month.
const LOOK_BACK: u32 = 1000;
/// How many sessions one account has at the most.
const MOST: usize = 32;
/// How long after a rotation an access token of it may be issued, in seconds:
/// in the grace, and whoever asks has the answer a moment after it was given.
pub(super) const ISSUED_WITHIN: i64 = 60;
/// How long after its end a session is still told from one that never was, in
/// seconds; a clock that jumped ahead does no harm meanwhile.
const REMEMBERED: i64 = 24 * 3600;

impl Sessions {
    /// Begins a session. Where there are too many, one ends: one whose time is
    /// over, or the one that was used the longest time ago.
    pub(super) fn open(
        &mut self,
        user: UserId,
        random: &SessionRandom,
        lifetime: Duration,
        now: i64,
    ) -> Option<OpenSession> {
        if self.0.len() >= MOST {
            let over = self.0.iter().position(|session| session.is_over(now));
            self.0.remove(over.unwrap_or(0));
        }
        let (id, rest) = random.split_first_chunk()?;
        let (seed, rest) = rest.split_first_chunk()?;
        let secret = RefreshSecret::new(rest.try_into().ok()?);
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let session = Session {
            id: SessionId::new(*id),
            user,
            started: now,
            expires: now.saturating_add(lifetime),
            rotated: now,
            seed: Octets(*seed),
            number: 1,
            current: secret.hash(),
        };
        let open = session.open(secret);
        self.0.push(session);
        Some(open)
    }

    /// Replaces a refresh token by its successor. `user` is the account's
    /// record.
    pub(super) fn refresh<'a>(
        &mut self,
        claim: &RefreshClaim,
        user: Result<&'a UserRecord, &RefreshRefusal>,
        now: i64,
    ) -> Result<(OpenSession, &'a UserRecord), RefreshRefusal> {
        let at = self.0.iter().position(|other| other.id == claim.session);
        let session = at.and_then(|at| self.0.get_mut(at));
        let session = session.ok_or(RefreshRefusal::Unknown)?;
        let recognized = session.recognize(claim)?;
        // Only who has a token of the session learns how its user is.
        let user = user.map_err(|why| *why)?;
        if user.id != session.user {
            return Err(RefreshRefusal::UserReplaced);
        }
        let next = match recognized {
            Recognized::Current => claim.secret.after(1, &session.seed),
            Recognized::Before { current } => {
                let since = now.saturating_sub(session.rotated);
                if since >= GRACE {
                    return Err(self.reused(&claim.session, now));
                }
                session.stands(user, now)?;
                return Ok((session.open(current), user));
            }
            Recognized::Older => return Err(self.reused(&claim.session, now)),
        };
        session.stands(user, now)?;
        let next = next.ok_or(RefreshRefusal::Unknown)?;
        session.number = session.number.checked_add(1).ok_or(RefreshRefusal::Ended)?;
        session.current = next.hash();
        session.rotated = now;
        let open = session.open(next);
        if let Some(at) = at {
            let session = self.0.remove(at);
            self.0.push(session);
        }
        Ok((open, user))
    }

    /// A token was used again that had been replaced: the session ends.
    fn reused(&mut self, id: &SessionId, now: i64) -> RefreshRefusal {
        let over = self
            .0
            .iter()
            .any(|session| session.id == *id && session.is_over(now));
        if over {
            return RefreshRefusal::Expired;
        }
        self.end(id);
        RefreshRefusal::Reused
    }

    /// Ends a session, if there is one of the name.
    pub(super) fn end(&mut self, id: &SessionId) {
        self.0.retain(|session| session.id != *id);
    }

    /// Ends all but the one of the name, and says which of them may have access
    /// tokens that were issued in this very second, or are yet to be.
    pub(super) fn end_others(&mut self, kept: Option<&SessionId>, now: i64) -> Vec<SessionId> {
        let mut fresh = Vec::new();
        self.0.retain(|session| {
            let stays = Some(&session.id) == kept;
            if !stays && session.rotated.saturating_add(ISSUED_WITHIN) >= now {
                fresh.push(session.id.clone());
            }
            stays
        });
        fresh
    }

    /// Ends all of them.
    pub(super) fn end_all(&mut self) {
        self.0.clear();
    }

    /// Drops what is over. A clock that was set back gives no more than the
    /// whole grace from now on.
    pub(super) fn tidy(&mut self, now: i64) {
        for session in &mut self.0 {
            session.rotated = session.rotated.min(now);
        }
        self.0
            .retain(|session| session.expires.saturating_add(REMEMBERED) > now);
    }

    /// When something will be over that is not yet, in seconds since the epoch.
    pub(super) fn next_end(&self) -> Option<i64> {
        let first = self.0.iter().map(|session| session.expires).min();
        first.map(|at| at.saturating_add(REMEMBERED))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Which of its session's tokens a refresh token is.
enum Recognized {
    Current,
    Before { current: RefreshSecret },
    Older,
}

impl Session {
    /// The secrets are a chain: from an older one the current one follows. So a
    /// made-up token ends nobody's session.
    fn recognize(&self, claim: &RefreshClaim) -> Result<Recognized, RefreshRefusal> {
        let steps = self.number.checked_sub(claim.number);
        let steps = steps.filter(|steps| *steps <= LOOK_BACK);
        let steps = steps.ok_or(RefreshRefusal::Unknown)?;
        let secret = claim.secret.after(steps, &self.seed);
        let secret = secret.ok_or(RefreshRefusal::Unknown)?;
        if !self.current.is_of(&secret) {
            return Err(RefreshRefusal::Unknown);
        }
        Ok(match steps {
            0 => Recognized::Current,
            1 => Recognized::Before { current: secret },
            _ => Recognized::Older,
        })
    }

    fn is_over(&self, now: i64) -> bool {
        self.expires <= now
    }

    fn stands(&self, user: &UserRecord, now: i64) -> Result<(), RefreshRefusal> {
        #[allow(clippy::cast_precision_loss)] // a date, far below 2^53
        let started = self.started as f64;
        if user.disabled {
            return Err(RefreshRefusal::UserDisabled);
        }
        if user.ended(Some(&self.id), Some(started)).is_some() {
            return Err(RefreshRefusal::Ended);
        }
        if self.is_over(now) {
            return Err(RefreshRefusal::Expired);
        }
        Ok(())
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
        }
    }
}
