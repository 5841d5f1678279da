//! The token and the implicit `join` that a client sends as it connects.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// The token and the implicit `join` that a client sends as it connects.
#[derive(Debug, Default)]
pub struct Hello {
    /// A session or service token.
    pub token: Option<String>,
    /// The payload of an implicit `join`.
    pub join: Option<Value>,
}

impl Hello {
    /// Reads each field from `auth`, or else from the queries. The token may also come from the
    /// `Authorization` header.
    pub fn read<const N: usize>(auth: Option<Value>, queries: [&str; N], headers: &HeaderMap) -> Self {
        let auth = match auth {
            Some(Value::Object(auth)) => auth,
            _ => Map::new(),
        };
        let from_query = |wanted: &str| {
            let mut pairs = queries.iter().flat_map(|query| form_urlencoded::parse(query.as_bytes()));
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| Value::String(value.into_owned()))
        };
        let field = |name: &str| {
            auth.get(name).filter(|value| !value.is_null()).cloned().or_else(|| from_query(name))
        };
        let bearer = || bearer(headers).map(str::to_owned);
        let token = match field("token") {
            Some(Value::String(token)) if !token.is_empty() => Some(token),
            Some(Value::Null) | None => bearer(),
            // Any other value was meant as a token, and will not be found.
            Some(other) => Some(other.to_string()).filter(|token| token != "\"\"").or_else(bearer),
        };
        let join = field("eventId").map(|event_id| {
            let mut payload = Map::from_iter([("eventId".to_owned(), event_id)]);
            let others = ["id", "since", "full"].into_iter();
            payload.extend(others.filter_map(|name| Some((name.to_owned(), field(name)?))));
            Value::Object(payload)
        });
        Self { token, join }
    }

    /// A guest's chosen name, as sent.
    pub fn guest(&self) -> Option<Box<RawValue>> {
        to_raw_value(self.join.as_ref()?.get("id")?).ok()
    }
}

/// The token of an `Authorization: Bearer` header. The scheme is case-insensitive (RFC 9110 section 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(header: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, header.parse().expect("a header"))])
    }

    #[test]
    fn a_bearer_scheme_is_read_in_any_case_and_other_schemes_are_ignored() {
        for header in ["Bearer tls_1", "bearer tls_1", "BEARER  tls_1 "] {
            assert_eq!(bearer(&with(header)), Some("tls_1"), "{header}");
        }
        for header in ["Basic tls_1", "tls_1", "Bearer"] {
            assert_eq!(bearer(&with(header)), None, "{header}");
        }
        let read = |query: &str| Hello::read(None, [query], &with("bearer tls_1")).token;
        assert_eq!(read("token=tls_2").as_deref(), Some("tls_2"));
        assert_eq!(read("").as_deref(), Some("tls_1"));
        assert_eq!(read("token=").as_deref(), Some("tls_1"));
    }
}
