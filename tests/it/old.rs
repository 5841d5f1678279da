//! Upgrades of databases from earlier versions, with rows in every table.
//!
//! `old/VERSION.ENGINE.sql` are dumps (`sqlite3 FILE .dump`, `pg_dump --inserts --no-owner`) of a server of that version
//! after an evening of use: scores and a correction; counted, held, approved and rejected points; messages and reactions;
//! redeemed, replaced and mistyped codes; replaced and ended sessions.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::databases::{each_url, execute, query};
use crate::server::{Server, run};
use crate::socket::Client;

/// The tables of version 0.1.0.
const TABLES: [&str; 19] = [
    "audit",
    "boards",
    "challenges",
    "code_failures",
    "crowd_points",
    "event_scorers",
    "events",
    "messages",
    "points",
    "reaction_totals",
    "reviews",
    "roles",
    "service_tokens",
    "sessions",
    "standings",
    "tickets",
    "totals",
    "updates",
    "users",
];

/// Loads a dump into a new database.
pub async fn restore(url: &str) {
    if url.starts_with("sqlite") {
        let dump = include_str!("old/0.1.0.sqlite.sql");
        let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.expect("a new file");
        connection.execute(dump).await.expect("the dump is SQL");
        connection.close().await.expect("the file can be closed");
    } else {
        let dump = include_str!("old/0.1.0.postgres.sql");
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        connection.execute(dump).await.expect("the dump is SQL");
    }
}

async fn count(url: &str, table: &str) -> i64 {
    let statement = AssertSqlSafe(format!("select count(*) from {table}"));
    let counted = if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.expect("the database opens");
        sqlx::query_scalar(statement).fetch_one(&mut connection).await
    } else {
        let mut connection = PgConnection::connect(url).await.expect("the database opens");
        sqlx::query_scalar(statement).fetch_one(&mut connection).await
    };
    counted.unwrap_or_else(|error| panic!("{table}: {error}"))
}

async fn execute_made(url: &str, statement: String) {
    let statement = AssertSqlSafe(statement);
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.expect("the database opens");
        connection.execute(statement).await.expect("the statement is valid");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("the database opens");
        connection.execute(statement).await.expect("the statement is valid");
    }
}

async fn succeed(command: &str, url: &str) -> String {
    let done = run(&[command], &[("DATABASE_URL", url)]).await;
    assert!(done.status.success(), "{command}: {done:?}");
    String::from_utf8(done.stdout).expect("text")
}

#[tokio::test]
async fn a_database_of_0_1_0_has_rows_in_every_table_and_is_upgraded_without_a_difference() {
    each_url(async |url| {
        restore(url).await;
        for table in TABLES {
            assert!(count(url, table).await > 0, "the dump has no rows in {table}");
        }
        // Permanent rows are unchanged. (The rest is read through the server below.)
        let kept = ["audit", "points", "reviews", "updates", "users"];
        let mut before = Vec::new();
        for table in kept {
            before.push(count(url, table).await);
        }
        succeed("migrate", url).await;
        for (table, before) in kept.into_iter().zip(before) {
            assert_eq!(count(url, table).await, before, "{table}");
        }
        assert_eq!(succeed("verify", url).await, "all 11 totals match the ledger\n");
        if url.starts_with("sqlite") {
            assert_eq!(query::<(String,)>(url, "select 'broken' from pragma_foreign_key_check").await, []);
            let found: Vec<(String,)> =
                query(url, "select integrity_check from pragma_integrity_check").await;
            assert_eq!(found, [("ok".to_owned(),)]);
        }
        for change in [
            "update updates set data = data",
            "delete from updates",
            "update points set points = points",
            "delete from points",
            "update audit set action = action",
            "delete from audit",
        ] {
            let error = execute(url, change).await.expect_err(change).to_string();
            assert!(error.contains("append-only"), "{change}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_administrator_whom_the_settings_made_before_the_upgrade_is_not_made_one_again() {
    each_url(async |url| {
        restore(url).await;
        // Of the five players, one was an administrator by the settings, and another until the role was revoked.
        for (action, user, detail) in [
            ("role:grant", 0, r#"{"role":"admin","by":"ADMIN_EMAILS"}"#),
            ("role:revoke", 1, r#"{"role":"admin"}"#),
            ("role:revoke", 2, r#"{"role":"scorer"}"#),
        ] {
            let insert = format!(
                "insert into audit (at, actor, action, subject, detail)
                 select '2026-12-01T00:00:00.000Z', actor, '{action}', subject, '{detail}' from audit
                 where action = 'account:verify' order by subject limit 1 offset {user}"
            );
            execute_made(url, insert).await;
        }
        succeed("migrate", url).await;
        let settled: Vec<(i64,)> =
            query(url, "select count(*) from users where admin_settled_at is not null").await;
        assert_eq!(settled, [(2,)]);
    })
    .await;
}

#[tokio::test]
async fn events_from_before_the_upgrade_have_what_lists_need_and_the_time_of_their_end() {
    each_url(async |url| {
        restore(url).await;
        let state = r#"{"summary":{"sides":[{"name":"A","score":1}]}}"#;
        for change in [
            "update events set status = 'ended'".to_owned(),
            format!("update events set snapshot = '{state}' where id = 'cup-final'"),
        ] {
            execute_made(url, change).await;
        }
        // It went live, ended, and got another title.
        for (at, before, after) in
            [("18:00", "scheduled", "live"), ("19:00", "live", "ended"), ("20:00", "ended", "ended")]
        {
            let detail = json!({ "before": { "status": before }, "after": { "status": after } });
            let insert = format!(
                "insert into audit (at, action, subject, detail)
                 values ('2026-12-01T{at}:00.000Z', 'event:update', 'cup-final', '{detail}')"
            );
            execute_made(url, insert).await;
        }
        succeed("migrate", url).await;
        let complete: Vec<(i64,)> = query(
            url,
            "select count(*) from events where id = 'cup-final' and ended_at = '2026-12-01T19:00:00.000Z'
                and summary = '{\"sides\":[{\"name\":\"A\",\"score\":\"1\"}]}' and search like 'harbour lane v meadow bank%'
                and list_key like '4%cup-final'",
        )
        .await;
        assert_eq!(complete, [(1,)]);
        // An event whose end is not in the audit log ended with its last change.
        let others: Vec<(i64,)> = query(
            url,
            "select count(*) from events where id <> 'cup-final' and (ended_at is null or list_key is null
                or search is null or summary is not null)",
        )
        .await;
        assert_eq!(others, [(0,)]);
    })
    .await;
}

#[tokio::test]
async fn a_server_on_a_database_of_0_1_0_goes_on_where_that_version_stopped() {
    each_url(async |url| {
        restore(url).await;
        let server = Server::start(url, &[]).await;
        let event = server.event("cup-final").await;
        assert_eq!(event["seq"], 4);
        let state = json!({ "home": { "goals": 1 }, "away": { "goals": 0 }, "text": "café ⚽" });
        assert_eq!(event["snapshot"], state);
        assert_eq!(event["event"]["title"], "Harbour Lane v Meadow Bank");
        let log = server.get("/api/events/cup-final/updates").await.json();
        let kinds: Vec<_> = log["updates"].as_array().expect("a list").iter().map(|it| &it["kind"]).collect();
        assert_eq!(kinds, ["update", "update", "update", "correction"]);
        let board = server.get("/api/leaderboard").await.json();
        let top: Vec<_> = board["top"].as_array().expect("a list").iter().map(|it| &it["points"]).collect();
        assert_eq!(top, [20, 15, 10, 5]);

        // A viewer from before the upgrade gets the updates it missed.
        let mut viewer = Client::guest(server.address).await;
        let since = json!({ "epoch": event["epoch"], "seq": 3 });
        let answer = viewer.done("join", &json!({ "eventId": "cup-final", "since": since })).await;
        assert_eq!(answer["recovered"], true);
        assert_eq!(viewer.message("score").await[1]["kind"], "correction");
        let mut texts = Vec::new();
        while !texts.contains(&json!("Kick-off at three")) {
            texts.push(viewer.message("message").await[0]["text"].clone());
        }

        // A scorer continues; an old operation that is sent again is a duplicate.
        let mut admin = server.admin().await;
        let kick_off = json!({ "eventId": "cup-final", "data": { "home": { "goals": 0 }, "away": { "goals": 0 } }, "opId": "kick-off" });
        let again = admin.done("score", &kick_off).await;
        assert_eq!((&again["seq"], &again["duplicate"]), (&json!(1), &Value::Bool(true)));
        let next = admin.done("score", &json!({ "eventId": "cup-final", "data": { "minute": 61 } })).await;
        assert_eq!(next["seq"], 5);
        let reviewer = server.token("reviewer", "reviewer", &[]).await;
        let mut reviewer = Client::admin(server.address, &reviewer).await;
        let reviews = reviewer.done("review:list", &json!({})).await;
        assert_eq!(reviews["reviews"].as_array().expect("a list").len(), 7);
        let operators = admin.done("operator:list", &json!({})).await.to_string();
        for email in ["ravi@club.example", "oscar@club.example", "joan.hill@club.example", "feed@club.example"] {
            assert!(operators.contains(email), "{email}: {operators}");
        }
        assert_eq!(server.token_command(&["list"]).await.lines().count(), 4);
    })
    .await;
}

#[tokio::test]
async fn events_of_0_1_0_take_their_points_into_a_competition_and_can_be_deleted() {
    each_url(async |url| {
        restore(url).await;
        let server = Server::start(url, &[]).await;
        let mut admin = server.admin().await;
        let cup = json!({ "id": "cup", "title": "The Cup" });
        for event_id in ["cup-final", "t20", "old", "later"] {
            admin.done("event:update", &json!({ "eventId": event_id, "competition": cup })).await;
        }
        let top = async |path: &str| server.get(path).await.json()["top"].clone();
        let overall = top("/api/leaderboard").await;
        assert_eq!(overall[0]["points"], 20);
        assert_eq!(top("/api/leaderboard?competition=cup").await, overall);
        admin.done("event:status", &json!({ "eventId": "cup-final", "status": "ended" })).await;
        let points = count(url, "points").await;
        admin.done("event:delete", &json!({ "eventId": "cup-final", "confirm": "cup-final" })).await;
        assert_eq!(server.get("/api/events/cup-final").await.status, 404);
        let left: Vec<(i64,)> = query(url, "select count(*) from updates where event_id = 'cup-final'").await;
        assert_eq!((left[0].0, count(url, "points").await), (0, points));
        assert_eq!(top("/api/leaderboard").await, overall);
        assert_eq!(top("/api/leaderboard?competition=cup").await, overall);
        assert!(succeed("verify", url).await.ends_with("totals match the ledger\n"));
    })
    .await;
}
