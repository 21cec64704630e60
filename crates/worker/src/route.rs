//! The routes: their paths, their methods, and their names in the log.

use super::admin_path::{AdminPath, AdminRoute};
#[cfg(feature = "panic-route")]
use super::panic::Panic;

/// A known route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Login,
    Me,
    Verify,
    Refresh,
    Logout,
    Password,
    Users,
    Sessions,
    Session,
    Admin(AdminRoute),
    Introspect,
    Jwks,
    Healthz,
    #[cfg(feature = "panic-route")]
    Panic(Panic),
}

impl Route {
    pub(super) fn from_path(path: &str) -> Option<Self> {
        match path {
            "/login" => Some(Self::Login),
            "/me" => Some(Self::Me),
            "/verify" => Some(Self::Verify),
            "/refresh" => Some(Self::Refresh),
            "/logout" => Some(Self::Logout),
            "/password" => Some(Self::Password),
            "/users" => Some(Self::Users),
            "/sessions" => Some(Self::Sessions),
            "/introspect" => Some(Self::Introspect),
            "/.well-known/jwks.json" => Some(Self::Jwks),
            "/healthz" => Some(Self::Healthz),
            path if session_in(path).is_some() => Some(Self::Session),
            #[cfg(feature = "panic-route")]
            path if Panic::from_path(path).is_some() => Panic::from_path(path).map(Self::Panic),
            path => AdminPath::read(path).map(|path| Self::Admin(path.route)),
        }
    }

    /// The name in the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Me => "me",
            Self::Verify => "verify",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
            Self::Password => "password",
            Self::Users => "users",
            Self::Sessions => "sessions",
            Self::Session => "session",
            Self::Admin(route) => route.name(),
            Self::Introspect => "introspect",
            Self::Jwks => "jwks",
            Self::Healthz => "healthz",
            #[cfg(feature = "panic-route")]
            Self::Panic(_) => "panic",
        }
    }

    /// The value of the header `Allow`.
    pub(super) fn allow(self) -> &'static str {
        match self {
            Self::Login
            | Self::Refresh
            | Self::Logout
            | Self::Password
            | Self::Users
            | Self::Introspect => "POST",
            Self::Sessions => "GET, HEAD, DELETE",
            Self::Session => "DELETE",
            Self::Admin(route) => route.allow(),
            _ => "GET, HEAD",
        }
    }

    /// Whether serving a request twice has the same effect as serving it once.
    pub(super) fn is_repeatable(self) -> bool {
        match self {
            Self::Logout | Self::Password | Self::Users | Self::Session => false,
            // An operator's signature is accepted only once.
            Self::Admin(_) => false,
            #[cfg(feature = "panic-route")]
            Self::Panic(panic) => panic != Panic::Once,
            _ => true,
        }
    }

    /// Whether the settings can allow pages of other origins to use the route.
    pub(super) fn is_for_pages(self) -> bool {
        !matches!(self, Self::Admin(_))
    }

    /// Whether the route accepts or refuses a client. Such a route logs every
    /// answer; the other routes log only failures.
    pub(super) fn decides(self) -> bool {
        !matches!(self, Self::Jwks | Self::Healthz)
    }

    /// Whether the route only verifies a token. Most requests are of this kind, so
    /// the settings can turn their log lines off.
    pub(super) fn only_verifies(self) -> bool {
        matches!(self, Self::Me | Self::Verify)
    }
}

/// The id in the path `/sessions/{id}`, not parsed yet.
pub(super) fn session_in(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/sessions/")?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}
