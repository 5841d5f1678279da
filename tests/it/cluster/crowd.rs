//! The crowd across nodes: people are counted once, reactions are added up, and everybody gets all messages.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Cluster, watch};
use crate::crowd::fair::{CROWD, FAN, flood, react_and_see, watch_from};
use crate::crowd::{pulse_with, sum};
use crate::http::DEADLINE;
use crate::packet::Packet;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// The time in which the viewers of a killed node disappear.
const GONE_WITHIN: Duration = Duration::from_secs(15);

async fn nameless(node: &Server) -> Client {
    let mut client = Client::guest(node.address).await;
    client.done("join", &json!("match")).await;
    client
}

fn viewers(total: u32, users: u32) -> Value {
    json!({ "total": total, "users": users, "guests": total - users })
}

async fn until_viewers(node: &Server, wanted: &Value) {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let started = Instant::now();
    while node.event("match").await["viewers"] != *wanted {
        assert!(started.elapsed() < DEADLINE, "{} and not {wanted}", node.event("match").await["viewers"]);
        ticks.tick().await;
    }
}

#[tokio::test]
async fn who_watches_at_two_nodes_counts_once_and_a_killed_nodes_viewers_are_soon_gone() {
    let mut cluster = Cluster::start(3, &[]).await;
    let mut admins = cluster.admins().await;
    let token = cluster.nodes[0].token("carol", "reviewer", &[]).await;
    let mut all = Vec::new();
    for node in &cluster.nodes {
        all.push(watch(node, "ann").await);
        all.push(nameless(node).await);
        let carol = Client::open(node.address, "").await.connect("/", &json!({ "token": token })).await;
        all.push(carol.expect("the token is accepted"));
        all.last_mut().expect("one").done("join", &json!("match")).await;
    }
    for node in &cluster.nodes {
        until_viewers(node, &viewers(5, 1)).await;
    }
    pulse_with(&mut all[0], |pulse| pulse["viewers"] == viewers(5, 1)).await;
    let listed = admins[1].done("event:list", &Value::Null).await;
    assert_eq!(listed["events"][0]["viewers"], viewers(5, 1));

    // A node without viewers knows the count too; viewers who leave disappear at once.
    for client in &mut all[3..6] {
        client.done("leave", &json!("match")).await;
    }
    for node in &cluster.nodes {
        until_viewers(node, &viewers(4, 1)).await;
    }
    cluster.nodes[2].kill().await;
    let killed = Instant::now();
    cluster.nodes.pop();
    let _back = watch(&cluster.nodes[1], "ann").await;
    for node in &cluster.nodes {
        until_viewers(node, &viewers(3, 1)).await;
    }
    soak::took_less(killed.elapsed(), GONE_WITHIN);
    cluster.stop().await;
}

#[tokio::test]
async fn reactions_of_all_nodes_add_up_at_each_and_singles_reach_everybody() {
    let cluster = Cluster::start(2, &[]).await;
    let _admins = cluster.admins().await;
    let mut fans = [watch(&cluster.nodes[0], "ann").await, watch(&cluster.nodes[1], "bob").await];
    fans[0].done("reaction", &json!({ "emoji": "🔥", "comment": "what a ball" })).await;
    for fan in &mut fans {
        let shown = fan.message("reaction").await;
        assert_eq!((&shown[0]["id"], &shown[0]["comment"]), (&json!("guest:ann"), &json!("what a ball")));
    }
    for _ in 0..50 {
        for fan in &mut fans {
            fan.done("reaction", &json!({ "emoji": "🔥" })).await;
        }
        fans[1].done("reaction", &json!({ "emoji": ":)" })).await;
    }
    for fan in &mut fans {
        let (mut windows, mut totals) = (0, Value::Null);
        while totals != json!({ "🔥": 101, ":)": 50 }) {
            let pulse = fan.message("pulse").await.remove(0);
            windows += sum(&pulse["reactions"]["window"]);
            totals = pulse["reactions"]["totals"].clone();
        }
        assert_eq!(windows, 151, "the windows add up to the totals");
    }
    // New viewers see the same.
    for node in &cluster.nodes {
        let mut late = watch(node, "late").await;
        pulse_with(&mut late, |pulse| pulse["reactions"]["totals"] == json!({ "🔥": 101, ":)": 50 })).await;
    }
    cluster.stop().await;
}

#[tokio::test]
async fn in_a_flood_at_every_node_nobody_sees_more_than_twenty_singles_a_second() {
    let cluster = Cluster::start(2, &[]).await;
    let _admins = cluster.admins().await;
    let mut fans = [watch(&cluster.nodes[0], "ann").await, watch(&cluster.nodes[1], "bob").await];
    let flooding = Instant::now();
    for _ in 0..150 {
        for fan in &mut fans {
            fan.done("reaction", &json!({ "emoji": "🔥" })).await;
        }
    }
    for fan in &mut fans {
        pulse_with(fan, |pulse| sum(&pulse["reactions"]["totals"]) == 300).await;
    }
    let seconds = flooding.elapsed().as_secs() + 2;
    for fan in &mut fans {
        let sent = fan.sent_so_far().await;
        let is_single = |packet: &&Packet| matches!(packet, Packet::Message(name, _) if name == "reaction");
        let singles = sent.iter().filter(is_single).count() as u64;
        assert!((1..=20 * seconds).contains(&singles), "{singles} in {seconds} s");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_flood_at_one_node_keeps_no_reaction_at_another_from_being_shown_there() {
    let cluster = Cluster::start(2, &[("TRUST_PROXY", "true")]).await;
    let _admins = cluster.admins().await;
    let (flooded, quiet) = (&cluster.nodes[0], &cluster.nodes[1]);
    let flood = flood(flooded).await;
    let mut fan = watch_from(quiet, FAN, &Value::Null).await;
    let mut viewer = watch_from(flooded, CROWD, &Value::Null).await;
    for _ in 0..5 {
        react_and_see(&mut fan, &mut viewer, &json!({ "emoji": "👏" })).await;
    }
    drop(flood);
    cluster.stop().await;
}

#[tokio::test]
async fn a_message_is_read_at_every_node_and_gone_when_it_is_deleted_at_another() {
    let cluster = Cluster::start(2, &[("TEXT_LENGTH", "4000")]).await;
    let mut admins = cluster.admins().await;
    let token = cluster.nodes[0].token("bob", "reviewer", &[]).await;
    let bob = Client::open(cluster.nodes[0].address, "").await.connect("/", &json!({ "token": token })).await;
    let mut bob = bob.expect("the token is accepted");
    bob.done("join", &json!("match")).await;
    let mut ann = watch(&cluster.nodes[1], "ann").await;
    bob.done("message", &json!("hello")).await;
    let message = ann.message("message").await.remove(0);
    assert_eq!((&message["text"], &message["name"]), (&json!("hello"), &json!("bob")));
    // Larger than a notification.
    let long = "\u{1}".repeat(1_500);
    admins[1].done("message", &json!({ "eventId": "match", "text": long })).await;
    for client in [&mut bob, &mut ann] {
        let shown = client.message("message").await;
        if shown[0]["text"] == "hello" {
            assert_eq!(client.message("message").await[0]["text"], long);
        } else {
            assert_eq!((&shown[0]["text"], &shown[0]["official"]), (&json!(long), &json!(true)));
        }
    }
    let id = json!({ "eventId": "match", "messageId": message["messageId"] });
    admins[1].done("message:delete", &id).await;
    for client in [&mut bob, &mut ann] {
        assert_eq!(client.message("message:deleted").await[0]["messageId"], message["messageId"]);
    }
    for node in &cluster.nodes {
        let mut late = watch(node, "late").await;
        assert_eq!(late.message("message").await[0]["text"], long, "a later viewer gets the kept messages");
    }
    cluster.stop().await;
}
