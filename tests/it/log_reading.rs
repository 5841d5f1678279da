//! The log of an event backwards, and as a file.

use ::http::Method;
use serde_json::{Value, json};

use crate::history::number;
use crate::http::{Reply, call};
use crate::server::{Server, each_server};
use crate::socket::Client;

async fn page(server: &Server, query: &str) -> Value {
    server.get(&format!("/api/events/match/updates?{query}")).await.json()
}

fn seqs(page: &Value) -> Vec<i64> {
    let updates = page["updates"].as_array().unwrap_or_else(|| panic!("{page}"));
    updates.iter().map(|update| number(&update["seq"])).collect()
}

async fn score(admin: &mut Client, updates: Value) {
    admin.done("score", &json!({ "eventId": "match", "updates": updates })).await;
}

#[tokio::test]
async fn the_log_is_read_backwards_page_by_page() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let empty = page(server, "before=9").await;
        assert_eq!((seqs(&empty), &empty["next"]), (vec![], &Value::Null));
        score(&mut admin, (1..=25).map(|n| json!({ "data": { "n": n } })).collect()).await;
        for (query, expected, next) in [
            ("before=26&limit=10", (16..=25).rev().collect::<Vec<i64>>(), json!(16)),
            ("before=9999&limit=2", vec![25, 24], json!(24)),
            ("before=16&limit=1", vec![15], json!(15)),
            ("before=4", vec![3, 2, 1], Value::Null),
            ("before=2&limit=1", vec![1], Value::Null),
            ("before=1", vec![], Value::Null),
        ] {
            let page = page(server, query).await;
            assert_eq!((seqs(&page), &page["next"]), (expected, &next), "{query}: {page}");
        }
        let (mut before, mut all) = (json!(26), Vec::new());
        while !before.is_null() {
            let page = page(server, &format!("before={before}&limit=7")).await;
            all.extend(seqs(&page));
            before = page["next"].clone();
        }
        assert_eq!(all, (1..=25).rev().collect::<Vec<i64>>());

        for query in [
            "before=0",
            "before=-1",
            "before=x",
            "before=5&after=1",
            "before=5&after=0",
            "before=5&limit=1001",
        ] {
            let reply = server.get(&format!("/api/events/match/updates?{query}")).await;
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["error"]["code"]),
                (400, &json!("bad_request")),
                "{query}"
            );
        }
        assert_eq!(server.get("/api/events/nope/updates?before=5").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_page_backwards_ends_after_a_mebibyte_and_is_known_by_its_tag() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let filling = "x".repeat(300_000);
        for n in 1..=6 {
            // The state has one filling at a time.
            score(&mut admin, json!([{ "data": { "n": n, "filling": filling } }])).await;
        }
        let first = page(server, "before=7").await;
        assert_eq!((seqs(&first), &first["next"]), (vec![6, 5, 4, 3], &json!(3)));
        let rest = page(server, "before=3").await;
        assert_eq!((seqs(&rest), &rest["next"]), (vec![2, 1], &Value::Null));

        let path = |before: i64| format!("/api/events/match/updates?before={before}&limit=2");
        let tag = async |before| tag_of(&server.get(&path(before)).await);
        let (newest, older) = (tag(100).await, tag(6).await);
        assert_ne!(newest, older);
        score(&mut admin, json!([{ "data": { "filling": null } }])).await;
        assert_ne!(tag(100).await, newest, "a page at the end of the log changes");
        assert_eq!(tag(6).await, older, "a page within the log stays");
        assert_ne!(tag_of(&server.get("/api/events/match/updates?before=6&limit=3").await), older);
        let known = get_known(server, &path(6), &older).await;
        assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    })
    .await;
}

fn tag_of(reply: &Reply) -> String {
    reply.header("etag").to_owned()
}

/// `GET` with `If-None-Match`.
async fn get_known(server: &Server, path: &str, tag: &str) -> Reply {
    let headers = [("if-none-match", tag)];
    call(server.address, Method::GET, path, &headers, String::new()).await.expect("the server answers")
}

#[tokio::test]
async fn the_whole_log_is_a_file_that_says_what_its_pages_say() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let file = async |format: &str| server.get(&format!("/api/events/match/updates?format={format}")).await;
        let head = "seq,at,receivedAt,kind,voids,reason,data\r\n";
        assert_eq!((file("csv").await.text.as_str(), file("ndjson").await.text.as_str()), (head, ""));

        admin.done("score", &json!({ "eventId": "match", "data": { "=1+1": "a, \"b\"\nc é🏏" } })).await;
        let correction = json!({
            "eventId": "match", "voids": [1], "data": { "n": 0 }, "reason": "=not, \"a\"\r\nrun", "at": 4_000_000_000_000_i64,
        });
        assert_eq!(admin.call("score:correct", &correction).await["error"]["code"], "bad_request");
        let correction = { let mut now = correction; now.as_object_mut().expect("an object").remove("at"); now };
        admin.done("score:correct", &correction).await;
        // More than one piece, in bytes and in number.
        for n in 0..3 {
            let entry = |m: i64| json!({ "data": { "n": n * 500 + m, "filling": "é".repeat(60) } });
            score(&mut admin, (0..500).map(entry).collect()).await;
        }

        let (mut after, mut log) = (json!(0), Vec::new());
        while !after.is_null() {
            let page = page(server, &format!("after={after}&limit=1000")).await;
            log.extend(page["updates"].as_array().expect("a list").iter().cloned());
            after = page["next"].clone();
        }
        assert_eq!(log.len(), 1_502);
        let lines = file("ndjson").await;
        let read: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(read == log && lines.text.ends_with("}\n"), "the lines are the entries of the log");
        let table = file("csv").await;
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(table.text.as_bytes());
        let rows: Vec<Vec<String>> =
            rows.records().map(|row| row.expect("RFC 4180").iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows[0].join(",") + "\r\n", head);
        for (row, update) in rows[1..].iter().zip(&log) {
            let text = |name: &str| match &update[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let received = if update["receivedAt"].is_null() { text("at") } else { text("receivedAt") };
            let expected = [text("seq"), text("at"), received, text("kind"), text("voids"), text("reason")];
            assert_eq!(row[..6], expected);
            assert_eq!(serde_json::from_str::<Value>(&row[6]).expect("JSON"), update["data"]);
        }
        assert_eq!((rows.len(), table.text.matches("\r\n").count()), (1_503, 1_504), "each row ends with CRLF");

        for (reply, format, content_type) in
            [(&lines, "ndjson", "application/x-ndjson"), (&table, "csv", "text/csv; charset=utf-8")]
        {
            let name = format!("attachment; filename=\"match-updates.{format}\"");
            assert_eq!((reply.header("content-type"), reply.header("content-disposition")), (content_type, &*name));
            let path = format!("/api/events/match/updates?format={format}");
            assert_eq!(get_known(server, &path, reply.header("etag")).await.status, 304);
        }
        assert_ne!(lines.header("etag"), table.header("etag"));
        for query in ["format=xml", "format=csv&limit=5", "format=csv&after=0", "format=ndjson&before=5"] {
            let reply = server.get(&format!("/api/events/match/updates?{query}")).await;
            assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (400, &json!("bad_request")), "{query}");
        }
        assert_eq!(server.get("/api/events/nope/updates?format=csv").await.status, 404);
    })
    .await;
}
