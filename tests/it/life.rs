//! An event's life after it was created: archived, ended and reopened, and deleted.

use serde_json::{Value, json};

use touchline::domain::clock;

use crate::databases::{each_url, execute, query};
use crate::http::until;
use crate::plain::Plain;
use crate::points::field::sign_in;
use crate::points::tickets::database;
use crate::server::{Server, each_server, run};
use crate::socket::Client;
use crate::stream::Stream;

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

/// How many rows a table has of an event.
async fn rows(server: &Server, table: &str, event_id: &str) -> i64 {
    let all: Vec<(String, i64)> = query(&server.database_url, counts_of(table)).await;
    all.into_iter().find(|(event, _)| event == event_id).map_or(0, |(_, rows)| rows)
}

fn counts_of(table: &str) -> &'static str {
    match table {
        "updates" => "select event_id, count(*) from updates group by event_id",
        "messages" => "select event_id, count(*) from messages group by event_id",
        "reaction_totals" => "select event_id, count(*) from reaction_totals group by event_id",
        "crowd_points" => "select event_id, count(*) from crowd_points group by event_id",
        "event_scorers" => "select event_id, count(*) from event_scorers group by event_id",
        "points" => "select event_id, count(*) from points group by event_id",
        other => unreachable!("{other} is not counted"),
    }
}

/// Every table whose rows go with their event.
const ERASED: [&str; 5] = ["updates", "messages", "reaction_totals", "crowd_points", "event_scorers"];

/// Gives an event rows in every table: the database gets what the server would write only after a while.
async fn fill(server: &Server, event_id: &str, admin: &mut Client, viewer: &mut Client) {
    let event = |more: &str| format!(r#"{{"eventId":"{event_id}",{more}}}"#);
    let point = r#""actions":[{"name":"cheer","points":10,"dailyCap":9}]"#;
    for (name, payload) in [
        ("event:update", event(point)),
        ("event:status", event(r#""status":"live""#)),
        ("event:assign", event(r#""email":"ann@example.org""#)),
        ("score", event(r#""data":{"n":1}"#)),
        ("score:correct", event(r#""voids":1,"data":{"n":2},"reason":"slip""#)),
        ("message", event(r#""text":"hello""#)),
        ("message", event(r#""text":"goodbye""#)),
    ] {
        let answer = admin.call_raw(name, &payload).await;
        assert_eq!(answer["ok"], true, "{name}: {answer}");
    }
    let message = loop {
        let [message, about] = &viewer.message("message").await[..] else { panic!("two arguments") };
        if about["eventId"] == event_id {
            break message.clone();
        }
    };
    let delete = json!({ "eventId": event_id, "messageId": message["messageId"] });
    admin.done("message:delete", &delete).await;
    viewer.done("reaction", &json!({ "eventId": event_id, "emoji": "🔥" })).await;
    until("the reaction is saved", async || rows(server, "reaction_totals", event_id).await > 0).await;
    until("the viewers are counted", async || rows(server, "crowd_points", event_id).await > 0).await;
}

#[tokio::test]
async fn a_deleted_event_is_gone_with_everything_but_the_ledger_of_points() {
    let settings = [("ACTION_RATE", "1000/1s"), ("SOCKET_RATE", "1000/1s")];
    each_server(&settings, async |server| {
        let mut admin = server.admin_with_event("match").await;
        admin.done("event:create", &json!({ "eventId": "other", "sport": "x", "title": "Other" })).await;
        let db = database(server).await;
        let player = sign_in(&db, "ann", clock::now()).await;
        let auth = json!({ "token": player.token });
        let client = Client::open(server.address, "").await.connect("/", &auth).await;
        let mut viewer = client.expect("the token is accepted");
        let mut open = Value::Null;
        for event_id in ["other", "match"] {
            viewer.done("join", &json!({ "eventId": event_id })).await;
            fill(server, event_id, &mut admin, &mut viewer).await;
            for completed in [true, false] {
                let start = json!({ "eventId": event_id, "action": "cheer" });
                let ticket = viewer.done("action:start", &start).await["ticket"].clone();
                if completed {
                    viewer.done("action:complete", &json!({ "ticket": ticket })).await;
                } else {
                    open = json!({ "ticket": ticket });
                }
            }
        }
        let mut stream = Stream::open(server.address, "match/stream", &[]).await;
        let (mut plain, _) = Plain::joined(server.address, "eventId=match").await;
        let (mut of_both, _) = Plain::joined(server.address, "eventId=match").await;
        of_both.command("join", &json!({ "eventId": "other" })).await;

        let delete = json!({ "eventId": "match", "confirm": "match" });
        for status in ["live", "paused"] {
            admin.done("event:status", &json!({ "eventId": "match", "status": status })).await;
            assert_eq!(admin.call("event:delete", &delete).await["error"]["code"], "conflict");
        }
        admin.done("event:status", &json!({ "eventId": "match", "status": "ended" })).await;
        for unsure in [json!({ "eventId": "match" }), json!({ "eventId": "match", "confirm": "other" })] {
            assert_eq!(admin.call("event:delete", &unsure).await["error"]["code"], "bad_request");
        }
        for table in ERASED {
            assert!(rows(server, table, "match").await > 0, "{table}");
        }
        admin.done("event:delete", &delete).await;

        // The members are told, and have left.
        let news = json!({ "eventId": "match", "deleted": true });
        let framed = json!({ "type": "event", "eventId": "match", "deleted": true });
        while viewer.message("event").await[0] != news {}
        while stream.event("event").await.data != framed {}
        assert_eq!(stream.next().await, None);
        while plain.frame("event").await != framed {}
        assert_eq!(plain.end().await.0, Some((4404, "not_found: the event was deleted".to_owned())));
        while of_both.frame("event").await != framed {}
        let answer = of_both.command("ping", &Value::Null).await;
        assert_eq!(answer["ok"], true, "it stays for its other event: {answer}");
        let react = json!({ "eventId": "match", "emoji": "🔥" });
        assert_eq!(viewer.call("reaction", &react).await["error"]["code"], "not_joined");
        let write = json!({ "eventId": "match", "text": "hello?" });
        assert_eq!(viewer.call("message", &write).await["error"]["code"], "not_joined");
        // Of the two events that the client had joined, one is left to mean.
        viewer.done("reaction", &json!({ "emoji": "🔥" })).await;

        // Nobody finds it.
        for path in ["", "/updates", "/leaderboard", "/stream"] {
            assert_eq!(server.get(&format!("/api/events/match{path}")).await.status, 404, "{path}");
        }
        assert_eq!(listed(server, &mut admin).await, ["other"]);
        assert_eq!(viewer.call("join", &json!("match")).await["error"]["code"], "not_found");
        assert_eq!(viewer.call("leaderboard", &json!("match")).await["error"]["code"], "not_found");
        let start = json!({ "eventId": "match", "action": "cheer" });
        assert_eq!(viewer.call("action:start", &start).await["error"]["code"], "not_joined");
        assert_eq!(viewer.call("action:complete", &open).await["error"]["code"], "not_joined");
        for (name, payload) in [
            ("score", json!({ "eventId": "match", "data": { "n": 3 } })),
            ("event:status", json!({ "eventId": "match", "status": "live" })),
            ("event:update", json!({ "eventId": "match", "title": "Again" })),
            ("event:archive", json!({ "eventId": "match" })),
            ("event:assign", json!({ "eventId": "match", "email": "bob@example.org" })),
            ("message", write.clone()),
            ("event:delete", delete.clone()),
        ] {
            let answer = admin.call(name, &payload).await;
            assert_eq!(answer["error"]["code"], "not_found", "{name}: {answer}");
        }
        let again = json!({ "eventId": "match", "sport": "x", "title": "Again" });
        assert_eq!(admin.call("event:create", &again).await["error"]["code"], "conflict");

        // Its rows are gone, and nothing else.
        for table in ERASED {
            assert_eq!(rows(server, table, "match").await, 0, "{table}");
            assert!(rows(server, table, "other").await > 0, "{table}");
        }
        assert_eq!(rows(server, "points", "match").await, 1);
        let all = viewer.done("leaderboard", &json!({ "eventId": null })).await;
        assert_eq!(all["top"][0]["points"], 20, "{all}");
        let verified = run(&["verify"], &[("DATABASE_URL", &server.database_url)]).await;
        assert!(verified.status.success(), "{verified:?}");
        assert_eq!(audited(server).await.last().map(String::as_str), Some("event:delete"));
        let error = execute(&server.database_url, "delete from updates").await.expect_err("it is refused");
        assert!(error.to_string().contains("append-only"), "{error}");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_that_another_process_deleted_takes_no_rows_from_a_room_that_is_still_open() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        viewer.done("reaction", &json!({ "emoji": "🔥" })).await;
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
        // An interrupted deletion: the event is marked, and its rows are still there. The room is not told.
        let mark = "update events set deleted_at = changed_at, snapshot = null where id = 'match'";
        execute(&server.database_url, mark).await.expect("it is marked");
        // It notices on its own, within seconds.
        assert_eq!(viewer.message("event").await, [json!({ "eventId": "match", "deleted": true })]);
        assert_eq!(rows(server, "crowd_points", "match").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_that_was_interrupted_is_finished_at_the_next_start() {
    each_url(async |url| {
        let mut server = Server::start(url, &[]).await;
        let mut admin = server.admin_with_event("match").await;
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
        server.terminate();
        assert!(server.exit().await.0.success());
        let mark = "update events set deleted_at = changed_at, snapshot = null where id = 'match'";
        execute(url, mark).await.expect("it is marked");
        server.restart().await;
        until("the log is gone", async || rows(&server, "updates", "match").await == 0).await;
    })
    .await;
}
