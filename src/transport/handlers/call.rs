//! One message being handled: its payload, its sender, and the way back for the answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::operations::{Operation, OperationKey, OperationKind};
use crate::domain::id::{EventId, OpId};
use crate::services::accounts::Credential;
use crate::transport::client::link::{Link, Unsent};
use crate::transport::client::reply::Answer;
use crate::transport::client::{Client, Identity};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::context::Context;
use crate::transport::wire;
use crate::transport::wire::payload::Payload;
use crate::transport::wire::{Nothing, Pong};

/// A message being handled.
pub struct Call<'a> {
    /// Services, limits and settings.
    pub context: &'a Context,
    /// The sender.
    pub client: &'a Arc<Client>,
    /// The message's name and data.
    pub payload: Payload,
    /// Sends the answer. A handler that must answer at a given moment takes it.
    pub answer: Option<Answer>,
}

/// A handler's successful result.
pub enum Handled {
    /// The whole answer, as JSON.
    Yes(Box<RawValue>),
    /// The server's time.
    Pong(Pong),
    /// The handler has answered already.
    Answered,
}

/// The result of handling a message.
pub type Outcome = Result<Handled, Failure>;

impl Call<'_> {
    /// The payload as a wire type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        self.payload.parse()
    }

    /// The client's credential, for handlers that require an account.
    ///
    /// # Errors
    /// `unauthenticated` for guests.
    pub fn credential(&self) -> Result<Credential, Failure> {
        match &self.client.identity {
            Identity::Account(known) => Ok(known.credential),
            Identity::Guest => Err(Failure::new(ErrorCode::Unauthenticated, "sign in first")),
        }
    }

    /// Begins the operation on an event that the client named `op_id`; `None` if it was already done within the
    /// last minute, whatever its content was.
    #[must_use]
    pub fn begin(
        &self,
        kind: OperationKind,
        event_id: &EventId,
        op_id: Option<OpId>,
    ) -> Option<Operation<'_>> {
        let (who, event_id) = (self.client.sender(), event_id.clone());
        let key = op_id.map(|op_id| OperationKey { who, kind, event_id, op_id });
        self.context.operations.begin(key, "", Instant::now()).ok()
    }

    /// Sends the answer for a handler's outcome. While the client's queue is full, waits for it to drain; the
    /// client's next message waits too.
    ///
    /// # Errors
    /// [`Unsent`]: the queue did not drain in time, or the client disconnected.
    pub async fn finish(self, outcome: &Outcome) -> Result<(), Unsent> {
        let Some(answer) = self.answer else { return Ok(()) };
        let attempt = || match outcome {
            Ok(Handled::Yes(body)) => answer.send(body),
            Ok(Handled::Pong(pong)) => answer.pong(*pong),
            Ok(Handled::Answered) => Ok(()),
            Err(failure) => answer.no(failure),
        };
        send_within(self.context.settings.behind_timeout, &*self.client.link, attempt).await
    }
}

/// The longest wait before a full queue is tried again.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// Sends a message; while the client's queue is full, waits and retries.
async fn send_within(
    timeout: Duration,
    link: &dyn Link,
    attempt: impl Fn() -> Result<(), Unsent>,
) -> Result<(), Unsent> {
    let sent = attempt();
    if sent != Err(Unsent::Full) {
        return sent;
    }
    let until_sent = async {
        loop {
            let room = link.has_room();
            let sent = attempt();
            if sent != Err(Unsent::Full) {
                return sent;
            }
            // The engine does not always tell: it may take all packets before it can write the first.
            tokio::time::timeout(RETRY_EVERY, room).await.ok();
        }
    };
    tokio::time::timeout(timeout, until_sent).await.unwrap_or_else(|_| attempt())
}

/// Success without a body.
pub fn done() -> Outcome {
    yes(&Nothing {})
}

/// Success with a body.
pub fn yes(body: &impl Serialize) -> Outcome {
    Ok(Handled::Yes(
        to_raw_value(&wire::Ok::with(body)).expect("wire types have text keys and serialize without error"),
    ))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::task::Poll;

    use futures_util::poll;
    use serde_json::json;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::transport::client::close_reason::CloseReason;
    use crate::transport::client::link;
    use crate::transport::plain::queue::{Next, PlainLink, PlainProtocol};
    use crate::transport::tcp::connection::ConnectionStream;
    use crate::transport::tcp::peer::Peer;

    const TIMEOUT: Duration = Duration::from_secs(10);

    fn pong(client: &PlainLink) -> Result<(), Unsent> {
        link::emit(client, "pong", &json!({ "now": 1 }))
    }

    /// A client whose queue holds one message and is full.
    async fn full() -> Arc<PlainLink> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let stream =
            TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
        let connection = ConnectionStream::new(stream, Arc::new(())).connection();
        let client =
            PlainLink::new(Peer { connection, ip: Ipv4Addr::LOCALHOST.into() }, PlainProtocol::WebSocket, 1);
        assert_eq!(pong(&client), Ok(()));
        client
    }

    #[tokio::test]
    async fn an_answer_waits_for_room_in_the_queue_and_is_then_sent() {
        let client = full().await;
        let mut answer = Box::pin(send_within(TIMEOUT, &*client, || pong(&client)));
        assert!(poll!(&mut answer).is_pending(), "the queue is full");
        assert!(matches!(client.next().await, Next::Frames(frames) if frames.len() == 1));
        assert_eq!(poll!(&mut answer), Poll::Ready(Ok(())), "there is room");
    }

    #[tokio::test]
    async fn an_answer_stops_waiting_when_the_client_disconnects() {
        let client = full().await;
        let mut answer = Box::pin(send_within(TIMEOUT, &*client, || pong(&client)));
        assert!(poll!(&mut answer).is_pending(), "the queue is full");
        client.close(CloseReason::Behind, None);
        assert_eq!(poll!(&mut answer), Poll::Ready(Err(Unsent::Gone)), "the client has disconnected");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_waits_for_room_until_the_timeout() {
        let client = full().await;
        let begun = tokio::time::Instant::now();
        let sent = send_within(TIMEOUT, &*client, || pong(&client)).await;
        assert_eq!((sent, begun.elapsed()), (Err(Unsent::Full), TIMEOUT));
    }
}
