//! The live list of events: every client that watches it ends with what `GET /api/events` answers.

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::databases::{self, Folder};
use crate::http::until;
use crate::list::{List, listed, until_list};
use crate::plain::{Frame, Plain};
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;
use crate::stream::Stream;

fn create(id: &str, sport: &str) -> Value {
    json!({ "eventId": id, "sport": sport, "title": id, "competitors": [{ "name": "Ann" }] })
}

fn status(id: &str, status: &str) -> Value {
    json!({ "eventId": id, "status": status })
}

fn score(id: &str, score: u32) -> Value {
    json!({ "eventId": id, "data": { "summary": { "sides": [{ "name": "Ann", "score": score }] } } })
}

#[tokio::test]
async fn a_watcher_is_sent_what_enters_changes_and_leaves_its_list_and_nothing_else() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("a").await;
        admin.done("event:status", &status("a", "live")).await;
        admin.done("event:create", &create("other", "chess")).await;
        let mut client = Client::guest(server.address).await;
        let answer = client.done("events:watch", &json!({ "status": "live", "sport": "cricket" })).await;
        assert_eq!(answer["next"], Value::Null);
        let mut list = List::of_answer(&answer);
        assert_eq!(list, listed(server.address, "status=live&sport=cricket").await);
        assert_eq!(list.ids(), ["a"]);

        admin.done("event:update", &json!({ "eventId": "other", "title": "Other" })).await;
        admin.done("event:create", &create("b", "cricket")).await;
        admin.done("event:status", &status("b", "live")).await;
        until_list(&mut client, &mut list, |list| list.ids() == ["a", "b"]).await;
        admin.done("score", &score("b", 7)).await;
        until_list(&mut client, &mut list, |list| {
            list.0["b"]["summary"]["sides"][0]["score"] == "7" && list.0["b"]["seq"] == 1
        })
        .await;
        admin.done("event:update", &json!({ "eventId": "b", "title": "B" })).await;
        until_list(&mut client, &mut list, |list| list.title("b") == "B").await;
        admin.done("event:status", &status("a", "ended")).await;
        until_list(&mut client, &mut list, |list| list.ids() == ["b"]).await;
        assert_eq!(list, listed(server.address, "status=live&sport=cricket").await);
        assert_eq!(server.event("b").await["viewers"]["total"], 0, "a watcher is no viewer");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_event_leaves_the_list() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("a").await;
        admin.done("event:create", &create("b", "chess")).await;
        let mut client = Client::guest(server.address).await;
        let mut list = List::of_answer(&client.done("events:watch", &json!({})).await);
        assert_eq!(list.ids(), ["a", "b"]);
        admin.done("event:delete", &json!({ "eventId": "b", "confirm": "b" })).await;
        until_list(&mut client, &mut list, |list| list.ids() == ["a"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_watch_replaces_the_first_and_unwatch_ends_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("a").await;
        admin.done("event:create", &create("b", "chess")).await;
        let mut client = Client::guest(server.address).await;
        client.done("events:watch", &json!({ "sport": "cricket" })).await;
        let mut list = List::of_answer(&client.done("events:watch", &json!({ "q": " CHESS " })).await);
        client.forget();
        assert_eq!(list.ids(), ["b"]);
        admin.done("event:update", &json!({ "eventId": "a", "title": "A" })).await;
        admin.done("event:update", &json!({ "eventId": "b", "title": "B" })).await;
        until_list(&mut client, &mut list, |list| list.title("b") == "B").await;
        assert_eq!(list.ids(), ["b"]);

        let mut other = Client::guest(server.address).await;
        let mut seen = List::of_answer(&other.done("events:watch", &json!({ "sport": "chess" })).await);
        client.done("events:unwatch", &Value::Null).await;
        admin.done("event:update", &json!({ "eventId": "b", "title": "C" })).await;
        until_list(&mut other, &mut seen, |list| list.title("b") == "C").await;
        assert_eq!(client.sent_so_far().await, []);
        server.until_metric("touchline_list_watchers", "", |watchers| (0.5..1.5).contains(&watchers)).await;
        drop(other);
        server.until_metric("touchline_list_watchers", "", |watchers| watchers < 0.5).await;
    })
    .await;
}

#[tokio::test]
async fn viewers_come_with_the_list_when_they_differ_by_more_than_a_tenth() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("a").await;
    let mut client = Client::guest(server.address).await;
    let mut list = List::of_answer(&client.done("events:watch", &json!({})).await);
    let mut viewers = Vec::new();
    for id in 0..20 {
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!({ "eventId": "a", "id": format!("v{id}") })).await;
        viewers.push(viewer);
    }
    until_list(&mut client, &mut list, |list| {
        list.0["a"]["viewers"]["total"].as_u64().is_some_and(|total| (19..=20).contains(&total))
    })
    .await;
    for mut viewer in viewers {
        viewer.done("leave", &json!({ "eventId": "a" })).await;
    }
    until_list(&mut client, &mut list, |list| list.0["a"]["viewers"]["total"] == 0).await;
}

#[tokio::test]
async fn a_stream_begins_with_the_page_and_continues_with_changes() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("a").await;
        admin.done("event:create", &create("b", "chess")).await;
        let mut stream =
            Stream::open(server.address, "stream?status=scheduled&status=live&q=chess", &[]).await;
        let first = stream.event("events").await;
        assert_eq!((&first.data["removed"], &first.data["next"]), (&json!([]), &Value::Null));
        let mut list = List::default();
        list.take(&first.data);
        assert_eq!(list.ids(), ["b"]);
        admin.done("event:status", &status("b", "live")).await;
        while list.0["b"]["status"] != "live" {
            list.take(&stream.event("events").await.data);
        }
        admin.done("event:status", &status("b", "ended")).await;
        while !list.0.is_empty() {
            list.take(&stream.event("events").await.data);
        }
        for (query, code) in [
            ("status=soon", "bad_request"),
            ("sport=a&sport=b", "bad_request"),
            ("token=tls_nope", "unauthenticated"),
        ] {
            let reply = server.get(&format!("/api/events/stream?{query}")).await;
            assert_eq!(reply.json()["error"]["code"], code, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_plain_websocket_watches_without_an_event() {
    let server = Server::alone(&[("CONNECT_TIMEOUT", "2s")]).await;
    let mut admin = server.admin_with_event("a").await;
    let mut idle = Plain::open(server.address, "").await;
    let mut plain = Plain::open(server.address, "").await;
    let answer = plain.command("events:watch", &json!({ "sport": "cricket" })).await;
    let mut list = List::of_answer(&answer);
    assert_eq!(list, listed(server.address, "").await);
    match idle.next().await {
        Frame::Closed(Some((4400, why))) => {
            assert!(why.starts_with("bad_request: eventId is missing"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    admin.done("event:update", &json!({ "eventId": "a", "title": "B" })).await;
    while list.title("a") != "B" {
        list.take(&plain.frame("events").await);
    }
    assert_eq!(plain.command("events:unwatch", &json!({})).await["ok"], true);
    assert_eq!(
        plain.command("events:watch", &json!({ "status": "soon" })).await["error"]["code"],
        "bad_request"
    );
    // Without an answer, the page comes as a message.
    plain.say(r#"{"type":"events:watch","q":"b"}"#).await;
    assert_eq!(plain.frame("events").await["changed"][0]["eventId"], "a");
}

#[tokio::test]
async fn whatever_changes_the_list_of_a_watcher_ends_as_the_api_answers_it() {
    let changes = soak::count(150, 3_000);
    each_server(&[], async |server| {
        let mut random = StdRng::seed_from_u64(7);
        let mut admin = server.admin().await;
        let queries =
            [(json!({}), ""), (json!({ "status": ["live", "paused"] }), "status=live&status=paused")];
        let mut watchers = Vec::new();
        let mut created = 0;
        for change in 0..changes {
            if change % (changes / 5) == 0 {
                for (watch, query) in &queries {
                    let mut client = Client::guest(server.address).await;
                    let list = List::of_answer(&client.done("events:watch", watch).await);
                    watchers.push((client, list, *query));
                }
            }
            let id = format!("e{}", random.random_range(0..=created.min(20)));
            let title = random.random_range(0..1_000).to_string();
            let answer = match random.random_range(0..10) {
                0 => {
                    created += 1;
                    admin.call("event:create", &create(&id, "chess")).await
                }
                1..4 => {
                    let new = ["scheduled", "live", "paused", "ended"].choose(&mut random).expect("some");
                    admin.call("event:status", &status(&id, new)).await
                }
                4 => {
                    let name = *["event:archive", "event:unarchive"].choose(&mut random).expect("some");
                    admin.call(name, &json!({ "eventId": id })).await
                }
                5 => admin.call("event:update", &json!({ "eventId": id, "title": title })).await,
                _ => admin.call("score", &score(&id, change.try_into().expect("few"))).await,
            };
            let code = answer["error"]["code"].as_str().unwrap_or("ok");
            assert!(["ok", "conflict", "not_found", "event_ended"].contains(&code), "{answer}");
        }
        for (client, list, query) in &mut watchers {
            let expected = listed(server.address, query).await;
            until_list(client, list, |list| *list == expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn changes_by_another_process_are_seen() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let server = Server::start(&url, &[]).await;
    let _admin = server.admin_with_event("a").await;
    let mut client = Client::guest(server.address).await;
    let mut list = List::of_answer(&client.done("events:watch", &json!({})).await);
    databases::execute(&url, "update events set title = 'changed elsewhere' where id = 'a'")
        .await
        .expect("the database takes it");
    until_list(&mut client, &mut list, |list| list.title("a") == "changed elsewhere").await;
}

#[tokio::test]
async fn one_network_cannot_have_all_lists() {
    let server = Server::alone(&[
        ("READ_RATE", "1000/1s"),
        ("SOCKET_RATE", "1000/1s"),
        ("SOCKET_HARD_RATE", "1000/1s"),
    ])
    .await;
    let _admin = server.admin_with_event("a").await;
    let mut clients = Vec::new();
    let refused = loop {
        let mut client = Client::guest(server.address).await;
        let answer = client.call("events:watch", &json!({ "q": format!("q{}", clients.len()) })).await;
        if answer["ok"] == false {
            break answer;
        }
        clients.push(client);
    };
    assert_eq!(refused["error"]["code"], "unavailable");
    assert!(refused["error"]["retryAfterMs"].as_u64().is_some_and(|wait| wait >= 1_000), "{refused}");
    assert_eq!(clients.len(), 64);
    let mut client = Client::guest(server.address).await;
    client.done("events:watch", &json!({ "q": "q0" })).await;
    let reply = server.get("/api/events/stream?q=one-more").await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("retry: "), "{}", reply.text);
    clients.truncate(32);
    until("there is room again", async || {
        client.call("events:watch", &json!({ "q": "one-more" })).await["ok"] == true
    })
    .await;
}
