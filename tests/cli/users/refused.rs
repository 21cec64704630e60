//! Requests that fail in the Worker, in the network or in the command line.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use super::worker::Canned;
use super::{OTHER, Project};

const SHOW: [&str; 2] = ["show", "alice"];

#[test]
fn a_worker_that_does_not_run_is_reported_with_a_fix() {
    let project = Project::new();
    // This port was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let ran = project.run(&["show", "alice", "--url", &url], "");
    ran.is_refused(1, &format!("nothing answers at {url}"));
    ran.is_refused(1, "`npm start`");
}

#[test]
fn a_change_without_an_answer_may_have_been_made() {
    let project = Project::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().for_each(drop));
    let ran = project.run(&["disable", "alice", "--url", &url], "");
    ran.is_refused(1, "the change may have been made");
    let ran = project.run(&["show", "alice", "--url", &url], "");
    ran.is_refused(1, "check --url");
}

#[test]
fn a_change_that_was_not_sent_was_not_made() {
    let project = Project::new();
    // The server does not speak TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut hello = [0; 64];
            let _ = stream.read(&mut hello);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let ran = project.run(&["disable", "alice", "--url", &url], "");
    ran.is_refused(1, &format!("no secure connection to {url}"));
    ran.is_refused(1, "check --url and the network");
}

#[test]
fn plain_http_goes_to_this_machine_only() {
    let project = Project::new();
    let ran = project.run(&["show", "alice", "--url", "http://192.0.2.1"], "");
    ran.is_refused(2, "use https:");
    let ran = project.run(
        &[
            "show",
            "alice",
            "--url",
            "https://me:secret-of-mine@example.com",
        ],
        "",
    );
    ran.is_refused(2, "a URL such as");
    assert!(!ran.error.contains("secret-of-mine"), "{}", ran.error);
}

#[test]
fn a_key_that_the_worker_does_not_have_is_named_with_a_fix() {
    let project = Project::with_alice();
    project
        .folder
        .done(&["keys", "operator", "--key", "other.json"]);
    let ran = project.run(&["show", "alice", "--key", "other.json"], "");
    ran.is_refused(1, "refuses the operator's key ");
    ran.is_refused(1, " of other.json: token_key_unknown");
    ran.is_refused(1, "add the key's public part to OPERATOR_KEYS");
}

#[test]
fn a_wrong_clock_is_reported() {
    let project = Project::with_alice();
    let body = json!({ "code": "operator_refused", "detail": "the request has expired" });
    let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    project.worker.state().canned = Some(Canned(401, date, body.to_string()));
    let ran = project.run(&SHOW, "");
    ran.is_refused(1, "this machine's clock is ");
    ran.is_refused(1, " years ahead of the Worker's: set it");
}

#[test]
fn a_refusal_of_the_worker_is_one_line_with_a_fix() {
    let project = Project::with_alice();
    for (status, code, said) in [
        (404, "not_found", "has no /admin; set OPERATOR_KEYS"),
        (
            503,
            "store_unavailable",
            "a detail (store_unavailable); try again",
        ),
        (
            503,
            "record_corrupt",
            "is not a user; delete the value with `portcullis users remove alice`",
        ),
        (
            500,
            "misconfigured",
            "a detail (misconfigured); look for the setting",
        ),
        (
            422,
            "password_unacceptable",
            "answered 422: a detail (password_unacceptable)",
        ),
        (418, "tea\u{1b}[2J", "tea\\u001b[2J"),
    ] {
        let body = json!({ "code": code, "detail": "a detail" });
        project.worker.state().canned = Some(Canned(status, "", body.to_string()));
        project.run(&SHOW, "").is_refused(1, said);
    }
}

#[test]
fn an_answer_that_is_not_from_a_portcullis_worker_is_rejected() {
    let project = Project::with_alice();
    for (answer, said) in [
        (
            Canned(302, "location: http://127.0.0.1:1/\r\n", String::new()),
            "redirects to another URL; give that URL",
        ),
        (
            Canned(200, "", "<html>".into()),
            "is not understood; check --url",
        ),
        (
            Canned(404, "", "<html>".into()),
            "answered 404, but not in the format of a Portcullis Worker",
        ),
        (Canned(200, "", "a".repeat(5 << 20)), "longer than 4 MiB"),
    ] {
        project.worker.state().canned = Some(answer);
        project.run(&SHOW, "").is_refused(1, said);
    }
}

#[test]
fn an_operators_key_is_needed() {
    let project = Project::with_alice();
    let key = project.folder.path(".portcullis/operator.json");
    let rest = project.folder.path("rest.json");
    std::fs::rename(&key, &rest).unwrap();
    let ran = project.run(&SHOW, "");
    ran.is_refused(1, ".portcullis/operator.json");
    ran.is_refused(1, "`portcullis keys operator`");
    for text in [
        "",
        "{}",
        r#"{"kty":"oct","k":"c2VjcmV0","alg":"HS256","kid":"a"}"#,
    ] {
        std::fs::write(&key, text).unwrap();
        let ran = project.run(&SHOW, "");
        ran.is_refused(1, "the file must have one private JWK");
        assert!(!ran.error.contains("c2VjcmV0"), "{}", ran.error);
    }
    assert!(project.asked().is_empty());
    // The key is read before the command asks for a password.
    project
        .run(&["set-password", "alice"], OTHER)
        .is_refused(1, "private JWK");
    let mut command = project.command(&SHOW);
    command.env("PORTCULLIS_OPERATOR_KEY", &rest);
    assert!(command.output().unwrap().status.success());
}

#[test]
fn a_url_may_have_a_path_and_a_proxy_is_not_used_for_this_machine() {
    let project = Project::with_alice();
    let url = format!("{}/auth/", project.worker.url);
    let mut command = project.command(&["show", "alice", "--url", &url]);
    command
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .env("HTTP_PROXY", "http://127.0.0.1:1");
    // The server has no such path, but has verified the signature.
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("has no /admin"), "{error}");
    assert_eq!(project.asked(), ["GET /auth/admin/users/~YWxpY2U"]);
}
