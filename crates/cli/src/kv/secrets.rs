//! Lists the names of the Worker's secrets on Cloudflare, which never shows their values.

use super::{Kv, not_understood, refusal};
use crate::failure::Outcome;

impl Kv {
    /// The names of the secrets; `None` if the Worker is not on Cloudflare yet.
    ///
    /// # Errors
    /// The error of wrangler, in one line.
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
        // Newer versions of wrangler print the first text, older versions the second.
        let said = |text| ended.stderr.contains(text) || ended.stdout.contains(text);
        if said("If this is a new Worker, run") || said("does not exist on your account") {
            return Ok(None);
        }
        Err(refusal::failure(&ended, &self.binding))
    }
}
