//! wrangler itself: where it is, and how it is run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::super::failure::{Failure, Outcome, about};
use super::super::system;

/// In the place of a file that wrangler reads: what it is handed by a pipe.
pub(super) const FROM_INPUT: &str = "/dev/stdin";

/// Names another wrangler; for tests.
const CHOSEN: &str = "PORTCULLIS_WRANGLER";

/// As the scripts of this project run it: it sends no figures, looks for no
/// newer version, and says no more than it is asked.
const QUIET: [(&str, &str); 5] = [
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_SEND_ERROR_REPORTS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("FORCE_COLOR", "0"),
];

pub(super) struct Wrangler {
    program: PathBuf,
}

/// How it ended, and what it printed.
pub(super) struct Ended {
    pub(super) success: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Wrangler {
    /// `$PORTCULLIS_WRANGLER`, or the project's own: from the config's folder
    /// upwards, then from this one; or else the one on the `PATH`.
    pub(super) fn find(config_folder: Option<&Path>) -> Self {
        if let Some(program) = env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()) {
            return Self {
                program: program.into(),
            };
        }
        let of_config = config_folder.and_then(|folder| folder.canonicalize().ok());
        let here = env::current_dir().ok();
        let program = [of_config, here]
            .iter()
            .flatten()
            .flat_map(|from| from.ancestors())
            .map(|folder| folder.join("node_modules/.bin/wrangler"))
            .find(|path| path.is_file());
        Self {
            program: program.unwrap_or_else(|| "wrangler".into()),
        }
    }

    /// The file that is run.
    pub(super) fn path(&self) -> io::Result<PathBuf> {
        if self.program.components().count() > 1 {
            return self.program.canonicalize();
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .map(|folder| folder.join(&self.program))
            .find(|path| path.is_file())
            .ok_or(io::Error::from(io::ErrorKind::NotFound))?
            .canonicalize()
    }

    /// Runs it to its end, handing it `input`.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: Input<'_>,
    ) -> Outcome<Ended> {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        match run(command, input) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Failure::new("wrangler is not found")
                    .mend("run `npm install` in the project, and this in one of its folders"))
            }
            ended => ended.map_err(about("wrangler")),
        }
    }
}

/// The standard input of wrangler.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    Text(&'a str),
    /// A locked file, which wrangler does not read. It stays locked until
    /// wrangler ends, also if this process is killed before.
    Locked(&'a File),
}

/// Runs a program that has wrangler in it, quietly.
pub(super) fn run(mut command: Command, input: Input<'_>) -> io::Result<Ended> {
    let scratch = Scratch::new()?;
    let (stdin, text) = match input {
        Input::Text(text) => (Stdio::piped(), text),
        Input::Locked(file) => (file.try_clone()?.into(), ""),
    };
    let mut child = command
        .envs(QUIET)
        .env("WRANGLER_LOG_PATH", scratch.log())
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // Beside it, as it may print before it has read all.
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // That it does not read all of it shows in how it ends.
                let _ = stdin.write_all(text.as_bytes());
            }
        });
        child.wait_with_output()
    })?;
    let stdout = String::from_utf8(output.stdout).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Ended {
        success: output.status.success(),
        stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A folder for this user alone, as long as wrangler runs. wrangler writes all
/// that it prints to a log as well, and cannot be told not to: to one in here
/// that keeps nothing, then.
pub(super) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    pub(super) fn new() -> io::Result<Self> {
        let random = system::random::<8>().map_err(|_| io::ErrorKind::Other)?;
        let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = env::temp_dir().join(format!("portcullis-{name}"));
        let scratch = Self { folder };
        scratch.make()?;
        Ok(scratch)
    }

    #[cfg(unix)]
    fn make(&self) -> io::Result<()> {
        use std::os::unix::fs::{DirBuilderExt as _, symlink};
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&self.folder)?;
        symlink("/dev/null", self.log())
    }

    /// There is no /dev/stdin either.
    #[cfg(not(unix))]
    fn make(&self) -> io::Result<()> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "KV is reached from Linux and macOS only; on Windows from WSL",
        ))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> OsString {
        self.folder.join("none.log").into()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
