//! Canonical base64url (RFC 4648 §5 and §3.5), a bit at a time.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|has| *has == letter)?;
        held = held << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    // The remaining bits are fewer than a byte, and must be zero.
    (bits < 6 && held == 0).then_some(bytes)
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letters = (bytes.len() * 8).div_ceil(6);
    (0..letters)
        .map(|letter| {
            let value = (0..6).fold(0, |value, i| value << 1 | bit(letter * 6 + i));
            char::from(ALPHABET[usize::from(value)])
        })
        .collect()
}
