//! The loop of a plain WebSocket, on one task: it writes queued messages, reads commands, and pings a silent
//! peer.

use std::collections::VecDeque;
use std::pin::pin;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::command;
use crate::transport::error::Failure;
use crate::transport::handlers::inbox::Inbox;
use crate::transport::plain::close_code::CloseStatus;
use crate::transport::plain::queue::{CLOSE_TIMEOUT, Next, PlainLink, QueuedMessage};
use crate::transport::plain::session::PlainSession;

/// Why a client that neither joins an event nor watches a list is closed.
const NO_PURPOSE: &str = "eventId is missing: set ?eventId=…, or send join or events:watch";

/// Runs until one side ends the connection. Returns the close status to send, if any.
pub async fn hold<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &PlainSession,
    guest: Option<&RawValue>,
) -> Option<CloseStatus> {
    let PlainSession { context, client, plain } = session;
    let inbox = Inbox::new(context.clone(), client.clone());
    let (interval, patience) = (context.settings.ping_interval, context.settings.ping_timeout);
    let mut alarm = pin!(sleep(interval));
    // Only a client without an event needs it, so that the others stay small.
    let mut purpose_within =
        (!has_purpose(session)).then(|| Box::pin(sleep(context.settings.connect_timeout)));
    let mut has_pinged = false;
    loop {
        let done = tokio::select! {
            next = plain.next() => match next {
                Next::End(close_status) => return Some(close_status),
                Next::EventDeleted if !has_purpose(session) => {
                    return Some(CloseStatus::EVENT_DELETED);
                }
                Next::EventDeleted => Ok(()),
                Next::Frames(frames) => write(socket, plain, frames).await,
            },
            message = socket.next() => {
                if has_pinged {
                    has_pinged = false;
                    alarm.as_mut().reset(Instant::now() + interval);
                }
                match message {
                    // `finish` answers it as it keeps reading.
                    Some(Ok(Message::Close(_))) | None => return None,
                    Some(Ok(Message::Binary(_))) => return Some(CloseStatus::BINARY),
                    Some(Ok(Message::Text(text))) => {
                        inbox.take(text.len(), || command::read(&text, plain, guest));
                        Ok(())
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                        inbox.count();
                        Ok(())
                    }
                    Some(Err(error)) => Err(error),
                }
            },
            () = async { purpose_within.as_mut().expect("the branch is enabled").await }, if purpose_within.is_some() => {
                purpose_within = None;
                if !has_purpose(session) {
                    return Some(CloseStatus::refused(&Failure::bad_request(NO_PURPOSE)));
                }
                Ok(())
            }
            () = alarm.as_mut() => {
                if has_pinged {
                    return Some(CloseStatus::NO_PONG);
                }
                has_pinged = true;
                alarm.as_mut().reset(Instant::now() + patience);
                socket.send(Message::Ping(Bytes::new())).await
            }
        };
        if let Err(error) = done {
            return fault(&error);
        }
    }
}

/// Whether the client has joined an event or watches a list.
fn has_purpose(PlainSession { context, client, .. }: &PlainSession) -> bool {
    !client.joined_events().is_empty() || context.is_watching(client)
}

/// Writes all frames, unless the connection is closed abruptly in the meantime.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    plain: &PlainLink,
    frames: VecDeque<QueuedMessage>,
) -> Result<(), Error> {
    for frame in frames {
        if plain.is_given_up() {
            return Ok(());
        }
        socket.feed(Message::text(&*frame.text)).await?;
    }
    socket.flush().await
}

/// The close status for an error; `None` if the peer has disconnected.
pub fn fault(error: &Error) -> Option<CloseStatus> {
    match error {
        // RFC 6455 section 5.2.
        Error::Capacity(CapacityError::MessageTooLong { size, .. }) if i64::try_from(*size).is_err() => {
            Some(CloseStatus::protocol_error("the highest bit of a length is set"))
        }
        Error::Capacity(_) => Some(CloseStatus::TOO_LARGE),
        Error::Utf8(_) => Some(CloseStatus::NOT_UTF8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(error) => Some(CloseStatus::protocol_error(&error.to_string())),
        _ => None,
    }
}

/// Sends the close frame and waits a while for the peer's.
pub async fn finish<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: WebSocketStream<S>,
    close_status: Option<CloseStatus>,
) {
    let close = async {
        if let Some(CloseStatus { code, reason }) = close_status {
            let frame = CloseFrame { code: code.into(), reason: reason.into_owned().into() };
            socket.send(Message::Close(Some(frame))).await.ok();
        }
        while let Some(Ok(_)) = socket.next().await {}
        let stream = socket.get_mut();
        stream.shutdown().await.ok();
        // If unread bytes remain at close, the system resets the connection, and the peer may lose what was
        // sent.
        let mut rest = [0; 512];
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    };
    // A peer that has not read it by then never will.
    timeout(CLOSE_TIMEOUT, close).await.ok();
}
