//! What `env` holds: each setting as text, if it is there at all.

use js_sys::Object;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Env;
use zeroize::Zeroizing;

/// A setting that is wrong, and why; never its value.
pub(super) struct Wrong {
    pub(super) setting: String,
    pub(super) problem: &'static str,
}

impl Wrong {
    pub(super) fn new(setting: &str, problem: &'static str) -> Self {
        Self {
            setting: setting.into(),
            problem,
        }
    }
}

/// What of `env` is read, by name.
pub(super) struct Settings(Vec<(&'static str, JsValue)>);

/// The settings and bindings that there are.
const KNOWN: [&str; 23] = [
    "SECRET_KEY",
    "SIGNING_KEYS",
    "TOKEN_ALGORITHM",
    "TOKEN_EXPIRATION",
    "TOKEN_ISSUER",
    "TOKEN_AUDIENCE",
    "LEGACY_SECRET_KEY",
    "LEGACY_ALGORITHM",
    "LEGACY_SALT",
    "LEGACY_UNTIL",
    "REFRESH_EXPIRATION",
    "REGISTRATION",
    "PASSWORD_MIN_LENGTH",
    "LOGIN_ATTEMPTS",
    "LOGIN_ATTEMPTS_ACCOUNT",
    "LOGIN_WINDOW",
    "LOGIN_LIMITER",
    "LOG_VERIFIED",
    "CORS_ORIGINS",
    "INTROSPECTION_SECRET",
    "USERS",
    "ACCOUNTS",
    "ASSETS",
];

/// What begins so and is not known is one of ours, misspelt.
const OURS: [&str; 10] = [
    "TOKEN_",
    "SIGNING_",
    "LEGACY_",
    "REFRESH_",
    "REGISTRATION",
    "PASSWORD_",
    "LOGIN_",
    "LOG_VERIF",
    "CORS_",
    "INTROSPECTION_",
];

/// A whole number, exactly.
fn whole(value: &JsValue) -> Option<i64> {
    let number = value.as_f64()?;
    #[allow(clippy::cast_possible_truncation)] // compared after
    let whole = number as i64;
    #[allow(clippy::cast_precision_loss)] // likewise
    let is_whole = (whole as f64 - number).abs() == 0.0;
    is_whole.then_some(whole)
}

impl Settings {
    pub(super) fn read(env: &Env) -> Result<Self, Wrong> {
        let mut settings = Vec::new();
        for name in Object::keys(env.unchecked_ref::<Object>()).iter() {
            let name = name.as_string().unwrap_or_default();
            match KNOWN.into_iter().find(|known| *known == name) {
                Some(known) => {
                    let value = js_sys::Reflect::get(env, &JsValue::from_str(known));
                    settings.push((known, value.unwrap_or(JsValue::UNDEFINED)));
                }
                None if OURS.iter().any(|ours| name.starts_with(ours)) => {
                    return Err(Wrong::new(&name, "there is no such setting"));
                }
                None => {}
            }
        }
        Ok(Self(settings))
    }

    fn get(&self, name: &str) -> Option<&JsValue> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| value)
            .filter(|value| !value.is_undefined() && !value.is_null())
    }

    /// A setting as text; `None` where there is none.
    pub(super) fn text(&self, name: &str) -> Result<Option<Zeroizing<String>>, Wrong> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        // `TOKEN_EXPIRATION = 3600` in wrangler.toml arrives as a number.
        let text = value
            .as_string()
            .or_else(|| whole(value).map(|number| number.to_string()));
        match text.map(Zeroizing::new) {
            Some(text) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(Wrong::new(name, "is empty")),
            None => Err(Wrong::new(name, "must be text")),
        }
    }

    /// A whole number within bounds.
    pub(super) fn number<T>(
        &self,
        name: &str,
        default: T,
        bounds: core::ops::RangeInclusive<T>,
        problem: &'static str,
    ) -> Result<T, Wrong>
    where
        T: core::str::FromStr + PartialOrd,
    {
        let Some(text) = self.text(name)? else {
            return Ok(default);
        };
        text.parse()
            .ok()
            .filter(|number| bounds.contains(number))
            .ok_or_else(|| Wrong::new(name, problem))
    }

    /// A list of texts, an array in wrangler.toml, or a text with commas or
    /// white space between them; empty where there is none.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Wrong> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        if let Ok(list) = serde_wasm_bindgen::from_value(value.clone()) {
            return Ok(list);
        }
        let text = self.text(name)?.unwrap_or_default();
        let texts = text.split([',', ' ', '\t', '\n', '\r']);
        let texts = texts.filter(|text| !text.is_empty());
        Ok(texts.map(Into::into).collect())
    }

    /// A binding must be there.
    pub(super) fn binding(&self, name: &str, problem: &'static str) -> Result<(), Wrong> {
        match self.get(name) {
            Some(value) if value.is_object() => Ok(()),
            _ => Err(Wrong::new(name, problem)),
        }
    }
}
