//! `portcullis man`: prints or writes the manual pages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use super::failure::{Failure, Outcome, Status, about};
use super::output::Output;

/// Print the manual page of a command, or write all of them
///
/// There is a page for each command: portcullis(1), portcullis-keys(1),
/// portcullis-keys-rotate(1) and so on.
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  portcullis man token verify | man -l -
  portcullis man --out ~/.local/share/man/man1")]
pub(super) struct ManCommand {
    /// The command, such as `keys rotate` [default: the program]
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write all pages into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl ManCommand {
    pub(super) fn run(self, output: &mut Output) -> Outcome {
        let mut program = in_full(super::Arguments::command()).disable_help_subcommand(true);
        program.build();
        match &self.out {
            Some(folder) => {
                fs::create_dir_all(folder).map_err(about(folder.display()))?;
                write_all(&program, folder)?;
            }
            None => output.print(&page(find(&program, &self.command)?)?)?,
        }
        Ok(Status::Done)
    }
}

/// Includes the parts that the short help leaves out.
fn in_full(command: Command) -> Command {
    command
        .mut_args(|argument| argument.hide_short_help(false))
        .mut_subcommands(in_full)
}

fn find<'a>(program: &'a Command, path: &[String]) -> Outcome<&'a Command> {
    path.iter().try_fold(program, |command, name| {
        command.find_subcommand(name).ok_or_else(|| {
            Failure::usage("there is no such command")
                .fix("run `portcullis --help` to list the commands")
        })
    })
}

fn write_all(command: &Command, folder: &Path) -> Outcome<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = folder.join(format!("{name}.1"));
    fs::write(&path, page(command)?).map_err(about(path.display()))?;
    for command in command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        write_all(command, folder)?;
    }
    Ok(())
}

fn page(command: &Command) -> Outcome<String> {
    let mut page = Vec::new();
    Man::new(command.clone())
        .source(concat!("portcullis ", env!("CARGO_PKG_VERSION")))
        .manual("Portcullis")
        .render(&mut page)?;
    let page = String::from_utf8(page).map_err(Failure::new)?;
    Ok(with_examples(&page))
}

/// Formats the text after the help, which is examples, line by line.
fn with_examples(page: &str) -> String {
    let Some((before, examples)) = page.split_once(".SH EXTRA\nExamples:\n") else {
        return page.to_owned();
    };
    let (examples, after) = match examples.split_once("\n.SH ") {
        Some((examples, after)) => (examples, format!("\n.SH {after}")),
        None => (examples.trim_end(), "\n".to_owned()),
    };
    format!("{before}.SH EXAMPLES\n.nf\n{examples}\n.fi{after}")
}
