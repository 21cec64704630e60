//! Test data of other projects, from `../shared/vectors` or the folder in
//! `PORTCULLIS_VECTORS`. If the folder is missing, the tests print that.
//!
//! Two files in `tests/vectors` belong to the data, for these tests and for those of
//! the npm package: `exceptions.json` lists each case in which our result differs from
//! the data, with the reason; `codes.json` has our code for each case that both sides
//! run.

mod cookbook;
mod derived;
mod itsdangerous;
mod json_test_suite;
mod jws;
mod peers_jwt;
mod rfc;
mod werkzeug;
mod wycheproof_jose;
mod wycheproof_primitives;
mod wycheproof_rsa;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use portcullis::error::TokenError;
use serde::Deserialize;
use serde_json::Value;

/// The name of an accepted token in `codes.json` and in the results here.
const ACCEPTED: &str = "accepted";

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("PORTCULLIS_VECTORS").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let folder = named.clone().unwrap_or_else(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    assert_eq!(named, None, "PORTCULLIS_VECTORS names no folder");
    // `eprintln!` would not be shown for a test that passes.
    let _ = writeln!(
        std::io::stderr(),
        "\n*** NO TEST VECTORS at {}: NOTHING TESTED HERE ***\n",
        folder.display()
    );
    None
}

fn read(file: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder()?.join(file)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{name}` in {value}"))
}

fn unhex(hex: &str) -> Vec<u8> {
    assert_eq!(hex.len() % 2, 0);
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// The code of a result, or `accepted`.
fn outcome<T>(result: &Result<T, TokenError>) -> &'static str {
    result.as_ref().map_or_else(TokenError::code, |_| ACCEPTED)
}

fn our_file<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The table of `codes.json` for a source: case to code or `accepted`.
fn codes(source: &str) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, Value> = our_file("codes.json");
    serde_json::from_value(all.remove(source).unwrap()).unwrap()
}

/// A case in which our result differs from the data.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The file, or folder, of the data.
    source: String,
    /// The case's name in it.
    id: String,
    /// The result in the data.
    says: String,
    /// Our result.
    ours: String,
    why: String,
}

/// The sources of all [`Run`]s.
const SOURCES: [&str; 40] = [
    "JSONTestSuite",
    "derived",
    "ietf-jose-cookbook",
    "peers/itsdangerous",
    "peers/jwt",
    "peers/werkzeug",
    "rfc",
    "wycheproof/ecdsa_secp256r1_sha256",
    "wycheproof/ecdsa_secp256r1_sha256_p1363",
    "wycheproof/ecdsa_secp384r1_sha384_p1363",
    "wycheproof/ecdsa_secp521r1_sha512_p1363",
    "wycheproof/ed25519",
    "wycheproof/hmac_sha256",
    "wycheproof/hmac_sha384",
    "wycheproof/hmac_sha512",
    "wycheproof/json_web_crypto",
    "wycheproof/json_web_key",
    "wycheproof/json_web_signature",
    "wycheproof/pbkdf2_hmacsha1",
    "wycheproof/pbkdf2_hmacsha256",
    "wycheproof/pbkdf2_hmacsha384",
    "wycheproof/pbkdf2_hmacsha512",
    "wycheproof/rsa_pss_2048_sha256_mgf1_0",
    "wycheproof/rsa_pss_2048_sha256_mgf1_32",
    "wycheproof/rsa_pss_2048_sha384_mgf1_48",
    "wycheproof/rsa_pss_3072_sha256_mgf1_32",
    "wycheproof/rsa_pss_4096_sha256_mgf1_32",
    "wycheproof/rsa_pss_4096_sha384_mgf1_48",
    "wycheproof/rsa_pss_4096_sha512_mgf1_64",
    "wycheproof/rsa_pss_misc",
    "wycheproof/rsa_signature_2048_sha256",
    "wycheproof/rsa_signature_2048_sha384",
    "wycheproof/rsa_signature_2048_sha512",
    "wycheproof/rsa_signature_3072_sha256",
    "wycheproof/rsa_signature_3072_sha384",
    "wycheproof/rsa_signature_3072_sha512",
    "wycheproof/rsa_signature_4096_sha256",
    "wycheproof/rsa_signature_4096_sha384",
    "wycheproof/rsa_signature_4096_sha512",
    "wycheproof/rsa_signature_8192_sha256",
];

/// The cases of one source while they run. At the end, the deviations must be
/// exactly those of the exceptions file.
struct Run {
    source: &'static str,
    ran: BTreeSet<String>,
    deviations: BTreeMap<String, (String, String)>,
}

impl Run {
    fn of(source: &'static str) -> Self {
        assert!(SOURCES.contains(&source));
        Self {
            source,
            ran: BTreeSet::new(),
            deviations: BTreeMap::new(),
        }
    }

    /// Takes down one case: what the data says, whether what we did agrees
    /// with it, and what we did.
    fn case(&mut self, id: &str, says: &str, agrees: bool, ours: &str) {
        assert!(self.ran.insert(id.into()), "{id} stands there twice");
        if !agrees {
            self.deviations
                .insert(id.into(), (says.into(), ours.into()));
        }
    }

    /// `count` is how many cases there must have been: none may be lost.
    fn end(self, count: usize) {
        assert_eq!(self.ran.len(), count, "cases of {}", self.source);
        let exceptions: Vec<Exception> = our_file("exceptions.json");
        let mut listed = BTreeMap::new();
        for exception in exceptions {
            if exception.source == self.source {
                let earlier = listed.insert(exception.id, (exception.says, exception.ours));
                assert!(earlier.is_none(), "an exception stands there twice");
            }
        }
        let unlisted: Vec<_> = self
            .deviations
            .iter()
            .filter(|(id, _)| !listed.contains_key(*id))
            .collect();
        assert!(
            unlisted.is_empty(),
            "{}: what the data says, what we do, and no reason in exceptions.json: {unlisted:#?}",
            self.source
        );
        for (id, exception) in &listed {
            assert_eq!(
                self.deviations.get(id),
                Some(exception),
                "{} {id}: exceptions.json lists it, but it does not deviate",
                self.source
            );
        }
    }
}

#[test]
fn every_exception_has_a_source_that_is_run_and_a_reason() {
    let exceptions: Vec<Exception> = our_file("exceptions.json");
    for exception in &exceptions {
        let id = &exception.id;
        assert!(SOURCES.contains(&exception.source.as_str()), "{id}");
        assert!(exception.why.len() > 20, "{id}");
    }
}

#[test]
fn a_deviation_without_an_exception_and_an_exception_without_a_deviation_fail() {
    let fails = |run: Run, count| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.end(count))).is_err()
    };
    let exceptions: Vec<Exception> = our_file("exceptions.json");
    let as_listed = || {
        let source = "JSONTestSuite";
        let mut run = Run::of(source);
        for e in exceptions.iter().filter(|e| e.source == source) {
            run.case(&e.id, &e.says, false, &e.ours);
        }
        run
    };
    let count = as_listed().ran.len();
    assert!(count > 0 && !fails(as_listed(), count));
    assert!(fails(as_listed(), count + 1), "a case is missing");
    let mut deviates = as_listed();
    deviates.case("another", "accepted", false, "refused");
    assert!(fails(deviates, count + 1), "an exception is missing");
    let mut fixed = as_listed();
    fixed.deviations.pop_first();
    assert!(fails(fixed, count), "an exception does not deviate");
    let mut changed = as_listed();
    changed.deviations.first_entry().unwrap().get_mut().1 = "something else".into();
    assert!(fails(changed, count), "an exception says something else");
}

/// Each case has its code in the table, and each code in the table has its case.
fn assert_codes(source: &str, ours: &BTreeMap<String, &'static str>) {
    assert_codes_of(source, ours, |_| true);
}

/// Like [`assert_codes`], except for codes of cases that cannot run here.
fn assert_codes_of(
    source: &str,
    ours: &BTreeMap<String, &'static str>,
    can_run: impl Fn(&str) -> bool,
) {
    let mut table = codes(source);
    table.retain(|id, _| can_run(id));
    for (id, ours) in ours {
        let code = table.get(id).map(String::as_str);
        assert_eq!(code, Some(*ours), "{source} {id}");
    }
    for id in table.keys() {
        assert!(ours.contains_key(id), "{source} has no {id}");
    }
}
