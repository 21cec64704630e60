//! Parses the paths under `/admin`, which only operators may use.

use crate::problem::Problem;
use portcullis::account::{SessionId, Username};
use portcullis::encoding::base64url;

/// A route that only operators may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdminRoute {
    Users,
    User,
    SignOut,
    Rename,
    Session,
}

/// A path under `/admin`. `user` and `session` are not decoded yet.
pub(crate) struct AdminPath<'a> {
    pub(crate) route: AdminRoute,
    /// The username's UTF-8 in base64url; empty where the path has none.
    user: &'a str,
    /// The session's id; empty where the path has none.
    session: &'a str,
}

impl<'a> AdminPath<'a> {
    /// `None` if the path is not one of a route under `/admin`.
    pub(crate) fn read(path: &'a str) -> Option<Self> {
        let rest = path.strip_prefix("/admin/users")?;
        if rest.is_empty() {
            return Some(Self {
                route: AdminRoute::Users,
                user: "",
                session: "",
            });
        }
        // Each username has `~` before it, so it can never look like a route under
        // `/admin/users/`.
        let rest = rest.strip_prefix("/~")?;
        let (user, rest) = match rest.split_once('/') {
            Some((user, rest)) => (user, Some(rest)),
            None => (rest, None),
        };
        let (route, session) = match rest {
            None => (AdminRoute::User, ""),
            Some("sign-out") => (AdminRoute::SignOut, ""),
            Some("rename") => (AdminRoute::Rename, ""),
            Some(rest) => {
                let session = rest.strip_prefix("sessions/")?;
                if session.is_empty() || session.contains('/') {
                    return None;
                }
                (AdminRoute::Session, session)
            }
        };
        Some(Self {
            route,
            user,
            session,
        })
    }

    /// The username in the path.
    pub(super) fn username(&self) -> Result<Username, Problem> {
        let name = base64url::decode(self.user.as_bytes()).ok();
        let name = name.and_then(|name| String::from_utf8(name).ok());
        name.and_then(|name| Username::new(&name).ok())
            .ok_or_else(|| {
                Problem::request_malformed(
                    "the path does not name a user; after /admin/users/ write ~ and the username as UTF-8 in base64url without padding",
                )
            })
    }

    /// The id of the session in the path.
    pub(super) fn session(&self) -> Result<SessionId, Problem> {
        SessionId::parse(self.session).ok_or_else(Problem::session_unknown)
    }
}

impl AdminRoute {
    /// The name in the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Users => "admin_users",
            Self::User => "admin_user",
            Self::SignOut => "admin_sign_out",
            Self::Rename => "admin_rename",
            Self::Session => "admin_session",
        }
    }

    /// The value of the header `Allow`.
    pub(crate) fn allow(self) -> &'static str {
        match self {
            Self::Users => "GET, HEAD, POST",
            Self::User => "GET, HEAD, PATCH, DELETE",
            Self::SignOut | Self::Rename => "POST",
            Self::Session => "DELETE",
        }
    }
}
