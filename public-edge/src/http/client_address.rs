//! Whom a request is from, behind any number of proxies that the owner trusts.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use patient_listener::forwarded;

/// The address that a request comes from; `None` when the server does not say who is connected.
pub fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(forwarded::client_address(peer.ip(), headers, trusted))
}
