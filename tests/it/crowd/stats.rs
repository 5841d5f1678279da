//! Viewer statistics for operators, stored in the database.

use std::time::Duration;

use ::http::Method;
use serde_json::json;

use super::{code, watch, watch_as};
use crate::http::{self, DEADLINE};
use crate::server::{Server, each_server};

async fn stats(server: &Server, event: &str, token: Option<&str>) -> http::Reply {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    let path = format!("/api/events/{event}/stats");
    http::call(server.address, Method::GET, &path, &headers, String::new()).await.expect("an answer")
}

#[tokio::test]
async fn operators_see_who_watched_and_the_points_are_kept() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let (mut ann, _bob) = (watch(server, "ann").await, watch_as(server, "bob").await);
        ann.done("reaction", &json!({ "emoji": "🔥" })).await;
        let token = server.token("desk", "scorer", &[]).await;
        assert_eq!(stats(server, "match", None).await.status, 401);
        assert_eq!(stats(server, "match", Some("none")).await.status, 401);
        assert_eq!(stats(server, "other", Some(&token)).await.status, 404);
        let mut ticks = tokio::time::interval(Duration::from_millis(200));
        let point = tokio::time::timeout(DEADLINE, async {
            loop {
                let reply = stats(server, "match", Some(&token)).await;
                assert_eq!(reply.status, 200, "{reply:?}");
                let stats = reply.json();
                assert_eq!((&stats["ok"], &stats["peak"]), (&json!(true), &json!(2)));
                // On a busy machine the first points may be from before everybody joined or reacted.
                let points = stats["points"].as_array().expect("points");
                let sum = |name: &str| points.iter().filter_map(|point| point[name].as_f64()).sum::<f64>();
                let point = points.iter().find(|point| point["total"] == 2);
                if let (Some(point), true) = (point, sum("reactions") > 0.5) {
                    let count: f64 = points.iter().map(|_| 1.0).sum();
                    let average = stats["average"].as_f64().expect("an average");
                    assert!((average - sum("total") / count).abs() < 0.001, "{stats}");
                    assert!(sum("reactions") < 1.5, "{stats}");
                    return point.clone();
                }
                ticks.tick().await;
            }
        });
        let mut point = point.await.expect("a point is kept within ten seconds");
        let at = point["at"].take().as_i64().expect("a time");
        assert_eq!(at % 10_000, 0, "points stand on round seconds");
        point["reactions"].take();
        assert_eq!(point, json!({ "at": null, "total": 2, "users": 1, "guests": 1, "reactions": null }));

        let of_event = admin.done("stats", &json!({ "eventId": "match" })).await;
        assert_eq!((&of_event["peak"], &of_event["events"][0]["viewers"]["total"]), (&json!(2), &json!(2)));
        let of_node = admin.done("stats", &json!({})).await;
        assert_eq!(of_node["connections"]["websocket"], 3, "{of_node}");
        assert!(of_node["node"].is_string() && of_node.get("points").is_none(), "{of_node}");
        assert_eq!(code(&admin.call("stats", &json!({ "eventId": "none" })).await), "not_found");
    })
    .await;
}
