//! Tests with the standards' own signatures. Their messages are not tokens, so
//! these tests call the algorithms directly.

use jwt_compact::{Algorithm as _, AlgorithmSignature as _};

use super::ed25519::{Ed25519, Ed25519Signature, Ed25519SigningKey, Ed25519VerifyingKey};
use super::es256::{Es256, Es256SigningKey};

fn bytes<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    assert_eq!(hex.len(), 2 * LENGTH);
    core::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

#[test]
fn ed25519_signs_and_verifies_as_rfc_8032_says() {
    // §7.1: tests 1, 2, 3 and SHA(abc).
    for (seed, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            &[][..],
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            &[0x72],
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            &[0xaf, 0x82],
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            &bytes::<64>(
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
        ),
    ] {
        let key = Ed25519SigningKey::new(&bytes(seed));
        assert_eq!(*key.public(), bytes(public));
        let signature = bytes::<64>(signature);
        assert_eq!(*Ed25519.sign(&key, message).as_bytes(), signature);
        let signature = Ed25519Signature::try_from_slice(&signature).unwrap();
        let public = Ed25519VerifyingKey::new(&bytes(public)).unwrap();
        assert!(Ed25519.verify_signature(&signature, &public, message));
        assert!(!Ed25519.verify_signature(&signature, &public, b"another"));
    }
}

#[test]
fn es256_signs_as_rfc_6979_says() {
    // A.2.5, with SHA-256. The s of "sample" is high, and must not be normalized.
    let key = Es256SigningKey::new(&bytes(
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    ))
    .unwrap();
    for (message, signature) in [
        (
            "sample",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            "test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ] {
        let signed = Es256.sign(&key, message.as_bytes());
        assert_eq!(*signed.as_bytes(), bytes::<64>(signature));
        assert!(Es256.verify_signature(&signed, &key.public(), message.as_bytes()));
    }
}
