//! Points across nodes: the player's sockets, the board and reviewers.

use serde_json::{Value, json};
use touchline::domain::account::Role;
use touchline::domain::clock;

use super::{Cluster, watch};
use crate::points::field::{grant, sign_in};
use crate::points::tickets::{SETTINGS, database};
use crate::server::Server;
use crate::socket::Client;

async fn join(node: &Server, token: &str) -> Client {
    let client = Client::open(node.address, "").await.connect("/", &json!({ "token": token })).await;
    let mut client = client.expect("the token is accepted");
    client.done("join", &json!("match")).await;
    client
}

/// Earns points with `cheer`; returns the answer.
async fn earn(player: &mut Client) -> Value {
    let started = player.done("action:start", &json!({ "eventId": "match", "action": "cheer" })).await;
    player.done("action:complete", &json!({ "ticket": started["ticket"] })).await
}

async fn with_action(admins: &mut [Client]) {
    let actions = json!([{ "name": "cheer", "points": 10, "dailyCap": 1000 }]);
    admins[0].done("event:update", &json!({ "eventId": "match", "actions": actions })).await;
    admins[0].done("event:status", &json!({ "eventId": "match", "status": "live" })).await;
}

#[tokio::test]
async fn points_reach_the_players_sockets_and_the_board_every_viewer() {
    let cluster = Cluster::start(2, &SETTINGS).await;
    with_action(&mut cluster.admins().await).await;
    let db = database(&cluster.nodes[0]).await;
    let player = sign_in(&db, "ann", clock::now()).await;
    let mut here = join(&cluster.nodes[0], &player.token).await;
    let mut there = join(&cluster.nodes[1], &player.token).await;
    let mut viewer = watch(&cluster.nodes[1], "bob").await;
    for total in [10, 20, 30] {
        assert_eq!(earn(&mut here).await["total"], total);
        // Every node answers with the new board at once.
        let board = viewer.done("leaderboard", &json!("match")).await;
        assert_eq!(board["top"][0]["points"], total);
        for socket in [&mut here, &mut there] {
            let told = socket.message("points").await.remove(0);
            assert_eq!((&told["total"], &told["status"]), (&json!(total), &json!("counted")));
        }
        while viewer.message("leaderboard").await[0]["top"][0]["points"] != total {}
    }
    db.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_review_reaches_reviewers_and_its_decision_the_player_at_other_nodes() {
    let settings = [&SETTINGS[..], &[("INTEGRITY_DEVICE_ACCOUNTS", "0")]].concat();
    let cluster = Cluster::start(2, &settings).await;
    with_action(&mut cluster.admins().await).await;
    let db = database(&cluster.nodes[0]).await;
    let (player, reviewer) =
        (sign_in(&db, "ann", clock::now()).await, sign_in(&db, "rita", clock::now()).await);
    grant(&db, &reviewer, Role::Reviewer).await;
    let mut player = join(&cluster.nodes[0], &player.token).await;
    let mut reviewer = Client::admin(cluster.nodes[1].address, &reviewer.token).await;
    for (decision, status) in [("approve", "approved"), ("reject", "rejected")] {
        assert_eq!(earn(&mut player).await["status"], "held");
        let case = reviewer.message("review:new").await.remove(0);
        let decided = json!({ "reviewId": case["id"], "decision": decision });
        reviewer.done("review:decide", &decided).await;
        assert_eq!(reviewer.message("review:decided").await[0]["status"], status);
        assert_eq!(player.message("points").await[0]["status"], "held");
        let told = player.message("points").await.remove(0);
        assert_eq!((&told["status"], &told["total"]), (&json!(status), &json!(10)));
    }
    db.close().await;
    cluster.stop().await;
}
