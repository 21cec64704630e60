//! The names of the Worker's secrets on Cloudflare; nobody gets to see more.

use super::{Kv, not_understood, refusal};
use crate::failure::Outcome;

impl Kv {
    /// Their names; `None` where the Worker is not on Cloudflare yet.
    ///
    /// # Errors
    /// wrangler's, in one line.
    pub(crate) fn secret_names(&self) -> Outcome<Option<Vec<String>>> {
        let mut arguments = vec!["secret".to_owned(), "list".into()];
        if let Some(path) = &self.config {
            arguments.extend(["--config".into(), path.display().to_string()]);
        }
        if let Some(env) = &self.env {
            arguments.extend(["--env".into(), env.clone()]);
        }
        let ended = self.wrangler.run(arguments, "")?;
        if ended.success {
            let names = super::listed_keys(&ended.stdout).ok_or_else(not_understood)?;
            return Ok(Some(names));
        }
        // Since some version wrangler says the first, before it the second.
        let said = |text| ended.stderr.contains(text) || ended.stdout.contains(text);
        if said("If this is a new Worker, run") || said("does not exist on your account") {
            return Ok(None);
        }
        Err(refusal::failure(&ended, &self.binding))
    }
}
