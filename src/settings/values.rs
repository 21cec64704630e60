//! What is set: each setting as text, if it is there at all.

use zeroize::Zeroizing;

use super::table::{NAMES, Number, PREFIXES, Words};

/// A setting that is wrong, and why; never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The setting's name.
    pub setting: String,
    /// What is wrong with it, such as "is missing".
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

/// What a setting is set to.
pub enum Value {
    /// A text; a whole number is one as well.
    Text(Zeroizing<String>),
    /// A list of texts.
    List(Vec<String>),
    /// An object, as its JSON.
    Json(String),
    /// A KV namespace, a Durable Object or whatever else is no plain value.
    Binding,
    /// Anything else, which no setting is.
    Other,
}

/// What of the environment is read, by name.
#[derive(Default)]
pub struct Settings(Vec<(&'static str, Value)>);

impl Settings {
    /// Looks at `name`, and takes up what it is set to if it is one of ours;
    /// `None` is as if it were not there.
    ///
    /// # Errors
    /// When it is one of ours, misspelt.
    pub fn put(&mut self, name: &str, value: impl FnOnce() -> Option<Value>) -> Result<(), Wrong> {
        match NAMES.into_iter().find(|known| *known == name) {
            Some(known) => self.0.extend(value().map(|value| (known, value))),
            None if PREFIXES.iter().any(|ours| name.starts_with(ours)) => {
                return Err(Wrong::new(name, "there is no such setting"));
            }
            None => {}
        }
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    /// A setting as text; `None` where there is none.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Err(Wrong::new(name, "is empty")),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Wrong::new(name, "must be text")),
        }
    }

    /// A setting that is JSON: a text, or an object in wrangler.toml.
    pub(super) fn json(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            Some(Value::Json(json)) => Ok(Some(json)),
            _ => self.text(name),
        }
    }

    /// Whether a setting may be an object, and not only a text.
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

    /// Whether a setting of two words has the one that is not its default.
    pub(super) fn is_other(&self, words: Words) -> Result<bool, Wrong> {
        match self.text(words.name)? {
            None => Ok(false),
            Some(text) if text == words.other => Ok(true),
            Some(text) if text == words.default => Ok(false),
            Some(_) => Err(Wrong::new(words.name, words.problem)),
        }
    }

    /// A list of texts, an array in wrangler.toml, or a text with commas or
    /// white space between them; empty where there is none.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Wrong> {
        if let Some(Value::List(list)) = self.get(name) {
            return Ok(list.clone());
        }
        let texts = self.text(name)?.unwrap_or_default();
        let texts = texts.split([',', ' ', '\t', '\n', '\r']);
        let texts = texts.filter(|text| !text.is_empty());
        Ok(texts.map(Into::into).collect())
    }

    /// A binding must be there.
    pub(super) fn binding(&self, name: &str, problem: &'static str) -> Result<(), Wrong> {
        match self.get(name) {
            Some(Value::Binding | Value::List(_)) => Ok(()),
            _ => Err(Wrong::new(name, problem)),
        }
    }
}
