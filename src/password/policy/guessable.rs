//! Finds passwords that attackers guess first although they are long enough.
//!
//! "Punctuation" here includes white space.

use zeroize::Zeroizing;

/// Common words in lower case, sorted, one per line. We chose them ourselves.
const COMMON: &str = include_str!("common.txt");

/// The sequences of the alphabet, the digits and the keyboards. A password may have
/// them forward or backward. The digits start and end with 0, so that `890` is found.
const SEQUENCES: [&str; 12] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
];
/// The minimum length of a sequence, in characters.
const SHORTEST_SEQUENCE: usize = 3;
/// The minimum length of a username that is searched for, in characters. A shorter
/// username occurs in nearly any text.
const SHORTEST_USERNAME: usize = 3;
/// A text with at most this many different characters counts as a repetition.
const FEW_CHARACTERS: usize = 4;
/// A text with more characters is not split into parts: nobody types such a password.
const LONGEST: usize = 256;

/// The reason why a password is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guessable {
    Repetition,
    Sequence,
    Username,
    Common,
}

/// The reason why `password` is easy to guess; `None` if it is not. Ignores case.
/// `min_length` is the minimum length of a password. `username` must be normalized.
pub(super) fn find_guessable(
    password: &str,
    min_length: usize,
    username: &str,
) -> Option<Guessable> {
    // A vector that grows would leave a copy of the password behind, so it starts with
    // the whole capacity.
    let mut text = Zeroizing::new(Vec::with_capacity(password.len()));
    text.extend(password.chars().flat_map(char::to_lowercase));
    if is_repetition(&text, min_length) {
        return Some(Guessable::Repetition);
    }
    if text.len() > LONGEST {
        return None;
    }
    let username: Vec<char> = username.chars().collect();
    find_guessable_parts(&text, &username)
}

/// Whether the text has at most [`FEW_CHARACTERS`] different characters, or repeats a
/// text that is shorter than `min_length`. The last repetition may be incomplete.
fn is_repetition(text: &[char], min_length: usize) -> bool {
    let mut different: Vec<char> = Vec::new();
    for character in text {
        if different.len() <= FEW_CHARACTERS && !different.contains(character) {
            different.push(*character);
        }
    }
    let repeats = |unit: usize| {
        text.iter()
            .skip(unit)
            .eq(text.iter().take(text.len().saturating_sub(unit)))
    };
    different.len() <= FEW_CHARACTERS
        || (1..min_length)
            .take_while(|unit| *unit <= text.len() / 2)
            .any(repeats)
}

/// The kinds of parts into which a text can be split, as bits. Punctuation is a part,
/// too, but sets no bit.
mod part {
    pub(super) const SEQUENCE: u8 = 1;
    pub(super) const DIGIT: u8 = 2;
    pub(super) const WORD: u8 = 4;
    pub(super) const USERNAME: u8 = 8;
}

/// The results of all ways to split a text into parts. One split results in a set of
/// part kinds, which is a number from 0 to 15 ([`part`]). Bit n of `Splits` says that
/// some split results in the set n.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Splits(u16);

impl Splits {
    /// The text cannot be split.
    const NONE: Self = Self(0);
    /// The empty text: one split, without parts.
    const START: Self = Self(1);

    /// The sets of part kinds.
    fn iter(self) -> impl Iterator<Item = u8> {
        (0..16).filter(move |kinds| self.0 & (1 << kinds) != 0)
    }

    /// The splits after one more part of this kind.
    fn with(self, part: u8) -> Self {
        let sets = self.iter().map(|kinds| kinds | part);
        Self(sets.fold(0, |splits, kinds| splits | 1 << kinds))
    }
}

/// The reason why the text is easy to guess, if the whole text can be split into common
/// words, the username, sequences, digits and punctuation. Digits and punctuation alone
/// do not make a text guessable.
fn find_guessable_parts(text: &[char], username: &[char]) -> Option<Guessable> {
    let common: Vec<Vec<char>> = COMMON.lines().map(|word| word.chars().collect()).collect();
    // For each position, the splits of the text before it.
    let mut splits = vec![Splits::NONE; text.len().saturating_add(1)];
    if let Some(start) = splits.first_mut() {
        *start = Splits::START;
    }
    for at in 0..text.len() {
        let (Some(&here), Some(rest)) = (splits.get(at), text.get(at..)) else {
            continue;
        };
        if here == Splits::NONE {
            continue;
        }
        let mut reach = |length: usize, there: Splits| {
            if let Some(splits) = splits.get_mut(at.saturating_add(length)) {
                splits.0 |= there.0;
            }
        };
        for length in SHORTEST_SEQUENCE..=longest_sequence(rest) {
            reach(length, here.with(part::SEQUENCE));
        }
        match rest.first() {
            Some(first) if first.is_ascii_digit() => reach(1, here.with(part::DIGIT)),
            Some(first) if first.is_ascii_punctuation() || first.is_whitespace() => reach(1, here),
            _ => {}
        }
        if username.len() >= SHORTEST_USERNAME && starts_with(rest, username) {
            reach(username.len(), here.with(part::USERNAME));
        }
        for word in common.iter().filter(|word| starts_with(rest, word)) {
            reach(word.len(), here.with(part::WORD));
        }
    }
    let whole = splits.last().copied().unwrap_or(Splits::NONE);
    let any = |test: fn(u8) -> bool| whole.iter().any(test);
    if any(|kinds| kinds == part::SEQUENCE) {
        Some(Guessable::Sequence)
    } else if any(|kinds| kinds & part::USERNAME != 0) {
        Some(Guessable::Username)
    } else if any(|kinds| kinds & part::WORD != 0) {
        Some(Guessable::Common)
    } else {
        None
    }
}

/// Whether the text starts with the word. Letters may be replaced by characters that
/// look similar, but at least one letter must be as in the word.
fn starts_with(text: &[char], word: &[char]) -> bool {
    let mut literal = false;
    let all = text.get(..word.len()).is_some_and(|start| {
        start.iter().zip(word).all(|(written, letter)| {
            literal |= written == letter;
            written == letter || looks_like(*written, *letter)
        })
    });
    all && literal
}

fn looks_like(written: char, letter: char) -> bool {
    matches!(
        (written, letter),
        ('0', 'o')
            | ('1' | '!', 'i' | 'l')
            | ('3', 'e')
            | ('4' | '@', 'a')
            | ('5' | '$', 's')
            | ('7' | '+', 't')
            | ('8', 'b')
            | ('6' | '9', 'g')
    )
}

/// The length of the longest sequence at the start of the text, in characters. A
/// character that is repeated counts as a sequence.
fn longest_sequence(text: &[char]) -> usize {
    let Some(first) = text.first() else { return 0 };
    let common = |with: &mut dyn Iterator<Item = char>| {
        let same = text.iter().zip(with).take_while(|(a, b)| **a == *b);
        same.count()
    };
    let mut longest = common(&mut core::iter::repeat(*first));
    for sequence in SEQUENCES {
        for (at, character) in sequence.char_indices() {
            if character != *first {
                continue;
            }
            let (to, from) = (sequence.get(..=at), sequence.get(at..));
            let back = common(&mut to.unwrap_or_default().chars().rev());
            let forth = common(&mut from.unwrap_or_default().chars());
            longest = longest.max(back).max(forth);
        }
    }
    longest
}
