//! base64url as part of a token, compared with the base64 crate.

use portcullis::token::UnverifiedToken;
use proptest::prelude::*;

use super::base64url_decode;
use crate::support::*;

proptest! {
    #[test]
    fn only_canonical_base64url_is_accepted(
        text in prop_oneof![
            any::<Vec<u8>>().prop_map(base64url),
            "[A-Za-z0-9_-]{0,24}",
            "[A-Za-z0-9_+/=-]{0,9}",
            "[A-Za-z0-9_-]{0,5}[ \t\r\n\u{0}=é][A-Za-z0-9_-]{0,5}",
        ]
    ) {
        let token = format!("{}.{}.{text}", base64url(HEADER), base64url("{}"));
        prop_assert_eq!(UnverifiedToken::parse(&token).is_ok(), base64url_decode(&text).is_some());
        // The same with content that the verifier parses.
        for token in [format!("{text}.e30."), format!("{}.{text}.", base64url(HEADER))] {
            if let Ok(parsed) = UnverifiedToken::parse(&token) {
                let json = parsed.json();
                let again = format!("{}.{}.", base64url(json.header()), base64url(json.claims()));
                prop_assert_eq!(again, token);
            }
        }
    }

    #[test]
    fn all_of_what_is_encoded_is_decoded(filling in "[\u{20}-\u{7e}&&[^\"\\\\]]{0,200}") {
        let payload = format!("{{\"x\":\"{filling}\"}}");
        let token = claims(&payload);
        let parsed = UnverifiedToken::parse(&token).unwrap();
        prop_assert_eq!(parsed.json().claims(), payload);
    }
}
