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
mod values;

use core::time::Duration;

pub use published_secrets::is_published;
pub use values::{KNOWN, Settings, Value, Wrong};

use crate::account::{
    AccessKeys, AccessOptions, AccessTokenType, AccessTokens, AttemptLimits, IdentityKeys,
    LegacyAccess, LogNames, OperatorKeys, SecretHash, SessionPolicy,
};
use crate::password::PasswordPolicy;
use crate::time::UnixTime;

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
    /// says whether the Flask original's time is over.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn read(settings: &Settings, origin: &str, now: UnixTime) -> Result<Self, Wrong> {
        let lifetime = Duration::from_secs(token_lifetime(settings)?);
        let issuer = settings.text("TOKEN_ISSUER")?.unwrap_or(origin);
        let audience = settings.text("TOKEN_AUDIENCE")?;
        let keys = keys::read(settings)?;
        let identity = identity::read(settings)?;
        let log_names = LogNames::new(identity.log_names())
            .ok_or_else(|| Wrong::new("IDENTITY_SECRET", "cannot be used"))?;
        let sessions_valid_from = sessions::valid_from(settings, now)?;
        let options = AccessOptions {
            issuer,
            audience,
            lifetime,
            token_type: token_type(settings)?,
            valid_from: sessions_valid_from,
        };
        let tokens = access_tokens(keys, options)?;
        for (name, problem) in BINDINGS {
            settings.binding(name, problem)?;
        }
        Ok(Self {
            tokens,
            legacy: legacy::read(settings, now)?
                .map(|legacy| legacy.with_valid_from(sessions_valid_from)),
            refresh_lifetime: refresh_lifetime(settings)?,
            registration_open: registration_open(settings)?,
            password_policy: password_policy(settings)?,
            limits: AttemptLimits {
                per_address: per_address(settings)?,
                per_account: per_account(settings)?,
                window: window(settings)?,
            },
            failures_per_address: failures_per_address(settings)?,
            cors_origins: cors_origins(settings)?,
            introspection: introspection(settings)?,
            log_names,
            log_verified: on_or_off(settings, "LOG_VERIFIED")?,
            log_whole_address: identity::log_whole_address(settings)?,
            identity,
            operator_keys: operators::read(settings)?,
            sessions_valid_from,
            session_idle: sessions::idle(settings)?,
            strict_revocation: sessions::strict_revocation(settings)?,
            allow_http: on_or_off(settings, "ALLOW_HTTP")?,
            hsts_include_subdomains: on_or_off(settings, "HSTS_INCLUDE_SUBDOMAINS")?,
        })
    }
}

impl Settings {
    /// Everything that is wrong, and not only the first of it as
    /// [`Config::read`] says it.
    #[must_use]
    pub fn wrong(&self, now: UnixTime) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        wrong.extend(token_lifetime(self).err());
        wrong.extend(self.text("TOKEN_ISSUER").err());
        wrong.extend(self.text("TOKEN_AUDIENCE").err());
        wrong.extend(token_type(self).err());
        let options = AccessOptions {
            issuer: "",
            audience: None,
            lifetime: Duration::from_secs(1),
            token_type: AccessTokenType::Jwt,
            valid_from: None,
        };
        let tokens = keys::read(self).and_then(|keys| access_tokens(keys, options).map(drop));
        wrong.extend(tokens.err());
        let binding = |(name, problem)| self.binding(name, problem).err();
        wrong.extend(BINDINGS.into_iter().filter_map(binding));
        wrong.extend(legacy::read(self, now).err());
        wrong.extend(refresh_lifetime(self).err());
        wrong.extend(registration_open(self).err());
        wrong.extend(password_policy(self).err());
        wrong.extend(per_address(self).err());
        wrong.extend(per_account(self).err());
        wrong.extend(failures_per_address(self).err());
        wrong.extend(window(self).err());
        wrong.extend(cors_origins(self).err());
        wrong.extend(introspection(self).err());
        for name in ["LOG_VERIFIED", "ALLOW_HTTP", "HSTS_INCLUDE_SUBDOMAINS"] {
            wrong.extend(on_or_off(self, name).err());
        }
        wrong.extend(identity::log_whole_address(self).err());
        // Without any key, it is the key that is missing: said above.
        let identity = identity::read(self).err();
        wrong.extend(identity.filter(|wrong| wrong.setting == "IDENTITY_SECRET"));
        wrong.extend(operators::read(self).err());
        wrong.extend(sessions::valid_from(self, now).err());
        wrong.extend(sessions::idle(self).err());
        wrong.extend(sessions::strict_revocation(self).err());
        wrong
    }

    /// Whether it is set at all.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether requests over plain HTTP are served.
    #[must_use]
    pub fn allows_http(&self) -> bool {
        on_or_off(self, "ALLOW_HTTP").unwrap_or(false)
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
    let problem = "must be JWT or at+jwt";
    if !settings.switch("TOKEN_TYPE", ["at+jwt", "JWT"], false, problem)? {
        return Ok(AccessTokenType::Jwt);
    }
    if !settings.is_set("TOKEN_AUDIENCE") {
        let problem =
            "is missing: with TOKEN_TYPE at+jwt, set it to the service that takes the tokens";
        return Err(Wrong::new("TOKEN_AUDIENCE", problem));
    }
    Ok(AccessTokenType::AtJwt)
}

/// What must be bound.
const BINDINGS: [(&str, &str); 3] = [
    ("USERS", "the KV binding is missing"),
    ("ACCOUNTS", "the Durable Object binding is missing"),
    ("LOGIN_LIMITER", "the rate-limit binding is missing"),
];

/// How long an access token lasts, in seconds.
///
/// # Errors
/// When it is set to something else.
pub fn token_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(
        "TOKEN_EXPIRATION",
        3600,
        1..=31_536_000,
        "must be a whole number of seconds from 1 to 31536000",
    )
}

/// How long a session lasts, in seconds.
///
/// # Errors
/// When it is set to something else.
pub fn refresh_lifetime(settings: &Settings) -> Result<u64, Wrong> {
    settings.number(
        "REFRESH_EXPIRATION",
        2_592_000,
        60..=31_536_000,
        "must be a whole number of seconds from 60 to 31536000",
    )
}

/// Whether anyone may sign up.
///
/// # Errors
/// When it is set to something else.
pub fn registration_open(settings: &Settings) -> Result<bool, Wrong> {
    settings.switch(
        "REGISTRATION",
        ["open", "closed"],
        false,
        "must be open or closed",
    )
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

fn password_policy(settings: &Settings) -> Result<PasswordPolicy, Wrong> {
    let min_length = settings.number(
        "PASSWORD_MIN_LENGTH",
        15,
        8..=64,
        "must be a whole number from 8 to 64",
    )?;
    Ok(PasswordPolicy { min_length })
}

fn per_address(settings: &Settings) -> Result<u32, Wrong> {
    settings.number(
        "LOGIN_ATTEMPTS",
        10,
        1..=100,
        "must be a whole number from 1 to 100",
    )
}

fn per_account(settings: &Settings) -> Result<u32, Wrong> {
    settings.number(
        "LOGIN_ATTEMPTS_ACCOUNT",
        100,
        1..=1000,
        "must be a whole number from 1 to 1000",
    )
}

fn failures_per_address(settings: &Settings) -> Result<u32, Wrong> {
    settings.number(
        "LOGIN_ATTEMPTS_ADDRESS",
        100,
        1..=100_000,
        "must be a whole number from 1 to 100000",
    )
}

fn window(settings: &Settings) -> Result<u32, Wrong> {
    settings.number(
        "LOGIN_WINDOW",
        900,
        1..=86_400,
        "must be a whole number of seconds from 1 to 86400",
    )
}

fn introspection(settings: &Settings) -> Result<Option<SecretHash>, Wrong> {
    const LEAST: usize = 32;
    match settings.text("INTROSPECTION_SECRET")? {
        None => Ok(None),
        Some(secret) if secret.len() < LEAST => Err(Wrong::new(
            "INTROSPECTION_SECRET",
            "is too short: at least 32 bytes",
        )),
        Some(secret) => Ok(Some(SecretHash::of(secret))),
    }
}

/// A setting that is off unless it is on.
fn on_or_off(settings: &Settings, name: &str) -> Result<bool, Wrong> {
    settings.switch(name, ["on", "off"], false, "must be on or off")
}
