//! Parses settings. Each error says what to write instead.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use crate::domain::text::{Field, TextError};

/// Where to listen: an address and a port, `localhost` and a port, or a port alone, which means all networks.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let port =
        |port: &str| port.parse::<u16>().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()));
    let alone = port(text.strip_prefix(':').unwrap_or(text)).map(|port| (Ipv4Addr::UNSPECIFIED, port).into());
    let local =
        || text.strip_prefix("localhost:").and_then(port).map(|port| (Ipv4Addr::LOCALHOST, port).into());
    alone.or_else(local).or_else(|| text.parse().ok()).ok_or_else(|| {
        "write an address and a port, such as 127.0.0.1:3000 or localhost:3000; for all networks write 0.0.0.0:3000, \
         :3000 or 3000"
            .to_owned()
    })
}

/// The origin of pages that may connect, as a browser sends it, or `*` for all.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    // `null` is the origin of pages without a host, such as files. An empty entry between two commas is allowed and
    // matches nothing.
    if matches!(text, "" | "*" | "null") {
        return Ok(text.to_owned());
    }
    let Some((scheme, host)) = text.split_once("://") else {
        return Err(format!("an origin starts with a scheme: write https://{text} (or http://{text})"));
    };
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('*') {
        return Err("an origin cannot contain *: name each origin, or write * alone for all".to_owned());
    }
    let url =
        Url::parse(text).ok().filter(|url| url.host_str().is_some_and(is_host) && url.username().is_empty());
    match url {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "{scheme}://{host} is not a valid origin: write origins like https://club.example, separated by commas"
        )),
    }
}

/// Whether this can be the host of a page. The URL parser accepts more.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c))
}

/// The application's name.
pub(super) fn app_name(text: &str) -> Result<String, TextError> {
    Field::APP.check(text).map(|()| text.to_owned()).map_err(|error| error.error)
}

/// The name of a service token.
pub(super) fn token_name(text: &str) -> Result<String, TextError> {
    Field::TOKEN.check(text).map(|()| text.to_owned()).map_err(|error| error.error)
}

/// A number above zero.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n > 0.0)
        .ok_or_else(|| "must be a number above 0".into())
}

/// A whole number from 1, bounded so that sums and products with it cannot overflow.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    from_one_to(1_000_000_000, text)
}

/// Packets kept in memory for each client that does not read.
pub(super) fn queue_size(text: &str) -> Result<usize, String> {
    from_one_to(65_536, text)
}

fn from_one_to(most: usize, text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("must be a whole number from 1 to {most}"))
}

/// A time above zero, up to a hundred years.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| format!("{error}; write it like 120s"))?;
    if duration.is_zero() || duration > Duration::from_hours(100 * 366 * 24) {
        return Err("must be above 0, and at most a hundred years".into());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_to_listen_on_is_written_in_the_ways_that_people_write_it() {
        for (text, address) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("[::1]:3000", "[::1]:3000"),
            ("localhost:3000", "127.0.0.1:3000"),
            (":3000", "0.0.0.0:3000"),
            ("3000", "0.0.0.0:3000"),
            ("0", "0.0.0.0:0"),
        ] {
            assert_eq!(listen_address(text), Ok(address.parse().unwrap()), "{text}");
        }
        for text in
            ["", ":", "localhost", "localhost:", "127.0.0.1", "70000", "+1", ":-1", "3000 ", "example.org:80"]
        {
            let error = listen_address(text).unwrap_err();
            assert!(error.contains("127.0.0.1:3000") && error.contains(":3000"), "{text}: {error}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for text in [
            "",
            "*",
            "null",
            "https://club.example",
            "https://club.example/",
            "HTTPS://Club.example:443",
            "http://localhost:5173",
            "http://[::1]:3000",
            "https://büro.example",
            "capacitor://localhost",
            "chrome-extension://abcdefgh",
            " https://club.example ",
        ] {
            assert_eq!(origin(text), Ok(text.trim().to_owned()), "{text}");
        }
        for (text, instead) in [
            ("club.example", "https://club.example"),
            ("localhost:5173", "http://localhost:5173"),
            ("//club.example", "https:"),
            ("https://*.club.example", "name each origin"),
            ("*.club.example", "https:"),
            ("https://a.example https://b.example", "commas"),
            ("https://a.example;https://b.example", "commas"),
            ("https://", "https://club.example"),
            ("file:///index.html", "https://club.example"),
            ("https://ann@club.example", "https://club.example"),
            ("https://club.example:70000", "https://club.example"),
        ] {
            let error = origin(text).unwrap_err();
            assert!(error.contains(instead), "{text}: {error}");
        }
    }
}
