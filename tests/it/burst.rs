//! A crowd that connects at once and sends its first message before CONNECT is answered.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::packet::{Packet, message};
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// Concurrent handshakes: the size of the listener's backlog.
const AT_ONCE: usize = 500;

/// Reads the answer to a join and the snapshot after it.
async fn expect_answer_and_snapshot(client: &mut Client) {
    let Packet::Answer(0, answer) = client.next().await else { panic!("no answer to join") };
    assert_eq!((&answer["ok"], &answer["seq"]), (&json!(true), &json!(2)), "{answer}");
    assert_eq!(answer["recovered"], false, "{answer}");
    let Packet::Message(name, arguments) = client.next().await else { panic!("no state") };
    assert_eq!(name, "score");
    assert_eq!(arguments[0], json!({ "runs": 4, "over": "0.2" }));
    assert_eq!((&arguments[1]["kind"], &arguments[1]["seq"]), (&json!("snapshot"), &json!(2)));
}

/// Sends CONNECT and `join` in one write, before reading anything.
async fn join_in_one_write(server: &Server) -> Client {
    let mut client = Client::open(server.address, "").await;
    let join = message("/", Some(0), "join", r#"{"eventId":"match"}"#);
    client.write(["40", &join]).await.expect("the server reads");
    assert!(matches!(client.next().await, Packet::Open(_)));
    assert!(matches!(client.next().await, Packet::Connected(_)));
    expect_answer_and_snapshot(&mut client).await;
    client
}

/// Sends CONNECT, waits for the answer, then sends `join`.
async fn join_in_turn(server: &Server) -> Client {
    let mut client = Client::guest(server.address).await;
    client.ask("join", r#"{"eventId":"match"}"#).await;
    expect_answer_and_snapshot(&mut client).await;
    client
}

async fn crowd(join: impl AsyncFn(&Server) -> Client) {
    let size = soak::count(500, 4000);
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    for data in [json!({ "runs": 0, "over": "0.1" }), json!({ "runs": 4, "over": "0.2" })] {
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
    }
    let viewers = stream::iter(0..size).map(|_| join(&server)).buffer_unordered(AT_ONCE);
    let viewers: Vec<Client> = viewers.collect().await;
    assert_eq!(viewers.len(), size);
    assert_eq!(server.event("match").await["viewers"], json!({ "total": size, "users": 0, "guests": size }));

    // All have joined: the next update reaches each of them.
    admin.done("score", &json!({ "eventId": "match", "data": { "runs": 5 } })).await;
    for mut viewer in viewers {
        let arguments = viewer.message("score").await;
        assert_eq!((&arguments[0], &arguments[1]["seq"]), (&json!({ "runs": 5 }), &Value::from(3)));
    }
}

#[tokio::test]
async fn a_join_in_the_same_write_as_connect_is_answered_for_each_of_a_crowd() {
    crowd(join_in_one_write).await;
}

#[tokio::test]
async fn a_join_after_connect_is_answered_for_each_of_a_crowd() {
    crowd(join_in_turn).await;
}
