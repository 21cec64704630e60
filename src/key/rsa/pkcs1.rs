//! EMSA-PKCS1-v1_5 (RFC 8017 §9.2).

use super::hash::Hash;

/// The `DigestInfo` up to the digest, in DER (RFC 8017 §9.2, note 1).
fn digest_info(hash: Hash) -> [u8; 19] {
    // The last arc of the hash's object identifier, and the length of the digest.
    let (identifier, length) = match hash {
        Hash::Sha256 => (1, 32),
        Hash::Sha384 => (2, 48),
        Hash::Sha512 => (3, 64),
    };
    [
        0x30,
        17 + length,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        identifier,
        0x05,
        0x00,
        0x04,
        length,
    ]
}

/// Whether `encoded` is the encoding of the message. The expected encoding is built
/// and compared. Parsing `encoded` instead has led to forgeries elsewhere.
pub(super) fn is_encoded(hash: Hash, encoded: &[u8], message: &[u8]) -> bool {
    let digest_info = digest_info(hash);
    let tail = 1 + digest_info.len() + hash.length();
    let mut expected = Vec::with_capacity(encoded.len());
    expected.extend_from_slice(&[0, 1]);
    // A modulus of 2048 bits leaves room for more than the 8 bytes of padding that
    // §9.2 requires at least.
    expected.resize(encoded.len().saturating_sub(tail), 0xff);
    expected.push(0);
    expected.extend_from_slice(&digest_info);
    hash.digest_onto([message, &[], &[]], &mut expected);
    encoded == expected
}
