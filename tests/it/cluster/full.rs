//! Viewers with `full: true` on one node are sent the whole state of what is published on another.

use serde_json::{Value, json};

use super::Cluster;
use crate::history::{merge, number};
use crate::socket::Client;

/// More than a notification of Postgres holds, so that the other node reads the update from the log.
const LONG: usize = 10_000;

#[tokio::test]
async fn a_full_viewer_on_another_node_is_sent_the_merged_state() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let mut viewers = Vec::new();
    for node in &cluster.nodes {
        let mut client = Client::guest(node.address).await;
        client.done("join", &json!({ "eventId": "match", "full": true })).await;
        viewers.push(client);
    }
    let mut states = vec![Value::Null];
    for n in 1..=20_i64 {
        let filling = if n % 5 == 0 { "x".repeat(LONG) } else { String::new() };
        let data = json!({ "n": n, "filling": filling, format!("k{}", n % 3): (n % 2 == 0).then_some(n) });
        let mut state = states.last().expect("a state").clone();
        merge(&mut state, &data);
        states.push(state);
        let scorer = &mut admins[usize::try_from(n % 2).expect("0 or 1")];
        let answer = scorer.done("score", &json!({ "eventId": "match", "data": data })).await;
        assert_eq!(answer["seq"], n);
    }
    for viewer in &mut viewers {
        let mut seen = 0;
        while seen < 20 {
            let arguments = viewer.message("score").await;
            let (data, meta) = (&arguments[0], &arguments[1]);
            let seq = number(&meta["seq"]);
            assert!(seq > seen && meta["kind"] == "snapshot", "after {seen}: {meta}");
            assert_eq!(*data, states[usize::try_from(seq).expect("positive")], "{meta}");
            seen = seq;
        }
    }
    drop(viewers);
    cluster.stop().await;
}
