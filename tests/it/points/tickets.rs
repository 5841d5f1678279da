//! Tickets over sockets of the real server: valid once, for one player and at one time.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use http::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use touchline::domain::clock;
use touchline::domain::session::SessionEnding;
use touchline::services::points::verify;
use touchline::storage::{Database, sessions};

use super::field::{Player, sign_in, sign_in_on};
use crate::databases::options;
use crate::http::call;
use crate::packet::Packet;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// Settings of the tests' servers, with limits out of the way.
pub const SETTINGS: [(&str, &str); 3] =
    [("ACTION_RATE", "10000/1s"), ("SOCKET_RATE", "10000/1s"), ("SOCKET_HARD_RATE", "100000/1s")];

/// A second connection to the server's database.
pub async fn database(server: &Server) -> Database {
    Database::connect(&server.database_url, &options()).await.expect("the server's database opens")
}

/// Opens the live event `1` with these actions.
pub async fn live_event(server: &Server, actions: Value) -> Client {
    let mut admin = server.admin().await;
    let event = json!({ "eventId": "1", "sport": "cricket", "title": "One", "actions": actions });
    admin.done("event:create", &event).await;
    admin.done("event:status", &json!({ "eventId": "1", "status": "live" })).await;
    admin
}

/// A player's socket that has joined the event.
pub async fn join(server: SocketAddr, player: &Player) -> Client {
    let client = Client::open(server, "").await.connect("/", &json!({ "token": player.token })).await;
    let mut client = client.expect("the token is accepted");
    client.done("join", &json!({ "eventId": "1" })).await;
    client
}

/// Starts an action and returns its ticket.
pub async fn start(client: &mut Client, action: &str) -> String {
    let answer = client.done("action:start", &json!({ "eventId": "1", "action": action })).await;
    answer["ticket"].as_str().expect("a ticket").to_owned()
}

async fn code(client: &mut Client, name: &str, payload: Value) -> String {
    let answer = client.call(name, &payload).await;
    answer["error"]["code"].as_str().unwrap_or_else(|| panic!("{name}: {answer}")).to_owned()
}

fn guess() -> Value {
    json!([{ "name": "guess", "points": 10, "dailyCap": 2 },
        { "name": "slow", "points": 10, "minMs": 600_000, "dailyCap": 9 },
        { "name": "rare", "points": 10, "cooldownMs": 600_000, "dailyCap": 9 }])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_ticket_completed_a_hundred_times_at_once_has_one_effect() {
    each_server(&SETTINGS, async |server| {
        live_event(server, guess()).await;
        let db = database(server).await;
        let player = sign_in(&db, "player", clock::now()).await;
        let mut sockets = Vec::new();
        for _ in 0..10 {
            sockets.push(join(server.address, &player).await);
        }
        let ticket = start(&mut sockets[0], "guess").await;
        let mut completing = JoinSet::new();
        for mut socket in sockets {
            let arguments = json!({ "ticket": ticket }).to_string();
            completing.spawn(async move {
                for _ in 0..10 {
                    socket.ask("action:complete", &arguments).await;
                }
                let (mut answers, mut sent) = (Vec::new(), Vec::new());
                while answers.len() < 10 || sent.is_empty() {
                    match socket.next().await {
                        Packet::Answer(_, answer) => answers.push(answer),
                        Packet::Message(name, arguments) if name == "points" => sent.extend(arguments),
                        _ => {}
                    }
                }
                // It arrives once at each of the player's sockets.
                assert!(!format!("{:?}", socket.sent_so_far().await).contains("Message(\"points\""));
                (answers, sent)
            });
        }
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for (answers, sent) in completing.join_all().await {
            let wanted = json!({ "eventId": "1", "points": 10, "total": 10, "rank": 1, "status": "counted" });
            assert_eq!(sent, [wanted]);
            for answer in answers {
                let word = answer["error"]["code"].as_str().unwrap_or("ok");
                *said.entry(word.to_owned()).or_default() += 1;
            }
        }
        assert_eq!(said, BTreeMap::from([("already_used".to_owned(), 99), ("ok".to_owned(), 1)]));
        let board = server.get("/api/events/1/leaderboard").await.json();
        assert_eq!(board["top"], json!([{ "rank": 1, "name": "player", "points": 10 }]));
        assert_eq!(verify(&db).await.unwrap(), (2, vec![]));
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_that_is_not_good_earns_nothing() {
    each_server(&SETTINGS, async |server| {
        let mut admin = live_event(server, guess()).await;
        let db = database(server).await;
        let (ann, bob) = (sign_in(&db, "ann", clock::now()).await, sign_in(&db, "bob", clock::now()).await);
        let (mut anns, mut bobs) = (join(server.address, &ann).await, join(server.address, &bob).await);
        let mut guest = Client::guest(server.address).await;
        let start_guess = json!({ "eventId": "1", "action": "guess" });

        assert_eq!(code(&mut guest, "action:start", start_guess.clone()).await, "unauthenticated");
        let unknown = json!({ "eventId": "1", "action": "unknown" });
        assert_eq!(code(&mut anns, "action:start", unknown).await, "not_found");
        let elsewhere = json!({ "eventId": "2", "action": "guess" });
        assert_eq!(code(&mut anns, "action:start", elsewhere).await, "not_joined");
        let forged = json!({ "ticket": "Zm9yZ2Vk" });
        assert_eq!(code(&mut anns, "action:complete", forged).await, "not_found");

        let ticket = json!({ "ticket": start(&mut anns, "guess").await });
        assert_eq!(code(&mut guest, "action:complete", ticket.clone()).await, "unauthenticated");
        assert_eq!(code(&mut bobs, "action:complete", ticket.clone()).await, "not_found");
        anns.done("leave", &json!({ "eventId": "1" })).await;
        assert_eq!(code(&mut anns, "action:complete", ticket.clone()).await, "not_joined");
        anns.done("join", &json!({ "eventId": "1" })).await;

        let early = json!({ "ticket": start(&mut anns, "slow").await });
        let answer = anns.call("action:complete", &early).await;
        assert_eq!(answer["error"]["code"], "rate_limited");
        let wait = answer["error"]["retryAfterMs"].as_i64().expect("a time");
        assert!((1..=600_001).contains(&wait), "{wait}");

        for status in ["scheduled", "paused", "ended"] {
            admin.done("event:status", &json!({ "eventId": "1", "status": status })).await;
            let expected = if status == "ended" { "event_ended" } else { "conflict" };
            assert_eq!(code(&mut anns, "action:complete", ticket.clone()).await, expected);
            assert_eq!(code(&mut anns, "action:start", start_guess.clone()).await, expected);
        }
        let board = server.get("/api/leaderboard").await.json();
        assert_eq!((&board["top"], &board["eventId"]), (&json!([]), &Value::Null));

        // After all this the ticket is still valid, once.
        admin.done("event:status", &json!({ "eventId": "1", "status": "live" })).await;
        let answer = anns.done("action:complete", &ticket).await;
        assert_eq!(answer, json!({ "ok": true, "status": "counted", "points": 10, "total": 10, "rank": 1 }));
        assert_eq!(code(&mut anns, "action:complete", ticket).await, "already_used");

        // The cooldown and the daily cap.
        let rare = json!({ "ticket": start(&mut anns, "rare").await });
        anns.done("action:complete", &rare).await;
        let rare = json!({ "ticket": start(&mut anns, "rare").await });
        assert_eq!(code(&mut anns, "action:complete", rare).await, "rate_limited");
        let second = json!({ "ticket": start(&mut anns, "guess").await });
        assert_eq!(anns.done("action:complete", &second).await["total"], 30);
        let third = json!({ "ticket": start(&mut anns, "guess").await });
        assert_eq!(code(&mut anns, "action:complete", third).await, "rate_limited");
        let answer = anns.done("leaderboard", &json!({})).await;
        assert_eq!(answer["you"], json!({ "rank": 1, "points": 30 }));
        let http = async |path: &str, token: &str| {
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", bearer.as_str())];
            call(server.address, Method::GET, path, &headers, String::new()).await.expect("an answer")
        };
        let overall = http("/api/leaderboard", &ann.token).await.json();
        assert_eq!((&overall["you"], &overall["top"][0]["name"]), (&answer["you"], &json!("ann")));
        let of_event = http("/api/events/1/leaderboard", &bob.token).await.json();
        assert_eq!(of_event["you"], json!({ "rank": null, "points": 0 }));
        assert_eq!(http("/api/leaderboard", "tls_nobody's").await.status, 401);
        assert_eq!(server.get("/api/events/2/leaderboard").await.status, 404);
        assert_eq!(guest.call("leaderboard", &json!({ "eventId": null })).await["you"], Value::Null);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_that_has_run_out_earns_nothing() {
    let settings = [&SETTINGS[..], &[("TICKET_TTL", "1us")]].concat();
    each_server(&settings, async |server| {
        live_event(server, guess()).await;
        let db = database(server).await;
        let mut client = join(server.address, &sign_in(&db, "ann", clock::now()).await).await;
        let ticket = json!({ "ticket": start(&mut client, "guess").await });
        assert_eq!(code(&mut client, "action:complete", ticket).await, "expired");
        assert_eq!(verify(&db).await.unwrap(), (0, vec![]));
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_was_replaced_completes_nothing_and_the_new_one_not_with_its_ticket() {
    each_server(&SETTINGS, async |server| {
        live_event(server, guess()).await;
        let db = database(server).await;
        let phone = sign_in_on(&db, "ann", clock::now(), "phone").await;
        let mut on_phone = join(server.address, &phone).await;
        let ticket = json!({ "ticket": start(&mut on_phone, "guess").await });
        let mut tx = db.begin().await.unwrap();
        let (session, ..) = sessions::find_live(&mut tx, phone.id).await.unwrap().expect("a session");
        sessions::end(&mut tx, session, SessionEnding::Replaced, clock::now(), Some("tablet")).await.unwrap();
        tx.commit().await.unwrap();
        let tablet = sign_in_on(&db, "ann", clock::now(), "tablet").await;
        let mut on_tablet = join(server.address, &tablet).await;
        assert_eq!(code(&mut on_tablet, "action:complete", ticket.clone()).await, "forbidden");

        // The old device is notified, and may be disconnected already.
        on_phone.emit("action:complete", &ticket.to_string()).await;
        let (_, before) = on_phone.end().await;
        assert!(!format!("{before:?}").contains("counted"), "{before:?}");
        assert_eq!(verify(&db).await.unwrap(), (0, vec![]));
        db.close().await;
    })
    .await;
}
