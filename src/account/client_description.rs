//! A coarse description of a client.

use serde::{Deserialize, Serialize};

use super::LogAddress;

/// A coarse description of the client that began a session: enough for the user to
/// recognize the session, too little to track a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDescription {
    /// The browser and the system, for example `Firefox on Windows`; `unknown`
    /// for other programs.
    pub agent: String,
    /// The network, shortened as in [`LogAddress`]; `unknown` if there is no
    /// address.
    pub network: String,
}

/// Pairs of a text to search for in a `User-Agent` and the browser's name. The order
/// matters: the header of a browser also contains texts that come later in this list.
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
/// The same for the operating system.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl ClientDescription {
    /// Describes a client by its `User-Agent` header and the text of its
    /// address. No part of the header is stored.
    #[must_use]
    pub fn new(user_agent: &str, address: &str) -> Self {
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
            network: LogAddress::parse(address, false)
                .map_or_else(|| "unknown".into(), |network| network.to_string()),
        }
    }
}
