//! wrangler itself: where it is, and how it is run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;

use super::super::failure::{Failure, Outcome, about};
use super::super::system;

/// In the place of a file that wrangler reads: what it is handed by a pipe.
pub(super) const FROM_INPUT: &str = "/dev/stdin";

/// Names another wrangler.
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

/// Ends a Node process when this process has ended.
const END_WITH_COMMAND: &str = include_str!("end_with_command.cjs");
/// Tells that script the id of this process.
const PROCESS: &str = "PORTCULLIS_PROCESS";

pub(super) struct Wrangler {
    program: PathBuf,
    is_chosen: bool,
}

/// How it ended, and what it printed.
pub(super) struct Ended {
    pub(super) success: bool,
    /// The exit status; `None` after a signal.
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Wrangler {
    /// `$PORTCULLIS_WRANGLER`, or the one installed beside the Worker's config,
    /// or in this folder where there is no config; or else the one on the `PATH`.
    ///
    /// No folder above is looked at: in a shared one such as /tmp, anyone could
    /// have put a program there. npm puts those of a workspace on the `PATH`.
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

    /// Whether `$PORTCULLIS_WRANGLER` names it.
    pub(super) fn is_chosen(&self) -> bool {
        self.is_chosen
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
        input: &str,
    ) -> Outcome<Ended> {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        match run(command, input) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure::new(
                "wrangler is not found",
            )
            .mend(
                "run `npm install` beside wrangler.toml, or run this through npm in the project",
            )),
            ended => ended.map_err(about("wrangler")),
        }
    }
}

/// Runs a program that has wrangler in it, quietly.
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
        // Beside it, as it may print before it has read all.
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // That it does not read all of it shows in how it ends.
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
        symlink("/dev/null", self.log())?;
        std::fs::write(self.end_with_command(), END_WITH_COMMAND)
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

    fn end_with_command(&self) -> PathBuf {
        self.folder.join("end_with_command.cjs")
    }

    /// The user's options for Node, and the script that ends it with this process.
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
