//! Finds and runs wrangler.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;

use super::super::failure::{Failure, Outcome, about};
use super::super::system;

/// The path that makes wrangler read from a pipe instead of a file.
pub(super) const FROM_INPUT: &str = "/dev/stdin";

/// The environment variable that names another wrangler.
const CHOSEN: &str = "PORTCULLIS_WRANGLER";

/// The environment of wrangler, as in the scripts of this project. wrangler uses no network of its
/// own: it sends no metrics and no errors, and fetches no `request.cf`. It prints no banner, no news
/// of a newer version and no colors.
const QUIET: [(&str, &str); 5] = [
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_SEND_ERROR_REPORTS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("FORCE_COLOR", "0"),
];

/// The script that ends a Node process when this process has ended.
const END_WITH_COMMAND: &str = include_str!("end_with_command.cjs");
/// The environment variable that tells the script the id of this process.
const PROCESS: &str = "PORTCULLIS_PROCESS";

pub(super) struct Wrangler {
    program: PathBuf,
    is_chosen: bool,
}

/// The exit and the output of a program.
pub(super) struct Ended {
    pub(super) success: bool,
    /// The exit status; `None` after a signal.
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Wrangler {
    /// Finds wrangler: `$PORTCULLIS_WRANGLER`, else the one that is installed beside the Worker's
    /// config, or in this folder if there is no config, else the one on the `PATH`.
    ///
    /// Folders above are not searched, because anyone could have put a program into a shared folder
    /// such as /tmp. npm adds the programs of a workspace to the `PATH`.
    pub(super) fn find(config_folder: Option<&Path>) -> Self {
        if let Some(program) = env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()) {
            return Self {
                program: program.into(),
                is_chosen: true,
            };
        }
        let of_config = config_folder.and_then(|folder| folder.canonicalize().ok());
        let project = of_config.or_else(|| env::current_dir().ok());
        let program = project.map(|folder| folder.join("node_modules/.bin/wrangler"));
        Self {
            program: program
                .filter(|path| path.is_file())
                .unwrap_or_else(|| "wrangler".into()),
            is_chosen: false,
        }
    }

    /// Whether `$PORTCULLIS_WRANGLER` names the program.
    pub(super) fn is_chosen(&self) -> bool {
        self.is_chosen
    }

    /// The path of the program.
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

    /// Runs wrangler to its end, with `input` on standard input.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &str,
    ) -> Outcome<Ended> {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        match run(command, input) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure::new(
                "wrangler is not found",
            )
            .fix(
                "run `npm install` beside wrangler.toml, or run this command through npm in the project",
            )),
            ended => ended.map_err(about("wrangler")),
        }
    }
}

/// Runs a program that uses wrangler, without wrangler's usual messages.
pub(super) fn run(mut command: Command, input: &str) -> io::Result<Ended> {
    let scratch = Scratch::new()?;
    let mut child = command
        .envs(QUIET)
        .env("WRANGLER_LOG_PATH", scratch.log())
        .env("NODE_OPTIONS", scratch.node_options())
        .env(PROCESS, process::id().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // In another thread, because the program may print before it has read all of its input.
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // If the program does not read all of its input, its exit status shows that.
                let _ = stdin.write_all(input.as_bytes());
            }
        });
        child.wait_with_output()
    })?;
    let text = |bytes| String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData);
    Ok(Ended {
        success: output.status.success(),
        code: output.status.code(),
        stdout: text(output.stdout)?,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A folder that only this user can read, for as long as wrangler runs. wrangler also writes its
/// output to a log, which cannot be turned off, so the log is a file in this folder that keeps
/// nothing.
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
        symlink("/dev/null", self.log())?;
        std::fs::write(self.end_with_command(), END_WITH_COMMAND)
    }

    /// Other systems have no /dev/stdin either.
    #[cfg(not(unix))]
    fn make(&self) -> io::Result<()> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "KV can be used only on Linux and macOS; on Windows, use WSL",
        ))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> OsString {
        self.folder.join("none.log").into()
    }

    fn end_with_command(&self) -> PathBuf {
        self.folder.join("end_with_command.cjs")
    }

    /// The user's options for Node, with the script that ends Node when this process has ended.
    fn node_options(&self) -> OsString {
        let path = self.end_with_command().display().to_string();
        let path = path.replace('\\', r"\\").replace('"', r#"\""#);
        let mut options = env::var_os("NODE_OPTIONS").unwrap_or_default();
        options.push(format!(r#" --require "{path}""#));
        options
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
