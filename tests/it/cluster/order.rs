//! Updates from all nodes reach viewers on all nodes in the same order, without a gap or duplicate.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Cluster, score, watch};
use crate::databases::execute;
use crate::history::History;
use crate::http::DEADLINE;
use crate::packet::Packet;
use crate::socket::Client;

/// Viewers per node.
const VIEWERS: usize = 15;
/// Updates per scorer.
const UPDATES: i64 = 150;
/// Updates in flight per scorer.
const IN_FLIGHT: i64 = 10;

/// Ends the nodes' LISTEN connections.
const DEAFEN: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'touchline listener'";

/// Watches until the last update.
async fn follow(node: SocketAddr, last: i64) -> History {
    let (mut history, mut client) = (History::default(), Client::guest(node).await);
    history.join(&mut client, "match", Value::Null).await;
    history.follow(&mut client, last).await;
    history
}

/// Publishes with several updates in flight.
async fn publish(mut admin: Client, name: String) {
    let (mut sent, mut answered) = (0, 0);
    while answered < UPDATES {
        while sent < UPDATES && sent - answered < IN_FLIGHT {
            sent += 1;
            let data = json!({ &name: sent, "last": &name, "odd": (sent % 2 == 1).then_some(sent) });
            admin.ask("score", &json!({ "eventId": "match", "data": data }).to_string()).await;
        }
        if let Packet::Answer(_, answer) = admin.next().await {
            assert_eq!(answer["ok"], true, "{answer}");
            answered += 1;
        }
    }
}

/// Three scorers on three nodes with viewers on each; `disturb` runs repeatedly meanwhile.
async fn storm(disturb: impl AsyncFn(&Cluster)) {
    let cluster = Cluster::start(3, &[]).await;
    let admins = cluster.admins().await;
    let last = UPDATES * i64::try_from(admins.len()).expect("three");
    let (mut viewers, mut scorers) = (JoinSet::new(), JoinSet::new());
    for node in &cluster.nodes {
        for _ in 0..VIEWERS {
            viewers.spawn(follow(node.address, last));
        }
    }
    for (number, admin) in admins.into_iter().enumerate() {
        scorers.spawn(publish(admin, format!("scorer{number}")));
    }
    let histories = async { tokio::join!(scorers.join_all(), viewers.join_all()).1 };
    let disturbing = async {
        loop {
            disturb(&cluster).await;
        }
    };
    let histories = tokio::select! {
        histories = histories => histories,
        () = disturbing => unreachable!("it never ends"),
    };
    let event = cluster.nodes[0].event("match").await;
    assert_eq!((event["seq"].as_i64(), histories.len()), (Some(last), VIEWERS * 3));
    for history in histories {
        assert_eq!((history.seq, &history.state), (last, &event["snapshot"]));
    }
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_of_three_nodes_reach_every_viewer_once_and_in_one_order() {
    storm(async |_| std::future::pending().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_they_do_while_the_nodes_are_deafened_again_and_again() {
    storm(async |cluster| {
        execute(&cluster.database.url, DEAFEN).await.expect("the superuser is allowed");
        tokio::time::sleep(Duration::from_millis(300)).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_deaf_node_missed_it_reads_when_it_hears_again() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let (mut client, mut history) = (Client::guest(cluster.nodes[1].address).await, History::default());
    history.join(&mut client, "match", Value::Null).await;
    for round in 0..5 {
        execute(&cluster.database.url, DEAFEN).await.expect("the superuser is allowed");
        let seq = score(&mut admins[0], json!({ "round": round })).await;
        tokio::time::timeout(DEADLINE, history.follow(&mut client, seq)).await.expect("it is read");
    }
    cluster.nodes[1].until_metric("touchline_bus_connected", "", |connected| connected > 0.5).await;
    assert!(cluster.nodes[1].metric("touchline_bus_reconnects_total", "").await > 0.5);
    cluster.stop().await;
}

#[tokio::test]
async fn a_killed_node_misses_nothing_that_its_viewers_then_do() {
    let mut cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let mut client = Client::guest(cluster.nodes[1].address).await;
    let mut history = History::default();
    history.join(&mut client, "match", Value::Null).await;
    for round in 0..3 {
        let seq = score(&mut admins[0], json!({ "before": round })).await;
        history.follow(&mut client, seq).await;
        cluster.nodes[1].kill().await;
        score(&mut admins[0], json!({ "while": round })).await;
        // A scorer moves to the other node, and back.
        for node in [0, 1] {
            if node == 1 {
                cluster.nodes[1].restart().await;
            }
            client = Client::guest(cluster.nodes[node].address).await;
            let answer = history.join(&mut client, "match", history.since()).await;
            assert_eq!(answer["recovered"], true);
            let seq = score(&mut admins[0], json!({ "after": round })).await;
            history.follow(&mut client, seq).await;
        }
    }
    assert_eq!((history.snapshots, history.updates), (0, 12));
    cluster.stop().await;
}

#[tokio::test]
async fn an_update_too_long_for_a_notification_arrives_too() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let mut viewer = watch(&cluster.nodes[1], "ann").await;
    for length in [1_000, 30_000, 10, 60_000] {
        score(&mut admins[0], json!({ "text": "é".repeat(length / 2) })).await;
        let seen = viewer.message("score").await;
        assert_eq!(seen[0]["text"].as_str().map(str::len), Some(length));
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_retry_at_another_node_has_no_second_effect() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    for n in 1..=20 {
        let update = json!({ "eventId": "match", "data": { "n": n }, "opId": format!("op {n}") });
        let (first, again) = admins.split_at_mut(1);
        let update_text = update.to_string();
        // At the same time, like a client that gives up too early.
        first[0].ask("score", &update_text).await;
        let second = again[0].done("score", &update).await;
        let answer = loop {
            if let Packet::Answer(_, answer) = first[0].next().await
                && answer.get("seq").is_some()
            {
                break answer;
            }
        };
        assert_eq!((&answer["seq"], &second["seq"]), (&json!(n), &json!(n)));
        assert!((answer["duplicate"] == true) != (second["duplicate"] == true), "{answer} {second}");
    }
    cluster.stop().await;
}
