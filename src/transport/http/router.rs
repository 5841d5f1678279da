//! The routing table of all HTTP paths.

use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{any, get, post};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, ORIGIN, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method, Request};
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::error_body::{note_refusal, with_error_body};
use super::health::{self, Health};
use super::publish::IDEMPOTENCY_KEY;
use super::request_id::{X_REQUEST_ID, without_unsafe_id};
use super::state::Api;
use super::{auth, caching, events, health::alive, leaderboard, openapi, publish, reading, updates};
use crate::services::refusals::Refusals;
use crate::transport::error::Failure;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::plain::admission::Admission;
use crate::transport::plain::sse;
use crate::transport::plain::sse::LAST_EVENT_ID;
use crate::transport::plain::websocket;
use crate::transport::socketio::engines::Engines;
use crate::transport::socketio::request;
use crate::transport::tcp::origins::Origins;
use crate::transport::tcp::subprotocol;

/// The browser bundles of the official client, as the reference server names them.
const CLIENT_BUNDLES: [&str; 4] =
    ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
/// The longest body of an API request, in bytes.
const API_BODY: usize = 64 * 1024;
/// The longest path of a page or file, in bytes: the limit for file names.
const LONGEST_PATH: usize = 255;

/// The built-in pages may load their resources from this host and connect to it. `'self'` also allows
/// `WebSocket`s to the same host. Pages have no inline scripts or styles.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page shown when the web client is not built.
const NO_PAGES: &str = include_str!("no_pages.html");

/// What the routes need.
pub struct Parts<'a> {
    /// The services of the API.
    pub api: Api,
    /// Logs and audits refused requests.
    pub refusals: Arc<Refusals>,
    /// Health and metrics.
    pub health: Arc<Health>,
    /// State for the handlers of live connections.
    pub context: Arc<Context>,
    /// The Engine.IO services.
    pub engines: Arc<Engines>,
    /// The origins whose pages may connect.
    pub origins: Origins,
    /// Whether metrics are served on another address only.
    pub hides_metrics: bool,
    /// The folder of the built web client.
    pub web_dir: &'a Path,
    /// Whether that folder exists.
    pub has_pages: bool,
}

/// The whole server as one service.
pub fn router(parts: Parts<'_>) -> Router {
    let Parts {
        api: services,
        refusals,
        health,
        context,
        engines,
        origins,
        hides_metrics,
        web_dir,
        has_pages,
    } = parts;
    let origins = Arc::new(origins);
    let admission = Admission { context: context.clone(), origins: origins.clone() };
    let searching = middleware::from_fn_with_state(context.clone(), reading::search_within_budget);
    let public = Router::new()
        .route("/api/openapi.json", get(openapi::describe))
        .route("/api/events", get(events::list).layer(searching))
        .route("/api/events/{id}", get(events::show))
        .route("/api/events/{id}/updates", get(updates::log))
        .route("/api/events/{id}/leaderboard", get(leaderboard::of_event))
        .route("/api/leaderboard", get(leaderboard::overall))
        .layer(middleware::from_fn_with_state(context.clone(), reading::within_budget))
        .layer(middleware::from_fn(caching::shared_by_guests));
    let writing = publish::routes(&services, &context);
    let private = Router::new()
        .route("/api/auth/signup", post(auth::sign_up))
        .route("/api/auth/login", post(auth::log_in))
        .route("/api/auth/verify", post(auth::verify))
        .route("/api/auth/logout", post(auth::log_out))
        .route("/api/me", get(auth::me))
        .route("/api/events/{id}/stats", get(events::stats))
        .route("/api/events/stream", get(sse::list_stream).with_state(admission.clone()))
        .route("/api/events/{id}/stream", get(sse::stream).with_state(admission.clone()))
        .route("/api/{*rest}", any(no_such_call))
        .merge(writing)
        .layer(middleware::from_fn(caching::private));
    let api = public
        .merge(private)
        .layer(DefaultBodyLimit::max(API_BODY))
        .layer(middleware::from_fn_with_state(refusals, note_refusal))
        .with_state(services);
    let http = Router::new()
        .merge(api)
        .merge(health_checks(health.clone()))
        .merge(if hides_metrics { no_metrics() } else { metrics(health) })
        .merge(client_bundles(web_dir))
        .merge(schemas(web_dir))
        .fallback_service(pages(web_dir, has_pages))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "strict-origin-when-cross-origin"))
        // Inside the span, so that the log of a panic has the request's id.
        .layer(CatchPanicLayer::custom(panicked))
        .layer(PropagateRequestIdLayer::x_request_id())
        // Server errors are logged where they happen; other errors are the clients' own.
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(MapRequestLayer::new(without_unsafe_id));
    // These skip the layers above, to keep a viewer's handshake cheap.
    socket_io(engines, origins.clone())
        .merge(plain(admission))
        .fallback_service(http)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(MapResponseLayer::new(with_error_body))
        .layer(CompressionLayer::new())
        .layer(cors(origins))
        .layer(MapResponseLayer::new(caching::with_one_vary))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    HttpFailure(Failure::fault("a request handler panicked")).into_response()
}

/// Health checks and metrics, for the separate operator address.
pub fn admin_router(health: Arc<Health>) -> Router {
    health_checks(health.clone())
        .merge(metrics(health))
        .fallback(no_such_call)
        .layer(MapResponseLayer::new(with_error_body))
}

/// Liveness and readiness.
fn health_checks(health: Arc<Health>) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(health::ready))
        .layer(header("cache-control", "no-store"))
        .with_state(health)
}

/// The metrics.
fn metrics(health: Arc<Health>) -> Router {
    let measures = Router::new().route("/metrics", get(health::measure)).with_state(health);
    measures.layer(header("cache-control", "no-store"))
}

/// Answers 404 for the metrics path when metrics are served elsewhere.
fn no_metrics() -> Router {
    Router::new().route("/metrics", any(no_such_call))
}

/// The Socket.IO path.
fn socket_io(engines: Arc<Engines>, origins: Arc<Origins>) -> Router {
    let handle = move |request: Request<Body>| {
        let (engines, origins) = (engines.clone(), origins.clone());
        async move {
            let offered = subprotocol::first_offered(request.headers());
            let response = request::handle(&engines, &origins, request).await;
            let mut response = subprotocol::with_selected(response, offered);
            // A poll's response is only for the client of the session.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
    };
    Router::new().route("/socket.io/", any(handle.clone())).route("/socket.io", any(handle))
}

/// The plain WebSocket path.
fn plain(admission: Admission) -> Router {
    let handle = move |request: Request<Body>| {
        let offered = subprotocol::first_offered(request.headers());
        std::future::ready(subprotocol::with_selected(websocket::handle(admission.clone(), request), offered))
    };
    Router::new().route("/ws/updates", get(handle))
}

/// The official client's files, under the Socket.IO path.
fn client_bundles(web_dir: &Path) -> Router {
    let files = CLIENT_BUNDLES.iter().flat_map(|bundle| [(*bundle).to_owned(), format!("{bundle}.map")]);
    let files = files.fold(Router::new(), |router, name| {
        let file = ServeFile::new(web_dir.join("socket.io").join(&name));
        router.route_service(&format!("/socket.io/{name}"), file)
    });
    files.layer(header("cache-control", "no-cache"))
}

/// The JSON Schemas of the states that the pages show, for programs and pages of any origin.
fn schemas(web_dir: &Path) -> Router {
    let media_type = |response: &Response| {
        response.status().is_success().then_some(HeaderValue::from_static("application/schema+json"))
    };
    let files = Router::new()
        .fallback_service(ServeDir::new(web_dir.join("schemas")))
        .layer(middleware::from_fn(refuse_long_path))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_TYPE, media_type))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, caching::of_schema))
        .layer(header("access-control-allow-origin", "*"));
    Router::new().nest("/schemas", files)
}

/// The web client. Its pages are fragments of `/`, so a path that is not a file gets 404.
fn pages(web_dir: &Path, is_there: bool) -> Router {
    let assets = Router::new()
        .fallback_service(ServeDir::new(web_dir.join("assets")))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, caching::of_asset));
    let entry = if is_there { Router::new() } else { Router::new().route("/", get(Html(NO_PAGES))) };
    entry
        .nest("/assets", assets)
        .fallback_service(ServeDir::new(web_dir))
        .layer(middleware::from_fn(refuse_long_path))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .layer(header("content-security-policy", CONTENT_SECURITY_POLICY))
        .layer(header("x-frame-options", "DENY"))
        .layer(header("permissions-policy", "camera=(), geolocation=(), microphone=()"))
}

/// Answers 404 for overlong paths: the operating system reports them as an error, not as a missing file.
async fn refuse_long_path(request: Request<Body>, next: Next) -> Response {
    if request.uri().path().len() > LONGEST_PATH {
        return HttpFailure(Failure::not_found("no such page")).into_response();
    }
    next.run(request).await
}

async fn no_such_call() -> Response {
    HttpFailure(Failure::not_found("no such endpoint")).into_response()
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}

fn cors(origins: Arc<Origins>) -> CorsLayer {
    let allowed = AllowOrigin::predicate(move |origin, parts| {
        origins.allow(origin, parts.headers.get(http::header::HOST))
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IDEMPOTENCY_KEY, IF_NONE_MATCH, LAST_EVENT_ID])
        .expose_headers([ETAG, RETRY_AFTER, X_REQUEST_ID])
        .vary([ORIGIN])
        .max_age(Duration::from_hours(1))
}

/// A request's log span. It has the path without the query, which may hold a token or a session id.
fn span(request: &Request<Body>) -> tracing::Span {
    let id = request.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}
