//! The settings of the service: their names, their bounds, and what is said of
//! one that is wrong. Where they are set is handed in, so that the Worker and
//! `portcullis doctor` say the same.

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

/// What the service runs with.
pub struct Config {
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// Lets tokens of the Flask original in.
    pub legacy: Option<LegacyAccess>,
    /// How long a session lasts, in seconds.
    pub refresh_lifetime: u64,
    /// Whether anyone may sign up.
    pub registration_open: bool,
    /// What a new password must be like.
    pub password_policy: PasswordPolicy,
    /// How many failed attempts an account may have.
    pub limits: AttemptLimits,
    /// How many failed attempts an address may have across all accounts, in
    /// the same window.
    pub failures_per_address: u32,
    /// Exact origins.
    pub cors_origins: Vec<String>,
    /// What opens introspection; closed without.
    pub introspection: Option<SecretHash>,
    /// Writes users into the log.
    pub log_names: LogNames,
    /// Whether the log has a line for each token that was verified, or only
    /// for those that were refused.
    pub log_verified: bool,
    /// Whether the log has a client's whole address, or only its network.
    pub log_whole_address: bool,
    /// Keys for what recognizes somebody without naming them.
    pub identity: IdentityKeys,
    /// The keys of operators, who may use `/admin/…`. Without keys the route does not exist.
    pub operator_keys: Option<OperatorKeys>,
    /// The time, in seconds since the epoch, before which no session or token
    /// may have begun.
    pub sessions_valid_from: Option<i64>,
    /// After how many seconds without a refresh a session ends.
    pub session_idle: Option<u64>,
    /// Whether `/me` and `/verify` ask the account's object each time, and not
    /// KV, which can be a minute old.
    pub strict_revocation: bool,
    /// Whether requests over plain HTTP are served, for a trusted proxy.
    pub allow_http: bool,
    /// Whether browsers are told to use HTTPS for the subdomains, too.
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

    /// Reads the settings; `origin` is the issuer where none is set, and `now`
    /// says whether the time of the Flask application's tokens is over.
    ///
    /// # Errors
    /// Everything that is wrong, at least one.
    pub fn read(settings: &Settings, origin: &str, now: UnixTime) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Problems::default();
        let lifetime = wrong.take(token_lifetime(settings));
        let issuer = wrong.take(settings.text("TOKEN_ISSUER"));
        let audience = wrong.take(settings.text("TOKEN_AUDIENCE"));
        let token_type = wrong.take(token_type(settings));
        let sessions_valid_from = wrong.take(sessions::valid_from(settings, now));
        let options = AccessOptions {
            issuer: issuer.flatten().unwrap_or(origin),
            audience: audience.flatten(),
            lifetime: Duration::from_secs(lifetime.unwrap_or(1)),
            token_type: token_type.unwrap_or(AccessTokenType::Jwt),
            valid_from: sessions_valid_from.flatten(),
        };
        let keys = wrong.take(keys::read(settings));
        let tokens = keys.and_then(|keys| wrong.take(access_tokens(keys, options)));
        let identity = wrong.take(identity::read(settings));
        let log_names = identity.as_ref().and_then(|identity| {
            let names = LogNames::new(identity.log_names());
            wrong.take(names.ok_or_else(|| Wrong::new("IDENTITY_SECRET", "cannot be used")))
        });
        for (name, problem) in REQUIRED {
            wrong.take(settings.binding(name, problem));
        }
        let legacy = wrong.take(legacy::read(settings, now));
        let refresh_lifetime = wrong.take(refresh_lifetime(settings));
        let registration_open = wrong.take(settings.is_other(REGISTRATION));
        let min_length = wrong.take(settings.number(PASSWORD_MIN_LENGTH));
        let per_address = wrong.take(settings.number(LOGIN_ATTEMPTS));
        let per_account = wrong.take(settings.number(LOGIN_ATTEMPTS_ACCOUNT));
        let failures_per_address = wrong.take(settings.number(LOGIN_ATTEMPTS_ADDRESS));
        let window = wrong.take(settings.number(LOGIN_WINDOW));
        let cors_origins = wrong.take(cors_origins(settings));
        let introspection = wrong.take(introspection(settings));
        let log_verified = wrong.take(settings.is_other(LOG_VERIFIED));
        let allow_http = wrong.take(settings.is_other(ALLOW_HTTP));
        let hsts_include_subdomains = wrong.take(settings.is_other(HSTS_INCLUDE_SUBDOMAINS));
        let log_whole_address = wrong.take(settings.is_other(LOG_ADDRESS));
        let operator_keys = wrong.take(operators::read(settings));
        let session_idle = wrong.take(sessions::idle(settings));
        let strict_revocation = wrong.take(settings.is_other(REVOCATION));
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
            _ => Err(wrong.0),
        }
    }
}

/// What is wrong, each setting once.
#[derive(Default)]
struct Problems(Vec<Wrong>);

impl Problems {
    /// The value, or `None` after noting what is wrong.
    fn take<T>(&mut self, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| {
            // `SECRET_KEY` is read for the tokens and for the identity keys.
            if !self.0.contains(&wrong) {
                self.0.push(wrong);
            }
        })
        .ok()
    }
}

impl Settings {
    /// Whether it is set at all.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether requests over plain HTTP are served.
    #[must_use]
    pub fn allows_http(&self) -> bool {
        self.is_other(ALLOW_HTTP).unwrap_or(false)
    }

    /// The date from which on the Flask original's tokens are refused, where
    /// one is set and can be read.
    #[must_use]
    pub fn legacy_until(&self) -> Option<UnixTime> {
        date::date(self.text("LEGACY_UNTIL").ok()??)
    }
}

fn access_tokens(keys: AccessKeys, options: AccessOptions<'_>) -> Result<AccessTokens, Wrong> {
    AccessTokens::new(keys, options)
        .map_err(|_| Wrong::new("SIGNING_KEYS", "has a first key that may not sign"))
}

/// RFC 9068 §2.2 asks for an audience.
fn token_type(settings: &Settings) -> Result<AccessTokenType, Wrong> {
    if !settings.is_other(TOKEN_TYPE)? {
        return Ok(AccessTokenType::Jwt);
    }
    if !settings.is_set("TOKEN_AUDIENCE") {
        let problem =
            "is missing: with TOKEN_TYPE at+jwt, set it to the service that takes the tokens";
        return Err(Wrong::new("TOKEN_AUDIENCE", problem));
    }
    Ok(AccessTokenType::AtJwt)
}

/// How long an access token lasts, in seconds.
///
/// # Errors
/// When it is set to something else.
pub fn token_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(TOKEN_EXPIRATION)
}

/// How long a session lasts, in seconds.
///
/// # Errors
/// When it is set to something else.
pub fn refresh_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(REFRESH_EXPIRATION)
}

/// Exact origins, whose pages may call the service.
///
/// # Errors
/// When one is no origin.
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
            "must be a list of exact origins, such as https://app.example.com",
        ))
    }
}

fn introspection(settings: &Settings) -> Result<Option<SecretHash>, Wrong> {
    const LEAST: usize = 32;
    match settings.text("INTROSPECTION_SECRET")? {
        None => Ok(None),
        Some(secret) if secret.len() < LEAST => Err(Wrong::new(
            "INTROSPECTION_SECRET",
            "is too short: at least 32 bytes",
        )),
        Some(secret) => Ok(Some(SecretHash::new(secret))),
    }
}
