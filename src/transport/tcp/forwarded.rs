//! The client's address behind a trusted proxy (`X-Forwarded-For`).

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, Request};

use super::peer::Peer;

/// Sets the client's address from a trusted proxy's header. The listener does this for every request.
pub fn locate<B>(request: &mut Request<B>) {
    let forwarded = forwarded_for(request.headers());
    if let (Some(ip), Some(peer)) = (forwarded, request.extensions_mut().get_mut::<Peer>()) {
        peer.ip = ip;
    }
}

/// The rightmost `X-Forwarded-For` entry: the only one that the trusted proxy wrote. It may have a port.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let entry = last.rsplit(',').next()?.trim();
    let with_port = || entry.parse::<SocketAddr>().map(|address| address.ip());
    let bracketed = entry.trim_start_matches('[').trim_end_matches(']');
    bracketed.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_rightmost_entry_is_the_client() {
        for (headers, expected) in [
            (vec!["192.0.2.1"], Some("192.0.2.1")),
            (vec!["203.0.113.9, 192.0.2.1"], Some("192.0.2.1")),
            (vec!["203.0.113.9", "spoofed, 192.0.2.1"], Some("192.0.2.1")),
            (vec!["192.0.2.1:4711"], Some("192.0.2.1")),
            (vec!["[2001:db8::1]:4711"], Some("2001:db8::1")),
            (vec!["2001:db8::1"], Some("2001:db8::1")),
            (vec!["192.0.2.1, unknown"], None),
            (vec![], None),
        ] {
            let mut map = HeaderMap::new();
            for value in &headers {
                map.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            assert_eq!(forwarded_for(&map).map(|ip| ip.to_string()).as_deref(), expected, "{headers:?}");
        }
    }
}
