//! The facts of the run so far that the checks need.

use portcullis::account::{RefreshClaim, SessionId, TokenDigest, TokenFacts, UserId};

/// Counts the events of a run.
pub type Step = u64;

/// A request that changes the account.
pub struct Command {
    pub kind: Kind,
    /// The account, as an index of the world's names.
    pub name: usize,
    /// The step at which the request was made, and the time.
    pub start: Step,
    pub start_at: i64,
    /// The step at which the caller was told that it took effect.
    pub ack: Option<Step>,
    /// The user it was about, once that is acknowledged.
    pub user: Option<UserId>,
    /// The object's revision when it had taken effect.
    pub revision: Option<u64>,
    /// How many copies of its message may still take effect.
    pub copies: u32,
    /// Whether the caller sends no more of them.
    pub closed: bool,
    /// The last step at which it may have taken effect.
    pub last: Step,
    /// Whether its message was delivered twice, maybe to two users.
    pub repeated: bool,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// An import put this record into KV.
    Seed,
    Create,
    SignUp,
    SetPassword,
    Phone,
    Disable,
    Enable,
    SignOut,
    Remove,
    Rename {
        to: usize,
    },
    /// The user's own change; the index of the session that goes on.
    OwnPassword {
        kept: Option<usize>,
    },
    EndSession(usize),
    EndOthers {
        kept: usize,
    },
}

impl Command {
    /// The last step at which it may take effect.
    pub fn end(&self) -> Step {
        if self.copies > 0 || !self.closed {
            Step::MAX
        } else {
            self.last
        }
    }

    pub fn acked_before(&self, step: Step) -> bool {
        self.ack.is_some_and(|ack| ack < step)
    }

    /// Whether it ends this session of the account.
    pub fn ends(&self, session: usize) -> bool {
        match self.kind {
            Kind::Seed | Kind::Create | Kind::SignUp | Kind::Phone | Kind::Enable => false,
            Kind::SetPassword | Kind::Disable | Kind::SignOut => true,
            Kind::Remove | Kind::Rename { .. } => true,
            Kind::OwnPassword { kept } => kept != Some(session),
            Kind::EndSession(ended) => ended == session,
            Kind::EndOthers { kept } => kept != session,
        }
    }

    /// Whether it revokes every credential of before but, maybe, the password.
    pub fn revokes(&self) -> bool {
        matches!(
            self.kind,
            Kind::SetPassword
                | Kind::Disable
                | Kind::SignOut
                | Kind::Remove
                | Kind::Rename { .. }
                | Kind::OwnPassword { .. }
        )
    }

    /// The same for credentials that are used at this name. A rename that is
    /// asked for twice ends nothing at the new name the second time, and two
    /// seeds may have the same number until one of them claims it.
    pub fn revokes_at(&self, name: usize) -> bool {
        let leaves = matches!(self.kind, Kind::Rename { .. } | Kind::Remove);
        self.revokes() && (!leaves || self.name == name)
    }

    pub fn sets_password(&self) -> bool {
        matches!(self.kind, Kind::SetPassword | Kind::OwnPassword { .. })
    }

    /// The new value of `disabled`.
    pub fn disables(&self) -> Option<bool> {
        match self.kind {
            Kind::Disable => Some(true),
            Kind::Enable => Some(false),
            _ => None,
        }
    }
}

/// A session that an object reported as started.
pub struct SessionFact {
    pub name: usize,
    pub user: UserId,
    pub id: SessionId,
    /// The step at which the object began to look at the credential.
    pub begin: Step,
    /// The step at which it opened.
    pub opened: Step,
    /// The step since which the session must be over.
    pub dead: Option<Step>,
    /// Whether anything may have ended it. If nothing has, it must go on.
    pub maybe_dead: bool,
    /// The refresh tokens that a client received.
    pub claims: Vec<RefreshClaim>,
    /// The access tokens that a client received.
    pub tokens: Vec<TokenFacts>,
    /// In seconds since the epoch.
    pub expires: i64,
    /// The highest number of a refresh token that reached the object, and when.
    pub delivered: (u32, i64),
    /// Each refresh token's number and secret.
    pub secrets: Vec<(u32, String)>,
    /// How many sessions the account had opened when this one was last used.
    pub opens_at_use: u64,
}

impl SessionFact {
    /// Whether it is from before the command. A password that is being checked
    /// is a credential of before for a command that revokes all of them; a
    /// log-out ends only what is open.
    pub fn precedes(&self, command: &Command) -> bool {
        let since = if command.revokes() {
            self.begin
        } else {
            self.opened
        };
        since < command.start
    }
}

/// A token of the Flask original.
pub struct FlaskToken {
    pub digest: TokenDigest,
    pub id: UserId,
    pub issued_at: i64,
    pub expires_at: i64,
    /// Whether an object opened a session for it.
    pub exchanged: bool,
}

impl FlaskToken {
    pub fn facts(&self) -> TokenFacts {
        TokenFacts {
            id: self.id,
            session: None,
            issued_at: Some(self.issued_at as f64),
            expires_at: self.expires_at,
        }
    }
}
