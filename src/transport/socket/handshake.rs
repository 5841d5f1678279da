//! What every request to the Socket.IO path goes through before the engine sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, ORIGIN, SEC_WEBSOCKET_KEY};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
use serde::Deserialize;
use serde_json::{Map, Value};
use socketioxide::extract::SocketRef;
use tower::ServiceExt as _;

use super::connections::{Connections, Engine};
use crate::transport::outlet::Outlet;

/// The headers that the engine and the namespaces look at.
const KEPT_HEADERS: [HeaderName; 3] = [SEC_WEBSOCKET_KEY, CONTENT_TYPE, AUTHORIZATION];

/// The connection that a request came over.
#[derive(Clone)]
pub struct Peer {
    /// Its handle.
    pub outlet: Arc<Outlet>,
    /// The other side's address.
    pub ip: IpAddr,
    /// Whether its session began on this connection with a WebSocket.
    pub began_with_websocket: bool,
}

/// Pages of which origins may connect.
#[derive(Debug, Clone)]
pub struct Origins {
    allowed: Vec<String>,
}

impl Origins {
    /// The server's own host, and these; `*` is any.
    #[must_use]
    pub fn new(allowed: &[String]) -> Self {
        let clean = |origin: &String| origin.trim().trim_end_matches('/').to_lowercase();
        Self { allowed: allowed.iter().map(clean).filter(|origin| !origin.is_empty()).collect() }
    }

    /// Whether a page of this origin may use a server of this host.
    #[must_use]
    pub fn allow(&self, origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
        let Ok(origin) = origin.to_str().map(str::to_lowercase) else { return false };
        let same_host = || {
            let of_origin = origin.split_once("://").map(|(_, host)| host);
            of_origin.is_some() && of_origin == host.and_then(|host| host.to_str().ok())
        };
        self.allowed.iter().any(|allowed| allowed == "*" || *allowed == origin) || same_host()
    }
}

/// The query of an Engine.IO request.
#[derive(Debug, Deserialize)]
struct EngineQuery {
    #[serde(rename = "EIO")]
    version: Option<String>,
    transport: Option<String>,
    sid: Option<String>,
}

/// Hands a request to the engine, if it may pass.
pub async fn handle(
    engine: Engine,
    connections: &Connections,
    origins: &Origins,
    request: Request<Body>,
) -> Response {
    let headers = request.headers();
    if headers.get(ORIGIN).is_some_and(|origin| !origins.allow(origin, headers.get(HOST))) {
        // The form and code of the reference implementation.
        let body = r#"{"code":4,"message":"Forbidden"}"#;
        return (StatusCode::FORBIDDEN, [(CONTENT_TYPE, "application/json")], body).into_response();
    }
    let query = query_of(request.uri());
    let mut request = without_its_buffer(request);
    let websocket = query.transport.as_deref() == Some("websocket");
    if let Some(peer) = request.extensions_mut().get_mut::<Peer>() {
        match &query.sid {
            Some(session) if websocket => connections.upgrade(session, &peer.outlet),
            None if websocket => {
                peer.began_with_websocket = true;
                if query.version.as_deref() == Some("4") {
                    peer.outlet.hold_behind_connect();
                }
            }
            _ => {}
        }
    }
    let posting = query.sid.filter(|_| request.method() == Method::POST);
    let response = match engine.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if let Some(session) = posting {
        // A feed that is faster than the database is slowed down: the client sends its next POST after this.
        while connections.is_piling(&session) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    response
}

fn query_of(uri: &Uri) -> EngineQuery {
    let mut query = EngineQuery { version: None, transport: None, sid: None };
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let field = match &*name {
            "EIO" => &mut query.version,
            "transport" => &mut query.transport,
            "sid" => &mut query.sid,
            _ => continue,
        };
        field.get_or_insert(value.into_owned());
    }
    query
}

/// The same request in memory of its own. A request's parts point into the connection's read buffer, and a
/// session keeps its first request's parts for life: over half of what a viewer would cost.
fn without_its_buffer(request: Request<Body>) -> Request<Body> {
    let (parts, body) = request.into_parts();
    let mut fresh = Request::new(body);
    *fresh.method_mut() = parts.method;
    *fresh.uri_mut() = parts.uri.to_string().parse().expect("a URI that was parsed is one");
    let kept = KEPT_HEADERS.iter().filter_map(|name| Some((name.clone(), parts.headers.get(name)?)));
    let mut headers = HeaderMap::with_capacity(1);
    for (name, value) in kept {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value that was parsed is one");
        headers.insert(name, value);
    }
    *fresh.headers_mut() = headers;
    let mut extensions = parts.extensions;
    if let Some(peer) = extensions.remove::<Peer>() {
        fresh.extensions_mut().insert(peer);
    }
    if let Some(upgrade) = extensions.remove::<OnUpgrade>() {
        fresh.extensions_mut().insert(upgrade);
    }
    fresh
}

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
        let from_query = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_by_its_host_or_by_name() {
        let allow = |allowed: &[&str], origin: &'static str, host: &'static str| {
            let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
            let host = HeaderValue::from_static(host);
            Origins::new(&allowed).allow(&HeaderValue::from_static(origin), Some(&host))
        };
        assert!(allow(&[], "http://a.example:3000", "a.example:3000"));
        assert!(!allow(&[], "http://a.example", "a.example:3000"));
        assert!(!allow(&[], "http://b.example", "a.example"));
        assert!(!allow(&[], "null", "a.example"));
        assert!(allow(&["https://b.example/"], "https://B.example", "a.example"));
        assert!(!allow(&["https://b.example"], "http://b.example", "a.example"));
        assert!(allow(&["*"], "null", "a.example"));
    }
}
