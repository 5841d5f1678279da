//! Several nodes on one Postgres: each shows and answers what happened on the others.

mod away;
mod batches;
mod crowd;
mod full;
mod life;
mod lists;
mod news;
mod order;
mod points;
mod postgres;
mod sessions;
mod telling;

use serde_json::{Value, json};

use crate::databases::PostgresDatabase;
use crate::server::Server;
use crate::socket::Client;

/// Nodes on a separate database.
struct Cluster {
    nodes: Vec<Server>,
    database: PostgresDatabase,
}

impl Cluster {
    /// Starts `count` nodes, and waits until each has heard from the others.
    async fn start(count: usize, settings: &[(&str, &str)]) -> Self {
        let database = PostgresDatabase::create().await;
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(Server::start(&database.url, settings).await);
        }
        let cluster = Self { nodes, database };
        cluster.until_met().await;
        cluster
    }

    /// Waits until each node has heard from the others.
    async fn until_met(&self) {
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let count = self.nodes.len() as f64;
        for node in &self.nodes {
            node.until_metric("touchline_nodes", "", |nodes| (nodes - count).abs() < 0.5).await;
        }
    }

    /// An administrator on each node; the first one has created `match`.
    async fn admins(&self) -> Vec<Client> {
        let token = self.nodes[0].token("admin", "admin", &[]).await;
        let mut admins = Vec::new();
        for node in &self.nodes {
            admins.push(Client::admin(node.address, &token).await);
        }
        let event = json!({ "eventId": "match", "sport": "cricket", "title": "A match" });
        admins[0].done("event:create", &event).await;
        admins
    }

    /// Stops the cluster. If a test fails, dropping the nodes kills them.
    async fn stop(self) {
        drop(self.nodes);
        self.database.drop().await;
    }
}

/// A guest who watches `match` on a node.
async fn watch(node: &Server, name: &str) -> Client {
    let mut client = Client::guest(node.address).await;
    client.done("join", &json!({ "eventId": "match", "id": name })).await;
    client
}

/// Publishes an update to `match` and returns its number.
async fn score(admin: &mut Client, data: Value) -> i64 {
    let answer = admin.done("score", &json!({ "eventId": "match", "data": data })).await;
    crate::history::number(&answer["seq"])
}
