use portcullis::account::{ClientAddress, Username};

fn key(text: &str) -> String {
    ClientAddress::parse(text).key()
}

#[test]
fn an_ipv4_address_counts_alone() {
    assert_eq!(key("192.0.2.1"), "192.0.2.1");
    assert_eq!(key(" 192.0.2.1 "), "192.0.2.1");
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
}

#[test]
fn an_ipv6_address_counts_as_its_64() {
    for text in [
        "2001:db8:1:2::",
        "2001:db8:1:2:3:4:5:6",
        "2001:0DB8:0001:0002:ffff:ffff:ffff:ffff",
        "2001:db8:1:2::192.0.2.1",
    ] {
        assert_eq!(key(text), "2001:db8:1:2::", "{text}");
    }
    assert_ne!(key("2001:db8:1:3::1"), key("2001:db8:1:2::1"));
    assert_eq!(key("::1"), "::");
}

#[test]
fn an_ipv4_address_is_the_same_in_its_ipv6_form() {
    assert_eq!(key("::ffff:192.0.2.1"), "192.0.2.1");
    assert_eq!(key("::FFFF:c000:201"), "192.0.2.1");
    // These addresses are not mapped addresses. If they counted as such, a client would have any number of them.
    assert_eq!(key("::fffe:192.0.2.1"), "::");
}

#[test]
fn all_texts_that_are_not_addresses_count_as_one_address() {
    for text in [
        "",
        "unknown",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.01",
        "192.0.2.1, 192.0.2.2",
        "192.0.2.1:80",
        "[2001:db8::1]",
        "fe80::1%eth0",
        "2001:db8::1/64",
        "1".repeat(100_000).as_str(),
        "\0",
    ] {
        assert_eq!(key(text), "unknown", "{text:.20}");
    }
}

fn known_as(name: &str, text: &str) -> String {
    let username = Username::new(name).unwrap();
    serde_json::to_string(&ClientAddress::parse(text).id_for(&username, b"secret")).unwrap()
}

#[test]
fn an_account_stores_an_address_as_a_hash_of_its_own() {
    // SHA-256 of the key, "alice", a zero and "192.0.2.1", of which 16 bytes remain; the key is that of
    // "portcullis client addresses", a zero and the secret.
    let expected = r#"{"a":"OXHV_TtjS0-UfTa2QDXA-g"}"#;
    assert_eq!(known_as("alice", "192.0.2.1"), expected);
    assert_eq!(known_as("Alice", "::ffff:192.0.2.1"), expected);
    assert_ne!(known_as("bob", "192.0.2.1"), expected);
    assert_ne!(known_as("alice", "192.0.2.2"), expected);
    let username = Username::new("alice").unwrap();
    let id = ClientAddress::parse("192.0.2.1").id_for(&username, b"secret");
    let shown = format!("{id:?}");
    assert!(
        shown.contains("Octets(_)") && !shown.contains("OXHV"),
        "{shown}"
    );
}

#[test]
fn an_ipv6_address_is_stored_with_its_56_and_its_48() {
    let networks = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(&known_as("alice", text)).unwrap();
        [json["n"][0].clone(), json["n"][1].clone()]
    };
    let one = networks("2001:db8:1:200::1");
    assert!(one.iter().all(serde_json::Value::is_string));
    assert_eq!(networks("2001:db8:1:2ff::1"), one);
    let in_48 = networks("2001:db8:1:300::1");
    assert_ne!(in_48[0], one[0]);
    assert_eq!(in_48[1], one[1]);
    let elsewhere = networks("2001:db8:2:200::1");
    assert_ne!(elsewhere[1], one[1]);
    // The hash of an address does not match the hash of a network.
    assert_ne!(networks("2001:db8:1::1")[0], networks("2001:db8:1::1")[1]);
}
