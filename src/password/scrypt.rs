//! scrypt (RFC 7914) without SIMD. In scrypt each step depends on the previous step, so
//! the latency of an instruction decides. On CPUs whose vector instructions have a
//! latency of two cycles (AMD's Zen 5), 32-bit words take half the time of vectors. On
//! other CPUs they take hardly more time than vectors.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

/// A block of salsa20/8.
type Block = [u32; 16];

/// Repeats an expression for each word of a block. A loop would be slower: the crate is
/// built for size, so the compiler would keep the loop and hold the words in memory
/// instead of in registers.
macro_rules! each_word {
    (|$at:ident| $body:expr) => {
        each_word!($at $body; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($at:ident $body:expr; $($number:literal)+) => {$({
        const $at: usize = $number;
        $body;
    })+};
}

/// There is not enough memory, or the number of bytes overflows a `usize`.
pub(super) struct TooLarge;

/// Derives `out.len()` bytes. N is 2^`log_n`.
pub(super) fn scrypt(
    password: &[u8],
    salt: &[u8],
    (log_n, r, p): (u8, u32, u32),
    out: &mut [u8],
) -> Result<(), TooLarge> {
    let size = |r: u32| usize::try_from(r).ok()?.checked_mul(128);
    let size = size(r).filter(|size| *size > 0).ok_or(TooLarge)?;
    let whole = usize::try_from(p).ok().and_then(|p| size.checked_mul(p));
    let n = 1_usize.checked_shl(log_n.into()).ok_or(TooLarge)?;

    let mut mixed = Zeroizing::new(vec![0; whole.ok_or(TooLarge)?]);
    pbkdf2_once(password, salt, &mut mixed)?;
    let mut table = Vec::new();
    let blocks = n.checked_mul(size / 64).ok_or(TooLarge)?;
    table.try_reserve_exact(blocks).map_err(|_| TooLarge)?;
    for part in mixed.chunks_exact_mut(size) {
        ro_mix(part, n, &mut table);
    }
    pbkdf2_once(password, &mixed, out)
}

/// PBKDF2-HMAC-SHA256 with one iteration and any output length.
fn pbkdf2_once(password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), TooLarge> {
    let mac = Hmac::<Sha256>::new_from_slice(password).map_err(|_| TooLarge)?;
    let mac = mac.chain_update(salt);
    for (part, number) in out.chunks_mut(32).zip(1_u32..) {
        let derived = mac.clone().chain_update(number.to_be_bytes()).finalize();
        let derived = derived.into_bytes();
        for (to, byte) in part.iter_mut().zip(derived) {
            *to = byte;
        }
    }
    Ok(())
}

/// [`block_mix`] with or without the XOR.
type Mix = fn(&[Block], &[Block], &mut [Block]);

/// scryptROMix (§5). `table` is V; it has sufficient capacity.
fn ro_mix(part: &mut [u8], n: usize, table: &mut Vec<Block>) {
    // `black_box` keeps the compiler and wasm-opt from inlining `block_mix` here. A
    // WebAssembly engine optimizes a function that is called often while the program
    // runs, but not a loop in a function that is called once.
    let mixes: [Mix; 2] = [block_mix::<false>, block_mix::<true>];
    let [mix, mix_sum] = core::hint::black_box(mixes);
    let (bytes, _) = part.as_chunks_mut::<64>();
    let mut x: Vec<Block> = bytes.iter().map(read).collect();
    let mut y = x.clone();
    let width = x.len();
    table.clear();
    table.extend_from_slice(&x);
    for _ in 1..n {
        // Compute each entry from the previous entry, directly in the table.
        // `extend_from_slice` only makes room for the entry. `y` is a placeholder of
        // the right size, which `mix` overwrites.
        let end = table.len();
        table.extend_from_slice(&y);
        let (entries, next) = table.split_at_mut(end);
        if let Some(entry) = entries.rchunks_exact(width).next() {
            mix(entry, &[], next);
        }
    }
    if let Some(entry) = table.rchunks_exact(width).next() {
        mix(entry, &[], &mut x);
    }
    for _ in 0..n {
        // The first word of the last block selects the entry. N is a power of two.
        let chooser = x.last().map_or(0, |[word, ..]| *word as usize);
        let entry = table.chunks_exact(width).nth(chooser & n.wrapping_sub(1));
        let entry = entry.unwrap_or_default();
        // Read one word of every block of the entry first, so that the cache misses
        // overlap.
        let touched = entry.iter().fold(0, |sum, [word, ..]| sum ^ word);
        core::hint::black_box(touched);
        mix_sum(&x, entry, &mut y);
        core::mem::swap(&mut x, &mut y);
    }
    for (bytes, block) in bytes.iter_mut().zip(&x) {
        let (words, _) = bytes.as_chunks_mut::<4>();
        for (bytes, word) in words.iter_mut().zip(block) {
            *bytes = word.to_le_bytes();
        }
    }
    x.zeroize();
    y.zeroize();
}

fn read(bytes: &[u8; 64]) -> Block {
    let mut block = [0; 16];
    let (words, _) = bytes.as_chunks::<4>();
    for (word, bytes) in block.iter_mut().zip(words) {
        *word = u32::from_le_bytes(*bytes);
    }
    block
}

/// scryptBlockMix (§4) of `input` or, with `XOR`, of `input` XOR `other`. The output
/// has first the results with even numbers, then those with odd numbers.
fn block_mix<const XOR: bool>(input: &[Block], other: &[Block], output: &mut [Block]) {
    let mut x = input.last().copied().unwrap_or_default();
    if let (true, Some(last)) = (XOR, other.last()) {
        each_word!(|AT| x[AT] ^= last[AT]);
    }
    let (even, odd) = output.split_at_mut(output.len() / 2);
    let (pairs, _) = input.as_chunks::<2>();
    let (others, _) = other.as_chunks::<2>();
    if XOR {
        let pairs = pairs.iter().zip(others);
        for ((([first, second], [other_first, other_second]), even), odd) in
            pairs.zip(even).zip(odd)
        {
            each_word!(|AT| x[AT] ^= other_first[AT]);
            salsa20_8(&mut x, first);
            *even = x;
            each_word!(|AT| x[AT] ^= other_second[AT]);
            salsa20_8(&mut x, second);
            *odd = x;
        }
    } else {
        for (([first, second], even), odd) in pairs.iter().zip(even).zip(odd) {
            salsa20_8(&mut x, first);
            *even = x;
            salsa20_8(&mut x, second);
            *odd = x;
        }
    }
}

/// XORs a block into `sum` and applies salsa20/8 (§3).
#[inline(always)]
fn salsa20_8(sum: &mut Block, block: &Block) {
    each_word!(|AT| sum[AT] ^= block[AT]);
    let mut x = *sum;
    macro_rules! quarter_rounds {
        ($($a:literal $b:literal $c:literal $d:literal),+) => {$(
            x[$b] ^= x[$a].wrapping_add(x[$d]).rotate_left(7);
            x[$c] ^= x[$b].wrapping_add(x[$a]).rotate_left(9);
            x[$d] ^= x[$c].wrapping_add(x[$b]).rotate_left(13);
            x[$a] ^= x[$d].wrapping_add(x[$c]).rotate_left(18);
        )+};
    }
    macro_rules! double_round {
        () => {
            quarter_rounds!(0 4 8 12, 5 9 13 1, 10 14 2 6, 15 3 7 11);
            quarter_rounds!(0 1 2 3, 5 6 7 4, 10 11 8 9, 15 12 13 14);
        };
    }
    // Four double rounds, unrolled by hand, which saves a tenth of the time.
    double_round!();
    double_round!();
    double_round!();
    double_round!();
    each_word!(|AT| sum[AT] = sum[AT].wrapping_add(x[AT]));
}
