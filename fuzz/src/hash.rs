//! A stored hash, a zero, and a password.

use digest::Digest;
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use portcullis::password::{ClearPassword, HashMethod, StoredHash};

/// A hash in werkzeug's format is read if and only if the oracle reads it, and its
/// cost is bounded. A cheap hash matches the password if and only if another library
/// derives the same digest from it; then the hash with that digest matches, too.
/// A stand-in never matches.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (stored, password) = text.split_once('\0').unwrap_or((&text, "correct horse"));
    let Ok(clear) = ClearPassword::new(password.to_owned()) else {
        return;
    };
    let ours = StoredHash::parse(stored);
    if stored.starts_with('$') {
        return argon2id(ours.ok(), &clear);
    }
    let theirs = read(stored);
    assert_eq!(ours.is_ok(), theirs.is_some(), "{ours:?}");
    let (Ok(ours), Some((method, salt, hex))) = (ours, theirs) else {
        return;
    };
    assert_eq!(ours.method().to_string(), method.to_ascii_lowercase());
    if let Some(derived) = derive(method, salt.as_bytes(), password.as_bytes()) {
        let derived: String = derived.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(ours.check(&clear).is_ok(), derived == hex);
        assert!(ours.stand_in().check(&clear).is_err());
        let right = StoredHash::parse(&format!("{method}${salt}${derived}")).expect("is like it");
        assert_eq!(right.check(&clear), Ok(()));
    }
}

fn argon2id(hash: Option<StoredHash>, password: &ClearPassword) {
    let Some(hash) = hash else { return };
    let HashMethod::Argon2id(cost) = hash.method() else {
        panic!("is no PHC string");
    };
    assert!(cost.memory <= 65_536 && cost.passes <= 8 && cost.lanes <= 4);
    if cost.memory <= 256 {
        let _ = hash.check(password);
        assert!(hash.stand_in().check(password).is_err());
    }
}

/// Method, salt and hex digest of a usable hash.
fn read(stored: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<_> = stored.splitn(3, '$').collect();
    let [method, salt, hex] = parts[..] else {
        return None;
    };
    let lower = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let words: Vec<_> = method.split(':').collect();
    let (size, fine) = match words[..] {
        [function] => (size(function)?, true),
        ["pbkdf2", function, n] => {
            let n: u32 = n
                .parse()
                .ok()
                .filter(|count: &u32| count.to_string() == n)?;
            (
                size(function)?,
                !salt.is_empty() && (1..=2_000_000).contains(&n),
            )
        }
        ["scrypt", n, r, p] => {
            let [n, r, p] = [n, r, p].map(|text| {
                let number: Option<u32> = text.parse().ok();
                number
                    .filter(|number| number.to_string() == text)
                    .map(u128::from)
            });
            let (n, r, p) = (n?, r?, p?);
            let fine = n > 1 && n.is_power_of_two() && r > 0 && p > 0 && p <= 4;
            let fine = fine && 128 * n * r <= 64 << 20 && n * r * p <= 1 << 20;
            (64, fine && !salt.is_empty())
        }
        _ => return None,
    };
    (fine && salt.len() <= 128 && hex.len() == 2 * size && hex.chars().all(lower))
        .then_some((method, salt, hex))
}

fn size(function: &str) -> Option<usize> {
    Some(match &*function.to_ascii_lowercase() {
        "md5" => 16,
        "sha1" => 20,
        "sha224" => 28,
        "sha256" => 32,
        "sha384" => 48,
        "sha512" => 64,
        _ => return None,
    })
}

/// `None` if the hash is expensive.
fn derive(method: &str, salt: &[u8], password: &[u8]) -> Option<Vec<u8>> {
    let words: Vec<_> = method.split(':').collect();
    let number = |text: &str| text.parse::<u32>().expect("was read");
    if let ["scrypt", n, r, p] = words[..] {
        let (n, r, p) = (number(n), number(r), number(p));
        if u64::from(n) * u64::from(r) * u64::from(p) > 2048 {
            return None;
        }
        let log_n = n.trailing_zeros().try_into().expect("is small");
        let params = scrypt::Params::new(log_n, r, p).expect("is fine");
        let mut key = vec![0; 64];
        scrypt::scrypt(password, salt, &params, &mut key).expect("is fine");
        return Some(key);
    }
    let (function, iterations) = match words[..] {
        [_, function, iterations] => (function, Some(number(iterations))),
        _ => (words[0], None),
    };
    if iterations.is_some_and(|iterations| iterations > 500) {
        return None;
    }
    Some(match &*function.to_ascii_lowercase() {
        "md5" => with::<md5::Md5>(password, salt, iterations),
        "sha1" => with::<sha1::Sha1>(password, salt, iterations),
        "sha224" => with::<sha2::Sha224>(password, salt, iterations),
        "sha256" => with::<sha2::Sha256>(password, salt, iterations),
        "sha384" => with::<sha2::Sha384>(password, salt, iterations),
        _ => with::<sha2::Sha512>(password, salt, iterations),
    })
}

fn with<D: EagerHash + Digest>(password: &[u8], salt: &[u8], iterations: Option<u32>) -> Vec<u8> {
    match iterations {
        Some(iterations) => {
            let mut key = vec![0; <D as Digest>::output_size()];
            pbkdf2::pbkdf2_hmac::<D>(password, salt, iterations, &mut key);
            key
        }
        None if salt.is_empty() => D::digest(password).to_vec(),
        None => {
            let mac = Hmac::<D>::new_from_slice(salt).expect("a key has any length");
            mac.chain_update(password).finalize().into_bytes().to_vec()
        }
    }
}
