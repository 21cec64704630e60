use portcullis::account::{NotRefreshToken, UnverifiedRefreshToken};

use crate::support::*;

const SESSION: &str = "AQEBAQEBAQEBAQEBAQEBAQ";
const SECRET_TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

fn token(name: &str, number: &str) -> String {
    format!("{}.{SESSION}.{number}.{SECRET_TEXT}", base64url(name))
}

fn parse(text: &str) -> Result<UnverifiedRefreshToken, NotRefreshToken> {
    UnverifiedRefreshToken::parse(text)
}

#[test]
fn a_token_names_its_user_and_its_session_and_is_written_as_it_was_read() {
    for (name, number) in [
        ("alice", 0),
        ("alice", 1),
        ("zo\u{eb} \u{10400}".to_lowercase().as_str(), u32::MAX),
        ("a.b", 1001),
        (&"\u{1f512}".repeat(80), 12),
    ] {
        let text = token(name, &number.to_string());
        let read = parse(&text).unwrap();
        assert_eq!(read.username.as_str(), name);
        assert_eq!(read.claim.session.to_string(), SESSION);
        assert_eq!(read.claim.number, number);
        assert_eq!(read.to_string(), text);
    }
}

#[test]
fn a_text_that_is_not_in_canonical_form_is_not_a_refresh_token() {
    let right = token("alice", "1");
    assert!(parse(&right).is_ok());
    let name = base64url("alice");
    let (long, cut) = (format!("{right}A"), &right[..right.len() - 1]);
    for wrong in [
        "",
        ".",
        "...",
        "a.b.c.d",
        &format!("{right}."),
        &format!(".{right}"),
        &format!("{right} "),
        &format!(" {right}"),
        &format!("{right}="),
        &long,
        cut,
        // Trailing bits.
        &right.replace("Bwc.", "Bwd."),
        &format!("{name}.{SESSION}.1.{}d", &SECRET_TEXT[..42]),
        &format!("{name}.{}R.1.{SECRET_TEXT}", &SESSION[..21]),
        // Numbers.
        &token("alice", "01"),
        &token("alice", "+1"),
        &token("alice", "-1"),
        &token("alice", ""),
        &token("alice", "1.0"),
        &token("alice", "4294967296"),
        // Names.
        &token("", "1"),
        &token("Alice", "1"),
        &token("\u{fb01}n", "1"),
        &token("a\0", "1"),
        &token(&"x".repeat(81), "1"),
        &format!("{}.{SESSION}.1.{SECRET_TEXT}", base64url([0xff])),
        // Parts of other lengths.
        &format!("{name}.{SECRET_TEXT}.1.{SESSION}"),
        &format!("{name}.{SESSION}.1"),
        // A JWT.
        &claims("{}"),
        &"A".repeat(1_000_000),
        &".".repeat(1_000_000),
    ] {
        if *wrong != right {
            assert!(parse(wrong).is_err(), "{wrong:.100}");
        }
    }
}

#[test]
fn the_longest_token_fits() {
    let longest = token(&"\u{10ffff}".repeat(80), &u32::MAX.to_string());
    // The name's 427 characters, three dots, 22, 10 and 43.
    assert_eq!(longest.len(), 505);
    assert!(longest.len() <= UnverifiedRefreshToken::MAX_LENGTH);
    assert!(parse(&longest).is_ok());
}

#[test]
fn debug_output_does_not_contain_the_secret() {
    let shown = format!("{:?}", parse(&token("alice", "1")).unwrap());
    assert!(shown.contains(SESSION));
    assert!(
        !shown.contains(SECRET_TEXT) && !shown.contains("7, 7"),
        "{shown}"
    );
}
