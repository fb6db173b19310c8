//! Whom a request is from, behind any number of proxies that the owner trusts.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a request comes from; `None` when the server does not say who is connected.
pub fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(behind_proxies(peer.ip(), headers, trusted))
}

/// The rightmost address that no trusted proxy has: what stands left of it, anyone could have written.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = peer.to_canonical();
    for named in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(&client) {
            break;
        }
        let Ok(address) = named.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let headers =
            forwarded.iter().map(|line| (FORWARDED_FOR.parse().expect("a name"), line.parse().expect("a value")));
        behind_proxies(peer.parse().expect("an address"), &headers.collect(), &trusted).to_string()
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
}
