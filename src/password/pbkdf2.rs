//! PBKDF2 (RFC 8018 §5.2) with an output as long as one digest.
//!
//! The padded block is prepared once. An iteration only compresses the block twice and
//! replaces the digest in it. A general HMAC would set up, buffer and zeroize its state
//! in each of the iterations.

use zeroize::{Zeroize as _, Zeroizing};

use super::HashFunction;
use super::hash_function::Derived;

const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

/// Derives as many bytes as a digest has. `iterations` must not be zero. Never returns
/// `None`: see [`HashFunction::hmac`].
pub(super) fn pbkdf2(
    function: HashFunction,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
) -> Option<Derived> {
    let salt = [salt, &1_u32.to_be_bytes()].concat();
    let first = function.hmac(password, &salt)?;
    Some(match function {
        HashFunction::Md5 => md5::<4>(MD5, function, password, first, iterations),
        HashFunction::Sha1 => sha1::<5>(SHA1, function, password, first, iterations),
        HashFunction::Sha224 => sha256::<7>(SHA224, function, password, first, iterations),
        HashFunction::Sha256 => sha256::<8>(SHA256, function, password, first, iterations),
        HashFunction::Sha384 => sha512::<6>(SHA384, function, password, first, iterations),
        HashFunction::Sha512 => sha512::<8>(SHA512, function, password, first, iterations),
    })
}

/// Defines the function that runs the iterations, for one family of hash functions. A
/// digest is the first `WORDS` words of the state. `sum` is the HMAC of the first
/// iteration. The function returns the XOR of the HMACs of all iterations.
macro_rules! iterate {
    ($name:ident, $compress:path, [$word:ty; $state:literal], $block:literal, $to_bytes:ident) => {
        fn $name<const WORDS: usize>(
            initial: [$word; $state],
            function: HashFunction,
            password: &[u8],
            mut sum: Derived,
            iterations: u32,
        ) -> Derived {
            let keyed = |pad: u8| {
                let mut block = Zeroizing::new([0; $block]);
                put_key(function, password, &mut *block);
                block.iter_mut().for_each(|byte| *byte ^= pad);
                let mut state = initial;
                $compress(&mut state, core::slice::from_ref(&*block));
                Zeroizing::new(state)
            };
            let (inner, outer) = (keyed(IPAD), keyed(OPAD));
            // The inner and the outer hash have the padded key as their first block.
            // Their second and last block is this one: a digest and the padding.
            let mut block = Zeroizing::new([0_u8; $block]);
            let end = [0x80].into_iter();
            let digest_and_end = sum.iter().copied().chain(end);
            block
                .iter_mut()
                .zip(digest_and_end)
                .for_each(|(to, byte)| *to = byte);
            let bits = (sum.len() as u64).wrapping_add($block).wrapping_mul(8);
            if let Some(length) = block.last_chunk_mut() {
                *length = bits.$to_bytes();
            }
            let put = |block: &mut [u8; $block], state: &[$word; $state]| {
                let (words, _) = block.as_chunks_mut();
                for (bytes, word) in words.iter_mut().zip(state).take(WORDS) {
                    *bytes = word.$to_bytes();
                }
            };
            let mut state;
            let mut total = [0; $state];
            for _ in 1..iterations {
                state = *inner;
                $compress(&mut state, core::slice::from_ref(&*block));
                put(&mut block, &state);
                state = *outer;
                $compress(&mut state, core::slice::from_ref(&*block));
                put(&mut block, &state);
                for (total, word) in total.iter_mut().zip(&state) {
                    *total ^= word;
                }
            }
            put(&mut block, &total);
            total.zeroize();
            sum.iter_mut()
                .zip(block.iter())
                .for_each(|(to, byte)| *to ^= byte);
            sum
        }
    };
}

iterate!(md5, md5::block_api::compress, [u32; 4], 64, to_le_bytes);
iterate!(sha1, sha1::block_api::compress, [u32; 5], 64, to_be_bytes);
iterate!(
    sha256,
    sha2::block_api::compress256,
    [u32; 8],
    64,
    to_be_bytes
);
iterate!(
    sha512,
    sha2::block_api::compress512,
    [u64; 8],
    128,
    to_be_bytes
);

/// Writes an HMAC key (RFC 2104 §2) into `block`; a key that is longer than a block is
/// hashed. Returning the block instead would leave a copy of the password.
fn put_key(function: HashFunction, key: &[u8], block: &mut [u8]) {
    let digest = (key.len() > block.len()).then(|| function.digest(key));
    let key = digest.as_ref().map_or(key, |digest| digest);
    block.iter_mut().zip(key).for_each(|(to, byte)| *to = *byte);
}

// The initial states (RFC 1321 §3.3, FIPS 180-4 §5.3).
const MD5: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
const SHA1: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];
const SHA224: [u32; 8] = [
    0xc105_9ed8,
    0x367c_d507,
    0x3070_dd17,
    0xf70e_5939,
    0xffc0_0b31,
    0x6858_1511,
    0x64f9_8fa7,
    0xbefa_4fa4,
];
const SHA256: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
const SHA384: [u64; 8] = [
    0xcbbb_9d5d_c105_9ed8,
    0x629a_292a_367c_d507,
    0x9159_015a_3070_dd17,
    0x152f_ecd8_f70e_5939,
    0x6733_2667_ffc0_0b31,
    0x8eb4_4a87_6858_1511,
    0xdb0c_2e0d_64f9_8fa7,
    0x47b5_481d_befa_4fa4,
];
const SHA512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];
