//! The settings, read once per isolate.

use core::time::Duration;
use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Object;
use serde::Deserialize;
use serde_wasm_bindgen::preserve;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Env;
use zeroize::Zeroizing;

use super::log;
use crate::account::AccessTokens;
use crate::key::Algorithm;

/// What the service runs with.
pub(super) struct Config {
    pub(super) tokens: AccessTokens,
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
    static LOADED: RefCell<Option<Loaded>> = const { RefCell::new(None) };
}

/// The longest lifetime of an access token: a year.
const MAX_EXPIRATION: u64 = 31_536_000;

const KNOWN: [&str; 4] = [
    "TOKEN_ALGORITHM",
    "TOKEN_EXPIRATION",
    "TOKEN_ISSUER",
    "TOKEN_AUDIENCE",
];

/// What of `env` is read: text, each as it stands, and a binding.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", default)]
struct Settings {
    #[serde(with = "preserve")]
    secret_key: JsValue,
    #[serde(with = "preserve")]
    token_algorithm: JsValue,
    #[serde(with = "preserve")]
    token_expiration: JsValue,
    #[serde(with = "preserve")]
    token_issuer: JsValue,
    #[serde(with = "preserve")]
    token_audience: JsValue,
    #[serde(with = "preserve")]
    users: JsValue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secret_key: JsValue::UNDEFINED,
            token_algorithm: JsValue::UNDEFINED,
            token_expiration: JsValue::UNDEFINED,
            token_issuer: JsValue::UNDEFINED,
            token_audience: JsValue::UNDEFINED,
            users: JsValue::UNDEFINED,
        }
    }
}

impl Config {
    pub(super) fn of(env: &Env, origin: &str) -> Result<Rc<Self>, Misconfigured> {
        LOADED.with_borrow_mut(|loaded| {
            if let Some(loaded) = loaded
                && loaded.origin == origin
            {
                return loaded.config.clone();
            }
            let config = Self::read(env, origin)
                .map(Rc::new)
                .map_err(|(setting, problem)| {
                    log::misconfigured(&setting, problem);
                    Misconfigured
                });
            *loaded = Some(Loaded {
                origin: origin.into(),
                config: config.clone(),
            });
            config
        })
    }

    /// The same of settings that were read before; `None` if they were not.
    pub(super) fn kept(origin: &str) -> Option<Result<Rc<Self>, Misconfigured>> {
        LOADED.with_borrow(|loaded| {
            let loaded = loaded.as_ref().filter(|loaded| loaded.origin == origin)?;
            Some(loaded.config.clone())
        })
    }

    fn read(env: &Env, origin: &str) -> Result<Self, (String, &'static str)> {
        for name in Object::keys(env.unchecked_ref::<Object>()).iter() {
            let name = name.as_string().unwrap_or_default();
            if name.starts_with("TOKEN_") && !KNOWN.contains(&name.as_str()) {
                return Err((name, "there is no such setting"));
            }
        }
        let wrong = |name: &str, problem| (String::from(name), problem);
        // Nothing of it can be mistyped yet, and its errors would print values.
        let settings: Settings =
            serde_wasm_bindgen::from_value(env.clone().into()).unwrap_or_default();
        let algorithm = match text("TOKEN_ALGORITHM", &settings.token_algorithm)? {
            None => Algorithm::Hs512,
            Some(name) => Algorithm::from_name(&name)
                .filter(|algorithm| algorithm.least_secret_length().is_some())
                .ok_or_else(|| wrong("TOKEN_ALGORITHM", "must be HS256, HS384 or HS512"))?,
        };
        let lifetime = match text("TOKEN_EXPIRATION", &settings.token_expiration)? {
            None => 3600,
            Some(seconds) => seconds
                .parse()
                .ok()
                .filter(|seconds| (1..=MAX_EXPIRATION).contains(seconds))
                .ok_or_else(|| {
                    wrong(
                        "TOKEN_EXPIRATION",
                        "must be a whole number of seconds from 1 to 31536000",
                    )
                })?,
        };
        let issuer = text("TOKEN_ISSUER", &settings.token_issuer)?.unwrap_or_else(|| origin.into());
        let audience = text("TOKEN_AUDIENCE", &settings.token_audience)?;
        let secret = Zeroizing::new(
            text("SECRET_KEY", &settings.secret_key)?
                .ok_or_else(|| wrong("SECRET_KEY", "is missing"))?,
        );
        let tokens = AccessTokens::new(
            algorithm,
            secret.as_bytes(),
            &issuer,
            audience.as_deref(),
            Duration::from_secs(lifetime),
        )
        .map_err(|_| {
            wrong(
                "SECRET_KEY",
                "is too short: at least 32, 48 or 64 bytes for HS256, HS384 or HS512",
            )
        })?;
        if !settings.users.is_object() {
            return Err(wrong("USERS", "the KV binding is missing"));
        }
        Ok(Self { tokens })
    }
}

/// A setting as text; `None` where there is none.
fn text(name: &str, value: &JsValue) -> Result<Option<String>, (String, &'static str)> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    // `TOKEN_EXPIRATION = 3600` in wrangler.toml arrives as a number.
    let text = value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()));
    match text {
        Some(text) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err((name.into(), "is empty")),
        None => Err((name.into(), "must be text")),
    }
}
