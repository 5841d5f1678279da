//! A feed that sends faster than the database commits is slowed down: every score is answered, in order, and memory stays
//! bounded.

use serde_json::{Value, json};

use crate::packet::{Packet, message};
use crate::polling::{Poller, SEPARATOR};
use crate::server::each_server;
use crate::soak;
use crate::socket::Client;

/// In MB; the scores of the WebSocket feed are 40 MB, all taken together, and go back to its own desk too.
const MEMORY: f64 = 30.0;
/// Scores of one POST.
const BATCH: usize = 50;

/// The `n`th score of a new event.
fn score(n: usize, bytes: usize) -> String {
    let payload = json!({ "eventId": "match", "data": { "n": n, "filling": "x".repeat(bytes) } });
    message("/admin", Some(n as u64), "score", &payload.to_string())
}

/// Records an answer, which must belong to the next score.
fn check(packet: &Packet, answered: &mut usize) {
    match packet {
        Packet::Answer(id, answer) => {
            let n = *answered;
            let expected = (n as u64, &json!(true), &json!(n + 1));
            assert_eq!((*id, &answer["ok"], &answer["seq"]), expected, "{answer}");
            *answered += 1;
        }
        Packet::Message(..) => {}
        other => panic!("the feed was cut off: {other:?}, after {answered} answers"),
    }
}

#[tokio::test]
async fn over_websocket_every_score_of_a_fast_feed_is_answered_in_order() {
    let count = soak::count(800, 20_000);
    each_server(&[], async |server| {
        server.admin_with_event("match").await;
        let token = server.token("feed", "scorer", &["match"]).await;
        let mut feed = Client::admin(server.address, &token).await;
        let before = server.memory();
        let (mut answered, mut most) = (0, before);
        feed.pour((0..count).map(|n| score(n, 50_000)), |packet| {
            check(&packet, &mut answered);
            most = most.max(server.memory());
            answered == count
        })
        .await;
        assert!(most - before < MEMORY, "memory grew from {before:.0} to {most:.0} MB");
        assert_eq!(server.event("match").await["seq"], count);
    })
    .await;
}

#[tokio::test]
async fn over_polling_every_score_of_a_fast_feed_is_answered_in_order() {
    let count = soak::count(500, 20_000);
    each_server(&[], async |server| {
        server.admin_with_event("match").await;
        let token = server.token("feed", "scorer", &["match"]).await;
        let mut feed = Poller::open(server).await.connect("/admin", &json!({ "token": token })).await;
        let sender = feed.sender();
        let before = server.memory();
        let (mut answered, mut most) = (0, before);
        let sending = async {
            for from in (0..count).step_by(BATCH) {
                let scores: Vec<_> = (from..(from + BATCH).min(count)).map(|n| score(n, 1000)).collect();
                let reply = sender.post(scores.join(&SEPARATOR.to_string())).await;
                assert_eq!(reply.status, 200, "{reply:?}");
            }
        };
        let receiving = async {
            while answered < count {
                check(&feed.next().await, &mut answered);
                most = most.max(server.memory());
            }
        };
        tokio::join!(sending, receiving);
        assert!(most - before < MEMORY, "memory grew from {before:.0} to {most:.0} MB");
        assert_eq!(server.event("match").await["seq"], count);
    })
    .await;
}

#[tokio::test]
async fn a_feed_that_floods_with_bad_scores_is_answered_each_and_stays_connected() {
    let count = soak::count(1000, 50_000);
    let server = crate::server::Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let bad = |n: usize| message("/admin", Some(n as u64), "score", r#"{"eventId":"match"}"#);
    let mut answered = 0;
    admin
        .pour((0..count).map(bad), |packet| {
            let Packet::Answer(id, answer) = packet else { panic!("{packet:?}") };
            assert_eq!((id, &answer["error"]["code"]), (answered as u64, &json!("bad_request")));
            answered += 1;
            answered == count
        })
        .await;
    admin.done("event:list", &Value::Null).await;
}
