//! Lists all keys of a local KV through wrangler's library. `wrangler kv key list` shows only the
//! first thousand and does not mention the others.

use std::path::PathBuf;

use super::super::failure::{Failure, Outcome};
use super::{Kv, refusal};

/// The most keys that `wrangler kv key list --local` shows.
pub(super) const WRANGLERS_MOST: usize = 1000;

/// The script for Node.
const PAGES: &str = include_str!("pages.mjs");

impl Kv {
    pub(super) fn all_local_keys(&self, prefix: &str) -> Outcome<Vec<String>> {
        let persist_to = match &self.persist_to {
            Some(folder) => folder.clone(),
            None => self.beside_config(".wrangler/state"),
        };
        let persist_to = persist_to.join("v3").display().to_string();
        let [config, env] = self.config_arguments();
        let arguments = [&persist_to, &self.binding, prefix, &config, &env];
        let ended = self.when_free(|| self.node(PAGES, &arguments, ""))?;
        if !ended.success {
            return Err(refusal::failure(&ended, &self.binding));
        }
        // Other lines of the output do not start with a quotation mark.
        let keys = ended.stdout.lines().filter(|line| line.starts_with('"'));
        keys.map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .map_err(|_| {
                Failure::new("the output of Node is not understood")
                    .fix("use the version of wrangler in package.json")
            })
    }

    fn beside_config(&self, path: &str) -> PathBuf {
        match &self.config_folder {
            Some(folder) => folder.join(path),
            None => path.into(),
        }
    }
}
