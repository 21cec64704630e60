//! JSONTestSuite with the JSON reader and, for files that could be a token's
//! claims, with the verifier.

use std::collections::BTreeMap;

use portcullis::encoding::json::read_value;
use portcullis::token::Policy;

use super::{ACCEPTED, Run, assert_codes, folder, outcome};
use crate::support::*;

const REFUSED: &str = "refused";

fn files(subfolder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = folder()?.join("JSONTestSuite").join(subfolder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    });
    Some(files.collect())
}

fn judge(bytes: &[u8]) -> &'static str {
    match core::str::from_utf8(bytes) {
        Ok(text) if read_value(text).is_ok() => ACCEPTED,
        _ => REFUSED,
    }
}

/// As the claims of a signed token of any length.
fn judge_as_claims(bytes: &[u8]) -> &'static str {
    let policy = Policy {
        required_claims: Vec::new(),
        max_token_length: usize::MAX,
        ..Policy::default()
    };
    outcome(&verify_with(&sign(HEADER, bytes), policy))
}

#[test]
fn the_json_reader_and_the_claims_pass_jsontestsuite() {
    let Some(files) = files("test_parsing") else {
        return;
    };
    let mut run = Run::of("JSONTestSuite");
    let mut left_open = BTreeMap::new();
    for (name, bytes) in &files {
        let ours = judge(bytes);
        match name.get(..2) {
            Some("y_") => run.case(name, ACCEPTED, ours == ACCEPTED, ours),
            Some("n_") => run.case(name, REFUSED, ours == REFUSED, ours),
            Some("i_") => {
                run.case(name, "either", true, ours);
                left_open.insert(name.clone(), ours);
            }
            _ => panic!("{name}"),
        }
        // Claims are exactly one object.
        let object = bytes.trim_ascii_start().first() == Some(&b'{');
        let as_claims = if ours == ACCEPTED && object {
            ACCEPTED
        } else {
            "token_malformed"
        };
        assert_eq!(judge_as_claims(bytes), as_claims, "{name}");
    }
    run.end(318);
    assert_codes("JSONTestSuite", &left_open);
}

#[test]
fn texts_that_json_readers_transform_are_kept_or_refused_but_not_changed() {
    let Some(files) = files("test_transform") else {
        return;
    };
    let ours: BTreeMap<_, _> = files
        .iter()
        .map(|(name, bytes)| (name.clone(), judge(bytes)))
        .collect();
    assert_eq!(ours.len(), 22);
    assert_codes("JSONTestSuite transform", &ours);
    for (name, bytes) in files {
        // A token returns an object byte for byte.
        if ours[&name] == ACCEPTED && bytes.starts_with(b"{") {
            let policy = Policy {
                required_claims: Vec::new(),
                ..Policy::default()
            };
            let token = verify_with(&sign(HEADER, &bytes), policy).unwrap();
            assert_eq!(token.json().claims().as_bytes(), bytes, "{name}");
        }
    }
}
