//! The policy for new passwords.

use std::collections::BTreeSet;

use portcullis::password::{NewPassword, PasswordPolicy, PasswordUnacceptable};
use proptest::prelude::*;

use PasswordUnacceptable::*;

fn at_least(min_length: usize, password: &str, username: &str) -> Result<(), PasswordUnacceptable> {
    let policy = PasswordPolicy { min_length };
    NewPassword::new(password.to_owned(), &policy, username).map(|_| ())
}

fn set(password: &str) -> Result<(), PasswordUnacceptable> {
    at_least(PasswordPolicy::default().min_length, password, "alice")
}

#[test]
fn passphrases_and_random_strings_may_be_set() {
    for password in [
        "correct horse battery staple",
        "correct-horse-battery-staple",
        "lampe orbit samt schlucht",
        "tr0ub4dor&3 is not it",
        "xK9#mQ2$vL7!pR4",
        "q8gk3v0zj5n1w7t2",
        "493027561839204",
        "8e1f0b7c2d9a4f63",
        "7$3!9@2#5%1^8&4*",
        "pässwörter gehen auch",
        "我的密码是一只会飞的蓝色大象啊",
        "🐙🦀🐢🍄🎲🧩🪁🎻🛶🧭🏮🪐🧀🥨🫖",
        "  spaces at both ends  ",
        "my password is not this one",
        "alice went to the market",
    ] {
        assert_eq!(set(password), Ok(()), "{password}");
    }
}

#[test]
fn a_length_is_counted_in_code_points_and_is_a_setting() {
    assert_eq!(PasswordPolicy::default().min_length, 15);
    let too_short = |min_length| Err(TooShort { min_length });
    assert_eq!(set("xK9#mQ2$vL7!pR"), too_short(15));
    assert_eq!(set("xK9#mQ2$vL7!pRé"), Ok(()));
    // 14 characters of two bytes each.
    assert_eq!(set("éèêëàâäôöûüîïç"), too_short(15));
    assert_eq!(set(""), too_short(15));
    assert_eq!(at_least(8, "xK9#mQ2$", ""), Ok(()));
    assert_eq!(at_least(64, "xK9#mQ2$", ""), too_short(64));
    assert_eq!(at_least(0, "", ""), Err(Repetition));
}

#[test]
fn more_than_1024_bytes_are_refused_and_1024_are_not() {
    let long: String = (0..256)
        .map(|n| char::from_u32(0x2f800 + n).unwrap())
        .collect();
    assert_eq!(long.len(), 1024);
    assert_eq!(set(&long), Ok(()));
    assert_eq!(set(&format!("{long}x")), Err(TooLong));
}

#[test]
fn a_repetition_of_something_short_is_refused() {
    for password in [
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abcABCabcABCabcAB",
        "passwordpassword",
        "xK9#mQ2$xK9#mQ2$",
        "xK9#mQ2$vLxK9#mQ2$vLxK9",
        "aaaaaaaabbbbbbbbccccccccc",
        "               ",
        "ababbabaabbabaab",
        "🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙🐙",
        &"x".repeat(1024),
    ] {
        assert_eq!(set(password), Err(Repetition), "{password}");
    }
    // The repeated text is long enough by itself.
    assert_eq!(set("xK9#mQ2$vL7!pR4xK9#mQ2$vL7!pR4"), Ok(()));
}

#[test]
fn a_plain_sequence_is_refused() {
    for password in [
        "1234567890123456",
        "098765432109876",
        "qwertyuiopasdfgh",
        "QWERTYUIOPASDFGH",
        "abcdefghijklmnop",
        "zyxwvutsrqponmlk",
        "abcdefg-hijklmnop",
        "qwerty 123456 asdfgh",
        "1qaz2wsx3edc4rfv",
        "azertyuiopqsdfghjklm",
        "aaa bbb ccc ddd eee",
    ] {
        assert_eq!(set(password), Err(Sequence), "{password}");
    }
}

#[test]
fn common_words_with_digits_and_signs_are_refused() {
    for password in [
        "password12345678",
        "Password-2024-2025!",
        "P@ssw0rd P@$$w0rd!",
        "letmein letmein 12",
        "iloveyouprincess",
        "dragonmonkey1987",
        "!!!football2023???",
        "welcome to portcullis".replace(" to", "").as_str(),
        "password493027561839204",
        "administrator2025",
    ] {
        assert_eq!(set(password), Err(Common), "{password}");
    }
    // Digits that only resemble a word count as digits.
    assert_eq!(set("700749302756183"), Ok(()));
}

#[test]
fn each_word_of_the_list_is_refused_even_if_it_is_long_enough() {
    let list = include_str!("../../src/password/policy/common.txt");
    let words: Vec<_> = list.lines().collect();
    assert!(words.is_sorted() && (300..1000).contains(&words.len()));
    assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
    for word in words {
        assert!(word.len() >= 4 && word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9')));
        for password in [
            word.into(),
            word.to_uppercase(),
            format!("{word}1"),
            format!("2024 {word}!"),
        ] {
            assert!(at_least(1, &password, "").is_err(), "{password}");
        }
    }
}

#[test]
fn a_password_made_of_the_username_is_refused() {
    for (username, password) in [
        ("alice", "alice1234567890"),
        ("alice", "Alice-Alice-Alice-7"),
        ("alice", "alice4930275618392"),
        ("alice", "4l1c3 alice password"),
        ("alice", "welcome, alice!!"),
        ("bob_the_builder", "bob_the_builder"),
        ("bob_the_builder", "Bob_The_Builder2024"),
        ("zoë.müller", "zoë.müller 123456"),
        ("someone@example.org", "someone@example.org"),
    ] {
        assert_eq!(
            at_least(15, password, username),
            Err(LikeUsername),
            "{password}"
        );
    }
    // One or two letters occur in any text.
    assert_eq!(at_least(15, "k49302756183920", "k"), Ok(()));
    assert_eq!(at_least(15, "alice went to the market", "alice"), Ok(()));
}

#[test]
fn each_reason_has_a_code_and_a_text_for_the_user() {
    let all = [
        TooShort { min_length: 15 },
        TooLong,
        Repetition,
        Sequence,
        LikeUsername,
        Common,
    ];
    let codes: BTreeSet<_> = all.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), all.len());
    for reason in all {
        assert!(reason.code().starts_with("password_"));
        assert!(reason.to_string().starts_with("the password "));
    }
    assert!(all[0].to_string().contains("15"));
}

#[test]
fn debug_output_does_not_contain_a_new_password() {
    use portcullis::password::{Argon2idHash, ClearPassword};
    let typed = " Correct Horse Battery Staple ";
    let new = NewPassword::new(typed.to_owned(), &PasswordPolicy::default(), "alice").unwrap();
    let hash = Argon2idHash::new(new.clear(), [1; 16]).unwrap();
    assert_eq!(
        hash.check(&ClearPassword::new(typed.to_owned()).unwrap()),
        Ok(())
    );
    assert!(!format!("{new:?}").contains("Horse"));
}

proptest! {
    #[test]
    fn random_strings_may_be_set(password in "[A-Za-z0-9]{20}", name in "[a-z]{3,8}") {
        prop_assert_eq!(at_least(15, &password, &name), Ok(()));
    }

    #[test]
    fn any_text_is_judged(password in any::<String>(), name in any::<String>(), least in 0_usize..40) {
        let judged = at_least(least, &password, &name);
        let too_short = password.chars().count() < least;
        prop_assert_eq!(judged == Err(TooShort { min_length: least }), too_short);
    }

    #[test]
    fn whatever_comes_before_and_behind_common_words_if_it_is_digits_they_are_refused(
        first in "[0-9]{0,10}", last in "[0-9 !.-]{0,10}",
    ) {
        prop_assert_eq!(set(&format!("{first}PrincessDragon{last}sunshine")), Err(Common));
    }
}
