//! Sessions and logins, as a client or the Worker sees them.

use super::*;

/// The result of an attempt to log in.
#[derive(Debug)]
pub(crate) enum Login {
    In(Box<Session>),
    WrongPassword,
    TooMany(u32),
    Changed,
    NoUser(NoUser),
}

impl Login {
    /// The session, and the facts of an access token of it.
    pub(crate) fn unwrap(self) -> Session {
        match self {
            Self::In(session) => *session,
            other => panic!("{other:?}"),
        }
    }
}

/// A session, as its client sees it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) open: OpenSession,
    pub(crate) token: TokenFacts,
}

impl Session {
    pub(crate) fn claim(&self) -> &RefreshClaim {
        &self.open.claim
    }

    pub(crate) fn id(&self) -> &SessionId {
        &self.open.claim.session
    }
}

/// The facts that the Worker passes when it asks for a session.
pub(crate) struct Attempt {
    pub(crate) from: u32,
    pub(crate) checked: Checked,
    pub(crate) shown: Option<String>,
}

/// The session, and the facts of its access token.
pub(crate) fn session(opened: Opened, now: i64) -> Session {
    let Opened {
        session,
        id,
        version,
    } = opened;
    #[allow(clippy::cast_precision_loss)]
    let issued_at = Some(now as f64);
    let token = TokenFacts {
        id,
        session: Some(TokenSession {
            id: session.claim.session.clone(),
            version,
        }),
        issued_at,
        expires_at: session.tokens_until,
    };
    Session {
        open: session,
        token,
    }
}

/// The facts of a token without a session.
pub(crate) fn sessionless(issued_at: i64) -> TokenFacts {
    #[allow(clippy::cast_precision_loss)]
    let issued = Some(issued_at as f64);
    TokenFacts {
        id: id(7),
        session: None,
        issued_at: issued,
        expires_at: issued_at.saturating_add(MONTH.cast_signed()),
    }
}

/// The refresh token as text.
pub(crate) fn text(claim: &RefreshClaim) -> String {
    let (username, claim) = (alice(), claim.clone());
    UnverifiedRefreshToken { username, claim }.to_string()
}

/// A refresh token of the session with this number and a forged secret.
pub(crate) fn forged(claim: &RefreshClaim, number: u32) -> RefreshClaim {
    let token = text(claim);
    let secret = token.rsplit('.').next().unwrap();
    let session = &claim.session;
    let other = if secret.starts_with('A') { "B" } else { "A" };
    let forged = format!("YWxpY2U.{session}.{number}.{other}{}", &secret[1..]);
    UnverifiedRefreshToken::parse(&forged).unwrap().claim
}
