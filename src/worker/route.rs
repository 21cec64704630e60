//! What is served, and under which name it stands in the log.

/// The paths that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Login,
    Me,
    Refresh,
    Logout,
    Password,
    Users,
    Introspect,
    Jwks,
    Healthz,
    #[cfg(feature = "panic-route")]
    Panic,
}

impl Route {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/login" => Some(Self::Login),
            "/me" => Some(Self::Me),
            "/refresh" => Some(Self::Refresh),
            "/logout" => Some(Self::Logout),
            "/password" => Some(Self::Password),
            "/users" => Some(Self::Users),
            "/introspect" => Some(Self::Introspect),
            "/.well-known/jwks.json" => Some(Self::Jwks),
            "/healthz" => Some(Self::Healthz),
            #[cfg(feature = "panic-route")]
            "/panic" => Some(Self::Panic),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Me => "me",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
            Self::Password => "password",
            Self::Users => "users",
            Self::Introspect => "introspect",
            Self::Jwks => "jwks",
            Self::Healthz => "healthz",
            #[cfg(feature = "panic-route")]
            Self::Panic => "panic",
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

    /// Whether someone is let in or turned away, of which the log has a line;
    /// of the others it has their failures.
    pub(super) fn decides(self) -> bool {
        !matches!(self, Self::Jwks | Self::Healthz)
    }
}
