//! Reactions are shown to everybody, counted exactly and saved.

use serde_json::json;

use super::{code, pulse_with, sum, watch, watch_as};
use crate::databases::query;
use crate::http::until;
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// The number of reactions in the database.
const SAVED: &str = "select cast(coalesce(sum(count), 0) as bigint) from reaction_totals";

#[tokio::test]
async fn a_reaction_is_shown_to_all_and_counted() {
    each_server(&[], async |server| {
        let _admin = server.admin_with_event("match").await;
        let (mut ann, mut bob) = (watch(server, "ann").await, watch_as(server, "bob").await);
        let mut nobody = Client::guest(server.address).await;
        nobody.done("join", &json!("match")).await;
        ann.done("reaction", &json!({ "emoji": "🔥", "comment": "what a ball", "id": "not ann" })).await;
        for client in [&mut ann, &mut bob, &mut nobody] {
            let shown = client.message("reaction").await;
            assert_eq!(shown[1], json!({ "eventId": "match" }));
            let mut reaction = shown[0].clone();
            assert!(reaction["at"].take().is_i64());
            let expected = json!({ "id": "guest:ann", "emoji": "🔥", "comment": "what a ball", "at": null });
            assert_eq!(reaction, expected);
        }
        bob.done("reaction", &json!({ "emoji": ":)", "eventId": "match", "comment": "" })).await;
        let shown = ann.message("reaction").await.remove(0);
        assert_eq!(
            (&shown["emoji"], &shown["name"], shown.get("comment")),
            (&json!(":)"), &json!("bob"), None)
        );
        assert_eq!(shown["id"].as_str().map(str::len), Some(36), "the account's id: {shown}");
        let pulse = pulse_with(&mut nobody, |pulse| sum(&pulse["reactions"]["totals"]) == 2).await;
        assert_eq!(pulse["reactions"]["totals"], json!({ "🔥": 1, ":)": 1 }));
        assert_eq!((&pulse["seq"], &pulse["status"]), (&json!(0), &json!("scheduled")));
        assert_eq!(pulse["viewers"], json!({ "total": 3, "users": 1, "guests": 2 }));
        nobody.done("reaction", &json!({ "emoji": "❤️" })).await;
        let id = ann.message("reaction").await.remove(0)["id"].clone();
        assert!(id.as_str().is_some_and(|id| id.starts_with("guest:#")), "{id}");
        // Different encodings of the same emoji.
        for emoji in ["❤", " ❤\u{fe0f}\n"] {
            nobody.done("reaction", &json!({ "emoji": emoji })).await;
            assert_eq!(ann.message("reaction").await[0]["emoji"], "❤️");
        }
        let all = json!({ "🔥": 1, ":)": 1, "❤️": 3 });
        pulse_with(&mut nobody, |pulse| pulse["reactions"]["totals"] == all).await;
    })
    .await;
}

#[tokio::test]
async fn a_reaction_that_cannot_be_taken_is_refused() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut ann = Client::guest(server.address).await;
    let fire = json!({ "emoji": "🔥" });
    assert_eq!(code(&ann.call("reaction", &fire).await), "not_joined");
    ann.done("join", &json!({ "eventId": "match", "id": "ann" })).await;
    assert_eq!(
        code(&ann.call("reaction", &json!({ "emoji": "🔥", "eventId": "other" })).await),
        "not_joined"
    );
    for bad in [json!({}), json!(null), json!("🔥"), json!({ "emoji": 1 }), json!({ "emoji": "other" })] {
        assert_eq!(code(&ann.call("reaction", &bad).await), "bad_request", "{bad}");
    }
    let long = json!({ "emoji": "🔥", "comment": "é".repeat(201) });
    assert_eq!(code(&ann.call("reaction", &long).await), "too_large");
    let event = json!({ "eventId": "second", "sport": "chess", "title": "The second" });
    admin.done("event:create", &event).await;
    ann.done("join", &json!("second")).await;
    assert_eq!(code(&ann.call("reaction", &fire).await), "bad_request");
    ann.done("leave", &json!("second")).await;
    admin.done("event:status", &json!({ "eventId": "match", "status": "ended" })).await;
    assert_eq!(code(&ann.call("reaction", &fire).await), "event_ended");
    let pulse = pulse_with(&mut ann, |pulse| pulse["status"] == "ended").await;
    assert_eq!(pulse["reactions"], json!({ "window": {}, "totals": {} }));
}

#[tokio::test]
async fn windows_add_up_to_the_totals_and_no_emoji_beyond_64_has_its_own_count() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let mut ann = watch(&server, "ann").await;
    let others = emojis::iter().map(emojis::Emoji::as_str).filter(|emoji| *emoji != "🔥");
    for emoji in others.take(150).flat_map(|other| [other, "🔥"]) {
        ann.done("reaction", &json!({ "emoji": emoji })).await;
    }
    let (mut windows, mut singles) = (0, 0);
    loop {
        let pulse = ann.message("pulse").await.remove(0);
        let reactions = &pulse["reactions"];
        windows += sum(&reactions["window"]);
        assert!(reactions["window"].as_object().is_some_and(|window| window.len() <= 65), "{reactions}");
        if sum(&reactions["totals"]) == 300 {
            assert_eq!(reactions["totals"]["🔥"], 150);
            assert_eq!(reactions["totals"].as_object().map(serde_json::Map::len), Some(65));
            break;
        }
    }
    assert_eq!(windows, 300);
    for packet in ann.sent_so_far().await {
        singles +=
            usize::from(matches!(packet, crate::packet::Packet::Message(name, _) if name == "reaction"));
    }
    assert!((5..=60).contains(&singles), "{singles} single reactions of 300");
}

#[tokio::test]
async fn made_up_emoticons_are_refused_and_take_no_count_from_a_real_emoji() {
    each_server(
        &[("REACTION_RATE", "100000/1s"), ("SOCKET_RATE", "100000/1s"), ("SOCKET_HARD_RATE", "200000/1s")],
        async |server| {
            let _admin = server.admin_with_event("match").await;
            let mut ann = watch(server, "ann").await;
            // Short texts of punctuation, as emoticons are.
            for nth in 0..soak::count(100, 1_100) {
                let text: String = [nth / 100, nth / 10 % 10, nth % 10]
                    .iter()
                    .map(|n| ")(:;-=^_<>~".as_bytes()[n % 11] as char)
                    .collect();
                let answer = ann.call("reaction", &json!({ "emoji": format!("{text}|") })).await;
                assert_eq!(code(&answer), "bad_request", "{text}: {answer}");
            }
            ann.done("reaction", &json!({ "emoji": "🔥" })).await;
            let pulse = pulse_with(&mut ann, |pulse| sum(&pulse["reactions"]["totals"]) > 0).await;
            assert_eq!(pulse["reactions"]["totals"], json!({ "🔥": 1 }));
        },
    )
    .await;
}

#[tokio::test]
async fn totals_outlive_the_room_and_the_server() {
    for kind in ["shutdown", "kill"] {
        let mut server = Server::alone(&[]).await;
        let _admin = server.admin_with_event("match").await;
        let mut ann = watch(&server, "ann").await;
        for _ in 0..3 {
            ann.done("reaction", &json!({ "emoji": "👨‍👩‍👧‍👦" })).await;
        }
        if kind == "kill" {
            // Reactions are saved every few seconds; saved ones survive.
            let saved = async || query::<(i64,)>(&server.database_url, SAVED).await == [(3,)];
            until("the totals are saved", saved).await;
            server.kill().await;
        } else {
            server.terminate();
            server.exit().await;
        }
        server.restart().await;
        let mut ann = watch(&server, "ann").await;
        let pulse = ann.message("pulse").await.remove(0);
        assert_eq!(pulse["reactions"]["totals"], json!({ "👨‍👩‍👧‍👦": 3 }), "after {kind}");
        ann.done("reaction", &json!({ "emoji": "👨‍👩‍👧‍👦" })).await;
        pulse_with(&mut ann, |pulse| pulse["reactions"]["totals"] == json!({ "👨‍👩‍👧‍👦": 4 })).await;
    }
}
