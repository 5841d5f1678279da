//! `?auth=frame`: a client authenticates in its first frame, and joins only then.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::{Frame, Plain};
use crate::server::Server;

const QUERY: &str = "eventId=match&auth=frame";

fn auth(token: &str) -> String {
    json!({ "type": "auth", "token": token }).to_string()
}

/// The close code and reason of a connection that receives nothing before.
async fn refusal(mut client: Plain) -> (u16, String) {
    let (closed, before) = client.end().await;
    assert_eq!(before, Vec::<Value>::new());
    closed.expect("a close frame")
}

#[tokio::test]
async fn a_client_joins_as_whom_its_first_frame_proves_and_may_send_on_at_once() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("bob", "reviewer", &[]).await;
    // Other credentials and unknown parameters are ignored.
    for more in ["", "&token=tl_none", "&id=ann&unknown=x"] {
        let mut client = Plain::open(server.address, &format!("{QUERY}{more}")).await;
        client.send(Message::Ping(Bytes::new())).await;
        client.say(&auth(&token)).await;
        client.say(r#"{"type":"ping","id":7}"#).await;
        let Frame::Object(joined) = client.next().await else { panic!("it is closed") };
        assert_eq!((&joined["type"], &joined["viewers"]["users"]), (&json!("joined"), &json!(1)), "{joined}");
        assert_eq!(client.frame("answer").await["id"], 7);
        client.command("message", &json!({ "text": "hello" })).await;
        assert_eq!(client.frame("message").await["meta"]["eventId"], "match");
    }
    // A token in the URL still works as before.
    let (_, joined) = Plain::joined(server.address, &format!("eventId=match&token={token}")).await;
    assert_eq!(joined["viewers"]["guests"], 0);
}

#[tokio::test]
async fn a_client_that_proves_nothing_is_closed_with_4401_and_never_was_there() {
    let server = Server::alone(&[("CONNECT_TIMEOUT", "1s")]).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("bob", "reviewer", &[]).await;
    for frame in [
        "",
        "x",
        &token,
        r#"{"type":"auth"}"#,
        r#"{"type":"auth","token":null}"#,
        r#"{"type":"auth","token":7}"#,
        &format!(r#"["auth","{token}"]"#),
        &format!(r#"{{"token":"{token}"}}"#),
        &format!(r#"{{"type":"join","token":"{token}"}}"#),
        &auth(""),
        &auth("tl_none"),
        &auth("tls_none"),
    ] {
        let mut client = Plain::open(server.address, QUERY).await;
        client.say(frame).await;
        let (code, reason) = refusal(client).await;
        assert!(code == 4401 && reason.starts_with("unauthenticated: "), "{frame}: {code} {reason}");
    }
    let silent = Plain::open(server.address, &format!("{QUERY}&token={token}")).await;
    assert_eq!(refusal(silent).await.0, 4401, "a token in the address does not count");
    let viewers = &server.event("match").await["viewers"];
    assert_eq!(viewers, &json!({ "total": 0, "users": 0, "guests": 0 }));
}

#[tokio::test]
async fn what_else_is_wrong_before_the_token_is_told_by_its_own_code() {
    let server = Server::alone(&[("MAX_PACKET", "4KiB")]).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("bob", "reviewer", &[]).await;
    let long = auth(&"x".repeat(5000));
    for (query, messages, expected) in [
        (QUERY, vec![Message::binary(auth(&token))], 1003),
        (QUERY, vec![Message::text(long)], 1009),
        (QUERY, vec![Message::Ping(Bytes::new()); 50], 4429),
        ("eventId=nope&auth=frame", vec![Message::text(auth(&token))], 4404),
        ("auth=frame", vec![Message::text(auth(&token))], 4400),
        ("eventId=match&auth=header", vec![], 4400),
        ("eventId=match&auth=", vec![], 4400),
    ] {
        let mut client = Plain::open(server.address, query).await;
        for message in messages {
            client.send(message).await;
        }
        assert_eq!(refusal(client).await.0, expected, "{query}");
    }
    let mut leaving = Plain::open(server.address, QUERY).await;
    leaving.send(Message::Close(None)).await;
    let (_, before) = leaving.end().await;
    assert_eq!(before, Vec::<Value>::new());
}

#[tokio::test]
async fn a_server_that_shuts_down_does_not_wait_for_a_token() {
    let mut server = Server::alone(&[("CONNECT_TIMEOUT", "1h")]).await;
    let _admin = server.admin_with_event("match").await;
    let waiting = Plain::open(server.address, QUERY).await;
    server.terminate();
    assert_eq!(refusal(waiting).await.0, 1001);
    let (status, _) = server.exit().await;
    assert!(status.success());
}
