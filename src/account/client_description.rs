use serde::{Deserialize, Serialize};

use super::LogAddress;

/// Where a session began, in a coarse form: enough for its user to recognize
/// it, too little to follow anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDescription {
    /// The browser and the system, such as `Firefox on Windows`; `unknown` for
    /// a program that is not known.
    pub agent: String,
    /// The network as [`LogAddress`] shortens an address; `unknown` where there
    /// is no address.
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
    /// Describes a client by its `User-Agent` header and the text of its
    /// address. Nothing of the header's text is kept.
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
