use portcullis::account::{Phone, PhoneNotUsable};

#[test]
fn a_number_is_stored_as_it_was_typed() {
    for typed in ["", " +44 (20) 7946-0000 ", "０２０", &"é".repeat(40)] {
        assert_eq!(Phone::new(typed).unwrap().as_str(), typed);
    }
}

#[test]
fn a_number_has_at_most_40_characters_and_no_control_character() {
    for typed in [&*"é".repeat(41), "1\n", "\0", "1\u{7f}", "\u{85}"] {
        assert_eq!(Phone::new(typed), Err(PhoneNotUsable), "{typed:?}");
    }
}
