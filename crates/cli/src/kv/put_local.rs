//! Puts many pairs into a local KV through wrangler's Miniflare. `wrangler kv bulk put` takes about
//! three times as long.

use super::super::failure::Outcome;
use super::{Kv, refusal};

/// The script for Node.
const PUT_LOCAL: &str = include_str!("put_local.mjs");
/// The exit status with which the script leaves the work to wrangler.
const UNAVAILABLE: i32 = 3;

impl Kv {
    /// Puts the pairs of a file with one pair per line. Returns false if wrangler has to do it.
    pub(super) fn put_local(&self, file: &str, input: &str) -> Outcome<bool> {
        // Tests use a program without Miniflare in place of wrangler.
        if self.remote || self.wrangler.is_chosen() || self.lacks_miniflare.get() {
            return Ok(false);
        }
        let preview = self.preview.to_string();
        let persist_to = self.persist_to.as_ref();
        let persist_to = persist_to.map_or_else(String::new, |path| path.display().to_string());
        let [config, env] = self.config_arguments();
        let arguments = [file, &self.binding, &preview, &persist_to, &config, &env];
        let ended = self.when_free(|| self.node(PUT_LOCAL, &arguments, input))?;
        if ended.code == Some(UNAVAILABLE) {
            self.lacks_miniflare.set(true);
            anstream::eprintln!(
                "wrangler's Miniflare cannot be used, so wrangler itself writes to the local KV, which takes longer; run `npm install` in the project to use Miniflare"
            );
            return Ok(false);
        }
        if ended.success {
            return Ok(true);
        }
        Err(refusal::failure(&ended, &self.binding))
    }
}
