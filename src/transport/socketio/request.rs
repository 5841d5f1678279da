//! What every request to the Socket.IO path goes through before the engine sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, SEC_WEBSOCKET_VERSION};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
use serde::Deserialize;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;
use tower::ServiceExt as _;

use super::upgrade::{Attempt, upgrade};
use super::workarounds::eio3_query;
use super::workarounds::eio3_query::NamespaceQuery;
use super::workarounds::error_code::with_its_code;
use super::workarounds::frame_check::{Checks, Limit};
use super::workarounds::max_payload;
use crate::domain::network::{Network, NetworkKey};
use crate::transport::client::Client;
use crate::transport::client::registry::{CloseReason, Connections, Engines, Sender, close_packet};
use crate::transport::client::session::Session;
use crate::transport::error::{Code, Failure};
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::connection::Outlet;
use crate::transport::tcp::origins::Origins;
use crate::transport::tcp::websocket_handshake;
use crate::transport::tcp::websocket_handshake::{HandshakeError, VERSION};

/// The headers that the engine and the namespaces look at.
const KEPT_HEADERS: [HeaderName; 2] = [CONTENT_TYPE, AUTHORIZATION];

/// The connection that a request came over.
#[derive(Clone)]
pub struct Peer {
    /// Its handle.
    pub outlet: Arc<Outlet>,
    /// The other side's address.
    pub ip: IpAddr,
    /// What the client is known by. A new one for each session that begins on the connection.
    pub session: Session,
    /// Whether its session began on this connection with a WebSocket.
    pub began_with_websocket: bool,
    /// For a client of Engine.IO 3: the query of the namespace that it connected to last.
    pub namespace_query: Option<NamespaceQuery>,
    /// Whether its client reads MessagePack.
    pub reads_msgpack: bool,
}

impl Peer {
    /// The connection on which a socket's session began.
    #[must_use]
    pub fn of(socket: &SocketRef) -> Option<&Self> {
        socket.req_parts().extensions.get()
    }

    /// The network that the other side is in: the largest that one subscriber may have.
    #[must_use]
    pub fn network(&self) -> NetworkKey {
        Network::widest(self.ip).key()
    }

    /// A connection that was accepted.
    #[must_use]
    pub fn new(outlet: Arc<Outlet>, ip: IpAddr) -> Self {
        let session = Session::begin();
        Self { outlet, ip, session, began_with_websocket: false, namespace_query: None, reads_msgpack: false }
    }
}

/// The query of an Engine.IO request.
#[derive(Debug, Deserialize)]
struct EngineQuery {
    #[serde(rename = "EIO")]
    version: Option<String>,
    transport: Option<String>,
    sid: Option<String>,
    parser: Option<String>,
}

impl EngineQuery {
    /// Whether the client reads and writes MessagePack.
    fn reads_msgpack(&self) -> bool {
        self.version.as_deref() == Some("4") && self.parser.as_deref() == Some("msgpack")
    }

    /// Whether it names a version of Engine.IO that is spoken here.
    fn has_version(&self) -> bool {
        matches!(self.version.as_deref(), Some("3" | "4"))
    }

    /// Whether a session over polling begins or is read with it.
    fn is_of_polling(&self, method: &Method) -> bool {
        self.has_version() && self.transport.as_deref() == Some("polling") && method == Method::GET
    }

    /// Whether the engine takes it for a WebSocket's, if it knows the session.
    fn is_of_websocket(&self) -> bool {
        self.has_version() && self.sid.as_deref().is_none_or(|sid| sid.parse::<Sid>().is_ok())
    }
}

/// Hands a request to the engine, if it may pass.
pub async fn handle(
    engines: &Engines,
    context: &Arc<Context>,
    origins: &Origins,
    request: Request<Body>,
) -> Response {
    let connections = &context.connections;
    if let Err(refused) = origins.check(request.headers()) {
        return forbidden(refused);
    }
    let request = connections.polling_secret().unseal(request);
    let query = query_of(request.uri());
    let legacy = query.version.as_deref() == Some("3");
    let websocket = query.transport.as_deref() == Some("websocket") && request.method() == Method::GET;
    // Who names a session began it with polling.
    let engine = engines.of(query.reads_msgpack(), websocket && query.sid.is_none()).clone();
    let accept = match websocket.then(|| websocket_handshake::accept(&request)).transpose() {
        Ok(accept) => accept.filter(|_| query.is_of_websocket()),
        Err(refused) => return no_websocket(refused),
    };
    if (accept.is_some() || query.is_of_polling(request.method()))
        && query.sid.is_none()
        && let Some(peer) = request.extensions().get::<Peer>()
        && let Err(refused) = connections.may_begin(peer.ip)
    {
        return HttpFailure(refused).into_response();
    }
    let mut request = without_its_buffer(request);
    let known =
        query.sid.as_deref().filter(|_| legacy).and_then(|session| connections.namespace_query(session));
    let namespace_query = legacy.then(|| known.unwrap_or_default());
    if let Some(peer) = request.extensions_mut().get_mut::<Peer>() {
        peer.namespace_query.clone_from(&namespace_query);
        peer.reads_msgpack = query.reads_msgpack();
        if query.sid.is_none() {
            peer.session = Session::begin();
        }
        // A request that is refused leaves its connection to the next one.
        if accept.is_some() && query.sid.is_none() {
            peer.began_with_websocket = true;
            if !legacy {
                peer.outlet.hold_behind_connect();
            }
        }
    }
    let session = query.sid.as_deref().and_then(|sid| sid.parse().ok());
    let sender = match request.extensions().get::<Peer>().ok_or_else(Failure::without_peer) {
        Ok(peer) => Sender::new(peer, session),
        Err(failure) => return HttpFailure(failure).into_response(),
    };
    if let Some(accept) = accept {
        let connections = connections.clone();
        let checks = Checks { limit: Limit::Of(context.clone(), sender), namespace_query };
        let attempt = session.map(|session| Attempt { session, is_legacy: legacy, connections });
        if let Some(attempt) = &attempt
            && let Some(refused) = attempt.refusal(&engine).await
        {
            return refused;
        }
        return upgrade(engine, request, accept, checks, attempt);
    }
    let is_post = request.method() == Method::POST;
    let mut ended_for = None;
    let post = session.filter(|_| is_post).map(|session| connections.polls().post(session));
    if is_post {
        let (parts, body) = request.into_parts();
        let body = match read_post(context, &sender, body, legacy).await {
            Ok(body) => Some(body),
            Err(reason) => {
                // Looked up before the session ends.
                ended_for = Some((reason, connections.client_of(&sender)));
                None
            }
        };
        let body = body_for_engine(body, legacy, namespace_query.as_ref());
        request = Request::from_parts(parts, Body::from(body));
    }
    let poll = session.filter(|_| !is_post).map(|session| connections.polls().wait(session));
    let ended = async {
        match &poll {
            Some(poll) => poll.ended().await,
            None => std::future::pending().await,
        }
    };
    let response = tokio::select! {
        biased;
        Ok(response) = engine.oneshot(request) => with_its_code(response.map(Body::new)).await,
        () = ended => noop(legacy),
    };
    drop(post);
    if let Some((reason, client)) = ended_for {
        if response.status().is_success() {
            note_end(context, &sender, reason, client.as_deref());
        }
        if reason == CloseReason::TooLarge {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
    }
    let (Some(sid), Some(session)) = (query.sid, session) else {
        return max_payload::rewrite(response, connections.max_packet(), connections.polling_secret()).await;
    };
    if is_post {
        slow_down(connections, session).await;
    } else {
        connections.fetched(&sid);
    }
    response
}

/// The body of a POST, or why the session ends for it.
async fn read_post(
    context: &Context,
    sender: &Sender,
    body: Body,
    is_legacy: bool,
) -> Result<Bytes, CloseReason> {
    let limit = context.connections.max_packet_of(sender);
    let body = axum::body::to_bytes(body, limit).await.map_err(|_| CloseReason::TooLarge)?;
    if context.floods_by_post(sender, &body, is_legacy) {
        return Err(CloseReason::Flooding);
    }
    Ok(body)
}

/// Logs why the session of a POST has ended.
fn note_end(context: &Context, sender: &Sender, reason: CloseReason, client: Option<&Client>) {
    match reason {
        CloseReason::Flooding => context.note_flood(sender, client),
        reason => reason.note(Some(sender.ip), client),
    }
}

/// Waits while a session's messages pile up: a feed that is faster than the database sends its next POST after this.
async fn slow_down(connections: &Connections, session: Sid) {
    let slowed = async {
        while connections.is_piling(session) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let switching = connections.polls().wait(session);
    tokio::select! {
        () = slowed => {}
        () = switching.ended() => {}
    }
}

/// What the engine reads of a POST's body: all of it, but for the query of a namespace; or, if the body is too large,
/// the end of the session.
fn body_for_engine(body: Option<Bytes>, is_legacy: bool, namespace_query: Option<&NamespaceQuery>) -> Bytes {
    match (body, namespace_query) {
        (Some(body), Some(namespace_query)) => eio3_query::take_query_of_body(&body, namespace_query),
        (Some(body), None) => body,
        (None, _) => close_packet(is_legacy).into(),
    }
}

/// The answer to a page that may not connect: in the form and with the code of the reference implementation, and why.
fn forbidden(why: String) -> Response {
    let failure = Failure::new(Code::Forbidden, why);
    let body = serde_json::json!({ "code": 4, "message": "Forbidden", "ok": false, "error": failure });
    (StatusCode::FORBIDDEN, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The answer to a poll for which there is nothing.
fn noop(is_legacy: bool) -> Response {
    // In Engine.IO 3 the length of a packet stands before it.
    let packet = if is_legacy { "1:6" } else { "6" };
    ([(CONTENT_TYPE, "text/plain; charset=UTF-8")], packet).into_response()
}

/// The answer to a handshake that is refused.
fn no_websocket(refused: HandshakeError) -> Response {
    match refused {
        HandshakeError::Invalid => {
            let body = r#"{"code":3,"message":"Bad request"}"#;
            (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json")], body).into_response()
        }
        HandshakeError::Version => {
            (StatusCode::UPGRADE_REQUIRED, [(SEC_WEBSOCKET_VERSION, VERSION)]).into_response()
        }
    }
}

fn query_of(uri: &Uri) -> EngineQuery {
    let mut query = EngineQuery { version: None, transport: None, sid: None, parser: None };
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let field = match &*name {
            "EIO" => &mut query.version,
            "transport" => &mut query.transport,
            "sid" => &mut query.sid,
            "parser" => &mut query.parser,
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
    // A map that is empty has no memory.
    let mut headers = HeaderMap::new();
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
