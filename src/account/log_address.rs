//! Client addresses in the log.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A client's address as it appears in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogAddress {
    address: IpAddr,
    /// The length of the network prefix; `None` for the whole address.
    prefix: Option<u8>,
}

impl LogAddress {
    /// Reads an address. Unless `whole` is set, shortens the address to its network: an
    /// IPv4 /24 or an IPv6 /48. `None` if the text is not an address.
    #[must_use]
    pub fn parse(text: &str, whole: bool) -> Option<Self> {
        let address: IpAddr = text.trim().parse().ok()?;
        let address = address.to_canonical();
        Some(if whole {
            Self {
                address,
                prefix: None,
            }
        } else {
            Self::network(address)
        })
    }

    fn network(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self {
                    address: Ipv4Addr::new(a, b, c, 0).into(),
                    prefix: Some(24),
                }
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                Self {
                    address: Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into(),
                    prefix: Some(48),
                }
            }
        }
    }
}

/// Writes the network, for example `192.0.2.0/24`, or the whole address.
impl fmt::Display for LogAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        match self.prefix {
            Some(prefix) => write!(f, "/{prefix}"),
            None => Ok(()),
        }
    }
}
