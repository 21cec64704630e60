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

    /// The address as an account's object knows it: keyed hashes of it and the
    /// username, so that no address is stored, and none can be tried out. With
    /// another secret, all addresses are new ones.
    #[must_use]
    pub fn id_for(self, username: &Username, secret: &[u8]) -> ClientId {
        let hash = |network: &str| keyed_hash(secret, username.as_str(), network);
        ClientId {
            address: hash(&self.key()),
            networks: self
                .networks()
                .iter()
                .map(|network| hash(network))
                .collect(),
        }
    }

    /// The address as the counter of failures across accounts knows it.
    #[must_use]
    pub fn across_accounts(self, secret: &[u8]) -> AddressId {
        AddressId(keyed_hash(secret, "", &self.key()))
    }

    /// The /56 and the /48 of an IPv6 address. One customer may have either.
    fn networks(self) -> Vec<String> {
        let Some(IpAddr::V6(v6)) = self.0 else {
            return Vec::new();
        };
        let [a, b, c, d, ..] = v6.segments();
        let network = |fourth: u16| Ipv6Addr::new(a, b, c, fourth, 0, 0, 0, 0);
        vec![
            format!("{}/56", network(d & 0xff00)),
            format!("{}/48", network(0)),
        ]
    }
}

/// The first 128 bits of a hash of a username, empty for all accounts, and an
/// address or a network.
fn keyed_hash(secret: &[u8], username: &str, address: &str) -> Octets<16> {
    let key = Sha256::new()
        .chain_update(b"portcullis client addresses\0")
        .chain_update(secret)
        .finalize();
    let hash = Sha256::new()
        .chain_update(key)
        .chain_update(username)
        .chain_update([0])
        .chain_update(address)
        .finalize();
    Octets::first_of(hash)
}

fn first_half(address: Ipv6Addr) -> Ipv6Addr {
    let [a, b, c, d, ..] = address.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// A client's address, and the networks it is in, as one account knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientId {
    #[serde(rename = "a")]
    address: Octets<16>,
    /// The /56 and the /48 of an IPv6 address, in this order.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    networks: Vec<Octets<16>>,
}

impl ClientId {
    /// Whether both are one address.
    pub(super) fn is_address(&self, other: &Self) -> bool {
        self.address == other.address
    }

    /// Whether both are in one network of this rank: 0 for the /56, 1 for the
    /// /48. An IPv4 address is in no network.
    pub(super) fn shares_network(&self, other: &Self, rank: usize) -> bool {
        let network = self.networks.get(rank);
        network.is_some() && network == other.networks.get(rank)
    }

    /// The address alone, which is all that is remembered of a known one.
    pub(super) fn without_networks(&self) -> Self {
        Self {
            address: self.address.clone(),
            networks: Vec::new(),
        }
    }
}

/// A client's address as the counter of failures across accounts knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressId(Octets<16>);

impl AddressId {
    /// Which of `shards` counters counts the address.
    #[must_use]
    pub fn shard(&self, shards: u8) -> u8 {
        let [first, ..] = self.0.0;
        first.checked_rem(shards).unwrap_or_default()
    }
}
