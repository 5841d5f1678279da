//! One address cannot crowd out another, and a crowd behind one address can use all slots.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::code;
use crate::packet::Packet;
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// The address of the flooding clients, …
pub const CROWD: &str = "192.0.2.1";
/// … and that of a fan.
pub const FAN: &str = "198.51.100.7";

/// A client from an address that watches `match`.
pub async fn watch_from(server: &Server, address: &str, auth: &Value) -> Client {
    let client = Client::from_address(server.address, address).await;
    let mut client = client.connect("/", auth).await.expect("the client is let in");
    client.done("join", &json!("match")).await;
    client
}

/// Many guests from one address who keep reacting until this is dropped.
pub async fn flood(server: &Server) -> JoinSet<()> {
    let reaction = json!({ "emoji": "🔥", "comment": "look at me" });
    let mut flood = JoinSet::new();
    for _ in 0..soak::count(30, 300) {
        let mut guest = watch_from(server, CROWD, &Value::Null).await;
        let reaction = reaction.clone();
        flood.spawn(async move {
            loop {
                guest.call("reaction", &reaction).await;
                guest.forget();
            }
        });
    }
    flood
}

/// Reacts, and waits until the viewer gets the reaction.
pub async fn react_and_see(fan: &mut Client, viewer: &mut Client, reaction: &Value) {
    fan.done("reaction", reaction).await;
    loop {
        let shown = viewer.message("reaction").await.remove(0);
        viewer.forget();
        if shown["emoji"] == reaction["emoji"] && shown["comment"] == reaction["comment"] {
            return;
        }
    }
}

#[tokio::test]
async fn a_flood_from_one_address_keeps_no_reaction_of_another_from_being_shown() {
    each_server(&[("TRUST_PROXY", "true")], async |server| {
        let _admin = server.admin_with_event("match").await;
        let _flood = flood(server).await;
        let mut fan = watch_from(server, FAN, &Value::Null).await;
        let mut viewer = watch_from(server, CROWD, &Value::Null).await;
        for number in 0..5 {
            let comment = format!("number {number}");
            react_and_see(&mut fan, &mut viewer, &json!({ "emoji": "👏", "comment": comment })).await;
            react_and_see(&mut fan, &mut viewer, &json!({ "emoji": "👏" })).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_crowd_behind_one_address_is_shown_as_any_other() {
    let server = Server::alone(&[("TRUST_PROXY", "true")]).await;
    let _admin = server.admin_with_event("match").await;
    let mut viewer = watch_from(&server, FAN, &Value::Null).await;
    let mut crowd = Vec::new();
    for _ in 0..20 {
        crowd.push(watch_from(&server, CROWD, &Value::Null).await);
    }
    for (number, guest) in crowd.iter_mut().enumerate() {
        guest.done("reaction", &json!({ "emoji": "👏", "comment": format!("number {number}") })).await;
    }
    // As many as there are slots: all of them.
    let mut seen = Vec::new();
    while seen.len() < crowd.len() {
        seen.push(viewer.message("reaction").await[0]["comment"].as_str().expect("a comment").to_owned());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), crowd.len(), "{seen:?}");
}

#[tokio::test]
async fn messages_that_flood_from_one_address_leave_places_for_another() {
    let server = Server::alone(&[("TRUST_PROXY", "true")]).await;
    let _admin = server.admin_with_event("match").await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut flood = JoinSet::new();
    for account in 0..5 {
        let token = server.token(&format!("crowd-{account}"), "reviewer", &[]).await;
        let mut member = watch_from(&server, CROWD, &json!({ "token": token })).await;
        let stop = stop.clone();
        flood.spawn(async move {
            // At least until the slots are taken.
            let mut is_limited = false;
            while !is_limited || !stop.load(Ordering::Relaxed) {
                let mut asked = Vec::new();
                for _ in 0..20 {
                    asked.push(member.ask("message", r#""look at me""#).await);
                }
                while !asked.is_empty() {
                    if let Packet::Answer(id, answer) = member.next().await {
                        asked.retain(|asked| *asked != id);
                        is_limited |= answer["ok"] == false && code(&answer) == "rate_limited";
                    }
                }
            }
        });
    }
    let token = server.token("fan", "reviewer", &[]).await;
    let mut fan = watch_from(&server, FAN, &json!({ "token": token })).await;
    for number in 0..10 {
        let text = json!(format!("number {number}"));
        fan.done("message", &text).await;
        while fan.message("message").await[0]["text"] != text {}
        fan.forget();
    }
    stop.store(true, Ordering::Relaxed);
    flood.join_all().await;
}
