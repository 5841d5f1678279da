//! Tests of a plain client's queue, without a network.

use std::net::Ipv4Addr;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use crate::domain::id::EventId;
use crate::domain::message::DeletedMessage;
use crate::live::member::Member;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::link;
use crate::transport::plain::queue::*;
use crate::transport::tcp::connection::ConnectionStream;

async fn plain(queue_size: usize) -> Arc<PlainLink> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
    let connection = ConnectionStream::new(stream, Arc::new(())).connection();
    PlainLink::new(Peer { connection, ip: Ipv4Addr::LOCALHOST.into() }, PlainProtocol::WebSocket, queue_size)
}

#[tokio::test]
async fn closing_sends_the_queued_messages_first_unless_the_client_does_not_keep_up() {
    for (close_status, expected) in [(CloseStatus::SHUTDOWN, 2), (CloseReason::Behind.into(), 0)] {
        let plain = plain(2).await;
        for sent in [Ok(()), Ok(()), Err(Unsent::Full)] {
            assert_eq!(link::emit(&*plain, "pong", &json!({ "now": 1 })), sent);
        }
        assert!(plain.end(close_status.clone()), "the first time");
        assert!(!plain.end(CloseStatus::NO_PONG), "the first status stays");
        assert_eq!(link::emit(&*plain, "pong", &json!({ "now": 1 })), Err(Unsent::Gone));
        let waited = match plain.next().await {
            Next::Frames(frames) => frames.len(),
            Next::EventDeleted | Next::End(_) => 0,
        };
        assert_eq!(waited, expected, "{close_status:?}");
        assert!(matches!(plain.next().await, Next::End(end) if end == close_status));
    }
}

#[tokio::test]
async fn crowd_messages_may_fill_a_quarter_of_the_queue() {
    let plain = plain(8).await;
    let member: Arc<dyn Member> = plain.clone();
    let event = EventId::parse("match").expect("an id");
    let message = Message::deleted(&event, DeletedMessage { message_id: uuid::Uuid::nil() });
    assert_eq!([(); 3].map(|()| member.show(&message)), [Sent::Taken, Sent::Taken, Sent::Full]);
    assert_eq!(member.send(&message), Sent::Taken);
    assert!(!member.is_drained() && plain.take().is_some() && member.is_drained());
    assert_eq!(member.show(&message), Sent::Taken);
}
