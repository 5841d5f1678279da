//! What a client says of itself when it connects to a namespace.

use http::header::AUTHORIZATION;
use serde_json::{Map, Value};
use socketioxide::extract::SocketRef;

use super::handshake::Peer;

/// What a client says of itself when it connects to a namespace.
#[derive(Debug, Default)]
pub struct Introduction {
    /// What proves who it is.
    pub token: Option<String>,
    /// A `join` that goes without saying: its payload.
    pub join: Option<Value>,
}

impl Introduction {
    /// Reads `auth`; what is not there, from the query; a token, also from the `Authorization` header.
    #[must_use]
    pub fn read(socket: &SocketRef, auth: Option<Value>) -> Self {
        let auth = match auth {
            Some(Value::Object(auth)) => auth,
            _ => Map::new(),
        };
        let parts = socket.req_parts();
        let peer = Peer::of(socket);
        let of_namespace =
            peer.and_then(|peer| peer.namespace_query.as_ref()?.lock().take()).unwrap_or_default();
        let of_connection = parts.uri.query().unwrap_or_default();
        let from_query = |wanted: &str| {
            let pairs = [of_namespace.as_str(), of_connection].map(str::as_bytes).map(form_urlencoded::parse);
            let mut pairs = pairs.into_iter().flatten();
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| Value::String(value.into_owned()))
        };
        let field = |name: &str| {
            auth.get(name).filter(|value| !value.is_null()).cloned().or_else(|| from_query(name))
        };
        let bearer = || {
            let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
            header.strip_prefix("Bearer ").map(str::to_owned)
        };
        let token = match field("token") {
            Some(Value::String(token)) if !token.is_empty() => Some(token),
            Some(Value::Null) | None => bearer(),
            // Anything else was meant as a token, and is none.
            Some(other) => Some(other.to_string()).filter(|token| token != "\"\"").or_else(bearer),
        };
        let join = field("eventId").map(|event_id| {
            let mut payload = Map::from_iter([("eventId".to_owned(), event_id)]);
            payload
                .extend(["id", "since"].into_iter().filter_map(|name| Some((name.to_owned(), field(name)?))));
            Value::Object(payload)
        });
        Self { token, join }
    }
}
