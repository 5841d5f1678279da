//! Recovery: a client that rejoins with `since` gets the missed updates, or a snapshot.

use serde_json::{Value, json};

use crate::history::{History, number};
use crate::packet::Packet;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// An event with this many updates, and its epoch.
async fn event_with_updates(server: &Server, count: i64) -> (Client, String) {
    let mut admin = server.admin_with_event("match").await;
    for n in 1..=count {
        admin
            .done("score", &json!({ "eventId": "match", "data": { "n": n, format!("k{}", n % 5): n } }))
            .await;
    }
    let epoch = server.event("match").await["epoch"].as_str().expect("an epoch").to_owned();
    (admin, epoch)
}

/// The scores that a joined client receives, up to an update and the answer to one more message.
async fn scores_until(client: &mut Client, seq: i64) -> Vec<(i64, String)> {
    let mut scores = Vec::new();
    let mut take = |arguments: &[Value]| {
        let place =
            (number(&arguments[1]["seq"]), arguments[1]["kind"].as_str().unwrap_or_default().to_owned());
        scores.push(place.clone());
        place.0
    };
    while take(&client.message("score").await) < seq {}
    for packet in client.sent_so_far().await {
        if let Packet::Message(_, arguments) = packet {
            take(&arguments);
        }
    }
    scores
}

/// Joins with `since`; returns `recovered` and the scores that follow.
async fn come_back(server: &Server, since: &Value, seq: i64) -> (bool, Vec<(i64, String)>) {
    let mut client = Client::guest(server.address).await;
    let answer = client.done("join", &json!({ "eventId": "match", "since": since })).await;
    assert_eq!(answer["seq"], seq);
    let scores = if since["seq"] == seq && answer["recovered"] == true {
        client.sent_so_far().await.iter().map(|packet| panic!("nothing was missed: {packet:?}")).collect()
    } else {
        scores_until(&mut client, seq).await
    };
    (answer["recovered"] == true, scores)
}

fn updates(from: i64, to: i64) -> Vec<(i64, String)> {
    (from..=to).map(|seq| (seq, "update".to_owned())).collect()
}

fn snapshot(seq: i64) -> Vec<(i64, String)> {
    vec![(seq, "snapshot".to_owned())]
}

#[tokio::test]
async fn who_comes_back_within_300_updates_gets_what_it_missed_and_others_get_a_snapshot() {
    each_server(&[], async |server| {
        let last = 310;
        let (_admin, epoch) = event_with_updates(server, last).await;
        // Once with a room that each join loads, and once with a loaded room.
        for watched in [false, true] {
            let mut watcher = Client::guest(server.address).await;
            if watched {
                watcher.done("join", &json!("match")).await;
            }
            for missed in [0, 1, 10, 128, 129, 200, 299, 300] {
                let since = json!({ "epoch": epoch, "seq": last - missed });
                let expected = (true, updates(last - missed + 1, last));
                assert_eq!(come_back(server, &since, last).await, expected, "{missed}, {watched}");
            }
            for since in [
                json!({ "epoch": epoch, "seq": last - 301 }),
                json!({ "epoch": epoch, "seq": 0 }),
                json!({ "epoch": epoch, "seq": last + 1 }),
                json!({ "epoch": epoch, "seq": i64::MAX }),
                json!({ "epoch": "another", "seq": last - 1 }),
            ] {
                assert_eq!(
                    come_back(server, &since, last).await,
                    (false, snapshot(last)),
                    "{since}, {watched}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn since_is_taken_as_text_and_with_a_number_as_text() {
    let server = Server::alone(&[]).await;
    let (_admin, epoch) = event_with_updates(&server, 5).await;
    for since in [json!(format!("{epoch}:3")), json!({ "epoch": epoch, "seq": "3", "more": 1 })] {
        assert_eq!(come_back(&server, &since, 5).await, (true, updates(4, 5)), "{since}");
    }
}

#[tokio::test]
async fn a_since_that_does_not_parse_is_a_bad_request_and_joins_nothing() {
    let server = Server::alone(&[]).await;
    let (_admin, epoch) = event_with_updates(&server, 1).await;
    let mut client = Client::guest(server.address).await;
    for since in [
        json!(7),
        json!(""),
        json!("no-colon"),
        json!(format!("{epoch}:x")),
        json!(format!("{epoch}:-1")),
        json!([epoch, 1]),
        json!({ "epoch": epoch }),
        json!({ "seq": 1 }),
        json!({ "epoch": epoch, "seq": -1 }),
        json!({ "epoch": epoch, "seq": 1.5 }),
        json!({ "epoch": 1, "seq": 1 }),
        json!({ "epoch": epoch, "seq": null }),
    ] {
        let answer = client.call("join", &json!({ "eventId": "match", "since": since })).await;
        assert_eq!(answer["error"]["code"], "bad_request", "{since}: {answer}");
    }
    assert_eq!(client.call("score", &Value::Null).await["error"]["code"], "not_joined");
    // `null` means no `since`.
    let answer = client.done("join", &json!({ "eventId": "match", "since": null })).await;
    assert_eq!(answer["recovered"], false);
}

#[tokio::test]
async fn an_event_named_in_auth_or_in_the_query_is_joined_without_an_answer() {
    let server = Server::alone(&[]).await;
    let (mut admin, epoch) = event_with_updates(&server, 5).await;
    let join = |event_id: &str, since: &str| format!("&eventId={event_id}&id=ann&since={since}");
    let auth = |since: Value| json!({ "eventId": "match", "id": "ann", "since": since });
    let recovered = updates(4, 5);
    for (query, auth, expected) in [
        (String::new(), auth(json!({ "epoch": epoch, "seq": 3 })), &recovered),
        (String::new(), auth(Value::Null), &snapshot(5)),
        (join("match", &format!("{epoch}:3")), Value::Null, &recovered),
        (join("match", "other:3"), Value::Null, &snapshot(5)),
        // `auth` takes precedence over the query.
        (join("other", "x"), auth(json!({ "epoch": epoch, "seq": 3 })), &recovered),
    ] {
        let mut client =
            Client::open(server.address, &query).await.connect("/", &auth).await.expect("it connects");
        assert_eq!(scores_until(&mut client, 5).await, *expected, "{query} {auth}");
        assert_eq!(client.done("score", &Value::Null).await["seq"], 5, "it has joined");
        let viewers = &server.event("match").await["viewers"];
        assert_eq!(viewers["guests"], 1, "{viewers}");
    }
    for (query, code) in [("&eventId=nope", "not_found"), ("&eventId=match&since=x", "bad_request")] {
        let client = Client::open(server.address, query).await.connect("/", &Value::Null).await;
        let exception = client.expect("it connects").message("exception").await;
        assert_eq!((&exception[0]["event"], &exception[0]["error"]["code"]), (&json!("join"), &json!(code)));
    }
    // The next update reaches clients that joined this way.
    let mut client = Client::open(server.address, "&eventId=match")
        .await
        .connect("/", &Value::Null)
        .await
        .expect("it connects");
    client.message("score").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 6 } })).await;
    assert_eq!(client.message("score").await[1]["seq"], 6);
}

#[tokio::test]
async fn who_comes_back_after_a_restart_gets_what_it_missed() {
    let folder = crate::databases::Folder::new();
    let mut server = Server::start(&folder.sqlite_url(), &[]).await;
    let (mut admin, _) = event_with_updates(&server, 3).await;
    let mut history = History::default();
    let mut client = Client::guest(server.address).await;
    let since = history.since();
    history.join(&mut client, "match", since).await;
    history.follow(&mut client, 3).await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 4 } })).await;
    server.kill().await;
    server.restart().await;
    let mut client = Client::guest(server.address).await;
    let since = history.since();
    assert_eq!(history.join(&mut client, "match", since).await["recovered"], true);
    history.follow(&mut client, 4).await;
    assert_eq!(history.state, server.event("match").await["snapshot"]);
}

#[tokio::test]
async fn rooms_are_loaded_once_each_however_long_the_database_takes() {
    each_server(&[("DATABASE_CONNECTIONS", "1")], async |server| {
        const EVENTS: u8 = 60;
        let mut admin = server.admin_with_event("0").await;
        for n in 1..EVENTS {
            let event = json!({ "eventId": n.to_string(), "sport": "chess", "title": "A game" });
            admin.done("event:create", &event).await;
        }
        let joining = (0..EVENTS).map(async |n| {
            let mut client = Client::guest(server.address).await;
            client.done("join", &json!(n.to_string())).await;
            client
        });
        let clients = futures_util::future::join_all(joining).await;
        let loads = server.metric("touchline_load_seconds_count", "").await;
        assert!((loads - f64::from(EVENTS)).abs() < 0.5, "{loads} loads");
        assert_eq!(clients.len(), usize::from(EVENTS));
    })
    .await;
}
