//! `portcullis completions`: prints the completion script of a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::failure::{Failure, Outcome, Status};
use super::output::Output;

/// Print the completion script of a shell
///
/// The shell reads the script when it starts, from the file that the examples name.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis completions fish > ~/.config/fish/completions/portcullis.fish
  cd ~/.local/share/bash-completion/completions
  portcullis completions bash > portcullis
  portcullis completions zsh > ~/.zfunc/_portcullis
    (with `fpath+=(~/.zfunc)` before compinit in ~/.zshrc)")]
pub(super) struct CompletionsCommand {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let mut script = Vec::new();
        let mut command = super::Arguments::command();
        clap_complete::generate(self.shell, &mut command, "portcullis", &mut script);
        let script = String::from_utf8(script).map_err(Failure::new)?;
        output.print(&script)?;
        Ok(Status::Done)
    }
}
