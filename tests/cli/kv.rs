//! Workers KV through wrangler, which `users import` and the doctor use.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;

use super::project::{Project, WRANGLER, eventually};

/// A hash that werkzeug wrote.
const HASH: &str = "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8";

const IMPORT: [&str; 6] = ["users", "import", "--quiet", "--from", "a.jsonl", "--apply"];

fn with_row(name: &str) -> Project {
    with_row_in(Project::new(name))
}

fn with_row_in(project: Project) -> Project {
    let alice = json!({ "id": 7, "username": "alice", "password_hash": HASH });
    project.file("a.jsonl", &alice.to_string());
    project.file("wrangler.toml", "");
    project
}

#[test]
fn no_hash_is_in_an_argument_of_wrangler() {
    let project = with_row("arguments");
    project.done(&IMPORT, "");
    assert!(project.stored("user:alice").unwrap().contains(HASH));
    let asked = project.asked();
    assert!(asked.contains("bulk put") && asked.contains("--local") && !asked.contains("--remote"));
    assert!(!asked.contains("sha1"));
    // wrangler sends no metrics.
    assert!(asked.lines().all(|line| line.ends_with(" false")));
}

#[test]
fn a_failure_of_wrangler_is_one_line_with_a_fix() {
    let project = with_row("failures");
    for (wranglers, ours) in [
        (
            "✘ [ERROR] In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN …",
            "wrangler login",
        ),
        (
            "\u{1b}[31m✘ \u{1b}[41;31m[\u{1b}[41;97mERROR\u{1b}[41;31m]\u{1b}[0m \u{1b}[1mA namespace with binding name \"USERS\" was not found\u{1b}[0m",
            "--binding",
        ),
        ("✘ [ERROR] No KV Namespaces configured!", "--config"),
        (
            "✘ [ERROR] No namespace ID found for binding \"USERS\".",
            "wrangler deploy",
        ),
        (
            "✘ [ERROR] Unable to resolve Cloudflare's API hostname (api.cloudflare.com …).",
            "cannot be reached; check the network",
        ),
        (
            "\n✘ [ERROR] It is Tuesday.\n\nAnd so on.",
            "wrangler: It is Tuesday.",
        ),
        ("", "failed without a message"),
    ] {
        project.file("fails", wranglers);
        let (status, error) = project.refused(&IMPORT, "");
        assert!(status == 1 && error.contains(ours), "{error}");
    }
}

#[test]
fn the_local_namespace_is_the_one_that_wrangler_dev_uses() {
    let project = with_row("preview");
    project.file(
        "wrangler.toml",
        "[[kv_namespaces]]\nbinding = \"USERS\"\nid = \"1\"",
    );
    project.done(&IMPORT, "");
    assert!(project.asked().contains("--local --preview false"));
    project.file(
        "wrangler.toml",
        "[[kv_namespaces]]\nbinding = \"USERS\"\nid = \"1\"\npreview_id = \"2\"",
    );
    project.done(&[&IMPORT[..], &["--out", "second"]].concat(), "");
    assert!(project.asked().contains("--local --preview true"));
    project.done(&[&IMPORT[..], &["--out", "third", "--remote"]].concat(), "");
    assert!(project.asked().contains("--remote --preview false"));
}

#[test]
fn a_config_that_does_not_exist_or_is_not_toml_is_named() {
    let project = with_row("config");
    let import = [&IMPORT[..], &["--config", "other.toml"]].concat();
    let (status, error) = project.refused(&import, "");
    assert!(
        status == 2 && error.contains("other.toml does not exist"),
        "{error}"
    );
    project.file("other.toml", "name = ");
    let (_, error) = project.refused(&import, "");
    assert!(error.contains("other.toml: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_wrangler_of_a_folder_above_the_project_is_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = crate::support::Folder::new();
    let install = |inside: &str| {
        let bin = folder.path(inside).join("node_modules/.bin");
        fs::create_dir_all(&bin).unwrap();
        let program = bin.join("wrangler");
        let script = format!("#!/bin/sh\n: > \"{}\"\n", folder.path("ran").display());
        fs::write(&program, script).unwrap();
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(program, mode).unwrap();
    };
    install(".");
    folder.write("package.json", "{}");
    fs::create_dir_all(folder.path("project/inside")).unwrap();
    folder.write("project/wrangler.toml", "");
    let alice = json!({ "id": 7, "username": "alice", "password_hash": HASH });
    folder.write("project/inside/a.jsonl", &alice.to_string());
    let run = |out: &str| {
        let output = folder
            .command(&[&IMPORT[..], &["--out", out]].concat())
            .current_dir(folder.path("project/inside"))
            .env_remove("PORTCULLIS_WRANGLER")
            .env("PATH", "/nowhere")
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let error = run("first");
    assert!(error.contains("wrangler is not found"), "{error}");
    assert!(!folder.path("ran").exists());
    install("project");
    run("second");
    assert!(folder.path("ran").exists(), "the project's own is run");
}

#[test]
fn a_call_is_repeated_while_another_process_uses_the_local_kv() {
    let project = with_row("busy");
    project.file("busy", "2");
    project.done(&IMPORT, "");
    assert!(project.stored("user:alice").is_some());
}

#[test]
fn a_local_kv_that_stays_in_use_is_reported_with_a_fix() {
    let project = with_row("always-busy");
    project.file("busy", "1000");
    let (status, error) = project.refused(&IMPORT, "");
    let said = "another process is writing to the local KV; stop it (`wrangler dev`";
    assert!(status == 1 && error.contains(said), "{error}");
    // A failed call to Cloudflare is not repeated, because the failure has another cause.
    project.file("busy", "1");
    let remote = [&IMPORT[..], &["--out", "remote", "--remote"]].concat();
    project.refused(&remote, "");
}

#[test]
fn a_wrangler_ends_when_its_command_line_is_killed() {
    let project = with_row("killed");
    project.file("hangs", "");
    let mut run = project
        .command(&IMPORT)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wrangler = project.appearing("pid");
    run.kill().unwrap();
    // The test does not wait for the killed process, so its process id stays in use.
    let is_there = || {
        let status = Command::new("kill")
            .args(["-0", &wrangler])
            .stderr(Stdio::null())
            .status();
        status.unwrap().success()
    };
    eventually(|| (!is_there()).then_some(()), "wrangler ends");
    run.wait().unwrap();
}

#[test]
fn a_user_s_own_options_for_node_still_apply() {
    let project = with_row("node-options");
    project.file("own.cjs", "require('node:fs').writeFileSync('own', '');");
    let own = project.path("own.cjs").display().to_string();
    let mut command = project.command(&IMPORT);
    command.env("NODE_OPTIONS", format!("--require \"{own}\""));
    assert!(command.output().unwrap().status.success());
    assert!(project.path("own").exists());
}

/// The folder is outside every project, so Node finds no Miniflare from there.
#[test]
fn without_miniflare_wrangler_puts_the_users_and_the_command_says_so() {
    let parent = env::temp_dir().join(format!("portcullis-test-{}", std::process::id()));
    let project = with_row_in(Project::inside(&parent, "no-miniflare"));
    fs::create_dir_all(project.path("node_modules/.bin")).unwrap();
    project.file("node_modules/.bin/package.json", r#"{"type":"module"}"#);
    fs::copy(WRANGLER, project.path("node_modules/.bin/wrangler")).unwrap();
    let ran = project
        .command(&IMPORT)
        .env_remove("PORTCULLIS_WRANGLER")
        .output()
        .unwrap();
    let error = String::from_utf8(ran.stderr).unwrap();
    let stored = project.stored("user:alice");
    fs::remove_dir_all(&parent).unwrap();
    assert!(ran.status.success() && stored.is_some(), "{error}");
    assert!(
        error.contains("wrangler itself writes to the local KV"),
        "{error}"
    );
}
