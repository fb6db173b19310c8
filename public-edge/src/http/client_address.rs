//! Whom a request is from, behind any number of proxies that the owner trusts.

use std::net::IpAddr;

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use patient_listener::{Peer, forwarded};

/// The address that a request comes from; `None` when the server does not say who is connected.
pub fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let Peer(peer) = extensions.get::<Peer>()?;
    Some(forwarded::client_address(peer.ip(), headers, trusted))
}
