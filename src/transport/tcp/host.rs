//! Checks a request's `Host`: there must be exactly one (RFC 9110 section 7.2), and on a loopback address it
//! must not be a name that a foreign page could have chosen (DNS rebinding).

use std::net::IpAddr;

use http::header::HOST;
use http::uri::Authority;
use http::{Request, Version};

use crate::config::NetworkOptions;
use crate::transport::error::{ErrorCode, Failure};

/// The hosts that requests may name.
#[derive(Debug, Clone, Copy)]
pub struct Hosts {
    /// Only IP addresses and `localhost` are allowed. Otherwise a page that resolves its own name to a
    /// loopback address would share an origin with this server, and could read everything.
    local_only: bool,
}

impl Hosts {
    /// The rule for a listener at this address. `ALLOWED_ORIGINS` or `TRUST_PROXY` allows every name.
    pub fn new(listens_at: IpAddr, network: &NetworkOptions) -> Self {
        let is_named = network.trust_proxy || !network.allowed_origins.is_empty();
        Self { local_only: listens_at.to_canonical().is_loopback() && !is_named }
    }

    /// Checks a request.
    ///
    /// # Errors
    /// `bad_request` unless there is exactly one well-formed `Host`; HTTP/1.0 may have none. `forbidden` for a name
    /// that is not allowed here.
    pub fn check<B>(self, request: &Request<B>) -> Result<(), Failure> {
        let mut hosts = request.headers().get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host,
            (None, _) if request.version() < Version::HTTP_11 => {
                return self.check_name(request.uri().host());
            }
            (None, _) => return Err(Failure::bad_request("missing Host header")),
            (Some(_), Some(_)) => return Err(Failure::bad_request("more than one Host header")),
        };
        // A request with an absolute URI names the host there too (RFC 9112 section 3.2.2).
        self.check_name(request.uri().host())?;
        if host.is_empty() {
            return Ok(());
        }
        let host = Authority::try_from(host.as_bytes()).ok().filter(|host| !host.as_str().contains('@'));
        let host = host.ok_or_else(|| Failure::bad_request("invalid Host header"))?;
        self.check_name(Some(host.host()))
    }

    fn check_name(self, name: Option<&str>) -> Result<(), Failure> {
        match name {
            Some(name) if self.local_only && !is_local(name) => Err(Failure::new(
                ErrorCode::Forbidden,
                "a server on a loopback address answers to localhost and IP addresses only; for another host name set \
                 ALLOWED_ORIGINS, or TRUST_PROXY=true behind a proxy",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether this name resolves without DNS.
fn is_local(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error code for a request, if it is refused.
    fn refusal(hosts: Hosts, version: Version, uri: &str, headers: &[&str]) -> Option<ErrorCode> {
        let request = Request::builder().version(version).uri(uri);
        let request = headers.iter().fold(request, |request, host| request.header(HOST, *host));
        hosts.check(&request.body(()).expect("a request")).err().map(|failure| failure.code)
    }

    #[test]
    fn a_request_names_one_host_and_http_1_0_may_name_none() {
        let hosts = Hosts { local_only: false };
        for (version, headers, refused) in [
            (Version::HTTP_11, &["club.example"][..], None),
            (Version::HTTP_11, &["club.example:8443"], None),
            (Version::HTTP_11, &["[2001:db8::1]:80"], None),
            (Version::HTTP_11, &["touchline_any"], None),
            (Version::HTTP_11, &[""], None),
            (Version::HTTP_11, &[], Some(ErrorCode::BadRequest)),
            (Version::HTTP_10, &[], None),
            (Version::HTTP_11, &["a.example", "b.example"], Some(ErrorCode::BadRequest)),
            (Version::HTTP_11, &["a.example", "a.example"], Some(ErrorCode::BadRequest)),
            (Version::HTTP_10, &["a.example", "a.example"], Some(ErrorCode::BadRequest)),
            (Version::HTTP_11, &["a.example/x"], Some(ErrorCode::BadRequest)),
            (Version::HTTP_11, &["me@a.example"], Some(ErrorCode::BadRequest)),
            (Version::HTTP_11, &["a b"], Some(ErrorCode::BadRequest)),
        ] {
            assert_eq!(refusal(hosts, version, "/", headers), refused, "{version:?} {headers:?}");
        }
    }

    #[test]
    fn a_loopback_address_answers_only_to_addresses_and_localhost() {
        let hosts = Hosts { local_only: true };
        for (name, refused) in [
            ("127.0.0.1", None),
            ("127.0.0.1:3000", None),
            ("192.0.2.7", None),
            ("[::1]:3000", None),
            ("localhost", None),
            ("LocalHost:3000", None),
            ("", None),
            ("rebound.example", Some(ErrorCode::Forbidden)),
            ("rebound.example:3000", Some(ErrorCode::Forbidden)),
            ("localhost.rebound.example", Some(ErrorCode::Forbidden)),
            ("127.0.0.1.rebound.example", Some(ErrorCode::Forbidden)),
            ("localhost.", Some(ErrorCode::Forbidden)),
        ] {
            assert_eq!(refusal(hosts, Version::HTTP_11, "/", &[name]), refused, "{name:?}");
        }
        for (uri, refused) in [("http://localhost/", None), ("http://a.example/", Some(ErrorCode::Forbidden))]
        {
            assert_eq!(refusal(hosts, Version::HTTP_11, uri, &["localhost"]), refused, "{uri}");
            assert_eq!(refusal(hosts, Version::HTTP_10, uri, &[]), refused, "{uri}");
        }
    }
}
