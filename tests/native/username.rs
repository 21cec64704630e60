use portcullis::account::{Username, UsernameNotUsable};

fn name(typed: &str) -> String {
    Username::new(typed).unwrap().as_str().to_owned()
}

#[test]
fn a_name_has_one_form_in_every_spelling() {
    assert_eq!(name("Alice"), "alice");
    assert_eq!(name("ＡＬＩＣＥ"), "alice");
    assert_eq!(name("Zoe\u{308}"), "zo\u{eb}");
    assert_eq!(name("ﬁn"), "fin");
    assert_eq!(name("ΣΑΣ"), name("σας"));
    assert_eq!(Username::new("Alice").unwrap().record_key(), "user:alice");
}

#[test]
fn normalizing_a_name_twice_changes_nothing() {
    for typed in ["İstanbul", "ǅ", "ẞ", "K", "ΑΣ", "\u{1f88}", "ﷺ"] {
        let once = name(typed);
        assert_eq!(name(&once), once, "{typed}");
    }
}

#[test]
fn spaces_are_part_of_a_name() {
    assert_eq!(name(" alice "), " alice ");
    assert_ne!(Username::new("alice"), Username::new("alice "));
}

#[test]
fn a_name_has_1_to_80_characters_and_no_control_character() {
    assert!(Username::new(&"é".repeat(80)).is_ok());
    for typed in [
        "",
        &"x".repeat(81),
        &"ﷺ".repeat(5),
        "a\0b",
        "a\r\nb",
        "a\u{7f}",
        "a\u{85}",
    ] {
        assert_eq!(Username::new(typed), Err(UsernameNotUsable), "{typed:?}");
    }
    assert_eq!(
        Username::new(&"x".repeat(1_000_000)),
        Err(UsernameNotUsable)
    );
}

#[test]
fn the_key_is_short_enough_for_kv() {
    let longest = Username::new(&"\u{10400}".repeat(80)).unwrap();
    assert!(longest.record_key().len() <= 512);
}

#[test]
fn a_name_that_is_read_from_json_is_normalized_or_refused() {
    let read = |json: &str| serde_json::from_str::<Username>(json);
    assert_eq!(read(r#""\uff21lice""#).unwrap().as_str(), "alice");
    let alice = Username::new("alice").unwrap();
    assert_eq!(serde_json::to_string(&alice).unwrap(), r#""alice""#);
    for json in ["null", "1", "[]", r#""""#, r#""a\u0000""#] {
        assert!(read(json).is_err(), "{json}");
    }
    let long = format!("\"{}\"", "x".repeat(81));
    assert!(read(&long).is_err());
}

#[test]
fn every_code_point_has_the_form_that_unicode_normalization_gives_it() {
    use unicode_normalization::UnicodeNormalization as _;
    // The second list is long enough for every kind of character.
    let all = ('\u{0}'..=char::MAX).filter(|c| !c.is_control());
    let alone = all.clone().map(String::from);
    let beside_marks = all.step_by(17).map(|c| format!("{c}\u{327}\u{302}"));
    for typed in alone.chain(beside_marks) {
        let folded = typed.nfkc().collect::<String>().to_lowercase();
        let expected: String = folded.nfkc().collect();
        let found = Username::new(&typed).map(|name| name.as_str().to_owned());
        assert_eq!(found, Ok(expected), "{}", typed.escape_unicode());
    }
}
