//! What is served, and under which name it stands in the log.

#[cfg(feature = "panic-route")]
use super::panic::Panic;

/// The paths that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Login,
    Me,
    Verify,
    Refresh,
    Logout,
    Password,
    Users,
    Introspect,
    Jwks,
    Healthz,
    #[cfg(feature = "panic-route")]
    Panic(Panic),
}

impl Route {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/login" => Some(Self::Login),
            "/me" => Some(Self::Me),
            "/verify" => Some(Self::Verify),
            "/refresh" => Some(Self::Refresh),
            "/logout" => Some(Self::Logout),
            "/password" => Some(Self::Password),
            "/users" => Some(Self::Users),
            "/introspect" => Some(Self::Introspect),
            "/.well-known/jwks.json" => Some(Self::Jwks),
            "/healthz" => Some(Self::Healthz),
            #[cfg(feature = "panic-route")]
            path => Panic::of(path).map(Self::Panic),
            #[cfg(not(feature = "panic-route"))]
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Me => "me",
            Self::Verify => "verify",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
            Self::Password => "password",
            Self::Users => "users",
            Self::Introspect => "introspect",
            Self::Jwks => "jwks",
            Self::Healthz => "healthz",
            #[cfg(feature = "panic-route")]
            Self::Panic(_) => "panic",
        }
    }

    /// The methods of the header `Allow`.
    pub(super) fn allow(self) -> &'static str {
        match self {
            Self::Login
            | Self::Refresh
            | Self::Logout
            | Self::Password
            | Self::Users
            | Self::Introspect => "POST",
            _ => "GET, HEAD",
        }
    }

    /// Whether serving a request twice does no more than serving it once.
    pub(super) fn is_repeatable(self) -> bool {
        match self {
            Self::Logout | Self::Password | Self::Users => false,
            #[cfg(feature = "panic-route")]
            Self::Panic(panic) => panic != Panic::Once,
            _ => true,
        }
    }

    /// Whether someone is let in or turned away, of which the log has a line;
    /// of the others it has their failures.
    pub(super) fn decides(self) -> bool {
        !matches!(self, Self::Jwks | Self::Healthz)
    }

    /// Whether a token is verified and nothing else is done: there are many
    /// more of these than of all others.
    pub(super) fn only_verifies(self) -> bool {
        matches!(self, Self::Me | Self::Verify)
    }
}
