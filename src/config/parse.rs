//! Settings that are more than a number or a time, from their text.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

/// Where to listen: an address and a port, `localhost` and a port, or a port alone, which is every network's.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let port =
        |port: &str| port.parse::<u16>().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()));
    let alone = port(text.strip_prefix(':').unwrap_or(text)).map(|port| (Ipv4Addr::UNSPECIFIED, port).into());
    let local =
        || text.strip_prefix("localhost:").and_then(port).map(|port| (Ipv4Addr::LOCALHOST, port).into());
    alone.or_else(local).or_else(|| text.parse().ok()).ok_or_else(|| {
        "write an address and a port, such as 127.0.0.1:3000 or localhost:3000; for every network write 0.0.0.0:3000, \
         :3000 or 3000"
            .to_owned()
    })
}

/// The origin of pages that may connect, as a browser sends it; or `*`, for all.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    // `null` is the origin of pages without a host, such as files. Nothing between two commas names no origin.
    if matches!(text, "" | "*" | "null") {
        return Ok(text.to_owned());
    }
    let Some((scheme, host)) = text.split_once("://") else {
        return Err(format!("an origin begins with a scheme: write https://{text} (or http://{text})"));
    };
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('*') {
        return Err("a part of an origin cannot be *: name each origin, or write * alone for all".to_owned());
    }
    let url =
        Url::parse(text).ok().filter(|url| url.host_str().is_some_and(is_host) && url.username().is_empty());
    match url {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "{scheme}://{host} is not a scheme and a host: write origins like https://club.example, with commas between \
             them"
        )),
    }
}

/// Whether this can be the host of a page. The parser of addresses takes more.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c))
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
