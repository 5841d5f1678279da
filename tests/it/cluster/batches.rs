//! A batch reaches the viewers and desks of all nodes: each update once, in order.

use serde_json::{Value, json};

use super::{Cluster, watch};
use crate::batches::{batch, counting};
use crate::history::History;
use crate::socket::Client;

#[tokio::test]
async fn viewers_and_desks_of_another_node_get_each_update_of_a_batch() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let [near, far] = &*cluster.nodes else { panic!("two nodes") };
    let (mut viewer, mut history) = (Client::guest(far.address).await, History::default());
    history.join(&mut viewer, "match", Value::Null).await;
    let last = history_of(&mut admins[0], 250).await;
    history.follow(&mut viewer, last).await;
    assert_eq!((history.updates, history.snapshots), (250, 0));
    assert_eq!(history.state, near.event("match").await["snapshot"]);

    // The desk on the other node has not joined the event's room before.
    for seq in 1..=last {
        let meta = admins[1].message("score").await[1].clone();
        assert_eq!((&meta["seq"], &meta["kind"]), (&json!(seq), &json!("update")), "{meta}");
    }
    // A short one, and then a single update.
    batch(&mut admins[1], counting(2)).await;
    let single = admins[0].done("score", &json!({ "eventId": "match", "data": { "n": 0 } })).await;
    history.follow(&mut viewer, last + 3).await;
    assert_eq!((&single["seq"], history.updates, history.snapshots), (&json!(last + 3), 253, 0));
    let mut late = watch(near, "late").await;
    assert_eq!(late.message("score").await[0], history.state);
    cluster.stop().await;
}

/// Publishes a batch of this many updates, and returns the number of the last.
async fn history_of(admin: &mut Client, count: usize) -> i64 {
    let answer = batch(admin, counting(count)).await;
    let last = answer["results"].as_array().and_then(|results| results.last());
    last.and_then(|last| last["seq"].as_i64()).unwrap_or_else(|| panic!("{answer}"))
}
