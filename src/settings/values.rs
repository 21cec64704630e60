//! The values of settings as the environment has them.

use zeroize::Zeroizing;

use super::table::{NAMES, Number, PREFIXES, Words};

/// A wrong setting and its problem. The value itself is never included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The setting's name.
    pub setting: String,
    /// The problem, to be read after the name, for example "is missing".
    pub problem: &'static str,
}

impl Wrong {
    pub(super) fn new(setting: &str, problem: &'static str) -> Self {
        Self {
            setting: setting.into(),
            problem,
        }
    }
}

/// The value of a setting.
pub enum Value {
    /// A text. Whole numbers are texts too.
    Text(Zeroizing<String>),
    /// A list of texts.
    List(Vec<String>),
    /// An object, as JSON.
    Json(String),
    /// A KV namespace, a Durable Object or any other binding.
    Binding,
    /// Any other value. No setting has such a value.
    Other,
}

/// The values that were read from the environment, by name.
#[derive(Default)]
pub struct Settings(Vec<(&'static str, Value)>);

impl Settings {
    /// Stores the value of `name` if it is a known setting. If `value` returns
    /// `None`, the setting counts as absent.
    ///
    /// # Errors
    /// [`Wrong`] when `name` looks like a misspelled setting.
    pub fn put(&mut self, name: &str, value: impl FnOnce() -> Option<Value>) -> Result<(), Wrong> {
        match NAMES.into_iter().find(|known| *known == name) {
            Some(known) => self.0.extend(value().map(|value| (known, value))),
            None if PREFIXES.iter().any(|ours| name.starts_with(ours)) => {
                return Err(Wrong::new(
                    name,
                    "is not a setting: correct the name or remove it",
                ));
            }
            None => {}
        }
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    /// A setting as text; `None` if it is absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Err(Wrong::new(name, "is empty")),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Wrong::new(name, "must be text")),
        }
    }

    /// A JSON setting, given as a text or as an object in wrangler.toml.
    pub(super) fn json(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            Some(Value::Json(json)) => Ok(Some(json)),
            _ => self.text(name),
        }
    }

    /// Whether the setting may be an object as well as a text.
    #[must_use]
    pub fn may_be_json(name: &str) -> bool {
        name == "OPERATOR_KEYS"
    }

    /// A whole number within its bounds, or its default.
    pub(super) fn number<T: TryFrom<u64>>(&self, number: Number) -> Result<T, Wrong> {
        let value = match self.text(number.name)? {
            None => Some(number.default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|value| number.bounds().contains(value)),
        };
        value
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| Wrong::new(number.name, number.problem))
    }

    /// Whether a setting of two words has the word that is not its default.
    pub(super) fn is_not_default(&self, words: Words) -> Result<bool, Wrong> {
        match self.text(words.name)? {
            None => Ok(false),
            Some(text) if text == words.other => Ok(true),
            Some(text) if text == words.default => Ok(false),
            Some(_) => Err(Wrong::new(words.name, words.problem)),
        }
    }

    /// A list of texts: an array in wrangler.toml, or a text with commas or white
    /// space as separators. Empty if the setting is absent.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Wrong> {
        if let Some(Value::List(list)) = self.get(name) {
            return Ok(list.clone());
        }
        let texts = self.text(name)?.unwrap_or_default();
        let texts = texts.split([',', ' ', '\t', '\n', '\r']);
        let texts = texts.filter(|text| !text.is_empty());
        Ok(texts.map(Into::into).collect())
    }

    /// Checks that a binding exists.
    pub(super) fn binding(&self, name: &str, problem: &'static str) -> Result<(), Wrong> {
        match self.get(name) {
            Some(Value::Binding | Value::List(_)) => Ok(()),
            _ => Err(Wrong::new(name, problem)),
        }
    }
}
