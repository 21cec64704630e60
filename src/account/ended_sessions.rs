//! The ended sessions that a replica lists.

use serde::{Deserialize, Serialize};

use super::SessionId;

/// The sessions that ended before their access tokens expired, as the replica in KV
/// lists them. With this list, a token can be rejected without asking the account's
/// object.
///
/// At most 64 sessions are listed. If there are more, the list drops the sessions whose
/// tokens expire first, and remembers up to which expiry it is incomplete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSessions {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<EndedSession>,
    /// For a token that expires at this time or earlier, in seconds since the epoch,
    /// the list may be incomplete: ask the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ask_until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EndedSession {
    id: SessionId,
    /// When the session's last access token expires, in seconds since the epoch.
    until: i64,
}

/// The maximum number of sessions in the list.
const MOST: usize = 64;

/// The seconds for which a session stays in the list after its last token expired.
/// If the clock was ahead and is set back, an expired token is valid again.
const KEPT_FOR: i64 = 24 * 3600;

/// The result of looking up a token's session in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionLookup {
    /// The session ended.
    Ended,
    /// The session is not listed, and the list is complete for this token.
    NotEnded,
    /// The list is incomplete for this token, so only the object knows.
    AskObject,
}

impl EndedSessions {
    /// Looks up the session of a token that expires at `expires_at`, in seconds
    /// since the epoch.
    pub(super) fn look_up(&self, session: &SessionId, expires_at: i64) -> SessionLookup {
        if self.notes.iter().any(|note| note.id == *session) {
            SessionLookup::Ended
        } else if self.ask_until.is_some_and(|until| expires_at <= until) {
            SessionLookup::AskObject
        } else {
            SessionLookup::NotEnded
        }
    }

    /// Adds a session whose last access token expires at `until`. If the list is
    /// full, drops the session whose tokens expire first and raises `ask_until` to
    /// their expiry: the object decides about these tokens from now on.
    pub(super) fn add(&mut self, id: SessionId, until: i64, now: i64) {
        self.drop_past(now);
        self.notes.retain(|note| note.id != id);
        if is_past(until, now) {
            return;
        }
        self.notes.push(EndedSession { id, until });
        if self.notes.len() <= MOST {
            return;
        }
        let notes = self.notes.iter().enumerate();
        if let Some((first, until)) = notes
            .map(|(at, note)| (at, note.until))
            .min_by_key(|(_, until)| *until)
        {
            self.notes.remove(first);
            self.ask_until = self.ask_until.max(Some(until));
        }
    }

    /// Drops the sessions whose tokens all expired at least [`KEPT_FOR`] seconds ago.
    pub(super) fn drop_past(&mut self, now: i64) {
        self.notes.retain(|note| !is_past(note.until, now));
        self.ask_until = self.ask_until.filter(|until| !is_past(*until, now));
    }

    /// Whether there is nothing to store.
    pub(super) fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.ask_until.is_none()
    }

    /// Empties the list. Call this when the credential version rises: the object
    /// decides about every token of an earlier version, so the list is not needed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn is_past(until: i64, now: i64) -> bool {
    until.saturating_add(KEPT_FOR) <= now
}
