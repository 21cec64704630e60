//! Checks every committed input, also on machines that cannot run a
//! fuzzer: `cargo test --manifest-path fuzz/Cargo.toml`.

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
fn every_seed_of_compact_passes() {
    replay("compact", portcullis_fuzz::compact::check);
}

#[test]
fn every_seed_of_hash_passes() {
    replay("hash", portcullis_fuzz::hash::check);
}

#[test]
fn every_seed_of_header_passes() {
    replay("header", portcullis_fuzz::header::check);
}

#[test]
fn every_seed_of_claims_passes() {
    replay("claims", portcullis_fuzz::claims::check);
}

#[test]
fn every_seed_of_jwk_passes() {
    replay("jwk", portcullis_fuzz::jwk::check);
}

#[test]
fn every_seed_of_legacy_passes() {
    replay("legacy", portcullis_fuzz::legacy::check);
}

#[test]
fn every_seed_of_account_passes() {
    replay("account", portcullis_fuzz::account::check);
}

#[test]
fn every_seed_of_p256_passes() {
    replay("p256", portcullis_fuzz::p256::check);
}

#[test]
fn every_seed_of_refresh_token_passes() {
    replay("refresh_token", portcullis_fuzz::refresh_token::check);
}

#[test]
fn seeds_of_rsa() {
    replay("rsa", portcullis_fuzz::rsa::check);
}
