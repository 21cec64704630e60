//! EMSA-PKCS1-v1_5 (RFC 8017 §9.2).

use sha2::{Digest, Sha256, Sha384, Sha512};

/// A hash with its `DigestInfo` up to the digest, in DER (RFC 8017 §9.2, note 1).
pub(super) trait DigestInfo: Digest {
    const PREFIX: [u8; 19];
}

/// The three identifiers differ in their last byte.
const fn prefix(identifier: u8, length: u8) -> [u8; 19] {
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

impl DigestInfo for Sha256 {
    const PREFIX: [u8; 19] = prefix(1, 32);
}

impl DigestInfo for Sha384 {
    const PREFIX: [u8; 19] = prefix(2, 48);
}

impl DigestInfo for Sha512 {
    const PREFIX: [u8; 19] = prefix(3, 64);
}

/// Whether `encoded` is the encoding of the message. The expected encoding is built
/// and compared. Parsing `encoded` instead has led to forgeries elsewhere.
pub(super) fn is_encoded<D: DigestInfo>(encoded: &[u8], message: &[u8]) -> bool {
    let digest = D::digest(message);
    let mut expected = Vec::with_capacity(encoded.len());
    expected.extend_from_slice(&[0, 1]);
    let tail = 1 + D::PREFIX.len() + digest.len();
    // A modulus of 2048 bits leaves room for more than the 8 bytes of padding that
    // §9.2 requires at least.
    expected.resize(encoded.len().saturating_sub(tail), 0xff);
    expected.push(0);
    expected.extend_from_slice(&D::PREFIX);
    expected.extend_from_slice(&digest);
    encoded == expected
}
