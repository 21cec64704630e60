//! The values of settings as the environment has them.

use zeroize::Zeroizing;

use super::table::{NAMES, Number, PREFIXES, Words};

/// A problem with one setting: the setting is missing, misspelled, or has a value that
/// cannot be used. Never contains the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The setting's name.
    pub setting: String,
    /// The problem, as a phrase that follows the name, for example "is missing".
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
    /// A value of any other type. It is an error for every setting.
    Other,
}

/// The values that were read from the environment, by name.
#[derive(Default)]
pub struct Settings {
    values: Vec<(&'static str, Value)>,
    /// The prefix of our names in the environment; empty if the environment is ours.
    prefix: String,
}

impl Settings {
    /// The settings of a service that is mounted in another Worker. Only names that
    /// start with `prefix` are ours; all other names belong to the other Worker.
    ///
    /// A mounted service must be told its issuer, so [`Config::read`] requires
    /// `TOKEN_ISSUER`.
    ///
    /// [`Config::read`]: super::Config::read
    #[must_use]
    pub fn with_prefix(prefix: &str) -> Self {
        Self {
            values: Vec::new(),
            prefix: prefix.into(),
        }
    }

    /// Stores the value that the environment has under `name`. Calls `value` only if
    /// there is such a setting or binding. If `value` returns `None`, the setting
    /// counts as absent.
    ///
    /// # Errors
    /// [`Wrong`] when there is no such setting, and the name is probably misspelled:
    /// it has our prefix or, where the environment is ours, starts like a setting.
    /// Any other unknown name is ignored.
    pub fn put(&mut self, name: &str, value: impl FnOnce() -> Option<Value>) -> Result<(), Wrong> {
        let Some(own) = name.strip_prefix(self.prefix.as_str()) else {
            return Ok(());
        };
        let is_misspelled =
            || self.is_mounted() || PREFIXES.iter().any(|ours| own.starts_with(ours));
        match NAMES.into_iter().find(|known| *known == own) {
            Some(known) => self.values.extend(value().map(|value| (known, value))),
            None if is_misspelled() => {
                return Err(Wrong::new(
                    name,
                    "is not a setting: correct the name or remove it",
                ));
            }
            None => {}
        }
        Ok(())
    }

    /// Whether the service is mounted in another Worker.
    pub(super) fn is_mounted(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// The problem, with the setting's name as the environment has it.
    pub(super) fn named(&self, wrong: Wrong) -> Wrong {
        Wrong {
            setting: format!("{}{}", self.prefix, wrong.setting),
            ..wrong
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    /// A setting as text; `None` if the setting is absent. Empty text is an error.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Err(Wrong::new(name, "is empty")),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Wrong::new(name, "must be text")),
        }
    }

    /// A setting as JSON, which wrangler.toml has as text or as a table.
    pub(super) fn json(&self, name: &str) -> Result<Option<&str>, Wrong> {
        match self.get(name) {
            Some(Value::Json(json)) => Ok(Some(json)),
            _ => self.text(name),
        }
    }

    /// Whether wrangler.toml may have the setting as a table instead of text.
    #[must_use]
    pub fn may_be_json(name: &str) -> bool {
        name == "OPERATOR_KEYS"
    }

    /// A setting as a whole number. The default if the setting is absent; an error if
    /// the number is out of bounds.
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

    /// Whether a setting that is one of two words has the word that is not the default.
    pub(super) fn is_not_default(&self, words: Words) -> Result<bool, Wrong> {
        match self.text(words.name)? {
            None => Ok(false),
            Some(text) if text == words.other => Ok(true),
            Some(text) if text == words.default => Ok(false),
            Some(_) => Err(Wrong::new(words.name, words.problem)),
        }
    }

    /// A setting as a list of texts, which wrangler.toml has as an array, or as text
    /// with commas or white space between the entries. Empty if the setting is absent.
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
