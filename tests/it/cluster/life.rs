//! The end of an event, on every node.

use serde_json::json;

use super::{Cluster, watch};
use crate::http::until;
use crate::plain::Plain;
use crate::socket::Client;
use crate::stream::Stream;

#[tokio::test]
async fn an_event_that_one_node_deletes_ends_on_the_other() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let there = &cluster.nodes[1];
    let mut viewer = watch(there, "ann").await;
    let mut stream = Stream::open(there.address, "match/stream", &[]).await;
    let (mut plain, _) = Plain::joined(there.address, "eventId=match").await;
    viewer.done("reaction", &json!({ "emoji": "🔥" })).await;

    admins[0].done("event:delete", &json!({ "eventId": "match", "confirm": "match" })).await;
    assert_eq!(viewer.message("event").await, [json!({ "eventId": "match", "deleted": true })]);
    assert_eq!(stream.event("event").await.data["deleted"], true);
    assert_eq!(stream.next().await, None);
    assert_eq!(plain.end().await.0.expect("a close frame").0, 4404);
    for node in &cluster.nodes {
        assert_eq!(node.get("/api/events/match").await.status, 404);
        let mut late = Client::guest(node.address).await;
        assert_eq!(late.call("join", &json!("match")).await["error"]["code"], "not_found");
        node.until_metric("touchline_rooms", "", |rooms| rooms < 0.5).await;
    }
    let score = json!({ "eventId": "match", "data": { "n": 1 } });
    assert_eq!(admins[1].call("score", &score).await["error"]["code"], "not_found");
    let url = &cluster.database.url;
    let rows = async || -> i64 {
        let counted: Vec<(i64,)> = crate::databases::query(
            url,
            "select (select count(*) from reaction_totals) + (select count(*) from crowd_points)",
        )
        .await;
        counted[0].0
    };
    until("nothing is left of its crowd", async || rows().await == 0).await;
    cluster.stop().await;
}
