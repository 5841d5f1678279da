//! Every request to the Socket.IO path passes through here before the engine sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, SEC_WEBSOCKET_VERSION};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
use socketioxide::socket::Sid;
use tower::ServiceExt as _;

use super::engines::{Engine, Engines, close_packet};
use super::session::{Polling, Session};
use super::upgrade::{self, UpgradeAttempt};
use super::workarounds::connect_gate::ConnectGate;
use super::workarounds::eio3_query::{self, NamespaceQuery};
use super::workarounds::error_code::with_its_code;
use super::workarounds::frame_check::{Checks, Limit};
use super::workarounds::max_payload;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::origins::Origins;
use crate::transport::tcp::peer::Peer;
use crate::transport::tcp::websocket_handshake::{self, HandshakeError, VERSION};

/// The URI with which most clients begin a WebSocket session.
const USUAL_ADDRESS: &str = "/socket.io/?EIO=4&transport=websocket";

/// The headers that the engine and the namespaces read.
const KEPT_HEADERS: [HeaderName; 2] = [CONTENT_TYPE, AUTHORIZATION];

/// The query of an Engine.IO request.
#[derive(Default)]
struct EngineQuery {
    /// `EIO`.
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

    /// Whether it names a supported version of Engine.IO.
    fn has_version(&self) -> bool {
        matches!(self.version.as_deref(), Some("3" | "4"))
    }

    /// Whether it begins or reads a polling session.
    fn is_of_polling(&self, method: &Method) -> bool {
        self.has_version() && self.transport.as_deref() == Some("polling") && method == Method::GET
    }

    /// Whether the engine accepts it for a WebSocket, provided it knows the session.
    fn is_of_websocket(&self) -> bool {
        self.has_version() && self.sid.as_deref().is_none_or(|sid| sid.parse::<Sid>().is_ok())
    }
}

/// Checks a request and hands it to the engine.
pub async fn handle(engines: &Arc<Engines>, origins: &Origins, request: Request<Body>) -> Response {
    if let Err(refused) = origins.check(request.headers()) {
        return forbidden(refused);
    }
    let Some(peer) = request.extensions().get::<Peer>().cloned() else {
        return HttpFailure(Failure::without_peer()).into_response();
    };
    let request = engines.polling_secret.unseal(request);
    let query = query_of(request.uri());
    let is_legacy = query.version.as_deref() == Some("3");
    let is_websocket = query.transport.as_deref() == Some("websocket") && request.method() == Method::GET;
    // A session with an id began with polling.
    let engine = engines.service(query.reads_msgpack(), is_websocket && query.sid.is_none()).clone();
    let accept = match is_websocket.then(|| websocket_handshake::accept(&request)).transpose() {
        Ok(accept) => accept.filter(|_| query.is_of_websocket()),
        Err(refused) => return no_websocket(refused),
    };
    let is_handshake = accept.is_some() || query.is_of_polling(request.method());
    if is_handshake
        && query.sid.is_none()
        && let Err(refused) = engines.context.connections.may_begin(peer.ip)
    {
        return HttpFailure(refused).into_response();
    }
    let sid: Option<Sid> = query.sid.as_deref().and_then(|sid| sid.parse().ok());
    let found = sid.and_then(|sid| engines.sessions.find(sid));
    // Also for an unknown id: the engine then refuses the request.
    let session = found.clone().unwrap_or_else(|| {
        let namespace_query = is_legacy.then(NamespaceQuery::default);
        Arc::new(Session::begin(peer.clone(), accept.is_some(), query.reads_msgpack(), namespace_query))
    });
    // Decided by the request's own version, because the engine parses its body by that.
    let namespace_query = is_legacy.then(|| session.namespace_query.clone().unwrap_or_default());
    let request = for_engine(request, session.clone());
    if let Some(accept) = accept {
        let limit = Limit::Of(engines.clone(), session.clone(), peer.connection.clone());
        let checks = Checks { limit, namespace_query };
        let attempt = match sid {
            Some(sid) => {
                if let Some(refused) = upgrade::refusal(&engine, sid, found.as_deref(), is_legacy).await {
                    return refused;
                }
                Some(UpgradeAttempt { session, within: engines.context.settings.connect_timeout })
            }
            None if is_legacy => None,
            None => {
                // What the client sends after its CONNECT is read once it is connected. The engine would
                // close the connection for a message that arrives earlier.
                peer.connection.hold_reads(ConnectGate::default());
                None
            }
        };
        return upgrade::upgrade(engine, request, accept, checks, peer.connection, attempt);
    }
    let (response, ended_for) =
        Exchange { engine, engines, session: &session, namespace_query }.run(request).await;
    if let Some(reason) = ended_for
        && response.status().is_success()
    {
        session.note_close(reason, engines.client_of(&session));
    }
    let status = ended_for.and_then(|reason| StatusCode::from_u16(reason.form().http?).ok());
    if let Some(status) = status {
        return status.into_response();
    }
    if sid.is_some() {
        return response;
    }
    let (response, sid) = max_payload::rewrite(response, engines.max_packet(), &engines.polling_secret).await;
    if let Some(sid) = sid {
        engines.sessions.add(sid, &session);
    }
    response
}

/// A request that the engine answers over HTTP.
struct Exchange<'a> {
    engine: Engine,
    engines: &'a Engines,
    session: &'a Session,
    /// Present for a request of Engine.IO 3.
    namespace_query: Option<NamespaceQuery>,
}

impl Exchange<'_> {
    /// Runs the request. Returns the response, and the reason if the request ends the session.
    async fn run(self, mut request: Request<Body>) -> (Response, Option<CloseReason>) {
        let session = self.session;
        let is_legacy = self.namespace_query.is_some();
        let polling = session.polling();
        let is_post = request.method() == Method::POST;
        let mut ended_for = None;
        let post = polling.filter(|_| is_post).map(|polling| polling.polls.post());
        if is_post {
            let (parts, body) = request.into_parts();
            let body = self.read_post(body).await.map_err(|reason| ended_for = Some(reason)).ok();
            let body = body_for_engine(body, is_legacy, self.namespace_query.as_ref());
            request = Request::from_parts(parts, Body::from(body));
        }
        let poll = polling.filter(|_| !is_post).map(|polling| polling.polls.wait());
        let ended = async {
            match &poll {
                Some(poll) => poll.ended().await,
                None => std::future::pending().await,
            }
        };
        let response = tokio::select! {
            biased;
            Ok(response) = self.engine.oneshot(request) => with_its_code(response.map(Body::new)).await,
            () = ended => noop(is_legacy),
        };
        drop(post);
        match polling {
            Some(polling) if is_post && ended_for.is_none() => wait_for_backlog(polling).await,
            Some(polling) if !is_post => {
                polling.fetches.fetch_add(1, Ordering::Relaxed);
                session.note_taken();
            }
            _ => {}
        }
        (response, ended_for)
    }

    /// Reads the body of a POST, or returns the reason to end the session.
    async fn read_post(&self, body: Body) -> Result<Bytes, CloseReason> {
        let limit = self.engines.max_packet_of(self.session);
        let body = axum::body::to_bytes(body, limit).await.map_err(|_| CloseReason::TooLarge)?;
        if self.engines.is_flooded_by_post(self.session, &body, self.namespace_query.is_some()) {
            return Err(CloseReason::Flooding);
        }
        Ok(body)
    }
}

/// Waits while a session's messages pile up. This slows down a feed that is faster than the database, because
/// it sends its next POST only after this one is answered.
async fn wait_for_backlog(polling: &Polling) {
    let switching = polling.polls.wait();
    tokio::select! {
        () = polling.backlog_cleared() => {}
        () = switching.ended() => {}
    }
}

/// The body that the engine gets for a POST: without the query of a namespace, or a close packet if the body
/// was refused.
fn body_for_engine(body: Option<Bytes>, is_legacy: bool, namespace_query: Option<&NamespaceQuery>) -> Bytes {
    match (body, namespace_query) {
        (Some(body), Some(namespace_query)) => eio3_query::take_query_of_body(&body, namespace_query),
        (Some(body), None) => body,
        (None, _) => close_packet(is_legacy).into(),
    }
}

/// The response for a page that may not connect: the format and code of the reference implementation, plus
/// the reason.
fn forbidden(why: String) -> Response {
    let failure = Failure::new(ErrorCode::Forbidden, why);
    let body = serde_json::json!({ "code": 4, "message": "Forbidden", "ok": false, "error": failure });
    (StatusCode::FORBIDDEN, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The response to a poll that has nothing to deliver.
fn noop(is_legacy: bool) -> Response {
    // In Engine.IO 3, a packet is prefixed with its length.
    let packet = if is_legacy { "1:6" } else { "6" };
    ([(CONTENT_TYPE, "text/plain; charset=UTF-8")], packet).into_response()
}

/// The response to a refused handshake.
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
    let mut query = EngineQuery::default();
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

/// Copies the URI into fresh memory; the usual one is static and needs none.
fn own_uri(uri: &Uri) -> Uri {
    if *uri == *USUAL_ADDRESS {
        return Uri::from_static(USUAL_ADDRESS);
    }
    uri.to_string().parse().expect("a parsed URI parses again")
}

/// Copies the request into fresh memory and attaches its session. A request's parts point into the
/// connection's read buffer, and the engine keeps the parts of a session's first request as long as the
/// session lasts: without the copy, that is over half of a viewer's memory.
fn for_engine(request: Request<Body>, session: Arc<Session>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    let mut fresh = Request::new(body);
    *fresh.method_mut() = parts.method;
    *fresh.uri_mut() = own_uri(&parts.uri);
    let kept = KEPT_HEADERS.iter().filter_map(|name| Some((name.clone(), parts.headers.get(name)?)));
    // An empty map allocates nothing.
    let mut headers = HeaderMap::new();
    for (name, value) in kept {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a parsed header value is valid");
        headers.insert(name, value);
    }
    *fresh.headers_mut() = headers;
    fresh.extensions_mut().insert(session);
    if let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() {
        fresh.extensions_mut().insert(upgrade);
    }
    fresh
}
