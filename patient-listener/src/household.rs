//! Which addresses count as one client: limits by address must not be undone by having many.

use std::net::{IpAddr, Ipv6Addr};

/// A provider gives a household one IPv4 address, or so many bits of an IPv6 one.
const HOUSEHOLD_BITS: u32 = 64;

/// The address that stands for all of a household.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - HOUSEHOLD_BITS))).into(),
    }
}
