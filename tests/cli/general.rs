//! Tests that apply to every command.

use std::process::{Command, Stdio};

use crate::support::{Folder, Ran};

/// The commands, each with the commands that contain it, as `--help` lists them.
fn commands(folder: &Folder, path: &[&str]) -> Vec<Vec<String>> {
    let help = folder.done(&[path, &["-h"]].concat());
    let mut found = vec![path.iter().map(ToString::to_string).collect()];
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    for line in listed.take_while(|line| !line.is_empty()) {
        // The continuation of a wrapped line has a deeper indent.
        let name = line
            .strip_prefix("  ")
            .filter(|line| !line.starts_with(' '));
        match name.and_then(|line| line.split(' ').next()) {
            None | Some("help") => {}
            Some(name) => found.extend(commands(folder, &[path, &[name]].concat())),
        }
    }
    found
}

fn with<'a>(path: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    path.iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect()
}

#[test]
fn the_short_help_of_every_command_fits_a_screen() {
    let folder = Folder::new();
    let commands = commands(&folder, &[]);
    assert!(commands.len() > 10, "{commands:?}");
    for path in commands {
        let help = folder.done(&with(&path, &["-h"]));
        let widest = help.lines().map(|line| line.chars().count()).max();
        assert!(help.lines().count() <= 24, "{path:?}:\n{help}");
        assert!(widest.unwrap() <= 80, "{path:?}:\n{help}");
    }
}

#[test]
fn the_long_help_has_examples_that_can_be_copied() {
    let folder = Folder::new();
    for group in ["doctor", "users", "keys", "token", "completions", "man"] {
        for path in commands(&folder, &[group]) {
            let help = folder.done(&with(&path, &["--help"]));
            if help.contains("\nCommands:\n") {
                continue;
            }
            let (_, examples) = help.split_once("\nExamples:\n").expect(&help);
            // A line that the help wraps continues with another word.
            for line in examples.lines() {
                let is_command = |line: &str| {
                    ["portcullis ", "npx ", "curl ", "cd ", "(", "  "]
                        .iter()
                        .any(|begin| line.starts_with(begin))
                };
                let is_whole = line.is_empty()
                    || line.strip_prefix("  ").is_some_and(is_command)
                    || line.ends_with(':');
                assert!(is_whole, "{path:?}: {line}");
            }
        }
    }
}

#[test]
fn a_wrong_argument_is_reported_in_one_line() {
    let folder = Folder::new();
    folder.write("keys.json", &folder.done(&["keys", "generate"]));
    for (arguments, status, said) in [
        (&["frobnicate"][..], 2, "frobnicate"),
        (&["kyes"], 2, "perhaps keys?"),
        (&["--frobnicate"], 2, "--frobnicate"),
        (&["keys", "rotaet"], 2, "perhaps rotate?"),
        (
            &["keys", "generate", "--alg", "RS1"],
            2,
            "EdDSA, Ed25519, ES256",
        ),
        (&["keys", "generate", "--alg"], 2, "--alg"),
        (&["keys", "generate", "more"], 2, "unexpected argument"),
        (&["keys", "generate", "--out", ""], 2, "--out"),
        (&["keys", "generate", "--out", "."], 1, "already exists"),
        (&["keys", "rotate"], 2, "--file"),
        (&["keys", "rotate", "--file"], 2, "--file"),
        (&["keys", "rotate", "--file", "."], 1, "--file"),
        (
            &["keys", "rotate", "--file", "keys.json", "--file", "a"],
            2,
            "--file",
        ),
        (&["keys", "list", "--file", "a\nb"], 1, "--file"),
        (&["keys", "list"], 1, "standard input: "),
        (&["keys", "public", "--json"], 2, "--json"),
        (&["token", "inspect", "--now", "soon", "x"], 2, "2026-"),
        (&["token", "inspect", "--leeway", "-1", "x"], 2, "-1"),
        (&["token", "inspect", "--jsno", "x"], 2, "perhaps --json?"),
        (&["token", "verify", "x"], 2, "a key is needed"),
        (
            &["token", "verify", "--key", "a", "--secret-env", "B", "x"],
            2,
            "cannot be used with",
        ),
        (
            &["token", "verify", "--key", "keys.json", "--alg", "HS256"],
            2,
            "cannot be used with",
        ),
        (
            &["token", "verify", "--legacy", "--issuer", "x"],
            2,
            "cannot be used with",
        ),
        (&["token", "verify", "--salt", "x"], 2, "--legacy"),
        (
            &["token", "verify", "--key", "keys.json"],
            2,
            "a token is needed",
        ),
        (
            &["token", "sign", "--expires-in", "1h", "--no-expiry"],
            2,
            "cannot be used with",
        ),
        (&["token", "sign"], 2, "a key is needed"),
        (&["completions"], 2, "<SHELL>"),
        (&["completions", "csh"], 2, "bash"),
        (&["man", "keys", "frobnicate"], 2, "no such command"),
        (&["man", "--out", "keys.json/x"], 1, "keys.json/x"),
        (&["man", "keys", "--out", "x"], 2, "cannot be used with"),
    ] {
        let ran = folder.run(arguments);
        println!("{arguments:?}: {}", ran.error);
        ran.is_refused(status, said);
    }
}

#[test]
fn help_is_printed_if_a_command_is_missing() {
    let folder = Folder::new();
    for arguments in [&[][..], &["keys"], &["token"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.status, &*ran.text), (2, ""));
        assert!(ran.error.contains("Usage: portcullis"), "{}", ran.error);
    }
}

#[test]
fn an_argument_that_could_be_a_password_or_a_token_is_not_repeated() {
    let folder = Folder::new();
    for secret in [
        "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        "correct horse battery staple",
        "hunter2!",
        "two\nlines",
        "a",
    ] {
        let password = format!("--password={secret}");
        for arguments in [
            &[secret][..],
            &["keys", "list", secret],
            &["token", "inspect", "x", secret],
            &["token", "verify", &password],
            &["keys", "generate", "--alg", secret],
            &["keys", "list", "--file", secret],
            &["token", "verify", "--secret-env", secret, "x"],
            &["token", "verify", "--secret-file", secret, "x"],
        ] {
            let ran = folder.run(arguments);
            assert!(ran.status == 2 || ran.status == 1);
            ran.is_refused(ran.status, "");
            // One letter is in every line.
            let said = ran.error.contains(&format!("'{secret}'"));
            let said =
                said || secret.len() > 1 && ran.error.contains(secret.lines().next().unwrap());
            let is_word = secret == "a" && ["keys", "a"].contains(&arguments[0]);
            assert!(!said || is_word, "{arguments:?}: {}", ran.error);
        }
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf_8_are_refused_or_used_unchanged() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let odd = OsStr::from_bytes(b"\xff\xfe");
    let text = |text: &'static str| OsStr::new(text);
    for arguments in [
        &[odd][..],
        &[text("keys"), odd],
        &[text("keys"), text("list"), text("--file"), odd],
        &[text("keys"), text("generate"), text("--alg"), odd],
        &[text("token"), text("inspect"), odd],
        &[text("token"), text("verify"), text("--key"), odd, text("x")],
        &[text("token"), text("verify"), text("--secret-env"), odd],
        &[text("man"), odd],
        &[OsStr::from_bytes(b"--\xff")],
    ] {
        let ran = Ran::of(folder.command(arguments).output().unwrap());
        assert!(ran.status == 2 || ran.status == 1, "{arguments:?}");
        ran.is_refused(ran.status, "");
    }
    let made = [text("keys"), text("generate"), text("--out"), odd];
    assert!(folder.command(&made).output().unwrap().status.success());
    let listed = [text("keys"), text("list"), text("--file"), odd];
    assert!(folder.command(&listed).output().unwrap().status.success());
}

/// Commands that print something.
fn commands_that_print(folder: &Folder) -> Vec<Vec<&'static str>> {
    folder.write("keys.json", &folder.done(&["keys", "generate"]));
    folder.write("secret.txt", &"x".repeat(64));
    let token = ["token", "sign", "--secret-file", "secret.txt", "--sub", "1"];
    folder.write("token.txt", &folder.done(&token));
    vec![
        vec!["--help"],
        vec!["token", "verify", "--help"],
        vec!["--version"],
        vec!["keys", "generate"],
        vec!["keys", "list", "--file", "keys.json"],
        vec!["keys", "list", "--file", "keys.json", "--json"],
        vec!["keys", "public", "--file", "keys.json"],
        vec!["keys", "rotate", "--file", "keys.json", "--dry-run"],
        token.to_vec(),
        vec!["token", "inspect"],
        vec!["token", "inspect", "--json"],
        vec!["token", "verify", "--secret-file", "secret.txt"],
        vec!["completions", "bash"],
        vec!["completions", "zsh"],
        vec!["man"],
        vec!["man", "token", "verify"],
    ]
}

/// A command that gets the token of token.txt on standard input.
fn given_a_token(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command(arguments);
    command.stdin(std::fs::File::open(folder.path("token.txt")).unwrap());
    command
}

/// The writing end of a pipe whose reading end is closed.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let folder = Folder::new();
    for arguments in commands_that_print(&folder) {
        let mut command = given_a_token(&folder, &arguments);
        let ran = Ran::of(command.stdout(closed()).output().unwrap());
        assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.error);
        assert!(!ran.error.contains("error"), "{arguments:?}: {}", ran.error);
        assert!(!ran.error.contains("panicked"), "{arguments:?}");
    }
}

#[test]
fn a_closed_standard_error_does_not_change_the_status() {
    let folder = Folder::new();
    for (arguments, status) in [
        (&["frobnicate"][..], 2),
        (&[], 2),
        (&["keys", "list", "--file", "no.json"], 1),
        (&["token", "inspect", "x"], 1),
        (&["keys", "generate", "--out", "keys.json"], 0),
        (&["keys", "rotate", "--file", "keys.json"], 0),
    ] {
        let mut command = folder.command(arguments);
        let ran = Ran::of(command.stderr(closed()).output().unwrap());
        assert_eq!(ran.status, status, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let folder = Folder::new();
    for arguments in commands_that_print(&folder) {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut command = given_a_token(&folder, &arguments);
        let ran = Ran::of(command.stdout(full).output().unwrap());
        assert_eq!(ran.status, 1, "{arguments:?}: {}", ran.error);
        assert!(ran.error.starts_with("error: "), "{}", ran.error);
        assert_eq!(ran.error.lines().count(), 1, "{}", ran.error);
    }
}

#[test]
fn colors_are_used_only_if_they_are_wanted() {
    let folder = Folder::new();
    for arguments in commands_that_print(&folder) {
        let coloured = |variables: &[(&str, &str)]| {
            let mut command = given_a_token(&folder, &arguments);
            command.envs(variables.iter().copied());
            let ran = Ran::of(command.output().unwrap());
            ran.text.contains('\u{1b}') || ran.error.contains('\u{1b}')
        };
        assert!(!coloured(&[]), "{arguments:?}");
        assert!(
            !coloured(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]),
            "{arguments:?}"
        );
    }
    let mut inspect = given_a_token(&folder, &["token", "inspect"]);
    let ran = Ran::of(inspect.env("CLICOLOR_FORCE", "1").output().unwrap());
    assert!(ran.text.contains('\u{1b}'));
}

#[test]
fn the_version_is_that_of_the_package() {
    let folder = Folder::new();
    let version = concat!("portcullis ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(folder.done(&["--version"]), version);
    assert_eq!(folder.done(&["-V"]), version);
}

#[test]
fn bash_completes_commands_and_options() {
    let folder = Folder::new();
    folder.write("completions.bash", &folder.done(&["completions", "bash"]));
    let complete = |words: &str| {
        let script = format!(
            "source completions.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _portcullis portcullis \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path(""))
            .output();
        output
            .ok()
            .map(|output| String::from_utf8(output.stdout).unwrap())
    };
    // Without bash there is nothing to test.
    let Some(completed) = complete("portcullis ke") else {
        return;
    };
    assert_eq!(completed, "keys\n");
    assert_eq!(complete("portcullis keys ro").unwrap(), "rotate\n");
    assert_eq!(
        complete("portcullis keys rotate --ann").unwrap(),
        "--announce\n"
    );
    assert!(
        complete("portcullis keys generate --alg E")
            .unwrap()
            .contains("EdDSA")
    );
}

#[test]
fn every_shell_gets_completions_that_know_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.done(&["completions", shell]);
        for word in ["keys", "rotate", "announce", "inspect"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = Folder::new();
    folder.done(&["man", "--out", "man/man1"]);
    let mut names = Vec::new();
    for path in commands(&folder, &[]) {
        let name = with(&["portcullis".to_owned()], &with(&path, &[])).join("-");
        let page = folder.read(&format!("man/man1/{name}.1"));
        assert!(page.contains(&format!(".TH {name} 1 ")), "{page}");
        assert!(page.contains(".SH NAME\n"), "{name}");
        assert!(!page.contains(".SH EXTRA"), "{name}");
        assert_eq!(
            folder.done(&with(&["man".to_owned()], &with(&path, &[]))),
            page
        );
        names.push(format!("{name}.1"));
    }
    // The page has the options that the short help leaves out, and the examples line by line.
    let page = folder.done(&["man", "token", "verify"]);
    assert!(
        page.contains("\nThe salt of the itsdangerous serializer"),
        "{page}"
    );
    assert!(
        page.contains("\n.SH EXAMPLES\n.nf\n  portcullis token verify"),
        "{page}"
    );
    names.sort();
    let entries = std::fs::read_dir(folder.path("man/man1")).unwrap();
    let mut written: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, names);
}

#[test]
fn help_is_printed_on_request_and_if_a_command_is_missing() {
    let folder = Folder::new();
    for arguments in [&["--help"][..], &["users", "--help"]] {
        assert!(folder.done(arguments).contains("Usage"));
    }
    for arguments in [&[][..], &["users"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.status, ran.text.as_str()), (2, ""));
        assert!(ran.error.contains("Usage"), "{}", ran.error);
    }
}

#[test]
fn endless_standard_input_is_refused() {
    let folder = Folder::new();
    let endless = "a".repeat(2_000_000);
    for arguments in [
        &["users", "add", "a", "--id", "1", "--print"][..],
        &["keys", "list"],
    ] {
        let ran = folder.run_with(arguments, endless.as_bytes());
        ran.is_refused(2, "longer than 1 MiB");
    }
}

#[cfg(unix)]
#[test]
fn an_error_of_standard_input_is_not_reported_as_a_wrong_encoding() {
    let folder = Folder::new();
    let mut command = folder.command(&["users", "add", "a", "--id", "1", "--print"]);
    command.stdin(std::fs::File::open(folder.path("")).unwrap());
    Ran::of(command.output().unwrap()).is_refused(1, "standard input: ");
}
