//! WebSocket subprotocols (RFC 6455 section 1.9). The server defines none, but a browser fails a connection
//! if it offered some and none was selected. So the first one is selected, as by the reference server.

use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

/// The first offered subprotocol that is a valid token (RFC 9110 section 5.6.2).
pub fn first_offered(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|line| line.to_str().ok());
    let mut offered = lines.flat_map(|line| line.split(',')).map(str::trim);
    offered.find(|name| is_token(name)).and_then(|name| HeaderValue::from_str(name).ok())
}

/// Adds the selected subprotocol to a successful handshake response.
pub fn with_selected<B>(mut response: Response<B>, selected: Option<HeaderValue>) -> Response<B> {
    if let Some(selected) = selected.filter(|_| response.status() == StatusCode::SWITCHING_PROTOCOLS) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, selected);
    }
    response
}

fn is_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_of_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_valid_token_is_selected() {
        for (lines, selected) in [
            (&["x"] as &[&'static str], Some("x")),
            (&["a/b, v1.json , y"], Some("v1.json")),
            (&["", "second"], Some("second")),
            (&["not a token,"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(line));
            }
            assert_eq!(first_offered(&headers), selected.map(HeaderValue::from_static), "{lines:?}");
        }
    }
}
