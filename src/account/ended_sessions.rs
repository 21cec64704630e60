use serde::{Deserialize, Serialize};

use super::SessionId;

/// The sessions that ended while access tokens of theirs were still good, as
/// the replica in KV tells them. Bounded: past 64 notes, tokens that end
/// early enough are looked up in the account's object instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSessions {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<EndedSession>,
    /// Seconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ask_until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EndedSession {
    id: SessionId,
    /// When the last of its access tokens ends, in seconds since the epoch.
    until: i64,
}

/// The most sessions that are noted by name.
const MOST: usize = 64;

/// How long a note is kept after its session's last token ended, in seconds. It
/// allows for a clock that jumped ahead and is set back.
const KEPT_FOR: i64 = 24 * 3600;

/// The verdict of the notes about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Its session ended.
    Ended,
    /// Its session is not noted, and the notes are complete for this token.
    NotEnded,
    /// The notes are incomplete for this token: only the object knows.
    AskObject,
}

impl EndedSessions {
    /// Looks up a token of `session` that ends at `expires_at`
    /// (seconds since the epoch).
    pub(super) fn look_up(&self, session: &SessionId, expires_at: i64) -> Noted {
        if self.notes.iter().any(|note| note.id == *session) {
            Noted::Ended
        } else if self.ask_until.is_some_and(|until| expires_at <= until) {
            Noted::AskObject
        } else {
            Noted::NotEnded
        }
    }

    /// Notes a session whose last access token ends at `until`. If there are
    /// too many notes, the one that ends first gives way: its tokens end at or
    /// before `ask_until`, so they are looked up in the object from now on.
    pub(super) fn note(&mut self, id: SessionId, until: i64, now: i64) {
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

    /// Drops the notes of sessions all of whose tokens have ended.
    pub(super) fn drop_past(&mut self, now: i64) {
        self.notes.retain(|note| !is_past(note.until, now));
        self.ask_until = self.ask_until.filter(|until| !is_past(*until, now));
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.ask_until.is_none()
    }

    /// Drops all notes: the credential version was raised, so a token from
    /// before it is looked up in the object in any case.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn is_past(until: i64, now: i64) -> bool {
    until.saturating_add(KEPT_FOR) <= now
}
