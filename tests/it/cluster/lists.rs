//! A list that is watched on one node shows what happens on the others.

use serde_json::json;

use super::Cluster;
use crate::list::{List, listed, until_list};
use crate::soak;
use crate::socket::Client;

#[tokio::test]
async fn a_watcher_is_sent_what_is_scored_and_who_watches_on_other_nodes() {
    let cluster = Cluster::start(2, &[]).await;
    let mut admins = cluster.admins().await;
    let [here, there] = [cluster.nodes[0].address, cluster.nodes[1].address];
    let mut client = Client::guest(here).await;
    let answer = client.done("events:watch", &json!({ "status": ["live", "scheduled"] })).await;
    let mut list = List::of_answer(&answer);
    let mut viewer = Client::guest(there).await;
    viewer.done("join", &json!({ "eventId": "match" })).await;
    until_list(&mut client, &mut list, |list| list.0["match"]["viewers"]["total"] == 1).await;

    for n in 0..soak::count(40, 2_000) {
        let id = format!("e{}", n % 7);
        let admin = &mut admins[n % 2];
        admin.call("event:create", &json!({ "eventId": id, "sport": "chess", "title": id })).await;
        let status = ["live", "ended", "paused", "live"][n % 4];
        admin.call("event:status", &json!({ "eventId": id, "status": status })).await;
        let summary = json!({ "sides": [{ "score": n }] });
        admin.call("score", &json!({ "eventId": id, "data": { "summary": summary } })).await;
    }
    let expected = listed(there, "status=live&status=scheduled").await;
    until_list(&mut client, &mut list, |list| *list == expected).await;
    cluster.stop().await;
}
