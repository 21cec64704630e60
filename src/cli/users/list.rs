//! `portcullis users list`.

use clap::Args;
use serde_json::json;

use super::show::Facts;
use crate::account::{UserRecord, Username};
use crate::cli::failure::{Outcome, Status};
use crate::cli::json_text::shown as written_out;
use crate::cli::kv::KvOptions;
use crate::cli::output::{BAD, Output, styled};

/// List the users, by name
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis users list
  portcullis users list al --limit 20 --remote
  portcullis users list --names --remote | wc -l")]
pub(super) struct ListCommand {
    /// Only those whose names begin so
    #[arg(default_value = "", hide_default_value = true)]
    prefix: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
    /// The names alone, which is fast for any number of them
    #[arg(long)]
    names: bool,
    /// A JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    kv: KvOptions,
}

/// So many records are read before they are shown.
const AT_ONCE: usize = 100;

impl ListCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let kv = self.kv.open()?;
        let keys = kv.keys(&format!("user:{}", self.prefix.to_lowercase()))?;
        let shown = keys.get(..self.limit).unwrap_or(&keys);
        let name = |key: &String| key.strip_prefix("user:").unwrap_or_default().to_owned();
        if self.names {
            for key in shown {
                match self.json {
                    true => output.line(json!({ "username": name(key) }))?,
                    false => output.line(written_out(&name(key)))?,
                }
            }
        } else {
            // Here it is a start of wrangler for each, and not a request.
            let at_once = if kv.is_remote() { AT_ONCE } else { usize::MAX };
            for keys in shown.chunks(at_once) {
                for (key, stored) in keys.iter().zip(kv.get_all(keys)?) {
                    // Whoever was removed meanwhile.
                    let Some(stored) = stored else { continue };
                    let name = name(key);
                    let user = Username::new(&name).ok();
                    let user = user.and_then(|user| UserRecord::parse(&stored, &user).ok());
                    self.line(output, &name, user.as_ref())?;
                }
            }
        }
        let (shown, all) = (shown.len(), keys.len());
        output.say(if shown < all {
            format!("{shown} of {all} users {kv}; --limit shows more of them.")
        } else {
            format!("{all} {} {kv}.", if all == 1 { "user" } else { "users" })
        });
        Ok(Status::Done)
    }

    fn line(&self, output: &mut Output, name: &str, user: Option<&UserRecord>) -> Outcome<()> {
        if self.json {
            return output.line(match user {
                Some(user) => Facts::of(user).json(),
                None => json!({ "username": name, "unusable": true }),
            });
        }
        let name = written_out(name);
        let Some(user) = user else {
            let unusable = styled(BAD, "no user's record");
            return output.line(format_args!("{name:<24} {:>16} {unusable}", "-"));
        };
        let facts = Facts::of(user);
        output.line(format_args!(
            "{name:<24} {:>16} {:<9} {}",
            user.id.to_string(),
            if user.disabled { "disabled" } else { "" },
            facts.method()
        ))
    }
}
