//! Which addresses may be asked: those of the public internet. What an answer names, or a name resolves to, must not lead
//! into the owner's own network.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// What stands before an IPv4 address behind NAT64.
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// An address that is not asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{host} is not in the public internet")]
pub(super) struct NotPublic {
    /// The name or the address.
    pub(super) host: String,
}

/// Resolves names, and refuses one as soon as any of its addresses is not public. What it answers is connected to.
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if let Some(inside) = found.iter().find(|address| !is_public(address.ip())) {
                let host = format!("{} ({})", name.as_str(), inside.ip());
                return Err(io::Error::other(NotPublic { host }).into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// Refuses what is not http, and an address that is not public; a name is told by [`PublicResolver`].
pub(super) fn check(url: &Url) -> Result<(), NotPublic> {
    let is_fine = match url.host() {
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    };
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_fine && is_http { Ok(()) } else { Err(NotPublic { host: url.host_str().unwrap_or(url.scheme()).to_owned() }) }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_special =
        (a == 192 && b == 0 && c == 0) || (a == 192 && b == 88 && c == 99) || (a == 198 && (b == 18 || b == 19));
    let is_own = address.is_private() || address.is_loopback() || address.is_link_local() || is_shared;
    !(is_own || is_special || address.is_documentation() || a == 0 || a >= 224)
}

/// Of the global range, without what stands for IPv4 addresses or is set apart. Behind NAT64 the address inside tells.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if address.segments()[..6] == NAT64 {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let [first, second, ..] = address.segments();
    let is_special = match first {
        0x2001 => second < 0x200 || second == 0xdb8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    first & 0xe000 == 0x2000 && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str) -> bool {
        check(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn only_the_public_internet_is_asked() {
        for inside in [
            "http://127.0.0.1/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://198.18.0.1/",
            "http://192.0.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::]/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[fd12::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://[::7f00:1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[64:ff9b:1::1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001::1]/",
            "http://[2001:db8::1]/",
            "http://[ff02::1]/",
            "ftp://8.8.8.8/",
            "file:///etc/passwd",
        ] {
            assert!(!checked(inside), "{inside}");
        }
        for outside in [
            "https://8.8.8.8/",
            "http://100.63.0.1/",
            "http://172.32.0.1/",
            "https://[2a00:1450:4001::1]/",
            "http://[64:ff9b::808:808]/",
        ] {
            assert!(checked(outside), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_name_is_refused_by_what_it_resolves_to() {
        let refused = PublicResolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(
            refused.to_string().contains("localhost (") && refused.to_string().contains("not in the public internet")
        );
    }
}
