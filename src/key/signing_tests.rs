//! Compares our signatures with those of the crates p256 and ed25519-dalek, which must
//! be the same: both algorithms are deterministic.

use ed25519_dalek::Signer as _;
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use sha2::{Digest as _, Sha512};

use super::ed25519::{Ed25519, Ed25519SigningKey};
use super::es256::{Es256, Es256SigningKey};
use super::random_cases::setting;

/// The number of keys. `SIGN_CASES=100000` with `--release` takes some minutes.
fn cases() -> u64 {
    setting("SIGN_CASES", 100)
}

/// A key of 32 bytes, and a message of up to 200 bytes.
fn random(case: u64) -> ([u8; 32], Vec<u8>) {
    let noise = Sha512::digest(case.to_be_bytes());
    let (key, rest) = noise.split_at(32);
    let message = rest.repeat(7);
    let length = usize::from(rest[0]) * 200 / 255;
    (key.try_into().unwrap(), message[..length].to_vec())
}

#[test]
fn es256_signs_as_the_crate_does() {
    let mut keys = vec![[0xff; 32], [0; 32]];
    let mut order_less_one = [0xff; 32];
    order_less_one[4..8].fill(0);
    order_less_one[16..].copy_from_slice(&[
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25,
        0x50,
    ]);
    keys.push(order_less_one);
    let mut one = [0; 32];
    one[31] = 1;
    keys.push(one);
    let random_keys = (0..cases()).map(random);
    for (key, message) in keys.into_iter().map(|key| (key, vec![])).chain(random_keys) {
        let (ours, peer) = (
            Es256SigningKey::new(&key),
            p256::ecdsa::SigningKey::from_slice(&key),
        );
        assert_eq!(ours.is_some(), peer.is_ok());
        let (Some(ours), Ok(peer)) = (ours, peer) else {
            continue;
        };
        let expected: p256::ecdsa::Signature =
            p256::ecdsa::signature::Signer::sign(&peer, &message);
        let signature = Es256.sign(&ours, &message);
        assert_eq!(*signature.as_bytes(), expected.to_bytes()[..]);
        let point = peer.verifying_key().to_sec1_point(false);
        let (x, y) = ours.public().coordinates();
        assert_eq!([&[4], &x[..], &y[..]].concat(), point.as_bytes());
    }
}

#[test]
fn ed25519_signs_as_the_crate_does() {
    let special = [[0; 32], [0xff; 32]].map(|key| (key, vec![]));
    for (key, message) in special.into_iter().chain((0..cases()).map(random)) {
        let peer = ed25519_dalek::SigningKey::from_bytes(&key);
        let ours = Ed25519SigningKey::new(&key);
        assert_eq!(ours.public(), peer.verifying_key().as_bytes());
        let signature = Ed25519.sign(&ours, &message);
        assert_eq!(*signature.as_bytes(), peer.sign(&message).to_bytes());
    }
}
