//! Whom a request is from and how it came, behind any number of proxies that the owner trusts.

use std::net::IpAddr;

use hyper::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The address that a request comes from: the rightmost that no trusted proxy has. What stands left of it, anyone could
/// have written.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = peer.to_canonical();
    for named in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(client, trusted) {
            break;
        }
        let Ok(address) = named.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

/// Whether credentials of a request were read by nobody on their way: it came over loopback or, as a trusted proxy says,
/// over TLS.
pub fn came_unseen(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    client_address(peer, headers, trusted).is_loopback() || came_by_https(peer, headers, trusted)
}

/// Whether a trusted proxy says that the request came to it over TLS. Where several hops are named, each has to.
pub fn came_by_https(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let is_https = |hop: &str| hop.trim().eq_ignore_ascii_case("https");
    let mut lines = headers.get_all(FORWARDED_PROTO).iter().peekable();
    is_trusted(peer.to_canonical(), trusted)
        && lines.peek().is_some()
        && lines.all(|line| line.to_str().is_ok_and(|line| line.split(',').all(is_https)))
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &str, lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (name.parse().expect("a name"), line.parse().expect("a value"))).collect()
    }

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let headers = headers(FORWARDED_FOR, forwarded);
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("1.2.3.4", &["9.9.9.9"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["9.9.9.9"]), "9.9.9.9");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 9.9.9.9, 10.0.0.2"]), "9.9.9.9");
        assert_eq!(client("::ffff:10.0.0.1", &["6.6.6.6", "9.9.9.9"]), "9.9.9.9");
        assert_eq!(client("10.0.0.1", &["9.9.9.9, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_came_over_loopback_or_tls_was_seen_by_nobody() {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let unseen = |peer: &str, line: &str| {
            let headers = headers(FORWARDED_PROTO, &[line]);
            came_unseen(peer.parse().expect("an address"), &headers, &trusted)
        };
        assert!(unseen("127.0.0.1", "http") && unseen("::1", "http") && unseen("10.0.0.1", "https"));
        assert!(!unseen("10.0.0.1", "http") && !unseen("1.2.3.4", "https"));
    }

    #[test]
    fn only_a_trusted_proxy_vouches_for_tls() {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let vouched = |peer: &str, lines: &[&str]| {
            came_by_https(peer.parse().expect("an address"), &headers(FORWARDED_PROTO, lines), &trusted)
        };
        assert!(vouched("10.0.0.1", &["https"]) && vouched("::ffff:10.0.0.1", &["HTTPS, https"]));
        assert!(!vouched("1.2.3.4", &["https"]));
        assert!(!vouched("10.0.0.1", &[]));
        assert!(!vouched("10.0.0.1", &["https", "http"]), "one hop was in the clear");
        assert!(!vouched("10.0.0.1", &["https,http"]) && !vouched("10.0.0.1", &[""]));
    }
}
