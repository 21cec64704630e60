//! Any bytes as header and payload of a token with a valid signature in the way of
//! itsdangerous. The input is a byte that selects algorithm and salt, the
//! header, a zero, and the payload.

use std::cell::LazyCell;

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, VerifyingKey};
use portcullis::time::UnixTime;
use portcullis::token::legacy::{LegacyVerifier, VerifiedLegacyToken};
use portcullis::token::{MAX_LENGTH, Policy, Verifier};

use crate::oracle::dates::{Dates, SECOND, at_micros, micros};
use crate::oracle::header::Header;
use crate::oracle::json;
use crate::oracle::json::Tree;
use crate::token::sign_with;

const SECRET: &[u8] = b"secret-key";
const SALT: &[u8] = b"login";
/// SHA1(salt || "signer" || secret).
const SALTED: [u8; 20] = [
    0xee, 0xe7, 0xb4, 0x9f, 0x69, 0xb5, 0xf6, 0xe5, 0x7e, 0xbe, 0xc4, 0xfc, 0x0e, 0x06, 0x69, 0x0d,
    0xb3, 0x33, 0x68, 0x40,
];

/// The options of a serializer, and the verifier of its tokens.
struct Made {
    algorithm: Algorithm,
    key: &'static [u8],
    legacy: LegacyVerifier,
    /// One for JWTs with the same key that asks for nothing.
    plain: Verifier,
}

impl Made {
    fn new(algorithm: Algorithm, salt: Option<&[u8]>) -> Self {
        let secrets = [b"older", SECRET, b"newer"];
        let key = if salt.is_some() { &SALTED } else { SECRET };
        let policy = Policy {
            required_claims: vec![],
            ..Policy::default()
        };
        let plain = VerifyingKey::legacy_secret(algorithm, key).unwrap();
        Self {
            algorithm,
            key,
            legacy: LegacyVerifier::new(algorithm, &secrets, salt).unwrap(),
            plain: Verifier::with_key(plain, policy).unwrap(),
        }
    }
}

thread_local! {
    static MADE: LazyCell<Vec<Made>> = LazyCell::new(|| {
        let algorithms = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
        let with_salt = |salt| algorithms.map(|algorithm| Made::new(algorithm, salt));
        with_salt(None).into_iter().chain(with_salt(Some(SALT))).collect()
    });
}

/// The result is the one that itsdangerous' rules and our stricter rules call
/// for, at any relevant second. A JWT verifier does not accept a token whose only
/// expiry is in the header.
pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else {
        return;
    };
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else {
        return;
    };
    let (Some(header_tree), Some(payload_tree)) =
        (json::agreed_bytes(header), json::agreed_bytes(payload))
    else {
        return;
    };
    MADE.with(|made| {
        let made = &made[usize::from(*choice) % made.len()];
        let token = sign_with(made.algorithm, made.key, header, payload);
        if token.len() > MAX_LENGTH {
            return;
        }
        let read = header_tree.as_ref().and_then(Header::read);
        for now in times(header_tree.as_ref()) {
            let outcome = made.legacy.verify(&token, now);
            if let Ok(token) = &outcome {
                assert_eq!(token.header_json().as_bytes(), header);
                assert_eq!(token.payload_json().as_bytes(), payload);
            }
            let well_formed = read.filter(|_| payload_tree.is_some());
            assert_judged(outcome, well_formed, made.algorithm, now);

            if made.plain.verify(&token, now).is_ok() {
                let header = read.expect("was read").tree;
                let claims = Dates::read(payload_tree.as_ref().expect("was read"));
                if header.member("exp").is_some() {
                    let repeated = Dates::of_header(header).expect("are dates").expires_at;
                    assert_eq!(repeated, claims.expect("are dates").expires_at);
                }
            }
        }
    });
}

/// Around the second of the expiry, and one other time.
fn times(header: Option<&Tree>) -> Vec<UnixTime> {
    let mut times = vec![1_600_000_000 * SECOND];
    if let Some(Ok(dates)) = header.map(Dates::of_header) {
        let end = dates.expires_at.unwrap_or(0).div_euclid(SECOND) * SECOND;
        times.extend([-1, 0, SECOND - 1, SECOND, SECOND + 1].map(|off| end + off));
    }
    times.into_iter().filter_map(at_micros).collect()
}

fn assert_judged(
    outcome: Result<VerifiedLegacyToken, TokenError>,
    header: Option<Header<'_>>,
    algorithm: Algorithm,
    now: UnixTime,
) {
    let Some(header) = header else {
        return assert_eq!(outcome.unwrap_err().code(), "token_malformed");
    };
    if header.algorithm != algorithm.name() {
        return assert_eq!(outcome.unwrap_err().code(), "token_algorithm_not_allowed");
    }
    let claim = |outcome: Result<_, _>| match outcome {
        Err(TokenError::ClaimInvalid { claim, .. }) => claim,
        other => panic!("a date is wrong: {other:?}"),
    };
    let dates = match Dates::of_header(header.tree) {
        Ok(dates) => dates,
        Err(wrong) => return assert!(wrong.contains(&claim(outcome).as_str())),
    };
    let Some(end) = dates.expires_at.map(|end| end.div_euclid(SECOND)) else {
        return assert_eq!(claim(outcome), "exp");
    };
    if end < 0 {
        return assert_eq!(claim(outcome), "exp");
    }
    match outcome {
        Ok(token) => {
            assert!(micros(now).div_euclid(SECOND) <= end);
            assert_eq!(micros(token.expires_at()), end * SECOND);
            assert_eq!(token.issued_at().map(micros), dates.issued_at);
        }
        Err(TokenError::Expired { expired_at }) => {
            assert!(end < micros(now).div_euclid(SECOND));
            assert_eq!(micros(expired_at), end * SECOND);
        }
        other => panic!("nothing is wrong but perhaps the time: {other:?}"),
    }
}
