//! The settings of the service: their names, their bounds, and the error messages for
//! wrong values. The caller passes the values, so the Worker and `portcullis doctor`
//! report the same problems.

mod date;
mod identity;
mod keys;
mod legacy;
mod operators;
mod published_secrets;
mod sessions;
mod table;
mod values;

use core::time::Duration;

pub use published_secrets::is_published;
pub use table::{Form, Number, Place, Setting, TABLE, Words, is_secret, setting};
pub use values::{Settings, Value, Wrong};

use crate::account::{
    AccessKeys, AccessOptions, AccessTokenType, AccessTokens, AttemptLimits, IdentityKeys,
    LegacyAccess, LogNames, OperatorKeys, SecretHash, SessionPolicy,
};
use crate::password::PasswordPolicy;
use crate::time::UnixTime;
use table::{
    ALLOW_HTTP, HSTS_INCLUDE_SUBDOMAINS, LOG_ADDRESS, LOG_VERIFIED, LOGIN_ATTEMPTS,
    LOGIN_ATTEMPTS_ACCOUNT, LOGIN_ATTEMPTS_ADDRESS, LOGIN_WINDOW, PASSWORD_MIN_LENGTH,
    REFRESH_EXPIRATION, REGISTRATION, REQUIRED, REVOCATION, TOKEN_EXPIRATION, TOKEN_TYPE,
};

/// The configuration of the service: all settings, read and checked.
pub struct Config {
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// Accepts tokens of the Flask application; `None` if they are rejected.
    pub legacy: Option<LegacyAccess>,
    /// How long a session lasts, in seconds.
    pub refresh_lifetime: u64,
    /// Whether anyone may sign up.
    pub registration_open: bool,
    /// The requirements on new passwords.
    pub password_policy: PasswordPolicy,
    /// The limits on failed attempts for one account.
    pub limits: AttemptLimits,
    /// The limit on failed attempts from one address across all accounts, in the
    /// window of `limits`.
    pub failures_per_address: u32,
    /// The exact origins whose pages may call the service.
    pub cors_origins: Vec<String>,
    /// The secret for introspection. Without it, introspection is closed.
    pub introspection: Option<SecretHash>,
    /// Encodes usernames for the log.
    pub log_names: LogNames,
    /// Whether the log has a line for each token, or only for each rejected token.
    pub log_verified: bool,
    /// Whether the log shows a client's whole address, or only its network.
    pub log_whole_address: bool,
    /// The keys for pseudonyms: client addresses, names in the log, stand-ins.
    pub identity: IdentityKeys,
    /// The keys of operators, who may use `/admin/…`. Without keys, the service answers
    /// as if there were no such routes.
    pub operator_keys: Option<OperatorKeys>,
    /// Sessions and tokens that began before this time, in seconds since the
    /// epoch, are rejected.
    pub sessions_valid_from: Option<i64>,
    /// A session ends after this many seconds without a refresh; `None` for no limit.
    pub session_idle: Option<u64>,
    /// Whether `/me` and `/verify` ask the account's object for each request.
    /// Otherwise they use KV, which can be a minute old.
    pub strict_revocation: bool,
    /// Whether requests over plain HTTP are served, for a trusted proxy.
    pub allow_http: bool,
    /// Whether the HSTS header tells browsers to use HTTPS for subdomains, too.
    pub hsts_include_subdomains: bool,
}

impl Config {
    /// The settings that an account's object applies to sessions.
    #[must_use]
    pub fn session_policy(&self) -> SessionPolicy {
        SessionPolicy {
            lifetime: self.refresh_lifetime,
            access_lifetime: self.tokens.lifetime().as_secs(),
            idle: self.session_idle,
            valid_from: self.sessions_valid_from,
        }
    }

    /// Reads and checks all settings. `origin` is the issuer if `TOKEN_ISSUER` is not
    /// set; a mounted service requires `TOKEN_ISSUER`. `now` is compared with the dates in `LEGACY_UNTIL` and
    /// `SESSIONS_VALID_FROM`.
    ///
    /// # Errors
    /// All problems that were found, so that an operator can fix them in one step.
    pub fn read(settings: &Settings, origin: &str, now: UnixTime) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Problems::default();
        let lifetime = wrong.record(token_lifetime(settings));
        let issuer = wrong.record(issuer(settings));
        let audience = wrong.record(settings.text("TOKEN_AUDIENCE"));
        let token_type = wrong.record(token_type(settings));
        let sessions_valid_from = wrong.record(sessions::valid_from(settings, now));
        let options = AccessOptions {
            issuer: issuer.flatten().unwrap_or(origin),
            audience: audience.flatten(),
            lifetime: Duration::from_secs(lifetime.unwrap_or(1)),
            token_type: token_type.unwrap_or(AccessTokenType::Jwt),
            valid_from: sessions_valid_from.flatten(),
        };
        let keys = wrong.record(keys::read(settings));
        let tokens = keys.and_then(|keys| wrong.record(access_tokens(keys, options)));
        let identity = wrong.record(identity::read(settings));
        let log_names = identity.as_ref().and_then(|identity| {
            let names = LogNames::new(identity.log_names());
            wrong.record(names.ok_or_else(|| {
                Wrong::new(
                    "IDENTITY_SECRET",
                    "cannot be used: make a new one of at least 32 bytes",
                )
            }))
        });
        for (name, problem) in REQUIRED {
            wrong.record(settings.binding(name, problem));
        }
        let legacy = wrong.record(legacy::read(settings, now));
        let refresh_lifetime = wrong.record(refresh_lifetime(settings));
        let registration_open = wrong.record(settings.is_not_default(REGISTRATION));
        let min_length = wrong.record(settings.number(PASSWORD_MIN_LENGTH));
        let per_address = wrong.record(settings.number(LOGIN_ATTEMPTS));
        let per_account = wrong.record(settings.number(LOGIN_ATTEMPTS_ACCOUNT));
        let failures_per_address = wrong.record(settings.number(LOGIN_ATTEMPTS_ADDRESS));
        let window = wrong.record(settings.number(LOGIN_WINDOW));
        let cors_origins = wrong.record(cors_origins(settings));
        let introspection = wrong.record(introspection(settings));
        let log_verified = wrong.record(settings.is_not_default(LOG_VERIFIED));
        let allow_http = wrong.record(settings.is_not_default(ALLOW_HTTP));
        let hsts_include_subdomains =
            wrong.record(settings.is_not_default(HSTS_INCLUDE_SUBDOMAINS));
        let log_whole_address = wrong.record(settings.is_not_default(LOG_ADDRESS));
        let operator_keys = wrong.record(operators::read(settings));
        let session_idle = wrong.record(sessions::idle(settings));
        let strict_revocation = wrong.record(settings.is_not_default(REVOCATION));
        let config = || {
            Some(Self {
                tokens: tokens?,
                legacy: legacy?.map(|legacy| legacy.with_valid_from(options.valid_from)),
                refresh_lifetime: refresh_lifetime?,
                registration_open: registration_open?,
                password_policy: PasswordPolicy {
                    min_length: min_length?,
                },
                limits: AttemptLimits {
                    per_address: per_address?,
                    per_account: per_account?,
                    window: window?,
                },
                failures_per_address: failures_per_address?,
                cors_origins: cors_origins?,
                introspection: introspection?,
                log_names: log_names?,
                log_verified: log_verified?,
                log_whole_address: log_whole_address?,
                identity: identity?,
                operator_keys: operator_keys?,
                sessions_valid_from: sessions_valid_from?,
                session_idle: session_idle?,
                strict_revocation: strict_revocation?,
                allow_http: allow_http?,
                hsts_include_subdomains: hsts_include_subdomains?,
            })
        };
        match config() {
            Some(config) if wrong.0.is_empty() => Ok(config),
            _ => Err(wrong
                .0
                .into_iter()
                .map(|wrong| settings.named(wrong))
                .collect()),
        }
    }
}

/// The problems found, without repetitions.
#[derive(Default)]
struct Problems(Vec<Wrong>);

impl Problems {
    /// Returns the value, or records the problem and returns `None`.
    fn record<T>(&mut self, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| {
            // `SECRET_KEY` is read twice: for the tokens and for the identity keys.
            if !self.0.contains(&wrong) {
                self.0.push(wrong);
            }
        })
        .ok()
    }
}

impl Settings {
    /// Whether the setting is present, with any value.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether requests over plain HTTP are served. An invalid `ALLOW_HTTP` counts as
    /// `off`. For `portcullis doctor`, which reads single settings although others are
    /// wrong; the Worker uses [`Config`].
    #[must_use]
    pub fn allows_http(&self) -> bool {
        self.is_not_default(ALLOW_HTTP).unwrap_or(false)
    }

    /// The date from which the Flask application's tokens are rejected; `None` if
    /// `LEGACY_UNTIL` is absent or invalid. For `portcullis doctor`.
    #[must_use]
    pub fn legacy_until(&self) -> Option<UnixTime> {
        date::date(self.text("LEGACY_UNTIL").ok()??)
    }
}

/// Creates the issuer of access tokens. `keys::read` has checked the keys, so this
/// fails only if the first key may not sign.
fn access_tokens(keys: AccessKeys, options: AccessOptions<'_>) -> Result<AccessTokens, Wrong> {
    AccessTokens::new(keys, options).map_err(|_| {
        Wrong::new(
            "SIGNING_KEYS",
            "has a first key that may not sign: put a signing key first",
        )
    })
}

/// Reads `TOKEN_ISSUER`. A mounted service requires it: the service shares its origin
/// with the Worker around it, and that Worker may not know its public origin.
fn issuer(settings: &Settings) -> Result<Option<&str>, Wrong> {
    let issuer = settings.text("TOKEN_ISSUER")?;
    if issuer.is_none() && settings.is_mounted() {
        let problem = "is missing: set it to the URL of the mounted service, such as https://app.example.com/auth";
        return Err(Wrong::new("TOKEN_ISSUER", problem));
    }
    Ok(issuer)
}

/// Reads `TOKEN_TYPE`. With `at+jwt`, `TOKEN_AUDIENCE` must be set (RFC 9068 §2.2).
fn token_type(settings: &Settings) -> Result<AccessTokenType, Wrong> {
    if !settings.is_not_default(TOKEN_TYPE)? {
        return Ok(AccessTokenType::Jwt);
    }
    if !settings.is_set("TOKEN_AUDIENCE") {
        let problem = "is missing: TOKEN_TYPE at+jwt requires it; set it to the service that accepts the tokens";
        return Err(Wrong::new("TOKEN_AUDIENCE", problem));
    }
    Ok(AccessTokenType::AtJwt)
}

/// Reads `TOKEN_EXPIRATION`: the lifetime of an access token in seconds.
///
/// # Errors
/// [`Wrong`] when the setting is not a number within its bounds.
pub fn token_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(TOKEN_EXPIRATION)
}

/// Reads `REFRESH_EXPIRATION`: the lifetime of a session in seconds.
///
/// # Errors
/// [`Wrong`] when the setting is not a number within its bounds.
pub fn refresh_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(REFRESH_EXPIRATION)
}

/// Reads `CORS_ORIGINS`: the exact origins whose pages may call the service.
///
/// # Errors
/// [`Wrong`] when an entry is not an origin.
pub fn cors_origins(settings: &Settings) -> Result<Vec<String>, Wrong> {
    let origins = settings.list("CORS_ORIGINS")?;
    let is_origin = |text: &String| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|host| {
            let is_host = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte)
            };
            !host.is_empty() && host.bytes().all(is_host)
        })
    };
    if origins.iter().all(is_origin) {
        Ok(origins)
    } else {
        Err(Wrong::new(
            "CORS_ORIGINS",
            "must be a list of exact origins such as https://app.example.com, without a path",
        ))
    }
}

/// Reads `INTROSPECTION_SECRET`, which must have at least 32 bytes.
fn introspection(settings: &Settings) -> Result<Option<SecretHash>, Wrong> {
    const LEAST: usize = 32;
    match settings.text("INTROSPECTION_SECRET")? {
        None => Ok(None),
        Some(secret) if secret.len() < LEAST => Err(Wrong::new(
            "INTROSPECTION_SECRET",
            "is too short: make one of at least 32 bytes",
        )),
        Some(secret) => Ok(Some(SecretHash::new(secret))),
    }
}
