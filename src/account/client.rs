//! Client addresses and their keyed hashes.

use core::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Username;
use super::octets::Octets;

/// The address of a client: an IPv4 address, or the /64 of an IPv6 address, because
/// a client with one address of a /64 usually has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// Reads an address. Every text that is not an address becomes the same "unknown"
    /// address.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.trim().parse().ok().map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6(network_64(v6)),
            },
        }))
    }

    /// The address as text, for example as the key of a rate limiter.
    #[must_use]
    pub fn key(self) -> String {
        self.0
            .map_or_else(|| String::from("unknown"), |address| address.to_string())
    }

    /// The address as an account's object stores it: keyed hashes of the address
    /// and the username. Nobody who reads the storage can find out an address, or test
    /// a guessed address without the secret. If the secret changes, no address is known
    /// any more.
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

    /// The address as the counter of failures across accounts stores it.
    #[must_use]
    pub fn across_accounts(self, secret: &[u8]) -> AddressId {
        AddressId(keyed_hash(secret, "", &self.key()))
    }

    /// The /56 and the /48 of an IPv6 address: a provider may give a customer one or
    /// the other.
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

/// The first 128 bits of a keyed hash of a username and an address or a network.
/// `username` is empty for the counter of failures across accounts.
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

/// The /64 of an address: the first 64 bits, then zeros.
fn network_64(address: Ipv6Addr) -> Ipv6Addr {
    let [a, b, c, d, ..] = address.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// A client's address and its networks, hashed for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientId {
    #[serde(rename = "a")]
    address: Octets<16>,
    /// The /56 and the /48 of an IPv6 address, in this order.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    networks: Vec<Octets<16>>,
}

impl ClientId {
    /// Whether both have the same address.
    pub(super) fn is_address(&self, other: &Self) -> bool {
        self.address == other.address
    }

    /// Whether both are in the same network. `rank` 0 compares the /56, `rank` 1 the
    /// /48. IPv4 addresses share no network.
    pub(super) fn shares_network(&self, other: &Self, rank: usize) -> bool {
        let network = self.networks.get(rank);
        network.is_some() && network == other.networks.get(rank)
    }

    /// The address without its networks. Used for a known address, of which only the
    /// address itself is compared.
    pub(super) fn without_networks(&self) -> Self {
        Self {
            address: self.address.clone(),
            networks: Vec::new(),
        }
    }
}

/// A client's address, hashed for the counter of failures across accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressId(Octets<16>);

impl AddressId {
    /// The index of the counter, below `shards`, that counts the address.
    #[must_use]
    pub fn shard(&self, shards: u8) -> u8 {
        let [first, ..] = self.0.0;
        first.checked_rem(shards).unwrap_or_default()
    }
}
