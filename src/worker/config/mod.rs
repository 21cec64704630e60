//! The settings, read and the keys parsed once per isolate.

mod keys;
mod legacy;
mod settings;

use core::time::Duration;
use std::cell::RefCell;
use std::rc::Rc;

use worker::Env;
use zeroize::Zeroizing;

use settings::{Settings, Wrong};

use super::log;
use crate::account::{AccessTokens, AttemptLimits, LegacyAccess, LogNames, SecretHash};
use crate::password::PasswordPolicy;

/// What the service runs with.
pub(super) struct Config {
    pub(super) tokens: AccessTokens,
    pub(super) legacy: Option<LegacyAccess>,
    /// How long a session lasts, in seconds.
    pub(super) refresh_lifetime: u64,
    pub(super) registration_open: bool,
    pub(super) password_policy: PasswordPolicy,
    pub(super) limits: AttemptLimits,
    /// Exact origins.
    pub(super) cors_origins: Vec<String>,
    pub(super) introspection: Option<SecretHash>,
    pub(super) log_names: LogNames,
    /// Whether the log has a line for each token that was verified, or only
    /// for those that were refused.
    pub(super) log_verified: bool,
    /// What the keys were read from, to derive from it what nobody else can.
    pub(super) secret: Zeroizing<String>,
}

/// A setting is wrong; the log says which.
#[derive(Clone, Copy)]
pub(super) struct Misconfigured;

struct Loaded {
    origin: String,
    config: Result<Rc<Config>, Misconfigured>,
}

thread_local! {
    // The settings of an isolate never change; the origin, which is the
    // default issuer, can where a Worker has several.
    static LOADED: RefCell<Vec<Loaded>> = const { RefCell::new(Vec::new()) };
}

/// For how many origins they are kept.
const MOST_ORIGINS: usize = 8;

impl Config {
    pub(super) fn of(env: &Env, origin: &str) -> Result<Rc<Self>, Misconfigured> {
        if let Some(config) = Self::kept(origin) {
            return config;
        }
        let config = Self::read(env, origin).map(Rc::new).map_err(|wrong| {
            log::misconfigured(&wrong.setting, wrong.problem);
            Misconfigured
        });
        LOADED.with_borrow_mut(|loaded| {
            if loaded.len() >= MOST_ORIGINS {
                loaded.remove(0);
            }
            loaded.push(Loaded {
                origin: origin.into(),
                config: config.clone(),
            });
        });
        config
    }

    /// The same of settings that were read before; `None` if they were not.
    pub(super) fn kept(origin: &str) -> Option<Result<Rc<Self>, Misconfigured>> {
        LOADED.with_borrow(|loaded| {
            let loaded = loaded.iter().find(|loaded| loaded.origin == origin)?;
            Some(loaded.config.clone())
        })
    }

    fn read(env: &Env, origin: &str) -> Result<Self, Wrong> {
        let settings = Settings::read(env)?;
        let lifetime = settings.number(
            "TOKEN_EXPIRATION",
            3600,
            1..=31_536_000,
            "must be a whole number of seconds from 1 to 31536000",
        )?;
        let issuer = settings.text("TOKEN_ISSUER")?;
        let issuer = issuer.as_ref().map_or(origin, |issuer| issuer.as_str());
        let audience = settings.text("TOKEN_AUDIENCE")?;
        let audience = audience.as_ref().map(|audience| audience.as_str());
        let (keys, secret) = keys::read(&settings)?;
        let log_names = LogNames::new(secret.as_bytes())
            .ok_or_else(|| Wrong::new("SECRET_KEY", "cannot be used"))?;
        let lifetime = Duration::from_secs(lifetime);
        let tokens = AccessTokens::new(keys, issuer, audience, lifetime)
            .map_err(|_| Wrong::new("SIGNING_KEYS", "has a first key that may not sign"))?;
        settings.binding("USERS", "the KV binding is missing")?;
        settings.binding("ACCOUNTS", "the Durable Object binding is missing")?;
        settings.binding("LOGIN_LIMITER", "the rate-limit binding is missing")?;
        Ok(Self {
            tokens,
            legacy: legacy::read(&settings)?,
            refresh_lifetime: settings.number(
                "REFRESH_EXPIRATION",
                2_592_000,
                60..=31_536_000,
                "must be a whole number of seconds from 60 to 31536000",
            )?,
            registration_open: switch(
                &settings,
                "REGISTRATION",
                ["open", "closed"],
                false,
                "must be open or closed",
            )?,
            password_policy: password_policy(&settings)?,
            limits: limits(&settings)?,
            cors_origins: cors_origins(&settings)?,
            introspection: introspection(&settings)?,
            log_names,
            log_verified: switch(
                &settings,
                "LOG_VERIFIED",
                ["on", "off"],
                true,
                "must be on or off",
            )?,
            secret,
        })
    }
}

/// A setting of two words, the first of which means yes.
fn switch(
    settings: &Settings,
    name: &str,
    [yes, no]: [&str; 2],
    default: bool,
    problem: &'static str,
) -> Result<bool, Wrong> {
    match settings.text(name)?.as_ref().map(|text| text.as_str()) {
        None => Ok(default),
        Some(text) if text == yes => Ok(true),
        Some(text) if text == no => Ok(false),
        Some(_) => Err(Wrong::new(name, problem)),
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

fn limits(settings: &Settings) -> Result<AttemptLimits, Wrong> {
    Ok(AttemptLimits {
        per_address: settings.number(
            "LOGIN_ATTEMPTS",
            10,
            1..=100,
            "must be a whole number from 1 to 100",
        )?,
        per_account: settings.number(
            "LOGIN_ATTEMPTS_ACCOUNT",
            100,
            1..=1000,
            "must be a whole number from 1 to 1000",
        )?,
        window: settings.number(
            "LOGIN_WINDOW",
            900,
            1..=86_400,
            "must be a whole number of seconds from 1 to 86400",
        )?,
    })
}

fn cors_origins(settings: &Settings) -> Result<Vec<String>, Wrong> {
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
        Some(secret) => Ok(Some(SecretHash::of(&secret))),
    }
}
