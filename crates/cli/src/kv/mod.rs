//! Workers KV, used only through wrangler: on this machine, or on Cloudflare with wrangler's login.
//!
//! The values contain password hashes, so they go to wrangler and back through pipes, and never
//! into an argument, a file or a log.

mod config;
mod node;
mod pages;
mod put_local;
mod refusal;
mod secrets;
mod wrangler;

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

pub(super) use config::ProjectConfig;
use wrangler::{Ended, FROM_INPUT, Wrangler};

use super::failure::{Failure, Outcome};

/// The options of a command that reads or writes KV.
#[derive(Args, Debug, Clone)]
pub(super) struct KvOptions {
    /// Use the KV of `npm start` (the default)
    ///
    /// `wrangler dev` on this machine uses the same KV.
    #[arg(long, help_heading = "KV options")]
    local: bool,
    /// Use the KV on Cloudflare, with wrangler's login
    ///
    /// Run `npx wrangler login` first, or set CLOUDFLARE_API_TOKEN.
    #[arg(long, conflicts_with = "local", help_heading = "KV options")]
    remote: bool,
    /// The folder of the local KV
    ///
    /// Without this option: .wrangler/state beside the config.
    #[arg(
        long,
        value_name = "FOLDER",
        conflicts_with = "remote",
        help_heading = "KV options"
    )]
    persist_to: Option<PathBuf>,
    /// The Worker's config
    ///
    /// Without this option: the first wrangler.toml in this folder or a folder above it.
    #[arg(long, value_name = "FILE", help_heading = "KV options")]
    config: Option<PathBuf>,
    /// The environment in the config
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "KV options",
        hide_short_help = true
    )]
    env: Option<String>,
    /// The KV binding in the config
    #[arg(
        long,
        value_name = "NAME",
        default_value = "USERS",
        help_heading = "KV options",
        hide_short_help = true
    )]
    binding: String,
}

impl KvOptions {
    /// Finds wrangler. Sends nothing to KV yet.
    ///
    /// # Errors
    /// The config does not exist or is not TOML.
    pub(super) fn open(&self) -> Outcome<Kv> {
        let config = self.project_config()?;
        let mut place = vec!["--binding".into(), self.binding.clone()];
        let mut shared = Vec::new();
        if let Some(path) = &self.config {
            shared.extend(["--config".into(), path.display().to_string()]);
        }
        if let Some(env) = &self.env {
            shared.extend(["--env".into(), env.clone()]);
        }
        place.extend(shared);
        if self.remote {
            place.push("--remote".into());
        } else {
            place.push("--local".into());
            if let Some(folder) = &self.persist_to {
                place.extend(["--persist-to".into(), folder.display().to_string()]);
            }
        }
        // The same choice as `wrangler dev` makes.
        let preview = !self.remote && config.has_preview_id(&self.binding, self.env.as_deref());
        place.extend(["--preview".into(), preview.to_string()]);
        Ok(Kv {
            wrangler: Wrangler::find(config.folder()),
            binding: self.binding.clone(),
            remote: self.remote,
            persist_to: self.persist_to.clone(),
            config: self.config.clone(),
            env: self.env.clone(),
            config_folder: config.folder().map(Path::to_owned),
            preview,
            lacks_miniflare: Cell::new(false),
            place,
        })
    }

    /// Reads the Worker's config, for its settings.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub(super) fn project_config(&self) -> Outcome<ProjectConfig> {
        ProjectConfig::find(self.config.as_deref())
    }

    /// The path of the Worker's config, if it is named.
    pub(super) fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// Whether the KV is on Cloudflare and not on this machine.
    pub(super) fn is_remote(&self) -> bool {
        self.remote
    }

    /// The environment in the config.
    pub(super) fn environment(&self) -> Option<&str> {
        self.env.as_deref()
    }
}

/// The users' KV namespace.
pub(super) struct Kv {
    wrangler: Wrangler,
    binding: String,
    remote: bool,
    persist_to: Option<PathBuf>,
    config: Option<PathBuf>,
    env: Option<String>,
    config_folder: Option<PathBuf>,
    /// Whether the namespace is that of `preview_id`.
    preview: bool,
    /// Whether a search for wrangler's Miniflare has failed.
    lacks_miniflare: Cell<bool>,
    /// The arguments of every call.
    place: Vec<String>,
}

/// A key and its value, in the format of wrangler's bulk files.
#[derive(Serialize)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: String,
}

/// The most values that Cloudflare returns at once.
const MOST_REMOTE: usize = 100;
/// The most values that are read at once from a local KV.
const MOST_LOCAL: usize = 1000;

/// The pauses, in milliseconds, before a call is repeated because another process uses the local
/// KV. The wrangler of a killed run takes a moment to end.
const PAUSES: [u64; 4] = [300, 600, 1200, 2400];

impl Kv {
    /// A text that identifies this KV, so that a continued import uses the same KV.
    pub(super) fn identity(&self) -> String {
        let place = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
        let paths = [&self.config_folder, &self.persist_to]
            .into_iter()
            .flatten();
        let paths = paths.map(|path| place(path).display().to_string());
        let namespace = format!("{self}, binding {}", self.binding);
        let env = self.env.iter().map(|env| format!("env {env}"));
        let all: Vec<String> = [namespace].into_iter().chain(env).chain(paths).collect();
        all.join(", ")
    }

    /// The value of a key; `None` if the key does not exist.
    ///
    /// # Errors
    /// The error of wrangler, in one line. The methods below have the same errors.
    pub(super) fn get(&self, key: &str) -> Outcome<Option<String>> {
        let values = self.get_all(&[key])?;
        Ok(values.into_iter().next().flatten())
    }

    /// The values of these keys, in the same order.
    pub(super) fn get_all(&self, keys: &[impl AsRef<str>]) -> Outcome<Vec<Option<String>>> {
        let most = if self.remote { MOST_REMOTE } else { MOST_LOCAL };
        let mut values = Vec::with_capacity(keys.len());
        for keys in keys.chunks(most) {
            let names: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
            let answer = self.run(&["bulk", "get", FROM_INPUT], &json(&names)?)?;
            let mut found = found_values(&answer).ok_or_else(not_understood)?;
            values.extend(names.into_iter().map(|name| found.remove(name)));
        }
        Ok(values)
    }

    /// Writes these values, in this order.
    pub(super) fn put_all(&self, pairs: &[Pair]) -> Outcome<()> {
        let lines: Vec<String> = pairs.iter().map(json).collect::<Outcome<_>>()?;
        self.put_file(FROM_INPUT, &format!("[\n{}\n]\n", lines.join(",\n")))
    }

    /// Writes the values of a file: a JSON array of `{"key","value"}`, one pair per line.
    pub(super) fn bulk_put(&self, file: &Path) -> Outcome<()> {
        self.put_file(&file.display().to_string(), "")
    }

    fn put_file(&self, file: &str, input: &str) -> Outcome<()> {
        if !self.put_local(file, input)? {
            self.run(&["bulk", "put", file], input)?;
        }
        Ok(())
    }

    /// All keys that begin with `prefix`, in KV's order. Each takes about 50 bytes of memory.
    pub(super) fn keys(&self, prefix: &str) -> Outcome<Vec<String>> {
        let listed = self.run(&["key", "list", "--prefix", prefix], "")?;
        let keys = listed_keys(&listed).ok_or_else(not_understood)?;
        if !self.remote && keys.len() == pages::WRANGLERS_MOST {
            return self.all_local_keys(prefix);
        }
        Ok(keys)
    }

    fn run(&self, command: &[&str], input: &str) -> Outcome<String> {
        let arguments = ["kv"].into_iter().chain(command.iter().copied());
        let arguments = arguments.chain(self.place.iter().map(String::as_str));
        let ended = self.when_free(|| self.wrangler.run(arguments.clone(), input))?;
        if ended.success {
            return Ok(ended.stdout);
        }
        Err(refusal::failure(&ended, &self.binding))
    }

    /// Repeats a call while another process uses the local KV, for at most 4.5 s. Every call can be
    /// repeated: a put writes the same value again.
    fn when_free(&self, call: impl Fn() -> Outcome<Ended>) -> Outcome<Ended> {
        for pause in PAUSES {
            let ended = call()?;
            if self.remote || !refusal::is_of_another_process(&ended) {
                return Ok(ended);
            }
            thread::sleep(Duration::from_millis(pause));
        }
        let ended = call()?;
        if refusal::is_of_another_process(&ended) {
            return Err(refusal::another_process());
        }
        Ok(ended)
    }
}

/// The place of the KV, for messages such as "Added alice, …".
impl fmt::Display for Kv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.remote {
            "on Cloudflare"
        } else {
            "in the local KV"
        })
    }
}

fn json(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(Failure::new)
}

fn not_understood() -> Failure {
    Failure::new("wrangler's answer is not understood")
        .fix("use the version of wrangler in package.json")
}

/// Parses the output of `kv bulk get`: an object, followed by "Success!". Each member is
/// `{"value":…}` for a local KV, and the value itself on Cloudflare.
fn found_values(printed: &str) -> Option<HashMap<String, String>> {
    let object = printed.get(printed.find('{')?..)?;
    let first = serde_json::Deserializer::from_str(object).into_iter::<Value>();
    let Value::Object(values) = first.into_iter().next()?.ok()? else {
        return None;
    };
    let mut found = HashMap::new();
    for (key, value) in values {
        let value = match value {
            Value::Object(mut inner) => inner.remove("value")?,
            value => value,
        };
        match value {
            Value::Null => {}
            Value::String(value) => drop(found.insert(key, value)),
            _ => return None,
        }
    }
    Some(found)
}

fn listed_keys(printed: &str) -> Option<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Key {
        name: String,
    }
    let array = printed.get(printed.find('[')?..)?;
    let keys: Vec<Key> = serde_json::from_str(array).ok()?;
    Some(keys.into_iter().map(|key| key.name).collect())
}
