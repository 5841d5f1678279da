//! A node answers with the latest changes made on another node.

use serde_json::{Value, json};

use super::{Cluster, score, watch};
use crate::desk::scores;
use crate::packet::Packet;
use crate::socket::Client;

#[tokio::test]
async fn who_joins_at_another_node_is_told_of_what_was_just_answered() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let _open = watch(&cluster.nodes[1], "ann").await;
    for round in 0..60 {
        let seq = score(&mut admins[0], json!({ "round": round })).await;
        let mut late = Client::guest(cluster.nodes[1].address).await;
        let answer = late.done("join", &json!("match")).await;
        assert_eq!(answer["seq"], seq, "in round {round}");
        let state = late.message("score").await;
        assert_eq!(state[0]["round"], round);

        let (status, title) = (["live", "paused"][round % 2], format!("Round {round}"));
        admins[0].done("event:status", &json!({ "eventId": "match", "status": status })).await;
        admins[0].done("event:update", &json!({ "eventId": "match", "title": title })).await;
        let answer = late.done("join", &json!("match")).await;
        assert_eq!((&answer["event"]["status"], &answer["event"]["title"]), (&json!(status), &json!(title)));
        let listed = admins[1].done("event:list", &Value::Null).await;
        assert_eq!(
            (&listed["events"][0]["seq"], &listed["events"][0]["status"]),
            (&json!(seq), &json!(status))
        );
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_changed_event_is_told_to_the_viewers_of_all_nodes_once() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let mut viewers = [watch(&cluster.nodes[0], "ann").await, watch(&cluster.nodes[1], "bob").await];
    for round in 0..10 {
        let title = format!("Round {round}");
        admins[round % 2].done("event:update", &json!({ "eventId": "match", "title": title })).await;
        for viewer in &mut viewers {
            assert_eq!(viewer.message("event").await[0]["title"], title);
        }
    }
    for viewer in &mut viewers {
        let again = viewer.sent_so_far().await;
        assert!(!again.iter().any(|packet| matches!(packet, Packet::Message(name, _) if name == "event")));
    }
    // No node accepts reactions to an ended event, or messages if they are off.
    admins[0].done("event:status", &json!({ "eventId": "match", "status": "ended" })).await;
    assert_eq!(viewers[1].message("event").await[0]["status"], "ended");
    let refused = viewers[1].call("reaction", &json!({ "emoji": "🔥" })).await;
    assert_eq!(refused["error"]["code"], "event_ended");
    cluster.stop().await;
}

#[tokio::test]
async fn a_desk_follows_what_its_scorer_may_score_whichever_node_was_told() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let token = cluster.nodes[0].token("ann", "scorer", &[]).await;
    let mut desk = Client::admin(cluster.nodes[1].address, &token).await;
    let ann = json!({ "eventId": "match", "email": "ann@example.org" });
    score(&mut admins[0], json!({ "n": 1 })).await;
    admins[0].done("event:assign", &ann).await;
    score(&mut admins[0], json!({ "n": 2 })).await;
    assert_eq!(desk.message("score").await[1]["seq"], 2, "it is sent what happens from then on");
    admins[0].done("event:unassign", &ann).await;
    score(&mut admins[0], json!({ "n": 3 })).await;
    admins[0].done("event:assign", &ann).await;
    score(&mut admins[0], json!({ "n": 4 })).await;
    assert_eq!(desk.message("score").await[1]["seq"], 4);
    // Revoke a role, and grant one.
    let role = |role: &str| json!({ "email": "ann@example.org", "role": role });
    admins[0].done("role:grant", &role("admin")).await;
    admins[0].done("role:revoke", &role("scorer")).await;
    let other = json!({ "eventId": "other", "sport": "chess", "title": "Another" });
    admins[0].done("event:create", &other).await;
    // The other node reads her new role; from then on she receives its messages.
    for n in 1.. {
        admins[0].done("score", &json!({ "eventId": "other", "data": { "n": n } })).await;
        if scores(&mut desk).await.iter().any(|(event, _)| event == "other") {
            break;
        }
        assert!(n < 500, "the new role is not seen");
    }
    admins[0].done("role:revoke", &role("admin")).await;
    // Again; from then on she receives nothing.
    let mut viewer = watch(&cluster.nodes[1], "bob").await;
    for n in 5.. {
        let seq = score(&mut admins[0], json!({ "n": n })).await;
        while viewer.message("score").await[1]["seq"] != seq {}
        if scores(&mut desk).await.is_empty() {
            break;
        }
        assert!(n < 500, "the old role is still seen");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn operators_see_every_node() {
    let mut cluster = Cluster::start(3, &[]).await;
    let mut admins = cluster.admins().await;
    let stats = admins[1].done("stats", &Value::Null).await;
    let nodes = stats["nodes"].as_array().expect("a list").clone();
    assert_eq!((nodes.len(), &nodes[0]["id"]), (3, &stats["node"]));
    assert!(nodes.iter().all(|node| node["connections"].is_u64() && node["lastHeard"].is_i64()), "{stats}");
    // A stopping node says so.
    cluster.nodes[2].terminate();
    cluster.nodes[2].exit().await;
    cluster.nodes.pop();
    cluster.until_met().await;
    let stats = admins[1].done("stats", &Value::Null).await;
    assert_eq!(stats["nodes"].as_array().map(Vec::len), Some(2));
    cluster.stop().await;
}
