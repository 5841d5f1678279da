//! An event's life after it was created: archived, and ended and reopened.

use serde_json::{Value, json};

use crate::databases::query;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// The audited actions about `match`, oldest first.
async fn audited(server: &Server) -> Vec<String> {
    let rows: Vec<(String,)> =
        query(&server.database_url, "select action from audit where subject = 'match' order by at, id").await;
    rows.into_iter().map(|(action,)| action).collect()
}

/// The ids in the list, over HTTP and on `/admin`.
async fn listed(server: &Server, admin: &mut Client) -> Vec<Value> {
    let by_http = server.get("/api/events?limit=9").await.json();
    let by_message = admin.done("event:list", &json!({ "limit": 9 })).await;
    let ids = |list: &Value| -> Vec<Value> {
        list["events"].as_array().expect("a list").iter().map(|event| event["eventId"].clone()).collect()
    };
    assert_eq!(ids(&by_http), ids(&by_message));
    ids(&by_http)
}

#[tokio::test]
async fn an_archived_event_is_in_no_list_and_is_still_read_and_joined_by_its_id() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        assert_eq!(listed(server, &mut admin).await, ["match"]);

        let payload = json!({ "eventId": "match" });
        let archived = admin.done("event:archive", &payload).await["event"].clone();
        assert!(archived["archivedAt"].is_i64(), "{archived}");
        assert_eq!(viewer.message("event").await[0], archived);
        assert_eq!(listed(server, &mut admin).await, [] as [Value; 0]);
        assert_eq!(server.event("match").await["event"], archived);
        let mut late = Client::guest(server.address).await;
        assert_eq!(late.done("join", &json!("match")).await["event"], archived);
        // Scores go on.
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
        assert_eq!(listed(server, &mut admin).await, [] as [Value; 0]);

        // Repeating it changes nothing.
        assert_eq!(admin.done("event:archive", &payload).await["event"], archived);
        let event = admin.done("event:unarchive", &payload).await["event"].clone();
        assert_eq!(event.get("archivedAt"), None);
        assert_eq!(viewer.message("event").await[0], event);
        assert_eq!(admin.done("event:unarchive", &payload).await["event"], event);
        assert_eq!(listed(server, &mut admin).await, ["match"]);
        assert_eq!(audited(server).await, ["event:create", "event:archive", "event:unarchive"]);
    })
    .await;
}

#[tokio::test]
async fn only_an_administrator_reopens_an_ended_event() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let token = server.token("scorer", "scorer", &["match"]).await;
        let mut scorer = Client::admin(server.address, &token).await;
        let status = |status: &str| json!({ "eventId": "match", "status": status });
        scorer.done("event:status", &status("live")).await;
        scorer.done("event:status", &status("ended")).await;
        for other in ["scheduled", "live", "paused"] {
            let refused = scorer.call("event:status", &status(other)).await;
            assert_eq!(refused["error"]["code"], "forbidden", "{refused}");
        }
        // To the same status is no change.
        let ended = scorer.done("event:status", &status("ended")).await["event"].clone();
        assert!(ended["endedAt"].is_i64(), "{ended}");
        let reopened = admin.done("event:status", &status("live")).await["event"].clone();
        assert_eq!((&reopened["status"], reopened.get("endedAt")), (&json!("live"), None));
        scorer.done("event:status", &status("paused")).await;
        let actions = audited(server).await;
        assert_eq!(actions.iter().filter(|action| *action == "event:reopen").count(), 1, "{actions:?}");
        assert_eq!(actions.last().map(String::as_str), Some("event:update"), "{actions:?}");
    })
    .await;
}
