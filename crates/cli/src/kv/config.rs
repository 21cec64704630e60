//! The parts of the Worker's config that KV and the commands on users need.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::failure::{Failure, Outcome, about};

/// The content of wrangler.toml; empty if there is no config, or a config in another format.
pub(crate) struct ProjectConfig {
    folder: Option<PathBuf>,
    table: Table,
}

impl ProjectConfig {
    /// Reads the named config, or the one that wrangler chooses: the first wrangler.toml from this
    /// folder upwards.
    pub(crate) fn find(named: Option<&Path>) -> Outcome<Self> {
        if let Some(path) = named {
            return Self::read(path);
        }
        match first_from(&this_folder()?) {
            Some(path) => Self::read(&path),
            None => Ok(Self {
                folder: None,
                table: Table::new(),
            }),
        }
    }

    /// The project's folder: the folder of the first wrangler.toml from this folder upwards, else
    /// this folder. The file is not read.
    pub(crate) fn find_folder() -> Outcome<PathBuf> {
        let here = this_folder()?;
        let found = first_from(&here);
        let folder = found.as_deref().and_then(Path::parent);
        Ok(folder.map(Path::to_owned).unwrap_or(here))
    }

    fn read(path: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                let problem = format_args!("{} does not exist", path.display());
                Failure::usage(problem).fix("name the Worker's config with --config")
            }
            _ => about(path.display())(error),
        })?;
        // wrangler supports two other formats, which only wrangler reads.
        let is_toml = path.extension().is_some_and(|kind| kind == "toml");
        let table = if is_toml {
            text.parse().map_err(|error: toml::de::Error| {
                Failure::new(format_args!("{}: {}", path.display(), error.message()))
                    .fix("correct the TOML there")
            })?
        } else {
            Table::new()
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        Ok(Self {
            folder: Some(folder.unwrap_or(Path::new(".")).to_owned()),
            table,
        })
    }

    /// The folder of the config.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Whether `wrangler dev` uses another namespace than the deployed Worker.
    pub(super) fn has_preview_id(&self, binding: &str, env: Option<&str>) -> bool {
        let namespaces = self.section("kv_namespaces", env).and_then(Value::as_array);
        namespaces.into_iter().flatten().any(|namespace| {
            namespace.get("binding").and_then(Value::as_str) == Some(binding)
                && namespace.get("preview_id").is_some()
        })
    }

    /// A variable of the Worker as text; `None` if it is not set.
    pub(crate) fn variable(&self, name: &str, env: Option<&str>) -> Option<String> {
        match self.section("vars", env)?.get(name)? {
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        }
    }

    /// A section of the config. An environment does not inherit the sections that are read here.
    fn section(&self, name: &str, env: Option<&str>) -> Option<&Value> {
        match env {
            None => self.table.get(name),
            Some(env) => self.table.get("env")?.get(env)?.get(name),
        }
    }
}

fn this_folder() -> Outcome<PathBuf> {
    env::current_dir().map_err(about("this folder"))
}

fn first_from(here: &Path) -> Option<PathBuf> {
    let mut paths = here.ancestors().map(|folder| folder.join("wrangler.toml"));
    paths.find(|path| path.is_file())
}
