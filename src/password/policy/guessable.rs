//! Passwords that attackers guess first, however long they are.

use zeroize::Zeroizing;

/// Common words in lower case, sorted, one per line. We chose them ourselves.
const COMMON: &str = include_str!("common.txt");

/// Characters in sequence, in both directions. The digits wrap around to 0.
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
/// The least length of a sequence, in characters.
const SHORTEST_SEQUENCE: usize = 3;
/// A shorter username is not searched for: it occurs in nearly any text.
const SHORTEST_USERNAME: usize = 3;
/// A text with at most this many different characters is a repetition.
const FEW_CHARACTERS: usize = 4;
/// A longer text is not split into words, because nobody types it.
const LONGEST: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guessable {
    Repetition,
    Sequence,
    Username,
    Common,
}

/// `username` must be normalized.
pub(super) fn find_guessable(
    password: &str,
    min_length: usize,
    username: &str,
) -> Option<Guessable> {
    // A vector that grows would leave a copy behind, so it starts with the capacity.
    let mut text = Zeroizing::new(Vec::with_capacity(password.len()));
    text.extend(password.chars().flat_map(char::to_lowercase));
    if is_repetition(&text, min_length) {
        return Some(Guessable::Repetition);
    }
    if text.len() > LONGEST {
        return None;
    }
    let username: Vec<char> = username.chars().collect();
    take_apart(&text, &username)
}

/// Whether the text has hardly any different characters, or repeats a unit that
/// would be too short by itself. The last repetition may be incomplete.
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

/// The kinds of parts that a text was split into, as bits. Signs set no bit.
mod part {
    pub(super) const SEQUENCE: u8 = 1;
    pub(super) const DIGIT: u8 = 2;
    pub(super) const WORD: u8 = 4;
    pub(super) const USERNAME: u8 = 8;
}

/// A set of combinations of parts: every way to split a text.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ways(u16);

impl Ways {
    const NONE: Self = Self(0);
    const START: Self = Self(1);

    fn iter(self) -> impl Iterator<Item = u8> {
        (0..16).filter(move |way| self.0 & (1 << way) != 0)
    }

    fn with(self, part: u8) -> Self {
        Self(self.iter().fold(0, |ways, way| ways | 1 << (way | part)))
    }
}

/// Whether the whole text splits into words, the username, sequences, digits and
/// signs. Digits and signs alone do not make a text guessable.
fn take_apart(text: &[char], username: &[char]) -> Option<Guessable> {
    let common: Vec<Vec<char>> = COMMON.lines().map(|word| word.chars().collect()).collect();
    // For each position, the ways to split the text before it.
    let mut ways = vec![Ways::NONE; text.len().saturating_add(1)];
    if let Some(start) = ways.first_mut() {
        *start = Ways::START;
    }
    for at in 0..text.len() {
        let (Some(&here), Some(rest)) = (ways.get(at), text.get(at..)) else {
            continue;
        };
        if here == Ways::NONE {
            continue;
        }
        let mut reach = |length: usize, there: Ways| {
            if let Some(ways) = ways.get_mut(at.saturating_add(length)) {
                ways.0 |= there.0;
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
    let whole = ways.last().copied().unwrap_or(Ways::NONE);
    let any = |test: fn(u8) -> bool| whole.iter().any(test);
    if any(|way| way == part::SEQUENCE) {
        Some(Guessable::Sequence)
    } else if any(|way| way & part::USERNAME != 0) {
        Some(Guessable::Username)
    } else if any(|way| way & part::WORD != 0) {
        Some(Guessable::Common)
    } else {
        None
    }
}

/// Whether the text starts with the word. Some of the letters may be replaced by
/// characters that look similar.
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

/// The length of the longest sequence, or run of one character, at the start of the
/// text.
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
