//! The crowd as a client sees it: reactions, messages, viewers, limits, and the priority of scores.

mod corpus;
pub mod fair;
pub mod flood;
mod guests;
mod limits;
mod messages;
mod people;
mod reactions;
mod renewal;
mod saving;
mod slow;
mod stats;

use serde_json::{Value, json};

use crate::server::Server;
use crate::socket::Client;

/// A guest with a name who watches `match`.
async fn watch(server: &Server, name: &str) -> Client {
    let mut client = Client::guest(server.address).await;
    client.done("join", &json!({ "eventId": "match", "id": name })).await;
    client
}

/// A user with an account who watches `match`.
async fn watch_as(server: &Server, name: &str) -> Client {
    let token = server.token(name, "reviewer", &[]).await;
    with_token(server, &token).await
}

/// Like [`watch_as`], with a token.
async fn with_token(server: &Server, token: &str) -> Client {
    let client = Client::open(server.address, "").await;
    let mut client = client.connect("/", &json!({ "token": token })).await.expect("the token is accepted");
    client.done("join", &json!("match")).await;
    client
}

/// The error code of a refusal.
fn code(answer: &Value) -> &str {
    assert_eq!(answer["ok"], false, "{answer}");
    answer["error"]["code"].as_str().expect("a refusal has a code")
}

/// Waits for a pulse that satisfies `wanted`.
pub async fn pulse_with(client: &mut Client, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let pulse = client.message("pulse").await.remove(0);
        if wanted(&pulse) {
            return pulse;
        }
    }
}

/// The sum of all counts.
pub fn sum(counts: &Value) -> u64 {
    counts.as_object().expect("counts").values().map(|count| count.as_u64().expect("a count")).sum()
}
