use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use super::{SessionId, Username};
use crate::encoding::json;

/// A user's number: 0 to 2^53 - 1, so that JavaScript holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(u64);

impl UserId {
    /// The highest one.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// `None` above [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(id: u64) -> Option<Self> {
        (id <= Self::MAX.0).then_some(Self(id))
    }

    /// The key under which the store has the name of the user of this number:
    /// `id:<number>`.
    #[must_use]
    pub fn index_key(self) -> String {
        format!("id:{self}")
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = u64::deserialize(from)?;
        Self::new(id).ok_or_else(|| de::Error::custom("a user id is at most 2^53 - 1"))
    }
}

/// A user as stored under [`Username::record_key`], in JSON. Members that are
/// not known are kept.
#[derive(Clone)]
pub struct UserRecord {
    /// The user's number.
    pub id: UserId,
    /// The name, normalized.
    pub username: String,
    /// The password's hash: a PHC string, or one of werkzeug's.
    pub hash_password: String,
    /// The phone number, as the user wrote it.
    pub phone: String,
    /// Whether the user may not log in.
    pub disabled: bool,
    /// Tokens from before this time (seconds since the epoch) are over.
    pub tokens_valid_from: Option<i64>,
    /// The one session that this [`tokens_valid_from`](Self::tokens_valid_from)
    /// does not end: the one in which the password was changed.
    pub session_kept: Option<KeptSession>,
    /// Sessions that were logged out of and whose access tokens may not be
    /// over yet.
    pub sessions_ended: Vec<EndedSession>,
    /// The members as they were read.
    members: Map<String, Value>,
}

/// See [`UserRecord::session_kept`].
#[derive(Clone)]
pub struct KeptSession {
    /// The session.
    pub id: SessionId,
    /// The `tokens_valid_from` that does not end it; any other does.
    pub from: i64,
}

/// See [`UserRecord::sessions_ended`].
#[derive(Clone)]
pub struct EndedSession {
    /// The session.
    pub id: SessionId,
    /// When the last of its access tokens is over, in seconds since the epoch.
    pub until: i64,
}

/// What is stored is not a record of the user it is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordCorrupt;

impl UserRecord {
    /// The members that have a meaning; any other is kept as it is.
    pub const MEMBERS: [&str; 8] = [
        "id",
        "username",
        "hash_password",
        "phone",
        "disabled",
        "tokens_valid_from",
        "session_kept",
        "sessions_ended",
    ];

    /// A new one.
    #[must_use]
    pub fn new(id: UserId, username: &Username, hash_password: String, phone: String) -> Self {
        Self {
            id,
            username: username.as_str().into(),
            hash_password,
            phone,
            disabled: false,
            tokens_valid_from: None,
            session_kept: None,
            sessions_ended: Vec::new(),
            members: Map::new(),
        }
    }

    /// Reads what was stored under `username`.
    ///
    /// # Errors
    /// [`RecordCorrupt`] when it is not a record, or another user's.
    pub fn parse(stored: &str, username: &Username) -> Result<Self, RecordCorrupt> {
        // serde would let the last of two members of one name win.
        json::read_object(stored, |_, _| ()).map_err(|_| RecordCorrupt)?;
        let members = serde_json::from_str(stored).map_err(|_| RecordCorrupt)?;
        let record = Self::of(members).ok_or(RecordCorrupt)?;
        if Username::new(&record.username).as_ref() == Ok(username) {
            Ok(record)
        } else {
            Err(RecordCorrupt)
        }
    }

    /// By hand: what serde makes of it is several times as long.
    fn of(members: Map<String, Value>) -> Option<Self> {
        let text = |name| Some(members.get(name)?.as_str()?.to_owned());
        Some(Self {
            id: UserId::new(members.get("id")?.as_u64()?)?,
            username: text("username")?,
            hash_password: text("hash_password")?,
            phone: match members.get("phone") {
                None | Some(Value::Null) => String::new(),
                Some(phone) => phone.as_str()?.to_owned(),
            },
            disabled: match members.get("disabled") {
                None => false,
                Some(disabled) => disabled.as_bool()?,
            },
            tokens_valid_from: match members.get("tokens_valid_from") {
                None => None,
                Some(from) => Some(from.as_i64()?),
            },
            session_kept: match members.get("session_kept") {
                None => None,
                Some(kept) => Some(KeptSession {
                    id: session(kept)?,
                    from: kept.get("from")?.as_i64()?,
                }),
            },
            sessions_ended: match members.get("sessions_ended") {
                None => Vec::new(),
                Some(ended) => ended
                    .as_array()?
                    .iter()
                    .map(|ended| {
                        Some(EndedSession {
                            id: session(ended)?,
                            until: ended.get("until")?.as_i64()?,
                        })
                    })
                    .collect::<Option<_>>()?,
            },
            members,
        })
    }

    /// The names of the members that are kept without being known.
    pub fn other_members(&self) -> impl Iterator<Item = &str> {
        let names = self.members.keys().map(String::as_str);
        names.filter(|name| !Self::MEMBERS.contains(name))
    }

    /// Whether what goes back to a login, or an issue, at `issued_at` (seconds
    /// since the epoch) in `session` is over before its time. Without either it is the older way of
    /// a token, and any `tokens_valid_from` ends what has no date.
    #[must_use]
    pub fn ended(&self, session: Option<&SessionId>, issued_at: Option<f64>) -> Option<Ended> {
        if let Some(session) = session
            && self.sessions_ended.iter().any(|ended| ended.id == *session)
        {
            return Some(Ended::Session);
        }
        let from = self.tokens_valid_from?;
        #[allow(clippy::cast_precision_loss)] // a date, far below 2^53
        if issued_at.is_some_and(|issued| issued >= from as f64) {
            return None;
        }
        let kept = self.session_kept.as_ref();
        let is_kept = kept.is_some_and(|kept| kept.from == from && Some(&kept.id) == session);
        (!is_kept).then_some(Ended::All)
    }

    /// The record as it is stored.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, RecordCorrupt> {
        let mut members = self.members.clone();
        let mut set = |name: &str, value: Option<Value>| match value {
            Some(value) => drop(members.insert(name.into(), value)),
            None => drop(members.remove(name)),
        };
        set("id", Some(self.id.0.into()));
        set("username", Some(self.username.as_str().into()));
        set("hash_password", Some(self.hash_password.as_str().into()));
        set("phone", Some(self.phone.as_str().into()));
        set("disabled", self.disabled.then_some(Value::Bool(true)));
        set("tokens_valid_from", self.tokens_valid_from.map(Into::into));
        let kept = self.session_kept.as_ref();
        set(
            "session_kept",
            kept.map(|kept| object(&kept.id, "from", kept.from)),
        );
        let ended = self.sessions_ended.iter();
        let ended: Vec<Value> = ended
            .map(|ended| object(&ended.id, "until", ended.until))
            .collect();
        set(
            "sessions_ended",
            (!ended.is_empty()).then_some(Value::Array(ended)),
        );
        serde_json::to_string(&members).map_err(|_| RecordCorrupt)
    }
}

fn session(of: &Value) -> Option<SessionId> {
    SessionId::parse(of.get("id")?.as_str()?)
}

fn object(id: &SessionId, name: &str, date: i64) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), id.to_string().into());
    object.insert(name.into(), date.into());
    Value::Object(object)
}

/// What ended a token or a session before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its session was logged out of.
    Session,
    /// It is from before the user's `tokens_valid_from`.
    All,
}

/// Without the hash and the phone.
impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.id)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
