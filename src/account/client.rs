use core::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Username;
use super::octets::Octets;

/// Where a request comes from: an IPv4 address, or the /64 of an IPv6 address,
/// since whoever has one address of it has all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// Reads an address as text. All that is none counts as one and the same.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.trim().parse().ok().map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6(first_half(v6)),
            },
        }))
    }

    /// The address as a key to count by.
    #[must_use]
    pub fn key(self) -> String {
        self.0
            .map_or_else(|| String::from("unknown"), |address| address.to_string())
    }

    /// As an account's object knows it: a keyed hash of it and the username, so
    /// that no address is stored, and none can be tried out. With another
    /// secret, all addresses are new ones.
    #[must_use]
    pub fn of(self, username: &Username, secret: &[u8]) -> ClientId {
        let key = Sha256::new()
            .chain_update(b"portcullis client addresses\0")
            .chain_update(secret)
            .finalize();
        let hash = Sha256::new()
            .chain_update(key)
            .chain_update(username.as_str())
            .chain_update([0])
            .chain_update(self.key())
            .finalize();
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        ClientId(Octets(id))
    }
}

fn first_half(address: Ipv6Addr) -> Ipv6Addr {
    let [a, b, c, d, ..] = address.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// A client's address as one account knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(Octets<16>);
