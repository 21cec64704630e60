//! Runs scripts that use wrangler's libraries, with Node.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::failure::{Outcome, about};
use super::Kv;
use super::wrangler::{self, Ended, Scratch};

impl Kv {
    /// Runs a script to its end, with `input` on standard input. The script's first argument is the
    /// path of wrangler.
    pub(super) fn node(&self, script: &str, arguments: &[&str], input: &str) -> Outcome<Ended> {
        let program = self.wrangler.path().map_err(about("wrangler"))?;
        // The script is a file, because a script in an argument does not end after it has used
        // wrangler's library.
        let scratch = Scratch::new().map_err(about("the folder for temporary files"))?;
        let path = scratch.folder().join("script.mjs");
        fs::write(&path, script).map_err(about(path.display()))?;
        let mut node = Command::new("node");
        node.arg(&path).arg(program).args(arguments);
        wrangler::run(node, input).map_err(about("node"))
    }

    /// The options `--config` and `--env` as arguments for a script. A missing option is an empty text.
    pub(super) fn config_arguments(&self) -> [String; 2] {
        let text = |path: &Path| path.display().to_string();
        let config = self.config.as_deref().map_or_else(String::new, text);
        [config, self.env.clone().unwrap_or_default()]
    }
}
