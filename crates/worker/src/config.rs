//! Reads the settings and parses the keys once per isolate and origin.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Env;

use super::{log, mount, reply};
use portcullis::settings::{Config, Settings, Value, Wrong};
use portcullis::time::UnixTime;

/// A setting is wrong. The log names the setting.
#[derive(Clone, Copy)]
pub(super) struct Misconfigured;

struct Loaded {
    origin: String,
    config: Result<Rc<Config>, Misconfigured>,
}

thread_local! {
    // The settings of an isolate never change. The origin is the default
    // issuer, and one Worker can serve several origins.
    static LOADED: RefCell<Vec<Loaded>> = const { RefCell::new(Vec::new()) };
}

/// The most origins whose settings are kept.
const MOST_ORIGINS: usize = 8;

/// The settings of `env` for requests to `origin`, read once for each origin.
pub(super) fn load(env: &Env, origin: &str) -> Result<Rc<Config>, Misconfigured> {
    if let Some(config) = loaded(origin) {
        return config;
    }
    let config = settings(env)
        .map_err(|wrong| vec![wrong])
        .and_then(|settings| {
            // Without a usable clock, nothing counts as expired.
            Config::read(&settings, origin, super::now().unwrap_or(UnixTime::MIN))
        });
    let include_subdomains = config
        .as_ref()
        .is_ok_and(|config| config.hsts_include_subdomains);
    reply::set_hsts(include_subdomains);
    let config = config.map(Rc::new).map_err(|wrong| {
        if let Some(first) = wrong.first() {
            log::misconfigured(&first.setting, first.problem);
        }
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

/// The settings for `origin`, if [`load`] has read them before.
pub(super) fn loaded(origin: &str) -> Option<Result<Rc<Config>, Misconfigured>> {
    LOADED.with_borrow(|loaded| {
        let loaded = loaded.iter().find(|loaded| loaded.origin == origin)?;
        Some(loaded.config.clone())
    })
}

/// Reads the settings and bindings of `env`.
fn settings(env: &Env) -> Result<Settings, Wrong> {
    let mut settings = mount::settings();
    for name in Object::keys(env.unchecked_ref::<Object>()).iter() {
        let text = name.as_string().unwrap_or_default();
        settings.put(&mount::name_outside(&text), || {
            let set = Reflect::get(env, &name).ok()?;
            if Settings::may_be_json(&text) && set.is_object() {
                return Some(json(&set));
            }
            value(&set)
        })?;
    }
    Ok(settings)
}

fn value(value: &JsValue) -> Option<Value> {
    if value.is_undefined() || value.is_null() {
        return None;
    }
    // `TOKEN_EXPIRATION = 3600` in wrangler.toml arrives as a number.
    let text = value
        .as_string()
        .or_else(|| whole(value).map(|number| number.to_string()));
    Some(match text {
        Some(text) => Value::Text(text.into()),
        None if Array::is_array(value) => {
            serde_wasm_bindgen::from_value(value.clone()).map_or(Value::Other, Value::List)
        }
        None if value.is_object() => Value::Binding,
        None => Value::Other,
    })
}

/// Converts an object or an array to JSON.
fn json(value: &JsValue) -> Value {
    let text = JSON::stringify(value).ok();
    let text = text.and_then(|text| text.as_string());
    text.map_or(Value::Other, Value::Json)
}

/// The number, if it is an integer that `i64` holds exactly.
fn whole(value: &JsValue) -> Option<i64> {
    let number = value.as_f64()?;
    #[allow(clippy::cast_possible_truncation)] // compared with `number` below
    let whole = number as i64;
    #[allow(clippy::cast_precision_loss)] // a loss makes the comparison fail
    let is_whole = (whole as f64 - number).abs() == 0.0;
    is_whole.then_some(whole)
}
