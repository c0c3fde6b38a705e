//! How far notifications may go: which endpoints may subscribe, and which addresses they may lead to.
//!
//! A URL is any caller's to name, and the server's to ask: so it is asked only where a stranger could ask too, unless the operator says
//! otherwise. The name of a host is resolved each time, and what it resolves to is what counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

/// Which endpoints of HTTP and HTTPS there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// None.
    Nothing,
    /// Those at public addresses.
    #[default]
    Public,
    /// Any, also of this machine and its network.
    Anything,
}

impl Reach {
    /// Whether an endpoint may subscribe; otherwise why not.
    pub fn check(self, protocol: &str, url: &str) -> Result<(), String> {
        let uri: Uri = url.parse().map_err(|_| "Endpoint must be a URL".to_owned())?;
        if self == Self::Nothing {
            return Err("Endpoint: this server notifies no endpoints, only queues (see --sns-endpoints)".to_owned());
        }
        if uri.scheme_str() != Some(protocol) {
            return Err("Endpoint must match the specified protocol".to_owned());
        }
        let Some(host) = uri.host() else { return Err("Endpoint has no host".to_owned()) };
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !self.allows(address) => Err("Unreachable endpoint: the address is not public".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether this address may be asked.
    pub fn allows(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Nothing, _) => false,
            (Self::Anything, _) => true,
            (Self::Public, IpAddr::V4(address)) => is_public_v4(address),
            (Self::Public, IpAddr::V6(address)) => is_public_v6(address),
        }
    }
}

/// From IANA's registry of special addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(address) = address.to_ipv4_mapped() {
        return is_public_v4(address);
    }
    let [first, second, ..] = address.segments();
    // 2000::/3 is what is given out; of it, tunnels that lead to any IPv4 address, and examples, are left out.
    first & 0xe000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second == 0 || second == 0xdb8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_asked_unless_told_otherwise() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("fe80::1", false),
            ("fd00:ec2::254", false),
            ("2002:7f00:1::", false),
            ("2606:4700::1", true),
        ] {
            let parsed: IpAddr = address.parse().expect("an address");
            assert_eq!(Reach::Public.allows(parsed), public, "{address}");
            assert!(Reach::Anything.allows(parsed) && !Reach::Nothing.allows(parsed));
        }
    }

    #[test]
    fn endpoints_are_urls_of_their_protocol() {
        assert!(Reach::Public.check("https", "https://example.com/x").is_ok());
        for (protocol, url) in [
            ("https", "http://example.com/"),
            ("http", "http://127.0.0.1/"),
            ("http", "http://[::1]:80/"),
            ("http", "no url"),
            ("http", "/path"),
        ] {
            assert!(Reach::Public.check(protocol, url).is_err(), "{url}");
        }
        assert!(Reach::Anything.check("http", "http://127.0.0.1:8080/").is_ok());
        assert!(Reach::Nothing.check("https", "https://example.com/").is_err());
    }
}
