use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::ClientAddress;

/// Where a session began, in a coarse form: enough for its user to recognize
/// it, too little to follow anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDescription {
    /// The browser and the system, such as `Firefox on Windows`; `unknown` for
    /// a program that is not known.
    pub agent: String,
    /// The network: the /24 of an IPv4 address, the /48 of an IPv6 address.
    pub network: String,
}

/// The names to look for in a `User-Agent`, in this order: the later ones
/// stand in the text of the earlier ones as well.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl ClientDescription {
    /// Describes a client by its `User-Agent` header and its address. Nothing
    /// of the header's text is kept.
    #[must_use]
    pub fn new(user_agent: &str, address: ClientAddress) -> Self {
        let find = |names: &[(&str, &'static str)]| {
            let found = names.iter().find(|(part, _)| user_agent.contains(part));
            found.map(|(_, name)| *name)
        };
        let agent = match (find(&BROWSERS), find(&SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.into(),
            (None, None) => "unknown".into(),
        };
        Self {
            agent,
            network: address.network(),
        }
    }
}

impl ClientAddress {
    /// The network of the address: the /24 of an IPv4 address, the /48 of an
    /// IPv6 address, `unknown` where there is no address.
    #[must_use]
    pub fn network(self) -> String {
        match self.ip() {
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
            None => "unknown".into(),
        }
    }
}
