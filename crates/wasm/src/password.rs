//! Hashes and verifies passwords. The input starts with the password in UTF-8, or for
//! [`needs_rehash`] with the stored hash. Every function wipes the input.

use zeroize::Zeroizing;

use super::error::CallError;
use super::memory::{self, Memory};
use portcullis::password::{
    Argon2idHash, ClearPassword, HashNotUsable, PasswordTooLong, StoredHash,
};

const NO_MEMORY: CallError =
    CallError::Password("memory_exhausted", "there is no memory for the hash");

impl From<PasswordTooLong> for CallError {
    fn from(_: PasswordTooLong) -> Self {
        Self::Password(PasswordTooLong::CODE, PasswordTooLong::MESSAGE)
    }
}

impl From<HashNotUsable> for CallError {
    fn from(_: HashNotUsable) -> Self {
        Self::Password(HashNotUsable::CODE, HashNotUsable::MESSAGE)
    }
}

/// The password in the first `length` bytes of the input, and the bytes after it.
fn password(memory: &Memory, length: usize) -> Result<(ClearPassword, &[u8]), CallError> {
    let text = memory::input_text(&memory.input, length)?;
    let password = ClearPassword::new(Zeroizing::new(text.to_owned()))?;
    Ok((password, memory.input.get(length..).unwrap_or_default()))
}

/// Checks that there is memory for a hash before hashing starts. The memory is freed
/// again, so the hash can use it.
fn reserve(bytes: u64) -> Result<(), CallError> {
    let bytes = usize::try_from(bytes).map_err(|_| NO_MEMORY)?;
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| NO_MEMORY)
}

/// Hashes the password in the first `length` bytes of the input. The next 16 bytes
/// must be random. The outcome's text is the PHC string. False on failure; the facts
/// then hold the reason.
#[must_use]
pub fn hash_password(length: usize) -> bool {
    memory::run_and_wipe(|memory| {
        let (password, rest) = password(memory, length)?;
        let salt = rest.first_chunk().ok_or(CallError::BEYOND_INPUT)?;
        // With the fixed cost of a new hash, missing memory is the only reason.
        let hash = Argon2idHash::new(&password, *salt).map_err(|HashNotUsable| NO_MEMORY)?;
        memory.text = hash.to_phc();
        memory.publish_text();
        Ok(())
    })
    .is_some()
}

/// Checks the password in the first `length` bytes of the input against the stored
/// hash in the next `stored` bytes. Returns 1 if the password is right, 0 if it is
/// wrong; -1 on failure, and the facts then hold the reason.
#[must_use]
pub fn verify_password(length: usize, stored: usize) -> i32 {
    memory::run_and_wipe(|memory| {
        let (password, rest) = password(memory, length)?;
        let hash = StoredHash::parse(memory::input_text(rest, stored)?)?;
        reserve(hash.method().memory())?;
        Ok(i32::from(hash.check(&password).is_ok()))
    })
    .unwrap_or(-1)
}

/// Whether a new hash should replace the stored hash in the first `length` bytes of
/// the input: 1 or 0; -1 on failure, and the facts then hold the reason.
#[must_use]
pub fn needs_rehash(length: usize) -> i32 {
    memory::run_and_wipe(|memory| {
        let hash = StoredHash::parse(memory::input_text(&memory.input, length)?)?;
        Ok(i32::from(hash.needs_rehash()))
    })
    .unwrap_or(-1)
}
