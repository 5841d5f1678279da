//! `socket.id` is public: pages show it and send it to others. Nobody can use it to act as that client.

use http::Method;
use serde_json::{Value, json};

use crate::http::call;
use crate::packet::{Packet, message};
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

#[tokio::test]
async fn who_knows_the_socket_id_of_a_polling_client_cannot_use_its_session() {
    let server = Server::alone(&[]).await;
    let mut victim = Poller::open(&server).await.connect("/", &Value::Null).await;
    let attacker = Poller::open(&server).await.connect("/", &Value::Null).await;
    let (_, own) = attacker.path.split_once("&sid=").expect("a session");
    assert!(!victim.path.ends_with(&victim.id), "{}", victim.path);
    let forged = format!("{}{}", victim.id, &own[victim.id.len()..]);
    for sid in [&victim.id, &forged] {
        let path = format!("{POLLING}&sid={sid}");
        for method in [Method::GET, Method::POST] {
            let reply = call(server.address, method, &path, &[], "1".to_owned()).await.expect("an answer");
            assert_eq!((reply.status.as_u16(), reply.json()["code"].clone()), (400, json!(1)), "{path}");
        }
        assert!(Client::try_open(server.address, &format!("&sid={sid}")).await.is_err(), "no upgrade either");
    }
    // The engine does not decode percent escapes, so it would read the second of these.
    let both = format!("{POLLING}&%73id={own}&sid={}", victim.id);
    call(server.address, Method::POST, &both, &[], "1".to_owned()).await.expect("an answer");
    assert_eq!(attacker.post("3".to_owned()).await.status, 400, "it has ended its own session");

    assert_eq!(victim.post(message("/", Some(7), "ping", "")).await.status, 200, "the victim's lives on");
    loop {
        match victim.next().await {
            Packet::Answer(7, _) => break,
            packet => assert!(!packet.is_end(), "{packet:?}"),
        }
    }
}
