//! Reads the project's files: wrangler.toml, and .dev.vars beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use zeroize::Zeroizing;

use super::dev_vars;
use crate::failure::{Failure, Outcome, about};

/// The files of a project that wrangler reads.
pub(super) struct Project {
    /// The folder of the config.
    pub(super) folder: PathBuf,
    /// The config's file name, for messages.
    pub(super) config: String,
    /// The environment of `--env`.
    pub(super) env: Option<String>,
    table: Table,
    /// `None` if the file does not exist.
    pub(super) dev_vars: Option<DevVars>,
}

/// The content of .dev.vars: the secrets of this machine.
pub(super) struct DevVars {
    /// The file name in the project's folder.
    pub(super) name: String,
    pub(super) values: Vec<(String, Zeroizing<String>)>,
}

impl Project {
    pub(super) fn read(config: Option<&Path>, env: Option<&str>) -> Outcome<Self> {
        let path = match config {
            Some(path) => path.to_owned(),
            None => find()?,
        };
        if path.extension().is_none_or(|kind| kind != "toml") {
            let problem = format_args!("{} is not a TOML file", path.display());
            return Err(Failure::usage(problem).fix(
                "name a wrangler.toml with --config, because the doctor reads no other format",
            ));
        }
        let text = fs::read_to_string(&path).map_err(about(path.display()))?;
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(0, |before| before.matches('\n').count());
            let line = line.saturating_add(1);
            let problem = format_args!("{}:{line}: {}", path.display(), error.message());
            Failure::new(problem).fix("correct the TOML there")
        })?;
        if let Some(name) = env {
            let section = table.get("env").and_then(|envs| envs.get(name));
            if !section.is_some_and(Value::is_table) {
                let problem = format_args!("{} has no [env.{name}]", path.display());
                return Err(
                    Failure::usage(problem).fix("name an environment of this file with --env")
                );
            }
        }
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        Ok(Self {
            dev_vars: DevVars::read(&folder, env)?,
            config: path.file_name().unwrap_or_default().display().to_string(),
            env: env.map(Into::into),
            folder,
            table,
        })
    }

    /// A member that an environment inherits from the top level unless it sets it itself.
    pub(super) fn inherited(&self, name: &str) -> Option<&Value> {
        self.own(name).or_else(|| self.table.get(name))
    }

    /// A member that an environment does not inherit: variables and bindings.
    pub(super) fn own(&self, name: &str) -> Option<&Value> {
        match &self.env {
            None => self.table.get(name),
            Some(env) => self.table.get("env")?.get(env)?.get(name),
        }
    }

    /// The tables of an array such as `[[kv_namespaces]]`.
    pub(super) fn bindings<'a>(
        &'a self,
        path: &[&str],
    ) -> impl Iterator<Item = &'a Table> + use<'a> {
        let (first, rest) = path.split_first().unzip();
        let mut value = first.and_then(|first| self.own(first));
        for name in rest.into_iter().flatten() {
            value = value.and_then(|value| value.get(name));
        }
        let tables = value.and_then(Value::as_array).into_iter().flatten();
        tables.filter_map(Value::as_table)
    }

    /// The variables of `[vars]`.
    pub(super) fn vars(&self) -> impl Iterator<Item = (&str, &Value)> {
        let vars = self.own("vars").and_then(Value::as_table);
        let vars = vars.into_iter().flatten();
        vars.map(|(name, value)| (name.as_str(), value))
    }

    /// The names and values in .dev.vars.
    pub(super) fn local(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = self.dev_vars.iter().flat_map(|file| &file.values);
        values.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A section's name as the config writes it.
    pub(super) fn section(&self, name: &str) -> String {
        match &self.env {
            None => format!("[{name}]"),
            Some(env) => format!("[env.{env}.{name}]"),
        }
    }

    /// ` --env NAME`, for a command of wrangler.
    pub(super) fn env_argument(&self) -> String {
        let env = self.env.as_ref();
        env.map_or_else(String::new, |env| format!(" --env {env}"))
    }
}

/// Finds the config like wrangler: the first from this folder upwards.
fn find() -> Outcome<PathBuf> {
    let here = std::env::current_dir().map_err(about("this folder"))?;
    let found = here.ancestors().map(|folder| folder.join("wrangler.toml"));
    found
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| {
            Failure::usage("there is no wrangler.toml in this folder or a folder above it")
                .fix("run this command in the project's folder, or name the file with --config")
        })
}

impl DevVars {
    /// Reads `.dev.vars.NAME` for an environment that has such a file, else `.dev.vars`.
    fn read(folder: &Path, env: Option<&str>) -> Outcome<Option<Self>> {
        let of_env = env.map(|env| format!(".dev.vars.{env}"));
        for name in of_env.into_iter().chain([".dev.vars".into()]) {
            let path = folder.join(&name);
            match fs::read_to_string(&path).map(Zeroizing::new) {
                Ok(text) => {
                    let values = dev_vars::parse(&text);
                    return Ok(Some(Self { name, values }));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(about(path.display())(error)),
            }
        }
        Ok(None)
    }
}
