//! `kill -9` at any moment: no answered update is lost, none is stored twice or partially, and a retry with the same `opId`
//! reports whether it was stored.

use std::collections::HashMap;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::databases::each_url;
use crate::history::{merge, number};
use crate::http::DEADLINE;
use crate::packet::{Packet, message};
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// Concurrent scorers, so that a write is always in progress.
const SCORERS: usize = 4;
/// Updates in flight per scorer.
const IN_FLIGHT: u64 = 5;

/// An update by `opId`: its data, and its `seq` if it was answered.
type Known = HashMap<String, (Value, Option<i64>)>;

/// The data of an update. It sets, replaces and removes members.
fn data(op: &str, scorer: usize, n: u64) -> Value {
    json!({
        "op": op,
        "last": { format!("s{scorer}"): n, format!("k{}", n % 3): Value::Null, format!("k{}", (n + 1) % 3): op },
        "list": [scorer, n],
    })
}

/// Publishes until the server is gone. Each answer adds a permit to `answers`.
async fn score_until_the_end(
    mut client: Client,
    prefix: String,
    scorer: usize,
    answers: Arc<Semaphore>,
) -> Known {
    let (mut known, mut by_ack) = (Known::new(), HashMap::new());
    let mut n = 0;
    loop {
        while by_ack.len() < usize::try_from(IN_FLIGHT).expect("a small number") {
            let op = format!("{prefix}-{scorer}-{n}");
            let data = data(&op, scorer, n);
            let payload = json!({ "eventId": "match", "data": data, "opId": op });
            let frame = message("/admin", Some(n), "score", &payload.to_string());
            known.insert(op.clone(), (data, None));
            by_ack.insert(n, op);
            n += 1;
            if client.write([frame]).await.is_err() {
                return known;
            }
        }
        match client.next().await {
            Packet::Answer(ack, answer) => {
                assert_eq!((&answer["ok"], &answer["duplicate"]), (&json!(true), &json!(false)), "{answer}");
                let op = by_ack.remove(&ack).expect("it was asked");
                known.get_mut(&op).expect("it was sent").1 = Some(number(&answer["seq"]));
                answers.add_permits(1);
            }
            Packet::Closed(_) => return known,
            _ => {}
        }
    }
}

/// Publishes, and kills the server after this many answers.
async fn score_and_kill(server: &mut Server, token: &str, round: usize, answers_until_then: u32) -> Known {
    let answers = Arc::new(Semaphore::new(0));
    let mut scorers = JoinSet::new();
    for scorer in 0..SCORERS {
        let client = Client::admin(server.address, token).await;
        scorers.spawn(score_until_the_end(client, format!("r{round}"), scorer, answers.clone()));
    }
    let enough = answers.acquire_many(answers_until_then);
    tokio::time::timeout(DEADLINE, enough).await.expect("scores are answered").expect("it is open").forget();
    server.kill().await;
    scorers.join_all().await.into_iter().flatten().collect()
}

/// The whole log, in order.
async fn log(server: &Server) -> Vec<Value> {
    let mut updates: Vec<Value> = Vec::new();
    let mut after = json!(0);
    while !after.is_null() {
        let page = server.get(&format!("/api/events/match/updates?limit=1000&after={after}")).await.json();
        updates.extend(page["updates"].as_array().expect("a list").iter().cloned());
        after = page["next"].clone();
    }
    updates
}

/// Compares the log with the scorers' records.
async fn check_log(server: &Server, known: &Known) -> HashMap<String, i64> {
    let (mut places, mut merged) = (HashMap::new(), Value::Null);
    let updates = log(server).await;
    for (update, seq) in updates.iter().zip(1..) {
        assert_eq!(update["seq"], seq, "the log has a gap");
        let op = update["data"]["op"].as_str().expect("every update has it").to_owned();
        let (data, answered) = known.get(&op).expect("nothing is there that nobody sent");
        assert_eq!(update["data"], *data, "an update is not whole");
        assert!(answered.is_none_or(|answered| answered == seq), "{op} was answered {answered:?}, is {seq}");
        assert!(places.insert(op, seq).is_none(), "an update is there twice");
        merge(&mut merged, data);
    }
    for (op, (_, answered)) in known {
        assert!(answered.is_none() || places.contains_key(op), "{op} was answered {answered:?}, and is lost");
    }
    let event = server.event("match").await;
    assert_eq!(event["seq"], updates.len(), "the event is not where its log is");
    assert_eq!(event["snapshot"], merged, "the snapshot is not the merge of the log");
    places
}

/// Sends every update of a round again: stored ones are reported as duplicates, the others are stored.
async fn retry(server: &Server, token: &str, known: &mut Known, places: &HashMap<String, i64>, round: usize) {
    let mut client = Client::admin(server.address, token).await;
    let of_round = format!("r{round}-");
    for (op, (data, answered)) in known.iter_mut().filter(|(op, _)| op.starts_with(&of_round)) {
        let payload = json!({ "eventId": "match", "data": data, "opId": op });
        let answer = client.done("score", &payload).await;
        assert_eq!(answer["duplicate"], places.contains_key(op), "{op}: {answer}");
        let seq = number(&answer["seq"]);
        assert!(places.get(op).is_none_or(|place| *place == seq), "{op}: {answer}, was {places:?}");
        *answered = Some(seq);
    }
}

#[tokio::test]
async fn killed_at_any_moment_it_has_every_answered_update_once_and_no_half_one() {
    each_url(async |url| {
        let mut random = StdRng::seed_from_u64(9);
        let mut server = Server::start(url, &[]).await;
        server.admin_with_event("match").await;
        let token = server.token("scorer", "scorer", &["match"]).await;
        let mut known = Known::new();
        for round in 0..soak::count(6, 100) {
            let answers = random.random_range(0..40);
            known.extend(score_and_kill(&mut server, &token, round, answers).await);
            server.restart().await;
            let places = check_log(&server, &known).await;
            retry(&server, &token, &mut known, &places, round).await;
            let places = check_log(&server, &known).await;
            assert_eq!(places.len(), known.len(), "after the retries everything is there");
        }
    })
    .await;
}
