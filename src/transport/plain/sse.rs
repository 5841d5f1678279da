//! `GET /api/events/{id}/stream` and `GET /api/events/stream`: an event, or a list of events, as server-sent events (HTML
//! Living Standard, section 9.2), for `EventSource`, `curl` and dashboards.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method, Request};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::admission::Admission;
use super::queue::{Next, PlainLink, PlainProtocol, QueuedMessage};
use crate::domain::entropy;
use crate::domain::event::Status;
use crate::domain::id::EventId;
use crate::transport::client::hello::Hello;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::http_error::HttpFailure;
use crate::transport::plain::session::{FirstMessage, PlainSession};
use crate::transport::wire::{Since, query};

/// How often a comment is sent on an idle stream, so that proxies do not time it out.
const COMMENT_EVERY: Duration = Duration::from_secs(15);
/// The header in which a reconnecting client names the last update it has seen.
pub const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// The range of reconnect delays, in milliseconds. It spreads the reconnects.
const RETRY_MS: std::ops::Range<u64> = 1_000..3_000;
/// The longest delay asked of a refused client, in milliseconds, before the random spread.
const LATEST_RETRY_MS: u64 = 60_000;
/// The headers of a stream. Without `x-accel-buffering: no`, nginx would buffer it.
const HEADERS: [(HeaderName, &str); 2] =
    [(CONTENT_TYPE, "text/event-stream"), (HeaderName::from_static("x-accel-buffering"), "no")];
/// A position that is in no event's history.
const NOWHERE: &str = ":0";

/// Follows an event as server-sent events: first `joined`, then the state and each update as `score` with the
/// `id` `epoch:seq`, and everything else that viewers get. A reconnecting client names the last `id` in
/// `Last-Event-ID` or `since`, and gets the updates it missed, or a snapshot.
#[utoipa::path(
    get, path = "/api/events/{id}/stream", tag = "events", security((), ("bearer" = [])),
    params(
        ("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("since" = Option<String>, Query, description = "The last id the client has seen: `epoch:seq`"),
        ("full" = Option<bool>, Query, description = "Whether each `score` carries the whole state, as a snapshot"),
        ("token" = Option<String>, Query, description = "For clients that cannot send `Authorization`"),
        ("Last-Event-ID" = Option<String>, Header, description = "Like `since`, and takes precedence over it")
    ),
    responses((status = 200, description = "Events, until the client disconnects", body = String,
        content_type = "text/event-stream",
        example = "id: k3v9q2m7x4np:412\nevent: score\ndata: {\"type\":\"score\",\"data\":{\"runs\":214},\"meta\":{}}\n\n"))
)]
pub async fn stream(
    State(admission): State<Admission>,
    path: Result<Path<EventId>, PathRejection>,
    request: Request<Body>,
) -> Response {
    let first = path.map_err(|rejection| HttpFailure::from(rejection).0).map(|Path(event_id)| {
        let hello = hello(&event_id, request.uri().query().unwrap_or_default(), request.headers());
        (hello.token, hello.join.map(FirstMessage::Join))
    });
    let begun = begin(&admission, &request, first);
    drop(request);
    follow(&admission, begun).await
}

/// Follows a list of events as server-sent events: first `events` with the first page, then `events` with what changes, at most
/// once a second. `changed` holds the new entries of events, and `removed` the ids of events that left the list.
#[utoipa::path(
    get, path = "/api/events/stream", tag = "events", security((), ("bearer" = [])),
    params(
        ("status" = Option<Status>, Query, description = "Only events with this status; may be given several times"),
        ("sport" = Option<String>, Query, description = "Only events of this sport"),
        ("competition" = Option<String>, Query, description = "Only events of the competition with this id"),
        ("q" = Option<String>, Query, description = "Only events whose title, sport or competitors contain this text"),
        ("token" = Option<String>, Query, description = "For clients that cannot send `Authorization`")
    ),
    responses((status = 200, description = "Events, until the client disconnects", body = String,
        content_type = "text/event-stream",
        example = "event: events\ndata: {\"type\":\"events\",\"changed\":[],\"removed\":[\"IND-AUS:2026\"]}\n\n"))
)]
pub async fn list_stream(State(admission): State<Admission>, request: Request<Body>) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let token = Hello::read(None, [query], request.headers()).token;
    let first = FirstMessage::Watch(query::fields(query));
    let begun = begin(&admission, &request, Ok((token, Some(first))));
    drop(request);
    follow(&admission, begun).await
}

/// The token of a client, and the message that its stream begins with.
type First = (Option<String>, Option<FirstMessage>);

/// Admits a client. The error is the whole response.
fn begin(
    admission: &Admission,
    request: &Request<Body>,
    first: Result<First, Failure>,
) -> Result<(Arc<PlainLink>, First), Box<Response>> {
    if request.method() == Method::HEAD {
        // HEAD has no body and adds no viewer, so no limit applies.
        return Err(HEADERS.into_response().into());
    }
    let admit = || {
        let first = first?;
        admission.check_origin(request.headers())?;
        Ok((admission.admit(request, PlainProtocol::Stream)?, first))
    };
    admit().map_err(|refused| refusal(refused).into())
}

async fn follow(admission: &Admission, begun: Result<(Arc<PlainLink>, First), Box<Response>>) -> Response {
    let (plain, (token, first)) = match begun {
        Ok(begun) => begun,
        Err(response) => return *response,
    };
    match PlainSession::enter(&admission.context, &plain, token, first).await {
        Ok(session) => {
            let first = format!("retry: {}\n\n", retry_ms(None));
            (HEADERS, Body::from_stream(chunks(first, plain, session))).into_response()
        }
        Err(refused) => refusal(refused),
    }
}

/// The error response of a stream. `EventSource` gives up for good after any status but 200, so a client that
/// should retry gets 200 with a `retry` delay, and the stream ends.
pub fn refusal(failure: Failure) -> Response {
    match failure.code {
        ErrorCode::Unavailable
        | ErrorCode::RateLimited
        | ErrorCode::TooManyAttempts
        | ErrorCode::Internal => {
            let why = failure.message.replace(['\n', '\r'], " ");
            let body = format!(
                ": {}: {why}\nretry: {}\n\n",
                failure.code.as_str(),
                retry_ms(failure.retry_after_ms)
            );
            (HEADERS, [(CACHE_CONTROL, "no-store")], body).into_response()
        }
        _ => HttpFailure(failure).into_response(),
    }
}

/// Whether this is the path of a stream.
pub fn is_stream(path: &str) -> bool {
    path.starts_with("/api/events/") && path.ends_with("/stream")
}

/// The reconnect delay, in milliseconds: at least as long as the client must wait, with a random spread.
fn retry_ms(after: Option<u64>) -> u64 {
    let least = after.unwrap_or(0).clamp(RETRY_MS.start, LATEST_RETRY_MS);
    let spread = least.max(RETRY_MS.end - RETRY_MS.start);
    least + entropy::id(&mut entropy::source()) % spread
}

fn hello(event_id: &EventId, query: &str, headers: &HeaderMap) -> Hello {
    let mut said = json!({ "eventId": event_id });
    // It takes precedence over the query: a reconnecting client repeats its original URL.
    if let Some(last) = headers.get(LAST_EVENT_ID).filter(|last| !last.is_empty()) {
        let last = Value::String(String::from_utf8_lossy(last.as_bytes()).into_owned());
        // An id that is not one of ours gets a snapshot.
        said["since"] = if Since::deserialize(&last).is_ok() { last } else { NOWHERE.into() };
    }
    Hello::read(Some(said), [query], headers)
}

/// The body's chunks until the connection ends. `kept` is dropped with the stream.
fn chunks(
    first: String,
    plain: Arc<PlainLink>,
    kept: impl Send,
) -> impl Stream<Item = Result<String, std::convert::Infallible>> {
    stream::unfold((Some(first), plain, kept), async |(first, plain, kept)| {
        let chunk = match first {
            Some(first) => first,
            None => match tokio::time::timeout(COMMENT_EVERY, plain.next()).await {
                Err(_) => ":\n\n".to_owned(),
                Ok(Next::Frames(frames)) => frames.iter().fold(String::new(), |mut chunk, frame| {
                    write(&mut chunk, frame);
                    chunk
                }),
                Ok(Next::EventDeleted | Next::End(_)) => return None,
            },
        };
        Some((Ok(chunk), (None, plain, kept)))
    })
}

fn write(chunk: &mut String, frame: &QueuedMessage) {
    let written = (|| {
        if let Some(place) = &frame.place {
            writeln!(chunk, "id: {place}")?;
        }
        writeln!(chunk, "event: {}", frame.name)?;
        // A scorer's own JSON may have line breaks.
        for line in frame.text.split(['\n', '\r']) {
            writeln!(chunk, "data: {line}")?;
        }
        writeln!(chunk)
    })();
    written.expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::pin::pin;

    use futures_util::StreamExt as _;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::Instant;

    use super::*;
    use crate::transport::client::link;
    use crate::transport::plain::close_code::CloseStatus;
    use crate::transport::tcp::connection::ConnectionStream;
    use crate::transport::tcp::peer::Peer;

    #[tokio::test(start_paused = true)]
    async fn an_idle_stream_sends_comments_and_ends_after_the_queued_messages() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let stream = TcpStream::connect(listener.local_addr().expect("it listens")).await;
        let connection = ConnectionStream::new(stream.expect("it is accepted"), Arc::new(())).connection();
        let peer = Peer { connection, ip: Ipv4Addr::LOCALHOST.into() };
        let plain = PlainLink::new(peer, PlainProtocol::Stream, 8);
        let mut chunks = pin!(chunks("retry: 1000\n\n".to_owned(), plain.clone(), ()));
        let mut next = async || chunks.next().await.map(|Ok(chunk)| chunk);
        assert_eq!(next().await.as_deref(), Some("retry: 1000\n\n"));
        let started = Instant::now();
        for _ in 0..3 {
            assert_eq!(next().await.as_deref(), Some(":\n\n"));
        }
        assert_eq!(started.elapsed(), 3 * COMMENT_EVERY);
        link::emit(&*plain, "pong", &json!({ "now": 1 })).expect("there is room");
        plain.end(CloseStatus::SHUTDOWN);
        let last = "event: pong\ndata: {\"type\":\"pong\",\"now\":1}\n\n";
        assert_eq!(next().await.as_deref(), Some(last));
        assert_eq!(next().await, None);
    }
}
