use portcullis::account::ClientDescription;

fn agent(user_agent: &str) -> String {
    ClientDescription::new(user_agent, "").agent
}

fn network(address: &str) -> String {
    ClientDescription::new("", address).network
}

#[test]
fn a_user_agent_is_described_by_its_browser_and_its_system() {
    for (user_agent, expected) in [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1",
            "Chrome on iOS",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox on Android",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.14.1", "curl"),
        ("Something (Windows)", "Windows"),
    ] {
        assert_eq!(agent(user_agent), expected, "{user_agent}");
    }
}

#[test]
fn no_text_of_a_user_agent_is_stored() {
    for user_agent in ["", "<script>", "my-secret-tool/1.0", "\0", "ünknown"] {
        assert_eq!(agent(user_agent), "unknown");
    }
    assert_eq!(agent(&"curl/".repeat(100_000)), "curl");
}

#[test]
fn a_network_is_the_24_of_an_ipv4_address_and_the_48_of_an_ipv6_address() {
    for (address, expected) in [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:abcd:12:34::1", "2001:db8:abcd::/48"),
        ("::1", "::/48"),
        ("no address", "unknown"),
    ] {
        assert_eq!(network(address), expected, "{address}");
    }
}
