//! Every committed input keeps its target's promise, also where nothing can
//! be fuzzed: `cargo test --manifest-path fuzz/Cargo.toml`.

use std::fs;
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap() {
        check(&fs::read(file.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files >= 10, "{files} seeds of {target}");
}

#[test]
fn seeds_of_compact() {
    replay("compact", portcullis_fuzz::compact::check);
}

#[test]
fn seeds_of_hash() {
    replay("hash", portcullis_fuzz::hash::check);
}

#[test]
fn seeds_of_header() {
    replay("header", portcullis_fuzz::header::check);
}

#[test]
fn seeds_of_claims() {
    replay("claims", portcullis_fuzz::claims::check);
}

#[test]
fn seeds_of_jwk() {
    replay("jwk", portcullis_fuzz::jwk::check);
}

#[test]
fn seeds_of_legacy() {
    replay("legacy", portcullis_fuzz::legacy::check);
}

#[test]
fn seeds_of_account() {
    replay("account", portcullis_fuzz::account::check);
}

#[test]
fn seeds_of_p256() {
    replay("p256", portcullis_fuzz::p256::check);
}

#[test]
fn seeds_of_refresh_token() {
    replay("refresh_token", portcullis_fuzz::refresh_token::check);
}

#[test]
fn seeds_of_rsa() {
    replay("rsa", portcullis_fuzz::rsa::check);
}
