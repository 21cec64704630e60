//! All keys of a local KV. `wrangler kv key list` shows the first thousand there
//! and says nothing of the others, so they are read through wrangler's library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::failure::{Failure, Outcome, about};
use super::wrangler::{self, Input, Scratch};
use super::{Kv, refusal};

/// The most that `wrangler kv key list --local` shows.
pub(super) const WRANGLERS_MOST: usize = 1000;

/// For Node.
const PAGES: &str = include_str!("pages.mjs");

impl Kv {
    pub(super) fn all_local_keys(&self, prefix: &str) -> Outcome<Vec<String>> {
        let program = self.wrangler.path().map_err(about("wrangler"))?;
        let persist_to = match &self.persist_to {
            Some(folder) => folder.clone(),
            None => self.beside_config(".wrangler/state"),
        };
        let text = |path: &Path| path.display().to_string();
        let mut node = Command::new("node");
        // From a file: wrangler's library does not end in a script without one.
        let scratch = Scratch::new().map_err(about("the folder for temporary files"))?;
        let script = scratch.folder().join("pages.mjs");
        fs::write(&script, PAGES).map_err(about(script.display()))?;
        node.arg(&script)
            .arg(program)
            .arg(text(&persist_to.join("v3")))
            .args([&self.binding, prefix])
            .arg(self.config.as_deref().map_or_else(String::new, text))
            .arg(self.env.as_deref().unwrap_or_default());
        let ended = wrangler::run(node, Input::Text("")).map_err(about("node"))?;
        if !ended.success {
            return Err(refusal::of(&ended, &self.binding));
        }
        // Whatever else it printed; none of which begins so.
        let keys = ended.stdout.lines().filter(|line| line.starts_with('"'));
        keys.map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .map_err(|_| Failure::new("what Node printed is not understood"))
    }

    fn beside_config(&self, path: &str) -> PathBuf {
        match &self.config_folder {
            Some(folder) => folder.join(path),
            None => path.into(),
        }
    }
}
