//! What every request to the Socket.IO path goes through before the engine sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderName, ORIGIN, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_KEY, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use socketioxide::extract::SocketRef;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tower::{Service, ServiceExt as _};

use super::connections::{Connections, Engine};
use super::legacy::{self, NamespaceQuery, QueryFilter};
use crate::transport::http::error::HttpFailure;
use crate::transport::origins::Origins;
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
    /// For a client of Engine.IO 3: the query of the namespace that it connected to last.
    pub namespace_query: Option<NamespaceQuery>,
}

impl Peer {
    /// The connection on which a socket's session began.
    #[must_use]
    pub fn of(socket: &SocketRef) -> Option<&Self> {
        socket.req_parts().extensions.get()
    }

    /// A connection that was accepted.
    #[must_use]
    pub fn new(outlet: Arc<Outlet>, ip: IpAddr) -> Self {
        Self { outlet, ip, began_with_websocket: false, namespace_query: None }
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
    if query.sid.is_none()
        && let Err(refused) = connections.may_begin()
    {
        return HttpFailure(refused).into_response();
    }
    let mut request = without_its_buffer(request);
    let legacy = query.version.as_deref() == Some("3");
    let websocket = query.transport.as_deref() == Some("websocket");
    let known =
        query.sid.as_deref().filter(|_| legacy).and_then(|session| connections.namespace_query(session));
    let namespace_query = legacy.then(|| known.unwrap_or_default());
    if let Some(peer) = request.extensions_mut().get_mut::<Peer>() {
        peer.namespace_query.clone_from(&namespace_query);
        match &query.sid {
            Some(session) if websocket => connections.upgrade(session, &peer.outlet),
            None if websocket => {
                peer.began_with_websocket = true;
                if !legacy {
                    peer.outlet.hold_behind_connect();
                }
            }
            _ => {}
        }
    }
    let is_post = request.method() == Method::POST;
    match namespace_query {
        Some(namespace_query) if websocket => return upgrade_legacy(engine, request, namespace_query),
        Some(namespace_query) if is_post => {
            let (parts, body) = request.into_parts();
            let Ok(body) = axum::body::to_bytes(body, connections.max_packet()).await else {
                return StatusCode::PAYLOAD_TOO_LARGE.into_response();
            };
            let body = legacy::take_query_of_body(&body, &namespace_query);
            request = Request::from_parts(parts, Body::from(body));
        }
        _ => {}
    }
    let response = match engine.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let Some(session) = query.sid else { return response };
    if is_post {
        // A feed that is faster than the database is slowed down: the client sends its next POST after this.
        while connections.is_piling(&session) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    } else {
        connections.fetched(&session);
    }
    response
}

/// Upgrades to a WebSocket whose namespace queries are taken off before the engine reads them.
fn upgrade_legacy(mut engine: Engine, mut request: Request<Body>, query: NamespaceQuery) -> Response {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let stream = QueryFilter::new(TokioIo::new(upgraded), query);
        // What the engine does not take, such as an unknown session, ends with the stream.
        let _ = Service::call(&mut engine, (stream, request.map(drop))).await;
    });
    let headers = [(UPGRADE, "websocket"), (CONNECTION, "Upgrade"), (SEC_WEBSOCKET_ACCEPT, &accept)];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
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
