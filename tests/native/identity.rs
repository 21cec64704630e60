use portcullis::account::{IdentityKeys, LogAddress};

use crate::support::*;

fn three(keys: &IdentityKeys) -> [String; 3] {
    [keys.client_addresses(), keys.log_names(), keys.stand_ins()].map(base64url)
}

#[test]
fn each_use_has_its_own_key_by_its_label() {
    // printf 'portcullis log names' | openssl sha256 -hmac secret -binary | basenc --base64url
    let keys = three(&IdentityKeys::from_secret(b"secret"));
    assert_eq!(
        keys,
        [
            "cMPPHJrwAfjPyEDqYBiL9ANV4yyianupzY1e0x1HYqM",
            "SiEtdtViygk4TyVYwxski1mjR9QE7VZGjCclNubnGmo",
            "tm4gbWZ0wSb9ofLymd_smnlNVowqz3_YNLdj-2vMVvs",
        ]
    );
}

#[test]
fn keys_derived_from_a_signing_key_differ_from_those_of_a_secret_with_the_same_text() {
    let derived = three(&IdentityKeys::derived_from(b"secret"));
    let own = three(&IdentityKeys::from_secret(b"secret"));
    assert!(derived.iter().all(|key| !own.contains(key)));
    // The secret is the HMAC of "portcullis identity secret".
    assert_eq!(derived[1], "_jSjoXB0mhtduI-99-RbIsMMzm3fWfyYGrAECvTEvr8");
    assert_ne!(derived, three(&IdentityKeys::derived_from(b"Secret")));
}

#[test]
fn debug_output_contains_no_identity_key() {
    let shown = format!("{:?}", IdentityKeys::from_secret(b"secret"));
    assert_eq!(shown, "IdentityKeys(_)");
}

#[test]
fn the_log_contains_a_clients_network_or_the_whole_address_if_configured() {
    let shown = |text: &str, whole| LogAddress::parse(text, whole).map(|shown| shown.to_string());
    for (text, network, whole) in [
        ("192.0.2.129", "192.0.2.0/24", "192.0.2.129"),
        (" ::ffff:192.0.2.129 ", "192.0.2.0/24", "192.0.2.129"),
        (
            "2001:DB8:1:2:3:4:5:6",
            "2001:db8:1::/48",
            "2001:db8:1:2:3:4:5:6",
        ),
        ("::1", "::/48", "::1"),
    ] {
        assert_eq!(shown(text, false).as_deref(), Some(network));
        assert_eq!(shown(text, true).as_deref(), Some(whole));
    }
    for text in [
        "",
        "unknown",
        "192.0.2",
        "192.0.2.1\",\"x\":\"",
        "fe80::1%eth0",
    ] {
        assert_eq!(shown(text, false), None, "{text}");
        assert_eq!(shown(text, true), None, "{text}");
    }
}
